# %% [markdown]
# # Initialisation: how to hand a signal through fifty layers
#
# Before a network learns anything it is a random machine. A signal enters at the bottom, and each
# layer multiplies its size by some factor. Is the factor 0.9, then after fifty layers half a
# per cent is left; is it 1.1, the signal has grown a hundredfold. Gradients travel the same road
# in the other direction and meet the same fate.
#
# So the one number you choose before training, the variance of the weights, decides whether there
# will be any training. In this notebook you derive it, twice, and the two answers disagree. Then you
# simulate it, and learn to distrust an error bar.
#
# **What you will be able to do**
#
# - say what ReLU does to mean, mean square and variance, and which of the three matters;
# - propagate variances forward and backward through layers of any width;
# - choose the variance for ReLU, leaky ReLU and tanh, from a normal or a uniform law;
# - measure it in a simulation, with an error bar you would sign;
# - find the first false line in somebody else's derivation.
#
# **You need** mean and variance of sums of independent variables, the integral of a Gaussian, the
# backward pass of a layer.
# **Time** 80 to 90 minutes.
#
# | Symbol | Meaning | Shape |
# |---|---|---|
# | $a^{(k)} = W^{(k)} h^{(k-1)}$ | pre-activations of layer $k$; all biases are zero | `(units,)` |
# | $h^{(k)} = \max(0, a^{(k)})$ | its outputs | `(units,)` |
# | $n_k$ | fan-in: how many inputs a unit of layer $k$ adds up | number |
# | $m_k$ | fan-out: how many units of layer $k$ one input feeds | number |
# | $\mathrm{Var}(w^{(k)})$ | variance of one weight of layer $k$ | number |
# | $C$ | cost; $\partial C / \partial h^{(k)}$ is a gradient on its way down | as $h^{(k)}$ |
#
# **The assumptions**, once and for all: the weights are independent of each other and of
# everything below them, with mean zero and a symmetric law. Then all units of a layer look alike, and
# $\mathrm{Var}\, a^{(k)}$ means the variance of any one of them. A *variance* is a variance here: in
# $\mathcal{N}(0, v)$ the second number is $v$, not its root.
#
# **How it works.** Each task asks for something by name; write it in the cell below and run the
# `check`. You may check as often as you like. When you hand in, the same things are looked at
# again with other numbers.

# %% [markdown] role="staff"
# Fifteen tasks: the five flaws of the sheet share one prompt and one cell and take two minutes
# each, the uniform bounds are two one-liners, and the two derivations write down what was done on
# paper just before. The leaky ReLU, tanh and the simulation go beyond the sheet. The sheet also mixes
# n and n_k: here every prompt says fan-in of layer k, and the exercise knows the mistake of being one
# layer off.

# %% role="given"
import numpy as np

# %load_ext chainrule.derivation
from chainrule import check
from chainrule.views.initialisation import fifty_layers, gain, variance

# %% [markdown] task="initialisation.relu-moments" role="prompt"
# ## 1. What ReLU leaves
#
# ### Three numbers
#
# Let $a \sim \mathcal{N}(0, v)$ and $h = \max(0, a)$. Half of the values become zero, the other half
# stay as they are. Work out $\mathrm{E}[h]$, $\mathrm{E}[h^2]$ and $\mathrm{Var}(h)$;
# `relu_moments(var_a)` returns the three in this order.
#
# One of the three you can have without any integral, and for *every* symmetric law of $a$, Gaussian
# or not. It will be the one that matters.
#
# <details><summary>Hint</summary>
#
# Integrate over $a > 0$ only; everywhere else $h$ is zero. For the mean, $a\,e^{-a^2/2v}$ is the
# derivative of something. For the mean square compare the integral over $a > 0$ with the one over
# all $a$: what does symmetry say?
#
# </details>


# %% task="initialisation.relu-moments" role="answer"
def relu_moments(var_a):
    """Return (E[h], E[h^2], Var(h)) of h = max(0, a) for a Gaussian a with mean 0.

    var_a: variance of a, a number. Returns: three numbers.
    """
    # solution
    mean = np.sqrt(var_a / (2 * np.pi))
    mean_square = var_a / 2
    return mean, mean_square, mean_square - mean**2


# %% task="initialisation.relu-moments" role="check"
check("initialisation.relu-moments", relu_moments)

# %% [markdown] task="initialisation.forward-variance" role="prompt"
# ## 2. Upwards
#
# ### From layer to layer, and the variance that keeps
#
# One pre-activation is a sum over the inputs of its layer,
# $a^{(k)}_i = \sum_j w^{(k)}_{ij}\, h^{(k-1)}_j$. Its terms are uncorrelated, and each is a product of
# two independent factors. Take a pencil:
#
# 1. express $\mathrm{Var}\, a^{(k)}$ through $n_k$, $\mathrm{Var}(w^{(k)})$ and a moment of $h^{(k-1)}$
#    (which one? the weights have mean zero, the $h$'s have not);
# 2. express that moment through $\mathrm{Var}\, a^{(k-1)}$;
# 3. apply it again and again, from layer $L$ down to layer 1.
#
# Now write two functions.
#
# - `forward_variance(var_a1, fan_in, var_w)` returns $\mathrm{Var}\, a^{(L)}$. The two lists hold $n_k$
#   and $\mathrm{Var}(w^{(k)})$ for $k = 2, \dots, L$; layer 1 is already in `var_a1`.
# - `he_var(fan_in)` returns the variance of the weights that makes $\mathrm{Var}\, a^{(k)}$ the same in
#   all layers. It is named after Kaiming He.
#
# <details><summary>Hint</summary>
#
# For independent factors, $\mathrm{Var}(w h) = \mathrm{E}[w^2 h^2] - (\mathrm{E}[w]\,\mathrm{E}[h])^2$.
# One of the two terms vanishes; what remains of the other?
#
# </details>


# %% task="initialisation.forward-variance" role="answer"
def forward_variance(var_a1, fan_in, var_w):
    """Return Var a^(L) of a ReLU network.

    var_a1: variance in layer 1; fan_in, var_w: lists with one entry for each layer 2, ..., L.
    """
    # solution
    variance_now = var_a1
    for n, s in zip(fan_in, var_w):
        variance_now = n * s * variance_now / 2
    return variance_now


def he_var(fan_in):
    """Return the variance of the weights that keeps Var a^(k) constant. fan_in: a number."""
    # solution
    return 2 / fan_in


# %% task="initialisation.forward-variance" role="check"
check("initialisation.forward-variance", he_var, forward_variance)

# %% [markdown] task="initialisation.forward-variance-derivation" role="prompt"
# ### The derivation, line by line
#
# Write down one layer's step. In the cell below `w[k]` are the $n$ weights of one unit and `a[k]` the
# pre-activations of the layer before; all are independent, the weights have mean zero, the `a[k]` are
# symmetric. Random variables go into `E(...)` and `Var(...)`, sums into `Σ[k,1,n](...)`. One fact may be
# quoted, behind a `#`: `# symmetry`, which says that `E(relu(u)^2) = E(u^2)/2` for a symmetric `u`.
#
# Go from the variance of the sum to `n/2*Var(w[1])*Var(a[1])`, in small steps: each line is checked
# against the one before. The text is kept as
# `derivation_initialisation_forward_variance_derivation`.

# %% task="initialisation.forward-variance-derivation" role="derive"
# %%derive initialisation.forward-variance-derivation
# Var(Σ[k,1,n](w[k]*relu(a[k])))
# # solution
# = Σ[k,1,n](Var(w[k]*relu(a[k])))                  # uncorrelated terms
# = Σ[k,1,n](E(w[k]^2)*E(relu(a[k])^2))             # mean 0 and independence
# = Σ[k,1,n](Var(w[k])*E(relu(a[k])^2))             # the weights have mean 0
# = Σ[k,1,n](Var(w[k])*E(a[k]^2)/2)                 # symmetry
# = Σ[k,1,n](Var(w[k])*Var(a[k])/2)                 # the a[k] have mean 0
# = n/2*Var(w[1])*Var(a[1])                         # all terms are equal

# %% task="initialisation.forward-variance-derivation" role="check"
check(
    "initialisation.forward-variance-derivation",
    derivation_initialisation_forward_variance_derivation,
)

# %% [markdown]
# ### One factor, many times
#
# Below, the weights have the variance $g/n$, and you turn $g$. The vertical axis counts powers of
# ten. Find the one position where nothing happens, and see how little a bad choice forgives.

# %%
gain()

# %% [markdown] task="initialisation.backward-variance" role="prompt"
# ## 3. Downwards
#
# ### The same road in the other direction
#
# A gradient passes a layer in two steps. Through the ReLU,
# $\partial C / \partial a^{(k)} = 1_{a^{(k)} > 0}\, \partial C / \partial h^{(k)}$; through the weights,
# $\partial C / \partial h^{(k-1)} = W^{(k)\top}\, \partial C / \partial a^{(k)}$. Assume that the mask is
# independent of the gradient it multiplies, and that gradients have mean zero.
#
# 1. What does a mask of zeros and ones do to a mean square, if it is 1 half of the time?
# 2. How many terms does one entry of $W^{\top} \partial C / \partial a$ add up: $n_k$ or $m_k$?
#
# - `backward_variance(var_gL, fan_out, var_w)` returns the variance of $\partial C / \partial h^{(j-1)}$
#   when that of $\partial C / \partial h^{(L)}$ is `var_gL`. The lists hold $m_k$ and
#   $\mathrm{Var}(w^{(k)})$ for $k = j, \dots, L$.
# - The variance that keeps gradients alive is not the one of section 2, unless the layers have equal
#   widths: the two directions want different things. For *linear* units (no ReLU, so nothing is cut
#   in half) the forward pass asks for $1/n$ and the backward pass for $1/m$. Glorot and Bengio take
#   one over the *mean* of the two fans. `glorot_var(n_in, n_out)` returns that compromise.
#
# <details><summary>Hint</summary>
#
# The mask is 0 or 1. What is the square of 0, what is the square of 1, and what therefore is the
# mean of the squared mask?
#
# </details>


# %% task="initialisation.backward-variance" role="answer"
def backward_variance(var_gL, fan_out, var_w):
    """Return the variance of dC/dh^(j-1) in a ReLU network.

    var_gL: variance of dC/dh^(L); fan_out, var_w: lists, one entry for each layer j, ..., L.
    """
    # solution
    variance_now = var_gL
    for m, s in zip(fan_out, var_w):
        variance_now = m * s * (variance_now / 2)
    return variance_now


def glorot_var(n_in, n_out):
    """Return Glorot's variance for a layer with n_in inputs and n_out outputs."""
    # solution
    return 2 / (n_in + n_out)


# %% task="initialisation.backward-variance" role="check"
check("initialisation.backward-variance", backward_variance, glorot_var)

# %% [markdown] task="initialisation.backward-variance-derivation" role="prompt"
# ### The mask, line by line
#
# The same for one step down. The gradient is a sum of $m$ uncorrelated terms of the same law, so its
# variance is $m$ times that of one term: a weight `w` that leaves the unit, the gradient `g` behind the
# unit it leads to, and the mask `H(a)` there. All three are independent; weight and gradient have mean
# zero, the mask has not. Go from `m*Var(w*H(a)*g)` to `m*Var(w)*E(H(a)^2)*Var(g)`. Which factors may
# become variances, and which one must not? What the middle factor is you know already.
#
# The text is kept as `derivation_initialisation_backward_variance_derivation`.

# %% task="initialisation.backward-variance-derivation" role="derive"
# %%derive initialisation.backward-variance-derivation
# m*Var(w*H(a)*g)
# # solution
# = m*(E((w*H(a)*g)^2) - E(w*H(a)*g)^2)           # definition of the variance
# = m*(E(w^2)*E(H(a)^2)*E(g^2) - 0)               # independence, mean 0
# = m*E(w^2)*E(H(a)^2)*E(g^2)
# = m*Var(w)*E(H(a)^2)*Var(g)                     # mean 0

# %% task="initialisation.backward-variance-derivation" role="check"
check(
    "initialisation.backward-variance-derivation",
    derivation_initialisation_backward_variance_derivation,
)

# %% [markdown]
# ### Both directions at once
#
# The lines are the laws you have just written, the dots come from a random network. The four rules
# differ by factors that look harmless. In the widest networks one of them leaves the screen: it is a
# misprint that many course notes share, and you will meet it again in section 6. A fifth line is your
# own `he_var`.

# %%
variance(var=he_var)

# %% [markdown] task="initialisation.uniform-bounds" role="prompt"
# ## 4. Other laws, other units
#
# ### The same variance from a uniform law
#
# Nothing above asked for Gaussian weights. Many libraries draw them uniformly from $(-b, b)$. Which
# bound $b$ gives the right variance? Write `he_bound(fan_in)` for He's variance, and
# `glorot_bound(n_in, n_out)` for Glorot's.
#
# <details><summary>Hint</summary>
#
# $\mathrm{Var} = \frac{1}{2b} \int_{-b}^{b} w^2\, dw$.
#
# </details>
#
# ### A leak
#
# A leaky ReLU lets the negative half through as well, shrunk by a slope $\alpha$: $h = a$ for
# $a > 0$ and $h = \alpha a$ for $a \le 0$. What is $\mathrm{E}[h^2]$ now, as a multiple of
# $\mathrm{Var}(a)$?
#
# The *gain* of an activation is the number by which the standard deviation $1/\sqrt{n}$ of the
# weights has to be multiplied to keep the variance. Write `leaky_gain(slope)`, and
# `leaky_var(fan_in, slope)`, the variance of the weights. At the ends you know the answers: slope 0
# is ReLU, slope 1 is a linear unit.


# %% task="initialisation.uniform-bounds" role="answer"
def he_bound(fan_in):
    """Return b such that weights uniform on (-b, b) have He's variance."""
    # solution
    return np.sqrt(6 / fan_in)


def glorot_bound(n_in, n_out):
    """Return b such that weights uniform on (-b, b) have Glorot's variance."""
    # solution
    return np.sqrt(6 / (n_in + n_out))


def leaky_gain(slope):
    """Return the gain of a leaky ReLU, a factor on the standard deviation of the weights."""
    # solution
    return np.sqrt(2 / (1 + slope**2))


def leaky_var(fan_in, slope):
    """Return the variance of the weights that keeps Var a^(k) behind leaky ReLUs."""
    # solution
    return 2 / (fan_in * (1 + slope**2))


# %% task="initialisation.uniform-bounds" role="check"
check("initialisation.uniform-bounds", he_bound, glorot_bound)

# %% task="initialisation.leaky-relu-gain" role="check"
check("initialisation.leaky-relu-gain", leaky_gain, leaky_var)

# %% [markdown] task="initialisation.tanh-compromise" role="prompt"
# ### tanh, and the price of a compromise
#
# Near zero, $\tanh a \approx a$: a tanh layer with small inputs is a linear layer, and that is what
# Glorot's variance was made for.
#
# 1. **The price.** A linear layer with $n$ inputs and $m$ outputs has Glorot's variance.
#    `glorot_gains(n_in, n_out)` returns the two factors by which it multiplies the variance of the
#    signal (forward) and of the gradient (backward), in this order. When are both 1?
# 2. **The bend.** To third order, $\tanh a \approx a - a^3/3$. `tanh_second_moment(v)` returns
#    $\mathrm{E}[\tanh(a)^2]$ for $a \sim \mathcal{N}(0, v)$, up to and including the term in $v^2$.
#    Does a deep tanh network with Glorot's variance keep its signal?
#
# <details><summary>Hint</summary>
#
# Square the bracket and keep $a^2$ and $a^4$. The fourth moment of a Gaussian with variance $v$ is
# $\mathrm{E}[a^4] = 3 v^2$.
#
# </details>


# %% task="initialisation.tanh-compromise" role="answer"
def glorot_gains(n_in, n_out):
    """Return (forward, backward): the factors on the variances in a linear layer."""
    # solution
    s = glorot_var(n_in, n_out)
    return n_in * s, n_out * s


def tanh_second_moment(v):
    """Return E[tanh(a)^2] for a Gaussian a with mean 0 and small variance v, to order v^2."""
    # solution
    return v - 2 * v**2


# %% task="initialisation.tanh-compromise" role="check"
check("initialisation.tanh-compromise", glorot_gains, tanh_second_moment)

# %% [markdown] task="initialisation.fifty-layers" role="prompt"
# ## 5. Fifty layers, measured
#
# ### One network
#
# Laws about averages are best tested by averages. Write `layer_mean_squares(a1, weights)`: one
# network, one input. It returns the mean of $(a^{(k)}_i)^2$ over the units $i$ of each layer, from
# layer 1 (whose pre-activations are `a1`) to layer $L$. `weights` holds the matrices of layers
# $2, \dots, L$; they need not be square.
#
# ### Many networks, and an error bar you would sign
#
# Draw $R$ networks, look at one layer of each, and you hold a table of squares $a_i^2$, shape
# `(R, n)`: one network per row, one unit per column. What is the mean, and how sure are you of it?
#
# The standard error of a mean of $N$ *independent* numbers is their sample standard deviation (with
# $N - 1$ in the denominator) divided by $\sqrt{N}$. The whole difficulty is in one word. The units of
# one network all listen to the same $h$: if it happens to be large, all of them are large.
#
# Write `mean_with_error(squares)`, which returns the mean and its honest standard error.
#
# <details><summary>Hint</summary>
#
# Which numbers in the table are independent of each other? Make one number out of each group that
# hangs together.
#
# </details>


# %% task="initialisation.fifty-layers" role="answer"
def layer_mean_squares(a1, weights):
    """Return the mean square of the pre-activations in each layer of a ReLU network.

    a1: shape (n_1,); weights: L - 1 matrices, W[i, j] leads from unit j to unit i. Returns: (L,).
    """
    # solution
    a = np.asarray(a1)
    squares = [np.mean(a**2)]
    for W in weights:
        a = W @ np.maximum(0, a)
        squares.append(np.mean(a**2))
    return np.array(squares)


def mean_with_error(squares):
    """Return (mean, standard error).

    squares: shape (R, n), R independent networks with n units that are not independent.
    """
    # solution
    per_network = np.mean(squares, axis=1)
    return per_network.mean(), per_network.std(ddof=1) / np.sqrt(len(per_network))


# %% task="initialisation.fifty-layers" role="check"
check("initialisation.fifty-layers", layer_mean_squares)

# %% task="initialisation.error-bars" role="check"
check("initialisation.error-bars", mean_with_error)

# %% [markdown]
# ### Law against measurement
#
# When your functions are written, the next cell draws forty networks of twelve layers with them and
# compares the last layer with your own law. Two standard errors should cover the gap in nineteen
# cases out of twenty. Change the seed a few times and count.

# %%
n, depth, networks, seed = 64, 12, 40, 1
rng = np.random.default_rng(seed)
try:
    spread = np.sqrt(he_var(n))
    last = [
        layer_mean_squares(rng.normal(size=n), rng.normal(0, spread, (depth - 1, n, n)))[-1]
        for _ in range(networks)
    ]
    mean, error = mean_with_error(np.reshape(last, (networks, 1)))
    law = forward_variance(1.0, [n] * (depth - 1), [he_var(n)] * (depth - 1))
    print(f"layer {depth}: measured {mean:.2f} ± {2 * error:.2f}, law {law:.2f}")
except Exception as reason:
    print(f"Nothing to compare yet: {reason}")

# %% [markdown]
# ### Four starts
#
# Now fifty layers and four variances $g/n$: too small, Glorot's, He's, too large. On the left the
# lines are the law and the dots the mean over 400 networks. ReLU is kind to us here: multiply all
# weights by a constant and the whole network is multiplied, so one set of networks serves
# all four.
#
# On the right are He's networks alone, with a band of two standard errors. Choose $n = 256$, then
# $n = 16$, and look closely. In narrow, deep networks the *mean* is carried by a few giants, while the
# *median* network is nearly dead; and if the giants are missing from the sample, the error bar does
# not know about them. No formula for a standard error saves you from that. Honest means: say what you
# measured, how often, and what you could not have seen.

# %%
fifty_layers()

# %% [markdown] task="initialisation.symmetry-flaw" role="prompt"
# ## 6. At the marker's desk
#
# ### Five derivations
#
# Change sides, but finish the tasks above first: these solutions give them away. Each goes wrong in
# **exactly one line**, and what comes after may inherit the error. Give the number of the first false
# line, and what it should say instead.
#
# **A. A symmetry.** *Layer $k$ has $n$ inputs and weights of variance $s$; $a^{(k-1)}$ is Gaussian with
# mean 0 and variance $v$, and $h$ is its ReLU. Find $\mathrm{Var}\, a^{(k)}$.*
#
# 1. The weights have mean zero and are independent of $h$, so $\mathrm{E}[a^{(k)}] = 0$.
# 2. Hence $\mathrm{Var}\, a^{(k)} = n\, s\, \mathrm{E}[h^2]$.
# 3. Since $a^{(k-1)}$ has a symmetric law, $h$ has one too, and $\mathrm{E}[h] = 0$.
# 4. Therefore $\mathrm{E}[h^2] = \mathrm{Var}(h)$.
# 5. Half of the values are put to zero, so $\mathrm{E}[h^2] = v/2$.
# 6. Together, $\mathrm{Var}\, a^{(k)} = n\, s\, v / 2$.
#
# `symmetry_flaw_line` is the line, `symmetry_flaw_fix` the true mean of $h$, in `v` and `pi`. (The last
# line is right all the same. How did that happen?)
#
# **B. A product.** *All layers have $n$ inputs per unit and weights of variance $s$; $v_1$ is the variance
# in layer 1. Find that in layer $L$.*
#
# 1. For every $k \ge 2$, $\mathrm{Var}\, a^{(k)} = \tfrac{n s}{2}\, \mathrm{Var}\, a^{(k-1)}$.
# 2. So $\mathrm{Var}\, a^{(2)} = \tfrac{n s}{2}\, v_1$.
# 3. And $\mathrm{Var}\, a^{(3)} = (\tfrac{n s}{2})^2\, v_1$.
# 4. With all layers up to $L$, $\mathrm{Var}\, a^{(L)} = (\tfrac{n s}{2})^L\, v_1$.
# 5. This is the same for all $L$ if and only if $n s = 2$.
#
# `product_flaw_line` is the line, `product_flaw_fix` its right-hand side, in `v1`, `n`, `s`, `L`.
#
# **C. Behind the comma.** *From which normal law should the weights come?* As everywhere in this
# notebook, $\mathcal{N}(\mu, v)$ has the variance $v$.
#
# 1. The condition is $\tfrac{n}{2}\, \mathrm{Var}(w) = 1$.
# 2. So $\mathrm{Var}(w) = 2/n$.
# 3. The standard deviation is $\sqrt{2/n}$.
# 4. We draw the weights from $\mathcal{N}(0, \sqrt{2/n})$.
# 5. For $n = 100$ this is $\mathcal{N}(0,\; 0.1414)$.
#
# `normal_flaw_line` is the line, `normal_flaw_fix` what stands behind the comma, in `n`. (By which
# factor would the variance grow in each layer with $n = 100$?)
#
# **D. Still random.** *The gradient $g = \partial C/\partial h$ has mean 0 and mean square $q$, and it is
# independent of $a$, whose density $p$ is symmetric. Find the variance of
# $d = \partial C/\partial a = 1_{a>0}\, g$.*
#
# 1. By independence, $\mathrm{E}[d] = \tfrac12\, \mathrm{E}[g] = 0$.
# 2. So $\mathrm{Var}(d) = \mathrm{E}[1_{a>0}\, g^2]$.
# 3. As an integral, $\mathrm{Var}(d) = \int_0^{\infty} g^2\, p(a)\, da = g^2/2$.
# 4. One step further, an entry of $W^{\top} d$ has the variance $m\, s\, g^2 / 2$.
# 5. It is kept if $m s = 2$.
#
# `expectation_flaw_line` is the line, `expectation_flaw_fix` its last member, in `q`.
#
# **E. From where to where.** *In every layer one input feeds $m$ units through weights of variance $s$. The
# gradient has the variance $v$ at $h^{(L+1)}$. Find it at $h^{(2)}$.*
#
# 1. For every $k$, $\mathrm{Var}\, \partial C/\partial h^{(k-1)} = \tfrac{m s}{2}\, \mathrm{Var}\, \partial C/\partial h^{(k)}$.
# 2. So at $h^{(L)}$ it is $\tfrac{m s}{2}\, v$.
# 3. And at $h^{(L-1)}$ it is $(\tfrac{m s}{2})^2\, v$.
# 4. Going down in this way, at $h^{(2)}$ it is $(\tfrac{m s}{2})^L\, v$.
# 5. It is the same everywhere if and only if $m s = 2$.
#
# `indices_flaw_line` is the line, `indices_flaw_fix` the variance at $h^{(2)}$, in `v`, `m`, `s`, `L`.
#
# Formulas go between quotation marks, for example `"v*(n/3)**(L+7)"` or `"sqrt(v)/n"`. The check looks
# at the form only; whether you are right is marked when you hand in.

# %% task="initialisation.symmetry-flaw" role="flaw"
symmetry_flaw_line, symmetry_flaw_fix = ..., ...
product_flaw_line, product_flaw_fix = ..., ...
normal_flaw_line, normal_flaw_fix = ..., ...
expectation_flaw_line, expectation_flaw_fix = ..., ...
indices_flaw_line, indices_flaw_fix = ..., ...
# solution
symmetry_flaw_line, symmetry_flaw_fix = 3, "sqrt(v/(2*pi))"
product_flaw_line, product_flaw_fix = 4, "v1*(n*s/2)**(L-1)"
normal_flaw_line, normal_flaw_fix = 4, "2/n"
expectation_flaw_line, expectation_flaw_fix = 3, "q/2"
indices_flaw_line, indices_flaw_fix = 4, "v*(m*s/2)**(L-1)"

# %% task="initialisation.symmetry-flaw" role="check"
check("initialisation.symmetry-flaw", symmetry_flaw_line, symmetry_flaw_fix)

# %% task="initialisation.product-flaw" role="check"
check("initialisation.product-flaw", product_flaw_line, product_flaw_fix)

# %% task="initialisation.normal-flaw" role="check"
check("initialisation.normal-flaw", normal_flaw_line, normal_flaw_fix)

# %% task="initialisation.expectation-flaw" role="check"
check("initialisation.expectation-flaw", expectation_flaw_line, expectation_flaw_fix)

# %% task="initialisation.indices-flaw" role="check"
check("initialisation.indices-flaw", indices_flaw_line, indices_flaw_fix)

# %% [markdown]
# ## What you can now do
#
# - You can **propagate** a variance: up with the fan-in, down with the fan-out, half at each ReLU.
# - You can **choose** a variance: for ReLU, for its leaky cousin, for tanh, from any law.
# - You can **name the price** of a compromise, and say when it is free.
# - You can **measure** with independent samples, and know what an error bar does not see.
# - You can **read** a derivation as a marker does, index by index.
#
# A good start is half of the journey. The other half is made of steps that are neither too short nor
# too long: the next notebook is about gradient descent.
#
# Save the notebook, then run the last cell: it adds up what the checks said, looks at the file and
# says whether it is fit to hand in.

# %% role="given"
from chainrule import doctor, summary

display(summary())
doctor()
