# ruff: noqa: D102  (the methods are named after what they evaluate)
"""The laws of exponents and logarithms, applied to trees: ln(ab) = ln a + ln b, exp(c ln u) = u^c.

A number of the field no longer knows that it was a product; its tree does.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from chainrule.derivation.arrays import each
from chainrule.derivation.differentiation import entry
from chainrule.derivation.expectation import Averaging
from chainrule.derivation.expression import Expr, call, substitute
from chainrule.derivation.families import unfold
from chainrule.derivation.field import FieldNumber, embed

Key = tuple[Any, ...]


class Laws(Averaging):
    """An evaluator over the field that knows what exp and ln do to sums and products."""

    known: frozenset[str]

    @abstractmethod
    def unknown(self, key: Key, positive: bool = False) -> FieldNumber: ...
    @abstractmethod
    def exp(self, x: FieldNumber) -> FieldNumber: ...

    def exp_of(self, tree: Expr) -> Any:
        """The laws of exponents, on trees: exp(a+b) = exp(a)exp(b), exp(c ln u) = u^c."""
        if tree.op == "add":
            return each(lambda a, b: a * b, *map(self.exp_of, tree.args))
        if tree.op == "sub":
            return each(self.divide, *map(self.exp_of, tree.args))
        if tree.op == "neg":
            return each(lambda a: a**-1, self.exp_of(tree.args[0]))
        if tree.op == "call" and tree.value == "ln":
            return self.value(tree.args[0])
        if tree.op == "mul":
            for factor, rest in (tree.args, tree.args[::-1]):
                exponent = self.rational(factor)
                if exponent is not None and rest.op == "call" and rest.value == "ln":
                    base = self.value(rest.args[0])
                    return each(lambda b, e=exponent: self.root(b, e), base)
        return each(self.exp, self.value(tree))

    def ln_of(self, tree: Expr) -> Any:
        """The laws of logarithms, on trees."""
        rule = _LOGARITHMS.get(tree.op)
        found = rule(self, tree) if rule else None
        if found is not None:
            return found
        return each(lambda v: self.unknown(("ln", v.q)), self.value(tree))

    def ln_mul(self, tree: Expr) -> Any:
        return each(lambda a, b: a + b, *map(self.ln_of, tree.args))

    def ln_div(self, tree: Expr) -> Any:
        return each(lambda a, b: a - b, *map(self.ln_of, tree.args))

    def ln_pow(self, tree: Expr) -> Any:
        return each(lambda a, b: a * b, self.value(tree.args[1]), self.ln_of(tree.args[0]))

    def ln_prod(self, tree: Expr) -> Any:
        return self.value(Expr("sum", (call("ln", tree.args[0]), *tree.args[1:]), tree.value))

    def ln_const(self, tree: Expr) -> Any:
        return embed(1) if tree.value == "e" else None

    def ln_num(self, tree: Expr) -> Any:
        """Return ln of a fraction, a sum over its prime factors."""
        if tree.value <= 0:
            return None
        result = embed(0)
        for part, sign in ((tree.value.numerator, 1), (tree.value.denominator, -1)):
            for prime in prime_factors(part):
                logarithm = self.unknown(("prime", prime))
                result = result + (logarithm if sign > 0 else -logarithm)
        return result

    def ln_call(self, tree: Expr) -> Any:
        function, args = tree.value, tree.args
        if function == "exp":
            return self.value(args[0])
        if function == "sqrt":
            return each(lambda a: a * embed(Fraction(1, 2)), self.ln_of(args[0]))
        if function in self.known and function in self.setting.definitions:
            definition = self.setting.definitions[function]
            by = dict(zip(definition.parameters, args, strict=True))
            return self.ln_of(substitute(definition.body, by))
        meaning = unfold(function, args) if function in self.known else None
        return None if meaning is None or meaning.op == "cases" else self.ln_of(meaning)

    def ln_index(self, tree: Expr) -> Any:
        inner = entry(tree, self.setting, self.known)
        return None if inner is None else self.ln_of(inner)


_LOGARITHMS: dict[str, Callable[[Laws, Expr], Any]] = {
    "mul": Laws.ln_mul,
    "div": Laws.ln_div,
    "pow": Laws.ln_pow,
    "prod": Laws.ln_prod,
    "const": Laws.ln_const,
    "num": Laws.ln_num,
    "call": Laws.ln_call,
    "index": Laws.ln_index,
}


def prime_factors(n: int, limit: int = 10**4) -> list[int]:
    """Return the prime factors of n; what is left above the limit stays whole."""
    found, divisor = [], 2
    while n > 1 and divisor < limit:
        while n % divisor == 0:
            found.append(divisor)
            n //= divisor
        divisor += 1
    return found + [n] * (n > 1)
