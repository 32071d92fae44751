"""A class is graded: once, whole, resumable, with the marks in nbgrader's gradebook."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import nbformat
import pytest
from course import NAIVE, TASKS, scores
from nbgrader import api

from chainrule_staff.course import Course, CourseError
from chainrule_staff.grading import filing
from chainrule_staff.grading import receipt as receipts
from chainrule_staff.grading.gradebook import COURSE, Recorder
from chainrule_staff.grading.pipeline import Crew, Step, grade_class
from chainrule_staff.grading.submission import text_of
from chainrule_staff.sample.students import right_answers

Submit = Callable[..., Path]


def test_marks_mistakes_and_files(course: Course, submit: Submit, sandbox: str) -> None:
    submit("ada", right_answers(TASKS))
    submit("ben", {"softmax.translation": NAIVE})
    submit("cleo", {})
    seen: list[Step] = []
    receipts = grade_class(course, ["little"], sandbox=sandbox, progress=seen.append)
    assert [r.student for r in receipts] == ["ada", "ben", "cleo"]
    assert [r.score for r in receipts] == [4.0, 2.0, 0.0]
    assert receipts[1].mistakes == [("softmax.translation", "overflow")]
    assert [(step.done, step.total) for step in seen] == [(1, 3), (2, 3), (3, 3)]
    assert scores(course) == {"ada": 4.0, "ben": 2.0, "cleo": 0.0}
    for receipt in receipts:
        folder = course.folder("autograded", "little", receipt.student)
        assert sorted(p.name for p in folder.iterdir()) == ["little.ipynb", "receipt.json"]
        assert json.loads((folder / "receipt.json").read_text())["engine"] == f"split, {sandbox}"
    assert not (course.root / "autograded" / filing.STAGING).exists()


def test_a_notebook_is_written_as_nbformat_would_read_it() -> None:
    folder = Path(__file__).parents[2] / "source"
    for path in sorted(folder.glob("*/*.ipynb")):
        notebook = nbformat.read(path, 4)
        notebook.cells[0].source += "\u2028 é \n \x1f"
        text = text_of(notebook)
        assert nbformat.reads(text, 4) == nbformat.reads(nbformat.writes(notebook), 4)
        assert text.count("\n") == len(notebook.cells) + 2


def test_warnings_cost_nothing(course: Course, submit: Submit, sandbox: str) -> None:
    noisy = (
        "import sys, warnings\n\n\ndef softmax(x):\n    warnings.warn('careful')\n"
        "    print('on stderr', file=sys.stderr)\n"
        "    e = np.exp(x - np.max(x, -1, keepdims=True))\n"
        "    return e / e.sum(-1, keepdims=True)\n"
    )
    submit("ada", {"softmax.translation": noisy})
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert receipt.score == 3.0


def test_a_second_run_looks_up_and_a_changed_submission_is_graded_again(
    course: Course, submit: Submit, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("ada", {})
    (first,) = grade_class(course, ["little"], sandbox=sandbox)
    asked: list[object] = []
    monkeypatch.setattr(Crew, "grade", lambda crew, tasks: asked.extend(tasks) or [])
    (again,) = grade_class(course, ["little"], sandbox=sandbox)
    assert again == first
    assert asked == []
    monkeypatch.undo()
    submit("ada", right_answers(TASKS))
    (changed,) = grade_class(course, ["little"], sandbox=sandbox)
    assert (first.score, changed.score) == (0.0, 4.0)
    assert scores(course) == {"ada": 4.0}


def test_a_result_that_is_half_there_does_not_count(
    course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ada", right_answers(TASKS))
    grade_class(course, ["little"], sandbox=sandbox)
    (course.folder("autograded", "little", "ada") / "little.ipynb").unlink()
    assert filing.filed_receipt(course, "little", "ada") is None
    leftover = course.root / "autograded" / filing.STAGING / "abandoned"
    leftover.mkdir(parents=True)
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert receipt.score == 4.0
    assert not leftover.exists()


def test_marks_are_rewritten_if_the_gradebook_was_lost(
    course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ada", right_answers(TASKS))
    grade_class(course, ["little"], sandbox=sandbox)
    (course.root / "gradebook.db").unlink()
    grade_class(course, ["little"], sandbox=sandbox)
    assert scores(course) == {"ada": 4.0}


def test_manual_marks_survive_a_regrade(course: Course, submit: Submit, sandbox: str) -> None:
    submit("ada", {})
    grade_class(course, ["little"], sandbox=sandbox)
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        grade = gradebook.find_grade("softmax--translation", "little", "little", "ada")
        grade.manual_score = 2.5
        gradebook.db.commit()
    grade_class(course, ["little"], sandbox=sandbox, force=True)
    assert scores(course) == {"ada": 2.5}


def test_a_missing_assignment_says_the_way_out(course: Course, sandbox: str) -> None:
    with pytest.raises(CourseError, match="chainrule build big"):
        grade_class(course, ["big"], sandbox=sandbox)


def test_a_submission_without_a_notebook_gets_a_receipt(course: Course, sandbox: str) -> None:
    folder = course.folder("submitted", "little", "dora")
    folder.mkdir(parents=True)
    (folder / "essay.txt").write_text("I could not open it")
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert receipt.score == 0
    assert "no notebook was handed in" in receipt.flags[0]


def test_a_module_of_their_own_is_there(course: Course, submit: Submit, sandbox: str) -> None:
    own = "from stable import shifted\n\n\ndef softmax(x):\n    e = np.exp(shifted(x))\n"
    folder = submit(
        "ada", {"softmax.translation": own + "    return e / e.sum(-1, keepdims=True)\n"}
    ).parent
    (folder / "stable.py").write_text("def shifted(x):\n    return x - x.max(-1, keepdims=True)\n")
    # What nbgrader and Python would take for their own is not taken for more than a file.
    (folder / "chainrule_staff.py").write_text("raise SystemExit")
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert receipt.verdicts["softmax--translation"].score == 1.0


def test_late_submissions_get_what_nbgraders_plugin_says(
    course: Course, submit: Submit, sandbox: str
) -> None:
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write("\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    course = Course(course.root)
    for name, hour in (("ada", "11:00"), ("ben", "13:30")):
        folder = submit(name, right_answers(TASKS)).parent
        (folder / "timestamp.txt").write_text(f"2026-11-20 {hour}:00.000000 UTC")
    (submit("cleo", {}).parent / "timestamp.txt").write_text("yesterday")
    with Recorder(course.db_url) as recorder:
        recorder._gradebook.add_assignment("little", duedate=datetime(2026, 11, 20, 12))

    def penalties() -> dict[str, float]:
        with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
            found = gradebook.assignment_submissions("little")
            return {s.student.id: s.late_submission_penalty for s in found}

    receipts = grade_class(course, ["little"], sandbox=sandbox)
    assert receipts[2].flags == ("timestamp.txt says 'yesterday', which is no time",)
    assert [r.score for r in receipts] == [4.0, 4.0, 0.0], "a penalty is no verdict"
    assert penalties() == {"ada": 0.0, "ben": 4.0, "cleo": 0.0}
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        gradebook.find_submission("little", "ben").extension = timedelta(hours=2)
        gradebook.db.commit()
    grade_class(course, ["little"], sandbox=sandbox)
    assert penalties() == {"ada": 0.0, "ben": 0.0, "cleo": 0.0}, "an extension counts"


def test_a_changed_test_is_graded_again_with_cells_added_and_removed(
    course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ada", right_answers(TASKS))
    grade_class(course, ["little"], sandbox=sandbox)
    source, release = (course.notebook(step, "little") for step in ("source", "release"))
    before = [path.read_bytes() for path in (source, release)]
    for path in (source, release):
        notebook = nbformat.read(path, 4)
        kept = [c for c in notebook.cells if "claims" not in str(c.metadata.get("nbgrader"))]
        notebook.cells = kept
        nbformat.write(notebook, path)
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert list(receipt.verdicts) == ["softmax--translation"]
    assert scores(course) == {"ada": receipt.score}
    for path, data in zip((source, release), before, strict=True):
        path.write_bytes(data)
    (receipt,) = grade_class(course, ["little"], sandbox=sandbox)
    assert receipt.score == 4.0
    assert scores(course) == {"ada": 4.0}


def test_a_mended_exercise_is_graded_again(
    course: Course, submit: Submit, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("ada", right_answers(TASKS))
    (first,) = grade_class(course, ["little"], sandbox=sandbox)
    mended = receipts.versions() | {"judge": "another text of an exercise"}
    monkeypatch.setattr(receipts, "versions", lambda: mended)
    (second,) = grade_class(course, ["little"], sandbox=sandbox)
    assert second.key != first.key


def test_links_out_of_a_submission_are_not_followed(course: Course, submit: Submit) -> None:
    path = submit("eve", {})
    (path.parent / "loot.ipynb").symlink_to(course.notebook("source", "little"))
    (eve,) = filing.handed_in(course, "little")
    assert list(eve.read().files) == ["little.ipynb"]


@pytest.mark.load
def test_killed_at_any_moment_the_next_run_completes(
    course: Course, submit: Submit, sandbox: str
) -> None:
    for name in ("ada", "ben", "cleo", "dan"):
        submit(name, right_answers(TASKS) if name < "c" else {})
    code = (
        "from pathlib import Path\nfrom chainrule_staff.course import Course\n"
        "from chainrule_staff.grading.pipeline import grade_class\n"
        f"grade_class(Course(Path({str(course.root)!r})), ['little'], sandbox={sandbox!r})\n"
    )
    for delay in (0.6, 1.2, 1.8, 2.4, 3.0):
        process = subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
        time.sleep(delay)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for folder in course.root.glob("autograded/[!.]*/little"):
            assert sorted(p.name for p in folder.iterdir()) == ["little.ipynb", "receipt.json"]
    receipts = grade_class(course, ["little"], sandbox=sandbox)
    assert [r.score for r in receipts] == [4.0, 4.0, 0.0, 0.0]
    assert scores(course) == {"ada": 4.0, "ben": 4.0, "cleo": 0.0, "dan": 0.0}


def test_two_workers_give_what_one_gives(course: Course, submit: Submit, sandbox: str) -> None:
    for name in ("ada", "ben", "cleo"):
        submit(name, {"softmax.translation": NAIVE})
    receipts = grade_class(course, ["little"], sandbox=sandbox, jobs=2)
    assert [r.score for r in receipts] == [2.0, 2.0, 2.0]
