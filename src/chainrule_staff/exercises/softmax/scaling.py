"""The scale c in softmax(c x): at zero, at infinity, and on the way."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.softmax import references as ref
from chainrule_staff.exercises.softmax.references import logits

# --- softmax.c-zero -----------------------------------------------------------------------------


def draw_c_zero(rng: Generator) -> Sequence[Look]:
    return [
        Look("a few classes", {"softmax_at_zero": [(logits(rng, n),) for n in (3, 4, 7)]}),
        Look("ten classes", {"softmax_at_zero": [(logits(rng, 10),)]}),
    ]


c_zero = FunctionTask(
    task="softmax.c-zero",
    title="The scale c = 0",
    covers=("000 Q2.2 (c = 0)",),
    names=("softmax_at_zero",),
    points=1,
    reference={"softmax_at_zero": lambda x: np.full(len(x), 1 / len(x))},
    second={"softmax_at_zero": lambda x: ref.softmax(0 * x)},
    draw=draw_c_zero,
    mistakes=(
        Mistake(
            "zeros",
            "Probabilities sum to one, so they cannot all be zero: e^0 is 1.",
            {"softmax_at_zero": lambda x: np.zeros(len(x))},
            says=("zeros",),
        ),
        Mistake(
            "not-normalised",
            "Every numerator is e^0 = 1; now divide by their sum.",
            {"softmax_at_zero": lambda x: np.ones(len(x))},
            says=("ones (not normalised)",),
        ),
        Mistake(
            "one-class-too-few",
            "There are n classes that share the probability, not n - 1.",
            {"softmax_at_zero": lambda x: np.full(len(x), 1 / (len(x) - 1))},
            says=("1/(n-1)",),
        ),
        Mistake(
            "always-a-half",
            "One half is right for two classes only.",
            {"softmax_at_zero": lambda x: np.full(len(x), 0.5)},
            says=("always 1/2",),
        ),
    ),
    also_correct={"softmax(0*x)": {"softmax_at_zero": lambda x: ref.softmax(0 * x)}},
)


# --- softmax.c-infinity -------------------------------------------------------------------------


def with_ties(rng: Generator, n: int, ties: int) -> Numbers:
    """Draw n logits with one decimal of which `ties`, not all neighbours, share the maximum."""
    x = np.round(rng.uniform(-3.0, 2.0, n), 1)
    x[rng.permutation(n)[:ties]] = 3.0 + np.round(rng.uniform(0.0, 2.0), 1)
    return np.asarray(x)


def draw_c_infinity(rng: Generator) -> Sequence[Look]:
    single = [(with_ties(rng, n, 1),) for n in (3, 5)]
    several = [(with_ties(rng, 5, 2),), (with_ties(rng, 6, 3),)]
    far = [(with_ties(rng, 4, 2) - 1000.0,), (with_ties(rng, 4, 1) + 1000.0,)]
    return [
        Look("one largest logit", {"softmax_limit": single}),
        Look(
            "several equal maxima",
            {"softmax_limit": several},
            share=2,
            hint="What does softmax do with two logits that are exactly equal?",
        ),
        Look("logits of a thousand", {"softmax_limit": far}),
    ]


def first_argmax(x: Numbers) -> Numbers:
    return np.eye(len(x))[int(np.argmax(x))]


def naive_large_scale(x: Numbers) -> Numbers:
    e = np.exp(1000.0 * np.asarray(x, dtype=float))
    return np.asarray(e / e.sum())


c_infinity = FunctionTask(
    task="softmax.c-infinity",
    title="The limit of a large scale",
    covers=("000 Q2.2 (c -> infinity)",),
    names=("softmax_limit",),
    points=2,
    reference={"softmax_limit": ref.limit},
    second={"softmax_limit": ref.limit_by_large_scale},
    draw=draw_c_infinity,
    mistakes=(
        Mistake(
            "ties-ignored",
            "You give everything to the first maximum. Equal logits have equal probabilities for "
            "every c, hence in the limit too: with a set M of maxima each gets 1/|M|.",
            {"softmax_limit": first_argmax},
            says=("sheet: one-hot of the first argmax",),
        ),
        Mistake(
            "ties-not-normalised",
            "Each of the equal maxima gets 1, so your probabilities sum to more than one.",
            {"softmax_limit": lambda x: (x == np.max(x)).astype(float)},
            says=("1 on each maximiser, not normalised",),
        ),
        Mistake(
            "large-scale-overflows",
            "A large finite c is a fine idea, but e^{cx} overflows: use your stable softmax.",
            {"softmax_limit": naive_large_scale},
            says=("naive large c overflows",),
        ),
        Mistake(
            "uniform",
            "Uniform is the limit c -> 0; for c -> infinity the largest logit wins.",
            {"softmax_limit": lambda x: np.full(len(x), 1 / len(x))},
            says=("uniform",),
        ),
    ),
    also_correct={
        "stable softmax with huge c": {"softmax_limit": ref.limit_by_large_scale},
        "loop over maxima": {"softmax_limit": ref.limit_by_loop},
    },
)


# --- softmax.scaling-effect ---------------------------------------------------------------------


def draw_scaling_effect(rng: Generator) -> Sequence[Look]:
    x, y = logits(rng, 3), logits(rng, 5)
    above, below = 1.5 + np.round(rng.uniform(), 2), 0.4 + np.round(0.3 * rng.uniform(), 2)
    return [
        Look("c > 1", {"softmax_scale_derivative": [(x, above), (y, above + 0.5)]}),
        Look("0 < c < 1", {"softmax_scale_derivative": [(x, below), (y, below / 2)]}),
        Look("c < 0 and c = 0", {"softmax_scale_derivative": [(x, -above), (y, 0.0)]}),
    ]


def normaliser_forgotten(x: Numbers, c: float) -> Numbers:
    return ref.softmax(c * x) * x


def at_unit_scale(x: Numbers, c: float) -> Numbers:
    return ref.scale_derivative(x, 1.0)


def extra_factor(x: Numbers, c: float) -> Numbers:
    return c * ref.scale_derivative(x, c)


scaling_effect = FunctionTask(
    task="softmax.scaling-effect",
    title="Who gains when the scale grows",
    covers=("004 5(b)",),
    names=("softmax_scale_derivative",),
    points=2,
    reference={"softmax_scale_derivative": ref.scale_derivative},
    second={"softmax_scale_derivative": ref.scale_derivative_by_jacobian},
    draw=draw_scaling_effect,
    mistakes=(
        Mistake(
            "normaliser-constant",
            "The denominator depends on c as well: its derivative brings the mean logit "
            "sum_j S_j x_j that has to be subtracted.",
            {"softmax_scale_derivative": normaliser_forgotten},
            says=("s*x (normaliser's derivative forgotten)",),
        ),
        Mistake(
            "at-x-not-cx",
            "You evaluated at x; the derivative with respect to c is taken at c x.",
            {"softmax_scale_derivative": at_unit_scale},
            says=("evaluated at x, not cx",),
        ),
        Mistake(
            "extra-factor-c",
            "There is a factor c too many: d(c x)/dc is x, not c x.",
            {"softmax_scale_derivative": extra_factor},
            says=("factor c",),
        ),
        Mistake(
            "sign",
            "The sign is turned: classes above the mean logit gain.",
            {"softmax_scale_derivative": lambda x, c: -ref.scale_derivative(x, c)},
            says=("sign",),
        ),
    ),
    also_correct={
        "J(cx) @ x": {"softmax_scale_derivative": ref.scale_derivative_by_jacobian},
        "vjp form": {"softmax_scale_derivative": ref.scale_derivative_by_vjp},
    },
)

scaling_claims = ClaimsTask(
    task="softmax.scaling-claims",
    title="True or false: scaling the logits",
    covers=("004 5(b)",),
    names=("scaling_claims",),
    points=1,
    claims=(
        ("for c > 1 the class with the largest logit gains (if the logits differ)", True),
        ("for c > 1 every class with a logit above the smallest gains", False),
        ("every c < 1 helps the less probable classes and keeps their order", False),
        ("c < 0 reverses the order of the probabilities", True),
    ),
    mistakes=(
        Mistake(
            "all-probable-classes-gain",
            "A class gains only if its logit is above the current mean logit: with x = (0, 1, 2) "
            "the second class falls from 0.245 to 0.117 when c goes from 1 to 2.",
            {"scaling_claims": (True, True, False, True)},
        ),
        Mistake(
            "every-c-below-one-flattens",
            "Only 0 <= c < 1 flattens; a negative c turns the order round.",
            {"scaling_claims": (True, False, True, True)},
            says=("T/F item answered per sheet: 'c<1 always helps the less probable classes'",),
        ),
    ),
)

EXERCISES = (c_zero, c_infinity, scaling_effect, scaling_claims)
