# %% slide="skip"
from chainrule.views import convolution

# %% [markdown] slide="slide"
# # Convolution: one small window, everywhere
#
# Slide, multiply, add. Three modes, one flip that everybody forgets, and a floor that throws
# pixels away.

# %% [markdown] slide="slide"
# ## Kernel $(1, 2, 0)$ meets signal $(3, 1, 0, 2)$. Which tap comes first?
#
# $$y_n = \sum_k w_k\, x_{n-k}$$
#
# 1. The 1
# 2. The 0
# 3. It makes no difference

# %% [markdown] slide="slide"
# ## The window at work

# %%
convolution.window((3, 1, 0, 2), (1, 2, 0))

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B.** $x_{n-k}$ runs backwards while $w_k$ runs forwards: the kernel lies **flipped** on the signal.
#
# *full* keeps every overlap, *valid* only whole ones, *same* as many as there are inputs.
#
# </details>

# %% [markdown] slide="slide"
# ## Deep-learning libraries do not flip. Does it matter?
#
# 1. Yes, their gradients are wrong
# 2. Yes, for comparing with a signal-processing library
# 3. No, never
# 4. Not for what a network can learn

# %% [markdown] slide="slide"
# ## The same numbers, not flipped

# %%
convolution.window((3, 1, 0, 2), (1, 2, 0), flip=False)

# %% [markdown]
# <details><summary>Answer</summary>
#
# **B and D.** Without the flip it is called **cross-correlation**. A network that learns its kernel learns the
# mirrored one and never notices. You do, as soon as you compare numbers.
#
# </details>

# %% [markdown] slide="slide"
# ## A kernel of 3 weights shall see 5 cells. How?
#
# 1. Stride 2
# 2. Padding 2
# 3. Dilation 2
# 4. Not without more weights

# %% [markdown] slide="slide"
# ## Stride, padding, dilation

# %%
convolution.strides()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.** With gaps of $d$ a kernel of $k$ taps reaches over $d\,(k - 1) + 1$ cells.
#
# Stride leaves out outputs, padding adds zeros at the rims: neither makes the window wider.
#
# </details>

# %% [markdown] slide="slide"
# ## The number of outputs
#
# $$\left\lfloor \frac{i + 2p - d\,(k - 1) - 1}{s} \right\rfloor + 1$$
#
# The places left once the window lies at the beginning, in steps of $s$, and one for the beginning.
#
# <details><summary>What does the floor throw away?</summary>
#
# The window must fit as a whole. The cells left over at the end, fewer than $s$, nobody ever looks at:
# a strip of the image, in every layer that does it.
#
# </details>

# %% [markdown] slide="slide"
# ## 28 pixels, padding 1. For which $k$ and $s$ is nothing lost?

# %% [markdown] slide="slide"
# ## Before and after the floor

# %%
convolution.output_size(28, 1)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Whenever $s$ divides $30 - k$. Stride 1 never loses anything.
#
# With $k = 3$ and $s = 2$ a column of the padding stays unseen, and nobody minds; with larger strides
# it is pixels.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. A convolution **flips**; libraries correlate. Know which one you compare with.
# 2. Dilation widens the window, stride thins out the outputs, padding feeds the rims.
# 3. The output size has a **floor** in it: look at what it throws away.
