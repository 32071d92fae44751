"""Does a submission cost the same in a class of 20 and in one of 2,000?

    python benchmarks/scale.py [--notebook softmax] [--counts 20 200 2000] [--workers 2]

A dask scheduler and its workers run in processes of their own and are reached over loopback; the
class is graded as `chainrule grade --scheduler ADDRESS` grades it. Submissions are bytes on the
way, and no worker sees the course's folders. In the largest class one worker is killed on the way.
At the end every submission must have its own marks, in the receipts and in the gradebook.

Printed are, for each size of the class, milliseconds per submission: wall, processor time of all
processes together (that of the killed worker is lost), the writer's part (files and gradebook), and
the wall time of each submission that the class has more than the one before it, which leaves out
what a run costs once (connecting, a new gradebook); and the largest memory of the process that
steers and writes. Sizes go in turn within a round, for the machine may be busy.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from engine import cpu_seconds
from nbgrader import api

from chainrule_staff.build.products import authored
from chainrule_staff.course import Course, put_tools_on_path
from chainrule_staff.grading.filing import Desk
from chainrule_staff.grading.gradebook import COURSE
from chainrule_staff.grading.pipeline import Step, grade_class
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.grading.split import available_sandbox
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.sample.handin import hand_in
from chainrule_staff.sample.students import Student, blank, mistaken, perfect

ROOT = Path(__file__).resolve().parents[1]


@dataclass
class Run:
    """What grading one class took, in milliseconds per submission."""

    wall: float
    cpu: float
    writer: float


def main() -> None:
    """Run the benchmark and print its table."""
    words = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    words.add_argument("--notebook", default="softmax")
    words.add_argument("--counts", type=int, nargs="+", default=[20, 200, 2000])
    words.add_argument("--workers", type=int, default=2)
    words.add_argument("--rounds", type=int, default=3, help="of all sizes but the largest")
    asked = words.parse_args()
    put_tools_on_path()
    logging.disable(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="chainrule-scale-"))
    try:
        with cluster(folder, asked.workers) as address:
            print(f"{asked.notebook}, {asked.workers} workers at {address}")
            measure(folder, address, asked)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def measure(folder: Path, address: str, asked: argparse.Namespace) -> None:
    """Grade classes of all sizes and say what came out."""
    *small, large = sorted(asked.counts)
    members = class_of(asked.notebook)
    expected = grade(make_course(folder, asked.notebook, members, len(members)), address)[1]
    marks = {variant(r.student, len(members)): r.score for r in expected}  # and all is warm
    runs: dict[int, list[Run]] = {count: [] for count in sorted(asked.counts)}
    for _ in range(asked.rounds):
        for count in small:
            runs[count].append(
                checked(make_course(folder, asked.notebook, members, count), address, marks)
            )
    course = make_course(folder, asked.notebook, members, large)
    runs[large].append(checked(course, address, marks, kill=True))
    print(
        f"{'class':>7s}{'wall ms':>10s}{'CPU ms':>10s}{'writer ms':>11s}{'each more, wall ms':>20s}"
    )
    before, spent = 0, 0.0
    for count, those in runs.items():
        wall, cpu, writer = (
            statistics.median(getattr(run, of) for run in those) for of in ("wall", "cpu", "writer")
        )
        more = (wall * count - spent) / (count - before)
        print(f"{count:7d}{wall:10.0f}{cpu:10.0f}{writer:11.2f}{more if before else wall:20.0f}")
        before, spent = count, wall * count
    steering = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"the process that steers and writes had at most {steering:.0f} MB")
    print(f"one worker was killed in the class of {large}; nothing is lost, every mark is right")


def class_of(notebook: str) -> list[Student]:
    """Return the different submissions of which a class consists."""
    tasks = list(dict.fromkeys(c.task for c in authored(ROOT)[notebook] if c.role == "hidden"))
    return [perfect(tasks), *mistaken(tasks)[:8], blank()]


def make_course(folder: Path, notebook: str, members: Sequence[Student], count: int) -> Course:
    """Return a new course in which `count` students have handed in."""
    root = Path(tempfile.mkdtemp(dir=folder))
    for step in ("source", "release"):
        shutil.copytree(ROOT / step / notebook, root / step / notebook)
    course = Course(root)
    texts = [hand_in(course, notebook, member).read_bytes() for member in members]
    shutil.rmtree(root / "submitted")
    for number in range(count):
        place = course.notebook("submitted", notebook, f"s{number:06d}")
        place.parent.mkdir(parents=True)
        place.write_bytes(texts[number % len(members)])
    return course


def variant(student: str, members: int) -> int:
    """Return which member of the class a student copies."""
    return int(student[1:]) % members


def checked(course: Course, address: str, marks: dict[int, float], kill: bool = False) -> Run:
    """Grade a class, and see that everyone has the marks due."""
    run, receipts = grade(course, address, kill)
    assert all(receipt.key for receipt in receipts), "somebody was not graded"
    scores = {receipt.student: receipt.score for receipt in receipts}
    assert scores == {s: marks[variant(s, len(marks))] for s in scores}, "somebody has other marks"
    assert len(scores) == len(list((course.root / "submitted").iterdir()))
    with api.Gradebook(course.db_url, course_id=COURSE) as gradebook:
        written = {s.student.id: s.score for s in gradebook.assignment_submissions(name_of(course))}
    assert written == scores, "the gradebook has other marks"
    shutil.rmtree(course.root)
    return run


def name_of(course: Course) -> str:
    """Return the one assignment of a course."""
    (name,) = course.assignments()
    return name


def grade(course: Course, address: str, kill: bool = False) -> tuple[Run, list[Receipt]]:
    """Grade a class; `kill` a worker when a third of it is done."""
    writing = 0.0
    real = Desk.file

    def timed(desk: Desk, results: Sequence[object]) -> None:
        nonlocal writing
        began = time.perf_counter()
        real(desk, results)  # type: ignore[arg-type]
        writing += time.perf_counter() - began

    def progress(step: Step) -> None:
        if kill and step.done == step.total // 3:
            threading.Thread(target=kill_worker).start()

    Desk.file = timed  # type: ignore[method-assign]
    began, used = time.perf_counter(), cpu_seconds()
    try:
        receipts = grade_class(
            course,
            [name_of(course)],
            sandbox=available_sandbox() or "none",
            scheduler=address,
            progress=progress,
        )
    finally:
        Desk.file = real  # type: ignore[method-assign]
    each = 1e3 / len(receipts)
    wall, cpu = time.perf_counter() - began, cpu_seconds() - used
    return Run(wall * each, cpu * each, writing * each), receipts


def kill_worker() -> None:
    """End a dask worker with all that its engine has under way."""
    for pid in descendants(os.getpid()):
        words = Path(f"/proc/{pid}/cmdline").read_bytes()
        if b"spawn_main" in words and b"multiprocessing" in words:
            os.kill(pid, signal.SIGKILL)
            print(f"killed the worker {pid}", file=sys.stderr)
            return
    raise AssertionError("there is no worker to kill")


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """Run a scheduler and workers; yield the address."""
    log = folder / "scheduler.log"
    scheduler = dask("scheduler", log, "--host", "127.0.0.1", "--port", "0")
    while "Scheduler at:" not in (said := log.read_text()):
        if scheduler.poll() is not None:
            raise RuntimeError(said)
        time.sleep(0.1)
    address = next(line.split()[-1] for line in said.splitlines() if "Scheduler at:" in line)
    words = ["--nworkers", str(workers), "--nthreads", "1", "--memory-limit", "0"]
    words += ["--host", "127.0.0.1", "--local-directory", str(folder)]
    crew = dask("worker", folder / "workers.log", address, *words)
    try:
        yield address
    finally:
        for process in (crew, scheduler):
            process.terminate()
            process.wait()


def dask(program: str, log: Path, *words: str) -> subprocess.Popen[bytes]:
    """Start one of dask's programs; its output goes to `log`."""
    command = [sys.executable, "-m", f"distributed.cli.dask_{program}", "--no-dashboard", *words]
    with log.open("wb") as file:
        return subprocess.Popen(command, stdout=file, stderr=file)


if __name__ == "__main__":
    main()
