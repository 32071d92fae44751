"""What the staff know about a task: the single truth behind notebooks, checks and marks.

An exercise can do two things. `judge` gives the verdict on a student's answers with inputs drawn
afresh; `fact` freezes inputs and numbers for the instant check on the student's own machine.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np

from chainrule.fact import Fact
from chainrule.verdict import Verdict

Answers = Mapping[str, Any]
Generator = np.random.Generator
Kind = Literal["function", "derivation", "numeric", "configuration", "flaw", "rubric"]


@dataclass(frozen=True)
class Mistake:
    """An executable wrong answer with a name and one sentence that teaches.

    Attributes:
        name: short, in lower case with hyphens ("square-lost").
        lesson: one sentence to the student.
        answers: the wrong answer: name -> function or value. Names left out are answered rightly.
        says: the catalogue's words for it; a mistake may be known under several.
        fits: for tasks with many right answers: whether an answer is this mistake.
    """

    name: str
    lesson: str
    answers: Answers
    says: tuple[str, ...] = ()
    fits: Callable[[Any], bool] | None = None


@dataclass(frozen=True, kw_only=True)
class Exercise(ABC):
    """One task.

    Attributes:
        task: `<topic>.<slug>`, the same name everywhere.
        title: a heading, without a full stop.
        names: what the student defines, in the order of the starter cell.
        reference: the right answer: name -> function or value.
        second: the right answer by another road; both agree on every input.
        kinds: what is asked for.
        covers: the sheet questions ("000 Q2.1") this task covers.
        points: what it is worth.
        mistakes: the known mistakes.
        also_correct: the catalogue's words for another right answer -> that answer.
    """

    task: str
    title: str
    names: tuple[str, ...]
    reference: Answers
    second: Answers
    kinds: tuple[Kind, ...] = ("function",)
    covers: tuple[str, ...] = ()
    points: float = 2.0
    mistakes: tuple[Mistake, ...] = ()
    also_correct: Mapping[str, Answers] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse an exercise that contradicts itself."""
        for label, answers in self.solutions().items():
            if missing := set(self.names) - set(answers):
                raise ValueError(f"{self.task}: {label} does not define {sorted(missing)}")
        names = [mistake.name for mistake in self.mistakes]
        if len(set(names)) < len(names):
            raise ValueError(f"{self.task}: two mistakes share a name: {sorted(names)}")

    @property
    def topic(self) -> str:
        """The part of the task's name before the dot."""
        return self.task.partition(".")[0]

    def solutions(self) -> dict[str, dict[str, Any]]:
        """Return label -> complete answers, for everything that must get full marks."""
        found = {"reference": dict(self.reference), "second reference": dict(self.second)}
        found |= {words: {**self.reference, **a} for words, a in self.also_correct.items()}
        return found

    def mistaken(self, mistake: Mistake) -> dict[str, Any]:
        """Return the complete answers of a student who makes this one mistake."""
        return {**self.reference, **mistake.answers}

    @property
    def lessons(self) -> dict[str, str]:
        """Mistake name -> the sentence that teaches."""
        return {mistake.name: mistake.lesson for mistake in self.mistakes}

    @abstractmethod
    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Give the verdict on what a student defined, with inputs drawn from `rng`."""

    @abstractmethod
    def fact(self, rng: Generator) -> Fact:
        """Return the frozen fact for the instant check."""
