"""From the input to the loss: hidden layer, output layer, negative log-probability."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import entries, net
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

Pair = tuple[Any, Any]

# --- backprop_mlp.hidden-layer ------------------------------------------------------------------


def draw_hidden(rng: Generator) -> Sequence[Look]:
    tall, wide, square = net(rng, 2, 5, 2), net(rng, 4, 3, 2), net(rng, 3, 3, 2)
    far = entries(rng, 3, 2), 1000.0 * np.array([1.0, -1.0, 0.5]), entries(rng, 2), 0.7
    return [
        Look("more units than inputs, and fewer", {"hidden": [layer(tall), layer(wide)]}),
        Look("as many units as inputs", {"hidden": [layer(square)]}, share=0.5),
        Look("alpha = 0: the ELU is a ReLU", {"hidden": [(*layer(tall)[:3], 0.0)]}, share=0.5),
        Look(
            "pre-activations of a thousand",
            {"hidden": [far]},
            share=0.5,
            hint="e^1000 is infinite, and infinity times 0 is NaN: keep positive numbers away "
            "from exp.",
        ),
    ]


def layer(n: ref.Net) -> tuple[Numbers, Numbers, Numbers, float]:
    return n.W1, n.b1, n.x, n.alpha


def transposed(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    return ref.hidden(W1.T, b1, x, alpha)


def no_bias(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    return ref.hidden(W1, 0 * b1, x, alpha)


def without_minus_one(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = W1 @ x + b1
    return z, np.where(z > 0, z, alpha * np.exp(z))


def alpha_on_both_sides(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = W1 @ x + b1
    return z, np.where(z > 0, alpha * z, ref.elu(z, alpha))


def activated_too_early(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    return W1 @ x + b1, ref.elu(W1 @ x, alpha) + b1


def largest_entry(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = W1 @ x + b1
    return z, np.max(z, axis=0)


def relu_for_elu(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    return ref.hidden(W1, b1, x, 0.0)


def alpha_forgotten(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    return ref.hidden(W1, b1, x, 1.0)


def masks_times_values(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = W1 @ x + b1
    return z, (z > 0) * z + (z <= 0) * alpha * (np.exp(z) - 1)


def masks_and_expm1(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = W1 @ x + b1
    return z, z * (z > 0) + alpha * np.expm1(np.minimum(z, 0))


def in_rows(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = x[None, :] @ W1.T + b1
    return z, ref.elu(z, alpha)


def by_einsum(W1: Numbers, b1: Numbers, x: Numbers, alpha: float) -> Pair:
    z = np.einsum("ji,i->j", W1, x) + b1
    return z, ref.elu(z, alpha)


hidden_layer = FunctionTask(
    task="backprop_mlp.hidden-layer",
    title="The hidden layer",
    covers=("001 Q2.A", "003 2.1"),
    names=("hidden",),
    points=2,
    reference={"hidden": ref.hidden},
    second={"hidden": ref.hidden_by_loops},
    draw=draw_hidden,
    mistakes=(
        Mistake(
            "transposed",
            "Row j of W1 holds the weights of hidden unit j, so W1 is d_h x d and multiplies x "
            "from the left as it stands; you used its transpose.",
            {"hidden": transposed},
            says=(
                "W1 transposed (only runs when d=d_h: probe a square net too)",
                "transposed",
            ),
        ),
        Mistake(
            "bias-forgotten",
            "The bias b1 is missing: with x = 0 the hidden layer should still see b1.",
            {"hidden": no_bias},
            says=("bias forgotten",),
        ),
        Mistake(
            "minus-one-forgotten",
            "Just left of zero the ELU should be just below zero; alpha e^z jumps up to alpha. The "
            "negative branch is alpha (e^z - 1).",
            {"hidden": without_minus_one},
            says=("alpha e^z (no -1)",),
        ),
        Mistake(
            "alpha-on-both-sides",
            "alpha belongs to the negative branch only; a positive pre-activation passes as it is.",
            {"hidden": alpha_on_both_sides},
            says=("alpha on the positive side",),
        ),
        Mistake(
            "bias-after-activation",
            "The bias shifts the pre-activation, so it is added before the ELU, not after it.",
            {"hidden": activated_too_early},
            says=("relu before bias",),
        ),
        Mistake(
            "max-over-the-vector",
            "np.max looks for the largest entry of the whole vector; the activation acts on every "
            "entry alone (np.where, or np.maximum for a ReLU).",
            {"hidden": largest_entry},
            says=("max over the vector",),
        ),
        Mistake(
            "relu-for-elu",
            "You wrote a ReLU: for negative pre-activations the ELU is not zero.",
            {"hidden": relu_for_elu},
        ),
        Mistake(
            "alpha-ignored",
            "alpha is an argument of the layer; yours behaves as if it were 1.",
            {"hidden": alpha_forgotten},
        ),
        Mistake(
            "overflow",
            "Right on paper, but both branches are computed for every entry, and 0 times e^1000 is "
            "NaN: hand exp the negative part only, for example np.minimum(z, 0).",
            {"hidden": masks_times_values},
        ),
        Mistake(
            "swapped",
            "The two results come in the order (h_a, h_s): first before, then after the ELU.",
            {"hidden": lambda W1, b1, x, alpha: ref.hidden(W1, b1, x, alpha)[::-1]},
        ),
    ),
    also_correct={
        "loops": {"hidden": ref.hidden_by_loops},
        "einsum": {"hidden": by_einsum},
        "z*(z>0)": {"hidden": masks_and_expm1},
        "row-vector convention x W^T": {"hidden": in_rows},
    },
)


# --- backprop_mlp.output-preactivation ----------------------------------------------------------


def draw_output(rng: Generator) -> Sequence[Look]:
    def some(m: int, dh: int) -> tuple[Numbers, Numbers, Numbers]:
        return entries(rng, m, dh), entries(rng, m), entries(rng, dh)

    return [
        Look("fewer outputs than hidden units", {"output_preact": [some(2, 3), some(3, 5)]}),
        Look("more outputs than hidden units", {"output_preact": [some(4, 2)]}, share=0.5),
        Look("as many outputs as hidden units", {"output_preact": [some(3, 3)]}, share=0.5),
    ]


output_preactivation = FunctionTask(
    task="backprop_mlp.output-preactivation",
    title="The output pre-activations",
    covers=("001 Q2.B", "003 2.2"),
    names=("output_preact",),
    points=1,
    reference={"output_preact": ref.output_preact},
    second={"output_preact": ref.output_preact_by_loops},
    draw=draw_output,
    mistakes=(
        Mistake(
            "bias-forgotten",
            "The bias b2 is missing: it is what the outputs are when all hidden units are silent.",
            {"output_preact": lambda W2, b2, hs: W2 @ hs},
            says=("bias forgotten",),
        ),
        Mistake(
            "transposed",
            "W2 is m x d_h: row k holds the weights of output k. You used its transpose, which "
            "fits by luck when m = d_h.",
            {"output_preact": lambda W2, b2, hs: W2.T @ hs + b2},
            says=("W2 transposed (only runs when m=d_h)",),
        ),
        Mistake(
            "bias-twice",
            "The bias is counted twice; o_a = W2 h_s + b2 contains it once.",
            {"output_preact": lambda W2, b2, hs: W2 @ hs + 2 * b2},
            says=("bias added twice",),
        ),
        Mistake(
            "bias-subtracted",
            "The bias is added: o_a = W2 h_s + b2.",
            {"output_preact": lambda W2, b2, hs: W2 @ hs - b2},
            says=("bias subtracted",),
        ),
        Mistake(
            "one-sum-for-all",
            "np.sum without an axis adds up the whole matrix; each output sums along its own row.",
            {"output_preact": lambda W2, b2, hs: np.sum(W2 * hs) + b2},
        ),
    ),
    also_correct={
        "(W*h).sum(1)+b": {"output_preact": lambda W2, b2, hs: (W2 * hs).sum(1) + b2},
        "h @ W.T + b": {"output_preact": lambda W2, b2, hs: hs @ W2.T + b2},
    },
)


# --- backprop_mlp.nll-logits --------------------------------------------------------------------


def draw_nll(rng: Generator) -> Sequence[Look]:
    three, five = entries(rng, 3), entries(rng, 5)
    far = np.array([1000.0, 0.0])
    ramp = 1000.0 + entries(rng, 4)
    return [
        Look(
            "a few classes, each label in turn",
            {"nll": [*((three, y) for y in range(3)), (five, 0), (five, 3)]},
            share=2,
        ),
        Look(
            "logits of a thousand",
            {"nll": [(far, 0), (far, 1), (ramp, 2), (-ramp, 0)]},
            hint="The loss does not change when all logits are shifted: subtract the largest.",
        ),
    ]


def overflowing(o_a: Numbers, y: int) -> float:
    e = np.exp(o_a)
    return float(-np.log(e[y] / e.sum()))


def half_stable(o_a: Numbers, y: int) -> float:
    return float(-np.log(ref.softmax(np.asarray(o_a, dtype=float))[y]))


nll_logits = FunctionTask(
    task="backprop_mlp.nll-logits",
    title="The loss, straight from the logits",
    covers=("001 Q2.D", "003 2.4"),
    names=("nll",),
    points=2,
    reference={"nll": ref.nll},
    second={"nll": ref.nll_by_differences},
    draw=draw_nll,
    mistakes=(
        Mistake(
            "overflow",
            "Right on paper, but e^1000 is infinite on a computer. Write the logarithm of the "
            "quotient as a difference first, then subtract the largest logit.",
            {"nll": overflowing},
            says=("-log softmax, unstable",),
        ),
        Mistake(
            "log-of-zero",
            "Your softmax is stable, but a probability of e^-1000 rounds to 0 and its logarithm is "
            "minus infinity: stay with logits and never form the probability.",
            {"nll": half_stable},
        ),
        Mistake(
            "label-from-one",
            "Labels count from 0 here: class y is entry y, and you took the one before it.",
            {"nll": lambda o_a, y: ref.nll(o_a, y - 1)},
            says=("1-based label",),
        ),
        Mistake(
            "log-sum-only",
            "You have the logarithm of the sum; the logit of the true class must be subtracted.",
            {"nll": lambda o_a, y: float(np.logaddexp.reduce(o_a))},
            says=("log-sum only",),
        ),
        Mistake(
            "base-two",
            "You used the logarithm to base 2; the loss is in nats, so take np.log.",
            {"nll": lambda o_a, y: ref.nll(o_a, y) / np.log(2)},
            says=("log base 2",),
        ),
        Mistake(
            "sign",
            "A logarithm of a probability is negative; the loss is minus that, so it is positive.",
            {"nll": lambda o_a, y: -ref.nll(o_a, y)},
        ),
    ),
    also_correct={
        "log-sum of differences": {"nll": ref.nll_by_differences},
        "np.logaddexp.reduce": {"nll": lambda o_a, y: np.logaddexp.reduce(o_a) - o_a[y]},
    },
)

EXERCISES = (hidden_layer, output_preactivation, nll_logits)
