# %% slide="skip"
from chainrule.views import cross_entropy

# %% [markdown] slide="slide"
# # Cross-entropy: the price of being surprised
#
# Why classifiers pay for surprise, why the bill is never zero, and why this loss keeps teaching
# where the squared error gives up.

# %% [markdown] slide="slide"
# ## It snows in July. How surprised should you be?
#
# 1. In proportion to $1 - p$
# 2. In proportion to $1/p$
# 3. $-\ln p$

# %% [markdown] slide="slide"
# ## Surprise adds up
#
# Two independent events: probabilities multiply, surprises should **add**. Only a logarithm does that.
#
# $$\text{surprise} = -\ln p \qquad\qquad H(p) = -\sum_i p_i \ln p_i$$
#
# Entropy is the surprise to be expected.
#
# <details><summary>And an outcome that never happens?</summary>
#
# Its surprise is infinite, but nobody ever pays it: $p \ln p \to 0$ as $p \to 0$, so $0 \ln 0$ counts
# as 0.
#
# </details>

# %% [markdown] slide="slide"
# ## Three outcomes. Where is entropy largest, where is it zero?
#
# Every distribution $(p_1, p_2, p_3)$ is a point of a triangle. Point at it.

# %% [markdown] slide="slide"
# ## The triangle of all distributions

# %%
cross_entropy.entropy_on_simplex()

# %% [markdown]
# <details><summary>Answer</summary>
#
# Largest in the middle: $\ln 3$. Zero at the corners only.
#
# In the middle of an edge it is $\ln 2$: a fair coin is as uncertain as it was, whatever third
# outcome is named and never happens.
#
# </details>

# %% [markdown] slide="slide"
# ## The truth is $x = 0.3$. Which belief $p$ costs least?
#
# $$\mathrm{CE}(p, x) = -x \ln p - (1 - x) \ln (1 - p)$$
#
# 1. $p = 0.3$, and it costs nothing
# 2. $p = 0.3$, and it still costs something
# 3. $p = 0.5$, to be safe
# 4. $p = 0$, the likelier outcome

# %% [markdown] slide="slide"
# ## The price of a model

# %%
cross_entropy.price_of_a_model()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B.** $\mathrm{CE} = H(x) + \mathrm{KL}$. The first part is the world's uncertainty, which no model removes; the second is
# yours, zero only for $p = x$.
#
# Certainty is the one belief that can cost infinitely much.
#
# </details>

# %% [markdown] slide="slide"
# ## Sure and wrong: $a = -10$, but $y = 1$. Which loss pulls harder?
#
# 1. The squared error: the mistake is huge, and it is squared
# 2. Cross-entropy
# 3. Both alike
# 4. Neither: the sigmoid is flat there

# %% [markdown] slide="notes"
# Move a from 10 to −10 slowly with y = 1. The squared error is flat at both ends; cross-entropy is
# flat at the right end only, where there is nothing left to learn.

# %% [markdown] slide="slide"
# ## What the logit feels

# %%
cross_entropy.gradients()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B.** The squared error carries a factor $\sigma'(a)$, which is zero exactly where help is needed. The
# logarithm in cross-entropy **cancels it**: what is left is output minus truth.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. Surprise is $-\ln p$; entropy is the surprise to be expected.
# 2. Cross-entropy is entropy plus what a wrong belief adds: its best value is $H(x)$, not 0.
# 3. With a sigmoid or softmax it hands back **output minus truth**, also after a confident mistake.
