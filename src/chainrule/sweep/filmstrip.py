"""Matplotlib pictures of a few positions, for paper, feedback and places that run no script."""

from __future__ import annotations

import io
import textwrap
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure
from PIL import Image

from chainrule.sweep.marks import Bars
from chainrule.sweep.plot import colours

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from chainrule.sweep.evaluate import Evaluated
    from chainrule.sweep.field import Field
    from chainrule.sweep.plot import Sweep

#: The light palette of figure.css.
PALETTE = ("#0068a8", "#b84a00", "#00704a", "#8a3a78", "#6b5900")
INK, SOFT, RULE = "#1b1d21", "#5a616b", "#d5d9df"
#: Twins of FORMS and DASHES in sweep.js: what has another colour has another form too.
FORMS = "os^Dv"
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 2)))


def write_png(figure: MatplotlibFigure, dpi: int = 80) -> bytes:
    """Return the figure as PNG bytes, the same at every build; 64 colours weigh a third."""
    full, small = io.BytesIO(), io.BytesIO()
    figure.savefig(full, format="png", dpi=dpi, metadata={"Software": None})
    full.seek(0)
    Image.open(full).convert("RGB").quantize(64, dither=Image.Dither.NONE).save(
        small, "PNG", optimize=True
    )
    return small.getvalue()


def draw_sweep(sweep: Sweep) -> MatplotlibFigure:
    """Draw every panel (rows) at the positions of the filmstrip (columns)."""
    positions = sweep.film_positions()
    rows, columns = len(sweep.panels), len(positions)
    figure = MatplotlibFigure(figsize=(10, 0.5 + 2.3 * rows), layout="constrained")
    grid = figure.subplots(rows, columns, squeeze=False, sharey="row")
    for row, axes_row in enumerate(grid):
        for axes, index in zip(axes_row, positions, strict=True):
            draw_panel(axes, sweep, row, index)
            if row == 0:
                write(axes.set_title, name_position(sweep, index), fontsize=10)
        write_legend(axes_row[-1])
        if sweep.panels[row].y:
            write(axes_row[0].set_ylabel, sweep.panels[row].y, fontsize=9)
    return figure


def name_position(sweep: Sweep | Field, index: int) -> str:
    """Return "k = 5.00" for a position, or the name of the preset that stands there."""
    for preset in sweep.presets:
        if sweep.index(*preset.values) == index and None not in preset.values:
            return textwrap.fill(preset.label, 26)
    data = sweep.spec["sliders"]
    places = zip(data, sweep.unravel(index), strict=True)
    return ", ".join(f"{slider['name']} = {slider['texts'][place]}" for slider, place in places)


def draw_panel(axes: Axes, sweep: Sweep, row: int, index: int) -> None:
    """Draw one panel at one position."""
    panel, marks = sweep.panels[row], sweep.marks[row]
    bars = [mark for mark in marks if isinstance(mark.mark, Bars)]
    solid = [mark for mark in bars if not mark.mark.ghost]
    for mark, colour in reversed(list(zip(marks, colours(marks), strict=True))):
        draw_mark(axes, mark, colour % 5, index, solid)
    (xlim, ylim) = sweep.limits[row]
    axes.set(xlim=xlim, ylim=ylim, yscale="log" if panel.log else "linear")
    if panel.equal:
        axes.set_aspect("equal")
    if bars:
        axes.set_xticks(bars[0].x[0], bars[0].names, fontsize=8, parse_math=False)
    write(axes.set_xlabel, panel.x, fontsize=9)
    axes.tick_params(labelsize=8, colors=SOFT)
    if panel.bare:
        axes.axis("off")
    axes.spines[["top", "right"]].set_visible(False)


def write_legend(axes: Axes) -> None:
    """Name the marks of a panel, when there is more than one name."""
    handles, labels = axes.get_legend_handles_labels()
    if len(labels) < 2:
        return
    legend = axes.legend(handles[::-1], labels[::-1], fontsize=7, frameon=False)
    for text in legend.get_texts():
        text.set_parse_math(False)


def draw_mark(axes: Axes, mark: Evaluated, style: int, index: int, bars: list[Evaluated]) -> None:
    """Draw one mark at one position in the given style of the palette, a ghost in grey dashes."""
    x, y = mark.at(index)
    ghost = mark.mark.ghost
    colour, dashes = (SOFT, "--") if ghost else (PALETTE[style], DASHES[style])
    form = "o" if ghost else FORMS[style]
    name = mark.mark.label or "_"  # Matplotlib leaves such names out of its legend
    match mark.mark.kind:
        case "line":
            marker = form if getattr(mark.mark, "dots", False) else ""
            thin = getattr(mark.mark, "thin", False)
            dashes = "-" if thin or marker else dashes
            width = 0.7 if thin else 1 if ghost else 1.8
            axes.plot(x, y, marker=marker, ms=3, lw=width, ls=dashes, color=colour, label=name)
        case "text":
            axes.text(
                x[0],
                y[0],
                mark.mark.label,
                color=colour,
                ha="center",
                va="center",
                fontsize=9,
                parse_math=False,
            )
        case "points":
            size, fill = 5 if len(x) < 25 else 2.5, "none" if ghost else colour
            axes.plot(x, y, form, ms=size, color=colour, mfc=fill, label=name)
        case "band":
            assert mark.low is not None
            low = mark.low[min(index, len(mark.low) - 1)]
            axes.fill_between(x, low, y, color=colour, alpha=0.2, lw=0, label=name)
        case "bars":
            wide, slot = (0.76, 0) if ghost else (0.76 / len(bars), bars.index(mark))
            place = x - 0.38 + wide * (slot + 0.5)
            fill, edge = ("none", colour) if ghost else (colour, "white" if slot else "none")
            look: dict[str, Any] = {"color": fill, "edgecolor": edge, "ls": "--" if ghost else "-"}
            height, stripes = np.nan_to_num(y), "////" if slot else None
            axes.bar(place, height, wide * 0.9, hatch=stripes, label=name, **look)


def write(setter: Any, text: str, **style: Any) -> None:
    """Write a text as it stands: a student's `$` starts no formula."""
    setter(text, parse_math=False, **style)
