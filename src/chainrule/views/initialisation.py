"""Initialisation: the variance on its way through the layers, forward and back; sheet 004 Q7."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from chainrule.sweep import Line, Mark, Panel, Points, Preset, Slider, Sweep
from chainrule.sweep.marks import place
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]

#: Variance of one weight, by fan-in n, for layers of equal size.
SCHEMES: dict[str, Callable[[float], float]] = {
    "He: 2/n": lambda n: 2 / n,
    "Glorot: 1/n": lambda n: 1 / n,
    "σ = 0.05": lambda n: 0.05**2,
    "√(2/n) as variance": lambda n: float(np.sqrt(2 / n)),
}
WIDTHS = (16, 32, 64, 128, 256)


def variance(depth: int = 12, *, samples: int = 64, seed: int = 7) -> Sweep:
    """Return four initialisations together: the variance in every ReLU layer, law and measurement.

    The lines follow Var a^(k) = (n/2 Var w)^(k-1) Var a^(1) and its mirror image for gradients; the
    dots are measured in a random network. All start at 1.

    Args:
        depth: number of layers.
        samples: examples in the measured batch.
        seed: of the random networks.
    """
    layers = np.arange(1, depth + 1)
    measured = {
        (name, n): measure(var(n), n, depth, samples, seed)
        for name, var in SCHEMES.items()
        for n in WIDTHS
    }

    def law(name: str, n: float, back: bool) -> Floats:
        growth = (n / 2 * SCHEMES[name](n)) ** (layers - 1.0)
        return np.asarray(growth[::-1] if back else growth, float)

    def marks(back: bool) -> list[Mark]:
        dots: list[Mark] = [
            Points(layers, lambda n, name=name: measured[name, int(n)][int(back)], colour=k)
            for k, name in enumerate(SCHEMES)
        ]
        return dots + [
            Line(
                layers,
                lambda n, name=name: law(name, n, back),
                label="" if back else name,
                colour=k,
            )
            for k, name in enumerate(SCHEMES)
        ]

    return Sweep(
        f"Four initialisations of {depth} ReLU layers",
        [Slider("units per layer n", WIDTHS, start=64, digits=0)],
        [
            Panel(marks(False), x="layer", y="Var a, forward", log=True, ylim=(1e-8, 1e14)),
            Panel(marks(True), x="layer", y="Var ∂C/∂a, backward", log=True, ylim=(1e-8, 1e14)),
        ],
        lambda n: describe_variance(int(n), depth),
        presets=[Preset.at(f"n = {n}", n) for n in (16, 64, 256)],
    )


def measure(var_w: float, n: int, depth: int, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Return the measured variances of a^(k) and dC/da^(k), k = 1..depth, scaled to start at 1."""
    rng = np.random.default_rng([seed, n])
    weights = rng.normal(0, np.sqrt(var_w), (depth - 1, n, n))
    a = rng.normal(0, 1, (n, samples))
    forward = [a]
    for W in weights:
        forward.append(W @ np.maximum(forward[-1], 0))
    g = rng.normal(0, 1, (n, samples)) * (forward[-1] > 0)
    backward = [g]
    for W, a in zip(weights[::-1], forward[-2::-1], strict=True):
        backward.append((W.T @ backward[-1]) * (a > 0))
    up = np.array([np.mean(a**2) for a in forward])
    down = np.array([np.mean(g**2) for g in backward[::-1]])
    return up / up[0], down / down[-1]


def describe_variance(n: int, depth: int) -> str:
    """Say what is left of the variance in the last layer under each scheme."""
    ends = [(n / 2 * var(n)) ** (depth - 1) for var in SCHEMES.values()]
    he, glorot, small, wrong = (show(end, 2) for end in ends)
    return (
        f"With n = {n} the variance after {depth} layers is {he} for 2/n, {glorot} for 1/n, "
        f"{small} for σ = 0.05 and {wrong} when √(2/n) is taken for the variance."
    )


def gain(depth: int = 30) -> Sweep:
    """Return Var a^(k) = (g/2)^(k-1) for Var w = g/n: only g = 2 keeps a ReLU network alive.

    Args:
        depth: number of layers.
    """
    layers = np.arange(1, depth + 1)
    values = place((1.0, 2.0, 4.0), np.geomspace(0.5, 4.0, 85))
    return Sweep(
        "One factor for all layers",
        [Slider("g", values, start=1.0)],
        [
            Panel(
                [
                    Line(layers, lambda g: (g / 2) ** (layers - 1.0), label="Var a", dots=True),
                    Line([1, depth], [1, 1], label="g = 2", ghost=True),
                ],
                x="layer",
                y="variance",
                log=True,
                ylim=(1e-18, 1e10),
            )
        ],
        lambda g: describe_gain(g, depth),
        formula=lambda g: (
            f"Var w = g/n, Var a^{{(k)}} = (g/2)^{{k−1}} = [[{show(g / 2, 3)}]]^{{k−1}}"
        ),
        presets=[
            Preset.at("g = 1: Glorot", 1.0),
            Preset.at("g = 2: He", 2.0),
            Preset.at("g = 4: twice too large", 4.0),
        ],
    )


def describe_gain(g: float, depth: int) -> str:
    """Say what one layer does, and what all of them do."""
    word = "keeps the variance" if g == 2 else "shrinks it" if g < 2 else "lets it grow"
    return (
        f"With g = {show(g)} a layer multiplies the variance by {show(g / 2, 3)}, which {word}: "
        f"after {depth} layers it is {show((g / 2) ** (depth - 1), 3)}."
    )
