"""The third face: the kernel draws every position afresh into one picture."""

from __future__ import annotations

import io
from functools import cache
from typing import TYPE_CHECKING, Any

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
    """Draws one position of a sweep at a time, from functions that are called again."""

    def __init__(self, sweep: Sweep) -> None:
        self.sweep = sweep
        self.names = [slider.name for slider in sweep.sliders]

    def draw(self, index: int) -> bytes:
        """Return the PNG of one position."""
        from PIL import Image

        from chainrule.sweep.filmstrip import draw_position, pixels

        position = [self.sweep.positions[index]]
        marks = [
            [evaluate_mark(mark, position, self.names) for mark in panel.marks]
            for panel in self.sweep.panels
        ]
        buffer = io.BytesIO()
        picture = pixels(draw_position(self.sweep, marks), dpi=96)
        Image.fromarray(picture).save(buffer, "PNG", compress_level=1)
        return buffer.getvalue()
