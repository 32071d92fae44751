"""Scalars, vectors and matrices of any number system: NumPy object arrays, columns by default."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.derivation.errors import Undefined


def is_array(value: Any) -> bool:
    """Tell a vector or matrix from a scalar."""
    return isinstance(value, np.ndarray)


def squeeze(value: Any) -> Any:
    """A (1×1) matrix is a scalar."""
    return value[0, 0] if is_array(value) and value.shape == (1, 1) else value


def entries(value: Any) -> list[Any]:
    """Return all numbers of a value."""
    return list(value.ravel()) if is_array(value) else [value]


def each(function: Callable[..., Any], *values: Any) -> Any:
    """Apply a scalar function entry by entry; scalars fit every shape."""
    if not any(isinstance(value, np.ndarray) for value in values):
        return function(*values)
    values = tuple(squeeze(value) for value in values)
    shapes = {value.shape for value in values if is_array(value)}
    if not shapes:
        return function(*values)
    if len(shapes) > 1:
        raise Undefined(f"the shapes {' and '.join(map(str, shapes))} do not fit")
    return np.frompyfunc(function, len(values), 1)(*values)
