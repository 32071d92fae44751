# %% [markdown]
# # Derivatives by bookkeeping: forward and reverse
#
# There are three well-known ways to get a derivative. You can find a formula, which grows until
# nobody can read it. You can take a small difference, which is never quite right. Or you can run
# the program once more and keep a second number beside every first one: exact, cheap, and almost
# embarrassingly simple. The third way is *automatic differentiation*, and nearly every neural
# network is trained by it.
#
# You learn it as one should: first a table by hand, in both directions, then the few lines of code
# that do it for any program.
#
# **What you will be able to do**
#
# - fill the evaluation trace and the tangent trace of a small program;
# - run one reverse sweep and read off all partial derivatives at once;
# - write dual numbers, and a reverse sweep for any program;
# - say what a full Jacobian costs in either direction;
# - check a gradient with numbers that know nothing of your derivation.
#
# **You need** the chain rule, partial derivatives, a little NumPy. **Time** 60 to 75 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $v_{-1} = x_1,\; v_0 = x_2$ | the inputs are nodes like all others |
# | $v_1, \dots, v_6 = y$ | intermediate values; the last one is the output |
# | $\dot v_i$ | **tangent**: how fast $v_i$ moves when the inputs move with $(\dot x_1, \dot x_2)$ |
# | $\bar v_i = \partial y / \partial v_i$ (times $\bar y$) | **adjoint**: how fast the output answers to $v_i$ |
# | seed | what a sweep starts from: $(\dot x_1, \dot x_2)$ forward, $\bar y$ in reverse |
#
# Tables are asked for to four decimals, and you round at the end only. If one entry goes wrong and
# the rest follows from it correctly, you lose one mark, not all.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.ad_traces import steps

# %% [markdown]
# ## 1. A function is a small program
#
# The whole notebook lives on one function,
#
# $$y = f(x_1, x_2) = \frac{1}{x_1 + x_2} + x_2^2 + \cos x_1 .$$
#
# A computer does one thing at a time, and so shall we:
#
# | Node | Formula | Uses |
# |---|---|---|
# | $v_{-1}$ | $x_1$ | |
# | $v_0$ | $x_2$ | |
# | $v_1$ | $v_{-1} + v_0$ | $v_{-1}, v_0$ |
# | $v_2$ | $1 / v_1$ | $v_1$ |
# | $v_3$ | $v_0^2$ | $v_0$ |
# | $v_4$ | $\cos v_{-1}$ | $v_{-1}$ |
# | $v_5$ | $v_2 + v_3$ | $v_2, v_3$ |
# | $v_6 = y$ | $v_5 + v_4$ | $v_5, v_4$ |
#
# Step through it at the point $(1, 2)$: first the values, then the tangents for the seed
# $(0, 1)$, then the adjoints, from the output back. Every arrow carries one local derivative, the
# same number in both directions. Two nodes have two arrows going out; keep an eye on them on the
# way back.

# %%
steps(1.0, 2.0, seed=(0.0, 1.0))

# %% [markdown] task="ad_traces.forward-ad" role="prompt"
# ## 2. Forward: carry a tangent along
#
# ### The evaluation trace and the tangent trace
#
# Write `forward_trace(x1, x2, dx1, dx2)`, which returns the table with one row per node, from
# $v_{-1}$ to $v_6$, and two columns: the value $v_i$ and the tangent $\dot v_i$. The tangents of
# the inputs are the seed, $\dot v_{-1} =$ `dx1` and $\dot v_0 =$ `dx2`; every other line applies
# its *local* derivative to the tangents that come in. For a sum that is
# $\dot v_1 = \dot v_{-1} + \dot v_0$.
#
# The seed $(1, 0)$ then gives $\partial y / \partial x_1$ in the last row, and any other seed a
# directional derivative. Do the point $(3, 6)$ with the seed $(1, 0)$ once with pencil and
# calculator before you trust your code.
#
# <details><summary>Hint</summary>
#
# Each line is a rule you know from school, multiplied by a tangent: for $v_i = h(v_j)$ it reads
# $\dot v_i = h'(v_j)\, \dot v_j$. No line needs to know more than the lines it uses.
#
# </details>


# %% task="ad_traces.forward-ad" role="answer"
def forward_trace(x1, x2, dx1, dx2):
    """Return values and tangents of f at (x1, x2) for the seed (dx1, dx2).

    Returns: shape (8, 2); rows v_-1, v_0, v_1, ..., v_6, columns value and tangent.
    """
    # solution
    v1, d1 = x1 + x2, dx1 + dx2
    v2, d2 = 1 / v1, -d1 / v1**2
    v3, d3 = x2**2, 2 * x2 * dx2
    v4, d4 = np.cos(x1), -np.sin(x1) * dx1
    v5, d5 = v2 + v3, d2 + d3
    v6, d6 = v5 + v4, d5 + d4
    values = [x1, x2, v1, v2, v3, v4, v5, v6]
    tangents = [dx1, dx2, d1, d2, d3, d4, d5, d6]
    return np.array([values, tangents]).T


# %% task="ad_traces.forward-ad" role="check"
check("ad_traces.forward-ad", forward_trace)

# %% [markdown] task="ad_traces.forward-flaw" role="prompt"
# ### At the marker's desk: a column of tangents
#
# Your own trace first, then this one. Somebody has filled in the tangents at $(3, 6)$ for the seed
# $(1, 0)$, every line *to four decimals*. All but one line are right.
#
# 1. $\dot v_1 = \dot v_{-1} + \dot v_0 = 1 + 0 = 1$
# 2. $\dot v_2 = -\dot v_1 / v_1^2 = -1/81 = -0.0123$
# 3. $\dot v_3 = 2\, v_0\, \dot v_0 = 2 \cdot 6 \cdot 0 = 0$
# 4. $\dot v_4 = -\sin(v_{-1})\, \dot v_{-1} = -\sin(3) \cdot 1 = -0.1411$
# 5. $\dot v_5 = \dot v_2 + \dot v_3 = -0.0123 + 0 = -0.0123$
# 6. $\dot v_6 = \dot v_5 + \dot v_4 = -0.0123 - 0.1411 = -0.1534$
#
# Put `forward_flaw_line` to its number and `forward_flaw_fix` to what it should say at the end: a
# number, or a formula between quotation marks, for example `"1/7 + cos(2)"`. The check looks at
# the form; whether you are right is marked when you hand in.

# %% task="ad_traces.forward-flaw" role="flaw"
forward_flaw_line = ...
forward_flaw_fix = ...
# solution
forward_flaw_line = 6
forward_flaw_fix = "-1/81 - sin(3)"  # -0.1535

# %% task="ad_traces.forward-flaw" role="check"
check("ad_traces.forward-flaw", forward_flaw_line, forward_flaw_fix)

# %% [markdown] task="ad_traces.reverse-ad" role="prompt"
# ## 3. Reverse: ask the output
#
# ### One sweep, both partial derivatives
#
# A forward sweep follows one input and asks where its influence goes. Now stand at the output and
# ask where the influence came from: the adjoint $\bar v_i$ says how fast $y$ answers to $v_i$.
# Start with $\bar v_6 = \bar y$ and walk back. Along every arrow, from a node $v_j$ to one of its
# sources $v_i$, the adjoint is multiplied by the same local derivative as before:
#
# $$\bar v_i \mathrel{+}= \bar v_j \, \frac{\partial v_j}{\partial v_i} .$$
#
# The $+$ in front of the $=$ is the whole secret of backpropagation.
#
# Write `reverse_trace(x1, x2, ybar=1.0)`. It returns the eight adjoints in the order
# $v_{-1}, v_0, v_1, \dots, v_6$; with $\bar y = 1$ its first two entries are the gradient.
#
# <details><summary>Hint</summary>
#
# Two nodes feed two others each. Find them in the table of section 1, in the column *Uses*, and
# write their adjoints as a sum with two terms.
#
# </details>


# %% task="ad_traces.reverse-ad" role="answer"
def reverse_trace(x1, x2, ybar=1.0):
    """Return the adjoints of all nodes of f at (x1, x2), if that of y is ybar.

    Returns: shape (8,); the adjoints of v_-1, v_0, v_1, ..., v_6.
    """
    # solution
    a6 = ybar
    a5 = a4 = a6
    a2 = a3 = a5
    a1 = -a2 / (x1 + x2) ** 2
    a0 = 2 * x2 * a3 + a1
    a_1 = -np.sin(x1) * a4 + a1
    return np.array([a_1, a0, a1, a2, a3, a4, a5, a6])


# %% task="ad_traces.reverse-ad" role="check"
check("ad_traces.reverse-ad", reverse_trace)

# %% [markdown] task="ad_traces.reverse-flaw" role="prompt"
# ### At the marker's desk: a gradient that is nearly zero
#
# The same somebody has done the reverse sweep at $(3, 6)$, right after the forward sweep with the
# seed $(1, 0)$, and finds that $y$ hardly depends on $x_2$. With an $x_2^2$ in it! One line brings
# the error in.
#
# 1. The sweep starts with $\bar v_6 = 1$.
# 2. A sum hands its adjoint on: $\bar v_5 = \bar v_6 = 1$ and $\bar v_4 = \bar v_6 = 1$.
# 3. Once more: $\bar v_3 = \bar v_5 = 1$ and $\bar v_2 = \bar v_5 = 1$.
# 4. Through the reciprocal, $\bar v_1 = -\bar v_2 / v_1^2 = -1/81$.
# 5. The square hands to $v_0$ the amount $\bar v_3 \cdot 2 v_0 \cdot \dot v_0 = 1 \cdot 12 \cdot 0 = 0$.
# 6. With what comes through $v_1$, $\bar v_0 = 0 + \bar v_1 = -0.0123 = \partial y / \partial x_2$.
# 7. In the same way $\bar v_{-1} = -\sin(3)\, \bar v_4 + \bar v_1 = -0.1535 = \partial y / \partial x_1$.
#
# `reverse_flaw_line` is the first false line, `reverse_flaw_fix` what should stand there in place
# of the amount: a number, or a formula between quotation marks, in `x2` or `v0`, and `v3bar`.

# %% task="ad_traces.reverse-flaw" role="flaw"
reverse_flaw_line = ...
reverse_flaw_fix = ...
# solution
reverse_flaw_line = 5
reverse_flaw_fix = "2*x2*v3bar"

# %% task="ad_traces.reverse-flaw" role="check"
check("ad_traces.reverse-flaw", reverse_flaw_line, reverse_flaw_fix)

# %% [markdown] task="ad_traces.dual-numbers" role="prompt"
# ## 4. Let the machine keep the books
#
# ### Dual numbers: forward mode without a table
#
# Pair every value with its tangent, $(u, \dot u)$, and teach arithmetic to pairs. Then *any* program
# that uses this arithmetic differentiates itself. Four rules are enough for our function:
#
# - `dual_add(a, b)` for $u + w$,
# - `dual_mul(a, b)` for $u\,w$,
# - `dual_reciprocal(a)` for $1/u$,
# - `dual_cos(a)` for $\cos u$.
#
# Each takes pairs `(value, tangent)` and returns one.
#
# <details><summary>Hint</summary>
#
# Think of the pair as $u + \varepsilon \dot u$ with a number $\varepsilon$ so small that
# $\varepsilon^2 = 0$. Multiply out, drop what contains $\varepsilon^2$, and read off the factor
# of $\varepsilon$.
#
# </details>


# %% task="ad_traces.dual-numbers" role="answer"
def dual_add(a, b):
    """Return a + b. a, b: pairs (value, tangent). Returns: a pair."""
    # solution
    return a[0] + b[0], a[1] + b[1]


def dual_mul(a, b):
    """Return a * b. a, b: pairs (value, tangent). Returns: a pair."""
    # solution
    return a[0] * b[0], a[1] * b[0] + a[0] * b[1]


def dual_reciprocal(a):
    """Return 1 / a. a: pair (value, tangent). Returns: a pair."""
    # solution
    return 1 / a[0], -a[1] / a[0] ** 2


def dual_cos(a):
    """Return cos(a). a: pair (value, tangent). Returns: a pair."""
    # solution
    return np.cos(a[0]), -a[1] * np.sin(a[0])


# %% task="ad_traces.dual-numbers" role="check"
check("ad_traces.dual-numbers", dual_add, dual_mul, dual_reciprocal, dual_cos)

# %% [markdown]
# Now write $f$ with these four, as if nothing had happened. The second number of the pair is the
# one that took a whole column of your table.

# %%
x1, x2 = (3.0, 1.0), (6.0, 0.0)  # the point (3, 6), the seed (1, 0)
try:
    y = dual_add(dual_add(dual_reciprocal(dual_add(x1, x2)), dual_mul(x2, x2)), dual_cos(x1))
    print(f"f = {y[0]:.4f}, and its tangent is {y[1]:.4f}")
except Exception as error:
    print(error)

# %% [markdown] task="ad_traces.reverse-sweep" role="prompt"
# ### A reverse sweep for any program
#
# Going back needs a record of what was done, the *tape*: for each node the earlier nodes that it
# used, and the local derivative with respect to each. For $y = (a + b)\,a$ at $a = 2$, $b = 3$:
#
# | Node | Formula | `parents` | `partials` |
# |---|---|---|---|
# | 0 | $a$ | `[]` | `[]` |
# | 1 | $b$ | `[]` | `[]` |
# | 2 | $a + b$ | `[0, 1]` | `[1.0, 1.0]` |
# | 3 | $y$ = node 2 times node 0 | `[2, 0]` | `[2.0, 5.0]` |
#
# Write `reverse_sweep(parents, partials, ybar=1.0)`, which returns the adjoints of all nodes; the
# output is the last node. For this tape it should return `[7, 2, 2, 1]`, and indeed
# $\partial y / \partial a = 2a + b = 7$. With these few lines you have written the heart of every
# deep-learning library.
#
# <details><summary>Hint</summary>
#
# A node may hand on its adjoint only when it is complete, that is, after all nodes that use it. In
# which order do you visit the nodes? And what does an adjoint do when a second contribution comes?
#
# </details>


# %% task="ad_traces.reverse-sweep" role="answer"
def reverse_sweep(parents, partials, ybar=1.0):
    """Return the adjoints of all n nodes of a tape.

    parents[i]: indices of the nodes that node i uses, all smaller than i.
    partials[i]: the local derivatives of node i with respect to them, in the same order.
    ybar: adjoint of the last node. Returns: shape (n,).
    """
    # solution
    adjoints = np.zeros(len(parents))
    adjoints[-1] = ybar
    for node in reversed(range(len(parents))):
        for parent, partial in zip(parents[node], partials[node]):
            adjoints[parent] += adjoints[node] * partial
    return adjoints


# %% task="ad_traces.reverse-sweep" role="check"
check("ad_traces.reverse-sweep", reverse_sweep)

# %% [markdown] task="ad_traces.sweep-count" role="prompt"
# ## 5. Which way round?
#
# ### What a full Jacobian costs
#
# 1. A program has $n$ inputs and $m$ outputs. `sweep_count(n, m)` returns two integers: how many
#    sweeps the full Jacobian takes in forward mode, and how many in reverse mode. (Count
#    sweeps, and forget that some entries may happen to be zero.)
# 2. Put `ad_claims` to a tuple of four truth values:
#    - claim 1: one forward sweep with the seed $(1, 1)$ gives
#      $\partial f/\partial x_1 + \partial f/\partial x_2$;
#    - claim 2: the reverse sweep multiplies adjoints by the seeds of the forward sweep;
#    - claim 3: the reverse sweep needs values that the evaluation has computed;
#    - claim 4: for a loss of a million weights forward mode is the cheaper one.
#
# <details><summary>Hint</summary>
#
# What did one sweep of section 2 give you, a row or a column of the Jacobian? And one sweep of
# section 3?
#
# </details>


# %% task="ad_traces.sweep-count" role="answer"
def sweep_count(n, m):
    """Return (forward, reverse): the sweeps for a full Jacobian with n inputs and m outputs."""
    # solution
    return n, m


ad_claims = ...
# solution
ad_claims = (True, False, True, False)

# %% task="ad_traces.sweep-count" role="check"
check("ad_traces.sweep-count", sweep_count)

# %% task="ad_traces.claims" role="check"
check("ad_traces.claims", ad_claims)

# %% [markdown] task="ad_traces.central-difference" role="prompt"
# ## 6. Trust, but check
#
# ### Central differences
#
# A wrong gradient does not crash. It trains a little worse, and nobody knows why. So keep a check
# that knows nothing of derivatives: move *one* input by $h$ to either side, and divide the change
# of $f$ by the distance of the two points.
#
# Write `central_difference(x1, x2, h)`, which returns both partial derivatives of our $f$, made
# from values of $f$ alone, as an array of shape `(2,)`.
#
# <details><summary>Hint</summary>
#
# First write a small function for $f$ itself. You need it at four points, and none of them is
# $(x_1, x_2)$.
#
# </details>


# %% task="ad_traces.central-difference" role="answer"
def central_difference(x1, x2, h):
    """Return the central differences of f in x1 and in x2 with the step h. Returns: shape (2,)."""

    # solution
    def f(x1, x2):
        return 1 / (x1 + x2) + x2**2 + np.cos(x1)

    first = (f(x1 + h, x2) - f(x1 - h, x2)) / (2 * h)
    second = (f(x1, x2 + h) - f(x1, x2 - h)) / (2 * h)
    return np.array([first, second])


# %% task="ad_traces.central-difference" role="check"
check("ad_traces.central-difference", central_difference)

# %% [markdown]
# How small should $h$ be? Guess first, then let your two gradients meet: below is the largest gap
# between `central_difference` and `reverse_trace` at $(3, 6)$, for smaller and smaller steps.
# Two errors are at war here. Which of them wins at the top of the list, which at the bottom, and
# where would you stop?

# %%
try:
    gradient = reverse_trace(3.0, 6.0)[:2]
    for k in range(1, 13):
        gap = np.abs(central_difference(3.0, 6.0, 10.0**-k) - gradient).max()
        bar = "█" * round(13 + np.log10(gap + 1e-13))
        print(f"h = 1e-{k:02d}   gap = {gap:.0e}   {bar}")
except Exception as error:
    print(error)

# %% [markdown]
# ## What you can now do
#
# - You can **trace** a program forward, values and tangents side by side.
# - You can **sweep** it in reverse, and *add* where a node feeds several others.
# - You can **automate** both: dual numbers one way, a tape and ten lines the other.
# - You can **choose** the cheaper direction by counting inputs and outputs, and you know why
#   networks are trained in the one they are trained in.
# - You can **check** a gradient, and you know that a smaller step is not always a better one.
#
# In the notebook on backpropagation the nodes become vectors and the local derivatives matrices.
# Nothing else changes.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
