"""Functions that are data: polynomials in several variables.

A task about functions (check this gradient, follow this slope) needs functions as inputs. A fact
holds no code, but it can hold coefficients and powers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Polynomial:
    """f(x) = sum_t c_t prod_i x_i^{p_ti}; real or complex x of shape (n,).

    Attributes:
        coefficients: c, one per term.
        powers: p, one tuple of n powers per term.
    """

    coefficients: tuple[float, ...]
    powers: tuple[tuple[int, ...], ...]

    def __call__(self, x: Any) -> Any:
        """Return f(x), a single number."""
        x = np.asarray(x)
        terms = zip(self.coefficients, self.powers, strict=True)
        return sum(c * np.prod(x ** np.array(p)) for c, p in terms)

    def __repr__(self) -> str:
        terms = zip(self.coefficients, self.powers, strict=True)
        return " + ".join(f"{c:g}{_monomial(p)}" for c, p in terms).replace("+ -", "- ")


def _monomial(powers: tuple[int, ...]) -> str:
    factors = [f" x{i}" + (f"^{p}" if p > 1 else "") for i, p in enumerate(powers, 1) if p]
    return "".join(factors)
