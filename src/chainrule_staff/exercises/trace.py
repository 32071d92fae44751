"""Traces marked with follow-through: each node is re-computed from the student's own earlier ones.

One slip then costs one mark, as with a human marker: a node that follows from a wrong earlier
value keeps its credit, and the first wrong node is named.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from chainrule.assess import Unfinished, assess, observe, unfinished
from chainrule.compare import Numbers, numbers
from chainrule.fact import Case, Fact
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.function import FunctionTask
from chainrule_staff.exercises.model import Answers, Generator

Follow = Callable[..., Numbers]


@dataclass(frozen=True, kw_only=True)
class TraceTask(FunctionTask):
    """A function that returns a table of nodes.

    Attributes:
        nodes: (name, index into the table) of each node that earns a mark, in order.
        follow: (name, function) pairs, one per accepted order of evaluation. `follow(table, *args)`
            returns the table in which each node is computed from the entries of `table` before it.
        results: indices of the entries that are asked for in the end; they must also be right
            when every node follows, or else something was rounded too early.
        decimals: accuracy that is asked for.
    """

    nodes: Sequence[tuple[str, Any]]
    follow: Sequence[Follow]
    results: Sequence[Any]
    decimals: int = 4

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Mark node by node; a table of another shape gets the ordinary comparison."""
        fact = self._fact(self.draw(rng))
        verdict = assess(fact, answers)
        if verdict.passed:
            return verdict
        cases = [case for group in fact.groups for case in group.cases]
        try:
            tables = [numbers(observe(case, answers).value) for case in cases]
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        shapes = [np.shape(case.expected) for case in cases]
        readable = [
            table
            for table, shape in zip(tables, shapes, strict=True)
            if table is not None and table.shape == shape
        ]
        if len(readable) < len(cases):
            return Verdict(
                self.task, 0.0, verdict.checks, verdict.mistake, verdict.lesson, self.points
            )
        return self._mark(readable, cases, verdict)

    def _mark(self, tables: list[Numbers], cases: list[Case], verdict: Verdict) -> Verdict:
        """Give each node its mark under the order of evaluation that suits the student best."""
        marks = [self._follow_through(follow, tables, cases) for follow in self.follow]
        checks = max(marks, key=lambda found: sum(check.passed for check in found))
        if all(check.passed for check in checks):
            checks.append(self._result_check(tables, cases))
        score = sum(check.passed for check in checks) / len(checks)
        first = next((check.name for check in checks if not check.passed), None)
        lesson = verdict.lesson if verdict.mistake else self._point_at(first)
        mistake = verdict.mistake if first else None
        return Verdict(
            self.task, score, tuple(checks), mistake, lesson if first else "", self.points
        )

    def _follow_through(
        self, follow: Follow, tables: list[Numbers], cases: list[Case]
    ) -> list[Check]:
        with np.errstate(all="ignore"):
            followed = [
                follow(table, *(case.args or ())) for table, case in zip(tables, cases, strict=True)
            ]
        checks = []
        for name, index in self.nodes:
            mine = np.array([table[index] for table in tables])
            truth = np.array([np.asarray(case.expected)[index] for case in cases])
            derived = np.array([table[index] for table in followed])
            checks.append(Check(name, *self._node(mine, truth, derived)))
        return checks

    def _node(self, mine: Numbers, truth: Numbers, derived: Numbers) -> tuple[bool, str]:
        if self._close(mine, truth):
            return True, ""
        if self._close(mine, derived) and not self._empty(mine, truth):
            return True, "follows from your earlier value, so it keeps its mark"
        worst = int(np.argmax(np.abs(np.nan_to_num(mine - derived, nan=np.inf))))
        return False, f"yours is {mine[worst]:.4g}; from your own earlier values it is not that"

    def _close(self, mine: Numbers, other: Numbers) -> bool:
        within = 0.5 * 10.0**-self.decimals * 1.001
        return bool(np.allclose(mine, other, rtol=1e-6, atol=within))

    def _empty(self, mine: Numbers, truth: Numbers) -> bool:
        """Zeros and NaN follow from zeros and NaN; they are no work that deserves a mark."""
        return bool(np.any((mine == 0) & (truth != 0)) or not np.isfinite(mine).all())

    def _result_check(self, tables: list[Numbers], cases: list[Case]) -> Check:
        right = all(
            self._close(table[index], np.asarray(case.expected)[index])
            for table, case in zip(tables, cases, strict=True)
            for index in self.results
        )
        message = "" if right else "every step follows, but the last digits are lost on the way"
        return Check(f"the result, right to {self.decimals} decimals", right, message)

    def _point_at(self, first: str | None) -> str:
        return f"The first node to look at is {first}." if first else ""

    def fact(self, rng: Generator) -> Fact:
        """Freeze one draw; what depends on the order of evaluation is left open in it."""
        fact = super().fact(rng)
        groups = tuple(
            replace(group, cases=tuple(self._opened(case) for case in group.cases))
            for group in fact.groups
        )
        return replace(fact, groups=groups, open_entries=True)

    def _opened(self, case: Case) -> Case:
        """Return the case with NaN where the accepted orders of evaluation differ."""
        tables = []
        for follow in self.follow:
            table = np.asarray(case.expected, dtype=float)
            for _ in self.nodes:  # as often as there are nodes: then every node follows
                table = follow(table, *(case.args or ()))
            tables.append(table)
        same = np.all([np.isclose(table, tables[0]) for table in tables], axis=0)
        return replace(case, expected=np.where(same, case.expected, np.nan))
