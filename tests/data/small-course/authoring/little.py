# %% [markdown]
# # A little softmax
#
# Two tasks, enough to see the whole life of a notebook.

# %% role="staff"
# Nobody but staff may read this sentence about the answers 4711.

# %% role="given"
import numpy as np

from chainrule import check

# %% [markdown] task="softmax.translation" role="prompt"
# ## A softmax that never overflows
#
# Write `softmax(x)` over the last axis.

# %% task="softmax.translation" role="answer"
def softmax(x):
    """Softmax over the last axis; (n,) -> (n,) and (b, n) -> (b, n)."""
    # solution
    shifted = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(shifted) / np.exp(shifted).sum(axis=-1, keepdims=True)


# %% task="softmax.translation" role="check"
check("softmax.translation", softmax)

# %% [markdown] task="softmax.scaling-claims" role="prompt"
# ## True or false
#
# Set `scaling_claims` to four times `True` or `False`.

# %% task="softmax.scaling-claims" role="answer"
scaling_claims = (..., ..., ..., ...)
# solution
scaling_claims = (True, False, False, True)

# %% task="softmax.scaling-claims" role="check"
check("softmax.scaling-claims", scaling_claims)

# %% [markdown]
# ## Well done
#
# That is all.
