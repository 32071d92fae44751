"""The same grading behind `nbgrader autograde` and the formgrader's button.

`nbgrader_config.py` puts these steps in the place of nbgrader's own. Scores stay typed from the
judge to the gradebook; nothing is parsed from a cell's output.
"""

from __future__ import annotations

import atexit
import json
from functools import cache
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode
from nbgrader.coursedir import CourseDirectory
from nbgrader.preprocessors import NbGraderPreprocessor

from chainrule_staff.course import find_course
from chainrule_staff.grading.engine import Engine
from chainrule_staff.grading.engines import default_sandbox, make_engine
from chainrule_staff.grading.filing import HandedIn
from chainrule_staff.grading.gradebook import Recorder, make_marks
from chainrule_staff.grading.graded_cell import visible_part
from chainrule_staff.grading.repair import repair
from chainrule_staff.grading.submission import blank_answers, manual_of, run_and_judge, verdicts_of

Resources = dict[str, Any]


@cache
def _engine() -> Engine:
    engine = make_engine(default_sandbox())
    atexit.register(engine.close)
    return engine


class Step(NbGraderPreprocessor):
    """What the steps share: where the instructor's notebooks are."""

    def course_notebook(self, step: str, resources: Resources) -> NotebookNode:
        """Return the instructor's notebook of a step of this assignment."""
        names = resources["nbgrader"]
        directory = CourseDirectory(parent=self, config=self.config)
        folder = directory.format_path(step, ".", names["assignment"])
        return nbformat.read(Path(folder) / f"{names['notebook']}.ipynb", 4)


class RepairNotebook(Step):
    """Rebuild the submission from the instructor's notebook before anything looks at it."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the repaired notebook."""
        source, release = (self.course_notebook(s, resources) for s in ("source", "release"))
        repaired = repair(json.dumps(nb).encode(), source, release)
        for flag in repaired.flags:
            self.log.warning("%s: %s", resources["nbgrader"]["student"], flag)
        return repaired.notebook, resources


class RunAndRecord(Step):
    """Run the notebook in the guarded engine and write typed scores to the gradebook."""

    def preprocess(self, nb: NotebookNode, resources: Resources) -> tuple[NotebookNode, Resources]:
        """Return the executed notebook; the marks are in the gradebook."""
        names = resources["nbgrader"]
        student, assignment = names["student"], names["assignment"]
        source, release = (self.course_notebook(s, resources) for s in ("source", "release"))
        course = find_course(Path(CourseDirectory(parent=self).root))
        submission = HandedIn(course, assignment, student).read()
        outcome = run_and_judge(nb, source, submission, _engine())
        verdicts = verdicts_of(source, outcome)
        blank = blank_answers(nb, release)
        with Recorder(names["db_url"]) as recorder:
            recorder.record([make_marks(student, assignment, verdicts, manual_of(source), blank)])
        for event in outcome.events:
            self.log.warning("%s: %s", student, event)
        return outcome.notebook, resources


class ShowVerdictsOnly(NbGraderPreprocessor):
    """Before nbgrader writes feedback: the visible check stays, the hidden call goes."""

    def preprocess_cell(
        self, cell: NotebookNode, resources: Resources, cell_index: int
    ) -> tuple[NotebookNode, Resources]:
        """Cut the hidden part of a graded cell."""
        cell.source = visible_part(cell.source)
        return cell, resources
