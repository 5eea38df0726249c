"""Runs one ONNX file in PyTorch, as a server for the comparison: see the README beside this file for the protocol.

Usage: torch_server.py MODEL INPUT OUTPUT BATCH SIZE THREADS
"""
import json
import sys
import time

import numpy
import torch
from torch import nn
import torch.nn.functional as functional

from onnx_graph import Graph


def memory():
    with open("/proc/self/status") as file:
        values = dict(line.split(":", 1) for line in file)
    return [int(values[key].split()[0]) / 1024 for key in ("VmHWM", "VmRSS")]


class Network(nn.Module):
    """The operators of a graph as PyTorch's own modules and functions."""

    def __init__(self, graph):
        super().__init__()
        self.graph = graph
        # What is not used any more is freed, as in a network that a person writes.
        last = {name: index for index, node in enumerate(graph.nodes) for name in node.inputs}
        self.dead = [[name for name in node.inputs if name not in graph.constants and last[name] == index] for index, node in enumerate(graph.nodes)]
        self.layers = nn.ModuleDict()
        for index, node in enumerate(graph.nodes):
            module = self.module(node)
            if module is not None:
                self.layers[str(index)] = module
            for name in node.inputs:
                if module is None and name in graph.constants:
                    self.register_buffer(self.key(name), torch.from_numpy(graph.constants[name].copy()))

    @staticmethod
    def key(name):
        return "constant_" + name.replace(".", "_").replace("/", "_").replace(":", "_")

    def module(self, node):
        """The module of an operator with parameters; None for the others."""
        values = [torch.from_numpy(self.graph.constants[name].copy()) if name in self.graph.constants else None for name in node.inputs]
        at = node.attributes
        if node.kind == "Conv":
            top, left, bottom, right = at.get("pads", [0, 0, 0, 0])
            weight = values[1]
            padded = (top, left) != (bottom, right)
            module = nn.Conv2d(
                weight.shape[1] * at.get("group", 1), weight.shape[0], tuple(weight.shape[2:]), at.get("strides", 1),
                0 if padded else (top, left), at.get("dilations", 1), at.get("group", 1), len(values) > 2)
            module.weight.data = weight
            if len(values) > 2:
                module.bias.data = values[2]
            return nn.Sequential(nn.ZeroPad2d((left, right, top, bottom)), module) if padded else module
        if node.kind == "BatchNormalization":
            module = nn.BatchNorm2d(len(values[1]), eps=at.get("epsilon", 1e-5))
            module.weight.data, module.bias.data, module.running_mean, module.running_var = values[1:]
            return module
        if node.kind == "Gemm":
            module = nn.Linear(values[1].shape[0], values[1].shape[1])
            module.weight.data, module.bias.data = values[1].t().contiguous(), values[2]
            return module
        return None

    def forward(self, pixels):
        values = {self.graph.input: pixels}
        for index, node in enumerate(self.graph.nodes):
            inputs = [values[name] if name in values else getattr(self, self.key(name), None) for name in node.inputs]
            layer = self.layers[str(index)] if str(index) in self.layers else None
            values[node.outputs[0]] = layer(inputs[0]) if layer is not None else self.compute(node, inputs)
            del inputs
            for name in set(self.dead[index]):
                del values[name]
        return values[self.graph.output]

    @staticmethod
    def compute(node, inputs):
        at, x = node.attributes, inputs[0]
        kind = node.kind
        if kind == "Relu":
            return functional.relu(x)
        if kind == "Clip":
            low, high = float(inputs[1]), float(inputs[2])
            return functional.relu6(x) if (low, high) == (0, 6) else torch.clamp(x, low, high)
        if kind == "Add":
            return x + inputs[1]
        if kind == "Sub":
            return x - inputs[1]
        if kind == "Mul":
            return x * inputs[1]
        if kind == "Div":
            return x / inputs[1]
        if kind == "Gather":
            return torch.index_select(x, at.get("axis", 0), inputs[1])
        if kind == "Transpose":
            return x.permute(at["perm"])
        if kind == "Flatten":
            return torch.flatten(x, 1)
        if kind == "GlobalAveragePool":
            return functional.adaptive_avg_pool2d(x, 1)
        if kind == "MaxPool":
            top, left, bottom, right = at.get("pads", [0, 0, 0, 0])
            if (top, left) != (bottom, right):
                x, top, left = functional.pad(x, (left, right, top, bottom), value=float("-inf")), 0, 0
            return functional.max_pool2d(x, at["kernel_shape"], at["strides"], (top, left))
        if kind == "Pad":
            pads = [int(value) for value in inputs[1]]
            return functional.pad(x, (pads[3], pads[7], pads[2], pads[6]))
        raise ValueError(f"the graph has the operator {kind}, which this server does not know; add it to Network.compute")


def main():
    model, source, target, batch, size, threads = sys.argv[1], sys.argv[2], sys.argv[3], *map(int, sys.argv[4:7])
    torch.set_num_threads(threads)
    start = time.perf_counter()
    pixels = torch.from_numpy(numpy.fromfile(source, "<f4").reshape(batch, size, size, 3))
    with torch.no_grad():
        network = torch.jit.trace(Network(Graph(model)).eval(), pixels)
        network = torch.jit.optimize_for_inference(torch.jit.freeze(network))
        features = network(pixels)
        seconds = time.perf_counter() - start
        features.contiguous().numpy().astype("<f4").tofile(target)
        print(json.dumps({"name": "PyTorch", "version": torch.__version__, "loadSeconds": seconds}), flush=True)
        for line in sys.stdin:
            command = line.split()
            if command[0] == "memory":
                print(*memory(), flush=True)
            else:
                seconds = []
                for _ in range(int(command[1])):
                    start = time.perf_counter()
                    network(pixels)
                    seconds.append(time.perf_counter() - start)
                print(*seconds, flush=True)


if __name__ == "__main__":
    main()
