"""nbgrader's release step, with a stub that says which task is still to do."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from chainrule_staff.exercises.names import task_of


class PoliteStubs(ClearSolutions):
    """Replace a solution by a comment; inside a function also by an exception with the task's name.

    At the top level the starter above the solution already assigns `...`, so that a fresh
    notebook runs from top to bottom.
    """

    def preprocess_cell(
        self, cell: NotebookNode, resources: dict[str, Any], cell_index: int
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Choose the stub for this cell, then let nbgrader do its work."""
        indented = re.search(r"^[ \t]+### BEGIN SOLUTION", cell.source, re.MULTILINE)
        task = task_of(cell.metadata.get("nbgrader", {}).get("grade_id", ""))
        stub = "# YOUR CODE HERE"
        if indented:
            stub += f'\nraise NotImplementedError("{task} is not written yet")'
        if cell.source.startswith("%%derive"):
            stub = "= ...  # your lines here"
        self.code_stub = {"python": stub}
        cell, resources = super().preprocess_cell(cell, resources, cell_index)
        if indented:
            cell.source = _name_functions(cell.source, f"{task} is not written yet")
        return cell, resources


def _name_functions(source: str, sentence: str) -> str:
    """Where one cell answers several tasks, let each stub say which function is missing.

    A value at the top level has its starter `...`; a stub must not raise there.
    """
    lines = [line for line in source.split("\n") if not line.startswith("raise NotImpl")]
    several = sum(sentence in line for line in lines) > 1
    name = ""
    for number, line in enumerate(lines):
        if found := re.match(r"def (\w+)", line):
            name = found[1]
        if several:
            lines[number] = line.replace(sentence, f"`{name}` is not written yet")
    return "\n".join(lines)
