"""A small course with answers to it, built once for all tests of the grader."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from course import TASKS, make_small_course

from chainrule_staff.course import Course, put_tools_on_path
from chainrule_staff.grading import pipeline
from chainrule_staff.grading.engine import Engine
from chainrule_staff.grading.engines import default_sandbox, make_engine
from chainrule_staff.sample.handin import hand_in
from chainrule_staff.sample.students import Student, right_answers


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Course:
    put_tools_on_path()
    return make_small_course(tmp_path_factory.mktemp("small"))


@pytest.fixture
def course(built: Course, tmp_path: Path) -> Course:
    return Course(Path(shutil.copytree(built.root, tmp_path / "course")))


@pytest.fixture(scope="session")
def sandbox() -> str:
    return default_sandbox()


class Kept:
    """An engine that stays warm when a run is done with it."""

    def __init__(self, engine: Engine) -> None:
        self.name, self.run = engine.name, engine.run

    def close(self) -> None:
        """Stay."""


@pytest.fixture(scope="session")
def engine(sandbox: str) -> Iterator[Engine]:
    with contextlib.closing(make_engine(sandbox)) as engine:
        yield engine


@pytest.fixture(autouse=True)
def warm(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs in this process share one engine: to start one takes seconds."""

    def keep(word: str) -> Engine:
        if word != request.getfixturevalue("sandbox"):
            return make_engine(word)
        return Kept(request.getfixturevalue("engine"))

    monkeypatch.setattr(pipeline, "make_engine", keep)


@pytest.fixture
def perfect() -> Student:
    return Student("perfect", right_answers(TASKS), dict.fromkeys(TASKS))


Submit = Callable[..., Path]


@pytest.fixture
def submit(course: Course) -> Submit:
    def make(name: str, answers: dict[str, str], **more: object) -> Path:
        return hand_in(course, "little", Student(name, answers, {}, **more))  # type: ignore[arg-type]

    return make


@pytest.fixture
def notebooks(built: Course) -> tuple[nbformat.NotebookNode, nbformat.NotebookNode]:
    """(source, release) of the small course."""
    source, release = (built.notebook(step, "little") for step in ("source", "release"))
    return nbformat.read(source, 4), nbformat.read(release, 4)
