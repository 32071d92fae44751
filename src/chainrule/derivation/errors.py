"""What can go wrong with a formula, and how far one may search."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager


class Unreadable(ValueError):
    """The text is no formula of the language; the message says what to write instead."""


class ShapeMismatch(Unreadable):
    """The formula reads well but multiplies or adds things that do not fit."""


class Undefined(Exception):
    """The formula has no value at this point (1/0, the logarithm of a negative number)."""


class Blurred(Exception):
    """The formula may have no value here, or rounding hides it: 1/(1-σ(x)) for a huge x."""


class TooExpensive(Exception):
    """The formula cannot be evaluated within the budget."""


UNITS = 100_000  # what an ordinary processor does in a second; one is a node at 40 digits
_FUSE = 8  # times as long as planned: the prices were wrong


class Budget:
    """How much may be evaluated. One budget serves one comparison, or one derivation.

    Work is counted, not timed, so that a busy machine says the same as an idle one. Only if the
    prices are far off does the processor time of this thread end the search.
    """

    def __init__(self, seconds: float) -> None:
        self.left = seconds * UNITS
        self._floor = 0.0
        self._look = self.left
        self._fuse = time.thread_time() + _FUSE * seconds

    def spend(self, units: float = 1) -> None:
        """Pay for something before it is evaluated; raises `TooExpensive`."""
        self.left -= units
        if self.left < self._floor:
            raise TooExpensive("the formula is too expensive to evaluate")
        if self.left < self._look:
            self._look = self.left - 100
            if time.thread_time() > self._fuse:
                raise TooExpensive("out of time")

    @contextmanager
    def limited(self, seconds: float) -> Iterator[Budget]:
        """Let a part of the search have no more than this, of what is left."""
        before = self._floor
        self._floor = max(before, self.left - seconds * UNITS)
        try:
            yield self
        finally:
            self._floor = before

    def affords(self, units: float) -> bool:
        """Whether so much is left that spending it changes nothing but what is left."""
        return self.left - units > self._floor

    @property
    def is_spent(self) -> bool:
        """Whether nothing is left."""
        return self.left <= self._floor
