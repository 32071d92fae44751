"""Things that Matplotlib does twice. The pictures stay the same, byte for byte."""

from __future__ import annotations

import functools
import io
import types
from pathlib import Path
from typing import Any

from .kernel import Kernel


def tune() -> None:
    """Make fonts and labels cheap."""
    share_math_text()
    keep_fonts_in_memory()


def share_math_text() -> None:
    """Let all renderers share one cache of parsed labels.

    Matplotlib makes a parser per renderer and caches by parser, so that every figure parses the
    tick labels of a logarithmic axis anew.
    """
    from matplotlib import mathtext

    parser: Any = mathtext.MathTextParser
    if "__eq__" in vars(parser):
        return
    parser._parse_cached = functools.lru_cache(4096)(parser._parse_cached.__wrapped__)
    parser.__hash__ = lambda self: hash(self._output_type)
    parser.__eq__ = lambda self, other: (
        type(other) is type(self) and other._output_type == self._output_type
    )


class FontFile(io.BytesIO):
    """A font file in memory that still says its path: Matplotlib asks with `str`."""

    def __init__(self, data: bytes, path: str) -> None:
        super().__init__(data)
        self.path = path

    def __str__(self) -> str:
        return self.path


def keep_fonts_in_memory() -> None:
    """Open fonts from memory: every glyph is a seek and a read, and a sandbox sees each seek."""
    from matplotlib import font_manager

    manager: Any = font_manager
    real = manager.ft2font
    read = functools.cache(lambda path: Path(path).read_bytes())

    def from_memory(path: Any, *args: Any, **options: Any) -> Any:
        return real.FT2Font(FontFile(read(str(path)), str(path)), *args, **options)

    manager.ft2font = types.SimpleNamespace(**{**vars(real), "FT2Font": from_memory})


def show_first(kernel: Kernel) -> None:
    """Show and close figures before pyplot redraws what is stale: each is drawn once, not twice."""
    callbacks = kernel.shell.events.callbacks["post_execute"]
    callbacks.sort(key=lambda call: getattr(call, "__name__", "") != "flush_figures")
