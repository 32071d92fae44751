"""A network of sigmoids and a network of tanh can say the same thing."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.activations.references import Parameters
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake


def draw_network(rng: Generator, sizes: tuple[int, int, int]) -> Parameters:
    """Draw W1 (M, D), b1 (M,), W2 (K, M), b2 (K,) with two decimals; (D, M, K) = sizes."""
    d, m, k = sizes

    def draw(*shape: int) -> Numbers:
        signs = np.where(rng.permutation(int(np.prod(shape))).reshape(shape) % 3, 1.0, -1.0)
        return np.asarray(signs * np.round(rng.uniform(0.4, 1.6, shape), 2))

    return draw(m, d), draw(m), draw(k, m), draw(k)


def draw_networks(rng: Generator) -> Sequence[Look]:
    return [
        Look("two inputs, three hidden units, one output", {NAME: [draw_network(rng, (2, 3, 1))]}),
        Look(
            "several outputs",
            {NAME: [draw_network(rng, (3, 2, 4)), draw_network(rng, (2, 3, 3))]},
            hint="Each output has its own weights, so each output bias takes up its own sum.",
        ),
    ]


NAME = "sigmoid_to_tanh"
Four = tuple[Numbers, Numbers, Numbers, Numbers]


def hidden_bias_kept(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1, W2 / 2, b2 + W2.sum(axis=1) / 2


def output_bias_kept(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1 / 2, W2 / 2, b2


def doubled(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return 2 * W1, 2 * b1, W2 / 2, b2 + W2.sum(axis=1) / 2


def output_weights_kept(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1 / 2, W2, b2 + W2.sum(axis=1) / 2


def unchanged(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1, b1, W2, b2


def sum_over_outputs(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=0) / 2


def whole_sum(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum() / 2


def sum_not_halved(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    return W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1)


def turned(W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers) -> Four:
    W1t, b1t, W2t, b2t = ref.to_tanh(W1, b1, W2, b2)
    return W1t[::-1], b1t[::-1], W2t[:, ::-1], b2t


sigmoid_to_tanh = FunctionTask(
    task="activations.sigmoid-to-tanh-network",
    title="The same network with tanh",
    covers=("000 Q3",),
    names=(NAME,),
    points=3,
    reference={NAME: ref.to_tanh},
    second={NAME: ref.to_tanh_by_loops},
    draw=draw_networks,
    view="tanh network",
    mistakes=(
        Mistake(
            "hidden-bias-kept",
            "tanh has a/2 inside, and a contains the bias: halve b1 as well.",
            {NAME: hidden_bias_kept},
            says=("first-layer bias not halved",),
        ),
        Mistake(
            "output-bias-unchanged",
            "Each sigma brings a constant 1/2; multiplied by W2 and summed, these belong into b2.",
            {NAME: output_bias_kept},
            says=("output bias unchanged",),
        ),
        Mistake(
            "doubled",
            "sigma(a) contains tanh(a/2), so the first layer is halved, not doubled.",
            {NAME: doubled},
            says=("doubled instead of halved",),
        ),
        Mistake(
            "output-weights-kept",
            "sigma = 1/2 + tanh/2: the factor 1/2 in front of tanh belongs into W2.",
            {NAME: output_weights_kept},
            says=("output weights not halved",),
        ),
        Mistake(
            "tildes-dropped",
            "These are the old parameters; with tanh in place of sigma they compute something "
            "else.",
            {NAME: unchanged},
            says=("sheet line without tildes",),
        ),
        Mistake(
            "sum-over-outputs",
            "You summed W2 over the outputs; each output bias needs the sum over its own hidden "
            "units, axis 1.",
            {NAME: sum_over_outputs},
            says=("sum over the outputs (wrong axis)",),
        ),
        Mistake(
            "one-sum-for-all",
            "Every output got the sum of the whole matrix; each needs the sum of its own row.",
            {NAME: whole_sum},
        ),
        Mistake(
            "sum-not-halved",
            "The constants that move into b2 are 1/2 each: half the sum of the weights.",
            {NAME: sum_not_halved},
        ),
    ),
    also_correct={
        "hidden units permuted": {NAME: turned},
        "sign of every hidden unit flipped (tanh odd)": {NAME: ref.flipped},
    },
)

EXERCISES = (sigmoid_to_tanh,)
