"""Tasks whose answer is one or more functions, compared with a reference on random inputs."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.assess import assess, viewed
from chainrule.assess import call as observe_call
from chainrule.compare import Tolerance, difference
from chainrule.fact import Case, Fact, Group
from chainrule.plain import count, from_plain, to_plain
from chainrule.polynomial import Polynomial
from chainrule.probes import VIEWS, Probe
from chainrule.sealed import flat, seal_any
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
        view: compare what answers do instead of what they are: a name in `chainrule.probes.VIEWS`.
        readings: other ways to read the question, each as right as the reference when it is
            held throughout: the note the verdict adds -> the answers of that reading.
    """

    draw: Callable[[Generator], Sequence[Look]]
    tolerance: Tolerance = field(default_factory=Tolerance)
    rows: tuple[str, ...] = ()
    view: str = ""
    readings: Mapping[str, Answers] = field(default_factory=dict)

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Compare the answers with the reference on inputs drawn from `rng`."""
        looks = self.draw(rng)
        verdict = assess(self._fact(looks), answers)
        for note, reading in self.readings.items():
            if verdict.passed:
                break
            other = replace(self, reference={**self.reference, **reading}, readings={})
            found = assess(other._fact(looks), answers)
            if found.passed:
                verdict = replace(found, notes=(*found.notes, note))
        return verdict

    def fact(self, rng: Generator) -> Fact:
        """Freeze one draw, without the inputs that are too large to print.

        What a call without arguments should give is the answer itself: it is kept under seal.
        So is what two readings of the question answer differently: either one opens the seal.
        """
        looks = [frozen(look) for look in self.draw(rng)]
        return self._fact([look for look in looks if look.calls], freeze=True)

    def solutions(self) -> dict[str, dict[str, Any]]:
        """Return everything that must get full marks, the other readings included."""
        readings = {note: {**self.reference, **given} for note, given in self.readings.items()}
        return super().solutions() | readings

    def _fact(self, looks: Sequence[Look], freeze: bool = False) -> Fact:
        groups = (
            Group(look.name, tuple(self._cases(look, freeze)), look.share, look.hint)
            for look in looks
        )
        return Fact(
            task=self.task,
            names=self.names,
            groups=tuple(group for group in groups if group.cases),
            lessons=self.lessons,
            points=self.points,
            tolerance=self.tolerance,
            rows=self.rows,
        )

    def _cases(self, look: Look, freeze: bool) -> Iterator[Case]:
        for name, calls in look.calls.items():
            for args in calls:
                expected = self.reference[name](*args)
                mistaken = Mistaken(self.mistakes, name, args, self.view)
                if freeze and (not args or self._ambiguous(name, args, expected)):
                    if flat(expected) is not None:
                        yield self._sealed(name, args, expected, mistaken)
                else:
                    seen = VIEWS[self.view](expected) if self.view else expected
                    yield Case(name, args, seen, mistaken, self.view)

    def _ambiguous(self, name: str, args: tuple[Any, ...], expected: Any) -> bool:
        """Whether another reading of the question gives something else here."""
        return any(
            difference(reading[name](*args), expected, self.tolerance) is not None
            for reading in self.readings.values()
            if name in reading
        )

    def _sealed(
        self, name: str, args: tuple[Any, ...], expected: Any, mistaken: Mapping[str, Any]
    ) -> Case:
        others = [reading[name](*args) for reading in self.readings.values() if name in reading]
        known = {label: value for label, value in mistaken.items() if flat(value) is not None}
        return Case(
            name,
            args,
            seal_any(self.task, expected, *others),
            {label: seal_any(self.task, value) for label, value in known.items()},
        )


class Mistaken(Mapping[str, Any]):
    """Mistake name -> what it gives for one call; computed when asked for, and then kept."""

    def __init__(
        self, mistakes: Sequence[Mistake], name: str, args: tuple[Any, ...], view: str = ""
    ) -> None:
        self._answers = {m.name: m.answers[name] for m in mistakes if name in m.answers}
        self._call, self._view = (name, args), view
        self._known: dict[str, Any] = {}

    def __getitem__(self, mistake: str) -> Any:
        function = self._answers[mistake]
        if mistake not in self._known:
            name, args = self._call
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                outcome = observe_call(function, args, name)
                outcome = viewed(outcome, self._view, name) if self._view else outcome
                self._known[mistake] = outcome.value
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
    return all(
        isinstance(arg, Polynomial | Probe) or (not callable(arg) and count(arg) <= FREEZABLE)
        for arg in args
    )
