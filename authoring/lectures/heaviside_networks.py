# %% slide="skip"
from chainrule.views import heaviside_networks

# %% [markdown] slide="slide"
# # Heaviside networks: regions from straight lines
#
# Units that only say yes or no. What they can draw, how an output counts their votes, and why
# nobody trains them.

# %% [markdown] slide="slide"
# ## What does one unit $H(w \cdot x + b)$ see of the plane?
#
# 1. A point
# 2. A line
# 3. Everything on one side of a line
# 4. A strip
#
# <details><summary>Answer</summary>
#
# **C.** The line is $w \cdot x + b = 0$; $w$ stands at a right angle to it and **points to the yes side**. On
# the line itself the convention decides: here $H(0) = \tfrac12$.
#
# </details>

# %% [markdown] slide="slide"
# ## Three yes-sayers. How does one output unit demand all three?
#
# $$f(x) = H(h_1 + h_2 + h_3 + c)$$
#
# 1. $c = -3$
# 2. $c = -2.5$
# 3. $c = -1.5$
# 4. $c = -0.5$

# %% [markdown] slide="notes"
# Vote first, then keys 1 to 4. Afterwards let somebody drag a line until the region is gone.

# %% [markdown] slide="slide"
# ## Counting votes

# %%
heaviside_networks.half_planes()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B.** Three votes must lift $3 + c$ above 0, two must not: any $c$ between $-3$ and $-2$. At $c = -3$
# exactly the sum is 0 inside, and the unit cannot decide.
#
# </details>

# %% [markdown] slide="slide"
# ## AND, OR, and everything between
#
# | threshold | says yes if | region |
# |---|---|---|
# | $-m < c < -(m-1)$ | all $m$ say yes | intersection |
# | $-1 < c < 0$ | one says yes | union |
# | between | enough of them do | a vote |
#
# <details><summary>And "not"?</summary>
#
# A negative weight: turn $w$ and $b$ around and the unit says yes on the other side.
#
# </details>

# %% [markdown] slide="slide"
# ## Which regions can an AND of half-planes draw?
#
# 1. All
# 2. All with straight edges
# 3. Convex ones with straight edges
# 4. Triangles
#
# <details><summary>Answer</summary>
#
# **C.** An intersection of half-planes is **convex**: with two points it contains the way between them. For a
# star, draw convex pieces and join them by an OR: one more layer.
#
# </details>

# %% [markdown] slide="slide"
# ## The output is off on a few points. Which way should a weight move?
#
# 1. Down the gradient
# 2. Up the gradient
# 3. The gradient does not say

# %% [markdown] slide="slide"
# ## A step has no slope
#
# $$H'(a) = 0 \quad \text{wherever it exists}$$
#
# Nudge a weight: no output changes, until one suddenly does.
#
# <details><summary>Answer, and the way out</summary>
#
# **C.** Put a slope where the step is: $\sigma(k\,a)$ in place of $H(a)$. Train it soft, and read it hard.
#
# </details>

# %% [markdown] slide="slide"
# ## With $k = 1$: does the soft network draw the same region?

# %% [markdown] slide="slide"
# ## From soft to hard

# %%
heaviside_networks.steepness()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **Nearly.** Read at ½ it misses little but the corners. Yet it is sure of hardly anything: look how pale it is.
#
# As $k$ grows the region gets its edges, and the slopes that training needs vanish.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. A unit is a half-plane; a threshold turns votes into AND, OR or a majority.
# 2. One AND draws convex regions; everything else takes another layer.
# 3. Steps cannot be trained by slopes: that is why units are **soft**.
