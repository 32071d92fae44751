"""What a convolution is: three modes, and the flip that makes it no correlation."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import kernel, signal
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- convolution.conv1d-modes -------------------------------------------------------------------


def draw_modes(rng: Generator) -> Sequence[Look]:
    sheet = (np.array([1, 2, 3, 4]), np.array([1, 0, 2]))
    pairs = [(signal(rng, n), kernel(rng, k)) for n, k in ((7, 3), (9, 5), (6, 4), (5, 2))]
    tight = (signal(rng, 4), kernel(rng, 4))
    return [
        Look(
            "the sheet's signal and kernel, all modes",
            {"conv1d": [(*sheet, mode) for mode in ref.MODES]},
        ),
        *(
            Look(f"mode {mode}", {"conv1d": [(*pair, mode) for pair in pairs]})
            for mode in ref.MODES
        ),
        Look(
            "a kernel as long as the signal",
            {"conv1d": [(*tight, mode) for mode in ref.MODES]},
        ),
    ]


def not_flipped(x: Numbers, w: Numbers, mode: str) -> Numbers:
    return ref.conv1d(x, w[::-1], mode)


def swapped(x: Numbers, w: Numbers, mode: str) -> Numbers:
    return ref.conv1d(x, w, {"full": "same", "same": "full"}.get(mode, mode))


def same_from_the_start(x: Numbers, w: Numbers, mode: str) -> Numbers:
    return ref.conv1d(x, w, "full")[: len(x)] if mode == "same" else ref.conv1d(x, w, mode)


def same_from_the_end(x: Numbers, w: Numbers, mode: str) -> Numbers:
    return ref.conv1d(x, w, "full")[-len(x) :] if mode == "same" else ref.conv1d(x, w, mode)


def last_window_lost(x: Numbers, w: Numbers, mode: str) -> Numbers:
    y = ref.conv1d(x, w, mode)
    return y[:-1] if mode == "valid" else y


def circular(x: Numbers, w: Numbers, mode: str) -> Numbers:
    n, k = len(x), len(w)
    padded = np.pad(np.asarray(x, dtype=float), k - 1, mode="wrap")
    return ref.central(ref.conv1d(padded, w, "valid"), n, k, mode)


def fourier_product(x: Numbers, w: Numbers, mode: str) -> Numbers:
    if mode != "same":
        return ref.conv1d(x, w, mode)
    return np.asarray(np.fft.ifft(np.fft.fft(x) * np.fft.fft(w, len(x))).real)


def signal_reversed(x: Numbers, w: Numbers, mode: str) -> Numbers:
    return ref.conv1d(x, w, mode)[::-1]


def other_centre(x: Numbers, w: Numbers, mode: str) -> Numbers:
    """For an even kernel, two middles are as good as each other."""
    start = len(w) // 2
    return ref.conv1d(x, w, "full")[start:][: len(x)] if mode == "same" else ref.conv1d(x, w, mode)


conv1d_modes = FunctionTask(
    task="convolution.conv1d-modes",
    title="One convolution, three modes",
    covers=("000 Q5",),
    names=("conv1d",),
    points=3,
    reference={"conv1d": ref.conv1d},
    second={"conv1d": ref.conv1d_by_scattering},
    draw=draw_modes,
    readings={
        "An even kernel has two middles. Yours is the other one, not that of np.convolve; that "
        "costs nothing.": {"conv1d": other_centre},
    },
    mistakes=(
        Mistake(
            "not-flipped",
            "You slide the kernel as it is: that is a correlation. A convolution slides the "
            "reversed kernel, because y_i sums w_j x_{i-j}: one index rises while the other falls.",
            {"conv1d": not_flipped},
            says=("kernel not flipped (cross-correlation)",),
        ),
        Mistake(
            "full-and-same-swapped",
            "Your names are swapped: full has n + k - 1 entries, same as many as the signal.",
            {"conv1d": swapped},
            says=("full and same swapped",),
        ),
        Mistake(
            "same-from-the-start",
            "same is the middle of full, not its first n entries: drop as many entries before it "
            "as after it.",
            {"conv1d": same_from_the_start},
            says=("same = first n entries of full",),
        ),
        Mistake(
            "same-from-the-end",
            "same is the middle of full, not its last n entries: pad the signal on both sides.",
            {"conv1d": same_from_the_end},
        ),
        Mistake(
            "last-window-lost",
            "Your loop stops one window too early: there are n - k + 1 windows inside the signal, "
            "and the last one starts at n - k.",
            {"conv1d": last_window_lost},
            says=("valid loses its last window (off by one)",),
        ),
        Mistake(
            "circular",
            "Outside the signal there are zeros; yours continues with the other end, as a product "
            "of Fourier transforms does.",
            {"conv1d": circular},
            says=("circular instead of zero padding",),
        ),
        Mistake(
            "fourier-product",
            "A product of Fourier transforms goes round in a ring: first pad both with zeros to "
            "n + k - 1, and keep the middle in the end.",
            {"conv1d": fourier_product},
            says=("circular instead of zero padding",),
        ),
        Mistake(
            "result-reversed",
            "Your output runs backwards: flip the kernel, not the result.",
            {"conv1d": signal_reversed},
        ),
    ),
    also_correct={
        "np.convolve": {"conv1d": lambda x, w, mode: np.convolve(x, w, mode)},
        "scatter-add then slice": {"conv1d": ref.conv1d_by_scattering},
    },
)


# --- convolution.flip ---------------------------------------------------------------------------


def draw_flip(rng: Generator) -> Sequence[Look]:
    return [
        Look(
            "kernels with one axis",
            {"kernel_to_slide": [(kernel(rng, 3),), (kernel(rng, 4),)]},
        ),
        Look(
            "square kernels",
            {"kernel_to_slide": [(kernel(rng, 3, 3),), (kernel(rng, 4, 4),)]},
            share=2,
            hint="Write out one entry of the two-dimensional convolution: which indices of the "
            "kernel run against those of the image?",
        ),
        Look("a kernel that is no square", {"kernel_to_slide": [(kernel(rng, 2, 3),)]}),
    ]


def flipped_by_index(W: Numbers) -> Numbers:
    """Entry j comes from entry k - 1 - j, on every axis."""
    W = np.asarray(W, dtype=float)
    V = np.empty_like(W)
    for j in np.ndindex(W.shape):
        V[tuple(k - 1 - m for k, m in zip(W.shape, j, strict=True))] = W[j]
    return V


flip = FunctionTask(
    task="convolution.flip",
    title="The kernel that a correlation has to slide",
    covers=("000 Q5",),
    names=("kernel_to_slide",),
    points=1,
    reference={"kernel_to_slide": np.flip},
    second={"kernel_to_slide": flipped_by_index},
    draw=draw_flip,
    mistakes=(
        Mistake(
            "as-it-is",
            "Sliding the kernel as it is gives the correlation; for the convolution each of its "
            "axes runs against the image.",
            {"kernel_to_slide": np.array},
        ),
        Mistake(
            "first-axis-only",
            "W[::-1] turns the rows round only; in two dimensions the columns run against the "
            "image as well.",
            {"kernel_to_slide": lambda W: W[::-1]},
        ),
        Mistake(
            "last-axis-only",
            "You turned the last axis only; every axis of the kernel has to be reversed.",
            {"kernel_to_slide": lambda W: W[..., ::-1]},
        ),
        Mistake(
            "transposed",
            "A transposition swaps rows with columns and turns nothing round: i - j becomes an "
            "index that falls, not one of the other axis.",
            {"kernel_to_slide": lambda W: W.T},
        ),
        Mistake(
            "negated",
            "The minus in i - j belongs to the index, not to the weights.",
            {"kernel_to_slide": lambda W: -W},
        ),
    ),
    also_correct={
        "a rotation by half a turn": {
            "kernel_to_slide": lambda W: np.rot90(W, 2) if np.ndim(W) == 2 else W[::-1]
        },
        "reversed as a list of numbers": {
            "kernel_to_slide": lambda W: np.ravel(W)[::-1].reshape(np.shape(W))
        },
    },
)

EXERCISES = (conv1d_modes, flip)
