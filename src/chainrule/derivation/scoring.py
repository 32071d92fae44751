"""From checked lines to a verdict: does the derivation get from start to target, in small steps?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from chainrule.derivation.canonical import same_line
from chainrule.derivation.cases import enter_case, uncovered
from chainrule.derivation.chains import Chain, Line, read_chains
from chainrule.derivation.checking import Checker
from chainrule.derivation.equality import decide
from chainrule.derivation.errors import Budget, Unreadable
from chainrule.derivation.expression import Expr
from chainrule.derivation.inequality import FLIPPED
from chainrule.derivation.printing import show
from chainrule.derivation.probes import Question
from chainrule.derivation.problem import Problem
from chainrule.derivation.setting import Setting
from chainrule.derivation.steps import Rules, whole_jump

SECONDS = 10.0  # of an ordinary processor; a typical derivation takes a tenth of one
FALSE = ("wrong", "unread", "undecided", "domain")
HALF = ("leap", "unjustified", "domain")
NEUTRAL = ("start", "same", "circular", "recovered")


class CheckedLine(NamedTuple):
    """What became of one line: its status, the rule it used, one sentence for the student."""

    status: str
    rule: str
    message: str


@dataclass(frozen=True)
class Report:
    """The verdict on a derivation.

    Attributes:
        steps: every line with everything that is known about it.
        score: the share of the points, in [0, 1].
        complete: whether it is a full derivation.
        messages: what is missing as a whole.
        problem: the task it was checked against.
    """

    steps: tuple[Line, ...]
    score: float
    complete: bool
    messages: tuple[str, ...]
    problem: Problem

    @property
    def lines(self) -> list[CheckedLine]:
        """The lines as (status, rule, message)."""
        return [CheckedLine(s.status, " + ".join(s.rules), s.message) for s in self.steps]

    def __str__(self) -> str:
        rows = [
            f"{s.status:>11}  {(s.relation + ' ' + s.text).strip():<56} {s.message}"
            for s in self.steps
        ]
        end = "complete" if self.complete else "not complete"
        return "\n".join([*rows, f"score {self.score:.2f}, {end}", *self.messages])


def check(text: str, problem: Problem) -> Report:
    """Check a derivation line by line. Never raises on what a student typed."""
    budget = Budget(SECONDS)
    chains, setting = read_chains(text, problem.setting)
    judge = _Judge(problem, setting, budget)
    judge.take(chains)
    return judge.report()


class _Judge:
    def __init__(self, problem: Problem, setting: Setting, budget: Budget) -> None:
        self.problem = problem
        self.setting = setting
        self.budget = budget
        self.for_ends = Budget(4.0)
        self.messages: list[str] = []
        self.conditions: list[Expr] = []
        self.groups: dict[str, list[tuple[Chain, Setting]]] = {}
        self.steps: list[Line] = []
        self.whole = whole_jump(problem)
        self.uncovered = False

    def take(self, chains: list[Chain]) -> None:
        checker = Checker(self.problem, self.whole, self.budget)
        for chain in chains:
            setting = self.setting
            try:
                if chain.case:
                    setting, condition = enter_case(setting, chain.case)
                    self.conditions += [] if condition in self.conditions else [condition]
                checker.check(chain, setting)
            except (Unreadable, ValueError) as error:  # no case, or an empty one
                self.messages.append(f"case {chain.case}: {error}")
                for line in chain.lines:
                    line.status, line.message = "unread", str(error)
            self.steps += chain.lines
            self.groups.setdefault(chain.case, []).append((chain, setting))

    # ---- is everything connected?
    def reached(self) -> bool:
        """Tell whether start and target are connected, in every case."""
        if not self.groups or not all(map(self._connects, self.groups.values())):
            return False
        gap = uncovered(self.problem.setting, self.conditions) if self.conditions else ""
        if gap:
            self.uncovered = True
            self.messages.append(f"the cases do not cover {gap}")
        return not gap

    def _connects(self, group: list[tuple[Chain, Setting]]) -> bool:
        start, target = self.problem.start, self.problem.target
        paths = [(trees, rel, setting) for trees, rel, setting in _paths(group)]
        for trees, relation, setting in paths:
            for way, first, last in (
                (relation, start, target),
                (FLIPPED.get(relation), target, start),
            ):
                if (
                    _fits(way, self.problem.task.rel)
                    and self._is(trees[0], first, setting)
                    and self._is(trees[-1], last, setting)
                ):
                    return True
        for (one, up, setting), (two, down, _) in itertools.permutations(paths, 2):
            meet = up == down == "=" and same_line(one[-1], two[-1])
            if meet and self._is(one[0], start, setting) and self._is(two[0], target, setting):
                return True
        return False

    def _is(self, tree: Expr, end: Expr, setting: Setting) -> bool:
        """Tell whether a line is the end of the task; within a case its value will do."""
        if same_line(tree, end):
            return True
        simpler = tree.op in ("num", "name") or tree.size() <= end.size()
        if not setting.case or not simpler:
            return False
        with self.for_ends.limited(2.0):
            return decide(Question(tree, end, setting, budget=self.for_ends), prove=False).holds

    # ---- what is it worth?
    def report(self) -> Report:
        task = self.problem.task
        reached = self.reached()
        steps = [s for s in self.steps if s.status not in NEUTRAL]
        counted = _counted(steps, self.whole)
        jumps = [s for s in steps if s.whole]
        soft = [s for s in steps if s.status in ("leap", "unjustified")]
        broken = any(s.status in FALSE for s in self.steps)
        enough = counted >= task.min_steps
        complete = reached and not soft and not broken and enough
        self._explain(reached, enough, soft, broken)
        score = 1.0 if complete else self._partial(steps, counted, jumps, reached)
        return Report(
            tuple(self.steps), round(score, 3), complete, tuple(self.messages), self.problem
        )

    def _partial(self, steps: list[Line], counted: int, jumps: list[Line], reached: bool) -> float:
        """Right steps count fully, leaps half; a jump over the whole task earns little."""
        half = sum(s.status in HALF for s in steps) - sum(s.status in HALF for s in jumps)
        bad = sum(s.status != "ok" for s in steps)
        needed = max(self.problem.task.min_steps, counted + bad, 1)
        score = min(0.95, 0.8 * (counted + 0.5 * half) / needed + 0.15 * reached)
        if not counted or jumps:
            score = min(score, 0.2)
        if self.uncovered:
            score = min(score, 0.5)
        if reached and counted < self.problem.task.min_steps:
            score = min(score, 0.5 * counted / self.problem.task.min_steps + 0.1)
        return score

    def _explain(self, reached: bool, enough: bool, soft: list[Line], broken: bool) -> None:
        start, target = self.problem.start, self.problem.target
        first = next((s.tree for s in self.steps if s.tree is not None), None)
        if first is None:
            self.messages.append(f"nothing to check yet: start from {show(start)}")
            return
        if not (same_line(first, start) or same_line(first, target)):
            self.messages.append(f"start from {show(start)}")
        if reached and not enough and not soft and not broken:
            least = self.problem.task.min_steps
            self.messages.append(f"the steps are right; show at least {least} of them")
        if not reached and not broken and not self.conditions:
            self.messages.append(
                f"the chain does not yet connect {show(start)} with {show(target)}"
            )


def _counted(steps: list[Line], whole: Rules | None) -> int:
    """Count the right steps.

    Padding never counts. Algebra counts once for every rule and once more, unless the task is
    nothing but algebra.
    """
    right = [s for s in steps if s.status == "ok"]
    ruled = sum(1 for s in right if s.rules or (s.relation or "=") != "=")
    plain = sum(1 for s in right if not s.padded) - ruled
    return ruled + (plain if whole == () else min(plain, ruled + 1))


def _paths(
    group: list[tuple[Chain, Setting]],
) -> Iterator[tuple[list[Expr], str, Setting]]:
    """Yield the chains without a false line, with the relation of their ends."""
    for chain, setting in group:
        lines = [line for line in chain.lines if line.tree is not None]
        relation = _overall(lines)
        if lines and relation and not any(line.status in FALSE for line in chain.lines):
            yield [line.tree for line in lines if line.tree is not None], relation, setting


def _overall(lines: list[Line]) -> str:
    """Return how the first and last line of a chain are related; empty if directions are mixed."""
    used = {line.relation or "=" for line in lines[1:]}
    up, down = used & {"<=", "<"}, used & {">=", ">"}
    if up and down:
        return ""
    for strict in ("<", ">"):
        if strict in used:
            return strict
    return (up | down or {"="}).pop()


def _fits(got: str | None, wanted: str) -> bool:
    return got == wanted or (
        (wanted == "<=" and got in ("<", "=")) or (wanted == ">=" and got in (">", "="))
    )
