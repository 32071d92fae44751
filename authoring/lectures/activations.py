# %% slide="skip"
from chainrule.views import activations

# %% [markdown] slide="slide"
# # Activations: the bend in every network
#
# Between two matrices stands one small function. Why it must bend, how sharply it may, and what
# happens to a gradient that has to pass through ten of them.

# %% [markdown] slide="slide"
# ## Leave the bend out. What can a deep network still do?
#
# 1. The same, only more slowly
# 2. No more than a single layer
# 3. Everything but classification

# %% [markdown] slide="slide"
# ## Without a bend, depth is a costume
#
# $$W_2\,(W_1 x + b_1) + b_2 = \underbrace{W_2 W_1}_{\text{one matrix}}\,x + \underbrace{W_2 b_1 + b_2}_{\text{one bias}}$$
#
# Two layers are one layer, and so are two hundred.
#
# <details><summary>And how much of a bend is enough?</summary>
#
# Any: a network with one hidden layer approximates every continuous function on a bounded region as
# soon as the activation is **not a polynomial**. The bend decides how easy it is to train.
#
# </details>

# %% [markdown] slide="slide"
# ## Replace $x$ by $kx$ in a sigmoid. When is it a step?
#
# 1. From $k = 10$ on
# 2. In the limit, at every $x$
# 3. In the limit, at every $x$ but one
# 4. Never, not even in the limit

# %% [markdown] slide="notes"
# Let somebody come to the front and draw the curve for k = 10 before the slider unlocks. Then 3
# (k = 50) and ask where the gap is still one half.

# %% [markdown] slide="slide"
# ## Draw it first

# %%
activations.steepness(predict=True)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.** The rise from 0.1 to 0.9 takes $2 \ln 9 / k$ and shrinks to nothing. But at $x = 0$ the value is
# $\tfrac12$ for every $k$, and close to 0 the gap to the step stays nearly $\tfrac12$: the
# convergence is **not uniform**.
#
# </details>

# %% [markdown] slide="slide"
# ## Six activations. Which can fall silent, and on which side?
#
# A unit falls silent where its slope is nearly zero: whatever the loss says, the weights before it
# do not hear.

# %% [markdown] slide="slide"
# ## The zoo

# %%
activations.zoo()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **σ and tanh** on both sides. **ReLU, ELU and softplus** on the left. **Leaky ReLU** nowhere: that
# is what its leak is for.
#
# At a kink there is no slope; a program agrees on one, and says so.
#
# </details>

# %% [markdown] slide="slide"
# ## $\sigma'$ is at most ¼. What do ten layers leave of a gradient?
#
# 1. A quarter
# 2. A fortieth
# 3. A thousandth
# 4. A millionth

# %% [markdown] slide="slide"
# ## Slopes multiply

# %%
activations.slopes()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **D, at best.** $(1/4)^{10} \approx 10^{-6}$, and only if every unit sits exactly at 0.
#
# tanh is four times as steep there, but flatter further out: which one is better depends on
# **where the units live**.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. The bend is what makes depth worth having.
# 2. $\sigma(kx)$ approaches a step everywhere but at 0, and never uniformly.
# 3. Slopes multiply from layer to layer: **saturation** in one place silences everything before it.
