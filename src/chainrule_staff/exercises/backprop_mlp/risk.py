"""What is minimised and how: the empirical risk, its penalties, one step of descent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import entries
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- backprop_mlp.empirical-risk-params ---------------------------------------------------------


def draw_risk(rng: Generator) -> Sequence[Look]:
    d, dh, m = (int(k) for k in rng.permutation(np.arange(3, 14))[:3])
    return [
        Look(
            "the risk of a few examples",
            {"empirical_risk": [(np.abs(entries(rng, n)),) for n in (3, 5, 8)]},
        ),
        Look("the number of parameters", {"n_params": [(d, dh, m), (m, d, dh)]}),
        Look("a network for images", {"n_params": [(784, 100, 10)]}, share=0.5),
    ]


def first_two(losses: Numbers) -> float:
    return float(np.sum(np.asarray(losses)[:2]))


empirical_risk_params = FunctionTask(
    task="backprop_mlp.empirical-risk-params",
    title="The empirical risk and what it depends on",
    covers=("001 Q2.E", "003 2.5"),
    names=("empirical_risk", "n_params"),
    points=2,
    kinds=("function", "numeric"),
    reference={
        "empirical_risk": lambda losses: float(np.mean(losses)),
        "n_params": ref.n_params,
    },
    second={
        "empirical_risk": lambda losses: sum(losses) / len(losses),
        "n_params": ref.n_params_of_arrays,
    },
    draw=draw_risk,
    mistakes=(
        Mistake(
            "factored-wrongly",
            "Each of the m outputs has a bias: the second layer contributes (d_h + 1) m. Your "
            "factors are swapped, and that is right only when d = m.",
            {"n_params": lambda d, dh, m: (dh + 1) * d + (m + 1) * dh},
            says=("sheet 003 factorisation (dh+1)d+(m+1)dh",),
        ),
        Mistake(
            "no-biases",
            "The biases are parameters as well: d_h of them in b1 and m in b2.",
            {"n_params": lambda d, dh, m: dh * d + m * dh},
            says=("no biases",),
        ),
        Mistake(
            "short-cut-added",
            "No weight leads from an input straight to an output, so d m is not part of the count.",
            {"n_params": lambda d, dh, m: ref.n_params(d, dh, m) + d * m},
            says=("input-output weights added",),
        ),
        Mistake(
            "second-bias-forgotten",
            "b1 is there, but b2 with its m entries is missing.",
            {"n_params": lambda d, dh, m: dh * d + dh + m * dh},
            says=("only b1",),
        ),
        Mistake(
            "sum-for-mean",
            "That is the sum. The risk is the mean over the n examples; without the 1/n the step "
            "and the weight of every penalty change with n.",
            {"empirical_risk": lambda losses: float(np.sum(losses))},
            says=("sum instead of mean in empirical_risk (losses [1,2,6] -> 9)",),
        ),
        Mistake(
            "summed-over-classes",
            "The sum stops after two terms, the number of classes in the worked example; it runs "
            "over the n training examples.",
            {"empirical_risk": first_two},
            says=("sum up to the number of classes",),
        ),
        Mistake(
            "n-minus-one",
            "Divide by n: the n - 1 belongs to the variance of a sample, not to a mean.",
            {"empirical_risk": lambda losses: float(np.sum(losses)) / (len(losses) - 1)},
        ),
    ),
    also_correct={
        "(d+1)dh+(dh+1)m": {"n_params": lambda d, dh, m: (d + 1) * dh + (dh + 1) * m},
        "sizes of real arrays": {"n_params": ref.n_params_of_arrays},
    },
)


# --- backprop_mlp.batch-gd ----------------------------------------------------------------------

Lists = Sequence[Numbers]


def draw_step(rng: Generator) -> Sequence[Look]:
    shapes = [(3, 2), (3,), (2, 3), (2,)]
    theta, grads = ([entries(rng, *shape) for shape in shapes] for _ in range(2))
    eta = float(np.round(rng.uniform(0.05, 0.4), 2))
    number = [np.array(2.0)], [np.array(3.0)], 0.1
    return [
        Look("one number", {"gd_step": [number, ([entries(rng, 2)], [entries(rng, 2)], eta)]}),
        Look("W1, b1, W2 and b2", {"gd_step": [(theta, grads, eta)]}),
    ]


def in_place(theta: Lists, grads: Lists, eta: float) -> Lists:
    for t, g in zip(theta, grads, strict=True):
        t -= eta * g
    return theta


def lost_in_the_loop(theta: Lists, grads: Lists, eta: float) -> Lists:
    for t, g in zip(theta, grads, strict=True):
        t = t - eta * g
    return tuple(theta)


batch_gd = FunctionTask(
    task="backprop_mlp.batch-gd",
    title="One step of gradient descent",
    covers=("001 Q2.F", "003 2.6"),
    names=("gd_step",),
    points=1,
    reference={"gd_step": ref.gd_step},
    second={
        "gd_step": lambda theta, grads, eta: tuple(
            np.add(t, np.multiply(-eta, g)) for t, g in zip(theta, grads, strict=True)
        )
    },
    draw=draw_step,
    mistakes=(
        Mistake(
            "ascent",
            "You walk uphill: the gradient points to larger risk, so subtract it.",
            {"gd_step": lambda theta, grads, eta: ref.gd_step(theta, grads, -eta)},
            says=("ascent",),
        ),
        Mistake(
            "step-size-forgotten",
            "The step is eta times the gradient; yours has length 1 times the gradient.",
            {"gd_step": lambda theta, grads, eta: ref.gd_step(theta, grads, 1.0)},
            says=("eta forgotten",),
        ),
        Mistake(
            "increment-only",
            "You return the step; the new parameters are the old ones plus that step.",
            {"gd_step": lambda theta, grads, eta: tuple(-eta * g for g in grads)},
            says=("returns only the increment",),
        ),
        Mistake(
            "sign-only",
            "The length of the gradient matters too: near a minimum it makes the steps shorter. "
            "You kept its sign only.",
            {
                "gd_step": lambda theta, grads, eta: ref.gd_step(
                    theta, [np.sign(g) for g in grads], eta
                )
            },
            says=("sign of gradient only",),
        ),
        Mistake(
            "lost-in-the-loop",
            "t = t - ... gives a name to a new array and leaves the list as it was: collect the "
            "new arrays, or write t -= ....",
            {"gd_step": lost_in_the_loop},
        ),
    ),
    also_correct={
        "in-place update returning theta": {"gd_step": in_place},
        "list comprehension": {
            "gd_step": lambda theta, grads, eta: [
                t - eta * g for t, g in zip(theta, grads, strict=True)
            ]
        },
    },
)


# --- backprop_mlp.l2-gradient -------------------------------------------------------------------


def draw_l2(rng: Generator) -> Sequence[Look]:
    return [
        Look("vectors", {"grad_l2sq": [(3 * entries(rng, 3),), (entries(rng, 5),)]}),
        Look("a weight matrix", {"grad_l2sq": [(entries(rng, 2, 3),)]}, share=0.5),
        Look("integers", {"grad_l2sq": [(np.array([3, -2, 5]),)]}, share=0.5),
    ]


l2_gradient = FunctionTask(
    task="backprop_mlp.l2-gradient",
    title="The slope of the squared norm",
    covers=("001 Q1.G", "003 1.8"),
    names=("grad_l2sq",),
    points=1,
    reference={"grad_l2sq": lambda x: 2 * np.asarray(x)},
    second={"grad_l2sq": lambda x: ref.by_complex_step(lambda v: (v * v).sum(), x)},
    draw=draw_l2,
    mistakes=(
        Mistake(
            "two-forgotten",
            "The derivative of x_k^2 is 2 x_k: the factor 2 is missing.",
            {"grad_l2sq": lambda x: np.array(x)},
            says=("x",),
        ),
        Mistake(
            "unsquared",
            "x / |x| is the gradient of the norm itself; here the norm is squared.",
            {"grad_l2sq": lambda x: x / np.linalg.norm(x)},
            says=("unsquared norm",),
        ),
        Mistake(
            "absolute-value",
            "The slope of x_k^2 is negative where x_k is negative: no absolute value.",
            {"grad_l2sq": lambda x: 2 * np.abs(x)},
            says=("2|x|",),
        ),
        Mistake(
            "not-differentiated",
            "These are the squares, the terms of the sum before differentiating.",
            {"grad_l2sq": lambda x: np.asarray(x) ** 2},
            says=("x^2",),
        ),
        Mistake(
            "summed",
            "A gradient has one entry for each entry of x; yours is a single number.",
            {"grad_l2sq": lambda x: 2 * np.sum(x)},
        ),
    ),
    also_correct={
        "x+x": {"grad_l2sq": lambda x: x + x},
        "row or column vector": {
            "grad_l2sq": lambda x: 2 * x[:, None] if np.ndim(x) == 1 else 2 * x
        },
    },
)


# --- backprop_mlp.l1-gradient -------------------------------------------------------------------


def draw_l1(rng: Generator) -> Sequence[Look]:
    holes = np.insert(entries(rng, 4), [1, 3], 0.0)
    return [
        Look("no zeros", {"grad_l1": [(entries(rng, 5),), (entries(rng, 2, 3),)]}),
        Look("some entries are zero: 0 there", {"grad_l1": [(holes,), (np.array([0, -3, 4]),)]}),
    ]


def value_in_the_interval(x: Numbers) -> Numbers:
    """The midpoint of the subdifferential, [-1, 1] at a zero: the convention of this exercise."""
    x = np.asarray(x, dtype=float)
    low, high = np.where(x > 0, 1.0, -1.0), np.where(x < 0, -1.0, 1.0)
    return (low + high) / 2


l1_gradient = FunctionTask(
    task="backprop_mlp.l1-gradient",
    title="The slope of the 1-norm",
    covers=("001 Q1.H", "003 1.9"),
    names=("grad_l1",),
    points=1,
    reference={"grad_l1": lambda x: np.sign(x)},
    second={"grad_l1": lambda x: 1.0 * (np.asarray(x) > 0) - 1.0 * (np.asarray(x) < 0)},
    draw=draw_l1,
    mistakes=(
        Mistake(
            "zero-over-zero",
            "x / |x| is 0/0 as soon as one entry is zero. There the 1-norm has a kink in that "
            "coordinate, and the convention of this task is 0.",
            {"grad_l1": lambda x: x / np.abs(x)},
            says=("sheet: x/|x| (nan at 0)",),
        ),
        Mistake(
            "one-at-zero",
            "At a zero you return 1: that is a subgradient too, but the convention of this task is "
            "0, which leaves a weight that is zero where it is.",
            {"grad_l1": lambda x: np.where(np.asarray(x) >= 0, 1.0, -1.0)},
            says=("1 at 0",),
        ),
        Mistake(
            "all-ones",
            "Where x_k is negative, |x_k| = -x_k falls: the slope is -1 there.",
            {"grad_l1": lambda x: np.ones(np.shape(x))},
            says=("all ones",),
        ),
        Mistake(
            "one-number",
            "A gradient has one entry for each entry of x; yours is a single number.",
            {"grad_l1": lambda x: float(np.sign(x).sum())},
            says=("scalar",),
        ),
        Mistake(
            "not-differentiated",
            "These are the absolute values, the terms of the sum before differentiating.",
            {"grad_l1": lambda x: np.abs(x)},
        ),
    ),
    also_correct={
        "np.sign": {"grad_l1": np.sign},
        # The exercise does not leave it open: 0 is the value it names.
        "any value in [-1,1] at a zero, if the exercise leaves the convention open": {
            "grad_l1": value_in_the_interval
        },
    },
)


# --- backprop_mlp.regularised-gradient ----------------------------------------------------------


def draw_penalties(rng: Generator) -> Sequence[Look]:
    lambdas = [float(v) for v in np.round(rng.permutation([0.07, 0.13, 0.22, 0.36]), 2)]
    W1, W2 = entries(rng, 3, 2), entries(rng, 2, 3)
    return [
        Look("all four penalties at once", {"reg_grads": [(W1, W2, *lambdas)]}, share=2),
        Look("L1 only", {"reg_grads": [(W1, W2, lambdas[0], 0.0, lambdas[2], 0.0)]}),
        Look("L2 only", {"reg_grads": [(W1, W2, 0.0, lambdas[1], 0.0, lambdas[3])]}),
    ]


def each(rule: Any) -> Any:
    """Return reg_grads with `rule(W, l1, l2)` for either matrix."""
    return lambda W1, W2, l11, l12, l21, l22: (rule(W1, l11, l12), rule(W2, l21, l22))


def biases_too(
    W1: Numbers, W2: Numbers, l11: float, l12: float, l21: float, l22: float
) -> tuple[Numbers, ...]:
    dW1, dW2 = ref.reg_grads(W1, W2, l11, l12, l21, l22)
    return dW1, l11 * np.ones(len(W1)), dW2, l21 * np.ones(len(W2))


def any_subgradient(W: Numbers, l1: float, l2: float) -> Numbers:
    return np.where(W == 0, 0.5 * l1, ref.penalty(W, l1, l2))


regularised_gradient = FunctionTask(
    task="backprop_mlp.regularised-gradient",
    title="What the penalties add",
    covers=("003 2.18",),
    names=("reg_grads",),
    points=2,
    reference={"reg_grads": ref.reg_grads},
    second={"reg_grads": ref.reg_grads_by_complex_step},
    draw=draw_penalties,
    mistakes=(
        Mistake(
            "l1-sign",
            "The L1 term has the wrong sign: subtracted from the gradient it would push the "
            "weights away from zero.",
            {"reg_grads": each(lambda W, l1, l2: -l1 * np.sign(W) + 2 * l2 * W)},
            says=("sheet: minus sign(W)",),
        ),
        Mistake(
            "lambdas-missing",
            "The lambdas say how strong each penalty is, and yours are all 1: multiply each term "
            "by its own.",
            {"reg_grads": each(lambda W, l1, l2: np.sign(W) + 2 * W)},
            says=("lambdas missing",),
        ),
        Mistake(
            "l1-sign-and-lambdas",
            "Two slips: the L1 term is added, not subtracted, and every term carries its lambda.",
            {"reg_grads": each(lambda W, l1, l2: -np.sign(W) + 2 * W)},
        ),
        Mistake(
            "layers-swapped",
            "The first index of a lambda is the layer: l11, l12 belong to W1, and l21, l22 to W2.",
            {
                "reg_grads": lambda W1, W2, l11, l12, l21, l22: ref.reg_grads(
                    W1, W2, l21, l22, l11, l12
                )
            },
            says=("layers' lambdas swapped",),
        ),
        Mistake(
            "absolute-value",
            "|W| is the penalty itself; its slope is the sign of W.",
            {"reg_grads": each(lambda W, l1, l2: l1 * np.abs(W) + 2 * l2 * W)},
            says=("|W| instead of sign",),
        ),
        Mistake(
            "norms-swapped",
            "The second index of a lambda is the norm: l11 and l21 weigh the 1-norms, l12 and l22 "
            "the squared 2-norms.",
            {"reg_grads": each(lambda W, l1, l2: ref.penalty(W, l2, l1))},
            says=("L1 and L2 lambdas swapped",),
        ),
        Mistake(
            "biases-penalised",
            "Only the two weight matrices are penalised here; the biases stay free, so two "
            "matrices are asked for.",
            {"reg_grads": biases_too},
            says=("biases penalised too",),
        ),
        Mistake(
            "two-forgotten",
            "The derivative of w^2 is 2w: the L2 term lacks its factor 2.",
            {"reg_grads": each(lambda W, l1, l2: l1 * np.sign(W) + l2 * W)},
        ),
    ),
    also_correct={
        "where-based sign": {
            "reg_grads": each(lambda W, l1, l2: np.where(W > 0, l1, -l1) + 2 * l2 * W)
        },
        # No weight drawn is zero, so every subgradient passes; the data term is no argument here.
        "any subgradient in [-l1,l1] at zero weights; full gradients returned instead of the extra "
        "terms": {"reg_grads": each(any_subgradient)},
    },
)

PENALTIES = (l2_gradient, l1_gradient, regularised_gradient)
EXERCISES = (empirical_risk_params, batch_gd)
