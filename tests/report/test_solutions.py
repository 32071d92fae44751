"""Worked solutions: every line of every model derivation is typeset, case by case."""

from __future__ import annotations

import re

import pytest

from chainrule_staff.exercises import all_exercises
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.report.solutions import solutions_page, worked_solution

TASKS = [task for task, e in all_exercises().items() if isinstance(e, DeriveTask)]


@pytest.mark.parametrize("task", TASKS)
def test_every_line_is_typeset(task: str) -> None:
    exercise = all_exercises()[task]
    assert isinstance(exercise, DeriveTask)
    shown = worked_solution(exercise)
    formulas = re.findall(r"<math.*?</math>", shown, re.DOTALL)
    lines = [
        line
        for line in exercise.model.strip().splitlines()
        if line.partition("#")[0].strip() and not line.strip().startswith(("case", "let"))
    ]
    assert len(formulas) >= len(lines)  # one line may hold a whole chain
    for formula in formulas:
        assert re.sub(r"<[^>]*>", "", formula).strip()
        assert formula.count("<mrow>") == formula.count("</mrow>")


def test_the_page_holds_all_of_them() -> None:
    page = solutions_page()
    assert all(f"{task}</p>" in page for task in TASKS)
