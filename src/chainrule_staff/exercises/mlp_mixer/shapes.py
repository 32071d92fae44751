"""From an image to a table, and through one layer."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.mlp_mixer import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

# --- mlp_mixer.dims -----------------------------------------------------------------------------


def draw_dims(rng: Generator) -> Sequence[Look]:
    def image() -> tuple[int, int, int, int]:
        n, P = int(rng.integers(3, 9)), int(rng.integers(9, 17))
        return n * P, n * P, n * n, 10 * int(rng.integers(5, 20)) + 1

    return [
        Look("the sheet's table", {"mixer_dims": [(64, 64, 16, 128)]}),
        Look(
            "other square images",
            {"mixer_dims": [image() for _ in range(4)]},
            share=2,
            hint="How many pixels does one patch hold?",
        ),
    ]


dims = FunctionTask(
    task="mlp_mixer.dims",
    title="How large is a patch",
    covers=("002 4(a)",),
    names=("mixer_dims",),
    kinds=("numeric", "function"),
    points=1,
    tolerance=Tolerance(1e-9, 1e-9),
    reference={"mixer_dims": ref.mixer_dims},
    second={"mixer_dims": ref.mixer_dims_by_search},
    draw=draw_dims,
    readings={
        "You gave the patch with both its sides, which says the same.": {
            "mixer_dims": lambda H, W, S, C: (2 * (math.isqrt(H * W // S),), S, C)
        },
    },
    mistakes=(
        Mistake(
            "axes-swapped",
            "You took the columns for patches: a row of the table is one patch, a column is one "
            "channel.",
            {"mixer_dims": lambda H, W, S, C: (math.sqrt(H * W / C), C, S)},
            says=("axes swapped",),
        ),
        Mistake(
            "columns-share-the-pixels",
            "You divided the pixels among the columns; a column is a channel. The rows are the "
            "patches, so S of them share H W pixels.",
            {"mixer_dims": lambda H, W, S, C: (math.sqrt(H * W / C), S, C)},
            says=("axes swapped",),
        ),
        Mistake(
            "table-turned",
            "The side of the patch is right, but the table has S rows and C columns, in this "
            "order.",
            {"mixer_dims": lambda H, W, S, C: (math.isqrt(H * W // S), C, S)},
            says=("axes swapped",),
        ),
        Mistake(
            "patches-per-side",
            "S counts all patches, not those along one side: the S patches share H W pixels.",
            {"mixer_dims": lambda H, W, S, C: (H / S, S, C)},
            says=("P=H/S (patches per side taken as S)",),
        ),
        Mistake(
            "channels-of-the-patch",
            "P^2 times 3 is what a patch holds before the embedding; the table shows C numbers "
            "for each.",
            {"mixer_dims": lambda H, W, S, C: (math.isqrt(H * W // S), S, 3 * (H * W // S))},
            says=("C = P^2*3",),
        ),
        Mistake(
            "side-for-all",
            "That is the number of patches along one side; the table has a row for each of all "
            "patches.",
            {"mixer_dims": lambda H, W, S, C: (math.isqrt(H * W // S), math.isqrt(S), C)},
            says=("S = patches per side",),
        ),
        Mistake(
            "area-for-side",
            "That is the number of pixels in a patch; its side is the square root.",
            {"mixer_dims": lambda H, W, S, C: (H * W // S, S, C)},
        ),
    ),
    also_correct={
        "H/sqrt(S)": {"mixer_dims": lambda H, W, S, C: (H / np.sqrt(S), S, C)},
        "patch resolution given as 16x16 or (16,16)": {
            "mixer_dims": lambda H, W, S, C: ((H // math.isqrt(S), W // math.isqrt(S)), S, C)
        },
    },
)


# --- mlp_mixer.patches --------------------------------------------------------------------------


def picture(rng: Generator, *shape: int) -> Numbers:
    """Draw an image with two decimals, no two numbers equal."""
    size = int(np.prod(shape))
    return np.asarray((0.37 * (rng.permutation(size) + 1)).round(2).reshape(shape))


def draw_patches(rng: Generator) -> Sequence[Look]:
    return [
        Look(
            "a grey image",
            {"patchify": [(picture(rng, 6, 6, 1), 3), (picture(rng, 4, 8, 1), 2)]},
        ),
        Look(
            "an image with channels",
            {"patchify": [(picture(rng, 4, 6, 3), 2), (picture(rng, 9, 6, 2), 3)]},
            hint="Follow one pixel: in which patch is it, and which pixels of that patch come "
            "before it?",
        ),
    ]


def only_reshaped(X: Numbers, P: int) -> Numbers:
    return X.reshape(-1, P * P * X.shape[2])


def down_the_columns(X: Numbers, P: int) -> Numbers:
    H, W, c = X.shape
    blocks = X.reshape(H // P, P, W // P, P, c).transpose(2, 0, 1, 3, 4)
    return np.asarray(blocks.reshape(-1, P * P * c))


def channels_first(X: Numbers, P: int) -> Numbers:
    H, W, c = X.shape
    blocks = X.reshape(H // P, P, W // P, P, c).transpose(0, 2, 4, 1, 3)
    return np.asarray(blocks.reshape(-1, P * P * c))


def pixels_transposed(X: Numbers, P: int) -> Numbers:
    H, W, c = X.shape
    blocks = X.reshape(H // P, P, W // P, P, c).transpose(0, 2, 3, 1, 4)
    return np.asarray(blocks.reshape(-1, P * P * c))


patches = FunctionTask(
    task="mlp_mixer.patches",
    title="From an image to a table",
    names=("patchify",),
    points=2,
    reference={"patchify": ref.patchify},
    second={"patchify": ref.patchify_by_loops},
    draw=draw_patches,
    mistakes=(
        Mistake(
            "only-reshaped",
            "reshape keeps the numbers in the order of memory, row after row of the whole image: "
            "your rows are strips, not patches. Split both axes and swap the middle ones first.",
            {"patchify": only_reshaped},
        ),
        Mistake(
            "patches-down-the-columns",
            "Your patches are right and numbered down the columns; go along the rows, as one "
            "reads.",
            {"patchify": down_the_columns},
        ),
        Mistake(
            "channels-first",
            "Within a patch you list one channel after the other; keep the channels of a pixel "
            "together, as the image does.",
            {"patchify": channels_first},
        ),
        Mistake(
            "pixels-transposed",
            "Within a patch you walk down the columns; go along its rows.",
            {"patchify": pixels_transposed},
        ),
        Mistake(
            "patches-as-columns",
            "Your patches are columns; in the table every patch is a row.",
            {"patchify": lambda X, P: ref.patchify(X, P).T},
        ),
    ),
    also_correct={
        "two loops over the corners": {"patchify": ref.patchify_by_loops},
        "an index for each pixel": {"patchify": ref.patchify_by_index},
    },
)


# --- mlp_mixer.block ----------------------------------------------------------------------------

Weights = tuple[Numbers, Numbers, Numbers, Numbers, Numbers]


def block(rng: Generator, S: int, C: int, DS: int, DC: int) -> Weights:
    """Draw (X, W1, W2, W3, W4)."""
    shapes = ((S, C), (DS, S), (S, DS), (DC, C), (C, DC))
    X, W1, W2, W3, W4 = (np.round(rng.normal(size=shape), 2) for shape in shapes)
    return X, W1, W2, W3, W4


def without_token_mixing(weights: Weights) -> Weights:
    X, W1, W2, W3, W4 = weights
    return X, W1, 0 * W2, W3, W4


def without_channel_mixing(weights: Weights) -> Weights:
    X, W1, W2, W3, W4 = weights
    return X, W1, W2, W3, 0 * W4


def draw_block(rng: Generator) -> Sequence[Look]:
    def several() -> list[Weights]:
        return [block(rng, 4, 3, 5, 6), block(rng, 3, 5, 2, 4)]

    return [
        Look(
            "the token half alone (W4 = 0)",
            {"mixer_block": [without_channel_mixing(w) for w in several()]},
        ),
        Look(
            "the channel half alone (W2 = 0)",
            {"mixer_block": [without_token_mixing(w) for w in several()]},
        ),
        Look("both halves", {"mixer_block": [*several(), block(rng, 4, 4, 4, 4)]}, share=2),
    ]


def no_skip(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    U = W2 @ ref.gelu(W1 @ ref.layer_norm(X))
    return np.asarray(ref.gelu(ref.layer_norm(U) @ W3.T) @ W4.T)


def no_norm(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    U = X + W2 @ ref.gelu(W1 @ X)
    return np.asarray(U + ref.gelu(U @ W3.T) @ W4.T)


def no_gelu(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    U = X + W2 @ (W1 @ ref.layer_norm(X))
    return np.asarray(U + (ref.layer_norm(U) @ W3.T) @ W4.T)


def norm_over_tokens(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    U = X + W2 @ ref.gelu(W1 @ ref.layer_norm(X.T).T)
    return np.asarray(U + ref.gelu(ref.layer_norm(U.T).T @ W3.T) @ W4.T)


def halves_in_parallel(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    N = ref.layer_norm(X)
    return np.asarray(X + W2 @ ref.gelu(W1 @ N) + ref.gelu(N @ W3.T) @ W4.T)


def channels_before_tokens(
    X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers
) -> Numbers:
    U = X + ref.gelu(ref.layer_norm(X) @ W3.T) @ W4.T
    return np.asarray(U + W2 @ ref.gelu(W1 @ ref.layer_norm(U)))


def skip_from_the_norm(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    N = ref.layer_norm(X)
    M = ref.layer_norm(N + W2 @ ref.gelu(W1 @ N))
    return np.asarray(M + ref.gelu(M @ W3.T) @ W4.T)


def second_skip_from_the_input(
    X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers
) -> Numbers:
    U = X + W2 @ ref.gelu(W1 @ ref.layer_norm(X))
    return np.asarray(X + ref.gelu(ref.layer_norm(U) @ W3.T) @ W4.T)


def axes_swapped(X: Numbers, W1: Numbers, W2: Numbers, W3: Numbers, W4: Numbers) -> Numbers:
    """W1 meets the channels: the shapes agree only when S = C."""
    U = X + ref.gelu(ref.layer_norm(X) @ W1.T) @ W2.T
    return np.asarray(U + W4 @ ref.gelu(W3 @ ref.layer_norm(U)))


mixer_block = FunctionTask(
    task="mlp_mixer.block",
    title="One Mixer layer",
    names=("mixer_block",),
    points=3,
    reference={"mixer_block": ref.mixer_block},
    second={"mixer_block": ref.mixer_block_by_loops},
    draw=draw_block,
    mistakes=(
        Mistake(
            "skips-forgotten",
            "Both skip connections are missing: each half is added to what came in.",
            {"mixer_block": no_skip},
        ),
        Mistake(
            "norms-forgotten",
            "Both halves work on the normalised table; only the skip carries it as it is.",
            {"mixer_block": no_norm},
        ),
        Mistake(
            "gelu-forgotten",
            "Without GELU two matrices in a row are just one: the bend belongs between them.",
            {"mixer_block": no_gelu},
        ),
        Mistake(
            "norm-over-tokens",
            "The layer norm makes every row (one token) have mean 0 and variance 1; you "
            "normalised the columns.",
            {"mixer_block": norm_over_tokens},
        ),
        Mistake(
            "halves-in-parallel",
            "The channel half works on U, which the token half has already changed; yours started "
            "again from X.",
            {"mixer_block": halves_in_parallel},
        ),
        Mistake(
            "channels-before-tokens",
            "You mixed the channels first and the tokens afterwards; the layer does it the other "
            "way round.",
            {"mixer_block": channels_before_tokens},
        ),
        Mistake(
            "skip-from-the-norm",
            "The skip takes the table before the norm, not after it.",
            {"mixer_block": skip_from_the_norm},
        ),
        Mistake(
            "second-skip-from-the-input",
            "The second skip starts from U: starting from X throws away the tokens' half.",
            {"mixer_block": second_skip_from_the_input},
        ),
        Mistake(
            "axes-swapped",
            "W1 mixes tokens, so it has S columns and multiplies from the left, on the columns of "
            "the table; W3 mixes channels and acts on its rows.",
            {"mixer_block": axes_swapped},
        ),
    ),
    also_correct={
        "one channel and one token after the other": {"mixer_block": ref.mixer_block_by_loops},
        "one network for rows and two transpositions": {
            "mixer_block": ref.mixer_block_by_transposes
        },
    },
)

EXERCISES = (dims, patches, mixer_block)
