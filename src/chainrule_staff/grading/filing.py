"""Put results where they belong: whole or not at all.

A result is first written beside its place, then the gradebook takes the marks in one
transaction, then the folder is swapped in. A run that is killed anywhere leaves either the old
result or the new one; the next run finds by the receipt's key what is still to do.
"""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from chainrule_staff.course import Course
from chainrule_staff.grading.gradebook import Marks, Recorder, make_marks
from chainrule_staff.grading.receipt import NAME, Receipt
from chainrule_staff.grading.submission import Graded, Submission

STAGING = ".staging"


def submissions_of(course: Course, assignment: str) -> list[Submission]:
    """Read what was handed in for an assignment, by student."""
    folders = sorted((course.root / "submitted").glob(f"*/{assignment}"))
    return [
        Submission(
            student=folder.parent.name,
            files={
                path.name: path.read_bytes() for path in sorted(folder.iterdir()) if is_own(path)
            },
            seed=course.seed(folder.parent.name, assignment),
        )
        for folder in folders
        if folder.is_dir()
    ]


def is_own(path: Path) -> bool:
    """Whether a file belongs to the submission: no links out of it, nothing hidden."""
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def filed_receipt(course: Course, assignment: str, student: str) -> Receipt | None:
    """Return the receipt of an earlier run, or None if there is no whole result."""
    folder = course.folder("autograded", assignment, student)
    try:
        receipt = Receipt.from_json((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return receipt if (folder / f"{assignment}.ipynb").is_file() else None


def file_result(course: Course, graded: Graded, recorder: Recorder) -> None:
    """Record the marks and swap the result in."""
    receipt = graded.receipt
    place = course.folder("autograded", receipt.assignment, receipt.student)
    stage = course.root / "autograded" / STAGING / uuid.uuid4().hex
    stage.mkdir(parents=True)
    _write(stage / f"{receipt.assignment}.ipynb", graded.notebook)
    _write(stage / NAME, receipt.to_json())
    recorder.record(marks_of(receipt))
    swap(stage, place)


def marks_of(receipt: Receipt) -> Marks:
    """Return what the gradebook needs of a receipt."""
    return make_marks(
        receipt.student, receipt.assignment, receipt.verdicts, receipt.manual, receipt.blank
    )


def swap(stage: Path, place: Path) -> None:
    """Put the folder `stage` at `place`; what was there goes away afterwards."""
    place.parent.mkdir(parents=True, exist_ok=True)
    old = stage.with_name(stage.name + ".old")
    if place.exists():
        place.rename(old)
    stage.rename(place)
    shutil.rmtree(old, ignore_errors=True)


def clear_staging(course: Course) -> None:
    """Remove what a killed run has left behind."""
    shutil.rmtree(course.root / "autograded" / STAGING, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
