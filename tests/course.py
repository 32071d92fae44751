"""A small course to test with: two tasks in one notebook, built in a folder of its own."""

from __future__ import annotations

import shutil
from pathlib import Path

from chainrule_staff.build import products
from chainrule_staff.course import Course

ROOT = Path(__file__).parents[1]
SMALL = ROOT / "tests" / "data" / "small-course"


def make_small_course(folder: Path) -> Course:
    """Build the small course below `folder`."""
    shutil.copytree(SMALL / "authoring", folder / "authoring")
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    products.write_products(folder, products.make_products(folder))
    return Course(folder)
