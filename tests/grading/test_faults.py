"""Whatever fails while results are put in their place, the next run completes the same."""

from __future__ import annotations

import contextlib
import errno
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import nbformat
import pytest
from course import TASKS, rows
from sqlalchemy import event

from chainrule_staff.course import Course, CourseError
from chainrule_staff.grading import filing
from chainrule_staff.grading.filing import Desk, filed_receipt, only_run
from chainrule_staff.grading.gradebook import Recorder
from chainrule_staff.grading.pipeline import Crew, grade_class, load_assignment
from chainrule_staff.grading.submission import Graded, Submission, give_up
from chainrule_staff.sample.students import right_answers

Submit = Callable[..., Path]


class Killed(BaseException):
    """Stands for `kill -9`: nobody catches it."""


@pytest.fixture
def graded(course: Course, submit: Submit, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Three submissions that are 'graded' at once; the list tells who was."""
    assignment = load_assignment(course, "little")
    for name in ("ada", "ben", "cleo"):
        submit(name, {})
    seen: list[str] = []

    def grade(crew: Crew, tasks: Any) -> Iterator[list[Graded]]:
        for _, each in tasks:
            submission = each.read()
            seen.append(submission.student)
            yield [finished(assignment, submission, crew.engine)]

    monkeypatch.setattr(Crew, "grade", grade)
    return seen


def finished(assignment: Any, submission: Submission, engine: str) -> Graded:
    result = give_up(assignment, submission, engine, "this is a test")
    return Graded(replace(result.receipt, key=submission.key(assignment, engine)), result.notebook)


def whole(course: Course) -> list[str]:
    return [n for n in ("ada", "ben", "cleo") if filed_receipt(course, "little", n)]


STEPS = ("mkdir", "rename", "open", "row")


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_every_step_of_filing(
    course: Course, graded: list[str], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    """The n-th mkdir, rename, opening or row is the last thing that happens, for every n."""
    with Recorder(course.db_url):
        pass  # a new gradebook takes seconds
    gradebook = course.root / "gradebook.db"
    empty = gradebook.read_bytes()
    grade_class(course, ["little"], sandbox="none")
    expected = rows(course)
    for n in range(1, 60):
        shutil.rmtree(course.root / "autograded")
        gradebook.write_bytes(empty)
        with monkeypatch.context() as patch, contextlib.suppress(Killed):
            left = [n]
            die_at(patch, step, left)
            grade_class(course, ["little"], sandbox="none")
        for name in whole(course):
            folder = course.folder("autograded", "little", name)
            assert sorted(p.name for p in folder.iterdir()) == ["little.ipynb", "receipt.json"]
            nbformat.read(folder / "little.ipynb", 4)
        grade_class(course, ["little"], sandbox="none")
        assert rows(course) == expected, f"after {step} number {n}"
        assert whole(course) == ["ada", "ben", "cleo"]
        assert not (course.root / "autograded" / filing.STAGING).exists()
        if left[0] > 0:
            assert n > 1, f"no {step} happened at all"
            return
    raise AssertionError("the run never came to its end")


def die_at(patch: pytest.MonkeyPatch, step: str, left: list[int]) -> None:
    """Let the step number `left[0]` be the last."""

    def count() -> None:
        left[0] -= 1
        if left[0] == 0:
            raise Killed

    if step == "row":
        real_write = Recorder._write

        def write(self: Recorder, *args: Any) -> None:
            real_write(self, *args)
            count()

        patch.setattr(Recorder, "_write", write)
        return
    real = getattr(Path, step)

    def dying(self: Path, *args: Any, **options: Any) -> Any:
        if "autograded" in self.parts:
            count()
        return real(self, *args, **options)

    patch.setattr(Path, step, dying)


def test_a_full_disk_is_told_and_what_was_graded_is_kept(
    course: Course, graded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = filing._write

    def write(path: Path, data: bytes) -> None:
        if len(graded) > 1:
            path.write_bytes(data[: len(data) // 2])
            raise OSError(errno.ENOSPC, "No space left on device")
        real(path, data)

    monkeypatch.setattr(filing, "_write", write)
    with pytest.raises(
        CourseError, match=r"ben/little could not be written: No space left"
    ) as told:
        grade_class(course, ["little"], sandbox="none")
    assert "run the same command again" in str(told.value)
    assert whole(course) == ["ada"]
    assert not (course.root / "autograded" / filing.STAGING).exists(), "it would be in the way"
    monkeypatch.setattr(filing, "_write", real)
    grade_class(course, ["little"], sandbox="none")
    assert graded == ["ada", "ben", "ben", "cleo"]
    assert whole(course) == ["ada", "ben", "cleo"]


@pytest.fixture
def small_disk(course: Course) -> Iterator[Path]:
    """autograded/ on a file system of its own, of 200 kB."""
    place = course.root / "autograded"
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(place)]
    if subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("only root can make a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_is_really_full(course: Course, graded: list[str], small_disk: Path) -> None:
    (small_disk / "ballast").write_bytes(b"x" * 150_000)
    for name in (f"more-{n}" for n in range(20)):
        shutil.copytree(
            course.folder("submitted", "little", "ada").parent, course.root / "submitted" / name
        )
    with pytest.raises(CourseError, match="No space left on device"):
        grade_class(course, ["little"], sandbox="none")
    done = len(graded)
    assert 1 < done < 23
    subprocess.run(["mount", "-o", "remount,size=10m", str(small_disk)], check=True)
    receipts = grade_class(course, ["little"], sandbox="none")
    assert len(receipts) == 23
    assert len(graded) == 23 + 1, "the one that found no room, and no other, ran twice"


def test_a_locked_gradebook_loses_nothing(
    course: Course, graded: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = f"sqlite:///{course.root / 'gradebook.db'}?timeout=0.2"
    monkeypatch.setattr(Course, "sqlite_url", property(lambda self: impatient))
    grade_class(course, ["little"], sandbox="none")
    expected = rows(course)
    shutil.rmtree(course.root / "autograded")
    (course.root / "gradebook.db").unlink()
    graded.clear()
    with Recorder(course.db_url) as recorder:
        recorder.register("little", nbformat.read(course.notebook("source", "little"), 4))
    other = sqlite3.connect(course.root / "gradebook.db", isolation_level=None)
    real = Desk.file

    def lock_and_file(self: Desk, results: Any) -> None:
        if not other.in_transaction:
            other.execute("BEGIN EXCLUSIVE")
        real(self, results)

    monkeypatch.setattr(Desk, "file", lock_and_file)
    with pytest.raises(CourseError, match=r"marks of 3 submissions: database is locked.*not lost"):
        grade_class(course, ["little"], sandbox="none")
    other.execute("ROLLBACK")
    other.close()
    monkeypatch.setattr(Desk, "file", real)
    assert whole(course) == ["ada", "ben", "cleo"]
    grade_class(course, ["little"], sandbox="none")
    assert graded == ["ada", "ben", "cleo"], "nothing was graded anew"
    assert rows(course) == expected


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """The students of each transaction."""
    seen: list[list[str]] = []
    real = Recorder.record

    def record(self: Recorder, marks: Any) -> None:
        seen.append([each.student for each in marks])
        real(self, marks)

    monkeypatch.setattr(Recorder, "record", record)
    return seen


def test_marks_are_written_together(
    course: Course,
    graded: list[str],
    recorded: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grade_class(course, ["little"], sandbox="none")
    assert recorded == [["ada", "ben", "cleo"]]
    recorded.clear()
    monkeypatch.setattr(filing, "TOGETHER", 2)
    grade_class(course, ["little"], sandbox="none")
    assert recorded == [["ada", "ben"], ["cleo"]], "those of an earlier run, too"
    recorded.clear()
    monkeypatch.setattr(filing, "LONGEST_WAIT", -1.0)
    grade_class(course, ["little"], sandbox="none", force=True)
    assert recorded == [["ada"], ["ben"], ["cleo"]], "none waits for long"


def test_a_run_that_ends_early_records_what_it_has(
    course: Course,
    graded: list[str],
    recorded: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def progress(step: Any) -> None:
        if step.done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        grade_class(course, ["little"], sandbox="none", progress=progress)
    assert recorded == [["ada", "ben"]]
    assert {row[0] for row in rows(course)} == {"ada", "ben"}


def test_a_row_that_another_program_adds_meanwhile(course: Course, graded: list[str]) -> None:
    """The formgrader adds a student between our look and our insertion."""
    with Recorder(course.db_url) as recorder:
        recorder.register("little", nbformat.read(course.notebook("source", "little"), 4))
        met: list[str] = []

        def meet(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
            if statement.startswith("INSERT INTO student") and not met:
                met.append(statement)
                # Within the same connection: SQLite would make two writers wait for each other.
                cursor.execute("INSERT INTO student (id) VALUES ('ada')")

        event.listen(recorder._gradebook.engine, "before_cursor_execute", meet)
        assignment = load_assignment(course, "little")
        (ada,) = (each for each in filing.handed_in(course, "little") if each.student == "ada")
        recorder.record([filing.marks_of(finished(assignment, ada.read(), "x").receipt)])
        assert met
    assert {row[0] for row in rows(course)} == {"ada"}


def test_two_runs_at_once_are_refused(course: Course, graded: list[str]) -> None:
    with only_run(course), pytest.raises(CourseError, match=r"is being graded by process \d+"):
        grade_class(course, ["little"], sandbox="none")
    assert len(grade_class(course, ["little"], sandbox="none")) == 3


def test_a_fault_of_the_grader_costs_one_submission(
    course: Course, submit: Submit, monkeypatch: pytest.MonkeyPatch, sandbox: str
) -> None:
    from chainrule_staff.grading import batch

    submit("ada", right_answers(TASKS))
    submit("ben", right_answers(TASKS))
    real = batch.grade_submission

    def clumsy(assignment: Any, submission: Submission, engine: Any) -> Graded:
        if submission.student == "ada":
            raise ZeroDivisionError("a fault of ours")
        return real(assignment, submission, engine)

    monkeypatch.setattr(batch, "grade_submission", clumsy)
    ada, ben = grade_class(course, ["little"], sandbox=sandbox)
    assert (ada.score, ben.score) == (0.0, 4.0)
    assert ada.events == ("not graded: the grader broke down (ZeroDivisionError: a fault of ours)",)
    monkeypatch.setattr(batch, "grade_submission", real)
    ada, ben = grade_class(course, ["little"], sandbox=sandbox)
    assert (ada.score, ben.score) == (4.0, 4.0)


def test_what_is_too_large_is_left_out(
    course: Course, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = submit("ada", {}).parent
    (folder / "a-film.mp4").write_bytes(b"x" * (3 << 20))
    monkeypatch.setattr(filing, "LARGEST", 2 << 20)
    (ada,) = filing.handed_in(course, "little")
    submission = ada.read()
    assert list(submission.files) == ["little.ipynb"]
    assert submission.flags == ("'a-film.mp4' was left out: 3 MB are too much",)
