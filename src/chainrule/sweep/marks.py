"""The words of a sweep: marks in panels, sliders with presets, a question before the answer."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
#: Numbers that stay, or a function of the slider values that gives them.
Data = ArrayLike | Callable[..., ArrayLike]
Limits = tuple[float, float]


@dataclass(frozen=True)
class Mark:
    """Something drawn in a panel.

    Attributes:
        x: abscissae, shape (p,); for bars the names of the categories.
        y: ordinates, shape (p,), or a function of the slider values that returns them.
        label: written beside the mark; one or two words.
        ghost: a limit or a reference to compare with, drawn grey and dashed.
        mine: `y` comes from the student: when it fails the figure says so and goes on.
        colour: index into the palette; by default the marks of a panel count up.
    """

    kind: ClassVar[str] = ""
    x: Any
    y: Data
    label: str = ""
    ghost: bool = False
    mine: bool = False
    colour: int | None = None


@dataclass(frozen=True)
class Line(Mark):
    """A curve through (x, y); NaN breaks it. With a callable `x` the path itself moves.

    Attributes:
        dots: whether to mark every point.
        thin: a hairline, for level lines and the like.
    """

    kind: ClassVar[str] = "line"
    dots: bool = False
    thin: bool = False


@dataclass(frozen=True)
class Points(Mark):
    """Separate points (x, y)."""

    kind: ClassVar[str] = "points"


@dataclass(frozen=True)
class Bars(Mark):
    """One bar per category, its value written above it. Several `Bars` stand side by side."""

    kind: ClassVar[str] = "bars"


@dataclass(frozen=True)
class Band(Mark):
    """The area between the curves `low` and `y`."""

    kind: ClassVar[str] = "band"
    low: Data = 0.0


@dataclass(frozen=True)
class Text(Mark):
    """The label itself, centred on its one point (x, y)."""

    kind: ClassVar[str] = "text"


@dataclass(frozen=True)
class Panel:
    """One pair of axes. Several panels stand side by side and move together.

    Attributes:
        marks: what is drawn, the first one in front.
        x, y: names of the axes.
        title: a few words above the panel.
        xlim, ylim: limits; by default all positions fit.
        log: whether the vertical axis is logarithmic.
        equal: whether one unit is the same length on both axes.
        bare: whether to leave out axes and ticks.
    """

    marks: Sequence[Mark]
    x: str = ""
    y: str = ""
    title: str = ""
    xlim: Limits | None = None
    ylim: Limits | None = None
    log: bool = False
    equal: bool = False
    bare: bool = False


@dataclass(frozen=True)
class Slider:
    """A parameter and the positions it can take.

    Attributes:
        name: what is written beside the slider ("k", "learning rate η").
        values: the positions, in order, at least two.
        start: the value shown first; the nearest position is taken.
        digits: decimals of the number written beside the slider.
        names: words for the positions, when the values are only numbers of cases.
        choice: show a few cases as buttons instead of a track.
    """

    name: str
    values: Sequence[float] | Floats
    start: float | None = None
    digits: int = 2
    names: Sequence[str] = ()
    choice: bool = False

    def nearest(self, value: float) -> int:
        """Return the index of the position nearest to `value`."""
        return int(np.argmin(np.abs(np.asarray(self.values, float) - value)))


def place(critical: Sequence[float], grid: ArrayLike) -> Floats:
    """Return slider positions on which the critical values stand exactly.

    Each critical value takes the place of the grid point nearest to it, or joins the grid where
    that point is already taken.
    """
    values = np.asarray(grid, float).copy()
    taken: set[int] = set()
    for value in critical:
        nearest = int(np.argmin(np.abs(values - value)))
        if nearest in taken:
            values = np.append(values, value)
        else:
            values[nearest] = value
            taken.add(nearest)
    return np.unique(values)


@dataclass(frozen=True)
class Preset:
    """A critical position with a name: one value for each slider (None leaves it where it is)."""

    label: str
    values: tuple[float | None, ...]

    @classmethod
    def at(cls, label: str, *values: float | None) -> Preset:
        """Return a preset: `Preset.at("η = 2/L", 1.0)`."""
        return cls(label, values)


@dataclass(frozen=True)
class Predict:
    """A question that the student answers by dragging before the slider unlocks.

    Attributes:
        question: one sentence that asks for a shape.
        values: where the sliders stand when the answer is shown.
        x: where the handles stand; for bars they stand on every bar.
        panel, mark: which mark is asked for.
    """

    question: str
    values: tuple[float, ...]
    x: Sequence[float] | Floats = field(default=())
    panel: int = 0
    mark: int = 0
