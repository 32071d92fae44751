"""Two worked tables with one wrong line each; the lines stand in the notebook."""

from __future__ import annotations

from typing import Any

import sympy

from chainrule.compare import numbers, show
from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.formula import formula_problem
from chainrule_staff.exercises.model import Mistake

WITHIN = 0.5e-4 * 1.001  # of a number that is right to four decimals


def plain_number(answer: Any) -> float | None:
    """Return a number that was given as a number or as text, or None for a formula."""
    if isinstance(answer, str):
        try:
            return float(answer.replace("\N{MINUS SIGN}", "-"))
        except ValueError:
            return None
    given = numbers(answer)
    return float(given.item()) if given is not None and given.size == 1 else None


def to_four_decimals(answer: Any, right: str, setting: str) -> str | None:
    """Accept a number that is right to four decimals, or the exact formula."""
    number = plain_number(answer)
    if number is None:
        return formula_problem(answer, right, setting)
    close = abs(number - float(sympy.sympify(right))) <= WITHIN
    return None if close else f"{show(answer)} is not right to four decimals"


# --- ad_traces.forward-flaw ---------------------------------------------------------------------
# At (3, 6) with the seed (1, 0), lines 1 to 6 are the tangents of v_1 to v_6, to four decimals.

forward_flaw = FlawTask(
    task="ad_traces.forward-flaw",
    title="Find the flaw: the fourth decimal",
    covers=("000 Q4.1",),
    names=("forward_flaw_line", "forward_flaw_fix"),
    points=1,
    line=6,
    fix="-1/81 - sin(3)",
    lines=6,
    same=to_four_decimals,
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "-0.1534 is the sum of two rounded numbers. Add -1/81 and -sin 3 first, then round.",
            {"forward_flaw_fix": "-0.1534"},
        ),
        Mistake(
            "square-blamed",
            "Line 3 is right: with the seed (1, 0) the tangent of x2 is zero, and zero times 2 v_0 "
            "is zero.",
            {"forward_flaw_line": 3},
        ),
        Mistake(
            "sine-sign",
            "cos' is -sin, so both terms of the last line are negative.",
            {"forward_flaw_fix": "-1/81 + sin(3)"},
        ),
        Mistake(
            "reciprocal-blamed",
            "Line 2 is right: -1/81 = -0.012346 rounds to -0.0123.",
            {"forward_flaw_line": 2},
        ),
    ),
    also_correct={
        "the number to four decimals": {"forward_flaw_fix": -0.1535},
        "the number as text": {"forward_flaw_fix": "-0.1535"},
        "all digits": {"forward_flaw_fix": -0.15346568},
    },
)


# --- ad_traces.reverse-flaw ---------------------------------------------------------------------
# The same point, ybar = 1: 1 vbar_6, 2 vbar_5 and vbar_4, 3 vbar_3 and vbar_2, 4 vbar_1,
# 5 what v_3 gives to v_0, 6 vbar_0, 7 vbar_-1.

SQUARE_BRANCH = "2*x2*v3bar"
# The same contribution in other names, and with the numbers of this point put in.
WAYS_TO_WRITE = {
    SQUARE_BRANCH: (SQUARE_BRANCH, "2*v0*v3bar", "12*v3bar", "2*x2", "2*v0", "12"),
}


def any_way(answer: Any, right: str, setting: str) -> str | None:
    """Accept a formula in any of the ways to write it at this point."""
    ways = WAYS_TO_WRITE.get(right, (right,))
    problems = [formula_problem(answer, way, setting) for way in ways]
    return None if None in problems else problems[0]


reverse_flaw = FlawTask(
    task="ad_traces.reverse-flaw",
    title="Find the flaw: a gradient that is nearly zero",
    covers=("000 Q4.2",),
    names=("reverse_flaw_line", "reverse_flaw_fix"),
    points=1,
    line=5,
    fix=SQUARE_BRANCH,
    lines=7,
    setting="x2,v0,v3bar: real",
    same=any_way,
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That is what the line says. Where does its factor 0 come from, and does it belong to "
            "a sweep that starts at the output?",
            {"reverse_flaw_fix": "0"},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 6 adds what lines 4 and 5 deliver, as it should; one of them has delivered too "
            "little.",
            {"reverse_flaw_line": 6},
        ),
        Mistake(
            "whole-adjoint",
            "That is the whole adjoint of x2, with what comes back through v_1; the line is about "
            "the branch of the square alone.",
            {"reverse_flaw_fix": "12 - 1/81"},
        ),
        Mistake(
            "value-for-slope",
            "36 is the value of v_3; what travels back is its slope 2 v_0 times the adjoint.",
            {"reverse_flaw_fix": "36"},
        ),
        Mistake(
            "reciprocal-blamed",
            "Line 4 is right: the local partial of 1/v_1 is -1/v_1^2 = -1/81.",
            {"reverse_flaw_line": 4},
        ),
    ),
    also_correct={
        "the number": {"reverse_flaw_fix": 12},
        "the number, not yet multiplied": {"reverse_flaw_fix": "1*2*6"},
        "in the names of the trace": {"reverse_flaw_fix": "v3bar * 2 * v0"},
    },
)

EXERCISES = (forward_flaw, reverse_flaw)
