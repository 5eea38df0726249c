"""Makes metrics.json: figures of classifications, worked out from their definitions with numpy, image by image.

Run with Python 3 and numpy: python3 make_metrics.py > metrics.json
"""
import json
import math
import numpy as np


def case(name, seed, images, classes, labels=None, calls=None, ties=False):
    random = np.random.default_rng(seed)
    # Multiples of 1/1024 that sum to 1: exact in single precision.
    p = np.array([random.multinomial(1024 if not ties else 2 * classes, np.full(classes, 1 / classes)) for _ in range(images)], float)
    p /= p.sum(1, keepdims=True)
    if ties:
        p = np.round(p * 64) / 64
    if calls is not None:
        p[:, [c for c in range(classes) if c not in calls]] = 0
    y = random.integers(0, classes, images) if labels is None else random.choice(labels, images)
    order = [sorted(range(classes), key=lambda c: (-row[c], c)) for row in p]
    called = np.array([o[0] for o in order])
    confusion = [[int(((y == t) & (called == c)).sum()) for c in range(classes)] for t in range(classes)]
    per_class = []
    for c in range(classes):
        tp, fp, fn = int(((y == c) & (called == c)).sum()), int(((y != c) & (called == c)).sum()), int(((y == c) & (called != c)).sum())
        per_class.append([tp / (tp + fp) if tp + fp else 0, tp / (tp + fn) if tp + fn else 0, 2 * tp / (2 * tp + fp + fn) if tp else 0, tp + fn])
    return {
        "name": name, "p": p.tolist(), "y": y.tolist(), "confusion": confusion, "perClass": per_class,
        "accuracy": float((called == y).mean()),
        "top5": sum(int(t) in o[:5] for t, o in zip(y, order)) / images,
        "loss": sum(-math.log(max(1e-15, row[t])) for row, t in zip(p, y)) / images,
    }


print(json.dumps([
    case("seven classes", 1, 25, 7),
    case("classes without images and classes never called", 2, 25, 8, labels=[0, 2, 5], calls=[0, 1, 2, 3]),
    case("many ties", 3, 30, 9, ties=True),
    case("two classes", 4, 12, 2),
    case("one image", 5, 1, 6),
], separators=(",", ":")).replace('},{"name', '},\n{"name'))
