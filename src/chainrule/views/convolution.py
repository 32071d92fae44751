"""Convolution: the flipped window at work, stride, padding, dilation, and the floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import (
    Box,
    Frame,
    Line,
    Mark,
    Panel,
    Points,
    Preset,
    Scene,
    Slider,
    Steps,
    Sweep,
)

Floats = NDArray[np.float64]
CELL = 50


@dataclass(frozen=True)
class Window:
    """A 1-D convolution: signal, kernel, and how the window walks.

    Attributes:
        name: what the button says.
        x: the signal (n,).
        w: the kernel (k,), flipped before use when `flip`.
        left, right: zeros added on each side.
        stride, dilation: steps of the window and gaps inside it.
        flip: whether this is a convolution, or a cross-correlation.
    """

    name: str
    x: Floats
    w: Floats
    left: int = 0
    right: int = 0
    stride: int = 1
    dilation: int = 1
    flip: bool = True

    @property
    def padded(self) -> Floats:
        """The signal between its zeros, shape (n + left + right,)."""
        return np.pad(self.x, (self.left, self.right))

    @property
    def kernel(self) -> Floats:
        """The kernel as it lies on the signal."""
        return self.w[::-1] if self.flip else self.w

    @property
    def reach(self) -> int:
        """How many cells the window spans: d (k − 1) + 1."""
        return self.dilation * (len(self.w) - 1) + 1

    @property
    def count(self) -> int:
        """Number of outputs: floor((n + p − reach) / s) + 1."""
        return max(0, (len(self.padded) - self.reach) // self.stride + 1)

    def taps(self, output: int) -> list[int]:
        """Return the padded positions that one output looks at."""
        start = output * self.stride
        return [start + self.dilation * tap for tap in range(len(self.w))]

    def value(self, output: int) -> float:
        """Return one output."""
        return float(self.padded[self.taps(output)] @ self.kernel)


def window(x: ArrayLike = (1, 2, 3, 4), w: ArrayLike = (1, 0, 2), *, flip: bool = True) -> Steps:
    """Return the window in full, valid and same mode, one output at a time; sheet 001.

    Args:
        x: signal (n,), n >= k.
        w: kernel (k,).
        flip: True for a convolution, False for a cross-correlation.
    """
    signal, kernel = read_row("x", x), read_row("w", w)
    k = len(kernel)
    if len(signal) < k:
        raise ValueError(f"x has {len(signal)} numbers and w has {k}: give x at least as many")
    right = (k - 1) // 2
    windows = [
        Window("full", signal, kernel, k - 1, k - 1, flip=flip),
        Window("valid", signal, kernel, flip=flip),
        Window("same", signal, kernel, k - 1 - right, right, flip=flip),
    ]
    word = "Convolution" if flip else "Cross-correlation"
    return Steps(f"{word} in three modes", [build_scene(each) for each in windows], choice="mode")


def strides(x: ArrayLike = (1, 2, 3, 4, 5, 4, 3, 2), w: ArrayLike = (1, 0, 2)) -> Steps:
    """Return what stride, padding and dilation do to the window, and which cells it never sees."""
    signal, kernel = read_row("x", x), read_row("w", w)
    windows = [
        Window("plain", signal, kernel),
        Window("stride 2", signal, kernel, stride=2),
        Window("stride 3, padding 1", signal, kernel, 1, 1, stride=3),
        Window("dilation 2", signal, kernel, dilation=2),
        Window("padding 2, dilation 2", signal, kernel, 2, 2, dilation=2),
    ]
    scenes = [build_scene(each) for each in windows]
    return Steps("Stride, padding and dilation", scenes, choice="window")


def read_row(name: str, values: ArrayLike) -> Floats:
    """Return one row of up to 10 numbers, or say what is wrong with it."""
    row = np.asarray(values, float)
    if row.ndim != 1 or not 1 <= len(row) <= 10 or not np.isfinite(row).all():
        raise ValueError(f"{name} = {values!r}: give one row of 1 to 10 numbers")
    return row


def build_scene(window: Window) -> Scene:
    """Return signal, kernel and output as three rows of cells, one frame per output."""
    wide = 110 + CELL * max(len(window.padded), window.count) + 20
    boxes = list(lay_boxes(window))
    return Scene(window.name, boxes, [], list(walk(window)), wide=max(640, wide), high=232)


def column(position: float) -> float:
    """Return the centre of a column of cells, in pixels."""
    return 110 + CELL * (position + 0.5)


def lay_boxes(window: Window) -> Iterator[Box]:
    """Yield the cells of signal, kernel and output, and the names of the rows."""
    for label, y in (("signal", 44), ("kernel", 112), ("output", 190)):
        yield Box(f"name {label}", 52, y, label, wide=90, high=24, kind="bare")
    for position in range(len(window.padded)):
        yield Box(f"x{position}", column(position), 44, wide=CELL - 4, high=46, kind="cell")
    for tap in range(len(window.w)):
        yield Box(
            f"w{tap}", column(tap * window.dilation), 112, wide=CELL - 4, high=46, kind="cell"
        )
    for output in range(window.count):
        yield Box(f"y{output}", column(output), 190, wide=CELL - 4, high=46, kind="cell")


def walk(window: Window) -> Iterator[Frame]:
    """Yield how the kernel is laid on, then one frame per output, then what was never seen."""
    texts = dict(write_cells(window))
    zeros = {f"x{n}": "dim" for n in padding(window)}
    yield Frame(describe_window(window), write_size(window), texts, zeros)
    for output in range(window.count):
        taps = window.taps(output)
        texts = {**texts, f"y{output}": (("value", number(window.value(output))),)}
        roles = zeros | {f"x{n}": "source" for n in taps}
        roles |= {f"w{tap}": "tone1" for tap in range(len(taps))} | {f"y{output}": "active"}
        terms = " + ".join(
            f"{bracket(a)}·{bracket(b)}"
            for a, b in zip(window.padded[taps], window.kernel, strict=True)
        )
        result = number(window.value(output))
        moves = {f"w{tap}": (column(n), 112.0) for tap, n in enumerate(taps)}
        yield Frame(
            f"Output {output + 1} of {window.count}: {terms} = {result}.",
            f"y_{{{output + 1}}} = {terms} = [[{result}]]",
            texts,
            roles,
            moves=moves,
        )


def write_cells(window: Window) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    """Yield the numbers that stand in the cells from the start."""
    for position, value in enumerate(window.padded):
        yield f"x{position}", (("", number(value)),)
    for tap, value in enumerate(window.kernel):
        yield f"w{tap}", (("adjoint", number(value)),)


def padding(window: Window) -> list[int]:
    """Return the positions of the added zeros."""
    n = len(window.padded)
    return [*range(window.left), *range(n - window.right, n)]


def unseen(window: Window) -> list[int]:
    """Return the positions of the padded signal that no window covers."""
    seen = {n for output in range(window.count) for n in window.taps(output)}
    return [n for n in range(len(window.padded)) if n not in seen]


def describe_window(window: Window) -> str:
    """Say how the kernel lies, how many outputs there are, and how many cells nobody looks at."""
    plain = ", ".join(number(v) for v in window.w)
    lies = ", ".join(number(v) for v in window.kernel)
    how = (
        f"The kernel ({plain}) is flipped to ({lies})" if window.flip else f"The kernel is ({lies})"
    )
    lost = len(unseen(window))
    rest = f" {lost} cell{'s are' if lost > 1 else ' is'} never looked at." if lost else ""
    return f"{how}; the window fits {window.count} times.{rest}"


def write_size(window: Window) -> str:
    """Write the formula of the output size with its numbers, the floor included."""
    n, reach, s = len(window.x), window.reach, window.stride
    p = window.left + window.right
    return f"⌊({n} + {p} − {reach}) / {s}⌋ + 1 = [[{window.count}]]"


def number(value: float) -> str:
    """Write a number as short as it is."""
    return f"{value:g}".replace("-", "−")


def bracket(value: float) -> str:
    """Write a number, a negative one in parentheses."""
    return f"({number(value)})" if value < 0 else number(value)


def output_size(
    i: int = 64,
    p: int = 3,
    d: int = 1,
    *,
    conv_out: Callable[[int, int, int, int, int], float] | None = None,
) -> Sweep:
    """Return the size of a layer's output over its input size, before and after the floor.

    Args:
        i: the input size that is looked at.
        p: padding on each side.
        d: dilation.
        conv_out: the student's own conv_out(i, k, s, p, d), drawn beside the true one.
    """
    sizes = np.arange(max(1, i - 12), i + 13)

    def exact(k: float, s: float) -> Floats:
        return np.where(
            sizes + 2 * p >= d * (k - 1) + 1, (sizes + 2 * p - d * (k - 1) - 1) / s + 1, np.nan
        )

    def lost(k: float, s: float) -> Floats:
        return exact(k, s) - np.floor(exact(k, s))

    marks: list[Mark] = [
        Points([i], lambda k, s: [np.floor(exact(k, s)[sizes == i][0])], label="here", colour=1),
        Points(sizes, lambda k, s: np.floor(exact(k, s)), label="output size"),
        Line(sizes, exact, label="no floor", ghost=True),
    ]
    if conv_out is not None:
        mine = conv_out
        marks.insert(
            1,
            Line(
                sizes,
                lambda k, s: [float(mine(int(n), int(k), int(s), p, d)) for n in sizes],
                label="your conv_out",
                mine=True,
                colour=2,
            ),
        )
    return Sweep(
        f"Output size with padding {p} and dilation {d}",
        [Slider("k", range(1, 12), start=8, digits=0), Slider("s", range(1, 5), start=2, digits=0)],
        [
            Panel(marks, x="input size i", y="output size", ylim=(0, float(sizes[-1] + 2 * p + 3))),
            Panel(
                [
                    Points([i], lambda k, s: lost(k, s)[sizes == i], colour=1),
                    Line(sizes, lost, colour=0, thin=True, dots=True),
                ],
                x="input size i",
                y="thrown away by the floor",
                ylim=(-0.04, 1.0),
            ),
        ],
        lambda k, s: describe_size(i, int(k), int(s), p, d),
        formula=lambda k, s: write_conv(i, int(k), int(s), p, d),
        presets=[
            Preset.at("k = 8, s = 2", 8, 2),
            Preset.at("k = 3, s = 1", 3, 1),
            Preset.at("k = 4, s = 4", 4, 4),
        ],
    )


def write_conv(i: int, k: int, s: int, p: int, d: int) -> str:
    """Write floor((i + 2p − d(k−1) − 1)/s) + 1 with its numbers."""
    top = i + 2 * p - d * (k - 1) - 1
    size = top // s + 1 if top >= 0 else 0
    return f"⌊({i} + 2·{p} − {d}·({k} − 1) − 1) / {s}⌋ + 1 = [[{size}]]"


def describe_size(i: int, k: int, s: int, p: int, d: int) -> str:
    """Say the output size and what the floor throws away."""
    top = i + 2 * p - d * (k - 1) - 1
    if top < 0:
        return f"A window of {d * (k - 1) + 1} cells does not fit into {i + 2 * p}: no output."
    lost = f"rounded down to {top // s}" if top % s else "which is whole"
    cells = f"; {top % s} of the padded cells at the end stay unseen" if top % s else ""
    return f"{top} / {s} = {number(round(top / s, 2))}, {lost}, plus 1 is {top // s + 1}{cells}."
