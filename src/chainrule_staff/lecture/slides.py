"""From the cells of a notebook that has run to slides: what stands together, in which order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from nbformat import NotebookNode

OPENING = ("slide", "subslide")


@dataclass
class Slide:
    """What is seen at once.

    Attributes:
        head: markdown above the figure, or all there is.
        figures: HTML or text of the outputs, in order.
        side: markdown beside the figure.
        notes: markdown that only the lecturer sees.
    """

    head: list[str] = field(default_factory=list)
    figures: list[str] = field(default_factory=list)
    side: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_question(self) -> bool:
        """Whether the slide asks the class: its first line ends with a question mark."""
        return not self.figures and self.head[0].split("\n")[0].endswith("?")


class LectureError(ValueError):
    """A lecture cannot be shown; names the notebook and the cell."""


def split_slides(notebook: NotebookNode) -> list[Slide]:
    """Return the slides of a notebook that has run; its code is not shown, its outputs are.

    Raises:
        LectureError: the first cell to be seen begins no slide.
    """
    slides: list[Slide] = []
    for number, cell in enumerate(notebook.cells, 1):
        kind = cell.metadata.get("slideshow", {}).get("slide_type", "")
        if kind == "skip":
            continue
        if kind in OPENING:
            slides.append(Slide())
        if not slides:
            raise LectureError(f'cell {number} begins no slide: give it slide="slide"')
        place(slides[-1], cell, kind)
    return [slide for slide in slides if slide.head or slide.figures]


def place(slide: Slide, cell: NotebookNode, kind: str) -> None:
    """Put a cell where it belongs on a slide."""
    if cell.cell_type == "code":
        slide.figures += show_outputs(cell.outputs)
    elif kind == "notes":
        slide.notes.append(cell.source)
    else:
        step = f'<div class="fragment">\n\n{cell.source}\n\n</div>'
        text = step if kind == "fragment" else cell.source
        (slide.side if slide.figures else slide.head).append(text)


def show_outputs(outputs: Sequence[NotebookNode]) -> Iterator[str]:
    """Yield the HTML of each output that has some; plain text goes into a frame."""
    for output in outputs:
        data = output.get("data", {"text/plain": output.get("text", "")})
        if "text/html" in data:
            yield data["text/html"]
        elif text := data.get("text/plain", "").strip():
            yield f"<pre>{escape(text)}</pre>"
