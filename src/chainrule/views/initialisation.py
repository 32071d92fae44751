"""Initialisation: the variance on its way through the layers, forward and back; sheet 004 Q7."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import NDArray

from chainrule.sweep import Band, Line, Mark, Panel, Points, Preset, Slider, Sweep
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


def variance(
    depth: int = 12,
    *,
    var: Callable[[float], float] | None = None,
    samples: int = 64,
    seed: int = 7,
) -> Sweep:
    """Return four initialisations together: the variance in every ReLU layer, law and measurement.

    The lines follow Var a^(k) = (n/2 Var w)^(k-1) Var a^(1) and its mirror image for gradients; the
    dots are measured in a random network. All start at 1.

    Args:
        depth: number of layers.
        var: the student's own variance of a weight by fan-in (`he_var`), a fifth line.
        samples: examples in the measured batch.
        seed: of the random networks.
    """
    layers = np.arange(1, depth + 1)
    # ReLU passes a positive factor on, so one He network serves every scheme.
    measured = {n: measure(n, depth, samples, seed) for n in WIDTHS}

    def law(name: str, n: float, back: bool) -> Floats:
        return grow(SCHEMES[name](n), n, back)

    def grow(var_w: float, n: float, back: bool) -> Floats:
        growth = (n / 2 * var_w) ** (layers - 1.0)
        return np.asarray(growth[::-1] if back else growth, float)

    def marks(back: bool) -> list[Mark]:
        own: list[Mark] = []
        if var is not None:
            mine = var
            own.append(
                Line(
                    layers,
                    lambda n: grow(float(mine(int(n))), n, back),
                    label="" if back else "yours",
                    mine=True,
                    colour=4,
                )
            )
        dots: list[Mark] = [
            Points(
                layers,
                lambda n, name=name: measured[int(n)][int(back)] * law(name, n, back),
                colour=k,
            )
            for k, name in enumerate(SCHEMES)
        ]
        laws: list[Mark] = [
            Line(
                layers,
                lambda n, name=name: law(name, n, back),
                label="" if back else name,
                colour=k,
            )
            for k, name in enumerate(SCHEMES)
        ]
        return own + dots + laws

    return Sweep(
        f"Four initialisations of {depth} ReLU layers",
        [Slider("units per layer n", WIDTHS, start=64, digits=0)],
        [
            Panel(marks(False), x="layer", y="Var a, forward", log=True, ylim=(1e-8, 1e14)),
            Panel(marks(True), x="layer", y="Var ∂C/∂a, backward", log=True, ylim=(1e-8, 1e14)),
        ],
        lambda n: describe_variance(int(n), depth),
        formula=lambda n: (
            f"n/2 · Var w = [[1]] for 2/n, [[½]] for 1/n, [[{show(n / 2 * 0.05**2, 3)}]] for "
            f"0.05^{{2}}, [[{show(float(np.sqrt(n / 2)), 2)}]] for √(2/n)"
        ),
        presets=[Preset.at(f"n = {n}", n) for n in (16, 64, 256)],
    )


@cache
def measure(n: int, depth: int, samples: int, seed: int) -> tuple[Floats, Floats]:
    """Return the variances of a^(k) and dC/da^(k), k = 1..depth, in one random He network.

    Both are scaled to start at 1: the gradients at the last layer.
    """
    rng = np.random.default_rng([seed, n])
    weights = rng.normal(0, np.sqrt(2 / n), (depth - 1, n, n))
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


#: Var w = g/n for each of the four starts of fifty layers.
STARTS = {"g = ½: too small": 0.5, "g = 1: Glorot": 1.0, "g = 2: He": 2.0, "g = 4: too large": 4.0}


def fifty_layers(depth: int = 50, *, networks: int = 400, seed: int = 50) -> Sweep:
    """Return the variance through fifty ReLU layers: the law, and a measurement with error bars.

    Right, the He networks alone: the mean of the mean squares with twice its standard error, over
    independent networks, and the median network beside it.

    Args:
        depth: number of layers.
        networks: how many networks are drawn for each width.
        seed: of the random networks.
    """
    layers = np.arange(1, depth + 1)
    drawn = {n: simulate(n, depth, networks, seed) for n in WIDTHS}

    def mean(n: float) -> Floats:
        return np.asarray(drawn[int(n)].mean(axis=0))

    def edge(n: float, errors: float) -> Floats:
        spread = drawn[int(n)].std(axis=0, ddof=1) / np.sqrt(networks)
        return np.asarray(mean(n) + errors * spread)

    def median(n: float) -> Floats:
        return np.asarray(np.median(drawn[int(n)], axis=0))

    left: list[Mark] = [
        # ReLU passes a positive factor on, so the same networks serve all four starts.
        Points(layers, lambda n, g=g: mean(n) * (g / 2) ** (layers - 1.0), colour=k)
        for k, g in enumerate(STARTS.values())
    ]
    left += [
        Line(layers, (g / 2) ** (layers - 1.0), label=name, colour=k)
        for k, (name, g) in enumerate(STARTS.items())
    ]
    right: list[Mark] = [
        Band(layers, lambda n: edge(n, 2.0), low=lambda n: edge(n, -2.0), colour=2),
        Line(layers, mean, label="mean", colour=2),
        Line(layers, median, label="median", colour=1),
        Line([1, depth], [1, 1], label="law", ghost=True),
    ]
    return Sweep(
        f"{depth} ReLU layers, four starts",
        [Slider("units per layer n", WIDTHS, start=64, digits=0)],
        [
            Panel(left, x="layer", y="Var a, law and mean", log=True, ylim=(1e-31, 1e16)),
            Panel(right, x="layer", y="mean square of a, He", ylim=(0.0, 2.5)),
        ],
        lambda n: describe_depth(int(n), depth, mean(n), edge(n, 2.0), median(n)),
        formula=lambda n: write_depth(depth, mean(n), edge(n, 2.0)),
        presets=[Preset.at(f"n = {n}", n) for n in (16, 64, 256)],
    )


def simulate(n: int, depth: int, networks: int, seed: int) -> Floats:
    """Return the mean square of a^(k) in each He network, shape (networks, depth).

    For a given h, a matrix of independent normal weights times h is a vector of n independent
    normals of variance Var(w) |h|². Of these only two numbers matter: the sum of the squares of
    the positive ones, which ReLU passes on, and of the others. There are Binomial(n, 1/2) positive
    ones, and a sum of m squared normals is twice a Gamma(m/2) variable: that is what is drawn.
    """
    rng = np.random.default_rng([seed, n])
    positive = rng.binomial(n, 0.5, size=(networks, depth))
    passed, lost = (2 * rng.standard_gamma(m / 2) for m in (positive, n - positive))
    growth = np.cumprod(2 / n * passed[:, :-1], axis=1)
    variance = np.concatenate([np.ones((networks, 1)), growth], axis=1)
    return np.asarray(variance * (passed + lost) / n)


def describe_depth(n: int, depth: int, mean: Floats, top: Floats, median: Floats) -> str:
    """Say what the last layer measures, how sure that is, and what the median network does."""
    last, error, middle = float(mean[-1]), float(top[-1] - mean[-1]), float(median[-1])
    return (
        f"With n = {n} and He's variance the mean after {depth} layers is {show(last, 2)} ± "
        f"{show(error, 2)} (the law says 1), but the median network is at {show(middle, 2)}."
    )


def write_depth(depth: int, mean: Floats, top: Floats) -> str:
    """Write the law, and beside it what the He networks measure in the last layer."""
    last, error = float(mean[-1]), float(top[-1] - mean[-1])
    return (
        f"Var a^{{({depth})}} = (g/2)^{{{depth - 1}}} Var a^{{(1)}}; measured for g = 2: "
        f"[[{show(last, 2)} ± {show(error, 2)}]]"
    )
