"""Write a tree back as text, in the notation that can be typed again."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from chainrule.derivation.expression import Expr, branches

_INFIX = {
    "add": (" + ", 1, 1, 1),  # sign, own strength, strength wanted on the left, on the right
    "sub": (" - ", 1, 1, 2),
    "mul": ("*", 3, 3, 4),
    "div": ("/", 3, 3, 4),
    "matmul": (" @ ", 3, 3, 4),
    "pow": ("**", 5, 6, 5),
}
_RUNNING = {"sum": "Σ", "prod": "Π", "minover": "min", "maxover": "max"}


def show(tree: Expr, strength: int = 0) -> str:
    """Return the formula as text; brackets where `strength` of the surroundings needs them."""
    if tree.op in _INFIX:
        sign, own, left, right = _INFIX[tree.op]
        text = show(tree.args[0], left) + sign + show(tree.args[1], right)
        return f"({text})" if own < strength else text
    return _SHOW[tree.op](tree, strength)


def decimal(value: Fraction) -> str:
    """Return 0.25 for a quarter and 1/3 for a third: as short as it is exact."""
    digits = next((d for d in range(1, 41) if (value * 10**d).denominator == 1), 0)
    if value.denominator == 1 or not digits:
        return str(value)
    whole = str(abs(value.numerator) * 10**digits // value.denominator).rjust(digits + 1, "0")
    return ("-" if value < 0 else "") + f"{whole[:-digits]}.{whole[-digits:]}"


def _num(tree: Expr, strength: int) -> str:
    text = decimal(tree.value)
    return f"({text})" if strength > 1 and ("/" in text or text[0] == "-") else text


def _neg(tree: Expr, strength: int) -> str:
    text = "-" + show(tree.args[0], 3)
    return f"({text})" if strength > 2 else text


def _list(tree: Expr) -> str:
    return ", ".join(show(arg) for arg in tree.args)


def _call(tree: Expr, _: int) -> str:
    return f"{tree.value}({_list(tree)})" if tree.args else str(tree.value)


def _index(tree: Expr, _: int) -> str:
    return show(tree.args[0], 6) + "[" + ", ".join(show(arg) for arg in tree.args[1:]) + "]"


def _running(tree: Expr, _: int) -> str:
    body, low, high, *left_out = tree.args
    but = f" != {show(left_out[0])}" if left_out else ""
    sign = _RUNNING[tree.op]
    return f"{sign}[{tree.value}{but}, {show(low)}, {show(high)}]({show(body)})"


def _lim(tree: Expr, _: int) -> str:
    return f"lim({show(tree.args[0])}, {tree.value}, {show(tree.args[1])})"


def _cases(tree: Expr, _: int) -> str:
    pairs, text = branches(tree)[0], show(tree.args[-1])
    for value, condition in reversed(pairs):
        text = f"{show(value, 1)} if {show(condition)} else {text}"
    return f"({text})"


def _compare(tree: Expr, _: int) -> str:
    return f"{show(tree.args[0])} {tree.value} {show(tree.args[1])}"


def _logic(tree: Expr, _: int) -> str:
    return f" {tree.op} ".join(show(arg) for arg in tree.args)


_SHOW: dict[str, Callable[[Expr, int], str]] = {
    "num": _num,
    "name": lambda tree, _: str(tree.value),
    "const": lambda tree, _: str(tree.value),
    "neg": _neg,
    "transpose": lambda tree, _: show(tree.args[0], 6) + ".T",
    "call": _call,
    "index": _index,
    **dict.fromkeys(_RUNNING, _running),
    "diff": lambda tree, _: f"diff({_list(tree)})",
    "grad": lambda tree, _: f"grad({_list(tree)})",
    "lim": _lim,
    "cases": _cases,
    "compare": _compare,
    "and": _logic,
    "or": _logic,
    "vector": lambda tree, _: f"[{_list(tree)}]",
}
