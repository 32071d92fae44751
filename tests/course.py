"""A small course to test with: two tasks in one notebook, built in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from nbgrader import api

from chainrule_staff.build import products
from chainrule_staff.course import Course
from chainrule_staff.grading.gradebook import COURSE

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "data" / "small-course"
TASKS = ("softmax.translation", "softmax.scaling-claims")
# Overflows for large entries: two of the three points of its task, and a mistake that has a name.
NAIVE = "def softmax(x):\n    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)\n"


def make_small_course(folder: Path) -> Course:
    """Build the small course below `folder`."""
    shutil.copytree(SMALL / "authoring", folder / "authoring")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    products.write_products(folder, products.make_products(folder))
    return Course(folder)


def rows(course: Course) -> list[tuple[str, str, float | None, float | None, bool]]:
    """Return what the gradebook says of every graded cell of the small course."""
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        return sorted(
            (s.student.id, g.name, g.auto_score, g.manual_score, g.needs_manual_grade)
            for s in gradebook.assignment_submissions("little")
            for n in s.notebooks
            for g in n.grades
        )


def scores(course: Course) -> dict[str, float]:
    """Return student -> score in the small course."""
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        return {s.student.id: s.score for s in gradebook.assignment_submissions("little")}
