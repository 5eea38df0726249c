"""Makes evaluation.json: figures of classifications by scikit-learn, intervals and temperatures by SciPy.

Run with Python 3, numpy, SciPy and scikit-learn: python3 make_evaluation.py > evaluation.json
"""
import json
import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax
from scipy.stats import binomtest
from sklearn import metrics
from sklearn.calibration import calibration_curve

BINS = 15


def split(name, seed, images, classes, labels=None, sharpness=2.0):
    random = np.random.default_rng(seed)
    y = random.choice(labels if labels is not None else classes, images)
    z = random.normal(size=(images, classes)) * sharpness
    z[np.arange(images), y] += 1.5 * sharpness * random.random(images)
    p = np.exp(z) / np.exp(z).sum(1, keepdims=True)
    # Exact in single precision, without ties, and with a sum of one.
    p = np.floor(p * 2**20)
    p[np.arange(images), p.argmax(1)] += 2**20 - p.sum(1)
    p /= 2**20
    assert (np.diff(np.sort(p, 1)[:, -2:]) > 0).all()
    called = p.argmax(1)
    every = list(range(classes))
    precision, recall, f1, support = metrics.precision_recall_fscore_support(y, called, labels=every, zero_division=0)
    macro = metrics.precision_recall_fscore_support(y, called, average="macro", zero_division=0)
    right, confidence = (called == y).astype(int), p.max(1)
    accuracies, confidences = calibration_curve(right, confidence, n_bins=BINS, strategy="uniform")
    places = np.searchsorted(np.linspace(0, 1, BINS + 1)[1:-1], confidence)
    counts = np.bincount(places, minlength=BINS)
    return {
        "name": name, "p": p.tolist(), "y": y.tolist(),
        "accuracy": metrics.accuracy_score(y, called),
        "balanced": metrics.balanced_accuracy_score(y, called),
        "top5": metrics.top_k_accuracy_score(y, p, k=5, labels=every) if classes > 5 else 1.0,
        "loss": metrics.log_loss(y, np.maximum(p, 1e-15), labels=every),
        "macro": list(macro[:3]),
        "perClass": np.stack([precision, recall, f1, support], 1).tolist(),
        "confusion": metrics.confusion_matrix(y, called, labels=every).tolist(),
        "binImages": counts.tolist(),
        "binAccuracies": accuracies.tolist(), "binConfidences": confidences.tolist(),
        "calibrationError": float(np.sum(counts[counts > 0] / images * np.abs(accuracies - confidences))),
    }


def temperature(name, seed, images, classes, separated=False):
    random = np.random.default_rng(seed)
    y = random.integers(0, classes, images)
    z = np.round(random.normal(size=(images, classes)) * 3 * 64) / 64
    if separated:
        z[np.arange(images), y] = z.max(1) + 1
    targets = np.full((images, classes), 1 / (images + 1) / classes)
    targets[np.arange(images), y] += 1 - 1 / (images + 1)
    found = minimize_scalar(lambda b: -(targets * log_softmax(z * np.exp(b), 1)).sum(), bounds=(-5, 5), method="bounded", options={"xatol": 1e-10})
    return {"name": name, "logits": z.tolist(), "y": y.tolist(), "temperature": float(np.exp(-found.x))}


intervals = []
for successes, trials in [(0, 1), (1, 1), (0, 20), (20, 20), (7, 9), (185, 200), (1, 1000), (5000, 10000)]:
    found = binomtest(successes, trials).proportion_ci(method="wilson")
    intervals.append([successes, trials, found.low, found.high])

print(json.dumps({
    "splits": [
        split("ten classes", 1, 60, 10),
        split("classes without images and classes never called", 2, 40, 8, labels=[0, 2, 5]),
        split("two classes", 3, 30, 2),
        split("one image", 4, 1, 6, labels=[3]),
        split("sure of itself", 5, 50, 7, sharpness=5.0),
    ],
    "temperatures": [temperature("some right", 6, 40, 5), temperature("all right", 7, 30, 3, separated=True), temperature("one image", 8, 1, 4)],
    "intervals": intervals,
}, separators=(",", ":")).replace('},{"name', '},\n{"name'))
