"""`check("softmax.jacobian", softmax_jacobian)`: an instant verdict on a student's machine.

The verdict comes from frozen facts: numbers that the right answer and each known mistake give on
a few inputs. There is no reference solution to find here. The tests that count draw other inputs.
"""

from __future__ import annotations

import difflib
import functools
import json
from collections.abc import Mapping
from importlib import resources
from typing import Any

from chainrule.assess import assess
from chainrule.fact import Fact
from chainrule.verdict import Verdict


class UnknownTask(LookupError):
    """There is no task of this name among the facts."""


def check(task: str, *answers: Any) -> Verdict:
    """Check your answer to one task; change it and check again as often as you like.

    Args:
        task: the name of the task, as in its heading, for example "softmax.jacobian".
        answers: what the task asks you to define, in the order of its starter cell.

    Returns:
        A verdict; a notebook shows it as a table.

    Raises:
        UnknownTask: for a task name that does not exist.
        TypeError: if the number of answers is not the task's.
    """
    fact = fact_of(task)
    if len(answers) != len(fact.names):
        wanted = ", ".join(fact.names)
        raise TypeError(
            f'check("{task}", {wanted}) takes {len(fact.names)} answer(s), got {len(answers)}'
        )
    verdict = assess(fact, dict(zip(fact.names, answers, strict=True)))
    _LATEST[task] = verdict
    return verdict


_LATEST: dict[str, Verdict] = {}  # of this session, in the order in which tasks were first checked


def latest() -> dict[str, Verdict]:
    """Return task -> the verdict of its last check in this session."""
    return dict(_LATEST)


def fact_of(task: str) -> Fact:
    """Return the frozen fact of a task; raise `UnknownTask` with the nearest names."""
    topic = task.partition(".")[0]
    facts = facts_of(topic) if topic in topics() else {}
    if task in facts:
        return facts[task]
    known = [name for each in topics() for name in facts_of(each)]
    near = difflib.get_close_matches(task, known, 3)
    raise UnknownTask(
        f"no task {task!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
    )


@functools.cache
def topics() -> tuple[str, ...]:
    """Return the topics that have frozen facts, sorted."""
    files = resources.files("chainrule.facts").iterdir()
    return tuple(sorted(f.name.removesuffix(".json") for f in files if f.name.endswith(".json")))


@functools.cache
def facts_of(topic: str) -> Mapping[str, Fact]:
    """Return task -> frozen fact for one topic."""
    text = resources.files("chainrule.facts").joinpath(f"{topic}.json").read_text("utf-8")
    return {task: Fact.from_plain(data) for task, data in json.loads(text)["facts"].items()}
