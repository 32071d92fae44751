"""A fact: inputs with the numbers that the right answer and each known mistake give.

Facts are drawn afresh by the judge and frozen by the builder; either way `assess` turns a fact
and a student's answers into a verdict. A fact holds no code.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from chainrule.compare import Tolerance, numbers, show
from chainrule.plain import from_plain, to_plain
from chainrule.sealed import Sealed

_STUB = re.compile(r"\s*=?\s*(\.\.\.|…)\s*(#.*)?")  # `= ...  # your lines here`


@dataclass(frozen=True)
class Raised:
    """The outcome of a call that ended in an exception of this name."""

    name: str


@dataclass(frozen=True)
class Form:
    """An expected form where any right answer will do: the kinds of its parts, in order.

    Kinds: "vector", "number", "index", "text", "formula", "truth", "dict".
    One part alone is no tuple.
    """

    parts: tuple[str, ...]

    def problem(self, value: Any) -> str | None:
        """Return one sentence if `value` has not this form."""
        if len(self.parts) == 1:
            (kind,) = self.parts
            return None if _FORMS[kind](value) else f"expected {WORDS[kind]}, got {show(value)}"
        wanted = f"{len(self.parts)} values ({', '.join(self.parts)})"
        if not isinstance(value, tuple | list) or len(value) != len(self.parts):
            return f"expected {wanted}, got {show(value)}"
        for place, (kind, part) in enumerate(zip(self.parts, value, strict=True), 1):
            if not _FORMS[kind](part):
                return f"expected {wanted}; value {place} is {show(part)}, not {WORDS[kind]}"
        return None

    def read(self, value: Any) -> Any:
        """Return a value of this form with its vectors as arrays (n,), however they were written.

        What has not this form comes back as it is.
        """
        if "vector" not in self.parts or self.problem(value):
            return value
        values = [value] if len(self.parts) == 1 else list(value)
        for place, kind in enumerate(self.parts):
            if kind == "vector" and (array := numbers(values[place])) is not None:
                values[place] = array.ravel()
        return values[0] if len(self.parts) == 1 else tuple(values)


def without_stub(text: str) -> str:
    """Return a derivation without the line `= ...` of a fresh notebook, wherever it was left.

    The line becomes a comment, so that the others keep their numbers.
    """
    return "\n".join("# ..." if _STUB.fullmatch(line) else line for line in text.splitlines())


@dataclass(frozen=True)
class Derived:
    """Expected: a text that derives the declared task of this name, line by line."""

    task: str

    def problem(self, value: Any) -> str | None:
        """Return one sentence on what is missing in the derivation, or None if it is complete."""
        from chainrule.derivation import check_task, load_task  # slow to import, rarely needed

        if not isinstance(value, str):
            return f"expected the text of a %%derive cell, got {show(value)}"
        report = check_task(without_stub(value), load_task(self.task))
        if report.complete:
            return None
        bad = [line.message for line in report.lines if line.status not in ("ok", "start")]
        return " ".join([*bad[:1], *report.messages]) or "the derivation is not complete yet"


def _is_number(value: Any) -> bool:
    array = numbers(value)
    return array is not None and array.size == 1 and bool(np.isfinite(array).all())


def _is_vector(value: Any) -> bool:
    array = numbers(value)
    if array is None or array.size == 0 or not np.isfinite(array).all():
        return False
    return array.ndim > 0 and array.size == max(array.shape)  # a row or a column is one too


_FORMS: Mapping[str, Callable[[Any], bool]] = {
    "vector": _is_vector,
    "number": _is_number,
    "index": lambda value: _is_number(value) and float(value).is_integer(),
    "text": lambda value: isinstance(value, str) and bool(value.strip()),
    "formula": lambda value: _is_number(value) or (isinstance(value, str) and bool(value.strip())),
    "truth": lambda value: isinstance(value, bool | np.bool_),
    "dict": lambda value: isinstance(value, Mapping),
}
WORDS: Mapping[str, str] = {
    "vector": "a vector of finite numbers",
    "number": "a finite number",
    "index": "a whole number",
    "text": "a text",
    "formula": "a number or the text of a formula",
    "truth": "True or False",
    "dict": "a dictionary such as {'k': 1, 's': 1, 'p': 0, 'd': 1}",
}


@dataclass(frozen=True)
class Case:
    """One call and its outcomes.

    Attributes:
        call: the name of the student's function, or of a value when `args` is None.
        args: its arguments, or None for an answer that is no function.
        expected: what the reference gives, openly or `Sealed`, or the `Form` that is asked for.
        mistaken: name of a known mistake -> what that mistake gives here (a value or `Raised`).
        view: the name of a view (`chainrule.probes.VIEWS`) through which outcomes are compared,
            where answers that differ may do the same; or "".
    """

    call: str
    args: tuple[Any, ...] | None
    expected: Any
    mistaken: Mapping[str, Any] = field(default_factory=dict)
    view: str = ""


@dataclass(frozen=True)
class Group:
    """Cases that stand or fall together: one line of the verdict.

    Attributes:
        name: what is looked at, in words that give no answer away.
        cases: all must be right.
        share: this group's part of the points, relative to the other groups.
        hint: a sentence shown when the group fails and no mistake was recognised.
    """

    name: str
    cases: tuple[Case, ...]
    share: float = 1.0
    hint: str = ""


@dataclass(frozen=True)
class Fact:
    """Everything that is needed to give a verdict on one task without knowing how to solve it.

    Attributes:
        task: `<topic>.<slug>`.
        names: what the student defines, in the order `check` takes it.
        groups: what is looked at.
        lessons: name of a known mistake -> the sentence that teaches.
        points: what the task is worth.
        tolerance: for every comparison.
        rows: names for the entries of the first axis of the answer (a trace's nodes), if any.
        open_entries: whether a NaN in an expected table stands for an entry that is not looked at.
    """

    task: str
    names: tuple[str, ...]
    groups: tuple[Group, ...]
    lessons: Mapping[str, str]
    points: float = 1.0
    tolerance: Tolerance = field(default_factory=Tolerance)
    rows: tuple[str, ...] = ()
    open_entries: bool = False

    def to_plain(self) -> dict[str, Any]:
        """Return the fact as JSON data."""
        return {
            "task": self.task,
            "names": list(self.names),
            "points": self.points,
            "tolerance": [self.tolerance.relative, self.tolerance.absolute],
            "rows": list(self.rows),
            "open_entries": self.open_entries,
            "lessons": dict(self.lessons),
            "groups": [_group_to_plain(group) for group in self.groups],
        }

    @classmethod
    def from_plain(cls, data: Mapping[str, Any]) -> Fact:
        """Rebuild a fact from `to_plain`'s data."""
        return cls(
            task=data["task"],
            names=tuple(data["names"]),
            groups=tuple(_group_from_plain(group) for group in data["groups"]),
            lessons=data["lessons"],
            points=data["points"],
            tolerance=Tolerance(*data["tolerance"]),
            rows=tuple(data["rows"]),
            open_entries=data["open_entries"],
        )


def _group_to_plain(group: Group) -> dict[str, Any]:
    cases = [
        {
            "call": case.call,
            "args": None if case.args is None else [to_plain(arg) for arg in case.args],
            "expected": _outcome(case.expected),
            "mistaken": {name: _outcome(value) for name, value in case.mistaken.items()},
            **({"view": case.view} if case.view else {}),
        }
        for case in group.cases
    ]
    return {"name": group.name, "share": group.share, "hint": group.hint, "cases": cases}


def _group_from_plain(data: Mapping[str, Any]) -> Group:
    cases = tuple(
        Case(
            call=case["call"],
            args=None if case["args"] is None else tuple(from_plain(a) for a in case["args"]),
            expected=_read_outcome(case["expected"]),
            mistaken={name: _read_outcome(value) for name, value in case["mistaken"].items()},
            view=case.get("view", ""),
        )
        for case in data["cases"]
    )
    return Group(data["name"], cases, data["share"], data["hint"])


def _outcome(value: Any) -> Any:
    if isinstance(value, Raised):
        return {"raised": value.name}
    if isinstance(value, Derived):
        return {"derived": value.task}
    if isinstance(value, Sealed):
        return {"sealed": list(value.digests), "salt": value.salt}
    return {"form": list(value.parts)} if isinstance(value, Form) else to_plain(value)


def _read_outcome(data: Any) -> Any:
    if isinstance(data, dict) and "raised" in data:
        return Raised(data["raised"])
    if isinstance(data, dict) and "form" in data:
        return Form(tuple(data["form"]))
    if isinstance(data, dict) and "derived" in data:
        return Derived(data["derived"])
    if isinstance(data, dict) and "sealed" in data:
        return Sealed(data["salt"], tuple(data["sealed"]))
    return from_plain(data)
