"""A graded cell has two parts: the instant check that students see, and the judge's call."""

from __future__ import annotations

import copy

from nbformat import NotebookNode

BEGIN = "### BEGIN HIDDEN TESTS"


def visible_part(source: str) -> str:
    """Return what students see of a graded cell."""
    return source.partition(BEGIN)[0].strip()


def without_instant_checks(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook to run: where the judge is called, the instant check is left out.

    A name that the student has not defined would end the cell in the check's line, and the judge,
    who knows what to say about it, would not be asked.
    """
    run = copy.copy(notebook)
    run.cells = [_judge_only(cell) for cell in notebook.cells]
    return run


def with_sources_of(executed: NotebookNode, notebook: NotebookNode) -> NotebookNode:
    """Return the executed notebook with the full sources back in their cells."""
    for cell, original in zip(executed.cells, notebook.cells, strict=True):
        cell.source = original.source
    return executed


def shared_sources(source: NotebookNode) -> tuple[str, ...]:
    """Return what the instructor's notebook runs beside answers and hidden tests.

    `source` has to be the instructor's notebook, not a submission.
    """
    return tuple(
        cell.source
        for cell in source.cells
        if cell.cell_type == "code"
        and not (told := cell.metadata.get("nbgrader", {})).get("grade")
        and not told.get("solution")
    )


def _judge_only(cell: NotebookNode) -> NotebookNode:
    visible, marker, hidden = cell.source.partition(BEGIN)
    if not marker or not visible.lstrip().startswith("check(") or "judge(" not in hidden:
        return cell
    changed = copy.copy(cell)
    changed.source = marker + hidden
    return changed
