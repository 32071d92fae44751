"""Grade a class: every submission of some assignments, in parallel, with one writer."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass

import nbformat

from chainrule_staff.course import Course, put_tools_on_path
from chainrule_staff.grading import filing
from chainrule_staff.grading.engine import Engine, Job, Outcome
from chainrule_staff.grading.engines import engine_name, make_engine
from chainrule_staff.grading.gradebook import Recorder
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.submission import Assignment, Graded, Submission, grade_submission

Task = tuple[Assignment, Submission]
Progress = Callable[["Step"], None]


class CourseError(Exception):
    """Something is missing in the course's folders; the message says what and the way out."""


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
    force: bool = False,
    progress: Progress = lambda step: None,
) -> list[Receipt]:
    """Grade everything that was handed in and is not graded yet.

    Args:
        course: where to look and where to file.
        assignments: names.
        sandbox: how student code is guarded, see `engines.make_engine`.
        jobs: worker processes.
        force: grade again what has a result already.
        progress: called after each submission.

    Returns:
        One receipt per submission, in the order of assignments and students.
    """
    put_tools_on_path()
    filing.clear_staging(course)
    name = engine_name(sandbox)
    tasks: list[Task] = []
    with Recorder(course.db_url) as recorder:
        for assignment in (load_assignment(course, each) for each in assignments):
            recorder.register(assignment.name, nbformat.reads(assignment.source, 4))
            tasks += [(assignment, s) for s in filing.submissions_of(course, assignment.name)]
        return _grade_all(course, tasks, name, sandbox, jobs, force, progress, recorder)


def _grade_all(
    course: Course,
    tasks: Sequence[Task],
    engine: str,
    sandbox: str,
    jobs: int,
    force: bool,
    progress: Progress,
    recorder: Recorder,
) -> list[Receipt]:
    receipts: dict[tuple[str, str], Receipt] = {}
    todo: list[Task] = []
    for assignment, submission in tasks:
        earlier = filing.filed_receipt(course, assignment.name, submission.student)
        if force or earlier is None or earlier.key != submission.key(assignment, engine):
            todo.append((assignment, submission))
            continue
        recorder.record(filing.marks_of(earlier))  # the gradebook may be younger than the result
        receipts[assignment.name, submission.student] = earlier
        progress(Step(earlier, len(receipts), len(tasks), again=True))
    for graded in run_all(todo, sandbox, jobs):
        filing.file_result(course, graded, recorder)
        receipts[graded.receipt.assignment, graded.receipt.student] = graded.receipt
        progress(Step(graded.receipt, len(receipts), len(tasks), again=False))
    filing.clear_staging(course)
    return [receipts[assignment.name, submission.student] for assignment, submission in tasks]


def run_all(tasks: Sequence[Task], sandbox: str, jobs: int) -> Iterator[Graded]:
    """Yield the results as they come; in this process if there is one job only."""
    if min(jobs, len(tasks)) <= 1:
        engine = make_engine(sandbox)
        try:
            for assignment, submission in tasks:
                yield grade_submission(assignment, submission, engine)
        finally:
            engine.close()
        return
    lost = yield from _run_pool(tasks, sandbox, min(jobs, len(tasks)))
    for task in lost:  # a worker died: try its submissions one by one, each in a pool of its own
        still = yield from _run_pool([task], sandbox, 1)
        for assignment, submission in still:
            yield grade_submission(assignment, submission, _Broken())


def _run_pool(
    tasks: Sequence[Task], sandbox: str, jobs: int
) -> Generator[Graded, None, list[Task]]:
    """Yield results from a pool of workers; return the tasks that were lost with a worker."""
    lost: list[Task] = []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, context, initializer=_start_worker, initargs=(sandbox,)) as pool:
        waiting: dict[Future[Graded], Task] = {}
        queue = iter(tasks)
        _submit(pool, waiting, queue, 2 * jobs, lost)
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                task = waiting.pop(future)
                try:
                    yield future.result()
                except BrokenProcessPool:
                    lost.append(task)
                _submit(pool, waiting, queue, 1, lost)
    return lost


def _submit(
    pool: ProcessPoolExecutor,
    waiting: dict[Future[Graded], Task],
    queue: Iterable[Task],
    many: int,
    lost: list[Task],
) -> None:
    """Keep a few tasks waiting, never the whole class: notebooks travel by value."""
    for _, task in zip(range(many), queue, strict=False):
        try:
            waiting[pool.submit(_work, *task)] = task
        except BrokenProcessPool:
            lost.append(task)


_engine: Engine | None = None


def _start_worker(sandbox: str) -> None:
    global _engine
    _engine = make_engine(sandbox)


def _work(assignment: Assignment, submission: Submission) -> Graded:
    assert _engine is not None
    return grade_submission(assignment, submission, _engine)


class _Broken:
    """Stands in where the engine itself died twice: nothing ran, and the receipt says so."""

    name = "none: the grading process died twice on this submission"

    def run(self, job: Job) -> Outcome:
        """Return the notebook as it is."""
        return Outcome(job.notebook, {}, (self.name,))

    def close(self) -> None:
        """Nothing to close."""
