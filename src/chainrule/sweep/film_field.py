"""Matplotlib pictures of a network's regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from chainrule.sweep.field import GRID
from chainrule.sweep.filmstrip import (
    EDGE,
    GAP,
    NUMBERS,
    PALETTE,
    WIDE,
    name_position,
    space_for_titles,
    width_of_columns,
)
from chainrule.sweep.paper import INK, Paper, Window, ticks_of, width_of_numbers

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

    from chainrule.sweep.field import Field

#: Class 0 on the left, undecided in the middle, class 1 on the right, as in field.js.
COLOURS = LinearSegmentedColormap.from_list("regions", ["#e8c3a6", "#ffffff", "#8cbbdb"])
HIGH = 165.0  # points


def draw_field(field: Field) -> MatplotlibFigure:
    """Draw the output at the positions of the filmstrip, side by side."""
    positions = field.film_positions()
    titles = [name_position(field, index) for index in positions]
    head = space_for_titles(titles)
    paper = Paper(WIDE, EDGE + NUMBERS + HIGH + head + EDGE)
    yticks = ticks_of(field.ylim)
    left = EDGE + width_of_numbers(yticks)
    wide = width_of_columns(left, len(positions))
    for column, (index, title) in enumerate(zip(positions, titles, strict=True)):
        box = (left + column * (wide + GAP), EDGE + NUMBERS, wide, HIGH)
        window = Window(paper, box, field.xlim, field.ylim)
        draw_regions(window, field, index)
        window.frame(ticks_of(field.xlim, count=4), yticks, numbers=column == 0)
        paper.write(box[0] + wide / 2, box[1] + HIGH + head / 2, title, fontsize=10)
    return paper.figure


def draw_regions(window: Window, field: Field, index: int) -> None:
    """Draw the output, the lines of the first layer, the target's edge and the data."""
    network = field.networks[index]
    window.image(network(field.grid).reshape(GRID, GRID), cmap=COLOURS, clim=(0, 1))
    first = network.layers[0]
    if field.draggable:
        for k, (w, b) in enumerate(zip(first.W, first.b, strict=True)):
            draw_line(window, field, w, b, PALETTE[k % len(PALETTE)])
    if field.outline is not None:
        window.shape(field.outline, fill=False, ec=INK, ls=":", lw=1.6)
    if field.points is not None:
        x, y = field.points
        for value, form, colour in ((0, "s", PALETTE[1]), (1, "o", PALETTE[0])):
            chosen = x[y == value]
            window.dots(
                chosen[:, 0], chosen[:, 1], form, ms=3.5, color=colour, mec="white", mew=0.4
            )


def draw_line(window: Window, field: Field, w: Any, b: float, colour: str) -> None:
    """Draw the line w·x + b = 0."""
    if abs(w[1]) >= abs(w[0]):
        x = np.array(field.xlim)
        window.line(x, -(b + w[0] * x) / w[1], color=colour, lw=1.6)
    elif w[0]:
        y = np.array(field.ylim)
        window.line(-(b + w[1] * y) / w[0], y, color=colour, lw=1.6)
