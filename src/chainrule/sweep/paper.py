"""A sheet of paper for filmstrips: Matplotlib's lines and words without Matplotlib's axes.

A filmstrip has up to eight pairs of axes. Of the 60 ms that Matplotlib takes for one, nearly all
goes into ticks, each an object with three lines and two texts, and into the layout, for which
everything is measured twice. A filmstrip knows where everything stands, so it draws a whole pair
of axes as one line and a few words, four times as fast.

All lengths are points (1/72 inch) from the lower left corner.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.image import BboxImage
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Polygon, Rectangle
from matplotlib.transforms import Affine2D, Bbox, TransformedBbox

from chainrule.sweep.marks import Floats, Limits
from chainrule.sweep.ticks import Tick, find_decades, find_ticks

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

INK, SOFT = "#1b1d21", "#5a616b"
SMALL = 8  # the size of the numbers at the ticks
OUT = 3.0  # how far a point may reach out of its window
TICK = 3.5
FAR = 1e6  # beyond every edge, and harmless in Matplotlib's arithmetic

#: Left, bottom, width, height.
Box = tuple[float, float, float, float]


class Paper:
    """A white sheet; `figure` is the Matplotlib figure to be saved."""

    def __init__(self, wide: float, high: float) -> None:
        self.wide, self.high = wide, high
        self.figure = MatplotlibFigure(figsize=(wide / 72, high / 72), facecolor="white")
        self.points = Affine2D().scale(1 / 72) + self.figure.dpi_scale_trans

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Write a text as it stands: a student's `$` starts no formula."""
        style = {"color": INK, "ha": "center", "va": "center", **style}
        self.figure.text(x, y, text, transform=self.points, parse_math=False, **style)

    def draw(self, artist: Line2D | Patch, within: Bbox | None = None) -> None:
        """Draw lines or a shape whose coordinates are points, cut off at the edges of a box."""
        artist.set_transform(self.points)
        if within is not None:
            artist.set_clip_box(TransformedBbox(within, self.points))
        self.figure.add_artist(artist)


class Window:
    """A rectangle on the paper that shows a part of the plane.

    Args:
        paper: where it stands.
        box: its place.
        xlim, ylim: what it shows; limits may fall.
        log: whether the vertical axis is logarithmic.
        equal: whether one unit is the same length on both axes; what is too much of the box
            stays free.
    """

    def __init__(
        self,
        paper: Paper,
        box: Box,
        xlim: Limits,
        ylim: Limits,
        *,
        log: bool = False,
        equal: bool = False,
    ) -> None:
        self.paper, self.xlim, self.ylim, self.log = paper, xlim, ylim, log
        low, high = np.log10(ylim) if log else ylim
        self._low, self._high = float(low), float(high)
        self.box = fit(box, abs(xlim[1] - xlim[0]), abs(ylim[1] - ylim[0])) if equal else box
        self.edges = Bbox.from_bounds(*self.box)

    def at(self, x: ArrayLike, y: ArrayLike) -> tuple[Floats, Floats]:
        """Return where (x, y) stands on the paper; nan for what has no logarithm."""
        left, bottom, wide, high = self.box
        across, up = np.asarray(x, float), np.asarray(y, float)
        if self.log:
            up = np.log10(np.where(up > 0, up, np.nan))
        first, last = self.xlim
        with np.errstate(all="ignore"):
            across = left + wide * (across - first) / (last - first)
            up = bottom + high * (up - self._low) / (self._high - self._low)
        return np.clip(across, -FAR, FAR), np.clip(up, -FAR, FAR)

    def line(self, x: ArrayLike, y: ArrayLike, **style: Any) -> None:
        """Draw a line through points; nan breaks it."""
        self.paper.draw(Line2D(*self.at(x, y), **style), self.edges)

    def dots(self, x: ArrayLike, y: ArrayLike, form: str, **style: Any) -> None:
        """Draw separate points; one on the edge is drawn whole."""
        self.paper.draw(Line2D(*self.at(x, y), ls="", marker=form, **style), self.edges.padded(OUT))

    def area(self, x: ArrayLike, low: ArrayLike, high: ArrayLike, **style: Any) -> None:
        """Fill what lies between two curves, with a gap where one of them is nan."""
        across, top = self.at(x, high)
        bottom = self.at(x, low)[1]
        whole = np.isfinite(across + top + bottom)
        for part in np.split(np.arange(len(across)), np.flatnonzero(~whole)):
            inner = part[whole[part]]
            if len(inner) > 1:
                there = np.column_stack([across[inner], top[inner]])
                back = np.column_stack([across[inner], bottom[inner]])[::-1]
                self.paper.draw(Polygon(np.concatenate([there, back]), lw=0, **style), self.edges)

    def shape(self, corners: Floats, **style: Any) -> None:
        """Draw a polygon with the given corners, shape (p, 2)."""
        self.paper.draw(Polygon(np.column_stack(self.at(*corners.T)), **style), self.edges)

    def bars(self, x: Floats, height: Floats, wide: float, **style: Any) -> None:
        """Draw a bar of the given width, in units of x, on each x."""
        left, base = self.at(x - wide / 2, np.zeros(len(x)))
        right, top = self.at(x + wide / 2, height)
        for corner, end, low, high in zip(left, right, base, top, strict=True):
            self.paper.draw(Rectangle((corner, low), end - corner, high - low, **style), self.edges)

    def image(self, values: Floats, **style: Any) -> None:
        """Fill the window with an array, row by row from the top."""
        box = TransformedBbox(self.edges, self.paper.points)
        image = BboxImage(box, interpolation="nearest", **style)
        image.set_data(values)
        self.paper.figure.add_artist(image)

    def write(self, x: float, y: float, text: str, **style: Any) -> None:
        """Write a text at (x, y)."""
        across, up = self.at(x, y)
        self.paper.write(float(across), float(up), text, **style)

    def frame(self, xticks: Sequence[Tick], yticks: Sequence[Tick], numbers: bool = True) -> None:
        """Draw both axes with their ticks; `numbers` says whether the vertical ones have any."""
        left, bottom, wide, high = self.box
        across = self.at([value for value, _ in xticks], np.full(len(xticks), self.ylim[0]))[0]
        up = self.at(np.full(len(yticks), self.xlim[0]), [value for value, _ in yticks])[1]
        strokes = [[(left, bottom + high), (left, bottom), (left + wide, bottom)]]
        strokes += [[(x, bottom), (x, bottom - TICK)] for x in across]
        strokes += [[(left, y), (left - TICK, y)] for y in up]
        gap = [(np.nan, np.nan)]
        path = np.array([point for stroke in strokes for point in stroke + gap])
        self.paper.draw(Line2D(*path.T, color=INK, lw=0.8, snap=True))
        style: dict[str, Any] = {"fontsize": SMALL, "color": SOFT}
        for x, (_, text) in zip(across, xticks, strict=True):
            self.paper.write(x, bottom - TICK - 2, text, va="top", **style)
        for y, (_, text) in zip(up, yticks, strict=True) if numbers else ():
            self.paper.write(left - TICK - 2, y, text, ha="right", **style)


def fit(box: Box, wide: float, high: float) -> Box:
    """Return the largest rectangle of the given proportions in the middle of a box."""
    scale = min(box[2] / wide, box[3] / high)
    wide, high = wide * scale, high * scale
    return box[0] + (box[2] - wide) / 2, box[1] + (box[3] - high) / 2, wide, high


def ticks_of(limits: Limits, log: bool = False, count: int = 5) -> list[Tick]:
    """Return the ticks of an axis."""
    return find_decades(*limits) if log else find_ticks(*limits, count)


def width_of_numbers(ticks: Sequence[Tick]) -> float:
    """Return how much paper the numbers left of a window take; a narrow decade has none."""
    return TICK + 4 + max((width_of(text, SMALL) for _, text in ticks), default=0.0)


def width_of(text: str, size: float) -> float:
    """Return about how wide a line of text is, rather too much than too little."""
    return 0.64 * size * len(text)
