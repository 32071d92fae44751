"""The manifest of a released notebook: what the doctor on a student's machine looks for."""

from __future__ import annotations

import hashlib
import json

from nbformat import NotebookNode

from chainrule_staff.exercises.names import task_of


def manifest_bytes(name: str, release: NotebookNode) -> bytes:
    """Return the manifest as JSON: grade ids, kinds and digests of the released cells."""
    cells = [
        {
            "grade_id": cell.metadata.nbgrader.grade_id,
            "task": task_of(cell.metadata.nbgrader.grade_id),
            "kind": cell.cell_type,
            "answer": bool(cell.metadata.nbgrader.solution),
            "digest": hashlib.sha256(cell.source.strip().encode()).hexdigest(),
        }
        for cell in release.cells
        if "nbgrader" in cell.metadata
    ]
    return json.dumps({"name": name, "cells": cells}, indent=1).encode() + b"\n"
