"""Five worked solutions with one wrong line each; the lines stand in the notebook."""

from __future__ import annotations

from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.model import Mistake

# --- softmax.limit-flaw -------------------------------------------------------------------------
# 1 definition, 2 divide by e^{c x_i}, 3 smaller logits vanish, 4 the denominator tends to 1,
# 5 S_i tends to 1, 6 the others to 0.

limit_flaw = FlawTask(
    task="softmax.limit-flaw",
    title="Find the flaw: the limit of a large scale",
    covers=("000 Q2.2 (c -> infinity)",),
    names=("limit_flaw_line", "limit_flaw_fix"),
    points=1,
    line=4,
    fix="m",
    lines=6,
    setting="m: real>0; n: real>0",
    mistakes=(
        Mistake(
            "consequence-for-cause",
            "Line 5 only draws the conclusion from line 4, and draws it rightly: the flaw is where "
            "the false statement enters.",
            {"limit_flaw_line": 5, "limit_flaw_fix": "1/m"},
        ),
        Mistake(
            "limit-for-denominator",
            "1/m is what S_i tends to; the line speaks of the denominator.",
            {"limit_flaw_fix": "1/m"},
        ),
        Mistake(
            "every-class-counted",
            "The denominator is n for c = 0; for large c the terms of line 3 are gone, and only "
            "those that tie for the maximum are left.",
            {"limit_flaw_fix": "n"},
        ),
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already. Which terms, apart from j = i, do not vanish?",
            {"limit_flaw_fix": "1"},
        ),
        Mistake(
            "smaller-terms-blamed",
            "Line 3 is right: x_j - x_i is negative there, so the term tends to zero. Look at the "
            "logits that are not smaller.",
            {"limit_flaw_line": 3},
        ),
    ),
    also_correct={"counted below and added": {"limit_flaw_fix": "1 + (m - 1)"}},
)


# --- softmax.two-class-flaw ---------------------------------------------------------------------
# 1 definition, 2 divide by e^{x_1}, 3 = sigma(x_2 - x_1), 4 S_2 = 1 - S_1.

two_class_flaw = FlawTask(
    task="softmax.two-class-flaw",
    title="Find the flaw: two classes and a sign",
    covers=("004 5(c)",),
    names=("two_class_flaw_line", "two_class_flaw_fix"),
    points=1,
    line=3,
    fix="x1 - x2",
    lines=4,
    setting="x1: real; x2: real",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already. Put sigma(t) = 1/(1 + e^{-t}) beside line 2 and "
            "compare the exponents.",
            {"two_class_flaw_fix": "x2 - x1"},
        ),
        Mistake(
            "exponent-blamed",
            "Line 2 is right: e^{x_2} divided by e^{x_1} is e^{x_2 - x_1}. The sign turns later.",
            {"two_class_flaw_line": 2},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 4 only uses that both probabilities sum to one; the flaw comes before it.",
            {"two_class_flaw_line": 4},
        ),
        Mistake(
            "sigmoid-for-argument",
            "That is the value of sigma; the question is what sigma is taken of.",
            {"two_class_flaw_fix": "sigma(x1 - x2)"},
        ),
    ),
    also_correct={"minus in front": {"two_class_flaw_fix": "-(x2 - x1)"}},
)


# --- softmax.k-minus-1-flaw ---------------------------------------------------------------------
# 1 any shift, 2 by -x_1, 3 the shifted vector, 4 y_i = x_{i+1} - x_1, 5 (0, y_1, ..., y_K), 6 S(x).

k_minus_1_flaw = FlawTask(
    task="softmax.k-minus-1-flaw",
    title="Find the flaw: counting to K",
    covers=("000 Q2.4",),
    names=("k_minus_1_flaw_line", "k_minus_1_flaw_fix"),
    points=1,
    line=5,
    fix="K - 1",
    lines=6,
    setting="K: real>0",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "With y_K the vector would have K + 1 entries, and y_K would need an x_{K+1}.",
            {"k_minus_1_flaw_fix": "K"},
        ),
        Mistake(
            "one-too-many",
            "Count with K = 2: the vector is (0, x_2 - x_1), so there is one y only.",
            {"k_minus_1_flaw_fix": "K + 1"},
        ),
        Mistake(
            "definition-blamed",
            "Line 4 is a definition, and a useful one. Ask for which i it still makes sense.",
            {"k_minus_1_flaw_line": 4},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 6 repeats the vector of line 5 and inherits its last entry.",
            {"k_minus_1_flaw_line": 6},
        ),
        Mistake(
            "shift-blamed",
            "Line 2 is the translation of line 1, with c = -x_1; any constant is allowed.",
            {"k_minus_1_flaw_line": 2},
        ),
    ),
    also_correct={"turned round": {"k_minus_1_flaw_fix": "-1 + K"}},
)


# --- softmax.partial-flaw -----------------------------------------------------------------------
# 1 S_i = e^{x_i}/Z, 2 quotient rule, 3 the square is lost, 4 two factors (right again), 5 -S_i S_j.

partial_flaw = FlawTask(
    task="softmax.partial-flaw",
    title="Find the flaw: right in the end, wrong on the way",
    covers=("001 Q1.K",),
    names=("partial_flaw_line", "partial_flaw_fix"),
    points=1,
    line=3,
    fix="Z^2",
    lines=5,
    setting="Z: real>0",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That is the denominator as it stands. Compare it with the line before: what happened "
            "to the square?",
            {"partial_flaw_fix": "Z"},
        ),
        Mistake(
            "repair-blamed",
            "Line 4 is a true statement about the derivative; it only does not follow from line 3. "
            "Mark the first line that is false.",
            {"partial_flaw_line": 4},
        ),
        Mistake(
            "quotient-rule-blamed",
            "Line 2 is the quotient rule; its numerator starts with zero because e^{x_i} does not "
            "depend on x_j.",
            {"partial_flaw_line": 2},
        ),
        Mistake(
            "last-line-blamed",
            "The last line is right: two errors have cancelled. Look for the first one.",
            {"partial_flaw_line": 5},
        ),
        Mistake(
            "doubled",
            "Twice the sum is not its square: the quotient rule divides by Z times Z.",
            {"partial_flaw_fix": "2*Z"},
        ),
    ),
    also_correct={"a product": {"partial_flaw_fix": "Z*Z"}},
)


# --- softmax.vjp-flaw ---------------------------------------------------------------------------
# 1 J = diag(s) - s s^T, 2 J^T g, 3 J symmetric and distributed, 4 (s^T g) first, 5 the bracket
# written out with g_k g_k, 6 the cost.

vjp_flaw = FlawTask(
    task="softmax.vjp-flaw",
    title="Find the flaw: which inner product?",
    covers=("001 Q1.M",),
    names=("vjp_flaw_line", "vjp_flaw_fix"),
    points=1,
    line=5,
    fix="s1*g1 + s2*g2 + s3*g3",
    lines=6,
    setting="s1,s2,s3,g1,g2,g3: real",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That is the length of g squared, as the line has it; line 4 asks for s with g.",
            {"vjp_flaw_fix": "g1*g1 + g2*g2 + g3*g3"},
        ),
        Mistake(
            "plain-sum",
            "That is the plain sum of g; line 4 weights every entry with its probability.",
            {"vjp_flaw_fix": "g1 + g2 + g3"},
        ),
        Mistake(
            "s-with-itself",
            "That is s with itself; one of the two factors has to be the upstream gradient g.",
            {"vjp_flaw_fix": "s1*s1 + s2*s2 + s3*s3"},
        ),
        Mistake(
            "transpose-blamed",
            "The transpose may be dropped: diag(s) - s s^T is symmetric.",
            {"vjp_flaw_line": 3},
        ),
        Mistake(
            "cost-blamed",
            "The cost is right: one inner product, one product with a number, one difference, each "
            "of n operations.",
            {"vjp_flaw_line": 6},
        ),
    ),
    also_correct={"another order": {"vjp_flaw_fix": "g3*s3 + g2*s2 + g1*s1"}},
)

# --- softmax.stubborn-flaw ----------------------------------------------------------------------
# 1 a ratio, 2 the same scaled, 3 they differ, 4 of any two one changes, 5 all K change,
# 6 softmax is not invariant.

stubborn_flaw = FlawTask(
    task="softmax.stubborn-flaw",
    title="Find the flaw: must every component move?",
    covers=("001 Q1.I",),
    names=("stubborn_flaw_line", "stubborn_flaw_fix"),
    points=1,
    line=5,
    fix="K - 1",
    lines=6,
    setting="K: real>0",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That is what the line says already. Line 4 forbids that two stay; does it forbid that "
            "one stays?",
            {"stubborn_flaw_fix": "K"},
        ),
        Mistake(
            "two-stay",
            "If two components stayed, their ratio would stay as well, and line 3 says that it "
            "does not.",
            {"stubborn_flaw_fix": "K - 2"},
        ),
        Mistake(
            "only-one-moves",
            "One is enough to break the invariance; but the others could not keep their ratios.",
            {"stubborn_flaw_fix": "1"},
        ),
        Mistake(
            "pairs-blamed",
            "Line 4 is right: if both stayed, so would their ratio. Ask what it says about all K.",
            {"stubborn_flaw_line": 4},
        ),
        Mistake(
            "ratios-blamed",
            "Line 3 is right: x_i - x_j is not 0 and c is not 1, so the exponents differ.",
            {"stubborn_flaw_line": 3},
        ),
        Mistake(
            "conclusion-blamed",
            "Line 6 is right: one component that changes is enough for it.",
            {"stubborn_flaw_line": 6},
        ),
    ),
    also_correct={"turned round": {"stubborn_flaw_fix": "-1 + K"}},
)


# --- softmax.scaling-flaw -----------------------------------------------------------------------
# 1 the probabilities, 2 the derivative, 3 the mean logit, 4 class 3 gains, 5 class 2 gains too,
# 6 so all but the last one gain.

scaling_flaw = FlawTask(
    task="softmax.scaling-flaw",
    title="Find the flaw: who gains when the dial is turned up?",
    covers=("004 5(b)",),
    names=("scaling_flaw_line", "scaling_flaw_fix"),
    points=1,
    line=5,
    fix="1 - m",
    lines=6,
    setting="m: real",
    mistakes=(
        Mistake(
            "kept-as-it-stands",
            "That compares class 2 with the lowest logit. Line 2 compares every logit with the "
            "mean.",
            {"scaling_flaw_fix": "1"},
        ),
        Mistake(
            "sign",
            "Line 2 subtracts the mean from the logit, not the logit from the mean.",
            {"scaling_flaw_fix": "m - 1"},
        ),
        Mistake(
            "top-class-blamed",
            "Line 4 is right: the largest logit is always above the mean, and its class gains.",
            {"scaling_flaw_line": 4},
        ),
        Mistake(
            "derivative-blamed",
            "Line 2 is right: S_i times logit minus mean logit is J(x) x, entry by entry.",
            {"scaling_flaw_line": 2},
        ),
        Mistake(
            "consequence-for-cause",
            "Line 6 sums up what the lines before it say; one of them is false already.",
            {"scaling_flaw_line": 6},
        ),
    ),
    also_correct={"turned round": {"scaling_flaw_fix": "-(m - 1)"}},
)

EXERCISES = (
    limit_flaw,
    two_class_flaw,
    k_minus_1_flaw,
    partial_flaw,
    vjp_flaw,
    stubborn_flaw,
    scaling_flaw,
)
