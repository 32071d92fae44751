"""What a build writes: files as bytes, the same for the same sources."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode


def notebook_bytes(notebook: NotebookNode) -> bytes:
    """Return the notebook as it is committed: no outputs, sorted keys, one trailing newline."""
    clean = nbformat.from_dict(json.loads(nbformat.writes(notebook)))
    for cell in clean.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    clean.metadata = {k: clean.metadata[k] for k in ("kernelspec", "language_info")}
    clean.nbformat, clean.nbformat_minor = 4, 5
    return nbformat.writes(clean, version=nbformat.NO_CONVERT).strip().encode() + b"\n"


def json_bytes(note: str, facts: Mapping[str, Any]) -> bytes:
    """Return a facts file: readable, one line per task, so that a change is one line."""
    lines = [
        f"  {json.dumps(task)}: {json.dumps(fact, ensure_ascii=False, allow_nan=False)}"
        for task, fact in facts.items()
    ]
    body = ",\n".join(lines)
    return f'{{\n "note": {json.dumps(note)},\n "facts": {{\n{body}\n }}\n}}\n'.encode()


def write_notebook(path: Path, notebook: NotebookNode) -> None:
    """Write a notebook and the folders it needs."""
    write(path, notebook_bytes(notebook))


def write(path: Path, data: bytes) -> None:
    """Write a file and the folders it needs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
