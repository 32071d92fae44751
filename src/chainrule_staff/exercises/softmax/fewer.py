"""Fewer numbers say the same: two classes are a sigmoid, K classes need K - 1 logits."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.softmax import references as ref
from chainrule_staff.exercises.softmax.references import logits

# --- softmax.two-class-sigmoid ------------------------------------------------------------------


def draw_two_classes(rng: Generator) -> Sequence[Look]:
    return [
        Look("the first logit is larger", {"z_of_x": [(np.sort(logits(rng, 2))[::-1],)]}),
        Look("the second logit is larger", {"z_of_x": [(np.sort(logits(rng, 2)),)]}),
    ]


def log_ratio(x: Numbers) -> float:
    return float(np.log(np.exp(x[0]) / np.exp(x[1])))


def logit_of_first(x: Numbers) -> float:
    p = ref.softmax(x)[0]
    return float(np.log(p / (1 - p)))


two_class_sigmoid = FunctionTask(
    task="softmax.two-class-sigmoid",
    title="Two classes are a sigmoid",
    covers=("000 Q2.3", "004 5(c)"),
    names=("z_of_x",),
    points=1,
    reference={"z_of_x": lambda x: float(x[0] - x[1])},
    second={"z_of_x": logit_of_first},
    draw=draw_two_classes,
    mistakes=(
        Mistake(
            "reversed",
            "That is -z: with it sigma(z) would be the second probability. Divide above and below "
            "by e^{x_1}.",
            {"z_of_x": lambda x: float(x[1] - x[0])},
            says=("reversed sign",),
        ),
        Mistake(
            "first-logit-only",
            "x_2 matters as well: shift both logits until the second one is zero.",
            {"z_of_x": lambda x: float(x[0])},
            says=("only x_1",),
        ),
        Mistake(
            "ratio",
            "e^{x_1} / e^{x_2} is e to the difference, not e to the ratio.",
            {"z_of_x": lambda x: float(x[0] / x[1])},
            says=("ratio",),
        ),
        Mistake(
            "sum",
            "The sum changes when both logits are shifted by a constant; softmax does not.",
            {"z_of_x": lambda x: float(x[0] + x[1])},
            says=("sum",),
        ),
    ),
    also_correct={
        "log of the ratio of exponentials": {"z_of_x": log_ratio},
        "logit of S_1": {"z_of_x": logit_of_first},
    },
)


# --- softmax.k-minus-1-logits -------------------------------------------------------------------


def draw_reduction(rng: Generator) -> Sequence[Look]:
    return [
        Look("three classes", {"reduce_logits": [(logits(rng, 3),)]}),
        Look("two and six classes", {"reduce_logits": [(logits(rng, 2),), (logits(rng, 6),)]}),
    ]


def padded(x: Numbers) -> Numbers:
    return np.append(x[1:] - x[0], 0.0)


k_minus_1_logits = FunctionTask(
    task="softmax.k-minus-1-logits",
    title="K - 1 numbers are enough",
    covers=("000 Q2.4", "004 5(d)"),
    names=("reduce_logits",),
    points=2,
    reference={"reduce_logits": lambda x: x[1:] - x[0]},
    second={"reduce_logits": lambda x: np.log(ref.softmax(x)[1:] / ref.softmax(x)[0])},
    draw=draw_reduction,
    mistakes=(
        Mistake(
            "one-too-many",
            "There are K - 1 of them: y_i = x_{i+1} - x_1 stops at i = K - 1, because there is no "
            "x_{K+1}.",
            {"reduce_logits": padded},
            says=("sheet: K components (last one out of range, padded)",),
        ),
        Mistake(
            "successive-differences",
            "You subtract the neighbour; softmax allows one constant for all, here x_1.",
            {"reduce_logits": np.diff},
            says=("successive differences",),
        ),
        Mistake(
            "no-shift",
            "Dropping x_1 is not the same as making it zero: shift all logits by -x_1 first.",
            {"reduce_logits": lambda x: x[1:]},
            says=("no shift",),
        ),
        Mistake(
            "last-is-zero",
            "You made the last logit zero; the task puts the zero first.",
            {"reduce_logits": lambda x: x[:-1] - x[-1]},
            says=("reference is the last logit",),
        ),
        Mistake(
            "zero-kept",
            "The shift is right, but the zero in front is not one of the K - 1 numbers: leave it "
            "out.",
            {"reduce_logits": lambda x: x - x[0]},
        ),
    ),
    also_correct={
        "log-odds log(S_{i+1}/S_1)": {
            "reduce_logits": lambda x: np.log(ref.softmax(x)[1:] / ref.softmax(x)[0])
        },
        "column vector (K-1,1)": {"reduce_logits": lambda x: (x[1:] - x[0]).reshape(-1, 1)},
    },
)

EXERCISES = (two_class_sigmoid, k_minus_1_logits)
