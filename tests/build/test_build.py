"""A build is the same to the byte every time, and what is committed is what it makes."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from course import ROOT, SMALL, make_small_course

from chainrule_staff.build import products
from chainrule_staff.build.authoring import read_authoring
from chainrule_staff.build.gates import gate_exercise, gate_prose
from chainrule_staff.build.products import authored
from chainrule_staff.course import Course


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return make_small_course(tmp_path_factory.mktemp("build"))


def test_two_builds_are_byte_identical(course: Course) -> None:
    first, second = (products.make_products(course.root) for _ in range(2))
    assert first == second


def test_what_is_committed_is_what_the_build_makes() -> None:
    made = products.make_products(ROOT)
    assert products.stale(ROOT, made, whole=True) == []


def test_check_finds_a_changed_a_missing_and_an_extra_file(course: Course, tmp_path: Path) -> None:
    copy = make_small_course(tmp_path / "copy")
    made = products.make_products(copy.root)
    copy.notebook("release", "little").write_bytes(b"{}")
    copy.notebook("source", "little").unlink()
    (copy.root / "release" / "little" / "answers.txt").write_text("42")
    problems = products.stale(copy.root, made, whole=True)
    assert len(problems) == 3
    assert all("run `chainrule build`" in p or "delete it" in p for p in problems)


def test_the_students_notebook_keeps_starters_and_loses_answers(course: Course) -> None:
    release = nbformat.read(course.notebook("release", "little"), 4)
    text = "\n".join(cell.source for cell in release.cells)
    assert '"""Softmax over the last axis' in text
    assert 'NotImplementedError("softmax.translation is not written yet")' in text
    assert "scaling_claims = (..., ..., ..., ...)\n# YOUR CODE HERE" in text
    for secret in ("shifted", "judge", "HIDDEN", "4711", "(True, False"):
        assert secret not in text


def test_metadata_is_nbgraders_and_nothing_else(course: Course) -> None:
    source = nbformat.read(course.notebook("source", "little"), 4)
    assert set(source.metadata) == {"kernelspec", "language_info"}
    graded = [c for c in source.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert [c.metadata.nbgrader.points for c in graded] == [3, 1]
    assert [c.metadata.nbgrader.grade_id for c in graded] == [
        "softmax--translation",
        "softmax--scaling-claims",
    ]
    for cell in source.cells:
        assert set(cell.metadata) <= {"nbgrader", "deletable", "editable"}


@pytest.mark.parametrize("name", authored(ROOT))
def test_the_prose_of_every_notebook_is_fit(name: str) -> None:
    assert gate_prose(authored(ROOT, [name])[name]) == []


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("`softmax(x)`", "`soft_max(x)`", "no prompt names it"),
        ("Write `softmax(x)`", "Write `softmax(x)` and `argmax(x)`", "which no cell defines"),
        ("## True or false", "#### True or false", "heading level"),
        ("That is all.", "![](picture.png)", "alt text"),
        ('check("softmax.translation", softmax)', 'check("softmax.translation")', "does not pass"),
    ],
)
def test_gates_find_what_does_not_fit(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    text = (SMALL / "authoring" / "little.py").read_text("utf-8")
    path = tmp_path / "little.py"
    path.write_text(text.replace(old, new), "utf-8")
    problems = gate_prose(read_authoring(path))
    assert any(complaint in problem for problem in problems), problems


def test_the_exercise_gate_names_an_unknown_task() -> None:
    assert "did you mean softmax.jacobian" in gate_exercise("softmax.jacobien")[0]
