"""The largest slopes of sigma and tanh, and what ten layers make of them."""

from __future__ import annotations

import math

import numpy as np

from chainrule.compare import Tolerance
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.model import Mistake
from chainrule_staff.exercises.number import NumberTask


def largest(slope: ref.Function) -> tuple[float, float]:
    """The maximum of a slope and where it is, by golden-section search on [-3, 5]."""
    low, high, ratio = -3.0, 5.0, (math.sqrt(5) - 1) / 2
    for _ in range(80):
        a, b = high - ratio * (high - low), low + ratio * (high - low)
        low, high = (low, b) if slope(a) > slope(b) else (a, high)
    x = round((low + high) / 2, 6) + 0.0
    return float(slope(x)), x


def crossing() -> float:
    """The positive x with sigma'(x) = tanh'(x), by bisection."""
    low, high = 1.0, 3.0
    for _ in range(100):
        x = (low + high) / 2
        low, high = (x, high) if ref.tanh_grad(x) > ref.sigmoid_grad(x) else (low, x)
    return low


# --- activations.sigmoid-slope-bound ------------------------------------------------------------

sigmoid_slope_bound = NumberTask(
    task="activations.sigmoid-slope-bound",
    title="The steepest point of the sigmoid",
    covers=("002 1(c)",),
    names=("sigmoid_slope_bound",),
    looks={"sigmoid_slope_bound": "the best bound, and where it is reached"},
    points=1,
    reference={"sigmoid_slope_bound": (0.25, 0.0)},
    second={"sigmoid_slope_bound": lambda: largest(ref.sigmoid_grad)},
    mistakes=(
        Mistake(
            "square-forgotten",
            "1/2 bounds the geometric mean sqrt(s(1 - s)); square it to bound s(1 - s).",
            {"sigmoid_slope_bound": (0.5, 0.0)},
            says=("1/2 (forgot to square)",),
        ),
        Mistake(
            "one",
            "1 is a bound, but far from the best one: both factors of s(1 - s) cannot be near 1 "
            "together.",
            {"sigmoid_slope_bound": (1.0, 0.0)},
            says=("1",),
        ),
        Mistake(
            "one-over-e",
            "1/e is the maximum of x e^{-x}; here the product s(1 - s) is to be maximised.",
            {"sigmoid_slope_bound": (1 / math.e, 0.0)},
            says=("1/e",),
        ),
        Mistake(
            "sigma-for-x",
            "sigma = 1/2 at the steepest point; the x at which sigma is 1/2 is another number.",
            {"sigmoid_slope_bound": (0.25, 0.5)},
            says=("bound attained at x=1/2 (confuses sigma=1/2 with x=1/2)",),
        ),
        Mistake(
            "never-reached",
            "The bound is right and it is reached: at the x with sigma(x) = 1/2.",
            {"sigmoid_slope_bound": (0.25, np.nan)},
        ),
    ),
    also_correct={
        "completing the square: 1/4-(sigma-1/2)^2": {"sigmoid_slope_bound": [1 / 4, 0]},
        "second-derivative test; sech^2(x/2)/4; a looser constant is a valid bound but not the "
        "best one: accept only if the exercise says 'any'": {
            "sigmoid_slope_bound": lambda: largest(ref.sigmoid_grad_by_tanh)
        },
    },
)


# --- activations.tanh-slope-bound ---------------------------------------------------------------

tanh_slope_bound = NumberTask(
    task="activations.tanh-slope-bound",
    title="The steepest point of tanh",
    covers=("002 1(d)",),
    names=("tanh_slope_bound",),
    looks={"tanh_slope_bound": "the best bound, and where it is reached"},
    points=1,
    reference={"tanh_slope_bound": (1.0, 0.0)},
    second={"tanh_slope_bound": lambda: largest(ref.tanh_grad)},
    mistakes=(
        Mistake(
            "copied-from-sigma",
            "1/4 belongs to the sigmoid; tanh is twice as high and twice as steep in x.",
            {"tanh_slope_bound": (0.25, 0.0)},
            says=("1/4 (copied from sigma)",),
        ),
        Mistake(
            "two",
            "2 is a bound, but not the best one: 1 - tanh^2 has a square that is never negative.",
            {"tanh_slope_bound": (2.0, 0.0)},
            says=("2",),
        ),
        Mistake(
            "one-half",
            "At 0 the slope of tanh is already larger than 1/2.",
            {"tanh_slope_bound": (0.5, 0.0)},
            says=("1/2",),
        ),
        Mistake(
            "never-reached",
            "The bound is right and it is reached: where tanh itself is 0.",
            {"tanh_slope_bound": (1.0, np.nan)},
            says=("strict bound <1 claimed (it is attained at 0)",),
        ),
    ),
    also_correct={
        "GM-HM route": {"tanh_slope_bound": lambda: largest(ref.tanh_grad_by_cosh)},
        "4*max sigma'(2x)": {
            "tanh_slope_bound": lambda: largest(lambda x: 4 * ref.sigmoid_grad(2 * x))
        },
    },
)


# --- activations.compare-bounds -----------------------------------------------------------------

compare_bounds = NumberTask(
    task="activations.compare-bounds",
    title="What ten layers make of a slope",
    covers=("002 1(e)",),
    kinds=("numeric", "rubric"),
    names=("bounds_ratio", "factor_5", "factor_10", "crossing"),
    looks={
        "bounds_ratio": "how many times larger the bound of tanh is",
        "factor_5": "the bound for five sigmoid layers",
        "factor_10": "the bound for ten sigmoid layers",
        "crossing": "where the two slopes are equal",
    },
    points=2,
    tolerance=Tolerance(6e-4, 1e-10),
    reference={
        "bounds_ratio": 4.0,
        "factor_5": 0.25**5,
        "factor_10": 0.25**10,
        "crossing": crossing,
    },
    second={
        "bounds_ratio": lambda: largest(ref.tanh_grad)[0] / largest(ref.sigmoid_grad)[0],
        "factor_5": 1 / 1024,
        "factor_10": 1 / 1048576,
        "crossing": lambda: 2 * math.acosh((1 + math.sqrt(3)) / 2),
    },
    accepted={"crossing": (-1.6628858910586212,)},
    mistakes=(
        Mistake(
            "ratio-two",
            "tanh x = 2 sigma(2x) - 1: one 2 comes from the height, another from the chain rule.",
            {"bounds_ratio": 2.0},
            says=("ratio 2",),
        ),
        Mistake(
            "ratio-inverted",
            "That is sigma's bound divided by tanh's; the question is how many times larger the "
            "bound of tanh is.",
            {"bounds_ratio": 0.25},
            says=("ratio 1/4",),
        ),
        Mistake(
            "added-not-multiplied",
            "Along the chain rule the slopes of the layers are multiplied, not added.",
            {"factor_5": 1.25, "factor_10": 2.5},
        ),
        Mistake(
            "one-layer-too-few",
            "n layers give n factors of 1/4; yours has one too few.",
            {"factor_5": 0.25**4, "factor_10": 0.25**9},
        ),
        Mistake(
            "doubled-not-squared",
            "Ten layers are five and five again: the two factors are multiplied, so the bound is "
            "squared.",
            {"factor_10": 2 * 0.25**5},
        ),
        Mistake(
            "crossing-of-the-functions",
            "At 0 tanh is 0 and its slope is four times that of sigma; look for the x > 0 at which "
            "the two slopes agree.",
            {"crossing": 0.0},
        ),
    ),
    also_correct={
        "4.0": {"bounds_ratio": 4},
        # The words are marked by hand; whatever the caveat, the numbers are these.
        "mentions learning-rate compensation, normalised init, or zero-centred outputs instead "
        "of the caveat": {},
    },
)

bounds_claims = ClaimsTask(
    task="activations.bounds-claims",
    title="True or false: what the bounds say and what they do not",
    covers=("002 1(e)",),
    names=("bounds_claims",),
    points=1,
    claims=(
        ("tanh saturates as well: far from 0 its slope tends to 0", True),
        ("the larger bound means that tanh has the larger slope at every x", False),
        (
            "through n sigmoid layers the activations alone shrink a gradient at least 4^n times",
            True,
        ),
        ("because of the bound, gradients must vanish in every deep sigmoid network", False),
    ),
    mistakes=(
        Mistake(
            "tanh-never-saturates",
            "1 - tanh(x)^2 tends to 0 on both sides, even faster than the slope of sigma.",
            {"bounds_claims": (False, False, True, False)},
            says=("says tanh never saturates",),
        ),
        Mistake(
            "bound-for-the-function",
            "A larger maximum says nothing about the rest of the curve: beyond x = 1.6629 the "
            "slope of tanh is the smaller one.",
            {"bounds_claims": (True, True, True, False)},
            says=("says larger bound means tanh' > sigma' everywhere",),
        ),
        Mistake(
            "weights-forgotten",
            "The chain rule multiplies by the weights too, and they may make up for the slopes.",
            {"bounds_claims": (True, False, True, True)},
        ),
    ),
)

EXERCISES = (sigmoid_slope_bound, tanh_slope_bound, compare_bounds, bounds_claims)
