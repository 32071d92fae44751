"""Find an exercise by its task's name."""

from __future__ import annotations

import difflib
import functools
import importlib
from collections.abc import Mapping

from chainrule_staff.exercises.model import Exercise

TOPICS = (
    "activations",
    "softmax",
    "cross_entropy",
    "backprop_mlp",
    "ad_traces",
    "convolution",
    "mlp_mixer",
    "initialisation",
    "gd_convergence",
    "heaviside_networks",
)  # in the order of the course


class UnknownTask(LookupError):
    """There is no exercise of this name."""


@functools.cache
def exercises_of(topic: str) -> Mapping[str, Exercise]:
    """Return task -> exercise for one topic, in teaching order."""
    if topic not in TOPICS:
        raise UnknownTask(f"no topic {topic!r}; there are {', '.join(TOPICS)}")
    module = importlib.import_module(f"chainrule_staff.exercises.{topic}")
    return {exercise.task: exercise for exercise in module.EXERCISES}


def all_exercises() -> dict[str, Exercise]:
    """Return task -> exercise for the whole course."""
    return {task: found for topic in TOPICS for task, found in exercises_of(topic).items()}


def find(task: str) -> Exercise:
    """Return the exercise of a task; raise `UnknownTask` with the nearest names."""
    topic = task.partition(".")[0]
    if topic in TOPICS and task in exercises_of(topic):
        return exercises_of(topic)[task]
    near = difflib.get_close_matches(task, all_exercises(), 3)
    hint = f"; did you mean {' or '.join(near)}?" if near else ""
    raise UnknownTask(f"no task {task!r}{hint}")
