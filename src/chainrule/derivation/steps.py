"""How large is a step? The smallest set of rules under which its two lines are equal by algebra."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

from chainrule.derivation.backpropagation import backprop_once
from chainrule.derivation.canonical import same_line
from chainrule.derivation.cases import resolve
from chainrule.derivation.errors import Budget
from chainrule.derivation.expression import Expr
from chainrule.derivation.identity import families_of, holds_in_field
from chainrule.derivation.intervals import visibly_at_most
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
    return holds_in_field(Question(a, b, setting, 0, budget), known)


def explain(a: Expr, b: Expr, problem: Problem, setting: Setting, budget: Budget) -> Rules | None:
    """Return the rules that a true step a = b uses; () is plain algebra, None is too much."""
    used = _smallest(a, b, problem, setting, budget)
    small = used is not None and len(used) <= problem.task.max_step
    if setting.case and not small:
        within = _smallest(resolve(a, setting), resolve(b, setting), problem, setting, budget)
        if within is not None and len(within) <= problem.task.max_step:
            return within or ("case",)
    return used


def _smallest(a: Expr, b: Expr, problem: Problem, setting: Setting, budget: Budget) -> Rules | None:
    families = sorted(families_of(a, b, setting=setting) - setting.lets)
    lemmas = {rule.name: rule for rule in problem.lemmas}
    for size in range(LONGEST + 1):
        for chosen in itertools.combinations([*families, *lemmas], size):
            sides = [a, b]
            for key in chosen:
                if key in lemmas:
                    sides = [lemmas[key].apply(side) for side in sides]
            if plainly_equal(sides[0], sides[1], setting, budget, frozenset(chosen)):
                return chosen
    return _by_calculus(a, b, setting, budget)


def _by_calculus(a: Expr, b: Expr, setting: Setting, budget: Budget) -> Rules | None:
    """One layer of backpropagation, one gradient or one limit. The numbers have agreed already."""
    layers = frozenset(setting.layers())
    for one, other in ((a, b), (b, a)):
        through = backprop_once(one, setting) if layers else one
        if through != one and plainly_equal(through, other, setting, budget, layers):
            return ("backprop",)
    gradients = [sum(node.op == "grad" for node in side.walk()) for side in (a, b)]
    if abs(gradients[0] - gradients[1]) == 1 and not layers - setting.lets:
        return ("grad",)
    limits = [any(node.op == "lim" for node in side.walk()) for side in (a, b)]
    return ("lim",) if limits[0] != limits[1] else None


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
