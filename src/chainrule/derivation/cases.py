"""`case x > 0:` and `case i = j:`: what holds in a case, and whether all cases are covered."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from mpmath import mp

from chainrule.derivation.errors import Budget, TooExpensive, Undefined, Unreadable
from chainrule.derivation.expression import ONE, ZERO, Expr, compare, num, rebuild, substitute
from chainrule.derivation.numerics import Real
from chainrule.derivation.points import Point, specials
from chainrule.derivation.reader import read
from chainrule.derivation.setting import Declaration, Setting

_TURNED = {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "==", "!=": "!="}
_SIGN_DECIDES = ("relu", "abs", "H", "sign")


def enter_case(setting: Setting, condition: str) -> tuple[Setting, Expr]:
    """Return the setting restricted to a case, and the condition.

    Raises:
        Unreadable: the condition is none that can be assumed.
    """
    tree = read(condition, setting)
    parts = tree.args if tree.op == "and" else (tree,)
    inside = replace(setting, case=condition)
    for part in parts:
        if part.op != "compare":
            raise Unreadable(f"a case looks like: case x > 0 (not {condition!r})")
        inside = _assume(inside, part, condition)
    return inside, tree


def _assume(setting: Setting, part: Expr, condition: str) -> Setting:
    left, right = part.args
    relation = part.value
    two_names = left.op == right.op == "name" and relation in ("==", "!=")
    if two_names and setting.kind(left.value) == setting.kind(right.value) == "index":
        return replace(setting, assumed=(*setting.assumed, part))
    if left.op != "name":
        left, right, relation = right, left, _TURNED[relation]
    bound = _constant(right)
    if left.op != "name" or setting.kind(left.value) != "real" or bound is None:
        raise Unreadable(f"a case compares a variable with a number, or two indices: {condition!r}")
    declared = _restrict(setting.names[left.value], relation, bound)
    return replace(setting, names={**setting.names, left.value: declared})


def _constant(tree: Expr) -> Fraction | None:
    if tree.op == "num":
        return Fraction(tree.value)
    parts = [_constant(arg) for arg in tree.args] if tree.op in ("neg", "div") else []
    if not parts or None in parts:
        return None
    over, under = parts[0] or Fraction(0), parts[-1] or Fraction(0)
    if tree.op == "neg":
        return -over
    return over / under if under else None


def _restrict(declared: Declaration, relation: str, bound: Fraction) -> Declaration:
    if relation == "!=":
        return replace(declared, excluded=declared.excluded | {bound})
    if relation == "==":
        return replace(declared, low=bound, high=bound, low_open=False, high_open=False)
    if relation[0] == ">" and (declared.low is None or bound >= declared.low):
        return replace(declared, low=bound, low_open=relation == ">")
    if relation[0] == "<" and (declared.high is None or bound <= declared.high):
        return replace(declared, high=bound, high_open=relation == "<")
    return declared


def uncovered(setting: Setting, conditions: Sequence[Expr]) -> str:
    """Return a point of the domain that no case covers, in words; empty if all is covered."""
    rng = random.Random(3)
    names = {node.value for tree in conditions for node in tree.walk() if node.op == "name"}
    reals = sorted(symbol for symbol in names if setting.kind(symbol) == "real")
    ends = {
        bound
        for tree in conditions
        for node in tree.walk()
        if (bound := _constant(node)) is not None
    }
    points = [Point(setting, rng) for _ in range(40)]
    for symbol in reals:
        declared = setting.names[symbol]
        values = [v for v in {*specials(declared), *ends} if declared.admits(v)]
        points += [Point(setting, rng, {symbol: value}) for value in values]
    for point in points:
        if not any(_holds(condition, point) for condition in conditions):
            return point.describe(names)
    return ""


def _holds(condition: Expr, point: Point) -> bool:
    try:
        return Real(point, Budget(1.0)).condition(condition)
    except (Undefined, TooExpensive):
        return False


def resolve(tree: Expr, setting: Setting, budget: Budget) -> Expr:
    """Replace what is constant on a case: conditions, max, min, relu, abs, H, δ."""
    rng = random.Random(11)
    points = [Point(setting, rng) for _ in range(8)]

    def truth(condition: Expr) -> bool | None:
        found = set()
        for point in points:
            try:
                with mp.workdps(20):
                    found.add(Real(point, budget).condition(condition))
            except (Undefined, TooExpensive):
                return None
        return found.pop() if len(found) == 1 else None

    def change(part: Expr) -> Expr:
        if part.op == "cases" and len(part.args) == 3:
            known = truth(part.args[1])
            return part if known is None else part.args[0] if known else part.args[2]
        if part.op != "call":
            return part
        if part.value in ("max", "min") and len(part.args) == 2:
            known = truth(compare(part.args[0], ">=", part.args[1]))
            left = known == (part.value == "max")
            return part if known is None else part.args[0] if left else part.args[1]
        if part.value == "δ":
            known = truth(compare(part.args[0], "==", part.args[1]))
            return part if known is None else num(int(known))
        if part.value in _SIGN_DECIDES and len(part.args) == 1:
            if truth(compare(part.args[0], ">", ZERO)):
                return _signed(part, 1)
            if truth(compare(part.args[0], "<", ZERO)):
                return _signed(part, -1)
        return part

    return rebuild(_written_out(tree, setting), change)


def _written_out(tree: Expr, setting: Setting) -> Expr:
    """Replace functions that the task defines by cases: their branch is known here."""

    def change(part: Expr) -> Expr:
        definition = setting.definitions.get(part.value) if part.op == "call" else None
        if definition is None or definition.body.op != "cases":
            return part
        return substitute(definition.body, dict(zip(definition.parameters, part.args, strict=True)))

    return rebuild(tree, change)


def _signed(part: Expr, sign: int) -> Expr:
    """Return relu(u), |u|, H(u) or sign(u) where the sign of u is known."""
    inner = part.args[0]
    if sign > 0:
        return inner if part.value in ("relu", "abs") else ONE
    return {"relu": ZERO, "abs": -inner, "H": ZERO, "sign": -ONE}[part.value]
