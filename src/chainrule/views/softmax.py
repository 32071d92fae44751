"""Softmax: what scaling, ties and temperature do to it; two classes are a sigmoid."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import Bars, Mark, Panel, Predict, Preset, Slider, Sweep
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]
Softmax = Callable[[Floats], ArrayLike]


def softmax_of(x: ArrayLike) -> Floats:
    """Return e^{x_i} / sum_j e^{x_j}, shape (n,); the maximum is subtracted first."""
    logits = np.asarray(x, float)
    e = np.exp(logits - logits.max())
    return np.asarray(e / e.sum(), float)


def scale(
    x: ArrayLike = (0.0, 1.0, 2.0),
    softmax: Softmax | None = None,
    *,
    c_max: float = 20.0,
    predict: bool = False,
) -> Sweep:
    """Return bars of softmax(c x) with c from below 0 to large; sheet 000 Q2.2, 004 5(b).

    Args:
        x: logits, shape (n,), n >= 2; ties are welcome.
        softmax: the student's own function (n,) -> (n,), drawn beside the true one.
        c_max: the largest factor; the smallest is -c_max / 4.
        predict: whether to ask for a guess at c = 3 before the slider unlocks.
    """
    logits = read_logits(x)
    names = [f"x{subscript(i + 1)} = {value:g}".replace("-", "−") for i, value in enumerate(logits)]
    marks: list[Mark] = [Bars(names, lambda c: softmax_of(c * logits), label="S(c x)")]
    if softmax is not None:
        mine = softmax
        marks.append(Bars(names, lambda c: mine(c * logits), label="your softmax(c x)", mine=True))
    return Sweep(
        "Softmax of scaled logits",
        [Slider("c", scale_positions(c_max), start=1.0)],
        [Panel(marks, y="probability", ylim=(0.0, 1.12))],
        lambda c: describe_scale(logits, c),
        formula=lambda c: write_scale(logits, c),
        presets=[
            Preset.at("c = −1: reversed", -1.0),
            Preset.at("c = 0: uniform", 0.0),
            Preset.at("c = 1", 1.0),
            Preset.at(f"c = {c_max:g}: the limit", c_max),
        ],
        predict=Predict("Where will the bars stand at c = 3?", (3.0,)) if predict else None,
    )


def read_logits(x: ArrayLike) -> Floats:
    """Return the logits as floats, or say what is wrong with them."""
    logits = np.asarray(x, float)
    if logits.ndim != 1 or len(logits) < 2 or not np.isfinite(logits).all():
        raise ValueError(
            f"x = {x!r}: give at least two finite logits in one row, such as [0, 1, 2]"
        )
    return logits


def scale_positions(c_max: float) -> Floats:
    """Return the factors: finer near 0, with -1, 0 and 1 among them."""
    t = np.linspace(0.0, 1.0, 91)[1:]
    up = c_max * t**2
    down = -0.25 * c_max * (np.linspace(0.0, 1.0, 31)[1:]) ** 2
    return np.unique(np.round(np.concatenate([down, [-1.0, 0.0, 1.0, 3.0], up]), 4))


def describe_scale(x: Floats, c: float) -> str:
    """Say who gets the probability at factor c."""
    S = softmax_of(c * x)
    if np.ptp(c * x) < 1e-12:
        why = "c = 0" if c == 0 else "all logits are equal"
        return f"{why[0].upper()}{why[1:]}: every class gets the same probability, {S[0]:.4f}."
    top = np.flatnonzero(x == (x.max() if c > 0 else x.min()))
    extreme = "largest" if c > 0 else "smallest"
    if len(top) > 1:
        share = f"the {len(top)} classes that tie for the {extreme} logit get {S[top[0]]:.4f} each"
    else:
        share = f"the class with the {extreme} logit gets {S[top[0]]:.4f}"
    order = "the order is reversed and " if c < 0 else ""
    return f"With c = {show(c)} {order}{share}; the others share {max(0.0, 1 - S[top].sum()):.4f}."


def write_scale(x: Floats, c: float) -> str:
    """Write the probability of the class with the largest logit, with its numbers."""
    i = int(x.argmax())
    S = softmax_of(c * x)
    return (
        f"S(c x)_{{{i + 1}}} = e^{{c x{subscript(i + 1)}}} / Σ_{{j}} e^{{c xⱼ}}"
        f" = 1 / Σ_{{j}} e^{{c (xⱼ − x{subscript(i + 1)})}} = [[{S[i]:.4f}]]"
    )


def subscript(number: int) -> str:
    """Return a number in small figures below the line."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))


def list_names(indices: Sequence[int]) -> str:
    """Return "1, 2 and 4"."""
    *first, last = (str(i + 1) for i in indices)
    return f"{', '.join(first)} and {last}" if first else last
