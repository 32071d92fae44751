"""Figures that move: Python evaluates every position once, the browser draws.

The kinds of figure share one frame (title, formula, sliders, presets, sentence):

- `Sweep`: lines, bars, points and bands over one or two sliders;
- `Steps`: boxes and edges that change one step at a time, with a sentence for each;
- `Field`: a small network evaluated in the browser over a rectangle, with lines to drag.

Every figure has three faces: it displays itself as HTML that needs no kernel, `.widget()` makes an
ipywidgets control of it, and `.live()` asks the kernel at every move.
"""

from chainrule.sweep.field import Field, Layer, Network, Regions
from chainrule.sweep.marks import (
    Band,
    Bars,
    Line,
    Mark,
    Panel,
    Points,
    Predict,
    Preset,
    Slider,
    Text,
)
from chainrule.sweep.plot import Sweep
from chainrule.sweep.steps import Box, Edge, Frame, Scene, Steps

__all__ = [
    "Band",
    "Bars",
    "Box",
    "Edge",
    "Field",
    "Frame",
    "Layer",
    "Line",
    "Mark",
    "Network",
    "Panel",
    "Points",
    "Predict",
    "Preset",
    "Regions",
    "Scene",
    "Slider",
    "Steps",
    "Sweep",
    "Text",
]
