"""A few submissions of one assignment: what travels to a worker, and what it does with it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chainrule_staff.grading.engine import Engine, EngineBroken
from chainrule_staff.grading.submission import (
    Assignment,
    Graded,
    Submission,
    give_up,
    grade_submission,
)


@dataclass(frozen=True)
class Batch:
    """Bytes only: a worker needs no disk of ours."""

    assignment: Assignment
    submissions: tuple[Submission, ...]

    def singles(self) -> Iterator[Batch]:
        """Yield each submission as a batch of its own."""
        for submission in self.submissions:
            yield Batch(self.assignment, (submission,))

    def given_up(self, engine: str, reason: str) -> list[Graded]:
        """Return a result without marks for each submission."""
        return [give_up(self.assignment, each, engine, reason) for each in self.submissions]


def grade_batch(batch: Batch, engine: Engine) -> list[Graded]:
    """Grade a batch; a submission that breaks our own code gets no marks, the others theirs.

    Raises:
        EngineBroken: if nothing can be graded on this machine.
    """
    return [_grade(batch.assignment, submission, engine) for submission in batch.submissions]


def _grade(assignment: Assignment, submission: Submission, engine: Engine) -> Graded:
    try:
        return grade_submission(assignment, submission, engine)
    except EngineBroken:
        raise
    except Exception as error:  # a fault of ours must not end the run for the whole class
        reason = f"the grader broke down ({type(error).__name__}: {str(error)[:200]})"
        return give_up(assignment, submission, engine.name, reason)


def size_of_batches(total: int, workers: int) -> int:
    """Return how many submissions a batch has: few messages, but work for everybody at the end."""
    return max(1, min(10, total // (4 * workers)))
