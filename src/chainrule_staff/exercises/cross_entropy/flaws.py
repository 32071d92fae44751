"""Worked solutions with one wrong line each, written after slips that real solutions contain."""

from __future__ import annotations

from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.model import Mistake

output_flaw = FlawTask(
    task="cross_entropy.output-flaw",
    title="Find the flaw: an output for class 1",
    covers=("004 1(a)", "004 1(b)"),
    names=("output_flaw_line", "output_flaw_fix"),
    points=1,
    line=3,
    lines=5,
    fix="1/(1 + exp(-a))",
    setting="a: real",
    mistakes=(
        Mistake(
            "slope-suspected",
            "f(1 - f) is the slope of the rising sigmoid, so this line is right for what line 3 "
            "should have said.",
            {"output_flaw_line": 5},
        ),
        Mistake(
            "exponent-kept",
            "1/(1 + e^a) is what the flawed line says: it falls when a grows.",
            {"output_flaw_line": 3, "output_flaw_fix": "1/(1+exp(a))"},
        ),
    ),
)

likelihood_flaw = FlawTask(
    task="cross_entropy.likelihood-flaw",
    title="Find the flaw: from likelihood to cost",
    covers=("004 6(a)",),
    names=("likelihood_flaw_line", "likelihood_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="-x*log(p) - (1-x)*log(1-p)",
    setting="x: real in (0,1); p: real in (0,1)",
    mistakes=(
        Mistake(
            "logarithm-suspected",
            "The logarithm turns the product into a sum, exactly as line 3 says.",
            {"likelihood_flaw_line": 3},
        ),
        Mistake(
            "half-a-minus",
            "The minus belongs to the whole sum, not to its first term alone.",
            {
                "likelihood_flaw_line": 4,
                "likelihood_flaw_fix": "-x*log(p) + (1-x)*log(1-p)",
            },
        ),
    ),
)

kl_flaw = FlawTask(
    task="cross_entropy.kl-flaw",
    title="Find the flaw: a divergence that lost its entropy",
    covers=("004 6(b)",),
    names=("kl_flaw_line", "kl_flaw_fix"),
    points=1,
    line=3,
    lines=5,
    fix="x*log(x) + (1-x)*log(1-x)",
    setting="x: real in (0,1)",
    mistakes=(
        Mistake(
            "entropy-for-its-negative",
            "The size is right, the sign is not: this sum is minus the entropy, as logarithms of "
            "probabilities are negative.",
            {"kl_flaw_line": 3, "kl_flaw_fix": "-x*log(x) - (1-x)*log(1-x)"},
        ),
        Mistake(
            "conclusion-only",
            "The last line only concludes; look for the first line that is false.",
            {"kl_flaw_line": 5},
        ),
    ),
)

slope_flaw = FlawTask(
    task="cross_entropy.slope-flaw",
    title="Find the flaw: the slope of a squared error",
    covers=("004 1(f)",),
    names=("slope_flaw_line", "slope_flaw_fix"),
    points=1,
    line=2,
    lines=4,
    fix="-(y - f)*f*(1 - f)",
    setting="y: real; f: real",
    mistakes=(
        Mistake(
            "restored-line",
            "The last line is true: the minus that it brings back was lost two lines earlier.",
            {"slope_flaw_line": 4},
        ),
        Mistake(
            "minus-still-missing",
            "The inner derivative of y - f is -1: without it the slope has the wrong sign.",
            {"slope_flaw_line": 2, "slope_flaw_fix": "(y - f)*f*(1 - f)"},
        ),
    ),
)

OF_LOSSES = (output_flaw, likelihood_flaw, slope_flaw)
OF_ENTROPY = (kl_flaw,)
