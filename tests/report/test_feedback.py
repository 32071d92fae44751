"""What students and lecturers read: every string of a student's is text, no test is shown."""

from __future__ import annotations

import csv
import io
from html.parser import HTMLParser
from pathlib import Path

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chainrule.verdict import Check, Verdict
from chainrule_staff.course import Course
from chainrule_staff.grading.gradebook import Marks, Recorder
from chainrule_staff.grading.receipt import Receipt, versions
from chainrule_staff.report import export
from chainrule_staff.report.class_report import report_section
from chainrule_staff.report.feedback import derivation_table, feedback_page, write_feedback

EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def receipt(student: str = "ada", mistake: str | None = "overflow", **more: object) -> Receipt:
    checks = (Check("a batch", False, f"softmax returned {EVIL}"), Check("a vector", True))
    verdict = Verdict("softmax.translation", 0.5, checks, mistake, "A lesson.", 3.0)
    fields = {"flags": [f"renamed {EVIL}"], "events": (), "versions": versions(), **more}
    return Receipt(
        student, "softmax", "k", "s", "s", "split, sandlock", "d",
        verdicts={"softmax--translation": verdict}, **fields,  # type: ignore[arg-type]
    )  # fmt: skip


def notebook(source: str) -> object:
    meta = {"solution": True, "grade_id": "softmax--translation--answer"}
    hidden = "check()\n### BEGIN HIDDEN TESTS\njudge('softmax.translation')\n### END HIDDEN TESTS"
    graded = {"grade": True, "grade_id": "softmax--translation"}
    answer = new_code_cell(source, metadata={"nbgrader": meta})
    return new_notebook(cells=[answer, new_code_cell(hidden, metadata={"nbgrader": graded})])


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag in ("h1", "h2", "h3"):
            self.levels.append(int(tag[1]))


def parsed(page: str) -> Tags:
    tags = Tags()
    tags.feed(page)
    return tags


def test_strings_of_the_students_are_escaped() -> None:
    page = feedback_page(receipt(student=EVIL), notebook(f"x = '{EVIL}'"))  # type: ignore[arg-type]
    tags = parsed(page)
    assert "script" not in tags.seen
    assert "img" not in tags.seen
    assert "&lt;script&gt;" in page
    assert "script-src" not in page
    assert "default-src &#x27;none&#x27;" in page or "default-src 'none'" in page


def test_names_and_sentences_are_shown_and_no_hidden_test() -> None:
    page = feedback_page(receipt(), notebook("def softmax(x): ..."))  # type: ignore[arg-type]
    for words in ("a batch", "a vector", "A lesson.", "1.5", "A softmax that never overflows"):
        assert words in page
    assert "judge(" not in page
    assert "HIDDEN" not in page


def test_a_derivation_is_typeset_as_in_the_notebook() -> None:
    task = "softmax.translation-derivation"
    page = derivation_table(task, f"%%derive {task}\nsoftmax(x + c)[i]\n= {EVIL}")
    assert "<math" in page
    assert "<script" not in page
    assert derivation_table("softmax.translation", "def softmax(x): ...") == ""
    assert derivation_table("no.such-task", "") == ""


def test_headings_have_no_gap() -> None:
    levels = parsed(feedback_page(receipt(), notebook("x")))  # type: ignore[arg-type]
    assert levels.levels[0] == 1
    assert all(b <= a + 1 for a, b in zip(levels.levels, levels.levels[1:], strict=False))


def test_feedback_before_grading_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="chainrule grade softmax"):
        write_feedback(Course(tmp_path), "softmax", "ada")


def test_the_report_counts_mistakes_by_name() -> None:
    section = report_section("softmax", [receipt("a"), receipt("b"), receipt("c", None)])
    assert "3 submissions" in section
    assert '<td class="number">2</td>' in section
    assert "e^1000 is infinite" in section
    assert "No results yet" in report_section("softmax", [])


@pytest.fixture
def scored(tmp_path: Path) -> Course:
    from chainrule_staff.course import put_tools_on_path

    put_tools_on_path()
    meta = {
        "grade": True, "solution": False, "locked": True, "points": 3.0,
        "grade_id": "softmax--translation", "schema_version": 3, "task": False,
    }  # fmt: skip
    source = new_notebook(cells=[new_code_cell("x", metadata={"nbgrader": meta})])
    source.metadata.kernelspec = {"name": "python3"}
    course = Course(tmp_path)
    with Recorder(course.db_url) as recorder:
        recorder.register("softmax", source)
        for student, score in (("ada", 1.5), ('b"o,b', 3.0)):
            recorder.record([Marks(student, "softmax", {"softmax--translation": score})])
    return course


@pytest.mark.parametrize(
    ("target", "key"), [("csv", "student_id"), ("canvas", "SIS User ID"), ("moodle", "idnumber")]
)
def test_exports_are_proper_csv(scored: Course, target: str, key: str) -> None:
    scores = export.collect_scores(scored, ["softmax"])
    text = export.FORMATS[target](scores, ["softmax"])
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row[key], row["softmax"]) for row in rows] == [("ada", "1.5"), ('b"o,b', "3")]
