#!/usr/bin/env bash
# Accuracy of every method at its defaults, five seeds each, all printed: alien against predator (a folder with train/ and
# validation/), then CIFAR-10 with 1,000 training images.
#   bench/accuracy/run.sh PHOTOS
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
photos=$(realpath "${1:-../shared/data/alien-vs-predator}")
dotnet build -c Release bench/Graft.Benchmarks -v quiet
benchmarks() { dotnet artifacts/bin/Graft.Benchmarks/release/Graft.Benchmarks.dll "$@"; }
echo "alien against predator"
benchmarks accuracy "$photos" 5 features frozen finetune
echo "CIFAR-10, 1,000 training and 1,000 test images"
benchmarks accuracy cifar10 1 features finetune finetune:all
