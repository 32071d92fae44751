"""Grade one submission: bytes in, bytes out. No gradebook, no course folder, no clock."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import nbformat
from nbformat import NotebookNode

from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises import find
from chainrule_staff.exercises.names import task_of
from chainrule_staff.exercises.registry import UnknownTask
from chainrule_staff.grading import receipt as receipts
from chainrule_staff.grading.engine import Engine, Job, Outcome
from chainrule_staff.grading.graded_cell import (
    shared_sources,
    with_sources_of,
    without_instant_checks,
)
from chainrule_staff.grading.receipt import Receipt, digest
from chainrule_staff.grading.repair import Repaired, choose_notebook, is_answer, repair

TIMESTAMP = "timestamp.txt"  # nbgrader's file beside what was handed in


@dataclass(frozen=True)
class Assignment:
    """The instructor's side of an assignment, as bytes that can travel to a worker.

    Attributes:
        name: of the assignment and of its notebook.
        source: the instructor's notebook.
        release: the student's original.
    """

    name: str
    source: bytes
    release: bytes

    def notebooks(self) -> tuple[NotebookNode, NotebookNode]:
        """Return (source, release) as notebooks; they are shared, and only to be read."""
        return _parsed(self.source), _parsed(self.release)


@lru_cache(maxsize=64)
def _parsed(data: bytes) -> NotebookNode:
    return nbformat.reads(data, 4)


@dataclass(frozen=True)
class Submission:
    """What one student handed in for one assignment.

    Attributes:
        student: name.
        files: name -> content.
        seed: everything random in the judging follows from it.
        flags: what could not be taken as it was handed in.
    """

    student: str
    files: Mapping[str, bytes]
    seed: str
    flags: tuple[str, ...] = ()

    def key(self, assignment: Assignment, engine: str) -> str:
        """Return the hash of everything that decides the result."""
        files = [part for n, data in sorted(self.files.items()) for part in (os.fsencode(n), data)]
        course = [assignment.source, assignment.release, self.seed.encode(), engine.encode()]
        used = [f"{n} {v}".encode() for n, v in sorted(receipts.versions().items())]
        return digest(*course, *used, self.student.encode(), *files)

    def beside(self) -> dict[str, bytes]:
        """Return what lies beside the notebook while it runs: data, and modules of their own."""
        own = self.files.items()
        return {n: d for n, d in own if n != TIMESTAMP and not n.endswith(".ipynb")}

    def time(self) -> str:
        """Return when it was handed in, in nbgrader's words; empty if there is no such file."""
        return self.files.get(TIMESTAMP, b"").decode("utf-8", "replace").strip()


@dataclass(frozen=True)
class Graded:
    """The result: a receipt and the autograded notebook."""

    receipt: Receipt
    notebook: bytes


def grade_submission(assignment: Assignment, submission: Submission, engine: Engine) -> Graded:
    """Repair, run and judge one submission; whatever it is, there is a result."""
    source, release = assignment.notebooks()
    handed_in, repaired = take(assignment, submission)
    submission = replace(submission, flags=repaired.flags)
    outcome = run_and_judge(repaired.notebook, source, submission, engine)
    blank = blank_answers(repaired.notebook, release)
    return _graded(assignment, submission, engine.name, outcome, handed_in, blank)


def take(assignment: Assignment, submission: Submission) -> tuple[bytes, Repaired]:
    """Choose a submission's notebook and repair it.

    Returns:
        The notebook as it was handed in (nothing, if there is none), and as it can be run, with
        all flags of the submission.
    """
    try:
        handed_in, flags = choose_notebook(submission.files.items(), f"{assignment.name}.ipynb")
    except FileNotFoundError as error:
        handed_in, flags = b"", [str(error)]
    repaired = repair(handed_in, *assignment.notebooks())
    return handed_in, replace(repaired, flags=(*submission.flags, *flags, *repaired.flags))


def give_up(assignment: Assignment, submission: Submission, engine: str, reason: str) -> Graded:
    """Return a result for a submission that broke the grader itself: no marks, and the reason.

    It has no key, so that the next run tries it again.
    """
    _, release = assignment.notebooks()
    outcome = Outcome(release, {}, (f"not graded: {reason}",), broken=True)
    return _graded(assignment, submission, engine, outcome, b"", ())


def _graded(
    assignment: Assignment,
    submission: Submission,
    engine: str,
    outcome: Outcome,
    handed_in: bytes,
    blank: Sequence[str],
) -> Graded:
    source, _ = assignment.notebooks()
    receipt = Receipt(
        student=submission.student,
        assignment=assignment.name,
        # A run that broke down by no fault of the student's has none: the next one tries again.
        key="" if outcome.broken else submission.key(assignment, engine),
        submission=digest(handed_in),
        source=digest(assignment.source),
        engine=engine,
        seed=digest(submission.seed.encode()),
        flags=submission.flags,
        events=outcome.events,
        verdicts=verdicts_of(source, outcome),
        manual=manual_of(source),
        blank=tuple(blank),
        seconds=round(outcome.seconds, 3),
        versions=receipts.versions(),
        handed_in=submission.time(),
    )
    return Graded(receipt, text_of(outcome.notebook).encode())


def text_of(notebook: NotebookNode) -> str:
    """Write a notebook, one cell in a line: nbformat indents all, which takes much longer."""

    def plain(value: object) -> str:
        return json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))

    cells = ",\n".join(map(plain, notebook.cells))
    rest = plain({key: value for key, value in notebook.items() if key != "cells"})
    return f'{{"cells":[\n{cells}\n],{rest[1:]}\n'


def run_and_judge(
    notebook: NotebookNode, source: NotebookNode, submission: Submission, engine: Engine
) -> Outcome:
    """Run a repaired notebook; the outcome's notebook has the full sources."""
    run = without_instant_checks(notebook)
    job = Job(run, submission.seed, submission.beside(), shared=shared_sources(source))
    outcome = engine.run(job)
    return replace(outcome, notebook=with_sources_of(outcome.notebook, notebook))


def verdicts_of(source: NotebookNode, outcome: Outcome) -> dict[str, Verdict]:
    """Return a verdict for every hidden cell; one that gave none has failed, and says why."""
    found = {}
    for cell in source.cells:
        meta = cell.metadata.get("nbgrader", {})
        if cell.cell_type == "code" and meta.get("grade") and not meta.get("solution"):
            verdict = outcome.verdicts.get(meta.grade_id)
            found[meta.grade_id] = _checked(verdict, cell) or _lost(cell, outcome)
    return found


def _checked(verdict: Verdict | None, cell: NotebookNode) -> Verdict | None:
    """A verdict counts only for its own cell, under its task's name, with the course's points."""
    if verdict is None:
        return None
    meta = cell.metadata.nbgrader
    return replace(verdict, task=task_of(meta.grade_id), points=float(meta.points))


def _lost(cell: NotebookNode, outcome: Outcome) -> Verdict:
    meta = cell.metadata.nbgrader
    reason = next((event for event in outcome.events if meta.grade_id in event), "")
    message = reason or "the task could not be judged: the code before it did not come to its end"
    check = Check("could be judged", False, message)
    return Verdict(task_of(meta.grade_id), 0.0, (check,), points=float(meta.points))


def manual_of(source: NotebookNode) -> dict[str, float]:
    """Return grade id -> points of the cells that a person grades."""
    return {
        cell.metadata.nbgrader.grade_id: float(cell.metadata.nbgrader.points)
        for cell in source.cells
        if (meta := cell.metadata.get("nbgrader", {})).get("grade") and meta.get("solution")
    }


def blank_answers(notebook: NotebookNode, release: NotebookNode) -> list[str]:
    """Return the grade ids of the answers that are still as they were handed out."""
    starters = {cell.id: cell.source.strip() for cell in release.cells}
    return [
        cell.metadata.nbgrader.grade_id
        for cell in notebook.cells
        if is_answer(cell) and cell.source.strip() in ("", starters.get(cell.id))
    ]


def title_of(task: str) -> str:
    """Return a task's heading for reports; its name if the course no longer has it."""
    try:
        return find(task).title
    except UnknownTask:
        return task
