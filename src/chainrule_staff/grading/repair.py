"""Make a mangled submission gradable: the instructor's cells, the student's answers.

The notebook that is run is rebuilt from the instructor's. Only sources are taken from the
student, found by grade id, then by cell id, then by what they define. Every tag and every other
piece of metadata is the instructor's. What had to be mended is said in flags; nothing raises.
"""

from __future__ import annotations

import ast
import copy
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from chainrule_staff.grading.graded_cell import visible_part
from chainrule_staff.grading.reading import Handed, Submitted, read

LONGEST_PARSED = 20_000  # characters of a cell that is parsed to see what it defines
MOST_PARSED = 2_000_000  # characters of all cells that are looked at for this


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
    handed = read(submission)
    cells, flags = handed.cells, [*handed.flags, *foreign_kernel(handed, source)]
    starters = {} if release is None else {c.id: c.source for c in release.cells}
    owners = assign(cells, source.cells, flags)
    made: list[NotebookNode] = []
    extras = _extras(cells, owners)
    made += extras.get("", [])
    answers: dict[str, list[Submitted]] = {}
    for mine, owner in zip(cells, owners, strict=True):
        answers.setdefault(owner, []).append(mine)
    for cell in source.cells:
        name = cell.id
        made.append(_rebuilt(cell, answers.get(name, []), starters.get(name), flags))
        made += extras.get(name, [])
    notebook = NotebookNode({key: copy.deepcopy(source[key]) for key in source if key != "cells"})
    notebook.cells = made
    return Repaired(notebook, tuple(dict.fromkeys(flags)))


def foreign_kernel(handed: Handed, source: NotebookNode) -> list[str]:
    """Flag a kernel that is not the course's; it is never used."""
    own = source.metadata.kernelspec.name
    if handed.kernel in ("", own):
        return []
    return [f"kernel {handed.kernel[:40]!r} was replaced by {own!r}"]


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
    missing = [cell for cell in source if is_answer(cell) and cell.id not in owners]
    defined = _definitions_of(cells, owners) if missing else []
    for cell in missing:
        wanted = definitions(cell.source)
        found = [i for i, names in enumerate(defined) if not owners[i] and wanted & names]
        if found:
            flags.append(f"{cell.id}: its metadata was lost; recognised by what it defines")
        for index in found:
            owners[index] = cell.id
    return owners


def _definitions_of(cells: Sequence[Submitted], owners: Sequence[str]) -> list[set[str]]:
    """Return what each cell defines that stands for none of the instructor's."""
    parsed = 0
    found: list[set[str]] = []
    for cell, owner in zip(cells, owners, strict=True):
        parsed += 0 if owner else min(len(cell.source), LONGEST_PARSED)
        looked_at = not owner and parsed <= MOST_PARSED
        found.append(definitions(cell.source) if looked_at else set())
    return found


def definitions(source: str) -> set[str]:
    """Return the names that a cell defines at its top level; a broken cell is searched as text.

    A derivation defines no name; its first line, with the task's name, stands for one. Cells of
    unreasonable length are searched as text, too: Python's parser takes seconds for some.
    """
    if source.startswith("%%derive"):
        return {source.partition("\n")[0].strip()}
    if len(source) > LONGEST_PARSED:
        return _definitions_in_text(source[:LONGEST_PARSED])
    try:
        body = ast.parse(source).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return _definitions_in_text(source)
    named = {n.name for n in body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    targets = [t for n in body if isinstance(n, ast.Assign) for t in n.targets]
    stored = [n for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)]
    return named | {n.id for n in stored if isinstance(n.ctx, ast.Store)}


def _definitions_in_text(source: str) -> set[str]:
    """Return what the lines of a cell seem to define, in one pass."""
    names: set[str] = set()
    for line in source.splitlines():
        if headed := re.match(r"(?:def|class)\s+(\w+)", line):
            names.add(headed[1])
        left, sign, right = line.partition("=")
        if sign and not right.startswith("=") and re.fullmatch(r"[\w, ]+", left):
            names.update(re.findall(r"\w+", left))
    return names


def is_answer(cell: NotebookNode) -> bool:
    """Whether the student writes this cell."""
    return bool(cell.metadata.get("nbgrader", {}).get("solution", False))


def _rebuilt(
    cell: NotebookNode, mine: list[Submitted], starter: str | None, flags: list[str]
) -> NotebookNode:
    """Return the instructor's cell with the student's source in it, if it is theirs to write."""
    rebuilt = NotebookNode(cell)  # its metadata are the instructor's, and nobody changes them
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
