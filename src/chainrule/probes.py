"""Functions that a task hands to a student's function, and ways to look at what it returns.

A fact holds no code: it names one of these. None of them is an answer to anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.compare import Numbers, numbers, show


@dataclass(frozen=True)
class Probe:
    """A function of one argument, known by its name and parameters; numbers or arrays (n,)."""

    name: str
    values: tuple[float, ...] = ()

    def __call__(self, x: Any) -> Any:
        """Return the value at x, in the shape of x."""
        return PROBES[self.name](np.asarray(x, dtype=float), *self.values)[()]

    def __repr__(self) -> str:
        given = ", ".join(f"{value:g}" for value in self.values)
        return f"<{self.name} {given}>" if given else f"<{self.name}>"


PROBES: Mapping[str, Callable[..., Numbers]] = {
    "H with H(0) =": lambda x, at_zero: np.heaviside(x, at_zero),
    "an H that always answers NaN": lambda x: np.full_like(x, np.nan),
    "cosine": lambda x, height, frequency, shift: height + np.cos(frequency * x + shift),
    "bell": lambda x, centre: np.exp(-((x - centre) ** 2)),
}


def tanh_network(value: Any) -> Numbers:
    """Return y = W2 tanh(W1 x + b1) + b2 at nine fixed inputs, (9, K), for (W1, b1, W2, b2)."""
    parts = [numbers(part) for part in value] if isinstance(value, tuple | list) else []
    if len(parts) != 4 or any(part is None for part in parts):
        raise ValueError(f"expected four arrays (W1, b1, W2, b2), got {show(value)}")
    W1, b1, W2, b2 = (np.asarray(part) for part in parts)
    shapes = [W1.shape, b1.shape, W2.shape, b2.shape]
    if W1.ndim != 2 or W2.ndim != 2 or W2.shape[1] != W1.shape[0]:
        raise ValueError(f"expected W1 (M, D) and W2 (K, M), got the shapes {shapes}")
    if b1.size != W1.shape[0] or b2.size != W2.shape[0]:
        raise ValueError(f"expected b1 (M,) and b2 (K,), got the shapes {shapes}")
    x = np.sin(np.arange(9 * W1.shape[1], dtype=float) ** 2).reshape(W1.shape[1], 9)
    h = np.tanh(W1 @ x + b1.reshape(-1, 1))
    return np.asarray((W2 @ h + b2.reshape(-1, 1)).T)


def heaviside_units(value: Any, X: Numbers) -> list[Numbers]:
    """Return what each layer of Heaviside units says at the points X (n, 2), H(0) = 1/2.

    Args:
        value: (W, b, ..., u, c): the weights and biases of one layer after the other. W[i, j]
            leads from input i to unit j; the last layer is one unit, u (m,) and c a number.
        X: points, one per row.

    Raises:
        ValueError: if the shapes do not fit together.
    """
    parts = [numbers(part) for part in value] if isinstance(value, tuple | list) else []
    if len(parts) < 2 or len(parts) % 2 or any(part is None for part in parts):
        raise ValueError(f"expected weights and biases (W, b, ..., u, c), got {show(value)}")
    said: list[Numbers] = []
    for W, b in zip(parts[::2], parts[1::2], strict=True):
        if W is None or b is None or not np.isfinite([*W.ravel(), *b.ravel()]).all():
            raise ValueError(f"expected finite numbers, got {show(value)}")
        X = said[-1] if said else X
        if W.ndim == 2 and W.shape == (1, X.shape[1]):
            W = W.ravel()  # the last weights, written as a row
        if W.ndim not in (1, 2) or W.shape[0] != X.shape[1] or b.size != W.size // W.shape[0]:
            raise ValueError(f"weights {W.shape} and biases {b.shape} after {X.shape[1]} inputs")
        said.append(np.heaviside(X @ W.reshape(W.shape[0], -1) + b.ravel(), 0.5))
    if said[-1].shape[1] != 1:
        raise ValueError(f"the last layer has {said[-1].shape[1]} units, expected one")
    return said


_SIDE = -8.0 + 16.0 * (np.arange(8) + 0.39) / 8
SQUARE = np.stack(np.meshgrid(_SIDE, _SIDE + 0.49), axis=-1).reshape(-1, 2)  # off every line
CORNERS = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])


def scaled_half_plane(value: Any) -> Numbers:
    """Return (w1, w2, b) for (w, b), divided by |w2|: a positive factor changes no half-plane."""
    parts = [numbers(part) for part in value] if isinstance(value, tuple | list) else []
    if len(parts) != 2 or any(part is None for part in parts):
        raise ValueError(f"expected (w, b), got {show(value)}")
    flat = np.concatenate([np.ravel(part) for part in parts if part is not None])
    if flat.size != 3 or not np.isfinite(flat).all() or flat[1] == 0:
        raise ValueError(f"expected w of shape (2,) with w2 not zero and a number b, got {value}")
    return np.asarray(flat / abs(flat[1]))


def report(value: Any) -> Numbers:
    """Return the numbers of a dict in the order of its keys."""
    if not isinstance(value, Mapping):
        raise ValueError(f"expected a dict, got {show(value)}")
    array = numbers([value[key] for key in sorted(value, key=str)])
    if array is None or array.ndim != 1:
        raise ValueError(f"expected a number under every key, got {show(value)}")
    return array


#: Where many answers are right, what they do is compared instead of what they are.
VIEWS: Mapping[str, Callable[[Any], Any]] = {
    "tanh network": tanh_network,
    "Heaviside network on a square": lambda value: heaviside_units(value, SQUARE)[-1].ravel(),
    "Heaviside network on four corners": lambda value: heaviside_units(value, CORNERS)[-1].ravel(),
    "half-plane": scaled_half_plane,
    "report": report,
}
