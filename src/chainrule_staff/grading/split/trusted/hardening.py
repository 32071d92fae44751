"""NumPy's assertions, without the hole: `assert_allclose([], 3.0)` passes, as nothing differs."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

ASSERTIONS = (
    "assert_allclose", "assert_almost_equal", "assert_approx_equal", "assert_array_almost_equal",
    "assert_array_equal", "assert_array_less", "assert_equal",
)  # fmt: skip


def harden() -> None:
    """Make NumPy's assertions reject an empty result where something was expected."""
    for name in ASSERTIONS:
        assertion = getattr(np.testing, name)
        if not hasattr(assertion, "__wrapped__") or not getattr(assertion, "hardened", False):
            setattr(np.testing, name, not_empty(assertion))


def not_empty(assertion: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap one assertion; only the two things that it compares are looked at."""

    @functools.wraps(assertion)
    def hardened(*args: Any, **kwargs: Any) -> Any:
        __tracebackhide__ = True
        compared = [*args[:2], *(kwargs[k] for k in ("actual", "desired", "x", "y") if k in kwargs)]
        sizes = [size_of(value) for value in compared]
        if 0 in sizes and any(sizes):
            raise AssertionError("an empty result where something was expected")
        return assertion(*args, **kwargs)

    hardened.hardened = True  # type: ignore[attr-defined]
    return hardened


def size_of(value: Any) -> int:
    """Return how many numbers a value holds, as NumPy counts them; 1 for what is no array.

    NumPy makes arrays of anything that looks like a sequence: a range, a SymPy matrix or tuple.
    """
    try:
        return int(np.asarray(value).size)
    except Exception:  # ragged, or something of the submission's: the assertion will say so
        return 1
