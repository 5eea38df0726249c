"""Computes training.json with PyTorch 1.13: losses, twenty steps of every optimizer on a head, and learning-rate schedules.

Usage: python3 make_training.py > training.json

Weights and inputs come from the formula in make_reference.py, which the tests have too, so only results are stored.
"""
import json
import sys
import warnings

import torch
import torch.nn.functional as F
from torch.optim import lr_scheduler

from make_reference import Parameters, tensor

warnings.filterwarnings("ignore")
LABELS = [0, 1, 2, 1, 0, 2, 2, 1]


def rounded(values):
    return [float(f"{v:.9g}") for v in values]


def loss_case(smoothing, weights, soft):
    logits = (tensor((8, 3), 7, 3.0)).requires_grad_()
    target = torch.softmax(tensor((8, 3), 8, 2.0), 1).float().double() if soft else torch.tensor(LABELS)
    weight = None if weights is None else torch.tensor(weights, dtype=torch.float64)
    loss = F.cross_entropy(logits, target, weight=weight, label_smoothing=smoothing)
    loss.backward()
    return {
        "smoothing": smoothing,
        "weights": weights,
        "targets": rounded(target.flatten().tolist()) if soft else None,
        "loss": loss.item(),
        "gradient": rounded(logits.grad.flatten().tolist()),
    }


def binary_case():
    logits = tensor((8, 1), 7, 3.0).requires_grad_()
    target = torch.tensor([0.0, 1, 1, 0, 1, 0, 0, 1], dtype=torch.float64)[:, None]
    loss = F.binary_cross_entropy_with_logits(logits, target)
    loss.backward()
    return {"labels": [int(v) for v in target.flatten().tolist()], "loss": loss.item(), "gradient": rounded(logits.grad.flatten().tolist())}


def head(make, clip_norm=None, clip_value=None, steps=20):
    """Twenty steps on one batch; weights decay, biases do not."""
    p = Parameters(0.3)
    x = tensor((8, 32), 100)
    w1, b1, w2, b2 = p.new("fc1.weight", 32, 9), p.new("fc1.bias", 9), p.new("fc2.weight", 9, 3), p.new("fc2.bias", 3)
    optimizer = make([w1, w2], [b1, b2])
    losses = []
    for _ in range(steps):
        optimizer.zero_grad()
        loss = F.cross_entropy(F.relu(x @ w1 + b1) @ w2 + b2, torch.tensor(LABELS))
        loss.backward()
        if clip_value is not None:
            torch.nn.utils.clip_grad_value_([w1, b1, w2, b2], clip_value)
        if clip_norm is not None:
            torch.nn.utils.clip_grad_norm_([w1, b1, w2, b2], clip_norm)
        optimizer.step()
        losses.append(loss.item())
    return {"losses": rounded(losses), "everySixteenthWeight": rounded(torch.cat([v.flatten() for v in (w1, b1, w2, b2)])[::16].tolist())}


def groups(weights, biases, decay):
    return [{"params": weights, "weight_decay": decay}, {"params": biases, "weight_decay": 0}]


OPTIMIZERS = {
    "sgd": head(lambda w, b: torch.optim.SGD(groups(w, b, 0), lr=0.1)),
    "sgdMomentum": head(lambda w, b: torch.optim.SGD(groups(w, b, 0.01), lr=0.05, momentum=0.9)),
    "sgdNesterov": head(lambda w, b: torch.optim.SGD(groups(w, b, 0.01), lr=0.05, momentum=0.9, nesterov=True)),
    "adam": head(lambda w, b: torch.optim.Adam(groups(w, b, 0.01), lr=0.01)),
    "adamW": head(lambda w, b: torch.optim.AdamW(groups(w, b, 0.1), lr=0.01)),
    "rmsProp": head(lambda w, b: torch.optim.RMSprop(groups(w, b, 0.01), lr=0.005)),
    "rmsPropMomentum": head(lambda w, b: torch.optim.RMSprop(groups(w, b, 0.01), lr=0.001, momentum=0.9)),
    "clipNorm": head(lambda w, b: torch.optim.SGD(groups(w, b, 0), lr=0.1, momentum=0.9), clip_norm=0.2),
    "clipValue": head(lambda w, b: torch.optim.SGD(groups(w, b, 0), lr=0.1, momentum=0.9), clip_value=0.01),
    "twoRates": head(lambda w, b: torch.optim.SGD([{"params": [w[0], b[0]], "lr": 0.01}, {"params": [w[1], b[1]]}], lr=0.1, momentum=0.9)),
}


def schedule(make, steps):
    value = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([value], lr=1.0)
    scheduler = make(optimizer)
    rates = []
    for _ in range(steps):
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return rates


# Three epochs of seven steps.
SCHEDULES = {
    "constant": [1.0] * 21,
    "step:1:0.5": schedule(lambda o: lr_scheduler.StepLR(o, 7, 0.5), 21),
    "cosine": schedule(lambda o: lr_scheduler.CosineAnnealingLR(o, 21), 21),
    "cosine:0.1": schedule(lambda o: lr_scheduler.CosineAnnealingLR(o, 21, eta_min=0.1), 21),
    "one-cycle": schedule(lambda o: lr_scheduler.OneCycleLR(o, 1.0, total_steps=21, cycle_momentum=False), 20),
    "one-cycle:0.5:0.1:0.001": schedule(lambda o: lr_scheduler.OneCycleLR(o, 1.0, total_steps=21, pct_start=0.5, div_factor=10, final_div_factor=100, cycle_momentum=False), 20),
    "warmup:1+constant": schedule(lambda o: lr_scheduler.LinearLR(o, 1 / 7, total_iters=6), 21),
    "warmup:1+cosine": schedule(lambda o: lr_scheduler.LinearLR(o, 1 / 7, total_iters=6), 7) + schedule(lambda o: lr_scheduler.CosineAnnealingLR(o, 14), 14),
}

PLATEAU_LOSSES = [1.0, 0.9, 0.9, 0.95, 0.89999, 0.91, 0.8, 0.81, 0.82, 0.83, 0.84, 0.85, 0.86, 0.799, 0.8, 0.8, 0.8, 0.8]


def plateau():
    value = torch.zeros(1, requires_grad=True)
    optimizer = torch.optim.SGD([value], lr=1.0)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=0.5, patience=2)
    rates = []
    for loss in PLATEAU_LOSSES:
        optimizer.step()
        scheduler.step(loss)
        rates.append(optimizer.param_groups[0]["lr"])
    return {"losses": PLATEAU_LOSSES, "rates": rates}


json.dump(
    {
        "losses": [loss_case(s, w, soft) for soft in (False, True) for s, w in ((0.0, None), (0.1, None), (0.0, [0.5, 2.0, 1.25]), (0.1, [0.5, 2.0, 1.25]))],
        "binary": binary_case(),
        "optimizers": OPTIMIZERS,
        "schedules": {name: rounded(rates) for name, rates in SCHEDULES.items()},
        "plateau": plateau(),
    },
    sys.stdout,
)
print()
