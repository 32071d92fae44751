"""The chain rule through one layer: from grad(L, v) to the gradient of the layer that uses v."""

from __future__ import annotations

from chainrule.derivation.expression import Expr, call, grad, rebuild, transpose
from chainrule.derivation.families import DERIVATIVES, QUOTABLE, derivative_of
from chainrule.derivation.setting import Setting


def backprop_once(tree: Expr, setting: Setting) -> Expr:
    """Rewrite every grad(L, v) of a named loss by one layer; the others stay."""
    layers = setting.layers()

    def change(part: Expr) -> Expr:
        if part.op != "grad" or part.args[0].op != "call" or part.args[0].value not in layers:
            return part
        loss, variable = part.args
        users = [key for key, body in layers.items() if variable in set(body.walk())]
        if not users or loss.value in users:
            return part
        pulled = [_pull(layers[key], variable, grad(loss, call(key)), setting) for key in users]
        result = None
        for one in pulled:
            if one is None:
                return part
            result = one if result is None else result + one
        return part if result is None else result

    return rebuild(tree, change)


def _pull(body: Expr, variable: Expr, upstream: Expr, setting: Setting) -> Expr | None:
    """Pull the gradient of a layer back to one of its inputs; None if no rule is known.

    Y = A @ B sends G to A as G @ B.T and to B as A.T @ G; Y = f(U) sends G * f'(U).
    """
    if body == variable:
        return upstream
    inside = [arg for arg in body.args if variable in set(arg.walk())]
    if len(inside) != 1:
        return None
    part = inside[0]
    if body.op == "matmul":
        left, right = body.args
        back = upstream @ transpose(right) if part is left else transpose(left) @ upstream
        return _pull(part, variable, back, setting)
    if body.op in ("add", "sub", "neg"):
        minus = body.op == "neg" or (body.op == "sub" and part is body.args[1])
        return _pull(part, variable, -upstream if minus else upstream, setting)
    if body.op == "mul":
        other = body.args[1] if part is body.args[0] else body.args[0]
        return _pull(part, variable, upstream * other, setting)
    if body.op == "div" and part is body.args[0]:
        return _pull(part, variable, upstream / body.args[1], setting)
    if body.op == "transpose":
        return _pull(part, variable, transpose(upstream), setting)
    if body.op == "call" and body.value in {**DERIVATIVES, **QUOTABLE}:
        slope = derivative_of(body.value, frozenset(QUOTABLE), part)
        return None if slope is None else _pull(part, variable, upstream * slope, setting)
    return None
