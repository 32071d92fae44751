"""Was the sign of something used before it was shown?

`s = 1/4 - |1/4 - s| <= 1/4` looks like a proof of s <= 1/4. Its first step is true only because
1/4 - s is not negative, which is what was to be shown. A step that wraps a formula in |.|, relu,
a root or exp(ln .) may do so only if the formula is visibly not negative, or if the step would be
false without the wrapping.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.derivation.expression import TWO, ZERO, Expr, rebuild
from chainrule.derivation.intervals import visibly_at_most
from chainrule.derivation.setting import Setting

_WRAPPERS = ("abs", "relu", "norm")


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
    present = {inner for node in before.walk() if (inner := _wrapped(node)) is not None}
    used: list[Expr] = []

    def unwrap(node: Expr) -> Expr:
        inner = _wrapped(node)
        if inner is None or inner in present or visibly_at_most(ZERO, inner, setting):
            return node
        used.append(inner)
        return inner

    plain = rebuild(after, unwrap)
    return used[0] if used and equal(before, plain) else None


def _wrapped(node: Expr) -> Expr | None:
    """Return the u of |u|, relu(u), max(u, 0), root(u^2), root(u)^2 or exp(ln(u))."""
    if node.op == "pow" and node.args[1] == TWO:
        return _argument(node.args[0], "sqrt")
    if node.op != "call":
        return None
    if node.value in _WRAPPERS:
        return node.args[0]
    if node.value == "max" and ZERO in node.args and len(node.args) == 2:
        return node.args[0] if node.args[1] == ZERO else node.args[1]
    if node.value == "exp":
        return _argument(node.args[0], "ln")
    if node.value == "sqrt":
        inner = node.args[0]
        square = (inner.op == "pow" and inner.args[1] == TWO) or (
            inner.op == "mul" and inner.args[0] == inner.args[1]
        )
        return inner.args[0] if square else None
    return None


def _argument(node: Expr, function: str) -> Expr | None:
    return node.args[0] if node.op == "call" and node.value == function else None
