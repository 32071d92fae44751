"""nbgrader's gradebook, written in one transaction per batch of submissions.

The tables are nbgrader's own (`nbgrader.api`); its formgrader, exporters and CLI read them. Rows
are written in bulk: through nbgrader's objects a submission takes fifty times as long.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from nbformat import NotebookNode
from nbgrader import api
from nbgrader.utils import compute_checksum
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from chainrule.verdict import Verdict

COURSE = "default_course"
NO_RESPONSE = "No response."  # nbgrader's own words
Rows = dict[tuple[str, str], dict[str, Any]]  # (submitted notebook, cell) -> values


@dataclass(frozen=True)
class Marks:
    """What is recorded for one submitted notebook.

    Attributes:
        student, assignment: names.
        scores: grade id -> points earned; None where a person has to grade.
        blank: grade ids of answers that were left as they were handed out.
        handed_in: when, in UTC and without a zone, as nbgrader keeps it; None if nobody said.
    """

    student: str
    assignment: str
    scores: Mapping[str, float | None]
    blank: frozenset[str] = frozenset()
    handed_in: datetime | None = None


def make_marks(
    student: str,
    assignment: str,
    verdicts: Mapping[str, Verdict],
    manual: Iterable[str],
    blank: Iterable[str],
    handed_in: datetime | None = None,
) -> Marks:
    """Return the marks that follow from the verdicts and from what a person has to grade."""
    empty = frozenset(blank)
    scores: dict[str, float | None] = {name: v.earned for name, v in verdicts.items()}
    # A blank answer needs no person to see that it earns nothing.
    scores |= {name: 0.0 if name in empty else None for name in manual}
    return Marks(student, assignment, scores, empty, handed_in)


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

    def record(self, marks: Sequence[Marks]) -> None:
        """Write the marks of some submissions, all or nothing; manual grades stay."""
        for assignment in dict.fromkeys(each.assignment for each in marks):
            batch = {each.student: each for each in marks if each.assignment == assignment}
            try:
                self._record(assignment, batch)
            except IntegrityError:  # another program has added the same row meanwhile
                self._db.rollback()
                self._record(assignment, batch)
            except BaseException:
                self._db.rollback()
                raise

    def late(self, assignment: str) -> list[str]:
        """Return the students who handed in after the date, with their extensions; sorted."""
        book = self._assignment(assignment)
        if book.duedate is None:
            return []
        asked = select(api.SubmittedAssignment).filter_by(assignment_id=book.id)
        found = self._db.execute(asked).scalars()
        return sorted(s.student_id for s in found if s.total_seconds_late > 0)

    def _record(self, assignment: str, batch: Mapping[str, Marks]) -> None:
        notebook = self._one(api.Notebook, name=assignment, assignment=self._assignment(assignment))
        self._db.flush()
        places = self._places(notebook, batch)
        score, comment = (
            self._pairs(kind.id, kind.name, kind.notebook_id == notebook.id)
            for kind in (api.GradeCell, api.SolutionCell)
        )
        grades: Rows = {}
        comments: Rows = {}
        for student, marks in batch.items():
            for cell, name in score:
                grades[places[student], cell] = {"auto_score": marks.scores.get(name)}
            for cell, name in comment:
                said = NO_RESPONSE if name in marks.blank else None
                comments[places[student], cell] = {"auto_comment": said}
        self._write(api.Grade, grades)
        self._write(api.Comment, comments)
        self._db.commit()

    def _places(self, notebook: Any, batch: Mapping[str, Marks]) -> dict[str, str]:
        """Return student -> id of the row of the submitted notebook; rows that miss are added."""
        person, whole, part = api.Student, api.SubmittedAssignment, api.SubmittedNotebook
        known = {name for name, _ in self._pairs(person.id, person.id, person.id.in_(batch))}
        self._add(person, [{"id": name} for name in batch if name not in known])

        key = {"assignment_id": notebook.assignment_id}
        of_book = whole.assignment_id == notebook.assignment_id
        submitted = dict(
            self._pairs(whole.student_id, whole.id, of_book, whole.student_id.in_(batch))
        )
        new = {name: api.new_uuid() for name in batch if name not in submitted}
        self._add(whole, [{"id": id_, "student_id": name, **key} for name, id_ in new.items()])
        submitted |= new
        times = {submitted[name]: marks.handed_in for name, marks in batch.items()}
        self._change(whole, [{"at": id_, "timestamp": time} for id_, time in times.items() if time])

        key = {"notebook_id": notebook.id}
        of_these = part.assignment_id.in_(submitted.values())
        places = dict(
            self._pairs(part.assignment_id, part.id, part.notebook_id == notebook.id, of_these)
        )
        # A penalty is of the marks there were; `AssignLatePenalties` sets it anew where it is due.
        penalty = {"late_submission_penalty": None}
        self._change(part, [{"at": id_, **penalty} for id_ in places.values()])
        new = {id_: api.new_uuid() for id_ in submitted.values() if id_ not in places}
        self._add(part, [{"id": place, "assignment_id": id_, **key} for id_, place in new.items()])
        places |= new
        return {name: places[id_] for name, id_ in submitted.items()}

    def _pairs(self, key: Any, value: Any, *where: Any) -> list[tuple[str, str]]:
        """Return (key, value) of the rows that fulfil the conditions."""
        return [(k, v) for k, v in self._db.execute(select(key, value).where(*where))]

    def _write(self, kind: Any, wanted: Rows) -> None:
        """Make the rows (submitted notebook, cell) of grades or comments hold these values."""
        by_hand = [kind.manual_score] if kind is api.Grade else []
        asked = select(kind.notebook_id, kind.cell_id, kind.id, *by_hand).where(
            kind.notebook_id.in_({place for place, _ in wanted})
        )
        known = {(place, cell): rest for place, cell, *rest in self._db.execute(asked)}
        new: list[dict[str, Any]] = []
        old: list[dict[str, Any]] = []
        for (place, cell), values in wanted.items():
            row = known.get((place, cell))
            if kind is api.Grade:
                marked = row is not None and row[1] is not None
                values["needs_manual_grade"] = marked or values["auto_score"] is None
            if row is None:
                new.append({"notebook_id": place, "cell_id": cell, **values})
            else:
                old.append({"at": row[0], **values})
        self._add(kind, new)
        self._change(kind, old)

    def _add(self, kind: Any, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            self._db.execute(insert(kind.__table__), rows)

    def _change(self, kind: Any, rows: Sequence[dict[str, Any]]) -> None:
        """Set values in the rows with the ids given as "at"."""
        if rows:  # the other keys of a row are the columns to set
            table = kind.__table__
            self._db.connection().execute(update(table).where(table.c.id == bindparam("at")), rows)

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
