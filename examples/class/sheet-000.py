# %% [markdown]
# The worked sheet 000, question by question, as it answers them.

# %% task="softmax.translation" role="answer"
def softmax(x):
    # e^c cancels, so the maximum may be subtracted from every logit
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / np.sum(e, axis=-1, keepdims=True)


# %% task="softmax.scale-counterexample" role="answer"
def counterexample():
    return np.array([0, 1]), 2


# %% task="softmax.c-zero" role="answer"
def softmax_at_zero(x):
    return np.ones(len(x)) / len(x)


# %% task="softmax.c-infinity" role="answer"
# mistake: ties-ignored
def softmax_limit(x):
    # the largest logit takes everything
    p = np.zeros(len(x))
    p[np.argmax(x)] = 1.0
    return p


# %% task="softmax.two-class-sigmoid" role="answer"
def z_of_x(x):
    return x[0] - x[1]


# %% task="softmax.k-minus-1-logits" role="answer"
# mistake: one-too-many
def reduce_logits(x):
    # [0, y_1, ..., y_K] with y_i = x_{i+1} - x_1
    K = len(x)
    y = np.zeros(K)
    for i in range(1, K):
        y[i - 1] = x[i] - x[0]
    return y


# %% task="ad_traces.forward-ad" role="answer"
# mistake: rounded-too-early
def forward_trace(x1, x2, dx1, dx2):
    v, d = [x1, x2], [dx1, dx2]
    v.append(round(v[0] + v[1], 4)), d.append(round(d[0] + d[1], 4))
    v.append(round(1 / v[2], 4)), d.append(round(-d[2] / v[2] ** 2, 4))
    v.append(round(v[1] ** 2, 4)), d.append(round(2 * v[1] * d[1], 4))
    v.append(round(np.cos(v[0]), 4)), d.append(round(-np.sin(v[0]) * d[0], 4))
    v.append(round(v[3] + v[4], 4)), d.append(round(d[3] + d[4], 4))
    v.append(round(v[6] + v[5], 4)), d.append(round(d[6] + d[5], 4))
    return np.array([v, d]).T


# %% task="ad_traces.reverse-ad" role="answer"
# mistake: forward-seed-in-reverse
def reverse_trace(x1, x2, ybar=1.0):
    dx2 = 0  # the seed of the forward sweep
    b6 = ybar
    b5 = b6 * 1
    b4 = b6 * 1
    b3 = b5 * 1
    b2 = b5 * 1
    b1 = b2 * -1 / (x1 + x2) ** 2
    b0 = b3 * 2 * x2 * dx2 + b1
    b_1 = b4 * -np.sin(x1) + b1
    return np.array([b_1, b0, b1, b2, b3, b4, b5, b6])
