"""Break one line of a good derivation: the checker must point at that very line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from chainrule.derivation import check_derivation

from .corpora import attempts

CORPORA = ("derivations", "fresh_derivations", "styles", "audit_derivations")
FINE = ("start", "ok", "same", "circular")
EDITS = (  # what slips in a student's hand
    (r" \+ ", " - "),
    (r" - ", " + "),
    (r"(?<![\w.])2(?![\w.])", "3"),
    (r"(?<![\w.^])1(?![\w.,])", "2"),
    (r"\(-x\)", "(x)"),
    (r"\[i\]", "[j]"),
    (r"\[j\]", "[i]"),
    (r"\)/", ")*"),
    (r"\^2|²", "^3"),
    (r"\.T", ""),
    (r"σ\(", "tanh("),
    (r"<=", ">="),
    (r"ln\(", "exp("),
    (r"heaviside", "relu"),
    (r"\* ?\(1 ?- ?tanh", "*(1+tanh"),
)
# Mutants that are still true, read one by one: terms with mean zero, δ(i,j) or i = j in front,
# a bound that is larger than it need be.
STILL_TRUE = {
    ("softmax_jacobian.good", 3),
    ("softmax_jacobian.good_let", 4),
    ("sigmoid_prime_bound.good", 2),
    ("tanh_prime_bound.good", 2),
    ("glorot_forward.good", 3),
    ("jacobian_by_cases.good", 4),
    ("jacobian_by_cases.good", 5),
    ("variance_of_product.good", 2),
    ("variance_of_product.good", 3),
    ("square_bound.good", 2),
    ("tanh_bound.good", 4),
    ("varprod.good", 2),
    ("jacobian_via_log.product_form", 4),
    ("gaussian_mle.good", 2),
    ("slope_bound.good", 3),
}


def good() -> list[tuple[dict[str, Any], dict[str, Any]]]:
    found = [a for name in CORPORA for a in attempts(name)]
    return [(task, a) for task, a in found if a["expect"]["complete"]]


def mutants(text: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line number, that line, the whole text) for every edit of one line."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        formula, mark, reason = line.partition("#")
        if number == 0 or not formula.strip() or formula.startswith(("let", "case")):
            continue
        if re.match(r"\s*(=|<=|≤)", formula) is None:
            continue  # the beginning of a chain is compared with nothing
        for pattern, by in EDITS:
            for found in re.finditer(pattern, formula):
                changed = formula[: found.start()] + by + formula[found.end() :]
                whole = [*lines[:number], changed + mark + reason, *lines[number + 1 :]]
                yield number + 1, changed.strip(), "\n".join(whole)


def missed(task: dict[str, Any], attempt: dict[str, Any], every: int) -> tuple[list[str], int]:
    """Return the mutants that are not flagged on their line, and how many there were."""
    found, count = [], 0
    for place, (number, line, text) in enumerate(mutants(attempt["text"])):
        if place % every:
            continue
        report = check_derivation(text, **task)
        here = [step.status for step in report.steps if step.number == number]
        count += 1
        if all(status in FINE for status in here) and (attempt["id"], number) not in STILL_TRUE:
            found.append(f"{attempt['id']} line {number}: {line}")
    return found, count


def test_a_broken_line_is_flagged_on_that_line() -> None:
    total, unseen = 0, []
    for task, attempt in good():
        lost, count = missed(task, attempt, every=16)
        total += count
        unseen += lost
    assert total > 30
    assert len(unseen) <= 0.05 * total, "\n".join(unseen)


@pytest.mark.load
def test_every_mutant() -> None:
    total, unseen = 0, []
    for task, attempt in good():
        lost, count = missed(task, attempt, every=1)
        total += count
        unseen += lost
    print(f"{total} mutants, {len(unseen)} not flagged on their line:", *unseen, sep="\n")
    assert len(unseen) <= 0.05 * total, "\n".join(unseen)
