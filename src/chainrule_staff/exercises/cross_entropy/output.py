"""The output of a binary classifier: what it is, what it means, what it costs."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.choice import ChoiceTask
from chainrule_staff.exercises.cross_entropy import references as ref
from chainrule_staff.exercises.cross_entropy.references import floats, logits, probability
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- cross_entropy.output-activation ------------------------------------------------------------


def draw_output(rng: Generator) -> Sequence[Look]:
    a, b = logits(rng, 5), logits(rng, 4)
    mixed = np.array([-800.0, b[0], 800.0, b[1]])
    return [
        Look("ordinary pre-activations", {"output": [(a,), (np.array([2, -1, 0]),)]}),
        Look(
            "pre-activations of some hundreds among them",
            {"output": [(mixed,)]},
            hint="Which exponential overflows here, and how can it be avoided?",
        ),
    ]


def naive(a: Any) -> Numbers:
    return np.asarray(np.exp(floats(a)) / (1 + np.exp(floats(a))))


def over_the_batch(a: Any) -> Numbers:
    return ref.softmax(a)


output_activation = FunctionTask(
    task="cross_entropy.output-activation",
    title="An output between 0 and 1",
    covers=("004 1(a)",),
    names=("output",),
    points=1,
    reference={"output": ref.sigmoid},
    second={"output": ref.sigmoid_by_tanh},
    draw=draw_output,
    mistakes=(
        Mistake(
            "sign",
            "1/(1 + e^{a}) falls as a grows: the exponent needs a minus, or the output is the "
            "probability of the other class.",
            {"output": lambda a: 1 / (1 + np.exp(floats(a)))},
            says=("sheet: sign",),
        ),
        Mistake(
            "overflow",
            "e^a/(1 + e^a) is right on paper, but for a = 800 it is inf/inf, which is NaN.",
            {"output": naive},
            says=("naive overflow e^a/(1+e^a)",),
        ),
        Mistake(
            "softmax-over-the-batch",
            "The examples of a batch do not compete: each output depends on its own a only.",
            {"output": over_the_batch},
            says=("softmax over the batch",),
        ),
        Mistake(
            "hard-threshold",
            "A step has slope 0 everywhere, so nothing could be learned; a smooth step is wanted.",
            {"output": lambda a: (floats(a) > 0).astype(float)},
            says=("hard threshold",),
        ),
        Mistake(
            "tanh",
            "tanh runs from -1 to 1; a probability runs from 0 to 1.",
            {"output": lambda a: np.tanh(floats(a))},
        ),
        Mistake(
            "no-activation",
            "That is the pre-activation itself; a probability lies between 0 and 1.",
            {"output": floats},
        ),
    ),
    also_correct={
        "1/(1+exp(-a)) (finite limits even with overflow warnings)": {
            "output": lambda a: 1 / (1 + np.exp(-floats(a)))
        },
        "(1+tanh(a/2))/2": {"output": ref.sigmoid_by_tanh},
    },
)


# --- cross_entropy.output-meaning ---------------------------------------------------------------

output_meaning = ChoiceTask(
    task="cross_entropy.output-meaning",
    title="What the output estimates",
    covers=("004 1(b)",),
    names=("output_meaning",),
    points=1,
    options={
        "a": "P(x | y = 1)",
        "b": "P(y = 0 | x)",
        "c": "P(y = 1 | x), which is also E[y | x]",
        "d": "the most likely class",
        "e": "the log-odds log P(y = 1 | x) / P(y = 0 | x)",
    },
    right="c",
    aliases={
        "P(y=1|x)": "c",
        "P(y=1|x,theta)": "c",
        "E[y|x]": "c",
        "E[y|x] for binary y": "c",
        "P(x|y=1)": "a",
        "P(y=0|x)": "b",
        "most likely class": "d",
        "log-odds": "e",
        "the log-odds": "e",
    },
    mistakes=(
        Mistake(
            "other-class",
            "That is 1 - f: the model calls f the probability of the class y = 1.",
            {"output_meaning": "b"},
            says=("P(y=0|x)",),
        ),
        Mistake(
            "condition-turned-round",
            "The network is given x and speaks about y; P(x | y = 1) would be a model of the "
            "inputs.",
            {"output_meaning": "a"},
            says=("P(x|y=1)",),
        ),
        Mistake(
            "class-for-probability",
            "f is a number between 0 and 1; the most likely class is what one reads off it with a "
            "threshold.",
            {"output_meaning": "d"},
            says=("most likely class",),
        ),
        Mistake(
            "log-odds",
            "The log-odds are the pre-activation a; the sigmoid turns them into a probability.",
            {"output_meaning": "e"},
            says=("log-odds",),
        ),
    ),
    also_correct={
        "E[y|x] for binary y: offer it as the same choice": {"output_meaning": "E[y | x]"},
    },
)


# --- cross_entropy.bernoulli-mle ----------------------------------------------------------------


def draw_bce(rng: Generator) -> Sequence[Look]:
    p, q, x = (probability(rng) for _ in range(3))
    return [
        Look("x is 0 or 1", {"bce": [(p, 1), (p, 0), (q, 1.0), (q, 0.0)]}),
        Look("x in between", {"bce": [(p, x), (q, 0.5)]}),
        Look(
            "certain and right: p = x = 0 and p = x = 1",
            {"bce": [(p, 0), (0.0, 0), (1.0, 1), (q, 1)]},
            hint="0 log 0 counts as 0 here, but a computer says 0 * (-inf) = NaN.",
        ),
    ]


def swapped(p: float, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(-p * np.log(floats(x)) - (1 - p) * np.log(1 - floats(x)))


def nan_at_certainty(p: float, x: float) -> float:
    with np.errstate(all="ignore"):
        return float(-x * np.log(floats(p)) - (1 - x) * np.log(1 - floats(p)))


def only_success(p: float, x: float) -> float:
    return -ref.xlogy(x, p)


bernoulli_mle = FunctionTask(
    task="cross_entropy.bernoulli-mle",
    title="From likelihood to cost",
    covers=("002 2(a)", "004 1(c)", "004 6(a)"),
    names=("bce",),
    points=2,
    reference={"bce": ref.bce},
    second={"bce": ref.bce_by_likelihood},
    draw=draw_bce,
    tolerance=Tolerance(1e-6, 1e-6),  # whoever clips p away from 0 and 1 is right enough
    mistakes=(
        Mistake(
            "log-likelihood",
            "That is the log-likelihood, which is to be large; a cost is to be small, so it is "
            "the negative of yours.",
            {"bce": lambda p, x: -ref.bce(p, x)},
            says=("log-likelihood (sheet 004 6(a) stops here): minus missing",),
        ),
        Mistake(
            "outcomes-swapped",
            "p is the probability of x = 1: log p belongs to x and log(1 - p) to 1 - x.",
            {"bce": lambda p, x: ref.bce(1 - p, x)},
            says=("p and 1-p swapped",),
        ),
        Mistake(
            "model-and-observation-swapped",
            "The logarithm is taken of the model's p, never of the observation x, which may be 0.",
            {"bce": swapped},
            says=("roles of p and x swapped",),
        ),
        Mistake(
            "bits",
            "That is the cost in bits; the task asks for the natural logarithm.",
            {"bce": lambda p, x: ref.bce(p, x) / math.log(2)},
            says=("log base 2",),
        ),
        Mistake(
            "likelihood",
            "That is the likelihood itself; the cost is minus its logarithm.",
            {"bce": lambda p, x: p**x * (1 - p) ** (1 - x)},
            says=("likelihood, no log",),
        ),
        Mistake(
            "nan-at-certainty",
            "Right inside, but for p = x = 0 yours is 0 * (-inf), which is NaN: there the cost is "
            "0.",
            {"bce": nan_at_certainty},
        ),
        Mistake(
            "failures-are-free",
            "-x log p charges nothing for x = 0, and p = 1 would always be best: the second term "
            "is missing.",
            {"bce": only_success},
        ),
    ),
    also_correct={
        "scipy-style xlogy by hand": {
            "bce": lambda p, x: -ref.xlogy(x, p) - ref.xlogy(1 - x, 1 - p)
        },
        "-log of the likelihood": {"bce": ref.bce_by_likelihood},
        "p clipped to [1e-12, 1 - 1e-12]": {
            "bce": lambda p, x: ref.bce(min(max(p, 1e-12), 1 - 1e-12), x)
        },
    },
)

EXERCISES = (output_activation, output_meaning, bernoulli_mle)
