# %% [markdown]
# # Cross-entropy II: surprise
#
# Some messages surprise you, most do not. Information theory measures surprise: an event of probability
# $p$ surprises by $\log(1/p)$. Averages of this one number explain what the loss of your classifier
# consists of, why it does not reach zero even for a perfect model, why noise is usually taken to be
# Gaussian, and what happens if you tell a network not to be too sure of itself.
#
# **What you will be able to do**
#
# - split a cross-entropy into the world's share and the model's;
# - say which laws surprise most, on $n$ outcomes and on the real line, and prove it;
# - compute a log-sum-exp of thousands, and its gradient;
# - train with labels that are not quite sure, and give loss and gradient.
#
# **You need** the cost of notebook Cross-entropy I, softmax, expectations, Jensen's inequality.
# **Time** 70 to 90 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $\mathrm{Ber}(x)$ | the law of a coin that shows 1 with probability $x$ |
# | $CE(p, x) = -x\log p - (1-x)\log(1-p)$ | the cost of the model $p$ if the truth is $x$ |
# | $H$ | entropy: the expected surprise under the true law |
# | $KL(q \,\Vert\, p) = E_q[\log (q/p)]$ | divergence of the model $p$ from the truth $q$, in this order |
# | $h(f) = -\int f \log f$ | differential entropy of a density $f$ |
# | $z$, $S(z)$ | logits, shape `(K,)`, and their softmax |
#
# Everything is in nats (natural logarithm), and $0 \log 0 = 0$.
#
# **Derivations.** In a cell that begins with `%%derive` you type formulas, not Python: one line per
# step, each beginning with `=` or `<=`. Write `ln(p)`, `*` for products, `Σ[k,1,n](p[k])` for a sum,
# `E(...)` and `Var(X)` for expectation and variance. An inequality needs a reason, after `#`. Run the
# cell: every line is checked against the one before.

# %% [markdown] role="staff"
# Ten tasks: three of them are derivations of what is coded beside them, one is find-the-flaw and
# one is six claims. The solution fits into 90 minutes. The binary classifier is in cross_entropy.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.cross_entropy import entropy_on_simplex, price_of_a_model

# %% [markdown]
# ## 1. What a model pays
#
# ### A floor that is not zero
#
# A coin shows 1 with probability $x$, you believe in $p$, and you pay $CE(p, x)$ per throw. Move $p$
# and look for the cheapest belief. Then move $x$. What is the lowest price, and when is it zero?

# %%
price_of_a_model()

# %% [markdown] task="cross_entropy.ce-kl" role="prompt"
# ### The world's share and the model's
#
# Let $x$ lie strictly between 0 and 1: a target that is itself a probability. (Where do such targets
# come from? Ten people label the same picture, and seven of them see a cat.) Show with a pencil that
#
# $$CE(p, x) = \underbrace{H(\mathrm{Ber}(x))}_{\text{the world's share}}
# + \underbrace{KL(\mathrm{Ber}(x) \,\Vert\, \mathrm{Ber}(p))}_{\text{the model's share}} .$$
#
# 1. `bern_entropy(x)` returns the first share,
# 2. `bern_kl(x, p)` the second: truth first, model second.
#
# Both take numbers, $0 < p < 1$ and $0 \le x \le 1$, the ends included.
#
# <details><summary>Hint</summary>
#
# What does the cost become if the model *is* the truth? And which of the two outcomes must not be
# forgotten in the sum? For $x = 0$ and $x = 1$ leave out the terms with the factor 0.
#
# </details>


# %% task="cross_entropy.ce-kl" role="answer"
def bern_entropy(x):
    """Return the entropy of Ber(x), in nats. x: number in [0, 1]."""
    # solution
    return -sum(q * np.log(q) for q in (x, 1 - x) if q > 0)


def bern_kl(x, p):
    """Return KL(Ber(x) || Ber(p)), in nats. x: number in [0, 1]; p: number in (0, 1)."""
    # solution
    return sum(q * np.log(q / r) for q, r in ((x, p), (1 - x, 1 - p)) if q > 0)


# %% task="cross_entropy.ce-kl" role="check"
check("cross_entropy.ce-kl", bern_kl, bern_entropy)

# %% [markdown] task="cross_entropy.ce-kl-derivation" role="prompt"
# ### The split, line by line
#
# Type what you have shown: from the cost to the entropy plus the divergence, each in its own bracket
# and written out for two outcomes. (Your text is kept as `derivation_cross_entropy_ce_kl_derivation`.)

# %% task="cross_entropy.ce-kl-derivation" role="derive"
# %%derive cross_entropy.ce-kl-derivation
# -x*ln(p) - (1-x)*ln(1-p)
# # solution
# = -x*ln(x) + x*(ln(x) - ln(p)) - (1-x)*ln(1-x) + (1-x)*(ln(1-x) - ln(1-p))
# = -x*ln(x) + x*ln(x/p) - (1-x)*ln(1-x) + (1-x)*ln((1-x)/(1-p))
# = (-x*ln(x) - (1-x)*ln(1-x)) + (x*ln(x/p) + (1-x)*ln((1-x)/(1-p)))

# %% task="cross_entropy.ce-kl-derivation" role="check"
check("cross_entropy.ce-kl-derivation", derivation_cross_entropy_ce_kl_derivation)

# %% [markdown] task="cross_entropy.kl-flaw" role="prompt"
# ### At the marker's desk: a share that vanished
#
# *Interpret $CE(p, x)$ for $0 < x < 1$ as a divergence.* The solution below goes wrong in **one line
# first**; what comes after may inherit the error.
#
# 1. By definition, $KL(\mathrm{Ber}(x) \,\Vert\, \mathrm{Ber}(p)) = x \log\frac{x}{p}
#    + (1-x) \log\frac{1-x}{1-p}$.
# 2. Split the logarithms: this is $A + B$, where $A$ collects those of $x$ and $1-x$, and $B$ those
#    of $p$ and $1-p$.
# 3. In the first part each logarithm stands beside its own probability, so $A = 0$.
# 4. The second part is the cost: $B = CE(p, x)$.
# 5. So the divergence is the cross-entropy, and a perfect model pays nothing.
#
# `kl_flaw_line` is the line, `kl_flaw_fix` what $A$ is equal to, in `x`, as a formula between
# quotation marks, for example `"2*x*log(x)"`. The check looks at the form only.

# %% task="cross_entropy.kl-flaw" role="flaw"
kl_flaw_line, kl_flaw_fix = ..., ...
# solution
kl_flaw_line, kl_flaw_fix = 3, "x*log(x) + (1-x)*log(1-x)"

# %% task="cross_entropy.kl-flaw" role="check"
check("cross_entropy.kl-flaw", kl_flaw_line, kl_flaw_fix)

# %% [markdown]
# ## 2. Who surprises most
#
# ### Three outcomes
#
# Every point of the triangle is a law on three outcomes; the corners are the certain ones. The thin
# curves join laws of equal entropy. Where is the summit? And what do the curves look like close to a
# corner?

# %%
entropy_on_simplex()

# %% [markdown] task="cross_entropy.max-entropy-discrete" role="prompt"
# ### On n outcomes
#
# 1. `entropy(p)` returns $H(p) = -\sum_i p_i \log p_i$ for a law of shape `(n,)`, in which some
#    probabilities may be 0.
# 2. `max_entropy(n)` returns two things: the law on $n$ outcomes with the largest entropy, shape
#    `(n,)`, and this entropy, a number.
#
# Prove it too. Jensen's inequality is at its best here: $H(p) = E[\log(1/p)]$, and the logarithm is
# concave. When does Jensen hold with equality?
#
# <details><summary>Hint</summary>
#
# $E[\log(1/p)] \le \log E[1/p]$. How many terms does the expectation on the right have, and what is
# each of them?
#
# </details>


# %% task="cross_entropy.max-entropy-discrete" role="answer"
def entropy(p):
    """Return the entropy of p in nats. p: probabilities, shape (n,), zeros allowed."""
    # solution
    p = np.asarray(p, dtype=float)
    p = p[p > 0]
    return -np.sum(p * np.log(p))


def max_entropy(n):
    """Return (law, entropy): the law on n outcomes with the largest entropy, shape (n,)."""
    # solution
    return np.full(n, 1 / n), np.log(n)


# %% task="cross_entropy.max-entropy-discrete" role="check"
check("cross_entropy.max-entropy-discrete", entropy, max_entropy)

# %% [markdown] task="cross_entropy.max-entropy-discrete-derivation" role="prompt"
# ### The summit, line by line
#
# Show that no law on `n` outcomes has an entropy above `ln(n)`. Behind the line that begins with `<=`
# name the fact that it rests on, for example `# Jensen`. (Kept as
# `derivation_cross_entropy_max_entropy_discrete_derivation`.)

# %% task="cross_entropy.max-entropy-discrete-derivation" role="derive"
# %%derive cross_entropy.max-entropy-discrete-derivation
# -Σ[k,1,n](p[k]*ln(p[k]))
# # solution
# = Σ[k,1,n](p[k]*ln(1/p[k]))              # laws of logarithms
# <= ln(Σ[k,1,n](p[k]*(1/p[k])))           # Jensen: ln is concave
# = ln(Σ[k,1,n](1))
# = ln(n)

# %% task="cross_entropy.max-entropy-discrete-derivation" role="check"
check(
    "cross_entropy.max-entropy-discrete-derivation",
    derivation_cross_entropy_max_entropy_discrete_derivation,
)

# %% [markdown] task="cross_entropy.max-entropy-gaussian" role="prompt"
# ### On the real line
#
# Without a bound a density may spread out for ever, so fix its mean $\mu$ and its variance. Among all
# such densities one has the largest differential entropy: the normal law, $g$. This is one reason why
# noise is modelled as Gaussian if nothing but its size is known.
#
# 1. Compute the entropy of the normal law: `gaussian_entropy(var)`, for the **variance** `var`.
# 2. Prove that no other density $f$ with this mean and variance does better. The whole proof is one
#    inequality, $KL(f \,\Vert\, g) \ge 0$, and one observation about $-\int f \log g$.
#
# Then put `entropy_claims` to a tuple of six truth values (a wrong one takes back a right one):
#
# 1. if $g$ is normal, $E_f[\log g]$ depends on $f$ only through its mean and its variance;
# 2. $KL(f \,\Vert\, g)$ is at most 0, with equality only for $f = g$;
# 3. a differential entropy can be negative;
# 4. for fixed $0 < x < 1$, the smallest value of $CE(p, x)$ over $p$ is 0;
# 5. minimising $CE(p, x)$ over $p$ is the same as minimising
#    $KL(\mathrm{Ber}(x) \,\Vert\, \mathrm{Ber}(p))$;
# 6. $KL(f \,\Vert\, g) = KL(g \,\Vert\, f)$ for all $f$ and $g$.
#
# <details><summary>Hint</summary>
#
# $\log g(t)$ is a constant minus $(t-\mu)^2/(2\,\mathrm{var})$. Its expectation needs nothing of $f$
# but two numbers, and these are given.
#
# </details>


# %% task="cross_entropy.max-entropy-gaussian" role="answer"
def gaussian_entropy(var):
    """Return the differential entropy of a normal law in nats. var: its variance, > 0."""
    # solution
    return 0.5 * np.log(2 * np.pi * np.e * var)


entropy_claims = ...
# solution
entropy_claims = (True, False, True, False, True, False)

# %% task="cross_entropy.max-entropy-gaussian" role="check"
check("cross_entropy.max-entropy-gaussian", gaussian_entropy)

# %% task="cross_entropy.entropy-claims" role="check"
check("cross_entropy.entropy-claims", entropy_claims)

# %% [markdown] task="cross_entropy.max-entropy-gaussian-derivation" role="prompt"
# ### What a normal model costs
#
# Here is the observation that makes the proof work. Let $X$ have any density $f$, and let the model $g$
# be normal with the same mean and variance. The expected cost $E[-\log g(X)]$ is the first line below.
# Show that it is a function of $\mathrm{Var}(X)$ alone, namely the entropy of $g$. (Kept as
# `derivation_cross_entropy_max_entropy_gaussian_derivation`.)

# %% task="cross_entropy.max-entropy-gaussian-derivation" role="derive"
# %%derive cross_entropy.max-entropy-gaussian-derivation
# E(ln(2*pi*Var(X))/2 + (X - E(X))^2/(2*Var(X)))
# # solution
# = ln(2*pi*Var(X))/2 + E((X - E(X))^2)/(2*Var(X))       # E is linear
# = ln(2*pi*Var(X))/2 + Var(X)/(2*Var(X))                # definition of the variance
# = ln(2*pi*Var(X))/2 + 1/2
# = ln(2*pi*e*Var(X))/2                                  # 1 = ln e

# %% task="cross_entropy.max-entropy-gaussian-derivation" role="check"
check(
    "cross_entropy.max-entropy-gaussian-derivation",
    derivation_cross_entropy_max_entropy_gaussian_derivation,
)

# %% [markdown] task="cross_entropy.log-sum-exp" role="prompt"
# ## 3. Many classes, without overflow
#
# ### Log-sum-exp and its gradient
#
# With $K$ classes and softmax, the cost of the class $k$ is
#
# $$-\log S(z)_k = \mathrm{lse}(z) - z_k, \qquad \mathrm{lse}(z) = \log \sum_i e^{z_i} .$$
#
# So one function stands in every classification loss. It is a *soft maximum*: never below the largest
# logit, and never more than $\log K$ above it. Written down naively it overflows at 710.
#
# 1. `logsumexp(x)` returns $\mathrm{lse}(x)$, a number, for $x$ of shape `(n,)`, right for logits
#    around $\pm 1000$ as well.
# 2. `logsumexp_grad(x)` returns its gradient, shape `(n,)`. Differentiate first, then look at the
#    result for a while: you have written it before.
#
# <details><summary>Hint</summary>
#
# Take the largest term $e^m$ out of the sum; the logarithm turns the factor into a summand.
#
# </details>


# %% task="cross_entropy.log-sum-exp" role="answer"
def logsumexp(x):
    """Return log sum_i e^{x_i} without overflow, a number. x: shape (n,)."""
    # solution
    m = np.max(x)
    return m + np.log(np.sum(np.exp(x - m)))


def logsumexp_grad(x):
    """Return the gradient of log-sum-exp at x. x: shape (n,). Returns: shape (n,)."""
    # solution
    return np.exp(x - logsumexp(x))


# %% task="cross_entropy.log-sum-exp" role="check"
check("cross_entropy.log-sum-exp", logsumexp, logsumexp_grad)

# %% [markdown] task="cross_entropy.label-smoothing" role="prompt"
# ### Labels that are not quite sure
#
# A label that says "class $k$, certainly" asks for the impossible: softmax reaches probability 1 only
# at infinity, and the logits set out on the journey. **Label smoothing** takes a share
# $\varepsilon$ away from certainty and spreads it over **all** $K$ classes, the right one included:
#
# $$q = (1 - \varepsilon)\, e_k + \frac{\varepsilon}{K}\,(1, \dots, 1), \qquad
# L(z) = -\sum_i q_i \log S(z)_i .$$
#
# 1. `smooth_ce(z, k, eps)` returns the loss, a number, for logits `z` of shape `(K,)`; the class `k`
#    counts from 0. It should survive logits of a thousand.
# 2. `smooth_ce_grad(z, k, eps)` returns its gradient in the logits, shape `(K,)`.
#
# With your gradient, answer a last question on paper: at which logits does the loss have its minimum,
# and why are they finite now?
#
# <details><summary>Hint</summary>
#
# Write $-\log S(z)_i$ with $\mathrm{lse}$, as above, and insert it. The entries of $q$ sum to 1: which
# part of the sum does not depend on $q$ at all?
#
# </details>


# %% task="cross_entropy.label-smoothing" role="answer"
def smooth_ce(z, k, eps):
    """Return the cross-entropy with a smoothed label, a number.

    z: logits, shape (K,); k: class, from 0; eps: number in [0, 1).
    """
    # solution
    z = np.asarray(z, dtype=float)
    return logsumexp(z) - (1 - eps) * z[k] - eps * z.mean()


def smooth_ce_grad(z, k, eps):
    """Return the gradient of `smooth_ce` in the logits. z: shape (K,). Returns: shape (K,)."""
    # solution
    gradient = logsumexp_grad(z) - eps / len(z)
    gradient[k] -= 1 - eps
    return gradient


# %% task="cross_entropy.label-smoothing" role="check"
check("cross_entropy.label-smoothing", smooth_ce, smooth_ce_grad)

# %% [markdown]
# ## What you can now do
#
# - You can **split a loss**: what is left of it at the optimum is the world's entropy, not an error.
# - You can **maximise surprise**: with one convexity argument on $n$ outcomes, with one divergence on
#   the real line.
# - You can **compute** a soft maximum at any size, and you know whose gradient it is.
# - You can **soften a label**, and say what that does to the logits.
#
# Next, the loss moves back through a whole network: backpropagation.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
