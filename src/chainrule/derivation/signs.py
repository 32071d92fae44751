"""Was the sign of something used before it was shown?

`s = 1/4 - |1/4 - s| <= 1/4` looks like a proof of s <= 1/4. Its first step is true only because
1/4 - s is not negative, which is what was to be shown. A step that wraps a formula in |.|, relu,
min, max, a case, a root or exp(ln .) may do so only if the sign is visible, or if the step would be
false without the wrapping. And ln and √ of something new say that it is not negative.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from chainrule.derivation.expression import TWO, ZERO, Expr, branches, rebuild
from chainrule.derivation.intervals import visibly_at_most
from chainrule.derivation.setting import Setting

_WRAPPERS = ("abs", "relu", "norm")
_WAYS = 2  # min(u, v) may stand for u or for v
Claim = tuple[Expr, Expr]  # what a wrapper stands for, and what must not be negative for that


def smuggled_sign(
    before: Expr, after: Expr, setting: Setting, equal: Callable[[Expr, Expr], bool]
) -> Expr | None:
    """Return the formula whose sign a step uses without saying so, or None.

    Args:
        before: the line before.
        after: the new line.
        setting: what the names mean.
        equal: whether two lines agree by algebra.
    """
    present = set(before.walk())

    def open_to_doubt(node: Expr, sign: Expr) -> bool:
        return node not in present and not visibly_at_most(ZERO, sign, setting)

    for node in after.walk():
        inner = _needs_sign(node)
        if inner is not None and inner not in present and open_to_doubt(node, inner):
            return inner
    for way in range(_WAYS):
        used: list[Expr] = []

        def unwrap(node: Expr, way: int = way, used: list[Expr] = used) -> Expr:
            claims = list(_claims(node))
            if not claims:
                return node
            plain, sign = claims[min(way, len(claims) - 1)]
            if not open_to_doubt(node, sign):
                return node
            used.append(sign)
            return plain

        plain = rebuild(after, unwrap)
        if used and equal(before, plain):
            return used[0]
    return None


def _needs_sign(node: Expr) -> Expr | None:
    """Return the u of ln(u), root(u) and u^(1/2), unless u is a name."""
    named = node.op == "call" and node.value in ("ln", "sqrt", "log2")
    rooted = node.op == "pow" and _exponent(node).denominator > 1
    return node.args[0] if (named or rooted) and node.args[0].op != "name" else None


def _claims(node: Expr) -> Iterator[Claim]:
    """Yield what |u|, relu(u), max(u, v), min(u, v), (u^4)^(1/4), cases, ... may stand for."""
    if node.op == "pow" and node.args[0].op == "pow":
        if _exponent(node) * _exponent(node.args[0]) == 1:
            yield node.args[0].args[0], node.args[0].args[0]
    elif node.op == "cases" and len(branches(node)[0]) == 1:
        for value in (node.args[0], node.args[2]):
            yield value, node.args[1]
    elif node.op == "call" and node.value in _WRAPPERS:
        yield node.args[0], node.args[0]
    elif node.op == "call" and node.value in ("max", "min") and len(node.args) == 2:
        u, v = node.args
        more, less = (u - v, v - u) if node.value == "max" else (v - u, u - v)
        yield u, more if v != ZERO else u
        yield v, less if u != ZERO else v
    elif node.op == "call" and node.value == "sqrt" and _is_square(node.args[0]):
        yield node.args[0].args[0], node.args[0].args[0]


def _is_square(tree: Expr) -> bool:
    return (tree.op == "pow" and tree.args[1] == TWO) or (
        tree.op == "mul" and tree.args[0] == tree.args[1]
    )


def _exponent(power: Expr) -> Fraction:
    """Return the exponent of a power if it is a plain fraction, else 1."""
    exponent = power.args[1]
    if exponent.op == "num":
        return Fraction(exponent.value)
    if exponent.op == "div" and all(arg.op == "num" and arg.value for arg in exponent.args):
        return Fraction(exponent.args[0].value, exponent.args[1].value)
    return Fraction(1)
