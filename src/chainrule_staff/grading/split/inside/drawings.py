"""What a student drew, as plain data: for hidden cells that declare that they look at figures."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np

MAX_FIGURES = 20
MAX_ARTISTS = 50  # of each kind in one pair of axes


class Drawings:
    """Describes every figure when it is shown."""

    def __init__(self) -> None:
        self.seen: list[dict[str, Any]] = []
        self.watching = False

    def watch(self, shell: Any) -> None:
        """Describe what is shown from now on."""
        if self.watching:
            return
        self.watching = True
        formatter = shell.display_formatter
        original = formatter.format

        def describe_and_format(shown: Any, *args: Any, **options: Any) -> Any:
            pyplot = sys.modules.get("matplotlib.pyplot")
            if pyplot is not None and isinstance(shown, pyplot.Figure):
                self.seen.append(describe(shown))
                del self.seen[:-MAX_FIGURES]
            return original(shown, *args, **options)

        formatter.format = describe_and_format


def describe(figure: Any) -> dict[str, Any]:
    """Return the axes of a figure: texts, scales, lines (x, y, label) and images (arrays)."""
    return {"title": figure.get_suptitle(), "axes": [describe_axes(a) for a in figure.axes[:20]]}


def describe_axes(axes: Any) -> dict[str, Any]:
    """Return what one pair of axes shows."""
    told = {"title", "xlabel", "ylabel", "xscale", "yscale"}
    shown: dict[str, Any] = {name: str(getattr(axes, f"get_{name}")()) for name in sorted(told)}
    legend = axes.get_legend()
    shown["legend"] = [text.get_text() for text in legend.get_texts()] if legend else []
    shown["lines"] = [
        {
            "x": np.asarray(line.get_xdata(), dtype=float),
            "y": np.asarray(line.get_ydata(), dtype=float),
            "label": str(line.get_label()),
        }
        for line in axes.get_lines()[:MAX_ARTISTS]
    ]
    shown["images"] = [np.asarray(image.get_array()) for image in axes.get_images()[:MAX_ARTISTS]]
    return shown
