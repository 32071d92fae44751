"""Every answer of every exercise can be written down as a student's cell, and means the same."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest

from chainrule_staff.exercises import all_exercises, judge
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.sample.students import source_of
from chainrule_staff.sample.transplant import NotTransplantable, transplant

TASKS = [task for task, e in all_exercises().items() if not isinstance(e, DeriveTask)]


@pytest.mark.parametrize("task", TASKS)
def test_answers_keep_their_meaning_as_source(task: str) -> None:
    exercise = all_exercises()[task]
    answers = {words: (found, None) for words, found in exercise.solutions().items()}
    answers |= {m.name: (exercise.mistaken(m), m.name) for m in exercise.mistakes}
    for words, (found, mistake) in answers.items():
        space: dict[str, Any] = {"np": np}
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SyntaxWarnings of wrong answers
            exec(compile(source_of(exercise, found), words, "exec"), space)
        verdict = judge(task, space, 1)
        assert (verdict.passed, verdict.mistake) == (mistake is None, mistake), (
            f"{words}: {verdict}"
        )


def test_what_has_no_source_is_refused() -> None:
    with pytest.raises(NotTransplantable, match="object"):
        transplant("x", object())
