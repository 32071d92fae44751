"""A task, read once: trees instead of text, ready to check lines against."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from chainrule.derivation.expression import Expr
from chainrule.derivation.hypotheses import find_sampler, named_sampler
from chainrule.derivation.reader import read
from chainrule.derivation.rewriting import JENSEN, Rule, read_rule
from chainrule.derivation.setting import Setting, read_setting
from chainrule.derivation.task import DerivationTask


@dataclass(frozen=True, eq=False)
class Problem:
    """What a line is checked against.

    Attributes:
        task: the declaration.
        setting: what the names mean, with the assumptions on the data.
        start: the first formula.
        target: the last formula.
        lemmas: equations that may be quoted.
        facts: inequalities that may be quoted; "jensen" and None are rules without a pattern.
    """

    task: DerivationTask
    setting: Setting
    start: Expr
    target: Expr
    lemmas: tuple[Rule, ...]
    facts: tuple[tuple[str, Rule | str | None], ...]


def pose(task: DerivationTask) -> Problem:
    """Read a task.

    Raises:
        Unreadable: a formula of the declaration cannot be read; an author's error.
    """
    return _pose(task.to_json())


@lru_cache(maxsize=64)
def _pose(declaration: str) -> Problem:
    task = DerivationTask.from_json(declaration)
    setting = read_setting(task.setting, task.define)
    setting = replace(setting, derivatives=frozenset(task.derivatives))
    start, target = read(task.start, setting), read(task.target, setting)
    lemmas = tuple(read_rule(name, parts, setting) for name, parts in task.lemma.items())
    facts = tuple((name, _fact(name, parts, setting)) for name, parts in task.facts.items())
    patterns = [rule for _, rule in facts if isinstance(rule, Rule)]
    sampler = (
        named_sampler(task.sampler)
        if task.sampler
        else find_sampler(setting, patterns, start, target, task.rel)
    )
    return Problem(task, replace(setting, sampler=sampler), start, target, lemmas, facts)


def _fact(name: str, parts: Any, setting: Setting) -> Rule | str | None:
    if parts is None or parts == JENSEN:
        return JENSEN if parts else None
    return read_rule(name, parts, setting)
