"""Find the flaw: what goes wrong between a right idea and a wrong formula; sheet 004 Q7."""

from __future__ import annotations

from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.model import Mistake

symmetry = FlawTask(
    task="initialisation.symmetry-flaw",
    title="Find the flaw: a symmetry that is not there",
    covers=("004 7 (forward)",),
    names=("symmetry_flaw_line", "symmetry_flaw_fix"),
    points=1,
    line=3,
    lines=6,
    fix="sqrt(v/(2*pi))",
    second={"symmetry_flaw_fix": "sqrt(2*v*pi)/(2*pi)"},
    setting="v: real>0",
    mistakes=(
        Mistake(
            "a-consequence",
            "Line 4 would follow if line 3 were right: look for the first line that is wrong.",
            {"symmetry_flaw_line": 4},
        ),
        Mistake(
            "second-moment",
            "v/2 is the second moment; the line is about the mean of h.",
            {"symmetry_flaw_fix": "v/2"},
        ),
        Mistake(
            "zeros-left-out",
            "That is the mean of the positive outputs alone; half of the outputs are zero.",
            {"symmetry_flaw_fix": "sqrt(2*v/pi)"},
        ),
    ),
)

product = FlawTask(
    task="initialisation.product-flaw",
    title="Find the flaw: how many layers",
    covers=("004 7 (forward)",),
    names=("product_flaw_line", "product_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="v1*(n*s/2)**(L-1)",
    second={"product_flaw_fix": "v1*(s*n)**(L-1)/2**(L-1)"},
    setting="v1: real>0; n: real>0; s: real>0; L: real>0",
    mistakes=(
        Mistake(
            "recursion-blamed",
            "The recursion of line 1 is right: it leads from layer k - 1 to layer k. Count how "
            "often it is used between layer 1 and layer L.",
            {"product_flaw_line": 1},
        ),
        Mistake(
            "half-taken-out-once",
            "Every step brings its own factor 1/2; yours has it once for all layers.",
            {"product_flaw_fix": "v1*(n*s)**(L-1)/2"},
        ),
        Mistake(
            "two-steps-too-few",
            "From layer 1 to layer 2 it is one step, so the exponent is 1 for L = 2.",
            {"product_flaw_fix": "v1*(n*s/2)**(L-2)"},
        ),
    ),
)

normal = FlawTask(
    task="initialisation.normal-flaw",
    title="Find the flaw: what stands behind the comma",
    covers=("004 7 (forward)", "004 7 (backward)"),
    names=("normal_flaw_line", "normal_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="2/n",
    second={"normal_flaw_fix": "sqrt(2/n)**2"},
    setting="n: real>0",
    mistakes=(
        Mistake(
            "a-consequence",
            "Line 5 repeats what the line before says; look for the first line that is wrong.",
            {"normal_flaw_line": 5},
        ),
        Mistake(
            "linear-units",
            "1/n would be the variance for linear units; line 2 says which one is needed here.",
            {"normal_flaw_fix": "1/n"},
        ),
        Mistake(
            "squared-once-more",
            "You squared the variance; the variance is the square of the standard deviation.",
            {"normal_flaw_fix": "4/n**2"},
        ),
    ),
)

expectation = FlawTask(
    task="initialisation.expectation-flaw",
    title="Find the flaw: a variance that is still random",
    covers=("004 7 (backward)",),
    names=("expectation_flaw_line", "expectation_flaw_fix"),
    points=1,
    line=3,
    lines=5,
    fix="q/2",
    second={"expectation_flaw_fix": "0.5*q"},
    setting="q: real>0; g: real",
    mistakes=(
        Mistake(
            "mask-squared",
            "The mask is 0 or 1, so its square has the mean 1/2, not 1/4.",
            {"expectation_flaw_fix": "q/4"},
        ),
        Mistake(
            "mask-forgotten",
            "The gradient passes in half of the cases only: the mean of the mask is 1/2.",
            {"expectation_flaw_fix": "q"},
        ),
        Mistake(
            "a-consequence",
            "Line 4 only collects what the lines before give; the first wrong one is earlier.",
            {"expectation_flaw_line": 4},
        ),
    ),
)

indices = FlawTask(
    task="initialisation.indices-flaw",
    title="Find the flaw: from where to where",
    covers=("004 7 (backward)",),
    names=("indices_flaw_line", "indices_flaw_fix"),
    points=1,
    line=4,
    lines=5,
    fix="v*(m*s/2)**(L-1)",
    second={"indices_flaw_fix": "v*(s*m)**(L-1)/2**(L-1)"},
    setting="v: real>0; m: real>0; s: real>0; L: real>0",
    mistakes=(
        Mistake(
            "recursion-blamed",
            "The recursion of line 1 is right; count how often it is used between h^(L+1) and "
            "h^(2).",
            {"indices_flaw_line": 1},
        ),
        Mistake(
            "one-step-too-many",
            "That would lead from h^(L+1) down to h^(0), below the first hidden layer.",
            {"indices_flaw_fix": "v*(m*s/2)**(L+1)"},
        ),
        Mistake(
            "one-step-too-few",
            "From h^(3) to h^(2) it is one step, so the exponent is 1 for L = 2.",
            {"indices_flaw_fix": "v*(m*s/2)**(L-2)"},
        ),
    ),
)

EXERCISES = (symmetry, product, normal, expectation, indices)
