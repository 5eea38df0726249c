"""Makes regressions.json: multinomial logistic regressions solved by PyTorch in double precision.

The objective: mean cross-entropy + l2 / 2 * |W|^2 on features standardised with mean and population deviation (1 where
a feature is constant), intercepts not penalised. Weights are given for the features as they are, [features][classes].
Run with Python 3, numpy and PyTorch: python3 make_regressions.py > regressions.json
"""
import json
import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def problem(name, seed, images, features, classes, l2, spread=1.0, constant=False, labels=None):
    random = np.random.default_rng(seed)
    y = np.arange(images) % classes if labels is None else np.array(labels)
    centres = random.normal(size=(classes, features)) * spread
    x = centres[y] + random.normal(size=(images, features))
    x = x * random.uniform(0.2, 5, features) + random.uniform(-3, 3, features)
    x = np.round(x * 64) / 64  # exact in single precision, and short
    if constant:
        x[:, 1] = 2.5
    mean, deviation = x.mean(0), x.std(0)
    deviation[deviation == 0] = 1
    z = torch.tensor((x - mean) / deviation)
    target = torch.tensor(y)
    w = torch.zeros(classes, features, requires_grad=True)
    b = torch.zeros(classes, requires_grad=True)
    solver = torch.optim.LBFGS([w, b], max_iter=20000, max_eval=200000, tolerance_grad=1e-13, tolerance_change=0, history_size=50, line_search_fn="strong_wolfe")

    def objective():
        solver.zero_grad()
        value = torch.nn.functional.cross_entropy(z @ w.T + b, target) + l2 / 2 * (w * w).sum()
        value.backward()
        return value

    for _ in range(20):
        solver.step(objective)
    objective()
    gradient = max(w.grad.abs().max().item(), b.grad.abs().max().item())
    assert gradient < 1e-8, (name, gradient)
    with torch.no_grad():
        minimum = (torch.nn.functional.cross_entropy(z @ w.T + b, target) + l2 / 2 * (w * w).sum()).item()
        raw = (w.numpy() / deviation).T
        # The intercepts are only determined up to a common constant; the solver starts at zero and keeps their sum.
        intercepts = b.numpy() - (w.numpy() / deviation) @ mean
    return {
        "name": name, "classes": classes, "l2": l2, "x": x.tolist(), "y": y.tolist(), "minimum": minimum,
        "weights": np.round(raw, 12).tolist(), "intercepts": np.round(intercepts, 12).tolist(),
    }


print(json.dumps([
    problem("two classes", 1, 30, 5, 2, 0.03),
    problem("four classes, a weak penalty", 2, 60, 6, 4, 1e-3, 0.6),
    problem("a constant feature", 3, 24, 5, 3, 0.1, constant=True),
    problem("more features than images", 4, 10, 25, 3, 0.3),
    problem("one image in a class", 5, 21, 4, 3, 0.03, labels=[0] * 12 + [1] * 8 + [2]),
    problem("separable", 6, 20, 3, 2, 0.01, 8.0),
    problem("thirty classes", 7, 90, 6, 30, 0.01, 2.0),
], separators=(",", ":")).replace('},{"name', '},\n{"name'))
