"""Grade a class: every submission of some assignments, in parallel, with one writer."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import nbformat
from nbgrader.preprocessors.latesubmissions import AssignLatePenalties

from chainrule_staff.course import Course, CourseError, put_tools_on_path
from chainrule_staff.grading.batch import Batch, grade_batch, size_of_batches
from chainrule_staff.grading.engines import engine_name, make_engine, written
from chainrule_staff.grading.filing import Desk, HandedIn, filed_receipt, handed_in, only_run
from chainrule_staff.grading.gradebook import Recorder
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.submission import Assignment, Graded

Task = tuple[Assignment, HandedIn]
Progress = Callable[["Step"], None]


@dataclass(frozen=True)
class Step:
    """One submission is done: for progress bars.

    Attributes:
        receipt: of the submission.
        done, total: how many of how many.
        again: whether it was graded in an earlier run and only looked up.
    """

    receipt: Receipt
    done: int
    total: int
    again: bool


@dataclass(frozen=True)
class Crew:
    """Who runs the submissions.

    Attributes:
        sandbox: how student code is guarded, see `engines.make_engine`.
        jobs: workers on this machine.
        scheduler: the address of a dask scheduler whose workers to use instead.
    """

    sandbox: str
    jobs: int = 1
    scheduler: str | None = None

    @property
    def engine(self) -> str:
        """The engine's name as it stands on receipts.

        Raises:
            NoSandbox: if this guard does not work here, where it has to.
        """
        return written(self.sandbox) if self.scheduler else engine_name(self.sandbox)

    def grade(self, tasks: Sequence[Task]) -> Iterator[list[Graded]]:
        """Yield the results as they come; in this process if there is one job only."""
        if not tasks:
            return
        if self.scheduler is None and min(self.jobs, len(tasks)) == 1:
            engine = make_engine(self.sandbox)
            try:
                for batch in make_batches(tasks, 1):
                    yield grade_batch(batch, engine)
            finally:
                engine.close()
            return
        from chainrule_staff.grading import cluster  # dask takes half a second to import

        with cluster.connect(min(self.jobs, len(tasks)), self.scheduler) as client:
            size = size_of_batches(len(tasks), max(1, len(cluster.workers(client))))
            yield from cluster.grade_batches(client, self.sandbox, make_batches(tasks, size))


def load_assignment(course: Course, name: str) -> Assignment:
    """Read the instructor's side of an assignment.

    Raises:
        CourseError: if it has not been built.
    """
    found = []
    for step in ("source", "release"):
        path = course.notebook(step, name)
        if not path.is_file():
            known = ", ".join(course.assignments()) or "none"
            raise CourseError(
                f"assignment {name!r}: {path} is missing; there are {known}. "
                f"Build it with `chainrule build {name}`"
            )
        found.append(path.read_bytes())
    return Assignment(name, *found)


def grade_class(
    course: Course,
    assignments: Sequence[str],
    *,
    sandbox: str,
    jobs: int = 1,
    scheduler: str | None = None,
    force: bool = False,
    progress: Progress = lambda step: None,
) -> list[Receipt]:
    """Grade everything that was handed in and is not graded yet.

    Args:
        course: where to look and where to file.
        assignments: names.
        sandbox: how student code is guarded, see `engines.make_engine`.
        jobs: worker processes on this machine.
        scheduler: the address of a dask scheduler whose workers to use instead.
        force: grade again what has a result already.
        progress: called after each submission.

    Returns:
        One receipt per submission, in the order of assignments and students.

    Raises:
        CourseError: if something is missing or cannot be written. What is graded by then is kept.
    """
    put_tools_on_path()
    crew = Crew(sandbox, jobs, scheduler)
    engine = crew.engine
    with only_run(course), Recorder(course.db_url) as recorder:
        tasks: list[Task] = []
        for assignment in (load_assignment(course, name) for name in assignments):
            recorder.register(assignment.name, nbformat.reads(assignment.source, 4))
            tasks += [(assignment, each) for each in handed_in(course, assignment.name)]
        receipts: dict[tuple[str, str], Receipt] = {}

        def tell(new: Iterable[Receipt], again: bool) -> None:
            for receipt in new:
                receipts[receipt.assignment, receipt.student] = receipt
                progress(Step(receipt, len(receipts), len(tasks), again))

        todo: list[Task] = []
        known: list[Receipt] = []
        for task in tasks:
            earlier = None if force else look_up(course, task, engine)
            known += [earlier] if earlier else []
            todo += [] if earlier else [task]
        with Desk(course, recorder) as desk:
            desk.record(known)  # the gradebook may be younger than the results
            tell(known, again=True)
            for results in crew.grade(todo):
                desk.file(results)
                tell((result.receipt for result in results), again=False)
        punish_the_late(course, assignments, recorder)
    return [receipts[assignment.name, each.student] for assignment, each in tasks]


def look_up(course: Course, task: Task, engine: str) -> Receipt | None:
    """Return the receipt of an earlier run, if it would come out the same today."""
    assignment, each = task
    earlier = filed_receipt(course, assignment.name, each.student)
    if earlier is None or earlier.key != each.read().key(assignment, engine):
        return None
    return earlier


def make_batches(tasks: Sequence[Task], size: int) -> Iterator[Batch]:
    """Yield batches of up to `size` submissions of one assignment; each is read when it is due."""
    start = 0
    while start < len(tasks):
        assignment = tasks[start][0]
        end = start
        while end < len(tasks) and end - start < size and tasks[end][0] is assignment:
            end += 1
        yield Batch(assignment, tuple(each.read() for _, each in tasks[start:end]))
        start = end


def punish_the_late(course: Course, assignments: Sequence[str], recorder: Recorder) -> None:
    """Let nbgrader's plugin set the penalties of those who were late; by default it sets none."""
    for assignment in assignments:
        for student in recorder.late(assignment):
            step = AssignLatePenalties(config=course.config)
            step.log.setLevel(logging.ERROR)  # it warns of what it is there for
            names = {"notebook": assignment, "assignment": assignment, "student": student}
            resources = {"nbgrader": {**names, "db_url": course.db_url}}
            step.preprocess(nbformat.v4.new_notebook(), resources)
