"""The backward pass: the variance of the gradients, and the compromise of two wishes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.initialisation import references as ref
from chainrule_staff.exercises.initialisation.forward import (
    RELATIVE,
    Widths,
    factors_added,
    first_dropped,
    half_forgotten,
    last_dropped,
    layer_too_many,
    layers,
    std_as_variance,
    variance_as_std,
)
from chainrule_staff.exercises.model import Generator, Mistake


def draw_backward(rng: Generator) -> Sequence[Look]:
    v, fans, spread = layers(rng, 3)
    plain = (v, [int(n) for n in fans], [float(s) for s in spread])
    n, m = (int(k) for k in rng.permutation(np.arange(3, 90))[:2] * 10)
    return [
        Look(
            "a few layers",
            {"backward_variance": [plain, layers(rng, 4), layers(rng, 2)]},
            hint="A gradient passes a ReLU with probability 1/2; what does that do to E[g^2]?",
        ),
        Look("fifty layers", {"backward_variance": [layers(rng, 49), layers(rng, 49)]}),
        Look("the compromise", {"glorot_var": [(300, 100), (n, m), (m, n + 50)]}),
    ]


def mask_squared(v: float, fan: Widths, s: Widths) -> float:
    return float(v * np.prod(np.asarray(fan) / 4 * np.asarray(s)))


backward_variance = FunctionTask(
    task="initialisation.backward-variance",
    title="Variance on the way down",
    covers=("004 7 (backward)",),
    names=("backward_variance", "glorot_var"),
    points=3,
    reference={"backward_variance": ref.backward_variance, "glorot_var": ref.glorot_var},
    second={
        "backward_variance": ref.backward_variance_by_loop,
        "glorot_var": ref.glorot_var_by_mean,
    },
    draw=draw_backward,
    tolerance=RELATIVE,
    mistakes=(
        Mistake(
            "half-forgotten",
            "The mask 1_{a>0} lets a gradient through in half of the cases: each layer has a "
            "factor 1/2 that is missing here.",
            {"backward_variance": half_forgotten},
            says=("1/2 forgotten",),
        ),
        Mistake(
            "mask-squared",
            "The mask is 0 or 1, so its square is itself: E[mask^2] = 1/2, not the square of the "
            "probability, 1/4.",
            {"backward_variance": mask_squared},
            says=("1/4: mask probability squared (E[g']^2)",),
        ),
        Mistake(
            "one-layer-too-few",
            "Your product stops at h^(j); one more step through W^(j) leads to h^(j-1).",
            {"backward_variance": first_dropped},
            says=("one layer too few",),
        ),
        Mistake(
            "one-layer-too-many",
            "There is one factor too many: W^(j) already leads down to h^(j-1), and there the "
            "product ends.",
            {"backward_variance": layer_too_many},
        ),
        Mistake(
            "last-layer-dropped",
            "Your product leaves out layer L, where the gradient starts its way down.",
            {"backward_variance": last_dropped},
        ),
        Mistake(
            "std-for-variance",
            "The product takes the variances of the weights; you put in their roots, the standard "
            "deviations.",
            {"backward_variance": std_as_variance},
            says=("std as variance",),
        ),
        Mistake(
            "variance-for-std",
            "`var_w` holds variances already; you squared them, as if they were standard "
            "deviations.",
            {"backward_variance": variance_as_std},
            says=("std as variance",),
        ),
        Mistake(
            "factors-added",
            "Layers act one after the other, so their factors multiply; you added them.",
            {"backward_variance": factors_added},
        ),
        Mistake(
            "glorot-std",
            "That is Glorot's standard deviation; the variance asked for is its square.",
            {"glorot_var": lambda n, m: math.sqrt(2 / (n + m))},
        ),
        Mistake(
            "glorot-without-mean",
            "1/(n + m) divides by the sum of the fans; the compromise divides by their mean.",
            {"glorot_var": lambda n, m: 1 / (n + m)},
        ),
        Mistake(
            "relu-compromise",
            "4/(n + m) is the compromise for ReLU; Glorot's is for linear units and tanh, without "
            "the factor for the lost half.",
            {"glorot_var": lambda n, m: 4 / (n + m)},
        ),
        Mistake(
            "mean-of-variances",
            "You averaged the two wishes 1/n and 1/m; Glorot averages the fans and then takes one "
            "over that mean.",
            {"glorot_var": lambda n, m: (1 / n + 1 / m) / 2},
        ),
        Mistake(
            "fan-in-only",
            "1/n serves the forward pass alone; a compromise must listen to the fan-out as well.",
            {"glorot_var": lambda n, m: 1 / n},
        ),
    ),
    also_correct={
        "loop": {"backward_variance": ref.backward_variance_by_loop},
        "expressed with dC/da instead of dC/dh (same recursion shifted by the factor 1/2)": {
            "backward_variance": ref.backward_variance_by_da
        },
    },
)

EXERCISES = (backward_variance,)
