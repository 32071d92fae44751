"""Derivations to type, line by line."""

from __future__ import annotations

from chainrule.derivation import DerivationTask
from chainrule.derivation.magic import variable_of
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.model import Mistake


def slip(task: str, name: str, lesson: str, text: str) -> Mistake:
    """A derivation with a known slip; it is recognised by its first line that is not fine."""
    return Mistake(name, lesson, {variable_of(task): text})


# --- activations.sigmoid-to-heaviside-derivation ------------------------------------------------

LIMIT = "activations.sigmoid-to-heaviside-derivation"

step_limit = DeriveTask(
    task=LIMIT,
    title="Derive: a sigmoid becomes a step",
    covers=("000 Q1.3", "004 3(c)"),
    points=2,
    goal=DerivationTask(
        name=LIMIT, start="lim(σ(k*x), k, oo)", target="H(x)", min_steps=3, points=2
    ),
    model="""\
case x > 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 1/(1+0) = H(x)
case x = 0:
lim(σ(k*x), k, oo) = lim(1/2, k, oo) = 1/2 = H(x)
case x < 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 0 = H(x)
""",
    other="""\
case x < 0:
lim(σ(k*x), k, oo) = lim(exp(k*x)/(1+exp(k*x)), k, oo) = 0/(1+0) = H(x)
case x > 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 1 = H(x)
case x = 0:
lim(σ(k*x), k, oo) = σ(0) = 1/2 = H(x)
""",
    mistakes=(
        slip(
            LIMIT,
            "limit-one-on-the-wrong-side",
            "Look at the exponent -kx: at x = 0 it is 0 for every k, and for negative x it grows, "
            "so the fraction tends to 0.",
            """\
case x > 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 1/(1+0) = H(x)
case x = 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 1
= H(x)
case x < 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 0 = H(x)
""",
        ),
        slip(
            LIMIT,
            "limit-zero-on-the-wrong-side",
            "Look at the exponent -kx: at x = 0 it is 0 for every k, and for positive x it falls, "
            "so the fraction tends to 1.",
            """\
case x > 0:
lim(σ(k*x), k, oo) = lim(1/(1+exp(-k*x)), k, oo) = 0
= H(x)
case x = 0:
lim(σ(k*x), k, oo) = lim(1/2, k, oo) = 1/2 = H(x)
case x < 0:
lim(σ(k*x), k, oo) = lim(exp(k*x)/(1+exp(k*x)), k, oo) = 0/(1+0) = H(x)
""",
        ),
    ),
)


# --- activations.sigmoid-tanh-identity-derivation -----------------------------------------------

IDENTITY = "activations.sigmoid-tanh-identity-derivation"

identity_proof = DeriveTask(
    task=IDENTITY,
    title="Derive: a sigmoid is half a tanh",
    covers=("001 Q1.C", "003 1.1"),
    points=1,
    goal=DerivationTask(
        name=IDENTITY, start="σ(x)", target="(1 + tanh(x/2))/2", min_steps=3, points=1
    ),
    model="""\
σ(x) = 1/(1+exp(-x))                                        # definition
= exp(x/2)/(exp(x/2)+exp(-x/2))                             # times e^{x/2}
= 1/2*(2*exp(x/2))/(exp(x/2)+exp(-x/2))
= 1/2*(1 + (exp(x/2)-exp(-x/2))/(exp(x/2)+exp(-x/2)))
= (1 + tanh(x/2))/2                                         # definition
""",
    other="""\
(1 + tanh(x/2))/2 = (1 + (exp(x/2)-exp(-x/2))/(exp(x/2)+exp(-x/2)))/2
= exp(x/2)/(exp(x/2)+exp(-x/2))
= 1/(1+exp(-x))
= σ(x)
""",
    mistakes=(
        slip(
            IDENTITY,
            "one-lost",
            "2 e^{x/2} is the difference of the two exponentials plus their sum: the 1 that the "
            "sum brings was lost.",
            """\
σ(x) = 1/(1+exp(-x))
= exp(x/2)/(exp(x/2)+exp(-x/2))
= 1/2*(exp(x/2)-exp(-x/2))/(exp(x/2)+exp(-x/2))
= (1 + tanh(x/2))/2
""",
        ),
        slip(
            IDENTITY,
            "whole-argument",
            "The exponentials have x/2 in the exponent, and so has the tanh that they make.",
            """\
σ(x) = 1/(1+exp(-x))
= exp(x/2)/(exp(x/2)+exp(-x/2))
= 1/2*(1 + (exp(x/2)-exp(-x/2))/(exp(x/2)+exp(-x/2)))
= (1 + tanh(x))/2
""",
        ),
    ),
)


# --- activations.sigmoid-derivative-derivation --------------------------------------------------

SIGMOID = "activations.sigmoid-derivative-derivation"

sigmoid_proof = DeriveTask(
    task=SIGMOID,
    title="Derive: the slope of the sigmoid",
    covers=("001 Q1.B", "002 1(a)", "003 1.3"),
    points=2,
    goal=DerivationTask(
        name=SIGMOID, start="diff(σ(x), x)", target="σ(x)*(1-σ(x))", min_steps=3, points=2
    ),
    model="""\
d/dx σ(x) = d/dx (1/(1+exp(-x)))            # definition
= exp(-x)/(1+exp(-x))^2                     # chain rule
= σ(x) * exp(-x)/(1+exp(-x))
= σ(x) * (1 - 1/(1+exp(-x)))                # add and subtract 1
= σ(x)*(1-σ(x))
""",
    other="""\
d/dx σ(x) = d/dx (1/(1+exp(-x)))
= d/dx (exp(x)/(1+exp(x)))
= (exp(x)*(1+exp(x)) - exp(x)*exp(x))/(1+exp(x))^2
= exp(x)/(1+exp(x))^2
= exp(x)/(1+exp(x)) * 1/(1+exp(x))
= 1/(1+exp(-x)) * exp(-x)/(1+exp(-x))
= σ(x)*(1-σ(x))
""",
    mistakes=(
        slip(
            SIGMOID,
            "inner-minus-lost",
            "The derivative of 1/u brings a minus, and the inner derivative of e^{-x} brings "
            "another: together they cancel.",
            """\
d/dx σ(x) = d/dx (1/(1+exp(-x)))
= -exp(-x)/(1+exp(-x))^2
= σ(x)*(1-σ(x))
""",
        ),
        slip(
            SIGMOID,
            "square-lost",
            "The derivative of 1/u is -u'/u^2: the square in the denominator was lost.",
            """\
d/dx σ(x) = d/dx (1/(1+exp(-x)))
= exp(-x)/(1+exp(-x))
= σ(x)*(1-σ(x))
""",
        ),
        slip(
            SIGMOID,
            "in-circles",
            "The same line stands there twice, and the chain ends before it reaches the target: "
            "split the last fraction in two.",
            """\
d/dx σ(x) = d/dx (1/(1+exp(-x)))
= exp(-x)/(1+exp(-x))^2
= σ(x)*(1+exp(-x)-1)/(1+exp(-x))
= σ(x)*(1+exp(-x)-1)/(1+exp(-x))
""",
        ),
        slip(
            SIGMOID,
            "not-derived",
            "True, but this is what was to be shown: start from the definition and show the steps "
            "in between.",
            "d/dx σ(x) = σ(x)*(1-σ(x))\n",
        ),
    ),
)


# --- activations.tanh-derivative-derivation -----------------------------------------------------

TANH = "activations.tanh-derivative-derivation"

tanh_proof = DeriveTask(
    task=TANH,
    title="Derive: the slope of tanh",
    covers=("002 1(b)", "003 1.4"),
    points=1,
    goal=DerivationTask(
        name=TANH, start="diff(tanh(x), x)", target="1 - tanh(x)^2", min_steps=3, points=1
    ),
    model="""\
d/dx tanh(x) = d/dx ((exp(x)-exp(-x))/(exp(x)+exp(-x)))
= ((exp(x)+exp(-x))^2 - (exp(x)-exp(-x))^2)/(exp(x)+exp(-x))^2      # quotient rule
= 1 - ((exp(x)-exp(-x))/(exp(x)+exp(-x)))^2
= 1 - tanh(x)^2
""",
    other="""\
d/dx tanh(x) = d/dx (1 - 2*exp(-x)/(exp(x)+exp(-x)))
= 4/(exp(x)+exp(-x))^2
= ((exp(x)+exp(-x))^2 - (exp(x)-exp(-x))^2)/(exp(x)+exp(-x))^2
= 1 - ((exp(x)-exp(-x))/(exp(x)+exp(-x)))^2
= 1 - tanh(x)^2
""",
    mistakes=(
        slip(
            TANH,
            "quotient-rule-sign",
            "The quotient rule subtracts the second product; yours adds it.",
            """\
d/dx tanh(x) = d/dx ((exp(x)-exp(-x))/(exp(x)+exp(-x)))
= ((exp(x)+exp(-x))^2 + (exp(x)-exp(-x))^2)/(exp(x)+exp(-x))^2
= 1 - tanh(x)^2
""",
        ),
        slip(
            TANH,
            "sigmoid-rule",
            "t(1 - t) is the rule of the sigmoid; here the squares of sum and difference remain.",
            """\
d/dx tanh(x) = d/dx ((exp(x)-exp(-x))/(exp(x)+exp(-x)))
= tanh(x)*(1-tanh(x))
= 1 - tanh(x)^2
""",
        ),
    ),
)


# --- activations.sigmoid-slope-bound-derivation -------------------------------------------------

BOUND = "activations.sigmoid-slope-bound-derivation"

bound_proof = DeriveTask(
    task=BOUND,
    title="Derive: the bound of a slope",
    covers=("002 1(c)",),
    points=1,
    goal=DerivationTask(
        name=BOUND,
        start="σ(x)*(1-σ(x))",
        target="1/4",
        rel="<=",
        min_steps=2,
        facts={"AM-GM": None},
        points=1,
    ),
    model="""\
σ(x)*(1-σ(x)) = 1/4 - (σ(x)-1/2)^2      # complete the square
<= 1/4                                  # square >= 0
""",
    other="""\
σ(x)*(1-σ(x)) = sqrt(σ(x)*(1-σ(x)))^2
<= ((σ(x) + 1 - σ(x))/2)^2              # AM-GM
= (1/2)^2
= 1/4
""",
    mistakes=(
        slip(
            BOUND,
            "completed-with-plus",
            "s(1 - s) has -s^2, so the square that completes it is subtracted.",
            "σ(x)*(1-σ(x)) = 1/4 + (σ(x)-1/2)^2\n<= 1/4\n",
        ),
        slip(
            BOUND,
            "no-reason",
            "True, but an inequality needs a reason: bring a square into view, or name the fact "
            "that you use.",
            "σ(x)*(1-σ(x)) <= 1/4\n",
        ),
    ),
)


# --- activations.tanh-slope-bound-derivation ----------------------------------------------------

TANH_BOUND = "activations.tanh-slope-bound-derivation"

tanh_bound_proof = DeriveTask(
    task=TANH_BOUND,
    title="Derive: the bound of the slope of tanh",
    covers=("002 1(d)",),
    points=1,
    goal=DerivationTask(
        name=TANH_BOUND,
        start="diff(tanh(x), x)",
        target="1",
        rel="<=",
        min_steps=2,
        derivatives=("tanh",),
        points=1,
    ),
    model="""\
d/dx tanh(x) = 1 - tanh(x)^2
<= 1                                    # square >= 0
""",
    other="""\
d/dx tanh(x) = 1 - tanh(x)^2
<= 1 - 0                                # square >= 0
= 1
""",
    mistakes=(
        slip(
            TANH_BOUND,
            "sign",
            "The slope of tanh is 1 minus the square; with a plus it would not be bounded by 1.",
            "d/dx tanh(x) = 1 + tanh(x)^2\n<= 1\n",
        ),
        slip(
            TANH_BOUND,
            "square-lost",
            "1 - tanh(x) exceeds 1 for every negative x: the slope of tanh has a square.",
            "d/dx tanh(x) = 1 - tanh(x)\n<= 1\n",
        ),
    ),
)


# --- the two identities of softplus -------------------------------------------------------------

SOFTPLUS = "activations.softplus-difference-derivation"

softplus_proof = DeriveTask(
    task=SOFTPLUS,
    title="Derive: a difference of two softplus",
    covers=("001 Q1.E",),
    points=1,
    goal=DerivationTask(
        name=SOFTPLUS, start="softplus(x) - softplus(-x)", target="x", min_steps=3, points=1
    ),
    model="""\
softplus(x) - softplus(-x) = ln(1+exp(x)) - ln(1+exp(-x))
= ln((1+exp(x))/(1+exp(-x)))                                # one logarithm
= ln(exp(x)*(1+exp(-x))/(1+exp(-x)))
= ln(exp(x))
= x
""",
    other="""\
softplus(x) - softplus(-x) = ln(1+exp(x)) - ln(1+exp(-x))
= ln(exp(x)*(exp(-x)+1)) - ln(1+exp(-x))
= x + ln(1+exp(-x)) - ln(1+exp(-x))
= x
""",
    mistakes=(
        slip(
            SOFTPLUS,
            "quotient-of-logarithms",
            "A difference of logarithms is the logarithm of a quotient, not a quotient of "
            "logarithms.",
            """\
softplus(x) - softplus(-x) = ln(1+exp(x)) - ln(1+exp(-x))
= ln(1+exp(x))/ln(1+exp(-x))
= x
""",
        ),
        slip(
            SOFTPLUS,
            "logarithm-of-a-sum",
            "ln(1 + e^x) is not ln 1 + ln e^x: a logarithm turns products into sums, not sums.",
            """\
softplus(x) - softplus(-x) = ln(1+exp(x)) - ln(1+exp(-x))
= ln(exp(x)) - ln(exp(-x))
= x
""",
        ),
    ),
)

LOG_SIGMOID = "activations.log-sigmoid-softplus-derivation"

log_sigmoid_proof = DeriveTask(
    task=LOG_SIGMOID,
    title="Derive: the logarithm of a sigmoid",
    covers=("001 Q1.D", "003 1.2"),
    points=1,
    goal=DerivationTask(
        name=LOG_SIGMOID, start="ln(σ(x))", target="-softplus(-x)", min_steps=2, points=1
    ),
    model="""\
ln(σ(x)) = ln(1/(1+exp(-x)))
= -ln(1+exp(-x))
= -softplus(-x)
""",
    other="""\
-softplus(-x) = -ln(1+exp(-x))
= ln(1/(1+exp(-x)))
= ln(σ(x))
""",
    mistakes=(
        slip(
            LOG_SIGMOID,
            "argument-sign-lost",
            "softplus(-x) is ln(1 + e^{-x}): the minus inside must stay.",
            """\
ln(σ(x)) = ln(1/(1+exp(-x)))
= -ln(1+exp(-x))
= -softplus(x)
""",
        ),
        slip(
            LOG_SIGMOID,
            "outer-sign-lost",
            "The logarithm of 1/u is -ln u: the minus in front was lost.",
            """\
ln(σ(x)) = ln(1/(1+exp(-x)))
= ln(1+exp(-x))
= -softplus(-x)
""",
        ),
    ),
)


# --- activations.sigmoid-to-tanh-network-derivation ---------------------------------------------

NETWORK = "activations.sigmoid-to-tanh-network-derivation"

network_proof = DeriveTask(
    task=NETWORK,
    title="Derive: a network changes coats",
    covers=("000 Q3",),
    points=2,
    goal=DerivationTask(
        name=NETWORK,
        setting="D,M,K: dim; x: vec D; W1: mat M D; W2: mat K M; b1: vec M; b2: vec K",
        start="W2 @ σ(W1 @ x + b1) + b2",
        target="(W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)",
        lemma={"σ(u) = (1 + tanh(u/2))/2": ["σ(u)", "(1 + tanh(u/2))/2", ["u"]]},
        min_steps=2,
        points=2,
    ),
    model="""\
W2 @ σ(W1 @ x + b1) + b2
= W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2                 # σ(u) = (1 + tanh(u/2))/2
= (W2/2) @ (ones(M) + tanh((W1/2) @ x + b1/2)) + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)
""",
    other="""\
W2 @ σ(W1 @ x + b1) + b2
= W2 @ (ones(M)/2 + tanh((W1 @ x + b1)/2)/2) + b2           # σ(u) = (1 + tanh(u/2))/2
= (W2/2) @ tanh((W1 @ x + b1)/2) + W2 @ ones(M)/2 + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)
""",
    mistakes=(
        slip(
            NETWORK,
            "constant-lost",
            "Each hidden unit brings a constant 1/2; multiplied by W2 it belongs into the output "
            "bias.",
            """\
W2 @ σ(W1 @ x + b1) + b2
= W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)
""",
        ),
        slip(
            NETWORK,
            "one-lost",
            "σ(u) is half of 1 + tanh(u/2): without the 1 it would take negative values. A line "
            "that is right again does not mend the one before it.",
            """\
W2 @ σ(W1 @ x + b1) + b2
= W2 @ (tanh((W1 @ x + b1)/2)/2) + b2
= W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2
= (W2/2) @ (ones(M) + tanh((W1/2) @ x + b1/2)) + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)
""",
        ),
        slip(
            NETWORK,
            "hidden-bias-not-halved",
            "The half multiplies the whole pre-activation, the bias b1 included.",
            """\
W2 @ σ(W1 @ x + b1) + b2
= W2 @ ((1 + tanh((W1 @ x + b1)/2))/2) + b2
= (W2/2) @ (ones(M) + tanh((W1/2) @ x + b1)) + b2
= (W2/2) @ tanh((W1/2) @ x + b1/2) + (b2 + W2 @ ones(M)/2)
""",
        ),
    ),
)

EXERCISES = (
    step_limit,
    identity_proof,
    sigmoid_proof,
    tanh_proof,
    bound_proof,
    tanh_bound_proof,
    softplus_proof,
    log_sigmoid_proof,
    network_proof,
)
