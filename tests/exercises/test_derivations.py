"""Every derivation: what is right is complete, what is wrong is wrong at the line it says."""

from __future__ import annotations

import pytest

from chainrule.derivation import check_task
from chainrule_staff.exercises import all_exercises
from chainrule_staff.exercises.derivation import FALSE, FINE, DeriveTask

TASKS = {task: e for task, e in all_exercises().items() if isinstance(e, DeriveTask)}
RIGHT = [(task, words) for task, e in TASKS.items() for words in e.solutions()]
WRONG = [(task, name) for task, e in TASKS.items() for name in e.wrong]


@pytest.mark.parametrize(("task", "words"), RIGHT)
def test_a_right_derivation_is_complete_and_no_line_of_it_is_blamed(task: str, words: str) -> None:
    exercise = TASKS[task]
    report = check_task(exercise.solutions()[words][exercise.names[0]], exercise.goal)
    assert report.complete, str(report)
    assert report.score == 1.0
    assert {step.status for step in report.steps} <= {*FINE, "same"}, str(report)


@pytest.mark.parametrize("task", TASKS)
def test_to_claim_the_target_is_not_to_show_it(task: str) -> None:
    goal = TASKS[task].goal
    for text in (f"{goal.start}\n{goal.rel} {goal.target}", goal.start, goal.target):
        report = check_task(text, goal)
        assert not report.complete
        assert report.score <= 0.5


@pytest.mark.parametrize(("task", "name"), WRONG)
def test_the_first_false_line_is_the_one_that_is_blamed(task: str, name: str) -> None:
    exercise = TASKS[task]
    _, marked = exercise.wrong[name]
    (place,) = [n for n, line in enumerate(marked.splitlines(), 1) if line.endswith(FALSE)]
    report = check_task(marked.replace(FALSE, ""), exercise.goal)
    blamed = [step.number for step in report.steps if step.status not in FINE]
    assert blamed[:1] == [place], str(report)


@pytest.mark.parametrize("task", TASKS)
def test_every_derivation_has_at_least_two_wrong_ones(task: str) -> None:
    exercise = TASKS[task]
    assert len(exercise.mistakes) >= 2
    assert exercise.model != exercise.other
