"""`Sweep`: lines, bars, points and bands over one or two sliders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from itertools import product
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.sweep.evaluate import Evaluated, Position, evaluate_mark
from chainrule.sweep.figure import Figure
from chainrule.sweep.marks import Bars, Floats, Limits, Panel, Predict, Preset, Slider
from chainrule.sweep.pack import MAX_BYTES, encode_floats, encode_json
from chainrule.sweep.ticks import find_decades, find_ticks

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

Say = Callable[..., str]
#: What is larger than this decides no limits, as infinity does not.
HUGE = 1e100


class Sweep(Figure):
    """A figure over all positions of one or two sliders, evaluated once.

    Args:
        title: what is shown, in a few words.
        sliders: one or two parameters.
        panels: the axes, side by side.
        sentence: called with the slider values; the one sentence that says what is seen.
        formula: the formula with its live numbers: `_{i}` and `^{2}` lower and raise,
            `[[1.25]]` marks a number that moves.
        presets: the critical positions, by name.
        predict: a question to be answered before the slider unlocks.

    Raises:
        ValueError: too many sliders, or more numbers than a figure may weigh.
    """

    kind = "sweep"

    def __init__(
        self,
        title: str,
        sliders: Sequence[Slider],
        panels: Sequence[Panel],
        sentence: Say,
        *,
        formula: Say | None = None,
        presets: Sequence[Preset] = (),
        predict: Predict | None = None,
    ) -> None:
        if not 1 <= len(sliders) <= 2:
            raise ValueError(
                f"{title}: a sweep has one or two sliders, this one has {len(sliders)}"
            )
        self.title, self.sliders, self.panels = title, tuple(sliders), tuple(panels)
        self.presets, self.predict = tuple(presets), predict
        self.positions: list[Position] = list(
            product(*([float(v) for v in slider.values] for slider in sliders))
        )
        names = [slider.name for slider in sliders]
        self.marks: list[list[Evaluated]] = [
            [evaluate_mark(mark, self.positions, names) for mark in panel.marks] for panel in panels
        ]
        self._sentences = [sentence(*position) for position in self.positions]
        self._formulas = [formula(*p) for p in self.positions] if formula else []

    @property
    def sentences(self) -> list[str]:
        """One sentence for each position."""
        return self._sentences

    @property
    def notes(self) -> list[str]:
        """What went wrong in the student's functions, one sentence each."""
        return [mark.note for marks in self.marks for mark in marks if mark.note]

    @cached_property
    def limits(self) -> list[tuple[Limits, Limits]]:
        """The limits (x, y) of every panel."""
        return [
            find_limits(panel, marks) for panel, marks in zip(self.panels, self.marks, strict=True)
        ]

    def describe(self) -> dict[str, Any]:
        """Return the panels with their numbers; refuse a figure that is too heavy."""
        sizes = [len(slider.values) for slider in self.sliders]
        arrays: dict[str, int] = {}
        data = {
            "panels": [
                describe_panel(panel, marks, limits, sizes, arrays)
                for panel, marks, limits in zip(self.panels, self.marks, self.limits, strict=True)
            ],
            "arrays": list(arrays),
            "formulas": self._formulas,
            "sentences": self.sentences,
            "notes": self.notes,
            "presets": [self.describe_preset(preset) for preset in self.presets],
            "predict": self.describe_predict(self.predict) if self.predict else None,
        }
        size = len(encode_json(data))
        if size > MAX_BYTES:
            raise ValueError(
                f"{self.title}: {size // 1000} kB of numbers, a figure may have "
                f"{MAX_BYTES // 1000}; use fewer than {len(self.positions)} positions, "
                "or fewer points on each line"
            )
        return data

    def describe_preset(self, preset: Preset) -> dict[str, Any]:
        """Return a preset's name and the index of each slider (None leaves it alone)."""
        places = [
            None if value is None else slider.nearest(value)
            for slider, value in zip(self.sliders, preset.values, strict=True)
        ]
        return {"label": preset.label, "at": places}

    def describe_predict(self, predict: Predict) -> dict[str, Any]:
        """Return the question, where the handles stand and what they will be compared with."""
        index = self.index(*predict.values)
        mark = self.marks[predict.panel][predict.mark]
        x, y = mark.at(index)
        handles = x if isinstance(mark.mark, Bars) else np.asarray(predict.x, float)
        return {
            "question": predict.question,
            "at": list(self.unravel(index)),
            "panel": predict.panel,
            "mark": predict.mark,
            "x": handles.tolist(),
            "y": np.interp(handles, x, y).tolist(),
            "names": list(mark.names),
        }

    def film_positions(self) -> list[int]:
        """Return the first four presets, or four positions spread over the first slider."""
        if len(self.presets) > 1:
            chosen = [self.index(*preset.values) for preset in self.presets]
            return list(dict.fromkeys(chosen))[:4]
        slider, *others = self.sliders
        places = np.linspace(0, len(slider.values) - 1, 4).round().astype(int)
        rest = [other.start for other in others]
        return [self.index(float(slider.values[place]), *rest) for place in dict.fromkeys(places)]

    def filmstrip(self) -> MatplotlibFigure:
        """Draw the panels at `film_positions`, one row per panel."""
        from chainrule.sweep.filmstrip import draw_sweep

        return draw_sweep(self)


def find_limits(panel: Panel, marks: Sequence[Evaluated]) -> tuple[Limits, Limits]:
    """Return limits that hold every position, unless the panel sets them."""
    bars = any(isinstance(mark.mark, Bars) for mark in marks)
    xs = np.concatenate([mark.x.ravel() for mark in marks])
    xlim = panel.xlim or (span(xs, 0.0) if not bars else (xs.min() - 0.6, xs.max() + 0.6))
    ys = np.concatenate([a.ravel() for mark in marks for a in (mark.y, mark.low) if a is not None])
    if panel.log:
        ys = np.log10(ys[np.isfinite(ys) & (ys > 0)])
    low, high = span(ys, 0.06)
    ylim = panel.ylim or ((10.0**low, 10.0**high) if panel.log else (low, high))
    return (float(xlim[0]), float(xlim[1])), (float(ylim[0]), float(ylim[1]))


def span(values: np.ndarray[Any, np.dtype[np.float64]], margin: float) -> Limits:
    """Return the range of the finite values with a relative margin, wide enough to be divided."""
    finite = values[np.abs(values) < HUGE]
    if not finite.size:
        return (0.0, 1.0)
    low, high = float(finite.min()), float(finite.max())
    size = max(abs(low), abs(high))
    flat = high - low <= 1e-9 * size + 1 / HUGE
    pad = max(0.5, 1e-6 * size) if flat else margin * (high - low)
    return (low - pad, high + pad)


def describe_panel(
    panel: Panel,
    marks: Sequence[Evaluated],
    limits: tuple[Limits, Limits],
    sizes: Sequence[int],
    arrays: dict[str, int],
) -> dict[str, Any]:
    """Return axes, ticks and packed numbers of one panel."""
    xlim, ylim = limits
    bars = next((mark for mark in marks if isinstance(mark.mark, Bars)), None)
    xticks = list(zip(bars.x[0].tolist(), bars.names, strict=True)) if bars else find_ticks(*xlim)
    return {
        "title": panel.title,
        "x": panel.x,
        "y": panel.y,
        "xlim": xlim,
        "ylim": ylim,
        "xticks": xticks,
        "yticks": find_decades(*ylim) if panel.log else find_ticks(*ylim),
        "log": panel.log,
        "equal": panel.equal,
        "bare": panel.bare,
        "marks": [
            describe_mark(mark, colour, sizes, arrays)
            for mark, colour in zip(marks, colours(marks), strict=True)
        ],
    }


def colours(marks: Sequence[Evaluated]) -> list[int]:
    """Return a palette index for every mark; ghosts are grey and count for nothing."""
    result, following = [], 0
    for mark in marks:
        chosen = mark.mark.colour
        result.append(following if chosen is None else chosen)
        following += chosen is None and not mark.mark.ghost
    return result


def describe_mark(
    mark: Evaluated, colour: int, sizes: Sequence[int], arrays: dict[str, int]
) -> dict[str, Any]:
    """Return one mark's style and where its packed numbers lie among the arrays."""
    return {
        "kind": mark.mark.kind,
        "label": mark.mark.label,
        "ghost": mark.mark.ghost,
        "dots": getattr(mark.mark, "dots", False),
        "thin": getattr(mark.mark, "thin", False),
        "colour": colour,
        "count": mark.x.shape[1],
        "x": pack_rows(mark.x, sizes, arrays),
        "y": pack_rows(mark.y, sizes, arrays),
        "low": None if mark.low is None else pack_rows(mark.low, sizes, arrays),
    }


def pack_rows(rows: Floats, sizes: Sequence[int], arrays: dict[str, int]) -> dict[str, Any]:
    """Return which array holds the numbers and which sliders move them ("", "i", "j" or "ij").

    What a slider does not move is sent once, and so are two equal arrays.
    """
    if len(rows) == 1:
        return {"by": "", "array": arrays.setdefault(encode_floats(rows), len(arrays))}
    with np.errstate(over="ignore"):  # it becomes infinite, and is clipped on its way out
        cube = rows.reshape(*sizes, rows.shape[1]).astype("<f4")
    by = ""
    for axis, name in enumerate("ij"[: len(sizes)]):
        first = cube.take([0], axis=axis)
        if np.array_equal(cube, np.broadcast_to(first, cube.shape), equal_nan=True):
            cube = first
        else:
            by += name
    return {"by": by, "array": arrays.setdefault(encode_floats(cube), len(arrays))}
