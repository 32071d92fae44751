"""A gradient checker one owns: central differences, their best step, and the complex step."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule.polynomial import Polynomial
from chainrule_staff.exercises.backprop_mlp import batches as ref
from chainrule_staff.exercises.backprop_mlp.references import entries
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

Function = Callable[[Any], Any]


def cubic(rng: Generator) -> Polynomial:
    """Draw a polynomial of degree 3 and more in three variables, no two of them alike."""
    a, b, c, d = (float(v) for v in entries(rng, 4))
    return Polynomial((a, b, c, d), ((3, 0, 0), (1, 2, 0), (0, 1, 3), (0, 0, 2)))


# --- backprop_mlp.gradient-checker --------------------------------------------------------------


def draw_checker(rng: Generator) -> Sequence[Look]:
    f, g, x = cubic(rng), cubic(rng), entries(rng, 3)
    whole = np.array([2, -1, 3])
    a, b = entries(rng, 2, 4)
    zeros = np.zeros(4)
    return [
        Look("a wide step", {"numerical_gradient": [(f, x, 0.5), (g, 1.5 * x, 0.25)]}),
        Look("a narrow step", {"numerical_gradient": [(f, x, 1e-4)]}, share=0.5),
        Look("a point with integers", {"numerical_gradient": [(g, whole, 0.25)]}, share=0.5),
        Look(
            "the relative error",
            {"relative_error": [(a, b), (a, 1.001 * a), (a, zeros), (zeros, zeros)]},
        ),
    ]


def one_sided(f: Function, x: Numbers, h: float) -> Numbers:
    steps = h * np.eye(len(x))
    return np.array([(f(x + step) - f(x)) / h for step in steps])


def all_at_once(f: Function, x: Numbers, h: float) -> Numbers:
    return np.full(len(x), (f(x + h) - f(x - h)) / (2 * h))


def not_put_back(f: Function, x: Numbers, h: float) -> Numbers:
    x = np.array(x, dtype=float)
    gradient = np.empty(len(x))
    for i in range(len(x)):
        x[i] += h
        above = f(x)
        x[i] -= 2 * h
        gradient[i] = (above - f(x)) / (2 * h)
    return gradient


def rounded_steps(f: Function, x: Numbers, h: float) -> Numbers:
    gradient = np.empty(len(x))
    for i in range(len(x)):
        above, below = x.copy(), x.copy()
        above[i] = above[i] + h
        below[i] = below[i] - h
        gradient[i] = (f(above) - f(below)) / (2 * h)
    return gradient


def largest_gap(a: Numbers, b: Numbers) -> float:
    return float(np.linalg.norm(a - b))


def without_guard(a: Numbers, b: Numbers) -> float:
    return float(np.linalg.norm(a - b) / (np.linalg.norm(a) + np.linalg.norm(b)))


def relative_error_by_squares(a: Numbers, b: Numbers) -> float:
    """By sums of squares, with the guard in the denominator."""
    gap, left, right = (np.sqrt(np.square(v).sum()) for v in (np.subtract(a, b), a, b))
    return float(gap / max(left + right, 1e-300))


gradient_checker = FunctionTask(
    task="backprop_mlp.gradient-checker",
    title="A gradient checker of your own",
    names=("numerical_gradient", "relative_error"),
    points=3,
    reference={
        "numerical_gradient": ref.numerical_gradient,
        "relative_error": ref.relative_error,
    },
    second={
        "numerical_gradient": ref.numerical_gradient_in_place,
        "relative_error": relative_error_by_squares,
    },
    draw=draw_checker,
    tolerance=Tolerance(1e-6, 1e-7),
    mistakes=(
        Mistake(
            "one-sided",
            "That is the one-sided quotient: its error shrinks like h, the central one's like h^2.",
            {"numerical_gradient": one_sided},
        ),
        Mistake(
            "divided-by-h",
            "x + h and x - h lie 2h apart, so divide by 2h.",
            {"numerical_gradient": lambda f, x, h: 2 * ref.numerical_gradient(f, x, h)},
        ),
        Mistake(
            "all-at-once",
            "x + h moves every entry at the same time; move one entry, and leave the others where "
            "they are.",
            {"numerical_gradient": all_at_once},
        ),
        Mistake(
            "not-put-back",
            "After the second evaluation entry i is still at x_i - h, and every later quotient is "
            "taken at the wrong point: put it back.",
            {"numerical_gradient": not_put_back},
        ),
        Mistake(
            "integers-stay-integers",
            "In an array of integers x_i + h is rounded back to an integer: start from "
            "np.array(x, dtype=float).",
            {"numerical_gradient": rounded_steps},
        ),
        Mistake(
            "sign",
            "The sign is turned: f(x + h) comes first.",
            {"numerical_gradient": lambda f, x, h: -ref.numerical_gradient(f, x, h)},
        ),
        Mistake(
            "absolute-error",
            "That is the absolute error: 0.001 is a disaster for a gradient of 0.002 and nothing "
            "for one of 1000. Divide by |a| + |b|.",
            {"relative_error": largest_gap},
        ),
        Mistake(
            "zero-over-zero",
            "Two gradients that are zero agree: return 0 there, not 0/0.",
            {"relative_error": without_guard},
        ),
        Mistake(
            "divided-by-one-of-them",
            "You divide by the norm of one gradient only; the definition here is symmetric, "
            "|a| + |b|, and does not fail when one of them is zero.",
            {
                "relative_error": lambda a, b: (
                    largest_gap(a, b) / max(float(np.linalg.norm(b)), 1e-300)
                )
            },
        ),
    ),
    also_correct={"put back in place": {"numerical_gradient": ref.numerical_gradient_in_place}},
)


# --- backprop_mlp.complex-step ------------------------------------------------------------------


def draw_complex(rng: Generator) -> Sequence[Look]:
    f, g, x = cubic(rng), cubic(rng), entries(rng, 3)
    return [
        Look("a step of 1e-20", {"complex_step_gradient": [(f, x, 1e-20), (g, 2 * x, 1e-20)]}),
        Look("a step of 1e-3", {"complex_step_gradient": [(f, x, 1e-3)]}, share=0.5),
    ]


def complex_step(part: Callable[[Any, float], Any]) -> Callable[..., Numbers]:
    """Return a gradient that reads `part(f(x + ih e_k), h)`."""

    def gradient(f: Function, x: Numbers, h: float) -> Numbers:
        return np.array([part(f(x + 1j * step), h) for step in h * np.eye(len(x))])

    return gradient


def complex_in_place(f: Function, x: Numbers, h: float) -> Numbers:
    gradient = []
    for i in range(len(x)):
        z = np.array(x, dtype=complex)
        z[i] += 1j * h
        gradient.append(np.imag(f(z)) / h)
    return np.array(gradient)


complex_steps = FunctionTask(
    task="backprop_mlp.complex-step",
    title="No subtraction, no rounding: the complex step",
    names=("complex_step_gradient",),
    points=1,
    reference={"complex_step_gradient": complex_step(lambda value, h: value.imag / h)},
    second={"complex_step_gradient": complex_in_place},
    draw=draw_complex,
    mistakes=(
        Mistake(
            "real-part",
            "The real part is f(x) itself, up to h^2; the slope sits in the imaginary part.",
            {"complex_step_gradient": complex_step(lambda value, h: value.real / h)},
        ),
        Mistake(
            "not-divided",
            "The imaginary part is h times the slope: divide by h.",
            {"complex_step_gradient": complex_step(lambda value, h: value.imag)},
        ),
        Mistake(
            "divided-by-two-h",
            "There is one evaluation and one step: divide by h, not by 2h.",
            {"complex_step_gradient": complex_step(lambda value, h: value.imag / (2 * h))},
        ),
        Mistake(
            "real-step",
            "A real step of 1e-20 is lost in rounding: x + 1e-20 is x. Step along the imaginary "
            "axis, x + ih.",
            {"complex_step_gradient": ref.numerical_gradient},
        ),
    ),
    also_correct={"one entry of a complex copy": {"complex_step_gradient": complex_in_place}},
)


# --- backprop_mlp.step-size ---------------------------------------------------------------------

EPS = 2.0**-52


def draw_best_step(rng: Generator) -> Sequence[Look]:
    f, f3 = (float(v) for v in entries(rng, 2))
    return [
        Look("double precision", {"best_step": [(f, 7 * f3, EPS), (100 * f3, f, EPS)]}),
        Look("single precision", {"best_step": [(f, -f3, 2.0**-23)]}, share=0.5),
    ]


step_size = FunctionTask(
    task="backprop_mlp.step-size",
    title="The best step",
    names=("best_step",),
    points=1,
    reference={"best_step": ref.best_step},
    second={"best_step": ref.best_step_by_search},
    draw=draw_best_step,
    tolerance=Tolerance(1e-4, 1e-14),
    mistakes=(
        Mistake(
            "balance-of-terms",
            "You made the two terms equal; the minimum of their sum is where its derivative is "
            "zero: h |f'''| / 3 = eps |f| / h^2.",
            {"best_step": lambda f, f3, eps: float(np.cbrt(6 * eps * abs(f / f3)))},
        ),
        Mistake(
            "square-root",
            "The square root belongs to the one-sided quotient; here the truncation error is "
            "quadratic in h, which leads to a cube root.",
            {"best_step": lambda f, f3, eps: float(np.sqrt(3 * eps * abs(f / f3)))},
        ),
        Mistake(
            "factor-forgotten",
            "A factor was lost: the derivative of h^2/6 is h/3, so a 3 stays under the root.",
            {"best_step": lambda f, f3, eps: float(np.cbrt(eps * abs(f / f3)))},
        ),
        Mistake(
            "ratio-inverted",
            "The larger |f'''|, the sooner the truncation error bites, and the smaller the best "
            "step: your quotient stands upside down.",
            {"best_step": lambda f, f3, eps: float(np.cbrt(3 * eps * abs(f3 / f)))},
        ),
        Mistake(
            "signs-kept",
            "Both error terms are sizes: take absolute values of f and f''' before the root.",
            {"best_step": lambda f, f3, eps: float(np.cbrt(3 * eps * f / f3))},
        ),
    ),
    also_correct={
        "power of one third": {
            "best_step": lambda f, f3, eps: (3 * eps * abs(f) / abs(f3)) ** (1 / 3)
        }
    },
)


# --- backprop_mlp.kink-claims -------------------------------------------------------------------

kink_claims = ClaimsTask(
    task="backprop_mlp.kink-claims",
    title="True or false: what a gradient check can tell",
    names=("kink_claims",),
    points=1,
    claims=(
        ("at z = 0 the central difference of the ReLU is 1/2, whatever h is", True),
        ("halving h always halves the error of the central difference", False),
        ("a pre-activation nearer to 0 than the step makes a right gradient look wrong", True),
        ("the ELU with alpha = 0.7 has a derivative at 0", False),
        ("for an analytic f, a complex step of 1e-100 is as good as one of 1e-20", True),
        ("a check at W1 = W2 = 0 is as good as a check at random weights", False),
    ),
    mistakes=(
        Mistake(
            "smaller-is-better",
            "Smaller is better only until rounding takes over: below the best step, halving h "
            "doubles the error.",
            {"kink_claims": (True, True, True, False, True, False)},
        ),
        Mistake(
            "zero-weights-hide-errors",
            "With W2 = 0 nothing flows back into the hidden layer: its gradient is zero, and so is "
            "a wrong one.",
            {"kink_claims": (True, False, True, False, True, True)},
        ),
        Mistake(
            "kink-overlooked",
            "The slope of this ELU is 0.7 from the left and 1 from the right: at 0 there is a kink "
            "unless alpha = 1.",
            {"kink_claims": (True, False, True, True, True, False)},
        ),
        Mistake(
            "complex-step-needs-care",
            "The complex step subtracts nothing, so no digits cancel: its step may be as small as "
            "you like.",
            {"kink_claims": (True, False, True, False, False, False)},
        ),
    ),
)


EXERCISES = (gradient_checker, complex_steps, step_size, kink_claims)
