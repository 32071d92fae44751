"""Cross-entropy: entropy on the simplex, the price of a wrong model, and the gradient it keeps."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, log

import numpy as np
from numpy.typing import NDArray

from chainrule.sweep import Bars, Line, Mark, Panel, Points, Preset, Slider, Sweep, Text
from chainrule.sweep.marks import place
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]
#: A derivative with respect to the logit, called as (a, y).
Slope = Callable[[float, float], float]


def xlogx(p: Floats) -> Floats:
    """Return p ln p with 0 ln 0 = 0, any shape."""
    return p * np.log(np.where(p > 0, p, 1.0))


def entropy_of(p: Floats) -> float:
    """Return -sum p ln p in nats, p (n,)."""
    return float(-xlogx(p).sum())


def entropy_on_simplex() -> Sweep:
    """Return the entropy of three outcomes at a movable point of their triangle; sheet 003.

    The curves in the triangle are lines of equal entropy: 0.4, 0.7, 0.9 and 1.05 nats.
    """
    marks: list[Mark] = [Points(lambda a, s: [corner(a, s)[0]], lambda a, s: [corner(a, s)[1]])]
    marks.append(Line([0, 1, 0.5, 0], [0, 0, np.sqrt(3) / 2, 0], ghost=True))
    marks += [Line(*level_line(h), ghost=True, thin=True) for h in (0.4, 0.7, 0.9, 1.05)]
    names = (("p₁ = 1", 0.5, 0.93), ("p₂ = 1", 1.0, -0.06), ("p₃ = 1", 0.0, -0.06))
    marks += [Text([x], [y], label=name, ghost=True) for name, x, y in names]
    return Sweep(
        "Entropy of three outcomes",
        [
            Slider("p₁", place((0.0, 1 / 3, 0.5, 1.0), np.linspace(0, 1, 31)), start=1 / 3),
            Slider("share of p₂ in the rest", np.linspace(0, 1, 21), start=0.5),
        ],
        [
            Panel(
                marks,
                title="the triangle of all (p₁, p₂, p₃)",
                xlim=(-0.12, 1.12),
                ylim=(-0.12, 1.0),
                equal=True,
                bare=True,
            ),
            Panel(
                [Bars(["p₁", "p₂", "p₃"], lambda a, s: probabilities(a, s))],
                y="probability",
                ylim=(0.0, 1.12),
            ),
        ],
        describe_entropy,
        formula=write_entropy,
        presets=[
            Preset.at("uniform", 1 / 3, 0.5),
            Preset.at("two outcomes", 0.5, 1.0),
            Preset.at("certain", 1.0, 0.5),
        ],
    )


def probabilities(p1: float, share: float) -> Floats:
    """Return (p1, p2, p3), p2 being the given share of what p1 leaves."""
    rest = 1 - p1
    return np.array([p1, share * rest, (1 - share) * rest])


def corner(p1: float, share: float) -> tuple[float, float]:
    """Return the place in the triangle: p1 at the top, p2 on the right, p3 on the left."""
    p = probabilities(p1, share)
    return float(p[1] + p[0] / 2), float(p[0] * np.sqrt(3) / 2)


def level_line(h: float) -> tuple[Floats, Floats]:
    """Return the points of equal entropy h, found by bisection from the centre outwards.

    Below ln 2 a curve leaves the triangle between its corners; there it is broken by NaN.
    """
    angle = np.linspace(0, 2 * np.pi, 121)
    right, up = np.sin(angle), np.cos(angle) * np.sqrt(3) / 2
    way = np.stack([right, up - right / 2, -up - right / 2], axis=1)

    def entropy(far: Floats) -> Floats:
        return -xlogx(np.clip(1 / 3 + far[:, None] * way, 0, 1)).sum(axis=1)

    edge = 1 / 3 / np.maximum(-way.min(axis=1), 1e-12)
    low, high = np.zeros_like(edge), edge
    for _ in range(40):
        middle = (low + high) / 2
        inside = entropy(middle) > h
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    p = 1 / 3 + low[:, None] * way
    p[entropy(edge) > h] = np.nan
    return p[:, 1] + p[:, 0] / 2, p[:, 0] * np.sqrt(3) / 2


def describe_entropy(p1: float, share: float) -> str:
    """Say the probabilities and their entropy."""
    p = probabilities(p1, share)
    h = entropy_of(p)
    named = ", ".join(show(float(value), 3) for value in p)
    if abs(h - log(3)) < 1e-9:
        return f"p = ({named}) is uniform: its entropy {show(h, 4)} = ln 3 is the largest possible."
    if h == 0:
        return f"p = ({named}) is certain: its entropy is 0."
    return f"p = ({named}) has entropy {show(h, 4)} nats, {100 * h / log(3):.1f}\u00a0% of ln 3."


def write_entropy(p1: float, share: float) -> str:
    """Write the sum with its three terms."""
    terms = " + ".join(show(max(0.0, -float(term)), 3) for term in xlogx(probabilities(p1, share)))
    return f"H(p) = −Σ_{{i}} p_{{i}} ln p_{{i}} = {terms} = [[{show(entropy_at(p1, share), 4)}]]"


def entropy_at(p1: float, share: float) -> float:
    """Return the entropy at a position of the sliders."""
    return entropy_of(probabilities(p1, share))


def gradients(ce_grad: Slope | None = None, mse_grad: Slope | None = None) -> Sweep:
    """Return both losses of a binary classifier and their slopes in the logit; sheet 004 Q1.

    On a confident mistake cross-entropy keeps the slope -1 and half the squared error loses it.

    Args:
        ce_grad: the student's own ce_grad(a, y), drawn beside the true slope.
        mse_grad: the student's own mse_grad(a, y).
    """
    a = np.linspace(-10, 10, 121)

    def f(t: Floats | float) -> Floats:
        return np.asarray((1 + np.tanh(np.asarray(t) / 2)) / 2)

    def loss(t: Floats | float, y: float) -> tuple[Floats, Floats]:
        sign = 1 - 2 * y
        return np.logaddexp(0, sign * np.asarray(t)), np.asarray(0.5 * (f(t) - y) ** 2)

    def slope(t: Floats | float, y: float) -> tuple[Floats, Floats]:
        return f(t) - y, (f(t) - y) * f(t) * (1 - f(t))

    def marks(of: object) -> list[Mark]:
        g = loss if of is loss else slope
        lines: list[Mark] = [
            Line(a, lambda y, _, k=k: g(a, y)[k], label=name)
            for k, name in enumerate(("cross-entropy", "squared"))
        ]
        dots: list[Mark] = [
            Points(lambda _, t: [t], lambda y, t, k=k: [float(g(t, y)[k])], colour=k)
            for k in (0, 1)
        ]
        return dots + lines

    own = {"your ce_grad": ce_grad, "your mse_grad": mse_grad}
    yours: list[Mark] = [
        Line(
            a, lambda y, _, g=g: [float(g(float(t), y)) for t in a], label=name, mine=True, colour=k
        )
        for k, (name, g) in enumerate(own.items(), start=2)
        if g is not None
    ]
    values = place((-10.0, -2.0, 0.0, 2.0, 10.0), np.linspace(-10, 10, 61))
    return Sweep(
        "Two losses and the slope that the logit feels",
        [
            Slider("class", [1, 0], start=1, names=["y = 1", "y = 0"], choice=True),
            Slider("a", values, start=-2.0),
        ],
        [
            Panel(marks(loss), x="logit a", y="loss", ylim=(-0.2, 6.0)),
            Panel([*yours, *marks(slope)], x="logit a", y="slope", ylim=(-1.08, 1.08)),
        ],
        describe_gradients,
        formula=write_gradients,
        presets=[
            Preset.at("a = −10", None, -10.0),
            Preset.at("a = 0", None, 0.0),
            Preset.at("a = 2", None, 2.0),
            Preset.at("a = 10", None, 10.0),
        ],
    )


def describe_gradients(y: float, a: float) -> str:
    """Say output, slopes, and which of them is left on a mistake."""
    f = 1 / (1 + exp(-a))
    wrong = exp(-a) / (1 + exp(-a)) if y else f
    ce, mse = (-wrong if y else wrong), (-wrong if y else wrong) * f * (1 - f)
    return (
        f"At a = {show(a)} the output is {show(f, 4)} and y = {y:.0f}: the slope of cross-entropy "
        f"is {show(ce, 4)}, that of half the squared error {show(mse, 4)}."
    )


def write_gradients(y: float, a: float) -> str:
    """Write both losses with their numbers."""
    ce = float(np.logaddexp(0, (1 - 2 * y) * a))
    f = exp((2 * y - 1) * a) / (1 + exp((2 * y - 1) * a))  # the probability of the true class
    chance = "σ(a)" if y else "(1 − σ(a))"
    return (
        f"−ln {chance} = [[{show(ce, 4)}]], ½ (σ(a) − {y:.0f})^{{2}} = "
        f"[[{show(0.5 * (1 - f) ** 2, 4)}]]"
    )


def price_of_a_model() -> Sweep:
    """Return CE(p, x) over p: its lowest point is at p = x and lies at H(x), not at 0; 003 Q1."""
    p = np.linspace(0.005, 0.995, 181)

    def ce(q: Floats | float, x: float) -> Floats:
        return np.asarray(-x * np.log(q) - (1 - x) * np.log1p(-np.asarray(q)))

    def h(x: float) -> float:
        return entropy_of(np.array([x, 1 - x]))

    return Sweep(
        "What it costs to believe p when the truth is x",
        [
            Slider("x", np.linspace(0, 1, 21), start=0.3),
            Slider("p", place((0.005, 0.3, 0.5, 0.995), np.linspace(0.005, 0.995, 34)), start=0.5),
        ],
        [
            Panel(
                [
                    Points(lambda _, q: [q], lambda x, q: [float(ce(q, x))], colour=1),
                    Line(lambda _, q: [q, q], lambda x, q: [h(x), float(ce(q, x))], colour=1),
                    Line(p, lambda x, _: ce(p, x), label="CE(p, x)"),
                    Line([0, 1], lambda x, _: [h(x), h(x)], label="H(x)", ghost=True),
                ],
                x="p",
                y="nats",
                xlim=(0, 1),
                ylim=(0.0, 3.0),
            )
        ],
        lambda x, q: (
            f"The truth x = {show(x)} costs at least H(x) = {show(h(x), 4)}; believing "
            f"p = {show(q)} costs {show(float(ce(q, x)), 4)}, that is "
            f"KL = {show(max(0.0, float(ce(q, x)) - h(x)), 4)} more."
        ),
        formula=lambda x, q: (
            f"CE = −{show(x)} ln {show(q)} − {show(1 - x)} ln {show(1 - q)} = "
            f"[[{show(float(ce(q, x)), 4)}]]"
        ),
        presets=[
            Preset.at("x = 0.3, p = 0.5", 0.3, 0.5),
            Preset.at("x = 0.5", 0.5, None),
            Preset.at("x = 1: a hard label", 1.0, None),
        ],
    )
