# %% slide="skip"
from chainrule.views import initialisation

# %% [markdown] slide="slide"
# # Initialisation: how to start a deep network
#
# Thirty layers are thirty multiplications. One factor decides whether anything arrives at the
# other end.

# %% [markdown] slide="slide"
# ## All weights start at the same value. What goes wrong?
#
# 1. Nothing, gradient descent sorts it out
# 2. All units of a layer stay alike for ever
# 3. The outputs explode
#
# <details><summary>Answer</summary>
#
# **B.** Units that compute the same receive the same gradient and stay the same: a layer of a thousand is a
# layer of one. **Chance** breaks the tie.
#
# </details>

# %% [markdown] slide="slide"
# ## One layer halves the variance. What is left after thirty?
#
# 1. One thirtieth
# 2. One thousandth
# 3. One billionth

# %% [markdown] slide="slide"
# ## One factor for all layers

# %%
initialisation.gain()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **About C.** $2^{-29} \approx 2 \cdot 10^{-9}$.
#
# With $\operatorname{Var} w = g/n$ a ReLU layer multiplies by $g/2$. Anything but $g = 2$ dies out or
# explodes, only later or sooner.
#
# </details>

# %% [markdown] slide="slide"
# ## Where the 2 comes from
#
# $$\operatorname{Var} a = n \cdot \operatorname{Var} w \cdot E[h^2]$$
#
# A sum of $n$ independent terms of mean 0; each has the variance of its weight times the **mean
# square** of what comes in.
#
# <details><summary>And what does ReLU do to a mean square?</summary>
#
# It cuts a symmetric $a$ in the middle and keeps half: $E[\text{ReLU}(a)^2] = \tfrac12 \operatorname{Var} a$.
# The weights must make up for it.
#
# </details>

# %% [markdown] slide="slide"
# ## Four ways to start. Which ones survive twelve layers?
#
# 1. $\operatorname{Var} w = 2/n$
# 2. $\operatorname{Var} w = 1/n$
# 3. $\sigma = 0.05$, for every width
# 4. $\operatorname{Var} w = \sqrt{2/n}$

# %% [markdown] slide="slide"
# ## Forward and back

# %%
initialisation.variance()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **A.** B halves in every layer. C is right for one width only. D takes a standard deviation for a variance:
# the commonest slip of all.
#
# Dots are measured in random networks, lines are the law.
#
# </details>

# %% [markdown] slide="slide"
# ## The law says 1. Is your network at 1 after fifty layers?
#
# 1. Yes, to three digits
# 2. Roughly
# 3. Most networks are well below 1
# 4. Most networks are well above 1

# %% [markdown] slide="notes"
# Start at n = 16, where mean and median are far apart, then go to 256.

# %% [markdown] slide="slide"
# ## A law about the mean

# %%
initialisation.fifty_layers()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C, if they are narrow.** The mean keeps the law, carried by a few large networks. Factors multiply, so the distribution is
# **skewed**: the median network is below. More units per layer, less of it.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. Chance breaks the symmetry; its **variance** decides about the depth.
# 2. ReLU halves the mean square, so $\operatorname{Var} w = 2/n$.
# 3. The law holds on average: a single narrow network may be far away from it.
