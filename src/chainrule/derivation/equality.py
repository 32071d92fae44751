"""Is a = b on the declared domain? Look for a counterexample first, then for a proof.

The question is undecidable in general (Richardson), so there are more than two answers, and
"undecided" never means "wrong".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import mpmath
from mpmath import mp, mpf

from chainrule.derivation.arrays import entries, is_array, squeeze
from chainrule.derivation.canonical import same_line
from chainrule.derivation.errors import (
    Blurred,
    Budget,
    ShapeMismatch,
    TooExpensive,
    Undefined,
    Unreadable,
)
from chainrule.derivation.expression import Expr
from chainrule.derivation.identity import families_of, holds_in_field
from chainrule.derivation.numerics import Real
from chainrule.derivation.points import Point
from chainrule.derivation.probes import Question, probe_points
from chainrule.derivation.reader import read
from chainrule.derivation.setting import Setting, read_setting
from chainrule.derivation.shapes import shape_of, show_shape, tidy

DIGITS = 40
TINY = mpf(10) ** -200  # below this, numeric derivatives say nothing
SECONDS = 4.0
RANDOM_POINTS = 14
HUGE = 1_000_000  # bits of a number of which only the power of ten is shown
ENOUGH = 8  # agreeing points that count as evidence when time runs out


EVERYWHERE = "every point"  # the place of a counterexample without variables


class Witness(NamedTuple):
    """A point at which two formulas differ, and what each is there."""

    at: str
    left: str
    right: str

    def __str__(self) -> str:
        return f"at {self.at} the left side is {self.left}, the right side is {self.right}"


@dataclass(frozen=True)
class Equality:
    """The answer to "is a = b?".

    Attributes:
        verdict: proved, probed, different, domain or undecided.
        witness: for different and domain, the point that shows it.
        reason: one sentence.
        points: how many points were compared.
    """

    verdict: str
    witness: Witness | None = None
    reason: str = ""
    points: int = 0

    @property
    def holds(self) -> bool:
        """Whether nothing speaks against it."""
        return self.verdict in ("proved", "probed")


def equal(
    a: Any,
    b: Any,
    setting: str | Setting = "x: real",
    *,
    define: Mapping[str, str] | None = None,
    seed: int = 1,
    seconds: float = SECONDS,
) -> Equality:
    """Decide whether two formulas are equal on the declared domain.

    Args:
        a: a formula as text, as a tree, or as a SymPy expression (converted by a whitelist).
        b: the other one.
        setting: what the names mean, for example "K: dim; s: vec K; i,j: index K".
        define: named values and functions, for example {"f(x)": "x**2"}.
        seed: the same seed asks at the same points.
        seconds: when to stop looking.

    Raises:
        Unreadable: the *setting* or a definition cannot be read. A formula that cannot be read
            is undecided; a formula whose shapes do not fit equals nothing.
    """
    where = read_setting(setting, define) if isinstance(setting, str) else setting
    sides: list[Expr] = []
    for text in (a, b):
        try:
            sides.append(_as_tree(text, where))
        except ShapeMismatch as error:
            witness = Witness(EVERYWHERE, "", "")._replace(
                **{"right" if sides else "left": f"no value: {error}"}
            )
            return Equality("different", witness, str(error))
        except Unreadable as error:
            return Equality("undecided", reason=str(error))
    return decide(Question(sides[0], sides[1], where, seed, Budget(seconds)))


def _as_tree(formula: Any, setting: Setting) -> Expr:
    if isinstance(formula, str | Expr):
        return read(formula, setting)
    from chainrule.derivation.symbolic import from_sympy

    return from_sympy(formula, setting)


def decide(question: Question, prove: bool = True) -> Equality:
    """Answer a question about two trees; without `prove`, only look for counterexamples."""
    a, b = question.a, question.b
    shapes = [tidy(shape_of(tree, question.setting)) for tree in (a, b)]
    if shapes[0] != shapes[1]:
        left, right = map(show_shape, shapes)
        witness = Witness(EVERYWHERE, left, right)
        return Equality("different", witness, f"the shapes differ: {left} and {right}")
    if same_line(a, b):
        return Equality("proved", reason="the same expression up to order")
    answer = _probe(question)
    if answer.verdict == "probed" and prove and question.setting.sampler is None:
        return _prove(question, answer)
    return answer


def _probe(question: Question) -> Equality:
    seen, gap = 0, None
    names = question.names()
    deep = 0 if question.has("lim") else 1  # points that are looked at with three times the digits
    try:
        for point in probe_points(question, RANDOM_POINTS):
            try:
                outcome = compare_at(question, point)
                if outcome.same and deep:
                    deep -= 1
                    outcome = compare_at(question, point, 3 * DIGITS)
            except Blurred:
                continue
            if any(outcome.undefined):
                gap = gap or (_gap(outcome, point, names) if outcome.one_sided else None)
                continue
            seen += 1
            if not outcome.same:
                witness = seen_at(point, names, outcome.left, outcome.right)
                return Equality("different", witness, "a counterexample was found", seen)
    except (TooExpensive, OverflowError, MemoryError, RecursionError) as error:
        if seen < ENOUGH:
            return Equality("undecided", reason=str(error) or "too expensive")
    if not seen:
        return Equality("undecided", reason="no point of the domain where both sides exist")
    if gap:
        return Equality("domain", gap, f"at {gap.at} one side does not exist", seen)
    return Equality("probed", reason=f"agrees at {seen} points", points=seen)


def _prove(question: Question, probed: Equality) -> Equality:
    known = families_of(question.a, question.b, setting=question.setting)
    many_valued = "complex" in question.kinds()  # the laws of the field are those of real ln and √
    if many_valued or question.has("lim") or not holds_in_field(question, known, rounds=3):
        return probed
    declared = [question.setting.names[symbol] for symbol in question.names()]
    sizes = question.has("sum", "prod") or any(d.shape or d.kind == "dim" for d in declared)
    switches = question.has("cases") or known & {"H", "relu", "max", "min", "abs", "sign"}
    if sizes or switches:
        where = "at the sizes tried" if sizes else "away from the switching points"
        reason = f"{probed.reason}; an identity by algebra and definitions {where}"
        return Equality("probed", reason=reason, points=probed.points)
    return Equality("proved", reason="by algebra and definitions", points=probed.points)


# ---- one point
@dataclass(frozen=True)
class Outcome:
    """What two formulas are at one point. `undefined` says why a side has no value there."""

    same: bool = False
    left: Any = None
    right: Any = None
    undefined: tuple[str, str] = ("", "")

    @property
    def one_sided(self) -> bool:
        """Whether exactly one side exists."""
        return bool(self.undefined[0]) != bool(self.undefined[1])


def value_at(tree: Expr, point: Point, digits: int, budget: Budget) -> Any:
    """Return a value. What seems undefined gets more digits: 1 - σ(100) is not 0."""
    try:
        with mp.workdps(digits):
            return squeeze(Real(point, budget).value(tree))
    except Undefined as error:
        first = error
        if "shapes" in str(error) or "index" in str(error):
            raise
    with mp.workdps(max(500, 3 * digits)):
        again = Real(point, budget, watch=True)
        try:
            return squeeze(again.value(tree))
        except TooExpensive:
            raise first from None
        except Undefined:
            if again.blurred:
                raise Blurred from None
            raise


def compare_at(question: Question, point: Point, digits: int = DIGITS) -> Outcome:
    """Compare at one point; rounding is told from difference by raising the precision."""
    values, missing = [], ["", ""]
    for side, tree in enumerate((question.a, question.b)):
        try:
            values.append(value_at(tree, point, digits, question.budget))
        except Undefined as error:
            missing[side] = str(error) or "undefined"
    if any(missing):
        return Outcome(undefined=(missing[0], missing[1]))
    same = _agree(question, point, values[0], values[1], digits)
    return Outcome(same, values[0], values[1])


def _agree(question: Question, point: Point, left: Any, right: Any, digits: int) -> bool:
    if is_array(left) != is_array(right) or (is_array(left) and left.shape != right.shape):
        return False
    limit = question.has("lim")
    tolerance = mpf(10) ** (-15 if limit else 12 - digits)
    with mp.workdps(digits):
        if _distance(left, right) <= tolerance:
            return True
        first = _largest(left, right)
    for more in (3 * DIGITS, 10 * DIGITS):
        if more <= digits:
            continue
        left = value_at(question.a, point, more, question.budget)
        right = value_at(question.b, point, more, question.budget)
        with mp.workdps(more):
            if _distance(left, right) <= tolerance:
                return True
            now = _largest(left, right)
        if now < first * mpf(10) ** -20 or (limit and now < mpf(10) ** -15):
            return True  # it shrinks as the digits grow: rounding
        if now > mpf(10) ** -60:  # too large to be what is left of 1 - σ(300)
            return False
    return False


def _distance(left: Any, right: Any) -> Any:
    """Return the largest relative difference; what is tiny is no evidence."""
    worst = mpf(0)
    for x, y in zip(entries(left), entries(right), strict=True):
        size = max(abs(x), abs(y))
        if size > TINY:
            worst = max(worst, abs(x - y) / size)
    return worst


def _largest(left: Any, right: Any) -> Any:
    return max(abs(x - y) for x, y in zip(entries(left), entries(right), strict=True))


def _gap(outcome: Outcome, point: Point, names: list[str]) -> Witness:
    left, right = outcome.undefined
    sides = (f"undefined ({left})" if left else "", f"undefined ({right})" if right else "")
    return Witness(
        point.describe(names) or EVERYWHERE, sides[0] or "defined", sides[1] or "defined"
    )


def seen_at(point: Point, names: list[str], left: Any, right: Any) -> Witness:
    """Return a witness, with as many digits as it takes to see the difference."""
    digits = next((d for d in (8, 16, 32) if brief(left, d) != brief(right, d)), DIGITS)
    return Witness(point.describe(names) or EVERYWHERE, brief(left, digits), brief(right, digits))


def brief(value: Any, digits: int = 8) -> str:
    """Return a value in a few digits."""
    shown = [_number(number, digits) for number in entries(value)[:6]]
    if not is_array(value):
        return shown[0]
    return "[" + ", ".join(shown) + (", ..." if value.size > 6 else "") + "]"


def _number(value: Any, digits: int) -> str:
    bits = int(mp.mag(value)) if value and mp.isfinite(value) else 0
    if abs(bits) < HUGE:
        return mpmath.nstr(value, digits)
    sign = "-" if isinstance(value, mpf) and value < 0 else ""
    tens = str(abs(bits) * 30103 // 100_000)
    power = tens if len(tens) < 12 else f"(10^{len(tens) - 1})"
    return f"about {sign}10^{'-' if bits < 0 else ''}{power}"
