"""From a fact and a student's answers to a verdict.

Used on both sides: by `check` with frozen facts and by the judge with fresh ones. Whatever the
student's code does (raise, warn, return nonsense, exit), the outcome is a verdict.
"""

from __future__ import annotations

import copy
import warnings
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from chainrule.compare import difference, numbers, same, show
from chainrule.fact import Case, Derived, Fact, Form, Group, Raised
from chainrule.plain import count
from chainrule.probes import VIEWS
from chainrule.sealed import Sealed
from chainrule.verdict import Check, Verdict


class Unfinished(Exception):
    """The student has not written this answer yet; nothing is wrong with it."""


@dataclass(frozen=True)
class Outcome:
    """What one call of a student's function gave: a value or `Raised`, and how it sounded."""

    value: Any
    text: str = ""
    warned: tuple[str, ...] = ()


def assess(fact: Fact, answers: Mapping[str, Any]) -> Verdict:
    """Give the verdict on `answers` (name -> what the student defined) for one task."""
    try:
        outcomes = [[observe(case, answers) for case in group.cases] for group in fact.groups]
    except Unfinished as reason:
        return unfinished(fact.task, fact.points, str(reason))
    checks, earned = [], 0.0
    for group, seen in zip(fact.groups, outcomes, strict=True):
        problem = group_problem(group, seen, fact)
        checks.append(Check(group.name, problem is None, problem or ""))
        earned += group.share if problem is None else 0.0
    total = sum(group.share for group in fact.groups)
    score = 1.0 if all(check.passed for check in checks) else min(earned / total, 0.99)
    mistake = None if score == 1.0 else recognise(fact, outcomes)
    hints = [g.hint for g, c in zip(fact.groups, checks, strict=True) if g.hint and not c.passed]
    lesson = fact.lessons[mistake] if mistake else (hints[0] if hints else "")
    notes = _notes(outcome for seen in outcomes for outcome in seen)
    return Verdict(fact.task, score, tuple(checks), mistake, lesson, fact.points, notes)


def unfinished(task: str, points: float, reason: str) -> Verdict:
    """Return the verdict on an answer that is not there yet: nothing earned, nothing blamed."""
    return Verdict(task, 0.0, (Check("answered", False, reason),), points=points)


def observe(case: Case, answers: Mapping[str, Any]) -> Outcome:
    """Evaluate one case on the student's answers; raise `Unfinished` if there is none."""
    answer = fetch(answers, case.call)
    if case.args is None:
        # A number may also be given as a function without arguments; the judge takes both.
        by_function = callable(answer) and isinstance(case.expected, Sealed | Form)
        return call(answer, (), case.call) if by_function else Outcome(answer)
    if not callable(answer):
        raise Unfinished(f"`{case.call}` should be a function, it is {show(answer)}.")
    outcome = call(answer, case.args, case.call)
    return viewed(outcome, case.view, case.call) if case.view else outcome


def viewed(outcome: Outcome, view: str, name: str) -> Outcome:
    """Return what an outcome does instead of what it is; unfit ones become `Raised`."""
    if isinstance(outcome.value, Raised):
        return outcome
    try:
        with np.errstate(all="ignore"):
            return Outcome(VIEWS[view](outcome.value), outcome.text, outcome.warned)
    except ValueError as error:
        return Outcome(Raised("Unfit"), f"{name}: {error}", outcome.warned)


def fetch(answers: Mapping[str, Any], name: str) -> Any:
    """Return the student's `name`; raise `Unfinished` if it is missing or still `...`."""
    try:
        answer = answers[name]
    except KeyError:
        raise Unfinished(f"`{name}` is not defined: run the cell that defines it.") from None
    if answer is None or answer is Ellipsis:
        raise Unfinished(f"`{name}` is still empty: replace the `...` by your answer.")
    return answer


def call(function: Callable[..., Any], args: tuple[Any, ...], name: str) -> Outcome:
    """Call a student's function on copies of `args`; exceptions and warnings become words."""
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            value = function(*copy.deepcopy(args))
        except NotImplementedError as error:
            raise Unfinished(str(error) or f"`{name}` is not written yet.") from None
        except (Exception, SystemExit) as error:
            kind = type(error).__name__
            text = f"{name}({_arguments(args)}) raised {kind}: {show(str(error), 120)}"
            return Outcome(Raised(kind), text)
    heard = dict.fromkeys(f"{w.category.__name__}: {show(str(w.message), 90)}" for w in caught)
    return Outcome(value, warned=tuple(heard))


def group_problem(group: Group, seen: list[Outcome], fact: Fact) -> str | None:
    """Return one sentence on the first case of the group that is not right, or None."""
    for case, outcome in zip(group.cases, seen, strict=True):
        if isinstance(outcome.value, Raised):
            return outcome.text
        if problem := _problem(outcome.value, case.expected, fact):
            if row := _first_row(outcome.value, case.expected, fact):
                problem = f"first difference in row {row}"
            given = "" if case.args is None else f"({_arguments(case.args)})"
            return f"{case.call}{given}: {problem}"
    return None


def _problem(value: Any, expected: Any, fact: Fact) -> str | None:
    if isinstance(expected, Form | Derived):
        return expected.problem(value)
    if isinstance(expected, Sealed):
        return None if expected.matches(value) else f"{show(value)} is not it"
    if fact.open_entries:
        expected = _without_open_entries(expected, value)
    return difference(value, expected, fact.tolerance)


def _without_open_entries(expected: Any, value: Any) -> Any:
    """An entry that may come out in several right ways is NaN in the fact: anything goes there."""
    mine = numbers(value)
    if mine is None or mine.shape != expected.shape:
        return expected
    return np.where(np.isnan(expected), mine, expected)


def recognise(fact: Fact, outcomes: list[list[Outcome]]) -> str | None:
    """Return the known mistake that explains what was seen, if there is one.

    It gives the very same outcome in every case. Where two mistakes were made at once none does;
    then one that explains a whole failed group of cases is named.
    """
    groups = list(zip(fact.groups, outcomes, strict=True))
    for name in fact.lessons:
        if all(_explains(name, group, seen, fact) for group, seen in groups):
            return name
    failed = [(g, seen) for g, seen in groups if _tells(seen) and group_problem(g, seen, fact)]
    for name in fact.lessons:
        if any(_explains(name, group, seen, fact) for group, seen in failed):
            return name
    return None


def _explains(name: str, group: Group, seen: list[Outcome], fact: Fact) -> bool:
    """Whether a mistake, or where it makes no difference the right answer, is what was seen."""
    return all(
        same_outcome(outcome.value, case.mistaken.get(name, case.expected), fact)
        for case, outcome in zip(group.cases, seen, strict=True)
    )


def _tells(seen: list[Outcome]) -> bool:
    """Whether outcomes say something about their cause: an exception or a NaN may have any."""
    values = [numbers(outcome.value) for outcome in seen]
    return all(array is not None and bool(np.isfinite(array).all()) for array in values)


def same_outcome(value: Any, mistaken: Any, fact: Fact) -> bool:
    """Whether a student's outcome is a mistake's outcome, exceptions included."""
    if isinstance(value, Raised) or isinstance(mistaken, Raised):
        return isinstance(value, Raised) and isinstance(mistaken, Raised) and value == mistaken
    if isinstance(mistaken, Sealed):
        return mistaken.matches(value)
    return same(value, mistaken, fact.tolerance) or (
        difference(value, mistaken, fact.tolerance) is None
    )


def _first_row(value: Any, expected: Any, fact: Fact) -> str:
    """Name the first row of a trace that differs, when the shapes allow to say so."""
    if not fact.rows or np.shape(value) != np.shape(expected):
        return ""
    for row, mine, theirs in zip(fact.rows, value, expected, strict=True):
        if difference(mine, theirs, fact.tolerance):
            return row
    return ""


def _arguments(args: tuple[Any, ...]) -> str:
    return ", ".join(
        f"<{count(arg)} numbers>" if count(arg) > 12 else show(arg, 48) for arg in args
    )


def _notes(outcomes: Any) -> tuple[str, ...]:
    heard = dict.fromkeys(text for outcome in outcomes for text in outcome.warned)
    return tuple(f"your code warned ({text}); that costs nothing" for text in list(heard)[:2])
