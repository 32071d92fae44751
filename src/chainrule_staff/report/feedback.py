"""A student's feedback page: what was checked, what came out, what to think about next.

It shows the names and sentences of the checks and the student's own code. The source of a hidden
test is not in it, and every string of the student's is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from chainrule.derivation import check_task
from chainrule.derivation.display import to_html
from chainrule.verdict import Verdict
from chainrule_staff.course import Course
from chainrule_staff.exercises import find
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.registry import UnknownTask
from chainrule_staff.grading.filing import filed_receipt
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.submission import title_of
from chainrule_staff.report.page import page, points, table, text

HEAD = ("Result", "What was looked at", "What was seen")


def write_feedback(course: Course, assignment: str, student: str) -> Path:
    """Write the feedback page of one graded submission and return its path.

    Raises:
        FileNotFoundError: if the submission has no result yet.
    """
    receipt = filed_receipt(course, assignment, student)
    if receipt is None:
        raise FileNotFoundError(
            f"{student}, {assignment}: there is no result yet; run `chainrule grade {assignment}`"
        )
    notebook = nbformat.read(course.notebook("autograded", assignment, student), 4)
    path = course.folder("feedback", assignment, student) / f"{assignment}.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_text(feedback_page(receipt, notebook), "utf-8")
    temporary.replace(path)
    return path


def feedback_page(receipt: Receipt, notebook: NotebookNode) -> str:
    """Return the page for one receipt."""
    answers = answers_by_task(notebook)
    parts = [_head(receipt), _overview(receipt)]
    parts += [_task(verdict, answers) for verdict in receipt.verdicts.values()]
    parts += [_by_hand(receipt), _notes(receipt)]
    return page(f"Feedback: {receipt.assignment}, {receipt.student}", "\n".join(parts))


def answers_by_task(notebook: NotebookNode) -> Mapping[str, str]:
    """Return stem of the grade id -> the student's source for it."""
    found: dict[str, str] = {}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        if meta.get("solution"):
            stem = "--".join(meta["grade_id"].split("--")[:2])
            found[stem] = "\n\n".join(filter(None, [found.get(stem), cell.source]))
    return found


def state(verdict: Verdict) -> tuple[str, str]:
    """Return (CSS class, word) for a verdict."""
    if verdict.passed:
        return "right", "right"
    return ("partly", "partly right") if verdict.score else ("wrong", "not yet")


def _head(receipt: Receipt) -> str:
    score = f"{points(receipt.score)} of {points(receipt.max_score)} points"
    waiting = " so far; a person still reads your text answers" if receipt.manual else ""
    return (
        f"<h1>{text(receipt.assignment)}</h1>\n"
        f"<p class='soft'>{text(receipt.student)}</p>\n<p><strong>{score}</strong>{waiting}</p>"
    )


def _overview(receipt: Receipt) -> str:
    rows = []
    for verdict in receipt.verdicts.values():
        css, word = state(verdict)
        link = f"<a href='#{text(verdict.task)}'>{text(title_of(verdict.task))}</a>"
        earned = f"{points(verdict.earned)} / {points(verdict.points)}"
        rows.append([link, f"<span class='state {css}'>{word}</span>", earned])
    return table(["Task", "Verdict", "Points"], rows, numeric=[2])


def _task(verdict: Verdict, answers: Mapping[str, str]) -> str:
    css, word = state(verdict)
    code = answers.get(verdict.task.replace(".", "--"), "")
    rows = [
        [
            f"<span class='state {'right' if check.passed else 'wrong'}'>"
            f"{'passed' if check.passed else 'failed'}</span>",
            text(check.name),
            text(check.message),
        ]
        for check in verdict.checks
    ]
    lesson = f"<p class='lesson'>{text(verdict.lesson)}</p>" if verdict.lesson else ""
    notes = "".join(f"<p class='soft'>{text(note)}</p>" for note in verdict.notes)
    shown = (
        f"<details><summary>Your answer</summary><pre tabindex='0'>{text(code)}</pre></details>"
        if code
        else ""
    )
    checked = derivation_table(verdict.task, code) or table(HEAD, rows)
    return (
        f"<section id='{text(verdict.task)}'>\n<h2>{text(title_of(verdict.task))} "
        f"<span class='state {css}'>({word})</span></h2>\n"
        f"<p class='soft'>{text(verdict.task)}: {points(verdict.earned)} of "
        f"{points(verdict.points)} points</p>\n{lesson}"
        f"{checked}{notes}{shown}\n</section>"
    )


def derivation_table(task: str, code: str) -> str:
    """Return the table of a derivation, typeset as in the notebook; "" for any other task."""
    try:
        exercise = find(task)
    except UnknownTask:
        return ""
    first, _, text_of_lines = code.partition("\n")
    if not isinstance(exercise, DeriveTask) or not first.startswith("%%derive"):
        return ""
    return to_html(check_task(text_of_lines, exercise.goal), task)


def _by_hand(receipt: Receipt) -> str:
    if not receipt.manual:
        return ""
    rows = [[text(name), points(value)] for name, value in receipt.manual.items()]
    return "<h2>Read by a person</h2>" + table(["Answer", "Points"], rows, numeric=[1])


def _notes(receipt: Receipt) -> str:
    sentences = [*receipt.flags, *receipt.events]
    if not sentences:
        return ""
    items = "".join(f"<li>{text(sentence)}</li>" for sentence in sentences)
    return f"<h2>About your notebook</h2><ul>{items}</ul>"
