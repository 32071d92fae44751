"""What can go wrong with a formula, and how far one may search."""

from __future__ import annotations

import time


class Unreadable(ValueError):
    """The text is no formula of the language; the message says what to write instead."""


class ShapeMismatch(Unreadable):
    """The formula reads well but multiplies or adds things that do not fit."""


class Undefined(Exception):
    """The formula has no value at this point (1/0, the logarithm of a negative number)."""


class TooExpensive(Exception):
    """The formula cannot be evaluated within the budget."""


class Budget:
    """How many nodes may be evaluated, and until when. One budget serves one comparison."""

    def __init__(self, seconds: float, nodes: int = 3_000_000) -> None:
        self.deadline = time.perf_counter() + seconds
        self.nodes = nodes

    def spend(self, count: int = 1) -> None:
        """Pay for a number of nodes, before they are evaluated."""
        self.nodes -= count
        if self.nodes < 0:
            raise TooExpensive("the formula is too expensive to evaluate")
        if (count > 1 or not self.nodes % 64) and time.perf_counter() > self.deadline:
            raise TooExpensive("out of time")

    def seconds_left(self) -> float:
        """Return how much time is left."""
        return self.deadline - time.perf_counter()
