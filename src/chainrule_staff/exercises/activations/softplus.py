"""Smooth cousins of ReLU: softplus, ln sigma, GELU, SiLU and the leaky one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.activations.references import both_signs, floats
from chainrule_staff.exercises.activations.sigmoids import draw_smooth
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- activations.softplus-difference ------------------------------------------------------------


def draw_softplus(rng: Generator) -> Sequence[Look]:
    looks = draw_smooth("softplus", 800.0)(rng)
    x = both_signs(rng, 3)
    pair = Look("softplus(x) and softplus(-x)", {"softplus": [(x,), (-x,)]})
    return [looks[0], pair, looks[1]]


softplus_difference = FunctionTask(
    task="activations.softplus-difference",
    title="A softplus that never overflows",
    covers=("001 Q1.E",),
    names=("softplus",),
    points=2,
    reference={"softplus": ref.softplus},
    second={"softplus": ref.softplus_by_logaddexp},
    draw=draw_softplus,
    mistakes=(
        Mistake(
            "overflow",
            "The formula is right on paper, but e^{800} is infinite: use softplus(x) = x + "
            "softplus(-x) on the side where e^x explodes.",
            {"softplus": lambda x: np.log(1 + np.exp(floats(x)))},
            says=("naive log(1+exp x)",),
        ),
        Mistake(
            "tail-without-x",
            "log(1 + e^{-|x|}) is symmetric and small; on the right softplus is that plus x.",
            {"softplus": lambda x: np.log1p(np.exp(-np.abs(floats(x))))},
            says=("stable tail without x",),
        ),
        Mistake(
            "argument-sign",
            "That is softplus(-x): it falls, where softplus rises.",
            {"softplus": lambda x: np.log(1 + np.exp(-floats(x)))},
            says=("log(1+e^{-x})",),
        ),
        Mistake(
            "argument-sign-stably",
            "Stable, but it is softplus(-x): it falls, where softplus rises.",
            {"softplus": lambda x: ref.softplus(-floats(x))},
        ),
        Mistake(
            "absolute-value",
            "You added |x| on both sides; on the left softplus goes to 0, so there nothing is "
            "added.",
            {"softplus": lambda x: np.abs(floats(x)) + np.log1p(np.exp(-np.abs(floats(x))))},
            says=("claims |x|: max(|x|,0)+..",),
        ),
        Mistake(
            "relu",
            "That is ReLU; softplus is its smooth version and is ln 2 at 0.",
            {"softplus": ref.relu},
        ),
    ),
    also_correct={
        "np.logaddexp(0,x)": {"softplus": ref.softplus_by_logaddexp},
        "x + softplus(-x)": {"softplus": lambda x: floats(x) + ref.softplus(-floats(x))},
    },
)


# --- activations.log-sigmoid-softplus -----------------------------------------------------------


def through_the_quotient(x: Any) -> Numbers:
    return np.asarray(np.log(1 / (1 + np.exp(-floats(x)))))


log_sigmoid_softplus = FunctionTask(
    task="activations.log-sigmoid-softplus",
    title="The logarithm of a sigmoid, without underflow",
    covers=("001 Q1.D", "003 1.2"),
    names=("log_sigmoid",),
    points=2,
    reference={"log_sigmoid": ref.log_sigmoid},
    second={"log_sigmoid": ref.log_sigmoid_by_logaddexp},
    draw=draw_smooth("log_sigmoid", 800.0),
    mistakes=(
        Mistake(
            "sign-of-the-argument",
            "-softplus(x) is ln sigma(-x): two minus signs are needed, one of them inside.",
            {"log_sigmoid": lambda x: -ref.softplus(x)},
            says=("sign of the argument",),
        ),
        Mistake(
            "sign-outside",
            "The logarithm of a number below 1 is negative: the minus in front was lost.",
            {"log_sigmoid": lambda x: ref.softplus(-floats(x))},
            says=("sign outside",),
        ),
        Mistake(
            "hard-maximum",
            "max(x, 0) only looks like softplus from far away; near 0 the two differ by up to "
            "ln 2.",
            {"log_sigmoid": lambda x: -np.maximum(-floats(x), 0.0)},
            says=("softplus taken as max(x,0)",),
        ),
        Mistake(
            "decimal-logarithm",
            "That is the decimal logarithm; ln is the natural one.",
            {"log_sigmoid": lambda x: ref.log_sigmoid(x) / math.log(10)},
            says=("log base 10",),
        ),
        Mistake(
            "underflow",
            "sigma(-800) is 0 to the computer and its logarithm is minus infinity, although "
            "ln sigma(-800) is simply -800: never form sigma.",
            {"log_sigmoid": through_the_quotient},
        ),
        Mistake(
            "no-logarithm",
            "That is sigma itself; its logarithm was asked for.",
            {"log_sigmoid": ref.sigmoid},
        ),
    ),
    also_correct={
        "x - softplus(x)": {"log_sigmoid": lambda x: floats(x) - ref.softplus(x)},
        "np.logaddexp": {"log_sigmoid": ref.log_sigmoid_by_logaddexp},
    },
)


# --- activations.gelu-silu ----------------------------------------------------------------------


def draw_gelu_silu(rng: Generator) -> Sequence[Look]:
    x, far = (
        [(both_signs(rng, 4),), (np.array([0, 1, -2]),)],
        [(np.array([-40.0, 1.5, 40.0, -0.3]),)],
    )
    return [
        Look(name, {function: [*x, *far]}, share)
        for name, function, share in (
            ("GELU", "gelu", 1.0),
            ("the slope of GELU", "gelu_grad", 1.5),
            ("SiLU", "silu", 1.0),
            ("the slope of SiLU", "silu_grad", 1.5),
        )
    ]


def gelu_by_tanh(x: Any) -> Numbers:
    x = floats(x)
    return x * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3))) / 2


def gelu_without_root(x: Any) -> Numbers:
    return floats(x) * np.array([(1 + math.erf(value)) / 2 for value in floats(x)])


def density_without_root(x: Any) -> Numbers:
    return ref.normal_cdf(x) + floats(x) * np.exp(-(floats(x) ** 2) / 2)


gelu_silu = FunctionTask(
    task="activations.gelu-silu",
    title="GELU and SiLU: x, weighted by how likely it stays",
    names=("gelu", "gelu_grad", "silu", "silu_grad"),
    points=3,
    reference={
        "gelu": ref.gelu,
        "gelu_grad": ref.gelu_grad,
        "silu": ref.silu,
        "silu_grad": ref.silu_grad,
    },
    second={
        "gelu": lambda x: floats(x) * ref.normal_cdf_by_erfc(x),
        "gelu_grad": lambda x: ref.normal_cdf_by_erfc(x) + floats(x) * ref.normal_density(x),
        "silu": lambda x: floats(x) * ref.sigmoid_via_tanh(x),
        "silu_grad": ref.silu_grad_by_value,
    },
    draw=draw_gelu_silu,
    mistakes=(
        Mistake(
            "tanh-approximation",
            "That is the popular approximation by tanh, off by a few ten-thousandths; the task "
            "asks for the exact Phi, through math.erf.",
            {"gelu": gelu_by_tanh},
        ),
        Mistake(
            "root-two-forgotten",
            "erf(x) belongs to a variance of 1/2; the standard normal needs erf(x / sqrt 2).",
            {"gelu": gelu_without_root},
        ),
        Mistake(
            "gelu-product-rule",
            "x Phi(x) is a product: its slope has two terms, and the second one, x times the "
            "density, is missing.",
            {"gelu_grad": ref.normal_cdf},
        ),
        Mistake(
            "density-not-normalised",
            "The density of the standard normal has a factor 1/sqrt(2 pi) in front.",
            {"gelu_grad": density_without_root},
        ),
        Mistake(
            "silu-is-gelu",
            "SiLU weights x with sigma(x), not with the normal distribution.",
            {"silu": ref.gelu, "silu_grad": ref.gelu_grad},
        ),
        Mistake(
            "silu-product-rule",
            "x sigma(x) is a product: its slope has two terms, and the second one, x times the "
            "slope of sigma, is missing.",
            {"silu_grad": ref.sigmoid},
        ),
        Mistake(
            "silu-first-term-lost",
            "The product rule has two terms: the slope of x, which is 1, times sigma is missing.",
            {"silu_grad": lambda x: floats(x) * ref.sigmoid_grad(x)},
        ),
    ),
    also_correct={
        "silu slope from its own value: f + s(1 - f)": {"silu_grad": ref.silu_grad_by_value},
        "silu(x) = x/(1 + e^{-x})": {"silu": lambda x: floats(x) / (1 + np.exp(-floats(x)))},
    },
)


# --- activations.leaky-relu ---------------------------------------------------------------------


def draw_leaky(rng: Generator) -> Sequence[Look]:
    x, alpha = both_signs(rng, 5), float(np.round(rng.uniform(0.05, 0.35), 2))
    steep = float(np.round(rng.uniform(1.2, 1.9), 1))
    ints, zero = np.array([2, -3, -1]), np.array([-1.5, 0.0, 2.5])
    return [
        Look("the function, 0 < alpha < 1", {"leaky_relu": [(x, alpha), (ints, alpha)]}),
        Look("the function, alpha > 1", {"leaky_relu": [(-x, steep), (x, alpha)]}, 0.5),
        Look("the slope", {"leaky_relu_grad": [(x, alpha), (ints, steep), (zero, alpha)]}),
    ]


leaky_relu = FunctionTask(
    task="activations.leaky-relu",
    title="A ReLU that leaks",
    names=("leaky_relu", "leaky_relu_grad"),
    points=1,
    reference={"leaky_relu": ref.leaky_relu, "leaky_relu_grad": ref.leaky_relu_grad},
    second={
        "leaky_relu": lambda x, alpha: ref.relu(x) - alpha * ref.relu(-floats(x)),
        "leaky_relu_grad": lambda x, alpha: alpha + (1 - alpha) * ref.relu_grad(x),
    },
    draw=draw_leaky,
    mistakes=(
        Mistake(
            "maximum",
            "max(x, alpha x) is the leaky ReLU only while alpha < 1; a learned alpha may exceed 1.",
            {"leaky_relu": lambda x, alpha: np.maximum(floats(x), alpha * floats(x))},
        ),
        Mistake(
            "minus-alpha-x",
            "On the left the line rises to 0, so the value there is negative: alpha x, not "
            "-alpha x.",
            {"leaky_relu": lambda x, alpha: np.where(floats(x) > 0, x, -alpha * floats(x))},
        ),
        Mistake(
            "constant-leak",
            "On the left the value is alpha times x, not alpha alone.",
            {"leaky_relu": lambda x, alpha: np.where(floats(x) > 0, x, alpha)},
        ),
        Mistake(
            "alpha-dropped",
            "That is the slope of plain ReLU; on the left the leaky one has slope alpha.",
            {"leaky_relu_grad": lambda x, alpha: ref.relu_grad(x)},
        ),
        Mistake(
            "one-at-zero",
            "Right away from the kink; at 0 the convention here is the slope of the left branch.",
            {"leaky_relu_grad": lambda x, alpha: np.where(floats(x) >= 0, 1.0, alpha)},
        ),
        Mistake(
            "slope-times-x",
            "On the left the slope of alpha x is alpha; the x is gone.",
            {"leaky_relu_grad": lambda x, alpha: np.where(floats(x) > 0, 1.0, alpha * floats(x))},
        ),
    ),
)

EXERCISES = (softplus_difference, log_sigmoid_softplus, gelu_silu, leaky_relu)
