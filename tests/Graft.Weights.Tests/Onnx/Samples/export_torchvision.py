"""Exports architectures of torchvision with random weights, as ONNX and as state files, with their answers for one input.

Usage: python3 export_torchvision.py FOLDER [NAME ...]. Then run the tests with GRAFT_TORCHVISION_EXPORTS=FOLDER; they are skipped
without it, because the files are some gigabytes. Needs PyTorch 1.13 and torchvision 0.14.
"""
import json
import os
import sys

import torch
import torchvision
from torch import nn

NAMES = ["alexnet", "vgg11", "vgg16_bn", "googlenet", "inception_v3", "resnet18", "resnet50", "densenet121", "squeezenet1_0",
         "squeezenet1_1", "mobilenet_v2", "mobilenet_v3_large", "mobilenet_v3_small", "efficientnet_b0", "efficientnet_b1", "mnasnet1_0",
         "resnext50_32x4d", "wide_resnet50_2", "regnet_y_400mf"]


def main():
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    answers = {}
    for name in sys.argv[2:] or NAMES:
        torch.manual_seed(11)
        options = {"init_weights": False} if name in ("googlenet", "inception_v3") else {}
        model = getattr(torchvision.models, name)(weights=None, **options)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_mean, -0.1, 0.1)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
        model.eval()
        size = 299 if name == "inception_v3" else 224
        x = ((torch.arange(3 * size * size) * 7919) % 1000 / 500 - 1).reshape(1, 3, size, size)
        with torch.no_grad():
            answer = model(x).flatten().tolist()
        torch.onnx.export(model, x, os.path.join(folder, name + ".onnx"), opset_version=13, dynamic_axes={"x": {0: "batch"}}, input_names=["x"])
        torch.save(model.state_dict(), os.path.join(folder, name + ".pth"))
        answers[name] = {"size": size, "output": answer}
        print(name, flush=True)
        with open(os.path.join(folder, "answers.json"), "w") as file:
            json.dump(answers, file)


if __name__ == "__main__":
    main()
