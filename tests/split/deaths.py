"""An evaluator that ends when it is asked something."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chainrule_staff.grading.split.evaluator import Evaluator


def let_evaluator_die(
    monkeypatch: pytest.MonkeyPatch, asked: Callable[[dict[str, Any]], bool]
) -> None:
    """Kill the evaluator before each command for which `asked` is true."""
    real = Evaluator.ask

    def ask(self: Evaluator, command: dict[str, Any], *rest: Any) -> Any:
        if asked(command):
            self.process.kill()
        return real(self, command, *rest)

    monkeypatch.setattr(Evaluator, "ask", ask)
