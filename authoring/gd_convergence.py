# %% [markdown]
# # Gradient descent: when it arrives, and when it only seems to
#
# "Go downhill, and you will end up at the bottom." It sounds so reasonable that one forgets to ask:
# how far is a step? In this notebook a run goes downhill at *every* step, for ever, on a function
# with a single minimum and no trap at all. It never arrives. You will know in closed form where it is
# after a million steps.
#
# Then the opposite: a landscape full of hills and valleys, about which we know next to nothing; and
# yet there is a guarantee, with a proof of three lines.
#
# **What you will be able to do**
#
# - prove that a function made of pieces is convex, joints included;
# - follow gradient descent in closed form, and find its limit points;
# - say where the step size $2/L$ comes from, and what happens there;
# - bound the smallest gradient without convexity, and say what the bound does not promise;
# - choose the best step for a quadratic, and see what momentum buys.
#
# **You need** derivatives, one-sided limits, geometric series; for section 5, eigenvalues.
# **Time** 80 to 90 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $x_{t+1} = x_t - \eta\, f'(x_t)$ | gradient descent with the step size $\eta$ |
# | $L$ | smoothness: the slope $f'$ changes by at most $L$ per unit of length |
# | $\mu$ | strong convexity: $f'$ rises by at least $\mu$ per unit of length |
# | $g_k = \nabla F(w_k)$ | gradient at the $k$-th iterate, $k = 0, 1, \dots$ |
# | $F_*$ | a lower bound of $F$ |
# | $\kappa = L/\mu$ | condition number |
#
# **The function of sections 1 and 2**
#
# $$f(x) = \begin{cases} \tfrac34 (1-x)^2 - 2(1-x) & x > 1, \\ x^2 - 1 & -1 \le x \le 1, \\
# \tfrac34 (1+x)^2 - 2(1+x) & x < -1. \end{cases}$$
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers.

# %% [markdown] role="staff"
# Thirteen tasks and 47 cells: gradient descent itself is four lines and worth one point, the
# counterexample and the claims are short, and the two derivations write down what was done on paper
# just before. Quadratics and momentum (section 5) go beyond the sheet; a class in a hurry can stop
# before them. The sheet has no flaw in this question, so there is none to find here.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.gd_convergence import heavy_ball, iterates, quadratic, valleys


def f(x):
    """Return f(x) for a number x."""
    if x > 1:
        return 3 / 4 * (1 - x) ** 2 - 2 * (1 - x)
    if x < -1:
        return 3 / 4 * (1 + x) ** 2 - 2 * (1 + x)
    return x**2 - 1


# %% [markdown] task="gd_convergence.convexity" role="prompt"
# ## 1. One bowl out of three pieces
#
# ### Convex, joints included
#
# Each piece is a parabola that opens upwards. Does that make the whole convex? Not by itself: at the
# joints the function must not jump, and its slope must not jump *down*. So look at $\pm 1$ from both
# sides.
#
# `joint_report()` returns a dict with these twelve numbers; `f(1-)` is the limit of $f$ from the left
# of 1, `f(1+)` that from the right, and so on:
#
# - `"f(1-)"`, `"f(1+)"`, `"f'(1-)"`, `"f'(1+)"`, and `"f(-1-)"`, `"f(-1+)"`, `"f'(-1-)"`, `"f'(-1+)"`;
# - `"f''_outer"` and `"f''_inner"`, the second derivatives of the outer and of the inner pieces;
# - `"mu"` and `"L"`: the largest $\mu$ and the smallest $L$ with
#   $\mu \le \frac{f'(y) - f'(x)}{y - x} \le L$ for all $x \ne y$.
#
# Then say in one sentence, to yourself, why $f$ is convex.
#
# <details><summary>Hint</summary>
#
# Differentiate each piece before you put in a number, and do not forget the inner derivative. For the
# last two: a slope that is continuous has, between two points, an average rise that lies between the
# smallest and the largest second derivative.
#
# </details>
#
# ### Why the joints matter
#
# Somebody says: "the second derivative is positive on every piece, so the function is convex." Prove
# them wrong. `not_convex()` returns four numbers `(a, b, c, d)` such that
#
# $$q(x) = \begin{cases} a x^2 + b x & x \le 0, \\ c x^2 + d x & x > 0 \end{cases}$$
#
# has a positive second derivative on both pieces and is *not* convex. Any such numbers will do.
#
# <details><summary>Hint</summary>
#
# Convex means that no chord runs below the graph. Which kind of kink at 0 makes the graph stick out
# above a short chord: one like that of $|x|$, or the other one?
#
# </details>


# %% task="gd_convergence.convexity" role="answer"
def joint_report():
    """Return a dict with the twelve numbers of the prompt."""
    # solution
    return {
        "f(1-)": 0,
        "f(1+)": 0,
        "f'(1-)": 2,
        "f'(1+)": 2,
        "f(-1-)": 0,
        "f(-1+)": 0,
        "f'(-1-)": -2,
        "f'(-1+)": -2,
        "f''_outer": 3 / 2,
        "f''_inner": 2,
        "mu": 3 / 2,
        "L": 2,
    }


def not_convex():
    """Return (a, b, c, d): both pieces bend upwards, and the function is not convex."""
    # solution
    return 1, 1, 1, -1


# %% task="gd_convergence.convexity" role="check"
check("gd_convergence.convexity", joint_report)

# %% task="gd_convergence.kink-counterexample" role="check"
check("gd_convergence.kink-counterexample", not_convex)

# %% [markdown] task="gd_convergence.convexity-derivation" role="prompt"
# ### A line that holds the bowl
#
# A convex function lies above each of its tangents. Prove it for the tangent at the joint $(1, 0)$,
# whose slope you have just reported: $f(x) \ge 2(x-1)$ for every real $x$. Each piece is a case of its
# own; begin it with `case x > 1:`, `case -1 <= x <= 1:` or `case x < -1:` on a line by itself, and let
# each line follow from the one before with `=` or `>=`. The cell knows `f(x)`. A square that is added
# makes a term larger, and the checker sees that as well.
#
# The lines are checked one after the other, and small steps are good steps; the text is kept as
# `derivation_gd_convergence_convexity_derivation`.

# %% task="gd_convergence.convexity-derivation" role="derive"
# %%derive gd_convergence.convexity-derivation
# case x > 1:
# f(x)
# # solution
# = 3/4*(x-1)^2 + 2*(x-1)
# >= 2*(x-1)
# case -1 <= x <= 1:
# f(x)
# = x^2 - 1
# = (x-1)^2 + 2*(x-1)
# >= 2*(x-1)
# case x < -1:
# f(x)
# = 3/4*(x+1)^2 - 2*(x+1)
# = 3/4*(x+1)^2 - 4*x + 2*(x-1)
# >= 2*(x-1)

# %% task="gd_convergence.convexity-derivation" role="check"
check("gd_convergence.convexity-derivation", derivation_gd_convergence_convexity_derivation)

# %% [markdown] task="gd_convergence.minimiser-gradient" role="prompt"
# ## 2. Going down
#
# ### The gradient, and gradient descent in four lines
#
# 1. Write `df(x)`, the derivative of $f$ at every real number. Where is it zero? That is the only
#    place where gradient descent may come to rest.
# 2. Write `gd_path(x0, eta, steps)`: the iterates $x_0, x_1, \dots$ of $x \leftarrow x - \eta f'(x)$ as
#    an array of `steps + 1` numbers, the start included.


# %% task="gd_convergence.minimiser-gradient" role="answer"
def df(x):
    """Return f'(x). x: a number. Returns: a number."""
    # solution
    if x > 1:
        return (3 * x + 1) / 2
    if x < -1:
        return (3 * x - 1) / 2
    return 2 * x


def gd_path(x0, eta, steps):
    """Return x_0, ..., x_steps, shape (steps + 1,)."""
    # solution
    path = [float(x0)]
    for _ in range(steps):
        path.append(path[-1] - eta * df(path[-1]))
    return np.array(path)


# %% task="gd_convergence.minimiser-gradient" role="check"
check("gd_convergence.minimiser-gradient", df)

# %% task="gd_convergence.descend" role="check"
check("gd_convergence.descend", gd_path)

# %% [markdown]
# ### Watch it run
#
# Start at $x_0 = 3$. First draw what you expect for $\eta = 1$, then move the slider: from timid steps
# through the comfortable middle to $\eta = 1$ and beyond. Your own `df` runs along, once it is
# written. At which $\eta$ does the behaviour change, and what is special about that number?

# %%
iterates(3.0, df=df, predict=True)

# %% [markdown] task="gd_convergence.oscillation" role="prompt"
# ### Downhill for ever
#
# Take $\eta = 1$ and start right of 1. Work out the first five iterates from $x_0 = 3$ by hand, and the
# values of $f$ with them. The values fall at every single step. The distances $|x_t| - 1$ are worth a
# closer look.
#
# `gd_closed(x0, t)` returns $x_t$ for any start $x_0 > 1$ and any $t = 0, 1, 2, \dots$ A loop would do;
# a formula says more.
#
# <details><summary>Hint</summary>
#
# Put $\eta = 1$ into $x - \eta f'(x)$ for $x > 1$ and for $x < -1$. Both cases fit into one line with
# $|x|$ and the sign of $x$. What does this line do to $|x| - 1$, and what to the sign?
#
# </details>


# %% task="gd_convergence.oscillation" role="answer"
def gd_closed(x0, t):
    """Return x_t of gradient descent with eta = 1 from x0 > 1. t: 0, 1, 2, ..."""
    # solution
    return (-1) ** t * (1 + (x0 - 1) / 2**t)


# %% task="gd_convergence.oscillation" role="check"
check("gd_convergence.oscillation", gd_closed)

# %% [markdown] task="gd_convergence.limit-points" role="prompt"
# ### Where it ends, if it ends
#
# The run of the last task in four answers:
#
# - `limit_points`: the limits of $x_t$ along the even and along the odd $t$, a tuple;
# - `limit_slopes`: the values of $f'$ at these two points, a tuple;
# - `limit_values`: the limit of $f(x_t)$, and the minimum of $f$, a tuple;
# - `eta_edge`: the largest number such that gradient descent converges to the minimum from every start
#   for every step size $0 < \eta <$ `eta_edge`.
#
# Is any limit point stationary? And what do you say to somebody who stops when $f$ no longer improves
# in the sixth decimal?

# %% task="gd_convergence.limit-points" role="answer"
limit_points = ...
limit_slopes = ...
limit_values = ...
eta_edge = ...
# solution
limit_points = (1, -1)
limit_slopes = (2, -2)
limit_values = (0, -1)
eta_edge = 1

# %% task="gd_convergence.limit-points" role="check"
check("gd_convergence.limit-points", limit_points, limit_slopes, limit_values, eta_edge)

# %% [markdown] task="gd_convergence.nonconvex-rate" role="prompt"
# ## 3. A guarantee for rough country
#
# ### Three lines of proof
#
# Forget convexity. $F$ is any function on $\mathbb{R}^d$ that is bounded below by $F_*$ and whose
# gradient changes by at most $L$ per unit of length. Then it lies below a parabola at every point,
#
# $$F(v) \le F(w) + \nabla F(w) \cdot (v - w) + \tfrac{L}{2}\, |v - w|^2.$$
#
# Take gradient descent with $\eta = 1/L$, and a pencil.
#
# 1. Put $w = w_k$ and $v = w_{k+1}$. By how much does $F$ fall at least, in terms of $|g_k|^2$ and $L$?
#    This is the **descent lemma**.
# 2. Add up over $k = 0, \dots, K-1$. Most terms cancel; how large can the sum of all falls be?
# 3. The smallest of $K$ numbers is at most their mean.
#
# Now write two functions.
#
# - `gd_bound(L, K, F0, Fstar)` returns the bound on $\min_{k < K} |g_k|^2$, the smallest *squared* norm.
# - `steps_needed(L, gap, eps)` returns the number of steps, an integer, after which the bound
#   guarantees an iterate with $|g_k| \le \varepsilon$; `gap` is $F(w_0) - F_*$.
#
# <details><summary>Hint</summary>
#
# $v - w = -g_k / L$. The linear term brings $-|g_k|^2/L$, the quadratic one takes something back.
#
# </details>


# %% task="gd_convergence.nonconvex-rate" role="answer"
def gd_bound(L, K, F0, Fstar):
    """Return the bound on the smallest squared gradient norm among the first K iterates."""
    # solution
    return 2 * L / K * (F0 - Fstar)


def steps_needed(L, gap, eps):
    """Return the number of steps K after which some gradient is at most eps in norm."""
    # solution
    return int(np.ceil(2 * L * gap / eps**2))


# %% task="gd_convergence.nonconvex-rate" role="check"
check("gd_convergence.nonconvex-rate", gd_bound, steps_needed)

# %% [markdown] task="gd_convergence.nonconvex-rate-derivation" role="prompt"
# ### The proof, line by line
#
# Now write down what you did with the pencil. In the cell below `g[k]` is the *squared* norm of the
# gradient at $w_k$, `F[k]` is $F(w_k)$ and `Fs` is $F_*$. Sums are typed as `Σ[k,0,K-1](...)`, and three
# facts may be quoted behind a `#`, each on a line of its own:
#
# - `# minimum <= mean`, for the smallest of $K$ numbers;
# - `# descent`, for $|g_k|^2 \le 2L\,(F(w_k) - F(w_{k+1}))$, the descent lemma solved for the gradient;
# - `# lower bound`, for $F_* \le F(w_K)$.
#
# Go from the smallest squared gradient to `2*L/K*(F[0] - Fs)`. The text is kept as
# `derivation_gd_convergence_nonconvex_rate_derivation`.

# %% task="gd_convergence.nonconvex-rate-derivation" role="derive"
# %%derive gd_convergence.nonconvex-rate-derivation
# min[k,0,K-1](g[k])
# # solution
# <= 1/K*Σ[k,0,K-1](g[k])                       # minimum <= mean
# <= 1/K*Σ[k,0,K-1](2*L*(F[k] - F[k+1]))        # descent
# = 2*L/K*Σ[k,0,K-1](F[k] - F[k+1])
# = 2*L/K*(F[0] - F[K])                         # telescoping
# <= 2*L/K*(F[0] - Fs)                          # lower bound

# %% task="gd_convergence.nonconvex-rate-derivation" role="check"
check(
    "gd_convergence.nonconvex-rate-derivation",
    derivation_gd_convergence_nonconvex_rate_derivation,
)

# %% [markdown] task="gd_convergence.descent-lemma" role="prompt"
# ### Measure it
#
# A proof is a proof, but it is a pleasure to watch one at work. This function has many valleys:
#
# $$F(w) = w^2 + 2 \sin^2(2w), \qquad F''(w) = 2 + 16 \cos(4w), \qquad L = 18, \qquad F_* = F(0) = 0.$$
#
# Its second derivative goes down to $-14$; nothing is convex here. Run gradient descent with
# $\eta = 1/L$ from `w0`. `descent_report(w0, K)` returns three numbers about the first $K$ steps:
#
# 1. the smallest *margin*, $\min_{k<K} \big(F(w_k) - F(w_{k+1}) - \tfrac{1}{2L} |g_k|^2\big)$. What does the
#    descent lemma say about its sign?
# 2. the smallest squared gradient, $\min_{k<K} |g_k|^2$;
# 3. its bound.

# %% task="gd_convergence.descent-lemma" role="answer"
def descent_report(w0, K):
    """Return (smallest margin, smallest squared gradient, bound) of K steps from w0."""
    # solution
    L, w, margins, squares = 18, w0, [], []
    F = lambda w: w**2 + 2 * np.sin(2 * w) ** 2
    for _ in range(K):
        g = 2 * w + 4 * np.sin(4 * w)
        margins.append(F(w) - F(w - g / L) - g**2 / (2 * L))
        squares.append(g**2)
        w = w - g / L
    return min(margins), min(squares), gd_bound(L, K, F(w0), 0)


# %% task="gd_convergence.descent-lemma" role="check"
check("gd_convergence.descent-lemma", descent_report)

# %% [markdown]
# ### Among valleys
#
# Choose the start. On the right, the smallest squared gradient so far and the bound. The bound always
# holds, and it is generous. But look at the start beside a hilltop: the very first gradient is tiny, and
# then they *grow*. And look where the runs come to rest.

# %%
valleys()

# %% [markdown] task="gd_convergence.rate-claims" role="prompt"
# ### What the bound says, and what it does not
#
# Put `rate_claims` to a tuple of six truth values, one per claim (a wrong one takes back a right one).
# Gradient descent runs with $\eta = 1/L$ unless a claim says otherwise.
#
# - claim 1: the bound holds for every $L$-smooth $F$ that is bounded below, convex or not;
# - claim 2: it bounds the gradient at the last of the $K$ iterates;
# - claim 3: $F$ falls at every step whose gradient is not zero;
# - claim 4: the iterates approach a global minimum of $F$;
# - claim 5: with $\eta = 2/L$ the same argument gives a bound as well;
# - claim 6: to halve the guaranteed norm of the smallest gradient takes four times the steps.

# %% task="gd_convergence.rate-claims" role="answer"
rate_claims = ...
# solution
rate_claims = (True, False, True, False, False, True)

# %% task="gd_convergence.rate-claims" role="check"
check("gd_convergence.rate-claims", rate_claims)

# %% [markdown]
# ## 4. Two slopes at once
#
# In one dimension a good step is easily found. In two, the trouble begins: the same $\eta$ has to serve
# a steep direction and a flat one. The figure shows $\tfrac12 (x^2 + \kappa\, y^2)$. With $\kappa = 1$
# one step is enough. Now raise $\kappa$ and try to keep both coordinates happy.

# %%
quadratic()

# %% [markdown] task="gd_convergence.quadratic-rate" role="prompt"
# ## 5. Beyond the sheet: how fast can it be?
#
# ### One factor per eigenvalue
#
# In the right coordinates every quadratic is $\tfrac12 \sum_i \lambda_i x_i^2$, and gradient descent
# multiplies coordinate $i$ by the same factor at every step. The $\lambda$'s are positive and come in
# any order; $\mu$ is the smallest, $L$ the largest.
#
# - `contraction(lam, eta)` returns the size of the worst of these factors.
# - `best_step(lam)` returns the $\eta$ for which it is smallest.
# - `best_rate(kappa)` returns what it then is, as a function of $\kappa = L/\mu$.
#
# <details><summary>Hint</summary>
#
# Draw the size of the factor against $\eta$, for the smallest and for the largest $\lambda$, in one
# picture. Where is the higher of the two curves lowest?
#
# </details>


# %% task="gd_convergence.quadratic-rate" role="answer"
def contraction(lam, eta):
    """Return the largest factor, in size, by which a step multiplies a coordinate.

    lam: eigenvalues, a list of positive numbers in any order; eta: step size.
    """
    # solution
    return max(abs(1 - eta * x) for x in lam)


def best_step(lam):
    """Return the step size with the smallest contraction."""
    # solution
    return 2 / (min(lam) + max(lam))


def best_rate(kappa):
    """Return the contraction of the best step, for the condition number kappa."""
    # solution
    return (kappa - 1) / (kappa + 1)


# %% task="gd_convergence.quadratic-rate" role="check"
check("gd_convergence.quadratic-rate", contraction, best_step, best_rate)

# %% [markdown] task="gd_convergence.momentum" role="prompt"
# ### A heavy ball
#
# Let the ball keep some of its speed:
# $x_{t+1} = x_t - \eta\, \nabla f(x_t) + \beta\, (x_t - x_{t-1})$. On a quadratic, each coordinate now obeys
# a recursion over *two* steps, $x_{t+1} = (1 + \beta - \eta\lambda)\, x_t - \beta\, x_{t-1}$. Its
# solutions are sums of powers $z^t$.
#
# - `momentum_rate(lam, eta, beta)` returns the largest $|z|$ over all eigenvalues in `lam`. Mind that
#   $z$ may be complex.
# - `best_momentum(mu, L)` returns `(eta, beta)` for which it is smallest. For the best pair both extreme
#   eigenvalues sit exactly where their two roots $z$ coincide, one positive and one negative.
#
# <details><summary>Hint</summary>
#
# Put $x_t = z^t$ to get a quadratic equation. If both roots coincide, their product is $z^2$; compare
# with the constant term. At $\lambda = \mu$ and at $\lambda = L$ the double roots differ in sign only:
# two equations for $\eta$ and $\beta$, best solved for $\sqrt{\beta}$.
#
# </details>


# %% task="gd_convergence.momentum" role="answer"
def momentum_rate(lam, eta, beta):
    """Return the largest |z| with z^2 - (1 + beta - eta lambda) z + beta = 0, lambda in lam."""
    # solution
    return max(np.abs(np.roots([1, -(1 + beta - eta * x), beta])).max() for x in lam)


def best_momentum(mu, L):
    """Return the best (eta, beta) for eigenvalues between mu and L."""
    # solution
    total = np.sqrt(L) + np.sqrt(mu)
    return 4 / total**2, ((np.sqrt(L) - np.sqrt(mu)) / total) ** 2


# %% task="gd_convergence.momentum" role="check"
check("gd_convergence.momentum", momentum_rate, best_momentum)

# %% [markdown]
# ### Let it roll
#
# The same bowl with $\kappa = 20$, and two sliders. Look for the lowest end of the curve on the right.
# Without momentum 60 steps bring you so far and no further; with it, thousands of times closer. Notice
# that with momentum even $\eta = 3/L$ is possible: inertia also calms.

# %%
heavy_ball()

# %% [markdown]
# ## What you can now do
#
# - You can **check convexity** of a function made of pieces, and you look at its joints.
# - You can **follow** a run to its limit points, and tell a falling $f$ from an arrival.
# - You can **explain** the number $2/L$: beyond it, the steepest direction overshoots and grows.
# - You can **guarantee** a small gradient without convexity, and you know which gradient is meant.
# - You can **tune** a step and a momentum for a quadratic, and say what $\kappa$ costs.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
