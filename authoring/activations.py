# %% [markdown]
# # Activations I: kinks and steps
#
# Without an activation function a network of a hundred layers is one matrix. The function that
# prevents this can be almost insultingly simple: keep $x$ if it is positive, put 0 if it is not.
# All the trouble sits in a single point. This notebook stays at that point: what is the
# slope of a kink, of a corner, of a cliff? The answers are short, and it is surprisingly easy to get
# them wrong; three times you will see how.
#
# **What you will be able to do**
#
# - compute one-sided slopes, and tell a derivative from a convention;
# - write slopes that do not return NaN at the one point where it matters;
# - build ReLU from steps, and a step from sigmoids, with a guarantee for the error;
# - say what the derivative of a cliff is, and what it is not;
# - find the first false line of a proof.
#
# **You need** limits, NumPy arrays and comparisons, integrals as areas. **Time** 70 to 90 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $g(x) = \max(0, x)$ | ReLU, also called the rectifier |
# | $H(x)$ | the step: 0 for $x < 0$, 1 for $x > 0$, and $H(0) = \tfrac12$ by convention |
# | $1_{x>0}$ | indicator: 1 where the condition holds, 0 elsewhere |
# | $\sigma(x) = 1/(1+e^{-x})$ | logistic sigmoid |
# | $\varepsilon$ | a small number other than 0, **of either sign** |
#
# **Conventions of this notebook.** A derivative exists where both one-sided slopes exist and
# agree. Where a program has to return a number all the same, the task says which one.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers.

# %% [markdown] role="staff"
# Fifteen tasks and 48 cells: four are derivations of what was coded before, with a cell to type in
# and a cell to check; three others (the slope of ReLU, that of the absolute value, the sign) are one
# line each and share a prompt and an answer cell, and so do two of the flaws. The solution fits into 90 minutes. The other half of the topic,
# sigmoids and smooth functions, is activations_slopes.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.activations import steepness, zoo


def H(x):
    """The step with H(0) = 1/2, entry by entry."""
    return np.heaviside(x, 0.5)


# %% [markdown] task="activations.relu-one-sided-slopes" role="prompt"
# ## 1. The slope of a kink
#
# ### Two slopes at one point
#
# The slope of $g(x) = \max(0, x)$ is the limit of the difference quotient
#
# $$\frac{g(x+\varepsilon) - g(x)}{\varepsilon}, \qquad \varepsilon \to 0 .$$
#
# Take a pencil and do the three cases $x > 0$, $x < 0$ and $x = 0$. In the first two, say how
# small $|\varepsilon|$ has to be for $x + \varepsilon$ to stay on the side of $x$. In the third, let
# $\varepsilon$ come once from the right and once from the left.
#
# Then write `relu_one_sided(x)` for a number $x$. It returns three things: the slope from the left
# ($\varepsilon < 0$), the slope from the right ($\varepsilon > 0$), and `True` if the derivative
# exists at $x$, otherwise `False`.
#
# <details><summary>Hint</summary>
#
# A derivative exists exactly where the two slopes agree. You may compare $x$ with 0, or compute the
# two quotients with a small step.
#
# </details>


# %% task="activations.relu-one-sided-slopes" role="answer"
def relu_one_sided(x):
    """Return (left slope, right slope, derivative exists) of max(0, x) at the number x."""
    # solution
    left, right = float(x > 0), float(x >= 0)
    return left, right, left == right


# %% task="activations.relu-one-sided-slopes" role="check"
check("activations.relu-one-sided-slopes", relu_one_sided)

# %% [markdown] task="activations.relu-one-sided-slopes-derivation" role="prompt"
# ### The kink, line by line
#
# At $x = 0$ take a step `t` to the right ($t > 0$) and a step `s` to the left ($s < 0$), and subtract
# the quotients: that is the first line of the next cell. Go on, in at least three steps, until no
# `t` and no `s` is left. Can the two sides agree if the steps are small enough?
#
# In a cell that begins with `%%derive` you type formulas, one per line, each step on a line that
# begins with `=`, for example `= (2 - 0)/t - (2 - 0)/s`. Run the cell: every line is checked against
# the one before. (Python keeps your text as
# `derivation_activations_relu_one_sided_slopes_derivation`.)

# %% task="activations.relu-one-sided-slopes-derivation" role="derive"
# %%derive activations.relu-one-sided-slopes-derivation
# (relu(0 + t) - relu(0))/t - (relu(0 + s) - relu(0))/s
# # solution
# = (t - relu(0))/t - (relu(0 + s) - relu(0))/s          # t is positive
# = (t - relu(0))/t - (0 - relu(0))/s                    # s is negative
# = (t - 0)/t - (0 - 0)/s
# = 1

# %% task="activations.relu-one-sided-slopes-derivation" role="check"
check(
    "activations.relu-one-sided-slopes-derivation",
    derivation_activations_relu_one_sided_slopes_derivation,
)

# %% [markdown]
# ### What the libraries do
#
# A training step cannot stop and say "no derivative here". So every library returns *some* number at
# a kink, and almost never meets it: a floating-point number is exactly 0 only if something put it
# there (a dead unit, a padded image, a weight that starts at 0). The number is a convention, and
# sheets and libraries differ: some take 0, some take ½. Both are fine as long as everyone knows.
#
# In the figure, choose ReLU or its leaky sister, and move $x$ through 0.

# %%
zoo()

# %% [markdown] task="activations.relu-derivative" role="prompt"
# ### Three slopes of one line each
#
# All three take an array of shape `(n,)` and return one of the same shape.
#
# 1. `relu_grad(x)`: the slope of ReLU, with the agreed value **0** at the kink.
# 2. `abs_grad(x)`: the slope of $|x|$, with the agreed value **0** at its kink.
# 3. `sign(x)`: the sign of $x$ written with **two indicator functions** and nothing else; the sign
#    of 0 is 0. (Two different ways to treat the point 0 work here. Which ones do not?)
#
# <details><summary>Hint</summary>
#
# In NumPy an indicator is a comparison such as `x > 2`. It gives booleans, and booleans cannot be
# subtracted: turn them into numbers first, for example with `.astype(float)`.
#
# </details>


# %% task="activations.relu-derivative" role="answer"
def relu_grad(x):
    """Return the slope of max(0, x), 0 at x = 0. x: shape (n,). Returns: shape (n,)."""
    # solution
    return (x > 0).astype(float)


def abs_grad(x):
    """Return the slope of |x|, 0 at x = 0. x: shape (n,). Returns: shape (n,)."""
    # solution
    return relu_grad(x) - relu_grad(-x)


def sign(x):
    """Return the sign of x, made of two indicators. x: shape (n,). Returns: shape (n,)."""
    # solution
    return (x > 0).astype(float) - (x < 0).astype(float)


# %% task="activations.relu-derivative" role="check"
check("activations.relu-derivative", relu_grad)

# %% task="activations.abs-derivative" role="check"
check("activations.abs-derivative", abs_grad)

# %% task="activations.sign-indicators" role="check"
check("activations.sign-indicators", sign)

# %% [markdown] task="activations.slopes-flaw" role="prompt"
# ### At the marker's desk: two proofs
#
# Change sides. Each proof below goes wrong in **one line first**; what comes after may inherit the
# error. Give the number of the first false line, and what it should say instead.
#
# **A. The flat side.** *Show that $g(x) = \max(0, x)$ has the slope 0 at every $x < 0$.*
#
# 1. Choose $|\varepsilon|$ so small that $x + \varepsilon$ is negative as well.
# 2. This is the case for every $\varepsilon$ with $|\varepsilon| < x$.
# 3. Then $g(x + \varepsilon) = 0$ and $g(x) = 0$.
# 4. So the quotient is $(0 - 0)/\varepsilon = 0$, and so is its limit.
#
# `slopes_flaw_line` is the line, `slopes_flaw_fix` what should stand on the right of
# $|\varepsilon| <$, in `x`.
#
# **B. The corner.** *Find the slope of $|x|$ at 0.*
#
# 1. The quotient at 0 is $(|0 + \varepsilon| - |0|)/\varepsilon$.
# 2. The second term above the bar is 0: the quotient is $|\varepsilon|/\varepsilon$.
# 3. Let $\varepsilon$ come from the left first, so $\varepsilon < 0$.
# 4. As $|\varepsilon|$ tends to 0, the quotient $|\varepsilon|/\varepsilon$ tends to 0 as well.
# 5. In the same way it tends to 0 from the right.
# 6. Both limits agree, so the slope of $|x|$ at 0 is 0.
#
# `abs_flaw_line` is the line, `abs_flaw_fix` what the quotient tends to there.
#
# A formula goes between quotation marks, for example `"2*x + 1"`; a number may go without. The check
# looks at the form only; whether you are right is marked when you hand in.

# %% task="activations.slopes-flaw" role="flaw"
slopes_flaw_line, slopes_flaw_fix = ..., ...
abs_flaw_line, abs_flaw_fix = ..., ...
# solution
slopes_flaw_line, slopes_flaw_fix = 2, "-x"
abs_flaw_line, abs_flaw_fix = 4, -1

# %% task="activations.slopes-flaw" role="check"
check("activations.slopes-flaw", slopes_flaw_line, slopes_flaw_fix)

# %% task="activations.abs-flaw" role="check"
check("activations.abs-flaw", abs_flaw_line, abs_flaw_fix)

# %% [markdown] task="activations.relu-from-heaviside" role="prompt"
# ## 2. From steps to kinks and back
#
# ### ReLU, made of steps
#
# The slope of ReLU is a step. So ReLU should be made of steps; and it is, in two ways. Write both
# with the function `H` that is **handed to you** as the only nonlinearity: no `max`, no `abs`, no
# comparison.
#
# 1. `relu_product(x, H)`: as a product.
# 2. `relu_integral(x, H)`: as an area under $H$. Add up `H` on a fine grid; an error of
#    0.01 is allowed.
#
# Both take `x` of shape `(n,)` and a function `H` that works entry by entry, and return shape
# `(n,)`. For the first one, convince yourself that the value $H(0)$ has no effect. The check hands
# over several versions of `H`, some of them stranger than you would think.
#
# <details><summary>Hint</summary>
#
# 1. What can you multiply $H(x)$ by, so that the product is $x$ on the right and 0 on the left?
# 2. Where does the area begin? Any point will do to the left of which there is nothing to collect.
#    `np.trapezoid(values, grid)` adds up a strip of trapezia.
#
# </details>


# %% task="activations.relu-from-heaviside" role="answer"
def relu_product(x, H):
    """Return ReLU as a product. x: shape (n,); H: the step, entry by entry. Returns: (n,)."""
    # solution
    return x * H(x)


def relu_integral(x, H):
    """Return ReLU as an area. x: shape (n,); H: the step, entry by entry. Returns: (n,)."""
    # solution
    low = min(0.0, np.min(x)) - 1
    grids = [np.linspace(low, end, 2001) for end in x]
    return np.array([np.trapezoid(H(t), t) for t in grids])


# %% task="activations.relu-from-heaviside" role="check"
check("activations.relu-from-heaviside", relu_product, relu_integral)

# %% [markdown] task="activations.relu-from-heaviside-derivation" role="prompt"
# ### The product, case by case
#
# Show that your product is right for *every* $x$, in three cases. Open each with a line such as
# `case x > 0:`, begin with `relu(x)` and end with your product, in which the step is written $H$ as
# above. The case $x = 0$ is the interesting one: does it matter here which value $H(0)$ has? (Your
# text is kept as `derivation_activations_relu_from_heaviside_derivation`.)

# %% task="activations.relu-from-heaviside-derivation" role="derive"
# %%derive activations.relu-from-heaviside-derivation
# case x > 0:
# relu(x)
# # solution
# = x
# = x*H(x)
# case x = 0:
# relu(x)
# = 0
# = x*1/2
# = x*H(x)
# case x < 0:
# relu(x)
# = 0
# = x*0
# = x*H(x)

# %% task="activations.relu-from-heaviside-derivation" role="check"
check(
    "activations.relu-from-heaviside-derivation",
    derivation_activations_relu_from_heaviside_derivation,
)

# %% [markdown]
# ### A cliff made of slopes
#
# In the other direction: make a sigmoid steeper and steeper, $\sigma(k\,x)$ with growing $k$, and it
# approaches the step. Draw your guess for $k = 10$ first, then move the slider. Watch the shaded
# gap: where does it vanish, and where does it not?

# %%
steepness(predict=True)

# %% [markdown] task="activations.sigmoid-to-heaviside-derivation" role="prompt"
# ### The limit, line by line
#
# Show that $\lim_{k \to \infty} \sigma(k\,x) = H(x)$, in three cases: $x > 0$, $x < 0$ and $x = 0$.
# One of them needs no limit at all.
#
# Type your derivation in the next cell and run it; every line is checked against the one before.
# Open each case with a line such as `case x > 0:`, begin with `lim(σ(k*x), k, oo)`, end with `H(x)`,
# and put what comes in between on lines that begin with `=`. Write `σ(...)` or `sigma(...)`,
# `exp(...)`, and a `*` in every product. (Python keeps your text under the name
# `derivation_activations_sigmoid_to_heaviside_derivation`.)
#
# <details><summary>Hint</summary>
#
# Start from the definition of $\sigma$. What does $e^{-kx}$ do as $k$ grows, in each of the cases?
#
# </details>

# %% task="activations.sigmoid-to-heaviside-derivation" role="derive"
# %%derive activations.sigmoid-to-heaviside-derivation
# case x > 0:
# lim(σ(k*x), k, oo)
# # solution
# = lim(1/(1+exp(-k*x)), k, oo)
# = 1/(1+0)
# = H(x)
# case x = 0:
# lim(σ(k*x), k, oo)
# = lim(1/2, k, oo)
# = 1/2
# = H(x)
# case x < 0:
# lim(σ(k*x), k, oo)
# = lim(1/(1+exp(-k*x)), k, oo)
# = 0
# = H(x)

# %% task="activations.sigmoid-to-heaviside-derivation" role="check"
check(
    "activations.sigmoid-to-heaviside-derivation",
    derivation_activations_sigmoid_to_heaviside_derivation,
)

# %% [markdown] task="activations.sigmoid-to-heaviside" role="prompt"
# ### How steep is steep enough
#
# "For large $k$" is what mathematicians say; engineers ask *how* large. Write `smallest_k(x, delta)`:
# the smallest $k > 0$ with
#
# $$|\sigma(k\,x) - H(x)| \le \delta$$
#
# at a given $x \ne 0$ of either sign, for $0 < \delta < \tfrac12$.
#
# <details><summary>Hint</summary>
#
# First show that the gap is $1/(1 + e^{k|x|})$ on both sides. It shrinks as $k$ grows, so at the
# smallest $k$ it equals $\delta$.
#
# </details>


# %% task="activations.sigmoid-to-heaviside" role="answer"
def smallest_k(x, delta):
    """Return the smallest k > 0 with |sigma(k x) - H(x)| <= delta.

    x: number, not 0; delta: number between 0 and 1/2. Returns: number.
    """
    # solution
    return np.log((1 - delta) / delta) / abs(x)


# %% task="activations.sigmoid-to-heaviside" role="check"
check("activations.sigmoid-to-heaviside", smallest_k)

# %% [markdown] task="activations.heaviside-derivative" role="prompt"
# ## 3. The slope of a cliff
#
# ### A quotient, and a bump
#
# What is the derivative of $H$? Away from 0 it is 0, there is nothing to see. At 0 itself let us look
# twice, once through a small step and once through the steep sigmoid.
#
# 1. `heaviside_quotients(x, eps)` returns the quotient to the left and the one to the right,
#    $$\frac{H(x - \varepsilon) - H(x)}{-\varepsilon} \quad\text{and}\quad
#    \frac{H(x + \varepsilon) - H(x)}{\varepsilon},$$
#    for numbers $x$ and $\varepsilon > 0$, with $H(0) = \tfrac12$. What do they do at $x = 0$ as
#    $\varepsilon$ shrinks?
# 2. The derivative $\delta_k(x) = \frac{d}{dx} \sigma(k\,x)$ is a bump at 0 which becomes narrower and
#    higher as $k$ grows. Its values go wild; what it does to other functions stays tame.
#    `delta_k_pairing(phi, k)` returns the number
#    $$\langle \delta_k, \varphi \rangle = \int_{-\infty}^{\infty} \delta_k(x)\, \varphi(x)\, dx$$
#    for a bounded smooth function `phi` (it works entry by entry on arrays). Three correct digits are
#    enough. Try $\varphi = 1$ and $\varphi = \cos$ with growing $k$. Which number do you end up with?
#
# <details><summary>Hint for the bump</summary>
#
# You need no formula for the slope of a sigmoid. Cut the line into small pieces: over each of them
# the integral of $\delta_k$ is the difference of two values of $\sigma(k\,x)$, and $\varphi$ is nearly
# constant. Beyond $|x| = 40/k$ nothing is left.
#
# </details>


# %% task="activations.heaviside-derivative" role="answer"
def heaviside_quotients(x, eps):
    """Return (left quotient, right quotient) of H at the number x with the step eps > 0."""
    # solution
    return (H(x - eps) - H(x)) / -eps, (H(x + eps) - H(x)) / eps


def delta_k_pairing(phi, k):
    """Return the integral of d/dx sigma(k x) times phi(x) over the whole line, a number.

    phi: bounded smooth function, entry by entry; k: number > 0.
    """
    # solution
    x = np.linspace(-40 / k, 40 / k, 20001)
    rise = np.diff(1 / (1 + np.exp(-k * x)))
    middle = (x[1:] + x[:-1]) / 2
    return np.sum(rise * phi(middle))


# %% task="activations.heaviside-derivative" role="check"
check("activations.heaviside-derivative", heaviside_quotients, delta_k_pairing)

# %% [markdown]
# ### Why anyone would want this
#
# What you have computed has a name. The limit of $\delta_k$ is no function: it is a rule that takes a
# test function $\varphi$ and returns one number. It is called **Dirac's delta**, and it *is* the
# derivative of $H$ in the sense of distributions: for every smooth $\varphi$ that vanishes far out,
# integration by parts defines
#
# $$\langle H', \varphi \rangle = -\int H(x)\, \varphi'(x)\, dx = -\int_0^\infty \varphi'(x)\, dx .$$
#
# Do this last integral and compare it with your experiment. In practice the lesson is shorter:
# a network made of steps has slope 0 almost everywhere, so gradient descent has nothing to go by.
# This is why activations have slopes.

# %% [markdown] task="activations.step-flaw" role="prompt"
# ### At the marker's desk: a cliff that falls the wrong way
#
# **C. The quotients at 0.** *What do the one-sided quotients of $H$ do at 0, with
# $H(0) = \tfrac12$?* We write $h > 0$ for the size of the step.
#
# 1. To the right, $\varepsilon = h$: the quotient is $(H(h) - H(0))/h = (1 - \tfrac12)/h$.
# 2. This is $1/(2h)$, and it grows beyond all bounds as $h$ shrinks.
# 3. To the left, $\varepsilon = -h$: the quotient is $(H(-h) - H(0))/(-h)$.
# 4. With the values of $H$, this is $(0 - \tfrac12)/(-h) = -1/(2h)$.
# 5. So the two sides run away in opposite directions, to $+\infty$ and to $-\infty$.
#
# `step_flaw_line` is the first false line, `step_flaw_fix` what it should say at the end, in `h`.

# %% task="activations.step-flaw" role="flaw"
step_flaw_line, step_flaw_fix = ..., ...
# solution
step_flaw_line, step_flaw_fix = 4, "1/(2*h)"

# %% task="activations.step-flaw" role="check"
check("activations.step-flaw", step_flaw_line, step_flaw_fix)

# %% [markdown] task="activations.heaviside-derivative-derivation" role="prompt"
# ### The left side, line by line
#
# Now write it down without a slip. The step is `s`, and here it is negative. Begin with the quotient
# to the left, `(H(0 + s) - H(0))/s`, and arrive at `1/(2*abs(s))` in at least two steps. (Your text is
# kept as `derivation_activations_heaviside_derivative_derivation`.)

# %% task="activations.heaviside-derivative-derivation" role="derive"
# %%derive activations.heaviside-derivative-derivation
# (H(0 + s) - H(0))/s
# # solution
# = (0 - 1/2)/s               # s is negative
# = 1/(2*(-s))
# = 1/(2*abs(s))              # |s| = -s

# %% task="activations.heaviside-derivative-derivation" role="check"
check(
    "activations.heaviside-derivative-derivation",
    derivation_activations_heaviside_derivative_derivation,
)

# %% [markdown] task="activations.kink-claims" role="prompt"
# ### Six claims to end with
#
# Put `kink_claims` to a tuple of six truth values, one per claim. A wrong one takes back a right one,
# so leave nothing to chance.
#
# 1. ReLU is not defined at 0.
# 2. No value can be the derivative of ReLU at 0; the values 0 and ½ are both conventions.
# 3. $\sigma(k \cdot 0) = \tfrac12$ for every $k$, so the limit at $x = 0$ is ½.
# 4. The largest gap between $\sigma(k\,x)$ and $H(x)$ over all $x \ne 0$ tends to 0 as $k$ grows.
# 5. There is a function that is 0 except at one point, infinite there, and has the integral 1.
# 6. As a distribution, $H'$ sends every test function $\varphi$ to $\varphi(0)$.

# %% task="activations.kink-claims" role="answer"
kink_claims = ...
# solution
kink_claims = (False, True, True, False, False, True)

# %% task="activations.kink-claims" role="check"
check("activations.kink-claims", kink_claims)

# %% [markdown]
# ## What you can now do
#
# - You can **look from both sides**, and you call a number a slope only if both sides agree.
# - You can **state a convention** and program it without a NaN.
# - You can **build**: kinks from steps, steps from sigmoids, and you know what the error is.
# - You can **ask a cliff for its derivative** and not be surprised by the answer.
#
# The second half of this topic leaves the kinks behind: sigmoids, their slopes, and what ten layers
# make of them.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
