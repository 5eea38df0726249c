"""Trains one ONNX file in PyTorch, as a server for the comparison: see the README beside this file for the protocol.

Usage: torch_training_server.py MODE MODEL INPUT OUTPUT BATCH SIZE THREADS

Written as people write it: eager, the frozen part in evaluation mode under no_grad, rectifiers and sums in place as in
torchvision, images contiguous as a data loader gives them.
"""
import json
import sys
import time

import numpy
import torch
import torch.nn.functional as functional

from onnx_graph import Graph
from torch_server import Network, memory

COMPARED_STEPS = 3
FIRST_TRAINED = {"train-head": "head.0", "train-last-stage": "layer4.0.conv1", "train-all": None, "train-all-statistics": None}


class TrainedNetwork(Network):
    """The operators of a graph, of which those from a node on are trained."""

    def __init__(self, graph, first_trained):
        super().__init__(graph)
        names = [node.inputs[1] if len(node.inputs) > 1 else "" for node in graph.nodes]
        trained = [index for index, name in enumerate(names) if first_trained and name.startswith(first_trained + ".")]
        self.first = trained[0] if trained else 0
        if first_trained and not trained:
            raise ValueError(f"the graph has no parameters of '{first_trained}'")
        for index, layer in self.layers.items():
            layer.requires_grad_(int(index) >= self.first)

    def forward(self, pixels):
        values = {self.graph.input: pixels}
        with torch.no_grad():
            self.run(values, 0, self.first)
        self.run(values, self.first, len(self.graph.nodes))
        return values[self.graph.output]

    def run(self, values, first, end):
        for index in range(first, end):
            node = self.graph.nodes[index]
            inputs = [values[name] if name in values else getattr(self, self.key(name), None) for name in node.inputs]
            layer = self.layers[str(index)] if str(index) in self.layers else None
            values[node.outputs[0]] = layer(inputs[0]) if layer is not None else self.compute(node, inputs)
            del inputs
            for name in set(self.dead[index]):
                del values[name]

    @staticmethod
    def compute(node, inputs):
        if node.kind == "Relu":
            return functional.relu(inputs[0], inplace=True)
        if node.kind == "Add":
            return inputs[0].add_(inputs[1])
        result = Network.compute(node, inputs)
        return result.contiguous() if node.kind == "Transpose" else result


def main():
    mode, model, source, target = sys.argv[1:5]
    batch, size, threads = map(int, sys.argv[5:8])
    torch.set_num_threads(threads)
    start = time.perf_counter()
    pixels = torch.from_numpy(numpy.fromfile(source, "<f4").reshape(batch, size, size, 3))
    network = TrainedNetwork(Graph(model), FIRST_TRAINED[mode])
    network.train(mode == "train-all-statistics")
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], lr=1e-3, momentum=0.9)
    labels = torch.arange(batch) % 2

    def step():
        optimizer.zero_grad()
        loss = functional.cross_entropy(network(pixels), labels)
        loss.backward()
        optimizer.step()
        return loss.item()

    losses = [step() for _ in range(COMPARED_STEPS)]
    seconds = time.perf_counter() - start
    numpy.array(losses, "<f4").tofile(target)
    print(json.dumps({"name": "PyTorch", "version": torch.__version__, "loadSeconds": seconds}), flush=True)
    for line in sys.stdin:
        command = line.split()
        if command[0] == "memory":
            print(*memory(), flush=True)
        else:
            seconds = []
            for _ in range(int(command[1])):
                start = time.perf_counter()
                step()
                seconds.append(time.perf_counter() - start)
            print(*seconds, flush=True)


main()
