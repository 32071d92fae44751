# %% [markdown]
# The worked sheet 001, question by question, as it answers them.

# %% task="softmax.translation" role="answer"
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% task="softmax.stubborn-component" role="answer"
# mistake: none-exists
def stubborn_component():
    # c != 1 and x not constant: then S(cx)_i != S(x)_i for each i, so there is no such component
    return None


# %% task="softmax.partial-derivatives" role="answer"
# mistake: square-lost
def softmax_partial(x, i, j):
    e = np.exp(x)
    total = e.sum()
    if i == j:
        return e[i] / total * (1 - e[i] / total)
    return -e[i] * e[j] / total


# %% task="softmax.jacobian" role="answer"
def softmax_jacobian(x):
    s = np.exp(x - np.max(x))
    s = s / s.sum()
    column = s.reshape(-1, 1)
    return np.diag(s) - column @ column.T


# %% task="softmax.linear-time-vjp" role="answer"
# mistake: gradient-with-itself
def softmax_vjp(x, g):
    s = np.exp(x - np.max(x))
    s = s / s.sum()
    scalar = g @ g
    return s * (g - scalar)


def sigmoid_vjp(x, g):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s) * g
