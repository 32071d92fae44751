# %% [markdown]
# The worked sheet 002. It asks nothing about softmax and automatic differentiation.
