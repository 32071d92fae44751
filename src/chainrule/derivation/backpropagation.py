"""The chain rule through one layer: from grad(L, v) to the gradient of the layer that uses v."""

from __future__ import annotations

from functools import reduce

from chainrule.derivation.expression import ONE, TWO, Expr, call, grad, rebuild, transpose
from chainrule.derivation.families import DERIVATIVES, QUOTABLE, derivative_of
from chainrule.derivation.setting import Setting
from chainrule.derivation.shapes import shape_of, tidy


def backprop_once(tree: Expr, setting: Setting) -> Expr:
    """Rewrite every grad(L, v) of a named loss by one layer; the others stay."""
    layers = setting.layers()

    def change(part: Expr) -> Expr:
        if part.op != "grad" or part.args[0].op != "call" or part.args[0].value not in layers:
            return part
        loss, variable = part.args
        users = [key for key, body in layers.items() if variable in set(body.walk())]
        pulled = [_pull(layers[key], variable, _upstream(loss, key), setting) for key in users]
        known = [gradient for gradient in pulled if gradient is not None]
        if len(known) < len(pulled) or not known:
            return part
        return reduce(lambda a, b: a + b, known)

    return rebuild(tree, change)


def _squared(body: Expr) -> Expr | None:
    """Return the u of u.T @ u and of norm(u)²."""
    if body.op == "matmul" and body.args[0] == transpose(body.args[1]):
        return body.args[1]
    norm = body.op == "pow" and body.args[1] == TWO and body.args[0].op == "call"
    return body.args[0].args[0] if norm and body.args[0].value == "norm" else None


def _upstream(loss: Expr, layer: str) -> Expr:
    """Return the gradient of the loss by a layer; by itself it is 1."""
    return ONE if layer == loss.value else grad(loss, call(layer))


def _pull(body: Expr, variable: Expr, upstream: Expr, setting: Setting) -> Expr | None:
    """Pull the gradient of a layer back to one of its inputs; None if no rule is known.

    Y = A @ B sends G to A as G @ B.T and to B as A.T @ G; Y = f(U) sends G * f'(U) and |U|²
    sends 2 G U.
    """
    if body == variable:
        return upstream
    squared = _squared(body)
    if squared is not None:
        return _pull(squared, variable, upstream * (TWO * squared), setting)
    inside = [arg for arg in body.args if variable in set(arg.walk())]
    if len(inside) != 1:
        return None
    part = inside[0]
    if body.op == "matmul":
        left, right = body.args
        if not tidy(shape_of(body, setting)):  # a scalar v.T @ h: the gradient of h is v
            back = upstream * transpose(right if part is left else left)
        else:
            back = upstream @ transpose(right) if part is left else transpose(left) @ upstream
        return _pull(part, variable, back, setting)
    if body.op == "pow" and part is body.args[0]:
        exponent = body.args[1]
        power_rule = exponent * part ** (exponent - ONE)
        return _pull(part, variable, upstream * power_rule, setting)
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
