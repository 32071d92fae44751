"""Entropy: what it costs to be surprised, and which laws surprise most."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.cross_entropy import references as ref
from chainrule_staff.exercises.cross_entropy.references import distribution, floats, probability
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- cross_entropy.ce-kl ------------------------------------------------------------------------


def draw_kl(rng: Generator) -> Sequence[Look]:
    x, y = probability(rng), probability(rng)
    p, q = probability(rng, 0.43, 0.49), probability(rng, 0.02, 0.07)
    return [
        Look("the entropy", {"bern_entropy": [(x,), (y,), (0.5,), (0.0,), (1.0,)]}),
        Look("the divergence", {"bern_kl": [(x, p), (y, p), (x, q)]}, share=2),
        Look(
            "the divergence at its ends: x = p, x = 0, x = 1",
            {"bern_kl": [(y, q), (x, x), (0.0, p), (1.0, p)]},
            hint="Where x = p nothing is lost, and an outcome that never happens costs nothing.",
        ),
    ]


def reversed_kl(x: float, p: float) -> float:
    with np.errstate(all="ignore"):
        a, b = floats([p, 1 - p]), floats([x, 1 - x])
        return float((a * np.log(a / b)).sum())


def nan_kl(x: float, p: float) -> float:
    with np.errstate(all="ignore"):
        a, b = floats([x, 1 - x]), floats([p, 1 - p])
        return float((a * np.log(a / b)).sum())


def nan_entropy(x: float) -> float:
    return nan_at_zero([x, 1 - x])


def only_first(x: float, p: float) -> float:
    return x * math.log(x / p) if x > 0 else 0.0


ce_kl = FunctionTask(
    task="cross_entropy.ce-kl",
    title="Cross-entropy, entropy and divergence",
    covers=("002 2(b)", "004 6(b)"),
    names=("bern_kl", "bern_entropy"),
    points=3,
    reference={"bern_kl": ref.bern_kl, "bern_entropy": ref.bern_entropy},
    second={
        "bern_kl": ref.bern_kl_by_sum,
        "bern_entropy": lambda x: ref.entropy([x, 1 - x]),
    },
    draw=draw_kl,
    mistakes=(
        Mistake(
            "arguments-reversed",
            "That is KL(Ber(p) || Ber(x)); the expectation is taken under the first law, Ber(x).",
            {"bern_kl": reversed_kl},
            says=("arguments reversed",),
        ),
        Mistake(
            "entropy-not-subtracted",
            "That is the cross-entropy. For 0 < x < 1 the entropy H(x) is not zero and has to be "
            "subtracted.",
            {"bern_kl": lambda x, p: ref.bce(p, x)},
            says=("entropy not subtracted (KL=CE; sheet 004 6(b))",),
        ),
        Mistake(
            "one-outcome",
            "You summed over the outcome 1 only; the outcome 0 has the term "
            "(1 - x) log((1 - x)/(1 - p)).",
            {"bern_kl": only_first},
            says=("only the x term",),
        ),
        Mistake(
            "sign",
            "A divergence is never negative: inside the logarithm the first law stands above.",
            {"bern_kl": lambda x, p: -ref.bern_kl(x, p)},
            says=("sign",),
        ),
        Mistake(
            "wrong-entropy",
            "You subtracted the entropy of p; the one to subtract is that of the target x.",
            {"bern_kl": lambda x, p: ref.bce(p, x) - ref.bern_entropy(p)},
            says=("entropy of p subtracted",),
        ),
        Mistake(
            "nan-at-the-ends",
            "Right inside, but at x = 0 and x = 1 yours is 0 * (-inf), which is NaN: an outcome "
            "that never happens costs nothing.",
            {"bern_kl": nan_kl, "bern_entropy": nan_entropy},
        ),
        Mistake(
            "entropy-sign",
            "An entropy is never negative: the logarithm of a probability is, so a minus stands "
            "in front.",
            {"bern_entropy": lambda x: -ref.bern_entropy(x)},
        ),
        Mistake(
            "entropy-of-one-outcome",
            "-x log x is the surprise of the outcome 1 alone; add the outcome 0.",
            {"bern_entropy": lambda x: -ref.xlogy(x, x)},
        ),
        Mistake(
            "entropy-in-bits",
            "That is the entropy in bits; this course uses the natural logarithm.",
            {"bern_entropy": lambda x: ref.bern_entropy(x) / math.log(2)},
        ),
    ),
    also_correct={
        "sum of p log p/q over the two outcomes": {"bern_kl": ref.bern_kl_by_sum},
        "soft labels / averaged repeated labels / code length as interpretation (text part)": {},
    },
)


# --- cross_entropy.max-entropy-discrete ---------------------------------------------------------


def draw_entropy(rng: Generator) -> Sequence[Look]:
    p, q = distribution(rng, 4), distribution(rng, 7)
    with_zero = np.insert(distribution(rng, 3), 1, 0.0)
    sizes = [int(n) for n in 3 + rng.permutation(9)[:3]]
    return [
        Look("the entropy", {"entropy": [(p,), (q,)]}),
        Look("the entropy, with an impossible outcome", {"entropy": [(with_zero,), (p,)]}, 0.5),
        Look("the law with the largest entropy", {"max_entropy": [(n,) for n in sizes]}, 1.5),
    ]


def nan_at_zero(p: Any) -> float:
    with np.errstate(all="ignore"):
        return float(-(floats(p) * np.log(floats(p))).sum())


def one_hot(n: int) -> tuple[Numbers, float]:
    return np.eye(n)[0], 0.0


def geometric(n: int) -> tuple[Numbers, float]:
    p = floats(0.5 ** np.arange(1, n + 1))
    p[-1] = p[-2]
    return p, ref.entropy(p)


max_entropy_discrete = FunctionTask(
    task="cross_entropy.max-entropy-discrete",
    title="The most surprising law on n outcomes",
    covers=("002 2(c)",),
    names=("entropy", "max_entropy"),
    points=2,
    reference={"entropy": ref.entropy, "max_entropy": ref.max_entropy},
    second={"entropy": ref.entropy_by_loop, "max_entropy": ref.max_entropy_by_softmax},
    draw=draw_entropy,
    mistakes=(
        Mistake(
            "one-hot",
            "A law that puts everything on one outcome never surprises: that is the smallest "
            "entropy, 0.",
            {"max_entropy": one_hot},
            says=("one-hot (minimum)",),
        ),
        Mistake(
            "log-of-one-over-n",
            "log(1/n) is negative; the entropy is the mean of log(1/p), which is log n.",
            {"max_entropy": lambda n: (np.full(n, 1 / n), -math.log(n))},
            says=("log 1/n (sign)",),
        ),
        Mistake(
            "logarithm-forgotten",
            "n is the number of outcomes; the entropy is its logarithm.",
            {"max_entropy": lambda n: (np.full(n, 1 / n), float(n))},
            says=("n instead of log n",),
        ),
        Mistake(
            "geometric",
            "Halving from outcome to outcome favours the first ones; whatever favours an outcome "
            "lowers the entropy.",
            {"max_entropy": geometric},
            says=("geometric law",),
        ),
        Mistake(
            "nan-at-zero",
            "0 log 0 is NaN to the computer; in an entropy an impossible outcome counts 0.",
            {"entropy": nan_at_zero},
        ),
        Mistake(
            "sign",
            "An entropy is never negative: a minus is missing in front of the sum.",
            {"entropy": lambda p: -ref.entropy(p)},
        ),
        Mistake(
            "bits",
            "That is the entropy in bits; this course uses the natural logarithm.",
            {"entropy": lambda p: ref.entropy(p) / math.log(2)},
        ),
        Mistake(
            "mean-for-sum",
            "You averaged over the outcomes; the weights p are already in the sum.",
            {"entropy": lambda p: ref.entropy(p) / len(p)},
        ),
    ),
    also_correct={
        "KL(p||uniform)>=0 route: same result": {
            "entropy": lambda p: math.log(len(p)) - sum(q * math.log(q * len(p)) for q in p if q)
        },
        "Lagrange multipliers; bits (log2 n) if the unit is declared": {
            "max_entropy": lambda n: ([1 / n] * n, math.log2(n) * math.log(2))
        },
    },
)


# --- cross_entropy.max-entropy-gaussian ---------------------------------------------------------


def draw_gaussian(rng: Generator) -> Sequence[Look]:
    small, large = np.round(rng.uniform(0.003, 0.04), 4), np.round(rng.uniform(3.0, 30.0), 2)
    return [
        Look("a large variance", {"gaussian_entropy": [(float(large),), (4,)]}),
        Look("a small variance", {"gaussian_entropy": [(float(small),), (0.25,)]}),
    ]


gaussian = FunctionTask(
    task="cross_entropy.max-entropy-gaussian",
    title="The most surprising density of a given variance",
    covers=("002 2(d)",),
    names=("gaussian_entropy",),
    points=2,
    reference={"gaussian_entropy": ref.gaussian_entropy},
    second={"gaussian_entropy": ref.gaussian_entropy_by_quadrature},
    draw=draw_gaussian,
    mistakes=(
        Mistake(
            "half-missing",
            "The density has a square root, log sqrt(...) = log(...)/2: the factor 1/2 is missing.",
            {"gaussian_entropy": lambda v: math.log(2 * math.pi * math.e * v)},
            says=("1/2 missing",),
        ),
        Mistake(
            "e-missing",
            "The exponent (x - mu)^2/(2 var) contributes its mean, 1/2: that is the e under the "
            "logarithm.",
            {"gaussian_entropy": lambda v: 0.5 * math.log(2 * math.pi * v)},
            says=("e missing",),
        ),
        Mistake(
            "uniform-law",
            "That is the entropy of a uniform law of this variance, 0.176 below the largest one.",
            {"gaussian_entropy": lambda v: 0.5 * math.log(12 * v)},
            says=("uniform law",),
        ),
        Mistake(
            "laplace",
            "That is the entropy of a Laplace law of this variance, 0.072 below the largest one.",
            {"gaussian_entropy": lambda v: 1 + 0.5 * math.log(2 * v)},
            says=("Laplace",),
        ),
        Mistake(
            "deviation-for-variance",
            "The argument is the variance; yours treats its square root as the variance.",
            {"gaussian_entropy": lambda v: ref.gaussian_entropy(math.sqrt(v))},
        ),
        Mistake(
            "variance-squared",
            "The argument is the variance, so it must not be squared again.",
            {"gaussian_entropy": lambda v: ref.gaussian_entropy(v * v)},
        ),
    ),
    also_correct={
        "log(sigma sqrt(2 pi e))": {
            "gaussian_entropy": lambda v: np.log(np.sqrt(v) * np.sqrt(2 * np.pi * np.e))
        },
        "0.5*(1+log(2 pi var))": {"gaussian_entropy": lambda v: 0.5 * (1 + np.log(2 * np.pi * v))},
    },
)

entropy_claims = ClaimsTask(
    task="cross_entropy.entropy-claims",
    title="True or false: entropy and divergence",
    covers=("002 2(b)", "002 2(c)", "002 2(d)"),
    names=("entropy_claims",),
    points=1,
    claims=(
        ("with g normal, E_f[log g] depends on f only through its mean and variance", True),
        ("KL(f || g) is at most 0, with equality only for f = g", False),
        ("a differential entropy can be negative", True),
        ("the smallest value of p -> CE(p, x) for fixed 0 < x < 1 is 0", False),
        ("minimising CE(p, x) over p is the same as minimising KL(Ber(x) || Ber(p))", True),
        ("KL(f || g) = KL(g || f)", False),
    ),
    mistakes=(
        Mistake(
            "more-than-two-moments",
            "log g is a quadratic polynomial, so its mean needs two moments of f and nothing else: "
            "that is what makes the proof work.",
            {"entropy_claims": (False, False, True, False, True, False)},
            says=("proof uses that E_f[log g] depends on f beyond two moments, or KL<=0",),
        ),
        Mistake(
            "divergence-negative",
            "Jensen's inequality gives KL(f || g) >= 0; with the other sign the proof would turn "
            "round.",
            {"entropy_claims": (True, True, True, False, True, False)},
            says=("proof uses that E_f[log g] depends on f beyond two moments, or KL<=0",),
        ),
        Mistake(
            "entropy-never-negative",
            "That holds for outcomes that can be counted; a density may exceed 1, and a narrow "
            "normal law has a negative entropy.",
            {"entropy_claims": (True, False, False, False, True, False)},
        ),
        Mistake(
            "minimum-zero",
            "At p = x the divergence is 0 but the entropy H(x) > 0 is left.",
            {"entropy_claims": (True, False, True, True, True, False)},
        ),
        Mistake(
            "symmetric-divergence",
            "The divergence is no distance: KL(0.3 || 0.5) is 0.0823 and KL(0.5 || 0.3) is 0.0872.",
            {"entropy_claims": (True, False, True, False, True, True)},
        ),
    ),
)

EXERCISES = (ce_kl, max_entropy_discrete, gaussian, entropy_claims)
