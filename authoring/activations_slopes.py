# %% [markdown]
# # Activations II: sigmoid and tanh
#
# Before ReLU there was the sigmoid, and before deep networks there was a riddle: why do the first
# layers learn nothing? You can solve the riddle in this notebook with two inequalities and a pocket
# calculator. On the way it turns out that sigmoid and tanh are one person in two coats.
#
# **What you will be able to do**
#
# - turn sigmoids into tanh and back, for one unit and for a whole network;
# - differentiate both without a single exponential in the result;
# - bound a slope, say where the bound is reached, and what it means for ten layers;
# - type a derivation in which every line is checked, and mark somebody else's.
#
# **You need** the quotient rule, the chain rule, NumPy arrays. **Time** 75 to 90 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $\sigma(x) = 1/(1+e^{-x})$ | logistic sigmoid, between 0 and 1 |
# | $\tanh x = (e^x - e^{-x})/(e^x + e^{-x})$ | hyperbolic tangent, between $-1$ and 1 |
# | $W_1, b_1, W_2, b_2$ | weights and biases, `(M, D)`, `(M,)`, `(K, M)`, `(K,)` |
#
# All functions act entry by entry on arrays of shape `(n,)`.
#
# **Derivations.** In a cell that begins with `%%derive` you type formulas, not Python: one line per
# step, each beginning with `=` (or `<=`). Write `σ(x)` or `sigma(x)`, `exp(x)`, `^` for powers and `*`
# for products, and `d/dx (...)` for a derivative. A reason may follow after `#`. Run the cell: every
# line is checked against the one before.

# %% [markdown] role="staff"
# Seventeen tasks: function and derivation of the same formula belong together, the two slopes and the
# two bounds share answer cells, and three tasks are find-the-flaw. The solution fits into 90
# minutes. Kinks and steps are in activations, softplus and its family in activations_smooth.

# %% role="given"
import math

import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.activations import steepness

# %% [markdown] task="activations.sigmoid-tanh-identity" role="prompt"
# ## 1. One person in two coats
#
# ### A sigmoid is half a tanh
#
# Draw both curves: the same shape, another height, another width. So there must be a formula
# that gives $\sigma(x)$ by means of one tanh. Find it with a pencil, then write
# `sigmoid_via_tanh(x)`. As a gift you get a sigmoid that never overflows.
#
# <details><summary>Hint</summary>
#
# Multiply numerator and denominator of $\sigma(x)$ by $e^{x/2}$, so that the denominator becomes
# symmetric. How much is missing in the numerator for a tanh?
#
# </details>


# %% task="activations.sigmoid-tanh-identity" role="answer"
def sigmoid_via_tanh(x):
    """Return the sigmoid of x, computed with np.tanh. x: shape (n,). Returns: shape (n,)."""
    # solution
    return (np.tanh(x / 2) + 1) / 2


# %% task="activations.sigmoid-tanh-identity" role="check"
check("activations.sigmoid-tanh-identity", sigmoid_via_tanh)

# %% [markdown]
# Your function beside the true one, at every steepness $k$. If it is right, the two curves lie on top
# of each other, also at $k = 50$.

# %%
steepness(sigmoid_via_tanh)

# %% [markdown] task="activations.sigmoid-tanh-identity-derivation" role="prompt"
# ### The same, line by line
#
# Now type it: from `σ(x)` to `(1 + tanh(x/2))/2`, or the other way round. At least three steps, none
# of them too large. (Your text is kept as `derivation_activations_sigmoid_tanh_identity_derivation`.)

# %% task="activations.sigmoid-tanh-identity-derivation" role="derive"
# %%derive activations.sigmoid-tanh-identity-derivation
# σ(x)
# # solution
# = 1/(1+exp(-x))                                        # definition
# = exp(x/2)/(exp(x/2)+exp(-x/2))                             # times e^{x/2}
# = 1/2*(2*exp(x/2))/(exp(x/2)+exp(-x/2))
# = 1/2*(1 + (exp(x/2)-exp(-x/2))/(exp(x/2)+exp(-x/2)))
# = (1 + tanh(x/2))/2                                         # definition

# %% task="activations.sigmoid-tanh-identity-derivation" role="check"
check(
    "activations.sigmoid-tanh-identity-derivation",
    derivation_activations_sigmoid_tanh_identity_derivation,
)

# %% [markdown] task="activations.sigmoid-derivative" role="prompt"
# ## 2. Functions that know their own slope
#
# ### The slopes of sigmoid and tanh
#
# Backpropagation has already computed the *output* of every unit. It would be a pity to compute
# exponentials once more for the slope; and luckily, neither of the two needs any.
#
# 1. Differentiate $\sigma$ and write the result **with $\sigma$ only**. `sigmoid_grad(x)` returns it.
# 2. Differentiate $\tanh$ and write the result **with $\tanh$ only**. `tanh_grad(x)` returns it.
#
# Both should be right for ordinary inputs and for $\pm 800$.
#
# <details><summary>Hint</summary>
#
# The quotient rule brings you to a fraction with a square below. Take one factor $\sigma(x)$ out of it
# and ask what is left: how can the numerator be written with the denominator? For tanh, divide the
# two terms of the numerator by the denominator one by one.
#
# </details>


# %% task="activations.sigmoid-derivative" role="answer"
def sigmoid_grad(x):
    """Return the slope of the sigmoid at x. x: shape (n,). Returns: shape (n,)."""
    # solution
    s = sigmoid_via_tanh(x)
    return s * (1 - s)


def tanh_grad(x):
    """Return the slope of tanh at x. x: shape (n,). Returns: shape (n,)."""
    # solution
    return 1 - np.tanh(x) ** 2


# %% task="activations.sigmoid-derivative" role="check"
check("activations.sigmoid-derivative", sigmoid_grad)

# %% task="activations.tanh-derivative" role="check"
check("activations.tanh-derivative", tanh_grad)

# %% [markdown] task="activations.sigmoid-derivative-derivation" role="prompt"
# ### Two derivations
#
# First the sigmoid: begin with its definition and end with a formula in $\sigma$ only; there are a dozen
# ways. Then tanh, in the same manner: definition, quotient rule, and end with tanh only. (Your texts
# are kept as `derivation_activations_sigmoid_derivative_derivation` and
# `derivation_activations_tanh_derivative_derivation`.)

# %% task="activations.sigmoid-derivative-derivation" role="derive"
# %%derive activations.sigmoid-derivative-derivation
# d/dx σ(x)
# # solution
# = d/dx (1/(1+exp(-x)))            # definition
# = exp(-x)/(1+exp(-x))^2                     # chain rule
# = σ(x) * exp(-x)/(1+exp(-x))
# = σ(x) * (1 - 1/(1+exp(-x)))                # add and subtract 1
# = σ(x)*(1-σ(x))

# %% task="activations.sigmoid-derivative-derivation" role="check"
check(
    "activations.sigmoid-derivative-derivation",
    derivation_activations_sigmoid_derivative_derivation,
)

# %% task="activations.tanh-derivative-derivation" role="derive"
# %%derive activations.tanh-derivative-derivation
# d/dx tanh(x)
# # solution
# = d/dx ((exp(x)-exp(-x))/(exp(x)+exp(-x)))
# = ((exp(x)+exp(-x))^2 - (exp(x)-exp(-x))^2)/(exp(x)+exp(-x))^2      # quotient rule
# = 1 - ((exp(x)-exp(-x))/(exp(x)+exp(-x)))^2
# = 1 - tanh(x)^2

# %% task="activations.tanh-derivative-derivation" role="check"
check("activations.tanh-derivative-derivation", derivation_activations_tanh_derivative_derivation)

# %% [markdown] task="activations.sigmoid-slope-bound" role="prompt"
# ## 3. The riddle of the first layers
#
# ### How steep can it get
#
# What is the largest slope of $\sigma$, and what is the largest slope of $\tanh$? Give the **best**
# constant bound, the smallest number that the slope never exceeds, and the $x$ at which it is reached.
#
# - `sigmoid_slope_bound`, a pair `(bound, x)`;
# - `tanh_slope_bound`, likewise.
#
# If a bound is never reached, write `np.nan` for `x`. Prove your bounds without differentiating
# once more: both slopes are short formulas in $s = \sigma(x)$ or $t = \tanh x$.
#
# <details><summary>Hint</summary>
#
# A square is never negative. In one case it is there already; in the other you can complete it, or
# compare the geometric mean of two numbers with their arithmetic mean.
#
# </details>

# %% task="activations.sigmoid-slope-bound" role="answer"
sigmoid_slope_bound = ...
tanh_slope_bound = ...
# solution
sigmoid_slope_bound = (1 / 4, 0)  # s (1 - s) = 1/4 - (s - 1/2)^2
tanh_slope_bound = (1, 0)  # 1 - t^2

# %% task="activations.sigmoid-slope-bound" role="check"
check("activations.sigmoid-slope-bound", sigmoid_slope_bound)

# %% task="activations.tanh-slope-bound" role="check"
check("activations.tanh-slope-bound", tanh_slope_bound)

# %% [markdown] task="activations.sigmoid-slope-bound-derivation" role="prompt"
# ### Two inequalities
#
# Prove your bounds. A line may begin with `<=` now, but an inequality needs a reason: make a square
# visible and say `# square >= 0`, or quote `# AM-GM`. For the sigmoid you start from a formula in
# $\sigma$; for tanh from the derivative, which may be quoted here. End with the number. (Kept as
# `derivation_activations_sigmoid_slope_bound_derivation` and
# `derivation_activations_tanh_slope_bound_derivation`.)

# %% task="activations.sigmoid-slope-bound-derivation" role="derive"
# %%derive activations.sigmoid-slope-bound-derivation
# σ(x)*(1-σ(x))
# # solution
# = 1/4 - (σ(x)-1/2)^2      # complete the square
# <= 1/4                                  # square >= 0

# %% task="activations.sigmoid-slope-bound-derivation" role="check"
check(
    "activations.sigmoid-slope-bound-derivation",
    derivation_activations_sigmoid_slope_bound_derivation,
)

# %% task="activations.tanh-slope-bound-derivation" role="derive"
# %%derive activations.tanh-slope-bound-derivation
# d/dx tanh(x)
# # solution
# = 1 - tanh(x)^2
# <= 1                                    # square >= 0

# %% task="activations.tanh-slope-bound-derivation" role="check"
check(
    "activations.tanh-slope-bound-derivation",
    derivation_activations_tanh_slope_bound_derivation,
)

# %% [markdown] task="activations.compare-bounds" role="prompt"
# ### What ten layers make of it
#
# By the chain rule the gradient that reaches the first layer of a deep network is a product. Every
# layer contributes its weights, and one slope of the activation.
#
# 1. `bounds_ratio`: how many times larger is the bound of tanh than that of the sigmoid?
# 2. `factor_5` and `factor_10`: how large can the product of the slopes of five, and of ten, sigmoids
#    be at most?
# 3. `crossing`: a bound is not a slope. At which $x > 0$ are the slopes of $\sigma$ and $\tanh$ equal?
#    Four significant digits; a formula, a plot or a bisection will all do.
#
# Then put `bounds_claims` to a tuple of four truth values (a wrong one takes back a right one):
#
# 1. tanh saturates as well: far from 0 its slope tends to 0;
# 2. the larger bound means that tanh has the larger slope at every $x$;
# 3. through $n$ sigmoid layers, the activations alone shrink a gradient at least by the factor $4^n$;
# 4. because of the bound, gradients must vanish in every deep network of sigmoids.
#
# <details><summary>Hint for the crossing</summary>
#
# The slope of tanh is also $1/\cosh^2 x$, and that of the sigmoid has the same form in $x/2$. Take
# the root, and remember how $\cosh x$ is made of $\cosh(x/2)$.
#
# </details>

# %% task="activations.compare-bounds" role="answer"
bounds_ratio = ...
factor_5, factor_10 = ..., ...
crossing = ...
bounds_claims = ...
# solution
bounds_ratio = 4
factor_5, factor_10 = (1 / 4) ** 5, (1 / 4) ** 10
crossing = 2 * math.acosh((1 + math.sqrt(3)) / 2)  # cosh x = 2 cosh(x/2)
bounds_claims = (True, False, True, False)

# %% task="activations.compare-bounds" role="check"
check("activations.compare-bounds", bounds_ratio, factor_5, factor_10, crossing)

# %% task="activations.bounds-claims" role="check"
check("activations.bounds-claims", bounds_claims)

# %% [markdown]
# ### In your own words
#
# Compare the two bounds and explain to a fellow student what they mean for training a deep
# network: which layers suffer, how badly, and what the bounds do *not* say. At most 120 words, in the
# cell below (double-click it). A person reads this answer.

# %% [markdown] task="activations.compare-bounds" role="rubric" points=2
# # solution
# **How to mark** (half a point each, 2 points in all; a very good remark may replace one).
#
# 1. The bound of tanh is four times that of the sigmoid, 1 against 1/4.
# 2. The chain rule multiplies one slope per layer: through n sigmoid layers at most 4 to the power -n.
# 3. Consequence: vanishing gradients, the early layers learn slowly; tanh near 0 passes nearly all on.
# 4. A caveat: weights enter as well, both functions saturate, it is only a bound, beyond 1.66 the
#    slope of tanh is even the smaller one. Learning rates, normalised initialisation or zero-centred
#    outputs are accepted instead.
#
# **A model answer.** The slope of tanh is at most 1, that of the sigmoid at most 1/4. Backpropagation
# multiplies one slope per layer, so ten sigmoid layers leave less than a millionth of a gradient, and
# the first layers hardly learn. With tanh near 0 the factor is close to 1, and its outputs are centred.
# But these are upper bounds: the weights are factors too and can compensate, and far from 0 tanh
# saturates even faster than the sigmoid.

# %% [markdown] task="activations.sigmoid-to-tanh-network" role="prompt"
# ## 4. A whole network changes coats
#
# ### The same function with tanh
#
# Somebody has trained a network with sigmoids in its hidden layer,
#
# $$y = W_2\,\sigma(W_1 x + b_1) + b_2,$$
#
# and your hardware only knows tanh. No need to train again: there are weights for which
#
# $$y = \tilde W_2 \tanh(\tilde W_1 x + \tilde b_1) + \tilde b_2$$
#
# is **the same function of $x$**. Write `sigmoid_to_tanh(W1, b1, W2, b2)`, which returns the four new
# arrays in the same order and shapes. The answer is not unique; every network that computes the same
# is accepted. (Which others are there? Look for two ways to change a tanh network without changing what
# it does.)
#
# <details><summary>Hint</summary>
#
# Insert the formula of section 1 for every hidden unit and multiply out. A constant appears in every
# output; where can it go?
#
# </details>


# %% task="activations.sigmoid-to-tanh-network" role="answer"
def sigmoid_to_tanh(W1, b1, W2, b2):
    """Return (W1t, b1t, W2t, b2t) of the tanh network that computes the same function.

    W1: (M, D); b1: (M,); W2: (K, M); b2: (K,). Returns: arrays of the same shapes.
    """
    # solution
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1) / 2


# %% task="activations.sigmoid-to-tanh-network" role="check"
check("activations.sigmoid-to-tanh-network", sigmoid_to_tanh)

# %% [markdown] task="activations.sigmoid-to-tanh-network-derivation" role="prompt"
# ### In matrices, line by line
#
# The same with whole matrices, from one network to the other. `W2 @ h` is the product of a matrix and a
# vector, `ones(M)` the vector of $M$ ones, and `tanh` and `σ` act entry by entry. You may quote the
# formula of section 1 by writing `# σ(u) = (1 + tanh(u/2))/2` behind the line that uses it. What you
# are heading for is what your code does: bring your last line into the form
# `(W2/2) @ tanh(...) + (...)`. (Kept as `derivation_activations_sigmoid_to_tanh_network_derivation`.)

# %% task="activations.sigmoid-to-tanh-network-derivation" role="derive"
# %%derive activations.sigmoid-to-tanh-network-derivation
# W2 @ σ(W1 @ x + b1) + b2
# # solution
# = W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2                 # σ(u) = (1 + tanh(u/2))/2
# = (W2/2) @ (ones(M) + tanh((W1/2) @ x + b1/2)) + b2
# = (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)

# %% task="activations.sigmoid-to-tanh-network-derivation" role="check"
check(
    "activations.sigmoid-to-tanh-network-derivation",
    derivation_activations_sigmoid_to_tanh_network_derivation,
)

# %% [markdown] task="activations.identity-flaw" role="prompt"
# ### At the marker's desk: three solutions
#
# Now you mark. Each solution goes wrong in **one line first**; what comes after may inherit the error.
# Give the number of that line, and what it should say.
#
# **A. From sigmoid to tanh.**
#
# 1. $\sigma(x) = 1/(1+e^{-x})$.
# 2. Multiplied above and below by $e^{x/2}$, this is $e^{x/2} / (e^{x/2} + e^{-x/2})$.
# 3. With a factor ½ in front, it is $\tfrac12 \cdot 2e^{x/2} / (e^{x/2} + e^{-x/2})$.
# 4. In other words $\tfrac12 \cdot (e^{x/2} - e^{-x/2}) / (e^{x/2} + e^{-x/2})$.
# 5. So a sigmoid is a tanh: half as wide in its argument, half as high, and lifted by ½.
#
# `identity_flaw_line` is the line, `identity_flaw_fix` what it should say, in `x`.
#
# **B. A chain that treads water.** *Differentiate $\sigma$.* Here every line is true. But one of them
# is no step: it says again what the line before says, and the next one then has to jump.
#
# 1. $\sigma'(x) = e^{-x} / (1+e^{-x})^2$.
# 2. One factor is $\sigma(x)$: the slope is $\sigma(x) \cdot e^{-x}/(1+e^{-x})$.
# 3. Add and subtract 1: $\sigma(x) \cdot (1 + e^{-x} - 1)/(1+e^{-x})$.
# 4. Therefore the slope is $\sigma(x) \cdot (1 + e^{-x} - 1)/(1+e^{-x})$.
# 5. And this is the slope, written with $\sigma$ only.
#
# `chain_flaw_line` is the line that is no step, `chain_flaw_fix` what it should say to carry on
# from line 3, in `x` (write `exp(-x)` for the exponential).
#
# **C. A network with one hidden unit.** *Replace $\sigma$ by tanh in $y = w_0 + w_1\,\sigma(a)$.*
#
# 1. By section 1, $\sigma(a) = \tfrac12 + \tfrac12 \tanh(a/2)$.
# 2. So $y = w_0 + w_1\,(\tfrac12 + \tfrac12 \tanh(a/2))$.
# 3. The factor of the tanh is the new weight: $\tilde w_1 = w_1/2$.
# 4. The argument of the tanh is $\tilde a = a/2$, so all weights and the bias below it are halved.
# 5. The rest is the new output bias: $\tilde w_0 = w_0 + \tilde w_1/2$.
# 6. Together, $y = \tilde w_0 + \tilde w_1 \tanh(\tilde a)$.
#
# `network_flaw_line` is the line, `network_flaw_fix` its right-hand side, in the old weights `w0`
# and `w1`.

# %% task="activations.identity-flaw" role="flaw"
identity_flaw_line, identity_flaw_fix = ..., ...
chain_flaw_line, chain_flaw_fix = ..., ...
network_flaw_line, network_flaw_fix = ..., ...
# solution
identity_flaw_line, identity_flaw_fix = 4, "1/2*(tanh(x/2) + 1)"
chain_flaw_line, chain_flaw_fix = 4, "σ(x)*(1 - 1/(1+exp(-x)))"
network_flaw_line, network_flaw_fix = 5, "w0 + w1/2"

# %% task="activations.identity-flaw" role="check"
check("activations.identity-flaw", identity_flaw_line, identity_flaw_fix)

# %% task="activations.chain-flaw" role="check"
check("activations.chain-flaw", chain_flaw_line, chain_flaw_fix)

# %% task="activations.network-flaw" role="check"
check("activations.network-flaw", network_flaw_line, network_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **translate** between sigmoid and tanh, unit by unit and network by network.
# - You can **differentiate** with outputs alone, which is what makes backpropagation cheap.
# - You can **explain the riddle**: a bound per layer, a product over layers, and its limits.
# - You can **derive** in small steps, and see which line of a derivation does not hold.
#
# The third notebook on activations is short: softplus, the logarithm of a sigmoid, and the newcomers.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
