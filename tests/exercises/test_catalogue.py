"""The exercises against the catalogue: every mistake it knows, every answer it accepts."""

from __future__ import annotations

import re
from typing import Any

import pytest
from conftest import load_catalogue

from chainrule_staff.exercises import TOPICS, all_exercises, exercises_of, judge

CATALOGUE = {task: e for task, e in load_catalogue().items() if e["topic"] in TOPICS}
# Right on small inputs, yet not the whole answer: it is a mistake with partial credit.
PARTIAL = "(correct, fails the cost test)"


def words_of(topic: str, name: str) -> set[str]:
    """Return all words that the exercises of a topic answer for."""
    if name == "known_mistakes":
        return {w for e in exercises_of(topic).values() for m in e.mistakes for w in m.says}
    return {w for e in exercises_of(topic).values() for w in e.also_correct}


def siblings(task: str) -> set[str]:
    """Return the forms that are accepted by the tasks that share a sheet question with this one."""
    covers = set(all_exercises()[task].covers)
    near = (e for e in exercises_of(CATALOGUE[task]["topic"]).values() if covers & set(e.covers))
    return {words for exercise in near for words in exercise.also_correct}


@pytest.mark.parametrize("task", CATALOGUE)
def test_every_entry_of_the_catalogue_is_an_exercise(task: str) -> None:
    entry, exercise = CATALOGUE[task], all_exercises()[task]
    assert set(entry["covers"]) <= set(exercise.covers)


@pytest.mark.parametrize("task", CATALOGUE)
def test_the_names_of_the_signature_are_all_the_judge_needs(task: str) -> None:
    """A name in the notebook may say more, as long as the catalogue's name is taken as well."""
    reference = all_exercises()[task].reference
    (single, *more) = reference.values()
    asked = re.findall(r"def (\w+)", CATALOGUE[task]["signature"]) or ["answer"]
    if asked == ["answer"] and more:
        return  # several values, which the catalogue describes in words
    if set(asked) != set(reference):
        assert len(asked) == 1
        assert not more
    assert judge(task, {name: reference.get(name, single) for name in asked}).passed


@pytest.mark.parametrize("task", CATALOGUE)
def test_every_known_mistake_of_the_catalogue_is_executable(task: str) -> None:
    entry: dict[str, Any] = CATALOGUE[task]
    told = {w for m in all_exercises()[task].mistakes for w in m.says}
    told |= words_of(entry["topic"], "known_mistakes")
    assert set(entry["known_mistakes"]) <= told


@pytest.mark.parametrize("task", CATALOGUE)
def test_every_accepted_form_of_the_catalogue_is_tried(task: str) -> None:
    entry = CATALOGUE[task]
    exercise = all_exercises()[task]
    partial = {w for m in exercise.mistakes for w in m.says if PARTIAL in w}
    assert set(entry["also_correct"]) <= siblings(task) | partial
