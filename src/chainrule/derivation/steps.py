"""How large is a step? The smallest set of rules under which its two lines are equal by algebra."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from functools import lru_cache

from chainrule.derivation.backpropagation import backprop_once
from chainrule.derivation.canonical import Form, canonical, same_line
from chainrule.derivation.cases import resolve
from chainrule.derivation.errors import Budget
from chainrule.derivation.expression import Expr, grad
from chainrule.derivation.identity import families_of, holds_in_field
from chainrule.derivation.intervals import visibly_at_most
from chainrule.derivation.opaque import LINEARITY
from chainrule.derivation.probes import Question
from chainrule.derivation.problem import Problem
from chainrule.derivation.rewriting import Rule, jensen
from chainrule.derivation.setting import Setting

Rules = tuple[str, ...]  # the families and lemmas a step used
LONGEST = 3  # rules that are tried together; beyond that it is "several"


def plainly_equal(
    a: Expr, b: Expr, setting: Setting, budget: Budget, known: frozenset[str] = frozenset()
) -> bool:
    """Tell whether two lines agree by algebra, with some families known."""
    question = Question(a, b, setting, 0, budget)
    if holds_in_field(question, known):
        return True
    sums = any(
        node.op == "grad" and node.args[0].op in ("add", "sub", "neg", "mul", "div")
        for side in (a, b)
        for node in side.walk()
    )
    return sums and holds_in_field(question, known | {LINEARITY})


@lru_cache(maxsize=64)
def whole_jump(problem: Problem) -> Rules | None:
    """Return the rules that the whole task takes in one jump; None if it is no such equation."""
    if problem.task.rel != "=":
        return None
    found = explanations(problem.start, problem.target, problem, problem.setting, Budget(2.0))
    return next(found, None)


def explanations(
    a: Expr, b: Expr, problem: Problem, setting: Setting, budget: Budget
) -> Iterator[Rules]:
    """Yield the smallest sets of rules that explain a true step a = b; () is plain algebra.

    Nothing is yielded if it takes more than three.
    """
    found = list(_smallest(a, b, problem, setting, budget, stop_at=problem.task.max_step))
    if not found and setting.case:
        one, other = (resolve(side, setting, budget) for side in (a, b))
        within = _smallest(one, other, problem, setting, budget, stop_at=problem.task.max_step)
        found = [used or ("case",) for used in within]
    yield from found
    if not found:
        yield from _smallest(a, b, problem, setting, budget, problem.task.max_step + 1, LONGEST)


def _smallest(
    a: Expr,
    b: Expr,
    problem: Problem,
    setting: Setting,
    budget: Budget,
    start_at: int = 0,
    stop_at: int = LONGEST,
) -> Iterator[Rules]:
    lemmas = {rule.name: rule for rule in problem.lemmas}
    keys = [*_families(a, b, setting), *lemmas]
    for size in range(start_at, stop_at + 1):
        found = False
        for chosen in itertools.combinations(keys, size):
            sides = [a, b]
            for key in chosen:
                if key in lemmas:
                    sides = [lemmas[key].apply(side) for side in sides]
            if plainly_equal(sides[0], sides[1], setting, budget, frozenset(chosen)):
                found = True
                yield chosen
        if found:
            return
    if start_at == 0:
        yield from _by_calculus(a, b, setting, budget)


def _families(a: Expr, b: Expr, setting: Setting) -> list[str]:
    """Return the families that may explain a step, the likely ones first."""
    inside = [families_of(side, setting=setting) - setting.lets for side in (a, b)]
    both, calculus = inside[0] & inside[1], ("diff", "E")
    return sorted(inside[0] | inside[1], key=lambda key: (key in both, key in calculus, key))


def _by_calculus(a: Expr, b: Expr, setting: Setting, budget: Budget) -> Iterator[Rules]:
    """One layer of backpropagation, one gradient or one limit. The numbers have agreed already."""
    layers = frozenset(setting.layers())
    for one, other in ((a, b), (b, a)):
        through = backprop_once(one, setting) if layers else one
        if through != one and plainly_equal(through, other, setting, budget, layers):
            yield ("backprop",)
            return
    if not layers - setting.lets and _is_one_gradient(a, b):
        yield ("grad",)
    limits = [any(node.op == "lim" for node in side.walk()) for side in (a, b)]
    if limits[0] != limits[1]:
        yield ("lim",)


def _is_one_gradient(a: Expr, b: Expr) -> bool:
    """Tell whether one line has exactly one gradient more: as written, or term by term."""
    counts = [sum(node.op == "grad" for node in side.walk()) for side in (a, b)]
    if abs(counts[0] - counts[1]) == 1:
        return True
    terms = [_gradients(side) for side in (a, b)]
    return len(terms[0] ^ terms[1]) == 1


def _gradients(tree: Expr) -> set[Form]:
    """Return the gradients of a line after grad(A + c*B) is grad(A) + c*grad(B)."""
    return {
        canonical(grad(term, node.args[1]))
        for node in tree.walk()
        if node.op == "grad"
        for term in _terms(*node.args)
    }


def _terms(loss: Expr, variable: Expr) -> Iterator[Expr]:
    """Yield the terms of a loss that depend on a variable, without their constant factors."""
    inside = [arg for arg in loss.args if variable in set(arg.walk())]
    factor = loss.op in ("neg", "mul") or (loss.op == "div" and inside == [loss.args[0]])
    if loss.op in ("add", "sub"):
        for term in inside:
            yield from _terms(term, variable)
    elif factor and len(inside) == 1:
        yield from _terms(inside[0], variable)
    else:
        yield loss


def justify(
    a: Expr, relation: str, b: Expr, reason: str, problem: Problem, setting: Setting, budget: Budget
) -> str:
    """Return why a true a <= b (or >=) is justified: visible, or by a named fact. Empty if not."""
    small, large = (a, b) if relation[0] == "<" else (b, a)
    if visibly_at_most(small, large, setting):
        return "visibly not negative difference"
    said = _plain(reason)
    for name, rule in problem.facts:
        if _plain(name) in said and said and _applies(rule, a, b, setting, budget):
            return name
    return ""


def _plain(text: str) -> str:
    signs = {"≤": "<=", "≥": ">=", "−": "-", "·": "*"}
    return "".join(signs.get(c, c) for c in text.lower() if not c.isspace())


def _applies(rule: Rule | str | None, a: Expr, b: Expr, setting: Setting, budget: Budget) -> bool:
    """Tell whether applying the fact to one line gives the other, up to one family."""
    if rule is None:
        return True
    return any(
        same_line(changed, other) or _equal_up_to_one(changed, other, setting, budget)
        for changed, other in _rewritten(rule, a, b, setting)
    )


def _rewritten(rule: Rule | str, a: Expr, b: Expr, setting: Setting) -> Iterator[tuple[Expr, Expr]]:
    for one, other in ((a, b), (b, a)):
        changed = jensen(one, setting) if isinstance(rule, str) else rule.apply(one)
        if changed != one:
            yield changed, other


def _equal_up_to_one(a: Expr, b: Expr, setting: Setting, budget: Budget) -> bool:
    choices: list[frozenset[str]] = [frozenset()]
    choices += [frozenset([key]) for key in sorted(families_of(a, b, setting=setting))]
    return any(plainly_equal(a, b, setting, budget, known) for known in choices)
