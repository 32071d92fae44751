# %% slide="skip"
from chainrule.views import softmax

# %% [markdown] slide="slide"
# # Softmax: from scores to probabilities
#
# A classifier gives every class a score, as large or as negative as it likes. How scores become
# probabilities, and what is lost on the way.

# %% [markdown] slide="slide"
# ## The scores are 0, 1 and 2. How likely is class 3?
#
# 1. $2/3$: its share of the sum
# 2. $1$: it is the largest
# 3. About $0.67$, but not because of $2/3$
# 4. Nobody can say

# %% [markdown] slide="notes"
# B is argmax, A is a share and fails for negative scores, D is honest: a rule is a choice. Softmax
# gives 0.6652, close to 2/3 by accident.

# %% [markdown] slide="slide"
# ## Positive, and summing to one
#
# $$S(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}}$$
#
# The **odds** of two classes depend on a difference, and on nothing else:
#
# $$\frac{S(x)_i}{S(x)_k} = e^{x_i - x_k}$$
#
# <details><summary>So what does it do to add 100 to every score?</summary>
#
# Nothing: no difference changes. A program may therefore choose the constant that suits it.
#
# </details>

# %% [markdown] slide="slide"
# ## Multiply all scores by $c$. What happens to the bars?
#
# 1. Nothing, as with adding
# 2. They all grow
# 3. The tallest gains, all others lose
# 4. It depends on $c$

# %% [markdown] slide="slide"
# ## Turning the dial

# %%
softmax.scale(predict=True)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **D.** A difference $x_i - x_k$ becomes $c\,(x_i - x_k)$. A large $c$ sharpens, a small one blurs, zero
# forgets the scores, and a negative one turns the order around.
#
# </details>

# %% [markdown] slide="slide"
# ## Two classes tie at the top. What is the limit of large $c$?
#
# 1. One of them wins, by rounding
# 2. Each gets one half
# 3. Each gets one third
# 4. There is no limit

# %% [markdown] slide="slide"
# ## A tie stays a tie

# %%
softmax.scale([1, 2, 2])

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B.** Their difference is 0, and $c \cdot 0 = 0$ for every $c$. Softmax approaches the **uniform
# distribution over the winners**, which is not what argmax returns.
#
# Where do they stand for large negative $c$?
#
# </details>

# %% [markdown] slide="slide"
# ## A language model "at temperature 0.05". Bold or dull?
#
# $$S(x / T)$$

# %% [markdown] slide="slide"
# ## Temperature is the dial, read backwards

# %%
softmax.temperature()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **Dull.** Cold means $c = 1/T = 20$: nearly always the same word. Hot means nearly uniform: the entropy
# climbs towards $\ln n$, its largest value.
#
# </details>

# %% [markdown] slide="slide"
# ## Two classes: how many scores does one need?

# %% [markdown] slide="slide"
# ## Only the difference counts

# %%
softmax.two_classes()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **One.** With $z = x_1 - x_2$ the first probability is $\sigma(z)$. Lower both scores by the same amount (3)
# and nothing moves. For $K$ classes, $K - 1$ scores are enough.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. Softmax sees **differences**: adding is invisible, multiplying is temperature.
# 2. Its limit is uniform over the winners, ties included.
# 3. Two classes are a sigmoid; $K$ classes carry $K - 1$ numbers.
