"""Monte Carlo: one network measured layer by layer, and error bars that keep their promise."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.initialisation import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

# --- initialisation.fifty-layers ----------------------------------------------------------------


def network(rng: Generator, widths: Sequence[int]) -> tuple[Numbers, list[Numbers]]:
    """Draw a first pre-activation of both signs and one matrix per layer."""
    a1 = np.round(rng.normal(0.4, 1.5, widths[0]), 2)
    a1[0], a1[1] = -abs(a1[0]) - 0.5, abs(a1[1]) + 0.5
    pairs = itertools.pairwise(widths)
    return a1, [np.round(rng.normal(0.2, 1.0, (m, n)), 2) for n, m in pairs]


def draw_layers(rng: Generator) -> Sequence[Look]:
    deep, weights = network(rng, [5] * 50)
    return [
        Look("layers of equal width", {"layer_mean_squares": [network(rng, [4, 4, 4])]}),
        Look("layers of different widths", {"layer_mean_squares": [network(rng, [3, 5, 2, 4])]}),
        Look("fifty layers", {"layer_mean_squares": [(deep, [w / 2 for w in weights])]}),
    ]


def linear_units(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    squares, a = [np.mean(np.square(a1))], np.asarray(a1)
    for W in weights:
        a = W @ a
        squares.append(np.mean(a**2))
    return np.array(squares)


def outputs_measured(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    squares, a = [], np.asarray(a1)
    for W in [*weights, None]:
        h = np.maximum(0, a)
        squares.append(np.mean(h**2))
        a = a if W is None else W @ h
    return np.array(squares)


def centred(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    variances, a = [np.var(a1)], np.asarray(a1)
    for W in weights:
        a = W @ np.maximum(0, a)
        variances.append(np.var(a))
    return np.array(variances)


def transposed(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    return ref.layer_mean_squares(a1, [np.asarray(W).T for W in weights])


def without_first(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    return ref.layer_mean_squares(a1, weights)[1:]


def summed(a1: Numbers, weights: Sequence[Numbers]) -> Numbers:
    sizes = [len(a1), *(len(W) for W in weights)]
    return ref.layer_mean_squares(a1, weights) * np.array(sizes)


fifty_layers = FunctionTask(
    task="initialisation.fifty-layers",
    title="One network, measured layer by layer",
    covers=("004 7 (forward)",),
    names=("layer_mean_squares",),
    points=2,
    reference={"layer_mean_squares": ref.layer_mean_squares},
    second={"layer_mean_squares": ref.layer_mean_squares_by_sums},
    draw=draw_layers,
    mistakes=(
        Mistake(
            "relu-left-out",
            "Your network is linear: a^(k) = W^(k) h^(k-1) takes the rectified h, not a itself.",
            {"layer_mean_squares": linear_units},
        ),
        Mistake(
            "outputs-measured",
            "You measured the outputs h; the question is about the pre-activations a.",
            {"layer_mean_squares": outputs_measured},
        ),
        Mistake(
            "mean-subtracted",
            "np.var subtracts the mean of this one layer; the expected value of a is zero over "
            "the draw of the weights, so take the plain mean of the squares.",
            {"layer_mean_squares": centred},
        ),
        Mistake(
            "weights-transposed",
            "You multiplied by the transposed matrices: row i of W belongs to unit i.",
            {"layer_mean_squares": transposed},
        ),
        Mistake(
            "first-layer-missing",
            "The first entry is the mean square of a1 itself; yours starts with the second layer.",
            {"layer_mean_squares": without_first},
        ),
        Mistake(
            "sum-for-mean",
            "That is the sum over the units; divide by their number.",
            {"layer_mean_squares": summed},
        ),
    ),
)

# --- initialisation.error-bars ------------------------------------------------------------------


def samples(rng: Generator, R: int, n: int) -> Numbers:
    """Draw squares (R, n) in which the units of one network rise and fall together."""
    return np.round(rng.gamma(3.0, 1.0, (R, 1)) * rng.chisquare(1, (R, n)) + 0.01, 3)


def draw_errors(rng: Generator) -> Sequence[Look]:
    return [
        Look("more networks than units", {"mean_with_error": [(samples(rng, 7, 3),)]}),
        Look("more units than networks", {"mean_with_error": [(samples(rng, 4, 9),)]}),
    ]


def error_of(means: Numbers, divisor: float, ddof: int = 1) -> tuple[float, float]:
    return float(means.mean()), float(means.std(ddof=ddof) / divisor)


def pooled(squares: Numbers) -> tuple[float, float]:
    return error_of(np.ravel(squares), math.sqrt(np.size(squares)))


def over_units(squares: Numbers) -> tuple[float, float]:
    means = np.mean(squares, axis=0)
    return error_of(means, math.sqrt(len(means)))


error_bars = FunctionTask(
    task="initialisation.error-bars",
    title="An honest error bar",
    names=("mean_with_error",),
    points=2,
    reference={"mean_with_error": ref.mean_with_error},
    second={"mean_with_error": ref.mean_with_error_by_pairs},
    draw=draw_errors,
    mistakes=(
        Mistake(
            "units-taken-as-independent",
            "The units of one network share their inputs and rise and fall together: only the R "
            "networks are independent, so your error bar is too short.",
            {"mean_with_error": pooled},
        ),
        Mistake(
            "spread-for-error",
            "That is the spread of single networks; the mean of R of them is surer by sqrt(R).",
            {"mean_with_error": lambda s: error_of(np.mean(s, axis=1), 1.0)},
        ),
        Mistake(
            "divided-by-R",
            "The error of a mean falls like 1/sqrt(R), not like 1/R.",
            {"mean_with_error": lambda s: error_of(np.mean(s, axis=1), len(s))},
        ),
        Mistake(
            "degrees-of-freedom",
            "The mean is estimated from the same R numbers: divide the squares by R - 1 (ddof=1).",
            {"mean_with_error": lambda s: error_of(np.mean(s, axis=1), math.sqrt(len(s)), 0)},
        ),
        Mistake(
            "wrong-axis",
            "You averaged over the networks first; average over the units (axis 1), and the R "
            "network means are your sample.",
            {"mean_with_error": over_units},
        ),
        Mistake(
            "divided-by-units-too",
            "You divided by the root of all R n numbers; the sample has only R independent ones.",
            {"mean_with_error": lambda s: error_of(np.mean(s, axis=1), math.sqrt(np.size(s)))},
        ),
    ),
)

EXERCISES = (fifty_layers, error_bars)
