"""Computes golden.json with torchvision's VGG-16 and MobileNetV2, in double precision, with parameters from a small
counter-based generator that SeededParameters.cs has too.

Usage: python3 make_golden.py > golden.json   (PyTorch 1.13, torchvision 0.14)
"""
import json
import sys

import numpy as np
import torch
import torchvision

SIZE = 64


def uniform(name, count):
    """Numbers from -1 to 1 in steps of 2^-23: SplitMix64 of the name's FNV-1a hash plus the number's place."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    with np.errstate(over="ignore"):
        z = np.uint64(key) + np.arange(1, count + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    return ((z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23)) - np.float32(1)


def fill(model, flattened):
    """Makes each tensor in Graft's order (kernel height, kernel width, inputs, outputs) and moves it to PyTorch's."""
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = uniform(name, tensor.numel())
        if tensor.dim() > 1:
            values = values * np.sqrt(np.float32(6) / np.float32(tensor.numel() // tensor.shape[0]), dtype=np.float32)
        elif name.endswith("running_var") or name.endswith(".weight"):
            values = np.float32(1) + values * np.float32(0.25)
        else:
            values = values * np.float32(0.125)
        values = torch.from_numpy(values.astype(np.float64))
        if tensor.dim() == 4:
            outputs, inputs, height, width = tensor.shape
            values = values.reshape(height, width, inputs, outputs).permute(3, 2, 0, 1)
        elif tensor.dim() == 2 and name == flattened:
            # Graft flattens height, width, channels; PyTorch channels, height, width.
            side = SIZE // 32
            values = values.reshape(side, side, 512, -1).permute(3, 2, 0, 1).reshape(tensor.shape)
        elif tensor.dim() == 2:
            values = values.reshape(tensor.shape[1], tensor.shape[0]).t()
        tensor.copy_(values)


def sample(tensor, step):
    flat = tensor.reshape(-1)
    return {"step": step, "count": flat.numel(), "values": [float(f"{v:.9g}") for v in flat[::step].tolist()]}


# The image that the test makes too: RGB bytes from integers alone.
y, x, c = np.meshgrid(np.arange(SIZE), np.arange(SIZE), np.arange(3), indexing="ij")
image = ((x * y * (c + 1) // 16 + 3 * x + 5 * y * c) % 256).astype(np.float64)
caffe = torch.from_numpy(image[:, :, ::-1] - np.array([103.939, 116.779, 123.68])).permute(2, 0, 1)[None]
scaled = torch.from_numpy((image / 255 - np.array([0.485, 0.456, 0.406])) / np.array([0.229, 0.224, 0.225])).permute(2, 0, 1)[None]

with torch.no_grad():
    vgg = torchvision.models.vgg16().eval().double()
    parameters = sum(p.numel() for p in vgg.parameters())
    # Without pooling to 7x7, which does nothing at 224 pixels.
    vgg.avgpool = torch.nn.Identity()
    vgg.classifier[0] = torch.nn.Linear((SIZE // 32) ** 2 * 512, 4096).double()
    fill(vgg, "classifier.0.weight")
    spatial = vgg.features(caffe)
    result = {
        "vgg16": {
            "parameters": parameters,
            "features.30": sample(spatial.permute(0, 2, 3, 1), 37),
            "classifier.1": sample(vgg.classifier[:2](spatial.flatten(1)), 67),
            "classifier.6": sample(vgg.classifier(spatial.flatten(1)), 29),
        }
    }
    mobile = torchvision.models.mobilenet_v2().eval().double()
    fill(mobile, None)
    spatial = mobile.features(scaled)
    result["mobilenet_v2"] = {
        "parameters": sum(p.numel() for p in mobile.parameters()),
        "features.3.add": sample(mobile.features[:4](scaled).permute(0, 2, 3, 1), 149),
        "features.18.2": sample(spatial.permute(0, 2, 3, 1), 97),
        "avgpool": sample(spatial.mean((2, 3)), 31),
        "classifier.1": sample(mobile.classifier(spatial.mean((2, 3))), 29),
    }
json.dump(result, sys.stdout, indent=1)
print()
