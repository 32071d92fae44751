"""Sequences of arrays marked with follow-through: a backward pass, gradient by gradient.

Each node is re-computed from the student's own earlier nodes, so one slip costs one mark, and the
slip itself is named even if there are others behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.assess import Outcome, Unfinished, assess, observe, unfinished
from chainrule.compare import difference, numbers, show
from chainrule.fact import Case
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.function import FunctionTask
from chainrule_staff.exercises.model import Answers, Generator, Mistake

Values = Mapping[str, Any]
Rule = Callable[..., Any]  # rule(values, *args): a node from earlier nodes and the arguments


@dataclass(frozen=True)
class Slip:
    """One node computed wrongly, and everything after it computed rightly from there.

    Attributes:
        name: as for a `Mistake`.
        lesson: one sentence to the student.
        node: the node that goes wrong.
        rule: how.
        says: the catalogue's words for it.
    """

    name: str
    lesson: str
    node: str
    rule: Rule
    says: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SequenceTask(FunctionTask):
    """A function that returns the nodes of a computation as a tuple.

    Attributes:
        rules: node -> rule, in the order of the answer.
        label: what the verdict calls a node.
        slips: the mistakes at single nodes; each is also a known mistake of the whole answer.
        reference: made of the rules.
    """

    rules: Mapping[str, Rule]
    slips: tuple[Slip, ...]
    label: str = "gradient at {}"
    reference: Answers = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The rules are the reference; a slip is a mistake of the whole sequence."""
        (name,) = self.names
        object.__setattr__(self, "reference", {name: run(self.rules)})
        slipped = tuple(
            Mistake(s.name, s.lesson, {name: run({**self.rules, s.node: s.rule})}, s.says)
            for s in self.slips
        )
        object.__setattr__(self, "mistakes", (*slipped, *self.mistakes))
        super().__post_init__()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Mark node by node; what is no sequence of the right length earns nothing."""
        fact = self._fact(self.draw(rng))
        cases = [case for group in fact.groups for case in group.cases]
        try:
            outcomes = [observe(case, answers) for case in cases]
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        for outcome in outcomes:
            if problem := self._shape_problem(outcome):
                verdict = assess(fact, answers)
                checks = (Check("one value per node", False, problem),)
                lesson = verdict.lesson if verdict.mistake else ""
                return Verdict(self.task, 0.0, checks, verdict.mistake, lesson, self.points)
        tables = [dict(zip(self.rules, o.value, strict=True)) for o in outcomes]
        verdict = self._mark(tables, cases)
        return assess(fact, answers) if verdict.passed else verdict

    def _shape_problem(self, outcome: Outcome) -> str | None:
        value, wanted = outcome.value, ", ".join(self.rules)
        if outcome.text:
            return outcome.text
        if not isinstance(value, tuple | list) or len(value) != len(self.rules):
            return f"expected ({wanted}), got {show(value)}"
        return None

    def _mark(self, tables: list[dict[str, Any]], cases: list[Case]) -> Verdict:
        checks: list[Check] = []
        mistake, lesson = None, ""
        for node in self.rules:
            seen = [self._node(node, t, c) for t, c in zip(tables, cases, strict=True)]
            problem = next((text for right, text in seen if not right), None)
            followed = next((text for right, text in seen if right and text), "")
            if problem is not None and all(check.passed for check in checks):
                slip = self._slip(node, tables, cases)
                mistake, lesson = (slip.name, slip.lesson) if slip else (None, self._point_at(node))
            message = followed if problem is None else problem
            checks.append(Check(self.label.format(node), problem is None, message))
        score = sum(check.passed for check in checks) / len(checks)
        return Verdict(self.task, score, tuple(checks), mistake, lesson, self.points)

    def _node(self, node: str, table: dict[str, Any], case: Case) -> tuple[bool, str]:
        """Return whether a node is right, by itself or from the student's own earlier nodes."""
        truth = dict(zip(self.rules, case.expected, strict=True))[node]
        problem = difference(table[node], truth, self.tolerance)
        if problem is None:
            return True, ""
        derived = self._attempt(self.rules[node], table, case)
        if derived is None or np.shape(derived) != np.shape(truth) or _hollow(table[node], truth):
            return False, problem
        problem = difference(table[node], derived, self.tolerance)
        if problem is None:
            return True, "follows from your earlier gradient, so it keeps its mark"
        return False, f"{problem}, computed from your own earlier gradients"

    def _attempt(self, rule: Rule, table: Values, case: Case) -> Any:
        """Apply a rule to a student's own values; None if they do not fit together."""
        truths = zip(self.rules, case.expected, strict=True)
        arrays = {node: fitted(table[node], truth) for node, truth in truths}
        try:
            with np.errstate(all="ignore"):
                return rule(arrays, *(case.args or ()))
        except Exception:
            return None

    def _point_at(self, node: str) -> str:
        return f"The first thing to look at is the {self.label.format(node)}."

    def _slip(self, node: str, tables: list[dict[str, Any]], cases: list[Case]) -> Slip | None:
        """Return the slip that explains this node in every case, if there is one."""
        for slip in self.slips:
            if slip.node == node and all(
                (value := self._attempt(slip.rule, table, case)) is not None
                and difference(table[node], value, self.tolerance) is None
                for table, case in zip(tables, cases, strict=True)
            ):
                return slip
        return None


def run(rules: Mapping[str, Rule]) -> Callable[..., tuple[Any, ...]]:
    """Return the function that applies the rules one after the other."""

    def sequence(*args: Any) -> tuple[Any, ...]:
        values: dict[str, Any] = {}
        for node, rule in rules.items():
            values[node] = rule(values, *args)
        return tuple(values.values())

    return sequence


def fitted(value: Any, truth: Any) -> Any:
    """Return a student's value as an array; a vector written as a column becomes a vector."""
    array, shape = numbers(value), np.shape(truth)
    if array is not None and len(shape) == 1 and array.size == shape[0] == max(array.shape):
        return array.reshape(shape)
    return array


def _hollow(mine: Any, truth: Any) -> bool:
    """Zeros and NaN follow from zeros and NaN; they are no work that deserves a mark."""
    array = numbers(mine)
    if array is None or array.size != np.size(truth) or not np.isfinite(array).all():
        return True
    return bool(np.any((array.ravel() == 0) & (np.ravel(truth) != 0)))
