"""Is a <= b on the declared domain? Look at chosen points, then search for a violation."""

from __future__ import annotations

import random
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf

from chainrule.derivation.arrays import entries
from chainrule.derivation.equality import (
    DIGITS,
    RANDOM_POINTS,
    Equality,
    Witness,
    decide,
    seen_at,
    value_at,
)
from chainrule.derivation.errors import Blurred, TooExpensive, Undefined
from chainrule.derivation.points import Point
from chainrule.derivation.probes import Question, probe_points

RELATIONS = ("<=", ">=", "=", "<", ">")
FLIPPED = {"=": "=", "<=": ">=", ">=": "<=", "<": ">", ">": "<"}
_STEPS, _STARTS = 60, 3
_MISSING = (Blurred, Undefined, TooExpensive, TypeError, ValueError)


def compare(question: Question, relation: str) -> Equality:
    """Answer whether `a relation b` holds; relations other than = are probed only."""
    if relation in ("=", "=="):
        return decide(question, prove=False)
    if relation in (">=", ">"):
        turned = Question(question.b, question.a, question.setting, question.seed, question.budget)
        answer = at_most(turned, strict=relation == ">")
        if answer.witness:
            at, left, right = answer.witness
            return Equality(answer.verdict, Witness(at, right, left), answer.reason, answer.points)
        return answer
    return at_most(question, strict=relation == "<")


@dataclass
class _Look:
    """One point: how much room there is between a and b, and both values."""

    room: Any
    left: Any
    right: Any


def _look(question: Question, point: Point, digits: int = DIGITS) -> _Look:
    left = value_at(question.a, point, digits, question.budget)
    right = value_at(question.b, point, digits, question.budget)
    with mp.workdps(digits):
        room = min(y - x for x, y in zip(entries(left), entries(right), strict=True))
    return _Look(room, left, right)


def _violated(question: Question, point: Point, strict: bool) -> _Look | None:
    """Look again with ten times the digits, so that rounding is no violation."""
    try:
        look = _look(question, point, 10 * DIGITS)
    except _MISSING:
        return None
    size = max(abs(v) for v in (*entries(look.left), *entries(look.right), mpf(1)))
    return look if look.room < -size * mpf(10) ** -60 or (strict and look.room <= 0) else None


def at_most(question: Question, strict: bool = False) -> Equality:
    """Answer whether a <= b (or a < b)."""
    names = question.names()
    seen: list[tuple[Any, Point]] = []
    for point in probe_points(question, 2 * RANDOM_POINTS):
        try:
            look = _look(question, point)
        except TooExpensive:
            break
        except _MISSING:
            continue
        if look.room < 0 or (strict and look.room == 0):
            found = _violated(question, point, strict)
            if found:
                return _false(found, point, names, len(seen) + 1)
        seen.append((look.room, point))
    if not seen:
        return Equality("undecided", reason="no point of the domain where both sides exist")
    seen.sort(key=lambda pair: pair[0])
    rng = random.Random(question.seed + 5)
    for room, point in seen[:_STARTS] if question.setting.sampler is None else []:
        found = _descend(question, point, room, names, rng)
        if found:
            return _false(found, point, names, len(seen))
    reason = f"holds at {len(seen)} points and in a search for violations"
    return Equality("probed", reason=reason, points=len(seen))


def _false(look: _Look, point: Point, names: list[str], count: int) -> Equality:
    witness = seen_at(point, names, look.left, look.right)
    return Equality("different", witness, "a counterexample was found", count)


def _descend(
    question: Question, point: Point, room: Any, names: list[str], rng: random.Random
) -> _Look | None:
    """Walk from a tight point towards less room."""
    step = Fraction(1, 2)
    movable = [s for s in names if question.setting.kind(s) in ("real", "vec", "mat")]
    for _ in range(_STEPS if movable else 0):
        if step < Fraction(1, 10**5):
            break
        symbol = rng.choice(movable)
        before = point.exact[symbol]
        point.move(symbol, _moved(before, step * rng.choice([1, -1]), rng))
        try:
            if not _inside(question, symbol, point):
                raise Undefined
            look = _look(question, point)
        except _MISSING:
            look = None
        if look is None or look.room >= room:
            point.move(symbol, before)
            step = step * Fraction(4, 5)
            continue
        room = look.room
        found = _violated(question, point, strict=False) if room < 0 else None
        if found:
            return found
    return None


def _inside(question: Question, symbol: str, point: Point) -> bool:
    declared = question.setting.names[symbol]
    return declared.kind != "real" or declared.admits(point.exact[symbol])


def _moved(value: Any, by: Fraction, rng: random.Random) -> Any:
    if isinstance(value, Fraction):
        return value + by
    rows = [list(row) for row in value]
    row, col = rng.randrange(len(rows)), rng.randrange(len(rows[0]))
    rows[row][col] += by
    return rows
