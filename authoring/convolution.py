# %% [markdown]
# # Convolution: a window that slides, backwards
#
# Throw two dice and ask for the chances of each total. Blur a photograph. Pass a song through a
# filter. Let a network look for whiskers in every corner of an image. Four trades, one operation:
#
# $$y_i = \sum_j w_j \, x_{i-j}.$$
#
# One index rises while the other falls, and this small detail has cost more marks than any other
# in the subject. In this notebook you write the operation, find out why it runs backwards, fold it
# into a single matrix product, and send gradients through it the other way.
#
# **What you will be able to do**
#
# - compute a convolution in its three modes, by hand and in code, and say how long each result is;
# - tell a convolution from a correlation, and turn the one into the other;
# - write a whole layer as one matrix product, which is how fast libraries do it;
# - give the gradients with respect to the signal and to the kernel, and check them yourself.
#
# **You need** NumPy slices, sums with two indices, the chain rule.
# **Time** 70 to 90 minutes.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $x$ | signal | `(n,)` |
# | $w$ | kernel, never longer than the signal | `(k,)` |
# | $y$ | result | depends on the mode |
# | $g = \partial L / \partial y$ | upstream gradient of a loss $L$ | as $y$ |
# | $X$, $W$ | image or kernel with more axes | stated each time |
#
# Everything is counted from 0, on paper as in code. Outside its borders a signal is zero.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers. How *large* the outputs of whole networks are is a question of its own:
# the next notebook is about nothing else.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.convolution import window

# %% [markdown]
# ## 1. Why one index falls
#
# Let $x_i$ be the chance that the first die shows $i$ and $w_j$ the chance that the second shows
# $j$. A total of $m$ comes about in several ways: every pair with $i + j = m$. So its chance is
# $\sum_j w_j\, x_{m-j}$, and the falling index is no mischief of mathematicians. If one die shows
# more, the other must show less.
#
# The cell below lets an honest die meet a crooked one that loves its highest face.

# %%
honest = np.full(6, 1 / 6)
crooked = np.array([1, 1, 1, 1, 1, 5]) / 10
for total, chance in enumerate(np.convolve(honest, crooked), start=2):
    print(f"{total:2d}  {'#' * round(200 * chance):36s} {chance:.3f}")

# %% [markdown]
# Now look at it as a window. To form $y_i$, write the kernel **backwards** under the signal,
# multiply what stands above each other, and add. Then move one place on.
#
# Step through the figure: first in the mode *full*, where the kernel need only touch the signal,
# then *valid*, where it has to lie inside. Before each step, say the next number aloud.

# %%
window((3, 1, 4, 1, 5), (2, 0, -1))

# %% [markdown] task="convolution.conv1d-modes" role="prompt"
# ### One convolution, three modes
#
# Write `conv1d(x, w, mode)` for a kernel that is no longer than the signal. The mode says which
# places of the window count:
#
# | `mode` | the window ... | length of the result |
# |---|---|---|
# | `"full"` | touches the signal | $n + k - 1$ |
# | `"valid"` | lies inside the signal | $n - k + 1$ |
# | `"same"` | the middle of full | $n$ |
#
# If $k$ is even there are two middles; the usual choice drops $\lfloor (k-1)/2 \rfloor$ entries in
# front. Try $x = (1, 2, 3, 4)$ and $w = (1, 0, 2)$ with a pencil first: it takes two minutes, and
# it is the only way to *see* the flip.
#
# NumPy has a function for all this. You may use it to compare; the pleasure is in writing your own.
#
# <details><summary>Hint</summary>
#
# There are two roads. *Gather*: put $k - 1$ zeros at both ends (`np.pad`), and let a reversed
# kernel slide. *Scatter*: every $x_i$ leaves a copy of the kernel, multiplied by $x_i$, that
# starts at place $i$; add the copies. Either road gives full, and the other two modes are slices
# of it.
#
# </details>


# %% task="convolution.conv1d-modes" role="answer"
def conv1d(x, w, mode):
    """Return the convolution of x with w.

    x: signal, shape (n,); w: kernel, shape (k,), k <= n; mode: "full", "valid" or "same".
    Returns: shape (n + k - 1,), (n - k + 1,) or (n,).
    """
    # solution
    n, k = len(x), len(w)
    full = np.zeros(n + k - 1)
    for i in range(n):
        full[i : i + k] += x[i] * np.asarray(w)
    start, size = {
        "full": (0, n + k - 1),
        "valid": (k - 1, n - k + 1),
        "same": ((k - 1) // 2, n),
    }[mode]
    return full[start : start + size]


# %% task="convolution.conv1d-modes" role="check"
check("convolution.conv1d-modes", conv1d)

# %% [markdown]
# ## 2. Convolution or correlation?
#
# Leave out the flip and you get the **cross-correlation**, $z_i = \sum_j w_j\, x_{i+j}$: both
# indices rise. It answers another question, namely *how much does the signal look like the kernel
# here?* Here is the same signal under the same kernel, not flipped.

# %%
window((3, 1, 4, 1, 5), (2, 0, -1), flip=False)

# %% [markdown]
# What does the flip buy? Good manners. A convolution does not care which of its two partners is
# called the kernel; a correlation does.

# %%
x, w = np.array([3, 1, 4, 1, 5]), np.array([2, 0, -1])
print("convolution:", np.convolve(x, w), "and with partners exchanged", np.convolve(w, x))
print("correlation:", np.correlate(x, w, "full"), "and exchanged", np.correlate(w, x, "full"))

# %% [markdown] task="convolution.flip" role="prompt"
# ### The kernel that a correlation has to slide
#
# The "convolution layers" of deep-learning libraries all correlate. Nobody minds, because
# the kernel is learnt anyway and simply comes out the other way round. But if somebody hands you a
# kernel from a book on signals, you had better know what to do with it.
#
# Given a convolution kernel `W`, write `kernel_to_slide(W)`: the kernel that a correlation has to
# slide to give the same result. `W` may have one axis, or two as for images, where
#
# $$Y_{m,n} = \sum_{a,b} W_{a,b}\, X_{m-a,\,n-b}.$$
#
# <details><summary>Hint</summary>
#
# Which entry of $W$ meets the top left pixel under the window, and which one meets the pixel at
# the bottom right? Both axes have something to say.
#
# </details>


# %% task="convolution.flip" role="answer"
def kernel_to_slide(W):
    """Return the kernel whose correlation is the convolution with W. W: (k,) or (k, m)."""
    # solution
    return np.flip(W)


# %% task="convolution.flip" role="check"
check("convolution.flip", kernel_to_slide)

# %% [markdown] task="convolution.im2col" role="prompt"
# ## 3. A layer is one matrix product
#
# ### Every window a column
#
# Four nested loops slide a window over an image with channels. Fast libraries do not loop: they
# copy every window into a column of a matrix, once, and leave the rest to matrix multiplication,
# on which people have spent fifty years.
#
# Write `im2col(X, k, s)` for an image $X$ of shape `(c, h, w)`, windows $k \times k$ and stride
# $s$ (1 if it is not given). The result has shape `(c*k*k, h_out*w_out)`:
#
# - each **column** is one window, all of the first channel before the second, each row by row;
# - the windows come row by row too, the one at the top left first;
# - windows start at $0, s, 2s, \dots$ on both axes and lie inside the image.
#
# It only copies: nothing is flipped, and nothing is padded.
#
# <details><summary>Hint</summary>
#
# `X[:, i : i + k, j : j + k].ravel()` is one window in the right order. It remains to say
# which `i` and `j` are allowed, and `np.stack(..., axis=1)` puts columns side by side.
#
# </details>


# %% task="convolution.im2col" role="answer"
def im2col(X, k, s=1):
    """Return every k x k window of X as a column.

    X: image, shape (c, h, w); k: side of the window; s: stride.
    Returns: shape (c*k*k, h_out*w_out).
    """
    # solution
    c, h, w = X.shape
    windows = []
    for i in range(0, h - k + 1, s):
        for j in range(0, w - k + 1, s):
            windows.append(X[:, i : i + k, j : j + k].ravel())
    return np.stack(windows, axis=1)


# %% task="convolution.im2col" role="check"
check("convolution.im2col", im2col)

# %% [markdown]
# And this is what it was good for. Eight kernels slide over an image with three channels; once with
# loops, once as a single product with your matrix. The price is memory: how many times does
# each pixel occur in the matrix?


# %%
def one_product(im2col):
    """Compare a layer written with loops to one matrix product."""
    rng = np.random.default_rng(0)
    X, W = rng.normal(size=(3, 12, 12)), rng.normal(size=(8, 3, 3, 3))
    looped = np.zeros((8, 10, 10))
    for o in range(8):
        for i in range(10):
            for j in range(10):
                looped[o, i, j] = np.sum(W[o] * X[:, i : i + 3, j : j + 3])
    try:
        columns = im2col(X, 3)
    except NotImplementedError as not_yet:
        return str(not_yet)
    gap = np.abs((W.reshape(8, -1) @ columns).reshape(8, 10, 10) - looped).max()
    return f"largest difference {gap:.1e}; {X.size} numbers became {columns.size}"


one_product(im2col)

# %% [markdown] task="convolution.backward" role="prompt"
# ## 4. The way back
#
# ### Two gradients of a convolution
#
# A layer learns if it can answer two questions about a loss $L$, given the upstream gradient
# $g = \partial L / \partial y$: how should the kernel change, and what should be passed on to the
# layer below? Take the valid mode,
#
# $$y_i = \sum_{j=0}^{k-1} w_j \, x_{i+k-1-j}, \qquad i = 0, \dots, n - k.$$
#
# Write `conv1d_backward(x, w, g)`, which returns the pair
# $\big(\partial L/\partial x,\; \partial L/\partial w\big)$, in this order, with the shapes of
# $x$ and $w$.
#
# Both gradients are sums over windows, and both can be written with the `conv1d` you
# already have. Before you compute: should a number in the middle of the signal get contributions
# from as many windows as the number at its edge? That decides the mode.
#
# <details><summary>Hint for the kernel</summary>
#
# $\partial y_i / \partial w_j$ can be read off the formula. Multiply by $g_i$ and sum over $i$.
# Do the indices of $g$ and $x$ rise together, or against each other?
#
# </details>
# <details><summary>Hint for the signal</summary>
#
# Fix one $x_m$. It occurs in $y_i$ together with the weight $w_j$ for which $i + k - 1 - j = m$.
# If you prefer code to indices: write the forward pass as a double loop, and let the same double
# loop hand every $g_i$ back to where it came from.
#
# </details>


# %% task="convolution.backward" role="answer"
def conv1d_backward(x, w, g):
    """Return (dL/dx, dL/dw) for y = conv1d(x, w, "valid").

    x: (n,); w: (k,); g = dL/dy: (n - k + 1,). Returns: shapes (n,) and (k,).
    """
    # solution
    w = np.asarray(w)
    dx = conv1d(g, w[::-1], "full")
    dw = conv1d(x, np.asarray(g)[::-1], "valid")[::-1]
    return dx, dw


# %% task="convolution.backward" role="check"
check("convolution.backward", conv1d_backward)

# %% [markdown]
# ### A second opinion, from nudging
#
# Never trust a gradient that has only been derived. Nudge each number a little, see how the loss
# moves, and compare. The checker below does so for any function that claims to be the way back; it
# knows nothing about convolutions but the forward pass.


# %%
def second_opinion(backward, h=1e-6):
    """Compare a backward pass with central differences."""
    rng = np.random.default_rng(1)
    x, w, g = rng.normal(size=8), rng.normal(size=3), rng.normal(size=6)

    def loss(x, w):
        return g @ np.convolve(x, w, "valid")

    try:
        dx, dw = backward(x, w, g)
    except NotImplementedError as not_yet:
        return str(not_yet)
    slopes_x = [(loss(x + h * e, w) - loss(x - h * e, w)) / (2 * h) for e in np.eye(8)]
    slopes_w = [(loss(x, w + h * e) - loss(x, w - h * e)) / (2 * h) for e in np.eye(3)]
    gaps = np.abs(np.subtract(dx, slopes_x)).max(), np.abs(np.subtract(dw, slopes_w)).max()
    return f"largest gap for x: {gaps[0]:.1e}, for w: {gaps[1]:.1e}"


second_opinion(conv1d_backward)

# %% [markdown]
# ### Let it learn a kernel
#
# Somebody has filtered a signal and will not say how. You see what went in and what came out.
# Start from a kernel of zeros, and walk downhill on the squared error with your own gradient.
# The secret is printed beside what you find. Which line of your `conv1d_backward` did all the
# work here, and which was not needed?


# %%
def learn_kernel(backward, steps=400, rate=0.001):
    """Find an unknown kernel from input and output, by gradient descent."""
    rng = np.random.default_rng(2)
    secret, x = np.array([1.0, -2.0, 0.5, 3.0]), rng.normal(size=40)
    seen, w = np.convolve(x, secret, "valid"), np.zeros(4)
    for step in range(steps + 1):
        error = np.convolve(x, w, "valid") - seen
        if step % 100 == 0:
            print(f"step {step:3d}  loss {error @ error / 2:9.2e}  kernel {np.round(w, 3)}")
        try:
            w = w - rate * np.asarray(backward(x, w, error)[1])
        except NotImplementedError as not_yet:
            return str(not_yet)
    return f"the secret was {secret}"


learn_kernel(conv1d_backward)

# %% [markdown]
# ## What you can now do
#
# - You can **slide**: full, valid and same, with the right length and the right way round.
# - You can **flip**: a correlation with a turned kernel is a convolution, on every axis.
# - You can **fold** a layer into one matrix product, and you know what it costs in memory.
# - You can **go back**: two gradients, checked by nudging, and good enough to learn a kernel with.
#
# So far every window moved by one. The next notebook lets it stride, pads the borders, pulls the
# kernel apart, and asks what is left at the end.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
