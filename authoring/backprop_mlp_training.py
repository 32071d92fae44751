# %% [markdown]
# # From gradients to a network that learns
#
# Eight gradients for one example: that was the first half. Now there are many examples, and the
# gradients have to be *right*, because a wrong one does not crash. It trains, a little worse, and
# nobody knows why. So before you train anything you build a tool that catches wrong gradients; then
# you turn it on your own work; and at the end your network untangles two spirals while you watch.
#
# **What you will be able to do**
#
# - say what is minimised, over how many numbers, and what a penalty adds to the gradient;
# - build a gradient checker, choose its step, and know when not to believe it;
# - write forward and backward passes for a batch, one example per row;
# - train a network that is yours down to the last line;
# - differentiate a layer in which every input has three ways to the loss.
#
# **You need** the first half of this topic: keep your notebook open beside this one, you may copy
# your own lines. **Time** 90 minutes.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $X$, $y$ | a batch, one example per **row**, and its classes, counted from 0 | `(n, d)`, `(n,)` |
# | $H^a, H^s$ | hidden units before and after the ELU | `(n, dh)` |
# | $O^a, O^s$ | logits and probabilities | `(n, m)` |
# | $W_1, b_1, W_2, b_2$ | weights and biases, as before | `(dh, d)`, `(dh,)`, `(m, dh)`, `(m,)` |
# | $R = \frac1n \sum_i L_i$ | empirical risk: the **mean** loss of the batch | a number |
# | $\lambda_{11}, \lambda_{12}, \lambda_{21}, \lambda_{22}$ | weight of a penalty: layer first, norm second | numbers |
#
# $\mathrm{ELU}(z) = z$ if $z > 0$, else $\alpha\,(e^z - 1)$; the slope at 0 follows the "otherwise"
# branch, and $\alpha = 0$ is the ReLU.

# %% [markdown] role="staff"
# Sixteen tasks, because the sheets ask for the small steps (count, step, two norms) one by one:
# they are one-liners. The complex step and the best step share prompt and answer, and so do the
# four flaws. Everything a student needs is written in this notebook; the first half, backprop_mlp,
# is not imported. The solution takes 90 minutes.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.backprop_mlp import learned, training

# %% [markdown] task="backprop_mlp.empirical-risk-params" role="prompt"
# ## 1. What is minimised
#
# ### A mean, and a lot of parameters
#
# 1. `empirical_risk(losses)` returns $R$ from the losses of the $n$ examples, an array of shape
#    `(n,)`.
# 2. `n_params(d, dh, m)` returns the size of $\theta = \{W_1, b_1, W_2, b_2\}$, the number of all
#    entries. Count before you factor.
#
# Why the mean and not the sum? The minimiser is the same; but think of what happens to a step
# $\eta\,\nabla R$, or to a penalty beside $R$, when the training set doubles.
#
# <details><summary>Hint</summary>
#
# How many biases has a layer: one per input, or one per output?
#
# </details>


# %% task="backprop_mlp.empirical-risk-params" role="answer"
def empirical_risk(losses):
    """Return the empirical risk. losses: one per example, (n,). Returns: a number."""
    # solution
    return np.sum(losses) / len(losses)


def n_params(d, dh, m):
    """Return the number of parameters for d inputs, dh hidden units and m outputs."""
    # solution
    return dh * d + dh + m * dh + m


# %% task="backprop_mlp.empirical-risk-params" role="check"
check("backprop_mlp.empirical-risk-params", empirical_risk, n_params)

# %% [markdown] task="backprop_mlp.batch-gd" role="prompt"
# ### One step downhill
#
# `gd_step(theta, grads, eta)` takes a list of parameters and the list of their gradients, and
# returns the list (or tuple) of new parameters after one step of gradient descent.
#
# <details><summary>Hint</summary>
#
# In a loop, `t = t - ...` gives the name `t` to a new array; the list still holds the old one.
#
# </details>


# %% task="backprop_mlp.batch-gd" role="answer"
def gd_step(theta, grads, eta):
    """Return the parameters after one step of size eta.

    theta, grads: lists of arrays, pairwise of the same shape. Returns: a list or tuple of arrays.
    """
    # solution
    return [t - eta * g for t, g in zip(theta, grads, strict=True)]


# %% task="backprop_mlp.batch-gd" role="check"
check("backprop_mlp.batch-gd", gd_step)

# %% [markdown] task="backprop_mlp.l2-gradient" role="prompt"
# ## 2. A price for large weights
#
# ### Two norms and their slopes
#
# 1. `grad_l2sq(x)` returns the gradient of $\|x\|_2^2 = \sum_k x_k^2$.
# 2. `grad_l1(x)` returns the gradient of $\|x\|_1 = \sum_k |x_k|$. Where an entry is zero there is
#    no derivative in that coordinate: any number from $-1$ to 1 would do as a subgradient. Our
#    **convention** is 0.
#
# Both take arrays of any shape and return the same shape. Then compare: near zero, which of the two
# norms still pushes, and which one has given up?
#
# <details><summary>Hint</summary>
#
# Draw $|t|$. What is its slope on the right, and on the left? Dividing by $|t|$ is a bad way to
# write it: weights that are exactly zero are what the 1-norm is good at.
#
# </details>


# %% task="backprop_mlp.l2-gradient" role="answer"
def grad_l2sq(x):
    """Return the gradient of the squared 2-norm of x; the shape of x."""
    # solution
    return 2 * x


def grad_l1(x):
    """Return the gradient of the 1-norm of x, 0 where an entry is 0; the shape of x."""
    # solution
    return np.sign(x)


# %% task="backprop_mlp.l2-gradient" role="check"
check("backprop_mlp.l2-gradient", grad_l2sq)

# %% task="backprop_mlp.l1-gradient" role="check"
check("backprop_mlp.l1-gradient", grad_l1)

# %% [markdown] task="backprop_mlp.regularised-gradient" role="prompt"
# ### What the penalties add
#
# The risk with penalties is
#
# $$\tilde R = R + \lambda_{11} \|W_1\|_1 + \lambda_{12} \|W_1\|_2^2 + \lambda_{21} \|W_2\|_1 + \lambda_{22} \|W_2\|_2^2,$$
#
# with the norms taken over all entries of a matrix. `reg_grads(W1, W2, l11, l12, l21, l22)` returns
# the pair of terms that are **added** to the gradients of $R$ at $W_1$ and at $W_2$. The biases are
# free. Before you check, ask your signs: does a step of gradient descent move a weight towards
# zero, or away from it?
#
# <details><summary>Hint</summary>
#
# You have just written both slopes. Each term of the sum contains one matrix and one lambda.
#
# </details>


# %% task="backprop_mlp.regularised-gradient" role="answer"
def reg_grads(W1, W2, l11, l12, l21, l22):
    """Return what the penalties add to the gradients of W1 (dh, d) and of W2 (m, dh)."""
    # solution
    dW1 = l11 * grad_l1(W1) + l12 * grad_l2sq(W1)
    dW2 = l21 * grad_l1(W2) + l22 * grad_l2sq(W2)
    return dW1, dW2


# %% task="backprop_mlp.regularised-gradient" role="check"
check("backprop_mlp.regularised-gradient", reg_grads)

# %% [markdown] task="backprop_mlp.gradient-checker" role="prompt"
# ## 3. Trust, but verify
#
# ### A gradient checker of your own
#
# A function knows nothing of your derivation, so it makes an honest witness. The **central
# difference** asks it twice for every entry:
#
# $$\frac{\partial f}{\partial x_i} \approx \frac{f(x + h\,e_i) - f(x - h\,e_i)}{2h}.$$
#
# 1. `numerical_gradient(f, x, h)`: `f` takes an array of shape `(n,)` and returns a number. Return
#    all $n$ quotients. The point `x` may hold integers.
# 2. `relative_error(a, b)` returns $\|a-b\| / (\|a\| + \|b\|)$ in the Euclidean norm over all
#    entries, and 0 when both are zero.
#
# <details><summary>Hint</summary>
#
# Move one entry, and leave the others alone. If you move it in place, who puts it back? And what
# happens to `x[i] + 0.25` in an array of integers?
#
# </details>


# %% task="backprop_mlp.gradient-checker" role="answer"
def numerical_gradient(f, x, h):
    """Return the central differences of f at x, one per entry. x: (n,). Returns: (n,)."""
    # solution
    x = np.array(x, dtype=float)
    return np.array([(f(x + e) - f(x - e)) / (2 * h) for e in h * np.eye(len(x))])


def relative_error(a, b):
    """Return |a - b| / (|a| + |b|), a number; 0 if both are zero. a, b: the same shape."""
    # solution
    size = np.linalg.norm(a) + np.linalg.norm(b)
    return np.linalg.norm(a - b) / size if size > 0 else 0.0


# %% task="backprop_mlp.gradient-checker" role="check"
check("backprop_mlp.gradient-checker", numerical_gradient, relative_error)

# %% [markdown]
# ### How small a step?
#
# Small, you would think, and then smaller still. Guess which of the steps below is the best for
# $f(x) = e^x$ at $x = 1$, and how many digits the smallest one gets right. Then run the cell.

# %%
try:
    print("    step h   relative error")
    for h in 10.0 ** -np.arange(1, 16, 2):
        slope = numerical_gradient(lambda v: np.exp(v[0]), np.array([1.0]), h)
        print(f"{h:10.0e}   {relative_error(slope, np.array([np.e])):.1e}")
except NotImplementedError as reason:
    print(f"Not yet: {reason}.")

# %% [markdown] task="backprop_mlp.complex-step" role="prompt"
# ### The best step, and a way around it
#
# Two errors compete. Taylor says that the central difference is off by $h^2 |f'''|/6$. The computer
# adds a rounding error of about $\varepsilon |f| / h$, because it subtracts two numbers that are
# nearly equal.
#
# 1. `best_step(f, f3, eps)` returns the $h > 0$ that makes $\varepsilon |f|/h + h^2 |f'''|/6$
#    smallest. It gets the values $f$, $f'''$ (either sign, not zero) and $\varepsilon$.
# 2. Where does the trouble come from? From the subtraction. For an analytic $f$,
#    $f(x + ih) = f(x) + ih f'(x) - \dots$, and the slope can be read off **without one**.
#    `complex_step_gradient(f, x, h)` returns the gradient with a step along the imaginary axis, one
#    entry after the other. It is tried with $h = 10^{-20}$.
#
# <details><summary>Hint</summary>
#
# At the smallest sum, the derivative with respect to $h$ is zero; that is not where the two terms
# are equal. For the second: which part of $f(x + ih)$ is proportional to $h$? In Python, `1j` is
# $i$.
#
# </details>


# %% task="backprop_mlp.complex-step" role="answer"
def best_step(f, f3, eps):
    """Return the best step of a central difference. f, f3, eps: numbers. Returns: a number."""
    # solution
    return np.cbrt(3 * eps * abs(f) / abs(f3))


def complex_step_gradient(f, x, h):
    """Return the gradient of f at x with a complex step. x: (n,), real. Returns: (n,), real."""
    # solution
    return np.array([np.imag(f(x + 1j * e)) / h for e in h * np.eye(len(x))])


# %% task="backprop_mlp.complex-step" role="check"
check("backprop_mlp.complex-step", complex_step_gradient)

# %% task="backprop_mlp.step-size" role="check"
check("backprop_mlp.step-size", best_step)

# %% [markdown] task="backprop_mlp.kink-claims" role="prompt"
# ### When not to believe it
#
# True or false? `kink_claims` is a tuple of six times `True` or `False`, in this order.
#
# 1. At $z = 0$ the central difference of the ReLU is $\tfrac12$, whatever $h$ is.
# 2. Halving $h$ always halves the error of the central difference.
# 3. A pre-activation nearer to 0 than the step can make a *right* gradient look wrong.
# 4. The ELU with $\alpha = 0.7$ has a derivative at 0.
# 5. For an analytic $f$, a complex step of $10^{-100}$ is as good as one of $10^{-20}$.
# 6. A gradient check at $W_1 = W_2 = 0$ is as good as a check at random weights.
#
# <details><summary>Hint</summary>
#
# For the sixth: which gradients vanish there, and would a wrong formula be caught?
#
# </details>

# %% task="backprop_mlp.kink-claims" role="answer"
kink_claims = ...
# solution
kink_claims = (True, False, True, False, True, False)

# %% task="backprop_mlp.kink-claims" role="check"
check("backprop_mlp.kink-claims", kink_claims)

# %% [markdown] task="backprop_mlp.batch-forward" role="prompt"
# ## 4. A whole batch at once
#
# ### Forwards, in rows
#
# With one example per row, $x$ has become a row of $X$. Transpose $h^a = W_1 x + b_1$, and you know
# on which side the weights stand now, and how.
#
# 1. `batch_forward(X, W1, b1, W2, b2, alpha)` returns $(H^a, H^s, O^a)$, without a loop over
#    examples.
# 2. `batch_loss(O_a, y)` returns the mean negative log-probability of the true classes, finite for
#    logits of $\pm 1000$.
#
# <details><summary>Hint</summary>
#
# `O_a[np.arange(n), y]` picks one entry from each row. Sums and maxima over a row have
# `axis=1`; with `keepdims=True` they still fit beside the rows.
#
# </details>


# %% task="backprop_mlp.batch-forward" role="answer"
def batch_forward(X, W1, b1, W2, b2, alpha):
    """Return (H_a, H_s, O_a) of a batch.

    X: (n, d), W1: (dh, d), b1: (dh,), W2: (m, dh), b2: (m,). Returns: (n, dh), (n, dh), (n, m).
    """
    # solution
    H_a = X @ W1.T + b1
    H_s = np.where(H_a > 0, H_a, alpha * np.expm1(np.minimum(H_a, 0)))
    return H_a, H_s, H_s @ W2.T + b2


def batch_loss(O_a, y):
    """Return the mean of -log softmax(row)[class]. O_a: logits, (n, m); y: classes, (n,)."""
    # solution
    top = O_a.max(axis=1, keepdims=True)
    log_sums = np.log(np.exp(O_a - top).sum(axis=1)) + top[:, 0]
    return np.mean(log_sums - O_a[np.arange(len(y)), y])


# %% task="backprop_mlp.batch-forward" role="check"
check("backprop_mlp.batch-forward", batch_forward, batch_loss)

# %% [markdown] task="backprop_mlp.batch-backward" role="prompt"
# ### Backwards, in rows
#
# `batch_backward(X, W1, W2, H_a, H_s, O_s, y, alpha)` returns **seven gradients of the mean loss**,
# in this order:
#
# $$O^a,\quad W_2,\quad b_2,\quad H^s,\quad H^a,\quad W_1,\quad b_1.$$
#
# Three questions decide everything. Where does the $\frac1n$ enter, once and for all? A weight
# serves every example of the batch: where in your matrix product are the examples added up? And who
# adds them up for a bias?
#
# Each gradient is marked from your own earlier ones, as in the first half.
#
# <details><summary>Hint</summary>
#
# Take the formulas for columns, and let the shapes decide: (m × dh) from (n × m) and (n × dh) is
# possible in one way only. Summing over $n$ is what the inner dimension of a product does.
#
# </details>


# %% task="backprop_mlp.batch-backward" role="answer"
def batch_backward(X, W1, W2, H_a, H_s, O_s, y, alpha):
    """Return the gradients of the mean loss at (O_a, W2, b2, H_s, H_a, W1, b1), in this order.

    X: (n, d), W1: (dh, d), W2: (m, dh), H_a, H_s: (n, dh), O_s: probabilities, (n, m), y: (n,).
    """
    # solution
    n = len(X)
    G_oa = np.array(O_s)
    G_oa[np.arange(n), y] -= 1
    G_oa = G_oa / n
    G_hs = G_oa @ W2
    G_ha = G_hs * np.where(H_a > 0, 1.0, alpha * np.exp(np.minimum(H_a, 0)))
    return G_oa, G_oa.T @ H_s, G_oa.sum(axis=0), G_hs, G_ha, G_ha.T @ X, G_ha.sum(axis=0)


# %% task="backprop_mlp.batch-backward" role="check"
check("backprop_mlp.batch-backward", batch_backward)

# %% [markdown]
# ### Your checker against your gradients
#
# Now turn the tool on its maker. The cell below strings all parameters of a small network into one
# long vector, asks your `numerical_gradient` for the slopes of your `batch_loss`, and compares them
# with your `batch_backward`. A relative error below $10^{-7}$ is a pass with honours; one around
# $10^{-2}$ is a bug. Spoil a line of your backward pass on purpose, and see what the checker says.

# %%
rng = np.random.default_rng(0)
shapes = [(5, 2), (5,), (3, 5), (3,)]
X_small, y_small = rng.normal(size=(7, 2)), np.arange(7) % 3


def unpack(theta):
    """Cut one long vector into W1, b1, W2 and b2."""
    ends = np.cumsum([np.prod(shape) for shape in shapes])[:-1]
    parts = np.split(theta, ends)
    return [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]


def gradient_of_batch(X, y, W1, b1, W2, b2, alpha):
    """Return the student's gradients of (W1, b1, W2, b2) for one batch."""
    H_a, H_s, O_a = batch_forward(X, W1, b1, W2, b2, alpha)
    O_s = np.exp(O_a - np.logaddexp.reduce(O_a, axis=1)[:, None])
    _, G_W2, G_b2, _, _, G_W1, G_b1 = batch_backward(X, W1, W2, H_a, H_s, O_s, y, alpha)
    return [G_W1, G_b1, G_W2, G_b2]


try:
    theta = rng.normal(size=33)
    numerical = numerical_gradient(
        lambda t: batch_loss(batch_forward(X_small, *unpack(t), 0.7)[2], y_small), theta, 1e-5
    )
    mine = np.concatenate(
        [np.ravel(g) for g in gradient_of_batch(X_small, y_small, *unpack(theta), 0.7)]
    )
    print(f"relative error of your gradient: {relative_error(mine, numerical):.1e}")
except NotImplementedError as reason:
    print(f"Not yet: {reason}.")

# %% [markdown]
# ## 5. It learns
#
# Two spirals, wound around each other: no straight line separates them, and no three either. The
# data are made here; the rest is sixteen hidden ReLU units (`alpha = 0`), your forward pass, your
# backward pass, your step. Three thousand steps take a few seconds. Move the slider and watch the
# boundary bend; each small picture is one hidden unit. What can a single unit say, and what can
# sixteen?
#
# As long as your functions are not written, you see a network of ours on another data set.

# %%
rng = np.random.default_rng(1)
y_spiral = np.arange(200) % 2
radius = np.sqrt(rng.uniform(0.02, 1, 200))
angle = 2.5 * np.pi * radius + np.pi * y_spiral
X_spiral = 2 * radius[:, None] * np.column_stack([np.cos(angle), np.sin(angle)])
X_spiral = X_spiral + rng.normal(0, 0.06, (200, 2))


def train(X, y, units, steps, eta, alpha=0.0):
    """Return steps -> (W1, b1, W2, b2), kept at thirty moments while the network learns."""
    kept, moments = {}, set(np.round(np.geomspace(1, steps + 1, 30)).astype(int) - 1)
    theta = [rng.normal(0, 1, (units, 2)), rng.normal(0, 0.5, units)]
    theta += [rng.normal(0, np.sqrt(1 / units), (2, units)), np.zeros(2)]
    for step in range(steps + 1):
        if step in moments:
            kept[step] = [np.array(part) for part in theta]
        theta = list(gd_step(theta, gradient_of_batch(X, y, *theta, alpha), eta))
    return kept


try:
    figure = learned(train(X_spiral, y_spiral, 16, 3000, 0.5), X_spiral, y_spiral)
except NotImplementedError as reason:
    print(f"Not yet: {reason}.")
    figure = training()
figure

# %% [markdown] task="backprop_mlp.layer-norm" role="prompt"
# ## 6. Three ways to the loss
#
# ### Layer norm, forwards and backwards
#
# Deep networks train better when each example is put on a common scale on the way. **Layer norm**
# takes a row $x$ of $X$ and its mean $\mu$ and variance $v = \frac1d \sum_i (x_i - \mu)^2$ over the
# $d$ features:
#
# $$z = \frac{x - \mu}{\sqrt{v + \varepsilon}}, \qquad \text{output} = \gamma \odot z + \beta.$$
#
# 1. `layer_norm(X, gamma, beta, eps)` returns the output, `(n, d)`.
# 2. `layer_norm_backward(G, X, gamma, eps)`, with $G = \partial L/\partial\,\text{output}$, returns
#    the gradients at $X$, $\gamma$ and $\beta$.
#
# Here is the interesting part: $x_i$ reaches the loss directly, through $\mu$, and through $v$.
# Whoever forgets one of the ways gets a gradient that looks reasonable. But you own a checker.
#
# <details><summary>Hint</summary>
#
# Write $g = \gamma \odot G$ for one row. Add a constant to all entries of $x$: the output does not
# change, so the entries of the gradient must sum to zero. Stretch $x$ around its mean: the
# output hardly changes, so the gradient must be (nearly) orthogonal to $z$. Which two terms do you
# have to subtract from $g$?
#
# </details>


# %% task="backprop_mlp.layer-norm" role="answer"
def layer_norm(X, gamma, beta, eps):
    """Return the layer norm of the rows of X. X: (n, d), gamma, beta: (d,). Returns: (n, d)."""
    # solution
    Z = (X - X.mean(axis=1, keepdims=True)) / np.sqrt(X.var(axis=1, keepdims=True) + eps)
    return gamma * Z + beta


def layer_norm_backward(G, X, gamma, eps):
    """Return the gradients at X (n, d), gamma (d,) and beta (d,). G: upstream, (n, d)."""
    # solution
    s = np.sqrt(X.var(axis=1, keepdims=True) + eps)
    Z = (X - X.mean(axis=1, keepdims=True)) / s
    g = gamma * G
    dX = (g - g.mean(axis=1, keepdims=True) - Z * (g * Z).mean(axis=1, keepdims=True)) / s
    return dX, (G * Z).sum(axis=0), G.sum(axis=0)


# %% task="backprop_mlp.layer-norm" role="check"
check("backprop_mlp.layer-norm", layer_norm, layer_norm_backward)

# %% [markdown] task="backprop_mlp.risk-flaw" role="prompt"
# ## 7. At the marker's desk: four solutions
#
# As before, and again after the tasks: each goes wrong in **exactly one line**. Give the number of
# the first false line, and what it should say.
#
# **A. The risk.** *State the training problem for $n$ examples and $m$ classes.*
#
# 1. The network has $m$ outputs, one per class.
# 2. Example $i$ has the loss $L_i = -\ln o^s_{y_i}$.
# 3. The empirical risk is $R = \sum_{i=1}^{m} L_i$.
# 4. Training looks for the parameters that make $R$ smallest.
#
# `risk_flaw_line` is the line, `risk_flaw_fix` the right-hand side as defined in this notebook, in
# `L`, `n` and `m`.
#
# **B. A count.** *How many parameters has the network?* Here $h$ is the number of hidden units.
#
# 1. The hidden layer has $d h$ weights and $h$ biases.
# 2. The output layer has $h m$ weights and $m$ biases.
# 3. Together $n_\theta = d h + h + h m + m$.
# 4. Factored, $n_\theta = (h + 1)\, d + (m + 1)\, h$.
# 5. For $d = 4$, $h = 5$, $m = 3$ this gives $24 + 20 = 44$.
#
# `parameter_count_flaw_line` and `parameter_count_flaw_fix`, in `d`, `d_h` (for $h$) and `m`.
#
# **C. The 1-norm.** *Write the gradient for code, with 0 wherever there is no derivative.*
#
# 1. $\|x\|_1 = \sum_i |x_i|$.
# 2. Only the term $i = k$ depends on $x_k$.
# 3. For $x_k \ne 0$ its derivative is $x_k / |x_k|$.
# 4. So the code computes $x_k / |x_k|$ for every $k$.
# 5. Each entry is $1$ or $-1$, or our convention where $x_k = 0$.
#
# `one_norm_flaw_line` and `one_norm_flaw_fix`, what the code should compute, in `x` (one entry).
#
# **D. A penalty.** *Differentiate* $\tilde R = R + \lambda_1 |w| + \lambda_2 w^2$ *for one weight*
# $w \ne 0$.
#
# 1. Let $r$ be $\partial R/\partial w$; $\lambda_1$ and $\lambda_2$ are positive numbers.
# 2. The derivative of $|w|$ is $\mathrm{sign}(w)$.
# 3. The derivative of $w^2$ is $2 w$.
# 4. Therefore $\partial \tilde R/\partial w = r - \mathrm{sign}(w) + 2 w$.
# 5. The step of gradient descent is $-\eta$ times this.
#
# `penalty_flaw_line` and `penalty_flaw_fix`, in `r`, `w`, `l1` and `l2`.
#
# Formulas go between quotation marks, sums as `sum[i,1,K](a[i])`. The check looks at the form only.

# %% task="backprop_mlp.risk-flaw" role="flaw"
risk_flaw_line, risk_flaw_fix = ..., ...
parameter_count_flaw_line, parameter_count_flaw_fix = ..., ...
one_norm_flaw_line, one_norm_flaw_fix = ..., ...
penalty_flaw_line, penalty_flaw_fix = ..., ...
# solution
risk_flaw_line, risk_flaw_fix = 3, "sum[i,1,n](L[i])/n"
parameter_count_flaw_line, parameter_count_flaw_fix = 4, "(d + 1)*d_h + (d_h + 1)*m"
one_norm_flaw_line, one_norm_flaw_fix = 4, "sign(x)"
penalty_flaw_line, penalty_flaw_fix = 4, "r + l1*sign(w) + 2*l2*w"

# %% task="backprop_mlp.risk-flaw" role="check"
check("backprop_mlp.risk-flaw", risk_flaw_line, risk_flaw_fix)

# %% task="backprop_mlp.parameter-count-flaw" role="check"
check("backprop_mlp.parameter-count-flaw", parameter_count_flaw_line, parameter_count_flaw_fix)

# %% task="backprop_mlp.one-norm-flaw" role="check"
check("backprop_mlp.one-norm-flaw", one_norm_flaw_line, one_norm_flaw_fix)

# %% task="backprop_mlp.penalty-flaw" role="check"
check("backprop_mlp.penalty-flaw", penalty_flaw_line, penalty_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **state** a training problem, count its parameters and take a step.
# - You can **penalise** weights with the right sign, and say what a kink at zero is good for.
# - You can **check** any gradient, with a step you can justify, and you know what fools the
#   checker.
# - You can **train** on batches with a network of which you wrote every line.
# - You can **follow** an input along all its ways to the loss, and sum them up.
#
# What you wrote by hand, automatic differentiation does for every program; it is the next topic.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
