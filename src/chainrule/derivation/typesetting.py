"""MathML of a tree, in the form in which it was written.

Browsers, JupyterLab, VS Code and exported HTML draw MathML themselves, and screen readers speak
it: the same markup everywhere, without a script.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable

from chainrule.derivation.expression import Expr, branches
from chainrule.derivation.printing import decimal, show

_GREEK = {
    "alpha": "α",
    "beta": "β",
    "gamma": "γ",
    "theta": "θ",
    "eta": "η",
    "lam": "λ",
    "mu": "μ",
    "tau": "τ",
    "eps": "ε",
}
_RELATIONS = {"<=": "≤", ">=": "≥", "==": "=", "!=": "≠"}
_WORDS = {"softplus": "ζ", "E": "𝔼"}
_FENCES = {"abs": ("|", "|"), "norm": ("‖", "‖"), "floor": ("⌊", "⌋")}
_INFIX = {
    "add": ("+", 1, 1, 1),  # sign, own strength, strength wanted on the left, on the right
    "sub": ("−", 1, 1, 2),
    "mul": ("\u2062", 3, 3, 4),  # an invisible product
    "matmul": ("\u2062", 3, 3, 4),
}


def mathml(tree: Expr) -> str:
    """Return a `<math>` element; what was typed is its alternative text."""
    typed = html.escape(show(tree), quote=True)
    return (
        '<math xmlns="http://www.w3.org/1998/Math/MathML" displaystyle="true" '
        f'alttext="{typed}">{_row(tree)}</math>'
    )


def relation_sign(relation: str) -> str:
    """Return the sign of a relation: ≤ for <=."""
    return _RELATIONS.get(relation, relation)


def _tag(tag: str, *children: str, **attributes: str) -> str:
    inside = "".join(f' {key}="{value}"' for key, value in attributes.items())
    return f"<{tag}{inside}>{''.join(children)}</{tag}>"


def _mi(text: str) -> str:
    return _tag("mi", html.escape(text))


def _mo(text: str, **attributes: str) -> str:
    return _tag("mo", html.escape(text), **attributes)


def _fence(inner: str, left: str = "(", right: str = ")") -> str:
    return _tag("mrow", _mo(left), inner, _mo(right))


def _row(tree: Expr, strength: int = 0) -> str:
    """Return the markup of a formula, in brackets where the surroundings need them."""
    if tree.op in _INFIX:
        sign, own, left, right = _INFIX[tree.op]
        first, second = tree.args
        if tree.op == "mul" and second.op == "num":
            sign = "·"
        inner = _tag("mrow", _row(first, left), _mo(sign), _row(second, right))
        return _fence(inner) if own < strength else inner
    return _RULES[tree.op](tree, strength)


def _name(symbol: str) -> str:
    found = re.fullmatch(r"([^\W\d_]+?)_?(\d+|_\w+)?", symbol)
    stem, low = (found.group(1), found.group(2)) if found else (symbol, None)
    stem = _mi(_GREEK.get(stem, stem))
    return _tag("msub", stem, _mi(low.strip("_"))) if low else stem


def _num(tree: Expr, strength: int) -> str:
    text = decimal(abs(tree.value))
    over, _, under = text.partition("/")
    inner = _tag("mfrac", _tag("mn", over), _tag("mn", under)) if under else _tag("mn", text)
    if tree.value >= 0:
        return inner
    signed = _tag("mrow", _mo("−"), inner)
    return _fence(signed) if strength > 1 else signed


def _neg(tree: Expr, strength: int) -> str:
    inner = _tag("mrow", _mo("−"), _row(tree.args[0], 3))
    return _fence(inner) if strength > 2 else inner


def _pow(tree: Expr, _: int) -> str:
    base, exponent = tree.args
    plain = base.op in ("name", "const", "vector") or (
        base.op == "num" and base.value >= 0 and base.value.denominator == 1
    )
    named = base.op == "call" and base.value not in ("exp", "δ")
    inner = _row(base) if plain or named or base.op == "index" else _fence(_row(base))
    return _tag("msup", inner, _row(exponent))


def _call(tree: Expr, _: int) -> str:
    function, args = tree.value, [_row(arg) for arg in tree.args]
    if not args:
        return _name(function)
    if function == "exp":
        return _tag("msup", _mi("e"), args[0])
    if function == "sqrt":
        return _tag("msqrt", args[0])
    if function == "δ":
        return _tag("msub", _mi("δ"), _tag("mrow", *args))
    if function in _FENCES:
        return _fence(args[0], *_FENCES[function])
    inner = _mo(",").join(args)
    word = _mi(_WORDS.get(function, function))
    return _tag("mrow", word, _mo("\u2061"), _fence(_tag("mrow", inner)))


def _index(tree: Expr, _: int) -> str:
    low = _mo(",").join(_row(arg) for arg in tree.args[1:])
    return _tag("msub", _row(tree.args[0], 6), _tag("mrow", low))


def _running(tree: Expr, strength: int) -> str:
    body, low, high, *left_out = tree.args
    under = [_name(tree.value), _mo("="), _row(low)]
    if left_out:
        under += [_mo(","), _name(tree.value), _mo("≠"), _row(left_out[0])]
    sign = _mo("∑" if tree.op == "sum" else "∏")
    inner = _tag("mrow", _tag("munderover", sign, _tag("mrow", *under), _row(high)), _row(body, 2))
    return _fence(inner) if strength > 2 else inner


def _extreme(tree: Expr, _: int) -> str:
    body, low, high = tree.args[:3]
    where = _tag("mrow", _row(low), _mo("≤"), _name(tree.value), _mo("≤"), _row(high))
    return _tag("mrow", _tag("munder", _mo(tree.op[:3]), where), _row(body, 3))


def _lim(tree: Expr, _: int) -> str:
    where = _tag("mrow", _name(tree.value), _mo("→"), _row(tree.args[1]))
    return _tag("mrow", _tag("munder", _mo("lim"), where), _row(tree.args[0], 3))


def _diff(tree: Expr, strength: int) -> str:
    body, variable = tree.args
    sign = _tag("mfrac", _mo("∂"), _tag("mrow", _mo("∂"), _row(variable)))
    inner = _tag("mrow", sign, _row(body, 4))
    return _fence(inner) if strength > 3 else inner


def _grad(tree: Expr, strength: int) -> str:
    inner = _tag("mrow", _tag("msub", _mo("∇"), _row(tree.args[1])), _row(tree.args[0], 4))
    return _fence(inner) if strength > 3 else inner


def _cases(tree: Expr, _: int) -> str:
    pairs, last = branches(tree)
    rows = [(_row(value), _tag("mrow", _tag("mtext", "if\u00a0"), _row(c))) for value, c in pairs]
    rows.append((_row(last), _tag("mtext", "otherwise")))
    cells = [_tag("mtr", _tag("mtd", left), _tag("mtd", right)) for left, right in rows]
    return _tag("mrow", _mo("{"), _tag("mtable", *cells, columnalign="left"))


def _compare(tree: Expr, _: int) -> str:
    left, right = tree.args
    return _tag("mrow", _row(left), _mo(relation_sign(tree.value)), _row(right))


def _logic(tree: Expr, _: int) -> str:
    word = _tag("mtext", f"\u00a0{tree.op}\u00a0")
    return _tag("mrow", word.join(_row(arg) for arg in tree.args))


def _vector(tree: Expr, _: int) -> str:
    rows = [_tag("mtr", _tag("mtd", _row(arg))) for arg in tree.args]
    return _fence(_tag("mtable", *rows))


_RULES: dict[str, Callable[[Expr, int], str]] = {
    "num": _num,
    "name": lambda tree, _: _name(tree.value),
    "const": lambda tree, _: _mi({"pi": "π", "e": "e", "oo": "∞"}[tree.value]),
    "neg": _neg,
    "div": lambda tree, _: _tag("mfrac", _row(tree.args[0]), _row(tree.args[1])),
    "pow": _pow,
    "transpose": lambda tree, _: _tag("msup", _row(tree.args[0], 6), _mo("⊤")),
    "call": _call,
    "index": _index,
    "sum": _running,
    "prod": _running,
    "minover": _extreme,
    "maxover": _extreme,
    "lim": _lim,
    "diff": _diff,
    "grad": _grad,
    "cases": _cases,
    "compare": _compare,
    "and": _logic,
    "or": _logic,
    "vector": _vector,
}
