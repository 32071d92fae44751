"""Derivations where functions have kinks and jumps: cases, and difference quotients."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

relu_by_cases = DeriveTask(
    task="activations.relu-from-heaviside-derivation",
    title="ReLU is x times a step, case by case",
    covers=("000 Q1.2", "004 3(b)"),
    goal=DerivationTask(
        start="relu(x)",
        target="x*H(x)",
        min_steps=4,
        note="Three cases: case x > 0:, case x = 0:, case x < 0:. H(0) = 1/2.",
    ),
    model="""
        case x > 0:
        relu(x) = x = x*H(x)
        case x = 0:
        relu(x) = 0 = x*1/2 = x*H(x)
        case x < 0:
        relu(x) = 0 = x*0 = x*H(x)
    """,
    other="""
        case x >= 0:
        relu(x) = x = x*H(x)
        case x < 0:
        x*H(x) = x*0 = 0 = relu(x)
    """,
    wrong={
        "identity-everywhere": (
            "For negative x ReLU returns 0, not x: this is the case in which it differs from the "
            "identity.",
            """
            case x > 0:
            relu(x) = x = x*H(x)
            case x = 0:
            relu(x) = 0 = x*H(x)
            case x < 0:
            relu(x) = x  # !
            = x*H(x)
            """,
        ),
        "step-the-wrong-way": (
            "H is 1 to the right of zero and 0 to the left; H(-x) is the other way round.",
            """
            case x > 0:
            relu(x) = x
            = x*H(-x)  # !
            = x*H(x)
            case x = 0:
            relu(x) = 0 = x*H(x)
            case x < 0:
            relu(x) = 0 = x*H(x)
            """,
        ),
    },
)

relu_slopes = DeriveTask(
    task="activations.relu-one-sided-slopes-derivation",
    title="The difference quotients of ReLU at zero",
    covers=("000 Q1.1", "004 3(a)"),
    goal=DerivationTask(
        setting="t: real>0; s: real<0",
        start="(relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s",
        target="1",
        min_steps=3,
        note="The quotient of a step t to the right, minus that of a step s to the left. They "
        "differ by 1 however small the steps are, so there is no derivative at 0.",
    ),
    model="""
        (relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s
        = (t - relu(0))/t - (relu(0 + s) - relu(0))/s          # t is positive
        = (t - relu(0))/t - (0 - relu(0))/s                    # s is negative
        = (t - 0)/t - (0 - 0)/s
        = 1
    """,
    other="""
        (relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s
        = relu(t)/t - relu(s)/s
        = t/t - 0/s
        = 1
    """,
    wrong={
        "left-as-right": (
            "To the left of zero ReLU is 0, not the identity: what was true for a positive step "
            "is not true for a negative one.",
            """
            (relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s
            = relu(t)/t - relu(s)/s
            = t/t - s/s  # !
            = 0
            """,
        ),
        "sides-swapped": (
            "The step to the right meets the identity, with quotient 1; the step to the left "
            "meets the constant 0, with quotient 0.",
            """
            (relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s
            = relu(t)/t - relu(s)/s
            = 0/t - s/s  # !
            = -1
            """,
        ),
    },
)

step_quotient = DeriveTask(
    task="activations.heaviside-derivative-derivation",
    title="The left difference quotient of the step",
    covers=("004 3(d)",),
    goal=DerivationTask(
        setting="s: real<0",
        start="(H(0 + s) - H(0))/s",
        target="1/(2*abs(s))",
        min_steps=2,
        note="H(0) = 1/2. The quotient from the left grows beyond all bounds, and it is positive. "
        "Statements about distributions are not within reach of the checker.",
    ),
    model="""
        (H(0 + s) - H(0))/s
        = (0 - 1/2)/s               # s is negative
        = 1/(2*(-s))
        = 1/(2*abs(s))              # |s| = -s
    """,
    other="""
        (H(0 + s) - H(0))/s
        = (0 - H(0))/s
        = -1/2/s
        = 1/(2*abs(s))
    """,
    wrong={
        "sign-of-the-step": (
            "Numerator and denominator are both negative to the left of zero, so the quotient is "
            "positive: it tends to plus infinity from both sides.",
            """
            (H(0 + s) - H(0))/s
            = (0 - 1/2)/s
            = -1/(2*abs(s))  # !
            """,
        ),
        "value-at-zero": (
            "Here H(0) is 1/2; with H(0) = 0 the left quotient would be 0 and the trouble would "
            "hide on the right.",
            """
            (H(0 + s) - H(0))/s
            = (0 - 0)/s  # !
            = 0
            """,
        ),
    },
)

EXERCISES = (relu_slopes, relu_by_cases, step_quotient)
