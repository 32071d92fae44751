"""What comes out of a layer and what is stored in it: sizes and weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from chainrule.compare import Tolerance
from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import conv_out
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask

EXACT = Tolerance(1e-9, 1e-9)  # sizes are whole numbers
CHANNELS_LAST = "You put the channels last; that is a shape as well, and costs nothing."
SCALARS = "You gave the number of scalars instead of the shape, which costs nothing."


def integer(rng: Generator, low: int, high: int) -> int:
    """Draw an integer from low to high, both included."""
    return int(rng.integers(low, high + 1))


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


# --- convolution.parameter-count ----------------------------------------------------------------


def draw_params(rng: Generator) -> Sequence[Look]:
    layers = [(integer(rng, 3, 12), integer(rng, 13, 40), k) for k in (2, 3, 7)]
    return [
        Look("the sheet's layer", {"conv_params": [(64, 128, 4)]}),
        Look("other layers", {"conv_params": layers}),
        Look("with biases", {"conv_params": [(*layer, True) for layer in layers]}),
    ]


parameter_count = FunctionTask(
    task="convolution.parameter-count",
    title="The weights of a layer",
    covers=("000 Q6.2", "002 3(b)"),
    names=("conv_params",),
    points=2,
    tolerance=EXACT,
    reference={"conv_params": ref.conv_params},
    second={"conv_params": ref.conv_params_by_tensor},
    draw=draw_params,
    mistakes=(
        Mistake(
            "biases-included",
            "You count biases although none are asked for: bias=False is the default.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * (c_in * k * k + 1)},
            says=("biases included",),
        ),
        Mistake(
            "biases-never",
            "With bias=True every kernel brings one number more.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * c_in * k * k},
        ),
        Mistake(
            "input-channels-forgotten",
            "A kernel is no flat square: it has a k by k slice for each channel that comes in.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * (k * k + bias)},
            says=("input channels forgotten",),
        ),
        Mistake(
            "pool-kernel",
            "5 is the window of the pooling, which has no weights; use the k of the convolution.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * (c_in * 25 + bias)},
            says=("pool kernel size used",),
        ),
        Mistake(
            "image-channels",
            "3 channels are those of the image; a later layer sees the channels of the one before.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * (3 * k * k + bias)},
        ),
        Mistake(
            "times-output-area",
            "The same kernel is used at every place: sharing the weights is the point of a "
            "convolution, so the output's area does not matter.",
            {
                "conv_params": lambda c_in, c_out, k, bias=False: (
                    c_out * (c_in * k * k + bias) * 24 * 24
                )
            },
            says=("multiplied by output area",),
        ),
        Mistake(
            "side-not-area",
            "A kernel k wide is also k high: k squared numbers for each channel.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * (c_in * k + bias)},
            says=("k instead of k^2",),
        ),
        Mistake(
            "bias-per-input-channel",
            "There is one bias for each kernel, added after the channels are summed, not one for "
            "each channel that comes in.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * c_in * (k * k + bias)},
        ),
        Mistake(
            "one-bias-for-all",
            "Each of the c_out kernels has a bias of its own.",
            {"conv_params": lambda c_in, c_out, k, bias=False: c_out * c_in * k * k + bias},
        ),
    ),
    also_correct={
        "2**17": {
            "conv_params": lambda c_in, c_out, k, bias=False: (
                2**17
                if (c_in, c_out, k, bias) == (64, 128, 4, False)
                else ref.conv_params(c_in, c_out, k, bias)
            )
        },
        "size of an actual weight tensor": {"conv_params": ref.conv_params_by_tensor},
    },
)


# --- convolution.parameter-count-128 ------------------------------------------------------------

parameter_count_128 = NumberTask(
    task="convolution.parameter-count-128",
    title="The weights of the last layer",
    covers=("001 Q3.1(b)",),
    names=("parameters_128",),
    points=1,
    tolerance=EXACT,
    looks={"parameters_128": "the number of weights"},
    reference={"parameters_128": 65536},
    second={"parameters_128": ref.conv_params_by_tensor(32, 128, 4)},
    mistakes=(
        Mistake(
            "with-biases",
            "You counted the 128 biases; the question leaves them out.",
            {"parameters_128": 65664},
            says=("with biases",),
        ),
        Mistake(
            "input-channels-forgotten",
            "Each kernel has a slice for every channel that comes in, and pooling keeps channels.",
            {"parameters_128": 128 * 16},
            says=("input channels forgotten",),
        ),
        Mistake(
            "pool-kernel",
            "5 by 5 is the window of the pooling; the last layer has kernels of its own size.",
            {"parameters_128": 128 * 32 * 25},
            says=("5x5 kernel",),
        ),
        Mistake(
            "channels-of-the-other-network",
            "64 channels were in the other network; here the first layer has fewer kernels.",
            {"parameters_128": 128 * 64 * 16},
            says=("64 input channels",),
        ),
        Mistake(
            "side-not-area",
            "A kernel 4 wide is also 4 high.",
            {"parameters_128": 128 * 32 * 4},
        ),
        Mistake(
            "image-channels",
            "The last layer does not see the image with its 3 channels but the layer before.",
            {"parameters_128": 128 * 3 * 16},
        ),
    ),
    also_correct={"2**16": {"parameters_128": 2**16}},
)


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


# --- convolution.pool-shape ---------------------------------------------------------------------

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

EXERCISES = (
    output_size_256,
    scalars_256,
    parameter_count,
    pool_shape,
    output_size_128_floor,
    parameter_count_128,
    output_size_128_padded,
    sizes_128_padded,
)
