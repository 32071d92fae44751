"""Layers to configure: from 64 to 32, a pooling, and from 8 to 4."""

from __future__ import annotations

from chainrule_staff.exercises.convolution.layers import LayerTask, values
from chainrule_staff.exercises.convolution.slips import (
    DILATION_IGNORED,
    ONE_FORGOTTEN,
    PADDING_ONCE,
    ROUNDED_UP,
    Of,
    dilation_ignored,
    exactly,
    layer,
    one_forgotten,
    other_than,
    padding_once,
    room,
    rounded_up,
)

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

EXERCISES = (
    config_64_to_32,
    config_64_to_32_dilated,
    pool_config,
    config_8_to_4_plain,
    config_8_to_4_dilated,
    config_8_to_4_padded,
)
