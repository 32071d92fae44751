# %% [markdown]
# # MLP-Mixer: a table, its rows and its columns
#
# In 2021 a group of researchers took the convolutions out of an image network, then the attention
# as well, and it still worked. What was left is almost embarrassing: cut the image into patches,
# write each patch into one row of a table, and then let two small networks take turns. One
# works down the columns, one works along the rows. That is all.
#
# A model so plain can be understood completely, and that is what this notebook does.
#
# **What you will be able to do**
#
# - turn an image into a table of patches, and back-reckon the patch from the table;
# - write a whole Mixer layer in a few lines, and say what each half may see;
# - count its operations and its weights, and say why one count is linear in the number of patches;
# - say which shuffles of an image the table survives, and undo them.
#
# **You need** matrix products and their shapes, permutations as matrices, layer norm at sight.
# **Time** 70 to 90 minutes.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $H, W, c$ | height, width and channels of the image | numbers |
# | $P$ | side of a square patch | number |
# | $S$ | number of patches; each is called a *token* | number |
# | $C$ | numbers kept for each token after the embedding: *channels* | number |
# | $X$ | the table: one row per patch, one column per channel | `(S, C)` |
# | $D_S, D_C$ | widths of the hidden layers of the two networks | numbers |
# | $L$ | number of layers | number |
#
# Patches are counted row by row, as one reads, and so are the pixels inside a patch. Everything
# counts from 0.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers.

# %% role="given"
import numpy as np

from chainrule import check
from chainrule.views.mlp_mixer import permutations

%load_ext chainrule.derivation

# %% [markdown] task="mlp_mixer.dims" role="prompt"
# ## 1. From an image to a table
#
# ### Reading a table backwards
#
# A Mixer has turned an image of 64 by 64 pixels into a table with 16 rows and 128 columns. How
# large are its patches? The question has three numbers for an answer, and one of them takes a
# moment's thought.
#
# Write `mixer_dims(H, W, S, C)`, which returns `(P, S, C)`: side of a patch, number of patches,
# channels. It is tried on square images that the patches cover exactly.
#
# Then write `patchify(X, P)`, which does the cutting: from an image of shape `(H, W, c)` to a table
# of shape `(S, P*P*c)`. Each row is one patch: its pixels row by row, and the $c$ channels of a
# pixel next to each other, as in the image.
#
# <details><summary>Hint for the cutting</summary>
#
# `X.reshape(-1, P * P * c)` has the right shape and the wrong numbers. Two loops over the corners
# of the patches do it honestly. Without loops: split each axis of the image in two (which block,
# which place within it), bring the two block axes together with `transpose`, and only then reshape.
#
# </details>


# %% task="mlp_mixer.dims" role="answer"
def mixer_dims(H, W, S, C):
    """Return (P, S, C) for a table of shape (S, C) made from an image of shape (H, W)."""
    # solution
    P = round((H * W / S) ** 0.5)
    return P, S, C


# %% task="mlp_mixer.patches" role="answer"
def patchify(X, P):
    """Return all patches of an image, one per row.

    X: image, shape (H, W, c); P: side of a patch, divides H and W. Returns: (H*W/P^2, P*P*c).
    """
    # solution
    H, W, c = X.shape
    blocks = X.reshape(H // P, P, W // P, P, c).transpose(0, 2, 1, 3, 4)
    return blocks.reshape(-1, P * P * c)


# %% task="mlp_mixer.dims" role="check"
check("mlp_mixer.dims", mixer_dims)

# %% task="mlp_mixer.patches" role="check"
check("mlp_mixer.patches", patchify)

# %% [markdown]
# To see that cutting loses nothing, look at a small image whose pixels carry their own position:
# the tens digit is the row, the units digit the column. Which numbers should stand in row 1
# of the table?


# %%
def look(patchify):
    """Cut an image of 4 by 6 pixels that know where they are."""
    image = 10 * np.arange(4)[:, None] + np.arange(6)
    try:
        return patchify(image[:, :, None], 2)
    except NotImplementedError as not_yet:
        return str(not_yet)


look(patchify)

# %% [markdown]
# ## 2. One layer
#
# Before the first layer, every patch is multiplied by one and the same matrix, which leaves $C$
# numbers of it. From here on there is only the table $X$. A layer has two halves:
#
# $$U = X + W_2 \; \mathrm{gelu}\big(W_1 \, \mathrm{LN}(X)\big), \qquad
# y = u + W_4 \; \mathrm{gelu}\big(W_3 \, \mathrm{LN}(u)\big) \text{ for each row } u \text{ of } U.$$
#
# The first half **mixes tokens**: it works on each column, so that patches hear of each other, and
# it treats all channels alike. The second half **mixes channels**: it works on each row, so
# that a patch thinks about itself, and it treats all patches alike. $\mathrm{LN}$ gives every row
# mean 0 and variance 1. Both helpers are given.


# %% role="given"
def layer_norm(X):
    """Return X with mean 0 and variance 1 in each row. X: shape (S, C)."""
    mean, var = X.mean(axis=1, keepdims=True), X.var(axis=1, keepdims=True)
    return (X - mean) / np.sqrt(var + 1e-5)


def gelu(a):
    """Return GELU in its common tanh form, entry by entry."""
    return 0.5 * a * (1 + np.tanh(np.sqrt(2 / np.pi) * (a + 0.044715 * a**3)))


# %% [markdown] task="mlp_mixer.block" role="prompt"
# ### Mix the tokens, mix the channels
#
# Write `mixer_block(X, W1, W2, W3, W4)`, one layer without biases. The shapes tell you almost
# everything:
#
# | | shape | works on |
# |---|---|---|
# | $W_1$, $W_2$ | $(D_S, S)$, $(S, D_S)$ | columns of the table |
# | $W_3$, $W_4$ | $(D_C, C)$, $(C, D_C)$ | rows of the table |
#
# Use `layer_norm(X)` and `gelu(a)` from above. Before you write, answer for yourself: if you
# shuffle the columns of $X$, which half does not mind? And if you shuffle its rows?
#
# <details><summary>Hint</summary>
#
# In the formula of the second half, $u$ is a row of the table written as a column. In code you
# can do all rows at once: a product from the left mixes rows, a product from the right mixes
# columns, and moving a matrix to the other side transposes it.
#
# </details>


# %% task="mlp_mixer.block" role="answer"
def mixer_block(X, W1, W2, W3, W4):
    """Return one Mixer layer applied to the table X.

    X: (S, C); W1: (D_S, S); W2: (S, D_S); W3: (D_C, C); W4: (C, D_C). Returns: (S, C).
    """
    # solution
    U = X + W2 @ gelu(W1 @ layer_norm(X))
    return U + gelu(layer_norm(U) @ W3.T) @ W4.T


# %% task="mlp_mixer.block" role="check"
check("mlp_mixer.block", mixer_block)

# %% [markdown]
# How far does news travel? Change a single patch, and see which rows of the output notice.
# Without token mixing ($W_2 = 0$) patches are strangers; with it, one layer is enough for
# everyone to know. A convolution with a kernel of 3 would need many.


# %%
def who_notices(block):
    """Print which rows change if only row 2 of the input does."""
    rng = np.random.default_rng(3)
    X, W1, W2, W3, W4 = (
        rng.normal(size=shape) for shape in ((6, 4), (5, 6), (6, 5), (8, 4), (4, 8))
    )
    other = X.copy()
    other[2] += rng.normal(size=4)
    try:
        for name, mix in (("without token mixing", 0 * W2), ("with token mixing", W2)):
            change = block(other, W1, mix, W3, W4) - block(X, W1, mix, W3, W4)
            print(f"{name:21s} rows {np.flatnonzero(np.abs(change).max(axis=1) > 1e-9)} change")
    except NotImplementedError as not_yet:
        print(not_yet)


who_notices(mixer_block)

# %% [markdown] task="mlp_mixer.complexity" role="prompt"
# ## 3. What it costs
#
# ### Linear in the number of patches
#
# Make the images twice as high, keep the patches and the widths of all layers as they are, and
# $S$ doubles. What happens to the cost? In attention every token looks at every token, which is
# quadratic. For the Mixer the claim is: linear.
#
# 1. `mixer_macs(S, P, c, C, DS, DC, L)` returns how many multiply-adds all matrix products
#    take: the embedding of all patches, then $L$ layers with both halves. Norms, GELUs, skips and
#    biases are left out.
# 2. `mixer_weights(S, P, c, C, DS, DC, L)` returns how many weights those matrices have, again
#    without biases.
#
# A product of an $(m, n)$ with an $(n, q)$ matrix takes $m\,n\,q$ multiply-adds. When both are
# written, put your first formula into the form $S \cdot (\dots)$, and read off the claim. What
# would you have to keep fixed for it to be true, and would *you* keep it fixed?
#
# <details><summary>Hint</summary>
#
# List the five products with their shapes: one for the embedding, two for each half. Then ask for
# each matrix: how often is it used, and how often is it stored?
#
# </details>


# %% task="mlp_mixer.complexity" role="answer"
def mixer_macs(S, P, c, C, DS, DC, L):
    """Return the number of multiply-adds of all matrix products.

    S patches of P x P pixels with c channels each; table (S, C); hidden widths DS (tokens) and DC
    (channels); L layers.
    """
    # solution
    embedding = S * P * P * c * C
    tokens = 2 * C * S * DS
    channels = 2 * S * C * DC
    return embedding + L * (tokens + channels)


# %% task="mlp_mixer.parameter-count" role="answer"
def mixer_weights(S, P, c, C, DS, DC, L):
    """Return the number of weights of the same matrices, without biases."""
    # solution
    return P * P * c * C + L * (2 * S * DS + 2 * C * DC)


# %% task="mlp_mixer.complexity" role="check"
check("mlp_mixer.complexity", mixer_macs)

# %% task="mlp_mixer.parameter-count" role="check"
check("mlp_mixer.parameter-count", mixer_weights)

# %% [markdown] task="mlp_mixer.complexity-derivation" role="prompt"
# ### Read off the claim
#
# Now show it, line by line. The first line lists every product by what it works on: the embedding
# on each patch, then in each layer the token network on each channel and the channel network on
# each patch. In the last line $S$ is a factor of everything:
#
# $$\sum_{s=1}^{S} P^2 c\, C + \sum_{l=1}^{N} \Big( \sum_{j=1}^{C} (S\,T + T S) +
# \sum_{s=1}^{S} (C\, U + U C) \Big) \;=\; S \, \big(P^2 c\, C + 2 N C\, (T + U)\big).$$
#
# Typing is easier with one letter for each name: here $N$ is the number of layers, and $T$ and $U$
# are the hidden widths $D_S$ and $D_C$. Begin each line with `=`, write `*` for a product and
# `Σ[s,1,S](...)` for a sum. Small steps are good steps: each line is checked against the one before.
# The text is kept as `derivation_mlp_mixer_complexity_derivation`.
#
# When you are done, answer the question behind it: is the bracket really free of $S$?

# %% task="mlp_mixer.complexity-derivation" role="derive"
%%derive mlp_mixer.complexity-derivation
# Σ[s,1,S](P^2*c*C) + Σ[l,1,N](Σ[j,1,C](S*T + T*S) + Σ[s,1,S](C*U + U*C))
# # solution
# = S*P^2*c*C + Σ[l,1,N](Σ[j,1,C](2*S*T) + Σ[s,1,S](2*C*U))
# = S*P^2*c*C + Σ[l,1,N](2*C*S*T + 2*S*C*U)
# = S*P^2*c*C + N*(2*C*S*T + 2*S*C*U)
# = S*(P^2*c*C + 2*N*C*(T + U))

# %% task="mlp_mixer.complexity-derivation" role="check"
check("mlp_mixer.complexity-derivation", derivation_mlp_mixer_complexity_derivation)

# %% [markdown]
# Here are both counts for the table of section 1 and for larger images. Look at the last column
# as well: it shows how often each weight is used. Sharing is what makes the model small; but the
# weights still grow with $S$ a little. Which of the four matrices is to blame, and why can a
# trained Mixer not simply be given a larger image?


# %%
def bill(macs, weights):
    """Print operations and weights for more and more patches."""
    try:
        for S in (16, 32, 64, 128):
            sizes = (S, 16, 3, 128, 64, 256, 8)
            a, b = macs(*sizes), weights(*sizes)
            print(f"S = {S:3d}   {a:11,d} multiply-adds   {b:7,d} weights   {a / b:6.1f} uses each")
    except NotImplementedError as not_yet:
        print(not_yet)


bill(mixer_macs, mixer_weights)

# %% [markdown] task="mlp_mixer.row-permutations" role="prompt"
# ## 4. Shuffling the image
#
# ### Which shuffles can be undone
#
# A grey image $A$ has 9 by 9 pixels, cut into nine patches of 3 by 3. Each patch is embedded by one
# common matrix and passed through one common network (channel mixing, row by row), which gives a
# table $U$ with nine rows and six columns.
#
# Now somebody permutes the **rows of the image**: $A' = P A$, where row $i$ of $PA$ is row
# `pi[i]` of $A$. The same model turns $A'$ into $U'$. For which permutations can $U$ be recovered
# from $U'$ just by putting the rows of $U'$ in another order, *whatever the image and the
# weights are*?
#
# 1. `recoverable(pi)` says so for one permutation, a tuple of the numbers 0 to 8: true or false.
# 2. `all_solutions()` returns the set of all such tuples. How many are there among the
#    $9! = 362\,880$?
#
# Do not try them all. Take a pencil, draw the nine patches, and move one row.
#
# <details><summary>Hint</summary>
#
# A row of $U$ depends on one patch only, and different patches give different rows. So the question
# is whether $A'$ has the same nine patches as $A$, each with its pixels in the same places. The
# columns of the image have not moved: what does that say about where a pixel may go?
#
# </details>

# %% task="mlp_mixer.row-permutations" role="answer"
from itertools import permutations as all_orders


def recoverable(pi):
    """Return whether U can be recovered from U' by reordering rows. pi: a tuple of 0, ..., 8."""
    # solution
    return all(
        pi[b] % 3 == 0 and pi[b + 1] == pi[b] + 1 and pi[b + 2] == pi[b] + 2 for b in (0, 3, 6)
    )


def all_solutions():
    """Return the set of all permutations (tuples of length 9) that are recoverable."""
    # solution
    return {tuple(3 * b + k for b in tau for k in range(3)) for tau in all_orders(range(3))}


# %% task="mlp_mixer.row-permutations" role="check"
check("mlp_mixer.row-permutations", recoverable, all_solutions)

# %% [markdown]
# Watch the patches. Choose a permutation in the figure: on the left the rows of the image move, on
# the right the rows of the table say whether they have been seen before. Compare with your own
# predicate, and pass a permutation of your own, such as `permutations((0, 2, 1, 3, 4, 5, 6, 7, 8))`.

# %%
permutations()

# %% [markdown] task="mlp_mixer.reverse" role="prompt"
# ### Putting the table back in order
#
# Take one of the permutations that can be undone. Then $U'$ holds the rows of $U$ in another
# order, and there is a matrix that restores them:
#
# $$U = P_{\mathrm{reverse}} \, U'.$$
#
# Write `P_reverse(pi)`, the 9 by 9 matrix, for any recoverable `pi`. Mind that its rows stand for
# *patches*, counted row by row, while the rows of $P$ stand for *pixel rows* of the image.
# Is it a coincidence that both have nine?
#
# <details><summary>Hint</summary>
#
# Test your answer on a permutation that is *not* its own inverse, such as the one that moves all
# three blocks in a ring. `np.eye(9)[list(pi)]` is the matrix $P$.
#
# </details>


# %% task="mlp_mixer.reverse" role="answer"
def P_reverse(pi):
    """Return the matrix with U = P_reverse(pi) @ U'. pi: a recoverable permutation. Shape (9, 9)."""
    # solution
    return np.eye(9)[list(pi)].T


# %% task="mlp_mixer.reverse" role="check"
check("mlp_mixer.reverse", P_reverse)

# %% [markdown]
# A last trial with a real (if tiny) model and random weights: shuffle the blocks of an image, send
# it through your `patchify` and a random network, and let your matrix repair the table.


# %%
def repair(patchify, P_reverse, pi=(3, 4, 5, 6, 7, 8, 0, 1, 2)):
    """Say how far the repaired table is from the original one."""
    rng = np.random.default_rng(4)
    A, E, V = rng.normal(size=(9, 9, 1)), rng.normal(size=(9, 6)), rng.normal(size=(6, 6))
    try:
        U, shuffled = (gelu(patchify(image, 3) @ E) @ V for image in (A, A[list(pi)]))
        repaired = P_reverse(pi) @ shuffled
    except NotImplementedError as not_yet:
        return str(not_yet)
    return f"before {np.abs(shuffled - U).max():.3f}, repaired {np.abs(repaired - U).max():.3f}"


repair(patchify, P_reverse)

# %% [markdown]
# ## What you can now do
#
# - You can **cut** an image into a table, and read the patch off the table.
# - You can **mix**: tokens down the columns, channels along the rows, with two skips.
# - You can **count**: every product with three dimensions, every weight once.
# - You can **shuffle** and say what a model cannot notice, which is the beginning of all talk about
#   symmetry in networks.
#
# All these weights have been random. How large random weights should be is not a matter
# of taste: the next notebook sends a signal through fifty layers and watches it live or die.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
