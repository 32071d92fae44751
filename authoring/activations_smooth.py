# %% [markdown]
# # Activations III: round corners
#
# ReLU has one corner, and a good deal of ingenuity has gone into rounding it off. This short
# notebook visits the results: softplus, which is old; the logarithm of a sigmoid, which hides in every
# classification loss; and GELU and SiLU, which sit in the language model you talked to this morning.
#
# **What you will be able to do**
#
# - write softplus and $\ln\sigma$ so that they survive an input of $\pm 800$;
# - derive the two identities that make it possible, line by line;
# - differentiate whatever activation is fashionable next year.
#
# **You need** logarithms, the product rule, NumPy arrays; the sigmoid from Activations II.
# **Time** 35 to 50 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $\sigma(x) = 1/(1+e^{-x})$ | logistic sigmoid |
# | $\mathrm{softplus}(x) = \ln(1+e^x)$ | a ReLU with a round corner |
# | $\Phi(x)$, $\varphi(x)$ | distribution function and density of the standard normal law |
#
# All functions act entry by entry on arrays of shape `(n,)`, and $\ln$ is the natural logarithm.
#
# **Derivations.** In a cell that begins with `%%derive` you type formulas, not Python: one line per
# step, each beginning with `=`. Write `σ(x)`, `exp(x)`, `ln(x)`, `softplus(x)`, and `*` for products. Run
# the cell: every line is checked against the one before.

# %% role="given"
import math

import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.activations import zoo


def sigma(x):
    """The sigmoid, entry by entry, without overflow."""
    e = np.exp(-np.abs(x))
    return np.where(x >= 0, 1.0, e) / (1.0 + e)


# %% [markdown]
# ## The zoo
#
# Choose a function, move $x$, and watch the slope on the right. Where the band is grey a unit
# hardly learns. Which functions have such a band on one side only?

# %%
zoo()

# %% [markdown] task="activations.softplus-difference" role="prompt"
# ## Round corners
#
# ### Softplus, and the logarithm of a sigmoid
#
# Softplus is a ReLU with a round corner. As it stands, $\ln(1+e^x)$ is useless for $x = 800$, although
# the answer is practically 800.
#
# 1. Simplify $\mathrm{softplus}(x) - \mathrm{softplus}(-x)$ with a pencil. The result is startlingly
#    short.
# 2. Use it to write `softplus(x)` so that no exponential is ever taken of a large number.
# 3. Find out how $\ln\sigma(x)$ and softplus are related, and write `log_sigmoid(x)`. The number
#    $\sigma(-800)$ is 0 to your computer; its logarithm is not minus infinity to you.
#
# The second function is the heart of every classification loss; you meet it again in the notebook on
# cross-entropy.
#
# <details><summary>Hint</summary>
#
# For the difference, write it as the logarithm of a quotient. For the code, `np.maximum(x, 0)` is the
# large part; what is added to it depends on $|x|$ only. `np.log1p(u)` is $\ln(1+u)$, exact for small
# $u$.
#
# </details>


# %% task="activations.softplus-difference" role="answer"
def softplus(x):
    """Return ln(1 + e^x) without overflow. x: shape (n,). Returns: shape (n,)."""
    # solution
    return np.maximum(x, 0) + np.log1p(np.exp(-np.abs(x)))


def log_sigmoid(x):
    """Return the logarithm of the sigmoid, without underflow. x: (n,). Returns: (n,)."""
    # solution
    return -softplus(-x)


# %% task="activations.softplus-difference" role="check"
check("activations.softplus-difference", softplus)

# %% task="activations.log-sigmoid-softplus" role="check"
check("activations.log-sigmoid-softplus", log_sigmoid)

# %% [markdown] task="activations.softplus-difference-derivation" role="prompt"
# ### The two identities, line by line
#
# First the difference of the two softplus. The laws of logarithms and exponents are all you
# need. (Kept as `derivation_activations_softplus_difference_derivation`.)

# %% task="activations.softplus-difference-derivation" role="derive"
# %%derive activations.softplus-difference-derivation
# softplus(x) - softplus(-x)
# # solution
# = ln(1+exp(x)) - ln(1+exp(-x))
# = ln((1+exp(x))/(1+exp(-x)))                                # one logarithm
# = ln(exp(x)*(1+exp(-x))/(1+exp(-x)))
# = ln(exp(x))
# = x

# %% task="activations.softplus-difference-derivation" role="check"
check(
    "activations.softplus-difference-derivation",
    derivation_activations_softplus_difference_derivation,
)

# %% [markdown] task="activations.log-sigmoid-softplus-derivation" role="prompt"
# Then $\ln\sigma(x)$, ending with a softplus. (Kept as `derivation_activations_log_sigmoid_softplus_derivation`.)

# %% task="activations.log-sigmoid-softplus-derivation" role="derive"
# %%derive activations.log-sigmoid-softplus-derivation
# ln(σ(x))
# # solution
# = ln(1/(1+exp(-x)))
# = -ln(1+exp(-x))
# = -softplus(-x)

# %% task="activations.log-sigmoid-softplus-derivation" role="check"
check(
    "activations.log-sigmoid-softplus-derivation",
    derivation_activations_log_sigmoid_softplus_derivation,
)

# %% [markdown] task="activations.gelu-silu" role="prompt"
# ## The newcomers
#
# ### GELU, SiLU and a leak
#
# ReLU multiplies $x$ by 0 or 1. The activations inside today's language models multiply it by
# something in between, a soft switch that depends on $x$ itself:
#
# $$\mathrm{GELU}(x) = x\,\Phi(x), \qquad \mathrm{SiLU}(x) = x\,\sigma(x).$$
#
# 1. Write `gelu(x)` and `silu(x)`. For $\Phi$ use the exact formula
#    $\Phi(x) = \tfrac12\big(1 + \mathrm{erf}(x/\sqrt2)\big)$; `math.erf` takes one number at a time.
# 2. Differentiate both: `gelu_grad(x)` and `silu_grad(x)`. Remember that $\Phi' = \varphi$ with
#    $\varphi(x) = e^{-x^2/2}/\sqrt{2\pi}$.
# 3. The **leaky ReLU** goes another way: $x$ for $x > 0$ and $\alpha x$ otherwise, so that no unit is
#    ever quite dead. Write `leaky_relu(x, alpha)` and `leaky_relu_grad(x, alpha)` for any
#    $\alpha > 0$, even above 1; at the kink the agreed slope is that of the left branch.
#
# Both newcomers dip below 0 before they rise. A question to take along: where is SiLU smallest?
#
# <details><summary>Hint</summary>
#
# Both slopes are one product rule. The leaky slope needs no derivative at all, just `np.where`.
#
# </details>


# %% task="activations.gelu-silu" role="answer"
def gelu(x):
    """Return x Phi(x). x: shape (n,). Returns: shape (n,)."""
    # solution
    return x * np.array([(1 + math.erf(t / math.sqrt(2))) / 2 for t in x])


def gelu_grad(x):
    """Return the slope of GELU. x: shape (n,). Returns: shape (n,)."""
    # solution
    cdf = np.array([(1 + math.erf(t / math.sqrt(2))) / 2 for t in x])
    return cdf + x * np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi)


def silu(x):
    """Return x sigma(x). x: shape (n,). Returns: shape (n,)."""
    # solution
    return x * sigma(x)


def silu_grad(x):
    """Return the slope of SiLU. x: shape (n,). Returns: shape (n,)."""
    # solution
    return sigma(x) + x * sigma(x) * (1 - sigma(x))


def leaky_relu(x, alpha):
    """Return x for x > 0, alpha x otherwise. x: shape (n,); alpha > 0. Returns: shape (n,)."""
    # solution
    return np.where(x > 0, x, alpha * x)


def leaky_relu_grad(x, alpha):
    """Return the slope of the leaky ReLU, alpha at x = 0. x: shape (n,). Returns: shape (n,)."""
    # solution
    return np.where(x > 0, 1.0, alpha)


# %% task="activations.gelu-silu" role="check"
check("activations.gelu-silu", gelu, gelu_grad, silu, silu_grad)

# %% task="activations.leaky-relu" role="check"
check("activations.leaky-relu", leaky_relu, leaky_relu_grad)

# %% [markdown]
# ## What you can now do
#
# - You can **round a corner** and keep the numbers finite at any input.
# - You can **take a logarithm** of something that the computer believes to be 0.
# - You can **differentiate** a product of $x$ and a switch, and name the two terms.
#
# Next comes softmax, the sigmoid for more than two classes.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
