"""The third face: the kernel draws every position afresh into one picture."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from matplotlib.figure import Figure as MatplotlibFigure

from chainrule.sweep.evaluate import evaluate_mark
from chainrule.sweep.page import read
from chainrule.sweep.plot import Sweep
from chainrule.sweep.widget import build_control

if TYPE_CHECKING:
    from chainrule.sweep.figure import Figure


def build_live(figure: Figure) -> Any:
    """Return sliders and a picture that the kernel redraws, with the sentence below.

    The functions are called again at every move, and no Output widget is used: those can stall
    a run.

    Raises:
        TypeError: the figure is no sweep; the other kinds never need the kernel.
    """
    import ipywidgets

    if not isinstance(figure, Sweep):
        raise TypeError(f"{figure.title}: only a sweep is drawn live; use .widget() for this one")
    picture = LivePicture(figure)
    places = figure.unravel(figure.start)
    pairs = [build_control(s, p) for s, p in zip(figure.sliders, places, strict=True)]
    image = ipywidgets.Image(format="png", layout=ipywidgets.Layout(width="min(720px, 100%)"))
    caption = build_words_class()(names=[s.name for s in figure.sliders if not s.choice])

    def redraw(_: object = None) -> None:
        index = 0
        for slider, (control, trait) in zip(figure.sliders, pairs, strict=True):
            index = index * len(slider.values) + getattr(control, trait)
        caption.value = figure.sentences[index]
        image.value = picture.draw(index)

    for control, trait in pairs:
        control.observe(redraw, trait)
    redraw()
    panel = ipywidgets.VBox([*(control for control, _ in pairs), image, caption])
    panel.sliders, panel.image = tuple(control for control, _ in pairs), image
    return panel


@cache
def build_words_class() -> Any:
    """Return the anywidget class of the sentence; made on first use, like the view's."""
    import anywidget
    import traitlets

    class Words(anywidget.AnyWidget):
        """The sentence; in the browser also the picture's alternative text.

        Attributes:
            value: the sentence.
            names: what the sliders above are called, in order.
        """

        _esm = read("words.js")
        value = traitlets.Unicode("").tag(sync=True)
        names = traitlets.List(traitlets.Unicode()).tag(sync=True)

    return Words


class LivePicture:
    """One persistent Matplotlib figure whose artists are moved, which is faster than new ones."""

    def __init__(self, sweep: Sweep) -> None:
        from chainrule.sweep.filmstrip import draw_panel

        self.sweep = sweep
        count = len(sweep.panels)
        self.figure = MatplotlibFigure(figsize=(7.5 if count < 2 else 11, 3.6), dpi=96)
        self.axes = self.figure.subplots(1, count, squeeze=False)[0]
        for row, axes in enumerate(self.axes):
            draw_panel(axes, sweep, row, sweep.start)
        self.figure.tight_layout()

    def draw(self, index: int) -> bytes:
        """Return the PNG of one position."""
        for row, axes in enumerate(self.axes):
            self.move_artists(axes, row, index)
        buffer = io.BytesIO()
        self.figure.savefig(buffer, format="png", pil_kwargs={"compress_level": 1})
        return buffer.getvalue()

    def move_artists(self, axes: Any, row: int, index: int) -> None:
        """Evaluate every mark of one panel afresh; its artists were drawn last mark first."""
        lines, boxes, bands = iter(axes.lines), iter(axes.containers), iter(axes.collections)
        texts = iter(axes.texts)
        names = [slider.name for slider in self.sweep.sliders]
        for mark in reversed(self.sweep.panels[row].marks):
            now = evaluate_mark(mark, [self.sweep.positions[index]], names)
            x, y = now.at(0)
            match mark.kind:
                case "bars":
                    for bar, height in zip(next(boxes), np.nan_to_num(y), strict=True):
                        bar.set_height(height)
                case "band":
                    assert now.low is not None
                    next(bands).set_data(x, now.low[0], y)
                case "text":
                    next(texts).set_position((x[0], y[0]))
                case _:
                    next(lines).set_data(x, y)
