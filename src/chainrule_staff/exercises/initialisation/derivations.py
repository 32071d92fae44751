"""Derivations of the topic initialisation: one layer forwards, one layer backwards."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

forward = DeriveTask(
    task="initialisation.forward-variance-derivation",
    title="The variance behind one ReLU layer",
    covers=("004 7 (forward)",),
    goal=DerivationTask(
        setting="n: dim; w: rv vec n iid mean0; a: rv vec n iid sym",
        start="Var(Σ[k,1,n](w[k]*relu(a[k])))",
        target="n/2*Var(w[1])*Var(a[1])",
        min_steps=4,
        lemma={"symmetry": ["E(relu(u)^2)", "E(u^2)/2", ["u"]]},
        note="The weights w[k] are independent of each other and of the pre-activations a[k], with "
        "mean 0; the a[k] are symmetric, which may be quoted as E(relu(u)^2) = E(u^2)/2.",
    ),
    model="""
        Var(Σ[k,1,n](w[k]*relu(a[k])))
        = Σ[k,1,n](Var(w[k]*relu(a[k])))                  # uncorrelated terms
        = Σ[k,1,n](E(w[k]^2)*E(relu(a[k])^2))             # mean 0 and independence
        = Σ[k,1,n](Var(w[k])*E(relu(a[k])^2))             # the weights have mean 0
        = Σ[k,1,n](Var(w[k])*E(a[k]^2)/2)                 # symmetry
        = Σ[k,1,n](Var(w[k])*Var(a[k])/2)                 # the a[k] have mean 0
        = n/2*Var(w[1])*Var(a[1])                         # all terms are equal
    """,
    other="""
        Var(Σ[k,1,n](w[k]*relu(a[k])))
        = E((Σ[k,1,n](w[k]*relu(a[k])))^2)
        = Σ[k,1,n](E(w[k]^2)*E(relu(a[k])^2))
        = n*Var(w[1])*E(relu(a[1])^2)
        = n*Var(w[1])*E(a[1]^2)/2                         # symmetry
        = n/2*Var(w[1])*Var(a[1])
    """,
    wrong={
        "half-forgotten": (
            "ReLU removes the negative half: E(relu(a)²) is half of E(a²).",
            """
            Var(Σ[k,1,n](w[k]*relu(a[k])))
            = Σ[k,1,n](Var(w[k]*relu(a[k])))
            = Σ[k,1,n](Var(w[k])*E(relu(a[k])^2))
            = Σ[k,1,n](Var(w[k])*E(a[k]^2))  # !
            = n/2*Var(w[1])*Var(a[1])
            """,
        ),
        "variance-for-second-moment": (
            "The outputs of ReLU are not symmetric and their mean is not 0, so E(h²) stands here "
            "and not Var(h).",
            """
            Var(Σ[k,1,n](w[k]*relu(a[k])))
            = Σ[k,1,n](Var(w[k]*relu(a[k])))
            = Σ[k,1,n](Var(w[k])*Var(relu(a[k])))  # !
            = n/2*Var(w[1])*Var(a[1])
            """,
        ),
        "n-dropped": (
            "A sum of n independent terms has n times the variance of one of them.",
            """
            Var(Σ[k,1,n](w[k]*relu(a[k])))
            = Σ[k,1,n](Var(w[k]*relu(a[k])))
            = Var(w[1]*relu(a[1]))  # !
            = Var(w[1])*Var(a[1])/2
            """,
        ),
    },
)

backward = DeriveTask(
    task="initialisation.backward-variance-derivation",
    title="The variance of a gradient, one ReLU layer back",
    covers=("004 7 (backward)",),
    goal=DerivationTask(
        setting="m: dim; w,g: rv mean0; a: rv sym",
        start="m*Var(w*H(a)*g)",
        target="m*Var(w)*E(H(a)^2)*Var(g)",
        min_steps=3,
        note="A gradient is a sum of m uncorrelated terms w H(a) g with the same law: a weight, "
        "the slope of ReLU (the mask), and the gradient behind the unit; all three are "
        "independent. For a symmetric law without an atom at 0 the mask is on half of the time, "
        "so that E(H(a)^2) = 1/2: this last step is made in words.",
    ),
    model="""
        m*Var(w*H(a)*g)
        = m*(E((w*H(a)*g)^2) - E(w*H(a)*g)^2)           # definition of the variance
        = m*(E(w^2)*E(H(a)^2)*E(g^2) - 0)               # independence, mean 0
        = m*E(w^2)*E(H(a)^2)*E(g^2)
        = m*Var(w)*E(H(a)^2)*Var(g)                     # mean 0
    """,
    other="""
        m*Var(w)*E(H(a)^2)*Var(g)
        = m*E(w^2)*E(H(a)^2)*E(g^2)
        = m*E((w*H(a)*g)^2)
        = m*Var(w*H(a)*g)
    """,
    wrong={
        "mask-averaged-first": (
            "The mask is squared before it is averaged: E(H²) is 1/2, but E(H)² is only 1/4.",
            """
            m*Var(w*H(a)*g)
            = m*E((w*H(a)*g)^2)
            = m*E(w^2)*E(H(a))^2*E(g^2)  # !
            = m*Var(w)*E(H(a)^2)*Var(g)
            """,
        ),
        "variance-of-the-mask": (
            "Only factors with mean 0 may be replaced by their variance, and the mask has mean "
            "1/2.",
            """
            m*Var(w*H(a)*g)
            = m*E((w*H(a)*g)^2)
            = m*Var(w)*Var(H(a))*Var(g)  # !
            = m*Var(w)*E(H(a)^2)*Var(g)
            """,
        ),
        "gradient-left-random": (
            "A variance is a number: the expectation runs over the gradient g as well, not only "
            "over the mask.",
            """
            m*Var(w*H(a)*g)
            = m*E((w*H(a)*g)^2)
            = m*Var(w)*E(H(a)^2)*g^2  # !
            = m*Var(w)*E(H(a)^2)*Var(g)
            """,
        ),
    },
)

EXERCISES = (forward, backward)
