"""Run a lecture's notebook and write its slides."""

from __future__ import annotations

from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError
from nbformat import NotebookNode

from chainrule_staff.lecture.deck import write_deck
from chainrule_staff.lecture.slides import LectureError, split_slides


def find_lecture(root: Path, topic: str) -> Path:
    """Return the notebook of a lecture; raise LookupError where there is none."""
    path = root / "notebooks" / f"{topic}.ipynb"
    if not path.is_file():
        there = ", ".join(sorted(p.stem for p in path.parent.glob("*.ipynb"))) or "none"
        raise LookupError(f"no lecture {topic!r}; there are {there}")
    return path


def run_notebook(path: Path) -> NotebookNode:
    """Return the notebook after a run from top to bottom; raises nbclient's CellExecutionError."""
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(
        notebook,
        timeout=120,
        extra_arguments=["--log-level=ERROR"],
        resources={"metadata": {"path": str(path.parent)}},
    )
    return client.execute()


def export_lecture(path: Path, target: Path) -> int:
    """Run a lecture and write its slides to one HTML file; return how many there are.

    Raises:
        LectureError: a cell failed, or the cells do not make slides.
    """
    try:
        slides = split_slides(run_notebook(path))
    except CellExecutionError as error:
        raise LectureError(f"{path.name}: {error.ename}: {error.evalue}") from error
    except LectureError as error:
        raise LectureError(f"{path.name}: {error}") from error
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(write_deck(slides), encoding="utf-8")
    return len(slides)
