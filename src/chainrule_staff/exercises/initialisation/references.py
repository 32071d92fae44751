"""The mathematics of the topic: what one layer does to a variance, each by two roads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers

# ---- ReLU of a symmetric pre-activation


def relu_moments(var_a: float) -> tuple[float, float, float]:
    """Return E[h], E[h^2], Var(h) of h = max(0, a) for a ~ N(0, var_a).

    E[h] = sqrt(v / 2 pi), E[h^2] = v/2 (that holds for every symmetric a), Var h = E[h^2] - E[h]^2.
    """
    mean, square = math.sqrt(var_a / (2 * math.pi)), var_a / 2
    return mean, square, square - mean**2


def relu_moments_by_quadrature(var_a: float) -> tuple[float, float, float]:
    """Integrate h p(a) and h^2 p(a) over a > 0 with Gauss-Legendre nodes."""
    nodes, weights = np.polynomial.legendre.leggauss(80)
    z, dz = 6 * (nodes + 1), 6 * weights  # a = sqrt(v) z with z from 0 to 12
    p = np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
    mean = float(np.sqrt(var_a) * (z * p) @ dz)
    square = float(var_a * (z**2 * p) @ dz)
    return mean, square, square - mean**2


# ---- forward: n_k = fan-in


def he_var(fan_in: float) -> float:
    """Return Var(w) = 2/n: then (n/2) Var(w) = 1."""
    return 2 / fan_in


def he_var_by_std(fan_in: float) -> float:
    """The square of the standard deviation sqrt(2/n)."""
    return math.sqrt(2 / fan_in) ** 2


def forward_variance(var_a1: float, fan_in: Sequence[float], var_w: Sequence[float]) -> float:
    """Var a^(L) = Var a^(1) prod_{k=2..L} (n_k/2) Var w^(k); fan_in and var_w are for k = 2..L."""
    return float(var_a1 * np.prod(np.asarray(fan_in) / 2 * np.asarray(var_w)))


def forward_variance_by_loop(
    var_a1: float, fan_in: Sequence[float], var_w: Sequence[float]
) -> float:
    """Layer by layer: Var a = n Var(w) E[h^2] with E[h^2] half the variance before."""
    variance = var_a1
    for n, s in zip(fan_in, var_w, strict=True):
        second_moment = variance / 2
        variance = n * s * second_moment
    return float(variance)


# ---- backward: m_k = fan-out


def backward_variance(var_gL: float, fan_out: Sequence[float], var_w: Sequence[float]) -> float:
    """Var dC/dh^(j-1) = Var dC/dh^(L) prod_{k=j..L} (m_k/2) Var w^(k)."""
    return float(var_gL * np.prod(np.asarray(fan_out) / 2 * np.asarray(var_w)))


def backward_variance_by_loop(
    var_gL: float, fan_out: Sequence[float], var_w: Sequence[float]
) -> float:
    """From the last layer down: the mask halves, the m_k weights add up."""
    variance = var_gL
    for m, s in zip(reversed(list(fan_out)), reversed(list(var_w)), strict=True):
        masked = variance / 2
        variance = m * s * masked
    return float(variance)


def backward_variance_by_da(
    var_gL: float, fan_out: Sequence[float], var_w: Sequence[float]
) -> float:
    """The recursion of dC/da, which is half of dC/dh in variance at every layer."""
    variance = var_gL / 2
    for m, s in zip(reversed(list(fan_out)), reversed(list(var_w)), strict=True):
        variance = m * s * variance / 2
    return float(2 * variance)


def glorot_var(n_in: float, n_out: float) -> float:
    """Return Var(w) = 2/(n + m): one over the mean of the two fans."""
    return 2 / (n_in + n_out)


def glorot_var_by_mean(n_in: float, n_out: float) -> float:
    """One over the mean fan."""
    return float(1 / np.mean([n_in, n_out]))


# ---- gains


def he_bound(fan_in: float) -> float:
    """U(-b, b) has the variance b^2/3, so b = sqrt(3 * 2/n) = sqrt(6/n)."""
    return math.sqrt(6 / fan_in)


def he_bound_by_std(fan_in: float) -> float:
    """Sqrt(3) standard deviations."""
    return math.sqrt(3) * math.sqrt(he_var(fan_in))


def glorot_bound(n_in: float, n_out: float) -> float:
    """Sqrt(3) times sqrt(2/(n + m))."""
    return math.sqrt(6 / (n_in + n_out))


def glorot_bound_by_std(n_in: float, n_out: float) -> float:
    """Sqrt(3) standard deviations."""
    return math.sqrt(3 * glorot_var(n_in, n_out))


def leaky_gain(slope: float) -> float:
    """E[h^2] = (1 + slope^2)/2 Var a, so the gain on the standard deviation is its inverse root."""
    return math.sqrt(2 / (1 + slope**2))


def leaky_gain_by_moments(slope: float) -> float:
    """The two half-lines' second moments by quadrature, then 1/sqrt."""
    _, half, _ = relu_moments_by_quadrature(1.0)
    return float(1 / np.sqrt(half + slope**2 * half))


def leaky_var(fan_in: float, slope: float) -> float:
    """Var(w) = gain^2 / n."""
    return 2 / ((1 + slope**2) * fan_in)


def leaky_var_by_gain(fan_in: float, slope: float) -> float:
    """The square of gain / sqrt(n)."""
    return (leaky_gain_by_moments(slope) / math.sqrt(fan_in)) ** 2


def glorot_gains(n_in: float, n_out: float) -> tuple[float, float]:
    """Return what one linear layer with Glorot's variance does: (forward, backward) factors."""
    return n_in * glorot_var(n_in, n_out), n_out * glorot_var(n_in, n_out)


def glorot_gains_by_ratio(n_in: float, n_out: float) -> tuple[float, float]:
    """With r = n_out/n_in the factors are 2/(1 + r) and 2 r/(1 + r)."""
    r = n_out / n_in
    return 2 / (1 + r), 2 * r / (1 + r)


def tanh_second_moment(v: float) -> float:
    """E[tanh(a)^2] for a ~ N(0, v) to second order: a^2 - (2/3) a^4 and E[a^4] = 3 v^2."""
    return v - 2 * v**2


def tanh_second_moment_by_quadrature(v: float) -> float:
    """Integrate the polynomial a^2 - (2/3) a^4 with Gauss-Hermite nodes, which is exact."""
    nodes, weights = np.polynomial.hermite_e.hermegauss(4)
    a = np.sqrt(v) * nodes
    return float((a**2 - 2 / 3 * a**4) @ weights / weights.sum())


# ---- Monte Carlo


def layer_mean_squares(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    """Mean of a_i^2 over the units of each layer, for one ReLU network: (n,), L-1 matrices -> (L,).

    a^(k) = W^(k) max(0, a^(k-1)).
    """
    a = np.asarray(a1, dtype=float)
    found = [np.mean(a**2)]
    for W in weights:
        a = np.asarray(W) @ np.maximum(0.0, a)
        found.append(np.mean(a**2))
    return np.array(found)


def layer_mean_squares_by_sums(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    """Unit by unit."""
    a = [float(value) for value in a1]
    found = [sum(value**2 for value in a) / len(a)]
    for W in weights:
        a = [sum(w * max(0.0, x) for w, x in zip(row, a, strict=True)) for row in np.asarray(W)]
        found.append(sum(value**2 for value in a) / len(a))
    return np.array(found)


def mean_with_error(squares: Numbers) -> tuple[float, float]:
    """Return mean and standard error; squares (R, n): R independent networks, n units in each.

    The units of one network share their inputs, so the R network means are the sample.
    """
    means = np.asarray(squares, dtype=float).mean(axis=1)
    return float(means.mean()), float(means.std(ddof=1) / np.sqrt(len(means)))


def mean_with_error_by_pairs(squares: Numbers) -> tuple[float, float]:
    """The sample variance as half the mean squared difference of all pairs of networks."""
    means = np.asarray(squares, dtype=float).sum(axis=1) / np.shape(squares)[1]
    R = len(means)
    pairs = [(means[i] - means[j]) ** 2 / 2 for i in range(R) for j in range(i)]
    return float(means.sum() / R), math.sqrt(float(np.mean(pairs)) / R)
