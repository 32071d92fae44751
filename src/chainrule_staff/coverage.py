"""Which task covers which question of the sheets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from chainrule_staff.build.authoring import Cell
from chainrule_staff.exercises import all_exercises


@dataclass(frozen=True)
class Covered:
    """One sheet question and one task that covers it (without a question: beyond the sheets).

    Attributes:
        sheet_question: as in the catalogue ("000 Q2.1"), or "".
        task, notebook: names; `notebook` is "" while no notebook asks the task.
        kinds: what is asked for.
        mistakes: names of the known mistakes.
        points: what the task is worth.
    """

    sheet_question: str
    task: str
    notebook: str
    kinds: Sequence[str]
    mistakes: Sequence[str]
    points: float

    def to_dict(self) -> dict[str, Any]:
        """Return plain data for JSON."""
        return {**asdict(self), "kinds": list(self.kinds), "mistakes": list(self.mistakes)}


def coverage(notebooks: Mapping[str, Sequence[Cell]]) -> list[Covered]:
    """Return one entry per sheet question and task, sorted by question."""
    asked = {
        cell.task: name
        for name, cells in notebooks.items()
        for cell in cells
        if cell.role in ("check", "hidden")
    }
    found = [
        Covered(
            question,
            task,
            asked.get(task, ""),
            exercise.kinds,
            [mistake.name for mistake in exercise.mistakes],
            exercise.points,
        )
        for task, exercise in all_exercises().items()
        for question in exercise.covers or ("",)
    ]
    return sorted(found, key=lambda entry: (entry.sheet_question == "", entry.sheet_question))
