"""The formgrader's buttons in a Jupyter server of our own, in front of the same engine."""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import nbformat
import pytest
from course import TASKS, rows
from tests.sweep.lab import serve

from chainrule_staff.course import Course
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.grading.safe_outputs import safe_data, safe_html, safe_markdown
from chainrule_staff.sample.handin import hand_in
from chainrule_staff.sample.mangling import MANGLINGS
from chainrule_staff.sample.students import Student, right_answers

EVIL = """\
import matplotlib.pyplot as plt
import numpy as np
from IPython.display import HTML, SVG, Javascript, Latex, Markdown, display
from chainrule.verdict import Verdict

evil = "<script>document.title='OWNED'</script><img src=x onerror=\\"document.title='OWNED'\\">"
svg = "<svg xmlns='http://www.w3.org/2000/svg' onload=\\"document.title='OWNED'\\"/>"
for shown in (HTML(evil), Markdown(evil), Markdown(f"${evil}$"), SVG(svg), Latex(evil)):
    display(shown)
display(Javascript("document.title='OWNED'"), Verdict("softmax.translation", 1.0))
display({"image/png": "x' onerror='document.title=1", "text/plain": "a png"}, raw=True)
display({"text/html": "<b>a table stays</b>"}, raw=True)
plt.plot([1, 2]); plt.show()


def softmax(x):
    print(evil)
    raise ValueError(evil)
"""
STUDENTS = {
    "ada": Student("ada", right_answers(TASKS), {}),
    "ben": Student("ben", {"softmax.translation": "def softmax(x):\n    return x\n"}, {}),
    "cleo": Student("cleo", {}, {}),
    "dan": Student("dan", right_answers(TASKS), {}, MANGLINGS["split"]),
    "eve": Student("eve", {"softmax.translation": EVIL}, {}),
}
Rows = list[tuple[str, str, float | None, float | None, bool]]


class Running(HTMLParser):
    """Collects what would run, load or send something in a page."""

    TAGS = frozenset(
        ["script", "svg", "iframe", "form", "meta", "base", "object", "embed", "link", "style"]
    )

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside = tag
        if tag in self.TAGS:
            self.found.append(tag)
        for name, value in attrs:
            text = "".join((value or "").split()).lower()
            if name.startswith("on") or "javascript:" in text:
                self.found.append(f"{name}={value}")

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            self.found.append(data)


def running(html: str) -> list[str]:
    """Return what of a page's HTML would run, load or send something."""
    parser = Running()
    parser.feed(html)
    parser.close()
    return parser.found


@dataclass
class Formgrader:
    """A running server, and the class as `chainrule grade` had marked it before."""

    course: Course
    address: str
    token: str
    ours: Rows

    def ask(self, path: str, method: str = "GET", body: object = None) -> bytes:
        """Return what the server answers, as to the browser of whoever is logged in."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.address}/{path}", data, method=method)
        request.add_header("Authorization", f"token {self.token}")
        with urllib.request.urlopen(request, timeout=300) as answer:
            return bytes(answer.read())

    def submissions(self) -> dict[str, str]:
        """Return student -> id of the submitted notebook."""
        found = json.loads(self.ask("formgrader/api/submitted_notebooks/little/little"))
        return {entry["student"]: entry["id"] for entry in found}


@pytest.fixture(scope="module")
def formgrader(
    built: Course, sandbox: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Formgrader]:
    root, state = tmp_path_factory.mktemp("formgrader"), tmp_path_factory.mktemp("state")
    course = Course(Path(shutil.copytree(built.root, root / "course")))
    for student in STUDENTS.values():
        hand_in(course, "little", student)
    grade_class(course, ["little"], sandbox=sandbox)
    ours = rows(course)
    (course.root / "gradebook.db").unlink()
    shutil.rmtree(course.root / "autograded")
    with serve(course.root, state) as (address, token):
        yield Formgrader(course, address, token, ours)


@pytest.fixture(scope="module")
def pressed(formgrader: Formgrader) -> Formgrader:
    """The formgrader after its buttons were pressed: Generate, and Autograde for each student."""
    formgrader.ask("formgrader/api/assignment/little/assign", "POST", {})
    for name in STUDENTS:
        path = f"formgrader/api/submission/little/{name}/autograde"
        answer = json.loads(formgrader.ask(path, "POST", {}))
        assert answer["success"], answer["log"]
    return formgrader


def test_the_autograde_button_gives_the_same_rows(pressed: Formgrader) -> None:
    assert rows(pressed.course) == pressed.ours
    marks = {name: sum(r[2] or 0 for r in pressed.ours if r[0] == name) for name in STUDENTS}
    assert (marks["ada"], marks["dan"], marks["cleo"], marks["eve"]) == (4.0, 4.0, 0.0, 0.0)


def test_the_answer_of_the_button_tells_what_was_repaired(pressed: Formgrader) -> None:
    path = "formgrader/api/submission/little/dan/autograde"
    assert "split or copied" in json.loads(pressed.ask(path, "POST", {}))["log"]


def test_the_pages_for_grading_by_hand_open(pressed: Formgrader) -> None:
    submissions = pressed.submissions()
    assert sorted(submissions) == sorted(STUDENTS)
    for path in ("manage_assignments", "manage_submissions/little", "gradebook/little/little"):
        assert b"formgrader" in pressed.ask(f"formgrader/{path}")
    page = pressed.ask(f"formgrader/submissions/{submissions['ben']}/").decode()
    assert "return x" in re.sub("<[^>]*>", "", page)
    assert "softmax--translation" in page
    assert "chainrule-verdict" in page


def test_a_grade_given_by_hand_survives_the_button(pressed: Formgrader) -> None:
    grades = json.loads(
        pressed.ask(f"formgrader/api/grades?submission_id={pressed.submissions()['cleo']}")
    )
    [grade] = [g for g in grades if g["name"] == "softmax--translation"]
    pressed.ask(f"formgrader/api/grade/{grade['id']}", "PUT", {"manual_score": 1.5})
    pressed.ask("formgrader/api/submission/little/cleo/autograde", "POST", {})
    [row] = [r for r in rows(pressed.course) if r[:2] == ("cleo", "softmax--translation")]
    assert row[3] == 1.5
    pressed.ask(f"formgrader/api/grade/{grade['id']}", "PUT", {"manual_score": None})


def test_without_a_token_nothing_is_graded(formgrader: Formgrader) -> None:
    path = f"{formgrader.address}/formgrader/api/submission/little/ada/autograde"
    request = urllib.request.Request(path, b"{}", method="POST")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=60)


def visit(chromium: Any, formgrader: Formgrader, path: str) -> Any:
    """Open a page of the formgrader as somebody who is logged in."""
    headers = {"Authorization": f"token {formgrader.token}"}
    page = chromium.new_context(extra_http_headers=headers).new_page()
    page.goto(f"{formgrader.address}/formgrader/{path}")
    return page


@pytest.mark.browser
def test_nothing_of_a_submission_runs_in_the_graders_browser(
    pressed: Formgrader, chromium: Any
) -> None:
    submission = pressed.submissions()["eve"]
    page = visit(chromium, pressed, f"submissions/{submission}/")
    page.wait_for_selector("text=a table stays")
    assert page.title() != "OWNED"
    shown = page.content()
    assert "data:image/png;base64" in shown
    assert page.locator("img[onerror], svg[onload], [onload]:not(body)").count() == 0
    assert page.evaluate("[...document.scripts].filter(s => /OWNED/.test(s.text)).length") == 0
    page.close()


@pytest.mark.browser
def test_without_the_filter_a_script_would_run(
    pressed: Formgrader, chromium: Any, tmp_path: Path
) -> None:
    from nbconvert.exporters import HTMLExporter

    book = pressed.course.notebook("autograded", "little", "eve")
    html, _ = HTMLExporter(template_name="basic").from_filename(str(book))
    page = chromium.new_page()
    page.set_content(html)
    page.wait_for_function("document.title === 'OWNED'")
    page.close()


@pytest.mark.browser
def test_the_button_itself(formgrader: Formgrader, chromium: Any) -> None:
    """A click on the lightning of one student in Manage Submissions."""
    formgrader.ask("formgrader/api/assignment/little/assign", "POST", {})
    page = visit(chromium, formgrader, "manage_submissions/little")
    row = page.locator("tr", has_text="ada")
    row.locator("td.autograde a").click()
    page.wait_for_selector("text=Successfully autograded", timeout=120_000)
    page.close()
    ada = [row for row in rows(formgrader.course) if row[0] == "ada"]
    assert ada == [row for row in formgrader.ours if row[0] == "ada"]


def test_nbgraders_feedback_runs_nothing_either(pressed: Formgrader) -> None:
    path = "formgrader/api/assignment/little/generate_feedback"
    answer = json.loads(pressed.ask(path, "POST", {}))
    assert answer["success"], answer["log"]
    folder = pressed.course.folder("feedback", "little", "eve")
    html = (folder / "little.html").read_text("utf-8")
    assert not [found for found in running(html) if "OWNED" in found]
    assert "from chainrule_staff import judge" not in html
    assert "a table stays" in html


@pytest.mark.parametrize(
    "html",
    [
        "<script>alert(1)</script>", "<ScRiPt\n>alert(1)", "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>", "<a href='java\tscript:alert(1)'>x</a>", "<iframe src=x>",
        "<math><mtext><script>alert(1)</script>", "<style>*{}</style>", "<b onclick='alert(1)'>",
        "<form action=x><button>", "<meta http-equiv=refresh content=0>", "<base href=x>",
        "<scr<script></script>ipt>alert(1)</script>", "<object data=x>", "<link rel=x href=y>",
        "<p style=\"background:url(javascript:alert(1))\">", "<!--><script>alert(1)</script>-->",
    ],
)  # fmt: skip
def test_what_runs_is_taken_out(html: str) -> None:
    for safe in (safe_html(html), safe_markdown(html), safe_markdown(f"${html}$")):
        assert running(safe) == []


def test_what_runs_is_seen() -> None:
    for html in ("<script>x</script>", "<b onclick='x'>", "<a href='java\tscript:x'>"):
        assert running(html)


def test_what_shows_something_stays() -> None:
    table = "<table><tbody><tr><td>1</td></tr></tbody></table>"
    assert safe_html(table) == table
    formula = "<math><mi>x</mi><mo>=</mo><mfrac><mn>1</mn><mn>2</mn></mfrac></math>"
    assert safe_html(formula) == formula
    assert "$a &lt; b$" in safe_markdown("where $a < b$")
    assert safe_data(("image/png", "iVBORw0KGgo=\n")) == ("image/png", "iVBORw0KGgo=\n")
    assert safe_data(("image/png", "x' onerror='alert(1)")) == ("image/png", "")
    assert safe_data(("application/javascript", "alert(1)"))[1] == ""
    assert safe_data(("image/svg+xml", "<svg onload='x'/>"))[1].startswith("<img ")


def test_the_autograded_notebook_itself_is_not_changed(pressed: Formgrader) -> None:
    book = nbformat.read(pressed.course.notebook("autograded", "little", "eve"), 4)
    assert "<script>" in str([cell.get("outputs") for cell in book.cells])
