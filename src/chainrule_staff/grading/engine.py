"""The seam between the pipeline and whatever runs a notebook.

The pipeline repairs a submission, hands it to an engine and records what comes back. It does not
know how many processes the engine uses or how it guards them; an engine knows nothing of
gradebooks and folders.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from nbformat import NotebookNode

from chainrule.verdict import Verdict


@dataclass(frozen=True)
class Job:
    """One repaired notebook to run and to judge.

    Attributes:
        notebook: the instructor's cells with the student's answers spliced in. Its
            `metadata.nbgrader` comes from the instructor alone; a code cell with `grade` and
            without `solution` is a hidden cell, `locked` cells without `grade` are given.
        seed: everything random in the judging of this submission follows from it.
        files: name -> bytes of what may lie beside the notebook while it runs.
        timeout: seconds that one cell may take.
        shared: the sources of the instructor's own cells, in order. Nothing of a student's may be
            in them: they are run once for the whole class, and the pictures they draw are kept.
    """

    notebook: NotebookNode
    seed: str
    files: Mapping[str, bytes] = field(default_factory=dict)
    timeout: float = 30.0
    shared: tuple[str, ...] = ()


@dataclass(frozen=True)
class Outcome:
    """What came of a job.

    Attributes:
        notebook: the same cells, with outputs.
        verdicts: grade id of each hidden cell that returned a verdict -> that verdict. A hidden
            cell that is missing here failed as a whole; its reason is in `events`.
        events: sentences for the instructor ("cell softmax-jacobian was stopped after 30 s").
        seconds: wall time.
        broken: whether the engine broke down, so that the result says nothing of the student.
    """

    notebook: NotebookNode
    verdicts: Mapping[str, Verdict]
    events: tuple[str, ...] = ()
    seconds: float = 0.0
    broken: bool = False


class EngineBroken(RuntimeError):
    """The engine cannot be started: something is wrong with this machine, not with a student."""


class Engine(Protocol):
    """Runs jobs, one at a time, until it is closed. Never raises for what a student wrote."""

    name: str  # as written on every receipt, for example "split, sandlock"

    def run(self, job: Job) -> Outcome:
        """Run every cell of `job` in order and judge the hidden ones."""
        ...

    def close(self) -> None:
        """Stop every process the engine started."""
        ...
