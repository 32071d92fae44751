"""The mathematics of the topic: what a wrong model costs, and how the cost changes."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.model import Generator


def floats(x: Any) -> Numbers:
    """Return x as a float array."""
    return np.asarray(x, dtype=float)


def probability(rng: Generator, low: float = 0.08, high: float = 0.42) -> float:
    """Draw a probability with three decimals, on either side of 1/2 but not near it."""
    p = float(np.round(rng.uniform(low, high), 3))
    return p if rng.integers(2) else round(1 - p, 3)


def distribution(rng: Generator, n: int) -> Numbers:
    """Draw n different probabilities, shape (n,)."""
    weights = 1.0 + rng.permutation(n) + np.round(rng.uniform(0.1, 0.4, n), 3)
    return np.asarray(weights / weights.sum())


def logits(rng: Generator, n: int) -> Numbers:
    """Draw n different logits with two decimals, shape (n,)."""
    return np.asarray(rng.permutation(n) - n / 2 + np.round(rng.uniform(0.05, 0.45, n), 2))


# --- two outcomes -------------------------------------------------------------------------------


def xlogy(x: float, y: float) -> float:
    """X log y with 0 log 0 = 0."""
    return 0.0 if x == 0 else x * math.log(y)


def bce(p: float, x: float) -> float:
    """-x log p - (1 - x) log(1 - p)."""
    return -xlogy(x, p) - xlogy(1 - x, 1 - p)


def bce_by_likelihood(p: float, x: float) -> float:
    """-log(p^x (1 - p)^{1 - x}), with 0^0 = 1."""
    return -math.log(p**x * (1 - p) ** (1 - x))


def bern_entropy(x: float) -> float:
    """H(x) = -x log x - (1 - x) log(1 - x)."""
    return bce(x, x)


def bern_kl(x: float, p: float) -> float:
    """KL(Ber(x) || Ber(p)) = CE(p, x) - H(x)."""
    return bce(p, x) - bce(x, x)


def bern_kl_by_sum(x: float, p: float) -> float:
    """X log(x/p) + (1 - x) log((1 - x)/(1 - p)), an outcome that never happens left out."""
    return sum(a * math.log(a / b) for a, b in ((x, p), (1 - x, 1 - p)) if a > 0)


def sigmoid(a: Any) -> Numbers:
    """1 / (1 + e^{-a}) without overflow."""
    e = np.exp(-np.abs(floats(a)))
    return np.where(floats(a) >= 0, 1.0, e) / (1.0 + e)


def sigmoid_by_tanh(a: Any) -> Numbers:
    """(1 + tanh(a/2)) / 2."""
    return np.asarray((1 + np.tanh(floats(a) / 2)) / 2)


def ce_of_logit(a: float, y: float) -> float:
    """softplus(a) - y a: the binary cross-entropy as a function of the logit."""
    return float(np.logaddexp(0.0, a) - y * a)


def ce_grad(a: float, y: float) -> float:
    """sigma(a) - y."""
    return float(sigmoid(a) - y)


def ce_grad_by_cases(a: float, y: float) -> float:
    """-y (1 - f) + (1 - y) f."""
    f = float(sigmoid(a))
    return -y * (1 - f) + (1 - y) * f


def ce_grad_by_differences(a: float, y: float) -> float:
    """A central difference of the stable loss."""
    h = 1e-5
    return (ce_of_logit(a + h, y) - ce_of_logit(a - h, y)) / (2 * h)


def mse(f: float, y: float) -> float:
    """(y - f)^2 / 2."""
    return 0.5 * (y - f) ** 2


def mse_grad(a: float, y: float) -> float:
    """(f - y) f (1 - f)."""
    f = float(sigmoid(a))
    return (f - y) * f * (1 - f)


def mse_grad_by_complex_step(a: float, y: float) -> float:
    """The imaginary part of the loss at a + ih, divided by h."""
    h = 1e-30
    f = 1 / (1 + np.exp(-complex(a, h)))
    return float((0.5 * (y - f) ** 2).imag / h)


# --- many outcomes ------------------------------------------------------------------------------


def entropy(p: Any) -> float:
    """-sum p log p with 0 log 0 = 0, in nats."""
    p = floats(p)
    return float(-(p * np.log(np.where(p > 0, p, 1.0))).sum())


def entropy_by_loop(p: Any) -> float:
    """The expected surprise, outcome by outcome."""
    return sum(q * math.log(1 / q) for q in floats(p).tolist() if q > 0)


def max_entropy(n: int) -> tuple[Numbers, float]:
    """The uniform law and log n."""
    return np.full(n, 1 / n), math.log(n)


def max_entropy_by_softmax(n: int) -> tuple[Numbers, float]:
    """Equal logits, and the entropy of what they give."""
    p = np.exp(np.zeros(n)) / n
    return p, entropy_by_loop(p)


def gaussian_entropy(var: float) -> float:
    """log(2 pi e var) / 2."""
    return 0.5 * math.log(2 * math.pi * math.e * var)


def gaussian_entropy_by_quadrature(var: float) -> float:
    """-int g log g over twelve standard deviations, trapezium rule."""
    z = np.linspace(-12.0, 12.0, 4001)
    density = np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi * var)
    return float(-np.sum(density * np.log(density)) * (z[1] - z[0]) * math.sqrt(var))


def logsumexp(x: Any) -> float:
    """Max + log sum e^{x - max}."""
    x = floats(x)
    return float(x.max() + np.log(np.exp(x - x.max()).sum()))


def logsumexp_pairwise(x: Any) -> float:
    """Two terms at a time."""
    return float(np.logaddexp.reduce(floats(x)))


def softmax(x: Any) -> Numbers:
    """e^{x - max} / sum: the gradient of log-sum-exp."""
    e = np.exp(floats(x) - floats(x).max())
    return np.asarray(e / e.sum())


def softmax_by_logsumexp(x: Any) -> Numbers:
    """e^{x - lse(x)}."""
    return np.exp(floats(x) - logsumexp_pairwise(x))


def smoothed(k: int, n: int, eps: float) -> Numbers:
    """The smoothed label: (1 - eps) on class k and eps/n on every class, k included."""
    return (1 - eps) * np.eye(n)[k] + eps / n


def smooth_ce(z: Any, k: int, eps: float) -> float:
    """-sum_i q_i log S(z)_i with the smoothed label q."""
    z = floats(z)
    return float(logsumexp(z) - smoothed(k, len(z), eps) @ z)


def smooth_ce_by_mixture(z: Any, k: int, eps: float) -> float:
    """(1 - eps) times the hard loss plus eps times the mean loss over all classes."""
    losses = logsumexp_pairwise(z) - floats(z)
    return float((1 - eps) * losses[k] + eps * losses.mean())


def smooth_ce_grad(z: Any, k: int, eps: float) -> Numbers:
    """S(z) - q."""
    return softmax(z) - smoothed(k, len(z), eps)


def smooth_ce_grad_by_loop(z: Any, k: int, eps: float) -> Numbers:
    """Entry by entry."""
    s, n = softmax_by_logsumexp(z), len(z)
    return np.array([s[i] - eps / n - (1 - eps if i == k else 0.0) for i in range(n)])
