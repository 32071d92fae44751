"""Freeze the facts of a topic: numbers for the instant checks, and no code."""

from __future__ import annotations

from collections.abc import Iterable

from chainrule_staff.build.output import json_bytes
from chainrule_staff.exercises import exercises_of
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.judge import generator

SEED = "facts"  # the judge's seeds are never this word, so its inputs differ


def facts_bytes(topic: str, tasks: Iterable[str]) -> bytes:
    """Return the facts file of a topic for the given tasks."""
    known = exercises_of(topic)
    facts = {task: known[task].fact(generator(SEED, task)).to_plain() for task in tasks}
    note = "Built by `chainrule build`. Frozen numbers for instant checks; not to be edited."
    return json_bytes(note, facts)


def declarations(topic: str) -> dict[str, bytes]:
    """Return task -> the public declaration of each derivation of a topic."""
    return {
        task: exercise.goal.to_json().encode() + b"\n"
        for task, exercise in exercises_of(topic).items()
        if isinstance(exercise, DeriveTask)
    }
