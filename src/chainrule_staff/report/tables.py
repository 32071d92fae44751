"""What the terminal shows: progress, a summary of a run, coverage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from statistics import median

from rich.console import Console, Group
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from chainrule_staff.coverage import Covered
from chainrule_staff.grading.pipeline import Step
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.report.page import points

MOST_ROWS = 60


@contextmanager
def progress_bar(quiet: bool = False) -> Iterator[Callable[[Step], None]]:
    """Show a bar with the time that is left; yield what is to be called after each submission."""
    columns = (
        TextColumn("grading"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.description}"),
    )
    with Progress(*columns, console=Console(stderr=True), disable=quiet) as progress:
        bar = progress.add_task("", total=None)

        def show(step: Step) -> None:
            label = f"{step.receipt.student} / {step.receipt.assignment}"
            progress.update(bar, total=step.total, completed=step.done, description=label)

        yield show


def summary(receipts: Sequence[Receipt]) -> Group:
    """Return scores, mistakes and what had to be mended; a large class by assignment."""
    scores = scores_table(receipts) if len(receipts) <= MOST_ROWS else class_table(receipts)
    return Group(scores, mistakes_table(receipts), notes_table(receipts))


def scores_table(receipts: Sequence[Receipt]) -> Table:
    """Return a row for each submission."""
    scores = Table(title="Scores", title_justify="left")
    for head in ("student", "assignment", "points", "seconds", "mistakes recognised", "mended"):
        scores.add_column(head, justify="right" if head in ("points", "seconds") else "left")
    for receipt in receipts:
        told = ", ".join(f"{task.partition('.')[2]}: {name}" for task, name in receipt.mistakes)
        scores.add_row(
            Text(receipt.student),
            receipt.assignment,
            f"{points(receipt.score)} / {points(receipt.max_score)}",
            f"{receipt.seconds:.2f}",
            Text(told),
            Text(str(len(receipt.flags) + len(receipt.events) or "")),
        )
    return scores


def class_table(receipts: Sequence[Receipt]) -> Table:
    """Return a row for each assignment."""
    shown = Table(title="Scores", title_justify="left")
    for head in ("assignment", "submissions", "mean points", "median seconds", "longest", "mended"):
        shown.add_column(head, justify="left" if head == "assignment" else "right")
    for assignment in dict.fromkeys(receipt.assignment for receipt in receipts):
        own = [receipt for receipt in receipts if receipt.assignment == assignment]
        mean = sum(receipt.score for receipt in own) / len(own)
        seconds = [receipt.seconds for receipt in own]
        shown.add_row(
            assignment,
            str(len(own)),
            f"{points(mean)} / {points(own[0].max_score)}",
            f"{median(seconds):.2f}",
            f"{max(seconds):.2f}",
            str(sum(bool(receipt.flags or receipt.events) for receipt in own)),
        )
    return shown


def notes_table(receipts: Sequence[Receipt]) -> Table:
    """Return what was repaired or went wrong, submission by submission."""
    notes = [(r, sentence) for r in receipts for sentence in (*r.flags, *r.events)]
    more = f"; {len(notes) - MOST_ROWS} more are on the receipts" if len(notes) > MOST_ROWS else ""
    shown = Table(title=f"Mended or noticed{more}", title_justify="left")
    for head in ("student", "assignment", "what"):
        shown.add_column(head)
    for receipt, sentence in notes[:MOST_ROWS]:
        shown.add_row(Text(receipt.student), receipt.assignment, Text(sentence[:300]))
    return shown


def mistakes_table(receipts: Sequence[Receipt]) -> Table:
    """Return how often each known mistake was recognised."""
    counts = Counter(pair for receipt in receipts for pair in receipt.mistakes)
    found = Table(title="Mistakes by name", title_justify="left")
    for head in ("students", "task", "mistake"):
        found.add_column(head, justify="right" if head == "students" else "left")
    for (task, mistake), number in counts.most_common():
        found.add_row(str(number), task, mistake)
    return found


def coverage_table(entries: Sequence[Covered]) -> Table:
    """Return the sheet questions with the tasks that cover them."""
    shown = Table(title="Coverage", title_justify="left")
    for head in ("question", "task", "notebook", "kinds", "mistakes", "points"):
        shown.add_column(head, overflow="fold")  # a name cut short cannot be looked up
    for entry in entries:
        shown.add_row(
            entry.sheet_question or "beyond the sheets",
            entry.task,
            entry.notebook or "-",
            ", ".join(entry.kinds),
            str(len(entry.mistakes)),
            points(entry.points),
        )
    return shown
