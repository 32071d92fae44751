"""Regions to carve: three half-planes, XOR, and a union; any network that does it is right."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule.probes import CORNERS
from chainrule_staff.exercises.heaviside_networks import references as ref
from chainrule_staff.exercises.heaviside_networks.placing import HalfPlane, PlacingTask, Truths
from chainrule_staff.exercises.model import Generator, Mistake


def square_and_far(rng: Generator) -> Numbers:
    """Draw points of the square and some far out, where nearly right lines part."""
    far = rng.uniform(0, 2 * np.pi, 200)
    circle = np.stack([np.cos(far), np.sin(far)], axis=1) * rng.uniform(12, 60, (200, 1))
    return np.concatenate([rng.uniform(-9, 9, (1500, 2)), circle])


def all_of(sides: Truths) -> Truths:
    return np.asarray(sides.all(axis=1))


def one_pair_of(sides: Truths) -> Truths:
    return np.asarray(sides[:, :2].all(axis=1) | sides[:, 2:].all(axis=1))


def unequal(X: Numbers) -> Truths:
    return np.asarray(X[:, 0] != X[:, 1])


# --- heaviside_networks.weights -----------------------------------------------------------------

THREE = (
    HalfPlane("below x2 = -4/3 x1 + 4", (-4 / 3, -1.0), 4.0),
    HalfPlane("above x2 = 5/3 x1 - 5", (-5 / 3, 1.0), 5.0),
    HalfPlane("above x2 = -5/4 x1 - 5", (5 / 4, 1.0), 5.0),
)


def changed(
    w: dict[tuple[int, int], float] | None = None,
    b: dict[int, float] | None = None,
    c: float = -2.5,
    turned: int | None = None,
) -> Any:
    """Return the reference with some weights replaced, or with one unit turned round."""

    def weights() -> ref.Weights:
        W, bias, u, _ = ref.weights()
        for place, value in (w or {}).items():
            W[place] = value
        for j, value in (b or {}).items():
            bias[j] = value
        if turned is not None:
            W[:, turned], bias[turned] = -W[:, turned], -bias[turned]
        return W, bias, u, c

    return weights


def rescaled() -> ref.Weights:
    W, b, u, c = ref.weights_of_integers()
    scale = np.array([0.1, 7.0, 0.5])
    return W * scale, b * scale, 3 * u, 3 * c


def permuted() -> ref.Weights:
    W, b, u, c = ref.weights()
    return W[:, [2, 0, 1]], b[[2, 0, 1]], u, c


def first_negated() -> ref.Weights:
    W, b, _, _ = ref.weights()
    sign = np.array([-1, 1, 1])
    return W * sign, b * sign, np.array([-1, 1, 1]), -1.5


def as_lists() -> Any:
    W, b, _, _ = ref.weights()
    return W.tolist(), b.tolist(), [2.0, 3.0, 1.5], -6.0


weights = PlacingTask(
    task="heaviside_networks.weights",
    title="Three half-planes and an AND",
    covers=("004 2",),
    names=("weights",),
    kinds=("configuration",),
    points=4,
    shapes={"W": (2, 3), "b": (3,), "u": (3,), "c": ()},
    half_planes=THREE,
    inside=all_of,
    places=square_and_far,
    view="Heaviside network on a square",
    reference={"weights": ref.weights},
    second={"weights": ref.weights_of_integers},
    mistakes=(
        Mistake(
            "sheet-slope",
            "Unit 1 has w11 = 3/4 where the inequality has -4/3: a weight is the coefficient "
            "itself, neither turned in sign nor upside down.",
            {"weights": changed(w={(0, 0): 3 / 4})},
            says=("sheet: w11=3/4",),
        ),
        Mistake(
            "first-slope-sign",
            "Bring everything to the side that is positive inside: for 'below -4/3 x1 + 4' the "
            "coefficient of x1 stays -4/3.",
            {"weights": changed(w={(0, 0): 4 / 3})},
            says=("w11=+4/3",),
        ),
        Mistake(
            "undecided-inside",
            "With c = -3 and three units the last pre-activation is exactly 0 inside, and H(0) is "
            "1/2: put c strictly between -3 and -2.",
            {"weights": changed(c=-3.0)},
            says=("c=-3: output 1/2 inside",),
        ),
        Mistake(
            "two-suffice",
            "Your output fires already if two of the three units do: that is a majority, not an "
            "AND. Lower c until only all three suffice.",
            {"weights": changed(c=-1.5)},
            says=("c=-1.5: two of three suffice",),
        ),
        Mistake(
            "one-suffices",
            "Your output fires as soon as one unit does: that is an OR, the union of the "
            "half-planes.",
            {"weights": changed(c=-0.5)},
        ),
        Mistake(
            "second-not-flipped",
            "The region lies above the second line, but your second unit fires below it: multiply "
            "its weights and its bias by -1.",
            {"weights": changed(turned=1)},
            says=("second inequality not flipped",),
        ),
        Mistake(
            "first-not-flipped",
            "The region lies below the first line, but your first unit fires above it: multiply "
            "its weights and its bias by -1.",
            {"weights": changed(turned=0)},
        ),
        Mistake(
            "third-not-flipped",
            "The region lies above the third line, but your third unit fires below it: multiply "
            "its weights and its bias by -1.",
            {"weights": changed(turned=2)},
        ),
        Mistake(
            "second-bias-sign",
            "x2 > 5/3 x1 - 5 is the same as -5/3 x1 + x2 + 5 > 0: the bias changes sides, and its "
            "sign.",
            {"weights": changed(b={1: -5.0})},
            says=("b2 sign",),
        ),
        Mistake(
            "third-bias-sign",
            "x2 > -5/4 x1 - 5 is the same as 5/4 x1 + x2 + 5 > 0: the bias changes sides, and its "
            "sign.",
            {"weights": changed(b={2: -5.0})},
        ),
        Mistake(
            "never-fires",
            "The output never fires: with three units the sum reaches 3 at most, so c has to be "
            "above -3.",
            {"weights": changed(c=-3.5)},
        ),
    ),
    also_correct={
        "integer weights (each unit rescaled)": {"weights": rescaled},
        "permuted units": {"weights": permuted},
        "first half-plane negated, u1=-1, c=-1.5": {"weights": first_negated},
        "unequal u": {"weights": as_lists},
        "two decimals": {
            "weights": lambda: (
                [[-1.33, -1.67, 1.25], [-1, 1, 1]],
                [4.0, 5.0, 5.0],
                [1, 1, 1],
                -2.2,
            )
        },
    },
)

# --- heaviside_networks.xor ---------------------------------------------------------------------


def corners_twice(rng: Generator) -> Numbers:
    return np.asarray(rng.permutation(CORNERS))


def gate(outputs: tuple[float, float, float], hidden: ref.Weights | None = None) -> Any:
    """Return a network with OR and AND units and the given (u1, u2, c)."""

    def weights() -> ref.Weights:
        W, b, _, _ = hidden or ref.xor()
        return W, b, np.array(outputs[:2]), outputs[2]

    return weights


xor = PlacingTask(
    task="heaviside_networks.xor",
    title="XOR with two hidden units",
    names=("xor_weights",),
    kinds=("configuration",),
    points=2,
    shapes={"W": (2, 2), "b": (2,), "u": (2,), "c": ()},
    half_planes=(),
    inside=unequal,
    places=corners_twice,
    view="Heaviside network on four corners",
    reference={"xor_weights": ref.xor},
    second={"xor_weights": ref.xor_by_sides},
    mistakes=(
        Mistake(
            "or",
            "That is OR: it says 1 at (1, 1) as well. A second unit has to notice that both "
            "inputs are on.",
            {"xor_weights": gate((1.0, 0.0, -0.5))},
        ),
        Mistake(
            "and",
            "That is AND: it says 1 at (1, 1) alone; XOR wants exactly one input on.",
            {"xor_weights": gate((0.0, 1.0, -0.5))},
        ),
        Mistake(
            "nand",
            "That is NAND: it says 1 at (0, 0) as well, where no input is on.",
            {"xor_weights": gate((0.0, -1.0, 0.5))},
        ),
        Mistake(
            "equal-inputs",
            "You built the opposite, XNOR: it says 1 where the inputs agree. Negate the output.",
            {"xor_weights": gate((-1.0, 1.0, 0.5))},
        ),
        Mistake(
            "one-side-only",
            "Your network sees one of the two points with different inputs; the other one needs "
            "its unit as well.",
            {"xor_weights": gate((1.0, 0.0, -0.5), ref.xor_by_sides())},
        ),
        Mistake(
            "other-side-only",
            "Your network sees (0, 1) but not (1, 0): the other point needs its unit as well.",
            {"xor_weights": gate((0.0, 1.0, -0.5), ref.xor_by_sides())},
        ),
        Mistake(
            "undecided",
            "At the points of class 1 the last pre-activation is exactly 0 and H(0) = 1/2: leave "
            "some room on both sides of the threshold.",
            {"xor_weights": gate((1.0, -1.0, -1.0))},
        ),
        Mistake(
            "thresholds-on-the-points",
            "Your hidden units have points exactly on their lines, where H(0) = 1/2: move the "
            "lines between the points.",
            {
                "xor_weights": lambda: (
                    np.ones((2, 2)),
                    np.array([-1.0, -2.0]),
                    np.array([1.0, -1.0]),
                    -0.5,
                )
            },
        ),
    ),
    also_correct={
        "one side or the other": {"xor_weights": ref.xor_by_sides},
        "OR and NAND, joined by AND": {
            "xor_weights": lambda: ([[2, -2], [2, -2]], [-1, 3], [1, 1], -1.5)
        },
    },
)

# --- heaviside_networks.union -------------------------------------------------------------------

QUADRANTS = (
    HalfPlane("x1 > 1", (1.0, 0.0), -1.0),
    HalfPlane("x2 > 1", (0.0, 1.0), -1.0),
    HalfPlane("x1 < -1", (-1.0, 0.0), -1.0),
    HalfPlane("x2 < -1", (0.0, -1.0), -1.0),
)


def deep(**parts: Any) -> Any:
    """Return the reference with some of (W, b, V, d, u, c) replaced."""

    def weights() -> ref.Deep:
        found = dict(zip("WbVduc", ref.union(), strict=True)) | parts
        return tuple(found.values())  # type: ignore[return-value]

    return weights


def nested() -> Any:
    """Three units in the second layer, one of them a copy."""
    W, b, V, _, _, c = ref.union()
    return W.tolist(), b.tolist(), V[:, [0, 1, 1]].tolist(), [-1.7, -1.2, -1.5], [1, 1, 2], c


union = PlacingTask(
    task="heaviside_networks.union",
    title="A union of two regions",
    names=("union_weights",),
    kinds=("configuration",),
    points=3,
    shapes={"W": (2, "m"), "b": ("m",), "V": ("m", "k"), "d": ("k",), "u": ("k",), "c": ()},
    half_planes=QUADRANTS,
    inside=one_pair_of,
    places=square_and_far,
    view="Heaviside network on a square",
    reference={"union_weights": ref.union},
    second={"union_weights": ref.union_by_complement},
    mistakes=(
        Mistake(
            "and-of-the-regions",
            "No point lies in both regions, so an AND at the end never fires: a union is an OR, "
            "one region suffices.",
            {"union_weights": deep(c=-1.5)},
        ),
        Mistake(
            "or-inside",
            "Your second layer fires as soon as one of two half-planes does; a region is the "
            "place where both do, so it needs an AND.",
            {"union_weights": deep(d=-0.5 * np.ones(2))},
        ),
        Mistake(
            "first-region-only",
            "Only the upper right region is there: the output must listen to the other one too.",
            {"union_weights": deep(u=np.array([1.0, 0.0]))},
        ),
        Mistake(
            "second-region-only",
            "Only the lower left region is there: the output must listen to the other one too.",
            {"union_weights": deep(u=np.array([0.0, 1.0]))},
        ),
        Mistake(
            "two-of-four",
            "Any two of the four half-planes suffice for your network, so x1 > 1 with x2 < -1 "
            "counts as well: each region must look at its own two only.",
            {"union_weights": deep(V=np.ones((4, 2)))},
        ),
        Mistake(
            "signs-of-the-negative-side",
            "x1 < -1 means -x1 - 1 > 0: with the bias +1 your lower left region is x1 < 1 and "
            "x2 < 1.",
            {"union_weights": deep(b=np.array([-1.0, -1.0, 1.0, 1.0]))},
        ),
        Mistake(
            "everything-else",
            "Inside and outside are exchanged: negate the output weights and move the bias.",
            {"union_weights": deep(u=-np.ones(2), c=0.5)},
        ),
    ),
    also_correct={
        "by the complement (De Morgan)": {"union_weights": ref.union_by_complement},
        "more units than necessary": {"union_weights": nested},
    },
)

EXERCISES = (weights, xor, union)
