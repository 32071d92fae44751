"""f(x1, x2) = 1/(x1 + x2) + x2^2 + cos x1, node by node, each sweep by two roads.

Nodes: v_-1 = x1, v_0 = x2, v1 = v_-1 + v_0, v2 = 1/v1, v3 = v_0^2, v4 = cos v_-1,
v5 = v2 + v3, v6 = v5 + v4 = y.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers

NODES = ("v_-1", "v_0", "v_1", "v_2", "v_3", "v_4", "v_5", "v_6")
STEP = 1e-30  # of the complex step: no subtraction, so no rounding


def f(x1: Any, x2: Any) -> Any:
    """The function of the sheet; complex arguments are welcome."""
    return 1 / (x1 + x2) + x2**2 + np.cos(x1)


def values(x1: Any, x2: Any) -> list[Any]:
    """The eight values of the evaluation trace."""
    v1 = x1 + x2
    v2, v3, v4 = 1 / v1, x2**2, np.cos(x1)
    v5 = v2 + v3
    return [x1, x2, v1, v2, v3, v4, v5, v5 + v4]


def forward_trace(x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
    """Values and tangents, (8, 2): each line applies its local derivative to incoming tangents."""
    v = values(x1, x2)
    d1 = dx1 + dx2
    d2, d3, d4 = -d1 / v[2] ** 2, 2 * x2 * dx2, -np.sin(x1) * dx1
    d5 = d2 + d3
    return np.array([v, [dx1, dx2, d1, d2, d3, d4, d5, d5 + d4]]).T


def forward_trace_by_complex_step(x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
    """Run the program once on x + i h dx: real parts are values, imaginary parts tangents."""
    nodes = np.array(values(x1 + 1j * STEP * dx1, x2 + 1j * STEP * dx2))
    return np.stack([nodes.real, nodes.imag / STEP], axis=1)


def forward_trace_other_order(x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
    """The same with v5 = v3 + v4 and v6 = v2 + v5."""
    table = forward_trace(x1, x2, dx1, dx2)
    table[6] = table[4] + table[5]
    return table


def reverse_trace(x1: float, x2: float, ybar: float = 1.0) -> Numbers:
    """Final adjoints of all nodes, (8,); x1 and x2 feed two nodes each and collect from both."""
    v1 = x1 + x2
    a6 = ybar
    a5 = a4 = a6
    a2 = a3 = a5
    a1 = -a2 / v1**2
    a0 = 2 * x2 * a3 + a1
    a_1 = -np.sin(x1) * a4 + a1
    return np.array([a_1, a0, a1, a2, a3, a4, a5, a6])


def reverse_trace_by_solving(x1: float, x2: float, ybar: float = 1.0) -> Numbers:
    """All adjoints at once: (1 - L)^T vbar = ybar e_y, with L the matrix of local partials."""
    local = np.zeros((8, 8))
    local[2, [0, 1]] = 1.0
    local[3, 2] = -1.0 / (x1 + x2) ** 2
    local[4, 1] = 2.0 * x2
    local[5, 0] = -np.sin(x1)
    local[6, [3, 4]] = local[7, [6, 5]] = 1.0
    return np.linalg.solve((np.eye(8) - local).T, ybar * np.eye(8)[7])


def reverse_closed_form(x1: float, x2: float, ybar: float = 1.0) -> Numbers:
    """The two partial derivatives written down, the rest is 1 or -1/(x1+x2)^2."""
    inner = -1.0 / (x1 + x2) ** 2
    slopes = [inner - np.sin(x1), 2.0 * x2 + inner, inner, 1.0, 1.0, 1.0, 1.0, 1.0]
    return ybar * np.array(slopes)


Parents = Sequence[Sequence[int]]
Partials = Sequence[Sequence[float]]


def reverse_sweep(parents: Parents, partials: Partials, ybar: float = 1.0) -> Numbers:
    """Adjoints of every node of a tape, (n,).

    Args:
        parents: for each node, the indices of the nodes it is computed from (all smaller).
        partials: for each node, its local derivative with respect to each parent.
        ybar: the adjoint of the last node.
    """
    adjoints = np.zeros(len(parents))
    adjoints[-1] = ybar
    for node in reversed(range(len(parents))):
        for parent, slope in zip(parents[node], partials[node], strict=True):
            adjoints[parent] += adjoints[node] * slope
    return adjoints


def reverse_sweep_by_solving(parents: Parents, partials: Partials, ybar: float = 1.0) -> Numbers:
    """The same adjoints as the solution of one triangular system."""
    n = len(parents)
    local = np.zeros((n, n))
    for node, (above, slopes) in enumerate(zip(parents, partials, strict=True)):
        for parent, slope in zip(above, slopes, strict=True):
            local[node, parent] += slope
    return np.linalg.solve((np.eye(n) - local).T, ybar * np.eye(n)[-1])


Dual = tuple[float, float]


def dual_add(a: Dual, b: Dual) -> Dual:
    """(u, u') + (w, w') = (u + w, u' + w')."""
    return a[0] + b[0], a[1] + b[1]


def dual_mul(a: Dual, b: Dual) -> Dual:
    """(u, u') (w, w') = (u w, u' w + u w')."""
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def dual_reciprocal(a: Dual) -> Dual:
    """1 / (u, u') = (1/u, -u'/u^2)."""
    return 1 / a[0], -a[1] / a[0] ** 2


def dual_cos(a: Dual) -> Dual:
    """Cos (u, u') = (cos u, -u' sin u)."""
    return float(np.cos(a[0])), float(-a[1] * np.sin(a[0]))


def by_complex_step(operation: Callable[..., complex]) -> Callable[..., Dual]:
    """Return the dual version of a complex function of one or two numbers."""

    def dual(*args: Dual) -> Dual:
        result = operation(*(complex(a[0], STEP * a[1]) for a in args))
        return result.real, result.imag / STEP

    return dual


def central_difference(x1: float, x2: float, h: float) -> Numbers:
    """(f(x + h e_i) - f(x - h e_i)) / (2h) for i = 1, 2; (2,)."""
    first = (f(x1 + h, x2) - f(x1 - h, x2)) / (2 * h)
    return np.array([first, (f(x1, x2 + h) - f(x1, x2 - h)) / (2 * h)])


def central_difference_by_stencil(x1: float, x2: float, h: float) -> Numbers:
    """The mean of the forward and the backward quotient."""
    x, y = np.array([x1, x2]), f(x1, x2)
    steps = h * np.eye(2)
    forward = np.array([(f(*(x + step)) - y) / h for step in steps])
    backward = np.array([(y - f(*(x - step))) / h for step in steps])
    return (forward + backward) / 2
