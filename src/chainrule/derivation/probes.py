"""The points at which two formulas are compared: chosen ones first, then random ones."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction

from chainrule.derivation.errors import Budget
from chainrule.derivation.expression import Expr, free_names
from chainrule.derivation.points import Point, size_names, specials
from chainrule.derivation.setting import Setting
from chainrule.derivation.switching import SLACK, Switch, find_switches

BESIDE = (Fraction(0), Fraction(1, 1000), Fraction(-1, 1000))
LARGE, SMALL = 8, 1  # sizes that are tried on purpose
RANGE = 12  # values of a declared integer that are all tried
MAX_LITERAL = 30
_FEW = (1, 2, 3)  # sizes for gradients, whose entries cost one evaluation each


@dataclass
class Question:
    """Two formulas of one setting, and what the search may cost.

    Attributes:
        a: the left formula.
        b: the right formula.
        setting: what the names mean.
        seed: the same seed asks at the same points.
        budget: how long the search may take.
    """

    a: Expr
    b: Expr
    setting: Setting
    seed: int = 1
    budget: Budget = field(default_factory=lambda: Budget(4.0))

    def names(self) -> list[str]:
        """Return the declared names the formulas depend on, through definitions too."""
        found: set[str] = set()
        todo, seen = [self.a, self.b], set()
        while todo:
            for symbol in free_names(todo.pop()):
                if symbol in self.setting.definitions and symbol not in seen:
                    seen.add(symbol)
                    todo.append(self.setting.definitions[symbol].body)
                if symbol in self.setting.names:
                    found.add(symbol)
        return sorted(found)

    def kinds(self) -> set[str]:
        """Return the kinds of the declared names the formulas depend on."""
        return {self.setting.kind(symbol) for symbol in self.names()}

    def is_costly(self) -> bool:
        """Tell whether one point costs many evaluations: gradients, expectations."""
        moments = ("E", "Var")
        return self.has("grad") or any(
            node.op == "call" and node.value in moments
            for tree in (self.a, self.b)
            for node in tree.walk()
        )

    def has(self, *ops: str) -> bool:
        """Tell whether a kind of node occurs in the formulas."""
        return any(node.op in ops for tree in (self.a, self.b) for node in tree.walk())


def probe_points(question: Question, count: int) -> Iterator[Point]:
    """Yield the points to look at; `count` of them at the end are random."""
    setting = question.setting
    rng = random.Random(question.seed)
    names = question.names()
    reals = [symbol for symbol in names if setting.kind(symbol) == "real"]
    yield Point(setting, rng)
    yield Point(setting, rng)
    if setting.sampler is None:
        yield from _special_points(setting, reals, rng)
        yield from _whole_numbers(question, names, rng)
        found = find_switches([question.a, question.b], setting, reals, rng, question.budget)
        for switch in found:
            yield from _beside(switch, setting, reals, rng)
    if question.is_costly():
        count = count // 3 + 1
    if "complex" in question.kinds():  # a wrong branch shows in a part of the plane only
        count *= 4
    for _ in range(count):
        sizes = (
            {size: rng.choice(_FEW) for size in size_names(setting)}
            if question.has("grad")
            else None
        )
        yield Point(setting, rng, sizes=sizes)
    if setting.sampler is None:  # last, so that a counterexample is small if it can be
        yield from _extreme_sizes(question, names, rng)


def _special_points(setting: Setting, reals: list[str], rng: random.Random) -> Iterator[Point]:
    if not reals:
        return
    allowed = {symbol: specials(setting.names[symbol]) for symbol in reals}
    for value in allowed[reals[0]]:  # all variables at the same special value
        yield Point(setting, rng, {s: value for s in reals if value in allowed[s]})
    if len(reals) > 1:
        for symbol in reals:
            for value in allowed[symbol][:5]:
                yield Point(setting, rng, {symbol: value})


def _whole_numbers(question: Question, names: list[str], rng: random.Random) -> Iterator[Point]:
    """Try the integers a mistake may hide at: all of a short range, and every i = 7 and K > 7."""
    declared = question.setting.names
    for symbol in [s for s in names if declared[s].kind == "int"]:
        low, high = int(declared[symbol].low or 1), int(declared[symbol].high or 6)
        for value in range(low, min(high, low + RANGE) + 1):
            point = Point(question.setting, rng)
            point.move(symbol, value)
            yield point
    indices = [s for s in names if declared[s].kind == "index"]
    sizes = size_names(question.setting)
    if not (indices or sizes) or any(declared[s].kind == "rv" for s in names):
        return
    for value in _literals((question.a, question.b)):
        for symbol in indices or [""]:
            point = Point(question.setting, rng, sizes=dict.fromkeys(sizes, value + 1))
            if symbol:
                point.move(symbol, value)
            yield point


def _literals(trees: tuple[Expr, Expr]) -> list[int]:
    """Return the whole numbers that a formula compares an index or a size with."""
    found = set()
    for node in (node for tree in trees for node in tree.walk()):
        compares = node.op in ("compare", "index") or (node.op, node.value) == ("call", "δ")
        for arg in node.args if compares else ():
            if arg.op == "num" and arg.value.denominator == 1 and 2 <= arg.value <= MAX_LITERAL:
                found.add(int(arg.value))
    return sorted(found)[:4]


def _beside(
    switch: Switch, setting: Setting, reals: list[str], rng: random.Random
) -> Iterator[Point]:
    declared = setting.names[switch.variable]
    if len(reals) == 1 and switch.at in specials(declared):
        return
    for shift in BESIDE:
        if declared.admits(switch.at + shift):
            point = Point(setting, rng, {switch.variable: switch.at + shift})
            for symbol in reals:
                if symbol != switch.variable:
                    point.move(symbol, switch.others[symbol])
            if not shift and not switch.exact:
                point.slack = SLACK
            yield point


def _extreme_sizes(question: Question, names: list[str], rng: random.Random) -> Iterator[Point]:
    declared = question.setting.names
    sizes = {side for s in names for side in declared[s].shape if not side.isdigit()}
    sizes |= {symbol for symbol in names if declared[symbol].kind == "dim"}
    if not sizes or question.has("grad") or any(declared[s].kind == "rv" for s in names):
        return
    for size in (LARGE, SMALL):
        yield Point(question.setting, rng, sizes=dict.fromkeys(sizes, size))
