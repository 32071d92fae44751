"""Derivations of the topic backprop_mlp: entry by entry, then layer by layer with shapes."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule_staff.exercises.derivation import DeriveTask

squared_norm = DeriveTask(
    task="backprop_mlp.l2-gradient-derivation",
    title="The slope of the squared norm",
    covers=("001 Q1.G", "003 1.8"),
    goal=DerivationTask(
        setting="n: dim; x: vec n; j: index n",
        start="diff(Σ[k,1,n](x[k]^2), x[j])",
        target="2*x[j]",
        min_steps=2,
        note="δ(k,j) is 1 if k = j, otherwise 0: it is the derivative of x[k] by x[j].",
    ),
    model="""
        d/dx[j] (Σ[k,1,n](x[k]^2))
        = Σ[k,1,n](d/dx[j] (x[k]^2))            # term by term
        = Σ[k,1,n](2*x[k]*δ(k,j))               # chain rule
        = 2*x[j]                                # only k = j is left
    """,
    other="""
        d/dx[j] (Σ[k,1,n](x[k]^2))
        = d/dx[j] (x[j]^2 + Σ[k != j,1,n](x[k]^2))
        = 2*x[j] + Σ[k != j,1,n](0)
        = 2*x[j]
    """,
    wrong={
        "sum-kept": (
            "Only the term with k = j depends on x_j; the others have the derivative 0, not 2x_k.",
            """
            d/dx[j] (Σ[k,1,n](x[k]^2))
            = Σ[k,1,n](2*x[k])  # !
            = 2*x[j]
            """,
        ),
        "factor-lost": (
            "The derivative of a square has a factor 2.",
            """
            d/dx[j] (Σ[k,1,n](x[k]^2))
            = Σ[k,1,n](x[k]*δ(k,j))  # !
            = x[j]
            """,
        ),
        "square-kept": (
            "The power goes down by one: the derivative of x² is 2x.",
            """
            d/dx[j] (Σ[k,1,n](x[k]^2))
            = Σ[k,1,n](2*x[k]^2*δ(k,j))  # !
            = 2*x[j]^2
            """,
        ),
    },
)

one_norm = DeriveTask(
    task="backprop_mlp.l1-gradient-derivation",
    title="The slope of the 1-norm, where it exists",
    covers=("001 Q1.H", "003 1.9"),
    goal=DerivationTask(
        setting="n: dim; x: vec n; j: index n",
        start="diff(Σ[k,1,n](sqrt(x[k]^2)), x[j])",
        target="x[j]/abs(x[j])",
        min_steps=3,
        note="|x| is written as the root of x². Neither side exists where x[j] = 0: there the "
        "1-norm has a kink in this coordinate, and code has to choose a value.",
    ),
    model="""
        d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
        = Σ[k,1,n](δ(k,j)*2*x[k]/(2*sqrt(x[k]^2)))      # chain rule
        = 2*x[j]/(2*sqrt(x[j]^2))                       # only k = j is left
        = x[j]/sqrt(x[j]^2)                             # cancel
        = x[j]/abs(x[j])
    """,
    other="""
        d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
        = Σ[k,1,n](d/dx[j] sqrt(x[k]^2))
        = Σ[k,1,n](δ(k,j)*x[k]/sqrt(x[k]^2))
        = x[j]/sqrt(x[j]^2)
        = x[j]/abs(x[j])
    """,
    wrong={
        "all-coordinates": (
            "Only the term with k = j depends on x_j, so no sum is left over.",
            """
            d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
            = Σ[k,1,n](x[k]/sqrt(x[k]^2))  # !
            = x[j]/abs(x[j])
            """,
        ),
        "inner-derivative-lost": (
            "The chain rule multiplies by the derivative of what stands under the root, 2x.",
            """
            d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
            = Σ[k,1,n](δ(k,j)/(2*sqrt(x[k]^2)))  # !
            = 1/(2*abs(x[j]))
            """,
        ),
        "sign-dropped": (
            "The root of x² is |x|, not x: for negative x the slope is -1.",
            """
            d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
            = Σ[k,1,n](δ(k,j)*x[k]/sqrt(x[k]^2))
            = x[j]/x[j]  # !
            = 1
            """,
        ),
    },
)

output_error = DeriveTask(
    task="backprop_mlp.softmax-ce-gradient-derivation",
    title="The gradient at the output of a classifier",
    covers=("001 Q2.G", "003 2.7", "003 2.8"),
    goal=DerivationTask(
        setting="m: dim; o: vec m; y,k: index m",
        start="diff(-ln(softmax(o)[y]), o[k])",
        target="softmax(o)[k] - δ(k,y)",
        min_steps=3,
        note="o are the pre-activations of the output layer, y is the label; δ(k,y) is entry k of "
        "the one-hot vector.",
    ),
    model="""
        d/do[k] (-ln(softmax(o)[y]))
        = d/do[k] (-ln(exp(o[y]) / Σ[i,1,m](exp(o[i]))))         # definition of softmax
        = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))              # laws of logarithms
        = -δ(k,y) + exp(o[k]) / Σ[i,1,m](exp(o[i]))              # differentiate
        = softmax(o)[k] - δ(k,y)                                 # definition of softmax
    """,
    other="""
        let Z = Σ[i,1,m](exp(o[i]))
        d/do[k] (-ln(softmax(o)[y]))
        = d/do[k] (ln(Z) - o[y])
        = exp(o[k])/Z - δ(k,y)
        = softmax(o)[k] - δ(k,y)
    """,
    wrong={
        "label-forgotten": (
            "The score of the label stands in the cost by itself: for k = y its derivative takes "
            "1 away.",
            """
            d/do[k] (-ln(softmax(o)[y]))
            = d/do[k] (-ln(exp(o[y]) / Σ[i,1,m](exp(o[i]))))
            = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))
            = exp(o[k]) / Σ[i,1,m](exp(o[i]))  # !
            = softmax(o)[k]
            """,
        ),
        "one-subtracted-everywhere": (
            "The derivative of o_y by o_k is 1 only if k is the label; everywhere else it is 0.",
            """
            d/do[k] (-ln(softmax(o)[y]))
            = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))
            = -1 + exp(o[k]) / Σ[i,1,m](exp(o[i]))  # !
            = softmax(o)[k] - δ(k,y)
            """,
        ),
        "sign": (
            "Raising the score of a wrong class raises the cost: its entry of the gradient must "
            "be positive.",
            """
            d/do[k] (-ln(softmax(o)[y]))
            = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))
            = δ(k,y) - exp(o[k]) / Σ[i,1,m](exp(o[i]))  # !
            = δ(k,y) - softmax(o)[k]
            """,
        ),
        "inner-derivative-lost": (
            "The derivative of ln Z is 1/Z times the derivative of Z, and Z depends on o_k "
            "through e^(o_k).",
            """
            d/do[k] (-ln(softmax(o)[y]))
            = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))
            = -δ(k,y) + 1 / Σ[i,1,m](exp(o[i]))  # !
            = softmax(o)[k] - δ(k,y)
            """,
        ),
    },
)

LAYER = "m,d: dim; W: mat m d; g,b: vec m; h: vec d"
HELD = "g[i] is dL/do_i, held fixed; the sum over i is the chain rule through all outputs."

output_weights = DeriveTask(
    task="backprop_mlp.grad-w2-entries-derivation",
    title="The gradient of one output weight",
    covers=("001 Q2.H", "003 2.9"),
    goal=DerivationTask(
        setting=f"{LAYER}; k: index m; j: index d",
        start="diff(Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])), W[k,j])",
        target="g[k]*h[j]",
        min_steps=3,
        note=HELD,
    ),
    model="""
        d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
        = Σ[i,1,m](g[i]*Σ[l,1,d](δ(i,k)*δ(l,j)*h[l]))        # term by term
        = Σ[i,1,m](g[i]*δ(i,k)*h[j])                         # only l = j is left
        = g[k]*h[j]                                          # only i = k is left
    """,
    other="""
        d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
        = Σ[i,1,m](g[i]*d/dW[k,j] (Σ[l,1,d](W[i,l]*h[l]) + b[i]))
        = Σ[i,1,m](g[i]*δ(i,k)*h[j])
        = g[k]*h[j]
    """,
    wrong={
        "all-rows": (
            "W_kj belongs to row k: it moves the output o_k and no other, so δ(i,k) picks one "
            "term of the sum.",
            """
            d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*h[j])  # !
            = g[k]*h[j]
            """,
        ),
        "all-columns": (
            "Of the inner sum only the term with l = j contains W_kj, so h_j is left and not the "
            "sum of all h.",
            """
            d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*δ(i,k)*Σ[l,1,d](h[l]))  # !
            = g[k]*h[j]
            """,
        ),
        "sum-over-h-kept": (
            "Differentiating by one entry leaves one number g_k h_j; an inner product of g and h "
            "would mix all of them.",
            """
            d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*Σ[l,1,d](δ(i,k)*δ(l,j)*h[l]))
            = Σ[l,1,d](g[k]*h[l])  # !
            = g[k]*h[j]
            """,
        ),
    },
)

hidden_outputs = DeriveTask(
    task="backprop_mlp.grad-hs-entries-derivation",
    title="The gradient of one hidden output",
    covers=("001 Q2.J", "003 2.11"),
    goal=DerivationTask(
        setting=f"{LAYER}; j: index d",
        start="diff(Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])), h[j])",
        target="Σ[i,1,m](g[i]*W[i,j])",
        min_steps=2,
        note=HELD,
    ),
    model="""
        d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
        = Σ[i,1,m](g[i]*Σ[l,1,d](W[i,l]*δ(l,j)))          # term by term
        = Σ[i,1,m](g[i]*W[i,j])                           # only l = j is left
    """,
    other="""
        d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
        = d/dh[j] (Σ[l,1,d](h[l]*Σ[i,1,m](g[i]*W[i,l])) + Σ[i,1,m](g[i]*b[i]))
        = Σ[l,1,d](δ(l,j)*Σ[i,1,m](g[i]*W[i,l]))
        = Σ[i,1,m](g[i]*W[i,j])
    """,
    wrong={
        "row-sum": (
            "h_j meets column j of W: the index l of the inner sum becomes j, it is not summed "
            "over any more.",
            """
            d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*Σ[l,1,d](W[i,l]))  # !
            = Σ[i,1,m](g[i]*W[i,j])
            """,
        ),
        "bias-kept": (
            "The biases do not depend on h, so they leave with the derivative 0.",
            """
            d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*δ(l,j)) + b[i]))  # !
            = Σ[i,1,m](g[i]*W[i,j])
            """,
        ),
        "mean-over-outputs": (
            "The chain rule adds the ways through all outputs; it does not average them.",
            """
            d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
            = Σ[i,1,m](g[i]*Σ[l,1,d](W[i,l]*δ(l,j)))
            = Σ[i,1,m](g[i]*W[i,j])/m  # !
            """,
        ),
    },
)

elu_slope = DeriveTask(
    task="backprop_mlp.elu-derivative-derivation",
    title="The slope of ELU to the left of zero",
    covers=("001 Q2.L", "003 2.13", "003 2.14"),
    goal=DerivationTask(
        setting="z: real<0; alpha: real>0",
        define={"ELU(t)": "t if t > 0 else alpha*(exp(t) - 1)"},
        start="diff(ELU(z), z)",
        target="ELU(z) + alpha",
        min_steps=3,
        note="z is negative; for positive z the slope is 1. The target is what fast code uses: the "
        "slope out of the value that is known already.",
    ),
    model="""
        d/dz ELU(z)
        = d/dz (alpha*(exp(z) - 1))          # z is negative
        = alpha*exp(z)                       # differentiate
        = alpha*(exp(z) - 1) + alpha         # add and subtract alpha
        = ELU(z) + alpha                     # z is negative
    """,
    other="""
        ELU(z) + alpha
        = alpha*(exp(z) - 1) + alpha
        = alpha*exp(z)
        = d/dz (alpha*(exp(z) - 1))
        = d/dz ELU(z)
    """,
    wrong={
        "branch-of-the-positive-side": (
            "For negative z the second branch holds; the slope 1 belongs to positive z.",
            """
            d/dz ELU(z)
            = d/dz z  # !
            = 1
            """,
        ),
        "alpha-forgotten": (
            "The factor alpha stays when you differentiate: only the constant -alpha goes away.",
            """
            d/dz ELU(z)
            = d/dz (alpha*(exp(z) - 1))
            = exp(z)  # !
            = ELU(z) + alpha
            """,
        ),
        "function-for-slope": (
            "The derivative of the constant -1 is 0: the slope is alpha e^z, the function itself "
            "is alpha smaller.",
            """
            d/dz ELU(z)
            = d/dz (alpha*(exp(z) - 1))
            = alpha*(exp(z) - 1)  # !
            = ELU(z)
            """,
        ),
    },
)

hidden_weights = DeriveTask(
    task="backprop_mlp.grad-w1-entries-derivation",
    title="All the way back to the first weights",
    covers=("001 Q2.N", "003 2.15"),
    goal=DerivationTask(
        setting="d,h,m: dim; x: vec d; W1: mat h d; W2: mat m h; y: onehot m",
        define={
            "ha": "W1 @ x",
            "hs": "tanh(ha)",
            "oa": "W2 @ hs",
            "L": "-y.T @ ln(softmax(oa))",
        },
        start="grad(L, W1)",
        target="((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T",
        lemma={"output error": ["grad(L, oa)", "softmax(oa) - y", []]},
        min_steps=4,
        note="One step for each layer: ha = W1 @ x, hs = tanh(ha), oa = W2 @ hs. Every grad(L, v) "
        "has the shape of v; the output error grad(L, oa) = softmax(oa) - y may be quoted.",
    ),
    model="""
        grad(L, W1)
        = grad(L, ha) @ x.T                                                  # ha = W1 @ x
        = (grad(L, hs) * (1 - tanh(ha)^2)) @ x.T                             # hs = tanh(ha)
        = ((W2.T @ grad(L, oa)) * (1 - tanh(ha)^2)) @ x.T                    # oa = W2 @ hs
        = ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T              # output error
    """,
    other="""
        ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T
        = ((W2.T @ grad(L, oa)) * (1 - tanh(ha)^2)) @ x.T                    # output error
        = (grad(L, hs) * (1 - tanh(ha)^2)) @ x.T
        = grad(L, ha) @ x.T
        = grad(L, W1)
    """,
    wrong={
        "transpose-forgotten": (
            "Backwards the weights are applied transposed: W2 takes h numbers to m, so W2^T takes "
            "m numbers back to h.",
            """
            grad(L, W1)
            = grad(L, ha) @ x.T
            = (grad(L, hs) * (1 - tanh(ha)^2)) @ x.T
            = ((W2 @ grad(L, oa)) * (1 - tanh(ha)^2)) @ x.T  # !
            = ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T
            """,
        ),
        "whole-input-for-one-row": (
            "The gradient of W1 has the shape of W1: the column grad(L, ha) times the row x^T, an "
            "outer product.",
            """
            grad(L, W1)
            = grad(L, ha) * x  # !
            = ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T
            """,
        ),
        "slope-at-the-wrong-place": (
            "The slope of tanh is taken at its input ha, not at its output.",
            """
            grad(L, W1)
            = grad(L, ha) @ x.T
            = (grad(L, hs) * (1 - tanh(hs)^2)) @ x.T  # !
            = ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T
            """,
        ),
        "slope-forgotten": (
            "Between hs and ha stands tanh: its slope multiplies the gradient, entry by entry.",
            """
            grad(L, W1)
            = grad(L, ha) @ x.T
            = grad(L, hs) @ x.T  # !
            = (W2.T @ (softmax(oa) - y)) @ x.T
            """,
        ),
    },
)

EXERCISES = (
    output_error,
    output_weights,
    hidden_outputs,
    elu_slope,
    hidden_weights,
    squared_norm,
    one_norm,
)
