"""Derivations of the topic softmax: shift, two classes, one logit fewer, and the slopes."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

translation = DeriveTask(
    task="softmax.translation-derivation",
    title="A shift of all logits changes nothing",
    covers=("000 Q2.1", "001 Q1.J", "001 Q2.C", "003 2.3", "004 5(a)"),
    goal=DerivationTask(
        setting="n: dim; x: vec n; i,k: index n; c: real",
        start="softmax(x + c)[i]",
        target="softmax(x)[i]",
        min_steps=3,
        note="x + c adds the number c to every logit; i is any class.",
    ),
    model="""
        softmax(x + c)[i]
        = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))                # definition of softmax
        = exp(x[i])*exp(c) / Σ[k,1,n](exp(x[k])*exp(c))          # laws of exponents
        = exp(c)*exp(x[i]) / (exp(c)*Σ[k,1,n](exp(x[k])))        # the constant leaves the sum
        = exp(x[i]) / Σ[k,1,n](exp(x[k]))                        # cancel
        = softmax(x)[i]                                          # definition of softmax
    """,
    other="""
        softmax(x)[i]
        = exp(x[i]) / Σ[k,1,n](exp(x[k]))
        = exp(c)*exp(x[i]) / Σ[k,1,n](exp(c)*exp(x[k]))          # times e^c / e^c
        = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))
        = softmax(x + c)[i]
    """,
    more_right={
        "through log-sum-exp": """
            let Z = Σ[k,1,n](exp(x[k]))
            softmax(x + c)[i]
            = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))
            = exp(x[i] + c) / (exp(c)*Z)
            = exp(x[i] + c - c - ln(Z))
            = exp(x[i]) / Z
            = softmax(x)[i]
        """,
    },
    wrong={
        "shift-in-the-numerator-only": (
            "Softmax of x + c has shifted logits in every term: in the sum of the denominator as "
            "well as in the numerator.",
            """
            softmax(x + c)[i]
            = exp(x[i] + c) / Σ[k,1,n](exp(x[k]))  # !
            = exp(c)*softmax(x)[i]
            = softmax(x)[i]
            """,
        ),
        "constant-counted-n-times": (
            "A factor that all n terms of a sum share leaves the sum once, not n times: "
            "ab + ac = a(b + c).",
            """
            softmax(x + c)[i]
            = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))
            = exp(c)*exp(x[i]) / (n*exp(c)*Σ[k,1,n](exp(x[k])))  # !
            = softmax(x)[i]
            """,
        ),
        "exponential-of-a-sum": (
            "The exponential turns a sum into a product: e^(x + c) is e^x times e^c, not e^x plus "
            "e^c.",
            """
            softmax(x + c)[i]
            = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))
            = (exp(x[i]) + exp(c)) / Σ[k,1,n](exp(x[k]) + exp(c))  # !
            = exp(x[i]) / Σ[k,1,n](exp(x[k]))
            = softmax(x)[i]
            """,
        ),
    },
)

two_classes = DeriveTask(
    task="softmax.two-class-sigmoid-derivation",
    title="Softmax with two classes is a sigmoid",
    covers=("000 Q2.3", "004 5(c)"),
    goal=DerivationTask(
        setting="x: vec 2",
        start="softmax(x)[1]",
        target="σ(x[1] - x[2])",
        min_steps=3,
    ),
    model="""
        softmax(x)[1]
        = exp(x[1]) / (exp(x[1]) + exp(x[2]))      # definition of softmax
        = 1 / (1 + exp(x[2])/exp(x[1]))            # divide by e^x1
        = 1 / (1 + exp(-(x[1] - x[2])))            # laws of exponents
        = σ(x[1] - x[2])                           # definition of σ
    """,
    other="""
        σ(x[1] - x[2])
        = 1 / (1 + exp(-(x[1] - x[2])))
        = 1 / (1 + exp(x[2])*exp(-x[1]))
        = exp(x[1]) / (exp(x[1]) + exp(x[2]))      # times e^x1 / e^x1
        = softmax(x)[1]
    """,
    more_right={
        "logit of S_1": """
            let z = x[1] - x[2]
            softmax(x)[1]
            = exp(x[1]) / (exp(x[1]) + exp(x[2]))
            = exp(x[1] - x[2]) / (exp(x[1] - x[2]) + 1)
            = exp(z) / (exp(z) + 1)
            = 1 / (1 + exp(-z))
            = σ(z)
            = σ(x[1] - x[2])
        """,
    },
    wrong={
        "reversed-sign": (
            "The sigmoid is 1/(1 + e^(-z)), with a minus: compare e^(x2 - x1) with e^(-z) before "
            "you read off z.",
            """
            softmax(x)[1]
            = exp(x[1]) / (exp(x[1]) + exp(x[2]))
            = 1 / (1 + exp(x[2] - x[1]))
            = σ(x[2] - x[1])  # !
            = σ(x[1] - x[2])
            """,
        ),
        "ratio-of-logits": (
            "A quotient of exponentials is the exponential of a difference: e^a/e^b = e^(a - b), "
            "not e^(a/b).",
            """
            softmax(x)[1]
            = exp(x[1]) / (exp(x[1]) + exp(x[2]))
            = 1 / (1 + exp(x[2])/exp(x[1]))
            = 1 / (1 + exp(x[2]/x[1]))  # !
            = σ(x[1] - x[2])
            """,
        ),
        "one-logit-ignored": (
            "If the numerator is divided by e^x1, so is every term of the denominator, e^x2 "
            "included.",
            """
            softmax(x)[1]
            = exp(x[1]) / (exp(x[1]) + exp(x[2]))
            = 1 / (1 + exp(x[2]))  # !
            = σ(-x[2])
            = σ(x[1] - x[2])
            """,
        ),
    },
)

one_logit_fewer = DeriveTask(
    task="softmax.k-minus-1-logits-derivation",
    title="One of K logits may be put to zero",
    covers=("000 Q2.4", "004 5(d)"),
    goal=DerivationTask(
        setting="K: dim; x: vec K; i,k: index K",
        start="softmax(x)[i]",
        target="exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))",
        min_steps=3,
        note="The target contains the K - 1 differences to the first logit and nothing else.",
    ),
    model="""
        softmax(x)[i]
        = exp(x[i]) / Σ[k,1,K](exp(x[k]))                            # definition of softmax
        = exp(x[i])*exp(-x[1]) / Σ[k,1,K](exp(x[k])*exp(-x[1]))      # times e^-x1 / e^-x1
        = exp(x[i] - x[1]) / Σ[k,1,K](exp(x[k] - x[1]))              # laws of exponents
        = exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))        # the term k = 1 is e^0
    """,
    other="""
        softmax(x)[i]
        = exp(x[i]) / Σ[k,1,K](exp(x[k]))
        = exp(x[i]) / (exp(x[1]) + Σ[k,2,K](exp(x[k])))
        = (exp(x[i])/exp(x[1])) / (1 + Σ[k,2,K](exp(x[k])/exp(x[1])))
        = exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))
    """,
    wrong={
        "first-term-lost": (
            "The term k = 1 of the sum is e^0 = 1: the logit has become zero, but its class is "
            "still there.",
            """
            softmax(x)[i]
            = exp(x[i]) / Σ[k,1,K](exp(x[k]))
            = exp(x[i] - x[1]) / Σ[k,1,K](exp(x[k] - x[1]))
            = exp(x[i] - x[1]) / Σ[k,2,K](exp(x[k] - x[1]))  # !
            = exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))
            """,
        ),
        "first-term-counted-twice": (
            "Once the term k = 1 stands in front of the sum, the sum begins at k = 2; otherwise "
            "there are K + 1 classes.",
            """
            softmax(x)[i]
            = exp(x[i]) / Σ[k,1,K](exp(x[k]))
            = exp(x[i] - x[1]) / Σ[k,1,K](exp(x[k] - x[1]))
            = exp(x[i] - x[1]) / (1 + Σ[k,1,K](exp(x[k] - x[1])))  # !
            = exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))
            """,
        ),
        "shift-in-the-numerator-only": (
            "What divides the numerator divides every term of the denominator, or the fraction "
            "changes its value.",
            """
            softmax(x)[i]
            = exp(x[i]) / Σ[k,1,K](exp(x[k]))
            = exp(x[i] - x[1]) / Σ[k,1,K](exp(x[k]))  # !
            = exp(x[i] - x[1]) / (1 + Σ[k,2,K](exp(x[k] - x[1])))
            """,
        ),
    },
)

partial_derivatives = DeriveTask(
    task="softmax.partial-derivatives-derivation",
    title="One entry of the Jacobian of softmax",
    covers=("001 Q1.K", "004 4(a)"),
    goal=DerivationTask(
        setting="n: dim; x: vec n; i,j,k: index n",
        start="diff(softmax(x)[i], x[j])",
        target="softmax(x)[i]*(δ(i,j) - softmax(x)[j])",
        min_steps=3,
        note="δ(i,j) is 1 if i = j, otherwise 0. Cases (case i = j: and case i != j:) are welcome.",
    ),
    model="""
        let Z = Σ[k,1,n](exp(x[k]))
        d/dx[j] softmax(x)[i]
        = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))              # definition of softmax
        = (δ(i,j)*exp(x[i])*Z - exp(x[i])*exp(x[j])) / Z^2       # quotient rule
        = exp(x[i])/Z * (δ(i,j) - exp(x[j])/Z)                   # take e^xi / Z out
        = softmax(x)[i]*(δ(i,j) - softmax(x)[j])                 # definition of softmax
    """,
    other="""
        d/dx[j] softmax(x)[i]
        = d/dx[j] (exp(x[i]) * (Σ[k,1,n](exp(x[k])))^(-1))
        = δ(i,j)*exp(x[i])/Σ[k,1,n](exp(x[k])) - exp(x[i])*exp(x[j])/(Σ[k,1,n](exp(x[k])))^2
        = δ(i,j)*softmax(x)[i] - softmax(x)[i]*softmax(x)[j]
        = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
    """,
    more_right={
        "two cases": """
            let Z = Σ[k,1,n](exp(x[k]))
            case i = j:
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = (exp(x[i])*Z - exp(x[i])*exp(x[j])) / Z^2
            = exp(x[i])/Z * (1 - exp(x[j])/Z)
            = softmax(x)[i]*(1 - softmax(x)[j])
            = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
            case i != j:
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = -exp(x[i])*exp(x[j]) / Z^2
            = -softmax(x)[i]*softmax(x)[j]
            = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
        """,
    },
    wrong={
        "square-lost": (
            "The denominator of the quotient rule is a square, and it stays one until both of its "
            "factors have found a numerator.",
            """
            let Z = Σ[k,1,n](exp(x[k]))
            case i != j:
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = (0*Z - exp(x[i])*exp(x[j])) / Z^2
            = -exp(x[i])*exp(x[j]) / Z  # !
            = -softmax(x)[i]*softmax(x)[j]
            """,
        ),
        "numerator-always-moves": (
            "The numerator e^(x_i) depends on x_j only if i = j, so its derivative carries a "
            "δ(i,j).",
            """
            let Z = Σ[k,1,n](exp(x[k]))
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = (exp(x[i])*Z - exp(x[i])*exp(x[j])) / Z^2  # !
            = softmax(x)[i]*(1 - softmax(x)[j])
            """,
        ),
        "sum-differentiated-in-full": (
            "Of all the terms of Σ e^(x_k) only the one with k = j depends on x_j: its derivative "
            "is e^(x_j), not the sum.",
            """
            let Z = Σ[k,1,n](exp(x[k]))
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = (δ(i,j)*exp(x[i])*Z - exp(x[i])*Z) / Z^2  # !
            = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
            """,
        ),
        "sign-of-the-quotient-rule": (
            "In the quotient rule the term with the derivative of the denominator is subtracted.",
            """
            let Z = Σ[k,1,n](exp(x[k]))
            d/dx[j] softmax(x)[i]
            = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
            = (δ(i,j)*exp(x[i])*Z + exp(x[i])*exp(x[j])) / Z^2  # !
            = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
            """,
        ),
    },
)

EXERCISES = (translation, two_classes, one_logit_fewer, partial_derivatives)
