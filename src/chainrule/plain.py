"""Values as plain JSON and back: numbers, arrays, tuples, sets. Never code, never pickle.

Facts are frozen with ten significant digits, so that a build does not depend on the last bit of
a machine's `exp`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from chainrule.polynomial import Polynomial
from chainrule.probes import PROBES, Probe

DIGITS = 10


def to_plain(value: Any) -> Any:
    """Return `value` as data that `json` writes; raise TypeError for anything unknown."""
    if value is None or isinstance(value, str | bool):
        return value
    if isinstance(value, np.ndarray):
        flat = [to_plain(item) for item in value.ravel().tolist()]
        return {"array": flat, "shape": list(value.shape), "dtype": value.dtype.str[1:]}
    if isinstance(value, np.generic):
        return to_plain(value.item())
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return rounded(value) if math.isfinite(value) else {"float": str(value)}
    if isinstance(value, complex):
        return {"complex": [to_plain(value.real), to_plain(value.imag)]}
    if isinstance(value, tuple):
        return {"tuple": [to_plain(item) for item in value]}
    if isinstance(value, set | frozenset):
        return {"set": [to_plain(item) for item in sorted(value)]}
    if isinstance(value, list):
        return [to_plain(item) for item in value]
    if isinstance(value, dict):
        return {"dict": [[to_plain(k), to_plain(v)] for k, v in value.items()]}
    if isinstance(value, Probe):
        return {"probe": [value.name, *(to_plain(item) for item in value.values)]}
    if isinstance(value, Polynomial):
        return {"polynomial": to_plain(value.coefficients), "powers": to_plain(value.powers)}
    raise TypeError(f"a fact holds numbers, arrays and containers, not {type(value).__name__}")


def from_plain(data: Any) -> Any:
    """Rebuild the value that `to_plain` wrote."""
    if isinstance(data, list):
        return [from_plain(item) for item in data]
    if not isinstance(data, dict):
        return data
    if "array" in data:
        flat = [from_plain(item) for item in data["array"]]
        return np.array(flat, dtype=data["dtype"]).reshape(data["shape"])
    if "float" in data:
        return float(data["float"])
    if "complex" in data:
        return complex(*(from_plain(part) for part in data["complex"]))
    if "tuple" in data:
        return tuple(from_plain(item) for item in data["tuple"])
    if "set" in data:
        return {from_plain(item) for item in data["set"]}
    if "probe" in data and data["probe"][0] in PROBES:
        return Probe(data["probe"][0], tuple(data["probe"][1:]))
    if "polynomial" in data:
        return Polynomial(from_plain(data["polynomial"]), from_plain(data["powers"]))
    if "dict" in data:
        return {from_plain(key): from_plain(value) for key, value in data["dict"]}
    raise ValueError(f"not a frozen value: {sorted(data)}")


def rounded(value: float) -> float:
    """Return `value` with `DIGITS` significant digits; minus zero becomes zero."""
    return float(f"{value:.{DIGITS}g}") + 0.0


def count(value: Any) -> int:
    """Return how many numbers a value holds, ragged lists included."""
    if isinstance(value, np.ndarray):
        return int(value.size)
    if isinstance(value, list | tuple | set | frozenset):
        return sum(count(item) for item in value)
    return 1
