"""What a notebook asks for: which cell runs where, under which number."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode


@dataclass(frozen=True)
class Step:
    """One code cell that has something to run.

    Attributes:
        index: its place in the notebook.
        count: its execution count.
        source: its text.
        kind: "student", "given" (by the instructor, for both processes) or "hidden".
        task: the grade id, if it is graded.
        points: what it is worth.
        figures: whether a hidden cell declares that it looks at the student's figures.
    """

    index: int
    count: int
    source: str
    kind: str
    task: str = ""
    points: float = 0.0
    figures: bool = False


def steps(notebook: NotebookNode) -> list[Step]:
    """Return the steps of a notebook, in order."""
    cells = [
        (index, cell)
        for index, cell in enumerate(notebook.cells)
        if cell.cell_type == "code" and cell.source.strip()
    ]
    return [step(index, count, cell) for count, (index, cell) in enumerate(cells, start=1)]


def step(index: int, count: int, cell: NotebookNode) -> Step:
    """Return the step of one cell; who runs it follows from the instructor's metadata."""
    told = cell.metadata.get("nbgrader") or {}
    if told.get("grade") and not told.get("solution"):
        task, points = str(told.get("grade_id", "")), float(told.get("points") or 0.0)
        figures = (cell.metadata.get("chainrule") or {}).get("figures") is True
        return Step(index, count, cell.source, "hidden", task, points, figures)
    kind = "given" if told.get("locked") and not told.get("solution") else "student"
    return Step(index, count, cell.source, kind)
