"""Quadratics: each eigenvalue its own story, the best step, and what momentum buys."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.gd_convergence import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

Spectrum = Sequence[float]


def spectrum(rng: Generator, n: int) -> list[float]:
    """Draw n curvatures in no particular order, the largest at least three times the smallest."""
    lam = np.round(np.concatenate([rng.uniform((0.3, 6.0), (0.9, 9.0)), rng.uniform(1, 5, n)]), 2)
    return [float(x) for x in rng.permutation(lam)]


# --- gd_convergence.quadratic-rate --------------------------------------------------------------


def draw_quadratic(rng: Generator) -> Sequence[Look]:
    a, b = spectrum(rng, 1), spectrum(rng, 3)
    slow, fast = 0.7 / max(a), 1.8 / max(b)
    beyond = float(np.round(2.3 / max(b), 4))
    return [
        Look(
            "the factor of one step",
            {
                "contraction": [
                    (a, float(np.round(slow, 4))),
                    (b, float(np.round(fast, 4))),
                    (b, beyond),
                    (b, float(np.round(2.3 / min(b), 4))),
                ]
            },
        ),
        Look("the best step", {"best_step": [(a,), (b,), (spectrum(rng, 2),)]}),
        Look(
            "the best rate",
            {"best_rate": [(float(np.round(rng.uniform(2, 90), 1)),), (10,)]},
        ),
    ]


def largest_alone(lam: Spectrum, eta: float) -> float:
    return abs(1 - eta * max(lam))


def smallest_alone(lam: Spectrum, eta: float) -> float:
    return abs(1 - eta * min(lam))


def without_absolute(lam: Spectrum, eta: float) -> float:
    return max(1 - eta * x for x in lam)


quadratic_rate = FunctionTask(
    task="gd_convergence.quadratic-rate",
    title="One factor per eigenvalue",
    names=("contraction", "best_step", "best_rate"),
    points=2,
    reference={
        "contraction": ref.contraction,
        "best_step": ref.best_step,
        "best_rate": ref.best_rate,
    },
    second={
        "contraction": ref.contraction_by_power,
        "best_step": ref.best_step_by_balance,
        "best_rate": ref.best_rate_by_contraction,
    },
    draw=draw_quadratic,
    mistakes=(
        Mistake(
            "largest-alone",
            "You looked at the steepest direction only; with a short step the flattest one is the "
            "slowest.",
            {"contraction": largest_alone},
        ),
        Mistake(
            "smallest-alone",
            "You looked at the flattest direction only; with a long step the steepest one "
            "overshoots.",
            {"contraction": smallest_alone},
        ),
        Mistake(
            "absolute-value-forgotten",
            "1 - eta lambda turns negative for a long step: the coordinate overshoots, and its "
            "size counts.",
            {"contraction": without_absolute},
        ),
        Mistake(
            "rate-squared",
            "That is the factor on the squared distance (and on f); the task asks for the "
            "distance itself.",
            {
                "contraction": lambda lam, eta: ref.contraction(lam, eta) ** 2,
                "best_rate": lambda k: ref.best_rate(k) ** 2,
            },
        ),
        Mistake(
            "one-over-L",
            "1/L is safe, not best: the steep direction is done at once and the flat one crawls.",
            {"best_step": lambda lam: 1 / max(lam)},
        ),
        Mistake(
            "two-over-L",
            "2/L is the edge of stability: there the steepest coordinate jumps to and fro.",
            {"best_step": lambda lam: 2 / max(lam)},
        ),
        Mistake(
            "mean-of-all",
            "The best step balances the two extremes; what lies between them has no say.",
            {"best_step": lambda lam: 1 / float(np.mean(lam))},
        ),
        Mistake(
            "rate-of-one-over-L",
            "1 - 1/kappa is the rate of the step 1/L; the best step balances both ends.",
            {"best_rate": lambda k: 1 - 1 / k},
        ),
        Mistake(
            "rate-of-momentum",
            "The square roots come with momentum; plain gradient descent has kappa itself.",
            {"best_rate": lambda k: (math.sqrt(k) - 1) / (math.sqrt(k) + 1)},
        ),
    ),
)

# --- gd_convergence.momentum --------------------------------------------------------------------


def draw_momentum(rng: Generator) -> Sequence[Look]:
    a, b = spectrum(rng, 1), spectrum(rng, 2)
    eta = float(np.round(rng.uniform(0.9, 1.3) / max(a), 4))
    calm, lively = float(np.round(rng.uniform(0.02, 0.06), 3)), 0.8
    return [
        Look(
            "the factor of one step",
            {"momentum_rate": [(a, eta, calm), (b, 1.1 / max(b), lively), (a, eta, 0.0)]},
            hint="z^2 - (1 + beta - eta lambda) z + beta = 0 has two roots, possibly complex.",
        ),
        Look(
            "the best eta and beta",
            {"best_momentum": [(min(a), max(a)), (min(b), max(b)), (1, 100)]},
        ),
    ]


def real_parts(lam: Spectrum, eta: float, beta: float) -> float:
    roots = [np.roots([1.0, -(1 + beta - eta * x), beta]) for x in lam]
    return max(float(np.abs(r.real).max()) for r in roots)


def first_alone(lam: Spectrum, eta: float, beta: float) -> float:
    return ref.momentum_rate([max(lam)], eta, beta)


def without_beta(lam: Spectrum, eta: float, beta: float) -> float:
    return ref.contraction(lam, eta)


def always_root_beta(lam: Spectrum, eta: float, beta: float) -> float:
    return math.sqrt(beta)


def plain_kappa(mu: float, L: float) -> tuple[float, float]:
    return ref.best_momentum(mu, L)[0], ((L - mu) / (L + mu)) ** 2


momentum = FunctionTask(
    task="gd_convergence.momentum",
    title="A heavy ball",
    names=("momentum_rate", "best_momentum"),
    points=2,
    reference={"momentum_rate": ref.momentum_rate, "best_momentum": ref.best_momentum},
    second={
        "momentum_rate": ref.momentum_rate_by_matrix,
        "best_momentum": ref.best_momentum_by_kappa,
    },
    draw=draw_momentum,
    mistakes=(
        Mistake(
            "real-part",
            "A complex pair of roots turns while it shrinks: its size is |z|, not the real part.",
            {"momentum_rate": real_parts},
        ),
        Mistake(
            "one-eigenvalue",
            "You looked at the steepest direction only; the slowest of all directions decides.",
            {"momentum_rate": first_alone},
        ),
        Mistake(
            "momentum-ignored",
            "That is plain gradient descent: beta (x_t - x_{t-1}) has to enter the recursion.",
            {"momentum_rate": without_beta},
        ),
        Mistake(
            "always-complex",
            "sqrt(beta) is right while the roots are complex; with little momentum they are real, "
            "and the larger one counts.",
            {"momentum_rate": always_root_beta},
        ),
        Mistake(
            "beta-not-squared",
            "beta is the product of the two roots, so it is the square of the rate.",
            {
                "best_momentum": lambda mu, L: (
                    ref.best_momentum(mu, L)[0],
                    math.sqrt(ref.best_momentum(mu, L)[1]),
                )
            },
        ),
        Mistake(
            "kappa-without-root",
            "With momentum the square roots of mu and L take the place of mu and L.",
            {"best_momentum": plain_kappa},
        ),
        Mistake(
            "step-of-plain-descent",
            "2/(mu + L) is the best step without momentum; with it a longer one is better.",
            {"best_momentum": lambda mu, L: (2 / (mu + L), ref.best_momentum(mu, L)[1])},
        ),
        Mistake(
            "order-swapped",
            "The two answers are exchanged: first eta, then beta.",
            {"best_momentum": lambda mu, L: ref.best_momentum(mu, L)[::-1]},
        ),
    ),
)

EXERCISES = (quadratic_rate, momentum)
