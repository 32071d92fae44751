"""What a Mixer costs: multiply-adds grow with the number of patches, and weights do not all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from chainrule.compare import Tolerance
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.mlp_mixer import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

SHEET = (16, 16, 3, 128, 64, 256, 8)
EXACT = Tolerance(1e-9, 1e-9)  # counts are whole numbers
Count = Callable[[int, int, int, int, int, int, int], int]


def sizes(rng: Generator) -> tuple[int, int, int, int, int, int, int]:
    """Draw (S, P, c, C, D_S, D_C, L), all of them different."""
    S, P, c = (int(rng.integers(low, low + 12)) for low in (30, 5, 2))
    C, DS, DC = (int(rng.integers(low, low + 40)) for low in (60, 101, 150))
    return S, P, c if c != P else c + 1, C, DS, DC, int(rng.integers(20, 28))


def small(rng: Generator) -> tuple[int, int, int, int, int, int, int]:
    """Draw a net with a hidden layer that is narrower than the table."""
    S, P, c, C, _, _, _ = sizes(rng)
    return S, P, c, C, S - 11, C - 7, 2


def draw_macs(rng: Generator) -> Sequence[Look]:
    one = small(rng)
    return [
        Look("the sheet's table, eight layers", {"mixer_macs": [SHEET]}),
        Look("any sizes", {"mixer_macs": [sizes(rng), small(rng)]}, share=2),
        Look(
            "twice as many patches",
            {"mixer_macs": [one, (2 * one[0], *one[1:])]},
            hint="Which of the sizes depend on the number of patches? Write each matrix product "
            "with its three dimensions.",
        ),
    ]


def attention(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * P * P * c * C + L * (2 * S * S * C + 2 * S * C * DC)


def one_matrix(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * (P * P * c * C + L * C * (DS + DC))


def no_embedding(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * 2 * L * C * (DS + DC)


def grey_image(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return ref.mixer_macs(S, P, 1, C, DS, DC, L)


def one_layer(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return ref.mixer_macs(S, P, c, C, DS, DC, 1)


def one_column(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * P * P * c * C + 2 * L * (S * DS + S * C * DC)


def side_not_area(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * (P * c * C + 2 * L * C * (DS + DC))


def embedding_in_every_layer(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return L * ref.mixer_macs(S, P, c, C, DS, DC, 1)


complexity = FunctionTask(
    task="mlp_mixer.complexity",
    title="Linear in the number of patches",
    covers=("002 4(b)",),
    names=("mixer_macs",),
    points=3,
    tolerance=EXACT,
    reference={"mixer_macs": ref.mixer_macs},
    second={"mixer_macs": ref.mixer_macs_by_products},
    draw=draw_macs,
    readings={
        "You counted multiplications and additions apart (FLOPs), two for each multiply-add; that "
        "is a unit of its own and costs nothing.": {
            "mixer_macs": lambda *shape: 2 * ref.mixer_macs(*shape)
        },
    },
    mistakes=(
        Mistake(
            "quadratic-in-patches",
            "S squared is what attention pays, where every token looks at every token. The token "
            "mixing goes through a hidden layer of fixed width D_S.",
            {"mixer_macs": attention},
            says=("token mixing counted S^2 (attention)",),
        ),
        Mistake(
            "one-matrix-per-mlp",
            "Each of the two networks has two matrices, one into the hidden layer and one out of "
            "it.",
            {"mixer_macs": one_matrix},
            says=("one matrix per MLP",),
        ),
        Mistake(
            "embedding-forgotten",
            "Before the layers every patch is embedded: one product of its P^2 c numbers with a "
            "matrix.",
            {"mixer_macs": no_embedding},
            says=("embedding forgotten",),
        ),
        Mistake(
            "grey-image",
            "A pixel has c numbers, so a patch has P^2 c of them.",
            {"mixer_macs": grey_image},
            says=("input channels forgotten",),
        ),
        Mistake(
            "weights-counted",
            "You counted weights. Each weight is used many times over: the token network once for "
            "every channel, the channel network once for every patch.",
            {"mixer_macs": ref.mixer_weights},
            says=("parameters instead of operations",),
        ),
        Mistake(
            "one-layer",
            "There are L layers, one after the other.",
            {"mixer_macs": one_layer},
        ),
        Mistake(
            "token-mixing-once",
            "The token network runs once for every channel, that is on each of the C columns.",
            {"mixer_macs": one_column},
        ),
        Mistake(
            "side-not-area",
            "A patch P wide is also P high: it holds P^2 pixels.",
            {"mixer_macs": side_not_area},
        ),
        Mistake(
            "embedding-in-every-layer",
            "The patches are embedded once, before the first layer.",
            {"mixer_macs": embedding_in_every_layer},
        ),
    ),
    also_correct={
        "factorised": {"mixer_macs": ref.mixer_macs},
        "FLOPs = 2 x MACs if declared; affine in S when biases/GELU on the D_S x C hidden layer "
        "are counted": {"mixer_macs": lambda *shape: 2 * ref.mixer_macs_by_products(*shape)},
    },
)


# --- mlp_mixer.parameter-count ------------------------------------------------------------------


def draw_weights(rng: Generator) -> Sequence[Look]:
    return [
        Look("the sheet's table, eight layers", {"mixer_weights": [SHEET]}),
        Look("any sizes", {"mixer_weights": [sizes(rng), small(rng)]}, share=2),
    ]


def unshared_tokens(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return P * P * c * C + 2 * L * (C * S * DS + C * DC)


def unshared_channels(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return P * P * c * C + 2 * L * (S * DS + S * C * DC)


def unshared_embedding(S: int, P: int, c: int, C: int, DS: int, DC: int, L: int) -> int:
    return S * P * P * c * C + 2 * L * (S * DS + C * DC)


parameter_count = FunctionTask(
    task="mlp_mixer.parameter-count",
    title="Weights that are shared",
    names=("mixer_weights",),
    points=1,
    tolerance=EXACT,
    reference={"mixer_weights": ref.mixer_weights},
    second={"mixer_weights": ref.mixer_weights_by_tensors},
    draw=draw_weights,
    mistakes=(
        Mistake(
            "operations-counted",
            "You counted multiply-adds. A weight that is used for every channel or every patch is "
            "still one weight.",
            {"mixer_weights": ref.mixer_macs},
        ),
        Mistake(
            "token-network-per-channel",
            "All channels share one token network; yours has one for each.",
            {"mixer_weights": unshared_tokens},
        ),
        Mistake(
            "channel-network-per-patch",
            "All patches share one channel network; yours has one for each.",
            {"mixer_weights": unshared_channels},
        ),
        Mistake(
            "embedding-per-patch",
            "All patches share one embedding; yours has one for each.",
            {"mixer_weights": unshared_embedding},
        ),
        Mistake(
            "one-matrix-per-mlp",
            "Each of the two networks has two matrices, one into the hidden layer and one out of "
            "it.",
            {"mixer_weights": lambda S, P, c, C, DS, DC, L: P * P * c * C + L * (S * DS + C * DC)},
        ),
        Mistake(
            "layers-shared",
            "Every layer has weights of its own: only patches and channels share.",
            {
                "mixer_weights": lambda S, P, c, C, DS, DC, L: ref.mixer_weights(
                    S, P, c, C, DS, DC, 1
                )
            },
        ),
        Mistake(
            "embedding-forgotten",
            "The embedding has weights as well: P^2 c numbers come in and C go out.",
            {"mixer_weights": lambda S, P, c, C, DS, DC, L: 2 * L * (S * DS + C * DC)},
        ),
    ),
    also_correct={"sizes of actual matrices": {"mixer_weights": ref.mixer_weights_by_tensors}},
)

EXERCISES = (complexity, parameter_count)
