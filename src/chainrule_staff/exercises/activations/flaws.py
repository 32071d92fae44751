"""Worked solutions with one wrong line each, written after slips that real solutions contain."""

from __future__ import annotations

from typing import Any

from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.formula import formula_problem
from chainrule_staff.exercises.model import Mistake

slopes_flaw = FlawTask(
    task="activations.slopes-flaw",
    title="Find the flaw: a step that stays left",
    covers=("004 3(a)",),
    names=("slopes_flaw_line", "slopes_flaw_fix"),
    points=1,
    line=2,
    lines=4,
    fix="-x",
    setting="x: real<0",
    mistakes=(
        Mistake(
            "condition-copied",
            "For x < 0 nothing has an absolute value below x; the distance from x to 0 is -x.",
            {"slopes_flaw_line": 2, "slopes_flaw_fix": "x"},
        ),
        Mistake(
            "quotient-suspected",
            "The quotient is 0/eps, which is 0 for every eps other than 0: that line is right.",
            {"slopes_flaw_line": 4},
        ),
    ),
)

abs_flaw = FlawTask(
    task="activations.abs-flaw",
    title="Find the flaw: the slope of |x| at 0",
    covers=("003 1.6",),
    names=("abs_flaw_line", "abs_flaw_fix"),
    points=1,
    line=4,
    lines=6,
    fix="-1",
    setting="eps: real<0",
    mistakes=(
        Mistake(
            "conclusion-only",
            "The last line only concludes from the two limits before it; look for the first line "
            "that is false.",
            {"abs_flaw_line": 6},
        ),
        Mistake(
            "slope-from-the-right",
            "That is the limit from the right; for eps < 0 the quotient has another sign.",
            {"abs_flaw_line": 4, "abs_flaw_fix": "1"},
        ),
    ),
)

step_flaw = FlawTask(
    task="activations.step-flaw",
    title="Find the flaw: the slope of a step at 0",
    covers=("004 3(d)",),
    names=("step_flaw_line", "step_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="1/(2*h)",
    setting="h: real>0",
    mistakes=(
        Mistake(
            "conclusion-only",
            "The last line only concludes; look for the first line that is false.",
            {"step_flaw_line": 5},
        ),
        Mistake(
            "whole-jump",
            "H(0) = 1/2: from there to the left the step falls by 1/2, not by 1.",
            {"step_flaw_line": 4, "step_flaw_fix": "1/h"},
        ),
    ),
)

identity_flaw = FlawTask(
    task="activations.identity-flaw",
    title="Find the flaw: from sigma to tanh",
    covers=("000 Q3",),
    names=("identity_flaw_line", "identity_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="(1 + tanh(x/2))/2",
    mistakes=(
        Mistake(
            "true-again",
            "The last line is true; it does not follow from the one before, because that one is "
            "false.",
            {"identity_flaw_line": 5},
        ),
        Mistake(
            "one-without-half",
            "2 e^{x/2} is the difference of the two exponentials plus their sum; the factor 1/2 "
            "stands in front of both.",
            {"identity_flaw_line": 4, "identity_flaw_fix": "tanh(x/2)/2 + 1"},
        ),
    ),
)


def moves_on(answer: Any, right: str, setting: str) -> str | None:
    """Like `formula_problem`, but the line before, typed again, is no step."""
    text = str(answer).replace(" ", "").replace("**", "^").replace("-", "−")
    if "1+exp(−x)−1" in text or "1+e^(−x)−1" in text:
        return "this still says what line 3 says; take the fraction apart"
    return formula_problem(answer, right, setting)


chain_flaw = FlawTask(
    task="activations.chain-flaw",
    title="Find the flaw: a chain that treads water",
    covers=("001 Q1.B",),
    names=("chain_flaw_line", "chain_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="1/(1+exp(-x)) * (1 - 1/(1+exp(-x)))",
    same=moves_on,
    mistakes=(
        Mistake(
            "the-leap",
            "The last line is where the gap shows; the line before it is the one that should have "
            "bridged it.",
            {"chain_flaw_line": 5},
        ),
        Mistake(
            "only-the-second-factor",
            "That is the second factor; the line keeps sigma(x) in front of it.",
            {"chain_flaw_line": 4, "chain_flaw_fix": "1 - 1/(1+exp(-x))"},
        ),
    ),
)

network_flaw = FlawTask(
    task="activations.network-flaw",
    title="Find the flaw: the new output bias",
    covers=("000 Q3",),
    names=("network_flaw_line", "network_flaw_fix"),
    points=1,
    line=5,
    lines=6,
    fix="w0 + w1/2",
    setting="w0: real; w1: real",
    mistakes=(
        Mistake(
            "halved-twice",
            "w0 + w1/4 is what the flawed line says in the old weights: the new weight is already "
            "halved.",
            {"network_flaw_line": 5, "network_flaw_fix": "w0 + w1/4"},
        ),
        Mistake(
            "conclusion-only",
            "The last line only collects what was found; look for the first line that is false.",
            {"network_flaw_line": 6},
        ),
    ),
)

AT_KINKS = (slopes_flaw, abs_flaw, step_flaw)
OF_SIGMOIDS = (identity_flaw, chain_flaw, network_flaw)
EXERCISES = (*AT_KINKS, *OF_SIGMOIDS)
