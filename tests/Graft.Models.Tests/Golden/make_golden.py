"""Computes golden.json: logits and pooled features of torchvision's networks, in double precision, with parameters from a
small counter-based generator that SeededParameters.cs has too; and how many parameters and multiply-adds they have at
their usual size. What torchvision lacks (Xception, ResNets with the stride on the 1x1) is built here from the papers.

Usage: python3 make_golden.py > golden.json   (PyTorch 1.13, torchvision 0.14; some minutes, 4 GB)
"""
import hashlib
import json
import sys
import warnings

import numpy as np
import torch
import torchvision
from torch import nn

warnings.filterwarnings("ignore")
SAMPLES = 32


def uniform(name, count):
    """Numbers from -1 to 1 in steps of 2^-23: SplitMix64 of the name's FNV-1a hash plus the number's place."""
    key = 0xCBF29CE484222325
    for byte in name.encode():
        key = ((key ^ byte) * 0x100000001B3) & 0xFFFFFFFFFFFFFFFF
    numbers = np.empty(count, dtype=np.float32)
    for start in range(0, count, 1 << 22):
        end = min(count, start + (1 << 22))
        with np.errstate(over="ignore"):
            z = np.uint64(key) + np.arange(start + 1, end + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
            z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            z = z ^ (z >> np.uint64(31))
        numbers[start:end] = ((z >> np.uint64(40)).astype(np.float32) * np.float32(2.0**-23)) - np.float32(1)
    return numbers


def fill(model, flattened, map_size):
    """Makes each tensor in Graft's order (kernel height, kernel width, inputs, outputs) and moves it to PyTorch's."""
    for name, tensor in model.state_dict().items():
        if name.endswith("num_batches_tracked"):
            continue
        values = uniform(name, tensor.numel())
        if tensor.dim() > 1 and name != "mean_image.mean":
            values *= np.sqrt(np.float32(6) / np.float32(tensor.numel() // tensor.shape[0]), dtype=np.float32)
        elif name.endswith("running_var") or name.endswith(".weight"):
            values = np.float32(1) + values * np.float32(0.25)
        else:
            values *= np.float32(0.125)
        values = torch.from_numpy(values)
        if tensor.dim() == 4:
            outputs, inputs, height, width = tensor.shape
            values = values.reshape(height, width, inputs, outputs).permute(3, 2, 0, 1)
        elif tensor.dim() == 3:
            values = values.reshape(*tensor.shape[1:], tensor.shape[0]).permute(2, 0, 1)
        elif tensor.dim() == 2 and name == flattened:
            # Graft flattens height, width, channels; PyTorch channels, height, width.
            values = values.reshape(map_size, map_size, -1, tensor.shape[0]).permute(3, 2, 0, 1).reshape(tensor.shape)
        elif tensor.dim() == 2:
            values = values.reshape(tensor.shape[1], tensor.shape[0]).t()
        tensor.copy_(values)


class Separable(nn.Module):
    def __init__(self, inputs, outputs):
        super().__init__()
        self.depthwise = nn.Conv2d(inputs, inputs, 3, padding=1, groups=inputs, bias=False)
        self.pointwise = nn.Conv2d(inputs, outputs, 1, bias=False)

    def forward(self, x):
        return self.pointwise(self.depthwise(x))


class Xception(nn.Module):
    """Figure 5 of the paper, with the names and epsilon of Keras."""

    def __init__(self):
        super().__init__()
        self.block1_conv1 = nn.Conv2d(3, 32, 3, stride=2, bias=False)
        self.block1_conv1_bn = nn.BatchNorm2d(32, eps=1e-3)
        self.block1_conv2 = nn.Conv2d(32, 64, 3, bias=False)
        self.block1_conv2_bn = nn.BatchNorm2d(64, eps=1e-3)
        inputs = 64
        self.halving = {2: (128, 128), 3: (256, 256), 4: (728, 728), 13: (728, 1024)}
        for block in range(2, 14):
            if block in self.halving:
                inner, outputs = self.halving[block]
                setattr(self, f"block{block}_residual", nn.Conv2d(inputs, outputs, 1, stride=2, bias=False))
                setattr(self, f"block{block}_residual_bn", nn.BatchNorm2d(outputs, eps=1e-3))
                self.separable(block, 1, inputs, inner)
                self.separable(block, 2, inner, outputs)
                inputs = outputs
            else:
                for number in (1, 2, 3):
                    self.separable(block, number, 728, 728)
        self.separable(14, 1, 1024, 1536)
        self.separable(14, 2, 1536, 2048)
        self.predictions = nn.Linear(2048, 1000)

    def separable(self, block, number, inputs, outputs):
        setattr(self, f"block{block}_sepconv{number}", Separable(inputs, outputs))
        setattr(self, f"block{block}_sepconv{number}_bn", nn.BatchNorm2d(outputs, eps=1e-3))

    def run(self, block, number, x):
        return getattr(self, f"block{block}_sepconv{number}_bn")(getattr(self, f"block{block}_sepconv{number}")(x))

    def forward(self, x):
        x = torch.relu(self.block1_conv1_bn(self.block1_conv1(x)))
        x = torch.relu(self.block1_conv2_bn(self.block1_conv2(x)))
        for block in range(2, 14):
            if block in self.halving:
                shortcut = getattr(self, f"block{block}_residual_bn")(getattr(self, f"block{block}_residual")(x))
                x = self.run(block, 1, x if block == 2 else torch.relu(x))
                x = self.run(block, 2, torch.relu(x))
                # Keras's "same" for windows of 3 and stride 2: the padding in all is what the last window lacks.
                top, left = x.shape[2] % 2, x.shape[3] % 2
                x = nn.functional.max_pool2d(nn.functional.pad(x, (left, 1, top, 1), value=-np.inf), 3, 2) + shortcut
            else:
                shortcut = x
                for number in (1, 2, 3):
                    x = self.run(block, number, torch.relu(x))
                x = x + shortcut
        x = torch.relu(self.run(14, 1, x))
        x = torch.relu(self.run(14, 2, x))
        return self.predictions(x.mean((2, 3)))


class MeanImage(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.register_buffer("mean", torch.zeros(3, size, size))

    def forward(self, x):
        return x - self.mean


class CntkResNet18(torchvision.models.ResNet):
    """CNTK's ResNet-18, which ML.NET has: a third block in the last stage, and a mean image."""

    def __init__(self):
        super().__init__(torchvision.models.resnet.BasicBlock, [2, 2, 2, 3])
        self.mean_image = MeanImage(224)

    def forward(self, x):
        return super().forward(self.mean_image(x))


def strided_pointwise(model):
    """The paper's ResNet, as Keras has it, out of torchvision's: the stride on the first 1x1, biases, Keras's epsilon."""
    for name, module in list(model.named_modules()):
        if isinstance(module, torchvision.models.resnet.Bottleneck):
            module.conv1.stride, module.conv2.stride = module.conv2.stride, module.conv1.stride
        elif isinstance(module, nn.Conv2d):
            module.bias = nn.Parameter(torch.zeros(module.out_channels))
        elif isinstance(module, nn.BatchNorm2d):
            module.eps = 1e-3
    return model


IMAGENET = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
HALF = ([0.5] * 3, [0.5] * 3)
CAFFE = None
BGR = "bgr"


def scaled(image, scheme):
    if scheme is CAFFE:
        values = image[:, :, ::-1] - np.array([103.939, 116.779, 123.68])
    elif scheme == BGR:
        values = image[:, :, ::-1]
    else:
        values = (image / 255 - np.array(scheme[0])) / np.array(scheme[1])
    return torch.from_numpy(np.ascontiguousarray(values)).permute(2, 0, 1)[None]


def synthetic_image(size):
    """The image that the test makes too: RGB bytes from integers alone."""
    y, x, c = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    return ((x * y * (c + 1) // 16 + 3 * x + 5 * y * c) % 256).astype(np.float64)


def state_digest(model):
    """SHA-256 of the names and shapes of a state_dict, in ordinal order."""
    lines = sorted(f"{name} {list(tensor.shape)}\n" for name, tensor in model.state_dict().items() if not name.endswith("num_batches_tracked"))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def sample(tensor):
    flat = tensor.reshape(-1)
    step = max(1, flat.numel() // SAMPLES)
    values = flat[::step].tolist()
    return {"count": flat.numel(), "step": step, "norm": float(f"{flat.norm().item():.9g}"), "values": [float(f"{v:.9g}") for v in values]}


def multiply_adds(model, size):
    """Counts those of convolutions and dense layers while the model runs."""
    total = 0

    def count(module, inputs, output):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += module.weight.numel() * output.shape[2] * output.shape[3]
        elif isinstance(module, nn.Linear):
            total += module.weight.numel()

    handles = [module.register_forward_hook(count) for module in model.modules()]
    model(torch.zeros(1, 3, size, size))
    for handle in handles:
        handle.remove()
    return total


def describe(model, classifier, size, usual, scheme, flattened=None, map_size=1, features=None):
    """features: the pooled features from the model's own, where the classifier does not take them."""
    model = model.eval()
    result = {"size": size, "parameters": sum(p.numel() for p in model.parameters()), "multiplyAdds": multiply_adds(model, usual)}
    result["stateDict"] = state_digest(model)
    if hasattr(model, "mean_image"):
        model.mean_image = MeanImage(size)
    model = model.double()
    fill(model, flattened, map_size)
    pooled = []
    handle = model.get_submodule(classifier).register_forward_pre_hook(lambda _, inputs: pooled.append(inputs[0]))
    logits = model(scaled(synthetic_image(size), scheme))
    handle.remove()
    result["pooled"] = sample(pooled[0] if features is None else features(pooled[0]))
    result["logits"] = sample(logits)
    return result


def networks():
    models = torchvision.models
    yield "alexnet", lambda: describe(models.alexnet(), "classifier.6", 80, 224, IMAGENET, "classifier.1.weight", 6)
    for depth in (11, 13, 16, 19):
        for suffix in ("", "_bn"):
            name = f"vgg{depth}{suffix}"
            yield name, lambda: describe(getattr(models, name)(init_weights=False), "classifier.6", 64, 224, IMAGENET, "classifier.0.weight", 7)
    yield "googlenet", lambda: describe(models.googlenet(aux_logits=False, init_weights=False), "fc", 70, 224, HALF)
    yield "inception_v3", lambda: describe(models.inception_v3(aux_logits=False, init_weights=False), "fc", 75, 299, HALF)
    for depth in (18, 34):
        yield f"resnet{depth}", lambda: describe(getattr(models, f"resnet{depth}")(), "fc", 64, 224, IMAGENET)
    for depth in (50, 101, 152):
        yield f"resnet{depth}", lambda: describe(strided_pointwise(getattr(models, f"resnet{depth}")()), "fc", 64, 224, CAFFE)
        yield f"resnet{depth}_v1.5", lambda: describe(getattr(models, f"resnet{depth}")(), "fc", 64, 224, IMAGENET)
    yield "resnet18_cntk", lambda: describe(CntkResNet18(), "fc", 64, 224, BGR)
    yield "xception", lambda: describe(Xception(), "predictions", 74, 299, HALF)
    for depth in (121, 169, 201):
        yield f"densenet{depth}", lambda: describe(getattr(models, f"densenet{depth}")(), "classifier", 64, 224, IMAGENET)
    for version in ("1_0", "1_1"):
        yield f"squeezenet{version}", lambda: describe(getattr(models, f"squeezenet{version}")(), "classifier", 66, 224, IMAGENET, features=lambda x: x.mean((2, 3)))
    yield "mobilenet_v2", lambda: describe(models.mobilenet_v2(), "classifier", 64, 224, IMAGENET)
    for size in ("large", "small"):
        yield f"mobilenet_v3_{size}", lambda: describe(getattr(models, f"mobilenet_v3_{size}")(), "classifier", 64, 224, IMAGENET)
    for width in ("0_5", "0_75", "1_0", "1_3"):
        yield f"mnasnet{width}", lambda: describe(getattr(models, f"mnasnet{width}")(), "classifier", 64, 224, IMAGENET)
    for name, usual in (("b0", 224), ("b1", 240), ("b2", 288), ("b3", 300)):
        yield f"efficientnet_{name}", lambda: describe(getattr(models, f"efficientnet_{name}")(), "classifier", 64, usual, IMAGENET)


with torch.no_grad():
    results = {}
    for name, compute in networks():
        print(name, file=sys.stderr)
        results[name] = compute()
json.dump(results, sys.stdout, indent=1)
print()
