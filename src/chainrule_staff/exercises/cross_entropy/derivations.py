"""Derivations of the topic cross_entropy: the cost, its slopes, and the information behind it."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

bernoulli = DeriveTask(
    task="cross_entropy.bernoulli-mle-derivation",
    title="From the likelihood to the cost",
    covers=("002 2(a)", "004 1(c)", "004 6(a)"),
    goal=DerivationTask(
        setting="n: dim; p: real in (0,1); x: vec n",
        start="-ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))",
        target="-Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))",
        min_steps=2,
        note="x[k] is the k-th observation, p the probability of a 1; Π is the product, Σ the sum.",
    ),
    model="""
        -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
        = -Σ[k,1,n](ln(p^x[k]*(1-p)^(1-x[k])))                 # logarithm of a product
        = -Σ[k,1,n](ln(p^x[k]) + ln((1-p)^(1-x[k])))           # once more
        = -Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))             # logarithm of a power
    """,
    other="""
        -Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))
        = -Σ[k,1,n](ln(p^x[k]*(1-p)^(1-x[k])))
        = -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
    """,
    wrong={
        "minus-lost": (
            "The likelihood is to be large, a cost is to be small: the cost is minus the "
            "logarithm of the likelihood.",
            """
            -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
            = -Σ[k,1,n](ln(p^x[k]) + ln((1-p)^(1-x[k])))
            = Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))  # !
            """,
        ),
        "logarithm-kept-outside": (
            "The logarithm of a product is the sum of the logarithms, not the logarithm of the "
            "sum.",
            """
            -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
            = -ln(Σ[k,1,n](p^x[k]*(1-p)^(1-x[k])))  # !
            = -Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))
            """,
        ),
        "p-and-1-p-swapped": (
            "The exponent of p is x, so ln p is multiplied by x: a 1 that was observed is charged "
            "by the probability of a 1.",
            """
            -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
            = -Σ[k,1,n](ln(p^x[k]) + ln((1-p)^(1-x[k])))
            = -Σ[k,1,n](x[k]*ln(1-p) + (1-x[k])*ln(p))  # !
            """,
        ),
    },
)

ce_kl = DeriveTask(
    task="cross_entropy.ce-kl-derivation",
    title="Cross-entropy is entropy plus divergence",
    covers=("002 2(b)", "004 6(b)"),
    goal=DerivationTask(
        setting="x,p: real in (0,1)",
        start="-x*ln(p) - (1-x)*ln(1-p)",
        target="(-x*ln(x) - (1-x)*ln(1-x)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))",
        min_steps=2,
        note="The first bracket of the target is the entropy H(x), the second the divergence of "
        "Ber(x) from Ber(p).",
    ),
    model="""
        -x*ln(p) - (1-x)*ln(1-p)
        = -x*ln(x) + x*(ln(x) - ln(p)) - (1-x)*ln(1-x) + (1-x)*(ln(1-x) - ln(1-p))
        = -x*ln(x) + x*ln(x/p) - (1-x)*ln(1-x) + (1-x)*ln((1-x)/(1-p))
        = (-x*ln(x) - (1-x)*ln(1-x)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))
    """,
    other="""
        let H1 = -x*ln(x) - (1-x)*ln(1-x)
        (-x*ln(x) - (1-x)*ln(1-x)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))
        = H1 + (x*(ln(x) - ln(p)) + (1-x)*(ln(1-x) - ln(1-p)))
        = H1 - H1 - x*ln(p) - (1-x)*ln(1-p)
        = -x*ln(p) - (1-x)*ln(1-p)
    """,
    wrong={
        "entropy-not-subtracted": (
            "For 0 < x < 1 the entropy H(x) is not 0, so the divergence alone is less than the "
            "cross-entropy.",
            """
            -x*ln(p) - (1-x)*ln(1-p)
            = x*ln(x/p) + (1-x)*ln((1-x)/(1-p))  # !
            """,
        ),
        "quotient-upside-down": (
            "ln x - ln p is ln(x/p): what is subtracted stands below the line.",
            """
            -x*ln(p) - (1-x)*ln(1-p)
            = -x*ln(x) + x*(ln(x) - ln(p)) - (1-x)*ln(1-x) + (1-x)*(ln(1-x) - ln(1-p))
            = -x*ln(x) + x*ln(p/x) - (1-x)*ln(1-x) + (1-x)*ln((1-p)/(1-x))  # !
            """,
        ),
        "entropy-of-p": (
            "The entropy that splits off is that of the target x: nothing in it depends on p, "
            "which is why minimising one minimises the other.",
            """
            -x*ln(p) - (1-x)*ln(1-p)
            = (-p*ln(p) - (1-p)*ln(1-p)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))  # !
            = (-x*ln(x) - (1-x)*ln(1-x)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))
            """,
        ),
    },
)

ce_slope = DeriveTask(
    task="cross_entropy.ce-logit-gradient-derivation",
    title="The slope of the cross-entropy in the logit",
    covers=("004 1(d)",),
    goal=DerivationTask(
        setting="a: real; y: real in [0,1]",
        start="diff(-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)), a)",
        target="σ(a) - y",
        min_steps=3,
        derivatives=("σ",),
        note="The derivative of σ may be quoted.",
    ),
    model="""
        d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
        = -y*σ(a)*(1-σ(a))/σ(a) + (1-y)*σ(a)*(1-σ(a))/(1-σ(a))      # chain rule
        = -y*(1-σ(a)) + (1-y)*σ(a)                                  # cancel
        = -y + y*σ(a) + σ(a) - y*σ(a)                               # expand
        = σ(a) - y
    """,
    other="""
        d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
        = -y*(d/da σ(a))/σ(a) + (1-y)*(d/da σ(a))/(1-σ(a))
        = (σ(a) - y)*(d/da σ(a))/(σ(a)*(1-σ(a)))
        = (σ(a) - y)*σ(a)*(1-σ(a))/(σ(a)*(1-σ(a)))
        = σ(a) - y
    """,
    wrong={
        "inner-derivative-lost": (
            "The derivative of ln(1 - σ) has an inner derivative of its own: -σ', with a minus.",
            """
            d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
            = -y*σ(a)*(1-σ(a))/σ(a) - (1-y)*σ(a)*(1-σ(a))/(1-σ(a))  # !
            = -y*(1-σ(a)) - (1-y)*σ(a)
            = σ(a) - y
            """,
        ),
        "slope-of-sigma-forgotten": (
            "You differentiate by a, not by σ: every term carries the factor σ' = σ(1 - σ).",
            """
            d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
            = -y/σ(a) + (1-y)/(1-σ(a))  # !
            = (σ(a) - y)/(σ(a)*(1-σ(a)))
            = σ(a) - y
            """,
        ),
        "sign": (
            "Check the end with y = 1: a larger logit makes the cost smaller, so the slope must "
            "be negative.",
            """
            d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
            = -y*σ(a)*(1-σ(a))/σ(a) + (1-y)*σ(a)*(1-σ(a))/(1-σ(a))
            = -y*(1-σ(a)) + (1-y)*σ(a)
            = y - σ(a)  # !
            """,
        ),
    },
)

mse_slope = DeriveTask(
    task="cross_entropy.mse-logit-gradient-derivation",
    title="The slope of the squared error in the logit",
    covers=("004 1(f)",),
    goal=DerivationTask(
        setting="a,y: real",
        start="diff((y - σ(a))^2/2, a)",
        target="(σ(a) - y)*σ(a)*(1 - σ(a))",
        min_steps=3,
        note="The derivative of σ may not be quoted here; σ(a)*(1 - σ(a)) has to be earned.",
    ),
    model="""
        d/da ((y - σ(a))^2/2)
        = (y - σ(a))*(-d/da σ(a))                                  # chain rule
        = (σ(a) - y)*d/da (1/(1 + exp(-a)))                        # definition of σ
        = (σ(a) - y)*exp(-a)/(1 + exp(-a))^2                       # chain rule
        = (σ(a) - y)*1/(1 + exp(-a))*(1 - 1/(1 + exp(-a)))
        = (σ(a) - y)*σ(a)*(1 - σ(a))                               # definition of σ
    """,
    other="""
        d/da ((y - σ(a))^2/2)
        = d/da ((y - 1/(1 + exp(-a)))^2/2)
        = -(y - 1/(1 + exp(-a)))*exp(-a)/(1 + exp(-a))^2
        = -(y - σ(a))*exp(-a)/(1 + exp(-a))^2
        = (σ(a) - y)*σ(a)*(1 - σ(a))
    """,
    wrong={
        "inner-derivative-lost": (
            "The inner function is y - σ(a), and its derivative by a is minus the slope of σ. "
            "Dropping the sign and finding it again later makes two mistakes.",
            """
            d/da ((y - σ(a))^2/2)
            = (y - σ(a))*d/da σ(a)  # !
            = (y - σ(a))*d/da (1/(1 + exp(-a)))
            = (σ(a) - y)*exp(-a)/(1 + exp(-a))^2
            = (σ(a) - y)*σ(a)*(1 - σ(a))
            """,
        ),
        "factor-two": (
            "The square brings down a 2, and the 1/2 in front of it is there to cancel it.",
            """
            d/da ((y - σ(a))^2/2)
            = 2*(y - σ(a))*(-d/da σ(a))  # !
            = (σ(a) - y)*σ(a)*(1 - σ(a))
            """,
        ),
        "slope-of-sigma-forgotten": (
            "You differentiate by the logit a, not by the output σ(a): the chain rule asks for "
            "one factor more.",
            """
            d/da ((y - σ(a))^2/2)
            = (y - σ(a))*(-1)  # !
            = σ(a) - y
            """,
        ),
    },
)

max_entropy = DeriveTask(
    task="cross_entropy.max-entropy-discrete-derivation",
    title="No law on n outcomes surprises more than ln n",
    covers=("002 2(c)",),
    goal=DerivationTask(
        setting="n: dim; p: simplex n",
        start="-Σ[k,1,n](p[k]*ln(p[k]))",
        target="ln(n)",
        rel="<=",
        min_steps=3,
        facts={"Jensen": "jensen", "ln u <= u - 1": ["ln(u)", "u - 1", ["u"]]},
        note="The p[k] are positive and sum to 1. Two facts may be quoted behind a #: Jensen, and "
        "ln u <= u - 1.",
    ),
    model="""
        -Σ[k,1,n](p[k]*ln(p[k]))
        = Σ[k,1,n](p[k]*ln(1/p[k]))              # laws of logarithms
        <= ln(Σ[k,1,n](p[k]*(1/p[k])))           # Jensen: ln is concave
        = ln(Σ[k,1,n](1))
        = ln(n)
    """,
    other="""
        let c = ln(n)
        -Σ[k,1,n](p[k]*ln(p[k]))
        = c + Σ[k,1,n](p[k]*ln(1/(n*p[k])))
        <= c + Σ[k,1,n](p[k]*(1/(n*p[k]) - 1))         # ln u <= u - 1
        = c + Σ[k,1,n](1/n - p[k])
        = c
        = ln(n)
    """,
    wrong={
        "jensen-the-wrong-way": (
            "The logarithm is concave: the mean of the logarithms lies below the logarithm of the "
            "mean.",
            """
            -Σ[k,1,n](p[k]*ln(p[k]))
            = Σ[k,1,n](p[k]*ln(1/p[k]))
            >= ln(Σ[k,1,n](p[k]*(1/p[k])))  # Jensen  # !
            = ln(n)
            """,
        ),
        "only-claimed": (
            "The inequality needs its reason: apply Jensen to the mean of ln(1/p), and show the "
            "line it leads to.",
            """
            -Σ[k,1,n](p[k]*ln(p[k]))
            = Σ[k,1,n](p[k]*ln(1/p[k]))
            <= ln(n)  # !
            """,
        ),
        "sign-lost": (
            "The minus goes into the logarithm: -ln p is ln(1/p), not ln p.",
            """
            -Σ[k,1,n](p[k]*ln(p[k]))
            = Σ[k,1,n](p[k]*ln(p[k]))  # !
            <= ln(Σ[k,1,n](p[k]*p[k]))  # Jensen
            <= ln(n)
            """,
        ),
    },
)

gaussian = DeriveTask(
    task="cross_entropy.max-entropy-gaussian-derivation",
    title="The cross-entropy to a normal law sees two moments",
    covers=("002 2(d)",),
    goal=DerivationTask(
        setting="X: rv",
        start="E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))",
        target="ln(2*pi*e*Var(X))/2",
        min_steps=3,
        note="The start is -E(ln g(X)) for the normal density g with the mean and the variance of "
        "X. The target contains nothing of X but its variance. That the entropy of X is at most "
        "this (the divergence is not negative) needs integrals, which the checker does not read.",
    ),
    model="""
        E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
        = ln(2*pi*Var(X))/2 + E((X - E(X))^2)/(2*Var(X))       # E is linear
        = ln(2*pi*Var(X))/2 + Var(X)/(2*Var(X))                # definition of the variance
        = ln(2*pi*Var(X))/2 + 1/2
        = ln(2*pi*e*Var(X))/2                                  # 1 = ln e
    """,
    other="""
        ln(2*pi*e*Var(X))/2
        = ln(2*pi*Var(X))/2 + 1/2
        = ln(2*pi*Var(X))/2 + E((X - E(X))^2)/(2*Var(X))
        = E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
    """,
    wrong={
        "mean-not-subtracted": (
            "The variance is the mean square distance from the mean; without the mean it is the "
            "second moment.",
            """
            E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
            = ln(2*pi*Var(X))/2 + E((X - E(X))^2)/(2*Var(X))
            = ln(2*pi*Var(X))/2 + E(X^2)/(2*Var(X))  # !
            = ln(2*pi*e*Var(X))/2
            """,
        ),
        "half-lost": (
            "The quotient is 1/2, not 1: the density has twice the variance below the square.",
            """
            E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
            = ln(2*pi*Var(X))/2 + E((X - E(X))^2)/(2*Var(X))
            = ln(2*pi*Var(X))/2 + 1  # !
            = ln(2*pi*e*Var(X))/2
            """,
        ),
        "e-lost": (
            "The 1/2 does not disappear: it is ln(e)/2, and it brings the e into the logarithm.",
            """
            E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
            = ln(2*pi*Var(X))/2 + Var(X)/(2*Var(X))
            = ln(2*pi*Var(X))/2  # !
            """,
        ),
    },
)

EXERCISES = (bernoulli, ce_kl, ce_slope, mse_slope, max_entropy, gaussian)
