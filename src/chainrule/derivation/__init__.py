"""Derivations that check themselves: is a = b, and is every line of a chain true and small?

    >>> equal("σ(x)*(1-σ(x))", "exp(-x)/(1+exp(-x))**2").verdict
    'proved'

One module per idea, in the order in which a formula passes through them:

- reading: `vocabulary`, `notation`, `reader`, `setting`, `shapes`; trees: `expression`,
  `canonical`, `printing`, `typesetting`
- numbers: `points`, `switching`, `probes`; `arrays`, `evaluation`, `numerics`, `calculus`,
  `expectation`
- proof: `families`, `differentiation`, `field`, `laws`, `opaque`, `identity`
- questions: `equality`, `inequality`, `intervals`; answers as SymPy expressions: `symbolic`
- derivations: `task`, `problem`, `hypotheses`, `rewriting`, `backpropagation`, `cases`, `chains`,
  `steps`, `signs`, `quoting`, `checking`, `scoring`
- the notebook: `display`, `magic`
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from chainrule.derivation.equality import Equality, Witness, equal
from chainrule.derivation.errors import ShapeMismatch, Unreadable
from chainrule.derivation.problem import pose
from chainrule.derivation.scoring import CheckedLine, Report, check
from chainrule.derivation.task import DerivationTask, declare, load_task

__all__ = [
    "CheckedLine",
    "DerivationTask",
    "Equality",
    "Report",
    "ShapeMismatch",
    "Unreadable",
    "Witness",
    "check_derivation",
    "check_task",
    "declare",
    "equal",
    "load_task",
]


def check_task(text: str, task: DerivationTask) -> Report:
    """Check what a student typed against a declared task.

    The last reports are kept: the cell that shows a derivation and the one that judges it ask for
    the same.

    Raises:
        Unreadable: a formula of the *task* cannot be read; nothing a student types raises.
    """
    return _checked("\n".join(text.splitlines()), task.to_json())


@lru_cache(maxsize=512)
def _checked(text: str, declaration: str) -> Report:
    return check(text, pose(DerivationTask.from_json(declaration)))


def check_derivation(
    text: str,
    *,
    start: str,
    target: str,
    setting: str = "x: real",
    min_steps: int = 2,
    max_step: int = 2,
    rel: str = "=",
    define: Mapping[str, str] | None = None,
    lemma: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    derivatives: str | Sequence[str] = (),
    sampler: str = "",
    setting_note: str = "",
    setting_domain: str = "",
) -> Report:
    """Check a derivation line by line; see `DerivationTask` for the arguments.

    `setting_note` and `setting_domain` are remarks for the reader of a declaration; they change
    nothing.

    Returns:
        A report with `.complete`, `.score` in [0, 1] and `.lines` of (status, rule, message).
    """
    task = DerivationTask(
        start=start,
        target=target,
        setting=setting,
        rel=rel,
        min_steps=min_steps,
        max_step=max_step,
        define=dict(define or {}),
        lemma=dict(lemma or {}),
        facts=dict(facts or {}),
        derivatives=tuple(derivatives.split() if isinstance(derivatives, str) else derivatives),
        sampler=sampler,
        note=" ".join(filter(None, (setting_note, setting_domain))),
    )
    return check(text, pose(task))


def load_ipython_extension(shell: Any) -> None:
    """Answer to `%load_ext chainrule.derivation`: registers the cell magic `%%derive`."""
    from chainrule.derivation.magic import register

    register(shell)
