# ruff: noqa: D102  (the methods are named after what they evaluate)
"""Evaluate a tree at a point. What a number is (a real, an element of a field) is left open.

Scalars are elements of the number system; vectors and matrices are NumPy object arrays of them,
two-dimensional, columns by default.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from fractions import Fraction
from typing import Any

import numpy as np

from chainrule.derivation.arrays import each, entries, is_array, squeeze
from chainrule.derivation.errors import Budget, TooExpensive, Undefined
from chainrule.derivation.expression import Expr, branches, substitute
from chainrule.derivation.setting import Setting

MAX_RANGE = 200  # terms of one sum
MAX_SIZE = 50  # rows of ones(n), eye(n), onehot(i, n)
ORDER: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
    "==": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
}


def integer(tree: Expr, values: dict[Any, Any], sizes: dict[str, int]) -> int | None:
    """Return the value of index arithmetic such as K-1, or None if it is no integer."""
    if tree.op == "num":
        return int(tree.value) if tree.value.denominator == 1 else None
    if tree.op == "name":
        found = sizes.get(tree.value, values.get(tree.value))
        return found if isinstance(found, int) else None
    if tree.op not in ("add", "sub", "mul", "neg"):
        return None
    parts = [integer(arg, values, sizes) for arg in tree.args]
    if None in parts:
        return None
    a, b = parts[0] or 0, parts[-1] or 0
    return {"add": a + b, "sub": a - b, "mul": a * b, "neg": -a}[tree.op]


class Evaluator(ABC):
    """Walks a tree. Subclasses say what numbers are, and how to differentiate and to average."""

    def __init__(
        self, setting: Setting, values: dict[Any, Any], sizes: dict[str, int], budget: Budget
    ) -> None:
        self.setting = setting
        self.values = values
        self.sizes = sizes
        self.budget = budget

    # ---- what a number system brings
    @abstractmethod
    def const(self, value: Fraction) -> Any: ...
    @abstractmethod
    def named(self, constant: str) -> Any: ...
    @abstractmethod
    def divide(self, a: Any, b: Any) -> Any: ...
    @abstractmethod
    def root(self, base: Any, exponent: Fraction) -> Any: ...
    @abstractmethod
    def power(self, base: Any, exponent: Any) -> Any: ...
    @abstractmethod
    def apply(self, function: str, *args: Any) -> Any: ...
    @abstractmethod
    def holds(self, relation: str, a: Any, b: Any) -> bool: ...
    @abstractmethod
    def on_diff(self, tree: Expr) -> Any: ...
    @abstractmethod
    def on_grad(self, tree: Expr) -> Any: ...
    @abstractmethod
    def on_lim(self, tree: Expr) -> Any: ...
    @abstractmethod
    def expectation(self, body: Expr, moment: str) -> Any: ...

    # ---- the walk
    def value(self, tree: Expr) -> Any:
        """Return the value of a tree; raises `Undefined` or `TooExpensive`."""
        self.budget.spend(self.price())
        return getattr(self, "on_" + tree.op)(tree)

    def price(self) -> float:
        """Return what one node costs here."""
        return 1

    @contextmanager
    def binding(self, key: Any, value: Any) -> Iterator[None]:
        """Give a name a value for a while."""
        missing = key not in self.values
        before = self.values.get(key)
        self.values[key] = value
        try:
            yield
        finally:
            if missing:
                self.values.pop(key, None)
            else:
                self.values[key] = before

    def integer(self, tree: Expr) -> int | None:
        return integer(tree, self.values, self.sizes)

    def rational(self, tree: Expr) -> Fraction | None:
        """Return the exact value of a constant such as 1/2 or -1, or None."""
        if tree.op in ("num", "name"):
            whole = self.integer(tree) if tree.op == "name" else None
            exact: Fraction | None = tree.value if tree.op == "num" else None
            return Fraction(whole) if whole is not None else exact
        if tree.op not in ("add", "sub", "mul", "div", "neg"):
            return None
        parts = [self.rational(arg) for arg in tree.args]
        if any(part is None for part in parts):
            return None
        a, b = parts[0] or Fraction(0), parts[-1] or Fraction(0)
        if tree.op == "div":
            return a / b if b else None
        return {"add": a + b, "sub": a - b, "mul": a * b, "neg": -a}[tree.op]

    def on_num(self, tree: Expr) -> Any:
        return self.const(tree.value)

    def on_const(self, tree: Expr) -> Any:
        return self.named(tree.value)

    def on_name(self, tree: Expr) -> Any:
        if tree.value in self.sizes:
            return self.const(Fraction(self.sizes[tree.value]))
        try:
            value = self.values[tree.value]
        except KeyError:
            random = self.setting.kind(tree.value) == "rv"
            hint = "a random variable outside E(...)" if random else "a name without a value"
            raise Undefined(f"{tree.value} is {hint}") from None
        return self.const(Fraction(value)) if isinstance(value, int) else value

    def on_add(self, tree: Expr) -> Any:
        return each(lambda a, b: a + b, *map(self.value, tree.args))

    def on_sub(self, tree: Expr) -> Any:
        return each(lambda a, b: a - b, *map(self.value, tree.args))

    def on_mul(self, tree: Expr) -> Any:
        return each(lambda a, b: a * b, *map(self.value, tree.args))

    def on_div(self, tree: Expr) -> Any:
        return each(self.divide, *map(self.value, tree.args))

    def on_neg(self, tree: Expr) -> Any:
        return each(lambda a: -a, self.value(tree.args[0]))

    def on_pow(self, tree: Expr) -> Any:
        exponent = self.rational(tree.args[1])
        base = self.value(tree.args[0])
        if exponent is not None:
            return each(lambda b: self.root(b, exponent), base)
        return each(self.power, base, self.value(tree.args[1]))

    def on_transpose(self, tree: Expr) -> Any:
        value = self.value(tree.args[0])
        return value.T if is_array(value) else value

    def on_matmul(self, tree: Expr) -> Any:
        a, b = map(self.value, tree.args)
        if not is_array(a) or not is_array(b):
            return each(lambda x, y: x * y, a, b)
        if a.shape[1] != b.shape[0]:
            raise Undefined(f"the shapes {a.shape} and {b.shape} do not fit")
        self.budget.spend(a.size * b.shape[1])
        return squeeze(a @ b)

    def on_vector(self, tree: Expr) -> Any:
        return squeeze(self.column([self.value(arg) for arg in tree.args]))

    def column(self, values: list[Any]) -> Any:
        out = np.empty((len(values), 1), dtype=object)
        for row, value in enumerate(values):
            out[row, 0] = value
        return out

    def on_index(self, tree: Expr) -> Any:
        base, places = tree.args[0], [self.integer(arg) for arg in tree.args[1:]]
        at = [place for place in places if place is not None]
        if len(at) != len(places):
            raise Undefined("an index is not an integer")
        value = self.value(base)
        if isinstance(value, list):  # a sequence F[0], F[1], ...
            if not 0 <= at[0] < len(value):
                raise Undefined("an index lies outside the sequence")
            return value[at[0]]
        if not is_array(value):
            value = self.column([value])
        row, col = (at[0], at[1]) if len(at) > 1 else (at[0], 1)
        if len(at) == 1 and value.shape[0] == 1:
            row, col = col, row
        if not (1 <= row <= value.shape[0] and 1 <= col <= value.shape[1]):
            raise Undefined("an index is out of range")
        return value[row - 1, col - 1]

    def terms(self, tree: Expr) -> list[Any]:
        """Return the values of the body of a running operator."""
        low, high = self.integer(tree.args[1]), self.integer(tree.args[2])
        if low is None or high is None:
            raise Undefined("the range of a sum is not an integer range")
        if high - low > MAX_RANGE:
            raise TooExpensive(f"a sum of more than {MAX_RANGE} terms")
        skip = self.integer(tree.args[3]) if len(tree.args) > 3 else None
        found = []
        for running in range(low, high + 1):
            if skip is None or running != skip:
                with self.binding(tree.value, running):
                    found.append(self.value(tree.args[0]))
        return found

    def on_sum(self, tree: Expr) -> Any:
        result = self.const(Fraction(0))
        for term in self.terms(tree):
            result = each(lambda a, b: a + b, result, term)
        return result

    def on_prod(self, tree: Expr) -> Any:
        result = self.const(Fraction(1))
        for term in self.terms(tree):
            result = each(lambda a, b: a * b, result, term)
        return result

    def on_minover(self, tree: Expr) -> Any:
        found = self.terms(tree)
        if not found:
            raise Undefined("the minimum of nothing")
        return self.extreme(tree.op[:3], found)

    on_maxover = on_minover

    def extreme(self, word: str, values: list[Any]) -> Any:
        result = values[0]
        for value in values[1:]:
            result = each(lambda a, b: self.apply(word, a, b), result, value)
        return result

    def on_cases(self, tree: Expr) -> Any:
        pairs, last = branches(tree)
        for value, condition in pairs:
            if self.condition(condition):
                return self.value(value)
        return self.value(last)

    def condition(self, tree: Expr) -> bool:
        """Tell whether a condition holds here."""
        if tree.op == "and":
            return all(self.condition(arg) for arg in tree.args)
        if tree.op == "or":
            return any(self.condition(arg) for arg in tree.args)
        if tree.op != "compare":
            raise Undefined("a condition compares two values")
        a, b = map(self.integer, tree.args)
        if a is not None and b is not None:
            return ORDER[tree.value](a, b)
        left, right = (squeeze(self.value(arg)) for arg in tree.args)
        if is_array(left) or is_array(right):
            raise Undefined("the order of vectors")
        return self.holds(tree.value, left, right)

    def on_compare(self, tree: Expr) -> Any:
        raise Undefined(f"{tree} is a condition, not a value")

    on_and = on_or = on_compare

    # ---- functions
    def on_call(self, tree: Expr) -> Any:
        function, args = tree.value, tree.args
        if function in self.setting.definitions:
            return self.defined(tree)
        if function in ("E", "Var"):
            return self.expectation(args[0], function)
        if function in _BUILT:
            return _BUILT[function](self, args)
        values = [self.value(arg) for arg in args]
        if function in _WHOLE:
            return _WHOLE[function](self, values[0])
        if function in ("max", "min"):
            return self.extreme(function, entries(values[0]) if len(values) == 1 else values)
        return each(lambda *scalars: self.apply(function, *scalars), *values)

    def defined(self, tree: Expr) -> Any:
        """Evaluate a definition; a layer that is being varied keeps its own value."""
        definition = self.setting.definitions[tree.value]
        if not definition.parameters:
            own = self.values.get(("layer", tree.value))
            return own if own is not None else self.value(definition.body)
        by = dict(zip(definition.parameters, tree.args, strict=True))
        return self.value(substitute(definition.body, by))

    def delta(self, args: tuple[Expr, ...]) -> Any:
        i, j = map(self.integer, args)
        if i is None or j is None:
            raise Undefined("δ(i,j) needs two indices")
        return self.const(Fraction(int(i == j)))

    def unit(self, args: tuple[Expr, ...]) -> Any:
        at, rows = self.integer(args[0]), range(1, self.size(args[1]) + 1)
        return self.column([self.const(Fraction(int(row == at))) for row in rows])

    def ones(self, args: tuple[Expr, ...]) -> Any:
        return squeeze(self.column([self.const(Fraction(1))] * self.size(args[0])))

    def eye(self, args: tuple[Expr, ...]) -> Any:
        return self.diagonal(self.ones(args))

    def size(self, tree: Expr) -> int:
        size = self.integer(tree)
        if size is None or not 1 <= size <= MAX_SIZE:
            raise Undefined(f"{tree} is not a size")
        return size

    def diagonal(self, value: Any) -> Any:
        if not is_array(value):
            return value
        zero = self.const(Fraction(0))
        out = np.full((len(value), len(value)), zero, dtype=object)
        for row in range(len(value)):
            out[row, row] = value[row, 0]
        return out

    def trace(self, value: Any) -> Any:
        return sum(np.diagonal(value)[1:], value[0, 0]) if is_array(value) else value

    def sum_all(self, value: Any) -> Any:
        first, *rest = entries(value)
        return sum(rest, first)

    def norm(self, value: Any) -> Any:
        if not is_array(value):
            return self.apply("abs", value)
        return self.apply("sqrt", self.sum_all(each(lambda v: v * v, value)))

    def softmax(self, value: Any) -> Any:
        if not is_array(value):
            return self.const(Fraction(1))
        exps = each(lambda v: self.apply("exp", v), value)
        whole = self.sum_all(exps)
        return each(lambda e: self.divide(e, whole), exps)


_BUILT: dict[str, Callable[..., Any]] = {
    "δ": Evaluator.delta,
    "onehot": Evaluator.unit,
    "ones": Evaluator.ones,
    "eye": Evaluator.eye,
}
_WHOLE: dict[str, Callable[..., Any]] = {
    "diag": Evaluator.diagonal,
    "tr": Evaluator.trace,
    "sumall": Evaluator.sum_all,
    "norm": Evaluator.norm,
    "softmax": Evaluator.softmax,
}
