"""When are two lines the same line? Up to the order of sums and products, and nothing more."""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Any

from chainrule.derivation.expression import BINDERS, Expr, name, num, substitute

Form = tuple[Any, ...]
_FLIPPED = {">": "<", ">=": "<="}
_MINUS: Form = ("num", Fraction(-1))


@lru_cache(maxsize=4096)
def canonical(tree: Expr) -> Form:
    """Return a sorted form: a-b is a+(-b), a/b is a*b^-1, the name of a running index is gone."""
    if tree.op in ("add", "sub"):
        return ("+", *sorted((_product(s, [t]) for s, t in terms(tree)), key=repr))
    if tree.op in ("mul", "div", "neg"):
        return _product(1, [tree])
    if tree.op == "num":
        return ("num", tree.value)
    if tree.op in BINDERS:
        body = substitute(tree.args[0], {tree.value: name(f"_{binders(tree.args[0])}")})
        return (tree.op, canonical(body), *map(canonical, tree.args[1:]))
    if tree.op == "compare" and tree.value in _FLIPPED:
        return ("compare", _FLIPPED[tree.value], *map(canonical, reversed(tree.args)))
    return (tree.op, tree.value, *map(canonical, tree.args))


def same_line(a: Expr, b: Expr) -> bool:
    """Tell whether two lines say the same in the same form."""
    return canonical(a) == canonical(b)


def binders(tree: Expr) -> int:
    """Return how many running variables are nested inside one another."""
    inside = max(map(binders, tree.args)) if tree.args else 0
    return inside + (tree.op in BINDERS)


def terms(tree: Expr, sign: int = 1) -> list[tuple[int, Expr]]:
    """Return the signed terms of a sum."""
    if tree.op in ("add", "sub"):
        right = sign if tree.op == "add" else -sign
        return terms(tree.args[0], sign) + terms(tree.args[1], right)
    if tree.op == "neg":
        return terms(tree.args[0], -sign)
    return [(sign, tree)]


def factors(tree: Expr, exponent: int = 1) -> tuple[int, list[tuple[int, Expr]]]:
    """Return the sign of a product and its (exponent, factor) pairs."""
    if tree.op == "mul" or (tree.op == "div" and exponent > 0):  # 1/(1/x) does not exist at 0
        sign, left = factors(tree.args[0], exponent)
        other, right = factors(tree.args[1], exponent if tree.op == "mul" else -exponent)
        return sign * other, left + right
    if tree.op == "neg":
        sign, rest = factors(tree.args[0], exponent)
        return -sign, rest
    if tree.op == "num" and tree.value < 0:
        sign, rest = factors(num(-tree.value), exponent)
        return -sign, rest
    if tree.op == "num" and tree.value == 1:
        return 1, []
    if tree.op == "div":  # under a fraction: only its sign comes out
        return factors(tree)[0], [(exponent, _unsigned(tree))]
    return 1, [(exponent, tree)]


def _unsigned(tree: Expr) -> Expr:
    """Return a product without the signs that `factors` has counted."""
    if tree.op == "neg":
        return _unsigned(tree.args[0])
    if tree.op in ("mul", "div"):
        return Expr(tree.op, tuple(map(_unsigned, tree.args)))
    return num(-tree.value) if tree.op == "num" and tree.value < 0 else tree


def _product(sign: int, trees: list[Expr]) -> Form:
    forms: list[Form] = []
    for tree in trees:
        other, found = factors(tree)
        sign *= other
        for exponent, factor in found:
            form = canonical(factor)
            forms.append(form if exponent > 0 else ("pow", None, form, _MINUS))
    if sign < 0:
        forms.append(_MINUS)
    if len(forms) == 1:
        return forms[0]
    return ("*", *sorted(forms, key=repr))


@lru_cache(maxsize=4096)
def collected(tree: Expr) -> Form:
    """Return the canonical form after adding up equal terms and multiplying out numbers.

    Two lines with the same collected form differ by padding only: `A + 0`, `2*A - A`, `1*A`.
    """
    return ("+", *sorted(_combination(tree).items(), key=repr))


def _combination(tree: Expr) -> dict[Form, Fraction]:
    """Return a formula as form -> weight; the form of a plain number is ()."""
    weights: dict[Form, Fraction] = {}
    if tree.op in ("add", "sub"):
        for sign, term in terms(tree):
            for form, weight in _combination(term).items():
                weights[form] = weights.get(form, Fraction(0)) + sign * weight
    elif tree.op in ("mul", "div", "neg"):
        weights = _multiplied(tree)
    elif tree.op == "num":
        weights = {(): tree.value}
    elif tree.op in BINDERS:
        body = substitute(tree.args[0], {tree.value: name(f"_{binders(tree.args[0])}")})
        weights = {(tree.op, collected(body), *map(collected, tree.args[1:])): Fraction(1)}
    else:
        weights = {(tree.op, tree.value, *map(collected, tree.args)): Fraction(1)}
    return {form: weight for form, weight in weights.items() if weight}


def _multiplied(tree: Expr) -> dict[Form, Fraction]:
    """Multiply the numbers of a product out; a sum takes the number if it stands alone."""
    sign, found = factors(tree)
    number, rest = Fraction(sign), []
    for exponent, factor in found:
        inner = _combination(factor)
        if not inner and exponent > 0:
            return {}
        if len(inner) == 1:
            ((form, weight),) = inner.items()
            number *= weight**exponent
            inner = {form: Fraction(1)}
        if set(inner) != {()}:
            rest.append((exponent, inner))
    if len(rest) == 1 and rest[0][0] > 0:
        return {form: number * weight for form, weight in rest[0][1].items()}
    forms = [(exponent, "+", *sorted(inner.items(), key=repr)) for exponent, inner in rest]
    return {tuple(sorted(forms, key=repr)): number}
