"""Every derivation: what is right is complete, what is wrong is wrong at the line it says."""

from __future__ import annotations

import pytest

from chainrule.derivation import check_task
from chainrule_staff.exercises import all_exercises, judge
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


STUB = "= ...  # your lines here"


def test_a_stub_that_was_left_behind_costs_nothing() -> None:
    exercise = TASKS["softmax.translation-derivation"]
    (name,) = exercise.names
    first, *rest = exercise.model.strip().splitlines()
    for lines in ([first, *rest, STUB], [first, STUB, *rest], [first, *rest[:2], STUB, *rest[2:]]):
        assert judge(exercise.task, {name: "\n".join(lines)}).passed
    talkative = exercise.model.replace("# cancel", "# and so on ...")
    assert judge(exercise.task, {name: talkative}).passed


@pytest.mark.parametrize("text", ["", "softmax(x + c)[i]", f"softmax(x + c)[i]\n{STUB}", STUB])
def test_a_fresh_cell_is_not_a_failed_attempt(text: str) -> None:
    exercise = TASKS["softmax.translation-derivation"]
    verdict = judge(exercise.task, {exercise.names[0]: text})
    assert verdict.score == 0
    assert verdict.mistake is None
    assert "still to be written" in str(verdict)


def test_a_dash_of_dots_inside_a_formula_is_an_unread_line() -> None:
    exercise = TASKS["softmax.translation-derivation"]
    text = exercise.model.replace("= exp(x[i]) /", "= exp(x[i]) ... /")
    verdict = judge(exercise.task, {exercise.names[0]: text})
    assert 0 < verdict.score < 1
