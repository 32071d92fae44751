"""Two networks of the sheets, in which not every division comes out even."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import EXACT, conv_out, integer
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask

CHANNELS_LAST = "You put the channels last; that is a shape as well, and costs nothing."
SCALARS = "You gave the number of scalars instead of the shape, which costs nothing."

# --- convolution.output-size-128-floor ----------------------------------------------------------


def scalars(size: int, pool: Callable[[int], int], last: Callable[[int], int] | None = None) -> int:
    """128 channels after 8x8/2, a pooling of 5, and 4x4/1 with padding 1."""
    final = last or (lambda i: conv_out(i, 4, 1, 1))
    return 128 * final(pool(conv_out(size, 8, 2))) ** 2


def pool_floor(i: int) -> int:
    return conv_out(i, 5, 5)


def with_floor(size: int = 128) -> int:
    return scalars(size, pool_floor)


def with_windows(size: int = 128) -> int:
    first = ref.conv_out_by_windows(size, 8, 2)
    pooled = ref.conv_out_by_windows(first, 5, 5)
    return 128 * ref.conv_out_by_windows(pooled, 4, 1, 1) ** 2


def with_pool_padding(size: int = 128) -> int:
    return scalars(size, lambda i: conv_out(i, 5, 5, 2))


def with_ceil(size: int = 128) -> int:
    return scalars(size, lambda i: ref.pool_ceil(i, 5))


def draw_scalars(rng: Generator) -> Sequence[Look]:
    # After the first layer: 5m + 1, so that floor and ceil part; and 5m, where they agree.
    parting = [10 * integer(rng, 8, 20) + 8 for _ in range(2)]
    exact = [10 * integer(rng, 8, 20) + 6 for _ in range(2)]
    return [
        Look("the sheet's image, 128 by 128", {"cnn_output_scalars": [(), (128,)]}),
        Look(
            "images of other sizes",
            {"cnn_output_scalars": [(size,) for size in (*exact, *parting)]},
            hint="`size` is the side of the image; nothing in the function may rely on 128.",
        ),
    ]


def cnn_mistake(f: Callable[[int], int]) -> dict[str, Any]:
    """Return the answer that computes f of the image's side, 128 by default."""
    return {"cnn_output_scalars": lambda size=128: f(size)}


output_size_128_floor = FunctionTask(
    task="convolution.output-size-128-floor",
    title="When the pooling does not divide",
    covers=("001 Q3.1(a)",),
    names=("cnn_output_scalars",),
    kinds=("numeric", "function"),
    points=2,
    tolerance=EXACT,
    reference={"cnn_output_scalars": with_floor},
    second={"cnn_output_scalars": with_windows},
    draw=draw_scalars,
    readings={
        "You let the pooling keep its last, incomplete window; the sheet accepts that as well.": {
            "cnn_output_scalars": with_ceil
        },
    },
    mistakes=(
        Mistake(
            "no-padding",
            "The last layer pads its input by 1 on every side.",
            cnn_mistake(lambda n: scalars(n, pool_floor, lambda i: conv_out(i, 4))),
            says=("padding of the last layer forgotten",),
        ),
        Mistake(
            "padding-once",
            "A padding of 1 adds two rows, one at the top and one at the bottom.",
            cnn_mistake(lambda n: scalars(n, pool_floor, lambda i: i + 1 - 4 + 1)),
            says=("padding once",),
        ),
        Mistake(
            "channels-of-the-first-layer",
            "32 channels come out of the first layer; the last one has 128 kernels.",
            cnn_mistake(lambda n: with_floor(n) // 4),
            says=("32 channels",),
        ),
        Mistake(
            "stride-one",
            "The first layer moves its windows by 2, which halves the image.",
            cnn_mistake(lambda n: 128 * conv_out(pool_floor(conv_out(n, 8)), 4, 1, 1) ** 2),
            says=("stride 1 in the first layer",),
        ),
        Mistake(
            "one-channel",
            "That is the area of one channel: multiply by the number of kernels of the last layer.",
            cnn_mistake(lambda n: with_floor(n) // 128),
        ),
        Mistake(
            "side-not-area",
            "A feature map is as high as it is wide: square its side.",
            cnn_mistake(lambda n: 128 * math.isqrt(with_floor(n) // 128)),
        ),
    ),
    also_correct={
        "floor": {"cnn_output_scalars": with_floor},
        "pool padding 2": {"cnn_output_scalars": with_pool_padding},
    },
)


# --- convolution.output-size-128-padded ---------------------------------------------------------


def chain(pool: Callable[[int], int] = lambda i: conv_out(i, 2, 2)) -> tuple[int, int, int]:
    """The three sizes of the network of sheet 002."""
    first = conv_out(128, 8, 2, 4)
    pooled = pool(first)
    return first, pooled, conv_out(pooled, 4, 2, 2)


def chain_by_windows() -> tuple[int, int, int]:
    first = ref.conv_out_by_windows(128, 8, 2, 4)
    pooled = ref.conv_out_by_windows(first, 2, 2)
    return first, pooled, ref.conv_out_by_windows(pooled, 4, 2, 2)


def draw_shape(rng: Generator) -> Sequence[Look]:
    return [Look("the shape of the third layer's output", {"cnn_output_shape": [()]})]


def shape(*given: int) -> dict[str, Any]:
    """Return the answer that gives this shape."""
    return {"cnn_output_shape": lambda: given}


output_size_128_padded = FunctionTask(
    task="convolution.output-size-128-padded",
    title="Padding, pooling and a shape",
    covers=("002 3(a)",),
    names=("cnn_output_shape",),
    kinds=("numeric", "function"),
    points=1,
    tolerance=EXACT,
    reference={"cnn_output_shape": lambda: (128, chain()[2], chain()[2])},
    second={"cnn_output_shape": lambda: (128, chain_by_windows()[2], chain_by_windows()[2])},
    draw=draw_shape,
    readings={CHANNELS_LAST: shape(17, 17, 128), SCALARS: {"cnn_output_shape": lambda: 36992}},
    mistakes=(
        Mistake(
            "stride-one-pooling",
            "Windows of a non-overlapping pooling start as far apart as they are wide.",
            shape(128, 33, 33),
            says=("stride-1 pool",),
        ),
        Mistake(
            "no-padding",
            "The third layer pads as well, by 2 on every side.",
            shape(128, 15, 15),
            says=("no padding in layer 3",),
        ),
        Mistake(
            "padding-once",
            "A padding of 4 adds eight rows in the first layer, four at either end.",
            shape(128, 16, 16),
            says=("padding once in layer 1: 63",),
        ),
        Mistake(
            "channels-dropped",
            "A shape tells the channels too: one for each kernel of the third layer.",
            shape(17, 17),
            says=("channels dropped",),
        ),
        Mistake(
            "rounded-up",
            "You rounded up in the convolution as well, where a window would stick out of the "
            "padded input.",
            shape(128, 18, 18),
        ),
        Mistake(
            "channels-of-the-layer-before",
            "64 channels come in; the third layer has 128 kernels, so 128 channels come out.",
            shape(64, 17, 17),
        ),
    ),
    also_correct={
        "product": {"cnn_output_shape": lambda: 128 * 17 * 17},
        "tuple (128,17,17), (17,17,128) or the scalar 36992; ceil in the pool only. Ask for the "
        "intermediate sizes too: the common slip 64 in layer 1 also ends at 17": {
            "cnn_output_shape": lambda: [128, *2 * [chain(lambda i: ref.pool_ceil(i, 2))[2]]]
        },
    },
)

sizes_128_padded = NumberTask(
    task="convolution.sizes-128-padded",
    title="The sizes on the way",
    covers=("002 3(a)",),
    names=("sizes_128",),
    points=1,
    tolerance=EXACT,
    looks={"sizes_128": "the sizes after each of the three layers"},
    reference={"sizes_128": chain()},
    second={"sizes_128": chain_by_windows()},
    accepted={"sizes_128": (chain(lambda i: ref.pool_ceil(i, 2)),)},
    accepted_note="You kept the last, incomplete window of the pooling, as some libraries can.",
    mistakes=(
        Mistake(
            "half-of-the-image",
            "A stride of 2 does not quite halve here: the padded image has room for one window "
            "more than half its side. The slip does not show in the end, but it is one.",
            {"sizes_128": (64, 32, 17)},
        ),
        Mistake(
            "stride-one-pooling",
            "Windows of a non-overlapping pooling start as far apart as they are wide.",
            {"sizes_128": (65, 64, 33)},
            says=("stride-1 pool",),
        ),
        Mistake(
            "no-padding",
            "The third layer pads as well, by 2 on every side.",
            {"sizes_128": (65, 32, 15)},
            says=("no padding in layer 3",),
        ),
        Mistake(
            "padding-once",
            "A padding of 4 adds eight rows in the first layer, four at either end.",
            {"sizes_128": (63, 31, 16)},
            says=("padding once in layer 1: 63",),
        ),
        Mistake(
            "rounded-up",
            "You rounded up in the convolution as well, where a window would stick out of the "
            "padded input.",
            {"sizes_128": (65, 33, 18)},
        ),
    ),
    also_correct={"ceil in the pool": {"sizes_128": (65, 33, 17)}},
)

EXERCISES = (output_size_128_floor, output_size_128_padded, sizes_128_padded)
