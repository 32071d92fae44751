"""Activations: a sigmoid that becomes a step, the zoo with its slopes, and what saturates."""

from __future__ import annotations

from collections.abc import Callable
from math import acosh, exp, log, sqrt, tanh

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import Band, Line, Mark, Panel, Points, Predict, Preset, Slider, Sweep
from chainrule.sweep.marks import place
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]

#: Where |g'| is below this a unit hardly learns.
SATURATED = 0.05


def logistic(x: Floats) -> Floats:
    """Return 1 / (1 + e^{-x}) = (1 + tanh(x/2)) / 2, which never overflows."""
    return np.asarray((1 + np.tanh(x / 2)) / 2)


def logistic_slope(x: Floats) -> Floats:
    """Return σ(x) (1 − σ(x))."""
    return logistic(x) * (1 - logistic(x))


#: Name, function and slope; the slope at a kink is the agreed one.
ZOO: dict[str, tuple[Function, Function]] = {
    "σ": (logistic, logistic_slope),
    "tanh": (np.tanh, lambda x: 1 - np.tanh(x) ** 2),
    "ReLU": (lambda x: np.maximum(x, 0.0), lambda x: np.where(x > 0, 1.0, 0.0)),
    "leaky ReLU (0.1)": (
        lambda x: np.where(x > 0, x, 0.1 * x),
        lambda x: np.where(x > 0, 1.0, 0.1),
    ),
    "ELU (α = 1)": (
        lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0))),
        lambda x: np.where(x > 0, 1.0, np.exp(np.minimum(x, 0))),
    ),
    "softplus": (lambda x: np.logaddexp(0.0, x), logistic),
}


def steepness(
    sigma: Callable[[Floats], ArrayLike] | None = None,
    *,
    k_max: float = 50.0,
    predict: bool = False,
) -> Sweep:
    """Return σ(kx) on its way to the step H as k grows; sheet 000 Q1.3, 004 3(c).

    Args:
        sigma: the student's own σ, called with kx (p,) and drawn beside the true one.
        k_max: the largest steepness.
        predict: whether to ask for the curve at k = 10 before the slider unlocks.
    """
    x = np.unique(np.concatenate([np.linspace(-2, 2, 61), np.linspace(-0.3, 0.3, 51)]))
    step = Line([-2, 0, np.nan, 0, 2], [0, 0, np.nan, 1, 1], label="H(x)", ghost=True)
    marks: list[Mark] = [Line(x, lambda k: logistic(k * x), label="σ(kx)")]
    if sigma is not None:
        mine = sigma
        marks.append(Line(x, lambda k: mine(k * x), label="your σ(kx)", mine=True))
    middle = Points([0.0], [0.5], ghost=True)
    gap = Band(x, lambda k: logistic(k * x), low=np.heaviside(x, 0.5), ghost=True)
    values = place((1.0, 5.0, 10.0, k_max), np.geomspace(0.5, k_max, 90))
    return Sweep(
        "A sigmoid on its way to a step",
        [Slider("k", values, start=1.0)],
        [Panel([*marks, step, middle, gap], x="x", ylim=(-0.06, 1.06))],
        describe_steepness,
        formula=lambda k: (
            f"σ(kx) = 1 / (1 + e^{{−kx}}), from 0.1 to 0.9 over 2 ln 9 / k = "
            f"[[{show(2 * log(9) / k, 3)}]]"
        ),
        presets=[Preset.at(f"k = {k:g}", k) for k in (1.0, 5.0, k_max)],
        predict=Predict("Draw σ(kx) for k = 10.", (10.0,), (-1, -0.5, -0.2, 0, 0.2, 0.5, 1))
        if predict
        else None,
    )


def describe_steepness(k: float) -> str:
    """Say how wide the rise is, how far σ is from H at x = 0.1, and that the gap never closes."""
    return (
        f"With k = {show(k)} the curve rises from 0.1 to 0.9 within {show(2 * log(9) / k, 3)}; "
        f"at x = 0.1 it is {show(1 / (1 + exp(0.1 * k)), 3)} away from H, "
        f"yet close to 0 the gap is ½ for every k."
    )


def zoo(x_max: float = 6.0) -> Sweep:
    """Return six activations with their slopes at a movable point, and where they saturate."""
    names, x = list(ZOO), np.linspace(-x_max, x_max, 121)

    def g(case: float) -> Floats:
        return ZOO[names[int(case)]][0](x)

    def slope(case: float) -> Floats:
        values = ZOO[names[int(case)]][1](x)
        return np.where((names[int(case)] in KINKED) & (x == 0), np.nan, values)

    def flat(case: float) -> Floats:
        return np.where(slope(case) < SATURATED, 1.05, np.nan)

    def at(case: float, a: float, order: int) -> float:
        return float(ZOO[names[int(case)]][order](np.array(a)))

    def tangent(case: float, a: float) -> Floats:
        return at(case, a, 0) + at(case, a, 1) * np.array([-1.5, 1.5])

    left = [
        Line(x, lambda case, _: g(case)),
        Line(lambda _, a: [a - 1.5, a + 1.5], tangent, colour=1),
        Points(lambda _, a: [a], lambda case, a: [at(case, a, 0)], colour=1),
    ]
    right = [
        Line(x, lambda case, _: slope(case), colour=2),
        Points(lambda _, a: [a], lambda case, a: [at(case, a, 1)], colour=1),
        Band(x, lambda case, _: flat(case), low=-0.05, ghost=True, label="flat"),
    ]
    positions = place((-4.0, -1.0, 0.0, 1.0, 4.0), np.linspace(-x_max, x_max, 49))
    return Sweep(
        "The zoo of activations",
        [
            Slider("g", range(len(names)), start=0, names=names, choice=True),
            Slider("x", positions, start=1.0),
        ],
        [
            Panel(left, x="x", y="g(x)", xlim=(-x_max, x_max), ylim=(-1.5, 4.0)),
            Panel(right, x="x", y="g′(x)", xlim=(-x_max, x_max), ylim=(-0.05, 1.1)),
        ],
        lambda case, a: describe_zoo(names[int(case)], a),
        formula=lambda case, a: write_zoo(names[int(case)], a),
        presets=[Preset.at(f"x = {show(a, 0)}", None, a) for a in (-4.0, 0.0, 1.0, 4.0)],
    )


KINKED = ("ReLU", "leaky ReLU (0.1)")


def write_zoo(name: str, x: float) -> str:
    """Write the tangent at a point with its two numbers, or that there is none."""
    if name in KINKED and x == 0:
        return "g(0 + h): no tangent at the kink"
    g, slope = (show(float(function(np.array(x))), 4) for function in ZOO[name])
    return f"g({show(x)} + h) ≈ g + g′ h = [[{g}]] + [[{slope}]] h"


def describe_zoo(name: str, x: float) -> str:
    """Say value and slope at a point, and whether the unit is saturated there."""
    g, slope = (float(function(np.array(x))) for function in ZOO[name])
    if name in KINKED and x == 0:
        low = "0" if name == "ReLU" else "0.1"
        return (
            f"{name} at x = 0: the slope is {low} on the left and 1 on the right, so there is none."
        )
    flat = slope < SATURATED
    verdict = "it hardly learns here" if flat else "it passes the gradient on"
    return f"{name} at x = {show(x)}: value {show(g, 4)}, slope {show(slope, 4)}, so {verdict}."


def slopes() -> Sweep:
    """Return σ′ beside tanh′: 4 times as high at 0, yet lower beyond x = 1.6629; sheet 003."""
    x = np.linspace(-5, 5, 161)
    pairs = (("tanh′", lambda t: 1 - np.tanh(t) ** 2), ("σ′", logistic_slope))
    marks: list[Mark] = [Line(x, slope(x), label=name) for name, slope in pairs]
    marks += [
        Points(lambda a: [a], lambda a, slope=slope: [float(slope(np.array(a)))], colour=k)
        for k, (_, slope) in enumerate(pairs)
    ]
    layers = np.arange(0, 11)
    deep: list[Mark] = [
        Line(
            layers,
            lambda a, slope=slope: float(slope(np.array(a))) ** layers,
            label=name.replace("′", ""),
            dots=True,
        )
        for name, slope in pairs
    ]
    return Sweep(
        "Slopes, and what ten layers make of them",
        [
            Slider(
                "x", place((0.0, 1.0, CROSSING, 3.0), np.linspace(0, 5, 101)), start=0.0, digits=4
            )
        ],
        [
            Panel(marks, x="x", y="slope"),
            Panel(deep, x="layers", y="product of the slopes", log=True, ylim=(1e-9, 3.0)),
        ],
        describe_slopes,
        formula=write_slopes,
        presets=[
            Preset.at("x = 0: the bounds", 0.0),
            Preset.at("x = 1", 1.0),
            Preset.at("x = 1.6629: equal", CROSSING),
            Preset.at("x = 3: both saturate", 3.0),
        ],
    )


#: Where σ′ = tanh′: 1/cosh² x = 1/(4 cosh²(x/2)) gives cosh x = 1 + √3, so x = 1.6629.
CROSSING = acosh(1 + sqrt(3))


def write_slopes(x: float) -> str:
    """Write the ratio of the slopes with its numbers."""
    s = exp(-x) / (1 + exp(-x)) ** 2
    t = 1 - tanh(x) ** 2
    return f"tanh′(x) / σ′(x) = {show(t, 4)} / {show(s, 4)} = [[{show(t / s, 2)}]]"


def describe_slopes(x: float) -> str:
    """Say both slopes, their ratio and what is left after ten layers."""
    s = exp(-x) / (1 + exp(-x)) ** 2
    t = 1 - tanh(x) ** 2
    return (
        f"At x = {show(x, 4)} tanh′ is {show(t, 4)} and σ′ is {show(s, 4)}, {show(t / s, 2)} times "
        f"as much; ten such layers leave {show(t**10, 4)} and {show(s**10, 4)} of a gradient."
    )
