"""From authoring cells to the instructor's notebook, with nbgrader's metadata and delimiters."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from chainrule_staff.build.authoring import AuthoringError, Cell, parts
from chainrule_staff.exercises import find
from chainrule_staff.exercises.names import grade_id

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
HIDDEN = """\
### BEGIN HIDDEN TESTS
from chainrule_staff import judge

judge("{task}", globals())
### END HIDDEN TESTS"""
GRADED = ("check", "hidden")
ANSWERED = ("answer", "derive", "flaw", "rubric")


def make_source(topic: str, cells: Sequence[Cell]) -> NotebookNode:
    """Return the instructor's notebook of a topic: solutions and hidden tests inside."""
    counts: dict[str, int] = {}
    made = []
    for cell in cells:
        if cell.role == "staff":
            continue
        stem = f"{grade_id(cell.task)}--{cell.role}" if cell.task else f"{topic}--{_hash(cell)}"
        if cell.role in GRADED:
            stem = grade_id(cell.task)
        counts[stem] = counts.get(stem, 0) + 1
        name = stem if counts[stem] == 1 else f"{stem}-{counts[stem]}"
        if cell.role in GRADED and counts[stem] > 1:
            raise AuthoringError(f"{cell.place}: {cell.task} is graded twice")
        made.append(_make(cell, name))
    notebook = new_notebook(cells=made)
    notebook.metadata = NotebookNode(kernelspec=KERNEL, language_info={"name": "python"})
    nbformat.validate(notebook)
    return notebook


def _make(cell: Cell, name: str) -> NotebookNode:
    metadata = NotebookNode()
    if cell.role in (*GRADED, *ANSWERED, "given", "prompt"):
        metadata.nbgrader = _nbgrader(cell, name)
    if cell.role and cell.role not in ANSWERED:
        metadata.deletable, metadata.editable = False, False
    if cell.role in ANSWERED:
        metadata.deletable = False
    if cell.slide:
        metadata.slideshow = NotebookNode(slide_type=cell.slide)
    text = _text(cell)
    new = new_code_cell if cell.kind == "code" else new_markdown_cell
    return new(text, id=name[:64], metadata=metadata)


def _nbgrader(cell: Cell, name: str) -> NotebookNode:
    graded, answered = cell.role in (*GRADED, "rubric"), cell.role in ANSWERED
    meta = NotebookNode(
        grade=graded,
        grade_id=name,
        locked=not answered,
        schema_version=3,
        solution=answered,
        task=False,
    )
    if graded:
        meta.points = _points(cell)
    return meta


def _points(cell: Cell) -> float:
    if cell.role == "rubric" and cell.points is not None:
        return cell.points  # words are marked by hand, beside what the exercise marks
    points = find(cell.task).points
    if cell.points is not None and cell.points != points:
        raise AuthoringError(
            f"{cell.place}: points={cell.points}, but the exercise {cell.task} is worth {points}"
        )
    return points


def _text(cell: Cell) -> str:
    if cell.role in ANSWERED:
        return _with_delimiters(cell)
    if cell.role in GRADED:
        return "\n".join([*([cell.text] if cell.text else []), HIDDEN.format(task=cell.task)])
    return cell.text


def _with_delimiters(cell: Cell) -> str:
    """Wrap the solution parts; the starter and the docstring around them survive the release."""
    lines: list[str] = []
    for solution, text in parts(cell):
        if not solution:
            lines.append(text)
            continue
        indent = text[: len(text) - len(text.lstrip())].split("\n")[-1]
        lines += [f"{indent}### BEGIN SOLUTION", text.rstrip(), f"{indent}### END SOLUTION"]
        lines += [""] * (len(text) - len(text.rstrip("\n")))
    if not any(solution for solution, _ in parts(cell)):
        raise AuthoringError(f"{cell.place}: a cell to answer needs a line `# solution`")
    return "\n".join(lines).strip("\n")


def _hash(cell: Cell) -> str:
    return hashlib.sha256(f"{cell.kind}{cell.text}".encode()).hexdigest()[:10]
