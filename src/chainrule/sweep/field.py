"""`Field`: a small network evaluated in the browser over a rectangle, with weights to drag."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from chainrule.sweep.figure import Figure
from chainrule.sweep.marks import Floats, Limits, Preset, Slider
from chainrule.sweep.ticks import find_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

#: Cells per side of the grid on which a network is looked at, here and in field.js.
GRID = 120


def sigmoid(a: Floats) -> Floats:
    """Return 1 / (1 + e^{-a}) without overflow, any shape."""
    return np.asarray(0.5 * (1 + np.tanh(a / 2)))


ACTIVATIONS: dict[str, Callable[[Floats], Floats]] = {
    "heaviside": lambda a: np.heaviside(a, 0.5),
    "sigmoid": sigmoid,
    "tanh": np.tanh,
    "relu": lambda a: np.maximum(a, 0.0),
    "identity": lambda a: a,
}


@dataclass(frozen=True)
class Layer:
    """One layer h = g(W x + b): W (m, n), b (m,), g a name in ACTIVATIONS."""

    W: Floats
    b: Floats
    activation: str

    @classmethod
    def of(cls, W: ArrayLike, b: ArrayLike, activation: str) -> Layer:
        """Return a layer from lists or arrays; shapes and name are checked."""
        weights, bias = np.atleast_2d(np.asarray(W, float)), np.atleast_1d(np.asarray(b, float))
        if len(weights) != len(bias):
            raise ValueError(
                f"W {weights.shape} and b {bias.shape} differ in their number of units"
            )
        if activation not in ACTIVATIONS:
            raise ValueError(f"activation {activation!r}: choose one of {', '.join(ACTIVATIONS)}")
        return cls(weights, bias, activation)

    def __call__(self, x: Floats) -> Floats:
        """Return g(x W^T + b): (p, n) -> (p, m)."""
        return ACTIVATIONS[self.activation](x @ self.W.T + self.b)


@dataclass(frozen=True)
class Network:
    """Layers from two inputs to one output."""

    layers: tuple[Layer, ...]

    def __call__(self, x: Floats) -> Floats:
        """Return the output: (p, 2) -> (p,)."""
        for layer in self.layers:
            x = layer(x)
        return x[:, 0]

    def describe(self) -> list[dict[str, Any]]:
        """Return plain data; six digits are more than a screen can show."""
        return [
            {
                "W": [[float(f"{w:.6g}") for w in row] for row in layer.W],
                "b": [float(f"{b:.6g}") for b in layer.b],
                "f": layer.activation,
            }
            for layer in self.layers
        ]


@dataclass(frozen=True)
class Regions:
    """What a network does on the grid.

    Attributes:
        ones: share of the rectangle where the output is above 1/2.
        halves: share where it is exactly 1/2.
        agrees: share where it is on the same side of 1/2 as the target; nan without one.
    """

    ones: float
    halves: float
    agrees: float


class Field(Figure):
    """The output of a network over a rectangle, each hidden unit in a small picture of its own.

    Args:
        title: what is shown, in a few words.
        slider: the parameter that changes the network.
        network: called with the slider's value.
        sentence: called with the slider's value and the `Regions` of the network there.
        xlim, ylim: the rectangle.
        target: a network to agree with.
        outline: the corners of the wanted region (p, 2), drawn as a ghost.
        points: data (x (p, 2), y (p,) of 0 and 1) drawn on top.
        draggable: whether the first layer's lines can be dragged.
        formula: as in a sweep.
        presets: as in a sweep.
    """

    kind = "field"

    def __init__(
        self,
        title: str,
        slider: Slider,
        network: Callable[[float], Network],
        sentence: Callable[[float, Regions], str],
        *,
        xlim: Limits,
        ylim: Limits,
        target: Network | None = None,
        outline: ArrayLike | None = None,
        points: tuple[ArrayLike, ArrayLike] | None = None,
        draggable: bool = False,
        formula: Callable[[float], str] | None = None,
        presets: Sequence[Preset] = (),
    ) -> None:
        self.title, self.sliders, self.presets = title, (slider,), tuple(presets)
        self.xlim, self.ylim, self.draggable, self.target = xlim, ylim, draggable, target
        self.values = [float(value) for value in slider.values]
        self.networks = [network(value) for value in self.values]
        self.points = None if points is None else tuple(np.asarray(a, float) for a in points)
        self.outline = None if outline is None else np.asarray(outline, float)
        self._sentence = sentence
        self._formulas = [formula(value) for value in self.values] if formula else []

    @cached_property
    def grid(self) -> Floats:
        """The centres of the cells, shape (GRID², 2), row by row from the top."""
        step = (np.arange(GRID) + 0.5) / GRID
        x = self.xlim[0] + step * (self.xlim[1] - self.xlim[0])
        y = self.ylim[1] - step * (self.ylim[1] - self.ylim[0])
        return np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)

    @cached_property
    def _wanted(self) -> Floats | None:
        return None if self.target is None else np.sign(self.target(self.grid) - 0.5)

    def regions(self, network: Network) -> Regions:
        """Return what a network does on the grid."""
        output = network(self.grid)
        agrees = np.nan
        if self._wanted is not None:
            agrees = float(np.mean(np.sign(output - 0.5) == self._wanted))
        return Regions(float(np.mean(output > 0.5)), float(np.mean(output == 0.5)), agrees)

    @cached_property
    def _told(self) -> list[str]:
        pairs = zip(self.values, self.networks, strict=True)
        return [self._sentence(value, self.regions(network)) for value, network in pairs]

    @property
    def sentences(self) -> list[str]:
        """One sentence for each position."""
        return self._told

    def describe(self) -> dict[str, Any]:
        """Return the networks as plain data."""
        points = None
        if self.points is not None:
            x, y = self.points
            points = [
                [round(float(a), 3), round(float(b), 3), int(c)]
                for (a, b), c in zip(x, y, strict=True)
            ]
        return {
            "networks": [network.describe() for network in self.networks],
            "target": None if self.target is None else self.target.describe(),
            "outline": None if self.outline is None else self.outline.round(4).tolist(),
            "xlim": self.xlim,
            "ylim": self.ylim,
            "xticks": find_ticks(*self.xlim, 8),
            "yticks": find_ticks(*self.ylim, 8),
            "grid": GRID,
            "points": points,
            "draggable": self.draggable,
            "formulas": self._formulas,
            "presets": [
                {"label": p.label, "at": [self.sliders[0].nearest(float(p.values[0] or 0))]}
                for p in self.presets
            ],
        }

    def film_positions(self) -> list[int]:
        """Return the first four presets, or four positions spread over the slider."""
        if len(self.presets) > 1:
            return list(dict.fromkeys(self.index(*preset.values) for preset in self.presets))[:4]
        places = np.linspace(0, len(self.networks) - 1, 4).round().astype(int)
        return [int(place) for place in dict.fromkeys(places)]

    def filmstrip(self) -> MatplotlibFigure:
        """Draw the regions at `film_positions` side by side."""
        from chainrule.sweep.film_field import draw_field

        return draw_field(self)
