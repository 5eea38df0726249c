"""Computes reference.json with PyTorch 1.13: gradients of small networks, and 20 steps of Adam.

Usage: python3 make_reference.py > reference.json

Weights and inputs come from a formula that the tests have too, so only results are stored.
"""
import json
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def numbers(count, offset):
    """Numbers from -1 to 1 that look random: a multiplicative hash in 32-bit integers."""
    return [((((i + 1) * 2654435761 + offset * 40503) % 4294967296) >> 8) / 8388608.0 - 1 for i in range(count)]


def tensor(shape, offset, scale=1.0):
    count = 1
    for size in shape:
        count *= size
    # The engine's numbers are float32.
    values = torch.tensor(numbers(count, offset), dtype=torch.float64) * scale
    return values.float().double().reshape(shape)


class Parameters:
    def __init__(self, scale):
        self.items = []
        self.scale = scale

    def new(self, name, *shape):
        value = tensor(shape, len(self.items) + 1, self.scale).requires_grad_()
        self.items.append((name, value))
        return value

    def gradients(self):
        return {name: [float(f"{v:.9g}") for v in value.grad.flatten().tolist()] for name, value in self.items}


def convolution(x, weight, bias, stride=1, padding=0):
    """NHWC images, kernels [height, width, input, output]."""
    return F.conv2d(x.permute(0, 3, 1, 2), weight.permute(3, 2, 0, 1), bias, stride, padding).permute(0, 2, 3, 1)


def normalization(x, weight, bias):
    return F.batch_norm(x.permute(0, 3, 1, 2), None, None, weight, bias, True, 0.1, 1e-3).permute(0, 2, 3, 1)


def finish(parameters, x, logits, labels):
    loss = F.cross_entropy(logits, torch.tensor(labels))
    loss.backward()
    return {"loss": loss.item(), "gradients": parameters.gradients(), "inputGradient": [float(f"{v:.9g}") for v in x.grad.flatten().tolist()]}


def dense_head():
    p = Parameters(0.3)
    x = tensor((4, 32), 100).requires_grad_()
    w1, b1, w2, b2 = p.new("fc1.weight", 32, 9), p.new("fc1.bias", 9), p.new("fc2.weight", 9, 2), p.new("fc2.bias", 2)
    return finish(p, x, F.relu(x @ w1 + b1) @ w2 + b2, [0, 1, 1, 0])


def convolution_head():
    p = Parameters(0.3)
    x = tensor((3, 4, 5, 6), 100).requires_grad_()
    w1, b1, w2, b2 = p.new("conv.weight", 2, 2, 6, 7), p.new("conv.bias", 7), p.new("fc.weight", 7, 3), p.new("fc.bias", 3)
    y = convolution(x, w1, b1).mean((1, 2))
    return finish(p, x, y @ w2 + b2, [2, 0, 1])


def bottleneck():
    p = Parameters(0.5)
    x = tensor((2, 5, 5, 4), 100).requires_grad_()
    c1, n1 = (p.new("conv1.weight", 1, 1, 4, 3), p.new("conv1.bias", 3)), (p.new("bn1.weight", 3), p.new("bn1.bias", 3))
    c2, n2 = (p.new("conv2.weight", 3, 3, 3, 3), p.new("conv2.bias", 3)), (p.new("bn2.weight", 3), p.new("bn2.bias", 3))
    c3, n3 = (p.new("conv3.weight", 1, 1, 3, 8), p.new("conv3.bias", 8)), (p.new("bn3.weight", 8), p.new("bn3.bias", 8))
    cd, nd = (p.new("down.weight", 1, 1, 4, 8), p.new("down.bias", 8)), (p.new("bnd.weight", 8), p.new("bnd.bias", 8))
    fc = p.new("fc.weight", 8, 3), p.new("fc.bias", 3)
    y = F.relu(normalization(convolution(x, *c1, stride=2), *n1))
    y = F.relu(normalization(convolution(y, *c2, padding=1), *n2))
    y = normalization(convolution(y, *c3), *n3)
    y = F.relu(y + normalization(convolution(x, *cd, stride=2), *nd))
    return finish(p, x, y.mean((1, 2)) @ fc[0] + fc[1], [1, 2])


def adam():
    value = tensor((5,), 1).requires_grad_()
    optimizer = torch.optim.Adam([value], lr=0.05, betas=(0.9, 0.999), eps=1e-8)
    target = tensor((5,), 2)
    trace = []
    for _ in range(20):
        optimizer.zero_grad()
        # Gradients of very different size, one of them always zero.
        (torch.tensor([1.0, 1e-3, 100.0, 0.0, 1.0]) * (value - target) ** 2).sum().backward()
        optimizer.step()
        trace.append([float(f"{v:.9g}") for v in value.tolist()])
    return trace


if __name__ == "__main__":
    json.dump({"denseHead": dense_head(), "convolutionHead": convolution_head(), "bottleneck": bottleneck(), "adam": adam()}, sys.stdout)
    print()
