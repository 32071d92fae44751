"""Between our trees and SymPy: answers given as SymPy expressions, pretty forms, cross-checks.

SymPy rewrites on construction and cannot decide many identities of this course, so it decides
nothing here. It is imported only when somebody hands in a SymPy object or asks for one.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import reduce
from typing import Any

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.expression import (
    ONE,
    ZERO,
    Expr,
    branches,
    call,
    compare,
    index,
    name,
    num,
    substitute,
    total,
)
from chainrule.derivation.families import unfold
from chainrule.derivation.setting import Setting
from chainrule.derivation.shapes import shape_of
from chainrule.derivation.vocabulary import MAX_DEPTH, MAX_NODES, SPELLINGS

_FUNCTIONS = {
    "exp": "exp", "log": "ln", "sqrt": "sqrt", "Abs": "abs", "sign": "sign", "floor": "floor",
    "sin": "sin", "cos": "cos", "sinh": "sinh", "cosh": "cosh", "tanh": "tanh", "erf": "erf",
    "KroneckerDelta": "δ",
}  # fmt: skip
_QUOTIENTS = {  # functions our language has no word for
    "tan": ("sin", "cos"), "cot": ("cos", "sin"), "sec": ("", "cos"), "csc": ("", "sin"),
    "coth": ("cosh", "sinh"), "sech": ("", "cosh"), "csch": ("", "sinh"),
}  # fmt: skip
_RELATIONS = {
    "StrictLessThan": "<",
    "LessThan": "<=",
    "StrictGreaterThan": ">",
    "GreaterThan": ">=",
    "Equality": "==",
    "Unequality": "!=",
}


def from_sympy(expression: Any, setting: Setting) -> Expr:
    """Convert a SymPy expression; only known kinds of nodes pass.

    Raises:
        Unreadable: a node is not in the whitelist, or a symbol is not declared.
        ShapeMismatch: the shapes do not fit.
    """
    if isinstance(expression, int | float) and not isinstance(expression, bool):
        return num(Fraction(repr(expression)))
    import sympy

    if not isinstance(expression, sympy.Basic):
        raise Unreadable(f"a formula is text or a SymPy expression, not {type(expression)}")
    if sum(1 for _ in sympy.preorder_traversal(expression)) > MAX_NODES:
        raise Unreadable(f"the formula has more than {MAX_NODES} parts")
    tree = _Incoming(setting).tree(expression, frozenset(), 0)
    shape_of(tree, setting)
    return tree


class _Incoming:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting

    def tree(self, node: Any, bound: frozenset[str], depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise Unreadable(f"the formula is nested deeper than {MAX_DEPTH} levels")
        kind = type(node).__name__
        if node.is_Rational:
            return num(Fraction(int(node.p), int(node.q)))
        if node.is_Float:
            return num(Fraction(str(node)))
        if kind in ("Pi", "Exp1", "Infinity", "NegativeInfinity"):
            infinity = Expr("const", (), "oo")
            constants = {"Pi": Expr("const", (), "pi"), "Exp1": Expr("const", (), "e")}
            return constants.get(kind, -infinity if kind[0] == "N" else infinity)
        if node.is_Symbol or kind == "IndexedBase":
            return self.symbol(str(node), bound)
        special = getattr(self, "on_" + kind, None)
        if special is not None:
            converted: Expr = special(node, bound, depth + 1)
            return converted
        if kind in _QUOTIENTS:
            over, under = _QUOTIENTS[kind]
            (argument,) = self.many(node, bound, depth + 1)
            return (call(over, argument) if over else ONE) / call(under, argument)
        own = SPELLINGS.get(kind) if len(node.args) == 1 else None  # Function("sigma")(x)
        function = _FUNCTIONS.get(kind, own)
        if function is None and kind not in _RELATIONS:
            raise Unreadable(f"{kind} is not part of the formula language")
        args = self.many(node, bound, depth + 1)
        if function is None:
            return compare(args[0], _RELATIONS[kind], args[1])
        return call(function, *args)

    def symbol(self, word: str, bound: frozenset[str]) -> Expr:
        if word not in bound and word not in self.setting.names:
            raise Unreadable(f"unknown name {word!r}")
        return name(word)

    def many(self, node: Any, bound: frozenset[str], depth: int) -> list[Expr]:
        return [self.tree(arg, bound, depth) for arg in node.args]

    def on_Add(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return reduce(lambda a, b: a + b, self.many(node, bound, depth))

    def on_Mul(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return reduce(lambda a, b: a * b, self.many(node, bound, depth))

    def on_Pow(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        base, exponent = self.many(node, bound, depth)
        if exponent.op == "num" and exponent.value == -1:
            return ONE / base
        if exponent.op == "num" and exponent.value == Fraction(1, 2):
            return call("sqrt", base)
        return call("exp", exponent) if base.value == "e" else base**exponent

    def on_Max(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return reduce(lambda a, b: call("max", a, b), self.many(node, bound, depth))

    def on_Min(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return reduce(lambda a, b: call("min", a, b), self.many(node, bound, depth))

    def on_Heaviside(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        x, at_zero = self.many(node, bound, depth)
        below = Expr("cases", (ZERO, compare(x, "<", ZERO), at_zero))
        return Expr("cases", (ONE, compare(x, ">", ZERO), *below.args))

    def on_Piecewise(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        parts: list[Expr] = []
        for value, condition in node.args:
            parts.append(self.tree(value, bound, depth))
            if condition == True:  # noqa: E712  (SymPy's true is no bool)
                return Expr("cases", tuple(parts)) if len(parts) > 1 else parts[0]
            parts.append(self.tree(condition, bound, depth))
        raise Unreadable("a Piecewise needs a last case for everything else")

    def on_And(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return Expr("and", tuple(self.many(node, bound, depth)))

    def on_Or(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return Expr("or", tuple(self.many(node, bound, depth)))

    def on_Derivative(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        tree = self.tree(node.expr, bound, depth)
        for variable in node.variables[:4]:
            tree = Expr("diff", (tree, self.tree(variable, bound, depth)))
        return tree

    def on_Indexed(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        return index(*self.many(node, bound, depth))

    def on_Sum(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        variable, low, high = node.limits[0]
        inner = bound | {str(variable)}
        body = self.tree(node.function, inner, depth)
        ends = self.tree(low, bound, depth), self.tree(high, bound, depth)
        return total(body, str(variable), *ends)

    def on_Product(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        added = self.on_Sum(node, bound, depth)
        return Expr("prod", added.args, added.value)

    def on_Limit(self, node: Any, bound: frozenset[str], depth: int) -> Expr:  # noqa: N802
        body, variable, target = node.args[:3]
        inner = self.tree(body, bound | {str(variable)}, depth)
        return Expr("lim", (inner, self.tree(target, bound, depth)), str(variable))


def to_sympy(tree: Expr, setting: Setting) -> Any:
    """Convert a scalar tree to SymPy, for pretty forms and cross-checks.

    Raises:
        Unreadable: SymPy has no counterpart (vectors as a whole, gradients, expectations).
    """
    return _Outgoing(setting).convert(tree)


class _Outgoing:
    def __init__(self, setting: Setting) -> None:
        import sympy

        self.sympy = sympy
        self.setting = setting

    def convert(self, tree: Expr) -> Any:
        rule = _OUT.get(tree.op)
        if rule is None:
            raise Unreadable(f"SymPy has no counterpart of {tree}")
        return rule(self, tree)

    def args(self, tree: Expr) -> list[Any]:
        return [self.convert(arg) for arg in tree.args]

    def name(self, tree: Expr) -> Any:
        declared = self.setting.names.get(tree.value)
        if declared is not None and declared.shape:
            raise Unreadable(f"{tree.value} is a vector; SymPy gets its entries only")
        if declared is None or declared.kind in ("index", "int", "dim"):
            return self.sympy.Symbol(tree.value, integer=True, positive=declared is not None)
        positive = declared.low is not None and declared.low >= 0 and declared.low_open
        kind = {"positive": True} if positive else {"real": declared.kind != "complex" or None}
        return self.sympy.Symbol(tree.value, **kind)

    def call(self, tree: Expr) -> Any:
        function, sympy = tree.value, self.sympy
        direct = {ours: theirs for theirs, ours in _FUNCTIONS.items()}
        if function in direct:
            return getattr(sympy, direct[function])(*self.args(tree))
        if function == "H":
            return sympy.Heaviside(self.convert(tree.args[0]), sympy.Rational(1, 2))
        if function in ("max", "min"):
            return getattr(sympy, function.capitalize())(*self.args(tree))
        if function == "relu":
            return sympy.Max(self.convert(tree.args[0]), 0)
        if function in self.setting.definitions:
            definition = self.setting.definitions[function]
            by = dict(zip(definition.parameters, tree.args, strict=True))
            return self.convert(substitute(definition.body, by))
        meaning = unfold(function, tree.args)
        if meaning is None or function == "softmax":
            raise Unreadable(f"SymPy has no counterpart of {function}")
        return self.convert(meaning)

    def index(self, tree: Expr) -> Any:
        base = tree.args[0]
        if base.op != "name":
            raise Unreadable(f"SymPy has no counterpart of {tree}")
        places = [self.convert(arg) for arg in tree.args[1:]]
        return self.sympy.IndexedBase(base.value, real=True)[tuple(places)]

    def running(self, tree: Expr) -> Any:
        if len(tree.args) > 3:
            raise Unreadable(f"SymPy has no counterpart of {tree}")
        body, low, high = self.args(tree)
        kind = self.sympy.Sum if tree.op == "sum" else self.sympy.Product
        return kind(body, (self.sympy.Symbol(tree.value, integer=True), low, high))

    def lim(self, tree: Expr) -> Any:
        body, target = self.args(tree)
        side = "+" if tree.args[1].op == "const" else "+-"
        return self.sympy.Limit(body, self.sympy.Symbol(tree.value, integer=True), target, side)

    def cases(self, tree: Expr) -> Any:
        pairs, last = branches(tree)
        rows = [(self.convert(value), self.convert(condition)) for value, condition in pairs]
        return self.sympy.Piecewise(*rows, (self.convert(last), True))

    def compare(self, tree: Expr) -> Any:
        kind = {sign: word for word, sign in _RELATIONS.items()}[tree.value]
        return getattr(self.sympy, kind)(*self.args(tree))

    def fold(self, tree: Expr) -> Any:
        a, b = self.args(tree)
        result: Any = _FOLD[tree.op](a, b)
        return result


_FOLD: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "pow": lambda a, b: a**b,
}
_OUT: dict[str, Callable[[_Outgoing, Expr], Any]] = {
    **dict.fromkeys(_FOLD, _Outgoing.fold),
    "num": lambda out, tree: out.sympy.Rational(tree.value.numerator, tree.value.denominator),
    "const": lambda out, tree: {"pi": out.sympy.pi, "e": out.sympy.E, "oo": out.sympy.oo}[
        tree.value
    ],
    "name": _Outgoing.name,
    "neg": lambda out, tree: -out.convert(tree.args[0]),
    "index": _Outgoing.index,
    "call": _Outgoing.call,
    "sum": _Outgoing.running,
    "prod": _Outgoing.running,
    "diff": lambda out, tree: out.sympy.Derivative(*out.args(tree)),
    "lim": _Outgoing.lim,
    "cases": _Outgoing.cases,
    "compare": _Outgoing.compare,
    "and": lambda out, tree: out.sympy.And(*out.args(tree)),
    "or": lambda out, tree: out.sympy.Or(*out.args(tree)),
}
