# %% [markdown]
# # Backpropagation on paper, line by line
#
# In the other two notebooks of this topic a formula counts when its numbers are right. Here it
# counts when its *lines* are right. You derive the gradients of a classifier with one hidden layer,
# from a slope you have known since school to the chain that leads through the whole network, and
# every line is checked against the one before. A false line is answered with a counterexample, a
# leap with the request to say what happened in between.
#
# **What you will be able to do**
#
# - differentiate a sum by one of its variables, and say where all the other terms went;
# - handle Kronecker deltas, which do nothing but pick;
# - derive the gradient at the logits, at a weight, and at a hidden unit;
# - write the gradient of a deep function as a chain of one step per layer, with shapes that fit.
#
# **You need** the chain rule, sums with an index, matrix products. **Time** 60 to 75 minutes.
#
# | Symbol | In a derivation | Meaning |
# |---|---|---|
# | $\sum_{k=1}^{n} x_k$ | `Σ[k,1,n](x[k])` or `sum[k,1,n](x[k])` | a sum; indices count from 1 |
# | $\delta_{kj}$ | `δ(k,j)` or `delta(k,j)` | 1 if $k = j$, otherwise 0 |
# | $\partial f/\partial x_j$ | `d/dx[j] (f)` | a partial derivative |
# | $W x$, $W^{\top}$, $u \odot v$ | `W @ x`, `W.T`, `u * v` | matrix product, transpose, product entry by entry |
# | $\partial L/\partial v$ | `grad(L, v)` | the gradient, with the shape of $v$ |
#
# **How to write.** A cell that begins with `%%derive` holds formulas, not Python. Leave its first
# two lines as they are, then write one line per step, each beginning with `=`. Powers are `^` and
# products `*`; a remark after `#` is for you. `let Z = ...` gives a name to something long. Run the
# cell as often as you like.

# %% [markdown] role="staff"
# Seven derivations and no code: they stand apart from backprop_mlp and backprop_mlp_training, which
# would otherwise pass 90 minutes. The conventions of the sheets (row k of W2 belongs to output k,
# gradients have the shape of their variable) are the same in all three.

# %% role="given"
# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.backprop_mlp import steps

# %% [markdown]
# ## 1. To warm up: two norms
#
# Both are sums, and both are to be differentiated by one variable, $x_j$. Only one term of the sum
# knows this variable. A Kronecker delta says so without words:
# $\partial x_k/\partial x_j = \delta_{kj}$, and a sum over $k$ with $\delta_{kj}$ in it is its term
# with $k = j$.

# %% [markdown] task="backprop_mlp.l2-gradient-derivation" role="prompt"
# ### The squared norm
#
# Find the slope of $\sum_k x_k^2$ in the direction $j$. You know the result since school; what
# counts is the way, in at least two steps.
#
# <details><summary>Hint</summary>
#
# Differentiate term by term first, and keep the sum. Who is left when the delta has done its work?
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_l2_gradient_derivation`.)

# %% task="backprop_mlp.l2-gradient-derivation" role="derive"
# %%derive backprop_mlp.l2-gradient-derivation
# d/dx[j] (Σ[k,1,n](x[k]^2))
# # solution
# = Σ[k,1,n](d/dx[j] (x[k]^2))            # term by term
# = Σ[k,1,n](2*x[k]*δ(k,j))               # chain rule
# = 2*x[j]                                # only k = j is left

# %% task="backprop_mlp.l2-gradient-derivation" role="check"
check("backprop_mlp.l2-gradient-derivation", derivation_backprop_mlp_l2_gradient_derivation)

# %% [markdown] task="backprop_mlp.l1-gradient-derivation" role="prompt"
# ### The 1-norm, where it has a slope
#
# The absolute value is the root of the square, $|t| = \sqrt{t^2}$, so the chain rule does the work.
# The target is a quotient, and it says honestly where it does not exist: at $x_j = 0$ there is a
# kink, and code has to choose a value by **convention** (in the notebook on training we choose 0).
#
# <details><summary>Hint</summary>
#
# $\sqrt{u}$ has the slope $1/(2\sqrt u)$, times the slope of $u$. At the end, give the root of the
# square its shorter name.
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_l1_gradient_derivation`.)

# %% task="backprop_mlp.l1-gradient-derivation" role="derive"
# %%derive backprop_mlp.l1-gradient-derivation
# d/dx[j] (Σ[k,1,n](sqrt(x[k]^2)))
# # solution
# = Σ[k,1,n](δ(k,j)*2*x[k]/(2*sqrt(x[k]^2)))      # chain rule
# = 2*x[j]/(2*sqrt(x[j]^2))                       # only k = j is left
# = x[j]/sqrt(x[j]^2)                             # cancel
# = x[j]/abs(x[j])

# %% task="backprop_mlp.l1-gradient-derivation" role="check"
check("backprop_mlp.l1-gradient-derivation", derivation_backprop_mlp_l1_gradient_derivation)

# %% [markdown]
# ## 2. The output layer
#
# Below is the network all derivations from here on are about. Step back from the loss to the
# logits: that is the next derivation.

# %%
steps()

# %% [markdown] task="backprop_mlp.softmax-ce-gradient-derivation" role="prompt"
# ### At the logits
#
# The loss is $L = -\ln \mathrm{softmax}(o)_y$. Find its slope in $o_k$, in both cases $k = y$ and
# $k \ne y$ at once: `δ(k,y)` tells them apart. At least three steps.
#
# <details><summary>Hint</summary>
#
# Do not differentiate a quotient: take the logarithm apart first, until the loss is a difference of
# two terms that are easy to differentiate.
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_softmax_ce_gradient_derivation`.)

# %% task="backprop_mlp.softmax-ce-gradient-derivation" role="derive"
# %%derive backprop_mlp.softmax-ce-gradient-derivation
# d/do[k] (-ln(softmax(o)[y]))
# # solution
# = d/do[k] (-ln(exp(o[y]) / Σ[i,1,m](exp(o[i]))))         # definition of softmax
# = d/do[k] (-o[y] + ln(Σ[i,1,m](exp(o[i]))))              # laws of logarithms
# = -δ(k,y) + exp(o[k]) / Σ[i,1,m](exp(o[i]))              # differentiate
# = softmax(o)[k] - δ(k,y)                                 # definition of softmax

# %% task="backprop_mlp.softmax-ce-gradient-derivation" role="check"
check(
    "backprop_mlp.softmax-ce-gradient-derivation",
    derivation_backprop_mlp_softmax_ce_gradient_derivation,
)

# %% [markdown] task="backprop_mlp.grad-w2-entries-derivation" role="prompt"
# ### At one weight
#
# Let $g_i = \partial L/\partial o_i$ be given, held fixed. The chain rule through all outputs says:
# differentiate $\sum_i g_i\, o_i$ with $o_i = \sum_l W_{il} h_l + b_i$. By the weight $W_{kj}$,
# which is one of many, in *two* indices; so you need two deltas.
#
# <details><summary>Hint</summary>
#
# $\partial W_{il}/\partial W_{kj}$ is 1 only if both indices agree. Then let the deltas pick, one
# sum after the other.
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_grad_w2_entries_derivation`.)

# %% task="backprop_mlp.grad-w2-entries-derivation" role="derive"
# %%derive backprop_mlp.grad-w2-entries-derivation
# d/dW[k,j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
# # solution
# = Σ[i,1,m](g[i]*Σ[l,1,d](δ(i,k)*δ(l,j)*h[l]))        # term by term
# = Σ[i,1,m](g[i]*δ(i,k)*h[j])                         # only l = j is left
# = g[k]*h[j]                                          # only i = k is left

# %% task="backprop_mlp.grad-w2-entries-derivation" role="check"
check("backprop_mlp.grad-w2-entries-derivation", derivation_backprop_mlp_grad_w2_entries_derivation)

# %% [markdown] task="backprop_mlp.grad-hs-entries-derivation" role="prompt"
# ### At one hidden output
#
# The same sum, now by $h_j$. This time a sum is left over. Which one, and why?
#
# <details><summary>Hint</summary>
#
# The hidden output $h_j$ occurs in every $o_i$, but in only one term of each.
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_grad_hs_entries_derivation`.)

# %% task="backprop_mlp.grad-hs-entries-derivation" role="derive"
# %%derive backprop_mlp.grad-hs-entries-derivation
# d/dh[j] (Σ[i,1,m](g[i]*(Σ[l,1,d](W[i,l]*h[l]) + b[i])))
# # solution
# = Σ[i,1,m](g[i]*Σ[l,1,d](W[i,l]*δ(l,j)))          # term by term
# = Σ[i,1,m](g[i]*W[i,j])                           # only l = j is left

# %% task="backprop_mlp.grad-hs-entries-derivation" role="check"
check("backprop_mlp.grad-hs-entries-derivation", derivation_backprop_mlp_grad_hs_entries_derivation)

# %% [markdown]
# ## 3. Through the hidden layer

# %% [markdown] task="backprop_mlp.elu-derivative-derivation" role="prompt"
# ### The slope of the ELU, from its value
#
# Let $z$ be negative. The forward pass has computed $\mathrm{ELU}(z) = \alpha\,(e^z - 1)$ already;
# show that its slope needs no second exponential. (For $z > 0$ the slope is 1, and at 0 the two
# sides agree only if $\alpha = 1$.)
#
# <details><summary>Hint</summary>
#
# Differentiate, then look for the ELU in your result. What has to be added to find it, and
# taken away again?
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_elu_derivative_derivation`.)

# %% task="backprop_mlp.elu-derivative-derivation" role="derive"
# %%derive backprop_mlp.elu-derivative-derivation
# d/dz ELU(z)
# # solution
# = d/dz (alpha*(exp(z) - 1))          # z is negative
# = alpha*exp(z)                       # differentiate
# = alpha*(exp(z) - 1) + alpha         # add and subtract alpha
# = ELU(z) + alpha                     # z is negative

# %% task="backprop_mlp.elu-derivative-derivation" role="check"
check("backprop_mlp.elu-derivative-derivation", derivation_backprop_mlp_elu_derivative_derivation)

# %% [markdown] task="backprop_mlp.grad-w1-entries-derivation" role="prompt"
# ### All the way back
#
# Now the whole network, with vectors and matrices (and tanh, to have a smooth activation):
# `ha = W1 @ x`, `hs = tanh(ha)`, `oa = W2 @ hs`. Every step takes you through **one layer**: write
# the gradient at what goes in with the gradient at what comes out. The output error, which you have
# derived in section 2, may be quoted.
#
# Let the shapes lead you: `grad(L, ha)` is a column, and `grad(L, W1)` must have the shape of
# $W_1$.
#
# <details><summary>Hint</summary>
#
# For a product `W @ v` ask twice: what stands on which side, transposed or not, so that the
# gradient at `v` has the shape of `v`, and the gradient at `W` the shape of `W`? An activation
# multiplies entry by entry with its slope, and the slope of $\tanh$ is $1 - \tanh^2$.
#
# </details>
#
# (Your text is kept as `derivation_backprop_mlp_grad_w1_entries_derivation`.)

# %% task="backprop_mlp.grad-w1-entries-derivation" role="derive"
# %%derive backprop_mlp.grad-w1-entries-derivation
# grad(L, W1)
# # solution
# = grad(L, ha) @ x.T                                                  # ha = W1 @ x
# = (grad(L, hs) * (1 - tanh(ha)^2)) @ x.T                             # hs = tanh(ha)
# = ((W2.T @ grad(L, oa)) * (1 - tanh(ha)^2)) @ x.T                    # oa = W2 @ hs
# = ((W2.T @ (softmax(oa) - y)) * (1 - tanh(ha)^2)) @ x.T              # output error

# %% task="backprop_mlp.grad-w1-entries-derivation" role="check"
check("backprop_mlp.grad-w1-entries-derivation", derivation_backprop_mlp_grad_w1_entries_derivation)

# %% [markdown]
# ## What you can now do
#
# - You can **differentiate sums** and let deltas do the picking.
# - You can **derive** the four formulas on which backpropagation rests, without a gap.
# - You can **chain** layers with shapes that fit, in one line per layer.
#
# The other two notebooks of this topic turn these lines into code, check it, and train with it.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
