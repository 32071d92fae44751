"""Tasks whose answer is a report: a dict with one number under each key, marked in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from chainrule.assess import Outcome, Unfinished, assess, call, fetch, unfinished
from chainrule.compare import Tolerance, show
from chainrule.fact import Case, Fact, Group, Raised
from chainrule.probes import VIEWS
from chainrule.sealed import Sealed, seal
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind

MISSING = "(missing)"


@dataclass(frozen=True, kw_only=True)
class ReportTask(Exercise):
    """A function without arguments (or a dict) that reports numbers under given keys.

    Attributes:
        groups: what the verdict calls a group of keys -> the keys. Each group earns a share.
        tolerance: for every number.
    """

    groups: Mapping[str, Sequence[str]]
    tolerance: Tolerance = field(default_factory=Tolerance)
    kinds: tuple[Kind, ...] = ("numeric",)

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Compare key by key; a key that is missing fails its group and no other."""
        (name,) = self.names
        try:
            answer = fetch(answers, name)
            outcome = call(answer, (), name) if callable(answer) else Outcome(answer)
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        if isinstance(outcome.value, Raised):
            return self._no_report(outcome.text)
        if not isinstance(outcome.value, Mapping):
            return self._no_report(f"expected a dict, got {show(outcome.value)}")
        return assess(self._keys(), self._filled(outcome.value))

    def _no_report(self, problem: str) -> Verdict:
        return Verdict(
            self.task, 0.0, (Check("returns a dict", False, problem),), points=self.points
        )

    def _keys(self) -> Fact:
        """Return a fact in which every key is an answer of its own."""
        (name,) = self.names
        truth = self.reference[name]()
        wrong = {m.name: self._filled(m.answers[name]()) for m in self.mistakes}
        groups = tuple(
            Group(
                label,
                tuple(
                    Case(key, None, truth[key], {m: report[key] for m, report in wrong.items()})
                    for key in keys
                ),
            )
            for label, keys in self.groups.items()
        )
        return Fact(self.task, tuple(truth), groups, self.lessons, self.points, self.tolerance)

    def _filled(self, report: Mapping[str, Any]) -> dict[str, Any]:
        """Return every key's value; what is not there (or None) becomes `MISSING`."""
        found = {}
        for keys in self.groups.values():
            for key in keys:
                value = report.get(key)
                found[key] = MISSING if value is None or value is Ellipsis else value
        return found

    def fact(self, rng: Generator) -> Fact:
        """Seal the numbers of the whole report, in the order of its keys."""
        (name,) = self.names

        def sealed(answer: Any) -> Sealed:
            return seal(self.task, VIEWS["report"](answer()))

        mistaken = {m.name: sealed(m.answers[name]) for m in self.mistakes}
        case = Case(name, (), sealed(self.reference[name]), mistaken, "report")
        group = Group("every number of the report", (case,))
        return Fact(self.task, self.names, (group,), self.lessons, self.points)
