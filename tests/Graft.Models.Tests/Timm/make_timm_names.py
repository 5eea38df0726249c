"""Computes timm-names.json: for MobileNets and EfficientNets a digest of the names and shapes that timm's state files have, from
the block strings of its definitions (ds: depthwise separable, ir: inverted residual, cn: convolution; r repeats, k kernel,
s stride, e expansion, c outputs, se squeeze ratio), as its builder reads them. Knows nothing of Graft.

Usage: python3 make_timm_names.py > timm-names.json
"""
import hashlib
import json
import math
import re

MOBILE2 = ["ds_r1_k3_s1_c16", "ir_r2_k3_s2_e6_c24", "ir_r3_k3_s2_e6_c32", "ir_r4_k3_s2_e6_c64", "ir_r3_k3_s1_e6_c96", "ir_r3_k3_s2_e6_c160", "ir_r1_k3_s1_e6_c320"]
LARGE3 = [
    "ds_r1_k3_s1_e1_c16", "ir_r1_k3_s2_e4_c24 ir_r1_k3_s1_e3_c24", "ir_r3_k5_s2_e3_c40_se0.25",
    "ir_r1_k3_s2_e6_c80 ir_r1_k3_s1_e2.5_c80 ir_r2_k3_s1_e2.3_c80", "ir_r2_k3_s1_e6_c112_se0.25", "ir_r3_k5_s2_e6_c160_se0.25", "cn_r1_k1_s1_c960"]
SMALL3 = [
    "ds_r1_k3_s2_e1_c16_se0.25", "ir_r1_k3_s2_e4.5_c24 ir_r1_k3_s1_e3.67_c24", "ir_r1_k5_s2_e4_c40_se0.25 ir_r2_k5_s1_e6_c40_se0.25",
    "ir_r2_k5_s1_e3_c48_se0.25", "ir_r3_k5_s2_e6_c96_se0.25", "cn_r1_k1_s1_c576"]
EFFICIENT = [
    "ds_r1_k3_s1_e1_c16_se0.25", "ir_r2_k3_s2_e6_c24_se0.25", "ir_r2_k5_s2_e6_c40_se0.25", "ir_r3_k3_s2_e6_c80_se0.25",
    "ir_r3_k5_s1_e6_c112_se0.25", "ir_r4_k5_s2_e6_c192_se0.25", "ir_r1_k3_s1_e6_c320_se0.25"]


def divisible(value, divisor=8):
    rounded = max(divisor, int(value + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * value else rounded


def state(stages, stem, head, width=1.0, depth=1.0, version3=False, efficient=False):
    """Names and shapes of the state; the head is the number of outputs of conv_head."""
    tensors = {}

    def norm(name, channels):
        for part in ("weight", "bias", "running_mean", "running_var"):
            tensors[f"{name}.{part}"] = [channels]

    def squeeze(name, channels, inputs, ratio):
        # EfficientNets squeeze a share of the block's inputs, MobileNetV3 a rounded share of the widened channels.
        reduced = max(1, round(inputs * ratio)) if efficient else divisible(channels * ratio)
        tensors[f"{name}.conv_reduce.weight"] = [reduced, channels, 1, 1]
        tensors[f"{name}.conv_reduce.bias"] = [reduced]
        tensors[f"{name}.conv_expand.weight"] = [channels, reduced, 1, 1]
        tensors[f"{name}.conv_expand.bias"] = [channels]

    channels = divisible(stem * width)
    tensors["conv_stem.weight"] = [channels, 3, 3, 3]
    norm("bn1", channels)
    for number, stage in enumerate(stages):
        block = 0
        for text in stage.split():
            kind, *parts = text.split("_")
            options = {key: float(value) for key, value in (re.fullmatch(r"([a-z]+)([\d.]+)", part).groups() for part in parts)}
            kernel, outputs = int(options["k"]), divisible(options["c"] * width)
            for _ in range(math.ceil(options["r"] * depth)):
                name = f"blocks.{number}.{block}"
                block += 1
                if kind == "cn":
                    tensors[f"{name}.conv.weight"] = [outputs, channels, kernel, kernel]
                    norm(f"{name}.bn1", outputs)
                elif kind == "ds":
                    tensors[f"{name}.conv_dw.weight"] = [channels, 1, kernel, kernel]
                    norm(f"{name}.bn1", channels)
                    if "se" in options:
                        squeeze(f"{name}.se", channels, channels, options["se"])
                    tensors[f"{name}.conv_pw.weight"] = [outputs, channels, 1, 1]
                    norm(f"{name}.bn2", outputs)
                else:
                    inner = divisible(channels * options["e"])
                    tensors[f"{name}.conv_pw.weight"] = [inner, channels, 1, 1]
                    norm(f"{name}.bn1", inner)
                    tensors[f"{name}.conv_dw.weight"] = [inner, 1, kernel, kernel]
                    norm(f"{name}.bn2", inner)
                    if "se" in options:
                        squeeze(f"{name}.se", inner, channels, options["se"])
                    tensors[f"{name}.conv_pwl.weight"] = [outputs, inner, 1, 1]
                    norm(f"{name}.bn3", outputs)
                channels = outputs
    if version3:
        tensors["conv_head.weight"] = [head, channels, 1, 1]
        tensors["conv_head.bias"] = [head]
    else:
        head = divisible(head * width) if width > 1 else head
        tensors["conv_head.weight"] = [head, channels, 1, 1]
        norm("bn2", head)
    tensors["classifier.weight"] = [1000, head]
    tensors["classifier.bias"] = [1000]
    return tensors


NETWORKS = {
    "mobilenet_v2": state(MOBILE2, 32, 1280),
    "mobilenet_v3_large": state(LARGE3, 16, 1280, version3=True),
    "mobilenet_v3_small": state(SMALL3, 16, 1024, version3=True),
    "efficientnet_b0": state(EFFICIENT, 32, 1280, efficient=True),
    "efficientnet_b1": state(EFFICIENT, 32, 1280, depth=1.1, efficient=True),
    "efficientnet_b2": state(EFFICIENT, 32, 1280, width=1.1, depth=1.2, efficient=True),
    "efficientnet_b3": state(EFFICIENT, 32, 1280, width=1.2, depth=1.4, efficient=True),
}

print(json.dumps({
    name: {
        "tensors": len(tensors),
        "parameters": sum(math.prod(shape) for tensor, shape in tensors.items() if "running" not in tensor),
        "digest": hashlib.sha256("".join(sorted(f"{tensor} {shape}\n" for tensor, shape in tensors.items())).encode()).hexdigest(),
        "some": {tensor: tensors[tensor] for tensor in list(tensors)[:: len(tensors) // 6]},
    }
    for name, tensors in NETWORKS.items()
}, indent=1))
