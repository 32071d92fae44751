"""Two losses of a binary classifier and their slopes in the pre-activation."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Tolerance
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.cross_entropy import references as ref
from chainrule_staff.exercises.cross_entropy.references import logits, probability
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask


def sigma(a: float) -> float:
    """The output f for the pre-activation a."""
    return float(ref.sigmoid(a))


# --- cross_entropy.ce-logit-gradient ------------------------------------------------------------


def draw_grad(name: str) -> Any:
    """Draw pre-activations for both labels, and confident mistakes."""

    def draw(rng: Generator) -> Sequence[Look]:
        a, b, c = (float(v) for v in logits(rng, 3))
        far = float(np.round(rng.uniform(8.0, 10.0), 2))
        return [
            Look("the label is 1", {name: [(a, 1), (b, 1.0), (2, 1)]}),
            Look("the label is 0", {name: [(a, 0), (c, 0.0), (-1, 0)]}),
            Look("confident and wrong", {name: [(-far, 1), (far, 0), (b, 1)]}),
        ]

    return draw


ce_logit_gradient = FunctionTask(
    task="cross_entropy.ce-logit-gradient",
    title="The slope of the cross-entropy in the pre-activation",
    covers=("004 1(d)",),
    names=("ce_grad",),
    points=2,
    reference={"ce_grad": ref.ce_grad},
    second={"ce_grad": ref.ce_grad_by_cases},
    draw=draw_grad("ce_grad"),
    mistakes=(
        Mistake(
            "sign",
            "The sign is turned: if f is larger than y the loss grows with a.",
            {"ce_grad": lambda a, y: -ref.ce_grad(a, y)},
            says=("sign",),
        ),
        Mistake(
            "slope-of-sigma-left",
            "The factor f(1 - f) cancels against the derivative of the logarithms; yours still "
            "has it.",
            {"ce_grad": ref.mse_grad},
            says=("extra f(1-f)",),
        ),
        Mistake(
            "first-term-only",
            "For y = 0 yours is 0, as if such examples taught nothing: the term (1 - y) log(1 - f) "
            "has a slope as well.",
            {"ce_grad": lambda a, y: -y * (1 - sigma(a))},
            says=("only the y=1 term",),
        ),
        Mistake(
            "falling-sigmoid",
            "Your output is sigma(-a), the probability of the other class.",
            {"ce_grad": lambda a, y: sigma(-a) - y},
            says=("with the sheet's sigma(-a)",),
        ),
        Mistake(
            "label-forgotten",
            "That is f alone; the label y has to appear.",
            {"ce_grad": lambda a, y: sigma(a)},
        ),
        Mistake(
            "pre-activation-for-output",
            "a - y compares the label with the pre-activation; the output is f = sigma(a).",
            {"ce_grad": lambda a, y: a - y},
        ),
    ),
    also_correct={
        "-y(1-f)+(1-y)f": {"ce_grad": ref.ce_grad_by_cases},
        "central difference of the stable loss": {"ce_grad": ref.ce_grad_by_differences},
    },
)


# --- cross_entropy.mse-loss ---------------------------------------------------------------------


def draw_mse(rng: Generator) -> Sequence[Look]:
    f, g = probability(rng), probability(rng)
    return [
        Look("the label is 1", {"mse": [(f, 1), (g, 1.0)]}),
        Look("the label is 0", {"mse": [(f, 0), (g, 0.0)]}),
    ]


def logit_difference(f: float, y: float) -> float:
    return 0.5 * (math.log(f / (1 - f)) - y) ** 2


mse_loss = FunctionTask(
    task="cross_entropy.mse-loss",
    title="Half a squared error",
    covers=("004 1(e)",),
    names=("mse",),
    points=1,
    reference={"mse": ref.mse},
    second={"mse": lambda f, y: (y * y - 2 * y * f + f * f) / 2},
    draw=draw_mse,
    mistakes=(
        Mistake(
            "half-forgotten",
            "The factor 1/2 is part of this loss: it cancels the 2 when you differentiate.",
            {"mse": lambda f, y: (y - f) ** 2},
            says=("1/2 missing",),
        ),
        Mistake(
            "absolute-error",
            "That is the absolute error; this loss takes the square.",
            {"mse": lambda f, y: abs(y - f)},
            says=("absolute error",),
        ),
        Mistake(
            "absolute-error-halved",
            "That is half of the absolute error; this loss is half of its square.",
            {"mse": lambda f, y: abs(y - f) / 2},
        ),
        Mistake(
            "compares-logits",
            "You turned f back into a pre-activation; the error is taken of f itself.",
            {"mse": logit_difference},
            says=("square of the logit difference",),
        ),
        Mistake(
            "root",
            "There is no root in this loss.",
            {"mse": lambda f, y: math.sqrt(0.5 * (y - f) ** 2)},
            says=("root",),
        ),
        Mistake(
            "difference-of-squares",
            "The difference is squared, not each of the two numbers.",
            {"mse": lambda f, y: 0.5 * (y**2 - f**2)},
        ),
    ),
    also_correct={
        "np.square": {"mse": lambda f, y: np.square(y - f) / 2},
        "dot product of 1-vectors": {
            "mse": lambda f, y: np.dot(np.array([y - f]), np.array([y - f])) / 2
        },
    },
)


# --- cross_entropy.mse-logit-gradient -----------------------------------------------------------

mse_logit_gradient = FunctionTask(
    task="cross_entropy.mse-logit-gradient",
    title="The slope of the squared error in the pre-activation",
    covers=("004 1(f)",),
    names=("mse_grad",),
    points=2,
    reference={"mse_grad": ref.mse_grad},
    second={"mse_grad": ref.mse_grad_by_complex_step},
    draw=draw_grad("mse_grad"),
    mistakes=(
        Mistake(
            "inner-minus-lost",
            "The inner derivative of y - f is -1: the loss falls when f moves towards y.",
            {"mse_grad": lambda a, y: -ref.mse_grad(a, y)},
            says=("sheet lines 1-2",),
        ),
        Mistake(
            "slope-of-sigma-lost",
            "f - y is the slope in f; the chain rule continues to a with the factor f(1 - f).",
            {"mse_grad": ref.ce_grad},
            says=("f(1-f) missing",),
        ),
        Mistake(
            "square-of-f",
            "The slope of sigma is f(1 - f), not f squared.",
            {"mse_grad": lambda a, y: (sigma(a) - y) * sigma(a) ** 2},
            says=("f^2",),
        ),
        Mistake(
            "half-the-slope",
            "The slope of sigma is f(1 - f); yours lacks the factor f.",
            {"mse_grad": lambda a, y: (sigma(a) - y) * (1 - sigma(a))},
            says=("(1-f) only",),
        ),
        Mistake(
            "factor-two",
            "The 2 of the square cancels the 1/2 in front of it; yours is twice as large.",
            {"mse_grad": lambda a, y: 2 * ref.mse_grad(a, y)},
        ),
    ),
    also_correct={
        "-(y-f)f(1-f)": {"mse_grad": lambda a, y: -(y - sigma(a)) * sigma(a) * (1 - sigma(a))},
        "complex step": {"mse_grad": ref.mse_grad_by_complex_step},
    },
)


# --- cross_entropy.ce-vs-mse --------------------------------------------------------------------

TEN = math.exp(-10)

ce_vs_mse = NumberTask(
    task="cross_entropy.ce-vs-mse",
    title="Confident and wrong",
    covers=("004 1(g)",),
    kinds=("numeric", "rubric"),
    names=("ce_slope", "mse_slope", "slope_ratio"),
    looks={
        "ce_slope": "the slope of the cross-entropy",
        "mse_slope": "the slope of the squared error",
        "slope_ratio": "how many times larger the first is",
    },
    points=2,
    tolerance=Tolerance(4e-5, 1e-12),
    reference={
        "ce_slope": lambda: ref.ce_grad(-10.0, 1),
        "mse_slope": lambda: ref.mse_grad(-10.0, 1),
        "slope_ratio": lambda: 1 / (sigma(-10.0) * (1 - sigma(-10.0))),
    },
    second={
        "ce_slope": -1 / (1 + TEN),
        "mse_slope": -TEN / (1 + TEN) ** 3,
        "slope_ratio": (1 + TEN) ** 2 / TEN,
    },
    mistakes=(
        Mistake(
            "ratio-inverted",
            "That is the slope of the squared error divided by the other one; divide the other way "
            "round.",
            {"slope_ratio": lambda: sigma(-10.0) * (1 - sigma(-10.0))},
            says=("ratio inverted",),
        ),
        Mistake(
            "exponential-only",
            "e^10 is 1/f - 1; the ratio is 1/(f(1 - f)), a little more.",
            {"slope_ratio": math.exp(10)},
            says=("e^10 only",),
        ),
        Mistake(
            "signs-turned",
            "With y = 1 and f near 0 both losses fall when a grows: the slopes are negative.",
            {"ce_slope": 1 / (1 + TEN), "mse_slope": TEN / (1 + TEN) ** 3},
        ),
        Mistake(
            "label-zero",
            "These are the slopes for y = 0; the question is about y = 1, where a = -10 is a "
            "confident mistake.",
            {
                "ce_slope": lambda: ref.ce_grad(-10.0, 0),
                "mse_slope": lambda: ref.mse_grad(-10.0, 0),
            },
        ),
    ),
    also_correct={
        # The words are marked by hand; whichever argument is used, the numbers are these.
        "argues by calibration or by convexity instead of saturation": {},
        "(1+e^-10)^2 e^10": {"slope_ratio": (1 + TEN) ** 2 * math.exp(10)},
    },
)

loss_claims = ClaimsTask(
    task="cross_entropy.loss-claims",
    title="True or false: two losses",
    covers=("004 1(g)",),
    names=("loss_claims",),
    points=1,
    claims=(
        ("on a confident mistake the squared error has the larger slope in a", False),
        ("the cross-entropy works well because it is bounded", False),
        ("the squared error is convex in a", False),
        ("the cross-entropy is convex in a", True),
        ("both losses, averaged over y, are smallest at f = P(y = 1 | x)", True),
        ("the cross-entropy is the negative log-likelihood of a Bernoulli model", True),
    ),
    mistakes=(
        Mistake(
            "squared-error-is-steeper",
            "At a = -10, y = 1 the slopes are about -1 and -0.00005: the factor f(1 - f) flattens "
            "the squared error.",
            {"loss_claims": (True, False, False, True, True, True)},
            says=("says MSE gradient is larger",),
        ),
        Mistake(
            "bounded-cross-entropy",
            "-log f grows without bound as f tends to 0; it is the squared error that is bounded.",
            {"loss_claims": (False, True, False, True, True, True)},
            says=("says CE works because it is bounded",),
        ),
        Mistake(
            "squared-error-convex",
            "In f it is convex, in a it is not: it flattens out towards 1/2 on the wrong side, and "
            "a bounded convex function would be constant.",
            {"loss_claims": (False, False, True, True, True, True)},
            says=("claims MSE is convex in a",),
        ),
        Mistake(
            "no-interpretation",
            "The squared error is a proper score too (Brier's): its average is smallest at "
            "E[y | x], which for binary y is P(y = 1 | x).",
            {"loss_claims": (False, False, False, True, False, True)},
        ),
    ),
)

EXERCISES = (ce_logit_gradient, mse_loss, mse_logit_gradient, ce_vs_mse, loss_claims)
