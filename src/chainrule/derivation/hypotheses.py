"""Facts that are assumptions on the data: "every step descends", "F* is below all values".

`ln u <= u - 1` is true of all numbers. `g[k] <= 2 L (F[k] - F[k+1])` is not: it says something
about the data of the task, so the sample points must obey it. Such a fact is recognised because it
is false for some random data and true for others; its direction is the one that makes the claim of
the task true.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from mpmath import mp, mpf

from chainrule.derivation.errors import Budget, TooExpensive, Undefined
from chainrule.derivation.expression import Expr
from chainrule.derivation.numerics import Real
from chainrule.derivation.points import SEQUENCE, Point
from chainrule.derivation.rewriting import Rule
from chainrule.derivation.setting import Sampler, Setting

_TINY, _HUGE = Fraction(1, 10**6), Fraction(1000)
_SLACKS = (_TINY, Fraction(1, 10), Fraction(1), Fraction(3))
_TRIES = 24


def find_sampler(
    setting: Setting, facts: list[Rule], start: Expr, target: Expr, relation: str
) -> Sampler | None:
    """Return a sampler whose data obey the assumptions among the facts, or None."""
    solvable = [(fact, unknown) for fact in facts if (unknown := _unknown_of(fact, setting))]
    assumed = [(fact, unknown) for fact, unknown in solvable if not _is_theorem(fact, setting)]
    if not assumed or relation == "=":
        return None
    for signs in itertools.product((1, -1), repeat=len(assumed)):
        extreme = _obey(setting, assumed, signs, (_TINY, _HUGE))
        if _claim_holds(setting, extreme, start, target, relation):
            return _obey(setting, assumed, signs, _SLACKS)
    return None


def _unknown_of(fact: Rule, setting: Setting) -> Expr | None:
    """Return the side that can be solved for: a lone real, or F[k] for every k."""
    sides = (fact.left, fact.right)
    for side in sides:
        if side.op == "name" and setting.kind(side.value) == "real":
            return side
    for side in sides:
        if side.op == "index" and side.args[0].op == "name" and len(side.args) == 2:
            sequence = setting.kind(side.args[0].value) == "seq"
            if sequence and side.args[1].op == "name" and side.args[1].value in fact.variables:
                return side
    return None


def _rooms(fact: Rule, point: Point) -> Iterator[Any]:
    """Yield right minus left, for every index the fact speaks about."""
    for k in range(SEQUENCE - 2 if fact.variables else 1):
        real = Real(point, Budget(1.0))
        real.values.update(dict.fromkeys(fact.variables, k))
        try:
            yield real.value(fact.right) - real.value(fact.left)
        except Undefined:
            continue


def _is_theorem(fact: Rule, setting: Setting) -> bool:
    rng = random.Random(7)
    rooms = [room for _ in range(4) for room in _rooms(fact, Point(setting, rng))]
    return all(room >= 0 for room in rooms) or all(room <= 0 for room in rooms)


def _obey(
    setting: Setting,
    assumed: list[tuple[Rule, Expr]],
    signs: tuple[int, ...],
    slacks: tuple[Fraction, ...],
) -> Sampler:
    def sample(rng: Any, exact: dict[str, Any], sizes: dict[str, int]) -> None:
        point = _holding(setting, exact, sizes)
        for (fact, unknown), sign in zip(assumed, signs, strict=True):
            solved_left = unknown is fact.left
            way = -sign if solved_left else sign
            other = fact.right if solved_left else fact.left
            size = rng.choice(slacks)  # one fact may leave much room, the next one none
            room = [way * size * rng.choice((Fraction(1, 2), 1)) for _ in range(SEQUENCE)]
            _solve(point, fact, unknown, other, room)

    return sample


def _solve(point: Point, fact: Rule, unknown: Expr, other: Expr, room: list[Fraction]) -> None:
    """Set the unknown side to the other side plus room: one value, or F[k] for every k."""
    lone = unknown.op == "name"
    for k in range(1 if lone else SEQUENCE - 1):
        real = Real(point, Budget(1.0))
        real.values.update(dict.fromkeys(fact.variables, k))
        with mp.workdps(30):
            value = Fraction(mp.nstr(real.value(other), 25)) + room[k]
        if lone:
            point.move(unknown.value, value)
        else:
            sequence = point.exact[unknown.args[0].value]
            sequence[k] = value
            point.move(unknown.args[0].value, sequence)


def _holding(setting: Setting, exact: dict[str, Any], sizes: dict[str, int]) -> Point:
    """Return a point that holds exactly these data."""
    plain = Setting(names={k: d for k, d in setting.names.items() if d.kind != "rv"})
    point = Point(plain, random.Random(0))
    point.setting, point.exact, point.sizes = setting, exact, sizes
    return point


def _claim_holds(
    setting: Setting, sampler: Sampler, start: Expr, target: Expr, relation: str
) -> bool:
    rng = random.Random(11)
    free = Setting(names=setting.names, definitions=setting.definitions, sampler=sampler)
    for _ in range(_TRIES):
        try:
            real = Real(Point(free, rng), Budget(1.0))
            room = real.value(target) - real.value(start)
        except (Undefined, TooExpensive, ValueError):
            return False
        if (room if relation[0] == "<" else -room) < -(mpf(10) ** -9):
            return False
    return True


def _descent(rng: Any, exact: dict[str, Any], sizes: dict[str, int]) -> None:
    """Gradient descent: g[k] <= 2 L (F[k] - F[k+1]), F falls, Fs lies below all F."""
    values, curvature = exact["F"], exact["L"]
    for k in range(1, SEQUENCE):
        values[k] = values[k - 1] - Fraction(rng.randrange(1, 2000), 1000)
    exact["Fs"] = values[-1] - rng.choice(_SLACKS)
    shares = (Fraction(1), Fraction(99, 100), Fraction(1, 2))
    for k in range(SEQUENCE - 1):
        exact["g"][k] = rng.choice(shares) * 2 * curvature * (values[k] - values[k + 1])


SAMPLERS: dict[str, Sampler] = {"descent": _descent}


def named_sampler(name: str) -> Sampler:
    """Return a sampler by name; raises ValueError if there is none."""
    if name not in SAMPLERS:
        raise ValueError(f"there is no sampler {name!r}; there are {sorted(SAMPLERS)}")
    return SAMPLERS[name]
