"""Marks for other systems: plain CSV, and the column names that Canvas and Moodle import."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Sequence

from nbgrader import api

from chainrule_staff.course import Course
from chainrule_staff.grading.gradebook import COURSE

Row = dict[str, str]
Scores = Sequence[tuple[str, dict[str, float]]]  # (student, assignment -> score)


def collect_scores(
    course: Course, assignments: Sequence[str]
) -> list[tuple[str, dict[str, float]]]:
    """Return (student, assignment -> score) from the gradebook, manual marks and penalties in."""
    found: dict[str, dict[str, float]] = {}
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        for assignment in assignments:
            for submission in gradebook.assignment_submissions(assignment):
                score = max(0.0, submission.score - submission.late_submission_penalty)
                found.setdefault(submission.student.id, {})[assignment] = score
    return sorted(found.items())


def to_csv(scores: Scores, assignments: Sequence[str]) -> str:
    """One row per student, one column per assignment."""
    return _csv(["student_id", *assignments], _rows(scores, assignments, "student_id"))


def to_canvas(scores: Scores, assignments: Sequence[str]) -> str:
    """Canvas matches by `SIS User ID`; the other identity columns may stay empty."""
    head = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section", *assignments]
    return _csv(head, _rows(scores, assignments, "SIS User ID"))


def to_moodle(scores: Scores, assignments: Sequence[str]) -> str:
    """Moodle's grade import maps `idnumber` to the ID number of a user."""
    return _csv(["idnumber", *assignments], _rows(scores, assignments, "idnumber"))


FORMATS: dict[str, Callable[..., str]] = {"csv": to_csv, "canvas": to_canvas, "moodle": to_moodle}


def _rows(scores: Scores, assignments: Sequence[str], key: str) -> list[Row]:
    return [
        {key: student, **{a: f"{marks[a]:g}" for a in assignments if a in marks}}
        for student, marks in scores
    ]


def _csv(head: Sequence[str], rows: Sequence[Row]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, head, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()
