# %% slide="skip"
from chainrule.views import backprop_mlp

# %% [markdown] slide="slide"
# # Backpropagation through two layers
#
# One pass forward, one pass back, and every weight knows which way to go. Node by node, with real
# numbers.

# %% [markdown] slide="slide"
# ## A million weights. How many passes for all their slopes?
#
# 1. A million, one per weight
# 2. One per layer
# 3. One forward and one back
# 4. It depends on the loss

# %% [markdown] slide="slide"
# ## The network as one chain
#
# $$x \;\to\; h^a = W_1 x + b_1 \;\to\; h^s = g(h^a)$$
#
# $$\to\; o^a = W_2 h^s + b_2 \;\to\; o^s = S(o^a) \;\to\; L$$
#
# Each arrow knows how its end changes with its beginning. **Backpropagation** walks the chain from
# the right, multiplying as it goes, and never asks the same question twice.
#
# <details><summary>Answer</summary>
#
# **C.** The way back costs about twice as much as the way forward, whatever the number of weights.
#
# </details>

# %% [markdown] slide="slide"
# ## Which is the first number that comes back from the loss?
#
# Three inputs to a guess: two classes, the network believed in class 1 with probability $o^s_1$, and
# the truth is class 2. What do the two logits hear?

# %% [markdown] slide="slide"
# ## Forward, then back

# %%
backprop_mlp.steps()

# %% [markdown]
# <details><summary>Answer</summary>
#
# Output minus truth: the wrong logit is told to fall by just what the right one is told to rise.
#
# From there each node is passed once, and each gradient has the **shape of its own value**.
#
# </details>

# %% [markdown] slide="slide"
# ## Which product of $g$ and $h$ is as large as $W_2$?
#
# $W_2$ has shape $(m, d_h)$; $h^s$ has $d_h$ entries, and $g = \partial L / \partial o^a$ has $m$.
#
# 1. $h^\top g$
# 2. $g\, h^\top$
# 3. $h\, g^\top$
# 4. $g \odot h$

# %% [markdown] slide="slide"
# ## Let the shapes speak
#
# | product | shape | fits? |
# |---|---|---|
# | $h^\top g$ | needs $m = d_h$, gives a number | no |
# | $g\,h^\top$ | $(m, 1)\,(1, d_h) = (m, d_h)$ | **yes** |
# | $h\,g^\top$ | $(d_h, m)$ | transposed |
# | $g \odot h$ | needs $m = d_h$ | no |
#
# <details><summary>Can shapes prove a formula?</summary>
#
# No: a missing factor or a wrong sign has a fitting shape too. For that there is the difference
# quotient, $\dfrac{L(w + \varepsilon) - L(w - \varepsilon)}{2\varepsilon}$.
#
# </details>

# %% [markdown] slide="slide"
# ## A ReLU unit is off for an example. What does it learn from it?
#
# 1. To switch on
# 2. Nothing, from this example
# 3. The opposite
#
# <details><summary>Answer</summary>
#
# **B.** Its slope is 0, so nothing passes. If it is off for **every** example it never learns again.
#
# </details>

# %% [markdown] slide="slide"
# ## Six units, two moons. What does the boundary look like first?
#
# 1. Nearly a straight line
# 2. A wild scribble that calms down
# 3. Curved from the start

# %% [markdown] slide="slide"
# ## A network learns

# %%
backprop_mlp.training()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **A.** Small weights make nearly linear units, so it starts out almost straight; the bend appears when
# single units have found their places. Their small pictures show which part each one does.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. One pass back gives **all** slopes, for about twice the price of the way forward.
# 2. It begins with output minus truth.
# 3. A gradient has the shape of its value. Shapes find transposes; difference quotients find the rest.
