"""Read a formula into a tree. `ast.parse` sees it, nothing ever runs it.

Every kind of node that is not listed here is refused by name, so a new Python syntax is refused
until somebody allows it.
"""

from __future__ import annotations

import ast
import difflib
import re
import warnings
from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import lru_cache

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.expression import ONE, Expr, call, compare, index, name, num
from chainrule.derivation.notation import spell
from chainrule.derivation.setting import Setting
from chainrule.derivation.shapes import shape_of, tidy
from chainrule.derivation.vocabulary import (
    CONSTANTS,
    FUNCTIONS,
    MAX_CHARACTERS,
    MAX_DEPTH,
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_NODES,
    RUNNING,
    SPELLINGS,
)

_ARITHMETIC: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "pow",
    ast.MatMult: "matmul",
}
_RELATIONS: dict[type[ast.AST], str] = {
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


def read(text: str | Expr, setting: Setting, check_shapes: bool = True) -> Expr:
    """Read a formula and check its shapes.

    Raises:
        Unreadable: with the place and what to write instead.
        ShapeMismatch: it reads well, but something does not fit.
    """
    if isinstance(text, Expr):
        return text
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(f"the formula is longer than {MAX_CHARACTERS} characters")
    source = spell(text.strip(), setting)
    tree = _Reader(source, setting).tree(_parse(source, text), 0)
    if check_shapes:
        shape_of(tree, setting)
    return tree


@lru_cache(maxsize=512)
def _parse(source: str, text: str) -> ast.expr:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            body = ast.parse(source, mode="eval").body
        size = sum(1 for _ in ast.walk(body))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        place = getattr(error, "offset", None) or 1
        near = source[max(0, place - 9) : place + 4].strip()
        shown = text.strip() if len(text) < 80 else text.strip()[:77] + "..."
        raise Unreadable(f"cannot read {shown!r}: look near {near!r}") from None
    if size > MAX_NODES:
        raise Unreadable(f"the formula has more than {MAX_NODES} parts")
    return body


class _Reader:
    """Turns whitelisted `ast` nodes into our tree."""

    def __init__(self, source: str, setting: Setting, bound: frozenset[str] = frozenset()) -> None:
        self.source = source
        self.setting = setting
        self.bound = bound

    def binding(self, symbol: str) -> _Reader:
        return _Reader(self.source, self.setting, self.bound | {symbol})

    def tree(self, node: ast.expr, depth: int) -> Expr:
        if depth > MAX_DEPTH:
            raise Unreadable(f"the formula is nested deeper than {MAX_DEPTH} levels")
        read_node = _NODES.get(type(node))
        if read_node is None:
            raise Unreadable(f"{type(node).__name__} is not part of the formula language")
        return read_node(self, node, depth + 1)

    def trees(self, nodes: Sequence[ast.expr], depth: int) -> tuple[Expr, ...]:
        return tuple(self.tree(node, depth) for node in nodes)

    def constant(self, node: ast.Constant, _: int) -> Expr:
        if type(node.value) not in (int, float):
            raise Unreadable(f"{node.value!r} is not a number")
        written = self.source.encode()[node.col_offset : node.end_col_offset].decode()
        return num(_number(written))

    def variable(self, node: ast.Name, _: int) -> Expr:
        symbol, setting = node.id, self.setting
        if symbol in self.bound or symbol in setting.names:
            return name(symbol)
        if symbol in setting.definitions and not setting.definitions[symbol].parameters:
            return call(symbol)
        if symbol in CONSTANTS:
            return Expr("const", (), CONSTANTS[symbol])
        if symbol in SPELLINGS or symbol in setting.definitions:
            raise Unreadable(f"the function {symbol} needs an argument: write {symbol}(...)")
        raise Unreadable(self.unknown(symbol))

    def unknown(self, symbol: str) -> str:
        words = [*self.setting.vocabulary(), *self.bound]
        near = difflib.get_close_matches(symbol, words, 2, 0.5)
        return f"unknown name {symbol!r}" + (f": did you mean {' or '.join(near)}?" if near else "")

    def sign(self, node: ast.UnaryOp, depth: int) -> Expr:
        if isinstance(node.op, ast.USub):
            return -self.tree(node.operand, depth)
        if isinstance(node.op, ast.UAdd):
            return self.tree(node.operand, depth)
        raise Unreadable(f"{type(node.op).__name__} is not part of the formula language")

    def arithmetic(self, node: ast.BinOp, depth: int) -> Expr:
        op = _ARITHMETIC.get(type(node.op))
        if op is None:
            raise Unreadable(f"{type(node.op).__name__} is not part of the formula language")
        left, right = self.tree(node.left, depth), self.tree(node.right, depth)
        if op == "pow" and left.op == "const" and left.value == "e":
            return call("exp", right)
        return Expr(op, (left, right))

    def comparison(self, node: ast.Compare, depth: int) -> Expr:
        parts, left = [], node.left
        for op, right in zip(node.ops, node.comparators, strict=True):
            if type(op) not in _RELATIONS:
                raise Unreadable("only < <= > >= == != are understood")
            pair = self.tree(left, depth), self.tree(right, depth)
            parts.append(compare(pair[0], _RELATIONS[type(op)], pair[1]))
            left = right
        return parts[0] if len(parts) == 1 else Expr("and", tuple(parts))

    def logic(self, node: ast.BoolOp, depth: int) -> Expr:
        return Expr("and" if isinstance(node.op, ast.And) else "or", self.trees(node.values, depth))

    def choice(self, node: ast.IfExp, depth: int) -> Expr:
        rest = self.tree(node.orelse, depth)
        tail = rest.args if rest.op == "cases" else (rest,)
        condition = self.tree(node.test, depth)
        if condition.op not in ("compare", "and", "or"):
            raise Unreadable("after 'if' there must be a condition such as x > 0")
        return Expr("cases", (self.tree(node.body, depth), condition, *tail))

    def attribute(self, node: ast.Attribute, depth: int) -> Expr:
        if node.attr != "T":
            raise Unreadable(f"'.{node.attr}' is not part of the formula language (only .T)")
        return Expr("transpose", (self.tree(node.value, depth),))

    def entries(self, node: ast.List, depth: int) -> Expr:
        if not node.elts:
            raise Unreadable("a vector needs at least one entry")
        return Expr("vector", self.trees(node.elts, depth))

    def subscript(self, node: ast.Subscript, depth: int) -> Expr:
        places = _elements(node.slice)
        base = node.value
        word = _word(base)
        if word in ("E", "Var") and word not in self.setting.names and len(places) == 1:
            return call(word, self.tree(places[0], depth))  # E[X] as in the books
        return index(self.tree(base, depth), *self.trees(places, depth))

    def application(self, node: ast.Call, depth: int) -> Expr:
        if node.keywords or any(isinstance(arg, ast.Starred) for arg in node.args):
            raise Unreadable("keyword arguments and * are not part of the formula language")
        head = node.func
        word = _word(head.value) if isinstance(head, ast.Subscript) else ""
        if isinstance(head, ast.Subscript) and word in RUNNING:
            return self.running(word, _elements(head.slice), node.args, depth)
        if not isinstance(head, ast.Name):
            raise Unreadable("cannot read this bracket: write a product with *")
        if head.id in _SPECIAL and head.id not in self.setting.names:
            return _SPECIAL[head.id](self, node.args, depth)
        return self.function(head, node.args, depth)

    def function(self, head: ast.Name, args: list[ast.expr], depth: int) -> Expr:
        word, setting = head.id, self.setting
        if word in self.bound and len(args) == 1:
            return name(word) * self.tree(args[0], depth)
        if word in setting.names and setting.names[word].kind != "fn":
            raise Unreadable(
                f"{word} is declared here as a {setting.names[word].kind}; for the function write "
                f"its long name (heaviside, sigmoid, ...), for the product write {word}*(...)"
            )
        if word in setting.names:
            key, arity = word, 1
        elif word in setting.definitions:
            key, arity = word, len(setting.definitions[word].parameters)
        elif word in SPELLINGS:
            key = SPELLINGS[word]
            arity = FUNCTIONS[key].arity or max(len(args), 1)
        else:
            raise Unreadable(self.unknown(word))
        if len(args) != arity:
            raise Unreadable(f"{word} takes {arity} argument(s), not {len(args)}")
        return call(key, *self.trees(args, depth))

    def derivative(self, args: list[ast.expr], depth: int) -> Expr:
        if len(args) != 2:
            raise Unreadable("diff(formula, variable) takes two arguments")
        body, variable = self.trees(args, depth)
        whole = variable.op == "name" and tidy(shape_of(variable, self.setting))
        return Expr("grad" if whole else "diff", (body, variable))

    def gradient(self, args: list[ast.expr], depth: int) -> Expr:
        if len(args) != 2:
            raise Unreadable("grad(scalar, variable) takes two arguments")
        loss, variable = self.trees(args, depth)
        return Expr("diff" if variable.op == "index" else "grad", (loss, variable))

    def limit(self, args: list[ast.expr], depth: int) -> Expr:
        if len(args) != 3 or not isinstance(args[1], ast.Name):
            raise Unreadable("write lim(formula, variable, target), for example lim(1/k, k, oo)")
        body = self.binding(args[1].id).tree(args[0], depth)
        return Expr("lim", (body, self.tree(args[2], depth)), args[1].id)

    def running(self, word: str, places: list[ast.expr], args: list[ast.expr], depth: int) -> Expr:
        """Σ[k](...), Σ[k, 1, K](...), Σ[k != i, 1, K](...), lim[k, oo](...)."""
        left_out: tuple[Expr, ...] = ()
        variable = places[0]
        if isinstance(variable, ast.Compare) and isinstance(variable.ops[0], ast.NotEq):
            left_out = (self.tree(variable.comparators[0], depth),)
            variable = variable.left
        if not isinstance(variable, ast.Name) or len(args) != 1:
            raise Unreadable(f"write {word}[k](formula) or {word}[k, 1, K](formula)")
        symbol = variable.id
        if RUNNING[word] == "lim" and len(places) == 2:
            return self.limit([args[0], variable, places[1]], depth)
        bounds = self.bounds(word, symbol, places, depth)
        body = self.binding(symbol).tree(args[0], depth)
        return Expr(RUNNING[word], (body, *bounds, *left_out), symbol)

    def bounds(
        self, word: str, symbol: str, places: list[ast.expr], depth: int
    ) -> tuple[Expr, Expr]:
        if len(places) == 3:
            return self.tree(places[1], depth), self.tree(places[2], depth)
        if len(places) == 1 and self.setting.kind(symbol) == "index":
            size = self.setting.names[symbol].size
            return ONE, num(int(size)) if size.isdigit() else name(size)
        raise Unreadable(f"the range of {symbol} is unknown: write {word}[{symbol}, 1, K](...)")


def _word(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _elements(node: ast.expr) -> list[ast.expr]:
    return list(node.elts) if isinstance(node, ast.Tuple) else [node]


def _number(written: str) -> Fraction:
    """Read a literal exactly; `0.1` is one tenth."""
    found = re.fullmatch(r"([\d.]+)(?:[eE]([+-]?\d+))?", written)
    if not found or len(found.group(1)) > MAX_DIGITS or len(found.group(2) or "") > 4:
        raise Unreadable(f"a number has at most {MAX_DIGITS} digits")
    if abs(int(found.group(2) or 0)) > MAX_EXPONENT:
        raise Unreadable(f"the power of ten in {written} is larger than {MAX_EXPONENT}")
    return Fraction(written)


_NODES: dict[type[ast.expr], Callable[..., Expr]] = {
    ast.Constant: _Reader.constant,
    ast.Name: _Reader.variable,
    ast.UnaryOp: _Reader.sign,
    ast.BinOp: _Reader.arithmetic,
    ast.Compare: _Reader.comparison,
    ast.BoolOp: _Reader.logic,
    ast.IfExp: _Reader.choice,
    ast.Attribute: _Reader.attribute,
    ast.List: _Reader.entries,
    ast.Subscript: _Reader.subscript,
    ast.Call: _Reader.application,
}
_SPECIAL: dict[str, Callable[[_Reader, list[ast.expr], int], Expr]] = {
    "diff": _Reader.derivative,
    "D": _Reader.derivative,
    "grad": _Reader.gradient,
    "lim": _Reader.limit,
}
