"""What happens to notebooks between a student and a grader, without anyone meaning harm."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Cells = list[dict[str, Any]]


def _on_cells(change: Callable[[Cells], Cells]) -> Callable[[bytes], bytes]:
    def mangle(data: bytes) -> bytes:
        notebook = json.loads(data)
        notebook["cells"] = change(notebook["cells"])
        return json.dumps(notebook).encode()

    return mangle


def _is_answer(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("solution"))


def split_answers(cells: Cells) -> Cells:
    """JupyterLab's *Split Cell* copies the metadata: two cells with one grade id."""
    result: Cells = []
    for cell in cells:
        lines = "".join(cell["source"]).split("\n\n\n")
        if _is_answer(cell) and len(lines) > 1:
            middle = len(lines) // 2
            for part in (lines[:middle], lines[middle:]):
                result.append({**cell, "source": "\n\n\n".join(part)})
        else:
            result.append(cell)
    return result


def copied_tests(cells: Cells) -> Cells:
    """Copy and paste of graded cells."""
    return [c for cell in cells for c in ([cell, cell] if _is_graded(cell) else [cell])]


def deleted_tests(cells: Cells) -> Cells:
    """Every graded cell deleted."""
    return [cell for cell in cells if not _is_graded(cell)]


def moved_tests(cells: Cells) -> Cells:
    """All graded cells gathered at the top."""
    return [c for c in cells if _is_graded(c)] + [c for c in cells if not _is_graded(c)]


def stripped_metadata(cells: Cells) -> Cells:
    """A tool that keeps sources only."""
    return [{**cell, "metadata": {}, "id": f"c{n}"} for n, cell in enumerate(cells)]


def foreign_metadata(cells: Cells) -> Cells:
    """Tags and keys of other tools, among them one that makes nbclient skip a cell."""
    extra = {"tags": ["skip-execution", "raises-exception"], "collapsed": True}
    return [{**cell, "metadata": {**cell["metadata"], **extra}} for cell in cells]


def retyped_answers(cells: Cells) -> Cells:
    """Answers turned into raw cells by a slip on the keyboard."""
    return [{**cell, "cell_type": "raw"} if _is_answer(cell) else cell for cell in cells]


def changed_points(cells: Cells) -> Cells:
    """Points and flags that are not the student's to set."""
    result = []
    for cell in cells:
        meta = cell["metadata"].get("nbgrader")
        changed = {**meta, "points": 99, "locked": False} if meta else None
        metadata = {**cell["metadata"], **({"nbgrader": changed} if changed else {})}
        result.append({**cell, "metadata": metadata})
    return result


def _is_graded(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("grade"))


def foreign_kernel(data: bytes) -> bytes:
    """A notebook that was opened with another kernel."""
    notebook = json.loads(data)
    notebook["metadata"]["kernelspec"] = {"name": "my-conda-env", "display_name": "mine"}
    return json.dumps(notebook).encode()


def no_ids(data: bytes) -> bytes:
    """Saved by an old program: format 4.4, without cell ids."""
    notebook = json.loads(data)
    notebook["nbformat_minor"] = 4
    for cell in notebook["cells"]:
        cell.pop("id", None)
    return json.dumps(notebook).encode()


def format_three(data: bytes) -> bytes:
    """Exported for IPython 3: worksheets, `input` instead of `source`, headings as cells."""
    notebook = json.loads(data)
    cells = []
    for cell in notebook["cells"]:
        old = {k: v for k, v in cell.items() if k not in ("id", "source", "execution_count")}
        place = "input" if cell["cell_type"] == "code" else "source"
        cells.append({**old, place: cell["source"], "prompt_number": 3, "language": "python"})
    return json.dumps(
        {"nbformat": 3, "nbformat_minor": 0, "metadata": {}, "worksheets": [{"cells": cells}]}
    ).encode()


def from_vs_code(data: bytes) -> bytes:
    """Saved by VS Code: ids of its own, a language on every cell, another kernel."""
    notebook = json.loads(data)
    for number, cell in enumerate(notebook["cells"]):
        cell["id"] = f"{number:08x}"
        cell["metadata"] = {**cell["metadata"], "vscode": {"languageId": "python"}}
    notebook["metadata"] = {
        "kernelspec": {"display_name": ".venv (3.12)", "language": "python", "name": "python3"},
        "language_info": {"name": "python", "version": "3.12.1"},
    }
    return json.dumps(notebook, indent=1).encode()


def from_colab(data: bytes) -> bytes:
    """Saved by Colab: format 4.0, ids in the metadata, cells of its own at the top."""
    notebook = json.loads(data)
    for number, cell in enumerate(notebook["cells"]):
        cell.pop("id", None)
        cell["metadata"] = {"id": f"Xy{number}", "colab": {"base_uri": "https://localhost:8080/"}}
    mount = "%%capture\nfrom google.colab import drive\ndrive.mount('/content/drive')"
    first = {"cell_type": "code", "metadata": {}, "source": [mount], "outputs": []}
    notebook["cells"].insert(0, {**first, "execution_count": None})
    notebook["metadata"] = {"colab": {"provenance": [], "toc_visible": True}, "accelerator": "GPU"}
    notebook["nbformat_minor"] = 0
    return json.dumps(notebook).encode()


def byte_order_mark(data: bytes) -> bytes:
    """Saved by an editor that begins every file with a byte order mark."""
    return b"\xef\xbb\xbf" + data


def windows_lines(data: bytes) -> bytes:
    """Saved on Windows: line ends of two characters, between the lines and in the sources."""
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell["source"] = "".join(cell["source"]).replace("\n", "\r\n")
    return json.dumps(notebook, indent=1).replace("\n", "\r\n").encode()


def something_behind(data: bytes) -> bytes:
    """The end of a longer, older version still stands behind the new one."""
    return data + b'\n  "nbformat": 4,\n  "nbformat_minor": 5\n}\n\x00\x00'


def merge_conflict(data: bytes) -> bytes:
    """Saved by Git in the middle of a merge of two versions: the kernel and a count differ."""
    lines = json.dumps(json.loads(data), indent=1).split("\n")
    found = []
    for line in lines:
        if '"nbformat_minor"' in line:
            other = line.replace("5", "4")
            found += ["<<<<<<< HEAD", line, "=======", other, ">>>>>>> origin/main"]
        else:
            found.append(line)
    return "\n".join(found).encode()


def cut_off(data: bytes) -> bytes:
    """Half an upload: the file ends before the notebook does, behind the last cell."""
    text = json.dumps(json.loads(data), indent=1)
    return text[: text.rindex("]")].encode()


MANGLINGS: dict[str, Callable[[bytes], bytes]] = {
    "split": _on_cells(split_answers),
    "copied": _on_cells(copied_tests),
    "deleted": _on_cells(deleted_tests),
    "moved": _on_cells(moved_tests),
    "stripped": _on_cells(stripped_metadata),
    "tagged": _on_cells(foreign_metadata),
    "retyped": _on_cells(retyped_answers),
    "repointed": _on_cells(changed_points),
    "kernel": foreign_kernel,
    "old-format": no_ids,
    "format-3": format_three,
    "vs-code": from_vs_code,
    "colab": from_colab,
    "bom": byte_order_mark,
    "crlf": windows_lines,
    "trailing": something_behind,
    "conflict": merge_conflict,
    "cut-off": cut_off,
}
