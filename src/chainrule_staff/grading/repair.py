"""Make a mangled submission gradable: the instructor's cells, the student's answers.

The notebook that is run is rebuilt from the instructor's. Only sources are taken from the
student, found by grade id, then by cell id, then by what they define. Every tag and every other
piece of metadata is the instructor's. What had to be mended is said in flags; nothing raises.
"""

from __future__ import annotations

import ast
import copy
import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from chainrule_staff.grading.graded_cell import visible_part

MOST_CELLS = 2_000  # of a submission that are looked at
LONGEST = 200_000  # characters of one cell


@dataclass(frozen=True)
class Submitted:
    """One cell as the student handed it in: nothing about it is trusted."""

    kind: str
    source: str
    grade_id: str
    cell_id: str


@dataclass(frozen=True)
class Repaired:
    """A notebook that is fit to run, and sentences on what was mended."""

    notebook: NotebookNode
    flags: tuple[str, ...]


def repair(
    submission: bytes, source: NotebookNode, release: NotebookNode | None = None
) -> Repaired:
    """Rebuild a submission from the instructor's notebook.

    Args:
        submission: the bytes that were handed in; anything at all.
        source: the instructor's notebook, with solutions and hidden tests.
        release: the student's original, to tell starters from answers.

    Returns:
        The notebook to run and the flags. A submission without a single readable cell gives the
        instructor's notebook with empty answers.
    """
    cells, flags = read_cells(submission)
    flags += foreign_kernel(submission, source)
    starters = {} if release is None else {c.id: c.source for c in release.cells}
    owners = assign(cells, source.cells, flags)
    made: list[NotebookNode] = []
    extras = _extras(cells, owners)
    made += extras.get("", [])
    for cell in source.cells:
        mine = [cells[i] for i, owner in enumerate(owners) if owner == cell.id]
        made.append(_rebuilt(cell, mine, starters.get(cell.id), flags))
        made += extras.get(cell.id, [])
    notebook = NotebookNode({key: copy.deepcopy(source[key]) for key in source if key != "cells"})
    notebook.cells = made
    return Repaired(notebook, tuple(dict.fromkeys(flags)))


def read_cells(submission: bytes) -> tuple[list[Submitted], list[str]]:
    """Return the cells of a notebook in any state, and flags on what could not be read."""
    try:
        data = json.loads(submission)
        raw = data.get("cells")
        if raw is None:  # a notebook of format 3
            raw = [cell for sheet in data.get("worksheets", []) for cell in sheet.get("cells", [])]
    except (ValueError, AttributeError, RecursionError):
        return [], ["the file is no readable notebook: every answer counts as blank"]
    flags = [] if len(raw) <= MOST_CELLS else [f"only the first {MOST_CELLS} cells were read"]
    cells = [_submitted(cell) for cell in raw[:MOST_CELLS] if isinstance(cell, dict)]
    if any(len(cell.source) > LONGEST for cell in cells):
        flags.append(f"a cell longer than {LONGEST} characters was cut")
    if not cells:
        flags.append("the notebook has no cells: every answer counts as blank")
    return cells, flags


def _submitted(cell: dict[str, Any]) -> Submitted:
    source = cell.get("source", cell.get("input", ""))
    text = "".join(map(str, source)) if isinstance(source, list) else str(source)
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id", "") if isinstance(nbgrader, dict) else ""
    clean = text.encode("utf-8", "replace").decode()[:LONGEST]
    return Submitted(str(cell.get("cell_type")), clean, str(grade_id), str(cell.get("id", "")))


def foreign_kernel(submission: bytes, source: NotebookNode) -> list[str]:
    """Flag a kernel that is not the course's; it is never used."""
    try:
        name = json.loads(submission)["metadata"]["kernelspec"]["name"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return []
    own = source.metadata.kernelspec.name
    return [] if name == own else [f"kernel {str(name)[:40]!r} was replaced by {own!r}"]


def assign(
    cells: Sequence[Submitted], source: Sequence[NotebookNode], flags: list[str]
) -> list[str]:
    """Return, for each submitted cell, the id of the instructor's cell it stands for, or ""."""
    by_grade = {c.metadata.nbgrader.grade_id: c.id for c in source if "nbgrader" in c.metadata}
    by_id = {c.id: c.id for c in source}
    by_text = {visible_part(c.source): c.id for c in source if not is_answer(c)}
    owners = [
        by_grade.get(cell.grade_id)
        or by_id.get(cell.cell_id)
        or by_text.get(cell.source.strip(), "")
        for cell in cells
    ]
    for cell in source:
        if is_answer(cell) and cell.id not in owners:
            found = _by_definition(cell, cells, owners)
            if found:
                flags.append(f"{cell.id}: its metadata was lost; recognised by what it defines")
            for index in found:
                owners[index] = cell.id
    return owners


def _by_definition(
    cell: NotebookNode, cells: Sequence[Submitted], owners: Sequence[str]
) -> list[int]:
    wanted = definitions(cell.source)
    return [
        index
        for index, (mine, owner) in enumerate(zip(cells, owners, strict=True))
        if not owner and wanted & definitions(mine.source)
    ]


def definitions(source: str) -> set[str]:
    """Return the names that a cell defines at its top level; a broken cell is searched as text.

    A derivation defines no name; its first line, with the task's name, stands for one.
    """
    if source.startswith("%%derive"):
        return {source.partition("\n")[0].strip()}
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = re.findall(r"^(?:def|class)\s+(\w+)|^([\w, ]+?)\s*=[^=]", source, re.MULTILINE)
        return {name for pair in found for part in pair for name in re.findall(r"\w+", part)}
    named = {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    targets = [t for n in body if isinstance(n, ast.Assign) for t in n.targets]
    stored = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return named | {n.id for n in stored if isinstance(n.ctx, ast.Store)}


def is_answer(cell: NotebookNode) -> bool:
    """Whether the student writes this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution", False))


def _rebuilt(
    cell: NotebookNode, mine: list[Submitted], starter: str | None, flags: list[str]
) -> NotebookNode:
    """Return the instructor's cell with the student's source in it, if it is theirs to write."""
    rebuilt = copy.deepcopy(cell)
    if cell.cell_type == "code":
        rebuilt.outputs, rebuilt.execution_count = [], None
    if is_answer(cell):
        rebuilt.source = _answer(cell, mine, starter, flags)
    elif "nbgrader" in cell.metadata:
        _flag_given(cell, mine, flags)
    return rebuilt


def _answer(
    cell: NotebookNode, mine: list[Submitted], starter: str | None, flags: list[str]
) -> str:
    if not mine:
        flags.append(f"{cell.id} is missing: it counts as blank")
        return starter or ""
    if any(found.kind != cell.cell_type for found in mine):
        flags.append(f"{cell.id} was made a {mine[0].kind} cell: graded as {cell.cell_type}")
    written = [found.source for found in mine if found.source.strip() != (starter or "").strip()]
    if len(mine) > 1:
        flags.append(f"{cell.id} was split or copied: its {len(mine)} parts were put together")
    return "\n\n".join(written) if written else mine[0].source


def _flag_given(cell: NotebookNode, mine: list[Submitted], flags: list[str]) -> None:
    visible = visible_part(cell.source)
    if cell.metadata.nbgrader.get("grade") or cell.cell_type == "code":
        if not mine:
            flags.append(f"{cell.id} was deleted: restored")
        elif any(found.source.strip() != visible for found in mine):
            flags.append(f"{cell.id} was changed: restored")
        if len(mine) > 1:
            flags.append(f"{cell.id} was copied: the copies are left out")


def _extras(cells: Sequence[Submitted], owners: Sequence[str]) -> dict[str, list[NotebookNode]]:
    """Return instructor's cell id -> the student's own cells that stand behind it."""
    found: dict[str, list[NotebookNode]] = {}
    last = ""
    for number, (cell, owner) in enumerate(zip(cells, owners, strict=True)):
        last = owner or last
        if owner or not cell.source.strip():
            continue
        new = new_code_cell if cell.kind == "code" else new_markdown_cell
        found.setdefault(last, []).append(new(cell.source, id=f"own-{number}"))
    return found


def choose_notebook(files: Iterable[tuple[str, bytes]], wanted: str) -> tuple[bytes, list[str]]:
    """Return the notebook to grade among a submission's files, and a flag if it was renamed.

    Raises:
        FileNotFoundError: if there is no notebook at all.
    """
    books = {name: data for name, data in files if name.endswith(".ipynb")}
    if wanted in books:
        return books[wanted], []
    if not books:
        raise FileNotFoundError(f"no notebook was handed in; expected {wanted}")
    stem = wanted.removesuffix(".ipynb").encode()
    name = max(sorted(books), key=lambda book: books[book].count(stem + b"--"))
    return books[name], [f"{name!r} was graded as {wanted}"]
