"""Numbers and words on their way to the browser: compact, and harmless inside HTML."""

from __future__ import annotations

import base64
import json
import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

#: What the numbers and sentences of one figure may weigh; with its script and its picture it
#: stays below 250 kB.
MAX_BYTES = 190_000
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def encode_floats(values: ArrayLike) -> str:
    """Return the values as little-endian float32 in base64, in C order."""
    array = np.asarray(values, dtype=np.float64)
    limit = float(np.finfo(np.float32).max)
    clipped = np.clip(array, -limit, limit)  # NaN passes: it means "nothing to draw here"
    return base64.b64encode(np.ascontiguousarray(clipped, "<f4").tobytes()).decode("ascii")


def decode_floats(text: str) -> np.ndarray[Any, np.dtype[np.float32]]:
    """Return the float32 values that `encode_floats` wrote, shape (p,)."""
    return np.frombuffer(base64.b64decode(text), "<f4")


def encode_json(data: Any) -> str:
    """Return compact JSON that no HTML parser mistakes for markup."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def show(value: float, digits: int = 2) -> str:
    """Write a number for people: fixed decimals, a true minus, powers of ten where they help.

    >>> show(-0.98999, 4)
    '−0.9900'
    """
    if math.isnan(value):
        return "nan"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    if size >= 1e5 or (0 < size < 0.5 * 10.0**-digits):
        mantissa, exponent = f"{value:.1e}".split("e")
        return f"{mantissa.replace('-', '−')} × 10{str(int(exponent)).translate(SUPERSCRIPTS)}"
    text = f"{value:.{digits}f}"
    if float(text) == 0:
        text = text.lstrip("-")
    return text.replace("-", "−")


def plain(text: str) -> str:
    """Return a formula without its markup, for places that show bare text."""
    for mark in ("[[", "]]"):
        text = text.replace(mark, "")
    return text.replace("_{", "_").replace("^{", "^").replace("}", "")
