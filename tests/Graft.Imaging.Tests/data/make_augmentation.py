"""Makes augmentation.json: what torchvision and Pillow make of small pictures, for AugmentationReferenceTests.

Needs torch 1.13, torchvision 0.14 and Pillow 9.4. Usage: python3 make_augmentation.py
"""
import json
import os

import numpy
import PIL.Image
import torch
import torchvision.transforms.functional as functional
from torchvision.transforms import InterpolationMode

FOLDER = os.path.dirname(os.path.abspath(__file__))
WIDTH, HEIGHT = 13, 11


def formula(width, height):
    """The picture that Reference.Formula of the tests has."""
    y, x, c = numpy.meshgrid(
        numpy.arange(height, dtype=numpy.uint64), numpy.arange(width, dtype=numpy.uint64), numpy.arange(3, dtype=numpy.uint64), indexing="ij")
    hashed = (x * 31 + y * 17 + c * 101 + x * y * 7 + 1) * numpy.uint64(2654435761) & numpy.uint64(0xFFFFFFFF)
    return (hashed >> numpy.uint64(24)).astype(numpy.uint8)


def values(array):
    return [round(float(value), 3) for value in numpy.asarray(array).reshape(-1)]


def tensor(picture):
    return torch.from_numpy(picture.astype(numpy.float32)).permute(2, 0, 1)


def affine(picture, angle, translate, scale, shear):
    """Zeros outside, as torch's grid_sample has it."""
    moved = functional.affine(tensor(picture), angle, translate, scale, [shear, 0.0], InterpolationMode.BILINEAR)
    return {
        "rotation": angle, "shiftRight": translate[0] / WIDTH, "shiftDown": translate[1] / HEIGHT, "magnification": scale, "shear": shear,
        "pixels": values(moved.permute(1, 2, 0)),
    }


def crop(picture, left, top, width, height):
    """Pillow's bilinear transform of a box that stays clear of the edge, to the picture's own size."""
    box = (left * WIDTH, top * HEIGHT, (left + width) * WIDTH, (top + height) * HEIGHT)
    cut = PIL.Image.fromarray(picture).transform((WIDTH, HEIGHT), PIL.Image.Transform.EXTENT, box, PIL.Image.Resampling.BILINEAR)
    return {"left": left, "top": top, "width": width, "height": height, "pixels": values(numpy.asarray(cut))}


def colour(picture, brightness, contrast, saturation):
    """In the order of ColorJitter's arguments; the picture is pale enough that nothing is clamped."""
    changed = functional.adjust_brightness(tensor(picture) / 255, brightness)
    changed = functional.adjust_contrast(changed, contrast)
    changed = functional.adjust_saturation(changed, saturation)
    assert 0 < changed.min() and changed.max() < 1
    return {"brightness": brightness, "contrast": contrast, "saturation": saturation, "pixels": values(changed.permute(1, 2, 0) * 255)}


def main():
    picture = formula(WIDTH, HEIGHT)
    pale = (picture // 4 + 80).astype(numpy.uint8)
    result = {
        "affine": [
            affine(picture, 30.0, (0, 0), 1.0, 0.0),
            affine(picture, -75.0, (2, -1), 1.0, 0.0),
            affine(picture, 0.0, (0, 0), 1.5, 0.0),
            affine(picture, 0.0, (0, 0), 1.4, 25.0),
            affine(picture, 12.0, (-3, 2), 1.3, -15.0),
        ],
        "crop": [crop(picture, 0.2, 0.15, 0.5, 0.6), crop(picture, 0.31, 0.22, 0.4, 0.33)],
        "colour": [colour(pale, 1.3, 1.0, 1.0), colour(pale, 1.0, 1.4, 1.0), colour(pale, 1.0, 1.0, 0.3), colour(pale, 0.8, 0.6, 1.7)],
    }
    with open(os.path.join(FOLDER, "augmentation.json"), "w", encoding="utf-8") as file:
        json.dump(result, file, separators=(",", ":"))
        file.write("\n")


main()
