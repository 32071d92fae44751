"""The Monday sheet: what the class misunderstood, on one page for the lecturer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from chainrule.verdict import Verdict
from chainrule_staff.course import Course
from chainrule_staff.exercises import find
from chainrule_staff.exercises.registry import UnknownTask
from chainrule_staff.grading.filing import filed_receipt
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.submission import title_of
from chainrule_staff.report.page import page, points, table, text


def receipts_of(course: Course, assignment: str) -> list[Receipt]:
    """Return all receipts of an assignment, by student."""
    folders = sorted((course.root / "autograded").glob(f"[!.]*/{assignment}"))
    found = [filed_receipt(course, assignment, folder.parent.name) for folder in folders]
    return [receipt for receipt in found if receipt is not None]


def write_report(course: Course, assignments: Sequence[str]) -> Path:
    """Write `feedback/report.html` about these assignments and return its path."""
    sections = [report_section(name, receipts_of(course, name)) for name in assignments]
    path = course.root / "feedback" / "report.html"
    path.parent.mkdir(parents=True, exist_ok=True)
    title = "What the class understood"
    path.write_text(page(title, f"<h1>{title}</h1>" + "".join(sections)), "utf-8")
    return path


def report_section(assignment: str, receipts: Sequence[Receipt]) -> str:
    """Return the part about one assignment."""
    if not receipts:
        return f"<h2>{text(assignment)}</h2><p>No results yet.</p>"
    mean = sum(receipt.score for receipt in receipts) / len(receipts)
    intro = (
        f"<p>{len(receipts)} submissions, on average {points(mean)} of "
        f"{points(receipts[0].max_score)} points.</p>"
    )
    return f"<h2>{text(assignment)}</h2>{intro}{_tasks(receipts)}{_mistakes(receipts)}"


def _tasks(receipts: Sequence[Receipt]) -> str:
    rows = []
    for name, first in receipts[0].verdicts.items():
        verdicts = [r.verdicts[name] for r in receipts if name in r.verdicts]
        answered = [v for v in verdicts if not (v.checks and v.checks[0].name == "answered")]
        right = sum(verdict.passed for verdict in answered)
        row = [text(title_of(first.task)), str(len(answered)), str(right), _mean(answered)]
        rows.append(row)
    return table(["Task", "Answered", "Right", "Mean score"], rows, numeric=[1, 2])


def _mean(verdicts: Sequence[Verdict]) -> str:
    """Return the mean score in words and as a bar."""
    if not verdicts:
        return "-"
    share = sum(verdict.score for verdict in verdicts) / len(verdicts)
    return f"{share:.0%} <meter value='{share:.2f}' aria-label='mean score'>{share:.0%}</meter>"


def _mistakes(receipts: Sequence[Receipt]) -> str:
    counts = Counter(pair for receipt in receipts for pair in receipt.mistakes)
    if not counts:
        return "<p>No known mistake was recognised.</p>"
    rows = [
        [str(number), text(title_of(task)), text(mistake), text(lesson_of(task, mistake))]
        for (task, mistake), number in counts.most_common()
    ]
    head = ["Students", "Task", "Mistake", "What they were told"]
    return "<h3>Mistakes by name</h3>" + table(head, rows, numeric=[0])


def lesson_of(task: str, mistake: str) -> str:
    """Return the sentence that goes with a mistake; empty if the course no longer knows it."""
    try:
        return find(task).lessons.get(mistake, "")
    except UnknownTask:
        return ""
