#!/usr/bin/env bash
# Compares Graft with ONNX Runtime and PyTorch on the same networks and inputs, interleaved in one run.
# Usage: bench/peers/run.sh [--case NAME]... [--rounds N] [--seconds S] [--peer NAME]... [--output FILE]   (--help says more)
# Needs: the .NET SDK and a Python 3 with torch and numpy (PYTHON names it; /usr/bin/python3 by default:
# on Debian, apt-get install --no-install-recommends python3-torch python3-numpy).
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
python=${PYTHON:-/usr/bin/python3}
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

missing=0
need() {
  if ! "${@:2}" > /dev/null 2>&1; then
    echo "bench/peers/run.sh: missing $1" >&2
    missing=1
  fi
}
need "the .NET SDK: 'dotnet' is not on the path" dotnet --version
need "torch and numpy in $python: apt-get install --no-install-recommends python3-torch python3-numpy, or set PYTHON" "$python" -c 'import torch, numpy'
[ "$missing" -eq 0 ] || exit 2

dotnet build -c Release --nologo -v quiet "$root/bench/Graft.Benchmarks" >&2
exec "$root/artifacts/bin/Graft.Benchmarks/release/Graft.Benchmarks" peers --scripts "$here" --python "$python" "$@"
