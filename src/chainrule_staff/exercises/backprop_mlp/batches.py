"""The network on a batch, layer norm, and derivatives that only call the function.

A batch is one example per row: X (n, d), H_a and H_s (n, dh), O_a and O_s (n, m), y (n,).
The loss of a batch is the mean over its examples.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import Labels
from chainrule_staff.exercises.model import Generator


def batch_forward(X: Any, W1: Any, b1: Any, W2: Any, b2: Any, alpha: float) -> tuple[Any, Any, Any]:
    """(H_a, H_s, O_a) of a batch."""
    H_a = X @ W1.T + b1
    H_s = ref.elu(H_a, alpha)
    return H_a, H_s, H_s @ W2.T + b2


def batch_forward_by_rows(
    X: Numbers, W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers, alpha: float
) -> tuple[Numbers, Numbers, Numbers]:
    """One example after the other."""
    pairs = [ref.hidden(W1, b1, x, alpha) for x in X]
    outputs = [ref.output_preact(W2, b2, h_s) for _, h_s in pairs]
    return np.array([a for a, _ in pairs]), np.array([s for _, s in pairs]), np.array(outputs)


def batch_loss(O_a: Any, y: Labels) -> Any:
    """The mean of the negative log-probabilities."""
    return sum(ref.nll(o, k) for o, k in zip(O_a, y, strict=True)) / len(y)


def batch_loss_at_once(O_a: Numbers, y: Labels) -> float:
    """The same without a loop."""
    true = np.take_along_axis(O_a, np.asarray(y)[:, None], axis=1)
    return float(np.mean(np.logaddexp.reduce(O_a - true, axis=1)))


Batch = tuple[Numbers, Numbers, Numbers, Numbers, Numbers, Labels, float]


def batch(rng: Generator, n: int, d: int, dh: int, m: int) -> Batch:
    """Draw (X, W1, b1, W2, b2, y, alpha) with both branches of the ELU in use."""
    while True:
        X, W1, b1 = ref.entries(rng, n, d), ref.entries(rng, dh, d), 0.5 * ref.entries(rng, dh)
        H_a = X @ W1.T + b1
        if np.abs(H_a).min() > 0.05 and min((H_a > 0).sum(), (H_a < 0).sum()) >= n * dh // 3:
            break
    W2, b2 = 0.5 * ref.entries(rng, m, dh), 0.5 * ref.entries(rng, m)
    alpha = float(np.round(rng.choice([0.5, 1.3]) + rng.uniform(0, 0.3), 2))
    return X, W1, b1, W2, b2, rng.permutation(np.arange(n) % m), alpha


def batch_backward_by_examples(
    X: Numbers,
    W1: Numbers,
    W2: Numbers,
    H_a: Numbers,
    H_s: Numbers,
    O_s: Numbers,
    y: Labels,
    alpha: float,
) -> tuple[Numbers, ...]:
    """The seven gradients as means or stacks of single-example gradients."""
    n = len(X)
    each = [ref.backward(W1, W2, X[i], H_a[i], H_s[i], O_s[i], int(y[i]), alpha) for i in range(n)]
    o_a, gW2, gb2, h_s, h_a, gW1, gb1, _ = (
        np.array(stack) / n for stack in zip(*each, strict=True)
    )
    return o_a, gW2.sum(0), gb2.sum(0), h_s, h_a, gW1.sum(0), gb1.sum(0)


def layer_norm(X: Any, gamma: Any, beta: Any, eps: float) -> Any:
    """Each row of X (n, d) with mean 0 and variance 1 (almost, for eps), then gamma and beta."""
    centred = X - X.mean(axis=1, keepdims=True)
    return gamma * centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + eps) + beta


def layer_norm_by_rows(X: Numbers, gamma: Numbers, beta: Numbers, eps: float) -> Numbers:
    """Row by row, with np.var."""
    rows = [gamma * (row - np.mean(row)) / np.sqrt(np.var(row) + eps) + beta for row in X]
    return np.array(rows)


def layer_norm_backward(
    G: Numbers, X: Numbers, gamma: Numbers, eps: float
) -> tuple[Numbers, Numbers, Numbers]:
    """(dX, dgamma, dbeta): three paths lead from x to the loss: itself, the mean, the variance."""
    s = np.sqrt(X.var(axis=1, keepdims=True) + eps)
    Z = (X - X.mean(axis=1, keepdims=True)) / s
    g = G * gamma
    dX = (g - g.mean(axis=1, keepdims=True) - Z * (g * Z).mean(axis=1, keepdims=True)) / s
    return dX, (G * Z).sum(axis=0), G.sum(axis=0)


def layer_norm_backward_by_complex_step(
    G: Numbers, X: Numbers, gamma: Numbers, eps: float
) -> tuple[Numbers, Numbers, Numbers]:
    """Differentiate sum(G * layer_norm(...)), which is analytic."""
    beta = np.zeros(len(gamma))
    return (
        ref.by_complex_step(lambda x: (G * layer_norm(x, gamma, beta, eps)).sum(), X),
        ref.by_complex_step(lambda g: (G * layer_norm(X, g, beta, eps)).sum(), gamma),
        ref.by_complex_step(lambda b: (G * layer_norm(X, gamma, b, eps)).sum(), beta),
    )


def numerical_gradient(f: Callable[[Any], Any], x: Any, h: float) -> Numbers:
    """(f(x + h e_i) - f(x - h e_i)) / (2h) for each i, (n,)."""
    x = np.asarray(x, dtype=float)
    steps = h * np.eye(len(x))
    return np.array([(f(x + step) - f(x - step)) / (2 * h) for step in steps])


def numerical_gradient_in_place(f: Callable[[Any], Any], x: Any, h: float) -> Numbers:
    """Move one entry to and fro and put it back."""
    x = np.array(x, dtype=float)
    gradient = np.empty(len(x))
    for i, old in enumerate(x.copy()):
        x[i] = old + h
        above = f(x)
        x[i] = old - h
        below = f(x)
        x[i] = old
        gradient[i] = (above - below) / (2 * h)
    return gradient


def relative_error(a: Any, b: Any) -> float:
    """|a - b| / (|a| + |b|) in the Euclidean norm; 0 if both are zero."""
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return float(np.linalg.norm(a - b) / size) if size else 0.0


def best_step(f: float, f3: float, eps: float) -> float:
    """The h that makes eps |f| / h + h^2 |f'''| / 6 smallest."""
    return float(np.cbrt(3 * eps * abs(f) / abs(f3)))


def best_step_by_search(f: float, f3: float, eps: float) -> float:
    """Halve the bracket in log h on the sign of the slope of the bound."""
    low, high = -80.0, 80.0
    for _ in range(200):
        middle = (low + high) / 2
        h = np.exp(middle)
        rising = abs(f3) * h / 3 > eps * abs(f) / h**2
        low, high = (low, middle) if rising else (middle, high)
    return float(np.exp(low))
