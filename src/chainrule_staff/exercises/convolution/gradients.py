"""Convolution as linear algebra: its gradients, and the matrix product hidden in it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.references import kernel, signal
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

Both = tuple[Numbers, Numbers]

# --- convolution.backward -----------------------------------------------------------------------


def triple(rng: Generator, n: int, k: int) -> tuple[Numbers, Numbers, Numbers]:
    return signal(rng, n), kernel(rng, k), signal(rng, n - k + 1)


def draw_backward(rng: Generator) -> Sequence[Look]:
    x, w, _ = triple(rng, 6, 3)
    small = (np.array([1, 2, 3, 4]), np.array([1, 0, 2]), np.array([1, -3]))
    return [
        Look("the sheet's signal and kernel", {"conv1d_backward": [small]}),
        Look(
            "an upstream gradient with one entry",
            {"conv1d_backward": [(x, w, e) for e in 2.5 * np.eye(4)[[0, 3]]]},
            hint="With g zero but for one place only one window matters: which x did it see, and "
            "through which weight?",
        ),
        Look(
            "any sizes",
            {"conv1d_backward": [triple(rng, 7, 3), triple(rng, 9, 4), triple(rng, 8, 2)]},
            share=2,
        ),
    ]


def backward(dx: Callable[..., Numbers], dw: Callable[..., Numbers]) -> Callable[..., Both]:
    """Return the function (x, w, g) -> (dx, dw) made of two parts."""
    return lambda x, w, g: (dx(x, w, g), dw(x, w, g))


def right_dx(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    return ref.conv1d_backward(x, w, g)[0]


def right_dw(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    return ref.conv1d_backward(x, w, g)[1]


def dx_full_convolution(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    return ref.conv1d(g, w, "full")


def dx_inside_only(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    """Windows of g only, as if the borders had no gradient."""
    middle = ref.conv1d(g, w[::-1], "full").copy()
    middle[: len(w) - 1] = middle[len(x) - len(w) + 1 :] = 0.0
    return middle


def dw_not_reversed(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    return ref.correlate(x, g)


def dw_convolved(x: Numbers, w: Numbers, g: Numbers) -> Numbers:
    return ref.conv1d(x, g, "valid")


def of_the_correlation(x: Numbers, w: Numbers, g: Numbers) -> Both:
    return dx_full_convolution(x, w, g), dw_not_reversed(x, w, g)


conv1d_backward = FunctionTask(
    task="convolution.backward",
    title="Back through a convolution",
    names=("conv1d_backward",),
    points=4,
    reference={"conv1d_backward": ref.conv1d_backward},
    second={"conv1d_backward": ref.conv1d_backward_by_loops},
    draw=draw_backward,
    mistakes=(
        Mistake(
            "of-the-correlation",
            "These are the gradients of a correlation, where the kernel is not flipped. In y the "
            "weight w_j meets x_{i+k-1-j}; follow that index in both gradients.",
            {"conv1d_backward": of_the_correlation},
        ),
        Mistake(
            "dx-with-the-same-kernel",
            "For dx the gradient runs back through the kernel the other way round: the matrix of "
            "the convolution is transposed, so dx is a full correlation of g with w.",
            {"conv1d_backward": backward(dx_full_convolution, right_dw)},
        ),
        Mistake(
            "dw-reversed",
            "The entries of dw are right but run backwards: w_0 meets the last number of each "
            "window, not the first.",
            {"conv1d_backward": backward(right_dx, dw_not_reversed)},
        ),
        Mistake(
            "dw-flipped-g",
            "For dw the window of x meets g in the same order: index i rises in both, so g is not "
            "flipped.",
            {"conv1d_backward": backward(right_dx, dw_convolved)},
        ),
        Mistake(
            "borders-without-gradient",
            "The first and last numbers of x were seen by fewer windows, but not by none: dx needs "
            "the full mode.",
            {"conv1d_backward": backward(dx_inside_only, right_dw)},
        ),
        Mistake(
            "outputs-swapped",
            "Both gradients are right and in the wrong order: return dx first and then dw.",
            {"conv1d_backward": backward(right_dw, right_dx)},
        ),
        Mistake(
            "mean-over-windows",
            "You divided dw by the number of windows. The kernel is shared, so its gradient is a "
            "sum over all windows; a mean would need a mean in the loss.",
            {"conv1d_backward": backward(right_dx, lambda x, w, g: right_dw(x, w, g) / len(g))},
        ),
        Mistake(
            "upstream-ignored",
            "You went back as if g were all ones: every window's share is weighted by its own g_i.",
            {"conv1d_backward": lambda x, w, g: ref.conv1d_backward(x, w, np.ones(len(g)))},
        ),
    ),
    also_correct={
        "transposed matrices": {"conv1d_backward": ref.conv1d_backward_by_matrices},
        "np.correlate": {
            "conv1d_backward": lambda x, w, g: (
                np.correlate(g, w, "full"),
                np.correlate(x, g, "valid")[::-1],
            )
        },
    },
)


# --- convolution.im2col -------------------------------------------------------------------------


def draw_im2col(rng: Generator) -> Sequence[Look]:
    return [
        Look("one channel", {"im2col": [(signal(rng, 1, 4, 5), 2), (signal(rng, 1, 5, 4), 3)]}),
        Look(
            "several channels", {"im2col": [(signal(rng, 3, 4, 5), 2), (signal(rng, 2, 5, 4), 3)]}
        ),
        Look(
            "a stride",
            {"im2col": [(signal(rng, 2, 6, 8), 2, 2), (signal(rng, 2, 8, 6), 3, 2)]},
            hint="Where may windows start? Some rows and columns at the end may stay unseen.",
        ),
    ]


def windows_as_rows(X: Numbers, k: int, s: int = 1) -> Numbers:
    return ref.im2col(X, k, s).T


def stride_ignored(X: Numbers, k: int, s: int = 1) -> Numbers:
    return ref.im2col(X, k)


def columns_first(X: Numbers, k: int, s: int = 1) -> Numbers:
    """Windows counted down the image first."""
    turned = ref.im2col(X.transpose(0, 2, 1), k, s)
    c = len(X)
    return np.asarray(turned.reshape(c, k, k, -1).transpose(0, 2, 1, 3).reshape(turned.shape))


def channels_last(X: Numbers, k: int, s: int = 1) -> Numbers:
    columns = ref.im2col(X, k, s)
    return np.asarray(columns.reshape(len(X), k * k, -1).transpose(1, 0, 2).reshape(columns.shape))


def windows_flipped(X: Numbers, k: int, s: int = 1) -> Numbers:
    columns = ref.im2col(X, k, s).reshape(len(X), k * k, -1)
    return np.asarray(columns[:, ::-1].reshape(len(X) * k * k, -1))


def last_windows_lost(X: Numbers, k: int, s: int = 1) -> Numbers:
    _, h, w = X.shape
    rows, columns = range(0, h - k, s), range(0, w - k, s)
    return np.stack([X[:, i : i + k, j : j + k].ravel() for i in rows for j in columns], axis=1)


im2col = FunctionTask(
    task="convolution.im2col",
    title="A convolution is one matrix product",
    names=("im2col",),
    points=3,
    reference={"im2col": ref.im2col},
    second={"im2col": ref.im2col_by_strides},
    draw=draw_im2col,
    mistakes=(
        Mistake(
            "windows-as-rows",
            "Your windows lie in rows; the product W @ im2col(X) needs every window as a column.",
            {"im2col": windows_as_rows},
        ),
        Mistake(
            "stride-ignored",
            "You take every window; with stride s they start at 0, s, 2s and so on, on both axes.",
            {"im2col": stride_ignored},
        ),
        Mistake(
            "down-the-columns",
            "You walk down the image first. Walk along each row, as reading does, or the output "
            "cannot be reshaped to (h_out, w_out).",
            {"im2col": columns_first},
        ),
        Mistake(
            "channels-last",
            "Within a column you change the channel first. The kernel has shape (c, k, k), so all "
            "of the first channel comes first.",
            {"im2col": channels_last},
        ),
        Mistake(
            "windows-flipped",
            "You reversed each window. im2col only copies; whoever wants a true convolution flips "
            "the kernel, once.",
            {"im2col": windows_flipped},
        ),
        Mistake(
            "last-windows-lost",
            "The last row and the last column of windows are missing: a window may start at h - k, "
            "so range needs h - k + 1.",
            {"im2col": last_windows_lost},
        ),
    ),
    also_correct={
        "one slice for each place in the kernel": {"im2col": ref.im2col_by_offsets},
        "a view on all windows": {"im2col": ref.im2col_by_strides},
    },
)

EXERCISES = (conv1d_backward, im2col)
