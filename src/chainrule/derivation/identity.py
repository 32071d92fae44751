"""Are two formulas equal by algebra alone, once some families of rules are known?

Every function that is not among the known families is an unknown: it takes a random value, the
same for the same argument. So `σ(x)*2 - σ(x) = σ(x)` holds without knowing σ, and
`σ(x) = 1/(1+exp(-x))` holds only with its definition. That is how the size of a step is measured.
"""

from __future__ import annotations

import random

import numpy as np

from chainrule.derivation.arrays import entries, squeeze
from chainrule.derivation.errors import TooExpensive, Undefined
from chainrule.derivation.expression import Expr
from chainrule.derivation.families import BY_KEY, PARTS, SEARCHED
from chainrule.derivation.opaque import Field
from chainrule.derivation.points import Point
from chainrule.derivation.probes import Question
from chainrule.derivation.setting import Setting

_SWITCHING = ("abs", "sqrt", "relu", "max", "min", "H")
POINT = 10  # units of work that drawing a point costs
MAX_TRIES = 80  # points at which a square root may fail to exist


def families_of(*trees: Expr, setting: Setting) -> frozenset[str]:
    """Return the families that could explain these formulas: what occurs in them."""
    found: set[str] = set()
    todo = list(trees)
    while todo:
        for node in todo.pop().walk():
            if node.op == "call" and node.value not in found:
                found.add("E" if node.value == "Var" else node.value)
                if node.value in setting.definitions:
                    todo.append(setting.definitions[node.value].body)
            elif node.op == "diff":
                found.add("diff")
            elif node.op == "pow" and node.args[1].op != "num":
                found |= {"exp", "ln"}
            elif node.op == "const" and node.value == "e":
                found.add("exp")
    for key in list(found):
        found |= {*BY_KEY[key].brings} if key in BY_KEY else set()
    return frozenset(
        PARTS.get(key, key) for key in found if key in SEARCHED or key in setting.definitions
    )


def holds_in_field(question: Question, known: frozenset[str], rounds: int = 2) -> bool:
    """Tell whether both formulas agree at random points of the field."""
    rng = random.Random(question.seed * 7919 + 13)
    known |= {part for part, whole in PARTS.items() if whole in known} | question.setting.lets
    if question.has("cases") or any(_switches(tree) for tree in (question.a, question.b)):
        rounds += 3
    for _ in range(MAX_TRIES):
        field = Field(Point(question.setting, rng), rng, known, question.budget)
        try:
            question.budget.spend(POINT)
            left, right = (squeeze(field.value(tree)) for tree in (question.a, question.b))
        except Undefined:
            continue
        except (TooExpensive, RecursionError):
            return False
        if np.shape(left) != np.shape(right) or any(
            x.q != y.q for x, y in zip(entries(left), entries(right), strict=True)
        ):
            return False
        rounds -= 1
        if not rounds:
            return True
    return False


def _switches(tree: Expr) -> bool:
    return any(node.op == "call" and node.value in _SWITCHING for node in tree.walk())
