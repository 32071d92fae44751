"""A derivation task as plain data: what to show, from where, and what may be used on the way."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from importlib import resources
from typing import Any

FOLDER = "derivations"  # chainrule/facts/derivations/<name>.json
_NAME = re.compile(r"[\w-]+(\.[\w-]+)*")
_DECLARED: dict[str, DerivationTask] = {}


@dataclass(frozen=True)
class DerivationTask:
    """What a student is asked to show.

    Attributes:
        start: the formula a derivation begins with.
        target: the formula it must reach.
        setting: what the names mean, for example "K: dim; s: vec K; i,j: index K".
        rel: how start and target are related: =, <=, >=, < or >.
        min_steps: how many steps must be shown.
        max_step: how many rules one step may combine; 1 for a first exercise.
        define: named values {"a": "W @ x"} and functions {"f(x)": "x**2"}.
        lemma: equations that may be quoted: {name: [left, right, [variables]]}.
        facts: inequalities that may be quoted by name: {name: [left, right, [variables]]},
            {name: "jensen"}, or {name: None} if only the numbers shall decide.
        derivatives: functions whose derivative may be quoted, for example ("tanh",).
        sampler: the name of a sampler for data with hypotheses; see `hypotheses`.
        name: `<topic>.<slug>`, as in the catalogue.
        points: what the task is worth.
        note: anything a reader of the declaration should know.
    """

    start: str
    target: str
    setting: str = "x: real"
    rel: str = "="
    min_steps: int = 2
    max_step: int = 2
    define: Mapping[str, str] = field(default_factory=dict)
    lemma: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Any] = field(default_factory=dict)
    derivatives: tuple[str, ...] = ()
    sampler: str = ""
    name: str = ""
    points: float = 1.0
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse a relation or a number of steps that makes no sense."""
        if self.rel not in ("=", "<=", ">=", "<", ">"):
            raise ValueError(f"{self.name or 'task'}: rel is = <= >= < or >, not {self.rel!r}")
        if self.min_steps < 0 or self.max_step < 1:
            raise ValueError(f"{self.name or 'task'}: min_steps >= 0 and max_step >= 1")
        words = self.derivatives.split() if isinstance(self.derivatives, str) else self.derivatives
        object.__setattr__(self, "derivatives", tuple(words))

    def to_json(self) -> str:
        """Return the declaration as JSON; `from_json` reads it back."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1)

    @classmethod
    def from_json(cls, text: str) -> DerivationTask:
        """Read a declaration; raises ValueError if a field is unknown or missing."""
        return cls.from_dict(json.loads(text))

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> DerivationTask:
        """Build a task from plain data; raises ValueError if a field is unknown or missing."""
        known = {one.name for one in fields(cls)}
        unknown = sorted(set(data) - known)
        if unknown or not {"start", "target"} <= set(data):
            raise ValueError(f"a derivation task has the fields {sorted(known)}, not {unknown}")
        return cls(**data)


def declare(name: str, **declaration: Any) -> DerivationTask:
    """Declare a task for this session, in two lines of a notebook; `%%derive name` finds it."""
    task = DerivationTask(name=name, **declaration)
    _DECLARED[name] = task
    return task


def load_task(name: str) -> DerivationTask:
    """Return the task of this name: declared in this session, or shipped with chainrule.

    Raises:
        LookupError: there is no such task; the message lists those there are.
    """
    if name in _DECLARED:
        return _DECLARED[name]
    if (found := _shipped(name)) is not None:
        return DerivationTask.from_json(found.read_text(encoding="utf-8"))
    shipped = [entry.name.removesuffix(".json") for entry in _files(_folder())]
    known = ", ".join(sorted({*_DECLARED, *shipped})) or "none yet"
    raise LookupError(f"there is no derivation task {name!r}; the tasks are: {known}")


def is_shipped(name: str) -> bool:
    """Return whether `load_task` finds a task that is shipped, and not one of this session."""
    return name not in _DECLARED and _shipped(name) is not None


def _shipped(name: str) -> Any:
    """Return the file of a shipped task, or None."""
    found = _folder().joinpath(f"{name}.json")
    return found if _NAME.fullmatch(name) and found.is_file() else None


def _folder() -> Any:
    return resources.files("chainrule").joinpath("facts", FOLDER)


def _files(folder: Any) -> list[Any]:
    return [f for f in folder.iterdir() if f.name.endswith(".json")] if folder.is_dir() else []
