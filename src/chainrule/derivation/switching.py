"""Where a formula switches or blows up: the points at which wrong formulas hide their error.

The argument of every abs, relu, H, ln, sqrt, every condition, every denominator is a guard. Its
zeros are found by scanning one variable and bisecting, and snapped to simple fractions.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from mpmath import mp, mpc, mpf

from chainrule.derivation.arrays import is_array, squeeze
from chainrule.derivation.errors import Budget, TooExpensive, Undefined
from chainrule.derivation.expression import Expr, free_names
from chainrule.derivation.numerics import Real
from chainrule.derivation.points import Point
from chainrule.derivation.setting import Declaration, Setting

_GUARDED = ("abs", "relu", "H", "sign", "ln", "sqrt", "log2")
MAX_GUARDS, MAX_VARIABLES, MAX_ZEROS = 12, 3, 14
_FAR = (30, 100, 300, 1000, 10**6, 10**12)


@dataclass(frozen=True)
class Switch:
    """A zero of a guard.

    Attributes:
        variable: the variable that was scanned.
        at: the zero.
        others: the data at which the other variables stood.
        exact: whether the guard is really zero there, not only up to rounding.
    """

    variable: str
    at: Fraction
    others: dict[str, Any]
    exact: bool


def guards(trees: Iterable[Expr], setting: Setting) -> list[Expr]:
    """Return what switches or blows up when it is zero, through definitions too."""
    found: list[Expr] = []
    todo, seen = list(trees), set()
    while todo:
        for node in todo.pop().walk():
            defined = node.op == "call" and node.value in setting.definitions
            if defined and node.value not in seen:
                seen.add(node.value)
                todo.append(setting.definitions[node.value].body)
            guard = _guard(node)
            if guard is not None and guard not in found:
                found.append(guard)
    return found


def _guard(node: Expr) -> Expr | None:
    if node.op == "call" and node.value in _GUARDED:
        return node.args[0]
    if node.op == "compare" or (
        node.op == "call" and node.value in ("max", "min") and len(node.args) == 2
    ):
        return node.args[0] - node.args[1]
    if node.op == "div":
        return node.args[1]
    if node.op == "pow" and node.args[1].op == "neg":
        return node.args[0]
    return None


def peaks(trees: Iterable[Expr]) -> list[Expr]:
    """Return the exponents that may have a maximum: exp of them can be a narrow bump."""
    exponents = [n.args[0] for t in trees for n in t.walk() if n.op == "call" and n.value == "exp"]
    return [e for e in dict.fromkeys(exponents) if any(n.op == "pow" for n in e.walk())]


def find_switches(
    trees: list[Expr], setting: Setting, reals: list[str], rng: random.Random, budget: Budget
) -> list[Switch]:
    """Return zeros of guards, and maxima of exponents, along single variables."""
    found: list[Switch] = []
    searches = [(_zeros, guard) for guard in guards(trees, setting)[:MAX_GUARDS]]
    searches += [(_maxima, exponent) for exponent in peaks(trees)[:MAX_GUARDS]]
    for search, guard in searches:
        for variable in [v for v in reals if v in free_names(guard)][:MAX_VARIABLES]:
            point = Point(setting, rng)
            line = _along(point, guard, variable, budget)
            for at, exact in search(line, setting.names[variable]):
                found.append(Switch(variable, at, dict(point.exact), exact))
                if len(found) >= MAX_ZEROS:
                    return found
    return found


Line = Callable[..., Any]  # of a fraction and the digits wanted


def _along(point: Point, guard: Expr, variable: str, budget: Budget) -> Line:
    """Return the guard as a function of one variable; None where it has no real value."""

    def value(at: Fraction, precision: int = 15) -> Any:
        point.move(variable, at)
        for digits in (precision, 500):  # a zero at 15 digits may be rounding
            with mp.workdps(digits):
                real = Real(point, budget, watch=digits > precision)
                try:
                    result = squeeze(real.value(guard))
                except (Undefined, TooExpensive, TypeError, ValueError):
                    return None
            if is_array(result) or isinstance(result, mpc):
                return None
            if result != 0:
                return result
        return None if real.blurred else result

    return value


def _grid(declared: Declaration) -> list[Fraction]:
    low = float(declared.low) if declared.low is not None else -8.0
    high = float(declared.high) if declared.high is not None else max(8.0, low + 16)
    grid = [Fraction(round((low + (high - low) * i / 32) * 1000), 1000) for i in range(33)]
    left = [Fraction(-far) for far in reversed(_FAR)] if declared.low is None else []
    right = [Fraction(far) for far in _FAR] if declared.high is None else []
    return left + grid + right


def _zeros(line: Line, declared: Declaration) -> Iterator[tuple[Fraction, bool]]:
    before: tuple[Fraction, Any] | None = None
    for at in _grid(declared):
        value = line(at)
        if value is None:
            before = None
        elif value == 0:
            yield at, True
            before = None
        else:
            if before and before[1] * value < 0:
                yield _bisect(line, before[0], at, before[1])
            before = at, value


FINE = 40  # bisections after which 15 digits no longer tell the sign


def _bisect(line: Line, low: Fraction, high: Fraction, start: Any) -> tuple[Fraction, bool]:
    """Close in on a zero; a simple fraction if there is one, else 60 digits of it."""
    for step in range(200):
        middle = (low + high) / 2
        value = line(middle, 15 if step < FINE else 80)
        if value is None or value == 0:
            return middle, value == 0
        if start * value < 0:
            high = middle
        else:
            low, start = middle, value
        if step == FINE:
            simple = low.limit_denominator(1000)
            if line(simple) == 0 or abs(simple - low) < Fraction(1, 10**9):
                return simple, line(simple) == 0
    return low, False


def _maxima(line: Line, declared: Declaration) -> Iterator[tuple[Fraction, bool]]:
    grid = _grid(declared)
    values = [line(at) for at in grid]
    for i in range(1, len(grid) - 1):
        three = values[i - 1 : i + 2]
        if None not in three and three[1] == max(three) and len(set(three)) > 1:
            yield _climb(line, grid[i - 1], grid[i + 1]), True


def _climb(line: Line, low: Fraction, high: Fraction) -> Fraction:
    for _ in range(60):
        third = (high - low) / 3
        left, right = line(low + third), line(high - third)
        if left is None or right is None:
            break
        if left < right:
            low = low + third
        else:
            high = high - third
    return ((low + high) / 2).limit_denominator(1000)


SLACK = mpf(10) ** -30
