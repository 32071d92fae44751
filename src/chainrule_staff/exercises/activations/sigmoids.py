"""Sigmoid and tanh: one is the other, squeezed; and both know their own slope."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.activations.references import both_signs, floats
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake


def draw_smooth(name: str, far: float) -> Any:
    """Draw for a smooth function (n,) -> (n,), with inputs up to `far` among ordinary ones."""

    def draw(rng: Generator) -> Sequence[Look]:
        x, y = both_signs(rng, 5), both_signs(rng, 4)
        mixed = np.array([-far, 0.0, far, -0.9 * far, y[0], y[1]])
        single = y.astype(np.float32)
        return [
            Look("ordinary inputs", {name: [(x,), (np.array([0, 1, -2, 3]),), (single,)]}),
            Look(
                f"inputs up to {far:g} among them",
                {name: [(mixed,)]},
                hint="What does e^{-x} do for a very negative x, and which form avoids it?",
            ),
        ]

    return draw


# --- activations.sigmoid-tanh-identity ----------------------------------------------------------


def by_half_exponentials(x: Any) -> Numbers:
    up, down = np.exp(floats(x) / 2), np.exp(-floats(x) / 2)
    return np.asarray(up / (up + down))


sigmoid_tanh_identity = FunctionTask(
    task="activations.sigmoid-tanh-identity",
    title="A sigmoid is half a tanh",
    covers=("001 Q1.C", "003 1.1"),
    names=("sigmoid_via_tanh",),
    points=1,
    reference={"sigmoid_via_tanh": ref.sigmoid_via_tanh},
    second={"sigmoid_via_tanh": ref.sigmoid},
    draw=draw_smooth("sigmoid_via_tanh", 700.0),
    mistakes=(
        Mistake(
            "whole-argument",
            "tanh(x) is twice as steep as it should be: multiply sigma above and below by e^{x/2} "
            "and see which argument appears.",
            {"sigmoid_via_tanh": lambda x: (1 + np.tanh(floats(x))) / 2},
            says=("tanh(x) instead of tanh(x/2)",),
        ),
        Mistake(
            "one-inside-tanh",
            "The +1 slipped into the argument: it shifts the curve instead of lifting it.",
            {"sigmoid_via_tanh": lambda x: np.tanh(floats(x) / 2 + 1) / 2},
            says=("+1 swallowed by tanh",),
        ),
        Mistake(
            "one-lost",
            "Yours is negative for negative x: the +1 was lost between two lines.",
            {"sigmoid_via_tanh": lambda x: np.tanh(floats(x) / 2) / 2},
            says=("sheet 000's line without +1",),
        ),
        Mistake(
            "minus",
            "Yours falls where sigma rises: that is sigma(-x).",
            {"sigmoid_via_tanh": lambda x: (1 - np.tanh(floats(x) / 2)) / 2},
            says=("minus",),
        ),
        Mistake(
            "not-halved",
            "Yours runs from 0 to 2; sigma runs from 0 to 1.",
            {"sigmoid_via_tanh": lambda x: 1 + np.tanh(floats(x) / 2)},
        ),
    ),
    also_correct={
        "e^{x/2}/(e^{x/2}+e^{-x/2})": {"sigmoid_via_tanh": by_half_exponentials},
        "1-(1+tanh(-x/2))/2": {"sigmoid_via_tanh": lambda x: 1 - (1 + np.tanh(-floats(x) / 2)) / 2},
    },
)


# --- activations.sigmoid-derivative -------------------------------------------------------------


def square_lost(x: Any) -> Numbers:
    e = np.exp(-floats(x))
    return np.asarray(e / (1 + e))


def quotient_that_overflows(x: Any) -> Numbers:
    e = np.exp(-floats(x))
    return np.asarray(e / (1 + e) ** 2)


sigmoid_derivative = FunctionTask(
    task="activations.sigmoid-derivative",
    title="The slope of the sigmoid",
    covers=("001 Q1.B", "002 1(a)", "003 1.3"),
    names=("sigmoid_grad",),
    points=2,
    reference={"sigmoid_grad": ref.sigmoid_grad},
    second={"sigmoid_grad": ref.sigmoid_grad_by_tanh},
    draw=draw_smooth("sigmoid_grad", 800.0),
    mistakes=(
        Mistake(
            "plus-for-minus",
            "s(1 + s) grows without turning back; the second factor is what sigma still lacks "
            "to 1.",
            {"sigmoid_grad": lambda x: ref.sigmoid(x) * (1 + ref.sigmoid(x))},
            says=("s(1+s)",),
        ),
        Mistake(
            "tanh-rule",
            "1 - s^2 is the rule of tanh; with sigma it is 3/4 at 0, three times too much.",
            {"sigmoid_grad": lambda x: 1 - ref.sigmoid(x) ** 2},
            says=("1-s^2 (tanh rule)",),
        ),
        Mistake(
            "square-lost",
            "The derivative of 1/u is -u'/u^2: the square in the denominator was lost.",
            {"sigmoid_grad": square_lost},
            says=("e^{-x}/(1+e^{-x}) (square lost)",),
        ),
        Mistake(
            "square-lost-stably",
            "That is 1 - sigma(x): the derivative of 1/u is -u'/u^2, and the square was lost.",
            {"sigmoid_grad": lambda x: ref.sigmoid(-floats(x))},
        ),
        Mistake(
            "overflow",
            "The formula is right on paper, but e^{800} is infinite and inf/inf is NaN: write the "
            "slope with sigma alone.",
            {"sigmoid_grad": quotient_that_overflows},
            says=("overflow-unstable e^{-x}/(1+e^{-x})^2",),
        ),
        Mistake(
            "value-for-slope",
            "That is sigma itself; the task asks for its slope, which is largest at 0.",
            {"sigmoid_grad": ref.sigmoid},
        ),
        Mistake(
            "input-for-output",
            "In s(1 - s) the s is the output sigma(x), not the input x.",
            {"sigmoid_grad": lambda x: floats(x) * (1 - floats(x))},
        ),
        Mistake(
            "sign",
            "Sigma increases, so its slope is never negative: the inner derivative of e^{-x} "
            "brings a second minus.",
            {"sigmoid_grad": lambda x: -ref.sigmoid_grad(x)},
        ),
    ),
    also_correct={
        "sigma(x) sigma(-x)": {"sigmoid_grad": ref.sigmoid_grad_by_symmetry},
        "(1-tanh^2(x/2))/4": {"sigmoid_grad": ref.sigmoid_grad_by_tanh},
    },
)


# --- activations.tanh-derivative ----------------------------------------------------------------


def sech(x: Any) -> Numbers:
    return np.asarray(1 / np.cosh(np.clip(floats(x), -300, 300)))


def from_naive_tanh(x: Any) -> Numbers:
    up, down = np.exp(floats(x)), np.exp(-floats(x))
    return np.asarray(1 - ((up - down) / (up + down)) ** 2)


tanh_derivative = FunctionTask(
    task="activations.tanh-derivative",
    title="The slope of tanh",
    covers=("002 1(b)", "003 1.4"),
    names=("tanh_grad",),
    points=1,
    reference={"tanh_grad": ref.tanh_grad},
    second={"tanh_grad": ref.tanh_grad_by_cosh},
    draw=draw_smooth("tanh_grad", 800.0),
    mistakes=(
        Mistake(
            "square-lost",
            "1 - tanh is not symmetric, but the slope of an odd function is: the square is "
            "missing.",
            {"tanh_grad": lambda x: 1 - np.tanh(floats(x))},
            says=("1-tanh",),
        ),
        Mistake(
            "sigmoid-rule",
            "t(1 - t) is the sigmoid's rule; at 0 it would make tanh flat, where it is steepest.",
            {"tanh_grad": lambda x: np.tanh(floats(x)) * (1 - np.tanh(floats(x)))},
            says=("t(1-t) (sigmoid rule)",),
        ),
        Mistake(
            "sign",
            "The sign is turned: tanh increases everywhere.",
            {"tanh_grad": lambda x: np.tanh(floats(x)) ** 2 - 1},
            says=("sign",),
        ),
        Mistake(
            "sech-not-squared",
            "1/cosh(x) is the square root of the slope: the quotient rule squares the denominator.",
            {"tanh_grad": sech},
            says=("sech, not squared",),
        ),
        Mistake(
            "overflow",
            "e^{800} is infinite and inf/inf is NaN: np.tanh knows how to avoid that, the "
            "quotient of exponentials does not.",
            {"tanh_grad": from_naive_tanh},
        ),
        Mistake(
            "input-for-output",
            "In 1 - t^2 the t is the output tanh(x), not the input x.",
            {"tanh_grad": lambda x: 1 - floats(x) ** 2},
        ),
    ),
    also_correct={
        "1/cosh^2 (guard overflow)": {"tanh_grad": ref.tanh_grad_by_cosh},
        "(1-t)(1+t)": {"tanh_grad": lambda x: (1 - np.tanh(floats(x))) * (1 + np.tanh(floats(x)))},
    },
)

EXERCISES = (sigmoid_tanh_identity, sigmoid_derivative, tanh_derivative)
