"""The sheet's function: convex by its joints, its gradient, and a function that is not convex."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.fact import Form
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.gd_convergence import references as ref
from chainrule_staff.exercises.gd_convergence.references import LEFT, MIDDLE, RIGHT, report_of
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.report import ReportTask
from chainrule_staff.exercises.witness import WitnessTask

# --- gd_convergence.convexity -------------------------------------------------------------------

ON_THE_PIECES = ("f''_outer", "f''_inner", "mu", "L")


def pieces_only() -> dict[str, float]:
    return {key: ref.joint_report()[key] for key in ON_THE_PIECES}


convexity = ReportTask(
    task="gd_convergence.convexity",
    title="Convex, joints included",
    covers=("002 5(a) convexity",),
    names=("joint_report",),
    points=2,
    reference={"joint_report": ref.joint_report},
    second={"joint_report": ref.joint_report_by_coefficients},
    groups={
        "values and slopes at 1, from both sides": ("f(1-)", "f(1+)", "f'(1-)", "f'(1+)"),
        "values and slopes at -1, from both sides": ("f(-1-)", "f(-1+)", "f'(-1-)", "f'(-1+)"),
        "the curvature of the pieces": ("f''_outer", "f''_inner"),
        "mu and L": ("mu", "L"),
    },
    mistakes=(
        Mistake(
            "pieces-swapped",
            "The outer pieces are swapped: for x > 1 the function is written with (1 - x), for "
            "x < -1 with (1 + x).",
            {"joint_report": lambda: report_of(RIGHT_FORMULA_LEFT, MIDDLE, LEFT_FORMULA_RIGHT)},
            says=("pieces swapped (x>1 uses (1+x))",),
        ),
        Mistake(
            "linear-sign",
            "Outside, the linear part is -2(1 - x), which grows with x; with the other sign the "
            "slope would jump from 2 to -2.",
            {"joint_report": lambda: report_of((0.75, 3.5, 2.75), MIDDLE, (0.75, -3.5, 2.75))},
            says=("sign of the linear part",),
        ),
        Mistake(
            "plus-one-inside",
            "Inside it is x^2 - 1: with x^2 + 1 the function would jump at both joints.",
            {"joint_report": lambda: report_of(LEFT, (1.0, 0.0, 1.0), RIGHT)},
            says=("x^2+1 inside",),
        ),
        Mistake(
            "joints-forgotten",
            "A positive second derivative on every piece is not enough: at a joint the slope must "
            "not jump down. Report both sides of +1 and -1 as well.",
            {"joint_report": pieces_only},
            says=(
                "checks f''>0 on the pieces only and forgets that f' must not jump down at the "
                "joints",
            ),
        ),
        Mistake(
            "mu-and-L-swapped",
            "mu is the smallest curvature, L the largest: yours are exchanged.",
            {"joint_report": lambda: ref.joint_report() | {"mu": 2.0, "L": 1.5}},
        ),
        Mistake(
            "half-curvature",
            "The second derivative of a x^2 is 2a: your curvatures are the coefficients a.",
            {
                "joint_report": lambda: (
                    ref.joint_report() | {"f''_outer": 0.75, "f''_inner": 1.0, "mu": 0.75, "L": 1.0}
                )
            },
        ),
        Mistake(
            "left-copied-from-right",
            "f is even, so its slope is odd: at -1 it is the negative of the slope at +1.",
            {
                "joint_report": lambda: ref.joint_report() | {"f'(-1-)": 2.0, "f'(-1+)": 2.0},
            },
        ),
    ),
    also_correct={
        "symmetric form: 0.75(|x|-1)^2+2(|x|-1)": {
            "joint_report": ref.joint_report_by_coefficients
        },
        "any correct convexity argument: monotone f', supporting lines, "
        "secant inequality sampled": {"joint_report": ref.joint_report_by_secants},
    },
)
# 3/4 (1+x)^2 - 2(1+x) and 3/4 (1-x)^2 - 2(1-x), multiplied out
LEFT_FORMULA_RIGHT: ref.Quadratic = (0.75, -0.5, -1.25)
RIGHT_FORMULA_LEFT: ref.Quadratic = (0.75, 0.5, -1.25)

# --- gd_convergence.kink-counterexample ---------------------------------------------------------


def _curved(value: Any) -> str | None:
    a, _, c, _ = (float(x) for x in value)
    return None if a > 0 and c > 0 else f"the curvatures are {2 * a:g} and {2 * c:g}"


def _not_convex(value: Any) -> str | None:
    _, b, _, d = (float(x) for x in value)
    if b - d > 1e-3:
        return None
    return f"the slope goes from {b:g} to {d:g} at 0, so no chord runs below the graph"


kink_counterexample = WitnessTask(
    task="gd_convergence.kink-counterexample",
    title="Curved upwards everywhere, and yet not convex",
    covers=("002 5(a) convexity",),
    names=("not_convex",),
    points=1,
    form=Form(("number", "number", "number", "number")),
    reference={"not_convex": lambda: (1.0, 1.0, 1.0, -1.0)},
    second={"not_convex": lambda: (0.75, 0.5, 2.0, -0.25)},
    properties=(
        ("both pieces have a positive second derivative", _curved),
        ("some chord runs below the graph", _not_convex),
    ),
    mistakes=(
        Mistake(
            "slope-jumps-up",
            "Your slope jumps up at 0, like that of |x|: that is a kink, but the function stays "
            "convex. Let it jump the other way.",
            {"not_convex": lambda: (1.0, -1.0, 1.0, 1.0)},
            fits=lambda value: value[0] > 0 and value[2] > 0 and value[1] < value[3],
        ),
        Mistake(
            "no-kink",
            "Your slope is continuous and increasing, so the function is convex: it must jump "
            "down at 0.",
            {"not_convex": lambda: (1.0, 0.5, 2.0, 0.5)},
            fits=lambda value: value[0] > 0 and value[2] > 0 and value[1] == value[3],
        ),
        Mistake(
            "concave-piece",
            "One of your pieces bends downwards; the point is that both bend upwards and the "
            "function is still not convex.",
            {"not_convex": lambda: (1.0, 0.0, -1.0, 0.0)},
            fits=lambda value: value[0] <= 0 or value[2] <= 0,
        ),
    ),
    also_correct={"integers": {"not_convex": lambda: [1, 3, 2, 0]}},
)

# --- gd_convergence.minimiser-gradient ----------------------------------------------------------


def draw_gradient(rng: Generator) -> Sequence[Look]:
    far, near = np.round(rng.uniform(1.2, 6.0, 2), 2), np.round(rng.uniform(0.1, 0.9, 2), 3)
    return [
        Look("right of 1", {"df": [(float(far[0]),), (3,)]}),
        Look("left of -1", {"df": [(-float(far[1]),), (-2,)]}),
        Look("in between", {"df": [(float(near[0]),), (-float(near[1]),), (0,)]}),
        Look("at the joints", {"df": [(1,), (-1,)]}, share=0.5),
    ]


def inner_derivative(x: float) -> float:
    """d/dx of 3/4 (1-x)^2 - 2(1-x) without the -1 of 1-x; inside as it should be."""
    if x > 1:
        return 1.5 * (1 - x) - 2
    return ref.df(x)


def constant_sign(x: float) -> float:
    return ref.df(x) - np.sign(x) if abs(x) > 1 else ref.df(x)


def left_from_right(x: float) -> float:
    return (3 * x + 1) / 2 if abs(x) > 1 else 2 * x


def constant_dropped(x: float) -> float:
    return 1.5 * x if abs(x) > 1 else 2 * x


minimiser_gradient = FunctionTask(
    task="gd_convergence.minimiser-gradient",
    title="The gradient, piece by piece",
    covers=("002 5(a) minimiser and gradient",),
    names=("df",),
    points=2,
    reference={"df": ref.df},
    second={"df": ref.df_by_clipping},
    draw=draw_gradient,
    mistakes=(
        Mistake(
            "inner-derivative",
            "The chain rule: d(1 - x)/dx = -1, and that sign is missing for x > 1, so the slope "
            "comes out negative on the right.",
            {"df": inner_derivative},
            says=("inner derivative -1 forgotten",),
        ),
        Mistake(
            "constant-sign",
            "The constant in the outer slope has the wrong sign: at the joints it must meet the "
            "slopes 2 and -2 of the middle piece.",
            {"df": constant_sign},
            says=("constant term sign",),
        ),
        Mistake(
            "x-inside",
            "The derivative of x^2 - 1 is 2x, not x.",
            {"df": lambda x: ref.df(x) if abs(x) > 1 else float(x)},
            says=("x inside",),
        ),
        Mistake(
            "left-copied-from-right",
            "For x < -1 you used the formula of the right piece; f is even, so its slope is odd "
            "and the constant changes sign.",
            {"df": left_from_right},
            says=("left piece copied from the right",),
        ),
        Mistake(
            "constant-dropped",
            "Outside, the linear part of f leaves a constant in the slope; without it the slope "
            "would jump at the joints.",
            {"df": constant_dropped},
        ),
        Mistake(
            "value-for-slope",
            "You returned f itself; the task asks for its derivative.",
            {"df": ref.f},
        ),
        Mistake(
            "sign",
            "That is -f'(x), the direction of descent; the gradient points uphill.",
            {"df": lambda x: -ref.df(x)},
        ),
    ),
    also_correct={
        "1.5x+0.5 sign(x) outside": {"df": ref.df_by_sign},
        "strict/weak inequalities at the joints (same value)": {
            "df": lambda x: 2 * x if -1 < x < 1 else (3 * x + 1) / 2 if x >= 1 else (3 * x - 1) / 2
        },
    },
)

EXERCISES = (convexity, kink_counterexample, minimiser_gradient)
