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

from chainrule.compare import (
    Tolerance,
    difference,
    numbers,
    same,
    show,
    single_precision,
)
from chainrule.fact import Case, Derived, Fact, Form, Group, Raised
from chainrule.plain import count
from chainrule.probes import VIEWS
from chainrule.sealed import Sealed, flat
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
    later = all(isinstance(case.expected, Form) for g in fact.groups for case in g.cases)
    return Verdict(fact.task, score, tuple(checks), mistake, lesson, fact.points, notes, later)


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
    if not callable(answer) and case.args:
        raise Unfinished(f"`{case.call}` should be a function, it is {show(answer)}.")
    # What a function without arguments returns may also be given as it is.
    outcome = call(answer, case.args, case.call) if callable(answer) else Outcome(answer)
    return viewed(outcome, case.view, case.call) if case.view else outcome


def viewed(outcome: Outcome, view: str, name: str) -> Outcome:
    """Return what an outcome does instead of what it is; unfit ones become `Raised`."""
    if isinstance(outcome.value, Raised):
        return outcome
    try:
        with np.errstate(all="ignore"):
            seen = VIEWS[view](outcome.value)
        if single_precision(outcome.value):
            seen = np.asarray(seen, dtype=np.float32)  # no more exact than what it was made of
        return Outcome(seen, outcome.text, outcome.warned)
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
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        try:
            value = function(*copy.deepcopy(args))
        except NotImplementedError as error:
            raise Unfinished(str(error) or f"`{name}` is not written yet.") from None
        except KeyboardInterrupt:
            raise  # the student stops a cell that runs for ever
        except BaseException as error:  # SystemExit too: it is their answer
            kind = type(error).__name__
            said = show(_said(error), 120)
            return Outcome(Raised(kind), f"{name}({_arguments(args)}) raised {kind}: {said}")
    heard = dict.fromkeys(f"{w.category.__name__}: {show(str(w.message), 90)}" for w in caught)
    return Outcome(value, warned=tuple(heard))


def group_problem(group: Group, seen: list[Outcome], fact: Fact) -> str | None:
    """Return one sentence on the first case of the group that is not right, or None."""
    for case, outcome in zip(group.cases, seen, strict=True):
        if isinstance(outcome.value, Raised):
            return outcome.text
        if problem := _problem(outcome.value, case, fact):
            if row := _first_row(outcome.value, case.expected, fact):
                problem = f"first difference in row {row}"
            given = "" if case.args is None else f"({_arguments(case.args)})"
            return f"{case.call}{given}: {problem}"
    return None


def _problem(value: Any, case: Case, fact: Fact) -> str | None:
    expected = case.expected
    if isinstance(expected, Form | Derived):
        return expected.problem(value)
    if isinstance(expected, Sealed):
        return None if expected.matches(value) else _not_sealed(value)
    if fact.open_entries:
        expected = _without_open_entries(expected, value)
    return difference(value, expected, _fair(fact, case))


def _not_sealed(value: Any) -> str:
    array = flat(value)
    if array is None or array.size == 0:
        return f"expected numbers, got {show(value)}"
    return f"{show(value)} {'contains NaN' if np.isnan(array).any() else 'is not right'}"


def _fair(fact: Fact, case: Case) -> Tolerance:
    """An input in single precision may make every number that comes out of it so."""
    return fact.tolerance.fair_to(case.args or ())


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
    failed = [(group, seen) for group, seen in groups if _tells(group, seen, fact)]
    for name in fact.lessons:
        if any(_explains(name, group, seen, fact) for group, seen in failed):
            return name
    return None


def _explains(name: str, group: Group, seen: list[Outcome], fact: Fact) -> bool:
    """Whether a mistake, or where it makes no difference the right answer, is what was seen."""
    return all(
        same_outcome(outcome.value, case.mistaken.get(name, case.expected), _fair(fact, case))
        for case, outcome in zip(group.cases, seen, strict=True)
    )


def _tells(group: Group, seen: list[Outcome], fact: Fact) -> bool:
    """Whether a failed group says something about its cause: an exception or a NaN may have any."""
    for case, outcome in zip(group.cases, seen, strict=True):
        array = numbers(outcome.value)
        finite = array is not None and array.size > 0 and bool(np.isfinite(array).all())
        if finite and _problem(outcome.value, case, fact):
            return True
    return False


def same_outcome(value: Any, mistaken: Any, tolerance: Tolerance) -> bool:
    """Whether a student's outcome is a mistake's outcome, exceptions included."""
    if isinstance(value, Raised) or isinstance(mistaken, Raised):
        return isinstance(value, Raised) and isinstance(mistaken, Raised) and value == mistaken
    if isinstance(mistaken, Sealed):
        return mistaken.matches(value)
    return same(value, mistaken, tolerance) or difference(value, mistaken, tolerance) is None


def _first_row(value: Any, expected: Any, fact: Fact) -> str:
    """Name the first row of a trace that differs, when the shapes allow to say so."""
    table = numbers(value)
    if not fact.rows or table is None or table.shape != np.shape(expected):
        return ""
    for row, mine, theirs in zip(fact.rows, table, expected, strict=True):
        if difference(mine, theirs, fact.tolerance):
            return row
    return ""


def _said(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:
        return "(its message cannot be read)"


def _arguments(args: tuple[Any, ...]) -> str:
    return ", ".join(
        f"<{count(arg)} numbers>" if count(arg) > 12 else show(arg, 48) for arg in args
    )


def _notes(outcomes: Any) -> tuple[str, ...]:
    heard = dict.fromkeys(text for outcome in outcomes for text in outcome.warned)
    return tuple(f"your code warned ({text}); that costs nothing" for text in list(heard)[:2])
