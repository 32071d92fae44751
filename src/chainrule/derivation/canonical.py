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
    return 1, [(exponent, tree)]


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
    if tree.op in ("add", "sub", "neg", "mul", "div"):
        weights: dict[Form, Fraction] = {}
        for sign, term in terms(tree):
            weight, form = _weighted(term)
            weights[form] = weights.get(form, Fraction(0)) + sign * weight
        kept = sorted(((f, w) for f, w in weights.items() if w), key=repr)
        return kept[0][0] if len(kept) == 1 and kept[0][1] == 1 else ("+", *kept)
    if tree.op == "num":
        return ("+", ((), tree.value)) if tree.value else ("+",)
    if tree.op in BINDERS:
        body = substitute(tree.args[0], {tree.value: name(f"_{binders(tree.args[0])}")})
        return (tree.op, collected(body), *map(collected, tree.args[1:]))
    return (tree.op, tree.value, *map(collected, tree.args))


def _weighted(term: Expr) -> tuple[Fraction, Form]:
    """Split a term into its number and the rest."""
    sign, found = factors(term)
    weight, rest = Fraction(sign), []
    for exponent, factor in found:
        if factor.op == "num" and (factor.value or exponent > 0):
            weight *= factor.value**exponent
        else:
            inner = collected(factor) if factor is not term else canonical_atom(factor)
            rest.append(inner if exponent > 0 else ("pow", None, inner, _MINUS))
    return weight, rest[0] if len(rest) == 1 else tuple(sorted(rest, key=repr))


def canonical_atom(tree: Expr) -> Form:
    """Return the collected form of a node that is neither a sum nor a product."""
    return (
        (tree.op, tree.value, *map(collected, tree.args))
        if tree.op not in BINDERS
        else collected(tree)
    )
