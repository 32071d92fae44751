"""The two tables of the sheet, marked with follow-through."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.ad_traces import references as ref
from chainrule_staff.exercises.function import Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.trace import TraceTask

FOUR_DECIMALS = Tolerance(relative=1e-6, absolute=0.5e-4 * 1.001)
SHEET = (3.0, 6.0)


def point(rng: Generator) -> tuple[float, float]:
    """Draw (x1, x2) away from x1 + x2 = 0, from sin x1 = 0 and from x2 = 0."""
    return float(np.round(rng.uniform(0.5, 2.6), 2)), float(np.round(rng.uniform(0.8, 1.9), 2))


# --- ad_traces.forward-ad -----------------------------------------------------------------------


def draw_forward(rng: Generator) -> Sequence[Look]:
    dx1, dx2 = np.round(rng.uniform(1.2, 2.5, 2), 2)
    return [
        Look("the sheet's point, seed (1, 0)", {"forward_trace": [(*SHEET, 1.0, 0.0)]}),
        Look("another point, seed (0, 1)", {"forward_trace": [(*point(rng), 0.0, 1.0)]}),
        Look("any seed", {"forward_trace": [(*point(rng), float(dx1), float(-dx2))]}),
    ]


def follow_forward(order: str) -> Callable[..., Numbers]:
    """Return the rule table -> table, each node from the student's own earlier nodes.

    `order` names the nodes that v5 adds; v6 adds the one that is left.
    """
    left, right = (int(digit) + 1 for digit in order)
    (last,) = {3, 4, 5} - {left, right}

    def follow(table: Numbers, x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
        (v, d), new = table.T, np.empty_like(table)
        new[0], new[1] = (x1, dx1), (x2, dx2)
        new[2] = v[0] + v[1], d[0] + d[1]
        new[3] = 1 / v[2], -d[2] / v[2] ** 2
        new[4] = v[1] ** 2, 2 * v[1] * d[1]
        new[5] = np.cos(v[0]), -np.sin(v[0]) * d[0]
        new[6] = v[left] + v[right], d[left] + d[right]
        new[7] = v[6] + v[last], d[6] + d[last]
        return new

    return follow


def forward_with(change: Callable[[list[float], list[float]], None]) -> Callable[..., Numbers]:
    """Return a forward trace in which `change(values, tangents)` spoils v2..v4 before the sums."""

    def trace(x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
        v, d = (list(column) for column in ref.forward_trace(x1, x2, dx1, dx2).T)
        change(v, d)
        for w in (v, d):
            w[6] = w[3] + w[4]
            w[7] = w[6] + w[5]
        return np.array([v, d]).T

    return trace


def _quotient_sign(v: list[float], d: list[float]) -> None:
    d[3] = -d[3]


def _cosine_sign(v: list[float], d: list[float]) -> None:
    d[5] = -d[5]


def _seed_ignored_in_square(v: list[float], d: list[float]) -> None:
    d[4] = 2 * v[1]


def rounded_on_the_way(x1: float, x2: float, dx1: float, dx2: float) -> Numbers:
    """Round every entry to four decimals before it is used."""
    table = np.zeros((8, 2))
    follow = follow_forward("23")
    for row in range(8):
        with np.errstate(all="ignore"):
            table[row] = np.round(follow(table, x1, x2, dx1, dx2)[row], 4)
    return table


def columns(row: str, index: int) -> list[tuple[str, tuple[int, int]]]:
    return [(f"{row}, value", (index, 0)), (f"{row}, tangent", (index, 1))]


SEEDS = [("seed of x1", (0, 1)), ("seed of x2", (1, 1))]

forward_ad = TraceTask(
    task="ad_traces.forward-ad",
    title="The evaluation trace and the tangent trace",
    covers=("000 Q4.1",),
    names=("forward_trace",),
    points=4,
    reference={"forward_trace": ref.forward_trace},
    second={"forward_trace": ref.forward_trace_by_complex_step},
    draw=draw_forward,
    tolerance=FOUR_DECIMALS,
    rows=ref.NODES,
    nodes=[*SEEDS, *(pair for i in range(2, 8) for pair in columns(ref.NODES[i], i))],
    follow=[follow_forward(order) for order in ("23", "34", "24")],
    results=[(7, 0), (7, 1)],
    mistakes=(
        Mistake(
            "reciprocal-sign",
            "The derivative of 1/v is -1/v^2: the tangent of v2 lost its minus.",
            {"forward_trace": forward_with(_quotient_sign)},
            says=("quotient rule sign",),
        ),
        Mistake(
            "cosine-sign",
            "cos' is -sin, so the tangent of v4 is -sin(x1) times the tangent of x1.",
            {"forward_trace": forward_with(_cosine_sign)},
            says=("cos' = +sin",),
        ),
        Mistake(
            "seed-one-one",
            "The seed (1, 1) gives the derivative along the diagonal, not a partial derivative: "
            "start from the dx1 and dx2 you are given.",
            {"forward_trace": lambda x1, x2, dx1, dx2: ref.forward_trace(x1, x2, 1.0, 1.0)},
            says=("seed dx=(1,1): directional derivative instead of a partial",),
        ),
        Mistake(
            "local-derivative-without-tangent",
            "2 v_0 is the local derivative of v3 only; its tangent is 2 v_0 times the tangent of "
            "v_0.",
            {"forward_trace": forward_with(_seed_ignored_in_square)},
            says=("tangent of v3 ignores dx2",),
        ),
        Mistake(
            "rounded-too-early",
            "You rounded on the way: -0.0123 - 0.1411 is -0.1534, but the tangent is -0.153466. "
            "Round at the end only.",
            {"forward_trace": rounded_on_the_way},
            says=("premature rounding gives -0.1534",),
        ),
    ),
    also_correct={
        "other order of the two additions (v5=v3+v4): compare v6 and its tangent only": {
            "forward_trace": ref.forward_trace_other_order
        },
        "dual-number class or complex step for the last row": {
            "forward_trace": ref.forward_trace_by_complex_step
        },
    },
)


# --- ad_traces.reverse-ad -----------------------------------------------------------------------


def draw_reverse(rng: Generator) -> Sequence[Look]:
    ybar = float(np.round(rng.uniform(1.5, 2.5), 2))
    return [
        Look("the sheet's point, ybar = 1", {"reverse_trace": [(*SHEET, 1.0)]}),
        Look("another point and ybar", {"reverse_trace": [(*point(rng), -ybar)]}),
    ]


def follow_reverse(a: Numbers, x1: float, x2: float, ybar: float = 1.0) -> Numbers:
    """Each adjoint from the student's own adjoints of later nodes; v5 = v2 + v3."""
    new = np.empty_like(a)
    new[7] = ybar
    new[6] = new[5] = a[7]
    new[4] = new[3] = a[6]
    new[2] = -a[3] / (x1 + x2) ** 2
    new[1] = 2 * x2 * a[4] + a[2]
    new[0] = -np.sin(x1) * a[5] + a[2]
    return new


def follow_reverse_other_order(a: Numbers, x1: float, x2: float, ybar: float = 1.0) -> Numbers:
    """The same for v5 = v3 + v4: there v2 feeds v6, and v4 feeds v5."""
    new = follow_reverse(a, x1, x2, ybar)
    new[3], new[5] = a[7], a[6]
    return new


def reverse_with(change: Callable[[Numbers, float, float], None]) -> Callable[..., Numbers]:
    """Return a reverse trace that `change(adjoints, x1, x2)` spoils."""

    def trace(x1: float, x2: float, ybar: float = 1.0) -> Numbers:
        adjoints = ref.reverse_trace(x1, x2, ybar)
        change(adjoints, x1, x2)
        return adjoints

    return trace


def _seed_in_reverse(a: Numbers, x1: float, x2: float) -> None:
    a[1] = 2 * x2 * a[4] * 0.0 + a[2]


def _overwritten(a: Numbers, x1: float, x2: float) -> None:
    a[0] = a[1] = a[2]


def _overwritten_by_square(a: Numbers, x1: float, x2: float) -> None:
    a[1] = 2 * x2 * a[4]


def _sine_sign(a: Numbers, x1: float, x2: float) -> None:
    a[0] = np.sin(x1) * a[5] + a[2]


def _reciprocal_not_squared(a: Numbers, x1: float, x2: float) -> None:
    a[0] -= a[2]
    a[1] -= a[2]
    a[2] = -a[3] / (x1 + x2)
    a[0] += a[2]
    a[1] += a[2]


reverse_ad = TraceTask(
    task="ad_traces.reverse-ad",
    title="One reverse sweep, both partial derivatives",
    covers=("000 Q4.2",),
    names=("reverse_trace",),
    points=4,
    reference={"reverse_trace": ref.reverse_trace},
    second={"reverse_trace": ref.reverse_trace_by_solving},
    draw=draw_reverse,
    tolerance=FOUR_DECIMALS,
    rows=tuple(f"adjoint of {name}" for name in ref.NODES),
    nodes=[(f"adjoint of {ref.NODES[i]}", i) for i in reversed(range(8))],
    follow=[follow_reverse, follow_reverse_other_order],
    results=[0, 1],
    mistakes=(
        Mistake(
            "forward-seed-in-reverse",
            "You multiplied the branch x2^2 by the forward seed 0. Seeds belong to the forward "
            "sweep; going back, adjoints meet local partials only: dv3/dv_0 = 2 v_0.",
            {"reverse_trace": reverse_with(_seed_in_reverse)},
            says=("sheet: square branch killed by the forward seed",),
        ),
        Mistake(
            "overwritten",
            "x1 and x2 each feed two nodes, and their adjoints are sums of two contributions: "
            "accumulate with +=, the second one must not overwrite the first.",
            {"reverse_trace": reverse_with(_overwritten)},
            says=("adjoint overwritten instead of accumulated (x2)",),
        ),
        Mistake(
            "x2-overwritten",
            "x2 feeds v3 and v1: its adjoint is 2 v_0 vbar_3 plus what comes back through v1; "
            "yours has kept the square only.",
            {"reverse_trace": reverse_with(_overwritten_by_square)},
        ),
        Mistake(
            "sine-sign",
            "cos' is -sin: the contribution of v4 to the adjoint of x1 is -sin(x1) vbar_4.",
            {"reverse_trace": reverse_with(_sine_sign)},
            says=("+sin",),
        ),
        Mistake(
            "reciprocal-not-squared",
            "The local partial of 1/v1 is -1/v1^2; yours lacks the square.",
            {"reverse_trace": reverse_with(_reciprocal_not_squared)},
            says=("1/v1 instead of 1/v1^2",),
        ),
        Mistake(
            "ybar-ignored",
            "The sweep starts from the ybar you are given, not always from 1: every adjoint is "
            "proportional to it.",
            {"reverse_trace": lambda x1, x2, ybar=1.0: ref.reverse_trace(x1, x2)},
            says=("ybar ignored",),
        ),
    ),
    also_correct={
        "other order of additions: compare (vbar_-1, vbar_0)": {
            "reverse_trace": ref.reverse_trace_by_solving
        },
        "closed form": {"reverse_trace": ref.reverse_closed_form},
    },
)

EXERCISES = (forward_ad, reverse_ad)
