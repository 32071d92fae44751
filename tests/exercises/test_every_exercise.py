"""What must hold for every exercise of the course, whatever it asks."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest

from chainrule.assess import assess
from chainrule.derivation import declare
from chainrule.fact import Fact
from chainrule.plain import to_plain
from chainrule_staff.exercises import all_exercises, find, judge
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.judge import generator
from chainrule_staff.exercises.model import Exercise, Mistake

SEEDS = range(5)
MANY_SEEDS = range(100, 140)
EXERCISES = all_exercises()
SOLUTIONS = [(task, words) for task, e in EXERCISES.items() for words in e.solutions()]
MISTAKES = [(task, m.name) for task, e in EXERCISES.items() for m in e.mistakes]


def mistake_of(exercise: Exercise, name: str) -> Mistake:
    return next(mistake for mistake in exercise.mistakes if mistake.name == name)


@pytest.mark.parametrize(("task", "words"), SOLUTIONS)
def test_every_right_answer_gets_full_marks(task: str, words: str) -> None:
    answers = find(task).solutions()[words]
    for seed in SEEDS:
        verdict = judge(task, answers, seed)
        assert verdict.passed, f"seed {seed}: {verdict}"
        assert verdict.mistake is None


@pytest.mark.parametrize(("task", "name"), MISTAKES)
def test_every_known_mistake_is_rejected_and_named(task: str, name: str) -> None:
    exercise = find(task)
    mistake = mistake_of(exercise, name)
    for seed in SEEDS:
        verdict = judge(task, exercise.mistaken(mistake), seed)
        assert not verdict.passed, f"seed {seed}: {verdict}"
        assert verdict.mistake == name, f"seed {seed}: {verdict}"
        assert mistake.lesson in verdict.lesson


@pytest.mark.parametrize("task", EXERCISES)
def test_mistakes_are_told_apart_over_many_draws(task: str) -> None:
    """A mistake that another one could be taken for on an unlucky draw teaches the wrong lesson."""
    exercise = find(task)
    for seed in MANY_SEEDS:
        for mistake in exercise.mistakes:
            verdict = judge(task, exercise.mistaken(mistake), seed)
            assert verdict.mistake == mistake.name, f"seed {seed}"


@pytest.mark.parametrize("task", EXERCISES)
def test_nothing_is_earned_for_nothing(task: str) -> None:
    """No answer, an unwritten one, and functions that return nonsense earn no points."""
    exercise = find(task)
    nonsense = [None, 0.0, np.array([]), np.zeros(3), np.nan, "1", {}, object(), np.zeros((8, 2))]
    assert judge(task, {}).score == 0
    assert judge(task, dict.fromkeys(exercise.names, ...)).score == 0
    for value in nonsense:
        answers = {name: lambda *_, value=value: value for name in exercise.names}
        assert judge(task, answers).score == 0, repr(value)
        assert judge(task, dict.fromkeys(exercise.names, value)).score == 0, repr(value)


@pytest.mark.parametrize("task", EXERCISES)
def test_an_answer_that_raises_is_explained(task: str) -> None:
    exercise = find(task)

    def broken(*_: object) -> None:
        raise RuntimeError("my own bug")

    for answers in ({}, dict.fromkeys(exercise.names, broken)):
        verdict = judge(task, answers)
        assert verdict.score == 0
        assert any(check.message for check in verdict.checks)


@pytest.mark.parametrize("task", EXERCISES)
def test_the_same_seed_gives_the_same_verdict(task: str) -> None:
    exercise = find(task)
    for mistake in exercise.mistakes[:1]:
        first, second = (judge(task, exercise.mistaken(mistake), "s1") for _ in range(2))
        assert first == second


@pytest.mark.parametrize("task", EXERCISES)
def test_facts_survive_the_way_to_json_and_back(task: str) -> None:
    fact = find(task).fact(generator("facts", task))
    assert Fact.from_plain(fact.to_plain()).to_plain() == fact.to_plain()
    assert len(str(to_plain(fact.to_plain()))) < 60_000


@pytest.mark.parametrize(("task", "words"), SOLUTIONS)
def test_the_instant_check_accepts_every_right_answer(task: str, words: str) -> None:
    """What the judge accepts must not be turned down before it is handed in."""
    exercise = find(task)
    if isinstance(exercise, DeriveTask):  # the build ships this declaration beside the facts
        declare(task, **{k: v for k, v in asdict(exercise.goal).items() if k != "name"})
    fact = Fact.from_plain(exercise.fact(generator("facts", task)).to_plain())
    verdict = assess(fact, exercise.solutions()[words])
    assert verdict.passed, f"{verdict}"


@pytest.mark.parametrize("task", EXERCISES)
def test_lessons_are_whole_sentences(task: str) -> None:
    for mistake in find(task).mistakes:
        assert mistake.lesson.endswith((".", "?"))
        assert 25 <= len(mistake.lesson) <= 260, mistake.name
