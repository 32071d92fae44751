"""Derivations of the topic mlp_mixer: what one image costs."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

cost = DeriveTask(
    task="mlp_mixer.complexity-derivation",
    title="The cost of the Mixer is linear in the patches",
    covers=("002 4(b)",),
    goal=DerivationTask(
        setting="S,C,T,U,N: dim; P,c: real>0",
        start="Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))",
        target="S*(P^2*c*C + 2*N*C*(T + U))",
        min_steps=2,
        note="S patches of P x P pixels with c colours, C channels, N layers; T and U are the "
        "hidden widths of token mixing and channel mixing (D_S and D_C). Every term of the start "
        "is one matrix product: rows times columns.",
    ),
    model="""
        Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
        = S*P^2*c*C + Σ[l,1,N](Σ[j,1,C](2*S*T) + Σ[s,1,S](2*C*U))      # S equal terms
        = S*P^2*c*C + Σ[l,1,N](2*C*S*T + 2*S*C*U)                      # C columns, S rows
        = S*P^2*c*C + N*(2*C*S*T + 2*S*C*U)                            # N equal layers
        = S*(P^2*c*C + 2*N*C*(T + U))                                  # take S out
    """,
    other="""
        S*(P^2*c*C + 2*N*C*(T + U))
        = S*P^2*c*C + 2*N*C*S*T + 2*N*C*S*U
        = S*P^2*c*C + N*(Σ[j,1,C](2*S*T) + Σ[s,1,S](2*C*U))
        = Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
    """,
    wrong={
        "tokens-squared": (
            "Token mixing costs S times the hidden width for each channel. The square of S "
            "belongs to attention, which compares every pair of patches.",
            """
            Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
            = S*P^2*c*C + Σ[l,1,N](2*C*S^2 + 2*S*C*U)  # !
            = S*(P^2*c*C + 2*N*C*(S + U))
            """,
        ),
        "one-matrix-per-mlp": (
            "Each of the two MLPs has two matrices, one into the hidden layer and one out of it.",
            """
            Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
            = S*P^2*c*C + N*(C*S*T + S*C*U)  # !
            = S*(P^2*c*C + N*C*(T + U))
            """,
        ),
        "embedding-forgotten": (
            "Before the first layer every patch is embedded, and that is a matrix product too.",
            """
            Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
            = Σ[l,1,N](2*C*S*T + 2*S*C*U)  # !
            = S*2*N*C*(T + U)
            """,
        ),
    },
)

EXERCISES = (cost,)
