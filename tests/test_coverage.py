"""Every question of the five sheets is asked by a task, and every task stands in a notebook."""

from __future__ import annotations

from conftest import load_catalogue
from course import ROOT

from chainrule_staff.build.products import authored
from chainrule_staff.coverage import coverage
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.registry import all_exercises

ENTRIES = coverage(authored(ROOT))
KINDS = {"function", "derivation", "numeric", "configuration", "flaw", "rubric"}


def test_all_126_questions_are_covered() -> None:
    asked = {question for entry in load_catalogue().values() for question in entry["covers"]}
    covered = {entry.sheet_question for entry in ENTRIES if entry.notebook}
    assert len(asked) == 126
    assert asked <= covered


def test_all_85_exercises_stand_in_a_notebook() -> None:
    in_notebooks = {entry.task for entry in ENTRIES if entry.notebook}
    assert len(load_catalogue()) == 85
    assert set(load_catalogue()) <= in_notebooks


def test_what_no_notebook_asks_is_known() -> None:
    """Two derivations are offered without points, where the notebook's time is up."""
    left = {entry.task for entry in ENTRIES if not entry.notebook}
    assert all(isinstance(all_exercises()[task], DeriveTask) for task in left)
    assert len(left) <= 2


def test_kinds_are_those_of_the_contract() -> None:
    assert {kind for entry in ENTRIES for kind in entry.kinds} <= KINDS
