"""nbgrader's gradebook, written in one transaction per submission.

The tables are nbgrader's own (`nbgrader.api`); its formgrader, exporters and CLI read them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.utils import compute_checksum
from sqlalchemy.orm import Session

from chainrule.verdict import Verdict

COURSE = "default_course"


@dataclass(frozen=True)
class Marks:
    """What is recorded for one submitted notebook.

    Attributes:
        student, assignment: names.
        scores: grade id -> points earned; None where a person has to grade.
        blank: grade ids of answers that were left as they were handed out.
    """

    student: str
    assignment: str
    scores: Mapping[str, float | None]
    blank: frozenset[str] = frozenset()


def make_marks(
    student: str,
    assignment: str,
    verdicts: Mapping[str, Verdict],
    manual: Iterable[str],
    blank: Iterable[str],
) -> Marks:
    """Return the marks that follow from the verdicts and from what a person has to grade."""
    empty = frozenset(blank)
    scores: dict[str, float | None] = {name: v.earned for name, v in verdicts.items()}
    # A blank answer needs no person to see that it earns nothing.
    scores |= {name: 0.0 if name in empty else None for name in manual}
    return Marks(student, assignment, scores, empty)


class Recorder:
    """The one writer of a gradebook. Use it as a context manager."""

    def __init__(self, db_url: str) -> None:
        self._gradebook = api.Gradebook(db_url, course_id=COURSE)

    def __enter__(self) -> Recorder:
        return self

    def __exit__(self, *_: object) -> None:
        self._gradebook.close()

    @property
    def _db(self) -> Session:
        return self._gradebook.db

    def register(self, assignment: str, source: NotebookNode) -> None:
        """Make the gradebook's cells those of the instructor's notebook; grades are kept."""
        book = self._assignment(assignment)
        notebook = self._one(api.Notebook, name=assignment, assignment=book)
        notebook.kernelspec = json.dumps(source.metadata.kernelspec)
        wanted: set[tuple[type, str]] = set()
        for cell in source.cells:
            meta = cell.metadata.get("nbgrader")
            if meta is None:
                continue
            for kind, values in _rows_of(cell, meta):
                wanted.add((kind, meta.grade_id))
                row = self._one(kind, name=meta.grade_id, notebook=notebook)
                for key, value in values.items():
                    setattr(row, key, value)
        self._forget(notebook, wanted)
        self._db.commit()

    def _forget(self, notebook: Any, wanted: set[tuple[type, str]]) -> None:
        """Delete cells that the assignment has no longer, with their grades and comments."""
        for kind in (api.GradeCell, api.SolutionCell, api.SourceCell):
            for row in self._db.query(kind).filter_by(notebook=notebook):
                if (kind, row.name) in wanted:
                    continue
                for below in (api.Grade, api.Comment) if kind is not api.SourceCell else ():
                    self._db.query(below).filter_by(cell_id=row.id).delete()
                self._db.delete(row)

    def record(self, marks: Marks) -> None:
        """Write the marks of one submission, all or nothing; manual grades stay."""
        try:
            submitted = self._submitted_notebook(marks)
            for cell in submitted.notebook.grade_cells:
                grade = self._one(api.Grade, cell=cell, notebook=submitted)
                grade.auto_score = marks.scores.get(cell.name)
                grade.needs_manual_grade = (
                    grade.auto_score is None or grade.manual_score is not None
                )
            for cell in submitted.notebook.solution_cells:
                comment = self._one(api.Comment, cell=cell, notebook=submitted)
                comment.auto_comment = "No response." if cell.name in marks.blank else None
            self._db.commit()
        except BaseException:
            self._db.rollback()
            raise

    def _submitted_notebook(self, marks: Marks) -> Any:
        book = self._assignment(marks.assignment)
        student = self._one(api.Student, id=marks.student)
        submission = self._one(api.SubmittedAssignment, assignment=book, student=student)
        notebook = self._one(api.Notebook, name=marks.assignment, assignment=book)
        return self._one(api.SubmittedNotebook, assignment=submission, notebook=notebook)

    def _assignment(self, name: str) -> Any:
        return self._one(api.Assignment, name=name, course_id=COURSE)

    def _one(self, kind: type, **key: Any) -> Any:
        """Return the row with this key; add it if there is none."""
        row = self._db.query(kind).filter_by(**key).one_or_none()
        if row is None:
            row = kind(**key)
            self._db.add(row)
        return row


def _rows_of(cell: NotebookNode, meta: NotebookNode) -> list[tuple[type, dict[str, Any]]]:
    """Return the gradebook rows of one cell of the instructor's notebook."""
    rows: list[tuple[type, dict[str, Any]]] = [
        (
            api.SourceCell,
            {
                "cell_type": cell.cell_type,
                "locked": bool(meta.locked),
                "source": cell.source,
                "checksum": compute_checksum(cell),
            },
        )
    ]
    if meta.grade:
        rows.append((api.GradeCell, {"max_score": float(meta.points), "cell_type": cell.cell_type}))
    if meta.solution:
        rows.append((api.SolutionCell, {}))
    return rows
