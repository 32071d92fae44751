# %% [markdown]
# # Heaviside networks: cutting the plane with a ruler
#
# Give a neuron the bluntest activation there is, a step from 0 to 1. It can then say one thing
# only: *on this side* or *on that side* of a line. It sounds like very little. Yet three such
# neurons and a fourth that listens to them carve out a region with corners, two of them do what a
# single one provably cannot, and two layers draw any region you can cut with a ruler.
#
# No gradient, no training: in this notebook you choose every weight by hand, and you see why it
# works.
#
# **What you will be able to do**
#
# - turn an inequality into the weights of a unit, with the right signs;
# - choose a threshold so that a unit says AND, OR, "at least $k$", or recognises one pattern;
# - carve a region out of the plane, and know that many other weights do it as well;
# - build XOR, and say why one unit is not enough;
# - count how many regions $m$ units can tell apart.
#
# **You need** the equation of a line, inequalities, NumPy arrays.
# **Time** 70 to 90 minutes.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $x = (x_1, x_2)$ | a point of the plane | `(2,)`; many points, one per row, `(n, 2)` |
# | $H$ | step: 0 left of 0, 1 right of 0, and here $H(0) = \tfrac12$ | as its argument |
# | $W$, entries $w_{ij}$ | weight from input $i$ to unit $j$: one *column* per unit | `(2, m)` |
# | $b$ | biases of the hidden units | `(m,)` |
# | $h = H(W^{\top} x + b)$ | what the hidden units say | `(m,)` |
# | $u$, $c$ | weights and bias of the output | `(m,)`, number |
# | $f(x) = H(u \cdot h + c)$ | the class of $x$ | number |
#
# **A convention.** What $H$ is at 0 is a matter of taste. Here it is $\tfrac12$: a point exactly on
# a line is undecided, and a network that ends on $\tfrac12$ has decided nothing.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers and other points.

# %% [markdown] role="staff"
# Ten tasks, three of them of a few minutes each: the corners and the two flaws share section 3.
# The weights are judged by what the network does on random points off the lines, so any
# equivalent network is right. The flaw about w11 and the flaw about the unbounded region are the
# two of the sheet; its "h_j = 1 for h_1" is a slip of the pen and became no task.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.heaviside_networks import half_planes, steepness

# %% [markdown] task="heaviside_networks.half-plane" role="prompt"
# ## 1. One unit, one side of a line
#
# ### From a line to a unit
#
# A unit fires where $w \cdot x + b > 0$. The border $w \cdot x + b = 0$ is a line, $w$ stands on it
# at a right angle, and it points to the side where the unit fires.
#
# Lines often come as $x_2 = m\,x_1 + k$. Write `half_plane(slope, intercept, above)`, which returns
# `(w, b)`: the weights, shape `(2,)`, and the bias of a unit that fires above the line if `above`
# is `True`, and below it if it is `False`.
#
# Multiplied by a positive number, a unit is still the same unit. Any of them is right here.
#
# <details><summary>Hint</summary>
#
# Write down the inequality in words first ("$x_2$ is larger than ..."). Then bring everything to the
# side where a positive number means *yes*, and read off the three coefficients. What happens to an
# inequality that is multiplied by $-1$?
#
# </details>


# %% task="heaviside_networks.half-plane" role="answer"
def half_plane(slope, intercept, above):
    """Return (w, b) of a unit that fires on one side of the line x2 = slope x1 + intercept.

    above: whether the unit fires above the line. Returns: w, shape (2,), and the number b.
    """
    # solution
    side = 1 if above else -1
    return side * np.array([-slope, 1.0]), -side * intercept


# %% task="heaviside_networks.half-plane" role="check"
check("heaviside_networks.half-plane", half_plane)

# %% [markdown] task="heaviside_networks.forward" role="prompt"
# ### A whole layer, and one unit that listens
#
# Several units next to each other are a matrix. Write `network(X, W, b, u, c)`: for every row of
# `X`, the number $f(x) = H(u \cdot H(W^{\top} x + b) + c)$. Mind the points on the lines.
#
# <details><summary>Hint</summary>
#
# `X` has one point per row, `W` one unit per column: which product gives one row per point and one
# column per unit? NumPy has `np.heaviside`, and its second argument is there for a reason.
#
# </details>


# %% task="heaviside_networks.forward" role="answer"
def network(X, W, b, u, c):
    """Return f(x) for every row of X, with H(0) = 1/2.

    X: points, shape (n, 2); W: (2, m); b, u: (m,); c: number. Returns: shape (n,).
    """
    # solution
    h = np.heaviside(X @ W + b, 0.5)
    return np.heaviside(h @ u + c, 0.5)


# %% task="heaviside_networks.forward" role="check"
check("heaviside_networks.forward", network)

# %% [markdown] task="heaviside_networks.output-bias" role="prompt"
# ## 2. Units that count
#
# ### AND, OR, and one pattern among many
#
# The output sees no coordinates any more. It sees zeros and ones, and it adds them up. So its bias
# $c$ is a threshold: it says how many voices it takes.
#
# 1. **Votes.** All weights of the output are 1. For which $c$ is $H(h_1 + \dots + h_m + c)$ equal to
#    1 if at least $k$ units fire, and 0 if fewer do? The answer is an open interval, the same for
#    every $m \ge k$; `count_bias(k)` returns its two ends, the smaller one first. (For $k = m$ this
#    is AND, for $k = 1$ it is OR.)
# 2. **A pattern.** Now each weight is $+1$ or $-1$, and the output should fire for one pattern only:
#    units with weight $+1$ on, units with weight $-1$ off. `pattern_bias(u)` returns the ends of
#    the interval of $c$ for which it does.
#
# At the ends themselves the sum is exactly 0 for some pattern, and the answer would be $\tfrac12$.
# In practice one takes the middle of the interval.
#
# <details><summary>Hint</summary>
#
# Look for the two patterns that are hardest to tell apart: the one that just suffices, and the best
# of those that do not. The first has to come out positive, the second negative. With mixed signs:
# what is the largest value $u \cdot h$ can reach, and what is the next one below?
#
# </details>


# %% task="heaviside_networks.output-bias" role="answer"
def count_bias(k):
    """Return (low, high): H(h_1 + ... + h_m + c) = 1 exactly if at least k units fire."""
    # solution
    return -k, 1 - k


def pattern_bias(u):
    """Return (low, high): H(u.h + c) = 1 for the pattern h = (u > 0) and no other.

    u: a list of +1 and -1.
    """
    # solution
    p = sum(weight > 0 for weight in u)
    return -p, 1 - p


# %% task="heaviside_networks.output-bias" role="check"
check("heaviside_networks.output-bias", count_bias, pattern_bias)

# %% [markdown] task="heaviside_networks.weights" role="prompt"
# ## 3. A region with corners
#
# ### Three half-planes
#
# Class 1 is the set of all points that lie
#
# 1. below the line $x_2 = -\tfrac43\, x_1 + 4$,
# 2. above the line $x_2 = \tfrac53\, x_1 - 5$, and
# 3. above the line $x_2 = -\tfrac54\, x_1 - 5$.
#
# Choose the weights of a network with three hidden units that outputs 1 there and 0 everywhere
# else. `weights()` returns `(W, b, u, c)` with the shapes `(2, 3)`, `(3,)`, `(3,)` and a number.
#
# There is not one solution but infinitely many: you may scale a unit, exchange two of them, or let
# one say "outside" and contradict it in the output. Whatever you choose, what counts is the class
# of each point. The points on the lines themselves are left out.
#
# <details><summary>Hint</summary>
#
# Sketch the three lines on squared paper first and shade the region. Then it is section 1, three
# times, and section 2, once.
#
# </details>


# %% task="heaviside_networks.weights" role="answer"
def weights():
    """Return (W, b, u, c) of a 2-3-1 network of Heaviside units for the region above.

    W: shape (2, 3), one column per unit; b: (3,); u: (3,); c: number.
    """
    # solution
    W = np.array([[-4 / 3, -5 / 3, 5 / 4], [-1.0, 1.0, 1.0]])
    b = np.array([4.0, 5.0, 5.0])
    return W, b, np.ones(3), -2.5


# %% task="heaviside_networks.weights" role="check"
check("heaviside_networks.weights", weights)

# %% [markdown]
# ### Look at it
#
# Once your function is written, the cell below draws *your* network: your lines, the region they
# should enclose, and a slider for the bias $c$ of the output. Move it, and watch an AND turn into
# "two out of three" and then into an OR. Which part of the plane appears first, and why? You
# may drag the lines as well, and see how a network goes wrong.

# %%
try:
    figure = half_planes(*weights())
except Exception as reason:
    figure = f"There is no picture yet: {reason}"
figure

# %% [markdown] task="heaviside_networks.corners" role="prompt"
# ### Where the lines meet
#
# Every two of the three lines meet somewhere. Give the points as tuples `(x1, x2)`: `meet_12` for
# lines 1 and 2, `meet_23` for lines 2 and 3, and `meet_13` for lines 1 and 3. Two of them are
# easily read off a sketch; the third is not on your sheet of paper.

# %% task="heaviside_networks.corners" role="answer"
meet_12 = ...
meet_23 = ...
meet_13 = ...
# solution
meet_12 = (3, 0)
meet_23 = (0, -5)
meet_13 = (108, -140)

# %% task="heaviside_networks.corners" role="check"
check("heaviside_networks.corners", meet_12, meet_23, meet_13)

# %% [markdown] task="heaviside_networks.weights-flaw" role="prompt"
# ### At the marker's desk
#
# Change sides, but finish the tasks above first: these solutions give them away. Each goes wrong
# in **exactly one line**, and what comes after may inherit the error. Give the number of the first
# false line, and what it should say instead.
#
# **A. The first unit.** *Find its weights $w_{11}$, $w_{21}$ and its bias $b_1$.*
#
# 1. Below the first line means $x_2 < -\tfrac43\, x_1 + 4$.
# 2. With everything on one side this is $-\tfrac43\, x_1 - x_2 + 4 > 0$.
# 3. The unit fires where $w_{11}\, x_1 + w_{21}\, x_2 + b_1 > 0$; so $w_{21} = -1$.
# 4. In the same way, $w_{11} = \tfrac34$.
# 5. What is left is the bias, $b_1 = 4$.
# 6. Any positive multiple of these three numbers is the same unit.
#
# `weights_flaw_line` is the line, `weights_flaw_fix` the value that belongs there.
#
# (A question on the side: what does the network with this mistake say at $(4, 2)$, and what at
# $(-4, 2)$? With your `network` and a changed matrix the answer takes one line.)
#
# **B. The shape of the region.** *How many corners has it, and how far does it reach?*
#
# 1. Lines 1 and 2 meet, and their common point satisfies the third inequality: a corner.
# 2. Lines 2 and 3 meet, and their common point satisfies the first inequality: a corner.
# 3. Lines 1 and 3 are not parallel, since $-\tfrac43 \ne -\tfrac54$: they meet as well.
# 4. A point where two of the lines meet is a corner of the region, so the number of corners is 3.
# 5. A region with three straight sides and three corners is a triangle, and it is bounded.
#
# `bounded_flaw_line` is the line, `bounded_flaw_fix` the number that belongs there.
#
# Formulas and numbers go between quotation marks, for example `"-1/2"`. The check looks at the form
# only; whether you are right is marked when you hand in.

# %% task="heaviside_networks.weights-flaw" role="flaw"
weights_flaw_line, weights_flaw_fix = ..., ...
bounded_flaw_line, bounded_flaw_fix = ..., ...
# solution
weights_flaw_line, weights_flaw_fix = 4, "-4/3"
bounded_flaw_line, bounded_flaw_fix = 4, "2"

# %% task="heaviside_networks.weights-flaw" role="check"
check("heaviside_networks.weights-flaw", weights_flaw_line, weights_flaw_fix)

# %% task="heaviside_networks.bounded-flaw" role="check"
check("heaviside_networks.bounded-flaw", bounded_flaw_line, bounded_flaw_fix)

# %% [markdown] task="heaviside_networks.xor" role="prompt"
# ## 4. What one unit cannot do
#
# ### XOR
#
# The most famous four points of the subject are the corners of a square: $(0, 1)$ and $(1, 0)$
# belong to class 1, $(0, 0)$ and $(1, 1)$ to class 0. One unit alone cannot separate them. Suppose it
# could; then
#
# $$b < 0, \qquad w_1 + b > 0, \qquad w_2 + b > 0, \qquad w_1 + w_2 + b < 0.$$
#
# Add the two inequalities in the middle, and compare with the sum of the other two: the same left
# side would be positive and negative. In 1969 this little argument made headlines.
#
# Two hidden units are enough. `xor_weights()` returns `(W, b, u, c)` with the shapes `(2, 2)`,
# `(2,)`, `(2,)` and a number. Leave some room between the points and your lines.
#
# <details><summary>Hint</summary>
#
# Two ideas, and both work. Say "one of them, but not both". Or say "the first without the second,
# or the second without the first". Each half of a sentence is one hidden unit.
#
# </details>


# %% task="heaviside_networks.xor" role="answer"
def xor_weights():
    """Return (W, b, u, c) of a 2-2-1 network that is 1 at (0, 1), (1, 0) and 0 at (0, 0), (1, 1).

    W: shape (2, 2), one column per unit; b: (2,); u: (2,); c: number.
    """
    # solution
    at_least_one, both = -0.5, -1.5
    return np.ones((2, 2)), np.array([at_least_one, both]), np.array([1.0, -1.0]), -0.5


# %% task="heaviside_networks.xor" role="check"
check("heaviside_networks.xor", xor_weights)

# %% [markdown] task="heaviside_networks.union" role="prompt"
# ## 5. Regions that do not hang together
#
# ### A union
#
# An AND of half-planes is always convex: with two points it contains everything in between. To draw
# more, add a layer. The first layer draws half-planes $h$, the second combines them into convex
# pieces $p = H(V^{\top} h + d)$, and the output $H(u \cdot p + c)$ puts the pieces together.
#
# Class 1 is now a union of two pieces,
#
# $$\{x_1 > 1 \text{ and } x_2 > 1\} \;\cup\; \{x_1 < -1 \text{ and } x_2 < -1\}.$$
#
# `union_weights()` returns `(W, b, V, d, u, c)` with the shapes `(2, m)`, `(m,)`, `(m, k)`, `(k,)`,
# `(k,)` and a number. The widths $m$ and $k$ are your choice; four half-planes and two pieces
# are enough.
#
# <details><summary>Hint</summary>
#
# Which entries of $V$ must be zero so that each piece listens to its own half-planes only? And
# which of the two thresholds of section 2 belongs to the second layer, which to the output?
#
# </details>


# %% task="heaviside_networks.union" role="answer"
def union_weights():
    """Return (W, b, V, d, u, c) of a network with two hidden layers for the union above.

    W: (2, m), one column per half-plane; b: (m,); V: (m, k), one column per piece; d: (k,);
    u: (k,); c: number.
    """
    # solution
    W = np.array([[1.0, 0.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0]])
    V = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    return W, -np.ones(4), V, -1.5 * np.ones(2), np.ones(2), -0.5


# %% task="heaviside_networks.union" role="check"
check("heaviside_networks.union", union_weights)

# %% [markdown] task="heaviside_networks.region-count" role="prompt"
# ## 6. How much can m units see?
#
# ### Counting regions
#
# With $m$ hidden units there are $2^m$ patterns $h$. But three lines do not cut the plane into
# eight pieces; try it. The pattern that is missing is a combination of sides that no point can be
# on.
#
# Add one line to $m - 1$ others in general position (no two parallel, no three through one point).
# It is cut by them into $m$ pieces, and each piece splits one region in two. The same argument works
# in space, and in any dimension.
#
# Write `region_count(m, d)`: the number of regions into which $m$ hyperplanes in general position
# cut $\mathbb{R}^d$. This is the largest number of points that $m$ Heaviside units can keep apart.
#
# <details><summary>Hint</summary>
#
# Either turn the argument into a recursion: what is the number of pieces of the new hyperplane, seen
# as a space of its own? Or make a small table for $d = 1$ and $d = 2$ and look for binomial
# coefficients; Python has `math.comb`.
#
# </details>


# %% task="heaviside_networks.region-count" role="answer"
def region_count(m, d):
    """Return the number of regions that m hyperplanes in general position cut out of R^d."""
    # solution
    if m == 0 or d == 0:
        return 1
    return region_count(m - 1, d) + region_count(m - 1, d - 1)


# %% task="heaviside_networks.region-count" role="check"
check("heaviside_networks.region-count", region_count)

# %% [markdown]
# ## 7. Why nobody trains these
#
# A step has slope 0 wherever it has a slope. A gradient passing through it is zero, and learning
# stops before it starts. The way out is to soften the step: below, $\sigma(k\,a)$ stands in for
# $H(a)$. At small $k$ the borders are blurred and gradients flow; as $k$ grows, the corners of your
# region come into focus and the gradients die out. Where on this slider would *you* train?

# %%
steepness()

# %% [markdown]
# ## What you can now do
#
# - You can **translate**: an inequality is a unit, and its signs say which side fires.
# - You can **count votes**: a bias is a threshold, and AND, OR and patterns are only numbers.
# - You can **carve**: convex regions with one hidden layer, unions of them with two.
# - You can **argue**: one unit cannot do XOR, and $m$ units cannot tell $2^m$ regions apart.
# - You can **check a region**, not just a formula: by its corners, and by one point on each side.
#
# Weights chosen by hand have the right size. Weights drawn at random may not, and in a deep network
# this is a matter of life and death: the notebook on initialisation tells that story.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
