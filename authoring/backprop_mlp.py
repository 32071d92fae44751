# %% [markdown]
# # Backpropagation, one gradient at a time
#
# There is no magic in backpropagation. There is the chain rule, there is bookkeeping, and there are
# shapes, which betray nearly every mistake if one only looks at them. In this notebook you walk one
# example through a small classifier and come back with eight gradients, each of them derived on
# paper first: one entry, then the whole matrix.
#
# **What you will be able to do**
#
# - write the forward pass of a network with one hidden layer, and a loss that never overflows;
# - derive every gradient entry by entry, and write it as one line of NumPy;
# - read off from a shape which factor must be transposed;
# - put the eight lines together, and mend somebody else's;
# - say what changes when the activation is a ReLU, an ELU, or has a kink.
#
# **You need** matrix products, the chain rule, softmax and cross-entropy. **Time** 90 minutes.
# Whoever wants every derivation checked line by line begins with the notebook
# `backprop_mlp_derivations`; this one checks the results.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $x$, $y$ | one input, and its class, counted from 0 | `(d,)`, a number |
# | $W_1, b_1$ | weights and biases of the hidden layer | `(dh, d)`, `(dh,)` |
# | $h^a = W_1 x + b_1$, $h^s = \mathrm{ELU}(h^a)$ | hidden units before and after activation | `(dh,)` |
# | $W_2, b_2$ | weights and biases of the output layer | `(m, dh)`, `(m,)` |
# | $o^a = W_2 h^s + b_2$, $o^s = S(o^a)$ | logits and probabilities | `(m,)` |
# | $L = -\ln o^s_y$ | the loss of this example | a number |
#
# $\mathrm{ELU}(z) = z$ if $z > 0$, and $\alpha\,(e^z - 1)$ otherwise. With $\alpha = 0$ it *is* the
# ReLU, so you get both for the price of one. On paper the indices $i$ (inputs), $j$ (hidden units)
# and $k$ (outputs) count from 1; in code they count from 0. A gradient always has the shape of what
# it is the gradient of.

# %% [markdown] role="staff"
# Twenty tasks, because the sheets ask for every gradient twice, entry by entry and as a matrix,
# and the two share a prompt and an answer cell; the six flaws share one of each. Most answers are
# one line of NumPy, so that 90 minutes are enough. The second half of the topic, from the risk to
# the trained network, is backprop_mlp_training, and the derivations that are checked line by line
# are backprop_mlp_derivations.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.backprop_mlp import steps

# %% [markdown]
# ## 1. The walk, seen from above
#
# Below, one example goes forward through a network with two inputs, three hidden units and two
# outputs, and its gradients come back. Step through it now without understanding every number:
# who hears from whom on the way back? Return whenever you are lost.

# %%
steps()

# %% [markdown] task="backprop_mlp.hidden-layer" role="prompt"
# ## 2. Forwards
#
# ### Two layers
#
# 1. `hidden(W1, b1, x, alpha)` returns the pair $(h^a, h^s)$: before and after the ELU.
# 2. `output_preact(W2, b2, hs)` returns the logits $o^a$.
#
# Before you write them, complete on paper: $h^a_j = b_{1,j} + \sum_{?}\, ?$ and
# $o^a_k = b_{2,k} + \sum_{?}\, ?$. How many numbers does each sum add up?
#
# The ELU has to survive pre-activations of $\pm 1000$. NumPy computes *both* branches of
# `np.where`, and $e^{1000}$ is infinite.
#
# <details><summary>Hint</summary>
#
# Only numbers that are not positive need an exponential. `np.minimum(z, 0)` makes sure that
# no others get one, and `np.expm1(z)` is $e^z - 1$ without rounding.
#
# </details>


# %% task="backprop_mlp.hidden-layer" role="answer"
def hidden(W1, b1, x, alpha):
    """Return (h_a, h_s), the hidden layer before and after the ELU.

    W1: (dh, d), b1: (dh,), x: (d,), alpha: a number >= 0. Returns: two vectors, (dh,) each.
    """
    # solution
    h_a = W1 @ x + b1
    h_s = np.where(h_a > 0, h_a, alpha * np.expm1(np.minimum(h_a, 0)))
    return h_a, h_s


def output_preact(W2, b2, hs):
    """Return the logits o_a. W2: (m, dh), b2: (m,), hs: (dh,). Returns: (m,)."""
    # solution
    return W2 @ hs + b2


# %% task="backprop_mlp.hidden-layer" role="check"
check("backprop_mlp.hidden-layer", hidden)

# %% task="backprop_mlp.output-preactivation" role="check"
check("backprop_mlp.output-preactivation", output_preact)

# %% [markdown] task="backprop_mlp.nll-logits" role="prompt"
# ### The loss, straight from the logits
#
# $L = -\ln o^s_y$ takes the logarithm of a quotient of exponentials. Simplify on paper before a
# computer sees it: which exponential disappears altogether?
#
# Write `nll(o_a, y)`. It should be right for logits $(1000, 0)$ and either label. If you form the
# probability first, one of the two answers will be infinite; the true one is not.
#
# <details><summary>Hint</summary>
#
# What does the loss do when the same constant is subtracted from all logits? Choose the constant
# so that the largest exponential is $e^0$.
#
# </details>


# %% task="backprop_mlp.nll-logits" role="answer"
def nll(o_a, y):
    """Return -log softmax(o_a)[y], a number. o_a: logits, (m,); y: class, counted from 0."""
    # solution
    top = np.max(o_a)
    return np.log(np.sum(np.exp(o_a - top))) - (o_a[y] - top)


# %% task="backprop_mlp.nll-logits" role="check"
check("backprop_mlp.nll-logits", nll)

# %% [markdown] task="backprop_mlp.softmax-ce-gradient" role="prompt"
# ## 3. Backwards through the output layer
#
# ### Where every gradient starts
#
# Differentiate $L = -o^a_y + \ln \sum_i e^{o^a_i}$ with respect to $o^a_k$. There are two cases,
# $k = y$ and $k \ne y$; write both, then join them with a one-hot vector.
#
# Write `grad_oa(o_s, y)`. It takes the *probabilities* $o^s$, because after the forward pass they
# are there already.
#
# Two questions to ask your answer: what do its entries sum to, and what happens to it when the
# network is quite sure and quite right?
#
# <details><summary>Hint</summary>
#
# The derivative of $\ln \sum_i e^{o_i}$ with respect to $o_k$ is one of the exponentials divided by
# their sum. You know that quotient by another name.
#
# </details>


# %% task="backprop_mlp.softmax-ce-gradient" role="answer"
def grad_oa(o_s, y):
    """Return dL/do_a. o_s: probabilities, (m,); y: class, counted from 0. Returns: (m,)."""
    # solution
    gradient = np.array(o_s, dtype=float)
    gradient[y] -= 1
    return gradient


# %% task="backprop_mlp.softmax-ce-gradient" role="check"
check("backprop_mlp.softmax-ce-gradient", grad_oa)

# %% [markdown] task="backprop_mlp.grad-w2-entries" role="prompt"
# ### The weights: one, then all
#
# From here on let $g = \partial L / \partial o^a$ be given, `g_oa` in code. On the way back a layer
# needs nothing else from above.
#
# 1. In which of the $o^a_1, \dots, o^a_m$ does the single weight $W_{2,kj}$ occur, and with which
#    factor? `grad_W2_entry(g_oa, h_s, k, j)` returns $\partial L / \partial W_{2,kj}$, with `k` and
#    `j` counted from 0.
# 2. All entries at once: `grad_W2_b2(g_oa, h_s)` returns the pair
#    $(\partial L / \partial W_2,\; \partial L / \partial b_2)$. Write the shapes under your formula
#    before you type it: (m × dh) = (? × ?)(? × ?).
#
# <details><summary>Hint</summary>
#
# A table whose entry (k, j) is "something with k times something with j" is a column times a row.
# For NumPy's one-dimensional arrays there are no rows and columns, and `.T` does nothing;
# `np.outer` knows what you mean.
#
# </details>


# %% task="backprop_mlp.grad-w2-entries" role="answer"
def grad_W2_entry(g_oa, h_s, k, j):
    """Return dL/dW2[k, j], a number. g_oa: (m,), h_s: (dh,), k and j: indices from 0."""
    # solution
    return g_oa[k] * h_s[j]


def grad_W2_b2(g_oa, h_s):
    """Return (dL/dW2, dL/db2). g_oa: (m,), h_s: (dh,). Returns: shapes (m, dh) and (m,)."""
    # solution
    return np.outer(g_oa, h_s), g_oa


# %% task="backprop_mlp.grad-w2-entries" role="check"
check("backprop_mlp.grad-w2-entries", grad_W2_entry)

# %% task="backprop_mlp.grad-w2-matrix" role="check"
check("backprop_mlp.grad-w2-matrix", grad_W2_b2)

# %% [markdown] task="backprop_mlp.grad-hs-entries" role="prompt"
# ### The hidden outputs: one, then all
#
# A weight talks to one output. A hidden unit talks to *all* of them, so its gradient collects from
# all of them.
#
# 1. `grad_hs_entry(W2, g_oa, j)` returns $\partial L / \partial h^s_j$. Over which index do you
#    sum?
# 2. `grad_hs(W2, g_oa)` returns the whole vector, as one matrix product. Write the shapes first.
#
# <details><summary>Hint</summary>
#
# $\partial o^a_k / \partial h^s_j$ is a single weight. While $k$ runs and $j$ stands still, do you
# walk along a row of $W_2$, or down a column? And in NumPy, which sign multiplies matrices: `*` or
# `@`?
#
# </details>


# %% task="backprop_mlp.grad-hs-entries" role="answer"
def grad_hs_entry(W2, g_oa, j):
    """Return dL/dh_s[j], a number. W2: (m, dh), g_oa: (m,), j: index from 0."""
    # solution
    return sum(g_oa[k] * W2[k, j] for k in range(len(g_oa)))


def grad_hs(W2, g_oa):
    """Return dL/dh_s. W2: (m, dh), g_oa: (m,). Returns: (dh,)."""
    # solution
    return W2.T @ g_oa


# %% task="backprop_mlp.grad-hs-entries" role="check"
check("backprop_mlp.grad-hs-entries", grad_hs_entry)

# %% task="backprop_mlp.grad-hs-matrix" role="check"
check("backprop_mlp.grad-hs-matrix", grad_hs)

# %% [markdown] task="backprop_mlp.elu-derivative" role="prompt"
# ## 4. Backwards through the hidden layer
#
# ### Through the activation
#
# 1. `elu_grad(z, alpha)` returns the slope of the ELU, entry by entry. At $z = 0$ two branches
#    meet: compute the slope from the left and from the right. For which $\alpha$ do they agree? For
#    all others there is a kink, and our **convention** is the "otherwise" branch, just as in the
#    definition.
# 2. `grad_ha(g_hs, h_a, alpha)` returns $\partial L / \partial h^a$, when
#    $\partial L / \partial h^s$ is given. The Jacobian of an activation that acts entry by entry is
#    diagonal; nobody builds it.
#
# With $\alpha = 0$ you should see the mask of the ReLU: gradients pass where $h^a > 0$, and nowhere
# else.
#
# <details><summary>Hint</summary>
#
# Where is the slope taken: at what went *into* the activation, or at what came out of it? And
# whose sign decides which branch holds?
#
# </details>


# %% task="backprop_mlp.elu-derivative" role="answer"
def elu_grad(z, alpha):
    """Return ELU'(z), entry by entry; the 'otherwise' branch at 0. z: (n,). Returns: (n,)."""
    # solution
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def grad_ha(g_hs, h_a, alpha):
    """Return dL/dh_a. g_hs: dL/dh_s, (dh,); h_a: pre-activations, (dh,). Returns: (dh,)."""
    # solution
    return g_hs * elu_grad(h_a, alpha)


# %% task="backprop_mlp.elu-derivative" role="check"
check("backprop_mlp.elu-derivative", elu_grad)

# %% task="backprop_mlp.grad-ha-matrix" role="check"
check("backprop_mlp.grad-ha-matrix", grad_ha)

# %% [markdown] task="backprop_mlp.grad-w1-entries" role="prompt"
# ### The same song, second verse
#
# With `g_ha` $= \partial L / \partial h^a$ given, the hidden layer looks exactly as the output
# layer did.
#
# 1. `grad_W1_entry(g_ha, x, j, i)` returns $\partial L / \partial W_{1,ji}$.
# 2. `grad_W1_b1(g_ha, x)` returns the pair
#    $(\partial L / \partial W_1,\; \partial L / \partial b_1)$.
# 3. `grad_x(W1, g_ha)` returns $\partial L / \partial x$: how would the input have to change to
#    raise the loss? (Attackers ask this question too.) How many terms has the sum behind each
#    entry?
#
# <details><summary>Hint</summary>
#
# Translate section 3 word by word: what played the part of $h^s$ there, and what plays it now?
#
# </details>


# %% task="backprop_mlp.grad-w1-entries" role="answer"
def grad_W1_entry(g_ha, x, j, i):
    """Return dL/dW1[j, i], a number. g_ha: (dh,), x: (d,), j and i: indices from 0."""
    # solution
    return g_ha[j] * x[i]


def grad_W1_b1(g_ha, x):
    """Return (dL/dW1, dL/db1). g_ha: (dh,), x: (d,). Returns: shapes (dh, d) and (dh,)."""
    # solution
    return np.outer(g_ha, x), g_ha


def grad_x(W1, g_ha):
    """Return dL/dx. W1: (dh, d), g_ha: (dh,). Returns: (d,)."""
    # solution
    return W1.T @ g_ha


# %% task="backprop_mlp.grad-w1-entries" role="check"
check("backprop_mlp.grad-w1-entries", grad_W1_entry)

# %% task="backprop_mlp.grad-w1-matrix" role="check"
check("backprop_mlp.grad-w1-matrix", grad_W1_b1)

# %% task="backprop_mlp.grad-x" role="check"
check("backprop_mlp.grad-x", grad_x)

# %% [markdown] task="backprop_mlp.backward-pass" role="prompt"
# ## 5. The whole way back
#
# Put it together. `backward_pass(W1, W2, x, h_a, h_s, o_s, y, alpha)` takes the values of a
# finished forward pass and returns **eight gradients in this order**:
#
# $$o^a,\quad W_2,\quad b_2,\quad h^s,\quad h^a,\quad W_1,\quad b_1,\quad x.$$
#
# It is marked as a human would mark it: each gradient is computed again from *your own* gradients
# before it. If the first one has the wrong sign, you lose the mark for the first one, and the seven
# that follow from it keep theirs.
#
# You may call your functions from above, or write the eight lines afresh. (Some libraries do
# little else.)
#
# <details><summary>Hint</summary>
#
# Three lines carry the gradient from layer to layer: to $o^a$, from there to $h^s$, from there to
# $h^a$. Everything else branches off from these.
#
# </details>


# %% task="backprop_mlp.backward-pass" role="answer"
def backward_pass(W1, W2, x, h_a, h_s, o_s, y, alpha):
    """Return the gradients of L at (o_a, W2, b2, h_s, h_a, W1, b1, x), in this order.

    W1: (dh, d), W2: (m, dh), x: (d,), h_a, h_s: (dh,), o_s: (m,), y: class from 0, alpha: number.
    """
    # solution
    g_oa = grad_oa(o_s, y)
    g_W2, g_b2 = grad_W2_b2(g_oa, h_s)
    g_hs = grad_hs(W2, g_oa)
    g_ha = grad_ha(g_hs, h_a, alpha)
    g_W1, g_b1 = grad_W1_b1(g_ha, x)
    return g_oa, g_W2, g_b2, g_hs, g_ha, g_W1, g_b1, grad_x(W1, g_ha)


# %% task="backprop_mlp.backward-pass" role="check"
check("backprop_mlp.backward-pass", backward_pass)

# %% [markdown]
# ### Against the picture
#
# This is the network of the figure in section 1. Once your functions are written, the cell below
# sends the example through them, there and back; compare with the last frame of the figure. Then
# change `alpha` to 0: which hidden units fall silent, and what do their gradients say?

# %%
alpha = 0.7
x, y = np.array([1.0, -2.0]), 1
W1 = np.array([[0.5, -0.25], [-1.0, 0.75], [0.25, 1.0]])
W2 = np.array([[0.2, -0.4, 0.6], [-0.5, 0.3, 0.1]])
b1, b2 = np.array([0.1, -0.2, 0.3]), np.array([0.05, -0.05])

try:
    h_a, h_s = hidden(W1, b1, x, alpha)
    o_a = output_preact(W2, b2, h_s)
    o_s = np.exp(o_a - np.logaddexp.reduce(o_a))
    print(f"loss: {nll(o_a, y):.4f}")
    nodes = ("o_a", "W2", "b2", "h_s", "h_a", "W1", "b1", "x")
    gradients = backward_pass(W1, W2, x, h_a, h_s, o_s, y, alpha)
    for node, gradient in zip(nodes, gradients, strict=True):
        print(f"gradient at {node}: {np.round(gradient, 4).tolist()}")
except NotImplementedError as reason:
    print(f"Not yet: {reason}.")

# %% [markdown] task="backprop_mlp.softmax-entry-flaw" role="prompt"
# ## 6. At the marker's desk: six solutions
#
# Change sides, but finish the tasks above first: these solutions give them away. Each goes wrong in
# **exactly one line**; what comes after may inherit the error, or contradict it. Give the number of
# the first false line, and what it should say instead.
#
# **A. The logits.** *Differentiate* $L = -o_y + \ln \sum_i e^{o_i}$ *with respect to* $o_k$.
#
# 1. The first term gives $-1$ if $k = y$, and 0 otherwise.
# 2. The second term gives $e^{o_k} / \sum_i e^{o_i}$.
# 3. That quotient is $\mathrm{softmax}(o_k)$.
# 4. Together: $\partial L/\partial o_k$ is what line 3 says, minus 1 if $k = y$.
# 5. As a vector, with the probabilities $o^s$: $\partial L/\partial o = o^s - \mathrm{onehot}(y)$.
#
# `softmax_entry_flaw_line` is the line, `softmax_entry_flaw_fix` the right name of the quotient, in
# `o` and `k` (the entry k of a vector v is `v[k]`).
#
# **B. The output weights.** *Write* $\partial L/\partial W_2$ *as a matrix; all vectors are
# columns.*
#
# 1. Let $g = \partial L/\partial o^a$, a column of $m$ numbers.
# 2. The logits are $o^a_k = b_{2,k} + \sum_j W_{2,kj} h^s_j$.
# 3. Therefore $\partial L/\partial W_{2,kj} = g_k h^s_j$.
# 4. As a matrix this is $g^{\top} h^s$.
# 5. In the same way $\partial L/\partial b_2 = g$.
#
# `outer_product_flaw_line` and `outer_product_flaw_fix`, in `g` and `h_s`.
#
# **C. A page of code.** *Backwards through both layers; all vectors are one-dimensional arrays.*
#
# 1. `g = o_s - np.eye(m)[y]`
# 2. `dW2 = np.outer(g, h_s)`
# 3. `db2 = g`
# 4. `dh_s = W2.T * g`
# 5. `dh_a = dh_s * slope_at_h_a`
# 6. `db1 = dh_a`
#
# `hidden_code_flaw_line` and `hidden_code_flaw_fix`, the right-hand side, in `W2` and `g`.
#
# **D. A ReLU layer.** *Here* $h^s = \max(0, h^a)$, *and* $g = \partial L/\partial h^s_j$.
#
# 1. Unit $j$ is on if $h^a_j > 0$, and off if $h^a_j < 0$.
# 2. By the chain rule $\partial L/\partial h^a_j$ is $g$ times the slope of the ReLU at $h^a_j$.
# 3. If the unit is on, this is $g\, h^a_j$.
# 4. If the unit is off, this is 0.
# 5. Both in one: $\partial L/\partial h^a_j = g \cdot 1[h^a_j > 0]$.
#
# `relu_slope_flaw_line` and `relu_slope_flaw_fix`, in `g` and `h_a` (here one number each).
#
# **E. The input.** *Find* $\partial L/\partial x_i$, *with* $g = \partial L/\partial h^a$.
#
# 1. The pre-activations are $h^a_j = b_{1,j} + \sum_i W_{1,ji} x_i$.
# 2. Therefore $\partial h^a_j/\partial x_i = W_{1,ji}$.
# 3. By the chain rule $\partial L/\partial x_i = \sum_{j=1}^{m} g_j W_{1,ji}$.
# 4. As a matrix product, $\partial L/\partial x = W_1^{\top} g$.
#
# `input_sum_flaw_line` and `input_sum_flaw_fix`, in `g`, `W1`, `i`, and the sizes `d`, `d_h`, `m`.
#
# **F. One weight.** *Find* $\partial L/\partial W_{1,ji}$, *with* $g = \partial L/\partial h^a$.
#
# 1. The pre-activations are $h^a_j = b_{1,j} + \sum_i W_{1,ji} x_i$.
# 2. The weight $W_{1,ji}$ occurs in $h^a_j$ and in no other pre-activation.
# 3. There it is multiplied by the input, so $\partial h^a_j/\partial W_{1,ji} = x$.
# 4. By the chain rule $\partial L/\partial W_{1,ji} = g_j\, x$.
# 5. In the same way $\partial L/\partial b_{1,j} = g_j$.
#
# `input_layer_flaw_line` and `input_layer_flaw_fix`, what the derivative in that line is, in `x`, `i`
# and `j`.
#
# Formulas go between quotation marks: `@` is the matrix product, `A.T` the transpose, and
# `sum[k,1,n](v[k]*A[k,i])` a sum over `k` from 1 to `n`. The check looks at the form only.

# %% task="backprop_mlp.softmax-entry-flaw" role="flaw"
softmax_entry_flaw_line, softmax_entry_flaw_fix = ..., ...
outer_product_flaw_line, outer_product_flaw_fix = ..., ...
hidden_code_flaw_line, hidden_code_flaw_fix = ..., ...
relu_slope_flaw_line, relu_slope_flaw_fix = ..., ...
input_sum_flaw_line, input_sum_flaw_fix = ..., ...
input_layer_flaw_line, input_layer_flaw_fix = ..., ...
# solution
softmax_entry_flaw_line, softmax_entry_flaw_fix = 3, "softmax(o)[k]"
outer_product_flaw_line, outer_product_flaw_fix = 4, "g @ h_s.T"
hidden_code_flaw_line, hidden_code_flaw_fix = 4, "W2.T @ g"
relu_slope_flaw_line, relu_slope_flaw_fix = 3, "g"
input_sum_flaw_line, input_sum_flaw_fix = 3, "sum[j,1,d_h](g[j]*W1[j,i])"
input_layer_flaw_line, input_layer_flaw_fix = 3, "x[i]"

# %% task="backprop_mlp.softmax-entry-flaw" role="check"
check("backprop_mlp.softmax-entry-flaw", softmax_entry_flaw_line, softmax_entry_flaw_fix)

# %% task="backprop_mlp.outer-product-flaw" role="check"
check("backprop_mlp.outer-product-flaw", outer_product_flaw_line, outer_product_flaw_fix)

# %% task="backprop_mlp.hidden-code-flaw" role="check"
check("backprop_mlp.hidden-code-flaw", hidden_code_flaw_line, hidden_code_flaw_fix)

# %% task="backprop_mlp.relu-slope-flaw" role="check"
check("backprop_mlp.relu-slope-flaw", relu_slope_flaw_line, relu_slope_flaw_fix)

# %% task="backprop_mlp.input-sum-flaw" role="check"
check("backprop_mlp.input-sum-flaw", input_sum_flaw_line, input_sum_flaw_fix)

# %% task="backprop_mlp.input-layer-flaw" role="check"
check("backprop_mlp.input-layer-flaw", input_layer_flaw_line, input_layer_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **go forwards** through a hidden layer and a loss that stays finite.
# - You can **go backwards**, and each of the eight lines is yours: entry first, matrix second.
# - You can **use shapes as a proof-reader**: a gradient has the shape of its variable, and the rest
#   follows.
# - You can **cross an activation**, with its kink and its convention.
# - You can **mark** a backward pass, and find the line where it leaves the path.
#
# One example is not yet learning. The second half of this topic takes a whole batch, checks your
# gradients with a tool of your own, and trains.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
