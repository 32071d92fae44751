# %% slide="skip"
from chainrule.views import ad_traces

# %% [markdown] slide="slide"
# # Automatic differentiation, by hand
#
# Neither formulas nor difference quotients: a program is differentiated while it runs. Twice, in
# both directions.

# %% [markdown] slide="slide"
# ## A difference quotient with $h = 10^{-16}$ at $x = 1$. How good is it?
#
# 1. Right to 16 digits
# 2. Right to 8 digits
# 3. Plain zero
# 4. Infinite

# %% [markdown] slide="slide"
# ## Three ways to a slope
#
# | way | exact? | cost for $n$ inputs |
# |---|---|---|
# | formulas | yes | grows with the program |
# | difference quotients | no: $1 + 10^{-16}$ **is** 1 to a computer | $n + 1$ runs |
# | automatic differentiation | yes | a few runs |
#
# <details><summary>Answer</summary>
#
# **C.** Nothing has moved, so the quotient is $0/h = 0$. A larger $h$ helps, up to about half of the digits.
#
# </details>

# %% [markdown] slide="slide"
# ## A program is a graph
#
# $$f(x_1, x_2) = \frac{1}{x_1 + x_2} + x_2^2 + \cos x_1$$
#
# Eight nodes, each with one operation so simple that its derivative is known.
#
# - **Forward**: carry a tangent $\dot v$ along with every value.
# - **Reverse**: keep the values, then send adjoints $\bar v = \partial f / \partial v$ back.

# %% [markdown] slide="slide"
# ## Forward: how many sweeps for both partial derivatives?

# %% [markdown] slide="notes"
# Play the values, then stop at key 2 and ask for each tangent before the next step shows it.

# %% [markdown] slide="slide"
# ## Values, then tangents, with seed $(1, 0)$

# %%
ad_traces.steps(1, 2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **Two.** A sweep follows **one direction** of the input space: seed $(1, 0)$ gives $\partial f / \partial x_1$, and
# $\partial f / \partial x_2$ needs a sweep of its own. With $n$ inputs there are $n$ sweeps.
#
# </details>

# %% [markdown] slide="slide"
# ## $x_2$ is used twice. What becomes of its adjoint on the way back?
#
# 1. The last one wins
# 2. The larger one wins
# 3. The contributions add
# 4. The contributions multiply

# %% [markdown] slide="slide"
# ## The way back (press 3)

# %%
ad_traces.steps(-1, 3)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.**
#
# $$\bar v_i = \sum_{j} \bar v_j\, \frac{\partial v_j}{\partial v_i}$$
#
# Every use of a value is one term. Forgetting to add is the classic mistake of everyone who writes
# this for the first time.
#
# </details>

# %% [markdown] slide="slide"
# ## A million inputs and one loss. Forward or reverse?
#
# 1. Forward
# 2. Reverse
# 3. Either
#
# <details><summary>Answer</summary>
#
# **B.** Forward needs one sweep per **input**, reverse one per **output**. The price of reverse is memory: all
# values are kept until they are needed again.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. Automatic differentiation is exact, because every node is simple.
# 2. Forward: one sweep per input. Reverse: one sweep per output.
# 3. On the way back, contributions **add** wherever a value was used more than once.
