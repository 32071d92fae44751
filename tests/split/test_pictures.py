"""Figures that the whole class sees are drawn once; what is shown is what would be drawn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chainrule.views.softmax import scale
from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.graded_cell import shared_sources
from chainrule_staff.grading.split import SplitEngine
from chainrule_staff.grading.split.inside import pictures

GIVEN = "import numpy as np\nfrom chainrule.views.softmax import scale"
SHOW = "scale((0.0, 1.0, 2.0), softmax)"
RIGHT = "def softmax(x):\n    e = np.exp(x)\n    return e / e.sum()"
FOREIGN = "scale((0.0, 1.0, 2.0), lambda x: np.exp(x) / np.exp(x).sum())"
WHO = "import chainrule.sweep.filmstrip as film\nfilm.write_png = lambda figure: b'drawn here'"
DRAWN_HERE = "ZHJhd24gaGVyZQ=="  # "drawn here" in base64


@pytest.fixture(scope="module")
def engine() -> Iterator[SplitEngine]:
    with SplitEngine(sandbox="none") as made:
        yield made


def picture(engine: SplitEngine, *cells: str, shared: tuple[str, ...] = ()) -> str:
    """Return the picture that the last cell shows."""
    notebook = new_notebook(cells=[new_code_cell(source) for source in cells])
    outcome = engine.run(Job(notebook, "seed", shared=shared))
    assert not outcome.events
    return str(outcome.notebook.cells[-1].outputs[-1].data["image/png"]).strip()


def test_a_figure_of_the_instructor_is_not_drawn_again_and_looks_the_same(
    engine: SplitEngine,
) -> None:
    drawn = picture(engine, GIVEN, FOREIGN)
    kept = picture(engine, GIVEN, WHO, FOREIGN, shared=(GIVEN, FOREIGN))
    assert kept == drawn
    assert kept != DRAWN_HERE


def test_a_figure_of_the_students_own_numbers_is_drawn(engine: SplitEngine) -> None:
    wrong = RIGHT.replace("e.sum()", "len(x)")
    assert picture(engine, GIVEN, wrong, WHO, SHOW, shared=(GIVEN, FOREIGN)) == DRAWN_HERE


def test_the_same_numbers_are_the_same_figure_whoever_computed_them(engine: SplitEngine) -> None:
    assert picture(engine, GIVEN, RIGHT, WHO, SHOW, shared=(GIVEN, FOREIGN)) != DRAWN_HERE


def test_a_student_who_has_changed_the_settings_sees_them(engine: SplitEngine) -> None:
    changed = "import matplotlib; matplotlib.rcParams['font.size'] = 20"
    assert picture(engine, GIVEN, changed, WHO, FOREIGN, shared=(GIVEN, FOREIGN)) == DRAWN_HERE


def test_one_submission_keeps_nothing_for_the_next(engine: SplitEngine) -> None:
    forged = "from student_side.pictures import KNOWN\nfor k in KNOWN: KNOWN[k] = 'forged'"
    shared = (GIVEN, FOREIGN)
    assert picture(engine, GIVEN, forged, FOREIGN, shared=shared) == "forged"
    assert picture(engine, GIVEN, FOREIGN, shared=shared) not in ("forged", DRAWN_HERE)


def test_cells_that_fail_or_leave_do_no_harm(engine: SplitEngine) -> None:
    shared = ("1 / 0", "softmax", "import os", FOREIGN, "os._exit(1)")
    assert picture(engine, GIVEN, FOREIGN, shared=shared)


def test_the_hash_sees_numbers_and_words_but_no_functions() -> None:
    figure = scale((0.0, 1.0), lambda x: x / x.sum())
    assert pictures.key(figure) == pictures.key(scale((0.0, 1.0), lambda y: y / y.sum()))
    other = scale((0.0, 1.0), lambda x: x / x.sum() + 1e-9)
    assert pictures.key(figure) != pictures.key(other)
    named = scale((0.0, 1.0), lambda x: x / x.sum())
    named.title = "another title"
    assert pictures.key(figure) != pictures.key(named)


def test_what_cannot_be_hashed_is_drawn() -> None:
    figure = scale((0.0, 1.0), lambda x: x / x.sum())
    figure.title = (part for part in "no pickle of this")  # type: ignore[assignment]
    assert pictures.key(figure) == ""


def test_only_the_instructors_own_cells_are_shared() -> None:
    told = {"grade": False, "solution": False}
    cells = [new_code_cell("given"), new_code_cell("answer"), new_code_cell("hidden")]
    cells += [new_code_cell("plain")]
    for cell, flags in zip(cells[:3], ({}, {"solution": True}, {"grade": True}), strict=True):
        cell.metadata["nbgrader"] = {**told, **flags}
    assert shared_sources(new_notebook(cells=cells)) == ("given", "plain")
