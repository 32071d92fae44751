"""Single units and counting: half-planes, thresholds, corners and the number of regions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.heaviside_networks import references as ref
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask

# --- heaviside_networks.half-plane --------------------------------------------------------------


def line(rng: Generator) -> tuple[float, float]:
    """Draw a slope and an intercept, neither near 0 nor near 1 in size."""
    sizes, signs = rng.uniform((1.3, 2.0), (3.0, 6.0)), rng.choice((-1, 1), 2)
    slope, intercept = np.round(signs * sizes, 2)
    return float(slope), float(intercept)


def draw_half_plane(rng: Generator) -> Sequence[Look]:
    return [
        Look("above a line", {"half_plane": [(*line(rng), True), (*line(rng), True)]}),
        Look("below a line", {"half_plane": [(*line(rng), False), (*line(rng), False)]}),
    ]


def bent(change: Any) -> Any:
    """Return a half_plane whose (w1, w2, b) went through `change(w1, w2, b, slope, above)`."""

    def half_plane(slope: float, intercept: float, above: bool) -> ref.HalfPlane:
        w, b = ref.half_plane(slope, intercept, above)
        w1, w2, b = change(w[0], w[1], b, slope, above)
        return np.array([w1, w2]), float(b)

    return half_plane


half_plane = FunctionTask(
    task="heaviside_networks.half-plane",
    title="One unit, one half-plane",
    covers=("004 2",),
    names=("half_plane",),
    points=2,
    reference={"half_plane": ref.half_plane},
    second={"half_plane": ref.half_plane_by_points},
    draw=draw_half_plane,
    view="half-plane",
    mistakes=(
        Mistake(
            "other-side",
            "Your unit fires on the other side of the line: multiply w and b by -1.",
            {"half_plane": lambda m, k, above: ref.half_plane(m, k, not above)},
        ),
        Mistake(
            "always-above",
            "You always take the side above; for the side below w and b change their signs.",
            {"half_plane": lambda m, k, above: ref.half_plane(m, k, True)},
        ),
        Mistake(
            "slope-sign",
            "The term with x1 changes its sign when it changes sides: x2 > m x1 + k means "
            "-m x1 + x2 - k > 0.",
            {"half_plane": bent(lambda w1, w2, b, m, above: (-w1, w2, b))},
        ),
        Mistake(
            "bias-sign",
            "The intercept changes its sign when it changes sides: x2 > m x1 + k means "
            "-m x1 + x2 - k > 0.",
            {"half_plane": bent(lambda w1, w2, b, m, above: (w1, w2, -b))},
        ),
        Mistake(
            "along-the-line",
            "Your w points along the line; it must stand on it at a right angle, so that its "
            "coefficient is the slope itself and not one over it.",
            {"half_plane": bent(lambda w1, w2, b, m, above: (w2 / m, w2, b))},
        ),
        Mistake(
            "components-swapped",
            "The two components of w are exchanged: the first belongs to x1.",
            {"half_plane": bent(lambda w1, w2, b, m, above: (w2, w1, b))},
        ),
        Mistake(
            "only-bias-turned",
            "For the side below you turned the bias but not the weights: the whole inequality is "
            "multiplied by -1.",
            {
                "half_plane": bent(
                    lambda w1, w2, b, m, above: (w1, w2, b) if above else (-w1, -w2, b)
                )
            },
        ),
    ),
)

# --- heaviside_networks.forward -----------------------------------------------------------------

Weights = tuple[Numbers, Numbers, Numbers, float]


def generic(rng: Generator, m: int, n: int = 9) -> tuple[Any, ...]:
    """Draw points off all lines and a network in which both classes occur."""
    while True:
        X = np.round(rng.uniform(-5, 5, (n, 2)), 2) + 0.003
        W = rng.choice([-3.0, -2.0, 2.0, 3.0, 4.0], (2, m))
        b, u = np.round(rng.normal(0, 3, m), 1), rng.choice([-2.0, -1.0, 1.0, 2.0], m)
        c = float(rng.integers(-3, 3)) + 0.5
        drawn = X, W, b, u, c
        classes = ref.network(*drawn)
        easy = any(np.array_equal(classes, wrong(*drawn)) for wrong in EASILY_RIGHT)
        if set(classes) == {0.0, 1.0} and not easy and np.abs(X @ W + b).min() > 1e-3:
            return drawn


def on_lines(rng: Generator) -> tuple[Any, ...]:
    """Draw points on the line of unit 1 and on both sides of unit 2, where H(0) decides."""
    p, q = (int(k) for k in rng.integers(1, 5, 2))
    t = np.array([-3.0, -2.0, -1.0, 1.0, 2.0, 3.0])
    X = np.stack([t, p * t + q], axis=1)
    W, b = np.array([[-float(p), 1.0], [1.0, 0.0]]), np.array([-float(q), 0.5])
    return X, W, b, np.array([2.0, -3.0]), -0.5


def on_the_last_threshold(rng: Generator) -> tuple[Any, ...]:
    """Draw points for which the last pre-activation is exactly 0 on one side of a line."""
    t = np.round(rng.uniform(1, 4, 4), 1)
    X = np.stack([t * np.array([1, -1, 1, -1]), t], axis=1)
    return X, np.array([[1.0, -1.0], [0.0, 0.5]]), np.array([0.0, 0.25]), np.ones(2), -1.0


def draw_forward(rng: Generator) -> Sequence[Look]:
    return [
        Look("two hidden units", {"network": [generic(rng, 2)]}),
        Look("three hidden units", {"network": [generic(rng, 3), generic(rng, 3)]}),
        Look(
            "exactly on a threshold, where H(0) = 1/2",
            {"network": [on_lines(rng), on_the_last_threshold(rng)]},
            share=0.5,
        ),
    ]


def with_step(hidden: Any, output: Any) -> Any:
    """Return a network with other activations."""

    def network(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
        return np.asarray(output(hidden(X @ W + b) @ u + c))

    return network


def step_at(value: float) -> Any:
    return lambda z: np.heaviside(z, value)


def sigmoid(z: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-z)))


def biases_missing(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
    return ref.network(X, W, 0 * b, u, c)


def transposed(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
    return ref.network(X, W.T, b, u, c)


def last_bias_missing(X: Numbers, W: Numbers, b: Numbers, u: Numbers, c: float) -> Numbers:
    return ref.network(X, W, b, u, 0.0)


HALF = step_at(0.5)
hidden_linear = with_step(lambda z: z, HALF)
EASILY_RIGHT = (biases_missing, last_bias_missing, hidden_linear)
forward = FunctionTask(
    task="heaviside_networks.forward",
    title="The whole network",
    covers=("004 2",),
    names=("network",),
    points=2,
    reference={"network": ref.network},
    second={"network": ref.network_by_loops},
    draw=draw_forward,
    mistakes=(
        Mistake(
            "zero-at-zero",
            "Right under another convention: here H(0) is 1/2, and you have H(0) = 0.",
            {"network": with_step(step_at(0.0), step_at(0.0))},
        ),
        Mistake(
            "one-at-zero",
            "Right under another convention: here H(0) is 1/2, and you have H(0) = 1.",
            {"network": with_step(step_at(1.0), step_at(1.0))},
        ),
        Mistake(
            "output-not-thresholded",
            "The output is a Heaviside unit too: apply H to u.h + c.",
            {"network": with_step(HALF, lambda z: z)},
        ),
        Mistake(
            "hidden-not-thresholded",
            "The hidden units are linear in your network, and then the whole is a single unit: "
            "apply H to W^T x + b.",
            {"network": hidden_linear},
        ),
        Mistake(
            "sigmoid-units",
            "These are sigmoid units; the task asks for steps.",
            {"network": with_step(sigmoid, sigmoid)},
        ),
        Mistake(
            "hidden-bias-missing",
            "The biases b are missing: all your lines pass through the origin.",
            {"network": biases_missing},
        ),
        Mistake(
            "last-bias-missing",
            "The bias c of the output is missing, so its threshold is always 0.",
            {"network": last_bias_missing},
        ),
        Mistake(
            "weights-transposed",
            "W has one column per unit: with one point per row it is X @ W, not X @ W.T.",
            {"network": transposed},
        ),
    ),
)

# --- heaviside_networks.output-bias -------------------------------------------------------------


def draw_bias(rng: Generator) -> Sequence[Look]:
    ks = [int(k) for k in rng.permutation(np.arange(2, 9))[:3]]
    signs = []
    for positive, negative in ((1, 3), (3, 2), (4, 1)):
        signs.append(([int(s) for s in rng.permutation([1] * positive + [-1] * negative)],))
    return [
        Look("at least k units", {"count_bias": [(k,) for k in ks]}),
        Look("one pattern", {"pattern_bias": signs}),
    ]


output_bias = FunctionTask(
    task="heaviside_networks.output-bias",
    title="The threshold of an AND, an OR and a pattern",
    covers=("004 2",),
    names=("count_bias", "pattern_bias"),
    points=2,
    reference={"count_bias": ref.count_bias, "pattern_bias": ref.pattern_bias},
    second={
        "count_bias": ref.count_bias_by_extremes,
        "pattern_bias": ref.pattern_bias_by_patterns,
    },
    draw=draw_bias,
    mistakes=(
        Mistake(
            "ends-swapped",
            "Your interval runs from its upper to its lower end: the smaller number comes first.",
            {
                "count_bias": lambda k: ref.count_bias(k)[::-1],
                "pattern_bias": lambda u: ref.pattern_bias(u)[::-1],
            },
        ),
        Mistake(
            "sign-lost",
            "A threshold of k means a bias of -k: c is added to the sum, so it is negative.",
            {"count_bias": lambda k: (k - 1, k)},
        ),
        Mistake(
            "one-too-low",
            "In your interval not even k units suffice: with k of them on, the sum is k, and "
            "k + c must be positive.",
            {"count_bias": lambda k: (-k - 1, -k)},
        ),
        Mistake(
            "one-too-high",
            "In your interval k - 1 units already suffice.",
            {"count_bias": lambda k: (1 - k, 2 - k)},
        ),
        Mistake(
            "all-weights-counted",
            "You counted all units; a negated one adds nothing when it is off, so only the "
            "positive weights lift the sum.",
            {"pattern_bias": lambda u: (-len(u), 1 - len(u))},
        ),
        Mistake(
            "signed-sum",
            "The sum of all weights is u.h with every unit on; in the wanted pattern the negated "
            "units are off.",
            {"pattern_bias": lambda u: (-sum(u), 1 - sum(u))},
        ),
        Mistake(
            "negatives-counted",
            "You counted the negated units; those are off in the wanted pattern.",
            {"pattern_bias": lambda u: (-sum(s < 0 for s in u), 1 - sum(s < 0 for s in u))},
        ),
    ),
)

# --- heaviside_networks.corners -----------------------------------------------------------------

corners = NumberTask(
    task="heaviside_networks.corners",
    title="Where the lines meet",
    covers=("004 2",),
    names=("meet_12", "meet_23", "meet_13"),
    points=1,
    reference={"meet_12": (3.0, 0.0), "meet_23": (0.0, -5.0), "meet_13": (108.0, -140.0)},
    second={
        "meet_12": lambda: _meet((-4 / 3, 4), (5 / 3, -5)),
        "meet_23": lambda: _meet((5 / 3, -5), (-5 / 4, -5)),
        "meet_13": lambda: _meet((-4 / 3, 4), (-5 / 4, -5)),
    },
    looks={
        "meet_12": "lines 1 and 2",
        "meet_23": "lines 2 and 3",
        "meet_13": "lines 1 and 3",
    },
    mistakes=(
        Mistake(
            "coordinates-swapped",
            "The coordinates are exchanged: x1 comes first.",
            {"meet_12": (0.0, 3.0), "meet_23": (-5.0, 0.0), "meet_13": (-140.0, 108.0)},
        ),
        Mistake(
            "third-slope-sign",
            "The third line falls: its slope is -5/4, and with the first line, of slope -4/3, it "
            "is nearly parallel.",
            {"meet_13": (108 / 31, -20 / 31)},
        ),
        Mistake(
            "difference-of-slopes",
            "-4/3 + 5/4 is -1/12: the lines meet far to the right, not to the left.",
            {"meet_13": (-108.0, 148.0)},
        ),
    ),
)


def _meet(first: tuple[float, float], second: tuple[float, float]) -> tuple[float, float]:
    """Solve x2 = m x1 + k for two lines."""
    (m1, k1), (m2, k2) = first, second
    x1, x2 = np.linalg.solve(np.array([[-m1, 1.0], [-m2, 1.0]]), np.array([k1, k2]))
    return float(x1), float(x2)


# --- the flaws ----------------------------------------------------------------------------------

weights_flaw = FlawTask(
    task="heaviside_networks.weights-flaw",
    title="Find the flaw: from an inequality to a weight",
    covers=("004 2",),
    names=("weights_flaw_line", "weights_flaw_fix"),
    points=1,
    line=4,
    lines=6,
    fix="-4/3",
    second={"weights_flaw_fix": "-1 - 1/3"},
    mistakes=(
        Mistake(
            "reciprocal-kept",
            "The sign is right now, but the weight is the coefficient itself, not one over it.",
            {"weights_flaw_fix": "-3/4"},
        ),
        Mistake(
            "sign-kept",
            "The size is right now; compare the sign with the inequality once more.",
            {"weights_flaw_fix": "4/3"},
        ),
        Mistake(
            "inequality-blamed",
            "Line 2 is right: 'below' means that -4/3 x1 + 4 - x2 is positive.",
            {"weights_flaw_line": 2},
        ),
    ),
)

bounded_flaw = FlawTask(
    task="heaviside_networks.bounded-flaw",
    title="Find the flaw: is it a triangle?",
    covers=("004 2",),
    names=("bounded_flaw_line", "bounded_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="2",
    second={"bounded_flaw_fix": "1 + 1"},
    mistakes=(
        Mistake(
            "a-consequence",
            "Line 5 only follows from the line before; look for the first one that is wrong.",
            {"bounded_flaw_line": 5},
        ),
        Mistake(
            "point-blamed",
            "Lines 1 and 3 do meet there. Ask whether that point is in the second half-plane.",
            {"bounded_flaw_line": 3},
        ),
        Mistake(
            "all-corners-lost",
            "Two of the three points satisfy the remaining inequality; only one of them fails.",
            {"bounded_flaw_fix": "0"},
        ),
    ),
)

# --- heaviside_networks.region-count ------------------------------------------------------------


def draw_count(rng: Generator) -> Sequence[Look]:
    m, n = (int(k) for k in rng.permutation(np.arange(4, 10))[:2])
    return [
        Look("lines in the plane", {"region_count": [(3, 2), (m, 2)]}),
        Look("planes in space, and beyond", {"region_count": [(n, 3), (m + 1, 4)]}),
        Look("few hyperplanes in many dimensions", {"region_count": [(3, 5), (2, 2)]}, share=0.5),
    ]


count = FunctionTask(
    task="heaviside_networks.region-count",
    title="How many regions can m units tell apart?",
    names=("region_count",),
    points=1,
    reference={"region_count": ref.region_count},
    second={"region_count": ref.region_count_by_recursion},
    draw=draw_count,
    mistakes=(
        Mistake(
            "all-patterns",
            "2^m patterns can be written down, but not all of them occur: three lines make seven "
            "regions in the plane, not eight.",
            {"region_count": lambda m, d: 2**m},
        ),
        Mistake(
            "plane-only",
            "That counts the regions of the plane; in d dimensions the sum runs up to m choose d.",
            {"region_count": lambda m, d: ref.region_count(m, 2)},
        ),
        Mistake(
            "one-term-too-few",
            "Your sum stops one term early: m choose d belongs to it.",
            {"region_count": lambda m, d: ref.region_count(m, d - 1)},
        ),
        Mistake(
            "empty-choice-forgotten",
            "Without any hyperplane there is one region: m choose 0 belongs to the sum.",
            {"region_count": lambda m, d: ref.region_count(m, d) - 1},
        ),
        Mistake(
            "last-term-alone",
            "m choose d counts the points where d hyperplanes meet; the regions need the whole "
            "sum.",
            {"region_count": lambda m, d: math.comb(m, d)},
        ),
        Mistake(
            "one-more-each",
            "The first line adds one region, but the k-th is cut by the others and adds up to k "
            "of them.",
            {"region_count": lambda m, d: m + 1},
        ),
    ),
)

EXERCISES = (half_plane, forward, output_bias, corners, weights_flaw, bounded_flaw, count)
