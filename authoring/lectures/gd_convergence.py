# %% slide="skip"
from chainrule.views import gd_convergence

# %% [markdown] slide="slide"
# # Gradient descent: arriving, and only seeming to
#
# One number, the step size, decides whether a run arrives, wanders for ever or leaves. Where the
# border is, and what lies on it.

# %% [markdown] slide="slide"
# ## A convex bowl with $L = 2$. You take $\eta = 1 = 2/L$. What happens?
#
# 1. It arrives in one step
# 2. It arrives slowly
# 3. It ends up jumping between two points
# 4. It leaves every bound

# %% [markdown] slide="notes"
# Let the class draw the first six steps. Most draw something that shrinks to 0.

# %% [markdown] slide="slide"
# ## Draw it first

# %%
gd_convergence.iterates(predict=True)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.** Every step goes downhill in direction, and from some point on none in height: the run jumps for ever
# between two points whose slope is **not** 0.
#
# Below $2/L$ it arrives. This function bends less outside, so some larger steps do not escape either.
#
# </details>

# %% [markdown] slide="slide"
# ## Why $2/L$
#
# Along a direction of curvature $\lambda$ one step multiplies the distance to the minimum by
#
# $$1 - \eta \lambda$$
#
# and that must stay between $-1$ and $1$ for **every** $\lambda \le L$.
#
# <details><summary>What happens at 1/L, and between 1/L and 2/L?</summary>
#
# At $\eta = 1/L$ the steepest direction is done in one step. Above, it overshoots and comes back from
# the other side, less each time.
#
# </details>

# %% [markdown] slide="slide"
# ## One direction is 20 times as steep. Which one sets the pace?
#
# 1. The steep one
# 2. The flat one
# 3. The steep one sets the step, the flat one the pace

# %% [markdown] slide="slide"
# ## A narrow valley

# %%
gd_convergence.quadratic()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.** $\eta < 2/L$ is dictated by the steep direction. With such a step the flat one shrinks by
# $1 - \eta\lambda$, hardly less than 1: the number of steps grows with $\kappa$ (press 5, then 6).
#
# </details>

# %% [markdown] slide="slide"
# ## Start at 0.9, or at 1.0. Does the run end in the same valley?
#
# The function has several valleys; $\eta = 1/L$ is as careful as it gets.

# %% [markdown] slide="slide"
# ## Among valleys

# %%
gd_convergence.valleys()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **No.** A hilltop lies between them. Without convexity only one thing is promised, and it is not the
# minimum: the **smallest gradient so far** falls below any bound, at least as fast as $1/K$.
#
# </details>

# %% [markdown] slide="slide"
# ## Give the ball some weight. Faster, or further off the road?
#
# $$x_{t+1} = x_t - \eta \nabla f(x_t) + \beta\,(x_t - x_{t-1})$$

# %% [markdown] slide="slide"
# ## A heavy ball

# %%
gd_convergence.heavy_ball()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **Both.** The swings across the valley cancel, the way along it adds up. Too much of it, and the ball rolls
# past the minimum and back.
#
# It even allows steps beyond $2/L$: press 3, then 5.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. Below $2/L$ it arrives, on the border it may jump for ever.
# 2. The steepest direction sets the step, the flattest sets the pace: $\kappa$ is what it costs.
# 3. Without convexity, the promise is a **small gradient**, not a small value.
