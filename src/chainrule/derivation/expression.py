"""Formulas as trees that keep the form in which they were written.

A tree never simplifies itself: `exp(x)*exp(-x)` stays a product. That is what makes it possible
to say "the same line again", to typeset what the student typed, and to ask how large a step is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from typing import Any

BINDERS = ("sum", "prod", "minover", "maxover", "lim")  # operators that own a running variable


class Expr:
    """A node: what it is (`op`), its children (`args`) and its payload (`value`). Immutable.

    The operators are: num, const, name, add, sub, mul, div, neg, pow, matmul, transpose, index,
    vector, call, sum, prod, minover, maxover, lim, diff, grad, cases, compare, and, or.
    """

    __slots__ = ("_hash", "args", "op", "value")

    def __init__(self, op: str, args: tuple[Expr, ...] = (), value: Any = None) -> None:
        self.op = op
        self.args = args
        self.value = value
        self._hash = hash((op, args, value))

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return self is other or (
            isinstance(other, Expr)
            and self._hash == other._hash
            and self.op == other.op
            and self.value == other.value
            and self.args == other.args
        )

    def __add__(self, other: Expr) -> Expr:
        return Expr("add", (self, other))

    def __sub__(self, other: Expr) -> Expr:
        return Expr("sub", (self, other))

    def __mul__(self, other: Expr) -> Expr:
        return Expr("mul", (self, other))

    def __truediv__(self, other: Expr) -> Expr:
        return Expr("div", (self, other))

    def __pow__(self, other: Expr) -> Expr:
        return Expr("pow", (self, other))

    def __matmul__(self, other: Expr) -> Expr:
        return Expr("matmul", (self, other))

    def __neg__(self) -> Expr:
        return Expr("neg", (self,))

    def __repr__(self) -> str:
        from chainrule.derivation.printing import show

        return show(self)

    def walk(self) -> Iterator[Expr]:
        """Yield this node and everything below it."""
        todo = [self]
        while todo:
            node = todo.pop()
            yield node
            todo += node.args

    def size(self) -> int:
        """Count the nodes."""
        return sum(1 for _ in self.walk())


def num(value: int | Fraction) -> Expr:
    """Return a number, kept exactly."""
    return Expr("num", (), Fraction(value))


def name(symbol: str) -> Expr:
    """Return a variable."""
    return Expr("name", (), symbol)


def call(function: str, *args: Expr) -> Expr:
    """Return `function(args)`."""
    return Expr("call", args, function)


def index(base: Expr, *indices: Expr) -> Expr:
    """Return `base[indices]`, counted from 1."""
    return Expr("index", (base, *indices))


def transpose(matrix: Expr) -> Expr:
    """Return the transposed matrix."""
    return Expr("transpose", (matrix,))


def grad(loss: Expr, variable: Expr) -> Expr:
    """Return the gradient of a scalar, in the shape of the variable."""
    return Expr("grad", (loss, variable))


def total(body: Expr, running: str, low: Expr, high: Expr) -> Expr:
    """Return the sum of `body` over running = low, ..., high."""
    return Expr("sum", (body, low, high), running)


def compare(left: Expr, relation: str, right: Expr) -> Expr:
    """Return a condition such as `x > 0`."""
    return Expr("compare", (left, right), relation)


ZERO, ONE, TWO = num(0), num(1), num(2)


def substitute(tree: Expr, by: Mapping[str, Expr]) -> Expr:
    """Replace free variables by trees."""
    if tree.op == "name":
        return by.get(tree.value, tree)
    if tree.op in BINDERS and tree.value in by:
        by = {key: value for key, value in by.items() if key != tree.value}
    if not tree.args:
        return tree
    return Expr(tree.op, tuple(substitute(arg, by) for arg in tree.args), tree.value)


def rebuild(tree: Expr, change: Callable[[Expr], Expr]) -> Expr:
    """Apply `change` to every node, from the leaves up."""
    if tree.args:
        args = tuple(rebuild(arg, change) for arg in tree.args)
        if args != tree.args:
            tree = Expr(tree.op, args, tree.value)
    return change(tree)


def free_names(tree: Expr, bound: frozenset[str] = frozenset()) -> set[str]:
    """Return the variables that no binder owns, and the functions that are called."""
    if tree.op == "name":
        return set() if tree.value in bound else {tree.value}
    found = {tree.value} if tree.op == "call" else set()
    for position, arg in enumerate(tree.args):
        owned = tree.op in BINDERS and position == 0
        found |= free_names(arg, bound | {tree.value} if owned else bound)
    return found


def branches(tree: Expr) -> tuple[list[tuple[Expr, Expr]], Expr]:
    """Split a `cases` node into its (value, condition) pairs and its last value."""
    return list(zip(tree.args[0:-1:2], tree.args[1:-1:2], strict=True)), tree.args[-1]
