"""Lists what torchvision publishes for the networks that Graft knows, from torchvision's own tables.

Usage: python3 make_torchvision_weights.py > torchvision-weights.json   (torchvision 0.14)
"""
import json

from torchvision.models import get_model_weights
from torchvision.models._meta import _IMAGENET_CATEGORIES

NAMES = """alexnet vgg11 vgg11_bn vgg13 vgg13_bn vgg16 vgg16_bn vgg19 vgg19_bn googlenet inception_v3 resnet18 resnet34 resnet50 resnet101
resnet152 densenet121 densenet169 densenet201 squeezenet1_0 squeezenet1_1 mobilenet_v2 mobilenet_v3_large mobilenet_v3_small mnasnet0_5
mnasnet0_75 mnasnet1_0 mnasnet1_3 efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3""".split()


def entry(weights):
    transforms = weights.transforms()
    return {
        "url": weights.url,
        "accuracy": weights.meta["_metrics"]["ImageNet-1K"]["acc@1"],
        "crop": transforms.crop_size[0],
        "side": transforms.resize_size[0],
        "filter": transforms.interpolation.value,
    }


print(json.dumps({
    "labels": _IMAGENET_CATEGORIES[:3] + _IMAGENET_CATEGORIES[134:136] + _IMAGENET_CATEGORIES[-1:],
    "weights": {f"{name}.{weights.name.lower()}": entry(weights) for name in NAMES for weights in get_model_weights(name) if weights.name != "IMAGENET1K_FEATURES"},
}, indent=0))
