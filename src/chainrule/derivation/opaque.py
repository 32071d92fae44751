# ruff: noqa: D102  (the methods are named after what they evaluate)
"""The value of a tree at a random point of the field, where unknown functions take random values.

The same function of the same argument takes the same value, and nothing else is known of it. The
functions of the known families are replaced by what they mean.
"""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.derivation.arrays import each, entries, is_array, squeeze
from chainrule.derivation.differentiation import NoRule, differentiate
from chainrule.derivation.errors import Budget, Undefined
from chainrule.derivation.expectation import random_names
from chainrule.derivation.expression import Expr, call, free_names, name
from chainrule.derivation.families import BY_KEY, unfold
from chainrule.derivation.field import GENERATOR, FieldNumber, P, Q, embed
from chainrule.derivation.laws import Key, Laws
from chainrule.derivation.points import SEQUENCE, Point
from chainrule.derivation.printing import show

_POSITIVE = ("exp", "σ", "cosh", "softplus")
_PARITY = {"erf": -1, "sin": -1, "cos": 1}  # the symmetry of functions without a definition
LINEARITY = "linear gradients"


class Field(Laws):
    """The value of a tree at a random point of the field."""

    def __init__(
        self, point: Point, rng: random.Random, known: frozenset[str], budget: Budget
    ) -> None:
        self.rng = rng
        self.known = known
        self.table: dict[Key, FieldNumber] = {}
        super().__init__(point.setting, self.draw(point), point.sizes, budget)

    def unknown(self, key: Key, positive: bool = False) -> FieldNumber:
        """Return a random number, the same whenever the same key is asked for."""
        found = self.table.get(key)
        if found is None:
            q = self.rng.randrange(2, Q - 1)
            found = FieldNumber(q * q % Q if positive else q, self.rng.randrange(2, P - 1))
            self.table[key] = found
        return found

    def unknowns(self, key: Key, shape: tuple[int, ...], positive: bool = False) -> Any:
        out = np.empty(shape, dtype=object)
        for at in np.ndindex(*shape):
            out[at] = self.unknown((*key, at), positive)
        return out

    def draw(self, point: Point) -> dict[Any, Any]:
        """Turn a sample into field numbers; sizes, indices, one-hots and laws stay concrete."""
        values: dict[Any, Any] = {}
        for symbol, declared in point.setting.names.items():
            exact, kind = point.exact.get(symbol), declared.kind
            if kind in ("index", "int"):
                values[symbol] = exact
            elif kind in ("real", "complex"):
                values[symbol] = self.draw_real(symbol, declared.low, declared.high)
            elif kind == "seq":
                values[symbol] = [self.unknown(("name", symbol, i)) for i in range(SEQUENCE)]
            elif kind == "onehot":
                values[symbol] = each(embed, np.array(exact, dtype=object))
            elif exact is not None:
                shape = (len(exact), len(exact[0]))
                values[symbol] = self.unknowns(
                    ("name", symbol), shape, kind in ("posvec", "simplex")
                )
                if kind == "simplex":
                    column = values[symbol]
                    column[-1, 0] = sum((-p for p in column[:-1, 0]), embed(1))
        for symbol, law in point.laws.items():
            values["law", symbol] = [(self.outcome(value), embed(p)) for value, p in law]
        return values

    def draw_real(self, symbol: str, low: Fraction | None, high: Fraction | None) -> FieldNumber:
        if low is not None and low == high:
            return embed(low)
        negative = high is not None and high <= 0
        value = self.unknown(("name", symbol), negative or (low is not None and low >= 0))
        return -value if negative else value

    def outcome(self, value: Any) -> Any:
        return self.column([embed(v) for v in value]) if isinstance(value, tuple) else embed(value)

    # ---- numbers
    def const(self, value: Fraction) -> FieldNumber:
        return embed(value)

    def named(self, constant: str) -> FieldNumber:
        if constant == "oo":
            raise Undefined("infinity is not a number")
        if constant == "e" and "exp" in self.known:
            return self.exp(embed(1))
        return self.unknown(("const", constant), positive=True)

    def divide(self, a: FieldNumber, b: FieldNumber) -> FieldNumber:
        return a / b

    def root(self, base: FieldNumber, exponent: Fraction) -> FieldNumber:
        if exponent.denominator == 1:
            return base ** int(exponent)
        if exponent.denominator == 2:
            return self.sqrt(base) ** exponent.numerator
        return self.unknown(("root", base.q, exponent.denominator), True) ** exponent.numerator

    def power(self, base: FieldNumber, exponent: FieldNumber) -> FieldNumber:
        return self.unknown(("pow", base.q, exponent.q), positive=True)

    def on_pow(self, tree: Expr) -> Any:
        if self.rational(tree.args[1]) is None and {"exp", "ln"} <= self.known:
            return self.value(call("exp", tree.args[1] * call("ln", tree.args[0])))
        return super().on_pow(tree)

    def holds(self, relation: str, a: FieldNumber, b: FieldNumber) -> bool:
        gap = a - b
        if gap.q == 0:
            return relation in ("<=", ">=", "==")
        if relation in ("==", "!="):
            return relation == "!="
        return gap.is_positive() == (relation[0] == ">")

    # ---- functions
    def apply(self, function: str, *args: FieldNumber) -> FieldNumber:
        if function == "sqrt":
            return self.sqrt(args[0])
        if function == "abs":
            return args[0] if args[0].q == 0 or args[0].is_positive() else -args[0]
        if function == "exp" and "exp" in self.known:
            return self.exp(args[0])
        keys = [arg.q for arg in args]
        if function in _PARITY and keys[0] > Q // 2:  # erf(-x) = -erf(x)
            found = self.unknown((function, Q - keys[0]))
            return found if _PARITY[function] > 0 else -found
        if function in ("max", "min"):
            keys.sort()
        return self.unknown((function, *keys), function in _POSITIVE)

    def exp(self, x: FieldNumber) -> FieldNumber:
        return FieldNumber(pow(GENERATOR, x.p, Q), self.unknown(("exp", x.q), True).p)

    def sqrt(self, x: FieldNumber) -> FieldNumber:
        if x.q == 0:
            return x
        if not x.is_positive():
            raise Undefined("not a square here")
        return FieldNumber(x.square_root(), self.unknown(("sqrt", x.q)).p)

    def on_call(self, tree: Expr) -> Any:
        function, args = tree.value, tree.args
        if function in self.known and function in ("exp", "ln"):
            rule = self.exp_of if function == "exp" else self.ln_of
            return rule(args[0])
        if function in self.known and function in BY_KEY and function not in ("E", "Var"):
            meaning = self.unfolded(function, args)
            if meaning is not None:
                return meaning
        if function == "softmax":
            vector = self.value(args[0])
            key = ("softmax", *(number.q for number in entries(vector)))
            return self.unknowns(key, vector.shape, True) if is_array(vector) else embed(1)
        return super().on_call(tree)

    def unfolded(self, function: str, args: tuple[Expr, ...]) -> Any:
        meaning = unfold(function, args)
        if meaning is None or meaning.op != "cases":
            return None if meaning is None else self.value(meaning)
        slots = tuple(name(f"_{letter}") for letter in "uv"[: len(args)])
        body = unfold(function, slots)

        def scalar(*numbers: FieldNumber) -> Any:
            for slot, number in zip(slots, numbers, strict=True):
                self.values[slot.value] = number
            return self.value(body) if body is not None else None

        return each(scalar, *map(self.value, args))

    def defined(self, tree: Expr) -> Any:
        function, args = tree.value, tree.args
        if function in self.known:
            return super().defined(tree)
        if not args:
            own = self.value(self.setting.definitions[function].body)
            key = ("definition", function)
            return self.unknowns(key, own.shape) if is_array(own) else self.unknown(key)
        values = [self.value(arg) for arg in args]
        return each(lambda *v: self.unknown(("definition", function, *(x.q for x in v))), *values)

    # ---- calculus
    def on_diff(self, tree: Expr) -> Any:
        body, variable = tree.args
        if "diff" in self.known:
            try:
                return self.value(differentiate(body, variable, self.setting, self.known))
            except NoRule:
                pass
        symbol = variable if variable.op != "index" else variable.args[0]
        at = tuple(self.integer(arg) for arg in variable.args[1:])
        return each(lambda v: self.unknown(("diff", symbol.value, at, v.q)), self.value(body))

    def on_grad(self, tree: Expr) -> Any:
        """A gradient is unknown; with the rule of linearity, one for every term of the loss."""
        loss, variable = tree.args
        if LINEARITY not in self.known:
            return self.whole_grad(loss, variable)
        parts = [Expr("grad", (part, variable)) for part in loss.args[:2]]
        if loss.op in ("add", "sub"):
            left, right = map(self.value, parts)
            return each(lambda a, b: a + b if loss.op == "add" else a - b, left, right)
        if loss.op == "neg":
            return each(lambda a: -a, self.value(parts[0]))
        if loss.op == "mul" and self.is_constant(loss.args[0], variable):
            return each(lambda a, b: a * b, self.value(loss.args[0]), self.value(parts[1]))
        if loss.op in ("mul", "div") and self.is_constant(loss.args[1], variable):
            scale = self.value(loss.args[1])
            scale = scale if loss.op == "mul" else each(lambda a: a**-1, scale)
            return each(lambda a, b: a * b, self.value(parts[0]), scale)
        return self.whole_grad(loss, variable)

    def whole_grad(self, loss: Expr, variable: Expr) -> Any:
        named = loss.op == "call" and loss.value in self.setting.definitions
        tag = loss.value if named else squeeze(self.value(loss)).q
        shape = np.shape(squeeze(self.value(variable)))
        key = ("grad", variable.value, tag)
        return self.unknowns(key, shape) if shape else self.unknown(key)

    def is_constant(self, tree: Expr, variable: Expr) -> bool:
        """Tell whether a factor is a scalar number or name other than the variable."""
        plain = tree.op in ("num", "name") and variable.value not in free_names(tree)
        return plain and not is_array(squeeze(self.value(tree)))

    def on_lim(self, tree: Expr) -> Any:
        with self.binding(tree.value, self.unknown(("running", tree.value))):
            body = self.value(tree.args[0])
        return each(lambda v: self.unknown(("lim", show(tree.args[1]), v.q)), body)

    def expectation(self, body: Expr, moment: str) -> Any:
        if "E" in self.known:
            return super().expectation(body, moment)
        drawn = {symbol: self.random_value(symbol) for symbol in random_names(body, self.setting)}
        before = {symbol: self.values.get(symbol) for symbol in drawn}
        self.values.update(drawn)
        try:
            value = self.value(body)
        finally:
            self.restore(before)
        return each(lambda v: self.unknown((moment, v.q)), value)

    def random_value(self, symbol: str) -> Any:
        shape = self.setting.names[symbol].shape
        key = ("random", symbol)
        return self.unknowns(key, (self.sizes[shape[0]], 1)) if shape else self.unknown(key)
