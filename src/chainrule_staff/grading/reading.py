"""Read the cells of a submitted file, in whatever state it is: nothing raises.

Honest files come with a byte order mark, Windows line ends, merge-conflict markers, something
behind their end, or cut off in the middle, and as formats 3 to 4.5. Hostile ones have any shape.
What can be read is read; what was wrong is said in flags.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

MOST_CELLS = 2_000  # of a submission that are looked at
LONGEST = 200_000  # characters of one cell
MOST_GAPS = 50  # places of a damaged file where reading is taken up again
DECODER = json.JSONDecoder(strict=False)
CELLS = re.compile(r'"(?:cells|worksheets)"\s*:\s*\[')
CELL = re.compile(r'\{\s*"(?:attachments|cell_type|collapsed|execution_count|id|metadata)"')
TROUBLE = (ValueError, LookupError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True)
class Submitted:
    """One cell as the student handed it in: nothing about it is trusted."""

    kind: str
    source: str
    grade_id: str
    cell_id: str


@dataclass(frozen=True)
class Handed:
    """What could be read of a submitted file.

    Attributes:
        cells: in order.
        kernel: the name of its kernel; empty if there is none.
        flags: what was wrong with the file.
    """

    cells: tuple[Submitted, ...]
    kernel: str
    flags: tuple[str, ...]


def read(submission: bytes) -> Handed:
    """Return the cells of a submitted file, and flags on what could not be read."""
    text = decoded(submission)
    flags: list[str] = []
    found: list[Any] = []
    kernel = ""
    for notebook in notebooks(text, flags):
        kernel = kernel or kernel_of(notebook)
        more = raw_cells(notebook)[: MOST_CELLS + 1]
        found += [cell for cell in more if cell not in found] if found else more
    if len(found) > MOST_CELLS:
        flags.append(f"only the first {MOST_CELLS} cells were read")
    cells = [cell for raw in found[:MOST_CELLS] if (cell := submitted(raw)) is not None]
    if any(len(cell.source) >= LONGEST for cell in cells):
        flags.append(f"a cell longer than {LONGEST} characters was cut")
    if not cells:
        flags.append("the file is no readable notebook: every answer counts as blank")
    return Handed(tuple(cells), kernel, tuple(flags))


def decoded(data: bytes) -> str:
    """Return the text of a file in whichever encoding it may be."""
    try:
        text = data.decode(json.detect_encoding(data))
    except ValueError:
        text = data.decode("utf-8", "replace")
    return text.removeprefix("\ufeff")


def notebooks(text: str, flags: list[str]) -> Iterator[Any]:
    """Yield what stands in a file: one notebook, or both sides of a merge conflict."""
    whole = text.strip()
    try:
        notebook, end = DECODER.raw_decode(whole)
    except (ValueError, RecursionError):
        yield from mended(whole, flags)
        return
    if whole[end:].strip():
        flags.append("something stood behind the end of the notebook: it was left out")
    yield notebook


def mended(text: str, flags: list[str]) -> Iterator[Any]:
    """Yield the notebooks of a file that is no JSON as it stands."""
    if re.search(r"^<{7}", text, re.MULTILINE):
        flags.append("the file holds the marks of a merge conflict: both sides were read")
        for side in sides(text):
            yield from notebooks(side, [])
        return
    cells = list(salvaged(text))
    if cells:
        flags.append(f"the file is damaged: {len(cells)} of its cells could be read")
    yield {"cells": cells}


def sides(text: str) -> tuple[str, str]:
    """Return the two versions of a text with merge-conflict markers; none is left in them."""
    versions: tuple[list[str], list[str]] = ([], [])
    taking = [True, True]
    for line in text.splitlines(keepends=True):
        if line.startswith("<<<<<<<"):
            taking = [True, False]
        elif line.startswith("|||||||"):  # what both began from
            taking = [False, False]
        elif line.startswith("=======") and taking != [True, True]:
            taking = [False, True]
        elif line.startswith(">>>>>>>"):
            taking = [True, True]
        else:
            for version, wanted in zip(versions, taking, strict=True):
                if wanted:
                    version.append(line)
    return "".join(versions[0]), "".join(versions[1])


def salvaged(text: str) -> Iterator[Any]:
    """Yield the cells that can be read, one by one, of a file that is damaged or cut off."""
    start = CELLS.search(text)
    position, gaps = (start.end() if start else 0), 0
    while gaps < MOST_GAPS and (place := CELL.search(text, position)) is not None:
        try:
            cell, position = DECODER.raw_decode(text, place.start())
        except (ValueError, RecursionError):
            position, gaps = place.start() + 1, gaps + 1
            continue
        if isinstance(cell, dict) and ("cell_type" in cell or "worksheets" in cell):
            yield cell


def raw_cells(notebook: Any) -> list[Any]:
    """Return what stands where the cells of a notebook stand, in format 4 or 3."""
    try:
        raw = notebook.get("cells")
        if raw is None:
            sheets = notebook.get("worksheets", [])
            raw = [cell for sheet in sheets for cell in sheet.get("cells", [])]
        return [cell for cell in raw if isinstance(cell, dict)] if isinstance(raw, list) else []
    except TROUBLE:
        return []


def submitted(cell: dict[str, Any]) -> Submitted | None:
    """Return one cell as plain text fields; None if not even that can be done."""
    try:
        source = cell.get("source", cell.get("input", ""))
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        metadata = cell.get("metadata")
        nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
        grade_id = nbgrader.get("grade_id", "") if isinstance(nbgrader, dict) else ""
        kind = str(cell.get("cell_type"))[:20]
        clean = text[:LONGEST].replace("\r\n", "\n").replace("\r", "\n")
        fields = (kind, clean, str(grade_id), str(cell.get("id", "")))
        return Submitted(*(field.encode("utf-8", "replace").decode() for field in fields))
    except TROUBLE:
        return None


def kernel_of(notebook: Any) -> str:
    """Return the name of a notebook's kernel; empty if it says none."""
    try:
        return str(notebook["metadata"]["kernelspec"]["name"])
    except TROUBLE:
        return ""
