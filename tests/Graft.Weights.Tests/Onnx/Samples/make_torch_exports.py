"""Exports tiny networks with torch.onnx.export at several opsets, and PyTorch's own answers for fixed inputs.

Needs PyTorch 1.13; writes torch/*.onnx and torch/answers.json next to this file. The files hold idioms of the exporter:
shape arithmetic before a reshape, steps of activations that older opsets lack, attributes that became inputs.
"""
import json
import os

import torch
from torch import nn
from torch.nn import functional as F

FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "torch")


class Vgg(nn.Module):
    """Flattens a map with its channels first into a dense layer."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3, padding=1)
        self.pool = nn.MaxPool2d(3, 2, ceil_mode=True)
        self.fc1 = nn.Linear(4 * 4 * 5, 6)
        self.fc2 = nn.Linear(6, 5)

    def forward(self, x):
        x = self.pool(F.relu(self.conv(x)))
        x = F.dropout(F.relu(self.fc1(torch.flatten(x, 1))), 0.4, self.training)
        return F.log_softmax(self.fc2(x), dim=1)


class Mobile(nn.Module):
    """Depthwise convolution, a residual sum, ReLU6 and the mean over height and width."""

    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1, bias=False), nn.BatchNorm2d(4), nn.ReLU6())
        self.depth = nn.Sequential(nn.Conv2d(4, 4, 3, padding=1, groups=4, bias=False), nn.BatchNorm2d(4), nn.ReLU6(), nn.Conv2d(4, 4, 1))
        self.fc = nn.Linear(4, 5, bias=False)

    def forward(self, x):
        x = self.stem(x)
        return self.fc((x + self.depth(x)).mean([2, 3]))


class Excitation(nn.Module):
    """Hard swish, squeeze and excitation, and a view whose size is computed."""

    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(3, 6, (1, 3), padding=(0, 1))
        self.fc1 = nn.Conv2d(6, 2, 1)
        self.fc2 = nn.Conv2d(2, 6, 1)
        self.bn = nn.BatchNorm2d(6)
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = F.hardswish(self.conv(x))
        scale = F.hardsigmoid(self.fc2(F.relu(self.fc1(F.adaptive_avg_pool2d(x, 1)))))
        x = self.bn(scale * x)
        x = F.adaptive_avg_pool2d(x, 1)
        return self.fc(x.view(x.size(0), -1))


class Dense(nn.Module):
    """Concatenations, swish, average pooling, dilation, groups, and preprocessing of three channels."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([0.1, 0.2, 0.3]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([0.5, 0.25, 0.75]).view(1, 3, 1, 1))
        self.a = nn.Conv2d(3, 4, 3, padding=2, dilation=2)
        self.b = nn.Conv2d(7, 8, 3, padding=1, groups=1)
        self.c = nn.Conv2d(8, 6, 1, groups=2)
        self.bn = nn.BatchNorm2d(7)

    def forward(self, x):
        x = (x - self.mean) / self.std
        x = torch.cat([x, F.silu(self.a(x))], 1)
        x = torch.sigmoid(self.b(F.relu(self.bn(x))))
        x = F.avg_pool2d(x, 3, 2, padding=1, ceil_mode=True, count_include_pad=False)
        x = self.c(F.avg_pool2d(F.pad(x, (1, 0, 0, 1)), 2, 1))
        x = F.adaptive_avg_pool2d(x, (1, 1))
        return torch.softmax(x.reshape(x.shape[0], x.shape[1]), dim=-1)


class Tokens(nn.Module):
    """Patches as tokens, dense layers on each of them, and their mean."""

    def __init__(self):
        super().__init__()
        self.patches = nn.Conv2d(3, 6, 2, 2)
        self.fc1 = nn.Linear(6, 8)
        self.fc2 = nn.Linear(8, 6)
        self.fc = nn.Linear(6, 5)

    def forward(self, x):
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = x + self.fc2(F.silu(self.fc1(x)))
        return self.fc(x.mean(1))


CASES = [
    ("vgg_opset9", Vgg, 9, True, True),
    ("vgg_opset13", Vgg, 13, False, False),
    ("vgg_opset17", Vgg, 17, True, True),
    ("mobile_opset7", Mobile, 7, False, True),
    ("mobile_opset11", Mobile, 11, True, False),
    ("mobile_opset13", Mobile, 13, True, True),
    ("excitation_opset11", Excitation, 11, True, True),
    ("excitation_opset13", Excitation, 13, True, False),
    ("excitation_opset16", Excitation, 16, False, True),
    ("dense_opset9", Dense, 9, False, True),
    ("dense_opset13", Dense, 13, True, True),
    ("dense_opset17", Dense, 17, True, False),
    ("tokens_opset11", Tokens, 11, True, True),
    ("tokens_opset13", Tokens, 13, False, True),
    ("tokens_opset17", Tokens, 17, True, False),
]


def main():
    os.makedirs(FOLDER, exist_ok=True)
    answers = {}
    for name, kind, opset, free_batch, fold in CASES:
        torch.manual_seed(7)
        model = kind()
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                nn.init.uniform_(module.running_mean, -0.2, 0.2)
                nn.init.uniform_(module.running_var, 0.5, 1.5)
                nn.init.uniform_(module.weight, 0.5, 1.5)
                nn.init.uniform_(module.bias, -0.2, 0.2)
        model.eval()
        shape = (2 if free_batch else 1, 3, 8, 10)
        count = shape[0] * shape[1] * shape[2] * shape[3]
        x = (torch.arange(count) * 7919 % 1000 / 500 - 1).reshape(shape)
        axes = {"image": {0: "batch"}, "answer": {0: "batch"}} if free_batch else None
        torch.onnx.export(model, x, os.path.join(FOLDER, name + ".onnx"), opset_version=opset, input_names=["image"],
                          output_names=["answer"], dynamic_axes=axes, do_constant_folding=fold)
        with torch.no_grad():
            answers[name] = {"shape": list(shape), "output": [round(v, 7) for v in model.double()(x.double()).flatten().tolist()]}
    with open(os.path.join(FOLDER, "answers.json"), "w") as file:
        json.dump(answers, file, indent=1)
        file.write("\n")


if __name__ == "__main__":
    main()
