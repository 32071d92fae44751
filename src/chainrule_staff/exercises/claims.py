"""True-or-false items, marked one by one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from chainrule.assess import Unfinished, fetch, unfinished
from chainrule.compare import show
from chainrule.fact import Case, Fact, Form, Group
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind


@dataclass(frozen=True, kw_only=True)
class ClaimsTask(Exercise):
    """A tuple of booleans, one per claim. A wrong item takes back a right one, so guessing is idle.

    Attributes:
        claims: (claim, whether it is true), in the order of the prompt.
    """

    claims: tuple[tuple[str, bool], ...]
    reference: Answers = field(default_factory=dict)
    second: Answers = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("numeric",)

    def __post_init__(self) -> None:
        """The claims are the reference; there is no second road to a truth value."""
        truths = {self.names[0]: tuple(true for _, true in self.claims)}
        object.__setattr__(self, "reference", truths)
        object.__setattr__(self, "second", {self.names[0]: list(truths[self.names[0]])})
        super().__post_init__()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Mark each claim; (right - wrong) / all, never below zero."""
        try:
            answer = fetch(answers, self.names[0])
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        values = list(answer) if isinstance(answer, tuple | list) else []
        if len(values) != len(self.claims) or not all(_is_truth(value) for value in values):
            problem = f"expected {len(self.claims)} times True or False, got {show(answer)}"
            return Verdict(self.task, 0.0, (Check("form", False, problem),), points=self.points)
        marks = [bool(v) == true for v, (_, true) in zip(values, self.claims, strict=True)]
        checks = tuple(
            Check(f"claim {number}", mark, "" if mark else "think again")
            for number, mark in enumerate(marks, 1)
        )
        score = max(0.0, (2 * sum(marks) - len(marks)) / len(marks))
        mistake = self._recognise([bool(value) for value in values])
        lesson = self.lessons[mistake] if mistake else ""
        return Verdict(self.task, score, checks, mistake, lesson, self.points)

    def _recognise(self, values: Sequence[bool]) -> str | None:
        """Return the first mistake whose wrong items are all among the student's wrong items."""
        wrong = self._wrong_items(values)
        for mistake in self.mistakes:
            if self._wrong_items(mistake.answers[self.names[0]]) <= wrong:
                return mistake.name
        return None

    def _wrong_items(self, values: Sequence[bool]) -> set[int]:
        truths = (true for _, true in self.claims)
        return {i for i, pair in enumerate(zip(values, truths, strict=True)) if pair[0] != pair[1]}

    def fact(self, rng: Generator) -> Fact:
        """The instant check sees that every claim has an answer, not which one."""
        case = Case(self.names[0], None, Form(("truth",) * len(self.claims)))
        group = Group("every claim has an answer (right or wrong is judged later)", (case,))
        return Fact(self.task, self.names, (group,), {}, self.points)


def _is_truth(value: Any) -> bool:
    return isinstance(value, bool) or type(value).__name__ == "bool_"
