"""Formulas that students type, compared with the right one by the derivation checker."""

from __future__ import annotations

from typing import Any

import numpy as np

from chainrule.compare import plain_repr, show
from chainrule.derivation import Witness, equal

RIGHT = ("proved", "probed")


def formula_problem(answer: Any, right: str, setting: str) -> str | None:
    """Return one sentence if `answer` is not equal to the formula `right`, or None if it is.

    Args:
        answer: what the student gave: text in the notation of the derivations, a number, or a
            SymPy expression.
        right: the formula to equal.
        setting: the declared variables, for example "x: real; K: size".
    """
    result = equal(_text(answer), right, setting=setting)
    if result.verdict in RIGHT:
        return None
    if result.verdict == "undecided":
        why = f": {result.reason}" if result.reason else ""
        return f"{show(answer)} could not be decided here{why}; write it in a simpler form"
    return f"{show(answer)} is not what belongs here{_example(result.witness)}"


def _example(witness: Witness | None) -> str:
    if witness is None:
        return ""
    point = f"at {witness.at} " if witness.at else ""
    return f": {point}yours is {witness.left}, it should be {witness.right}"


def _text(answer: Any) -> Any:
    """Return the answer as it would be typed; NumPy would print a type as well.

    A SymPy expression stays one: `Piecewise` and `Max` have no text in our notation.
    """
    if isinstance(answer, str) or type(answer).__module__.startswith("sympy."):
        return answer
    return plain_repr(answer.item() if isinstance(answer, np.generic) else answer)
