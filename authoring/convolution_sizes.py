# %% [markdown]
# # Convolution: what is left at the end
#
# Somebody hands you a network and asks how many numbers come out of its third layer. Or they want
# a layer that turns 64 pixels into 32, and the kernel is not yours to choose. Such questions are
# answered on the backs of envelopes, and they are answered wrongly there, off by one, more often
# than any other in this course. There is one formula, it has one floor in it, and by the end of
# this notebook it is yours.
#
# **What you will be able to do**
#
# - derive the size formula by counting windows, and say what its floor throws away;
# - follow an image through a network, with shapes, numbers and weights;
# - configure a layer for a given change of size, and see when there is more than one answer;
# - go backwards: sizes of transposed convolutions, and how far back one output looks.
#
# **You need** integer division; what a convolution is (the notebook before).
# **Time** 75 to 90 minutes.
#
# | Symbol | Meaning |
# |---|---|
# | $i$, $o$ | size of the input and of the output, along one axis |
# | $k$ | kernel: how many numbers it holds along one axis |
# | $s$ | stride: how far the window moves |
# | $p$ | padding: zeros added at **each** end |
# | $d$ | dilation: distance between neighbours in the kernel, 1 if they touch |
#
# Images and kernels are square. A shape is (channels, height, width). A pooling is
# *non-overlapping* if its windows touch and do not overlap; unless something else is said it
# has no padding, and a last window that would stick out is left away.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`, as often as you like. Where many answers are right, the check looks at the form only, and
# your own `conv_out` will tell you the rest.

# %% [markdown] role="staff"
# More than 45 cells and 20 tasks, because the sheets ask for nine layers to configure and six
# numbers: each is one line in a shared answer cell, but each has its own mark and so its own check.
# The notebook takes at most 90 minutes. What a convolution is has a notebook of its own
# (convolution); the names of the tasks keep the topic.

# %% role="given"
from chainrule import check
from chainrule.views.convolution import output_size, strides

# %% [markdown]
# ## 1. Counting windows
#
# How often does a window fit? Choose a scene below and step through it. Mind two things: which
# cells the window covers, and which cells nobody ever looks at.

# %%
strides((1, 2, 3, 4, 5, 4, 3, 2), (1, 0, 2))

# %% [markdown] task="convolution.output-size-256" role="prompt"
# ### The size formula
#
# Write `conv_out(i, k, s, p, d)`, the size of the output. Without a value, the stride is 1, the
# padding 0 and the dilation 1. The result is a whole number, as it is a count.
#
# Do not look the formula up. Count: how long is the padded input? How many places does a kernel
# with dilation cover, from its first number to its last? Where may the first window start, and
# where the last one? Then how many starts are there?
#
# <details><summary>Hint</summary>
#
# There are $k - 1$ gaps between $k$ numbers. And a fence with $n$ gaps has $n + 1$ posts. If you
# prefer to count in code, `len(range(...))` is a perfectly good formula.
#
# </details>


# %% task="convolution.output-size-256" role="answer"
def conv_out(i, k, s=1, p=0, d=1):
    """Return the size of the output along one axis, a whole number.

    i: size of the input; k: kernel; s: stride; p: padding at each end; d: dilation.
    """
    # solution
    return (i + 2 * p - d * (k - 1) - 1) // s + 1


# %% task="convolution.output-size-256" role="check"
check("convolution.output-size-256", conv_out)

# %% [markdown]
# Here is what the floor does. The thin line is the formula before it is rounded; the dots are
# layers that exist. With a stride of 2, two inputs of different size give the same output: **the
# floor forgets**. Your own `conv_out` is drawn as well once it is written.

# %%
output_size(50, 2, 2, conv_out=conv_out)

# %% [markdown] task="convolution.scalars-256" role="prompt"
# ### Through a network
#
# An RGB image of 256 by 256 pixels passes through three layers:
#
# | Layer | Kernels | Size | Stride | Padding |
# |---|---|---|---|---|
# | 1: convolution | 64 | 8 by 8 | 2 | 0 |
# | 2: max-pooling, non-overlapping | | 5 by 5 | | 0 |
# | 3: convolution | 128 | 4 by 4 | 1 | 1 |
#
# 1. `layer_sizes` is the tuple of the three heights after layers 1, 2 and 3.
# 2. `scalars_256` is how many single numbers come out of layer 3.
# 3. `conv_params(c_in, c_out, k, bias)` returns how many weights a convolution has: from `c_in`
#    channels to `c_out` channels, with $k \times k$ kernels. Biases are counted only if `bias` is
#    true; without a value it is false. Use it on layer 3.
#
# <details><summary>Hint</summary>
#
# How many slices does *one* kernel of layer 3 have? It looks at everything that comes in. And is
# a weight counted again for every place where it is used?
#
# </details>

# %% task="convolution.scalars-256" role="answer"
layer_sizes = ...
scalars_256 = ...
# solution
layer_sizes = (conv_out(256, 8, 2), conv_out(125, 5, 5), conv_out(25, 4, 1, 1))
scalars_256 = 128 * layer_sizes[2] ** 2


# %% task="convolution.parameter-count" role="answer"
def conv_params(c_in, c_out, k, bias=False):
    """Return the number of weights of a convolution with c_out kernels of k by k.

    c_in, c_out: channels that come in and go out; bias: whether biases are counted too.
    """
    # solution
    return c_out * (c_in * k * k + bool(bias))


# %% task="convolution.scalars-256" role="check"
check("convolution.scalars-256", layer_sizes, scalars_256)

# %% task="convolution.parameter-count" role="check"
check("convolution.parameter-count", conv_params)

# %% [markdown] task="convolution.floor-flaw" role="prompt"
# ### At the marker's desk: two solutions
#
# Change sides. Each solution below goes wrong in **exactly one line**; what comes after may inherit
# the error. Give the number of the first false line, and what it should say instead.
#
# **A. Counting windows.** *How often does a kernel fit, with $i$, $k$, $s$, $p$, $d$ as above?*
#
# 1. With the padding, the input has $i + 2p$ places.
# 2. From its first number to its last, the kernel covers $d\,(k - 1) + 1$ places.
# 3. The first window starts at 0, and the last possible start is $i + 2p - d\,(k - 1) - 1$.
# 4. To get from the first window to the last one takes $(i + 2p - d\,(k - 1) - 1) / s$ steps.
# 5. There is one window more than there are steps.
# 6. For example $i = 8$, $k = 3$, $s = 2$, $p = 2$, $d = 2$ gives $7/2 + 1 = 4.5$, call it 4.
#
# `floor_flaw_line` is the line, `floor_flaw_fix` the number of steps as it should be, in `i`, `k`,
# `s`, `p` and `d`. Write `floor(...)` where something is rounded down.
#
# **B. How many numbers.** *How many numbers come out of the last layer? The image is RGB, 96 by 96:
# 16 kernels 5 by 5, stride 1, padding 2; non-overlapping 4 by 4 pooling; 48 kernels 3 by 3, stride
# 1, no padding.*
#
# 1. A padding of 2 adds four places along each axis.
# 2. The first layer gives $96 + 4 - 5 + 1 = 96$ places: the size is kept.
# 3. The pooling cuts each axis into $96 / 4 = 24$ windows.
# 4. The last layer gives $24 - 3 + 1 = 22$ places along each axis.
# 5. It has one channel for each of its kernels.
# 6. So $22 \cdot 22$ numbers come out.
# 7. At four bytes each, that is $22 \cdot 22 \cdot 4$ bytes.
#
# `scalars_flaw_line` is the line, `scalars_flaw_fix` how many numbers come out.
#
# Formulas go between quotation marks, for example `"2*i + 1"`. The check looks at the form only;
# whether you are right is marked when you hand in.

# %% task="convolution.floor-flaw" role="flaw"
floor_flaw_line, floor_flaw_fix = ..., ...
scalars_flaw_line, scalars_flaw_fix = ..., ...
# solution
floor_flaw_line, floor_flaw_fix = 4, "floor((i + 2*p - d*(k - 1) - 1)/s)"
scalars_flaw_line, scalars_flaw_fix = 6, "48*22*22"

# %% task="convolution.floor-flaw" role="check"
check("convolution.floor-flaw", floor_flaw_line, floor_flaw_fix)

# %% task="convolution.scalars-flaw" role="check"
check("convolution.scalars-flaw", scalars_flaw_line, scalars_flaw_fix)

# %% [markdown] task="convolution.output-size-128-floor" role="prompt"
# ## 2. When it does not divide
#
# ### A pooling with a remainder
#
# In the network above every division was exact. Not so here: the image has 128 by 128 pixels, the
# first layer has **32** kernels (8 by 8, stride 2, no padding), then comes the same 5 by 5
# pooling, then the same last layer: 128 kernels, 4 by 4, stride 1, padding 1.
#
# 1. `cnn_output_scalars(size)` returns how many numbers come out for a square image of this
#    size; without a value it is 128. If a last window of the pooling would stick out, leave it
#    away. (Some keep it. That reading is accepted too, as long as you hold on to it.)
# 2. `parameters_128` is how many weights the last layer has, without biases.


# %% task="convolution.output-size-128-floor" role="answer"
def cnn_output_scalars(size=128):
    """Return how many numbers come out of the last layer. size: side of the image."""
    # solution
    first = conv_out(size, 8, 2)
    pooled = conv_out(first, 5, 5)
    return 128 * conv_out(pooled, 4, 1, 1) ** 2


parameters_128 = ...
# solution
parameters_128 = conv_params(32, 128, 4)

# %% task="convolution.output-size-128-floor" role="check"
check("convolution.output-size-128-floor", cnn_output_scalars)

# %% task="convolution.parameter-count-128" role="check"
check("convolution.parameter-count-128", parameters_128)

# %% [markdown] task="convolution.output-size-128-padded" role="prompt"
# ### Padding everywhere
#
# Once more 128 by 128 pixels in RGB:
#
# | Layer | Kernels | Size | Stride | Padding |
# |---|---|---|---|---|
# | 1: convolution | 64 | 8 by 8 | 2 | 4 |
# | 2: max-pooling, non-overlapping | | 2 by 2 | | 0 |
# | 3: convolution | 128 | 4 by 4 | 2 | 2 |
#
# 1. `sizes_128` is the tuple of the three heights, after layers 1, 2 and 3.
# 2. `cnn_output_shape()` returns the shape of what comes out of layer 3.
#
# Work out every size on the way. There is a popular slip in layer 1 that ends, two
# layers later, at the right answer after all.

# %% task="convolution.sizes-128-padded" role="answer"
sizes_128 = ...
# solution
sizes_128 = (conv_out(128, 8, 2, 4), conv_out(65, 2, 2), conv_out(32, 4, 2, 2))


# %% task="convolution.output-size-128-padded" role="answer"
def cnn_output_shape():
    """Return the shape of the output: (channels, height, width)."""
    # solution
    return (128, sizes_128[2], sizes_128[2])


# %% task="convolution.sizes-128-padded" role="check"
check("convolution.sizes-128-padded", sizes_128)

# %% task="convolution.output-size-128-padded" role="check"
check("convolution.output-size-128-padded", cnn_output_shape)

# %% [markdown]
# ## 3. Choose a layer
#
# Now the other way round: the sizes are given, and you choose the layer. A layer is a dictionary,
# `{"k": ..., "s": ..., "p": ..., "d": ...}`. There may be several right answers, sometimes
# more than a hundred, and each of them gets full marks; windows that skip pixels are odd but
# allowed. What counts is the size formula, with its floor.
#
# `trial` tells you what a layer of yours does, according to your own `conv_out`.


# %% role="given"
def trial(i, layer):
    """Say which size your conv_out gives for this layer."""
    try:
        return f"{layer} turns {i} into {conv_out(i, **layer)}"
    except NotImplementedError as not_yet:
        return str(not_yet)
    except TypeError:
        return f"{layer} is no layer yet"


# %% [markdown] task="convolution.config-64-to-32" role="prompt"
# ### Halve it, and pool it
#
# | Name | From | To | Given | Yours to choose |
# |---|---|---|---|---|
# | `config_64_to_32` | 64 | 32 | $k = 8$, $d = 1$ | $s$, $p$ |
# | `config_64_to_32_dilated` | 64 | 32 | $d = 7$, $s = 2$ | $k$, $p$ |
# | `pool_config` | 32 | 8 | non-overlapping, $p = 0$, $d = 1$ | $k$, $s$ |
#
# Then overlap on purpose: `pool_shape` is the shape that a pooling with $k = 8$, $s = 4$,
# $p = 0$ makes of (64, 32, 32).
#
# <details><summary>Hint</summary>
#
# Write the equation with its floor and read it as an inequality: $\lfloor a / s \rfloor = 31$
# means $31 s \le a \le 31 s + s - 1$. For an even kernel, $p = k/2$ is a habit, not a solution.
#
# </details>

# %% task="convolution.config-64-to-32" role="answer"
config_64_to_32 = ...
config_64_to_32_dilated = ...
pool_config = ...
pool_shape = ...
# solution
config_64_to_32 = {"k": 8, "s": 2, "p": 3, "d": 1}
config_64_to_32_dilated = {"k": 2, "s": 2, "p": 3, "d": 7}
pool_config = {"k": 4, "s": 4, "p": 0, "d": 1}
pool_shape = (64, conv_out(32, 8, 4), conv_out(32, 8, 4))

# %%
print(trial(64, config_64_to_32))
print(trial(64, config_64_to_32_dilated))
print(trial(32, pool_config))

# %% task="convolution.config-64-to-32" role="check"
check("convolution.config-64-to-32", config_64_to_32)

# %% task="convolution.config-64-to-32-dilated" role="check"
check("convolution.config-64-to-32-dilated", config_64_to_32_dilated)

# %% task="convolution.pool-config" role="check"
check("convolution.pool-config", pool_config)

# %% task="convolution.pool-shape" role="check"
check("convolution.pool-shape", pool_shape)

# %% [markdown] task="convolution.config-8-to-4-plain" role="prompt"
# ### From 8 to 4, and all the way from 64 to 4
#
# | Name | From | To | Given | Yours to choose |
# |---|---|---|---|---|
# | `config_8_to_4_plain` | 8 | 4 | $p = 0$, $d = 1$ | $k$, $s$ |
# | `config_8_to_4_dilated` | 8 | 4 | $p = 2$, $d = 2$ | $k$, $s$ |
# | `config_8_to_4_padded` | 8 | 4 | $p = 1$, $d = 1$ | $k$, $s$ |
# | `config_64_to_4_plain` | 64 | 4 | $p = 0$, $d = 1$ | $k$, $s$ |
# | `config_64_to_4_dilated` | 64 | 4 | $p = 2$, $d = 2$ | $k$, $s$ |
# | `config_64_to_4_padded` | 64 | 4 | $p = 1$, $d = 1$ | $k$, $s$ |
#
# The first three have three or four solutions each: can you find all of them? The last three
# have more than a hundred. Which of yours would you put into a network, and why not the others?

# %% task="convolution.config-8-to-4-plain" role="answer"
config_8_to_4_plain = ...
config_8_to_4_dilated = ...
config_8_to_4_padded = ...
config_64_to_4_plain = ...
config_64_to_4_dilated = ...
config_64_to_4_padded = ...
# solution
config_8_to_4_plain = {"k": 2, "s": 2, "p": 0, "d": 1}
config_8_to_4_dilated = {"k": 3, "s": 2, "p": 2, "d": 2}
config_8_to_4_padded = {"k": 4, "s": 2, "p": 1, "d": 1}
config_64_to_4_plain = {"k": 16, "s": 16, "p": 0, "d": 1}
config_64_to_4_dilated = {"k": 9, "s": 17, "p": 2, "d": 2}
config_64_to_4_padded = {"k": 18, "s": 16, "p": 1, "d": 1}

# %%
for layer in (config_8_to_4_plain, config_8_to_4_dilated, config_8_to_4_padded):
    print(trial(8, layer))
for layer in (config_64_to_4_plain, config_64_to_4_dilated, config_64_to_4_padded):
    print(trial(64, layer))

# %% task="convolution.config-8-to-4-plain" role="check"
check("convolution.config-8-to-4-plain", config_8_to_4_plain)

# %% task="convolution.config-8-to-4-dilated" role="check"
check("convolution.config-8-to-4-dilated", config_8_to_4_dilated)

# %% task="convolution.config-8-to-4-padded" role="check"
check("convolution.config-8-to-4-padded", config_8_to_4_padded)

# %% task="convolution.config-64-to-4-plain" role="check"
check("convolution.config-64-to-4-plain", config_64_to_4_plain)

# %% task="convolution.config-64-to-4-dilated" role="check"
check("convolution.config-64-to-4-dilated", config_64_to_4_dilated)

# %% task="convolution.config-64-to-4-padded" role="check"
check("convolution.config-64-to-4-padded", config_64_to_4_padded)

# %% [markdown] task="convolution.transposed-and-receptive-field" role="prompt"
# ## 4. Backwards
#
# ### Larger again, and how far one output looks
#
# A **transposed convolution** does not slide a window over its input; every input *stamps* a copy
# of the kernel onto the output. Stamps start $s$ places apart, a stamp with dilation has gaps, and
# in the end $p$ places are cut off at each end. Decoders use it to make small images large.
#
# 1. `transposed_out(i, k, s, p, d)` returns the size of the output, with the same values as
#    `conv_out` if some are not given.
#
# The **receptive field** of an output is how many places of the input, from the first to the last,
# can change it.
#
# 2. `receptive_field(layers)` returns it for the last layer of a stack, along one axis. `layers` is
#    a list of tuples $(k, s, d)$ from the input to the output. Padding does not matter for it.
#
# <details><summary>Hint for the transposed size</summary>
#
# Where does the first stamp start, where the last one, and where does the last one end? You can
# test your formula: `conv_out` with the same $k, s, p, d$ should lead back to $i$.
#
# </details>
# <details><summary>Hint for the receptive field</summary>
#
# Two kernels of 3 on top of each other see 5 places, not 9 and not 6. If the first one has a stride
# of 2, neighbours in its output are 2 apart in the image: how far does the second one reach then?
# You may also walk back from the output: with $r$ places needed in one layer, how many are needed
# in the layer before?
#
# </details>


# %% task="convolution.transposed-and-receptive-field" role="answer"
def transposed_out(i, k, s=1, p=0, d=1):
    """Return the size of the output of a transposed convolution along one axis."""
    # solution
    return (i - 1) * s - 2 * p + d * (k - 1) + 1


def receptive_field(layers):
    """Return how many places of the input one output can see.

    layers: a list of (k, s, d), from the input to the output.
    """
    # solution
    r, jump = 1, 1
    for k, s, d in layers:
        r += d * (k - 1) * jump
        jump *= s
    return r


# %% task="convolution.transposed-and-receptive-field" role="check"
check("convolution.transposed-and-receptive-field", transposed_out, receptive_field)

# %% [markdown]
# ### Dilation is a lever
#
# Sound comes with 16 000 numbers in a second, and a word takes half a second. Below, kernels of 2
# are stacked, once plain and once with dilations 1, 2, 4, 8, ..., as networks that speak do it.
# Guess first: how many layers does each need to see 8 000 numbers?


# %%
def reach(receptive_field, most=13):
    """Print the receptive field of two stacks of kernels of 2."""
    try:
        for n in range(1, most + 1, 3):
            plain = receptive_field([(2, 1, 1)] * n)
            doubled = receptive_field([(2, 1, 2**m) for m in range(n)])
            print(f"{n:2d} layers: plain {plain:3d}, with doubled dilations {doubled:5d}")
    except NotImplementedError as not_yet:
        print(not_yet)


reach(receptive_field)

# %% [markdown]
# ## What you can now do
#
# - You can **count** windows, and you know what the floor forgets.
# - You can **follow** an image through a network: sizes, shapes, numbers, weights.
# - You can **configure** a layer, and you know that the answer is a set.
# - You can **go back**: from small to large, and from one output to all it has seen.
#
# Must images be convolved at all? The next notebook cuts one into patches, puts them into a table
# and mixes: first the rows, then the columns.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
