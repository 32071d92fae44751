"""`judge("softmax.jacobian", {"softmax_jacobian": f}, seed=0)`: the verdict that counts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from chainrule.verdict import Verdict
from chainrule_staff.exercises.registry import find

SEED_VARIABLE = "CHAINRULE_SEED"  # set by the grader for the submission that is being judged


def judge(task: str, namespace: Mapping[str, Any], seed: int | str | None = None) -> Verdict:
    """Judge one task with inputs drawn for this seed.

    Args:
        task: `<topic>.<slug>`.
        namespace: where the student's definitions are found by name; `globals()` in a notebook.
        seed: the same seed draws the same inputs. By default the submission's own seed when the
            grader runs, and 0 otherwise.

    Returns:
        The verdict. Whatever the student's code does, it is a verdict and no exception.

    Raises:
        UnknownTask: if there is no such task.
    """
    exercise = find(task)
    if seed is None:
        seed = os.environ.get(SEED_VARIABLE, 0)
    return exercise.judge(namespace, generator(seed, task))


def generator(seed: int | str, task: str) -> np.random.Generator:
    """Return the random numbers of one submission's task."""
    digest = hashlib.sha256(f"{seed}\n{task}".encode()).digest()
    return np.random.default_rng(int.from_bytes(digest))
