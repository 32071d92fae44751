"""Derivations of the topic gd_convergence: a supporting line, and the rate without convexity."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

convexity = DeriveTask(
    task="gd_convergence.convexity-derivation",
    title="A supporting line at the joint",
    covers=("002 5(a) convexity",),
    goal=DerivationTask(
        setting="x: real",
        define={"f(t)": "t^2 - 1 if abs(t) <= 1 else 3/4*(abs(t)-1)^2 + 2*(abs(t)-1)"},
        start="f(x)",
        target="2*(x-1)",
        rel=">=",
        min_steps=5,
        note="The line through the joint (1, 0) with the slope 2 stays below all three pieces, as "
        "below every convex function. Three cases: case x > 1:, case -1 <= x <= 1:, case x < -1:. "
        "That f' increases throughout is an argument in words, which the checker does not read.",
    ),
    model="""
        case x > 1:
        f(x) = 3/4*(x-1)^2 + 2*(x-1) >= 2*(x-1)
        case -1 <= x <= 1:
        f(x) = x^2 - 1 = (x-1)^2 + 2*(x-1) >= 2*(x-1)
        case x < -1:
        f(x) = 3/4*(x+1)^2 - 2*(x+1) = 3/4*(x+1)^2 - 4*x + 2*(x-1) >= 2*(x-1)
    """,
    other="""
        case x > 1:
        2*(x-1) <= 3/4*(x-1)^2 + 2*(x-1) = f(x)
        case -1 <= x <= 1:
        2*(x-1) <= 2*(x-1) + (x-1)^2 = x^2 - 1 = f(x)
        case x < -1:
        2*(x-1) <= 2*(x-1) - 4*x + 3/4*(x+1)^2 = 3/4*(x+1)^2 - 2*(x+1) = f(x)
    """,
    wrong={
        "pieces-swapped": (
            "To the right of 1 the piece is built around its own joint, with (x - 1) and not "
            "(x + 1).",
            """
            case x > 1:
            f(x) = 3/4*(x+1)^2 - 2*(x+1)  # !
            case -1 <= x <= 1:
            f(x) = x^2 - 1 = (x-1)^2 + 2*(x-1) >= 2*(x-1)
            case x < -1:
            f(x) = 3/4*(x-1)^2 + 2*(x-1) >= 2*(x-1)
            """,
        ),
        "square-badly-completed": (
            "Multiply (x - 1)² out: it takes 2(x - 1) more to get back to x² - 1.",
            """
            case x > 1:
            f(x) = 3/4*(x-1)^2 + 2*(x-1) >= 2*(x-1)
            case -1 <= x <= 1:
            f(x) = x^2 - 1
            = (x-1)^2 - 2*(x-1)  # !
            >= 2*(x-1)
            case x < -1:
            f(x) = 3/4*(x+1)^2 - 2*(x+1) = 3/4*(x+1)^2 - 4*x + 2*(x-1) >= 2*(x-1)
            """,
        ),
        "only-claimed": (
            "Write the difference as a square, or as something that is positive in this case, and "
            "the inequality can be seen.",
            """
            case x > 1:
            f(x) = 3/4*(x-1)^2 + 2*(x-1) >= 2*(x-1)
            case -1 <= x <= 1:
            f(x) = x^2 - 1
            >= 2*(x-1)  # !
            case x < -1:
            f(x) = 3/4*(x+1)^2 - 2*(x+1) = 3/4*(x+1)^2 - 4*x + 2*(x-1) >= 2*(x-1)
            """,
        ),
    },
)

rate = DeriveTask(
    task="gd_convergence.nonconvex-rate-derivation",
    title="How small a gradient gets without convexity",
    covers=("002 5(b)",),
    goal=DerivationTask(
        setting="K: dim; F: seq K; g: seq K; L: real>0; Fs: real",
        sampler="descent",
        start="min[k,0,K-1](g[k])",
        target="2*L/K*(F[0] - Fs)",
        rel="<=",
        facts={
            "minimum <= mean": ["min[k,0,K-1](g[k])", "1/K*Σ[k,0,K-1](g[k])", []],
            "descent": ["g[k]", "2*L*(F[k] - F[k+1])", ["k"]],
            "lower bound": ["F[K]", "Fs", []],
        },
        min_steps=4,
        note="g[k] is the squared gradient at step k, F[k] the value there, Fs a lower bound of "
        "all values. Three facts may be quoted behind a #: minimum <= mean; descent, "
        "g[k] <= 2 L (F[k] - F[k+1]); lower bound, Fs <= F[K].",
    ),
    model="""
        min[k,0,K-1](g[k])
        <= 1/K*Σ[k,0,K-1](g[k])                       # minimum <= mean
        <= 1/K*Σ[k,0,K-1](2*L*(F[k] - F[k+1]))        # descent
        = 2*L/K*Σ[k,0,K-1](F[k] - F[k+1])             # take the constant out
        = 2*L/K*(F[0] - F[K])                         # telescoping
        <= 2*L/K*(F[0] - Fs)                          # lower bound
    """,
    other="""
        2*L/K*(F[0] - Fs)
        >= 2*L/K*(F[0] - F[K])                        # lower bound
        = 1/K*Σ[k,0,K-1](2*L*(F[k] - F[k+1]))         # telescoping, read backwards
        >= 1/K*Σ[k,0,K-1](g[k])                       # descent
        >= min[k,0,K-1](g[k])                         # minimum <= mean
    """,
    wrong={
        "factor-two-lost": (
            "The descent lemma has a 1/(2L): solved for the squared gradient it gives 2L times "
            "the decrease.",
            """
            min[k,0,K-1](g[k])
            <= 1/K*Σ[k,0,K-1](g[k])                       # minimum <= mean
            <= 1/K*Σ[k,0,K-1](L*(F[k] - F[k+1]))          # descent  # !
            = L/K*(F[0] - F[K])
            <= 2*L/K*(F[0] - Fs)                          # lower bound
            """,
        ),
        "telescope-one-short": (
            "The last term of the sum is F[K-1] - F[K], so the telescope ends at F[K].",
            """
            min[k,0,K-1](g[k])
            <= 1/K*Σ[k,0,K-1](g[k])                       # minimum <= mean
            <= 1/K*Σ[k,0,K-1](2*L*(F[k] - F[k+1]))        # descent
            = 2*L/K*(F[0] - F[K-1])  # !
            <= 2*L/K*(F[0] - Fs)                          # lower bound
            """,
        ),
        "last-iterate": (
            "The sum bounds the smallest gradient. The last one may well be larger, unless F is "
            "convex.",
            """
            min[k,0,K-1](g[k])
            = g[K-1]  # !
            <= 2*L/K*(F[0] - Fs)
            """,
        ),
        "sign-of-the-gap": (
            "F falls, so it is F[0] - F[K] that is positive.",
            """
            min[k,0,K-1](g[k])
            <= 1/K*Σ[k,0,K-1](g[k])                       # minimum <= mean
            <= 1/K*Σ[k,0,K-1](2*L*(F[k] - F[k+1]))        # descent
            = 2*L/K*(F[K] - F[0])  # !
            <= 2*L/K*(F[0] - Fs)                          # lower bound
            """,
        ),
    },
)

EXERCISES = (convexity, rate)
