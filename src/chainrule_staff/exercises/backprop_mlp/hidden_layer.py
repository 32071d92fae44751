"""Backwards through the hidden layer: the ELU, W1 and b1, and the input."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import entries
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake


def an_alpha(rng: Generator) -> float:
    """Draw an alpha away from 0 and from 1."""
    return float(np.round(rng.choice([0.5, 1.3]) + rng.uniform(0, 0.3), 2))


# --- backprop_mlp.elu-derivative ----------------------------------------------------------------


def draw_elu_grad(rng: Generator) -> Sequence[Look]:
    alpha = an_alpha(rng)
    z = 1.5 * entries(rng, 6)
    at_kink = np.array([0.0, *entries(rng, 2), 0.0])
    far = np.array([-1000.0, 1000.0, *entries(rng, 2)])
    return [
        Look(
            "both branches, several alphas",
            {"elu_grad": [(z, alpha), (-z, alpha + 0.41), (z, 1.0)]},
            share=2,
        ),
        Look("alpha = 0: the slope of the ReLU", {"elu_grad": [(z, 0.0)]}, share=0.5),
        Look("at 0 the 'otherwise' branch holds", {"elu_grad": [(at_kink, alpha)]}, share=0.5),
        Look(
            "arguments of a thousand",
            {"elu_grad": [(far, alpha)]},
            share=0.5,
            hint="e^1000 is infinite, and infinity times 0 is NaN: keep positive numbers away "
            "from exp.",
        ),
    ]


def slope(above: Callable[..., Any], below: Callable[..., Any]) -> Callable[..., Numbers]:
    """Return a slope with these two branches, each a function of (z, alpha)."""

    def grad(z: Numbers, alpha: float) -> Numbers:
        low = np.minimum(z, 0)
        return np.where(np.asarray(z) > 0, above(np.asarray(z), alpha), below(low, alpha))

    return grad


def one(z: Numbers, alpha: float) -> float:
    return 1.0


def by_loop(z: Numbers, alpha: float) -> list[float]:
    return [1.0 if value > 0 else float(alpha * np.exp(value)) for value in z]


def mask_from_value(z: Numbers, alpha: float) -> Numbers:
    h_s = ref.elu(np.asarray(z, dtype=float), alpha)
    return np.where(h_s > 0, 1.0, alpha * np.exp(np.minimum(z, 0)))


def zero_left_out(z: Numbers, alpha: float) -> Numbers:
    return np.where(np.asarray(z) == 0, 0.0, ref.elu_grad(z, alpha))


def masks_times_values(z: Numbers, alpha: float) -> Numbers:
    return np.asarray((z > 0) * 1.0 + (z <= 0) * alpha * np.exp(z))


elu_derivative = FunctionTask(
    task="backprop_mlp.elu-derivative",
    title="The slope of the ELU",
    covers=("001 Q2.L", "003 2.13", "003 2.14"),
    names=("elu_grad",),
    points=2,
    reference={"elu_grad": ref.elu_grad},
    second={"elu_grad": ref.elu_grad_from_value},
    draw=draw_elu_grad,
    mistakes=(
        Mistake(
            "alpha-forgotten",
            "Differentiating alpha (e^z - 1) keeps the factor alpha.",
            {"elu_grad": slope(one, lambda z, alpha: np.exp(z))},
            says=("alpha forgotten",),
        ),
        Mistake(
            "function-for-slope",
            "Below zero you return the ELU itself, alpha (e^z - 1); its derivative loses the -1.",
            {"elu_grad": slope(one, lambda z, alpha: alpha * np.expm1(z))},
            says=("alpha(e^z-1) (the function)",),
        ),
        Mistake(
            "relu-slope",
            "Zero is the slope of the ReLU below zero. The ELU still rises there.",
            {"elu_grad": slope(one, lambda z, alpha: 0.0)},
            says=("0 for z<0 (ReLU)",),
        ),
        Mistake(
            "branches-swapped",
            "The branches are swapped: the slope is 1 for positive z.",
            {
                "elu_grad": lambda z, alpha: np.where(
                    np.asarray(z) > 0, alpha * np.exp(-np.abs(z)), 1.0
                )
            },
            says=("branches swapped",),
        ),
        Mistake(
            "value-above-zero",
            "For z > 0 the function is z and its derivative is 1; you return the function.",
            {"elu_grad": slope(lambda z, alpha: z, lambda z, alpha: alpha * np.exp(z))},
            says=("sheet: multiply by h^a",),
        ),
        Mistake(
            "other-branch-at-zero",
            "At exactly 0 this task takes the 'otherwise' branch. The slope 1 is the one from the "
            "right: as good a convention, but not the one stated here.",
            {
                "elu_grad": lambda z, alpha: np.where(
                    np.asarray(z) >= 0, 1.0, ref.elu_grad(z, alpha)
                )
            },
        ),
        Mistake(
            "zero-left-out",
            "Your two cases leave z = 0 out, so the array keeps its initial 0 there; the "
            "'otherwise' branch has to take it.",
            {"elu_grad": zero_left_out},
        ),
        Mistake(
            "overflow",
            "Right on paper, but both branches are computed for every entry, and 0 times e^1000 is "
            "NaN: hand exp the negative part only.",
            {"elu_grad": masks_times_values},
        ),
    ),
    also_correct={
        "ELU(z)+alpha for z<=0": {"elu_grad": ref.elu_grad_from_value},
        "loop": {"elu_grad": by_loop},
        "np.where": {"elu_grad": ref.elu_grad},
        "mask from h^s>0": {"elu_grad": mask_from_value},
    },
)


# --- backprop_mlp.grad-ha-matrix ----------------------------------------------------------------


def draw_grad_ha(rng: Generator) -> Sequence[Look]:
    alpha = an_alpha(rng)
    # All four pairs of signs: a mask from the wrong vector cannot hide.
    signs_g, signs_h = np.array([1, 1, -1, -1, 1]), np.array([1, -1, 1, -1, -1])
    g, h = (np.abs(entries(rng, 5)) * signs for signs in (signs_g, signs_h))
    short = np.abs(entries(rng, 4)) * signs_g[:4], np.abs(entries(rng, 4)) * signs_h[:4]
    return [
        Look("ELU layers", {"grad_ha": [(g, h, alpha), (*short, alpha + 0.4)]}, share=2),
        Look("alpha = 0: a ReLU layer", {"grad_ha": [(g, h, 0.0), (-g, h, 0.0)]}),
    ]


def with_slope(factor: Callable[[Numbers, float], Any]) -> Callable[..., Numbers]:
    return lambda g_hs, h_a, alpha: np.asarray(g_hs * factor(h_a, alpha))


grad_ha_matrix = FunctionTask(
    task="backprop_mlp.grad-ha-matrix",
    title="Through the activation",
    covers=("001 Q2.M",),
    names=("grad_ha",),
    points=2,
    reference={"grad_ha": with_slope(ref.elu_grad)},
    second={
        "grad_ha": lambda g_hs, h_a, alpha: ref.by_complex_step(
            lambda z: (g_hs * ref.elu(z, alpha)).sum(), h_a
        )
    },
    draw=draw_grad_ha,
    mistakes=(
        Mistake(
            "value-for-slope",
            "You multiplied by the activation; the chain rule asks for its derivative at h_a.",
            {"grad_ha": with_slope(ref.elu)},
            says=("activation instead of derivative",),
        ),
        Mistake(
            "slope-at-the-output",
            "The derivative is taken where the activation was applied: at h_a, not at its output "
            "h_s.",
            {"grad_ha": with_slope(lambda h, alpha: ref.elu_grad(ref.elu(h, alpha), alpha))},
            says=("derivative at h^s instead of h^a",),
        ),
        Mistake(
            "relu-mask",
            "The mask 1[h_a > 0] belongs to the ReLU; below zero the ELU lets alpha e^{h_a} of the "
            "gradient through.",
            {"grad_ha": with_slope(lambda h, alpha: h > 0)},
            says=("ReLU mask",),
        ),
        Mistake(
            "multiplied-by-the-input",
            "You multiplied by h_a itself, as a layer of weights would; the factor is ELU'(h_a).",
            {"grad_ha": lambda g_hs, h_a, alpha: g_hs * h_a},
            says=("sheet: multiply by h^a",),
        ),
        Mistake(
            "slope-dropped",
            "The gradient passes the activation unchanged: the factor ELU'(h_a) is missing.",
            {"grad_ha": lambda g_hs, h_a, alpha: np.array(g_hs)},
            says=("derivative dropped", "mask dropped"),
        ),
        Mistake(
            "mask-from-the-gradient",
            "Which branch holds is decided by the pre-activation h_a, not by the sign of the "
            "gradient that comes back.",
            {
                "grad_ha": lambda g_hs, h_a, alpha: np.where(
                    g_hs > 0, g_hs, g_hs * alpha * np.exp(np.minimum(h_a, 0))
                )
            },
            says=("mask from the gradient's sign",),
        ),
        Mistake(
            "both-masks",
            "Negative gradients are information too: you set them to zero on top of the factor "
            "ELU'(h_a), which alone is the chain rule.",
            {
                "grad_ha": lambda g_hs, h_a, alpha: np.where(
                    g_hs > 0, g_hs * ref.elu_grad(h_a, alpha), 0.0
                )
            },
            says=("guided: both masks",),
        ),
        Mistake(
            "alpha-ignored",
            "The slope below zero is alpha e^{h_a}; yours behaves as if alpha were 1.",
            {"grad_ha": lambda g_hs, h_a, alpha: g_hs * ref.elu_grad(h_a, 1.0)},
        ),
    ),
    also_correct={
        "diag(ELU')@g": {
            "grad_ha": lambda g_hs, h_a, alpha: np.diag(ref.elu_grad(h_a, alpha)) @ g_hs
        },
        "np.where on the branches": {
            "grad_ha": lambda g_hs, h_a, alpha: np.where(
                h_a > 0, g_hs, g_hs * alpha * np.exp(np.minimum(h_a, 0))
            )
        },
    },
)


# --- backprop_mlp.grad-w1-entries ---------------------------------------------------------------


def draw_w1_entry(rng: Generator) -> Sequence[Look]:
    g, x = entries(rng, 4), entries(rng, 2)
    square = entries(rng, 3), entries(rng, 3)
    j, i = (int(k) for k in rng.permutation(3)[:2])
    return [
        Look(
            "four hidden units, two inputs",
            {"grad_W1_entry": [(g, x, 0, 1), (g, x, 1, 0), (g, x, 3, 1)]},
        ),
        Look("a square weight matrix", {"grad_W1_entry": [(*square, j, i), (*square, i, j)]}),
    ]


def product_at(g_ha: Numbers, x: Numbers, j: int, i: int) -> float:
    """dL/dW1_ji: g . (E x) with E the matrix that is 1 at (j, i) and 0 elsewhere."""
    E = np.zeros((len(g_ha), len(x)))
    E[j, i] = 1.0
    return float(g_ha @ (E @ x))


grad_w1_entries = FunctionTask(
    task="backprop_mlp.grad-w1-entries",
    title="One weight of the hidden layer",
    covers=("001 Q2.N", "003 2.15"),
    names=("grad_W1_entry",),
    points=1,
    reference={"grad_W1_entry": lambda g_ha, x, j, i: float(g_ha[j] * x[i])},
    second={"grad_W1_entry": product_at},
    draw=draw_w1_entry,
    mistakes=(
        Mistake(
            "transposed",
            "W1_ji leads from input i to hidden unit j: the upstream gradient carries j, the input "
            "carries i.",
            {"grad_W1_entry": lambda g_ha, x, j, i: g_ha[i] * x[j]},
            says=("transposed",),
        ),
        Mistake(
            "input-j",
            "j counts hidden units; the weight W1_ji meets input number i.",
            {"grad_W1_entry": lambda g_ha, x, j, i: g_ha[j] * x[j]},
            says=("x_j instead of x_i",),
        ),
        Mistake(
            "input-dropped",
            "That is the gradient of the bias b1_j; for the weight, multiply by the input that the "
            "weight meets.",
            {"grad_W1_entry": lambda g_ha, x, j, i: g_ha[j]},
            says=("x dropped",),
        ),
        Mistake(
            "sign",
            "The sign is turned: W1_ji x_i is added with a plus, so no minus appears.",
            {"grad_W1_entry": lambda g_ha, x, j, i: -g_ha[j] * x[i]},
            says=("sign",),
        ),
        Mistake(
            "inputs-summed",
            "Entry j of the gradient times the sum of all inputs is the slope of moving the whole "
            "row; a single weight meets the single input x_i.",
            {"grad_W1_entry": lambda g_ha, x, j, i: g_ha[j] * np.sum(x)},
        ),
        Mistake(
            "whole-input",
            "You multiplied by the whole input and got the gradient of a whole row; of all inputs, "
            "the one weight W1_ji meets x_i only.",
            {"grad_W1_entry": lambda g_ha, x, j, i: g_ha[j] * np.asarray(x)},
        ),
    ),
    also_correct={
        "outer": {"grad_W1_entry": lambda g_ha, x, j, i: np.outer(g_ha, x)[j, i]},
    },
)


# --- backprop_mlp.grad-w1-matrix ----------------------------------------------------------------


def draw_w1_matrix(rng: Generator) -> Sequence[Look]:
    return [
        Look("four hidden units, two inputs", {"grad_W1_b1": [(entries(rng, 4), entries(rng, 2))]}),
        Look("two hidden units, five inputs", {"grad_W1_b1": [(entries(rng, 2), entries(rng, 5))]}),
        Look(
            "a square weight matrix",
            {"grad_W1_b1": [(entries(rng, 3), entries(rng, 3))]},
            share=0.5,
        ),
    ]


def outer_by_loops(g: Numbers, x: Numbers) -> tuple[Any, Any]:
    return np.array([[a * b for b in x] for a in g]), np.array(g)


grad_w1_matrix = FunctionTask(
    task="backprop_mlp.grad-w1-matrix",
    title="All weights and biases of the hidden layer",
    covers=("001 Q2.O", "003 2.16"),
    names=("grad_W1_b1",),
    points=2,
    reference={"grad_W1_b1": lambda g_ha, x: (np.outer(g_ha, x), np.array(g_ha))},
    second={"grad_W1_b1": outer_by_loops},
    draw=draw_w1_matrix,
    mistakes=(
        Mistake(
            "transposed",
            "Your matrix is d x d_h; a gradient has the shape of what it belongs to, and W1 is "
            "d_h x d.",
            {"grad_W1_b1": lambda g, x: (np.outer(x, g), g)},
            says=("transposed",),
        ),
        Mistake(
            "bias-summed",
            "Each hidden unit has its own bias and its own gradient: nothing is summed for a "
            "single example.",
            {"grad_W1_b1": lambda g, x: (np.outer(g, x), np.sum(g))},
            says=("bias gradient summed",),
        ),
        Mistake(
            "bias-ones",
            "1 is the local derivative of h_a_j with respect to b1_j; it still has to be "
            "multiplied by the gradient that comes from above.",
            {"grad_W1_b1": lambda g, x: (np.outer(g, x), np.ones(len(g)))},
            says=("bias gradient ones",),
        ),
        Mistake(
            "bias-times-input",
            "The bias does not meet the input: h_a = W1 x + b1 has slope 1 in b1.",
            {"grad_W1_b1": lambda g, x: (np.outer(g, x), g * np.sum(x))},
            says=("bias gradient times x",),
        ),
        Mistake(
            "entrywise",
            "For one-dimensional arrays .T does nothing and * multiplies entry by entry; every "
            "hidden unit meets every input: np.outer.",
            {"grad_W1_b1": lambda g, x: (g * x.T, g)},
        ),
        Mistake(
            "sign",
            "The sign is turned: no minus appears on the way back through W1 x + b1.",
            {"grad_W1_b1": lambda g, x: (-np.outer(g, x), -g)},
        ),
    ),
    also_correct={
        "einsum": {"grad_W1_b1": lambda g, x: (np.einsum("j,i->ji", g, x), g)},
        "bias as column": {"grad_W1_b1": lambda g, x: (g[:, None] * x[None, :], g[:, None])},
    },
)


# --- backprop_mlp.grad-x ------------------------------------------------------------------------


def draw_grad_x(rng: Generator) -> Sequence[Look]:
    return [
        Look("five hidden units, two inputs", {"grad_x": [(entries(rng, 5, 2), entries(rng, 5))]}),
        Look(
            "three hidden units, four inputs", {"grad_x": [(entries(rng, 3, 4), entries(rng, 3))]}
        ),
        Look(
            "a square weight matrix", {"grad_x": [(entries(rng, 4, 4), entries(rng, 4))]}, share=0.5
        ),
    ]


def two_terms(W1: Numbers, g_ha: Numbers) -> Numbers:
    return np.asarray(W1[:2].T @ g_ha[:2])


grad_x = FunctionTask(
    task="backprop_mlp.grad-x",
    title="All the way to the input",
    covers=("001 Q2.P", "003 2.17"),
    names=("grad_x",),
    points=2,
    reference={"grad_x": lambda W1, g_ha: W1.T @ g_ha},
    second={
        "grad_x": lambda W1, g_ha: np.array(
            [sum(g_ha[j] * W1[j, i] for j in range(W1.shape[0])) for i in range(W1.shape[1])]
        )
    },
    draw=draw_grad_x,
    mistakes=(
        Mistake(
            "sum-stops-at-two",
            "The sum runs over all d_h hidden units; yours stops after two, the number of outputs "
            "in the worked example.",
            {"grad_x": two_terms},
            says=("sheet: sum stops at m=2 (EX)",),
        ),
        Mistake(
            "transpose-missing",
            "Forwards W1 maps d numbers to d_h; backwards its transpose maps d_h numbers to d.",
            {"grad_x": lambda W1, g_ha: W1 @ g_ha},
            says=("missing transpose",),
        ),
        Mistake(
            "rows-summed",
            "You summed along the rows, over the inputs; for each input the sum runs over the "
            "hidden units it feeds, along a column.",
            {"grad_x": lambda W1, g_ha: (W1 * g_ha[:, None]).sum(axis=1)},
            says=("rows summed",),
        ),
        Mistake(
            "sign",
            "The sign is turned: the way back through W1 is its transpose and brings no minus.",
            {"grad_x": lambda W1, g_ha: -W1.T @ g_ha},
            says=("sign",),
        ),
        Mistake(
            "entrywise",
            "In NumPy * multiplies entry by entry and sums nothing; the matrix product is @.",
            {"grad_x": lambda W1, g_ha: W1.T * g_ha},
        ),
    ),
    also_correct={
        "g@W": {"grad_x": lambda W1, g_ha: g_ha @ W1},
        "einsum": {"grad_x": lambda W1, g_ha: np.einsum("ji,j->i", W1, g_ha)},
    },
)

EXERCISES = (
    elu_derivative,
    grad_ha_matrix,
    grad_w1_entries,
    grad_w1_matrix,
    grad_x,
)
