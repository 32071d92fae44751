"""The names that a hidden cell sees.

First those of the evaluator: what given cells and earlier hidden cells defined, and the
built-ins. Then those of the student's process. A student cannot shadow what was given.
"""

from __future__ import annotations

import builtins
from typing import Any

from .calls import Calls

FIGURES = "student_figures"


class Namespace(dict[str, Any]):
    """A dict whose missing names are asked for in the student's process."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: Calls | None = None
        self._asked: dict[str, Any] = {}
        self._figures = False

    def renew(self, figures: bool = False) -> None:
        """A new hidden cell begins: what the student's names mean may have changed.

        Args:
            figures: whether the cell declares that it looks at the student's figures; they are
                then called `student_figures`, a list of plain descriptions (`inside.drawings`).
        """
        self._asked.clear()
        self._figures = figures

    def __missing__(self, name: str) -> Any:
        if name in self._asked:
            return self._asked[name]
        if self.calls is None or not may_ask(name):
            raise KeyError(name)
        if name == FIGURES and self._figures:
            value = self.calls.exchange({"op": "figures"})
        else:
            value = self.calls.get(name)
        self._asked[name] = value
        return value

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name):
            return True
        if self.calls is None or not may_ask(name):
            return False
        try:
            self[str(name)]
        except KeyError:
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        """Return what `name` means, or `default`; `dict.get` would not ask the student."""
        try:
            return self[name]
        except KeyError:
            return default


def may_ask(name: object) -> bool:
    """Say whether the student may give a meaning to `name`: not to built-ins, nor to `_hidden`."""
    return isinstance(name, str) and not name.startswith("_") and not hasattr(builtins, name)
