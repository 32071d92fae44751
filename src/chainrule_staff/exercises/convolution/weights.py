"""What is stored in a layer: its weights, which do not depend on the image."""

from __future__ import annotations

from collections.abc import Sequence

from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import EXACT, integer
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask

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

EXERCISES = (parameter_count, parameter_count_128)
