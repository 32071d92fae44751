"""From what a hidden cell ended with to a verdict. Typed: nothing is read from text."""

from __future__ import annotations

import math
import numbers
from typing import Any

import numpy as np

from chainrule.verdict import Check, Verdict

RAN = "the hidden tests of this cell"


def of_value(value: Any, task: str, points: float) -> Verdict:
    """Return the verdict for the last expression of a cell that ran to its end.

    Args:
        value: a Verdict, a number of points as in nbgrader, True or False, or anything else.
        task: the grade id of the cell, for cells that do not name a task.
        points: what the cell is worth.
    """
    if isinstance(value, Verdict):
        return value
    if isinstance(value, bool | np.bool):
        return generic(task, float(value), points, "" if value else "the test says False")
    number = as_number(value)
    if number is None and not hasattr(type(value), "__truediv__"):
        return generic(task, 1.0, points)
    if number is None:
        # Something to compute with that is no number: an empty array, a proxy, a complex number.
        # In nbgrader it would be full marks, and a submission can bring it about.
        said = f"the cell ended with a {type(value).__name__}, which is no number of points"
        return generic(task, 0.0, points, said)
    if not math.isfinite(number) or not 0 <= number <= points:
        said = f"the cell ended with {number:g}, which is no share of {points:g} points"
        return generic(task, 0.0, points, said)
    return generic(task, number / points if points else 1.0, points)


def of_error(name: str, message: str, task: str, points: float) -> Verdict:
    """Return the verdict for a cell that raised."""
    told = f"{name}: {message}".strip().removesuffix(":")
    return generic(task, 0.0, points, told[:500])


def generic(task: str, score: float, points: float, message: str = "") -> Verdict:
    """Return the verdict of a cell that has only a score."""
    return Verdict(task, score, (Check(RAN, score == 1.0, message),), points=points)


def as_number(value: Any) -> float | None:
    """Return a Python or NumPy real number (0-d arrays too) as a float, None for anything else."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        value = value[()]
    if isinstance(value, numbers.Real | np.integer | np.floating):
        try:
            return float(value)
        except OverflowError:
            return math.inf
    return None
