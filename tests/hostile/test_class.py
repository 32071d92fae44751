"""A hostile class, graded like any other: repair, engine, marks, receipts, feedback.

The metadata of a notebook belong to its author: tags, points, ids, flags, types, outputs, order.
Every notebook here is blank or wrong, so its fair mark is 0; two honest ones stand at both ends
of the alphabet and must get theirs.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
import pytest
from course import make_small_course
from nbgrader import api

from chainrule.verdict import Check, Verdict
from chainrule_staff.course import Course, put_tools_on_path
from chainrule_staff.grading.gradebook import COURSE
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.split import available_sandbox
from chainrule_staff.report.class_report import write_report
from chainrule_staff.report.feedback import write_feedback
from chainrule_staff.sample.handin import fill_in
from chainrule_staff.sample.students import right_answers

from .attacks import ATTACKS

pytestmark = pytest.mark.hostile
TASKS = ("softmax.translation", "softmax.scaling-claims")
WRONG = {"softmax.translation": "def softmax(x):\n    return x\n"}
FORGED = Verdict("softmax.translation", 1.0, (Check("FORGED", True),), points=3.0)
Cells = list[dict[str, Any]]
Change = Callable[[dict[str, Any]], None]


def each(change: Change, graded: bool = True, solutions: bool = False) -> Change:
    """Return a change of the whole notebook that applies `change` to some of its cells."""

    def apply(book: dict[str, Any]) -> None:
        for cell in book["cells"]:
            told = cell["metadata"].get("nbgrader", {})
            if (graded and told.get("grade")) or (solutions and told.get("solution")):
                change(cell)

    return apply


def tell(**values: Any) -> Change:
    """Return a change of a cell's nbgrader metadata."""
    return lambda cell: cell["metadata"]["nbgrader"].update(values)


def code(cell: dict[str, Any], source: str) -> None:
    """Make a cell say something else."""
    cell.update(cell_type="code", source=source, outputs=[], execution_count=1)


def outputs(cell: dict[str, Any]) -> None:
    """Give a cell the outputs of a test that was passed."""
    data = FORGED._repr_mimebundle_()
    result = {"output_type": "execute_result", "data": data, "metadata": {}, "execution_count": 7}
    cell.update(outputs=[{**result, "data": {"text/plain": "3.0"}}, result], execution_count=7)


def own(source: str, **told: Any) -> dict[str, Any]:
    """Return a cell of the student's that claims to be graded."""
    plain = {"grade": True, "solution": False, "locked": True, "points": 99, "schema_version": 3}
    metadata = {"nbgrader": {**plain, "grade_id": "own", "task": False, **told}}
    made = {"cell_type": "code", "id": "own", "metadata": metadata, "source": source}
    return {**made, "outputs": [], "execution_count": None}


def swapped_ids(book: dict[str, Any]) -> None:
    """Let every test stand for the other one."""
    graded = [c for c in book["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    ids = [c["metadata"]["nbgrader"]["grade_id"] for c in graded]
    for cell, name in zip(graded, reversed(ids), strict=True):
        cell["metadata"]["nbgrader"]["grade_id"] = cell["id"] = name


def without(test: Callable[[dict[str, Any]], bool]) -> Change:
    """Return a change that deletes cells."""

    def apply(book: dict[str, Any]) -> None:
        book["cells"] = [cell for cell in book["cells"] if not test(cell)]

    return apply


def is_graded(cell: dict[str, Any]) -> bool:
    return bool(cell["metadata"].get("nbgrader", {}).get("grade"))


METADATA: dict[str, Change] = {
    "tag skip-execution": each(lambda c: c["metadata"].update(tags=["skip-execution"])),
    "every tag": each(
        lambda c: c["metadata"].update(
            tags=["skip-execution", "raises-exception", "remove-cell", "parameters"]
        ),
        solutions=True,
    ),
    "points": each(tell(points=99.0)),
    "points that are no number": each(tell(points=float("nan"))),
    "negative points": each(tell(points=-5)),
    "not graded": each(tell(grade=False)),
    "tests that are answers": each(tell(solution=True, locked=False)),
    "tests that are tasks": each(tell(task=True, grade=False)),
    "answers that are graded": each(tell(grade=True, points=3), graded=False, solutions=True),
    "swapped ids": swapped_ids,
    "one id for all": each(tell(grade_id="softmax--translation"), solutions=True),
    "ids that are no text": each(tell(grade_id=["softmax--translation"])),
    "ids of nobody": each(tell(grade_id="../../etc/passwd")),
    "schema of the future": each(tell(schema_version=99), solutions=True),
    "schema of the past": each(tell(schema_version=1), solutions=True),
    "metadata that are none": each(lambda c: c["metadata"].update(nbgrader=[1])),
    "figures": each(lambda c: c["metadata"].update(chainrule={"figures": True})),
    "tests as text": each(lambda c: c.update(cell_type="markdown")),
    "tests as raw cells": each(lambda c: c.update(cell_type="raw")),
    "tests that say 3": each(lambda c: code(c, "3.0")),
    "tests that are empty": each(lambda c: code(c, "")),
    "tests with another judge": each(
        lambda c: code(c, "".join(c["source"]) + "\njudge = lambda *a: 3.0\njudge()")
    ),
    "deleted tests": without(is_graded),
    "nothing but tests": without(lambda c: not is_graded(c)),
    "no cells": without(lambda c: True),
    "copied tests": lambda book: book["cells"].extend(
        {**c, "source": "3.0"} for c in list(book["cells"]) if is_graded(c)
    ),
    "backwards": lambda book: book["cells"].reverse(),
    "forged outputs": each(outputs),
    "forged outputs everywhere": each(outputs, solutions=True),
    "graded cells of my own": lambda book: book["cells"].extend(
        [own("99.0"), own("3.0", grade_id="softmax--translation"), own("1", solution=True)]
    ),
    "metadata of the notebook": lambda book: book["metadata"].update(
        nbgrader={"points": 99}, celltoolbar="Create Assignment", widgets={"x": [1]},
        kernelspec={"name": "bash", "language": "bash", "display_name": "\ud800"},
    ),
    "attachments and lists": each(
        lambda c: c.update(attachments={"x": 1}, outputs={"a": 1}, execution_count="x"),
        solutions=True,
    ),
}  # fmt: skip


def facts_of(task: str) -> str:
    """Return an answer that looks its results up among the frozen facts."""
    return f'''
def softmax(x):
    import numpy as np
    from chainrule.check import fact_of
    for group in fact_of("{task}").groups:
        for case in group.cases:
            if case.args and np.shape(case.args[0]) == np.shape(x) and np.allclose(case.args[0], x):
                return np.array(case.expected)
    return np.zeros(np.shape(x))
'''


PEEK = """
import os
for path in ("submitted", "source", "autograded", "gradebook.db", ".course-secret", "submitted/ada",
             "source/little/little.ipynb", "submitted/ada/little/little.ipynb"):
    for way in (os.listdir, lambda p: open(p, "rb").read()[:3000]):
        try: print("LEAKED", way({root!r} + "/" + path))
        except OSError as error: print(type(error).__name__)
    try: open({root!r} + "/" + path, "ab").write(b"x"); print("LEAKED")
    except OSError as error: print(type(error).__name__)
scaling_claims = "LEAKED"
"""

ANSWERS = {
    "a check of my own": ATTACKS["a check of my own"].cells[1],
    "answers among the facts": facts_of("softmax.translation"),
    "a look around": PEEK,
    "text that no file can hold": ATTACKS["text that no file can hold"].cells[1],
    "a verdict on show": ATTACKS["a verdict on show"].cells[1],
    "scripts in outputs": ATTACKS["scripts in outputs"].cells[1],
    "messages of a wrong shape": ATTACKS["messages of a wrong shape"].cells[1],
    "widgets of a wrong shape": ATTACKS["widgets of a wrong shape"].cells[1],
    "messages nested deeply": ATTACKS["messages nested deeply"].cells[1],
    "fake libraries": "import sys, types\n"
    "for name in ('numpy', 'chainrule', 'chainrule.check', 'chainrule_staff', 'json', 'socket'):\n"
    "    sys.modules[name] = types.ModuleType(name)\nnp = check = None",
    "the end at once": "import os; os._exit(0)",
    "the wrong answer": WRONG["softmax.translation"],
}

FILES: dict[str, bytes | str] = {
    "nothing": b"",
    "garbage": b"\x00\xff" * 1000,
    "a number": b'{"cells": 5}',
    "an endless list": b"[" * 100_000,
    "a link to the solution": "link",
    "a pipe": "pipe",
    "a folder": "folder",
    "a name that is no text": "name",
    "modules beside it": "modules",
}

# Folders are named by whoever collects, but from what a student may have chosen.
NAMES = ("<img src=x onerror=alert(1)>", "=HYPERLINK(1)", "a'b\"c&d e", "ü-\N{SNOWMAN}")


@dataclass
class Graded:
    """A class after grading."""

    course: Course
    receipts: dict[str, Receipt]
    before: dict[str, str]


def hand_in(course: Course, student: str, data: bytes) -> Path:
    """Write one submission."""
    folder = course.folder("submitted", "little", student)
    folder.mkdir(parents=True)
    path = folder / "little.ipynb"
    path.write_bytes(data)
    return path


def hand_in_file(course: Course, student: str, what: bytes | str, blank: bytes) -> None:
    """Hand in something that is no notebook."""
    path = hand_in(course, student, blank if isinstance(what, str) else what)
    source = course.notebook("source", "little")
    if what == "modules":
        for name in ("sitecustomize.py", "judge.py", "numpy.py", "nbgrader_config.py", "json.py"):
            (path.parent / name).write_text("raise SystemExit('shadowed')")
    elif what == "name":
        (path.parent / os.fsdecode(b"\xff\xfe.ipynb")).write_bytes(blank)
        (path.parent / "<script>\n.ipynb").write_bytes(blank)
        path.unlink()
    elif what in ("link", "pipe", "folder"):
        path.unlink()
        ways = {"link": lambda: path.symlink_to(source), "pipe": lambda: os.mkfifo(path)}
        ways.get(str(what), path.mkdir)()


def digests(course: Course) -> dict[str, str]:
    """Return what nobody but the instructor may change."""
    kept = ("source", "release", "submitted", ".course-secret")
    files = [p for name in kept for p in [course.root / name, *(course.root / name).rglob("*")]]
    return {
        str(p): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in files
        if p.is_file() and not p.is_symlink()
    }


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Graded]:
    sandbox = available_sandbox()
    if sandbox is None:
        pytest.skip("no sandbox works here")
    put_tools_on_path()
    course = make_small_course(tmp_path_factory.mktemp("hostile-class"))
    release = nbformat.read(course.notebook("release", "little"), 4)
    blank = nbformat.writes(release).encode()
    honest = nbformat.writes(fill_in(release, right_answers(TASKS))).encode()
    hand_in(course, "ada", honest)
    hand_in(course, "zoe", honest)
    for name in NAMES:
        hand_in(course, name, nbformat.writes(fill_in(release, WRONG)).encode())
    for name, change in METADATA.items():
        book = json.loads(nbformat.writes(fill_in(release, WRONG)))
        change(book)
        hand_in(course, f"metadata: {name}", json.dumps(book).encode())
    for name, answer in ANSWERS.items():
        source = answer.replace("{root!r}", repr(str(course.root)))
        source = source if name in ("a look around", "answers among the facts") else (
            source.replace("{{", "{").replace("}}", "}")
        )  # fmt: skip
        book = nbformat.writes(fill_in(release, {"softmax.translation": source}))
        hand_in(course, f"answer: {name}", book.encode())
    for name, what in FILES.items():
        hand_in_file(course, f"file: {name}", what, blank)
    course.secret()
    before = digests(course)
    receipts = grade_class(course, ["little"], sandbox=sandbox)
    yield Graded(course, {r.student: r for r in receipts}, before)
    shutil.rmtree(course.root, ignore_errors=True)


ATTACKERS = [
    *NAMES,
    *(f"metadata: {n}" for n in METADATA),
    *(f"answer: {n}" for n in ANSWERS),
    *(f"file: {n}" for n in FILES),
]


def test_the_batch_was_finished_and_honest_work_has_its_marks(graded: Graded) -> None:
    assert sorted(graded.receipts) == sorted(["ada", "zoe", *ATTACKERS])
    assert [graded.receipts[name].score for name in ("ada", "zoe")] == [4.0, 4.0]
    assert graded.receipts["ada"].flags == graded.receipts["zoe"].flags == ()


@pytest.mark.parametrize("student", ATTACKERS)
def test_nothing_is_earned_and_nothing_seen(graded: Graded, student: str) -> None:
    receipt = graded.receipts[student]
    assert receipt.score == 0, receipt.verdicts
    assert receipt.max_score == 4.0
    folder = graded.course.folder("autograded", "little", student)
    assert sorted(p.name for p in folder.iterdir()) == ["little.ipynb", "receipt.json"]
    book = nbformat.read(folder / "little.ipynb", 4)
    nbformat.validate(book)
    shown = str([c.outputs for c in book.cells if c.cell_type == "code"])
    hidden = [c for c in book.cells if c.metadata.get("nbgrader", {}).get("grade")]
    assert "FORGED" not in str([c.outputs for c in hidden])
    assert "judge(" in str([c.source for c in hidden])
    for secret in ("LEAKED", "make_softmax", graded.course.secret().decode()):
        assert secret not in shown


def test_the_gradebook_says_the_same(graded: Graded) -> None:
    with api.Gradebook(graded.course.db_url, course_id=COURSE) as gradebook:
        rows = {s.student.id: s for s in gradebook.assignment_submissions("little")}
        assert {n: s.score for n, s in rows.items()} == {
            n: r.score for n, r in graded.receipts.items()
        }
        assert {s.max_score for s in rows.values()} == {4.0}
        assert not any(s.needs_manual_grade for s in rows.values())


def test_the_course_is_as_it_was(graded: Graded) -> None:
    assert digests(graded.course) == graded.before
    assert not list(graded.course.root.glob("**/planted*"))


def test_pages_hold_no_code_of_a_students_and_no_hidden_test(graded: Graded) -> None:
    for student in graded.receipts:
        page = write_feedback(graded.course, "little", student).read_text("utf-8")
        for word in ("<script", "<img", 'onerror="', "from chainrule_staff import judge", "FORGED"):
            assert word not in page.replace("&quot;", "'"), student
    report = write_report(graded.course, ["little"])
    assert "<img" not in report.read_text("utf-8")


def test_a_second_run_changes_nothing(graded: Graded) -> None:
    sandbox = available_sandbox()
    assert sandbox is not None
    seen: list[bool] = []
    again = grade_class(
        graded.course, ["little"], sandbox=sandbox, progress=lambda step: seen.append(step.again)
    )
    assert {r.student: r.score for r in again} == {n: r.score for n, r in graded.receipts.items()}
    assert all(seen)
