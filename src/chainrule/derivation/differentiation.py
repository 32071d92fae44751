"""The rules of differentiation, on trees: sum, product, quotient, power and chain rule."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.expression import (
    ONE,
    TWO,
    ZERO,
    Expr,
    call,
    free_names,
    index,
    name,
    num,
    substitute,
    total,
)
from chainrule.derivation.families import derivative_of, unfold
from chainrule.derivation.setting import Setting
from chainrule.derivation.shapes import shape_of, tidy

_ELEMENTWISE = ("add", "sub", "mul", "div", "pow", "neg")
_NO_CHAIN_RULE = ("softmax", "norm", "max", "min", "Var", "eye", "ones", "onehot")
_LINEAR = ("E", "tr", "sumall", "diag")


class NoRule(Exception):
    """No rule for this form."""


def differentiate(tree: Expr, variable: Expr, setting: Setting, known: frozenset[str]) -> Expr:
    """Return d tree / d variable; `known` says which functions may be unfolded on the way.

    Raises:
        NoRule: a rule is missing.
    """
    return _Rules(variable, setting, known).d(tree)


class _Rules:
    def __init__(self, variable: Expr, setting: Setting, known: frozenset[str]) -> None:
        self.variable = variable
        self.setting = setting
        self.known = known
        self.symbol = (variable.args[0] if variable.op == "index" else variable).value

    def depends(self, tree: Expr) -> bool:
        todo, seen = [tree], {""}
        while todo:
            for symbol in free_names(todo.pop()) - seen:
                seen.add(symbol)
                if symbol == self.symbol:
                    return True
                if symbol in self.setting.definitions:
                    todo.append(self.setting.definitions[symbol].body)
        return False

    def d(self, tree: Expr) -> Expr:
        if not self.depends(tree):
            return ZERO
        rule = _RULES.get(tree.op)
        if rule is None:
            raise NoRule(tree.op)
        return rule(self, tree)

    def name(self, tree: Expr) -> Expr:
        """Return dx/dx = 1; ds/ds[j] is a unit vector."""
        if self.variable.op != "index":
            return ONE
        declared = self.setting.names.get(self.symbol)
        if declared is None or len(declared.shape) != 2 or declared.shape[1] != "1":
            raise NoRule("the derivative of a matrix")
        return call("onehot", self.variable.args[1], _size(declared.shape[0]))

    def index(self, tree: Expr) -> Expr:
        """Return ds[i]/ds[j] = δ(i,j)."""
        base, places = tree.args[0], tree.args[1:]
        wanted = self.variable.args[1:]
        if base.op == "name" and base.value == self.symbol and len(places) == len(wanted):
            deltas = [call("δ", i, j) for i, j in zip(places, wanted, strict=True)]
            return deltas[0] if len(deltas) == 1 else deltas[0] * deltas[1]
        inner = entry(tree, self.setting, self.known)
        if inner is None:
            raise NoRule("an entry")
        return self.d(inner)

    def sum(self, tree: Expr) -> Expr:
        u, v = tree.args
        du, dv = self.d(u), self.d(v)
        return _plus(du, dv) if tree.op == "add" else _minus(du, dv)

    def neg(self, tree: Expr) -> Expr:
        return _minus(ZERO, self.d(tree.args[0]))

    def product(self, tree: Expr) -> Expr:
        u, v = tree.args
        return _plus(_times(self.d(u), v), _times(u, self.d(v)))

    def matrix_product(self, tree: Expr) -> Expr:
        u, v = tree.args
        du, dv = self.d(u), self.d(v)
        left = ZERO if du == ZERO else du @ v
        return _plus(left, ZERO if dv == ZERO else u @ dv)

    def quotient(self, tree: Expr) -> Expr:
        u, v = tree.args
        du, dv = self.d(u), self.d(v)
        if dv == ZERO:
            return du / v
        return _minus(_times(du, v), _times(u, dv)) / v**TWO

    def power(self, tree: Expr) -> Expr:
        u, exponent = tree.args
        du = self.d(u)
        if not self.depends(exponent):
            return _times(exponent * u ** (exponent - ONE), du)
        inner = _times(self.d(exponent), call("ln", u))
        return tree * (inner if du == ZERO else _plus(inner, exponent * (du / u)))

    def running_sum(self, tree: Expr) -> Expr:
        if tree.value in free_names(self.variable):
            raise NoRule("the running index is in the variable")
        return Expr("sum", (self.d(tree.args[0]), *tree.args[1:]), tree.value)

    def running_product(self, tree: Expr) -> Expr:
        """Return d Π u = Π u · Σ du/u."""
        body = tree.args[0]
        inner = Expr("sum", (self.d(body) / body, *tree.args[1:]), tree.value)
        return tree * inner

    def each(self, tree: Expr) -> Expr:
        return Expr(tree.op, tuple(map(self.d, tree.args)), tree.value)

    def cases(self, tree: Expr) -> Expr:
        last = len(tree.args) - 1
        parts = [self.d(a) if i % 2 == 0 or i == last else a for i, a in enumerate(tree.args)]
        return Expr("cases", tuple(parts))

    def again(self, tree: Expr) -> Expr:
        return self.d(differentiate(tree.args[0], tree.args[1], self.setting, self.known))

    def call(self, tree: Expr) -> Expr:
        """The chain rule; a function without a rule gets an unknown derivative f'."""
        function, args = tree.value, tree.args
        meaning = self.meaning(tree)
        if meaning is not None:
            return self.d(meaning)
        if len(args) != 1 or function in _NO_CHAIN_RULE:
            raise NoRule(function)
        inner = self.d(args[0])
        if function in _LINEAR:
            return call(function, inner)
        outer = derivative_of(function, self.setting.derivatives, args[0])
        return _times(call(function + "'", args[0]) if outer is None else outer, inner)

    def meaning(self, tree: Expr) -> Expr | None:
        function = tree.value
        if function not in self.known or function in self.setting.derivatives:
            return None
        if function in self.setting.definitions:
            definition = self.setting.definitions[function]
            by = dict(zip(definition.parameters, tree.args, strict=True))
            return substitute(definition.body, by)
        return unfold(function, tree.args)


_RULES: dict[str, Callable[[_Rules, Expr], Expr]] = {
    "name": _Rules.name,
    "index": _Rules.index,
    "add": _Rules.sum,
    "sub": _Rules.sum,
    "neg": _Rules.neg,
    "mul": _Rules.product,
    "matmul": _Rules.matrix_product,
    "div": _Rules.quotient,
    "pow": _Rules.power,
    "sum": _Rules.running_sum,
    "prod": _Rules.running_product,
    "vector": _Rules.each,
    "transpose": _Rules.each,
    "cases": _Rules.cases,
    "diff": _Rules.again,
    "call": _Rules.call,
}


def _plus(a: Expr, b: Expr) -> Expr:
    return b if a == ZERO else a if b == ZERO else a + b


def _minus(a: Expr, b: Expr) -> Expr:
    if b == ZERO:
        return a
    return -b if a == ZERO else a - b


def _times(a: Expr, b: Expr) -> Expr:
    if ZERO in (a, b):
        return ZERO
    return b if a == ONE else a if b == ONE else a * b


def _size(side: str) -> Expr:
    return num(int(side)) if side.isdigit() else name(side)


def entry(tree: Expr, setting: Setting, known: frozenset[str]) -> Expr | None:
    """Move an index inwards: (a+b)[i] = a[i] + b[i], (A@v)[i] = Σ A[i,r] v[r]. None if it stays."""
    base, places = tree.args[0], tree.args[1:]

    def at(part: Expr) -> Expr:
        try:
            return index(part, *places) if tidy(shape_of(part, setting)) else part
        except Unreadable:
            return index(part, *places)

    if base.op in _ELEMENTWISE:
        return Expr(base.op, tuple(map(at, base.args)))
    if base.op == "matmul" and len(places) == 1:
        return _matrix_entry(base, places[0], setting)
    if base.op == "vector" and places[0].op == "num":
        row = int(places[0].value)
        return base.args[row - 1] if 1 <= row <= len(base.args) else None
    if base.op == "call":
        return _call_entry(base, places, setting, known, at)
    return None


def _matrix_entry(product: Expr, row: Expr, setting: Setting) -> Expr | None:
    matrix, vector = product.args
    if matrix.op not in ("name", "transpose") or not shape_of(matrix, setting):
        return None
    running = name("_r")
    body = index(matrix, row, running) * index(vector, running)
    return total(body, "_r", ONE, _size(shape_of(matrix, setting)[1]))


def _call_entry(
    base: Expr,
    places: tuple[Expr, ...],
    setting: Setting,
    known: frozenset[str],
    at: Callable[[Expr], Expr],
) -> Expr | None:
    function = base.value
    if function in setting.layers():
        return index(setting.layers()[function], *places) if function in known else None
    if function == "softmax":
        meaning = unfold(function, base.args) if function in known else None
        return None if meaning is None else Expr("div", (at(meaning.args[0]), meaning.args[1]))
    if len(base.args) == 1 and function not in (*_NO_CHAIN_RULE, *_LINEAR):
        return call(function, at(base.args[0]))
    return None
