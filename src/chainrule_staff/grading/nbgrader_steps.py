"""The same grading behind `nbgrader autograde` and the formgrader's button.

`nbgrader_config.py` puts these steps in the place of nbgrader's own. Scores stay typed from the
judge to the gradebook; nothing is parsed from a cell's output.
"""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from typing import Any

from nbconvert.exporters import NotebookExporter
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from chainrule_staff.course import find_course
from chainrule_staff.grading.engine import Engine
from chainrule_staff.grading.engines import default_sandbox, make_engine
from chainrule_staff.grading.filing import HandedIn
from chainrule_staff.grading.gradebook import Recorder, make_marks
from chainrule_staff.grading.graded_cell import visible_part
from chainrule_staff.grading.pipeline import load_assignment
from chainrule_staff.grading.submission import (
    Assignment,
    Submission,
    blank_answers,
    manual_of,
    run_and_judge,
    take,
    verdicts_of,
)

Resources = dict[str, Any]


@cache
def _engine() -> Engine:
    engine = make_engine(default_sandbox())
    atexit.register(engine.close)
    return engine


def expect_notebook(assignment: str, student: str, notebooks: list[str]) -> None:
    """Make nbgrader ask for the assignment's notebook, whatever a student's is called.

    nbgrader calls this with the paths of the notebooks in one submission, before it passes over
    those that it does not know.
    """
    folder = Path(notebooks[0]).parent
    wanted = str(folder / f"{folder.name}.ipynb")
    if wanted not in notebooks:
        notebooks.append(wanted)


class SubmissionReader(NotebookExporter):
    """Reads a submission as `chainrule grade` does: no notebook is too damaged for it."""

    def from_filename(
        self, filename: str, resources: Resources | None = None, **more: Any
    ) -> tuple[Any, Resources]:
        """Convert a notebook; what nbgrader did not write itself is chosen and repaired before."""
        names = (resources or {})["nbgrader"]
        coursedir: CourseDirectory = self.parent.coursedir
        where = coursedir.autograded_directory, names["student"], names["assignment"]
        if Path(filename).parent == Path(coursedir.format_path(*where)):
            return super().from_filename(filename, resources, **more)
        _, repaired = take(*assignment_and_submission(coursedir, names))
        for flag in repaired.flags:
            self.log.warning("%s: %s", names["student"], flag)
        return self.from_notebook_node(repaired.notebook, resources, **more)


class RunAndRecord(NbGraderPreprocessor):
    """Run the notebook in the guarded engine and write typed scores to the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook; the marks are in the gradebook.

        Raises:
            RuntimeError: if the engine broke down. nbgrader removes the result then, goes on with
                the others, and its next run tries this one again.
        """
        names = resources["nbgrader"]
        coursedir = CourseDirectory(parent=self)
        assignment, submission = assignment_and_submission(coursedir, names)
        source, release = assignment.notebooks()
        student = submission.student
        outcome = run_and_judge(nb, source, submission, _engine())
        for event in outcome.events:
            self.log.warning("%s: %s", student, event)
        if outcome.broken:
            raise RuntimeError(
                f"{student}: {assignment.name} was not graded, by no fault of theirs; "
                "run the same command again"
            )
        marks = make_marks(
            student,
            assignment.name,
            verdicts_of(source, outcome),
            manual_of(source),
            blank_answers(nb, release),
        )
        with Recorder(names["db_url"]) as recorder:
            recorder.record([marks])
        return outcome.notebook, resources


def assignment_and_submission(
    coursedir: CourseDirectory, names: dict[str, str]
) -> tuple[Assignment, Submission]:
    """Return both sides of what nbgrader is working at."""
    course = find_course(Path(coursedir.root))
    handed_in = HandedIn(course, names["assignment"], names["student"])
    return load_assignment(course, names["assignment"]), handed_in.read()


class ShowVerdictsOnly(NbGraderPreprocessor):
    """Before nbgrader writes feedback: the visible check stays, the hidden call goes."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Cut the hidden part of a graded cell."""
        cell.source = visible_part(cell.source)
        return cell, resources
