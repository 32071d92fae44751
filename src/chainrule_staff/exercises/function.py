"""Tasks whose answer is one or more functions, compared with a reference on random inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.assess import assess
from chainrule.assess import call as observe_call
from chainrule.compare import Tolerance
from chainrule.fact import Case, Fact, Group
from chainrule.plain import count, from_plain, to_plain
from chainrule.verdict import Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Mistake

FREEZABLE = 200  # numbers in one argument; larger inputs are for the judge alone


@dataclass(frozen=True)
class Look:
    """One thing the verdict will name, and the calls that decide it.

    Attributes:
        name: what is looked at, in words that give no answer away.
        calls: function name -> the argument tuples to try.
        share: its part of the points, relative to the other looks.
        hint: said when it fails and no known mistake was recognised.
    """

    name: str
    calls: Mapping[str, Sequence[tuple[Any, ...]]]
    share: float = 1.0
    hint: str = ""


@dataclass(frozen=True, kw_only=True)
class FunctionTask(Exercise):
    """Functions to write.

    Attributes:
        draw: random inputs, grouped in looks; new ones for every submission.
        tolerance: for every comparison.
        rows: names for the rows of the answer, if they have names.
    """

    draw: Callable[[Generator], Sequence[Look]]
    tolerance: Tolerance = field(default_factory=Tolerance)
    rows: tuple[str, ...] = ()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Compare the answers with the reference on inputs drawn from `rng`."""
        return assess(self._fact(self.draw(rng)), answers)

    def fact(self, rng: Generator) -> Fact:
        """Freeze one draw, without the inputs that are too large to print."""
        looks = [frozen(look) for look in self.draw(rng)]
        return self._fact([look for look in looks if look.calls])

    def _fact(self, looks: Sequence[Look]) -> Fact:
        return Fact(
            task=self.task,
            names=self.names,
            groups=tuple(
                Group(look.name, tuple(self._cases(look)), look.share, look.hint) for look in looks
            ),
            lessons=self.lessons,
            points=self.points,
            tolerance=self.tolerance,
            rows=self.rows,
        )

    def _cases(self, look: Look) -> Iterator[Case]:
        for name, calls in look.calls.items():
            for args in calls:
                expected = self.reference[name](*args)
                yield Case(name, args, expected, Mistaken(self.mistakes, name, args))


class Mistaken(Mapping[str, Any]):
    """Mistake name -> what it gives for one call; computed when asked for, and then kept."""

    def __init__(self, mistakes: Sequence[Mistake], name: str, args: tuple[Any, ...]) -> None:
        self._answers = {m.name: m.answers[name] for m in mistakes if name in m.answers}
        self._call = (name, args)
        self._known: dict[str, Any] = {}

    def __getitem__(self, mistake: str) -> Any:
        function = self._answers[mistake]
        if mistake not in self._known:
            name, args = self._call
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                self._known[mistake] = observe_call(function, args, name).value
        return self._known[mistake]

    def __iter__(self) -> Iterator[str]:
        return iter(self._answers)

    def __len__(self) -> int:
        return len(self._answers)


def frozen(look: Look) -> Look:
    """Return the look with small arguments only, rounded as they will be in the facts."""
    calls = {
        name: [from_plain([to_plain(arg) for arg in args]) for args in many if small(args)]
        for name, many in look.calls.items()
    }
    kept = {name: [tuple(args) for args in many] for name, many in calls.items() if many}
    return Look(look.name, kept, look.share, look.hint)


def small(args: tuple[Any, ...]) -> bool:
    """Whether every argument is plain data of a printable size."""
    return all(not callable(arg) and count(arg) <= FREEZABLE for arg in args)
