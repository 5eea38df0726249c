#!/usr/bin/env bash
# Compares Graft with ONNX Runtime and PyTorch on the same networks and inputs, interleaved in one run.
# Usage: bench/peers/run.sh [--case NAME]... [--rounds N] [--seconds S] [--peer NAME]... [--output FILE]   (--help says more)
# Needs: the .NET SDK, Node.js 20 with npm, and a Python 3 with torch and numpy (PYTHON names it; /usr/bin/python3 by default:
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
need "Node.js 20 or later: 'node' is not on the path, or older" node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)'
need "npm: it is not on the path" npm --version
need "torch and numpy in $python: apt-get install --no-install-recommends python3-torch python3-numpy, or set PYTHON" "$python" -c 'import torch, numpy'
[ "$missing" -eq 0 ] || exit 2

# The package and its lock are those of the tests, which look for the same mark of a finished installation.
runtime=$root/tests/onnxruntime
if ! cmp -s "$runtime/package-lock.json" "$runtime/node_modules/.installed"; then
  echo "Installing ONNX Runtime under tests/onnxruntime" >&2
  npm --prefix "$runtime" ci >&2
  cp "$runtime/package-lock.json" "$runtime/node_modules/.installed"
fi

dotnet build -c Release --nologo -v quiet "$root/bench/Graft.Benchmarks" >&2
exec "$root/artifacts/bin/Graft.Benchmarks/release/Graft.Benchmarks" peers --scripts "$here" --python "$python" "$@"
