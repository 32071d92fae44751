"""Find the flaw: name the first wrong line of a worked solution and mend it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from chainrule.assess import Unfinished, fetch, unfinished
from chainrule.compare import difference, numbers, show
from chainrule.fact import Case, Fact, Form, Group
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.formula import formula_problem
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind


@dataclass(frozen=True, kw_only=True)
class FlawTask(Exercise):
    """Two answers, each worth half: the number of the first wrong line, and what it should say.

    Attributes:
        line: the first wrong line, counted from 1.
        fix: the formula that the line should have on its right-hand side.
        setting: the variables of `fix`.
        lines: how many lines the worked solution has.
        same: decides whether a student's fix is right; by default the derivation checker.
    """

    line: int
    fix: str
    lines: int
    setting: str = "x: real"
    same: Callable[[Any, str, str], str | None] = formula_problem
    reference: Answers = field(default_factory=dict)
    second: Answers = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("flaw",)

    def __post_init__(self) -> None:
        """The line and the fix are the reference."""
        truths = dict(zip(self.names, (self.line, self.fix), strict=True))
        object.__setattr__(self, "reference", truths)
        object.__setattr__(self, "second", {**truths, **self.second})
        super().__post_init__()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Judge both parts; each is right or wrong on its own."""
        try:
            line, fix = (fetch(answers, name) for name in self.names)
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        checks = (self._line_check(line), self._fix_check(fix))
        score = sum(check.passed for check in checks) / 2
        mistake = None if score == 1 else self._recognise(line, fix)
        lesson = self.lessons[mistake] if mistake else ""
        return Verdict(self.task, score, checks, mistake, lesson, self.points)

    def _line_check(self, line: Any) -> Check:
        number = numbers(line)
        if number is None or number.size != 1 or number.item() not in range(1, self.lines + 1):
            wanted = f"expected the number of a line, 1 to {self.lines}"
            return Check("the first wrong line", False, f"{wanted}, got {show(line, 40)}")
        right = number.item() == self.line
        message = "" if right else f"line {round(number.item())} is not the first wrong one"
        return Check("the first wrong line", right, message)

    def _fix_check(self, fix: Any) -> Check:
        try:
            problem = self.same(fix, self.fix, self.setting)
        except Exception as error:
            problem = f"{show(fix)} cannot be read: {show(str(error), 120)}"
        return Check("what it should say", problem is None, problem or "")

    def _recognise(self, line: Any, fix: Any) -> str | None:
        for mistake in self.mistakes:
            wrong = [mistake.answers.get(name) for name in self.names]
            same_line = wrong[0] is None or difference(line, wrong[0]) is None
            if same_line and (wrong[1] is None or self._means(fix, str(wrong[1]))):
                return mistake.name
        return None

    def _means(self, fix: Any, wrong: str) -> bool:
        try:
            return self.same(fix, wrong, self.setting) is None
        except Exception:
            return False

    def fact(self, rng: Generator) -> Fact:
        """The instant check looks at the form only: trying every line would be no work."""
        form = Case(self.names[0], None, Form(("index",)))
        text = Case(self.names[1], None, Form(("formula",)))
        group = Group("a line number and a formula (judged after you hand in)", (form, text))
        return Fact(self.task, self.names, (group,), {}, self.points)
