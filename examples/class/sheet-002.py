# %% [markdown]
# The worked sheet 002, question by question, as it answers them. It asks nothing about softmax and
# automatic differentiation, and nothing in it is wrong.

# %% task="activations.sigmoid-derivative" role="answer"
def sigmoid_grad(x):
    s = 1 / (1 + np.exp(-np.clip(x, -700, 700)))
    return s * (1 - s)


# %% task="activations.tanh-derivative" role="answer"
def tanh_grad(x):
    return 1 - np.tanh(x) ** 2


# %% task="activations.sigmoid-slope-bound" role="answer"
# geometric mean <= arithmetic mean of sigma and 1 - sigma, equal where sigma = 1/2
sigmoid_slope_bound = (1 / 4, 0)

# %% task="activations.tanh-slope-bound" role="answer"
# (2/(e^x + e^-x))^2 is a squared harmonic mean, at most the squared geometric mean
tanh_slope_bound = (1, 0)

# %% task="activations.compare-bounds" role="answer"
bounds_ratio = 4
factor_5, factor_10 = 4.0**-5, 4.0**-10
crossing = 2 * np.arccosh((1 + np.sqrt(3)) / 2)  # cosh x = 2 cosh(x/2)


# %% task="cross_entropy.bernoulli-mle" role="answer"
def bce(p, x):
    cost = 0.0
    if x > 0:
        cost -= x * np.log(p)
    if x < 1:
        cost -= (1 - x) * np.log(1 - p)
    return cost


# %% task="cross_entropy.ce-kl" role="answer"
def bern_entropy(x):
    return -sum(q * np.log(q) for q in (x, 1 - x) if q > 0)


def bern_kl(x, p):
    # the cross-entropy is H(x) + KL
    return -x * np.log(p) - (1 - x) * np.log(1 - p) - bern_entropy(x)


# %% task="cross_entropy.max-entropy-discrete" role="answer"
def entropy(p):
    return sum(q * np.log(1 / q) for q in p if q > 0)


def max_entropy(n):
    # Jensen: E[log(1/p)] <= log E[1/p] = log n
    return np.ones(n) / n, np.log(n)


# %% task="cross_entropy.max-entropy-gaussian" role="answer"
def gaussian_entropy(var):
    return np.log(2 * np.pi * var) / 2 + 1 / 2


# %% task="convolution.output-size-128-padded" role="answer"
def cnn_output_shape():
    side = (128 + 2 * 4 - 8) // 2 + 1
    side = (side - 2) // 2 + 1
    side = (side + 2 * 2 - 4) // 2 + 1
    return 128, side, side


# %% task="convolution.sizes-128-padded" role="answer"
sizes_128 = (65, 32, 17)


# %% task="convolution.parameter-count" role="answer"
def conv_params(c_in, c_out, k, bias=False):
    weights = k * k * c_in * c_out
    return weights + c_out if bias else weights


# %% task="mlp_mixer.dims" role="answer"
def mixer_dims(H, W, S, C):
    P = round((H * W / S) ** 0.5)
    return P, S, C


# %% task="mlp_mixer.complexity" role="answer"
def mixer_macs(S, P, c, C, DS, DC, L):
    embedding = S * P**2 * c * C
    token_mixing = C * 2 * S * DS
    channel_mixing = S * 2 * C * DC
    return embedding + L * (token_mixing + channel_mixing)


# %% task="mlp_mixer.row-permutations" role="answer"
def recoverable(pi):
    blocks = {(0, 1, 2), (3, 4, 5), (6, 7, 8)}
    return {tuple(pi[0:3]), tuple(pi[3:6]), tuple(pi[6:9])} == blocks


def all_solutions():
    # P = T (x) I_3 for the six permutations T of three blocks
    found = set()
    for a in range(3):
        for b in range(3):
            for c in range(3):
                if len({a, b, c}) == 3:
                    found.add(tuple(3 * block + k for block in (a, b, c) for k in range(3)))
    return found


# %% task="mlp_mixer.reverse" role="answer"
def P_reverse(pi):
    P = np.eye(9)[list(pi)]
    return P.T


# %% task="gd_convergence.convexity" role="answer"
def joint_report():
    return {
        "f(1-)": 0,
        "f(1+)": 0,
        "f'(1-)": 2,
        "f'(1+)": 2,
        "f(-1-)": 0,
        "f(-1+)": 0,
        "f'(-1-)": -2,
        "f'(-1+)": -2,
        "f''_outer": 3 / 2,
        "f''_inner": 2,
        "mu": 3 / 2,
        "L": 2,
    }


# %% task="gd_convergence.minimiser-gradient" role="answer"
def df(x):
    if x > 1:
        return (3 * x + 1) / 2
    if x < -1:
        return (3 * x - 1) / 2
    return 2 * x


# %% task="gd_convergence.oscillation" role="answer"
def gd_closed(x0, t):
    # |x| - 1 halves and the sign alternates
    return (-1) ** t * (1 + (x0 - 1) / 2**t)


# %% task="gd_convergence.limit-points" role="answer"
limit_points = (1, -1)
limit_slopes = (2, -2)
limit_values = (0, -1)
eta_edge = 1


# %% task="gd_convergence.nonconvex-rate" role="answer"
def gd_bound(L, K, F0, Fstar):
    return 2 * L / K * (F0 - Fstar)


def steps_needed(L, gap, eps):
    return int(np.ceil(2 * L * gap / eps**2))
