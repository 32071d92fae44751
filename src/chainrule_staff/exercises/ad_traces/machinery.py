"""What makes the sweeps work for any program: dual numbers, the tape, the cost, the check."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.ad_traces import references as ref
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- ad_traces.dual-numbers ---------------------------------------------------------------------


def dual(rng: Generator) -> ref.Dual:
    """Draw a dual number whose value and tangent are neither 0, 1 nor equal."""
    value, tangent = np.round(rng.uniform([1.2, 2.1], [1.9, 2.9]), 2)
    return float(value), float(tangent)


def draw_duals(rng: Generator) -> Sequence[Look]:
    a, b, c = dual(rng), dual(rng), dual(rng)
    return [
        Look("sum", {"dual_add": [(a, b), (b, c)]}, share=0.5),
        Look("product", {"dual_mul": [(a, b), (c, c)]}),
        Look("reciprocal", {"dual_reciprocal": [(a,), (b,)]}),
        Look("cosine", {"dual_cos": [(a,), (c,)]}),
    ]


dual_numbers = FunctionTask(
    task="ad_traces.dual-numbers",
    title="Dual numbers: forward mode without a table",
    names=("dual_add", "dual_mul", "dual_reciprocal", "dual_cos"),
    points=3,
    reference={
        "dual_add": ref.dual_add,
        "dual_mul": ref.dual_mul,
        "dual_reciprocal": ref.dual_reciprocal,
        "dual_cos": ref.dual_cos,
    },
    second={
        "dual_add": ref.by_complex_step(lambda a, b: a + b),
        "dual_mul": ref.by_complex_step(lambda a, b: a * b),
        "dual_reciprocal": ref.by_complex_step(lambda a: 1 / a),
        "dual_cos": ref.by_complex_step(np.cos),
    },
    draw=draw_duals,
    mistakes=(
        Mistake(
            "product-of-tangents",
            "The derivative of a product is u'w + uw', not u'w'.",
            {"dual_mul": lambda a, b: (a[0] * b[0], a[1] * b[1])},
        ),
        Mistake(
            "half-a-product-rule",
            "One half of the product rule is missing: both factors may change.",
            {"dual_mul": lambda a, b: (a[0] * b[0], a[1] * b[0])},
        ),
        Mistake(
            "reciprocal-sign",
            "1/u falls where u grows: the tangent is -u'/u^2.",
            {"dual_reciprocal": lambda a: (1 / a[0], a[1] / a[0] ** 2)},
        ),
        Mistake(
            "reciprocal-of-tangent",
            "The tangent of 1/u is -u'/u^2; it is not 1/u'.",
            {"dual_reciprocal": lambda a: (1 / a[0], 1 / a[1])},
        ),
        Mistake(
            "cosine-sign",
            "The derivative of cos is -sin: the tangent is -u' sin u.",
            {"dual_cos": lambda a: (np.cos(a[0]), a[1] * np.sin(a[0]))},
        ),
        Mistake(
            "cosine-without-tangent",
            "-sin u is the local derivative; multiply it by the tangent u' that comes in.",
            {"dual_cos": lambda a: (np.cos(a[0]), -np.sin(a[0]))},
        ),
    ),
    also_correct={
        "pairs as lists": {"dual_add": lambda a, b: [a[0] + b[0], a[1] + b[1]]},
        "pairs as arrays": {"dual_add": lambda a, b: np.add(a, b)},
    },
)


# --- ad_traces.reverse-sweep --------------------------------------------------------------------


def tape(rng: Generator, n: int) -> tuple[list[list[int]], list[list[float]]]:
    """Draw a program of `n` nodes: two inputs, then nodes with one or two earlier parents.

    Every node but the last is used, and the inputs are used twice.
    """
    parents: list[list[int]] = [[], [], [0, 1], [0], [1]]
    while len(parents) < n:
        here = len(parents)
        parents.append(sorted(int(p) for p in rng.choice(range(2, here), 2, replace=False)))
    used = {p for above in parents for p in above}
    parents[-1] = sorted(set(parents[-1]) | (set(range(2, n - 1)) - used))
    slopes = [[float(np.round(rng.uniform(1.1, 2.9), 2)) for _ in above] for above in parents]
    return parents, slopes


def draw_tapes(rng: Generator) -> Sequence[Look]:
    chain = [[], [0], [1], [2]], [[], [1.5], [-2.0], [0.5]]
    return [
        Look("a chain without branches", {"reverse_sweep": [(*chain, 2.0)]}, share=0.5),
        Look("nodes that feed several others", {"reverse_sweep": [(*tape(rng, 7), 1.0)]}, share=2),
        Look("another program and ybar", {"reverse_sweep": [(*tape(rng, 9), -1.5)]}),
    ]


def overwriting(parents: ref.Parents, partials: ref.Partials, ybar: float = 1.0) -> Numbers:
    adjoints = np.zeros(len(parents))
    adjoints[-1] = ybar
    for node in reversed(range(len(parents))):
        for parent, slope in zip(parents[node], partials[node], strict=True):
            adjoints[parent] = adjoints[node] * slope
    return adjoints


def in_forward_order(parents: ref.Parents, partials: ref.Partials, ybar: float = 1.0) -> Numbers:
    adjoints = np.zeros(len(parents))
    adjoints[-1] = ybar
    for node in range(len(parents)):
        for parent, slope in zip(parents[node], partials[node], strict=True):
            adjoints[parent] += adjoints[node] * slope
    return adjoints


def seeded_everywhere(parents: ref.Parents, partials: ref.Partials, ybar: float = 1.0) -> Numbers:
    adjoints = np.full(len(parents), ybar)
    for node in reversed(range(len(parents))):
        for parent, slope in zip(parents[node], partials[node], strict=True):
            adjoints[parent] += adjoints[node] * slope
    return adjoints


def partials_added(parents: ref.Parents, partials: ref.Partials, ybar: float = 1.0) -> Numbers:
    adjoints = np.zeros(len(parents))
    adjoints[-1] = ybar
    for node in reversed(range(len(parents))):
        for parent, slope in zip(parents[node], partials[node], strict=True):
            adjoints[parent] += slope
    return adjoints


reverse_sweep = FunctionTask(
    task="ad_traces.reverse-sweep",
    title="A reverse sweep for any program",
    names=("reverse_sweep",),
    points=3,
    reference={"reverse_sweep": ref.reverse_sweep},
    second={"reverse_sweep": ref.reverse_sweep_by_solving},
    draw=draw_tapes,
    mistakes=(
        Mistake(
            "overwritten",
            "A node that feeds several others collects from all of them: += instead of =.",
            {"reverse_sweep": overwriting},
        ),
        Mistake(
            "forward-order",
            "You walk from the inputs to the output; an adjoint is complete only after all later "
            "nodes have been visited, so walk backwards.",
            {"reverse_sweep": in_forward_order},
        ),
        Mistake(
            "seeded-everywhere",
            "Only the output starts with ybar; every other adjoint starts at zero.",
            {"reverse_sweep": seeded_everywhere},
        ),
        Mistake(
            "chain-rule-forgotten",
            "The local partial must be multiplied by the adjoint of the node it belongs to: that "
            "product is the chain rule.",
            {"reverse_sweep": partials_added},
        ),
        Mistake(
            "ybar-ignored",
            "The sweep starts from the ybar you are given, not always from 1.",
            {
                "reverse_sweep": lambda parents, partials, ybar=1.0: ref.reverse_sweep(
                    parents, partials
                )
            },
        ),
    ),
    also_correct={
        "one linear system": {"reverse_sweep": ref.reverse_sweep_by_solving},
    },
)


# --- ad_traces.sweep-count ----------------------------------------------------------------------


def draw_counts(rng: Generator) -> Sequence[Look]:
    n, m = (int(k) for k in rng.choice(range(3, 40), 2, replace=False))
    return [
        Look("many inputs, one output (a loss)", {"sweep_count": [(1000, 1), (7, 1)]}),
        Look("one input, many outputs", {"sweep_count": [(1, 1000), (1, 5)]}),
        Look("n inputs, m outputs", {"sweep_count": [(n, m), (m, n)]}),
    ]


sweep_count = FunctionTask(
    task="ad_traces.sweep-count",
    title="What a full Jacobian costs",
    names=("sweep_count",),
    points=1,
    reference={"sweep_count": lambda n, m: (n, m)},
    second={"sweep_count": lambda n, m: np.zeros((m, n)).shape[::-1]},
    draw=draw_counts,
    mistakes=(
        Mistake(
            "swapped",
            "The other way round: a forward sweep follows one input, a reverse sweep one output.",
            {"sweep_count": lambda n, m: (m, n)},
        ),
        Mistake(
            "one-each",
            "One sweep gives one column (forward) or one row (reverse) of the Jacobian only.",
            {"sweep_count": lambda n, m: (1, 1)},
        ),
        Mistake(
            "entry-by-entry",
            "A sweep gives a whole column or row at once, so n m sweeps are never needed.",
            {"sweep_count": lambda n, m: (n * m, n * m)},
        ),
    ),
    also_correct={"as a list": {"sweep_count": lambda n, m: [n, m]}},
)


# --- ad_traces.central-difference ---------------------------------------------------------------


def draw_differences(rng: Generator) -> Sequence[Look]:
    x1, x2 = (float(x) for x in np.round(rng.uniform([0.8, 1.2], [1.4, 2.4]), 2))
    return [
        Look("a wide step", {"central_difference": [(x1, x2, 0.5), (3.0, 6.0, 0.25)]}),
        Look("a narrow step", {"central_difference": [(x1, x2, 1e-4)]}),
    ]


def forward_quotient(x1: float, x2: float, h: float) -> Numbers:
    y = ref.f(x1, x2)
    return np.array([(ref.f(x1 + h, x2) - y) / h, (ref.f(x1, x2 + h) - y) / h])


def both_moved(x1: float, x2: float, h: float) -> Numbers:
    slope = (ref.f(x1 + h, x2 + h) - ref.f(x1 - h, x2 - h)) / (2 * h)
    return np.array([slope, slope])


central_difference = FunctionTask(
    task="ad_traces.central-difference",
    title="A check you can trust: central differences",
    names=("central_difference",),
    points=2,
    reference={"central_difference": ref.central_difference},
    second={"central_difference": ref.central_difference_by_stencil},
    draw=draw_differences,
    tolerance=Tolerance(1e-6, 1e-7),
    mistakes=(
        Mistake(
            "forward-difference",
            "That is the one-sided quotient: its error shrinks like h, the central one's like h^2.",
            {"central_difference": forward_quotient},
        ),
        Mistake(
            "divided-by-h",
            "The two points lie 2h apart, so divide by 2h.",
            {"central_difference": lambda x1, x2, h: 2 * ref.central_difference(x1, x2, h)},
        ),
        Mistake(
            "both-inputs-moved",
            "Move one input at a time: moving both gives the derivative along the diagonal.",
            {"central_difference": both_moved},
        ),
        Mistake(
            "sign",
            "The sign is turned: f(x + h) comes first.",
            {"central_difference": lambda x1, x2, h: -ref.central_difference(x1, x2, h)},
        ),
        Mistake(
            "exact-derivative",
            "That is the exact gradient; a check needs numbers that come from f alone.",
            {"central_difference": lambda x1, x2, h: ref.reverse_trace(x1, x2)[:2]},
        ),
    ),
    also_correct={"as a list": {"central_difference": lambda *a: list(ref.central_difference(*a))}},
)


# --- ad_traces.claims ---------------------------------------------------------------------------

ad_claims = ClaimsTask(
    task="ad_traces.claims",
    title="True or false: forward and reverse",
    names=("ad_claims",),
    points=1,
    claims=(
        ("one forward sweep with the seed (1, 1) gives df/dx1 + df/dx2", True),
        ("the reverse sweep multiplies adjoints by the seeds of the forward sweep", False),
        ("the reverse sweep needs values that the evaluation has computed", True),
        ("for a loss of a million weights forward mode is the cheaper one", False),
    ),
    mistakes=(
        Mistake(
            "seeds-go-back",
            "Going back there are no seeds: adjoints meet local partials, and nothing else.",
            {"ad_claims": (True, True, True, False)},
        ),
        Mistake(
            "forward-is-cheaper",
            "Forward mode follows one input per sweep; with a million weights that is a million "
            "sweeps, while one reverse sweep serves them all.",
            {"ad_claims": (True, False, True, True)},
        ),
    ),
)

EXERCISES: tuple[Any, ...] = (
    dual_numbers,
    reverse_sweep,
    sweep_count,
    central_difference,
    ad_claims,
)
