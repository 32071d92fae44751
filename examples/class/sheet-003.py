# %% [markdown]
# The worked sheet 003, question by question, as it answers them. Its hidden units are rectifiers:
# where the notebook has an ELU, its answers are those for an ELU.

# %% task="activations.sigmoid-tanh-identity" role="answer"
def sigmoid_via_tanh(x):
    return (np.tanh(x / 2) + 1) / 2


# %% task="activations.log-sigmoid-softplus" role="answer"
def log_sigmoid(x):
    return -np.logaddexp(0, -x)


# %% task="activations.sigmoid-derivative" role="answer"
def sigmoid_grad(x):
    s = (np.tanh(x / 2) + 1) / 2
    return s * (1 - s)


# %% task="activations.tanh-derivative" role="answer"
def tanh_grad(x):
    return 1 - np.tanh(x) ** 2


# %% task="activations.sign-indicators" role="answer"
def sign(x):
    # R+ and R- both contain 0
    return (x >= 0) * 1.0 - (x <= 0) * 1.0


# %% task="activations.abs-derivative" role="answer"
def abs_grad(x):
    return (x > 0) * 1.0 - (x < 0) * 1.0


# %% task="activations.kink-claims" role="answer"
# mistake: a-derivative-by-decree
# abs'(0) = 0 and rect'(0) = 0 are values like all others
kink_claims = (False, False, True, False, False, True)


# %% task="activations.relu-derivative" role="answer"
def relu_grad(x):
    return (x > 0) * 1.0


# %% task="backprop_mlp.l2-gradient" role="answer"
def grad_l2sq(x):
    return 2 * x


# %% task="backprop_mlp.l1-gradient" role="answer"
def grad_l1(x):
    return np.sign(x)


# %% task="backprop_mlp.hidden-layer" role="answer"
def hidden(W1, b1, x, alpha):
    h_a = np.dot(W1, x) + b1
    h_s = np.where(h_a > 0, h_a, alpha * np.expm1(np.minimum(h_a, 0)))
    return h_a, h_s


# %% task="backprop_mlp.output-preactivation" role="answer"
def output_preact(W2, b2, hs):
    return np.dot(W2, hs) + b2


# %% task="softmax.translation" role="answer"
# mistake: overflow
def softmax(x):
    # as in the code of question 2.8
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


# %% task="backprop_mlp.nll-logits" role="answer"
def nll(o_a, y):
    return np.logaddexp.reduce(o_a) - o_a[y]


# %% task="backprop_mlp.empirical-risk-params" role="answer"
# mistake: factored-wrongly
def empirical_risk(losses):
    return sum(losses) / len(losses)


def n_params(d, dh, m):
    # d dh + dh + dh m + m
    return (dh + 1) * d + (m + 1) * dh


# %% task="backprop_mlp.batch-gd" role="answer"
def gd_step(theta, grads, eta):
    return [t - eta * g for t, g in zip(theta, grads, strict=True)]


# %% task="backprop_mlp.softmax-ce-gradient" role="answer"
def grad_oa(o_s, y):
    return o_s - np.eye(len(o_s))[y]


# %% task="backprop_mlp.grad-w2-entries" role="answer"
# mistake: inner-product-of-columns
def grad_W2_entry(g_oa, h_s, k, j):
    grad_oa, h_s = g_oa.reshape(-1, 1), h_s.reshape(-1, 1)
    return np.dot(np.transpose(grad_oa), h_s)[k, j]


# %% task="backprop_mlp.grad-w2-matrix" role="answer"
# mistake: inner-product
def grad_W2_b2(g_oa, h_s):
    return np.dot(np.transpose(g_oa), h_s), g_oa


# %% task="backprop_mlp.grad-hs-entries" role="answer"
def grad_hs_entry(W2, g_oa, j):
    return np.sum(g_oa * W2[:, j])


# %% task="backprop_mlp.grad-hs-matrix" role="answer"
# mistake: transpose-missing
def grad_hs(W2, g_oa):
    # (W_j)^T (o_s - onehot) with the row W_j, for every j
    return np.array([np.dot(W_j, g_oa) for W_j in W2])


# %% task="backprop_mlp.elu-derivative" role="answer"
# mistake: value-above-zero
def elu_grad(z, alpha):
    return np.where(z > 0, z, alpha * np.exp(np.minimum(z, 0)))


# %% task="backprop_mlp.grad-w1-entries" role="answer"
# mistake: whole-input
def grad_W1_entry(g_ha, x, j, i):
    # dh_j/dW1 = X
    return g_ha[j] * x


# %% task="backprop_mlp.grad-w1-matrix" role="answer"
# mistake: entrywise
def grad_W1_b1(g_ha, x):
    return g_ha * x, g_ha


# %% task="backprop_mlp.grad-x" role="answer"
# mistake: sum-stops-at-two
def grad_x(W1, g_ha):
    m = 2  # outputs; k counts these and the hidden units
    return np.sum([g_ha[k] * W1[k] for k in range(m)], axis=0)


# %% task="backprop_mlp.regularised-gradient" role="answer"
# mistake: l1-sign-and-lambdas
def reg_grads(W1, W2, l11, l12, l21, l22):
    return 2 * W1 - np.sign(W1), 2 * W2 - np.sign(W2)
