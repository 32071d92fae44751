"""The eight layers of the sheets that have to be configured."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from chainrule_staff.exercises.convolution.layers import Layer, LayerTask, values
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


# --- 64 -> 32 -----------------------------------------------------------------------------------

of = Of("config_64_to_32")
config_64_to_32 = LayerTask(
    task="convolution.config-64-to-32",
    title="From 64 to 32 with a kernel of 8",
    covers=("000 Q7.1(a)",),
    names=(of.name,),
    points=1,
    i=64,
    o=32,
    given={"k": 8, "d": 1},
    reference=of(8, 2, 3),
    second=of(8, 3, 19),
    mistakes=(
        of.mistake(
            "kernel-changed",
            "The kernel is given: keep its 8 and look for the stride and the padding.",
            layer(4, 2, 1),
            other_than(k=8),
            "k changed",
        ),
        of.mistake(
            "no-padding",
            "Without padding a kernel of 8 loses seven places before the stride even counts; a "
            "stride of 2 then gives less than one half.",
            layer(8, 2, 0),
            exactly(p=0),
            "no padding",
        ),
        of.mistake(
            "padding-of-half-a-kernel",
            "p = k/2 keeps the size for odd kernels, rounded down. For an even kernel it is one "
            "place too much: count the windows.",
            layer(8, 2, 4),
            exactly(s=2, p=4),
            "p=4 (k/2 'same' habit)",
        ),
        of.mistake(
            "padding-two",
            "A padding of 2 leaves the last window without room: solve the equation for p instead "
            "of guessing.",
            layer(8, 2, 2),
            exactly(s=2, p=2),
            "p=2",
        ),
        of.mistake("padding-once", PADDING_ONCE, layer(8, 2, 6), padding_once(64, 32)),
    ),
    also_correct={"a sheet's answer": of(8, 2, 3), "odd but valid": of(8, 3, 19)},
)

of = Of("config_64_to_32_dilated")
config_64_to_32_dilated = LayerTask(
    task="convolution.config-64-to-32-dilated",
    title="From 64 to 32 with a dilation of 7",
    covers=("000 Q7.1(b)",),
    names=(of.name,),
    points=1,
    i=64,
    o=32,
    given={"d": 7, "s": 2},
    reference=of(2, 2, 3, 7),
    second=of(5, 2, 14, 7),
    mistakes=(
        of.mistake(
            "dilation-changed",
            "The dilation is given: keep its 7 and look for the kernel and the padding.",
            layer(8, 2, 3, 1),
            exactly(d=1),
            "d=1",
        ),
        of.mistake(
            "undilated-answer",
            "A kernel of 8 was right without dilation. Dilated by 7 its eight numbers spread over "
            "50 places; find a k that covers eight.",
            layer(8, 2, 3, 7),
            exactly(k=8, p=3),
            "k=8,p=3 (undilated answer)",
        ),
        of.mistake(
            "dilation-forgotten",
            DILATION_IGNORED,
            layer(2, 2, 0, 7),
            dilation_ignored(64, 32),
            "dilation forgotten: k=2,p=0",
        ),
        of.mistake(
            "padding-one-too-small",
            "One place is missing for the last window: 2p must reach 7(k - 1), or stay one below.",
            layer(3, 2, 6, 7),
            lambda value: room(64, value)[0] in (60, 61),
            "k=3,p=6",
        ),
    ),
    also_correct={
        "a sheet's answer": of(2, 2, 3, 7),
        "k=3": of(3, 2, 7, 7),
        "degenerate 1x1": of(1, 2, 0, 7),
    },
)

of = Of("pool_config")
pool_config = LayerTask(
    task="convolution.pool-config",
    title="A pooling from 32 to 8",
    covers=("000 Q7.2(a)",),
    names=(of.name,),
    points=1,
    i=32,
    o=8,
    given={"p": 0, "d": 1},
    tiling=True,
    reference=of(4, 4),
    second={of.name: {"k": 4, "s": 4}},
    mistakes=(
        of.mistake(
            "overlapping",
            "Your windows overlap; in a non-overlapping pooling the next window starts where the "
            "last one ended.",
            layer(4, 2),
            lambda value: values(value)[1] < values(value)[0],
            "k=4,s=2 overlaps",
        ),
        of.mistake(
            "gaps",
            "Your windows leave gaps, so some numbers are never looked at; the windows should "
            "touch.",
            layer(2, 4),
            lambda value: values(value)[1] > values(value)[0],
            "s=4 with gaps",
        ),
        of.mistake(
            "size-of-the-image",
            "Windows of 8 leave 4 from 32. You started from 64 or took the output for the window: "
            "this layer sees what the first one left.",
            layer(8, 8),
            exactly(k=8, s=8),
            "k=8,s=8",
            "input 64",
        ),
    ),
    also_correct={"a sheet's answer": {of.name: {"k": 4, "s": 4, "p": 0, "d": 1}}},
)

# --- 8 -> 4 -------------------------------------------------------------------------------------

of = Of("config_8_to_4_plain")
config_8_to_4_plain = LayerTask(
    task="convolution.config-8-to-4-plain",
    title="From 8 to 4, nothing added",
    covers=("000 Q7.3(a)",),
    names=(of.name,),
    points=1,
    i=8,
    o=4,
    given={"p": 0, "d": 1},
    reference=of(2, 2),
    second=of(5, 1),
    mistakes=(
        of.mistake(
            "padding-used",
            "This layer has no padding: halve the size with the kernel and the stride alone.",
            layer(3, 2, 1),
            lambda value: values(value)[2] > 0,
            "padding used",
        ),
        of.mistake(
            "halving-habit",
            "A kernel of 4 with stride 2 halves the size only with a padding of 1, which you do "
            "not have here.",
            layer(4, 2),
            exactly(k=4, s=2),
            "k=4,s=2",
        ),
        of.mistake("one-forgotten", ONE_FORGOTTEN, layer(4, 1), one_forgotten(8, 4), "k=4,s=1"),
        of.mistake("rounded-up", ROUNDED_UP, layer(3, 2), rounded_up(8, 4)),
    ),
    also_correct={"a sheet's answer": of(2, 2), "k=5,s=1": of(5, 1)},
)

of = Of("config_8_to_4_dilated")
config_8_to_4_dilated = LayerTask(
    task="convolution.config-8-to-4-dilated",
    title="From 8 to 4 with dilation 2 and padding 2",
    covers=("000 Q7.3(b)",),
    names=(of.name,),
    points=1,
    i=8,
    o=4,
    given={"d": 2, "p": 2},
    reference=of(3, 2, 2, 2),
    second=of(2, 3, 2, 2),
    mistakes=(
        of.mistake(
            "dilation-ignored",
            DILATION_IGNORED,
            layer(6, 2, 2, 2),
            dilation_ignored(8, 4),
            "dilation ignored: k=6,s=2",
        ),
        of.mistake("rounded-up", ROUNDED_UP, layer(4, 2, 2, 2), rounded_up(8, 4), "k=4,s=2"),
        of.mistake(
            "one-forgotten", ONE_FORGOTTEN, layer(2, 2, 2, 2), one_forgotten(8, 4), "k=2,s=2"
        ),
        of.mistake(
            "given-changed",
            "Dilation and padding are both 2 here; only the kernel and the stride are free.",
            layer(2, 2, 0, 1),
            other_than(d=2, p=2),
        ),
    ),
    also_correct={
        "a sheet's answer": of(3, 2, 2, 2),
        "k=5,s=1": of(5, 1, 2, 2),
        "k=1,s=3": of(1, 3, 2, 2),
    },
)

of = Of("config_8_to_4_padded")
config_8_to_4_padded = LayerTask(
    task="convolution.config-8-to-4-padded",
    title="From 8 to 4 with padding 1",
    covers=("000 Q7.3(c)",),
    names=(of.name,),
    points=1,
    i=8,
    o=4,
    given={"p": 1, "d": 1},
    reference=of(4, 2, 1),
    second=of(7, 1, 1),
    mistakes=(
        of.mistake(
            "five-windows",
            "A kernel of 6 has five places in a padded input of 10: either one of the two padded "
            "sides is missing in your equation, or the + 1.",
            layer(6, 1, 1),
            exactly(k=6, s=1),
            "k=6,s=1",
        ),
        of.mistake(
            "padding-once",
            PADDING_ONCE,
            layer(2, 2, 1),
            padding_once(8, 4),
            "padding once: k=2,s=2",
        ),
        of.mistake("rounded-up", ROUNDED_UP, layer(5, 2, 1), rounded_up(8, 4), "k=5,s=2"),
        of.mistake("one-forgotten", ONE_FORGOTTEN, layer(1, 2, 1), one_forgotten(8, 4)),
        of.mistake(
            "given-changed",
            "Padding and dilation are both 1 here; only the kernel and the stride are free.",
            layer(2, 2, 0, 1),
            other_than(p=1, d=1),
        ),
    ),
    also_correct={"a sheet's answer": of(4, 2, 1), "k=3,s=2 (3x3 standard)": of(3, 2, 1)},
)

# --- 64 -> 4 ------------------------------------------------------------------------------------

of = Of("config_64_to_4_plain")
config_64_to_4_plain = LayerTask(
    task="convolution.config-64-to-4-plain",
    title="From 64 to 4, nothing added",
    covers=("001 Q3.2(a)",),
    names=(of.name,),
    points=1,
    i=64,
    o=4,
    given={"p": 0, "d": 1},
    reference=of(16, 16),
    second=of(49, 5),
    mistakes=(
        of.mistake(
            "windows-with-overlap-miscounted",
            "Kernels of 16 that share a quarter leave 48 places to move in, which is four steps "
            "of 12, hence five windows. Four windows have three steps.",
            layer(16, 12),
            exactly(k=16, s=12),
            "k=16,s=12",
        ),
        of.mistake(
            "one-forgotten",
            ONE_FORGOTTEN,
            layer(44, 5),
            one_forgotten(64, 4),
            "+1 forgotten: (64-k)/s=4, k=44,s=5",
        ),
        of.mistake("rounded-up", ROUNDED_UP, layer(50, 5), rounded_up(64, 4), "ceil: k=50,s=5"),
        of.mistake(
            "tiles-of-eight",
            "Tiles of 8 cut 64 into eight windows; you need windows twice as far apart.",
            layer(8, 8),
            exactly(k=8, s=8),
            "k=8,s=8",
        ),
        of.mistake(
            "given-changed",
            "There is neither padding nor dilation here; only the kernel and the stride are free.",
            layer(16, 16, 1),
            other_than(p=0, d=1),
        ),
    ),
    also_correct={
        "a sheet's answer": of(61, 1),
        "exact tiling": of(16, 16),
        "floor used": of(15, 16),
        "skips pixels": of(4, 20),
    },
)

of = Of("config_64_to_4_dilated")
config_64_to_4_dilated = LayerTask(
    task="convolution.config-64-to-4-dilated",
    title="From 64 to 4 with dilation 2 and padding 2",
    covers=("001 Q3.2(b)",),
    names=(of.name,),
    points=1,
    i=64,
    o=4,
    given={"d": 2, "p": 2},
    reference=of(9, 17, 2, 2),
    second=of(33, 1, 2, 2),
    mistakes=(
        of.mistake(
            "dilation-changed",
            "The dilation is given: d = 2 belongs to this layer.",
            layer(17, 17, 2, 1),
            exactly(d=1),
            "d=1 used",
        ),
        of.mistake(
            "dilation-ignored",
            DILATION_IGNORED,
            layer(53, 5, 2, 2),
            dilation_ignored(64, 4),
            "dilation ignored: k=53,s=5",
        ),
        of.mistake(
            "one-forgotten",
            ONE_FORGOTTEN,
            layer(24, 5, 2, 2),
            one_forgotten(64, 4),
            "+1 forgotten: k=24,s=5",
        ),
        of.mistake("rounded-up", ROUNDED_UP, layer(27, 6, 2, 2), rounded_up(64, 4)),
        of.mistake("padding-once", PADDING_ONCE, layer(32, 1, 2, 2), padding_once(64, 4)),
    ),
    also_correct={
        "a sheet's answer": of(33, 1, 2, 2),
        "k=9,s=17": of(9, 17, 2, 2),
        "floor used: k=8,s=14": of(8, 14, 2, 2),
        "stride 1": of(33, 1, 2, 2),
    },
)

of = Of("config_64_to_4_padded")
config_64_to_4_padded = LayerTask(
    task="convolution.config-64-to-4-padded",
    title="From 64 to 4 with padding 1",
    covers=("001 Q3.2(c)",),
    names=(of.name,),
    points=1,
    i=64,
    o=4,
    given={"p": 1, "d": 1},
    reference=of(18, 16, 1),
    second=of(63, 1, 1),
    mistakes=(
        of.mistake(
            "padding-forgotten",
            "The padding is given: p = 1 belongs to this layer, even if the size came out right "
            "without it.",
            layer(61, 1),
            exactly(p=0),
            "right size but p=0",
        ),
        of.mistake(
            "one-halving-only",
            "A kernel of 3 with stride 2 and padding 1 halves the size, from 64 to 32. One layer "
            "has to do four halvings here, so its steps are far longer.",
            layer(3, 2, 1),
            exactly(k=3, s=2),
            "k=3,s=2",
        ),
        of.mistake(
            "rounded-up", ROUNDED_UP, layer(52, 5, 1), rounded_up(64, 4), "ceil used: k=52,s=5"
        ),
        of.mistake(
            "one-forgotten",
            ONE_FORGOTTEN,
            layer(46, 5, 1),
            one_forgotten(64, 4),
            "+1 forgotten: k=46,s=5",
        ),
    ),
    also_correct={
        "a sheet's answer": of(18, 16, 1),
        "k=18,s=16": of(18, 16, 1),
        "stride 1": of(63, 1, 1),
        "k=3,s=21": of(3, 21, 1),
    },
)

EXERCISES = (
    config_64_to_32,
    config_64_to_32_dilated,
    pool_config,
    config_8_to_4_plain,
    config_8_to_4_dilated,
    config_8_to_4_padded,
    config_64_to_4_plain,
    config_64_to_4_dilated,
    config_64_to_4_padded,
)
