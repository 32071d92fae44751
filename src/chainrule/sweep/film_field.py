"""Matplotlib pictures of a network's regions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.patches import Polygon

from chainrule.sweep.field import GRID
from chainrule.sweep.filmstrip import INK, PALETTE, SOFT, name_position, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from chainrule.sweep.field import Field

#: Class 0 on the left, undecided in the middle, class 1 on the right, as in field.js.
COLOURS = LinearSegmentedColormap.from_list("regions", ["#e8c3a6", "#ffffff", "#8cbbdb"])


def draw_field(field: Field) -> MatplotlibFigure:
    """Draw the output at the positions of the filmstrip, side by side."""
    positions = field.film_positions()
    figure = MatplotlibFigure(figsize=(10, 2.9), layout="constrained")
    for axes, index in zip(
        figure.subplots(1, len(positions), squeeze=False)[0], positions, strict=True
    ):
        draw_regions(axes, field, index)
        write(axes.set_title, name_position(field, index), fontsize=10)
    return figure


def draw_regions(axes: Axes, field: Field, index: int) -> None:
    """Draw the output, the lines of the first layer, the target's edge and the data."""
    network = field.networks[index]
    output = network(field.grid).reshape(GRID, GRID)
    box: Any = (*field.xlim, *field.ylim)
    axes.imshow(output, extent=box, cmap=COLOURS, vmin=0, vmax=1, aspect="auto")
    first = network.layers[0]
    if field.draggable:
        for k, (w, b) in enumerate(zip(first.W, first.b, strict=True)):
            draw_line(axes, field, w, b, PALETTE[k % 5])
    if field.outline is not None:
        axes.add_patch(Polygon(field.outline, closed=True, fill=False, ec=INK, ls=":", lw=1.6))
    if field.points is not None:
        x, y = field.points
        for value, marker, colour in ((0, "s", PALETTE[1]), (1, "o", PALETTE[0])):
            chosen = x[y == value]
            axes.plot(
                chosen[:, 0], chosen[:, 1], marker, ms=3.5, color=colour, mec="white", mew=0.4
            )
    axes.set(xlim=field.xlim, ylim=field.ylim)
    axes.tick_params(labelsize=8, colors=SOFT)


def draw_line(axes: Axes, field: Field, w: Any, b: float, colour: str) -> None:
    """Draw the line w·x + b = 0."""
    if abs(w[1]) >= abs(w[0]):
        x = np.array(field.xlim)
        axes.plot(x, -(b + w[0] * x) / w[1], color=colour, lw=1.6)
    elif w[0]:
        y = np.array(field.ylim)
        axes.plot(-(b + w[1] * y) / w[0], y, color=colour, lw=1.6)
