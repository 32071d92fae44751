"""Read an authoring file: py:percent text with one header line per cell.

    # %% task="softmax.jacobian" role="check" points=3

Roles: `prompt` (what is asked), `answer` (the student writes), `check` (instant check, graded
when handed in), `derive` (a derivation the student types), `flaw` (a flawed solution to mend),
`hidden` (graded, nothing to see), `rubric` (free text, graded by hand), `given` (code the student
must not change), `staff` (dropped).
A cell without a role is prose or a demonstration.

In a lecture a header may say where a slide begins: `slide="slide"` (or `subslide`, `fragment`,
`notes`, `skip`); a cell without it continues the slide before it.

A `rubric` is a [markdown] cell with its own points: what stands before the line `# solution` the
student sees, what stands behind it (how to mark, a model answer) only the instructor.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import jupytext

ROLES = ("prompt", "answer", "check", "derive", "flaw", "hidden", "rubric", "given", "staff")
OF_A_TASK = ("prompt", "answer", "check", "derive", "flaw", "hidden", "rubric")
KEYS = ("task", "role", "points", "title")
SLIDES = ("slide", "subslide", "fragment", "notes", "skip")  # Jupyter's own words
ADDED_BY_JUPYTEXT = ("lines_to_next_cell", "lines_to_end_of_cell_marker")
MARKER = "# solution"
HEADER = re.compile(r"# %%(\s|$)")  # `# %%derive` is a magic, not a header


class AuthoringError(ValueError):
    """An authoring file says something that cannot be built; names the file and the line."""


@dataclass(frozen=True)
class Cell:
    """One cell of an authoring file.

    Attributes:
        kind: "code" or "markdown".
        text: its source, without the header.
        task: the task it belongs to, or "".
        role: one of `ROLES`, or "" for prose and demonstrations.
        points: what the header says the task is worth, or None.
        place: "softmax.py:120", for messages.
        slide: one of `SLIDES`, or ""; in lectures only.
    """

    kind: str
    text: str
    task: str = ""
    role: str = ""
    points: float | None = None
    place: str = ""
    slide: str = ""


def read_authoring(path: Path, *, lecture: bool = False) -> list[Cell]:
    """Return the cells of an authoring file; raise `AuthoringError` for anything unknown."""
    text = path.read_text("utf-8")
    notebook = jupytext.reads(text, fmt="py:percent")
    places = [i for i, line in enumerate(text.splitlines(), 1) if HEADER.match(line)]
    if len(places) != len(notebook.cells):
        raise AuthoringError(
            f"{path.name}: {len(places)} headers but {len(notebook.cells)} cells; is there text "
            "before the first `# %%`, or a `# %%` inside a string?"
        )
    return [
        _cell(cell, f"{path.name}:{line}", (*KEYS, "slide") if lecture else KEYS)
        for cell, line in zip(notebook.cells, places, strict=True)
    ]


def _cell(cell: jupytext.config.NotebookNode, place: str, keys: tuple[str, ...]) -> Cell:
    header = {k: v for k, v in cell.metadata.items() if k not in ADDED_BY_JUPYTEXT}
    if unknown := set(header) - set(keys):
        raise AuthoringError(f"{place}: unknown key {sorted(unknown)}; there are {', '.join(keys)}")
    role, task, slide = (header.get(key, "") for key in ("role", "task", "slide"))
    if role and role not in ROLES:
        raise AuthoringError(f"{place}: unknown role {role!r}; there are {', '.join(ROLES)}")
    if slide and slide not in SLIDES:
        raise AuthoringError(f"{place}: unknown slide {slide!r}; there are {', '.join(SLIDES)}")
    if bool(task) != (role in OF_A_TASK):
        raise AuthoringError(f"{place}: task={task!r} does not go with role={role!r}")
    if cell.cell_type not in ("code", "markdown"):
        raise AuthoringError(f"{place}: a {cell.cell_type} cell; write code or [markdown]")
    if role == "prompt" and cell.cell_type != "markdown":
        raise AuthoringError(f"{place}: a prompt is a [markdown] cell")
    if role == "rubric" and (cell.cell_type != "markdown" or "points" not in header):
        raise AuthoringError(f"{place}: a rubric is a [markdown] cell with points=")
    source = _uncommented(cell.source) if role == "derive" else cell.source
    return Cell(cell.cell_type, source, task, role, header.get("points"), place, slide)


def _uncommented(source: str) -> str:
    """A derivation stands in the file as comments, because it is not Python."""
    first, *rest = source.split("\n")
    return "\n".join([first, *(line.removeprefix("#").removeprefix(" ") for line in rest)])


def parts(cell: Cell) -> list[tuple[bool, str]]:
    """Split an answer into (is it the solution?, text) parts.

    The solution starts at a line `# solution` and ends where the indentation falls below the
    marker's, or with the cell.
    """
    found: list[tuple[bool, list[str]]] = [(False, [])]
    indent = -1
    for line in cell.text.split("\n"):
        depth = len(line) - len(line.lstrip())
        if line.strip().lower().startswith(MARKER) and line.strip() != MARKER:
            raise AuthoringError(f"{cell.place}: write {MARKER!r} alone on its line, not {line!r}")
        if line.strip() == MARKER:
            indent = depth
            found.append((True, []))
            continue
        if found[-1][0] and line.strip() and depth < indent:
            found.append((False, []))
        found[-1][1].append(line)
    return [(solution, "\n".join(lines)) for solution, lines in found if lines or solution]


def solution_lines(cell: Cell) -> list[str]:
    """Return the lines of a cell that only staff may see."""
    if cell.role in ("staff", "hidden"):
        return cell.text.split("\n")
    if cell.role not in ("answer", "derive", "flaw", "rubric"):
        return []
    return [line for solution, text in parts(cell) if solution for line in text.split("\n")]
