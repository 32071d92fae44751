"""The mathematics of the topic: softmax, its limits and its slopes, each by two roads."""

from __future__ import annotations

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.model import Generator


def logits(rng: Generator, *shape: int) -> Numbers:
    """Draw logits with three decimals, no two of them equal."""
    ranks = rng.permutation(int(np.prod(shape))).reshape(shape)
    return np.asarray(np.round(rng.normal(0.0, 1.5, shape), 2) + 0.001 * (ranks % 10))


def softmax(x: Numbers) -> Numbers:
    """S(x)_i = e^{x_i} / sum_j e^{x_j} over the last axis; (n,) -> (n,), (b, n) -> (b, n)."""
    x = np.asarray(x, dtype=float)
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def softmax_by_logsumexp(x: Numbers) -> Numbers:
    """exp(x - log sum_j e^{x_j}): no quotient."""
    x = np.asarray(x, dtype=float)
    return np.exp(x - np.logaddexp.reduce(x, axis=-1, keepdims=True))


def softmax_by_loops(x: Numbers) -> Numbers:
    """One entry after the other, as one would by hand."""
    x = np.asarray(x, dtype=float)
    if x.ndim > 1:
        return np.array([softmax_by_loops(row) for row in x])
    e = [np.exp(value - max(x)) for value in x]
    return np.array([value / sum(e) for value in e])


def sigmoid(x: Numbers) -> Numbers:
    """1 / (1 + e^{-x}) without overflow."""
    x = np.asarray(x, dtype=float)
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


def limit(x: Numbers) -> Numbers:
    """Lim S(c x) for c -> infinity: 1/|M| on the set M of maximisers."""
    top = (x == np.max(x)).astype(float)
    return top / top.sum()


def limit_by_large_scale(x: Numbers) -> Numbers:
    """S(c x) at a c so large that nothing but the maxima is left."""
    return softmax(1e9 * np.asarray(x, dtype=float))


def limit_by_loop(x: Numbers) -> Numbers:
    """Share one unit among the maxima."""
    winners = [i for i, value in enumerate(x) if value == max(x)]
    return np.array([1 / len(winners) if i in winners else 0.0 for i in range(len(x))])


def partial(x: Numbers, i: int, j: int) -> float:
    """dS_i/dx_j = S_i (1_{i=j} - S_j)."""
    s = softmax(x)
    return float(s[i] * ((i == j) - s[j]))


def partial_by_quotient_rule(x: Numbers, i: int, j: int) -> float:
    """The quotient rule on exponentials (shifted, so that they stay finite)."""
    e = np.exp(np.asarray(x, dtype=float) - np.max(x))
    total = e.sum()
    return float(((i == j) * e[i] * total - e[i] * e[j]) / total**2)


def partial_by_symmetry(x: Numbers, i: int, j: int) -> float:
    """S_j (1_{i=j} - S_i): the Jacobian is symmetric."""
    return partial(x, j, i)


def jacobian(x: Numbers) -> Numbers:
    """J = diag(s) - s s^T, (n,) -> (n, n)."""
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def jacobian_by_loops(x: Numbers) -> Numbers:
    """Entry by entry from the quotient rule."""
    n = len(x)
    return np.array([[partial_by_quotient_rule(x, i, j) for j in range(n)] for i in range(n)])


def jacobian_by_einsum(x: Numbers) -> Numbers:
    """S_i (delta_ij - S_j) in index notation."""
    s = softmax(x)
    return np.einsum("i,ij->ij", s, np.eye(len(s)) - s)


def softmax_vjp(x: Numbers, g: Numbers) -> Numbers:
    """J^T g = s (g - s.g) in O(n); (n,), (n,) -> (n,)."""
    s = softmax(x)
    return s * (g - np.dot(s, g))


def softmax_vjp_expanded(x: Numbers, g: Numbers) -> Numbers:
    """The same, multiplied out."""
    s = softmax_by_logsumexp(x)
    return s * g - s * (s * g).sum()


def sigmoid_vjp(x: Numbers, g: Numbers) -> Numbers:
    """sigma'(x) g entry by entry."""
    s = sigmoid(x)
    return s * (1 - s) * g


def sigmoid_vjp_by_tanh(x: Numbers, g: Numbers) -> Numbers:
    """Sigma' = (1 - tanh(x/2)^2) / 4."""
    return (1 - np.tanh(np.asarray(x, dtype=float) / 2) ** 2) / 4 * g


def sigmoid_jacobian(x: Numbers) -> Numbers:
    """diag(sigma (1 - sigma)), (n,) -> (n, n)."""
    s = sigmoid(x)
    return np.diag(s * (1 - s))


def sigmoid_jacobian_by_complex_step(x: Numbers) -> Numbers:
    """One column per input: the imaginary part of sigma(x + ih) divided by h."""
    h = 1e-30
    columns = np.asarray(x, dtype=complex)[:, None] + 1j * h * np.eye(len(x))
    return np.asarray((1 / (1 + np.exp(-columns))).imag / h)


def scale_derivative(x: Numbers, c: float) -> Numbers:
    """d/dc S(c x)_i = S_i (x_i - sum_j S_j x_j) with S = S(c x)."""
    x = np.asarray(x, dtype=float)
    s = softmax(c * x)
    return s * (x - s @ x)


def scale_derivative_by_jacobian(x: Numbers, c: float) -> Numbers:
    """The chain rule: J(c x) x."""
    return jacobian(c * np.asarray(x, dtype=float)) @ x


def scale_derivative_by_vjp(x: Numbers, c: float) -> Numbers:
    """The Jacobian is symmetric, so the vector-Jacobian product does it as well."""
    x = np.asarray(x, dtype=float)
    return softmax_vjp_expanded(c * x, x)


def log_odds(x: Numbers, i: int) -> float:
    """Log S_i - log(1 - S_i) = x_i - log sum_{j != i} e^{x_j}; exact where S_i rounds to 0 or 1."""
    others = np.delete(np.asarray(x, dtype=float), i)
    return float(x[i] - np.logaddexp.reduce(others))
