"""nbgrader's release step, with a stub that says which task is still to do."""

from __future__ import annotations

import re
from typing import Any

from nbformat import NotebookNode
from nbgrader.preprocessors import ClearSolutions

from chainrule_staff.build.source import task_of


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
        return super().preprocess_cell(cell, resources, cell_index)
