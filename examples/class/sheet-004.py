# %% [markdown]
# The worked sheet 004, question by question, as it answers them.

# %% task="softmax.translation" role="answer"
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% task="softmax.partial-derivatives" role="answer"
def softmax_partial(x, i, j):
    s = softmax(x)
    return s[i] * (1 - s[i]) if i == j else -s[i] * s[j]


# %% task="softmax.jacobian" role="answer"
def softmax_jacobian(x):
    s = softmax(x)
    return np.diag(s) - np.outer(s, s)


# %% task="softmax.sigmoid-jacobian" role="answer"
def sigmoid_jacobian(x):
    s = 1 / (1 + np.exp(-x))
    return np.diag(s * (1 - s))


# %% task="softmax.scaling-claims" role="answer"
# mistake: all-probable-classes-gain
# greater than 1: the most probable classes gain; less than 1: the less probable gain
scaling_claims = (True, True, True, False)


# %% task="softmax.two-class-sigmoid" role="answer"
# mistake: reversed
def z_of_x(x):
    return x[1] - x[0]


# %% task="softmax.k-minus-1-logits" role="answer"
def reduce_logits(x):
    return np.array([x[i] - x[0] for i in range(1, len(x))])
