"""`chainrule demo`: build, grade the sample class, write feedback, show what was recognised.

Everything happens in a folder of its own; no real term's work is touched.
"""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

from chainrule_staff.build.products import Products, authored, make_products, write_products
from chainrule_staff.course import Course
from chainrule_staff.grading.engines import default_sandbox
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.report.class_report import write_report
from chainrule_staff.report.feedback import write_feedback
from chainrule_staff.report.page import points
from chainrule_staff.report.tables import progress_bar
from chainrule_staff.sample import students as sample
from chainrule_staff.sample.handin import hand_in
from chainrule_staff.sample.students import Student

EXAMPLES = Path("examples/class")
SHOWN = ("softmax", "ad_traces")  # what the whole class hands in, unless `--all` is given
Class = Mapping[str, Sequence[Student]]  # assignment -> students


def run_demo(
    root: Path, folder: Path, console: Console, everyone: bool = False, jobs: int = 2
) -> None:
    """Run the whole life of a notebook on the sample class; exit with 1 if it is not as expected.

    Args:
        root: the repository.
        folder: where the demo works; emptied first, if it is a demo's folder or new.
        console: where to write.
        everyone: whether the whole class hands in every notebook; by default the worked sheets
            do, and the others hand in `SHOWN` only.
        jobs: worker processes.
    """
    start = time.monotonic()
    course = prepare(root, folder)
    console.print("building notebooks from authoring/")
    products = {p: d for p, d in make_products(root).items() if p.parts[0] in ("source", "release")}
    write_products(folder, Products(products))
    students = make_class(root, everyone)
    for assignment, people in students.items():
        for student in people:
            hand_in(course, assignment, student)
    with progress_bar() as progress:
        receipts = grade_class(
            course, list(students), sandbox=default_sandbox(), jobs=jobs, progress=progress
        )
    for receipt in receipts:
        write_feedback(course, receipt.assignment, receipt.student)
    report = write_report(course, list(students))
    by_name = {(r.assignment, r.student): r for r in receipts}
    console.print(sheets_table(students, by_name))
    console.print(groups_table(students, by_name))
    show_pages(course, report, console)
    console.print(f"{len(receipts)} submissions in {time.monotonic() - start:.0f} s")
    if wrong := unexpected(students, by_name):
        for sentence in wrong:
            console.print(sentence, style="red", markup=False)
        sys.exit(1)


def prepare(root: Path, folder: Path) -> Course:
    """Make an empty course folder.

    Raises:
        FileExistsError: if the folder holds something that is no demo.
    """
    marker = folder / ".chainrule-demo"
    if folder.exists() and any(folder.iterdir()) and not marker.exists():
        raise FileExistsError(f"{folder} is not empty and no demo; choose another --folder")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    marker.touch()
    shutil.copy(root / "nbgrader_config.py", folder)
    return Course(folder)


def make_class(root: Path, everyone: bool = False) -> Class:
    """Return assignment -> everyone who hands it in."""
    made: dict[str, Sequence[Student]] = {}
    for name, cells in authored(root).items():
        tasks = list(dict.fromkeys(c.task for c in cells if c.role in ("check", "hidden")))
        sheets = [s for s in sample.sheets(root / EXAMPLES, tasks) if s.answers or name in SHOWN]
        made[name] = [*sheets, *(_others(name, tasks) if everyone or name in SHOWN else ())]
    return {name: people for name, people in made.items() if people}


def _others(name: str, tasks: Sequence[str]) -> list[Student]:
    """Return the class beside the sheets; one notebook is enough to mangle."""
    return [
        sample.perfect(tasks),
        sample.blank(),
        *sample.alternatives(tasks),
        *sample.mistaken(tasks),
        *(sample.mangled(tasks) if name == SHOWN[0] else ()),
    ]


Receipts = Mapping[tuple[str, str], Receipt]


def sheets_table(students: Class, receipts: Receipts) -> Table:
    """Return what the five worked sheets get, and which mistakes they make."""
    shown = Table(title="The five worked sheets, graded", title_justify="left")
    for head in ("sheet", "notebook", "points", "mistakes recognised"):
        shown.add_column(head, justify="right" if head == "points" else "left")
    sheets = [(s, a) for a, people in students.items() for s in people if is_sheet(s)]
    for student, assignment in sorted(sheets, key=lambda pair: pair[0].name):
        receipt = receipts[assignment, student.name]
        told = "\n".join(f"{task.partition('.')[2]}: {name}" for task, name in receipt.mistakes)
        score = f"{points(receipt.score)} / {points(receipt.max_score)}"
        shown.add_row(student.name, assignment, score, Text(told or "-"))
    return shown


def groups_table(students: Class, receipts: Receipts) -> Table:
    """Return, for the rest of the class, how many answers came out as they should."""
    shown = Table(title="The rest of the class", title_justify="left")
    for head in ("answers", "submissions", "tasks", "as expected"):
        shown.add_column(head, justify="left" if head == "answers" else "right")
    groups = {
        "all right": "perfect",
        "right in another way: full marks": "right-",
        "known mistakes: rejected and named": "wrong-",
        "mangled notebooks: every mark kept": "mangled-",
    }
    for label, prefix in groups.items():
        mine = [
            (assignment, student)
            for assignment, people in students.items()
            for student in people
            if student.name.startswith(prefix)
        ]
        tasks = sum(len(student.expected) for _, student in mine)
        wrong = sum(len(_differences(s, receipts[a, s.name])) for a, s in mine)
        shown.add_row(label, str(len(mine)), str(tasks), str(tasks - wrong))
    return shown


def unexpected(students: Class, receipts: Receipts) -> list[str]:
    """Return one sentence for each submission that did not come out as it should."""
    return [
        sentence
        for assignment, people in students.items()
        for student in people
        for sentence in _differences(student, receipts[assignment, student.name])
    ]


def _differences(student: Student, receipt: Receipt) -> list[str]:
    """Return one sentence for each task of a submission that did not come out as expected."""
    where = f"{student.name}, {receipt.assignment}"
    verdicts = {verdict.task: verdict for verdict in receipt.verdicts.values()}
    found = []
    for task, mistake in student.expected.items():
        verdict = verdicts[task]
        if mistake is None and not verdict.passed:
            found.append(f"{where}: {verdict}")
        elif mistake is not None and (verdict.passed or verdict.mistake != mistake):
            found.append(f"{where}: expected the mistake {mistake!r}; {verdict}")
    blank = [v for task, v in verdicts.items() if task not in student.answers and v.score]
    return found + [f"{where}: {v.task} earns points without an answer" for v in blank]


def is_sheet(student: Student) -> bool:
    """Whether this is one of the five worked sheets."""
    return student.name.startswith("sheet-")


def show_pages(course: Course, report: Path, console: Console) -> None:
    """Say which pages to open."""
    example = next(course.root.glob("feedback/sheet-000/*/*.html"), None)
    console.print(f"open: {report}", markup=False, soft_wrap=True)
    if example:
        console.print(f"open: {example}", markup=False, soft_wrap=True)
