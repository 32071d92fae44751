"""The mathematics of the topic: steps, kinks and saturations, each by two roads."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.model import Generator

Function = Callable[[Any], Any]


def both_signs(rng: Generator, n: int) -> Numbers:
    """Draw n >= 2 different numbers, the first positive, the second negative, none near 0 or 1."""
    signs = np.concatenate([[1.0, -1.0], rng.choice([-1.0, 1.0], n - 2)])
    sizes = np.round(rng.uniform(0.2, 0.8, n), 2) + rng.integers(0, 3, n) + 0.001 * np.arange(n)
    return np.asarray(signs * sizes)


def floats(x: Any) -> Numbers:
    """Return x as a float array."""
    return np.asarray(x, dtype=float)


# --- the step, ReLU and |x| ---------------------------------------------------------------------


def heaviside(x: Any) -> Numbers:
    """H(x) with H(0) = 1/2."""
    return np.heaviside(floats(x), 0.5)


def one_sided(x: float) -> tuple[float, float, bool]:
    """Left slope, right slope of max(0, x), and whether they are one derivative."""
    left, right = float(x > 0), float(x >= 0)
    return left, right, left == right


def one_sided_by_quotients(x: float) -> tuple[float, float, bool]:
    """The same from difference quotients with a small step."""
    h, g = 1e-6, max(0.0, float(x))
    left = (max(0.0, x - h) - g) / -h
    right = (max(0.0, x + h) - g) / h
    return left, right, abs(left - right) < 1e-3


def relu(x: Any) -> Numbers:
    """max(0, x)."""
    return np.maximum(floats(x), 0.0)


def relu_grad(x: Any) -> Numbers:
    """1 for x > 0 and 0 elsewhere, at 0 by convention."""
    return (floats(x) > 0).astype(float)


def relu_grad_by_loop(x: Any) -> Numbers:
    """One entry after the other."""
    return np.array([1.0 if value > 0 else 0.0 for value in floats(x)])


def abs_grad(x: Any) -> Numbers:
    """The sign of x; at 0 it is 0 by convention."""
    return np.sign(floats(x))


def abs_grad_by_relu(x: Any) -> Numbers:
    """|x| = max(0, x) + max(0, -x), differentiated."""
    return relu_grad(x) - relu_grad(-floats(x))


def sign(x: Any) -> Numbers:
    """1_{x>0} - 1_{x<0}."""
    return (floats(x) > 0).astype(float) - (floats(x) < 0).astype(float)


def relu_product(x: Any, H: Function) -> Numbers:
    """X H(x)."""
    return floats(x) * H(floats(x))


def relu_by_abs(x: Any, H: Function) -> Numbers:
    """(x + |x|) / 2 with |x| = x (2 H(x) - 1)."""
    x = floats(x)
    return np.asarray((x + x * (2 * H(x) - 1)) / 2)


def relu_integral(x: Any, H: Function) -> Numbers:
    """int_L^x H(t) dt with L below everything, by the midpoint rule."""
    x = floats(x)
    low, n = min(0.0, float(x.min())) - 1.0, 4000
    t = low + (x[:, None] - low) * (np.arange(n) + 0.5) / n
    return np.asarray(H(t).mean(axis=1) * (x - low))


def relu_integral_from_zero(x: Any, H: Function) -> Numbers:
    """int_0^x H(t) dt, trapezium rule, one entry after the other."""
    areas = []
    for end in floats(x):
        t = np.linspace(0.0, end, 2001)
        areas.append(np.trapezoid(H(t), t))
    return np.array(areas)


# --- sigmoid and tanh ---------------------------------------------------------------------------


def sigmoid(x: Any) -> Numbers:
    """1 / (1 + e^{-x}) without overflow."""
    e = np.exp(-np.abs(floats(x)))
    return np.where(floats(x) >= 0, 1.0, e) / (1.0 + e)


def sigmoid_via_tanh(x: Any) -> Numbers:
    """(1 + tanh(x/2)) / 2."""
    return np.asarray((np.tanh(floats(x) / 2) + 1) / 2)


def sigmoid_grad(x: Any) -> Numbers:
    """S (1 - s)."""
    s = sigmoid(x)
    return s * (1 - s)


def sigmoid_grad_by_symmetry(x: Any) -> Numbers:
    """s(x) s(-x)."""
    return sigmoid(x) * sigmoid(-floats(x))


def sigmoid_grad_by_tanh(x: Any) -> Numbers:
    """(1 - tanh(x/2)^2) / 4."""
    return np.asarray((1 - np.tanh(floats(x) / 2) ** 2) / 4)


def tanh_grad(x: Any) -> Numbers:
    """1 - tanh(x)^2."""
    return np.asarray(1 - np.tanh(floats(x)) ** 2)


def tanh_grad_by_cosh(x: Any) -> Numbers:
    """1 / cosh(x)^2, the argument capped where the value is zero to every digit."""
    return np.asarray(1 / np.cosh(np.clip(floats(x), -300, 300)) ** 2)


def smallest_k(x: float, delta: float) -> float:
    """ln((1 - delta) / delta) / |x|."""
    return math.log((1 - delta) / delta) / abs(x)


def smallest_k_by_artanh(x: float, delta: float) -> float:
    """2 artanh(1 - 2 delta) / |x|."""
    return 2 * math.atanh(1 - 2 * delta) / abs(x)


def quotients(x: float, eps: float) -> tuple[float, float]:
    """(H(x - eps) - H(x)) / (-eps) and (H(x + eps) - H(x)) / eps."""
    H = heaviside
    return float((H(x - eps) - H(x)) / -eps), float((H(x + eps) - H(x)) / eps)


def quotients_by_cases(x: float, eps: float) -> tuple[float, float]:
    """1/(2 eps) on both sides at 0; elsewhere a quotient sees the jump or it does not."""
    if x == 0:
        return 1 / (2 * eps), 1 / (2 * eps)
    jump = 1 / eps if abs(x) < eps else 0.0
    return (jump, 0.0) if x > 0 else (0.0, jump)


def pairing(phi: Function, k: float) -> float:
    """Int k sigma'(k x) phi(x) dx with u = k x, trapezium rule (it converges exponentially)."""
    u = np.linspace(-60.0, 60.0, 24001)
    return float(np.sum(sigmoid_grad(u) * phi(u / k)) * (u[1] - u[0]))


def pairing_by_quantiles(phi: Function, k: float) -> float:
    """The same with p = sigma(k x): int_0^1 phi(logit(p) / k) dp, midpoint rule."""
    p = (np.arange(200_000) + 0.5) / 200_000
    return float(np.mean(phi(np.log(p / (1 - p)) / k)))


def pairing_by_parts(phi: Function, k: float) -> float:
    """phi(L) - int sigma(k x) phi'(x) dx, with phi' from differences: what defines H' as well."""
    x = np.linspace(-40.0 / k, 40.0 / k, 40001)
    middles, values = (x[1:] + x[:-1]) / 2, phi(x)
    inside = np.sum(sigmoid(k * middles) * np.diff(values))
    return float(values[-1] * sigmoid(k * x[-1]) - values[0] * sigmoid(k * x[0]) - inside)


# --- softplus and its family --------------------------------------------------------------------


def softplus(x: Any) -> Numbers:
    """max(x, 0) + log(1 + e^{-|x|})."""
    return np.maximum(floats(x), 0) + np.log1p(np.exp(-np.abs(floats(x))))


def softplus_by_logaddexp(x: Any) -> Numbers:
    """log(e^0 + e^x)."""
    return np.asarray(np.logaddexp(0.0, floats(x)))


def log_sigmoid(x: Any) -> Numbers:
    """-softplus(-x)."""
    return -softplus(-floats(x))


def log_sigmoid_by_logaddexp(x: Any) -> Numbers:
    """-log(e^0 + e^{-x})."""
    return -np.logaddexp(0.0, -floats(x))


def normal_cdf(x: Any) -> Numbers:
    """Phi(x) = (1 + erf(x / sqrt 2)) / 2."""
    return np.array([(1 + math.erf(value / math.sqrt(2))) / 2 for value in floats(x)])


def normal_cdf_by_erfc(x: Any) -> Numbers:
    """Phi(x) = erfc(-x / sqrt 2) / 2."""
    return np.array([math.erfc(-value / math.sqrt(2)) / 2 for value in floats(x)])


def normal_density(x: Any) -> Numbers:
    """e^{-x^2/2} / sqrt(2 pi)."""
    return np.asarray(np.exp(-(floats(x) ** 2) / 2) / math.sqrt(2 * math.pi))


def gelu(x: Any) -> Numbers:
    """X Phi(x)."""
    return floats(x) * normal_cdf(x)


def gelu_grad(x: Any) -> Numbers:
    """Phi(x) + x phi(x)."""
    return normal_cdf(x) + floats(x) * normal_density(x)


def silu(x: Any) -> Numbers:
    """X sigma(x)."""
    return floats(x) * sigmoid(x)


def silu_grad(x: Any) -> Numbers:
    """S + x s (1 - s)."""
    return sigmoid(x) + floats(x) * sigmoid_grad(x)


def silu_grad_by_value(x: Any) -> Numbers:
    """F + s (1 - f) with the value f = x s: nothing is computed twice."""
    s, f = sigmoid_via_tanh(x), silu(x)
    return f + s * (1 - f)


def leaky_relu(x: Any, alpha: float) -> Numbers:
    """X for x > 0, alpha x elsewhere."""
    return np.where(floats(x) > 0, floats(x), alpha * floats(x))


def leaky_relu_grad(x: Any, alpha: float) -> Numbers:
    """1 for x > 0, alpha elsewhere, at 0 by convention."""
    return np.where(floats(x) > 0, 1.0, alpha)


# --- a network of sigmoids as a network of tanh -------------------------------------------------

Parameters = tuple[Numbers, Numbers, Numbers, Numbers]


def to_tanh(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Parameters:
    """W1/2, b1/2, W2/2, b2 + sum_j W2_j / 2."""
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1) / 2


def to_tanh_by_loops(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Parameters:
    """The same, unit by unit, the units in reverse order."""
    W1t, b1t, W2t, b2t = [], [], [], list(b2)
    for j in reversed(range(len(b1))):
        W1t.append([w / 2 for w in W1[j]])
        b1t.append(b1[j] / 2)
        W2t.append([W2[k, j] / 2 for k in range(len(b2))])
        b2t = [b + W2[k, j] / 2 for k, b in enumerate(b2t)]
    return np.array(W1t), np.array(b1t), np.array(W2t).T, np.array(b2t)


def flipped(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Parameters:
    """Every hidden unit with its sign turned: tanh is odd."""
    W1t, b1t, W2t, b2t = to_tanh(W1, b1, W2, b2)
    return -W1t, -b1t, -W2t, b2t


def sigmoid_network(x: Numbers, W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Numbers:
    """W2 sigma(W1 x + b1) + b2; x (D,) -> y (K,)."""
    return np.asarray(W2 @ sigmoid(W1 @ x + b1) + b2)
