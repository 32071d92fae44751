"""nbgrader stays the front: its commands with our configuration give the same marks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nbformat
import pytest
from course import NAIVE, TASKS, rows, scores
from nbgrader.apps.api import NbGraderAPI

from chainrule_staff.course import Course
from chainrule_staff.grading import nbgrader_steps
from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.gradebook import Recorder
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.sample.mangling import MANGLINGS
from chainrule_staff.sample.students import right_answers

Submit = Callable[..., Path]


def nbgrader(course: Course, *words: str) -> subprocess.CompletedProcess[str]:
    """Run an nbgrader command in the course, with its own Jupyter folders."""
    home = course.root / "home"
    home.mkdir(exist_ok=True)
    folders = {name: str(home) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    command = [sys.executable, "-m", "nbgrader", *words]
    environment = {**os.environ, **folders, "IPYTHONDIR": str(home / "ipython")}
    return subprocess.run(
        command, cwd=course.root, env=environment, capture_output=True, text=True, check=False
    )


def test_nbgrader_autograde_gives_the_same_rows(
    course: Course, submit: Submit, sandbox: str
) -> None:
    good = submit("ada", right_answers(TASKS))
    submit("ben", {"softmax.translation": NAIVE})
    submit("cleo", {})
    submit("dan", right_answers(TASKS), mangle=MANGLINGS["copied"])
    submit("eve", right_answers(TASKS), filename="my homework.ipynb")
    submit("finn", right_answers(TASKS), mangle=lambda data: data[: len(data) // 2])
    submit("gus", right_answers(TASKS), mangle=lambda data: b"\xff" + data)
    link = submit("hal", {})
    link.unlink()
    link.symlink_to(good)
    grade_class(course, ["little"], sandbox=sandbox)
    ours = rows(course)
    marks = scores(course)
    assert marks["eve"] == marks["ada"] == 4.0
    assert marks["hal"] == 0
    (course.root / "gradebook.db").unlink()
    shutil.rmtree(course.root / "autograded")
    assert nbgrader(course, "generate_assignment", "little", "--force").returncode == 0
    result = nbgrader(course, "autograde", "little")
    assert result.returncode == 0, result.stderr
    assert rows(course) == ours
    assert "softmax--translation was copied" in result.stderr
    assert "eve: 'my homework.ipynb' was graded as little.ipynb" in result.stderr


class BrokenEngine:
    """An engine that cannot go on."""

    name = "broken"

    def run(self, job: Job) -> Outcome:
        return Outcome(job.notebook, {}, ("the fork server ended",), broken=True)

    def close(self) -> None:
        """There is nothing to close."""


@pytest.mark.filterwarnings("ignore::sqlalchemy.exc.SAWarning")  # of nbgrader itself
def test_a_broken_engine_leaves_no_result_behind_but_an_error(
    course: Course, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("ada", right_answers(TASKS))
    with Recorder(course.db_url) as recorder:
        recorder.register("little", nbformat.read(course.notebook("source", "little"), 4))
    monkeypatch.chdir(course.root)
    monkeypatch.setattr(nbgrader_steps, "_engine", BrokenEngine)
    result = NbGraderAPI(config=course.config).autograde("little", "ada")
    assert not result["success"]
    assert "ada: the fork server ended" in result["log"]
    assert "run the same command again" in result["log"]
    assert not course.folder("autograded", "little", "ada").exists()


def test_nbgraders_feedback_does_not_show_the_hidden_call(
    course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ben", {"softmax.translation": NAIVE})
    grade_class(course, ["little"], sandbox=sandbox)
    result = nbgrader(course, "generate_feedback", "little")
    assert result.returncode == 0, result.stderr
    page = (course.folder("feedback", "little", "ben") / "little.html").read_text("utf-8")
    assert "chainrule_staff" not in page
    assert "inf/inf is NaN" in page


def test_validate_passes_on_the_solution_and_names_the_task_on_a_blank(course: Course) -> None:
    # The student's machine has the facts of the course; the small course uses the same tasks.
    solved = nbgrader(course, "validate", str(course.notebook("source", "little")))
    assert "Success! Your notebook passes all the tests." in solved.stdout, solved.stdout
    blank = nbgrader(course, "validate", str(course.notebook("release", "little")))
    assert "VALIDATION FAILED ON 2 CELL(S)" in blank.stdout
    assert "softmax.translation" in blank.stdout


@pytest.mark.parametrize("command", ["export", "list"])
def test_other_commands_keep_working(
    course: Course, submit: Submit, sandbox: str, command: str
) -> None:
    submit("ada", right_answers(TASKS))
    grade_class(course, ["little"], sandbox=sandbox)
    words = {"export": ["export"], "list": ["db", "assignment", "list"]}[command]
    result = nbgrader(course, *words)
    assert result.returncode == 0, result.stderr
    if command == "export":
        assert "ada" in (course.root / "grades.csv").read_text("utf-8")
