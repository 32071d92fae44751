# %% [markdown]
# The worked sheet 000, question by question, as it answers them.

# %% task="activations.relu-one-sided-slopes" role="answer"
def relu_one_sided(x):
    if x > 0:  # the quotient is 1 for every |eps| < x
        return 1, 1, True
    if x < 0:  # the quotient is 0 for every |eps| < -x
        return 0, 0, True
    return 0, 1, False


# %% task="activations.kink-claims" role="answer"
# mistake: relu-undefined
# ReLU is only defined to the left and to the right of 0
kink_claims = (True, True, True, False, False, True)


# %% task="activations.relu-from-heaviside" role="answer"
def relu_product(x, H):
    return x * H(x)


def relu_integral(x, H):
    # the integral of H from far below up to x, by the midpoint rule
    low = min(0, np.min(x)) - 1
    t = (np.arange(5000) + 0.5) / 5000
    return np.array([(end - low) * np.mean(H(low + (end - low) * t)) for end in x])


# %% task="activations.sigmoid-to-heaviside" role="answer"
def smallest_k(x, delta):
    # 1/(1 + e^{k|x|}) = delta
    return np.log((1 - delta) / delta) / np.abs(x)


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


# %% task="activations.sigmoid-to-tanh-network-derivation" role="derive"
# %%derive activations.sigmoid-to-tanh-network-derivation
# # mistake: one-lost
# W2 @ σ(W1 @ x + b1) + b2
# = W2 @ (tanh((W1 @ x + b1)/2)/2) + b2
# = W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2
# = (W2/2) @ (ones(M) + tanh((W1/2) @ x + b1/2)) + b2
# = (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)


# %% task="activations.sigmoid-to-tanh-network" role="answer"
# mistake: tildes-dropped
def sigmoid_to_tanh(W1, b1, W2, b2):
    # y(x, Theta, tanh) with the weights of the last line, which has no tildes
    return W1, b1, W2, b2


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


# %% task="convolution.conv1d-modes" role="answer"
def conv1d(x, w, mode):
    n, k = len(x), len(w)
    padded = np.concatenate([np.zeros(k - 1), x, np.zeros(k - 1)])
    flipped = np.array(w)[::-1]
    full = np.array([np.sum(padded[i : i + k] * flipped) for i in range(n + k - 1)])
    if mode == "full":
        return full
    if mode == "valid":
        return full[k - 1 : n]
    return full[(k - 1) // 2 : (k - 1) // 2 + n]


# %% task="convolution.output-size-256" role="answer"
# mistake: true-division
def conv_out(i, k, s=1, p=0, d=1):
    # o = (W - F + 2P)/S + 1
    F = d * (k - 1) + 1
    return (i - F + 2 * p) / s + 1


# %% task="convolution.scalars-256" role="answer"
# the sheet stops at the shape
layer_sizes = (125, 25, 24)
scalars_256 = (128, 24, 24)


# %% task="convolution.parameter-count" role="answer"
def conv_params(c_in, c_out, k, bias=False):
    return c_out * c_in * k * k + (c_out if bias else 0)


# %% task="convolution.config-64-to-32" role="answer"
def config_64_to_32():
    return {"k": 8, "s": 2, "p": 3, "d": 1}


# %% task="convolution.config-64-to-32-dilated" role="answer"
def config_64_to_32_dilated():
    return {"k": 2, "s": 2, "p": 3, "d": 7}


# %% task="convolution.pool-config" role="answer"
def pool_config():
    return {"k": 4, "s": 4, "p": 0, "d": 1}


# %% task="convolution.pool-shape" role="answer"
# the table lists the side only
pool_shape = 7


# %% task="convolution.config-8-to-4-plain" role="answer"
def config_8_to_4_plain():
    return {"k": 2, "s": 2, "p": 0, "d": 1}


# %% task="convolution.config-8-to-4-dilated" role="answer"
def config_8_to_4_dilated():
    return {"k": 3, "s": 2, "p": 2, "d": 2}


# %% task="convolution.config-8-to-4-padded" role="answer"
def config_8_to_4_padded():
    return {"k": 4, "s": 2, "p": 1, "d": 1}
