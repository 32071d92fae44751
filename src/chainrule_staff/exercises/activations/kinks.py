"""Kinks: where one-sided slopes differ there is no derivative, only a convention."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.activations.references import both_signs, floats
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- activations.relu-one-sided-slopes ----------------------------------------------------------


def draw_one_sided(rng: Generator) -> Sequence[Look]:
    away = [(float(x),) for x in both_signs(rng, 4)]
    return [
        Look("away from the kink", {"relu_one_sided": [*away, (3,), (-2,)]}),
        Look(
            "at the kink",
            {"relu_one_sided": [(0.0,), (0,)]},
            hint="Compute (g(eps) - g(0)) / eps once with a positive eps, once with a negative.",
        ),
    ]


def at_kink(answer: tuple[float, float, bool]) -> Any:
    """Give this answer at 0 and the right one elsewhere."""
    return lambda x: answer if x == 0 else ref.one_sided(x)


def no_step_for_negatives(x: float) -> tuple[float, float, bool]:
    return (np.nan, np.nan, False) if x < 0 else ref.one_sided(x)


one_sided_slopes = FunctionTask(
    task="activations.relu-one-sided-slopes",
    title="Two slopes at one point",
    covers=("000 Q1.1", "004 3(a)"),
    names=("relu_one_sided",),
    points=2,
    reference={"relu_one_sided": ref.one_sided},
    second={"relu_one_sided": ref.one_sided_by_quotients},
    draw=draw_one_sided,
    mistakes=(
        Mistake(
            "half-at-the-kink",
            "1/2 is the mean of the two slopes at 0, not a slope: from the left the quotient is 0, "
            "from the right it is 1, so there is no derivative.",
            {"relu_one_sided": at_kink((0.5, 0.5, True))},
            says=("claims the derivative exists at 0 (value 1/2)",),
        ),
        Mistake(
            "sides-swapped",
            "The sides are swapped: left of 0 the graph is flat, right of 0 it rises.",
            {"relu_one_sided": at_kink((1.0, 0.0, False))},
            says=("left and right limits swapped at 0",),
        ),
        Mistake(
            "convention-for-fact",
            "The two slopes at 0 differ, and a derivative exists only where they agree: a value "
            "that a program returns there is a convention.",
            {"relu_one_sided": at_kink((0.0, 1.0, True))},
            says=("exists for all x (convention taken for a fact)",),
        ),
        Mistake(
            "empty-condition",
            "For x < 0 no step satisfies |eps| < x; the step must stay left of 0, so the "
            "condition there is |eps| < -x.",
            {"relu_one_sided": no_step_for_negatives},
            says=(
                "derivation mistake: side condition |eps|<x also used for x<0 (empty condition; "
                "sheet 004)",
            ),
        ),
        Mistake(
            "relu-prime-twice",
            "At 0 both of your slopes are the conventional 0; compute the quotient to the right.",
            {"relu_one_sided": at_kink((0.0, 0.0, True))},
        ),
    ),
    also_correct={
        "one-sided numerical quotients with a small step": {
            "relu_one_sided": ref.one_sided_by_quotients
        },
        "NumPy scalars / int instead of float": {
            "relu_one_sided": lambda x: (np.int64(x > 0), int(x >= 0), np.bool_(x != 0))
        },
    },
)


# --- activations.relu-derivative ----------------------------------------------------------------


def draw_slope(name: str, away: str, kink: str) -> Any:
    """Draw for a slope (n,) -> (n,) with a convention at 0; no look is passed by a constant."""

    def draw(rng: Generator) -> Sequence[Look]:
        x = both_signs(rng, 5)
        single = both_signs(rng, 4).astype(np.float32)
        with_zero = np.insert(both_signs(rng, 4), 2, 0.0)
        return [
            Look(away, {name: [(x,), (np.array([3, -3, 7]),), (single,)]}),
            Look(kink, {name: [(with_zero,), (np.array([-4, 0, 4, 0]),)]}),
        ]

    return draw


def with_value_at_zero(slope: Any, value: float) -> Any:
    """Return the slope with another value at 0."""
    return lambda x: np.where(floats(x) == 0, value, slope(x))


def half_of_one_plus_ratio(x: Any) -> Numbers:
    return np.asarray((1 + floats(x) / np.abs(floats(x))) / 2)


relu_derivative = FunctionTask(
    task="activations.relu-derivative",
    title="The slope of ReLU, with a convention",
    covers=("001 Q1.A", "003 1.7"),
    names=("relu_grad",),
    points=1,
    reference={"relu_grad": ref.relu_grad},
    second={"relu_grad": ref.relu_grad_by_loop},
    draw=draw_slope("relu_grad", "away from the kink", "at the kink, by the agreed convention"),
    mistakes=(
        Mistake(
            "one-at-zero",
            "Right away from the kink; at 0 the convention here is the value 0, and yours is 1: "
            "use > instead of >=.",
            {"relu_grad": with_value_at_zero(ref.relu_grad, 1.0)},
            says=("1 at zero",),
        ),
        Mistake(
            "half-at-zero",
            "Right away from the kink; 1/2 at 0 is the convention H(0) = 1/2 of another sheet, "
            "here the agreed value is 0.",
            {"relu_grad": with_value_at_zero(ref.relu_grad, 0.5)},
            says=("1/2 at zero",),
        ),
        Mistake(
            "branches-swapped",
            "The branches are swapped: ReLU is flat for negative x and rises for positive x.",
            {"relu_grad": lambda x: (floats(x) < 0).astype(float)},
            says=("branches swapped",),
        ),
        Mistake(
            "nan-at-zero",
            "x/|x| is 0/0 at the kink, which is NaN: choose the branch with a comparison instead.",
            {"relu_grad": half_of_one_plus_ratio},
            says=("(1+x/|x|)/2: nan at 0",),
        ),
        Mistake(
            "value-for-slope",
            "That is ReLU itself; the task asks for its slope.",
            {"relu_grad": ref.relu},
        ),
        Mistake(
            "sign-for-slope",
            "For negative x ReLU is constant, so its slope is 0 there, not -1.",
            {"relu_grad": ref.sign},
        ),
    ),
    also_correct={
        "boolean array": {"relu_grad": lambda x: floats(x) > 0},
        "loop": {"relu_grad": ref.relu_grad_by_loop},
    },
)


# --- activations.abs-derivative -----------------------------------------------------------------

abs_derivative = FunctionTask(
    task="activations.abs-derivative",
    title="The slope of the absolute value",
    covers=("003 1.6",),
    names=("abs_grad",),
    points=1,
    reference={"abs_grad": ref.abs_grad},
    second={"abs_grad": ref.abs_grad_by_relu},
    draw=draw_slope("abs_grad", "away from the kink", "at the kink, by the agreed convention"),
    mistakes=(
        Mistake(
            "nan-at-zero",
            "x/|x| is right except at 0, where it is 0/0: there code needs the agreed value 0.",
            {"abs_grad": lambda x: floats(x) / np.abs(floats(x))},
            says=("x/|x|: nan at 0",),
        ),
        Mistake(
            "one-at-zero",
            "1 at the kink is the slope from the right only; the convention here is the middle, 0.",
            {"abs_grad": with_value_at_zero(ref.abs_grad, 1.0)},
            says=("1 at 0",),
        ),
        Mistake(
            "minus-one-at-zero",
            "-1 at the kink is the slope from the left only; the convention here is the middle, 0.",
            {"abs_grad": with_value_at_zero(ref.abs_grad, -1.0)},
        ),
        Mistake(
            "relu-slope",
            "That is the slope of ReLU: |x| also has a falling half, where the slope is -1.",
            {"abs_grad": ref.relu_grad},
            says=("ReLU derivative",),
        ),
        Mistake(
            "value-for-slope",
            "That is |x| itself; the task asks for its slope, which is never larger than 1.",
            {"abs_grad": lambda x: np.abs(floats(x))},
            says=("|x|",),
        ),
    ),
    also_correct={
        "rect'(x)-rect'(-x)": {"abs_grad": ref.abs_grad_by_relu},
        "np.sign": {"abs_grad": np.sign},
    },
)


# --- activations.sign-indicators ----------------------------------------------------------------


def boolean_subtraction(x: Any) -> Numbers:
    raise TypeError("numpy boolean subtract, the `-` operator, is not supported")


sign_indicators = FunctionTask(
    task="activations.sign-indicators",
    title="The sign from two indicators",
    covers=("001 Q1.F", "003 1.5"),
    names=("sign",),
    points=1,
    reference={"sign": ref.sign},
    second={"sign": lambda x: 1.0 - (floats(x) <= 0) - (floats(x) < 0)},
    draw=draw_slope("sign", "positive and negative numbers", "zero among them"),
    mistakes=(
        Mistake(
            "one-at-zero",
            "At 0 yours is 1: the point 0 belongs to one of your two sets only. Put it in both or "
            "in neither.",
            {"sign": lambda x: (floats(x) >= 0) * 1.0 - (floats(x) < 0)},
            says=(">= on the left only (1 at 0)",),
        ),
        Mistake(
            "minus-one-at-zero",
            "2 times an indicator minus 1 is -1 at 0; the sign of 0 is 0, which takes two "
            "indicators.",
            {"sign": lambda x: 2.0 * (floats(x) > 0) - 1},
            says=("2*1_{x>0}-1 (-1 at 0)",),
        ),
        Mistake(
            "sum",
            "The sum of the two indicators tells zero from non-zero; the sign needs their "
            "difference.",
            {"sign": lambda x: (floats(x) > 0) * 1.0 + (floats(x) < 0)},
            says=("sum",),
        ),
        Mistake(
            "nan-at-zero",
            "x/|x| uses no indicator, and at 0 it is 0/0.",
            {"sign": lambda x: floats(x) / np.abs(floats(x))},
            says=("x/|x|: nan at 0",),
        ),
        Mistake(
            "one-indicator",
            "One indicator knows the positive side only; negative numbers need the other one.",
            {"sign": ref.relu_grad},
        ),
        Mistake(
            "booleans-subtracted",
            "NumPy does not subtract booleans: turn the comparisons into numbers first, for "
            "example with astype(float).",
            {"sign": boolean_subtraction},
        ),
    ),
    also_correct={
        "both closed: 1_{x>=0}-1_{x<=0}": {
            "sign": lambda x: (floats(x) >= 0) * 1.0 - (floats(x) <= 0)
        },
        "1-1_{x<=0}-1_{x<0}": {"sign": lambda x: 1.0 - (floats(x) <= 0) - (floats(x) < 0)},
        "integer dtype": {"sign": lambda x: (floats(x) > 0).astype(int) - (floats(x) < 0)},
    },
)

EXERCISES = (one_sided_slopes, relu_derivative, abs_derivative, sign_indicators)
