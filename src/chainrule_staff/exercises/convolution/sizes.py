"""How many numbers come out of a layer: the size formula, and its first uses."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from chainrule.compare import numbers
from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import EXACT, conv_out, integer
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask

# --- convolution.output-size-256 ----------------------------------------------------------------


def inexact(rng: Generator, s: int, p: int, d: int) -> tuple[int, int, int, int, int]:
    """Draw (i, k, s, p, d) with a remainder in the division by s."""
    while True:
        i, k = integer(rng, 30, 90), integer(rng, 3, 7)
        if (i + 2 * p - d * (k - 1) - 1) % s:
            return i, k, s, p, d


def draw_conv_out(rng: Generator) -> Sequence[Look]:
    sheet = [(256, 8, 2), (125, 5, 5), (25, 4, 1, 1)]
    return [
        Look("the three layers of the sheet", {"conv_out": sheet}),
        Look(
            "windows that do not tile the input",
            {"conv_out": [inexact(rng, s, 0, 1)[:3] for s in (2, 3, 4)]},
            share=2,
            hint="A window that sticks out of the input gives no output.",
        ),
        Look("padding", {"conv_out": [inexact(rng, s, p, 1) for s, p in ((2, 1), (3, 2), (5, 3))]}),
        Look(
            "dilation",
            {"conv_out": [inexact(rng, s, p, d) for s, p, d in ((2, 0, 2), (3, 2, 3), (2, 1, 4))]},
            hint="A kernel of k numbers with dilation d covers d(k - 1) + 1 places.",
        ),
    ]


def span(i: int, k: int, p: int, d: int) -> int:
    """Places where a window may start, less one."""
    return i + 2 * p - d * (k - 1) - 1


Size = Callable[..., float]


def size_mistakes() -> dict[str, Size]:
    """Return the wrong size formulas by name."""
    return {
        "padding-forgotten": lambda i, k, s=1, p=0, d=1: conv_out(i, k, s, 0, d),
        "padding-once": lambda i, k, s=1, p=0, d=1: (span(i, k, 0, d) + p) // s + 1,
        "stride-one": lambda i, k, s=1, p=0, d=1: conv_out(i, k, 1, p, d),
        "one-forgotten": lambda i, k, s=1, p=0, d=1: span(i, k, p, d) // s,
        "true-division": lambda i, k, s=1, p=0, d=1: span(i, k, p, d) / s + 1,
        "dilation-ignored": lambda i, k, s=1, p=0, d=1: conv_out(i, k, s, p),
        "rounded-up": lambda i, k, s=1, p=0, d=1: math.ceil(span(i, k, p, d) / s) + 1,
        "dilated-width": lambda i, k, s=1, p=0, d=1: (i + 2 * p - d * k) // s + 1,
        "stride-under-everything": lambda i, k, s=1, p=0, d=1: (span(i, k, p, d) + 1) // s,
    }


WRONG_SIZES = size_mistakes()

output_size_256 = FunctionTask(
    task="convolution.output-size-256",
    title="The size formula, with its floor",
    covers=("000 Q6.1",),
    names=("conv_out",),
    points=3,
    tolerance=EXACT,
    reference={"conv_out": ref.conv_out},
    second={"conv_out": ref.conv_out_by_windows},
    draw=draw_conv_out,
    mistakes=(
        Mistake(
            "padding-forgotten",
            "Your formula never uses p: the input grows by p at both ends before windows are cut.",
            {"conv_out": WRONG_SIZES["padding-forgotten"]},
            says=("padding forgotten in layer 3",),
        ),
        Mistake(
            "padding-once",
            "The input is padded at both ends, so it grows by 2p, not by p.",
            {"conv_out": WRONG_SIZES["padding-once"]},
            says=("padding added once",),
        ),
        Mistake(
            "stride-one",
            "Your formula never uses s: windows start s places apart, so divide by s before you "
            "add the first one.",
            {"conv_out": WRONG_SIZES["stride-one"]},
            says=("stride-1 pooling",),
        ),
        Mistake(
            "one-forgotten",
            "You counted the steps from window to window. There is one window more than steps: "
            "add 1.",
            {"conv_out": WRONG_SIZES["one-forgotten"]},
            says=("+1 forgotten",),
        ),
        Mistake(
            "true-division",
            "A layer has no half outputs: round the quotient down, which is // in Python, before "
            "you add 1.",
            {"conv_out": WRONG_SIZES["true-division"]},
            says=("true division",),
        ),
        Mistake(
            "dilation-ignored",
            "Your formula never uses d: a dilated kernel covers d(k - 1) + 1 places, not k.",
            {"conv_out": WRONG_SIZES["dilation-ignored"]},
            says=("dilation ignored",),
        ),
        Mistake(
            "rounded-up",
            "You rounded up, so your last window sticks out of the input: round down.",
            {"conv_out": WRONG_SIZES["rounded-up"]},
        ),
        Mistake(
            "dilated-width",
            "Between k numbers there are k - 1 gaps: a dilated kernel covers d(k - 1) + 1 places, "
            "not d k.",
            {"conv_out": WRONG_SIZES["dilated-width"]},
        ),
        Mistake(
            "stride-under-everything",
            "The + 1 belongs behind the floor. You divided it by s as well, which loses the last "
            "window whenever there is a remainder.",
            {"conv_out": WRONG_SIZES["stride-under-everything"]},
        ),
    ),
    also_correct={"counting window starts": {"conv_out": ref.conv_out_by_windows}},
)


# --- convolution.scalars-256 --------------------------------------------------------------------

scalars_256 = NumberTask(
    task="convolution.scalars-256",
    title="How many numbers come out",
    covers=("000 Q6.1",),
    names=("layer_sizes", "scalars_256"),
    points=1,
    tolerance=EXACT,
    looks={"layer_sizes": "the three spatial sizes", "scalars_256": "the number of scalars"},
    reference={"layer_sizes": (125, 25, 24), "scalars_256": 73728},
    second={
        "layer_sizes": (
            ref.conv_out_by_windows(256, 8, 2),
            ref.conv_out_by_windows(125, 5, 5),
            ref.conv_out_by_windows(25, 4, 1, 1),
        ),
        "scalars_256": 128 * ref.conv_out_by_windows(25, 4, 1, 1) ** 2,
    },
    accepted={"scalars_256": ((128, 24, 24), (24, 24, 128))},
    accepted_note="You gave the shape; how many scalars that is takes one more product.",
    mistakes=(
        Mistake(
            "no-padding",
            "The third layer pads its 25 by 25 input on all four sides before it cuts windows.",
            {"layer_sizes": (125, 25, 22), "scalars_256": 128 * 22 * 22},
            says=("padding forgotten in layer 3",),
        ),
        Mistake(
            "padding-once",
            "A padding of 1 adds a row at the top and one at the bottom: two rows, not one.",
            {"layer_sizes": (125, 25, 23), "scalars_256": 128 * 23 * 23},
            says=("padding added once",),
        ),
        Mistake(
            "stride-one-pooling",
            "Windows of a non-overlapping pooling start as far apart as they are wide.",
            {"layer_sizes": (125, 121, 120), "scalars_256": 128 * 120 * 120},
            says=("stride-1 pooling",),
        ),
        Mistake(
            "one-forgotten",
            "In every layer there is one window more than there are steps between windows.",
            {"layer_sizes": (124, 23, 21), "scalars_256": 128 * 21 * 21},
            says=("+1 forgotten",),
        ),
        Mistake(
            "one-channel",
            "The sizes are right, but that is one channel: the third layer has as many channels "
            "as kernels.",
            {"scalars_256": 576},
        ),
        Mistake(
            "channels-of-the-layer-before",
            "The number of channels is the number of kernels of the last layer, not of the first.",
            {"scalars_256": 64 * 24 * 24},
        ),
    ),
    also_correct={
        "as a product": {"scalars_256": 128 * 24 * 24},
        "shape tuple (128,24,24) accepted with a note": {"scalars_256": (128, 24, 24)},
    },
)


# --- convolution.pool-shape ---------------------------------------------------------------------


def with_channels(answer: Any) -> Any:
    """Return the shape that a student means who gives the side alone."""
    side = numbers(answer)
    return answer if side is None or side.ndim else (64, side.item(), side.item())


pool_shape = NumberTask(
    task="convolution.pool-shape",
    title="The shape after an overlapping pooling",
    covers=("000 Q7.2(b)",),
    names=("pool_shape",),
    points=1,
    tolerance=EXACT,
    looks={"pool_shape": "the shape that comes out"},
    reference={"pool_shape": (64, 7, 7)},
    second={"pool_shape": (64, *2 * [len(range(0, 32 - 8 + 1, 4))])},
    accepted={"pool_shape": (7, (7, 7, 64))},
    in_full={"pool_shape": with_channels},
    accepted_note="The shape with the channels in front is (channels, height, width).",
    mistakes=(
        Mistake(
            "one-forgotten",
            "There is one window more than there are steps between windows.",
            {"pool_shape": (64, 6, 6)},
            says=("+1 forgotten",),
        ),
        Mistake(
            "kernel-ignored",
            "With s = 4 the input has room for eight starts, but the last window of width 8 would "
            "stick out: the kernel's width counts.",
            {"pool_shape": (64, 8, 8)},
            says=("stays 8", "kernel ignored"),
        ),
        Mistake(
            "channels-merged",
            "Pooling works in each channel by itself; as many channels come out as went in.",
            {"pool_shape": (1, 7, 7)},
        ),
        Mistake(
            "stride-of-the-kernel",
            "You moved the window by its width; this pooling overlaps, with a stride of 4.",
            {"pool_shape": (64, 4, 4)},
        ),
    ),
    also_correct={
        "length of range(0,32-8+1,4)": {"pool_shape": (64, *2 * [len(range(0, 32 - 8 + 1, 4))])},
        "int 7 or tuple (64,7,7)": {"pool_shape": 7},
    },
)

EXERCISES = (output_size_256, scalars_256, pool_shape)
