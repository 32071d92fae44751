"""Matplotlib pictures of a few positions, for paper, feedback and places that run no script."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from PIL import Image

from chainrule.sweep.marks import Band, Bars, Limits, Line, Panel, Points, Text
from chainrule.sweep.paper import (
    SMALL,
    SOFT,
    TICK,
    Box,
    Paper,
    Window,
    ticks_of,
    width_of,
    width_of_numbers,
)
from chainrule.sweep.plot import colours

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

    from chainrule.sweep.evaluate import Evaluated
    from chainrule.sweep.field import Field
    from chainrule.sweep.plot import Sweep

#: The light palette of figure.css.
PALETTE = ("#0068a8", "#b84a00", "#00704a", "#8a3a78", "#6b5900")
RULE = "#d5d9df"
#: Twins of FORMS and DASHES in sweep.js: what has another colour has another form too.
FORMS = "os^Dv"
DASHES: tuple[Any, ...] = ("-", (0, (5, 2)), (0, (1, 1.5)), (0, (6, 2, 1, 2)), (0, (3, 2)))

WIDE, HIGH = 720.0, 130.0  # points: the filmstrip, and one row of windows
GAP, EDGE = 20.0, 8.0  # between two columns, and at the edges of the paper
LINE = 14.0  # from one line of words to the next
KEY = 17.0  # height of the line that names the marks
NUMBERS = TICK + SMALL + 4  # what the numbers below a window take
SAMPLE = 20.0  # length of a line in the key


def write_png(figure: MatplotlibFigure, dpi: int = 80) -> bytes:
    """Return the figure as PNG bytes, the same at every build; 64 colours weigh a third."""
    picture, written = Image.fromarray(pixels(figure, dpi)), io.BytesIO()
    picture.quantize(64, dither=Image.Dither.NONE).save(written, "PNG")
    return written.getvalue()


def pixels(figure: MatplotlibFigure, dpi: int) -> np.ndarray[Any, np.dtype[np.uint8]]:
    """Return the figure as red, green and blue, shape (height, width, 3)."""
    figure.set_dpi(dpi)
    canvas: Any = FigureCanvasAgg(figure)
    canvas.draw()
    return np.ascontiguousarray(np.asarray(canvas.buffer_rgba())[..., :3])


def draw_sweep(sweep: Sweep) -> MatplotlibFigure:
    """Draw every panel (rows) at the positions of the filmstrip (columns), under their names."""
    positions = sweep.film_positions()
    titles = [name_position(sweep, index) for index in positions]
    heads = [space_for_titles(titles), *[0.0] * (len(sweep.panels) - 1)]
    keys = [KEY * has_key(marks) for marks in sweep.marks]
    feet = [space_below(panel) for panel in sweep.panels]
    paper = Paper(WIDE, EDGE + sum(heads) + sum(keys) + sum(feet) + HIGH * len(feet))
    rows = list(zip(sweep.panels, sweep.marks, sweep.limits, strict=True))
    left = max(space_beside(panel, limits) for panel, _, limits in rows)
    wide = width_of_columns(left, len(positions))
    top = paper.high - EDGE
    for row, (panel, marks, limits) in enumerate(rows):
        if has_key(marks):
            write_key(paper, left, top - LINE / 2, marks)
        bottom = top - keys[row] - heads[row] - HIGH
        for column, index in enumerate(positions):
            box = (left + column * (wide + GAP), bottom, wide, HIGH)
            draw_panel(paper, box, panel, marks, limits, index, words=column == 0)
            if row == 0:
                paper.write(
                    box[0] + wide / 2, bottom + HIGH + heads[0] / 2, titles[column], fontsize=10
                )
        top = bottom - feet[row]
    return paper.figure


def draw_position(sweep: Sweep, marks: Sequence[Sequence[Evaluated]]) -> MatplotlibFigure:
    """Draw the panels side by side, from marks that were evaluated at one position only."""
    paper = Paper(540 if len(marks) == 1 else 792, 260)
    share = (paper.wide - EDGE) / len(marks)
    below = max(space_below(panel) for panel in sweep.panels)
    for column, (panel, some) in enumerate(zip(sweep.panels, marks, strict=True)):
        limits = sweep.limits[column]
        beside = space_beside(panel, limits)
        left, key = column * share + beside, KEY * has_key(some)
        box = (left, below, share - beside, paper.high - below - EDGE - key)
        draw_panel(paper, box, panel, some, limits, index=0)
        if key:
            write_key(paper, left, paper.high - LINE / 2, some)
    return paper.figure


def name_position(sweep: Sweep | Field, index: int) -> str:
    """Return "k = 5.00" for a position, or the name of the preset that stands there."""
    for preset in sweep.presets:
        if sweep.index(*preset.values) == index and None not in preset.values:
            return textwrap.fill(preset.label, 26)
    data = sweep.spec["sliders"]
    places = zip(data, sweep.unravel(index), strict=True)
    return ", ".join(f"{slider['name']} = {slider['texts'][place]}" for slider, place in places)


def space_for_titles(titles: Sequence[str]) -> float:
    """Return how much paper the names of the positions take."""
    return LINE * (1 + max(title.count("\n") for title in titles))


def width_of_columns(left: float, count: int) -> float:
    """Return how wide each of the windows is that stand side by side."""
    return (WIDE - left - EDGE - GAP * (count - 1)) / count


def space_below(panel: Panel) -> float:
    """Return how much paper the numbers and the name below a window take."""
    return EDGE + (NUMBERS + LINE * bool(panel.x)) * (not panel.bare)


def space_beside(panel: Panel, limits: tuple[Limits, Limits]) -> float:
    """Return how much paper the numbers and the name left of a window take."""
    if panel.bare:
        return EDGE
    return EDGE + LINE * bool(panel.y) + width_of_numbers(ticks_of(limits[1], panel.log))


def draw_panel(
    paper: Paper,
    box: Box,
    panel: Panel,
    marks: Sequence[Evaluated],
    limits: tuple[Limits, Limits],
    index: int,
    words: bool = True,
) -> None:
    """Draw one panel at one position; `words` says whether something stands left of it."""
    window = Window(paper, box, *limits, log=panel.log, equal=panel.equal)
    for mark, style, slot in reversed(in_style(marks)):
        draw_mark(window, mark, style, slot, index)
    if panel.bare:
        return
    bars = next((mark for mark in marks if isinstance(mark.mark, Bars)), None)
    names = list(zip(bars.x[0].tolist(), bars.names, strict=True)) if bars else None
    yticks = ticks_of(limits[1], panel.log)
    window.frame(names or ticks_of(limits[0], count=4), yticks, numbers=words)
    left, bottom, wide, high = window.box
    paper.write(left + wide / 2, bottom - NUMBERS - LINE / 2, panel.x, fontsize=9)
    if words:
        beside = left - space_beside(panel, limits) + (EDGE + LINE) / 2
        paper.write(beside, bottom + high / 2, panel.y, fontsize=9, rotation=90)


#: Which of how many bars that stand side by side.
Slot = tuple[int, int]


def in_style(marks: Sequence[Evaluated]) -> list[tuple[Evaluated, int, Slot]]:
    """Return every mark with its place in the palette, and for bars with the slot they stand in."""
    solid = [isinstance(m.mark, Bars) and not m.mark.ghost for m in marks]
    slots = [(sum(solid[:k]), sum(solid)) if solid[k] else (0, 1) for k in range(len(marks))]
    return list(zip(marks, [c % len(PALETTE) for c in colours(marks)], slots, strict=True))


def draw_mark(window: Window, mark: Evaluated, style: int, slot: Slot, index: int) -> None:
    """Draw one mark at one position in the given style of the palette, a ghost in grey dashes."""
    x, y = mark.at(index)
    told = mark.mark
    colour, dashes, form = PALETTE[style], DASHES[style], FORMS[style]
    if told.ghost:
        colour, dashes, form = SOFT, "--", "o"
    match told:
        case Line():
            dashes = "-" if told.thin or told.dots else dashes
            wide = 0.7 if told.thin else 1 if told.ghost else 1.8
            window.line(x, y, color=colour, ls=dashes, lw=wide)
            if told.dots:
                window.dots(x, y, form, color=colour, ms=3)
        case Text():
            window.write(x[0], y[0], told.label, color=colour, fontsize=9)
        case Points():
            fill = "none" if told.ghost else colour
            window.dots(x, y, form, color=colour, mfc=fill, ms=5 if len(x) < 25 else 2.5)
        case Band():
            assert mark.low is not None
            low = mark.low[min(index, len(mark.low) - 1)]
            window.area(x, low, y, color=colour, alpha=0.2)
        case Bars():
            place, of = slot
            wide = 0.76 / of
            look: dict[str, Any] = {"fc": colour, "ec": "white" if place else "none"}
            if told.ghost:
                look = {"fc": "none", "ec": colour, "ls": "--"}
            elif place:
                look["hatch"] = "////"
            window.bars(x - 0.38 + wide * (place + 0.5), np.nan_to_num(y), wide * 0.9, **look)


def has_key(marks: Sequence[Evaluated]) -> bool:
    """Return whether a panel has more than one name to tell."""
    return sum(map(is_named, marks)) > 1


def is_named(mark: Evaluated) -> bool:
    """Return whether the key names a mark; a text says itself what it is."""
    return bool(mark.mark.label) and not isinstance(mark.mark, Text)


def write_key(paper: Paper, left: float, middle: float, marks: Sequence[Evaluated]) -> None:
    """Name the marks of a panel on one line, each beside a small example of it."""
    for mark, style, slot in in_style(marks):
        if not is_named(mark):
            continue
        window = Window(paper, (left, middle - 4, SAMPLE, 8), (-0.5, 0.5), (0, 1))
        few = np.zeros((1, 1)) if isinstance(mark.mark, Points | Bars) else np.array([[-0.5, 0.5]])
        high = np.full_like(few, 1.0 if isinstance(mark.mark, Band | Bars) else 0.5)
        sample = replace(mark, x=few, y=high, low=np.zeros_like(few))
        draw_mark(window, sample, style, slot, 0)
        left += SAMPLE + 6
        paper.write(left, middle, mark.mark.label, fontsize=SMALL, ha="left")
        left += width_of(mark.mark.label, SMALL) + 12
