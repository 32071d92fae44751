"""Compare an answer with the expected one, generously in form and strictly in substance.

Accepted where the mathematics is right: lists for arrays, (n, 1) or (1, n) for (n,), booleans and
integers for floats, NumPy scalars, float32 (with a tolerance to match). Never accepted: empty
arrays, NaN, a shape that merely broadcasts. A difference comes back as one sentence, never as an
exception, whatever the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
SINGLE = (np.float32, np.float16, np.complex64)
_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")  # says nothing, and differs from run to run


@dataclass(frozen=True)
class Tolerance:
    """How far two numbers may lie apart: |a - b| <= absolute + relative * |b|."""

    relative: float = 1e-6
    absolute: float = 1e-8

    def fair_to(self, value: object) -> Tolerance:
        """Return what is fair to a value in single precision (half gets no more than that)."""
        if single_precision(value):
            return Tolerance(max(self.relative, 2e-4), max(self.absolute, 2e-6))
        return self


def difference(actual: object, expected: object, tolerance: Tolerance = Tolerance()) -> str | None:
    """Return one sentence on how `actual` differs from `expected`, or None if it does not.

    Args:
        actual: what the student's code gave; anything at all.
        expected: what the reference gave: None, bool, number, string, array, or a tuple, list,
            set or dict of these. A tuple asks for as many parts as it has.
        tolerance: for every number inside.
    """
    if expected is None:
        return None if actual is None else f"returned {show(actual)}, expected None"
    if actual is None:
        return "returned None: is a `return` missing?"
    if isinstance(expected, str | bool | np.bool_ | set | frozenset):
        return _exact_difference(actual, expected)
    if isinstance(expected, Mapping):
        return _mapping_difference(actual, expected, tolerance)
    if isinstance(expected, tuple):
        return _tuple_difference(actual, expected, tolerance)
    return _number_difference(actual, np.asarray(expected, dtype=float), tolerance)


def same(a: object, b: object, tolerance: Tolerance = Tolerance()) -> bool:
    """Whether two outcomes are the same, NaN, infinities and shapes included.

    This recognises a known mistake, so it asks for more than `difference`: a wrong shape that
    equals the mistake's wrong shape is the same, a right one is not.
    """
    if isinstance(a, tuple | list) and isinstance(b, tuple):
        return len(a) == len(b) and all(same(p, q, tolerance) for p, q in zip(a, b, strict=True))
    left, right = numbers(a), numbers(b)
    if left is None or right is None:
        plain = (str, bool, set, frozenset, dict, type(None))
        return isinstance(a, plain) and isinstance(b, plain) and a == b
    if left.shape != right.shape:
        return False
    fair = tolerance.fair_to(a)
    close = np.isclose(left, right, fair.relative, fair.absolute, equal_nan=True)
    return bool(close.all())


def single_precision(value: object) -> bool:
    """Whether any number of a value, however deep inside, was computed in single precision."""
    if isinstance(value, tuple | list):
        return any(single_precision(item) for item in value)
    if isinstance(value, Mapping):
        return any(single_precision(item) for item in value.values())
    return isinstance(value, np.ndarray | np.generic) and value.dtype in SINGLE


def numbers(value: object) -> Numbers | None:
    """Return `value` as a fresh float array, or None if it is not made of real numbers."""
    try:
        if isinstance(value, np.ma.MaskedArray):  # what is masked is no number
            value = np.ma.filled(value.astype(float), np.nan)
        array = np.array(value, subok=False)
        if array.dtype.kind == "O":  # SymPy numbers, Fractions: float() decides
            array = array.astype(float)
        if array.dtype.kind == "c" and np.all(np.abs(array.imag) <= 1e-12 * np.abs(array)):
            array = array.real
        return array.astype(float) if array.dtype.kind in "biuf" else None
    except Exception:
        return None


def show(value: object, limit: int = 60) -> str:
    """Return a short text for a value in a message, whatever its `repr` does."""
    try:
        with np.printoptions(precision=4, suppress=True, threshold=8, edgeitems=3):
            text = " ".join(plain_repr(value).split())
    except Exception:
        text = f"<{type(value).__name__}>"
    return text if len(text) <= limit else text[: limit - 1] + "…"


def plain_repr(value: object) -> str:
    """Return `repr(value)` without addresses in memory, so that a verdict is the same each time."""
    return _ADDRESS.sub("", repr(value))


def _exact_difference(actual: object, expected: object) -> str | None:
    if isinstance(expected, bool | np.bool_):
        if isinstance(actual, bool | np.bool_ | int | float | np.number | np.ndarray):
            value = numbers(actual)
            if value is not None and value.size == 1 and value.item() in (0.0, 1.0):
                right = bool(value.item()) == bool(expected)
                return None if right else f"returned {show(actual)}, which is not so"
        return f"expected True or False, got {show(actual)}"
    if isinstance(expected, str):
        return None if isinstance(actual, str) and actual == expected else f"got {show(actual)}"
    try:
        right = {_hashable(item) for item in actual} == expected  # type: ignore[attr-defined]
    except Exception:
        return f"expected a set, got {show(actual)}"
    return None if right else f"got a set that differs: {show(actual)}"


def _hashable(item: Any) -> Any:
    """A list of lists, or the rows of an array, are a set of tuples to the reader."""
    return tuple(item) if isinstance(item, list | np.ndarray) else item


def _mapping_difference(
    actual: object, expected: Mapping[Any, Any], tolerance: Tolerance
) -> str | None:
    if not isinstance(actual, Mapping):
        return f"expected a dict with the keys {show(list(expected))}, got {show(actual)}"
    if missing := [key for key in expected if key not in actual]:
        return f"the key {missing[0]!r} is missing"
    for key, value in expected.items():
        if problem := difference(actual[key], value, tolerance):
            return f"{key!r}: {problem}"
    return None


def _tuple_difference(
    actual: object, expected: tuple[Any, ...], tolerance: Tolerance
) -> str | None:
    table = isinstance(actual, np.ndarray) and actual.ndim > 0
    parts = list(actual) if table or isinstance(actual, tuple | list) else None  # type: ignore[call-overload]
    if parts is None or len(parts) != len(expected):
        return f"expected {len(expected)} values, got {show(actual)}"
    for position, (mine, theirs) in enumerate(zip(parts, expected, strict=True), 1):
        if problem := difference(mine, theirs, tolerance):
            return f"value {position}: {problem}"
    return None


def _number_difference(actual: object, expected: Numbers, tolerance: Tolerance) -> str | None:
    array = numbers(actual)
    if array is None:
        return f"expected numbers, got {type(actual).__name__} {show(actual)}"
    if array.size == 0 and expected.size > 0:
        return f"returned an empty array, expected {_shape(expected.shape)}"
    if not _compatible(array.shape, expected.shape):
        return f"has {_shape(array.shape)}, expected {_shape(expected.shape)}"
    array = array.reshape(expected.shape)
    if np.isnan(array).any() and not np.isnan(expected).any():
        return f"contains NaN: {show(actual)}"
    fair = tolerance.fair_to(actual)
    close = np.isclose(array, expected, fair.relative, fair.absolute, equal_nan=True)
    return None if close.all() else _gap(array, expected, close)


def _compatible(mine: tuple[int, ...], theirs: tuple[int, ...]) -> bool:
    """Same shape, or a vector written as a row or a column, or a number in brackets."""
    if mine == theirs:
        return True
    squeezed = tuple(n for n in mine if n != 1)
    return len(theirs) <= 1 and squeezed == tuple(n for n in theirs if n != 1)


def _gap(array: Numbers, expected: Numbers, close: NDArray[np.bool_]) -> str:
    gaps = np.where(close, 0.0, np.abs(array - expected))
    gaps = np.where(np.isnan(gaps), np.inf, gaps)
    where = np.unravel_index(int(np.argmax(gaps)), gaps.shape)
    place = f" at [{', '.join(str(int(i)) for i in where)}]" if expected.ndim else ""
    gap, value = gaps[where], array[where]
    return f"off by {gap:.3g}{place} (yours is {value:.6g})"


def _shape(shape: tuple[int, ...]) -> str:
    return "a single number" if shape == () else f"shape {shape}"
