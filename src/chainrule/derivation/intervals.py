"""What is visible without calculation: a square is not negative, σ lies between 0 and 1.

Every formula gets an interval that surely contains it. An inequality is visible if, after equal
terms are cancelled, the interval of the difference starts at 0 or above.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule.derivation.canonical import same_line, terms
from chainrule.derivation.expression import Expr, branches
from chainrule.derivation.setting import Setting

End = Fraction | None  # None is infinity, minus at the low end and plus at the high end
Interval = tuple[End, End]
EVERYTHING: Interval = (None, None)
_0, _1 = Fraction(0), Fraction(1)
POSITIVE: Interval = (_0, None)
MAX_BITS = 2000
_RANGES: dict[str, Interval] = {
    **dict.fromkeys(("exp", "softplus", "abs", "relu", "sqrt", "norm", "Var"), POSITIVE),
    **dict.fromkeys(("σ", "H", "softmax", "δ", "onehot", "ones", "eye"), (_0, _1)),
    **dict.fromkeys(("tanh", "sin", "cos", "sign", "erf"), (-_1, _1)),
    "cosh": (_1, None),
}
_KINDS: dict[str, Interval] = {
    **dict.fromkeys(("dim", "index"), (_1, None)),
    **dict.fromkeys(("simplex", "onehot"), (_0, _1)),
    "posvec": POSITIVE,
}


def visibly_at_most(a: Expr, b: Expr, setting: Setting) -> bool:
    """Tell whether b - a is visibly not negative, after equal terms are cancelled."""
    rest: list[tuple[int, Expr]] = []
    for sign, term in terms(b - a):
        for place, (other, known) in enumerate(rest):
            if other == -sign and same_line(known, term):
                del rest[place]
                break
        else:
            rest.append((sign, term))
    low: End = _0
    for sign, term in rest:
        interval = interval_of(term, setting)
        low = _plus(low, interval[0] if sign > 0 else _minus(interval[1]))
    return low is not None and low >= 0


def interval_of(tree: Expr, setting: Setting) -> Interval:
    """Return an interval that contains every value (every entry) of a formula."""
    rule = _RULES.get(tree.op)
    low, high = rule(tree, setting) if rule else EVERYTHING
    return _round(low), _round(high)


def _round(end: End) -> End:
    """Give up an end that would take too long to write down."""
    if end is None or max(end.numerator.bit_length(), end.denominator.bit_length()) > MAX_BITS:
        return None
    return end


def _plus(a: End, b: End) -> End:
    return None if a is None or b is None else a + b


def _minus(a: End) -> End:
    return None if a is None else -a


def _name(tree: Expr, setting: Setting) -> Interval:
    declared = setting.names.get(tree.value)
    if declared is None:
        return EVERYTHING
    if declared.kind in ("real", "int"):
        return declared.low, declared.high
    if declared.kind == "rv":
        return POSITIVE if "pos" in declared.flags else EVERYTHING
    return _KINDS.get(declared.kind, EVERYTHING)


def _neg(tree: Expr, setting: Setting) -> Interval:
    low, high = interval_of(tree.args[0], setting)
    return _minus(high), _minus(low)


def _add(tree: Expr, setting: Setting) -> Interval:
    (a, b), (c, d) = (interval_of(arg, setting) for arg in tree.args)
    return _plus(a, c), _plus(b, d)


def _sub(tree: Expr, setting: Setting) -> Interval:
    return _add(Expr("add", (tree.args[0], -tree.args[1])), setting)


def _mul(tree: Expr, setting: Setting) -> Interval:
    left, right = (interval_of(arg, setting) for arg in tree.args)
    low, high = _product(left, right)
    if same_line(*tree.args):
        low = max(low or _0, _0)
    return low, high


def _product(left: Interval, right: Interval) -> Interval:
    (a, b), (c, d) = left, right
    if a is not None and b is not None and c is not None and d is not None:
        corners = (a * c, a * d, b * c, b * d)
        return min(corners), max(corners)
    if a is not None and c is not None and a >= 0 and c >= 0:
        return a * c, None
    if b is not None and d is not None and b <= 0 and d <= 0:
        return b * d, None
    mixed = (a is not None and a >= 0 and d is not None and d <= 0) or (
        b is not None and b <= 0 and c is not None and c >= 0
    )
    return (None, _0) if mixed else EVERYTHING


def _div(tree: Expr, setting: Setting) -> Interval:
    over, under = tree.args
    if under.op == "num" and under.value:
        return _mul(over * Expr("num", (), 1 / under.value), setting)
    low, high = interval_of(under, setting)
    if low is None or low < 0:
        return EVERYTHING
    inverse = (1 / high if high else _0, 1 / low if low else None)
    return _product(interval_of(over, setting), inverse)


def _pow(tree: Expr, setting: Setting) -> Interval:
    base, exponent = tree.args
    low, high = interval_of(base, setting)
    if exponent.op == "num" and exponent.value.denominator == 1 and 0 < exponent.value <= MAX_BITS:
        n = int(exponent.value)
        if low is not None and low >= 0:
            return low**n, None if high is None else high**n
        if n % 2 == 0:
            ends = None if low is None or high is None else max(abs(low), abs(high)) ** n
            return _0, ends
        return EVERYTHING
    even = exponent.op == "num" and exponent.value.denominator == 1 and exponent.value % 2 == 0
    return POSITIVE if even or (low is not None and low >= 0) else EVERYTHING


def _call(tree: Expr, setting: Setting) -> Interval:
    function, args = tree.value, tree.args
    if function in setting.definitions and function not in setting.lets:
        return EVERYTHING
    if function in setting.lets:
        return interval_of(setting.definitions[function].body, setting)
    if function == "E":
        return interval_of(args[0], setting)
    if function in ("max", "min") and len(args) == 2:
        (a, b), (c, d) = (interval_of(arg, setting) for arg in args)
        if function == "max":
            return _either(max, a, c), None if b is None or d is None else max(b, d)
        return None if a is None or c is None else min(a, c), _either(min, b, d)
    return _RANGES.get(function, EVERYTHING)


def _either(choose: Callable[..., Fraction], a: End, b: End) -> End:
    known = [end for end in (a, b) if end is not None]
    return choose(known) if known else None


def _first(tree: Expr, setting: Setting) -> Interval:
    return interval_of(tree.args[0], setting)


def _running(tree: Expr, setting: Setting) -> Interval:
    low, high = interval_of(tree.args[0], setting)
    if low is not None and low >= 0:
        return POSITIVE
    return (None, _0) if tree.op == "sum" and high is not None and high <= 0 else EVERYTHING


def _cases(tree: Expr, setting: Setting) -> Interval:
    pairs, last = branches(tree)
    found = [interval_of(value, setting) for value in [v for v, _ in pairs] + [last]]
    lows, highs = [low for low, _ in found], [high for _, high in found]
    low = None if None in lows else min(end for end in lows if end is not None)
    high = None if None in highs else max(end for end in highs if end is not None)
    return low, high


_RULES: dict[str, Callable[[Expr, Setting], Interval]] = {
    "num": lambda tree, _: (tree.value, tree.value),
    "const": lambda tree, _: (Fraction(2), Fraction(4)) if tree.value != "oo" else EVERYTHING,
    "name": _name,
    "neg": _neg,
    "add": _add,
    "sub": _sub,
    "mul": _mul,
    "div": _div,
    "pow": _pow,
    "call": _call,
    "index": _first,
    "transpose": _first,
    "sum": _running,
    "prod": _running,
    "minover": _first,
    "maxover": _first,
    "cases": _cases,
}
