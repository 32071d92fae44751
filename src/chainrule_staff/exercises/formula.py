"""Formulas that students type, compared with the right one by the derivation checker."""

from __future__ import annotations

from typing import Any

from chainrule.compare import show
from chainrule.derivation import equal

RIGHT = ("proved", "probed")


def formula_problem(answer: Any, right: str, setting: str) -> str | None:
    """Return one sentence if `answer` is not equal to the formula `right`, or None if it is.

    Args:
        answer: what the student gave: text in the notation of the derivations, a number, or a
            SymPy expression.
        right: the formula to equal.
        setting: the declared variables, for example "x: real; K: size".
    """
    text = answer if isinstance(answer, str) else f"{answer!r}"
    result = equal(text, right, setting=setting)
    if result.verdict in RIGHT:
        return None
    if result.verdict == "undecided":
        return f"{show(answer)} could not be decided here; write it in a simpler form"
    witness = f", for example at {result.witness}" if result.witness else ""
    return f"{show(answer)} is not equal to what belongs here{witness}"
