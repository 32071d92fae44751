"""Layers to configure: from 64 to 4 in one step, with more than a hundred answers each."""

from __future__ import annotations

from chainrule_staff.exercises.convolution.layers import LayerTask
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
    rounded_up,
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

EXERCISES = (config_64_to_4_plain, config_64_to_4_dilated, config_64_to_4_padded)
