"""`%%derive` while a notebook is graded: the evaluator checks the text, and once is enough.

Hundreds of milliseconds may go into one derivation, and what a student's process finds out about
it counts for nothing. So the magic shows a mark here, the engine has the evaluator check the text,
and puts what that shows in the place of the mark. The hidden cell then finds it checked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

MARK = "application/vnd.chainrule.derivation+json"


class Postponed:
    """Stands where a checked derivation will stand."""

    def __init__(self, task: str, text: str) -> None:
        self.told = {"task": task, "text": text}

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        return {MARK: self.told}


def postpone() -> None:
    """Let the magic show marks, if there is such a magic here."""
    try:
        from chainrule.derivation import magic, task
    except ImportError:
        return
    patched: Any = magic
    patched.derive = postponed(magic.derive, task.is_shipped)


def postponed(
    derive: Callable[[str, str], Any], is_shipped: Callable[[str], bool]
) -> Callable[[str, str], Any]:
    """Return `derive`, which still checks itself what was declared in the notebook."""

    def marked(name: str, text: str) -> Any:
        return Postponed(name, text) if is_shipped(name) else derive(name, text)

    return marked


def told_by(content: dict[str, Any]) -> tuple[str, str] | None:
    """Return (task, text) if an output is a mark; it may be a forgery, and is text at least."""
    data = content.get("data")
    told = data.get(MARK) if isinstance(data, dict) else None
    if not isinstance(told, dict):
        return None
    task, text = told.get("task"), told.get("text")
    return (task, text) if isinstance(task, str) and isinstance(text, str) else None
