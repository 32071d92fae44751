"""Is a step the claim itself, wrapped in something? Put the target where the start stands."""

from __future__ import annotations

from collections.abc import Callable

from chainrule.derivation.canonical import collected
from chainrule.derivation.expression import ONE, Expr, free_names, num, rebuild
from chainrule.derivation.setting import Setting


def claim(start: Expr, target: Expr, setting: Setting) -> Callable[[Expr], Expr]:
    """Return a function that writes `target` wherever a line says `start`.

    The start is found up to order and added zeros, under every `let`, and in derivatives with
    constants added: d/dx (2σ(x) + 7) says 2 d/dx σ(x).
    """
    sought = {collected(start), collected(_without_constants(start, setting))}

    def put(node: Expr) -> Expr:
        return target if collected(node) in sought else node

    return lambda line: rebuild(_without_constants(written_out(line, setting), setting), put)


def written_out(tree: Expr, setting: Setting) -> Expr:
    """Return a line with what the student's own `let`s stand for."""

    def change(node: Expr) -> Expr:
        if node.op == "call" and node.value in setting.lets:
            return written_out(setting.definitions[node.value].body, setting)
        return node

    return rebuild(tree, change)


def _without_constants(tree: Expr, setting: Setting) -> Expr:
    """Take constant terms and factors out of derivatives and gradients."""

    def change(node: Expr) -> Expr:
        if node.op not in ("diff", "grad"):
            return node
        body, variable = node.args
        scale: list[Expr] = []
        while (inner := _varying(body, variable, setting)) is not None:
            constant, body = inner
            scale += constant
        derived: Expr = Expr(node.op, (body, variable))
        for factor in scale:
            derived = factor * derived
        return derived

    return rebuild(tree, change)


def _varying(body: Expr, variable: Expr, setting: Setting) -> tuple[list[Expr], Expr] | None:
    """Split c*f, f/c, -f and f + c into a constant factor, if any, and f; None if it is neither."""
    symbol = (variable.args[0] if variable.op == "index" else variable).value

    def constant(part: Expr) -> bool:
        return symbol not in free_names(part) and setting.definitions.keys().isdisjoint(
            free_names(part)
        )

    if body.op == "neg":
        return [num(-1)], body.args[0]
    if body.op not in ("add", "sub", "mul", "div"):
        return None
    left, right = body.args
    if constant(left) == constant(right) or (body.op == "div" and constant(left)):
        return None
    kept = right if constant(left) else left
    if body.op == "add":
        return [], kept
    if body.op == "sub":
        return ([num(-1)] if kept is right else []), kept
    if body.op == "div":
        return [ONE / right], left
    return [left if kept is right else right], kept
