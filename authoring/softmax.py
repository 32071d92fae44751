# %% [markdown]
# # Softmax: from scores to probabilities
#
# A classifier does not begin with probabilities. It begins with *scores*: one real number per
# class, as large or as negative as it likes. Softmax turns them into probabilities,
#
# $$S(x)_i = \frac{e^{x_i}}{\sum_j e^{x_j}},$$
#
# and nearly every network that chooses something ends with it. This notebook takes it apart:
# you shift it, scale it, shrink it and differentiate it. Twice you will also sit at the marker's
# desk and find what is wrong with somebody else's proof.
#
# **What you will be able to do**
#
# - write a softmax that survives logits of a thousand, and say why you may;
# - predict what $S(c\,x)$ does when $c$ is zero, huge, negative or in between;
# - say why two classes need one number, and $K$ classes $K-1$;
# - write the Jacobian in one line, and multiply by it without ever building it;
# - prove such a thing yourself, in lines small enough to be checked;
# - find the first false line of a derivation.
#
# **You need** NumPy arrays and broadcasting, the quotient rule, the chain rule.
# **Time** about 100 minutes, in two sittings if you like: section 4 makes a good second one.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $x$ | logits, one example | `(n,)`; a batch has one example per row, `(b, n)` |
# | $S(x)$, or $s$ for short | softmax of $x$ | as $x$ |
# | $\sigma(z) = 1/(1+e^{-z})$ | logistic sigmoid, entry by entry | as $z$ |
# | $J_{ij} = \partial S_i / \partial x_j$ | Jacobian: row $i$ output, column $j$ input | `(n, n)` |
# | $g = \partial L / \partial S$ | upstream gradient of a loss $L$ | `(n,)` |
# | $\delta_{ij}$ | 1 if $i = j$, otherwise 0 | number |
#
# Formulas count from 1 as on paper, code counts from 0 as in Python.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers.
#
# Three times you type a proof: in a cell that begins with `%%derive`, one formula per line, each
# step on a line that begins with `=`. Run the cell, and every line is checked against the one
# before. It reads `exp(x[i])`, `Σ[k,1,n](exp(x[k]))`, `softmax(x)[i]`, `σ(z)` or `sigma(z)`, `^`
# for powers and `d/dx[j] (...)` for a derivative; behind a `#` you may say why. Steps have to be
# small: what needs three rules at once is true, but not yet shown.

# %% [markdown] role="staff"
# Twenty-three tasks and more than fifty cells, because most of them are one-liners worth a point:
# the three positions of the dial, the two reductions and the seven flaws share their prompts and
# their answer cells, and three tasks are the derivations of what was coded before (shift, two
# classes, partial derivatives), each with a cell to type in and a cell to check. The derivation
# for K classes (softmax.k-minus-1-logits-derivation) is declared too; it is offered without
# points. About 100 minutes, because the sheets ask 21 questions about softmax and want them in one
# piece; a class with 90 minutes leaves section 4 from the linear-time product on for home.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.softmax import scale, temperature, two_classes

# %% [markdown] task="softmax.translation" role="prompt"
# ## 1. Shifting the logits
#
# ### A softmax that never overflows
#
# Add the same constant $c$ to all logits, and softmax does not notice: $S(x + c)_i = S(x)_i$. You
# will prove it below; first make use of it.
#
# This is more than a curiosity. Your computer believes that $e^{1000}$ is infinite, and that
# infinity divided by infinity is not a number. The mathematics gives you a constant to choose, so
# choose one that helps.
#
# Write `softmax(x)` for one example, `(n,)`, and for a batch, `(b, n)`, always over the last axis.
# It should be right for ordinary logits and for logits around $\pm 1000$.
#
# <details><summary>Hint</summary>
#
# You may subtract any constant, even another one for each example. Which one makes sure that no
# exponent is positive? For a batch, `keepdims=True` keeps the axis that a reduction would drop, so
# that shapes `(b, n)` and `(b, 1)` fit together.
#
# </details>


# %% task="softmax.translation" role="answer"
def softmax(x):
    """Return the softmax of x over the last axis.

    x: logits, shape (n,) or (b, n). Returns: probabilities, the same shape.
    """
    # solution
    x = np.asarray(x, dtype=float)
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% task="softmax.translation" role="check"
check("softmax.translation", softmax)

# %% [markdown] task="softmax.translation-derivation" role="prompt"
# ### Why you may
#
# Now the proof: from `softmax(x + c)[i]` to `softmax(x)[i]`, for any number of classes `n`. You need
# the definition of softmax and one law of exponents; show at least three steps. A line looks like
# this one, which is about something else: `= exp(2*x[i]) / Σ[k,1,n](exp(2*x[k]))   # definition`.
# (Python keeps your text as `derivation_softmax_translation_derivation`.)
#
# <details><summary>Hint</summary>
#
# A factor that all terms of a sum have in common may leave the sum, once.
#
# </details>

# %% task="softmax.translation-derivation" role="derive"
# %%derive softmax.translation-derivation
# softmax(x + c)[i]
# # solution
# = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))            # definition of softmax
# = exp(x[i])*exp(c) / Σ[k,1,n](exp(x[k])*exp(c))      # laws of exponents
# = exp(c)*exp(x[i]) / (exp(c)*Σ[k,1,n](exp(x[k])))    # the constant leaves the sum
# = exp(x[i]) / Σ[k,1,n](exp(x[k]))                    # cancel
# = softmax(x)[i]                                      # definition of softmax

# %% task="softmax.translation-derivation" role="check"
check("softmax.translation-derivation", derivation_softmax_translation_derivation)

# %% [markdown]
# ## 2. Turning the dial
#
# A shift does nothing. A *scale* does: below, one dial turns $x = (0, 1, 2)$ into $c\,x$. Draw your
# guess for $c = 3$ first, then move the slider. (Engineers call $1/c$ the temperature.)
#
# Watch for three things. What happens at $c = 0$? What happens far to the right? And does the
# middle class ever gain anything? Change the logits in the cell and run it again; once your
# own `softmax` is written, its bars stand beside the true ones.

# %%
scale((0.0, 1.0, 2.0), softmax, predict=True)

# %% [markdown] task="softmax.c-zero" role="prompt"
# ### Three positions of the dial
#
# 1. **At zero.** `softmax_at_zero(x)` returns $S(0 \cdot x)$.
# 2. **Somewhere.** Scaling does change softmax. `counterexample()` returns one pair `(x, c)`
#    with $c \ge 0$ for which $S(c\,x) \ne S(x)$: the vector first, then the number. Any pair will
#    do, as long as the difference is there to be seen. For which pairs is there none?
# 3. **At infinity.** `softmax_limit(x)` returns $\lim_{c \to \infty} S(c\,x)$, for every $x$. Every
#    $x$ means every $x$: before you write it down, try a few odd ones in the figure above.
#
# <details><summary>Hint</summary>
#
# Ratios are simpler than fractions: $S(c\,x)_i / S(c\,x)_j = e^{c\,(x_i - x_j)}$. What are the
# possible signs of $x_i - x_j$, and what does each of them do to this number as $c$ grows?
#
# </details>


# %% task="softmax.c-zero" role="answer"
def softmax_at_zero(x):
    """Return softmax(0 x). x: logits, shape (n,). Returns: shape (n,)."""
    # solution
    return np.full(len(x), 1 / len(x))


def counterexample():
    """Return (x, c): logits of shape (n,) and a number c >= 0 with softmax(c x) != softmax(x)."""
    # solution
    return np.array([0.0, 1.0]), 2.0


def softmax_limit(x):
    """Return the limit of softmax(c x) for c -> infinity. x: shape (n,). Returns: shape (n,)."""
    # solution
    top = x == np.max(x)
    return top / top.sum()


# %% task="softmax.c-zero" role="check"
check("softmax.c-zero", softmax_at_zero)

# %% task="softmax.scale-counterexample" role="check"
check("softmax.scale-counterexample", counterexample)

# %% task="softmax.c-infinity" role="check"
check("softmax.c-infinity", softmax_limit)

# %% [markdown] task="softmax.scaling-effect" role="prompt"
# ### Who gains on the way
#
# Between these positions something more delicate happens.
#
# 1. **The speed.** `softmax_scale_derivative(x, c)` returns $\frac{d}{dc} S(c\,x)_i$ for all $i$.
#    Its sign says who gains when the dial is turned a little further.
# 2. **Four claims** about $S(c\,x)$ compared with $S(x)$. Put `scaling_claims` to a tuple of four
#    truth values, one per claim (a wrong one takes back a right one):
#    - claim 1: for $c > 1$ the class with the largest logit gains (if the logits differ);
#    - claim 2: for $c > 1$ every class with a logit above the smallest gains;
#    - claim 3: every $c < 1$ helps the less probable classes and keeps their order;
#    - claim 4: $c < 0$ reverses the order of the probabilities.
# 3. **A stubborn component.** It is tempting to believe that *every* probability moves as soon as
#    $x$ is not constant and $c$ is neither 0 nor 1. It is false. `stubborn_component()` returns
#    `(x, c, i)`, with such an $x$ and such a $c$, and with $S(c\,x)_i = S(x)_i$; the index `i`
#    counts from 0.
#
# <details><summary>Hint for the speed</summary>
#
# The denominator depends on $c$ as well. If the quotient rule gets long, differentiate
# $\ln S(c\,x)_i$ instead and multiply by $S(c\,x)_i$ in the end.
#
# </details>
# <details><summary>Hint for the stubborn component</summary>
#
# Take three classes, put the middle logit to zero and write $u = e^{x_1}$, $v = e^{x_3}$. What does
# $S(2x)_2 = S(x)_2$ ask of $u$ and $v$? One of them has to be below 1, the other above.
#
# </details>


# %% task="softmax.scaling-effect" role="answer"
def softmax_scale_derivative(x, c):
    """Return d/dc softmax(c x). x: logits, shape (n,); c: number. Returns: shape (n,)."""
    # solution
    s = softmax(c * x)
    return s * (x - s @ x)


def stubborn_component():
    """Return (x, c, i) with softmax(c x)[i] == softmax(x)[i].

    x: logits, shape (n,), not constant; c: neither 0 nor 1; i: an index of x, from 0.
    """
    # solution
    u = 1 / 2
    v = (1 + np.sqrt(2)) / 2  # solves u + v = u^2 + v^2
    return np.log([u, 1, v]), 2.0, 1


scaling_claims = ...
# solution
scaling_claims = (True, False, False, True)

# %% task="softmax.scaling-effect" role="check"
check("softmax.scaling-effect", softmax_scale_derivative)

# %% task="softmax.scaling-claims" role="check"
check("softmax.scaling-claims", scaling_claims)

# %% task="softmax.stubborn-component" role="check"
check("softmax.stubborn-component", stubborn_component)

# %% [markdown]
# ### The same dial, as engineers turn it
#
# A language model divides its logits by a temperature $T$ before it draws the next word. Which way is
# cold? Watch the entropy on the right, from nearly no choice at all to a choice among equals.

# %%
temperature()

# %% [markdown] task="softmax.two-class-sigmoid" role="prompt"
# ## 3. Fewer numbers say the same
#
# ### One number for two classes, K - 1 for K
#
# A shift changes nothing, so one of the logits is always superfluous.
#
# 1. For two classes, $S(x) = (\sigma(z),\; 1 - \sigma(z))$ with a single number $z$.
#    `z_of_x(x)` returns it.
# 2. For $K$ classes, $S(x) = S\big((0, y_1, \dots, y_{K-1})\big)$. `reduce_logits(x)` returns the
#    vector $y$.
#
# Note what this says about the last layer of a network: with $K$ outputs one whole row of weights
# is redundant, and logistic regression *is* softmax with two classes.
#
# <details><summary>Hint</summary>
#
# In both cases choose the constant of the shift. For two classes, divide numerator and denominator
# by the same exponential, and compare with the formula of $\sigma$.
#
# </details>


# %% task="softmax.two-class-sigmoid" role="answer"
def z_of_x(x):
    """Return the number z with softmax(x) = (sigma(z), 1 - sigma(z)). x: shape (2,)."""
    # solution
    return x[0] - x[1]


def reduce_logits(x):
    """Return y with softmax(x) = softmax((0, y_1, ..., y_{K-1})).

    x: logits, shape (K,). Returns: shape (K-1,).
    """
    # solution
    return x[1:] - x[0]


# %% task="softmax.two-class-sigmoid" role="check"
check("softmax.two-class-sigmoid", z_of_x)

# %% task="softmax.k-minus-1-logits" role="check"
check("softmax.k-minus-1-logits", reduce_logits)

# %% [markdown] task="softmax.two-class-sigmoid-derivation" role="prompt"
# ### Show it for two classes
#
# Here `x` has two entries, `x[1]` and `x[2]`. Start from `softmax(x)[1]` and arrive at `σ(...)`, with
# your formula for $z$ in the brackets, in at least three steps. (Your text is kept as
# `derivation_softmax_two_class_sigmoid_derivation`.)
#
# If you like it: `%%derive softmax.k-minus-1-logits-derivation` in a cell of your own does the same
# for $K$ classes, for no points at all. It starts from `softmax(x)[i]`.

# %% task="softmax.two-class-sigmoid-derivation" role="derive"
# %%derive softmax.two-class-sigmoid-derivation
# softmax(x)[1]
# # solution
# = exp(x[1]) / (exp(x[1]) + exp(x[2]))      # definition of softmax
# = 1 / (1 + exp(x[2])/exp(x[1]))            # divide by e^x1
# = 1 / (1 + exp(-(x[1] - x[2])))            # laws of exponents
# = σ(x[1] - x[2])                           # definition of σ

# %% task="softmax.two-class-sigmoid-derivation" role="check"
check("softmax.two-class-sigmoid-derivation", derivation_softmax_two_class_sigmoid_derivation)

# %% [markdown]
# Now move both logits and watch the point on the curve. Lower both by the same amount: does anything
# happen?

# %%
two_classes()

# %% [markdown] task="softmax.limit-flaw" role="prompt"
# ### At the marker's desk: five solutions
#
# Change sides, but finish the tasks above first: these solutions give them away. Each goes wrong
# in **exactly one line**, and what comes after may inherit the error. Give the number of the first
# false line, and what it should say instead.
#
# **A. The limit.** *What does $S(c\,x)_i$ tend to for $c \to \infty$, if $x_i$ is a largest logit?*
#
# 1. By definition, $S(c\,x)_i = e^{c x_i} / \sum_j e^{c x_j}$.
# 2. Divided by $e^{c x_i}$ above and below, this is $1 / \sum_j e^{c (x_j - x_i)}$.
# 3. If $x_j$ is smaller than $x_i$, the term $e^{c (x_j - x_i)}$ tends to 0.
# 4. What remains is the term $j = i$, which is $e^0$; so the denominator tends to 1.
# 5. Hence $S(c\,x)_i$ tends to 1.
# 6. Probabilities sum to one, so all others tend to 0.
#
# `limit_flaw_line` is the line, `limit_flaw_fix` what the denominator tends to. You may use
# `n`, the number of logits, and `m`, the number of logits that are equal to the largest one.
#
# **B. Two classes.** *Write $S(x)$ with the sigmoid* $\sigma(t) = 1/(1 + e^{-t})$.
#
# 1. By definition, $S(x)_1 = e^{x_1} / (e^{x_1} + e^{x_2})$.
# 2. Divided by $e^{x_1}$ above and below, this is $1 / (1 + e^{x_2 - x_1})$.
# 3. It has the form of the sigmoid: $S(x)_1 = \sigma(x_2 - x_1)$.
# 4. The probabilities sum to one, so $S(x)_2 = 1 - S(x)_1$.
#
# `two_class_flaw_line` is the line, `two_class_flaw_fix` what stands inside the brackets of
# $\sigma$, in `x1` and `x2`.
#
# **C. K classes.** *Show that one of the $K$ logits may be put to zero.*
#
# 1. A shift by any constant leaves softmax as it is: $S(x) = S(x + c)$.
# 2. With $c = -x_1$ this says $S(x) = S(x - x_1)$.
# 3. The shifted vector is $(0,\; x_2 - x_1,\; \dots,\; x_K - x_1)$.
# 4. Define $y_i = x_{i+1} - x_1$.
# 5. Then the shifted vector is $(0,\; y_1,\; \dots,\; y_K)$.
# 6. So $S(x) = S\big((0,\; y_1,\; \dots,\; y_K)\big)$, and the zero carries no information.
#
# `k_minus_1_flaw_line` is the line, `k_minus_1_flaw_fix` the index of the last $y$, in `K`.
#
# **D. Who gains?** *The logits are $x = (0, 1, 2)$. Which classes gain when $c$ grows beyond 1?*
#
# 1. The probabilities are $S(x) \approx (0.090,\; 0.245,\; 0.665)$.
# 2. At $c = 1$, $\frac{d}{dc} S(c\,x)_i = S(x)_i\, (x_i - m)$ with the mean logit
#    $m = \sum_j S(x)_j\, x_j \approx 1.575$.
# 3. For class 1 the bracket is $0 - m$, which is negative: it loses.
# 4. For class 3 the bracket is $2 - m$, which is positive: it gains.
# 5. For class 2, which is more probable than class 1, the bracket is $1 - 0 = 1$: it gains too.
# 6. So every class but the least probable one gains.
#
# `scaling_flaw_line` is the line, `scaling_flaw_fix` what the bracket is in that line, in `m`.
#
# **E. Must all move?** *Multiply $K$ logits, no two of them equal, by $c \notin \{0, 1\}$. How many of
# the $K$ probabilities must change, at least?*
#
# 1. The ratio of any two components is $S(x)_i / S(x)_j = e^{x_i - x_j}$.
# 2. After scaling it is $e^{c (x_i - x_j)}$.
# 3. Since $x_i \ne x_j$ and $c \ne 1$, the two ratios differ.
# 4. So of any two components at least one changes.
# 5. Hence all of them change, $K$ in number.
# 6. In any case $S(c\,x) \ne S(x)$, so softmax is not invariant under scaling.
#
# `stubborn_flaw_line` is the line, `stubborn_flaw_fix` how many must change at least, in `K`.
#
# Formulas go between quotation marks, for example `"2*n + 1"`. The check looks at the form only;
# whether you are right is marked when you hand in.

# %% task="softmax.limit-flaw" role="flaw"
limit_flaw_line, limit_flaw_fix = ..., ...
two_class_flaw_line, two_class_flaw_fix = ..., ...
k_minus_1_flaw_line, k_minus_1_flaw_fix = ..., ...
scaling_flaw_line, scaling_flaw_fix = ..., ...
stubborn_flaw_line, stubborn_flaw_fix = ..., ...
# solution
limit_flaw_line, limit_flaw_fix = 4, "m"
two_class_flaw_line, two_class_flaw_fix = 3, "x1 - x2"
k_minus_1_flaw_line, k_minus_1_flaw_fix = 5, "K - 1"
scaling_flaw_line, scaling_flaw_fix = 5, "1 - m"
stubborn_flaw_line, stubborn_flaw_fix = 5, "K - 1"

# %% task="softmax.limit-flaw" role="check"
check("softmax.limit-flaw", limit_flaw_line, limit_flaw_fix)

# %% task="softmax.two-class-flaw" role="check"
check("softmax.two-class-flaw", two_class_flaw_line, two_class_flaw_fix)

# %% task="softmax.k-minus-1-flaw" role="check"
check("softmax.k-minus-1-flaw", k_minus_1_flaw_line, k_minus_1_flaw_fix)

# %% task="softmax.scaling-flaw" role="check"
check("softmax.scaling-flaw", scaling_flaw_line, scaling_flaw_fix)

# %% task="softmax.stubborn-flaw" role="check"
check("softmax.stubborn-flaw", stubborn_flaw_line, stubborn_flaw_fix)

# %% [markdown] task="softmax.partial-derivatives" role="prompt"
# ## 4. Slopes
#
# ### One entry of the Jacobian
#
# To train through softmax we need to know how output $i$ answers to input $j$. Both the
# numerator and the denominator of $S(x)_i$ may depend on $x_j$, so the quotient rule has two cases,
# $i = j$ and $i \ne j$; and the two fit into one formula with $\delta_{ij}$.
#
# Write `softmax_partial(x, i, j)`, the number $\partial S(x)_i / \partial x_j$, with `i` and `j`
# counted from 0. Express it through $S(x)$, so that it does not overflow.
#
# <details><summary>Hint</summary>
#
# Write $Z = \sum_k e^{x_k}$. What is $\partial Z / \partial x_j$? And for which $j$ does the
# derivative of the numerator $e^{x_i}$ vanish?
#
# </details>


# %% task="softmax.partial-derivatives" role="answer"
def softmax_partial(x, i, j):
    """Return dS_i/dx_j, a number. x: logits, shape (n,); i, j: indices from 0."""
    # solution
    s = softmax(x)
    return s[i] * ((i == j) - s[j])


# %% task="softmax.partial-derivatives" role="check"
check("softmax.partial-derivatives", softmax_partial)

# %% [markdown] task="softmax.partial-derivatives-derivation" role="prompt"
# ### The quotient rule, line by line
#
# Derive the formula you have just coded, for any `n`, from `d/dx[j] softmax(x)[i]` to an
# expression in `softmax(x)[i]`, `softmax(x)[j]` and `δ(i,j)`, in at least three steps (`delta` is
# read as δ). With `let Z = Σ[k,1,n](exp(x[k]))` on a line of its own you may write `Z` from then
# on. If you prefer two cases, open them with `case i = j:` and `case i != j:`. (Your text is kept
# as `derivation_softmax_partial_derivatives_derivation`.)

# %% task="softmax.partial-derivatives-derivation" role="derive"
# %%derive softmax.partial-derivatives-derivation
# let Z = Σ[k,1,n](exp(x[k]))
# d/dx[j] softmax(x)[i]
# # solution
# = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))              # definition of softmax
# = (δ(i,j)*exp(x[i])*Z - exp(x[i])*exp(x[j])) / Z^2       # quotient rule
# = exp(x[i])/Z * (δ(i,j) - exp(x[j])/Z)                   # take e^xi / Z out
# = softmax(x)[i]*(δ(i,j) - softmax(x)[j])                 # definition of softmax

# %% task="softmax.partial-derivatives-derivation" role="check"
check("softmax.partial-derivatives-derivation", derivation_softmax_partial_derivatives_derivation)

# %% [markdown] task="softmax.jacobian" role="prompt"
# ### The whole Jacobian, and a simpler cousin
#
# 1. Write `softmax_jacobian(x)`, all $n \times n$ entries as **one matrix expression** of
#    $s = S(x)$, without a loop.
# 2. The sigmoid, applied entry by entry, is a map from $n$ numbers to $n$ numbers too.
#    Write its Jacobian `sigmoid_jacobian(x)`, again of shape `(n, n)`.
#
# Before you run the checks, guess: what do the rows of each matrix sum to? For one of the two the
# answer does not depend on $x$, and you have met the reason in section 1.
#
# <details><summary>Hint</summary>
#
# Look at your formula for one entry: one part of it is on the diagonal only, the other is a
# product of something with index $i$ and something with index $j$. NumPy makes a matrix from a
# vector with `np.diag`, and one from two vectors with `np.outer`.
#
# </details>


# %% task="softmax.jacobian" role="answer"
def softmax_jacobian(x):
    """Return the Jacobian of softmax at x.

    x: logits, shape (n,). Returns: J[i, j] = dS_i/dx_j, shape (n, n).
    """
    # solution
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


def sigmoid_jacobian(x):
    """Return the Jacobian of the sigmoid, taken entry by entry. x: (n,). Returns: (n, n)."""
    # solution
    sigma = 1 / (1 + np.exp(-x))
    return np.diag(sigma * (1 - sigma))


# %% task="softmax.jacobian" role="check"
check("softmax.jacobian", softmax_jacobian)

# %% task="softmax.sigmoid-jacobian" role="check"
check("softmax.sigmoid-jacobian", sigmoid_jacobian)

# %% [markdown] task="softmax.linear-time-vjp" role="prompt"
# ### Never build the matrix
#
# A language model chooses among 100 000 words. The Jacobian of its softmax has ten thousand
# million entries: 80 gigabytes, for one word. Fortunately nobody needs it. Backpropagation asks
# only for the product with the upstream gradient,
#
# $$\frac{\partial L}{\partial x} = J^{\top} g, \qquad g = \frac{\partial L}{\partial S},$$
#
# and this vector takes $O(n)$ time and memory. Write `softmax_vjp(x, g)` and, for the
# entry-by-entry sigmoid, `sigmoid_vjp(x, g)`. They are tried on a million logits.
#
# <details><summary>Hint</summary>
#
# Put your matrix expression in front of $g$ and choose where to set the brackets. A row
# times a column is a single number.
#
# </details>


# %% task="softmax.linear-time-vjp" role="answer"
def softmax_vjp(x, g):
    """Return J^T g for softmax, without building J. x, g: shape (n,). Returns: shape (n,)."""
    # solution
    s = softmax(x)
    return s * (g - s @ g)


def sigmoid_vjp(x, g):
    """Return J^T g for the sigmoid, without building J. x, g: shape (n,). Returns: shape (n,)."""
    # solution
    sigma = 1 / (1 + np.exp(-x))
    return sigma * (1 - sigma) * g


# %% task="softmax.linear-time-vjp" role="check"
check("softmax.linear-time-vjp", softmax_vjp, sigmoid_vjp)

# %% [markdown] task="softmax.partial-flaw" role="prompt"
# ### At the marker's desk again: two solutions
#
# As before, and again after the tasks: the first false line, and what it should say.
#
# **D. A slope.** *Find $\partial S_i / \partial x_j$ for $i \ne j$.* We write $Z = \sum_k e^{x_k}$.
#
# 1. $S_i = e^{x_i} / Z$, where $\partial Z / \partial x_j = e^{x_j}$.
# 2. By the quotient rule, $\partial S_i / \partial x_j = (0 \cdot Z - e^{x_i} e^{x_j}) / Z^2$.
# 3. The zero goes away: $\partial S_i / \partial x_j = - e^{x_i} e^{x_j} / Z$.
# 4. As two factors: $\partial S_i / \partial x_j = - (e^{x_i} / Z) \cdot (e^{x_j} / Z)$.
# 5. Therefore $\partial S_i / \partial x_j = - S_i S_j$.
#
# `partial_flaw_line` is the line, `partial_flaw_fix` the denominator it should have below
# $- e^{x_i} e^{x_j}$, in `Z`.
#
# **E. A backward pass.** *Compute $J^{\top} g$ for softmax, with $s = S(x)$, in linear time.*
#
# 1. The Jacobian is $J = \mathrm{diag}(s) - s\, s^{\top}$.
# 2. We look for $J^{\top} g = (\mathrm{diag}(s) - s\, s^{\top})^{\top} g$.
# 3. $J$ is symmetric: $J^{\top} g = \mathrm{diag}(s)\, g - (s\, s^{\top})\, g$.
# 4. With other brackets, $J^{\top} g = s \odot g - s\, (s^{\top} g)$.
# 5. For three classes the first entry is $s_1 g_1 - s_1 (g_1 g_1 + g_2 g_2 + g_3 g_3)$.
# 6. The bracket is one number, the same for all entries: $O(n)$ operations in all.
#
# `vjp_flaw_line` is the line, `vjp_flaw_fix` what stands inside its brackets, in `s1`, `s2`, `s3`,
# `g1`, `g2`, `g3`.

# %% task="softmax.partial-flaw" role="flaw"
partial_flaw_line, partial_flaw_fix = ..., ...
vjp_flaw_line, vjp_flaw_fix = ..., ...
# solution
partial_flaw_line, partial_flaw_fix = 3, "Z^2"
vjp_flaw_line, vjp_flaw_fix = 5, "s1*g1 + s2*g2 + s3*g3"

# %% task="softmax.partial-flaw" role="check"
check("softmax.partial-flaw", partial_flaw_line, partial_flaw_fix)

# %% task="softmax.vjp-flaw" role="check"
check("softmax.vjp-flaw", vjp_flaw_line, vjp_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **shift**: one constant for all logits is free, and a good choice keeps $e^x$ finite.
# - You can **scale**: you know both ends of the dial, and who gains in between.
# - You can **count**: $K$ probabilities hold $K - 1$ numbers, and two classes are one sigmoid.
# - You can **differentiate**: entry by entry, as one matrix, and as a product that never builds it.
# - You can **prove** it: shift, two classes and slopes, with every step shown.
# - You can **read** a proof as a marker does, for its first false line.
#
# Softmax rarely travels alone. The next notebook joins it to the cross-entropy, and most of the
# work you have just done cancels beautifully.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
