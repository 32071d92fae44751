# ruff: noqa: D102  (the methods are named after what they evaluate)
"""Derivatives and limits as numbers, without any symbolic rule.

A derivative is a difference quotient from both sides with three times the digits; if the sides
disagree, it does not exist. A limit is a sequence that must settle.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from mpmath import mp, mpf

from chainrule.derivation.arrays import each, is_array, squeeze
from chainrule.derivation.errors import TooExpensive, Undefined
from chainrule.derivation.expectation import Averaging
from chainrule.derivation.expression import Expr

MAX_DIGITS = 3000  # every nested derivative needs three times the digits
Place = tuple[int, int]  # row and column, counted from 1


class Calculus(Averaging):
    """An evaluator over the reals that can differentiate and take limits."""

    def on_diff(self, tree: Expr) -> Any:
        body, variable = tree.args
        key, place = self.slot(variable)
        if self.setting.kind(str(key)) in ("index", "dim", "int"):
            raise Undefined("a derivative by an integer")
        own = self.value(variable if place is None else variable.args[0])
        with self.binding(key, own):
            return each(lambda value: +value, self.quotient(body, key, place))

    def slot(self, variable: Expr) -> tuple[Any, Place | None]:
        """Return what has to be varied: a key of `values`, and an entry of it."""
        if variable.op == "name" and variable.value in self.values:
            return variable.value, None
        if variable.op == "call" and variable.value in self.setting.layers():
            return ("layer", variable.value), None
        if variable.op == "index" and variable.args[0].op == "name":
            at = [self.integer(arg) for arg in variable.args[1:]]
            row, col = [*at, 1][:2]
            if row is not None and col is not None:
                return variable.args[0].value, (row, col)
        raise Undefined(f"{variable} is nothing one can differentiate by here")

    def quotient(self, body: Expr, key: Any, place: Place | None) -> Any:
        digits = mp.dps
        if digits > MAX_DIGITS:
            raise TooExpensive("derivatives of derivatives, nested too deeply")
        whole = self.values[key]
        if place is not None:
            whole = whole if is_array(whole) else self.column([whole])
            if not (1 <= place[0] <= whole.shape[0] and 1 <= place[1] <= whole.shape[1]):
                raise Undefined("an index is out of range")
        at = (place[0] - 1, place[1] - 1) if place else None
        here = whole if at is None else whole[at]
        with mp.workdps(3 * digits + 10):
            step = mpf(10) ** (-digits) * (1 + abs(here))
            middle, above, below = (
                self.varied(body, key, whole, at, here + shift) for shift in (0, step, -step)
            )
            right = each(lambda p, q: (p - q) / step, above, middle)
            left = each(lambda p, q: (p - q) / step, middle, below)
            return each(lambda r, s: _agree(r, s, digits), right, left)

    def varied(self, body: Expr, key: Any, whole: Any, at: Any, value: Any) -> Any:
        if at is not None:
            changed = whole.copy()
            changed[at] = value
            value = changed
        with self.binding(key, value):
            return self.value(body)

    def on_grad(self, tree: Expr) -> Any:
        loss, variable = tree.args
        layer = variable.op == "call"
        key = ("layer", variable.value) if layer else variable.value
        with mp.workdps(3 * mp.dps + 10 if layer else mp.dps):
            value = squeeze(self.value(variable))
        with self.binding(key, value):
            if not is_array(value):
                return self.quotient(loss, key, None)
            out = np.empty(value.shape, dtype=object)
            for row, col in np.ndindex(*value.shape):
                out[row, col] = squeeze(self.quotient(loss, key, (row + 1, col + 1)))
            return out

    def on_lim(self, tree: Expr) -> Any:
        """A limit that settles by 10^40; if it is still moving, one that settles by 10^160."""
        digits = mp.dps
        try:
            return self.approach(tree, digits, digits // 2, 3 * digits + 10)
        except Undefined:
            return self.approach(tree, digits, 2 * digits, 9 * digits)

    def approach(self, tree: Expr, digits: int, first: int, precision: int) -> Any:
        """Return where the values at a distance of 10^first and 10^(2 first) settle."""
        body, target = tree.args
        if precision > MAX_DIGITS:
            raise TooExpensive("a limit inside many derivatives")
        with mp.workdps(precision):
            direction = _infinite(target)
            if direction:
                paths = [[direction * mpf(10) ** k for k in (first, 2 * first)]]
            else:
                point = self.value(target)
                steps = (mpf(10) ** -first, mpf(10) ** (-2 * first))
                paths = [[point + side * step for step in steps] for side in (1, -1)]
            ends = []
            for path in paths:
                near, end = (self.along(body, tree.value, at) for at in path)
                ends.append(each(lambda p, q: _settle(p, q, digits), near, end))
            return each(lambda p, q: _settle(p, q, digits), ends[0], ends[-1])

    def along(self, body: Expr, variable: str, at: Any) -> Any:
        with self.binding(variable, at):
            return self.value(body)


def _agree(right: Any, left: Any, digits: int) -> Any:
    if abs(right - left) > mpf(10) ** (-(digits // 2)) * (1 + abs(right) + abs(left)):
        raise Undefined("the derivative does not exist here (a kink or a jump)")
    return (right + left) / 2


def _settle(near: Any, end: Any, digits: int) -> Any:
    if abs(near - end) > mpf(10) ** (3 - digits // 2) * (1 + abs(end)):
        raise Undefined("the limit does not exist, or converges too slowly")
    return end


def _infinite(target: Expr) -> int:
    """Return +1 or -1 for a limit at plus or minus infinity, 0 for a point."""
    sign = 1
    while target.op == "neg":
        sign, target = -sign, target.args[0]
    return sign if target == Expr("const", (), "oo") else 0
