"""The step H: ReLU made of it, the sigmoid on its way to it, and what its derivative is."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule.probes import Probe
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.activations.references import Function, both_signs, floats
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- activations.relu-from-heaviside ------------------------------------------------------------


def draw_from_heaviside(rng: Generator) -> Sequence[Look]:
    x, y = both_signs(rng, 4), np.append(both_signs(rng, 3), 0.0)
    half, zero, one = (Probe("H with H(0) =", (value,)) for value in (0.5, 0.0, 1.0))
    broken = Probe("an H that always answers NaN")  # whoever uses H passes the NaN on
    hint = "Use the H that is handed to your function, and no max, abs or comparison."
    calls = [(x, half), (y, zero), (y, one), (np.abs(x), broken)]
    return [
        Look("as a product", {"relu_product": calls}, hint=hint),
        Look("as an integral", {"relu_integral": calls}, hint=hint),
    ]


def integral_of_the_rest(x: Any, H: Function) -> Numbers:
    """int_x^3 H."""
    return np.asarray(ref.relu_integral(np.full_like(floats(x), 3.0), H) - ref.relu_integral(x, H))


def integral_of_the_left(x: Any, H: Function) -> Numbers:
    """int_{-3}^x (1 - H), the step turned round."""
    return np.asarray(floats(x) + 3.0 - ref.relu_integral(x, H))


def ignoring_the_step(x: Any, H: Function) -> Numbers:
    return ref.relu(x)


from_heaviside = FunctionTask(
    task="activations.relu-from-heaviside",
    title="ReLU, made of steps",
    covers=("000 Q1.2", "004 3(b)"),
    names=("relu_product", "relu_integral"),
    points=2,
    reference={"relu_product": ref.relu_product, "relu_integral": ref.relu_integral},
    second={"relu_product": ref.relu_by_abs, "relu_integral": ref.relu_integral_from_zero},
    draw=draw_from_heaviside,
    tolerance=Tolerance(1e-3, 0.03),  # a sum over a grid of a hundred points will do
    mistakes=(
        Mistake(
            "step-itself",
            "That is the step, the slope of ReLU. Multiply it by something that is x where x > 0.",
            {"relu_product": lambda x, H: H(floats(x))},
            says=("just H(x)", "derivative of x H(x) taken again"),
        ),
        Mistake(
            "step-turned-round",
            "H(-x) is 1 on the left; your function keeps the negative half of x.",
            {"relu_product": lambda x, H: floats(x) * H(-floats(x))},
            says=("x*H(-x)",),
        ),
        Mistake(
            "wrong-end",
            "You integrate from x onwards; the area to collect lies to the left of x.",
            {"relu_integral": integral_of_the_rest},
            says=("integral from x to +3 (wrong end)",),
        ),
        Mistake(
            "max-in-disguise",
            "The values are ReLU's, but the H that was handed over is never used: H is to be the "
            "only nonlinearity.",
            {"relu_product": ignoring_the_step, "relu_integral": ignoring_the_step},
        ),
        Mistake(
            "integrates-the-complement",
            "You integrate 1 - H, which is 1 on the left; H itself is 1 on the right.",
            {"relu_integral": integral_of_the_left},
        ),
        Mistake(
            "integral-is-absolute",
            "From 0 to |x| the area is |x|; let the upper end be x itself.",
            {"relu_integral": lambda x, H: ref.relu_integral(np.abs(floats(x)), H)},
        ),
    ),
    also_correct={
        "x*(1-H(-x))": {"relu_product": lambda x, H: floats(x) * (1 - H(-floats(x)))},
        "integral_0^x H (also works for x<0)": {"relu_integral": ref.relu_integral_from_zero},
        "(x+|x|)/2 with |x|=x(2H-1)": {"relu_product": ref.relu_by_abs},
        "any value of H(0) in [0,1] gives the same x H(x)": {"relu_product": ref.relu_product},
    },
)


# --- activations.sigmoid-to-heaviside -----------------------------------------------------------


def draw_smallest_k(rng: Generator) -> Sequence[Look]:
    right, left = (abs(float(x)) for x in both_signs(rng, 2))
    delta, tiny = float(np.round(rng.uniform(0.02, 0.4), 3)), 10.0 ** -rng.integers(5, 9)
    return [
        Look("x > 0", {"smallest_k": [(right, delta), (0.1, delta / 2)]}),
        Look("x < 0", {"smallest_k": [(-left, delta), (-2 * right, delta / 3)]}),
        Look("a tiny gap", {"smallest_k": [(right / 10, tiny), (-left, tiny)]}),
    ]


sigmoid_to_heaviside = FunctionTask(
    task="activations.sigmoid-to-heaviside",
    title="How steep is steep enough",
    covers=("000 Q1.3", "004 3(c)"),
    names=("smallest_k",),
    points=2,
    reference={"smallest_k": ref.smallest_k},
    second={"smallest_k": ref.smallest_k_by_artanh},
    draw=draw_smallest_k,
    mistakes=(
        Mistake(
            "sign-flipped",
            "Your k is negative: the logarithm of delta/(1 - delta) is turned round. A steepness "
            "is positive.",
            {"smallest_k": lambda x, delta: -ref.smallest_k(x, delta)},
            says=("sign flipped",),
        ),
        Mistake(
            "one-minus-delta-forgotten",
            "From 1/(1 + e^{k|x|}) = delta follows e^{k|x|} = 1/delta - 1: the -1 was lost.",
            {"smallest_k": lambda x, delta: -math.log(delta) / abs(x)},
            says=("1-delta forgotten (-ln delta / |x|)",),
        ),
        Mistake(
            "multiplied",
            "Close to 0 the sigmoid must be steeper, not flatter: divide by |x|.",
            {"smallest_k": lambda x, delta: ref.smallest_k(x, delta) * x * x},
            says=("multiplied by |x|",),
        ),
        Mistake(
            "absolute-value-forgotten",
            "For negative x your k is negative; by symmetry only |x| matters.",
            {"smallest_k": lambda x, delta: ref.smallest_k(x, delta) * abs(x) / x},
        ),
        Mistake(
            "factor-two-forgotten",
            "sigma(t) = (1 + tanh(t/2))/2 has t/2 inside: your k is half as large as it must be.",
            {"smallest_k": lambda x, delta: ref.smallest_k(x, delta) / 2},
        ),
        Mistake(
            "decimal-logarithm",
            "That is the decimal logarithm; e^{-kx} asks for the natural one.",
            {"smallest_k": lambda x, delta: ref.smallest_k(x, delta) / math.log(10)},
        ),
    ),
    also_correct={
        "via logit": {"smallest_k": lambda x, d: -(np.log(d) - np.log1p(-d)) / np.abs(x)},
        "via arctanh: 2 artanh(1-2 delta)/|x|": {"smallest_k": ref.smallest_k_by_artanh},
    },
)


# --- activations.heaviside-derivative -----------------------------------------------------------


def draw_heaviside_derivative(rng: Generator) -> Sequence[Look]:
    eps = float(np.round(rng.uniform(0.11, 0.45), 3))
    at_zero = [(0.0, eps), (0.0, eps / 100)]
    near = [(0.4 * eps, eps), (-0.4 * eps, eps), (3 * eps, eps), (-0.7 * eps, eps)]
    wave = Probe("cosine", tuple(float(v) for v in np.round(rng.uniform([1, 0.6, 0.3], 1.4), 2)))
    bell = Probe("bell", (float(np.round(rng.uniform(0.5, 0.9), 2)),))
    k = float(np.round(rng.uniform(4.0, 7.0), 1))
    return [
        Look("both quotients at the jump", {"heaviside_quotients": at_zero}),
        Look("quotients near the jump and away from it", {"heaviside_quotients": near}),
        Look(
            "paired with a test function",
            {"delta_k_pairing": [(wave, k), (bell, 1.5 * k), (wave, 200.0)]},
            share=2,
            hint="Integrate k sigma'(k x) phi(x) on a grid that is fine compared with 1/k.",
        ),
    ]


def left_negative(x: float, eps: float) -> tuple[float, float]:
    left, right = ref.quotients(x, eps)
    return -left, right


def with_step_value(at_zero: float) -> Any:
    """The quotients with another H(0)."""

    def quotients(x: float, eps: float) -> tuple[float, float]:
        before, here, after = np.heaviside([x - eps, x, x + eps], at_zero)
        return float((here - before) / eps), float((after - here) / eps)

    return quotients


def without_the_two(x: float, eps: float) -> tuple[float, float]:
    return (1 / eps, 1 / eps) if x == 0 else ref.quotients(x, eps)


heaviside_derivative = FunctionTask(
    task="activations.heaviside-derivative",
    title="The derivative of a step",
    covers=("004 3(d)",),
    names=("heaviside_quotients", "delta_k_pairing"),
    points=3,
    reference={"heaviside_quotients": ref.quotients, "delta_k_pairing": ref.pairing},
    second={
        "heaviside_quotients": ref.quotients_by_cases,
        "delta_k_pairing": ref.pairing_by_quantiles,
    },
    draw=draw_heaviside_derivative,
    tolerance=Tolerance(1e-3, 1e-6),
    mistakes=(
        Mistake(
            "left-quotient-negative",
            "On the left numerator and denominator are both negative: H(-eps) - H(0) = -1/2, "
            "divided by -eps. The quotient is positive.",
            {"heaviside_quotients": left_negative},
            says=("sheet: left quotient negative",),
        ),
        Mistake(
            "step-is-zero-at-zero",
            "You used H(0) = 0; the convention here is H(0) = 1/2, so half of the jump lies on "
            "either side.",
            {"heaviside_quotients": with_step_value(0.0)},
            says=("H(0)=0 used",),
        ),
        Mistake(
            "step-is-one-at-zero",
            "You used H(0) = 1; the convention here is H(0) = 1/2, so half of the jump lies on "
            "either side.",
            {"heaviside_quotients": with_step_value(1.0)},
        ),
        Mistake(
            "zero-everywhere",
            "The slope is 0 away from 0 only: at 0 the quotients grow without bound.",
            {"heaviside_quotients": lambda x, eps: (0.0, 0.0)},
            says=("zero everywhere (0 claimed at 0)",),
        ),
        Mistake(
            "whole-jump",
            "From 0 to either side H changes by 1/2, not by 1: each one-sided quotient is half of "
            "yours.",
            {"heaviside_quotients": without_the_two},
            says=("symmetric quotient 1/(2 eps) reported as 1/eps",),
        ),
        Mistake(
            "limit-at-once",
            "phi(0) is the limit for k to infinity; for this k the bump still has a width and "
            "feels phi around 0.",
            {"delta_k_pairing": lambda phi, k: float(phi(0.0))},
        ),
        Mistake(
            "factor-k-forgotten",
            "The chain rule gives d/dx sigma(kx) = k sigma'(kx); without the k the bump has area "
            "1/k.",
            {"delta_k_pairing": lambda phi, k: ref.pairing(phi, k) / k},
        ),
    ),
    also_correct={
        "1/(2 eps) on both sides at 0": {"heaviside_quotients": ref.quotients_by_cases},
        "integration by parts with a test function; limit of Gaussians/box functions; "
        "'does not exist' for x=0": {"delta_k_pairing": ref.pairing_by_parts},
    },
)


# --- activations.kink-claims --------------------------------------------------------------------

kink_claims = ClaimsTask(
    task="activations.kink-claims",
    title="True or false: kinks and steps",
    covers=("000 Q1.1", "000 Q1.3", "001 Q1.A", "003 1.7", "004 3(c)", "004 3(d)"),
    names=("kink_claims",),
    points=2,
    claims=(
        ("ReLU is not defined at 0", False),
        ("no value can be the derivative of ReLU at 0; 0 and 1/2 are both conventions", True),
        ("sigma(k * 0) equals 1/2 for every k, so its limit is 1/2", True),
        ("the largest gap between sigma(kx) and H(x) over all x != 0 tends to 0", False),
        ("0 except at one point, infinite there: such a function has integral 1", False),
        ("as a distribution H' sends every test function phi to phi(0)", True),
    ),
    mistakes=(
        Mistake(
            "relu-undefined",
            "ReLU has a value at 0, namely 0: it is the derivative that does not exist there.",
            {"kink_claims": (True, True, True, False, False, True)},
        ),
        Mistake(
            "a-derivative-by-decree",
            "The one-sided slopes are 0 and 1; no choice of a value makes them agree.",
            {"kink_claims": (False, False, True, False, False, True)},
        ),
        Mistake(
            "limit-at-zero",
            "At x = 0 the steepness has no effect: e^{-k 0} = 1, so sigma is 1/2 for every k and "
            "stays there.",
            {"kink_claims": (False, True, False, False, False, True)},
            says=("limit at 0 given as 0 or 1 instead of 1/2",),
        ),
        Mistake(
            "uniform-convergence",
            "The convergence is pointwise only: take x close enough to 0 and the gap is as near "
            "to 1/2 as you like, for every k.",
            {"kink_claims": (False, True, True, True, False, True)},
        ),
        Mistake(
            "delta-as-a-function",
            "A function that is 0 except at one point has integral 0, whatever its value there: "
            "delta is no function but a rule that turns phi into phi(0).",
            {"kink_claims": (False, True, True, False, True, True)},
        ),
    ),
)

EXERCISES = (from_heaviside, sigmoid_to_heaviside, heaviside_derivative, kink_claims)
