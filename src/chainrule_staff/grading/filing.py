"""Put results where they belong: whole or not at all.

A result is first written beside its place, then its folder is swapped in, then the gradebook takes
the marks. A run that is killed anywhere leaves either the old result or the new one; the next run
finds by the receipt's key what is still to do, and records again what the gradebook may have
missed.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from nbgrader.utils import parse_utc
from sqlalchemy.exc import SQLAlchemyError

from chainrule_staff.course import Course, CourseError
from chainrule_staff.grading.gradebook import Marks, Recorder, make_marks
from chainrule_staff.grading.receipt import NAME, Receipt
from chainrule_staff.grading.submission import TIMESTAMP, Graded, Submission

STAGING = ".staging"
LOCK = ".lock"
TOGETHER = 50  # submissions whose marks are written in one transaction
LONGEST_WAIT = 2.0  # seconds that marks wait for others
LARGEST = 64 << 20  # bytes of all that one student hands in


@dataclass(frozen=True)
class HandedIn:
    """Where a student's work for an assignment lies. It is read when it is needed, not before."""

    course: Course
    assignment: str
    student: str

    def read(self) -> Submission:
        """Read it, as far as it is not too large."""
        folder = self.course.folder("submitted", self.assignment, self.student)
        files: dict[str, bytes] = {}
        flags: list[str] = []
        room = LARGEST
        for path in sorted(filter(is_own, folder.iterdir())):
            size = path.stat().st_size
            if size > room:
                flags.append(f"{path.name!r} was left out: {size >> 20} MB are too much")
                continue
            files[path.name] = path.read_bytes()
            room -= size
        seed = self.course.seed(self.student, self.assignment)
        submission = Submission(self.student, files, seed)
        if submission.time() and moment(submission.time()) is None:
            flags.append(f"{TIMESTAMP} says {submission.time()[:40]!r}, which is no time")
        return Submission(self.student, files, seed, tuple(flags))


def handed_in(course: Course, assignment: str) -> list[HandedIn]:
    """Return what was handed in for an assignment, by student."""
    folders = sorted((course.root / "submitted").glob(f"*/{assignment}"))
    return [HandedIn(course, assignment, f.parent.name) for f in folders if f.is_dir()]


def is_own(path: Path) -> bool:
    """Whether a file belongs to the submission: no links out of it, nothing hidden."""
    return path.is_file() and not path.is_symlink() and not path.name.startswith(".")


def moment(words: str) -> datetime | None:
    """Return a time as nbgrader keeps it, or None if the words are none."""
    try:
        return parse_utc(words) if words else None
    except (ValueError, OverflowError):
        return None


def filed_receipt(course: Course, assignment: str, student: str) -> Receipt | None:
    """Return the receipt of an earlier run, or None if there is no whole result."""
    folder = course.folder("autograded", assignment, student)
    try:
        receipt = Receipt.from_json((folder / NAME).read_bytes())
    except (OSError, ValueError):
        return None
    return receipt if (folder / f"{assignment}.ipynb").is_file() else None


def marks_of(receipt: Receipt) -> Marks:
    """Return what the gradebook needs of a receipt."""
    return make_marks(
        receipt.student,
        receipt.assignment,
        receipt.verdicts,
        receipt.manual,
        receipt.blank,
        moment(receipt.handed_in),
    )


class Desk:
    """Where results are filed: the only one who writes to a course while it is graded.

    Folders are swapped in at once. Marks are written together, as a transaction takes long and a
    row in it does not; what is not written when a run ends early, the next one writes. Use it as
    a context manager.

    A gradebook that is locked, full or out of reach costs no result: its marks are tried once
    more at the end.
    """

    def __init__(self, course: Course, recorder: Recorder) -> None:
        self.course, self.recorder = course, recorder
        self._owed: list[Marks] = []
        self._refused = False
        self._recorded = time.monotonic()

    def __enter__(self) -> Desk:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            self.settle()
        else:
            self._record()

    def file(self, results: Sequence[Graded]) -> None:
        """Swap results in and record their marks.

        Raises:
            CourseError: if a result cannot be written.
        """
        for result in results:
            with explained(self.course, result.receipt):
                swap(self._stage(result), self._place(result.receipt))
        self.record([result.receipt for result in results])

    def record(self, receipts: Iterable[Receipt]) -> None:
        """Write the marks of these receipts to the gradebook, soon."""
        for receipt in receipts:
            self._owed.append(marks_of(receipt))
            waited = time.monotonic() - self._recorded
            if len(self._owed) >= TOGETHER or waited > LONGEST_WAIT:
                self._record()

    def _record(self) -> None:
        """Write what is owed, unless the gradebook has refused before."""
        if self._refused:
            return  # it would be waited for again, and long
        try:
            self._write_owed()
        except SQLAlchemyError:
            self._refused = True

    def _write_owed(self) -> None:
        while self._owed:
            self.recorder.record(self._owed[:TOGETHER])
            del self._owed[:TOGETHER]
        self._recorded = time.monotonic()

    def settle(self) -> None:
        """Record what is still owed.

        Raises:
            CourseError: if the gradebook refuses.
        """
        try:
            self._write_owed()
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise CourseError(
                f"the gradebook did not take the marks of {len(self._owed)} submissions: {reason}. "
                "Their results are in autograded/ and are not lost. Close what else uses the "
                "gradebook, or make room for it, and run the same command again: it records them "
                "without grading anew"
            ) from error

    def _place(self, receipt: Receipt) -> Path:
        return self.course.folder("autograded", receipt.assignment, receipt.student)

    def _stage(self, graded: Graded) -> Path:
        stage = self.course.root / "autograded" / STAGING / uuid.uuid4().hex
        with explained(self.course, graded.receipt):
            stage.mkdir(parents=True)
            _write(stage / f"{graded.receipt.assignment}.ipynb", graded.notebook)
            _write(stage / NAME, graded.receipt.to_json())
        return stage


@contextmanager
def explained(course: Course, receipt: Receipt) -> Iterator[None]:
    """Say which result could not be written, and the way out."""
    try:
        yield
    except OSError as error:
        clear_staging(course)  # on a full disk, it is in the way
        raise CourseError(
            f"autograded/{receipt.student}/{receipt.assignment} could not be written: "
            f"{error.strerror or error}. What was graded before is kept: mend it and run the same "
            "command again"
        ) from error


def swap(stage: Path, place: Path) -> None:
    """Put the folder `stage` at `place`; what was there goes away afterwards."""
    place.parent.mkdir(parents=True, exist_ok=True)
    old = stage.with_name(stage.name + ".old")
    if place.exists():
        place.rename(old)
    stage.rename(place)
    shutil.rmtree(old, ignore_errors=True)


@contextmanager
def only_run(course: Course) -> Iterator[None]:
    """Hold the course, so that two runs cannot sweep away each other's results.

    The lock goes with the process, however it ends.

    Raises:
        CourseError: if another run holds it.
    """
    folder = course.root / "autograded"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / LOCK).open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            raise CourseError(
                f"{course.root} is being graded by process {file.read().strip() or 'unknown'}; "
                "wait until it is done, or end it, and run the same command again"
            ) from None
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        clear_staging(course)
        yield
        clear_staging(course)


def clear_staging(course: Course) -> None:
    """Remove what a killed run has left behind."""
    shutil.rmtree(course.root / "autograded" / STAGING, ignore_errors=True)


def _write(path: Path, data: bytes) -> None:
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
