"""The words both sides speak: what was checked, what came out, which mistake it was.

A `Verdict` is plain data. The instant check on a student's machine returns one, and so does the
judge behind the grader; both are shown with the same table.
"""

from __future__ import annotations

import html
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

MIME = "application/vnd.chainrule.verdict+json"


class Check(NamedTuple):
    """One thing that was looked at.

    Attributes:
        name: what was looked at, in words that give no answer away ("two equal maxima").
        passed: whether it held.
        message: one sentence for the student; empty when there is nothing to add.
    """

    name: str
    passed: bool
    message: str = ""


@dataclass(frozen=True)
class Verdict:
    """The outcome of one task.

    Attributes:
        task: the name of the task, `<topic>.<slug>`.
        score: the share of the points that was earned, in [0, 1].
        checks: what was looked at, in order.
        mistake: the name of the known mistake that was recognised, or None.
        lesson: one sentence that teaches: about the mistake, or about the way out.
        points: what the whole task is worth.
        notes: what the student should know and that costs nothing (warnings, conventions).
        judged_later: whether only the form was looked at; a pass then promises nothing.
    """

    task: str
    score: float
    checks: tuple[Check, ...] = ()
    mistake: str | None = None
    lesson: str = ""
    points: float = 1.0
    notes: tuple[str, ...] = field(default=())
    judged_later: bool = False

    def __post_init__(self) -> None:
        """Refuse a score that is no share of anything: NaN, infinite, negative or above 1."""
        if not 0.0 <= self.score <= 1.0:
            raise ValueError(f"{self.task}: a score lies in [0, 1], this one is {self.score!r}")

    @property
    def passed(self) -> bool:
        """Whether the whole of the task is right."""
        return self.score == 1.0

    @property
    def earned(self) -> float:
        """Points earned, out of `points`."""
        return self.score * self.points

    def to_dict(self) -> dict[str, Any]:
        """Return plain data that `json` can write and `from_dict` reads back."""
        return {
            "task": self.task,
            "score": self.score,
            "points": self.points,
            "mistake": self.mistake,
            "lesson": self.lesson,
            "checks": [list(check) for check in self.checks],
            "notes": list(self.notes),
            "judged_later": self.judged_later,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Verdict:
        """Rebuild a verdict from `to_dict`'s data; a wrong type or score raises."""
        return cls(
            task=str(data["task"]),
            score=float(data["score"]),
            checks=tuple(Check(str(n), bool(p), str(m)) for n, p, m in data["checks"]),
            mistake=None if data["mistake"] is None else str(data["mistake"]),
            lesson=str(data["lesson"]),
            points=float(data["points"]),
            notes=tuple(str(note) for note in data.get("notes", ())),
            judged_later=bool(data.get("judged_later", False)),
        )

    def __str__(self) -> str:
        lines = [f"{self.task}: {self.headline}"]
        lines += [
            f"  [{'ok' if check.passed else '--'}] {check.name}"
            + (f": {check.message}" if check.message else "")
            for check in self.checks
        ]
        lines += [f"  {self.lesson}"] if self.lesson else []
        lines += [f"  Note: {note}" for note in self.notes]
        return "\n".join(lines)

    @property
    def headline(self) -> str:
        """The outcome in a few words."""
        if self.passed:
            return "complete, judged after you hand in" if self.judged_later else "right"
        return "not yet" if self.score == 0 else f"partly right ({self.score:.0%})"

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        # As text a verdict is the number of points earned: that is what nbgrader reads when it
        # grades without chainrule's configuration, and then the score is still the right one.
        return {
            "text/plain": f"{self.earned:.6g}",
            "text/html": self.to_html(),
            MIME: self.to_dict(),
        }

    def to_html(self) -> str:
        """Return a small table: words first, colour only as an echo, everything escaped."""
        state = "right" if self.passed else "partly" if self.score else "wrong"
        state = "complete" if self.passed and self.judged_later else state
        colours = {"right": "#00704a", "complete": "#1f5fa8", "partly": "#8a5a00"}
        colour = colours.get(state, "#a3281c")
        rows = "".join(
            "<tr><td style='text-align:left;white-space:nowrap'>"
            f"{'passed' if check.passed else '<b>failed</b>'}</td>"
            f"<td style='text-align:left'>{html.escape(check.name)}</td>"
            f"<td style='text-align:left'>{html.escape(check.message)}</td></tr>"
            for check in self.checks
        )
        table = f"<table aria-label='what was checked'>{rows}</table>" if rows else ""
        lesson = f"<p><b>{html.escape(self.lesson)}</b></p>" if self.lesson else ""
        notes = "".join(f"<p>Note: {html.escape(note)}</p>" for note in self.notes)
        return (
            f"<div class='chainrule-verdict {state}' "
            f"style='border-left:4px solid {colour};padding-left:.8em'>"
            f"<p><code>{html.escape(self.task)}</code>: <b>{self.headline}</b></p>"
            f"{lesson}{table}{notes}</div>"
        )
