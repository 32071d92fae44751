"""What the checks of this session said, added up: `summary()` at the end of a notebook.

The instant checks promise nothing: the marks come from the judge, with other numbers. So the sum
is called what it is, and what only the judge can mark stands apart.
"""

from __future__ import annotations

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources

from chainrule.check import UnknownTask, fact_of, latest
from chainrule.verdict import Verdict


@dataclass(frozen=True)
class Line:
    """One task of the notebook.

    Attributes:
        task: its name.
        points: what it is worth.
        verdict: the last check's, or None if it has not been checked.
    """

    task: str
    points: float
    verdict: Verdict | None = None

    @property
    def earned(self) -> float:
        """Points that the last check gave; none where only the form was looked at."""
        known = self.verdict is not None and not self.verdict.judged_later
        return self.verdict.score * self.points if known and self.verdict else 0.0

    @property
    def later(self) -> bool:
        """Whether the answer is complete and nobody can say yet whether it is right."""
        return self.verdict is not None and self.verdict.judged_later and self.verdict.passed

    @property
    def state(self) -> str:
        """How it stands, in words."""
        return "not checked yet" if self.verdict is None else self.verdict.headline


@dataclass(frozen=True, repr=False)
class Summary:
    """The tasks of a notebook and how they stand."""

    lines: tuple[Line, ...] = ()

    @property
    def sentence(self) -> str:
        """The sum, as one sentence."""
        if not self.lines:
            return "No check has run yet: run the check cells, then this one adds them up."
        total = sum(line.points for line in self.lines)
        text = f"{sum(line.earned for line in self.lines):g} of {total:g} points by the checks"
        if later := sum(line.points for line in self.lines if line.later):
            text += f", {later:g} more are judged after you hand in"
        return f"{text}. The marks that count come from the same questions with other numbers."

    def __repr__(self) -> str:
        rows = [
            f"  {line.task}: {line.state}, {line.earned:g} of {line.points:g}"
            for line in self.lines
        ]
        return "\n".join([self.sentence, *rows])

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td style='text-align:left'><code>{html.escape(line.task)}</code></td>"
            f"<td style='text-align:left'>{html.escape(line.state)}</td>"
            f"<td>{'later' if line.later else f'{line.earned:g}'} / {line.points:g}</td></tr>"
            for line in self.lines
        )
        head = "<tr><th scope='col'>task</th><th scope='col'>last check</th>"
        head += "<th scope='col'>points</th></tr>"
        table = f"<table aria-label='points by task'>{head}{rows}</table>" if rows else ""
        return f"<div class='chainrule-summary'><p><b>{self.sentence}</b></p>{table}</div>"


def summary() -> Summary:
    """Add up the last check of every task of the notebook that is being worked on."""
    checked = latest()
    tasks = dict.fromkeys([*_tasks_of_the_notebook(list(checked)), *checked])
    return Summary(tuple(Line(t, fact_of(t).points, checked.get(t)) for t in tasks))


def _tasks_of_the_notebook(checked: Sequence[str]) -> list[str]:
    """Return the tasks of the notebook that asks most of the tasks that were checked."""
    best: list[str] = []
    most = 0
    for file in resources.files("chainrule.manifests").iterdir():
        if checked and file.name.endswith(".json"):
            cells = json.loads(file.read_text("utf-8"))["cells"]
            tasks = [task for task in dict.fromkeys(c["task"] for c in cells) if _exists(task)]
            shared = len(set(tasks) & set(checked))
            best, most = (tasks, shared) if shared > most else (best, most)
    return best


def _exists(task: str) -> bool:
    try:
        fact_of(task)
    except UnknownTask:
        return False
    return True
