#!/usr/bin/env bash
# Microsoft.ML.DnnImageFeaturizer.ResNet18 0.23.1, the pretrained network behind ML.NET's DnnFeaturizeImage.
#
# One would expect: ResNet-18 as in the paper (He et al., 2015, table 1) and in torchvision: two blocks of two 3x3
# convolutions in each of four stages and the first convolution, 17, and three projections: 20 convolutions with 11.2 million
# weights. Seen: the last stage has a third block. There are 22 convolutions with 15.9 million weights, so torchvision's
# names and tables do not fit, and it is slower and larger than a ResNet-18 that one compares it with.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > finding.csproj <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RestorePackagesPath>packages</RestorePackagesPath>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup>
    <PackageDownload Include="Microsoft.ML.DnnImageFeaturizer.ResNet18" Version="[0.23.1]" />
  </ItemGroup>
</Project>
PROJECT
dotnet restore > restored || { cat restored; exit 1; }
model=$(find packages -name ResNet18.onnx)

cat > count.py <<'PROGRAM'
"""Reads the nodes and initialisers of an ONNX file: a protocol buffer, fields as in onnx.proto."""
import sys
from collections import Counter


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        kind = key & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        yield key >> 3, value


def dimensions(tensor):
    sizes = []
    for number, value in fields(tensor):
        if number == 1:
            if isinstance(value, int):
                sizes.append(value)
            else:
                at = 0
                while at < len(value):
                    size, at = varint(value, at)
                    sizes.append(size)
    return sizes


model = memoryview(open(sys.argv[1], "rb").read())
graph = next(value for number, value in fields(model) if number == 7)
kinds = Counter(
    bytes(next(value for number, value in fields(node) if number == 4)).decode()
    for number, node in fields(graph)
    if number == 1
)
kernels = [d for d in (dimensions(tensor) for number, tensor in fields(graph) if number == 5) if len(d) == 4]
weights = sum(d[0] * d[1] * d[2] * d[3] for d in kernels)
wide = sum(d == [512, 512, 3, 3] for d in kernels)
print(f"{kinds['Conv']} convolutions with {weights / 1e6:.1f} million weights, {wide} of them 512 -> 512 with 3x3")
PROGRAM
python3 count.py "$model" | tee output
[ "$(cat output)" = "22 convolutions with 15.9 million weights, 5 of them 512 -> 512 with 3x3" ] ||
  { echo "changed: expected 22 convolutions, 15.9 million weights, 5 of 512 -> 512 (a ResNet-18 has 20, 11.2 and 3)"; exit 1; }
