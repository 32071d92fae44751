"""Tasks whose answer is one or more numbers, the same for everyone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from chainrule.assess import assess, call
from chainrule.compare import Tolerance, difference
from chainrule.fact import Case, Fact, Group, Raised
from chainrule.sealed import seal_any
from chainrule.verdict import Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind


@dataclass(frozen=True, kw_only=True)
class NumberTask(Exercise):
    """Numbers (or tuples of numbers) to work out; each name is one mark.

    A student may also give a function without arguments, and may answer under the name `answer`:
    the number, or a tuple or dict of them where there are several names.

    Attributes:
        accepted: name -> other values that are right as well (another reading, another form).
        accepted_note: what the verdict adds when such a value was given; it costs nothing.
        looks: name -> what the verdict calls it; by default the name itself.
        in_full: name -> a function that writes out a short form of an answer.
        tolerance: for every number; the default forgives rounding to four digits.
    """

    accepted: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    accepted_note: str = ""
    looks: Mapping[str, str] = field(default_factory=dict)
    in_full: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=lambda: Tolerance(6e-5, 1e-9))
    kinds: tuple[Kind, ...] = ("numeric",)

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Compare each number with the reference and with what else is accepted."""
        given = _Given(self, answers)
        verdict = assess(self._fact(sealed=False), given)
        if self.accepted_note and given.otherwise:
            return replace(verdict, notes=(*verdict.notes, self.accepted_note))
        return verdict

    def fact(self, rng: Generator) -> Fact:
        """Freeze the numbers under seal: the check knows them, the file does not show them."""
        return self._fact(sealed=True)

    def _fact(self, sealed: bool) -> Fact:
        def kept(*values: Any) -> Any:
            plain = [_plain(value) for value in values]
            return seal_any(self.task, *plain) if sealed else plain[0]

        groups = tuple(
            Group(
                self.looks.get(name, name),
                (
                    Case(
                        name,
                        None,
                        kept(self.reference[name], *self.accepted.get(name, ())),
                        {m.name: kept(m.answers[name]) for m in self.mistakes if name in m.answers},
                    ),
                ),
            )
            for name in self.names
        )
        return Fact(self.task, self.names, groups, self.lessons, self.points, self.tolerance)


class _Given(Mapping[str, Any]):
    """A student's answers as numbers, with accepted alternatives turned into the reference."""

    def __init__(self, exercise: NumberTask, answers: Answers) -> None:
        self._exercise, self._answers = exercise, answers
        self.otherwise: set[str] = set()  # names answered by an accepted alternative

    def __getitem__(self, name: str) -> Any:
        try:
            value = self._answers[name]
        except KeyError:
            value = self._part(self._answers["answer"], name)
        value = _called(value, name)
        for other in self._exercise.accepted.get(name, ()):
            if difference(value, other, self._exercise.tolerance) is None:
                self.otherwise.add(name)
                return _plain(self._exercise.reference[name])
        in_full = self._exercise.in_full.get(name)
        return in_full(value) if in_full else value

    def _part(self, answer: Any, name: str) -> Any:
        names, answer = self._exercise.names, _called(answer, name)
        if len(names) == 1:
            return answer
        if isinstance(answer, tuple | list) and len(answer) == len(names):
            return answer[names.index(name)]
        if isinstance(answer, Mapping) and name in answer:
            return answer[name]
        raise KeyError(name)

    def __iter__(self) -> Any:
        return iter(self._exercise.names)

    def __len__(self) -> int:
        return len(self._exercise.names)


def _called(value: Any, name: str) -> Any:
    """Call a student's function without arguments, keep a value; what was raised becomes text."""
    if not callable(value):
        return value
    outcome = call(value, (), name)
    return outcome.text if isinstance(outcome.value, Raised) else outcome.value


def _plain(value: Any) -> Any:
    """Call a function without arguments; keep a value."""
    return value() if callable(value) else value
