"""How layers go wrong: the equation a student must have solved instead of the right one."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from chainrule_staff.exercises.convolution.layers import Layer, values
from chainrule_staff.exercises.convolution.references import conv_out
from chainrule_staff.exercises.model import Mistake

Fits = Callable[[Any], bool]
ONE_FORGOTTEN = (
    "Your layer solves the equation without the + 1: counting windows, the first one counts "
    "before any step is made."
)
DILATION_IGNORED = (
    "Your layer would be right without dilation: a dilated kernel covers d(k - 1) + 1 places, "
    "not k."
)
ROUNDED_UP = (
    "Your layer is right only if an incomplete last window counts. The formula rounds down."
)
PADDING_ONCE = "Your layer would be right if p were added once; the input is padded at both ends."


def layer(k: int, s: int = 1, p: int = 0, d: int = 1) -> Layer:
    """Return a layer as the student writes it."""
    return {"k": k, "s": s, "p": p, "d": d}


def room(i: int, value: Any) -> tuple[int, int]:
    """Return the numerator of the size formula, and the stride."""
    k, s, p, d = values(value)
    return i + 2 * p - d * (k - 1) - 1, s


def one_forgotten(i: int, o: int) -> Fits:
    """Whether the equation holds when the + 1 is left out."""

    def fits(value: Any) -> bool:
        numerator, s = room(i, value)
        return numerator // s == o

    return fits


def rounded_up(i: int, o: int) -> Fits:
    """Whether the equation holds with a ceiling, and with the ceiling only."""

    def fits(value: Any) -> bool:
        numerator, s = room(i, value)
        return numerator // s + 1 != o == math.ceil(numerator / s) + 1

    return fits


def dilation_ignored(i: int, o: int) -> Fits:
    """Whether the equation holds when d is taken for 1."""

    def fits(value: Any) -> bool:
        k, s, p, d = values(value)
        return d > 1 and conv_out(i, k, s, p) == o

    return fits


def padding_once(i: int, o: int) -> Fits:
    """Whether the equation holds when p is added once."""

    def fits(value: Any) -> bool:
        k, s, p, d = values(value)
        return p > 0 and (i + p - d * (k - 1) - 1) // s + 1 == o

    return fits


def exactly(**wanted: int) -> Fits:
    """Whether the layer has these values."""
    return lambda value: all(
        dict(zip("kspd", values(value), strict=True))[name] == number
        for name, number in wanted.items()
    )


def other_than(**given: int) -> Fits:
    """Whether one of the given values was changed."""
    return lambda value: not exactly(**given)(value)


class Of:
    """Builds the answers and mistakes of one task, whose student writes `name`."""

    def __init__(self, name: str) -> None:
        self.name = name

    def __call__(self, k: int, s: int = 1, p: int = 0, d: int = 1) -> dict[str, Any]:
        """Return the answer with this layer."""
        return {self.name: layer(k, s, p, d)}

    def mistake(self, name: str, lesson: str, wrong: Layer, fits: Fits, *says: str) -> Mistake:
        """Return a mistake that is recognised by `fits`."""
        return Mistake(name, lesson, {self.name: wrong}, says, fits)
