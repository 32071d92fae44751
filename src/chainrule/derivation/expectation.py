# ruff: noqa: D102  (the methods are named after what they evaluate)
"""E and Var: the exact sum over a small random discrete law that has the declared properties."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

from chainrule.derivation.arrays import each
from chainrule.derivation.evaluation import Evaluator
from chainrule.derivation.expression import Expr, free_names, name, num
from chainrule.derivation.setting import Setting


class Averaging(Evaluator):
    """An evaluator that can average, over any number system."""

    def expectation(self, body: Expr, moment: str) -> Any:
        if moment == "Var":
            with self.binding("_mean", self.expectation(body, "E")):
                return self.expectation((body - name("_mean")) ** num(2), "E")
        return self.average(body)

    def average(self, body: Expr) -> Any:
        drawn = sorted(random_names(body, self.setting))
        laws = [self.values[("law", symbol)] for symbol in drawn]
        result: Any = self.const(Fraction(0))
        for outcome in itertools.product(*laws):
            weight = self.const(Fraction(1))
            before = {symbol: self.values.get(symbol) for symbol in drawn}
            for symbol, (value, probability) in zip(drawn, outcome, strict=True):
                self.values[symbol] = value
                weight = weight * probability
            try:
                value = self.value(body)
            finally:
                self.restore(before)
            result = each(lambda a, b, w=weight: a + b * w, result, value)
        return result

    def restore(self, before: dict[str, Any]) -> None:
        for symbol, value in before.items():
            if value is None:
                self.values.pop(symbol, None)
            else:
                self.values[symbol] = value


def random_names(tree: Expr, setting: Setting) -> set[str]:
    """Return the random variables a formula depends on, through definitions too."""
    found: set[str] = set()
    todo, seen = [tree], set()
    while todo:
        for symbol in free_names(todo.pop()):
            if symbol in setting.definitions and symbol not in seen:
                seen.add(symbol)
                todo.append(setting.definitions[symbol].body)
            elif setting.kind(symbol) == "rv":
                found.add(symbol)
    return found
