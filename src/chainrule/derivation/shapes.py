"""The shape of every part of a formula, with sizes as symbols: W is (M×D), whatever M and D are.

A mismatch names the part and both shapes, in the words of the student's own line.
"""

from __future__ import annotations

from collections.abc import Callable

from chainrule.derivation.errors import ShapeMismatch, Unreadable
from chainrule.derivation.expression import Expr
from chainrule.derivation.printing import show
from chainrule.derivation.setting import Setting

Shape = tuple[str, ...]  # () for a scalar, else (rows, columns)
SCALAR: Shape = ()

_SIGN = {
    "add": "+",
    "sub": "−",
    "mul": "the elementwise product * (@ is the matrix product)",
    "div": "/",
    "pow": "**",
}
_TO_SCALAR = ("norm", "tr", "E", "Var", "δ", "sumall")


def show_shape(shape: Shape) -> str:
    """Return (M×D), or 'a scalar'."""
    return "(" + "×".join(shape) + ")" if shape else "a scalar"


def shape_of(tree: Expr, setting: Setting) -> Shape:
    """Return the shape of a formula.

    Raises:
        ShapeMismatch: two parts do not fit; names them and their shapes.
    """
    return _RULES.get(tree.op, _first)(tree, setting)


def tidy(shape: Shape) -> Shape:
    """A (1×1) matrix is a scalar."""
    return SCALAR if shape == ("1", "1") else shape


def fit(left: Expr, right: Expr, setting: Setting, where: str) -> Shape:
    """Return the common shape of two parts; a scalar fits everything."""
    a, b = tidy(shape_of(left, setting)), tidy(shape_of(right, setting))
    if a == b or not a or not b:
        return a or b
    raise ShapeMismatch(
        f"shape mismatch in {where}: {show(left)} is {show_shape(a)}, "
        f"{show(right)} is {show_shape(b)}"
    )


def _elementwise(tree: Expr, setting: Setting) -> Shape:
    return fit(tree.args[0], tree.args[1], setting, _SIGN[tree.op])


def _first(tree: Expr, setting: Setting) -> Shape:
    shapes = [shape_of(arg, setting) for arg in tree.args]
    return shapes[0] if shapes else SCALAR


def _scalar(tree: Expr, setting: Setting) -> Shape:
    _first(tree, setting)
    return SCALAR


def _name(tree: Expr, setting: Setting) -> Shape:
    declared = setting.names.get(tree.value)
    return declared.shape if declared else SCALAR


def _transpose(tree: Expr, setting: Setting) -> Shape:
    return shape_of(tree.args[0], setting)[::-1]


def _matmul(tree: Expr, setting: Setting) -> Shape:
    left, right = tree.args
    a, b = shape_of(left, setting), shape_of(right, setting)
    if not a or not b:
        scalar = right if a else left
        raise ShapeMismatch(f"@ needs matrices or vectors; {show(scalar)} is a scalar: write *")
    if a[1] != b[0]:
        raise ShapeMismatch(
            f"shape mismatch in @: {show(left)} is {show_shape(a)}, "
            f"{show(right)} is {show_shape(b)}"
        )
    return tidy((a[0], b[1]))


def _index(tree: Expr, setting: Setting) -> Shape:
    base, places = tree.args[0], tree.args[1:]
    shape = shape_of(base, setting)
    if not shape:
        raise ShapeMismatch(f"{show(base)} is a scalar and has no entries")
    if len(places) > 2:
        raise ShapeMismatch(f"{show(base)} has at most two indices")
    if len(places) == 1 and shape[1] != "1":
        raise ShapeMismatch(f"{show(base)} is a matrix: two indices are needed")
    return SCALAR


def _vector(tree: Expr, setting: Setting) -> Shape:
    for entry in tree.args:
        if tidy(shape_of(entry, setting)):
            raise ShapeMismatch(f"the entries of a vector are scalars; {show(entry)} is none")
    return (str(len(tree.args)), "1")


def _call(tree: Expr, setting: Setting) -> Shape:
    function, args = tree.value, tree.args
    if function in setting.definitions:
        parameters = setting.definitions[function].parameters
        body = setting.definitions[function].body
        return _first(tree, setting) if parameters else shape_of(body, setting)
    if function in _TO_SCALAR:
        return _scalar(tree, setting)
    if function == "diag":
        shape = shape_of(args[0], setting)
        return (shape[0], shape[0]) if shape else SCALAR
    if function in ("ones", "eye", "onehot"):
        return _constant(tree)
    if function in ("max", "min"):
        if len(args) == 1:
            return _scalar(tree, setting)
        for arg in args[1:]:
            shape = fit(args[0], arg, setting, function)
        return shape
    return _first(tree, setting)


def _constant(tree: Expr) -> Shape:
    size = tree.args[-1]
    if size.op not in ("name", "num"):
        raise Unreadable(f"{tree.value} needs a size, not {show(size)}")
    rows = str(size.value)
    return (rows, rows) if tree.value == "eye" else (rows, "1")


def _cases(tree: Expr, setting: Setting) -> Shape:
    for condition in tree.args[1:-1:2]:
        shape_of(condition, setting)
    shape = shape_of(tree.args[0], setting)
    for value in (*tree.args[2:-1:2], tree.args[-1]):
        shape = fit(tree.args[0], value, setting, "the cases") or shape
    return shape


def _diff(tree: Expr, setting: Setting) -> Shape:
    body, variable = tree.args
    if tidy(shape_of(variable, setting)):
        raise ShapeMismatch(
            f"d/d{show(variable)}: {show(variable)} is {show_shape(shape_of(variable, setting))}; "
            f"differentiate by one entry, or write grad(scalar, {show(variable)})"
        )
    return shape_of(body, setting)


def _grad(tree: Expr, setting: Setting) -> Shape:
    loss, variable = tree.args
    shape = shape_of(loss, setting)
    if tidy(shape):
        raise ShapeMismatch(f"grad needs a scalar loss; {show(loss)} is {show_shape(shape)}")
    layer = variable.op == "call" and variable.value in setting.layers()
    if variable.op != "name" and not layer:
        raise Unreadable("grad(L, v): v must be a declared variable or a named value")
    return shape_of(variable, setting)


_RULES: dict[str, Callable[[Expr, Setting], Shape]] = {
    **dict.fromkeys(_SIGN, _elementwise),
    "name": _name,
    "transpose": _transpose,
    "matmul": _matmul,
    "index": _index,
    "vector": _vector,
    "call": _call,
    "minover": _scalar,
    "maxover": _scalar,
    "cases": _cases,
    "diff": _diff,
    "grad": _grad,
    "compare": _scalar,
    "and": _scalar,
    "or": _scalar,
}
