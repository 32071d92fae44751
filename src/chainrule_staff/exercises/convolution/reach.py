"""The size formula backwards: transposed convolutions, and how far one output looks."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import EXACT
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

Layers = Sequence[tuple[int, int, int]]

# --- convolution.transposed-and-receptive-field -------------------------------------------------


def layer(rng: Generator, dilated: bool) -> tuple[int, int, int]:
    k, s = int(rng.integers(3, 6)), int(rng.integers(2, 4))
    return k, s, int(rng.integers(2, 5)) if dilated else 1


def draw_reach(rng: Generator) -> Sequence[Look]:
    sizes = [(int(rng.integers(5, 20)), *layer(rng, False)[:2], p) for p in (1, 2, 0)]
    dilated = [(int(rng.integers(5, 20)), k, s, 1, d) for k, s, d in (layer(rng, True), (3, 2, 2))]
    plain = [[layer(rng, False) for _ in range(n)] for n in (2, 3)]
    mixed = [[layer(rng, True), layer(rng, False), (3, 1, 3), (2, 2, 1)]]
    return [
        Look("a transposed convolution with a stride", {"transposed_out": sizes}),
        Look("a transposed convolution with dilation", {"transposed_out": dilated}),
        Look(
            "the receptive field of layers with strides",
            {"receptive_field": [(layers,) for layers in plain]},
            hint="One step in layer 3 is how many steps in the image?",
        ),
        Look("the receptive field with dilation", {"receptive_field": [(m,) for m in mixed]}),
    ]


def grown(layers: Layers, own_stride: bool) -> int:
    r, jump = 1, 1
    for k, s, d in layers:
        jump *= s if own_stride else 1
        r += d * (k - 1) * jump
    return r


def stride_before_kernel(layers: Layers) -> int:
    return grown(layers, own_stride=True)


def strides_ignored(layers: Layers) -> int:
    return grown(layers, own_stride=False)


def whole_kernels(layers: Layers) -> int:
    r, jump = 0, 1
    for k, s, d in layers:
        r += d * k * jump
        jump *= s
    return r


def dilation_ignored(layers: Layers) -> int:
    return ref.receptive_field([(k, s, 1) for k, s, _ in layers])


def kernels_multiplied(layers: Layers) -> int:
    return prod(d * (k - 1) + 1 for k, _, d in layers)


def wrong_way_round(layers: Layers) -> int:
    return ref.receptive_field(list(reversed(layers)))


transposed_and_receptive_field = FunctionTask(
    task="convolution.transposed-and-receptive-field",
    title="Sizes backwards, and how far an output looks",
    names=("transposed_out", "receptive_field"),
    points=3,
    tolerance=EXACT,
    reference={"transposed_out": ref.transposed_out, "receptive_field": ref.receptive_field},
    second={
        "transposed_out": ref.transposed_out_by_stamping,
        "receptive_field": ref.receptive_field_backwards,
    },
    draw=draw_reach,
    mistakes=(
        Mistake(
            "forward-formula",
            "That is the size after an ordinary convolution. The transposed one goes back: its "
            "output is what the ordinary one would shrink to i.",
            {"transposed_out": ref.conv_out},
        ),
        Mistake(
            "stride-times-all",
            "i stamps lie i - 1 steps apart: the stride multiplies i - 1, and the last stamp adds "
            "its own width.",
            {"transposed_out": lambda i, k, s=1, p=0, d=1: ref.transposed_out(i + 1, k, s, p, d)},
        ),
        Mistake(
            "padding-added",
            "Backwards the padding is cut off, 2p in all: going forward it was put on.",
            {"transposed_out": lambda i, k, s=1, p=0, d=1: ref.transposed_out(i, k, s, -p, d)},
        ),
        Mistake(
            "last-place-forgotten",
            "The last stamp covers d(k - 1) + 1 places; your + 1 is missing.",
            {"transposed_out": lambda i, k, s=1, p=0, d=1: ref.transposed_out(i, k, s, p, d) - 1},
        ),
        Mistake(
            "undilated-stamp",
            "A dilated stamp is d(k - 1) + 1 wide; yours is k wide.",
            {"transposed_out": lambda i, k, s=1, p=0, d=1: ref.transposed_out(i, k, s, p)},
        ),
        Mistake(
            "own-stride-first",
            "A layer's own stride spreads the layers after it, not itself: add the kernel first "
            "and multiply the step afterwards.",
            {"receptive_field": stride_before_kernel},
        ),
        Mistake(
            "strides-ignored",
            "After a stride of 2 one step is two steps in the image: later kernels reach further.",
            {"receptive_field": strides_ignored},
        ),
        Mistake(
            "whole-kernels",
            "A kernel adds d(k - 1) places to the one that is there already, not d k.",
            {"receptive_field": whole_kernels},
        ),
        Mistake(
            "dilation-ignored",
            "Dilation pulls the kernel apart: it adds d(k - 1) steps, not k - 1.",
            {"receptive_field": dilation_ignored},
        ),
        Mistake(
            "kernels-multiplied",
            "Kernels do not multiply: each layer adds its reach, measured in steps of the image.",
            {"receptive_field": kernels_multiplied},
        ),
        Mistake(
            "wrong-way-round",
            "You read the layers from output to input while the step grows from input to output.",
            {"receptive_field": wrong_way_round},
        ),
    ),
    also_correct={
        "inverting the size formula": {"transposed_out": ref.transposed_out_by_inversion},
        "tracing the connections": {"receptive_field": ref.receptive_field_by_tracing},
    },
)

EXERCISES = (transposed_and_receptive_field,)
