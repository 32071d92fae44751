"""Evaluate the marks of a sweep at every position; a student's function may fail politely."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from chainrule.sweep.marks import Band, Bars, Data, Floats, Mark

Position = tuple[float, ...]
T = TypeVar("T")


@dataclass(frozen=True)
class Evaluated:
    """A mark with its numbers; each array is (n, p), or (1, p) when it does not move."""

    mark: Mark
    x: Floats
    y: Floats
    low: Floats | None = None
    names: tuple[str, ...] = ()
    note: str = ""

    def at(self, index: int) -> tuple[Floats, Floats]:
        """Return (x, y) at one position, shape (p,) each."""
        return self.x[min(index, len(self.x) - 1)], self.y[min(index, len(self.y) - 1)]


def evaluate_mark(mark: Mark, positions: Sequence[Position], names: Sequence[str]) -> Evaluated:
    """Return the numbers of one mark at all positions.

    Args:
        mark: what to draw.
        positions: every combination of slider values, the last slider fastest.
        names: the names of the sliders, for messages.
    """
    categories: tuple[str, ...] = ()
    if isinstance(mark, Bars):
        categories = tuple(str(name) for name in mark.x)
        x = np.arange(len(categories), dtype=float)[None]
    else:
        x = evaluate_data(mark.x, positions)
    low = evaluate_data(mark.low, positions) if isinstance(mark, Band) else None
    if low is not None and low.shape[1] == 1:
        low = np.broadcast_to(low, (len(low), x.shape[1]))
    if not mark.mine:
        return Evaluated(mark, x, evaluate_data(mark.y, positions), low, categories)
    y, note = evaluate_mine(mark, positions, names, x.shape[1])
    return Evaluated(mark, x, y, low, categories, note)


def evaluate_data(data: Data, positions: Sequence[Position]) -> Floats:
    """Return (n, p) numbers, or (1, p) for data that stay; shorter rows are filled with NaN."""
    if not callable(data):
        return np.atleast_1d(np.asarray(data, float))[None]
    rows = call_once(lambda *p: np.atleast_1d(np.asarray(data(*p), float)), data, positions)
    width = max(len(row) for row in rows)
    if all(len(row) == width for row in rows):
        return np.stack(rows)
    filled = np.full((len(rows), width), np.nan)
    for target, row in zip(filled, rows, strict=True):
        target[: len(row)] = row
    return filled


def call_once(
    call: Callable[..., T], function: Callable[..., Any], positions: Sequence[Position]
) -> list[T]:
    """Call at every position, but only once for all that look the same to `function`.

    A parameter called `_` is a slider that it does not look at.
    """
    code = getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code else ()
    blind = {k for k, name in enumerate(names) if name == "_"}
    known: dict[Position, T] = {}
    results = []
    for position in positions:
        seen = tuple(v for k, v in enumerate(position) if k not in blind)
        if seen not in known:
            known[seen] = call(*position)
        results.append(known[seen])
    return results


def evaluate_mine(
    mark: Mark, positions: Sequence[Position], names: Sequence[str], width: int
) -> tuple[Floats, str]:
    """Return the student's numbers, NaN for a gap, and one sentence about the first gap."""
    rows, note = np.full((len(positions), width), np.nan), ""
    function = mark.y
    assert callable(function), f"{mark.label}: a mark of the student's needs a function"
    seen = call_once(lambda *p: call_politely(function, p, width), function, positions)
    for row, position, (value, fault) in zip(rows, positions, seen, strict=True):
        if value is not None:
            row[:] = value
        if fault and not note:
            where = ", ".join(f"{n} = {v:.4g}" for n, v in zip(names, position, strict=True))
            note = f"{mark.label or 'your function'}: {fault} at {where}."
    return rows, note


def call_politely(
    function: Callable[..., ArrayLike], position: Position, width: int
) -> tuple[Floats | None, str]:
    """Call a function that may be unfinished; return its numbers, or None, and what was wrong."""
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            value = np.asarray(function(*position), float)
    except Exception as error:  # whatever a student's function may raise, the figure stands
        return None, f"raised {type(error).__name__}{describe(error)}"
    if value.size != width:
        return None, f"returned the shape {value.shape} where {width} numbers were expected"
    value = value.reshape(width)
    if not np.isfinite(value).all():
        return np.where(np.isfinite(value), value, np.nan), "returned nan or infinity"
    return value, ""


def describe(error: Exception) -> str:
    """Return the first line of an error's message, cut short."""
    lines: list[Any] = str(error).splitlines()
    return f" ({lines[0][:80]})" if lines else ""
