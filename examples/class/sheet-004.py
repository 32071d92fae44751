# %% [markdown]
# The worked sheet 004, question by question, as it answers them.

# %% task="cross_entropy.output-activation" role="answer"
# mistake: sign
def output(a):
    return 1 / (1 + np.exp(np.clip(a, -700, 700)))


# %% task="cross_entropy.output-meaning" role="answer"
output_meaning = "c"


# %% task="cross_entropy.bernoulli-mle" role="answer"
# mistake: log-likelihood
def bce(p, x):
    # x log p + (1 - x) log(1 - p), with 0 log 0 = 0
    likely = x * np.log(p) if x > 0 else 0
    unlikely = (1 - x) * np.log(1 - p) if x < 1 else 0
    return likely + unlikely


# %% task="cross_entropy.ce-logit-gradient" role="answer"
def ce_grad(a, y):
    f = 1 / (1 + np.exp(-a))  # sigma' = sigma (1 - sigma) is used, so it is this sigma
    return f - y


# %% task="cross_entropy.mse-loss" role="answer"
def mse(f, y):
    return 1 / 2 * (y - f) ** 2


# %% task="cross_entropy.mse-logit-gradient-derivation" role="derive"
# %%derive cross_entropy.mse-logit-gradient-derivation
# # mistake: inner-derivative-lost
# d/da ((y - σ(a))^2/2)
# = (y - σ(a))*d/da σ(a)
# = (y - σ(a))*d/da (1/(1 + exp(-a)))
# = (σ(a) - y)*exp(-a)/(1 + exp(-a))^2
# = (σ(a) - y)*σ(a)*(1 - σ(a))


# %% task="cross_entropy.mse-logit-gradient" role="answer"
# mistake: inner-minus-lost
def mse_grad(a, y):
    f = 1 / (1 + np.exp(-a))
    return (y - f) * f * (1 - f)


# %% task="cross_entropy.loss-claims" role="answer"
# mistake: no-interpretation
# only the cross-entropy can be interpreted
loss_claims = (False, False, False, True, False, True)


# %% task="heaviside_networks.weights" role="answer"
# mistake: sheet-slope
def weights():
    # w11 = 3/4, w21 = -1: below the first line; above the second; above the third
    W = np.array([[3 / 4, -5 / 3, 5 / 4], [-1, 1, 1]])
    return W, np.array([4, 5, 5]), np.array([1, 1, 1]), -2.5


# %% task="activations.relu-one-sided-slopes" role="answer"
# mistake: empty-condition
def relu_one_sided(x):
    if x == 0:
        return 0, 1, False
    steps = [2.0**-n for n in range(40) if 2.0**-n < x]  # |eps| < x, as before
    if not steps:
        return np.nan, np.nan, False
    eps = steps[0]
    left = (max(0, x - eps) - max(0, x)) / -eps
    right = (max(0, x + eps) - max(0, x)) / eps
    return left, right, True


# %% task="activations.relu-from-heaviside" role="answer"
def relu_product(x, H):
    return x * H(x)


def relu_integral(x, H):
    low = min(0, np.min(x)) - 1
    t = (np.arange(5000) + 0.5) / 5000
    return np.array([(end - low) * np.mean(H(low + (end - low) * t)) for end in x])


# %% task="activations.sigmoid-to-heaviside" role="answer"
def smallest_k(x, delta):
    return np.log(1 / delta - 1) / abs(x)


# %% task="activations.heaviside-derivative" role="answer"
# mistake: left-quotient-negative
def heaviside_quotients(x, eps):
    left = (np.heaviside(x - eps, 1 / 2) - np.heaviside(x, 1 / 2)) / eps
    right = (np.heaviside(x + eps, 1 / 2) - np.heaviside(x, 1 / 2)) / eps
    return left, right


def delta_k_pairing(phi, k):
    u = np.linspace(-50, 50, 20001)
    slope = np.exp(-np.abs(u)) / (1 + np.exp(-np.abs(u))) ** 2
    return np.sum(slope * phi(u / k)) * (u[1] - u[0])


# %% task="activations.kink-claims" role="answer"
# mistake: delta-as-a-function
# let the derivative be infinite at 0, then it is the Dirac delta
kink_claims = (False, True, True, False, True, True)


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


# %% task="cross_entropy.ce-kl" role="answer"
# mistake: entropy-not-subtracted
def bern_kl(x, p):
    # the sum of p^ log p^ drops out
    return -x * np.log(p) - (1 - x) * np.log(1 - p)


def bern_entropy(x):
    return -sum(q * np.log(q) for q in (x, 1 - x) if q > 0)


# %% task="initialisation.relu-moments" role="answer"
# mistake: outputs-taken-as-symmetric
def relu_moments(var_a):
    # the h's come from a symmetric distribution: mean 0
    return 0, var_a / 2, var_a / 2


# %% task="initialisation.forward-variance" role="answer"
# mistake: one-layer-too-many
def he_var(fan_in):
    return 2 / fan_in


def forward_variance(var_a1, fan_in, var_w):
    # the product starts at k = 1, with the width of layer 2 for that of layer 1
    first = fan_in[0] / 2 * var_w[0]
    return var_a1 * first * np.prod(np.array(fan_in) / 2 * np.array(var_w))


# %% task="initialisation.backward-variance" role="answer"
# mistake: one-layer-too-many
def backward_variance(var_gL, fan_out, var_w):
    # the product starts one layer too far down
    first = fan_out[0] / 2 * var_w[0]
    return var_gL * first * np.prod(np.array(fan_out) / 2 * np.array(var_w))


def glorot_var(n_in, n_out):
    return 2 / (n_in + n_out)
