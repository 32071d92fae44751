"""Other distributions and other activations: the bound of a uniform law, leaky ReLU, tanh."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.initialisation import references as ref
from chainrule_staff.exercises.initialisation.forward import RELATIVE
from chainrule_staff.exercises.model import Generator, Mistake


def fans(rng: Generator) -> tuple[int, int]:
    """Draw two different fans."""
    n, m = (int(k) for k in rng.permutation(np.arange(4, 80))[:2] * 10)
    return n, m


# --- initialisation.uniform-bounds --------------------------------------------------------------


def draw_bounds(rng: Generator) -> Sequence[Look]:
    return [
        Look("He, uniform", {"he_bound": [(100,), (fans(rng)[0],)]}),
        Look("Glorot, uniform", {"glorot_bound": [(300, 100), fans(rng)]}),
    ]


uniform_bounds = FunctionTask(
    task="initialisation.uniform-bounds",
    title="The same variance from a uniform law",
    covers=("004 7 (forward)", "004 7 (backward)"),
    names=("he_bound", "glorot_bound"),
    points=1,
    reference={"he_bound": ref.he_bound, "glorot_bound": ref.glorot_bound},
    second={"he_bound": ref.he_bound_by_std, "glorot_bound": ref.glorot_bound_by_std},
    draw=draw_bounds,
    tolerance=RELATIVE,
    mistakes=(
        Mistake(
            "root-three-forgotten",
            "You took the standard deviation as the bound; a uniform law on (-b, b) has the "
            "variance b^2/3, so b is sqrt(3) standard deviations.",
            {
                "he_bound": lambda n: math.sqrt(2 / n),
                "glorot_bound": lambda n, m: math.sqrt(2 / (n + m)),
            },
        ),
        Mistake(
            "whole-width",
            "b^2/12 is the variance of an interval of length b; from -b to b the length is 2b.",
            {
                "he_bound": lambda n: math.sqrt(24 / n),
                "glorot_bound": lambda n, m: math.sqrt(24 / (n + m)),
            },
        ),
        Mistake(
            "root-forgotten",
            "That is b squared: the variance is b^2/3, so b is a square root.",
            {"he_bound": lambda n: 6 / n, "glorot_bound": lambda n, m: 6 / (n + m)},
        ),
        Mistake(
            "relu-factor-twice",
            "Your Glorot bound has the factor of ReLU in it; Glorot's variance is 2/(n + m).",
            {"glorot_bound": lambda n, m: math.sqrt(12 / (n + m))},
        ),
        Mistake(
            "linear-bound",
            "sqrt(3/n) keeps the variance of linear units; ReLU needs twice the variance.",
            {"he_bound": lambda n: math.sqrt(3 / n)},
        ),
    ),
)

# --- initialisation.leaky-relu-gain -------------------------------------------------------------


def draw_leaky(rng: Generator) -> Sequence[Look]:
    small, large = (float(np.round(x, 3)) for x in rng.uniform((0.05, 0.4), (0.3, 0.9)))
    n, m = fans(rng)
    return [
        Look("the gain", {"leaky_gain": [(small,), (large,)]}),
        Look("the variance", {"leaky_var": [(n, small), (m, large)]}),
        Look(
            "plain ReLU and linear units as limits",
            {"leaky_gain": [(0,), (1,)], "leaky_var": [(n, 0.0), (m, 1.0)]},
            share=0.5,
        ),
    ]


leaky_relu = FunctionTask(
    task="initialisation.leaky-relu-gain",
    title="The gain of a leaky ReLU",
    names=("leaky_gain", "leaky_var"),
    points=2,
    reference={"leaky_gain": ref.leaky_gain, "leaky_var": ref.leaky_var},
    second={"leaky_gain": ref.leaky_gain_by_moments, "leaky_var": ref.leaky_var_by_gain},
    draw=draw_leaky,
    tolerance=RELATIVE,
    mistakes=(
        Mistake(
            "slope-ignored",
            "That is the plain ReLU: the negative half passes too, shrunk by the slope.",
            {"leaky_gain": lambda a: math.sqrt(2), "leaky_var": lambda n, a: 2 / n},
        ),
        Mistake(
            "slope-not-squared",
            "A factor on h acts squared on E[h^2]: the slope enters as slope^2.",
            {
                "leaky_gain": lambda a: math.sqrt(2 / (1 + a)),
                "leaky_var": lambda n, a: 2 / ((1 + a) * n),
            },
        ),
        Mistake(
            "sum-squared",
            "The two half-lines contribute one after the other: 1 + slope^2, not (1 + slope)^2.",
            {
                "leaky_gain": lambda a: math.sqrt(2) / (1 + a),
                "leaky_var": lambda n, a: 2 / ((1 + a) ** 2 * n),
            },
        ),
        Mistake(
            "gain-for-gain-squared",
            "The gain multiplies the standard deviation, so the variance carries its square.",
            {"leaky_var": lambda n, a: math.sqrt(2 / (1 + a**2)) / n},
        ),
        Mistake(
            "gain-not-rooted",
            "The gain belongs to the standard deviation: take the square root.",
            {"leaky_gain": lambda a: 2 / (1 + a**2)},
        ),
        Mistake(
            "gain-upside-down",
            "The weights must undo what the activation loses: you computed the loss itself, "
            "which is one over the gain.",
            {"leaky_gain": lambda a: math.sqrt((1 + a**2) / 2)},
        ),
    ),
)

# --- initialisation.tanh-compromise -------------------------------------------------------------


def draw_tanh(rng: Generator) -> Sequence[Look]:
    small = [(float(np.round(v, 4)),) for v in rng.uniform((0.01, 0.05), (0.04, 0.2))]
    n, m = fans(rng)
    return [
        Look("the two factors of a layer", {"glorot_gains": [(n, m), (m, n), (300, 100)]}),
        Look("the square of a small tanh", {"tanh_second_moment": small}),
    ]


tanh_compromise = FunctionTask(
    task="initialisation.tanh-compromise",
    title="tanh and the price of a compromise",
    covers=("004 7 (backward)",),
    names=("glorot_gains", "tanh_second_moment"),
    points=2,
    reference={
        "glorot_gains": ref.glorot_gains,
        "tanh_second_moment": ref.tanh_second_moment,
    },
    second={
        "glorot_gains": ref.glorot_gains_by_ratio,
        "tanh_second_moment": ref.tanh_second_moment_by_quadrature,
    },
    draw=draw_tanh,
    tolerance=RELATIVE,
    mistakes=(
        Mistake(
            "directions-swapped",
            "The two directions are swapped: forward a unit adds up its inputs, backward its "
            "outputs.",
            {"glorot_gains": lambda n, m: ref.glorot_gains(m, n)},
        ),
        Mistake(
            "relu-half",
            "The factor 1/2 belongs to ReLU; near zero tanh is linear with slope 1.",
            {"glorot_gains": lambda n, m: (n / (n + m), m / (n + m))},
        ),
        Mistake(
            "no-price",
            "Both factors are 1 only for equal fans: the compromise misses each wish a little.",
            {"glorot_gains": lambda n, m: (1.0, 1.0)},
        ),
        Mistake(
            "fourth-moment-as-square",
            "E[a^4] of a Gaussian is 3 v^2, not v^2: the fourth moment has its own factor.",
            {"tanh_second_moment": lambda v: v - 2 / 3 * v**2},
        ),
        Mistake(
            "cross-term-halved",
            "(a - a^3/3)^2 has the cross term -2 a^4/3; one of the two halves got lost.",
            {"tanh_second_moment": lambda v: v - v**2},
        ),
        Mistake(
            "first-order-only",
            "To first order tanh changes nothing; the term in v^2 tells how fast it shrinks.",
            {"tanh_second_moment": lambda v: v},
        ),
        Mistake(
            "sign-of-the-cubic",
            "tanh bends towards the axis: its cubic term is negative, and so is the correction.",
            {"tanh_second_moment": lambda v: v + 2 * v**2},
        ),
    ),
)

EXERCISES = (uniform_bounds, leaky_relu, tanh_compromise)
