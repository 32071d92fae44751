"""Softmax: what scaling, ties and temperature do to it; two classes are a sigmoid."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import Bars, Line, Mark, Panel, Points, Predict, Preset, Slider, Sweep
from chainrule.sweep.marks import place
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
    rest = show(float(np.delete(S, top).sum()), 4)
    order = "the order is reversed and " if c < 0 else ""
    return f"With c = {show(c)} {order}{share}; the others share {rest}."


def write_scale(x: Floats, c: float) -> str:
    """Write the probability of the class with the largest logit, with its numbers."""
    i = int(x.argmax())
    S = softmax_of(c * x)
    return (
        f"S(c x)_{{{i + 1}}} = e^{{c x{subscript(i + 1)}}} / Σ_{{j}} e^{{c xⱼ}}"
        f" = 1 / Σ_{{j}} e^{{c (xⱼ − x{subscript(i + 1)})}} = [[{S[i]:.4f}]]"
    )


def temperature(x: ArrayLike = (2.0, 1.0, 0.5, -1.0), *, t_max: float = 10.0) -> Sweep:
    """Return softmax(x / T): cold picks the largest logit, hot makes all classes alike.

    Args:
        x: logits, shape (n,).
        t_max: the hottest temperature.
    """
    logits = read_logits(x)
    names = [f"x{subscript(i + 1)} = {value:g}".replace("-", "−") for i, value in enumerate(logits)]
    n = len(logits)
    uniform = Bars(names, [1 / n] * n, label="uniform", ghost=True)
    bars = Bars(names, lambda T: softmax_of(logits / T), label="S(x / T)")
    heat = np.geomspace(0.05, t_max, 121)
    curve = np.array([entropy(softmax_of(logits / T)) for T in heat])
    values = place((0.05, 1.0, t_max), np.geomspace(0.05, t_max, 100))
    return Sweep(
        "Softmax at a temperature",
        [Slider("T", values, start=1.0)],
        [
            Panel([bars, uniform], y="probability", ylim=(0.0, 1.12)),
            Panel(
                [
                    Points(lambda T: [T], lambda T: [entropy(softmax_of(logits / T))], colour=1),
                    Line(heat, curve),
                    Line([0, t_max], [np.log(n)] * 2, label="ln n", ghost=True),
                ],
                x="T",
                y="entropy in nats",
            ),
        ],
        lambda T: (
            f"At T = {show(T)} the largest probability is {softmax_of(logits / T).max():.4f} and "
            f"the entropy {entropy(softmax_of(logits / T)):.4f} nats of at most {np.log(n):.4f}."
        ),
        formula=lambda T: write_temperature(logits, T),
        presets=[
            Preset.at("T = 0.05: nearly argmax", 0.05),
            Preset.at("T = 1", 1.0),
            Preset.at(f"T = {t_max:g}: nearly uniform", t_max),
        ],
    )


def write_temperature(x: Floats, T: float) -> str:
    """Write the odds of the two largest logits: their difference, divided by T."""
    first, second = np.argsort(-x, kind="stable")[:2]
    gap = float(x[first] - x[second])
    names = [subscript(int(i) + 1) for i in (first, second)]
    with np.errstate(over="ignore"):
        odds = float(np.exp(gap / T))
    return (
        f"p{names[0]} / p{names[1]} = e^{{(x{names[0]} − x{names[1]}) / T}} = "
        f"e^{{{show(gap, 2)} / {show(T, 2)}}} = [[{show(odds, 3)}]]"
    )


def entropy(p: Floats) -> float:
    """Return -sum p ln p in nats, with 0 ln 0 = 0; p has shape (n,)."""
    positive = p[p > 0]
    return float(-(positive * np.log(positive)).sum())


def two_classes() -> Sweep:
    """Return both probabilities of two logits beside σ(z): only z = x₁ − x₂ counts; 000 Q2.3."""
    z = np.linspace(-6, 6, 121)
    curve = 1 / (1 + np.exp(-z))

    def first(x1: float, x2: float) -> float:
        return float(softmax_of([x1, x2])[0])

    values = np.linspace(-3, 3, 25)
    return Sweep(
        "Two classes: softmax is a sigmoid of the difference",
        [Slider("x₁", values, start=2.0), Slider("x₂", values, start=0.5)],
        [
            Panel(
                [Bars(["S(x)₁", "S(x)₂"], lambda a, b: [first(a, b), 1 - first(a, b)])],
                y="probability",
                ylim=(0.0, 1.12),
            ),
            Panel(
                [
                    Points(lambda a, b: [a - b], lambda a, b: [first(a, b)], colour=1),
                    Line(z, curve, label="σ(z)"),
                ],
                x="z = x₁ − x₂",
                ylim=(-0.04, 1.12),
            ),
        ],
        lambda a, b: (
            f"z = {show(a)} − {bracketed(b)} = {show(a - b)}, so the probabilities are "
            f"σ(z) = {first(a, b):.4f} and 1 − σ(z) = {1 - first(a, b):.4f}."
        ),
        formula=lambda a, b: (
            f"S(x)₁ = e^{{x₁}} / (e^{{x₁}} + e^{{x₂}}) = {show(float(np.exp(a)))} / "
            f"({show(float(np.exp(a)))} + {show(float(np.exp(b)))}) = [[{first(a, b):.4f}]]"
        ),
        presets=[
            Preset.at("(2, 0.5)", 2.0, 0.5),
            Preset.at("equal logits", 0.0, 0.0),
            Preset.at("both 2.5 lower: (−0.5, −2)", -0.5, -2.0),
        ],
    )


def bracketed(value: float) -> str:
    """Write a number, a negative one in parentheses."""
    return f"({show(value)})" if value < 0 else show(value)


def subscript(number: int) -> str:
    """Return a number in small figures below the line."""
    return str(number).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
