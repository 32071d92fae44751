"""Numbers under seal: an instant check can recognise them, nobody can read them off the facts.

The seal is a salted, deliberately slow digest of the number with four significant digits. It keeps
answers out of sight; it does not stop someone who wants to try every number, and the marks do
not depend on it.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.compare import Numbers, numbers

ROUNDS = 20_000
TINY = 1e-9


@dataclass(frozen=True)
class Sealed:
    """The digests of a value, and of its neighbours in the last digit."""

    salt: str
    digests: tuple[str, ...]

    def matches(self, value: Any) -> bool:
        """Whether `value` is the sealed one, to four significant digits."""
        text = canonical(value)
        return text is not None and digest(self.salt, text) in self.digests


def seal(salt: str, value: Any) -> Sealed:
    """Seal a number, or a tuple or array of numbers; `salt` is the task's name."""
    array = flat(value)
    if array is None:
        raise TypeError(f"only numbers can be sealed, not {value!r}")
    near = {canonical(array * factor) or "" for factor in (1.0, 1 - 2e-5, 1 + 2e-5)}
    return Sealed(salt, tuple(sorted(digest(salt, text) for text in near)))


def seal_any(salt: str, *values: Any) -> Sealed:
    """Seal several right values at once; any of them matches."""
    return Sealed(salt, tuple(sorted({d for value in values for d in seal(salt, value).digests})))


def canonical(value: Any) -> str | None:
    """Return the text that is sealed: every number with four significant digits."""
    array = flat(value)
    if array is None or array.size > 256:
        return None
    array[abs(array) < TINY] = 0.0  # what is left where a right calculation cancels
    return " ".join(f"{number + 0.0:.3e}" for number in array)


def flat(value: Any) -> Numbers | None:
    """Return all numbers of a value in one row, nested tuples included, or None."""
    array = numbers(value)
    if array is not None:
        return array.ravel()
    parts = [flat(part) for part in value] if isinstance(value, tuple | list) else [None]
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if len(known) == len(parts) else None


@functools.lru_cache(maxsize=4096)
def digest(salt: str, text: str) -> str:
    """Return the slow digest of one text."""
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), ROUNDS).hex()[:24]
