"""Tasks with many right answers: a counterexample, a configuration, any object that fits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from chainrule.assess import Outcome, Unfinished, call, fetch, unfinished
from chainrule.compare import show
from chainrule.fact import Case, Fact, Form, Group, Raised
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator


@dataclass(frozen=True, kw_only=True)
class WitnessTask(Exercise):
    """A function without arguments that returns something with the asked-for properties.

    Attributes:
        form: the kinds of the parts it returns (see `chainrule.fact.Form`).
        properties: (name, problem) pairs in the order they are looked at; `problem(value)`
            returns one sentence, or None if the property holds. All or nothing.
    """

    form: Form
    properties: Sequence[tuple[str, Callable[[Any], str | None]]]

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Look at each property in turn; stop at the first that fails."""
        (name,) = self.names
        try:
            answer = fetch(answers, name)
            outcome = call(answer, (), name) if callable(answer) else Outcome(answer)
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        if isinstance(outcome.value, Raised):
            checks = [Check("runs", False, outcome.text)]
        else:
            checks = self.examine(outcome.value)
        passed = all(check.passed for check in checks)
        mistake = None if passed else self.recognise(outcome.value)
        lesson = self.lessons[mistake] if mistake else ""
        return Verdict(self.task, float(passed), tuple(checks), mistake, lesson, self.points)

    def examine(self, value: Any) -> list[Check]:
        """Return the checks up to the first that fails."""
        problem = self.form.problem(value)
        checks = [Check("has the form that is asked for", problem is None, problem or "")]
        value = self.form.read(value)
        for name, explain in self.properties:
            if not checks[-1].passed:
                break
            try:
                problem = explain(value)
            except Exception:
                problem = f"could not be evaluated on {show(value)}"
            checks.append(Check(name, problem is None, problem or ""))
        return checks

    def recognise(self, value: Any) -> str | None:
        """Return the first known mistake that fits."""
        value = self.form.read(value)
        for mistake in self.mistakes:
            try:
                if mistake.fits is not None and mistake.fits(value):
                    return mistake.name
            except Exception:
                continue
        return None

    def fact(self, rng: Generator) -> Fact:
        """The instant check can only look at the form: it does not know what is right."""
        (name,) = self.names
        case = Case(name, (), self.form)
        group = Group("has the right form (whether it fits is judged after you hand in)", (case,))
        return Fact(self.task, self.names, (group,), {}, self.points)
