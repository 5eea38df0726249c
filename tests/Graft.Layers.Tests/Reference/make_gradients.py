"""Computes gradients.json with PyTorch 1.13: gradients of the blocks that networks are made of, and of two small networks.

Usage: python3 make_gradients.py > gradients.json

Networks are lists of nodes, the same as in GradientTests.cs. Weights and inputs come from a formula that the tests have
too. Of each gradient its norm and some values, evenly spread, are stored. Everything is computed in double precision. The
input's offset is one with which no value lies so near a kink that single precision, PyTorch's own too, falls on its other side.
"""
import json
import math
import sys

import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
SAMPLES = 10


def numbers(count, offset):
    """Numbers from -1 to 1 that look random: a multiplicative hash in 32-bit integers."""
    i = torch.arange(1, count + 1, dtype=torch.int64)
    return ((i * 2654435761 + offset * 40503) % 4294967296 >> 8).double() / 8388608.0 - 1


def single(values):
    """The engine's numbers are float32."""
    return values.float().double()


class Network:
    """Nodes with names; each takes the one before it unless told otherwise."""

    def __init__(self, statistics, batch, *shape):
        self.statistics, self.parameters, self.offset = statistics, {}, 0
        self.input = single(numbers(batch * math.prod(shape), 1001)).reshape(batch, *shape).requires_grad_()
        self.values, self.last = {"input": self.input}, "input"

    def parameter(self, name, shape, centre, reach, trained=True):
        self.offset += 1
        value = single(centre + reach * numbers(math.prod(shape), self.offset)).reshape(shape)
        if trained:
            self.parameters[name] = value.requires_grad_()
        return value

    def weight(self, name, shape):
        return self.parameter(name, shape, 0, math.sqrt(6 / math.prod(shape[:-1])))

    def put(self, name, value):
        self.values[name], self.last = value, name

    def conv(self, name, kernel, inputs, outputs, stride=1, padding=None, groups=1, source=None):
        x = self.values[source or self.last]
        w = self.weight(f"{name}.weight", (kernel, kernel, inputs // groups, outputs))
        b = self.parameter(f"{name}.bias", (outputs,), 0, 0.1)
        padding = kernel // 2 if padding is None else padding
        self.put(name, F.conv2d(x.permute(0, 3, 1, 2), w.permute(3, 2, 0, 1), b, stride, padding, 1, groups).permute(0, 2, 3, 1))

    def bn(self, name, channels):
        w, b = self.parameter(f"{name}.weight", (channels,), 1, 0.25), self.parameter(f"{name}.bias", (channels,), 0, 0.1)
        mean = self.parameter(f"{name}.running_mean", (channels,), 0, 0.1, trained=False)
        variance = self.parameter(f"{name}.running_var", (channels,), 1, 0.5, trained=False)
        x = self.values[self.last].permute(0, 3, 1, 2)
        self.put(name, F.batch_norm(x, mean, variance, w, b, self.statistics, 0.1, 1e-3).permute(0, 2, 3, 1))

    def relu(self, name, ceiling=None):
        x = self.values[self.last]
        self.put(name, F.relu(x) if ceiling is None else x.clamp(0, ceiling))

    def add(self, name, one, other):
        self.put(name, self.values[one] + self.values[other])

    def maxpool(self, name, size, stride, padding=0):
        self.put(name, F.max_pool2d(self.values[self.last].permute(0, 3, 1, 2), size, stride, padding).permute(0, 2, 3, 1))

    def avgpool(self, name):
        self.put(name, self.values[self.last].mean((1, 2)))

    def flatten(self, name):
        self.put(name, self.values[self.last].flatten(1))

    def dense(self, name, inputs, outputs):
        x = self.values[self.last]
        self.put(name, x @ self.weight(f"{name}.weight", (inputs, outputs)) + self.parameter(f"{name}.bias", (outputs,), 0, 0.1))

    def finish(self):
        logits = self.values[self.last]
        loss = F.cross_entropy(logits, torch.arange(len(logits)) % logits.shape[1])
        loss.backward()
        gradients = {name: value.grad for name, value in self.parameters.items()}
        gradients["input"] = self.input.grad
        return {"loss": loss.item(), "gradients": {name: summary(value.flatten()) for name, value in gradients.items()}}


def summary(values):
    step = max(1, len(values) // SAMPLES)
    return {"norm": float(f"{values.norm().item():.9g}"), "values": [float(f"{v:.7g}") for v in values[::step].tolist()]}


def bottleneck(n, name, inputs, inner, outputs, stride):
    start = n.last
    n.conv(f"{name}.conv1", 1, inputs, inner, stride)
    n.bn(f"{name}.bn1", inner)
    n.relu(f"{name}.relu1")
    n.conv(f"{name}.conv2", 3, inner, inner)
    n.bn(f"{name}.bn2", inner)
    n.relu(f"{name}.relu2")
    n.conv(f"{name}.conv3", 1, inner, outputs)
    n.bn(f"{name}.bn3", outputs)
    shortcut = start
    if inputs != outputs or stride != 1:
        n.conv(f"{name}.down", 1, inputs, outputs, stride, source=start)
        n.bn(f"{name}.bnd", outputs)
        shortcut = f"{name}.bnd"
    n.add(f"{name}.add", f"{name}.bn3", shortcut)
    n.relu(f"{name}.relu3")


def inverted_residual(n, name, inputs, expansion, outputs, stride):
    start, inner = n.last, inputs * expansion
    n.conv(f"{name}.expand", 1, inputs, inner)
    n.bn(f"{name}.bn1", inner)
    n.relu(f"{name}.relu1", 6)
    n.conv(f"{name}.depthwise", 3, inner, inner, stride, groups=inner)
    n.bn(f"{name}.bn2", inner)
    n.relu(f"{name}.relu2", 6)
    n.conv(f"{name}.project", 1, inner, outputs)
    n.bn(f"{name}.bn3", outputs)
    if inputs == outputs and stride == 1:
        n.add(f"{name}.add", start, f"{name}.bn3")


def bottleneck_block(statistics):
    n = Network(statistics, 3, 9, 10, 24)
    bottleneck(n, "a", 24, 16, 40, 2)
    bottleneck(n, "b", 40, 16, 40, 1)
    n.avgpool("pool")
    n.dense("fc", 40, 5)
    return n.finish()


def vgg_block(statistics):
    n = Network(statistics, 2, 12, 13, 16)
    n.conv("conv1", 3, 16, 20)
    n.relu("relu1")
    n.conv("conv2", 3, 20, 33)
    n.relu("relu2")
    n.maxpool("pool", 2, 2)
    n.flatten("flatten")
    n.dense("fc1", 6 * 6 * 33, 19)
    n.relu("relu3")
    n.dense("fc2", 19, 3)
    return n.finish()


def inverted_residual_block(statistics):
    n = Network(statistics, 3, 8, 9, 12)
    inverted_residual(n, "a", 12, 3, 12, 1)
    inverted_residual(n, "b", 12, 4, 20, 2)
    n.avgpool("pool")
    n.dense("fc", 20, 4)
    return n.finish()


def small_resnet(statistics):
    n = Network(statistics, 4, 32, 32, 3)
    n.conv("conv1", 7, 3, 16, 2)
    n.bn("bn1", 16)
    n.relu("relu")
    n.maxpool("maxpool", 3, 2, 1)
    bottleneck(n, "layer1.0", 16, 16, 32, 1)
    bottleneck(n, "layer1.1", 32, 16, 32, 1)
    bottleneck(n, "layer2.0", 32, 24, 48, 2)
    n.avgpool("pool")
    n.dense("fc", 48, 6)
    return n.finish()


def small_mobilenet(statistics):
    n = Network(statistics, 4, 24, 24, 3)
    n.conv("stem", 3, 3, 16, 2)
    n.bn("stem.bn", 16)
    n.relu("stem.relu", 6)
    inverted_residual(n, "a", 16, 1, 8, 1)
    inverted_residual(n, "b", 8, 6, 12, 2)
    inverted_residual(n, "c", 12, 6, 12, 1)
    n.conv("last", 1, 12, 40)
    n.bn("last.bn", 40)
    n.relu("last.relu", 6)
    n.avgpool("pool")
    n.dense("fc", 40, 3)
    return n.finish()


networks = [bottleneck_block, vgg_block, inverted_residual_block, small_resnet, small_mobilenet]
json.dump({f"{make.__name__}{suffix}": make(statistics) for make in networks for statistics, suffix in [(False, ""), (True, " with statistics")]}, sys.stdout)
print()
