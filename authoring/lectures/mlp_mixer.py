# %% slide="skip"
from chainrule.views import mlp_mixer

# %% [markdown] slide="slide"
# # The MLP-Mixer: an image as a table
#
# No convolution, no attention: two small networks that take turns. What such a network knows about
# neighbours, and what it does not.

# %% [markdown] slide="slide"
# ## How can a plain MLP read an image?
#
# 1. Pixel by pixel, in one long vector
# 2. Patch by patch, each by itself
# 3. Patch by patch, then patch with patch

# %% [markdown] slide="slide"
# ## Cut it up, and write a table
#
# - Cut the image into $S$ **patches**, row by row.
# - Turn each patch into $C$ numbers by the same linear map.
# - Write one patch per line: a table $U$ with $S$ rows and $C$ columns.
#
# <details><summary>What is lost?</summary>
#
# The table does not say who was whose neighbour: rows 1 and 2 touched, and so did rows 1 and $1 +
# \sqrt{S}$, for a square image. Nothing in the table shows it.
#
# </details>

# %% [markdown] slide="slide"
# ## One network works along the rows. And the other?
#
# The first one mixes the $C$ channels of a patch: the same weights for every row.
#
# 1. It does the same with other weights
# 2. It mixes the $S$ patches of a channel: the same weights for every column
# 3. It mixes everything with everything

# %% [markdown] slide="slide"
# ## Two networks that take turns
#
# $$U \;\leftarrow\; U + \text{MLP}_{\text{tokens}}\,(U^\top)^\top$$
#
# $$U \;\leftarrow\; U + \text{MLP}_{\text{channels}}\,(U)$$
#
# | mixes | sees | weights shared by |
# |---|---|---|
# | tokens | one column: a channel, everywhere | all columns |
# | channels | one row: a patch, all of it | all rows |
#
# <details><summary>Answer, and why never everything at once</summary>
#
# **B.** A full layer on the table has $(S\,C)^2$ weights; the two that take turns have about $S^2 + C^2$, times
# a constant.
#
# </details>

# %% [markdown] slide="slide"
# ## Permute the image's rows. Can you get $U$ back?
#
# The image has 9 rows of 9 pixels, in patches of 3 by 3. You get the table of the permuted image and
# may permute **its** rows.
#
# 1. Always
# 2. Never
# 3. If whole blocks of rows move together
# 4. If every row stays within its block

# %% [markdown] slide="notes"
# Keys 1 to 7 are the permutations. Before each one: which rows of the new table are old ones?

# %% [markdown] slide="slide"
# ## Rows that keep their colour can be put back

# %%
mlp_mixer.permutations()

# %% [markdown]
# <details><summary>Answer</summary>
#
# **C.** A patch keeps its numbers if its three rows stay together, **in order**. Then whole patches have
# moved, and the table's rows with them.
#
# </details>

# %% [markdown] slide="slide"
# ## Turn every block of rows upside down. Recoverable?

# %% [markdown] slide="slide"
# ## Every block upside down

# %%
mlp_mixer.permutations([2, 1, 0, 5, 4, 3, 8, 7, 6])

# %% [markdown]
# <details><summary>Answer</summary>
#
# **No.** Every row stays in its block, but inside each patch the pixels have changed places. The patch's
# linear map meets other numbers and gives a vector that $U$ does not have.
#
# </details>

# %% [markdown] slide="slide"
# ## Twice as tall, twice as wide. How many more patches, and pairs?
#
# 1. 2 and 4 times as many
# 2. 4 and 16 times as many
# 3. 4 and 4 times as many
#
# <details><summary>Answer</summary>
#
# **B.** Attention looks at all **pairs**: 16 times the work. A token-mixing network with a hidden layer of
# fixed width has 4 times the weights and, per channel, 4 times the work: linear in the pixels.
#
# </details>

# %% [markdown] slide="slide"
# ## Three things to take home
#
# 1. A Mixer reads a **table**: one row per patch, and no word about neighbours.
# 2. Two networks take turns: along columns, along rows.
# 3. It may not mind where a patch stands, but it minds what is **inside** a patch.
