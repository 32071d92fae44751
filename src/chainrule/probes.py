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


#: Where many answers are right, what they do is compared instead of what they are.
VIEWS: Mapping[str, Callable[[Any], Any]] = {"tanh network": tanh_network}
