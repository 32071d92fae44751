"""Backwards through the output layer: logits, W2 and b2, and the hidden outputs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import entries
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- backprop_mlp.softmax-ce-gradient -----------------------------------------------------------


def draw_grad_oa(rng: Generator) -> Sequence[Look]:
    three, five = (ref.softmax(entries(rng, m)) for m in (3, 5))
    y = int(rng.integers(1, 4))
    return [
        Look("three classes, each label in turn", {"grad_oa": [(three, k) for k in range(3)]}),
        Look("five classes", {"grad_oa": [(five, 0), (five, y), (five, 4)]}),
    ]


def everywhere(o_s: Numbers, y: int) -> Numbers:
    return o_s - 1.0


def of_the_probability(o_s: Numbers, y: int) -> Numbers:
    return -np.eye(len(o_s))[y] / o_s[y]


def truncated(o_s: Numbers, y: int) -> Numbers:
    return np.asarray(o_s - np.eye(len(o_s) + 1)[y][1:])


def twice_through_softmax(o_s: Numbers, y: int) -> Numbers:
    return np.asarray((np.diag(o_s) - np.outer(o_s, o_s)) @ ref.grad_oa(o_s, y))


def by_cases(o_s: Numbers, y: int) -> list[float]:
    return [s - 1 if k == y else s for k, s in enumerate(o_s)]


softmax_ce_gradient = FunctionTask(
    task="backprop_mlp.softmax-ce-gradient",
    title="The gradient at the logits",
    covers=("001 Q2.G", "003 2.7", "003 2.8"),
    names=("grad_oa",),
    points=2,
    reference={"grad_oa": ref.grad_oa},
    second={"grad_oa": ref.grad_oa_by_jacobian},
    draw=draw_grad_oa,
    mistakes=(
        Mistake(
            "sign",
            "The sign is turned. Raising the true logit lowers the loss, so entry y is negative "
            "and all others are positive.",
            {"grad_oa": lambda o_s, y: -ref.grad_oa(o_s, y)},
            says=("sign",),
        ),
        Mistake(
            "stopped-at-the-probability",
            "-1/s_y is the gradient with respect to the probability o_s; go on through the softmax "
            "to the logits o_a.",
            {"grad_oa": of_the_probability},
            says=("-1/s at y (no softmax)",),
        ),
        Mistake(
            "label-from-one",
            "Labels count from 0 here: the 1 is subtracted at entry y, not at the one before it.",
            {"grad_oa": lambda o_s, y: ref.grad_oa(o_s, y - 1)},
            says=("1-based label",),
        ),
        Mistake(
            "one-everywhere",
            "The 1 is subtracted at the true class only; the other entries are the probabilities.",
            {"grad_oa": everywhere},
            says=("1 subtracted everywhere",),
        ),
        Mistake(
            "softmax-of-one-number",
            "The softmax of a single logit is always 1. Entry k of the softmax of the whole vector "
            "is meant.",
            {"grad_oa": lambda o_s, y: np.ones(len(o_s)) - np.eye(len(o_s))[y]},
            says=("softmax of each logit separately (always 1)",),
        ),
        Mistake(
            "one-hot-too-long",
            "Your one-hot vector has m + 1 entries and lost its first: the 1 sits one place too "
            "early, and for y = 0 it is gone.",
            {"grad_oa": truncated},
            says=("one-hot of length m+1 truncated",),
        ),
        Mistake(
            "divided-by-the-maximum",
            "Probabilities are divided by their sum, not by their maximum; o_s needs no further "
            "scaling.",
            {"grad_oa": lambda o_s, y: o_s / np.max(o_s) - np.eye(len(o_s))[y]},
            says=("normalised by max",),
        ),
        Mistake(
            "jacobian-twice",
            "o_s minus the one-hot vector has been through the softmax already; its Jacobian must "
            "not be applied a second time.",
            {"grad_oa": twice_through_softmax},
        ),
        Mistake(
            "softmax-twice",
            "o_s is the softmax already; you applied it once more.",
            {"grad_oa": lambda o_s, y: ref.grad_oa(ref.softmax(o_s), y)},
        ),
        Mistake(
            "true-class-only",
            "The other logits stand in the denominator of the softmax, so they have a gradient as "
            "well: their entries are the probabilities, not 0.",
            {"grad_oa": lambda o_s, y: np.eye(len(o_s))[y] * (o_s - 1)},
        ),
        Mistake(
            "label-forgotten",
            "That is o_s itself: the one-hot vector of the label must be subtracted.",
            {"grad_oa": lambda o_s, y: np.array(o_s)},
        ),
    ),
    also_correct={
        "loop with cases": {"grad_oa": by_cases},
        "np.eye(m)[y]": {"grad_oa": lambda o_s, y: o_s - np.eye(len(o_s))[y]},
        "in place on a copy": {"grad_oa": ref.grad_oa},
    },
)


# --- backprop_mlp.grad-w2-entries ---------------------------------------------------------------


def draw_w2_entry(rng: Generator) -> Sequence[Look]:
    g, h = entries(rng, 2), entries(rng, 4)
    square = entries(rng, 3), entries(rng, 3)
    k, j = (int(i) for i in rng.permutation(3)[:2])
    return [
        Look(
            "two outputs, four hidden units",
            {"grad_W2_entry": [(g, h, 0, 1), (g, h, 1, 0), (g, h, 1, 3)]},
        ),
        Look("a square weight matrix", {"grad_W2_entry": [(*square, k, j), (*square, j, k)]}),
    ]


def product_at(g_oa: Numbers, h_s: Numbers, k: int, j: int) -> float:
    """dL/dW2_kj: g . (E h) with E the matrix that is 1 at (k, j) and 0 elsewhere."""
    E = np.zeros((len(g_oa), len(h_s)))
    E[k, j] = 1.0
    return float(g_oa @ (E @ h_s))


def columns_dotted(g_oa: Numbers, h_s: Numbers, k: int, j: int) -> float:
    return float(np.dot(np.transpose(g_oa[:, None]), h_s[:, None])[k, j])


grad_w2_entries = FunctionTask(
    task="backprop_mlp.grad-w2-entries",
    title="One weight of the output layer",
    covers=("001 Q2.H", "003 2.9"),
    names=("grad_W2_entry",),
    points=1,
    reference={"grad_W2_entry": lambda g_oa, h_s, k, j: float(g_oa[k] * h_s[j])},
    second={"grad_W2_entry": product_at},
    draw=draw_w2_entry,
    mistakes=(
        Mistake(
            "indices-swapped",
            "W2_kj leads from hidden unit j to output k: the upstream gradient carries k, and the "
            "hidden output carries j.",
            {"grad_W2_entry": lambda g_oa, h_s, k, j: g_oa[j] * h_s[k]},
            says=("indices swapped (transpose)",),
        ),
        Mistake(
            "hidden-unit-k",
            "The weight W2_kj meets hidden unit j, not unit k: k counts outputs.",
            {"grad_W2_entry": lambda g_oa, h_s, k, j: g_oa[k] * h_s[k]},
            says=("h^s_k instead of h^s_j",),
        ),
        Mistake(
            "squared",
            "o_a is linear in W2_kj with slope h_s_j: the hidden output appears once, not squared.",
            {"grad_W2_entry": lambda g_oa, h_s, k, j: g_oa[k] * h_s[j] ** 2},
            says=("h squared",),
        ),
        Mistake(
            "sign",
            "The sign is turned: no minus appears, because W2_kj is added with a plus.",
            {"grad_W2_entry": lambda g_oa, h_s, k, j: -g_oa[k] * h_s[j]},
            says=("sign",),
        ),
        Mistake(
            "inner-product-of-columns",
            "g^T h is an inner product and fits only when m = d_h; the gradient is the outer "
            "product g h^T, whose entry (k, j) is g_k h_j.",
            {"grad_W2_entry": columns_dotted},
            says=("sheet code on columns",),
        ),
        Mistake(
            "hidden-output-dropped",
            "That is the gradient of the bias b2_k; for the weight, multiply by the hidden output "
            "that the weight meets.",
            {"grad_W2_entry": lambda g_oa, h_s, k, j: g_oa[k]},
        ),
    ),
    also_correct={
        "outer": {"grad_W2_entry": lambda g_oa, h_s, k, j: np.outer(g_oa, h_s)[k, j]},
        "einsum": {"grad_W2_entry": lambda g_oa, h_s, k, j: np.einsum("k,j->kj", g_oa, h_s)[k, j]},
    },
)


# --- backprop_mlp.grad-w2-matrix ----------------------------------------------------------------


def draw_w2_matrix(rng: Generator) -> Sequence[Look]:
    return [
        Look(
            "two outputs, three hidden units", {"grad_W2_b2": [(entries(rng, 2), entries(rng, 3))]}
        ),
        Look(
            "four outputs, two hidden units", {"grad_W2_b2": [(entries(rng, 4), entries(rng, 2))]}
        ),
        Look(
            "a square weight matrix",
            {"grad_W2_b2": [(entries(rng, 3), entries(rng, 3))]},
            share=0.5,
        ),
    ]


Two = tuple[Any, Any]


def outer_by_loops(g: Numbers, h: Numbers) -> Two:
    return np.array([[a * b for b in h] for a in g]), np.array(g)


def columns_at(g: Numbers, h: Numbers) -> Two:
    return g[:, None] @ h[:, None].T, g[:, None]


def columns_times(g: Numbers, h: Numbers) -> Two:
    return g[:, None] * h[:, None].T, g[:, None]


def batch_of_one(g: Numbers, h: Numbers) -> Two:
    G, H = g[None, :], h[None, :]
    return G.T @ H, G.sum(axis=0)


def folded(g: Numbers, h: Numbers) -> Two:
    return np.outer(g, np.append(h, 1.0)), g


grad_w2_matrix = FunctionTask(
    task="backprop_mlp.grad-w2-matrix",
    title="All weights and biases of the output layer",
    covers=("001 Q2.I", "003 2.10"),
    names=("grad_W2_b2",),
    points=2,
    reference={"grad_W2_b2": lambda g_oa, h_s: (np.outer(g_oa, h_s), np.array(g_oa))},
    second={"grad_W2_b2": outer_by_loops},
    draw=draw_w2_matrix,
    mistakes=(
        Mistake(
            "transposed",
            "Your matrix is d_h x m; a gradient has the shape of what it belongs to, and W2 is "
            "m x d_h.",
            {"grad_W2_b2": lambda g, h: (np.outer(h, g), g)},
            says=("transposed result",),
        ),
        Mistake(
            "entrywise",
            "For one-dimensional arrays .T does nothing and * multiplies entry by entry; the outer "
            "product is np.outer, or @ on columns.",
            {"grad_W2_b2": lambda g, h: (g * h.T, g)},
            says=("sheet code on 1-D arrays",),
        ),
        Mistake(
            "inner-product",
            "np.dot of two one-dimensional arrays is a single number, and fails when their lengths "
            "differ; here every output meets every hidden unit: np.outer.",
            {"grad_W2_b2": lambda g, h: (np.dot(np.transpose(g), h), g)},
            says=("sheet 003: dot(transpose(g),h)",),
        ),
        Mistake(
            "bias-folded-in",
            "You folded the bias into the matrix as one more column; W2 has d_h columns, and b2 "
            "has its own gradient.",
            {"grad_W2_b2": folded},
            says=("bias folded in",),
        ),
        Mistake(
            "bias-summed",
            "Each bias has its own gradient: b2 is a vector of m numbers, so nothing is summed for "
            "a single example.",
            {"grad_W2_b2": lambda g, h: (np.outer(g, h), np.sum(g))},
        ),
        Mistake(
            "sign",
            "The sign is turned: no minus appears on the way back through W2 h_s + b2.",
            {"grad_W2_b2": lambda g, h: (-np.outer(g, h), -g)},
        ),
    ),
    also_correct={
        "columns with @": {"grad_W2_b2": columns_at},
        "columns with * (sheet: convention)": {"grad_W2_b2": columns_times},
        "batch convention G.T@H with one row": {"grad_W2_b2": batch_of_one},
    },
)


# --- backprop_mlp.grad-hs-entries ---------------------------------------------------------------


def draw_hs_entry(rng: Generator) -> Sequence[Look]:
    wide, g2 = entries(rng, 2, 4), entries(rng, 2)
    tall, g4 = entries(rng, 4, 2), entries(rng, 4)
    square, g3 = entries(rng, 3, 3), entries(rng, 3)
    j = int(rng.integers(3))
    return [
        Look("two outputs, four hidden units", {"grad_hs_entry": [(wide, g2, 0), (wide, g2, 3)]}),
        Look("four outputs, two hidden units", {"grad_hs_entry": [(tall, g4, 0), (tall, g4, 1)]}),
        Look("a square weight matrix", {"grad_hs_entry": [(square, g3, j)]}, share=0.5),
    ]


def column_sum(W2: Numbers, g_oa: Numbers, j: int) -> float:
    return float(sum(g_oa[k] * W2[k, j] for k in range(len(g_oa))))


grad_hs_entries = FunctionTask(
    task="backprop_mlp.grad-hs-entries",
    title="One hidden output",
    covers=("001 Q2.J", "003 2.11"),
    names=("grad_hs_entry",),
    points=1,
    reference={"grad_hs_entry": column_sum},
    second={"grad_hs_entry": lambda W2, g_oa, j: float(g_oa @ (W2 @ np.eye(W2.shape[1])[j]))},
    draw=draw_hs_entry,
    mistakes=(
        Mistake(
            "summed-over-hidden-units",
            "j is the unit that was asked for and stays fixed; the sum runs over the outputs k.",
            {"grad_hs_entry": lambda W2, g_oa, j: float(W2.sum(axis=1) @ g_oa)},
            says=("sum over j (row sums)",),
        ),
        Mistake(
            "one-output-only",
            "Hidden unit j feeds every output, not only output j: its gradient sums over all k.",
            {"grad_hs_entry": lambda W2, g_oa, j: float(g_oa[j] * W2[j, j])},
            says=("only output y / k=j",),
        ),
        Mistake(
            "averaged",
            "The contributions of the outputs are added, not averaged: the chain rule sums over "
            "paths.",
            {"grad_hs_entry": lambda W2, g_oa, j: float(np.mean(g_oa * W2[:, j]))},
            says=("average over outputs",),
        ),
        Mistake(
            "sign",
            "The sign is turned: no minus appears on the way back through W2.",
            {"grad_hs_entry": lambda W2, g_oa, j: -column_sum(W2, g_oa, j)},
            says=("sign",),
        ),
        Mistake(
            "row-for-column",
            "You used row j of W2, the weights INTO output j; the weights that leave hidden unit j "
            "stand in column j.",
            {"grad_hs_entry": lambda W2, g_oa, j: float(W2[j] @ g_oa)},
        ),
    ),
    also_correct={
        "W.T@g": {"grad_hs_entry": lambda W2, g_oa, j: (W2.T @ g_oa)[j]},
        "g@W": {"grad_hs_entry": lambda W2, g_oa, j: (g_oa @ W2)[j]},
    },
)


# --- backprop_mlp.grad-hs-matrix ----------------------------------------------------------------


def draw_hs_matrix(rng: Generator) -> Sequence[Look]:
    return [
        Look(
            "two outputs, four hidden units", {"grad_hs": [(entries(rng, 2, 4), entries(rng, 2))]}
        ),
        Look(
            "four outputs, two hidden units", {"grad_hs": [(entries(rng, 4, 2), entries(rng, 4))]}
        ),
        Look(
            "a square weight matrix",
            {"grad_hs": [(entries(rng, 3, 3), entries(rng, 3))]},
            share=0.5,
        ),
    ]


grad_hs_matrix = FunctionTask(
    task="backprop_mlp.grad-hs-matrix",
    title="All hidden outputs at once",
    covers=("001 Q2.K", "003 2.12"),
    names=("grad_hs",),
    points=2,
    reference={"grad_hs": lambda W2, g_oa: W2.T @ g_oa},
    second={
        "grad_hs": lambda W2, g_oa: np.array([column_sum(W2, g_oa, j) for j in range(W2.shape[1])])
    },
    draw=draw_hs_matrix,
    mistakes=(
        Mistake(
            "entrywise",
            "In NumPy * multiplies entry by entry and gives a d_h x m matrix here; the matrix "
            "product, which also sums, is @.",
            {"grad_hs": lambda W2, g_oa: W2.T * g_oa},
            says=("sheet: elementwise *",),
        ),
        Mistake(
            "transpose-missing",
            "Forwards W2 maps d_h numbers to m; backwards its transpose maps m numbers to d_h.",
            {"grad_hs": lambda W2, g_oa: W2 @ g_oa},
            says=("missing transpose",),
        ),
        Mistake(
            "column-entrywise",
            "Written as a column g still meets * and not @: entry by entry it fits only when "
            "m = d_h, and nothing is summed.",
            {"grad_hs": lambda W2, g_oa: W2.T * g_oa[:, None]},
            says=("g column, elementwise",),
        ),
        Mistake(
            "sign",
            "The sign is turned: the way back through W2 is its transpose and brings no minus.",
            {"grad_hs": lambda W2, g_oa: -W2.T @ g_oa},
            says=("W1 used / sign",),
        ),
        Mistake(
            "averaged",
            "The contributions of the outputs are added, not averaged.",
            {"grad_hs": lambda W2, g_oa: W2.T @ g_oa / len(g_oa)},
        ),
    ),
    also_correct={
        "(W.T*g).sum(1)": {"grad_hs": lambda W2, g_oa: (W2.T * g_oa).sum(1)},
        "einsum": {"grad_hs": lambda W2, g_oa: np.einsum("kj,k->j", W2, g_oa)},
    },
)

EXERCISES = (
    softmax_ce_gradient,
    grad_w2_entries,
    grad_w2_matrix,
    grad_hs_entries,
    grad_hs_matrix,
)
