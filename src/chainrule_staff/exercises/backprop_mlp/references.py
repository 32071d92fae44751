"""The classifier of the sheets for one example, forwards and backwards, each by two roads.

h_a = W1 x + b1, h_s = ELU(h_a), o_a = W2 h_s + b2, o_s = softmax(o_a), L = -log o_s[y].
Shapes: x (d,), W1 (dh, d), b1 (dh,), W2 (m, dh), b2 (m,); the label y counts from 0.
ELU with alpha = 0 is the ReLU.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from chainrule.compare import Numbers
from chainrule_staff.exercises.model import Generator

STEP = 1e-30  # of the complex step: no subtraction, so no rounding
Labels = NDArray[np.int64]


class Net(NamedTuple):
    """Parameters, one example with its label, and the alpha of the ELU."""

    W1: Numbers
    b1: Numbers
    W2: Numbers
    b2: Numbers
    x: Numbers
    y: int
    alpha: float


EX = Net(
    W1=np.array([[0.5, -0.25], [-1.0, 0.75], [0.25, 1.0]]),
    b1=np.array([0.1, -0.2, 0.3]),
    W2=np.array([[0.2, -0.4, 0.6], [-0.5, 0.3, 0.1]]),
    b2=np.array([0.05, -0.05]),
    x=np.array([1.0, -2.0]),
    y=1,
    alpha=0.7,
)


def entries(rng: Generator, *shape: int) -> Numbers:
    """Draw distinct numbers of either sign with two decimals, none of them 0, 1 or -1."""
    size = int(np.prod(shape))
    sizes = rng.permutation(np.setdiff1d(np.arange(31, 190), [100]))[:size] / 100
    signs = rng.permutation(np.where(np.arange(size) % 2 == 0, 1.0, -1.0))
    return np.asarray((sizes * signs).reshape(shape))


def net(rng: Generator, d: int, dh: int, m: int) -> Net:
    """Draw a network whose pre-activations have both signs and stay away from the kink at 0."""
    while True:
        W1, b1, x = entries(rng, dh, d), 0.5 * entries(rng, dh), entries(rng, d)
        h_a = W1 @ x + b1
        if min(np.abs(h_a)) > 0.15 and min(h_a) < 0 < max(h_a) < 4:
            break
    alpha = float(np.round(rng.choice([0.5, 1.3]) + rng.uniform(0, 0.3), 2))
    y = int(rng.integers(m))
    return Net(W1, b1, 0.5 * entries(rng, m, dh), 0.5 * entries(rng, m), x, y, alpha)


def elu(z: Any, alpha: float) -> Any:
    """Z where z > 0, alpha (e^z - 1) otherwise; complex z are welcome."""
    z = np.asarray(z)
    positive = z.real > 0
    return np.where(positive, z, alpha * np.expm1(np.where(positive, 0.0, z)))


def elu_grad(z: Numbers, alpha: float) -> Numbers:
    """ELU'(z): 1 where z > 0, alpha e^z otherwise."""
    z = np.asarray(z, dtype=float)
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def elu_grad_from_value(z: Numbers, alpha: float) -> Numbers:
    """The slope from the value: alpha e^z = ELU(z) + alpha for z <= 0."""
    return np.where(np.asarray(z) > 0, 1.0, elu(np.asarray(z, dtype=float), alpha) + alpha)


def hidden(W1: Any, b1: Any, x: Any, alpha: float) -> tuple[Any, Any]:
    """(h_a, h_s), both (dh,)."""
    h_a = np.asarray(W1) @ x + b1
    return h_a, elu(h_a, alpha)


def hidden_by_loops(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> tuple[Any, Any]:
    """Unit by unit, input by input."""
    dh, d = np.shape(W1)
    h_a = [b1[j] + sum(W1[j][i] * x[i] for i in range(d)) for j in range(dh)]
    return np.array(h_a), np.array([z if z > 0 else alpha * np.expm1(z) for z in h_a])


def output_preact(W2: Any, b2: Any, hs: Any) -> Any:
    """o_a = W2 h_s + b2, (m,)."""
    return np.asarray(W2) @ hs + b2


def output_preact_by_loops(W2: Numbers, b2: Numbers, hs: Numbers) -> Numbers:
    """Output by output."""
    m, dh = np.shape(W2)
    return np.array([b2[k] + sum(W2[k][j] * hs[j] for j in range(dh)) for k in range(m)])


def nll(o_a: Any, y: int) -> Any:
    """L = log sum_i e^{o_a_i} - o_a_y, finite for logits of any size; complex logits welcome."""
    o_a = np.asarray(o_a)
    top = o_a.real.max()
    return np.log(np.exp(o_a - top).sum()) - (o_a[y] - top)


def nll_by_differences(o_a: Numbers, y: int) -> float:
    """Log sum_i e^{o_a_i - o_a_y}."""
    o_a = np.asarray(o_a, dtype=float)
    return float(np.logaddexp.reduce(o_a - o_a[y]))


def softmax(o_a: Any) -> Any:
    """o_s = e^{o_a} / sum e^{o_a}, (m,) or the rows of (n, m)."""
    e = np.exp(o_a - np.max(o_a, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def loss(parts: Mapping[str, Any], y: int, alpha: float) -> Any:
    """L of one example from {"W1": ..., "b1": ..., "W2": ..., "b2": ..., "x": ...}."""
    _, hs = hidden(parts["W1"], parts["b1"], parts["x"], alpha)
    return nll(output_preact(parts["W2"], parts["b2"], hs), y)


def by_complex_step(function: Callable[[Any], Any], at: Any) -> Numbers:
    """The gradient of an analytic real function, entry by entry, shape of `at`."""
    at = np.asarray(at, dtype=float)
    gradient = np.empty(at.shape)
    for index in np.ndindex(at.shape):
        moved = at.astype(complex)
        moved[index] += 1j * STEP
        gradient[index] = function(moved).imag / STEP
    return gradient


def grad_oa(o_s: Numbers, y: int) -> Numbers:
    """dL/do_a = o_s - onehot(y), (m,)."""
    gradient = np.array(o_s, dtype=float)
    gradient[y] -= 1.0
    return gradient


def grad_oa_by_jacobian(o_s: Numbers, y: int) -> Numbers:
    """Through the softmax: J^T dL/do_s with dL/do_s = -onehot(y) / o_s_y."""
    upstream = -np.eye(len(o_s))[y] / o_s[y]
    return np.asarray((np.diag(o_s) - np.outer(o_s, o_s)).T @ upstream)


def backward(
    W1: Numbers,
    W2: Numbers,
    x: Numbers,
    h_a: Numbers,
    h_s: Numbers,
    o_s: Numbers,
    y: int,
    alpha: float,
) -> tuple[Numbers, ...]:
    """The eight gradients (o_a, W2, b2, h_s, h_a, W1, b1, x) from a finished forward pass."""
    g_oa = grad_oa(o_s, y)
    g_hs = W2.T @ g_oa
    g_ha = g_hs * elu_grad(h_a, alpha)
    return (
        g_oa,
        np.outer(g_oa, h_s),
        g_oa,
        g_hs,
        g_ha,
        np.outer(g_ha, x),
        g_ha,
        W1.T @ g_ha,
    )


def gradients_by_complex_step(n: Net) -> dict[str, Numbers]:
    """dL/d(.) of W1, b1, W2, b2, x and of h_a, h_s, o_a, from the loss alone."""
    parts = {"W1": n.W1, "b1": n.b1, "W2": n.W2, "b2": n.b2, "x": n.x}
    found = {}
    for name, at in parts.items():

        def moved_to(value: Any, name: str = name) -> Any:
            return loss({**parts, name: value}, n.y, n.alpha)

        found[name] = by_complex_step(moved_to, at)
    h_a, h_s = hidden(n.W1, n.b1, n.x, n.alpha)
    found["h_a"] = by_complex_step(
        lambda z: nll(output_preact(n.W2, n.b2, elu(z, n.alpha)), n.y), h_a
    )
    found["h_s"] = by_complex_step(lambda h: nll(output_preact(n.W2, n.b2, h), n.y), h_s)
    found["o_a"] = by_complex_step(lambda o: nll(o, n.y), output_preact(n.W2, n.b2, h_s))
    return found


def n_params(d: int, dh: int, m: int) -> int:
    """The number of entries of W1, b1, W2 and b2."""
    return dh * d + dh + m * dh + m


def n_params_of_arrays(d: int, dh: int, m: int) -> int:
    """Build the arrays and count."""
    return sum(np.zeros(shape).size for shape in ((dh, d), (dh,), (m, dh), (m,)))


def gd_step(theta: Sequence[Numbers], grads: Sequence[Numbers], eta: float) -> tuple[Numbers, ...]:
    """Theta - eta grad, parameter by parameter."""
    return tuple(np.asarray(t) - eta * np.asarray(g) for t, g in zip(theta, grads, strict=True))


def penalty(W: Any, l1: float, l2: float) -> Numbers:
    """Gradient of l1 |W|_1 + l2 |W|_2^2 where no weight is zero."""
    W = np.asarray(W, dtype=float)
    return l1 * np.sign(W) + 2 * l2 * W


def reg_grads(
    W1: Numbers, W2: Numbers, l11: float, l12: float, l21: float, l22: float
) -> tuple[Numbers, Numbers]:
    """The terms that the penalties add to the gradients of W1 and of W2."""
    return penalty(W1, l11, l12), penalty(W2, l21, l22)


def reg_grads_by_complex_step(
    W1: Numbers, W2: Numbers, l11: float, l12: float, l21: float, l22: float
) -> tuple[Numbers, Numbers]:
    """Differentiate the penalty itself; sqrt(w^2) is |w| and analytic away from zero."""

    def term(W: Any, l1: float, l2: float) -> Any:
        return (l1 * np.sqrt(W * W) + l2 * W * W).sum()

    return (
        by_complex_step(lambda W: term(W, l11, l12), W1),
        by_complex_step(lambda W: term(W, l21, l22), W2),
    )
