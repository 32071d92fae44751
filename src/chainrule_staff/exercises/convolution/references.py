"""The mathematics of the topic: convolutions, their gradients and sizes, each by two roads."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.model import Generator

MODES = ("full", "valid", "same")
EXACT = Tolerance(1e-9, 1e-9)  # sizes are whole numbers


def integer(rng: Generator, low: int, high: int) -> int:
    """Draw an integer from low to high, both included."""
    return int(rng.integers(low, high + 1))


def signal(rng: Generator, *shape: int) -> Numbers:
    """Draw numbers of either sign with two decimals, none of them zero and no two equal."""
    size = int(np.prod(shape))
    ranks = rng.permutation(size) + 1
    return np.asarray((rng.choice([-1.0, 1.0], size) * (0.13 * ranks + 0.4)).reshape(shape))


def kernel(rng: Generator, *shape: int) -> Numbers:
    """Draw a kernel that no flip, rotation or transposition leaves as it is."""
    size = int(np.prod(shape))
    steps = rng.permutation(size) + 1.0
    return np.asarray((0.3 * steps + rng.choice([0.1, 0.2], size)).reshape(shape))


# --- the operation ------------------------------------------------------------------------------


def conv1d(x: Numbers, w: Numbers, mode: str) -> Numbers:
    """y_i = sum_j w_j x_{i-j}: zero-pad x and slide the reversed kernel; (n,), (k,) -> (m,)."""
    x, flipped = np.asarray(x, dtype=float), np.asarray(w, dtype=float)[::-1]
    n, k = len(x), len(flipped)
    padded = np.pad(x, k - 1)
    full = np.array([flipped @ padded[i : i + k] for i in range(n + k - 1)])
    return central(full, n, k, mode)


def conv1d_by_scattering(x: Numbers, w: Numbers, mode: str) -> Numbers:
    """Every x_i leaves a copy of the kernel, scaled by x_i, that starts at i; add them up."""
    x, w = np.asarray(x, dtype=float), np.asarray(w, dtype=float)
    full = np.zeros(len(x) + len(w) - 1)
    for i, value in enumerate(x):
        full[i : i + len(w)] += value * w
    return central(full, len(x), len(w), mode)


def central(full: Numbers, n: int, k: int, mode: str) -> Numbers:
    """Cut valid (n - k + 1) or same (n) out of the middle of full (n + k - 1)."""
    start = {"full": 0, "valid": k - 1, "same": (k - 1) // 2}[mode]
    size = {"full": n + k - 1, "valid": n - k + 1, "same": n}[mode]
    return full[start : start + size]


def correlate(X: Numbers, W: Numbers) -> Numbers:
    """Slide W over X as it is and take inner products: valid cross-correlation, any dimension."""
    windows = np.lib.stride_tricks.sliding_window_view(np.asarray(X, float), np.shape(W))
    return np.asarray(np.tensordot(windows, np.asarray(W, float), np.ndim(W)))


def convolve(X: Numbers, W: Numbers) -> Numbers:
    """Y[m] = sum_j W[j] X[m + k - 1 - j]: valid convolution, any dimension; index by index."""
    X, W = np.asarray(X, float), np.asarray(W, float)
    last = np.array(W.shape) - 1
    Y = np.zeros([n - k + 1 for n, k in zip(X.shape, W.shape, strict=True)])
    for m in np.ndindex(Y.shape):
        Y[m] = sum(W[j] * X[tuple(np.array(m) + last - j)] for j in np.ndindex(W.shape))
    return Y


def conv1d_backward(x: Numbers, w: Numbers, g: Numbers) -> tuple[Numbers, Numbers]:
    """Return (dx, dw) of L for y = conv1d(x, w, "valid") and g = dL/dy.

    dx_m = sum_i g_i w_{i+k-1-m} and dw_j = sum_i g_i x_{i+k-1-j}: both are correlations.
    """
    dx = conv1d(g, w[::-1], "full")
    dw = correlate(x, g)[::-1]
    return dx, dw


def conv1d_backward_by_loops(x: Numbers, w: Numbers, g: Numbers) -> tuple[Numbers, Numbers]:
    """Go through the sum of the forward pass once more and hand out the blame."""
    dx, dw, k = np.zeros(len(x)), np.zeros(len(w)), len(w)
    for i in range(len(g)):
        for j in range(k):
            dx[i + k - 1 - j] += g[i] * w[j]
            dw[j] += g[i] * x[i + k - 1 - j]
    return dx, dw


def conv1d_backward_by_matrices(x: Numbers, w: Numbers, g: Numbers) -> tuple[Numbers, Numbers]:
    """The convolution is linear in x and in w: apply both transposed matrices."""
    of_x = np.array([conv1d(e, w, "valid") for e in np.eye(len(x))])
    of_w = np.array([conv1d(x, e, "valid") for e in np.eye(len(w))])
    return of_x @ g, of_w @ g


def im2col(X: Numbers, k: int, s: int = 1) -> Numbers:
    """Every k x k window of X as a column; (c, h, w) -> (c k k, h_out w_out), row by row."""
    _, h, w = X.shape
    rows, columns = range(0, h - k + 1, s), range(0, w - k + 1, s)
    windows = [X[:, i : i + k, j : j + k].ravel() for i in rows for j in columns]
    return np.stack(windows, axis=1)


def im2col_by_strides(X: Numbers, k: int, s: int = 1) -> Numbers:
    """The same without a loop, from a view on all windows."""
    windows = np.lib.stride_tricks.sliding_window_view(X, (k, k), axis=(1, 2))[:, ::s, ::s]
    c, h_out, w_out = windows.shape[:3]
    return np.asarray(windows.transpose(0, 3, 4, 1, 2).reshape(c * k * k, h_out * w_out))


def im2col_by_offsets(X: Numbers, k: int, s: int = 1) -> Numbers:
    """Row by row of the result: one strided slice of X for each place in the kernel."""
    _, h, w = X.shape
    rows = [
        channel[a : h - k + 1 + a : s, b : w - k + 1 + b : s].ravel()
        for channel in X
        for a in range(k)
        for b in range(k)
    ]
    return np.array(rows)


# --- sizes --------------------------------------------------------------------------------------


def conv_out(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """O = floor((i + 2p - d(k - 1) - 1) / s) + 1."""
    return (i + 2 * p - d * (k - 1) - 1) // s + 1


def conv_out_by_windows(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Count the places where a window may start."""
    return len(range(0, i + 2 * p - d * (k - 1), s))


def pool_ceil(i: int, k: int) -> int:
    """Size after a non-overlapping pooling whose last, incomplete window counts."""
    return math.ceil((i - k) / k) + 1


def conv_params(c_in: int, c_out: int, k: int, bias: bool = False) -> int:
    """Each of c_out kernels sees all input channels: c_out (c_in k^2 + bias)."""
    return c_out * (c_in * k * k + bias)


def conv_params_by_tensor(c_in: int, c_out: int, k: int, bias: bool = False) -> int:
    """Make the weight tensor and count."""
    return int(np.empty((c_out, c_in, k, k)).size + (np.empty(c_out).size if bias else 0))


def transposed_out(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """O = (i - 1) s - 2p + d(k - 1) + 1: the size that the forward formula maps back to i."""
    return (i - 1) * s - 2 * p + d * (k - 1) + 1


def transposed_out_by_stamping(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Every input stamps a kernel; count the places touched, and cut p off at both ends."""
    touched = {place * s + d * j for place in range(i) for j in range(k)}
    return max(touched) + 1 - 2 * p


def transposed_out_by_inversion(i: int, k: int, s: int = 1, p: int = 0, d: int = 1) -> int:
    """Return the smallest size that a convolution with these parameters maps to i."""
    return next(o for o in range(1, 10_000) if conv_out(o, k, s, p, d) == i)


def receptive_field(layers: Sequence[tuple[int, int, int]]) -> int:
    """Layers (k, s, d) from input to output; r grows by d(k - 1) times the strides before."""
    r, jump = 1, 1
    for k, s, d in layers:
        r += d * (k - 1) * jump
        jump *= s
    return r


def receptive_field_backwards(layers: Sequence[tuple[int, int, int]]) -> int:
    """From one output back to the input: a run of r needs (r - 1) s + d(k - 1) + 1 before it."""
    r = 1
    for k, s, d in reversed(layers):
        r = (r - 1) * s + d * (k - 1) + 1
    return r


def receptive_field_by_tracing(layers: Sequence[tuple[int, int, int]]) -> int:
    """Follow every connection of one output back to the input and measure the span."""
    places = {0}
    for k, s, d in reversed(layers):
        places = {place * s + d * j for place in places for j in range(k)}
    return max(places) - min(places) + 1
