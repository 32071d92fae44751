"""One figure, three faces: HTML without a kernel, a linked widget, a live picture."""

from __future__ import annotations

import base64
from abc import ABC, abstractmethod
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chainrule.sweep.marks import Slider

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure


class Figure(ABC):
    """What `Sweep`, `Steps` and `Field` have in common.

    A position of the figure is one index: the sliders' own indices combined, the last one fastest.
    """

    #: Which JavaScript renderer draws it.
    kind: str = ""
    title: str
    sliders: tuple[Slider, ...]

    @property
    @abstractmethod
    def sentences(self) -> list[str]:
        """One sentence for each position: at once caption, alternative text and aria-valuetext."""

    @abstractmethod
    def describe(self) -> dict[str, Any]:
        """Return the plain data that the renderer draws from."""

    @abstractmethod
    def filmstrip(self) -> MatplotlibFigure:
        """Draw a few positions side by side, for paper and for places that run no script."""

    @abstractmethod
    def film_positions(self) -> list[int]:
        """Return the positions of the filmstrip, at most four."""

    @cached_property
    def start(self) -> int:
        """The position shown first."""
        return self.index(*(slider.start for slider in self.sliders))

    def index(self, *values: float | None) -> int:
        """Return the position nearest to the values; None stands for a slider's start."""
        index = 0
        for slider, value in zip(self.sliders, values, strict=True):
            wanted = slider.start if value is None else value
            index = index * len(slider.values) + (0 if wanted is None else slider.nearest(wanted))
        return index

    def unravel(self, index: int) -> tuple[int, ...]:
        """Return the index of each slider at a position."""
        result: list[int] = []
        for slider in reversed(self.sliders):
            index, place = divmod(index, len(slider.values))
            result.insert(0, place)
        return tuple(result)

    def sentence(self, *values: float | None) -> str:
        """Return the sentence at the given slider values, or at the start."""
        return self.sentences[self.index(*values) if values else self.start]

    @cached_property
    def spec(self) -> dict[str, Any]:
        """Everything the browser needs, as plain data."""
        return {
            "kind": self.kind,
            "title": self.title,
            "sliders": [describe_slider(slider) for slider in self.sliders],
            "start": list(self.unravel(self.start)),
            "sentences": self.sentences,
            **self.describe(),
        }

    @cached_property
    def png(self) -> str:
        """The filmstrip as a PNG in base64."""
        from chainrule.sweep.filmstrip import write_png

        return base64.b64encode(write_png(self.filmstrip())).decode("ascii")

    @property
    def alt(self) -> str:
        """What the filmstrip shows, in words."""
        told = dict.fromkeys(self.sentences[index] for index in self.film_positions())
        return f"{self.title}. " + " ".join(told)

    def html(self) -> str:
        """Return the figure as HTML that needs no kernel, network or widget manager."""
        from chainrule.sweep.page import write_html

        return write_html(self)

    def _repr_mimebundle_(
        self, include: Any = None, exclude: Any = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        bundle = {"text/html": self.html(), "image/png": self.png, "text/plain": self.sentence()}
        return bundle, {"image/png": {"alt": self.alt}}

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.title!r}: {self.sentence()}>"

    def widget(self) -> Any:
        """Return ipywidgets sliders linked in the browser to the same drawing.

        The panel's `.sliders` hold the positions that Python can read, `.view` is the drawing.
        """
        from chainrule.sweep.widget import build_panel

        return build_panel(self)

    def live(self) -> Any:
        """Return sliders that ask the kernel at every move and show the answer as a picture.

        Use it only where each position must be computed afresh: it is ten times slower.
        """
        from chainrule.sweep.live import build_live

        return build_live(self)


def describe_slider(slider: Slider) -> dict[str, Any]:
    """Return a slider's name and the text of each of its positions."""
    from chainrule.sweep.pack import show

    texts = list(slider.names) or [show(float(v), slider.digits) for v in slider.values]
    return {"name": slider.name, "texts": texts, "choice": slider.choice}
