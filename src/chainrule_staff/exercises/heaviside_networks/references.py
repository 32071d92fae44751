"""The mathematics of the topic: units, regions and how many of them, each by two roads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers

HalfPlane = tuple[Numbers, float]
Weights = tuple[Numbers, Numbers, Numbers, float]


def half_plane(slope: float, intercept: float, above: bool) -> HalfPlane:
    """Return (w, b) with w.x + b > 0 above (or below) x2 = slope x1 + intercept, and |w2| = 1."""
    side = 1.0 if above else -1.0
    return np.array([-side * slope, side]), -side * intercept


def half_plane_by_points(slope: float, intercept: float, above: bool) -> HalfPlane:
    """A normal of the line through two of its points, turned towards a point on the wanted side."""
    p, q = np.array([0.0, intercept]), np.array([1.0, slope + intercept])
    inside = p + np.array([0.0, 1.0 if above else -1.0])
    normal = np.array([p[1] - q[1], q[0] - p[0]])
    normal = normal * np.sign(normal @ (inside - p)) / abs(normal[1])
    return normal, float(-normal @ p)


def network(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
    """f(x) = H(u.H(W^T x + b) + c) with H(0) = 1/2 for every row of X: (n, 2) -> (n,)."""
    h = np.heaviside(np.asarray(X, float) @ np.asarray(W, float) + b, 0.5)
    return np.asarray(np.heaviside(h @ np.asarray(u, float) + c, 0.5))


def network_by_loops(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
    """Point by point, unit by unit, with H(z) = (1 + sign z)/2."""
    W = np.asarray(W, float)
    outputs = []
    for x in np.asarray(X, float):
        total = float(c)
        for j in range(W.shape[1]):
            total += u[j] * (1 + np.sign(W[0, j] * x[0] + W[1, j] * x[1] + b[j])) / 2
        outputs.append((1 + np.sign(total)) / 2)
    return np.array(outputs)


def count_bias(k: int) -> tuple[float, float]:
    """The open interval of c for which H(h_1 + ... + h_m + c) = 1 if and only if k units fire."""
    return -k, 1 - k


def count_bias_by_extremes(k: int) -> tuple[float, float]:
    """K units must lift the sum above 0, k - 1 must leave it below."""
    fires, stays = sum([1.0] * k), sum([1.0] * (k - 1))
    return -fires, -stays


def pattern_bias(u: Sequence[int]) -> tuple[float, float]:
    """The open interval of c for which H(u.h + c) = 1 for the pattern h = (u > 0) alone."""
    p = int(np.sum(np.asarray(u) > 0))
    return -p, 1 - p


def pattern_bias_by_patterns(u: Sequence[int]) -> tuple[float, float]:
    """The largest and the second largest value of u.h over all patterns h."""
    signs = np.asarray(u)
    patterns = (np.arange(2 ** len(signs))[:, None] >> np.arange(len(signs))) & 1
    second, first = np.sort(patterns @ signs)[-2:]
    return -float(first), -float(second)


def region_count(m: int, d: int) -> int:
    """M hyperplanes in general position cut R^d into sum_{i<=d} (m choose i) regions."""
    return sum(math.comb(m, i) for i in range(d + 1))


def region_count_by_recursion(m: int, d: int) -> int:
    """A new hyperplane is itself cut by the m - 1 others, and each piece halves a region."""
    if m == 0 or d == 0:
        return 1
    return region_count_by_recursion(m - 1, d) + region_count_by_recursion(m - 1, d - 1)


# ---- the networks


def weights() -> Weights:
    """One unit per half-plane, and the output fires if all three do."""
    W = np.array([[-4 / 3, -5 / 3, 5 / 4], [-1.0, 1.0, 1.0]])
    return W, np.array([4.0, 5.0, 5.0]), np.ones(3), -2.5


def weights_of_integers() -> Weights:
    """Every unit multiplied by its denominators."""
    W = np.array([[-4, -5, 5], [-3, 3, 4]])
    return W, np.array([12, 15, 20]), np.array([1, 1, 1]), -2.5


def xor() -> Weights:
    """OR and not AND: h1 = at least one, h2 = both, f = h1 - h2."""
    return np.ones((2, 2)), np.array([-0.5, -1.5]), np.array([1.0, -1.0]), -0.5


def xor_by_sides() -> Weights:
    """x1 and not x2, or x2 and not x1."""
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), -0.5 * np.ones(2), np.ones(2), -0.5


Deep = tuple[Numbers, Numbers, Numbers, Numbers, Numbers, float]


def union() -> Deep:
    """Two half-planes per quadrant, an AND for each quadrant, an OR of both."""
    W = np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]])
    V = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    return W, -np.ones(4), V, -1.5 * np.ones(2), np.ones(2), -0.5


def union_by_complement() -> Deep:
    """De Morgan: not (outside A and outside B), each outside an OR of two negated half-planes."""
    W, b, V, _, _, _ = union()
    return -2 * W, -2 * b, V, -0.5 * np.ones(2), -np.ones(2), 1.5
