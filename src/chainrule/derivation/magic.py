"""The cell magic `%%derive <task>`.

The text is stored in the notebook's namespace as plain text, under `variable_of(task)`, so that
whoever grades reads it again. Nothing that is computed here counts.
"""

from __future__ import annotations

import html
from typing import Any

from chainrule.derivation import check_task
from chainrule.derivation.display import Derivation
from chainrule.derivation.errors import Unreadable
from chainrule.derivation.task import load_task


class Notice:
    """One sentence, shown instead of a traceback."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence

    def __repr__(self) -> str:
        return self.sentence

    def _repr_html_(self) -> str:
        return f"<p>{html.escape(self.sentence)}</p>"


def variable_of(task: str) -> str:
    """Return the variable that holds the text of a task: derivation_softmax_jacobian."""
    return "derivation_" + "".join(c if c.isalnum() else "_" for c in task)


def derive(name: str, text: str) -> Derivation | Notice:
    """Check a text against a declared task and return something that shows itself."""
    try:
        return Derivation(name, text, check_task(text, load_task(name)))
    except LookupError as error:
        return Notice(str(error.args[0]))
    except (Unreadable, ValueError) as error:
        return Notice(f"the declaration of {name} cannot be used: {error}")


def register(shell: Any) -> None:
    """Give an IPython shell the magic."""

    def cell(line: str, body: str) -> Derivation | Notice:
        name = line.strip()
        shell.user_ns[variable_of(name)] = body
        return derive(name, body)

    shell.register_magic_function(cell, magic_kind="cell", magic_name="derive")
