"""Writes tiny.onnx beside this script with PyTorch's exporter. Needs torch (1.13 was used).

    python3 make_sample.py
"""
import pathlib

import torch

torch.manual_seed(7)
network = torch.nn.Sequential(torch.nn.Conv2d(3, 2, 3, padding=1), torch.nn.ReLU(), torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(2, 4)).eval()
with torch.no_grad():
    network[4].bias[:] = torch.tensor([0.5, -1.25, 3.0, 0.0])
torch.onnx.export(network, torch.zeros(1, 3, 5, 6), pathlib.Path(__file__).with_name("tiny.onnx").as_posix(), input_names=["pixels"], output_names=["scores"], dynamic_axes={"pixels": {0: "batch"}, "scores": {0: "batch"}}, opset_version=13)
