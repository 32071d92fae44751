"""Layer norm forwards and backwards: three paths lead from an input to the loss."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import batches as ref
from chainrule_staff.exercises.backprop_mlp.references import entries
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

Gradients = tuple[Any, Any, Any]


def draw_layer_norm(rng: Generator) -> Sequence[Look]:
    def some(n: int, d: int) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        X = entries(rng, n, d) + 2 * entries(rng, n)[:, None]
        return X, entries(rng, d), entries(rng, d), entries(rng, n, d)

    X, gamma, beta, G = some(3, 4)
    U, delta, shift, K = some(4, 4)
    flat = 0.003 * entries(rng, 2, 5)
    return [
        Look(
            "forwards",
            {"layer_norm": [(X, gamma, beta, 1e-5), (U, delta, shift, 1e-5)]},
        ),
        Look(
            "forwards, rows that are almost constant",
            {"layer_norm": [(flat, entries(rng, 5), entries(rng, 5), 1e-5)]},
            share=0.5,
        ),
        Look(
            "backwards",
            {"layer_norm_backward": [(G, X, gamma, 1e-5), (K, U, delta, 0.1)]},
            share=2.5,
        ),
    ]


def forward_with(scale: Callable[[Numbers, float], Any]) -> Callable[..., Numbers]:
    """Return a layer norm that divides the centred rows by `scale(X, eps)`."""

    def forward(X: Numbers, gamma: Numbers, beta: Numbers, eps: float) -> Numbers:
        centred = X - X.mean(axis=1, keepdims=True)
        return np.asarray(gamma * centred / scale(X, eps) + beta)

    return forward


def over_the_batch(X: Numbers, gamma: Numbers, beta: Numbers, eps: float) -> Numbers:
    return np.asarray(gamma * (X - X.mean(axis=0)) / np.sqrt(X.var(axis=0) + eps) + beta)


def not_centred(X: Numbers, gamma: Numbers, beta: Numbers, eps: float) -> Numbers:
    return np.asarray(gamma * X / np.sqrt(X.var(axis=1, keepdims=True) + eps) + beta)


def backward_with(
    paths: Callable[[Numbers, Numbers], Numbers], gain: bool = True
) -> Callable[..., Gradients]:
    """Return a backward pass with dX = paths(g, Z) / s, where g = gamma G."""

    def backward(G: Numbers, X: Numbers, gamma: Numbers, eps: float) -> Gradients:
        s = np.sqrt(X.var(axis=1, keepdims=True) + eps)
        Z = (X - X.mean(axis=1, keepdims=True)) / s
        g = G * gamma if gain else G
        return paths(g, Z) / s, (G * Z).sum(axis=0), G.sum(axis=0)

    return backward


def mean_of(v: Numbers) -> Numbers:
    return np.asarray(v.mean(axis=1, keepdims=True))


def parameters_with(
    change: Callable[[Numbers, Numbers], tuple[Any, Any]],
) -> Callable[..., Gradients]:
    """Return a backward pass whose (dgamma, dbeta) are `change(G, Z)`."""

    def backward(G: Numbers, X: Numbers, gamma: Numbers, eps: float) -> Gradients:
        Z = (X - mean_of(X)) / np.sqrt(X.var(axis=1, keepdims=True) + eps)
        return (ref.layer_norm_backward(G, X, gamma, eps)[0], *change(G, Z))

    return backward


def by_row_jacobians(G: Numbers, X: Numbers, gamma: Numbers, eps: float) -> Gradients:
    """Row by row with the d x d Jacobian of the normalisation."""
    dX = np.empty_like(X)
    for i, x in enumerate(X):
        s = np.sqrt(x.var() + eps)
        z, d = (x - x.mean()) / s, len(x)
        J = (np.eye(d) - 1 / d - np.outer(z, z) / d) / s
        dX[i] = J.T @ (gamma * G[i])
    _, dgamma, dbeta = ref.layer_norm_backward(G, X, gamma, eps)
    return dX, dgamma, dbeta


layer_norm = FunctionTask(
    task="backprop_mlp.layer-norm",
    title="Layer norm, forwards and backwards",
    names=("layer_norm", "layer_norm_backward"),
    points=4,
    reference={
        "layer_norm": ref.layer_norm,
        "layer_norm_backward": ref.layer_norm_backward,
    },
    second={
        "layer_norm": ref.layer_norm_by_rows,
        "layer_norm_backward": ref.layer_norm_backward_by_complex_step,
    },
    draw=draw_layer_norm,
    mistakes=(
        Mistake(
            "over-the-batch",
            "That is batch norm: mean and variance over the examples. Layer norm takes them over "
            "the features of each example, along the rows.",
            {"layer_norm": over_the_batch},
        ),
        Mistake(
            "not-centred",
            "The mean of the row is subtracted above the fraction bar as well, not only inside the "
            "variance.",
            {"layer_norm": not_centred},
        ),
        Mistake(
            "sample-variance",
            "The variance here divides by d; yours divides by d - 1 (ddof=1).",
            {
                "layer_norm": forward_with(
                    lambda X, eps: np.sqrt(X.var(axis=1, ddof=1, keepdims=True) + eps)
                )
            },
        ),
        Mistake(
            "eps-outside-the-root",
            "eps is added to the variance, under the root; added to the standard deviation it "
            "weighs differently when a row is almost constant.",
            {"layer_norm": forward_with(lambda X, eps: X.std(axis=1, keepdims=True) + eps)},
        ),
        Mistake(
            "eps-forgotten",
            "eps is missing: a constant row would be divided by zero.",
            {"layer_norm": forward_with(lambda X, eps: X.std(axis=1, keepdims=True))},
        ),
        Mistake(
            "variance-for-deviation",
            "Divide by the standard deviation, the root of the variance, not by the variance.",
            {"layer_norm": forward_with(lambda X, eps: X.var(axis=1, keepdims=True) + eps)},
        ),
        Mistake(
            "statistics-held-constant",
            "Mean and variance depend on x too: besides the direct path there is one through the "
            "mean and one through the variance.",
            {"layer_norm_backward": backward_with(lambda g, Z: g)},
        ),
        Mistake(
            "variance-path-missing",
            "The path through the variance is missing: subtract the normalised x times the mean of "
            "gradient times normalised x.",
            {"layer_norm_backward": backward_with(lambda g, Z: g - mean_of(g))},
        ),
        Mistake(
            "mean-path-missing",
            "The path through the mean is missing: each entry moves the mean of its row, and that "
            "moves all the others.",
            {"layer_norm_backward": backward_with(lambda g, Z: g - Z * mean_of(g * Z))},
        ),
        Mistake(
            "gain-forgotten",
            "On the way back to x the gradient passes gamma first: multiply G by gamma.",
            {
                "layer_norm_backward": backward_with(
                    lambda g, Z: g - mean_of(g) - Z * mean_of(g * Z), gain=False
                )
            },
        ),
        Mistake(
            "not-summed",
            "gamma and beta serve all examples: their gradients are sums over the batch, of shape "
            "(d,).",
            {"layer_norm_backward": parameters_with(lambda G, Z: (G * Z, G))},
        ),
        Mistake(
            "averaged",
            "The gradients of gamma and beta are sums over the batch: a 1/n, if there is one, "
            "comes with G.",
            {
                "layer_norm_backward": parameters_with(
                    lambda G, Z: ((G * Z).mean(axis=0), G.mean(axis=0))
                )
            },
        ),
    ),
    also_correct={"one Jacobian per row": {"layer_norm_backward": by_row_jacobians}},
)

EXERCISES = (layer_norm,)
