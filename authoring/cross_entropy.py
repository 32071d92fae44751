# %% [markdown]
# # Cross-entropy I: what a mistake should cost
#
# A network looks at a picture and says: 0.8, it is a cat. Then somebody tells it the truth. How much
# should it pay if there is a cat, and how much if there is none? You can choose a price that looks
# sensible, or let probability theory choose one. The second way gives a curious price (infinite for
# those who were certain and wrong) and, as a present, the shortest gradient in deep learning.
#
# **What you will be able to do**
#
# - choose the output of a binary classifier, and say what it estimates;
# - derive its cost from maximum likelihood, and program it for certain answers too;
# - differentiate cross-entropy and squared error down to the pre-activation;
# - say, with numbers, why one of the two keeps learning from its worst mistakes;
# - find the line in which a minus got lost.
#
# **You need** the sigmoid and its slope (notebook Activations II), logarithms, the chain rule.
# **Time** 60 to 75 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $y \in \{0, 1\}$ | the label of one example |
# | $a$ | pre-activation of the output, also called the logit, any real number |
# | $f$ | output of the network, between 0 and 1 |
# | $\theta$ | all parameters of the network |
# | $x \in \{0, 1\}$, $p$ | in section 2: an observation, and the probability that it is 1 |
# | $L$ | loss of one example |
#
# $\log$ is the natural logarithm throughout, so costs are measured in nats.
#
# **Derivations.** In a cell that begins with `%%derive` you type formulas, not Python: one line per
# step, each beginning with `=`. Write `σ(a)`, `ln(p)`, `^` for powers, `*` for products, `d/da (...)` for a
# derivative and `σ'(a)` for that of the sigmoid. Run the cell: every line is checked against the one
# before.

# %% [markdown] role="staff"
# Fourteen tasks: the first two and the three slopes share prompts and answer cells, three tasks are
# derivations of what was coded before, and three are find-the-flaw. Entropy, divergence, log-sum-exp and label smoothing are a notebook of their own,
# cross_entropy_information: together they would pass 90 minutes and 45 cells.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.cross_entropy import gradients

# %% [markdown] task="cross_entropy.output-activation" role="prompt"
# ## 1. A number between 0 and 1
#
# ### Which output, and what it means
#
# The last layer delivers a pre-activation $a$; the larger it is, the more the network believes in
# class 1. A binary classifier should turn it into a number $f$ between 0 and 1.
#
# 1. Write `output(a)`, the activation that suits, for $a$ of shape `(n,)`: one entry per example. It
#    should be right for $a = \pm 800$ too.
# 2. Trained well, what does $f$ estimate? Put `output_meaning` to one letter:
#    - `"a"`: $P(x \mid y = 1)$;
#    - `"b"`: $P(y = 0 \mid x)$;
#    - `"c"`: $P(y = 1 \mid x)$, which is also $E[y \mid x]$;
#    - `"d"`: the most likely class;
#    - `"e"`: the log-odds $\log \frac{P(y = 1 \mid x)}{P(y = 0 \mid x)}$.
#
# <details><summary>Hint</summary>
#
# You have met a function that rises from 0 to 1 and is ½ where both classes are equally likely. The
# examples of a batch do not influence each other. For large $|a|$, remember its other coat.
#
# </details>


# %% task="cross_entropy.output-activation" role="answer"
def output(a):
    """Return the outputs f for the pre-activations a. a: shape (n,). Returns: shape (n,)."""
    # solution
    return (1 + np.tanh(a / 2)) / 2


output_meaning = ...
# solution
output_meaning = "c"

# %% task="cross_entropy.output-activation" role="check"
check("cross_entropy.output-activation", output)

# %% task="cross_entropy.output-meaning" role="check"
check("cross_entropy.output-meaning", output_meaning)

# %% [markdown] task="cross_entropy.bernoulli-mle" role="prompt"
# ## 2. A price that nobody made up
#
# ### From likelihood to cost
#
# A coin shows 1 with probability $p$ and 0 otherwise. You observe $x$.
#
# 1. Write the probability of what you observed as **one formula**, valid for $x = 0$ and $x = 1$.
# 2. Good parameters make the observation likely. Turn "as large as possible" into "as small as
#    possible" and the product over many observations into a sum: the cost.
# 3. Over a sample, which $p$ has the smallest total cost? (Pencil only; the answer is an old friend.)
#
# Write `bce(p, x)`, the cost of one observation, for numbers. It should also take targets between 0
# and 1, and it should be finite for those who are certain and right: $p = x = 0$ and $p = x = 1$. In
# this business $0 \log 0 = 0$.
#
# <details><summary>Hint</summary>
#
# An exponent of 0 makes a factor disappear; an exponent of 1 leaves it. For the computer, $0$ times
# $-\infty$ is NaN, so a term with the factor 0 is better not computed at all.
#
# </details>


# %% task="cross_entropy.bernoulli-mle" role="answer"
def bce(p, x):
    """Return the cost of observing x if 1 has probability p. p, x: numbers in [0, 1]."""
    # solution
    cost = 0.0
    if x > 0:
        cost -= x * np.log(p)
    if x < 1:
        cost -= (1 - x) * np.log(1 - p)
    return cost


# %% task="cross_entropy.bernoulli-mle" role="check"
check("cross_entropy.bernoulli-mle", bce)

# %% [markdown] task="cross_entropy.bernoulli-mle-derivation" role="prompt"
# ### The cost, line by line
#
# Now for `n` observations: from the likelihood, which is a product, to the cost, which is a sum. You
# need the laws of logarithms, one at a time. `Π[k,1,n](...)` is a product, `Σ[k,1,n](...)` a sum, and
# `x[k]` the observation with the number $k$. (Your text is kept as
# `derivation_cross_entropy_bernoulli_mle_derivation`.)

# %% task="cross_entropy.bernoulli-mle-derivation" role="derive"
# %%derive cross_entropy.bernoulli-mle-derivation
# -ln(Π[k,1,n](p^x[k]*(1-p)^(1-x[k])))
# # solution
# = -Σ[k,1,n](ln(p^x[k]*(1-p)^(1-x[k])))                 # logarithm of a product
# = -Σ[k,1,n](ln(p^x[k]) + ln((1-p)^(1-x[k])))           # once more
# = -Σ[k,1,n](x[k]*ln(p) + (1-x[k])*ln(1-p))             # logarithm of a power

# %% task="cross_entropy.bernoulli-mle-derivation" role="check"
check("cross_entropy.bernoulli-mle-derivation", derivation_cross_entropy_bernoulli_mle_derivation)

# %% [markdown] task="cross_entropy.ce-logit-gradient" role="prompt"
# ## 3. The slope that the network feels
#
# ### Two losses, two slopes
#
# Back to the classifier with the output $f = \sigma(a)$. Training never sees the loss itself; it sees
# the slope of the loss in $a$, and everything below is driven by this one number.
#
# 1. Differentiate $L = -y \log f - (1-y) \log(1-f)$ with respect to $a$. Go through $f$ with the chain
#    rule, and watch what cancels. `ce_grad(a, y)` returns it.
# 2. The rival: write `mse(f, y)`, **half** the squared error of the output.
# 3. Differentiate the rival with respect to $a$ as well. `mse_grad(a, y)` returns it.
#
# All arguments are numbers. Check your slopes with a central difference before you check them here;
# you can always trust one.
#
# <details><summary>Hint</summary>
#
# $\frac{dL}{da} = \frac{dL}{df} \cdot \frac{df}{da}$, and you know the slope of the sigmoid in terms
# of $f$. In the second loss do not overlook the inner derivative.
#
# </details>


# %% task="cross_entropy.ce-logit-gradient" role="answer"
def ce_grad(a, y):
    """Return the slope of the cross-entropy in the pre-activation a, for the label y."""
    # solution
    return output(a) - y


def mse(f, y):
    """Return half the squared error of the output f, for the label y."""
    # solution
    return (y - f) ** 2 / 2


def mse_grad(a, y):
    """Return the slope of half the squared error in the pre-activation a, for the label y."""
    # solution
    f = output(a)
    return (f - y) * f * (1 - f)


# %% task="cross_entropy.ce-logit-gradient" role="check"
check("cross_entropy.ce-logit-gradient", ce_grad)

# %% task="cross_entropy.mse-loss" role="check"
check("cross_entropy.mse-loss", mse)

# %% task="cross_entropy.mse-logit-gradient" role="check"
check("cross_entropy.mse-logit-gradient", mse_grad)

# %% [markdown] task="cross_entropy.ce-logit-gradient-derivation" role="prompt"
# ### Both slopes, line by line
#
# First the cross-entropy; the slope of the sigmoid may be quoted. Watch it come and go. (Kept as
# `derivation_cross_entropy_ce_logit_gradient_derivation`.)

# %% task="cross_entropy.ce-logit-gradient-derivation" role="derive"
# %%derive cross_entropy.ce-logit-gradient-derivation
# d/da (-y*ln(σ(a)) - (1-y)*ln(1 - σ(a)))
# # solution
# = -y*σ(a)*(1-σ(a))/σ(a) + (1-y)*σ(a)*(1-σ(a))/(1-σ(a))      # chain rule
# = -y*(1-σ(a)) + (1-y)*σ(a)                                  # cancel
# = -y + y*σ(a) + σ(a) - y*σ(a)                               # expand
# = σ(a) - y

# %% task="cross_entropy.ce-logit-gradient-derivation" role="check"
check(
    "cross_entropy.ce-logit-gradient-derivation",
    derivation_cross_entropy_ce_logit_gradient_derivation,
)

# %% [markdown] task="cross_entropy.mse-logit-gradient-derivation" role="prompt"
# Then the rival, ending with a product of three factors. (Kept as
# `derivation_cross_entropy_mse_logit_gradient_derivation`.)

# %% task="cross_entropy.mse-logit-gradient-derivation" role="derive"
# %%derive cross_entropy.mse-logit-gradient-derivation
# d/da ((y - σ(a))^2/2)
# # solution
# = (y - σ(a))*(-d/da σ(a))                                  # chain rule
# = (σ(a) - y)*d/da (1/(1 + exp(-a)))                        # definition of σ
# = (σ(a) - y)*exp(-a)/(1 + exp(-a))^2                       # chain rule
# = (σ(a) - y)*1/(1 + exp(-a))*(1 - 1/(1 + exp(-a)))
# = (σ(a) - y)*σ(a)*(1 - σ(a))                               # definition of σ

# %% task="cross_entropy.mse-logit-gradient-derivation" role="check"
check(
    "cross_entropy.mse-logit-gradient-derivation",
    derivation_cross_entropy_mse_logit_gradient_derivation,
)

# %% [markdown]
# ### See them side by side
#
# On the left both losses, on the right their slopes. Choose $y = 1$ and move $a$ from the right, where
# the network is right and knows it, to the far left, where it is wrong and does not know it.
# Before you arrive there: which of the two curves on the right would you rather be driven by? Your
# own two functions are drawn beside the true slopes.

# %%
gradients(ce_grad, mse_grad)

# %% [markdown] task="cross_entropy.ce-vs-mse" role="prompt"
# ### Confident and wrong
#
# Take a hopeless case: $y = 1$, but the network says $a = -10$. Give **six significant digits**.
#
# 1. `ce_slope`: the slope of the cross-entropy there;
# 2. `mse_slope`: the slope of half the squared error there;
# 3. `slope_ratio`: how many times larger (in absolute value) the first is than the second.
#
# Then put `loss_claims` to a tuple of six truth values (a wrong one takes back a right one):
#
# 1. on a confident mistake, the squared error has the larger slope in $a$;
# 2. the cross-entropy works well because it is bounded;
# 3. the squared error is a convex function of $a$;
# 4. the cross-entropy is a convex function of $a$;
# 5. both losses, averaged over $y$ for given $x$, are smallest at $f = P(y = 1 \mid x)$;
# 6. the cross-entropy is the negative log-likelihood of a Bernoulli model.
#
# <details><summary>Hint</summary>
#
# Let Python do the arithmetic: you have written the functions. A function is convex where its slope
# does not fall; the figure above shows slopes.
#
# </details>

# %% task="cross_entropy.ce-vs-mse" role="answer"
ce_slope = ...
mse_slope = ...
slope_ratio = ...
loss_claims = ...
# solution
ce_slope = ce_grad(-10.0, 1)
mse_slope = mse_grad(-10.0, 1)
slope_ratio = ce_slope / mse_slope
loss_claims = (False, False, False, True, True, True)

# %% task="cross_entropy.ce-vs-mse" role="check"
check("cross_entropy.ce-vs-mse", ce_slope, mse_slope, slope_ratio)

# %% task="cross_entropy.loss-claims" role="check"
check("cross_entropy.loss-claims", loss_claims)

# %% [markdown]
# ### In your own words
#
# Which of the two losses would you choose for a binary classifier, and why? Give at least two
# reasons, one of them with a number from above. At most 100 words, in the cell below (double-click
# it). A person reads this answer.

# %% [markdown] task="cross_entropy.ce-vs-mse" role="rubric" points=2
# # solution
# **How to mark** (2 points in all).
#
# 1. Chooses the cross-entropy (half a point).
# 2. Likelihood: it is the negative log-likelihood of a Bernoulli model (half a point).
# 3. Saturation: the squared error has the extra factor f(1 - f), which vanishes on confident mistakes;
#    with a number, such as -0.99995 against -0.0000454 at a = -10, y = 1 (one point).
# 4. Convexity in a, or calibration, may replace point 2 or half of point 3.
#
# Wrong, and worth a remark: "the squared error has no interpretation" (it is Brier's score, and its
# expected value is smallest at P(y = 1 | x) too), "the cross-entropy is bounded".
#
# **A model answer.** The cross-entropy. It is the negative log-likelihood of the labels, and it is
# convex in a. Above all its slope f - y stays near 1 in size on a confident mistake: at a = -10, y = 1
# it is -0.99995, while the squared error, slowed down by f(1 - f), has -0.0000454, so that gradient
# descent hardly moves exactly where it should hurry.

# %% [markdown] task="cross_entropy.output-flaw" role="prompt"
# ### At the marker's desk: three solutions
#
# Now you mark. Each solution goes wrong in **one line first**; what comes after may inherit the error.
# Give the number of that line, and what it should say.
#
# **A. An output for class 1.**
#
# 1. The larger the pre-activation $a$, the more the network believes in class 1.
# 2. So the output $f$ should rise from 0 to 1 as $a$ grows.
# 3. A function that does this is $f = 1/(1 + e^{a})$.
# 4. With two classes, $P(y = 0 \mid x)$ is then $1 - f$.
# 5. When we differentiate, we shall use $df/da = f\,(1-f)$.
#
# `output_flaw_line` is the line, `output_flaw_fix` the right-hand side, in `a`.
#
# **B. The cost of an observation.** *Find the cost $C$ that training should minimise, for $x \in
# \{0, 1\}$.*
#
# 1. The observation $x$ has the probability $P(x) = p^x (1-p)^{1-x}$.
# 2. We look for the $p$ under which the observations are most likely.
# 3. The logarithm keeps the order: $\log P(x) = x \log p + (1-x) \log(1-p)$.
# 4. So the cost to be minimised is $C(p, x) = x \log p + (1-x) \log(1-p)$.
# 5. Over a sample, the best $p$ is the mean of the observations.
#
# `likelihood_flaw_line` is the line, `likelihood_flaw_fix` the right-hand side, in `x` and `p`.
#
# **C. A slope.** *Differentiate $L = \tfrac12 (y - f)^2$ with $f = \sigma(a)$ with respect to $a$.*
#
# 1. By the chain rule we need $dL/df$ and $df/da$.
# 2. Together they give $dL/da = (y - f) \cdot df/da$.
# 3. The slope of the sigmoid is $df/da = f\,(1-f)$.
# 4. Hence $dL/da = (f - y)\, f\,(1-f)$.
#
# `slope_flaw_line` is the line, `slope_flaw_fix` its right-hand side, in `y` and `f` (with $f(1-f)$
# for $df/da$).
#
# Formulas go between quotation marks, for example `"2*x*log(y)"` or `"exp(-a)"`. The check looks at
# the form only; whether you are right is marked when you hand in.

# %% task="cross_entropy.output-flaw" role="flaw"
output_flaw_line, output_flaw_fix = ..., ...
likelihood_flaw_line, likelihood_flaw_fix = ..., ...
slope_flaw_line, slope_flaw_fix = ..., ...
# solution
output_flaw_line, output_flaw_fix = 3, "1/(1 + exp(-a))"
likelihood_flaw_line, likelihood_flaw_fix = 4, "-x*log(p) - (1-x)*log(1-p)"
slope_flaw_line, slope_flaw_fix = 2, "-(y - f)*f*(1 - f)"

# %% task="cross_entropy.output-flaw" role="check"
check("cross_entropy.output-flaw", output_flaw_line, output_flaw_fix)

# %% task="cross_entropy.likelihood-flaw" role="check"
check("cross_entropy.likelihood-flaw", likelihood_flaw_line, likelihood_flaw_fix)

# %% task="cross_entropy.slope-flaw" role="check"
check("cross_entropy.slope-flaw", slope_flaw_line, slope_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **choose an output** and say which probability it stands for.
# - You can **derive a cost** instead of inventing one, and program its corners.
# - You can **differentiate to the logit**, and you know why the shortest slope learns best.
# - You can **defend the choice** in a hundred words.
#
# The second half asks what the cost *means*: how much of it is the model's fault, and how much is
# the world's.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
