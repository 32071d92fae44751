# %% [markdown]
# The worked sheet 001, question by question, as it answers them.

# %% task="activations.relu-derivative" role="answer"
def relu_grad(x):
    return np.where(x > 0, 1.0, 0.0)


# %% task="activations.sigmoid-derivative-derivation" role="derive"
# %%derive activations.sigmoid-derivative-derivation
# # mistake: in-circles
# d/dx σ(x) = d/dx (1/(1+exp(-x)))
# = exp(-x)/(1+exp(-x))^2
# = σ(x)*(1+exp(-x)-1)/(1+exp(-x))
# = σ(x)*(1+exp(-x)-1)/(1+exp(-x))


# %% task="activations.sigmoid-derivative" role="answer"
def sigmoid_grad(x):
    s = (1 + np.tanh(x / 2)) / 2
    return s * (1 - s)


# %% task="activations.sigmoid-tanh-identity" role="answer"
def sigmoid_via_tanh(x):
    return 1 / 2 * (np.tanh(x / 2) + 1)


# %% task="activations.log-sigmoid-softplus" role="answer"
def log_sigmoid(x):
    return -np.logaddexp(0, -x)


# %% task="activations.softplus-difference" role="answer"
def softplus(x):
    return np.logaddexp(0, x)


# %% task="activations.sign-indicators" role="answer"
def sign(x):
    return np.where(x > 0, 1, 0) - np.where(x < 0, 1, 0)


# %% task="backprop_mlp.l2-gradient" role="answer"
def grad_l2sq(x):
    return 2 * x


# %% task="backprop_mlp.l1-gradient" role="answer"
# mistake: zero-over-zero
def grad_l1(x):
    return x / np.abs(x)


# %% task="softmax.stubborn-component" role="answer"
# mistake: none-exists
def stubborn_component():
    # c != 1 and x not constant: then S(cx)_i != S(x)_i for each i, so there is no such component
    return None


# %% task="softmax.translation" role="answer"
def softmax(x):
    e = np.exp(x - np.max(x, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# %% task="softmax.partial-derivatives-derivation" role="derive"
# %%derive softmax.partial-derivatives-derivation
# # mistake: square-lost
# let Z = Σ[k,1,n](exp(x[k]))
# case i = j:
# d/dx[j] softmax(x)[i]
# = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
# = (exp(x[i])*Z - exp(x[i])*exp(x[j])) / Z^2
# = exp(x[i])/Z * (Z - exp(x[j]))/Z
# = softmax(x)[i]*(1 - softmax(x)[j])
# = softmax(x)[i]*(δ(i,j) - softmax(x)[j])
# case i != j:
# d/dx[j] softmax(x)[i]
# = d/dx[j] (exp(x[i]) / Σ[k,1,n](exp(x[k])))
# = (0*Z - exp(x[i])*exp(x[j])) / Z^2
# = -exp(x[i])*exp(x[j]) / Z
# = -exp(x[i])/Z * exp(x[j])/Z
# = -softmax(x)[i]*softmax(x)[j]
# = softmax(x)[i]*(δ(i,j) - softmax(x)[j])


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


# %% task="backprop_mlp.hidden-layer" role="answer"
def hidden(W1, b1, x, alpha):
    h_a = W1 @ x + b1
    return h_a, np.where(h_a > 0, h_a, alpha * (np.exp(np.minimum(h_a, 0)) - 1))


# %% task="backprop_mlp.output-preactivation" role="answer"
def output_preact(W2, b2, hs):
    return W2 @ hs + b2


# %% task="backprop_mlp.nll-logits" role="answer"
def nll(o_a, y):
    return -o_a[y] + np.logaddexp.reduce(o_a)


# %% task="backprop_mlp.empirical-risk-params" role="answer"
# mistake: sum-for-mean
def empirical_risk(losses):
    return np.sum(losses)


def n_params(d, dh, m):
    return dh * d + dh + m * dh + m


# %% task="backprop_mlp.batch-gd" role="answer"
def gd_step(theta, grads, eta):
    return [t - eta * g for t, g in zip(theta, grads, strict=True)]


# %% task="backprop_mlp.softmax-ce-gradient" role="answer"
def grad_oa(o_s, y):
    onehot = np.zeros(len(o_s))
    onehot[y] = 1
    return o_s - onehot


# %% task="backprop_mlp.grad-w2-entries" role="answer"
def grad_W2_entry(g_oa, h_s, k, j):
    return g_oa[k] * h_s[j]


# %% task="backprop_mlp.grad-w2-matrix" role="answer"
# mistake: entrywise
def grad_W2_b2(g_oa, h_s):
    return g_oa * h_s.T, g_oa


# %% task="backprop_mlp.grad-hs-entries" role="answer"
def grad_hs_entry(W2, g_oa, j):
    return sum(g_oa[k] * W2[k, j] for k in range(len(g_oa)))


# %% task="backprop_mlp.grad-hs-matrix" role="answer"
# mistake: entrywise
def grad_hs(W2, g_oa):
    return W2.T * g_oa


# %% task="backprop_mlp.elu-derivative" role="answer"
# mistake: zero-left-out
def elu_grad(z, alpha):
    slope = np.zeros(len(z))
    slope[z > 0] = 1
    slope[z < 0] = alpha * np.exp(z[z < 0])
    return slope


# %% task="backprop_mlp.grad-ha-matrix" role="answer"
def grad_ha(g_hs, h_a, alpha):
    return g_hs * np.where(h_a > 0, 1, alpha * np.exp(np.minimum(h_a, 0)))


# %% task="backprop_mlp.grad-w1-entries" role="answer"
def grad_W1_entry(g_ha, x, j, i):
    return g_ha[j] * x[i]


# %% task="backprop_mlp.grad-w1-matrix" role="answer"
def grad_W1_b1(g_ha, x):
    return g_ha.reshape(-1, 1) @ x.reshape(1, -1), g_ha


# %% task="backprop_mlp.grad-x" role="answer"
# mistake: sum-stops-at-two
def grad_x(W1, g_ha):
    m = 2  # two classes: the entries are sums over k = 1, ..., m
    return np.array([sum(g_ha[k] * W1[k, i] for k in range(m)) for i in range(W1.shape[1])])


# %% task="convolution.output-size-128-floor" role="answer"
def cnn_output_scalars(size=128):
    first = (size - 8) // 2 + 1
    pooled = (first - 5) // 5 + 1
    last = (pooled + 2 - 4) // 1 + 1
    return 128 * last * last


# %% task="convolution.parameter-count-128" role="answer"
parameters_128 = 128 * 32 * 4 * 4


# %% task="convolution.config-64-to-4-plain" role="answer"
def config_64_to_4_plain():
    return {"k": 61, "s": 1, "p": 0, "d": 1}


# %% task="convolution.config-64-to-4-dilated" role="answer"
def config_64_to_4_dilated():
    return {"k": 33, "s": 1, "p": 2, "d": 2}


# %% task="convolution.config-64-to-4-padded" role="answer"
def config_64_to_4_padded():
    return {"k": 63, "s": 1, "p": 1, "d": 1}
