"""Named equations and inequalities of a task, as rewrite rules with variables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from chainrule.derivation.canonical import same_line
from chainrule.derivation.expression import TWO, Expr, call, rebuild, substitute
from chainrule.derivation.reader import read
from chainrule.derivation.setting import REAL, Setting

Binding = dict[str, Expr]


@dataclass(frozen=True)
class Rule:
    """`left` may be replaced by `right`, whatever stands for the variables.

    Attributes:
        name: what the student calls it.
        left: the pattern.
        right: what takes its place.
        variables: the names in the pattern that stand for anything.
    """

    name: str
    left: Expr
    right: Expr
    variables: tuple[str, ...]

    def apply(self, tree: Expr) -> Expr:
        """Replace every part that matches, from the leaves up, once."""

        def change(part: Expr) -> Expr:
            found = next(match(self.left, part, self.variables, {}), None)
            return part if found is None else substitute(self.right, found)

        return rebuild(tree, change)


def read_rule(name: str, parts: Sequence[object], setting: Setting) -> Rule:
    """Read `[left, right, [variables]]`; the shapes of the variables are left open."""
    left, right, *rest = parts
    listed = rest[0] if rest else ()
    variables = tuple(str(v) for v in listed) if isinstance(listed, list | tuple) else ()
    inside = setting.declaring(**dict.fromkeys(variables, REAL))
    sides = [read(str(text), inside, check_shapes=False) for text in (left, right)]
    return Rule(name, sides[0], sides[1], variables)


def match(
    pattern: Expr, tree: Expr, variables: tuple[str, ...], bound: Binding
) -> Iterator[Binding]:
    """Yield the ways in which a tree fits a pattern; + and * in both orders."""
    if pattern.op == "name" and pattern.value in variables:
        if pattern.value not in bound:
            yield {**bound, pattern.value: tree}
        elif same_line(bound[pattern.value], tree):
            yield bound
        return
    if (pattern.op, pattern.value, len(pattern.args)) != (tree.op, tree.value, len(tree.args)):
        return
    yield from _match_all(pattern.args, tree.args, variables, bound)
    if pattern.op in ("add", "mul"):
        yield from _match_all(pattern.args, tree.args[::-1], variables, bound)


def _match_all(
    patterns: tuple[Expr, ...], trees: tuple[Expr, ...], variables: tuple[str, ...], bound: Binding
) -> Iterator[Binding]:
    if not patterns:
        yield bound
        return
    for first in match(patterns[0], trees[0], variables, bound):
        yield from _match_all(patterns[1:], trees[1:], variables, first)


JENSEN = "jensen"
_CURVED = ("ln", "exp", "sqrt", "softplus")


def jensen(tree: Expr, setting: Setting) -> Expr:
    """Σ w f(u) becomes f(Σ w u), and E(f(u)) becomes f(E(u)).

    Which way the inequality goes is left to the numbers.
    """

    def curved(part: Expr) -> bool:
        return part.op == "call" and (part.value in _CURVED or setting.kind(part.value) == "fn")

    def change(part: Expr) -> Expr:
        if part.op == "call" and part.value == "E":
            return _jensen_mean(part, curved)
        if part.op == "sum" and len(part.args) == 3:
            return _jensen_sum(part, curved)
        return part

    return rebuild(tree, change)


def _jensen_mean(tree: Expr, curved: Callable[[Expr], bool]) -> Expr:
    body = tree.args[0]
    if curved(body):
        return call(body.value, call("E", body.args[0]))
    if body.op == "pow" and body.args[1] == TWO:
        return call("E", body.args[0]) ** TWO
    return tree


def _jensen_sum(tree: Expr, curved: Callable[[Expr], bool]) -> Expr:
    weights, todo = [], [tree.args[0]]
    while todo:
        part = todo.pop()
        todo += part.args if part.op == "mul" else ()
        weights += [] if part.op == "mul" else [part]
    for place, part in enumerate(weights):
        if curved(part):
            inner = part.args[0]
            for other in weights[:place] + weights[place + 1 :]:
                inner = other * inner
            return call(part.value, Expr("sum", (inner, *tree.args[1:]), tree.value))
    return tree
