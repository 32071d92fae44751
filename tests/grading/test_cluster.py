"""A scheduler and workers of their own, over loopback: the same marks, and nobody pays for others.

Two workers in processes of their own load `poison.py`: a submission with the word POISON ends them.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from course import NAIVE, TASKS

from chainrule_staff.cli import commands
from chainrule_staff.course import Course
from chainrule_staff.grading import cluster
from chainrule_staff.grading.batch import size_of_batches
from chainrule_staff.grading.cluster import ClusterError
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.grading.receipt import Receipt
from chainrule_staff.sample.students import right_answers

Submit = Callable[..., Path]


def dask(program: str, log: Path, *words: str) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1"}
    command = [sys.executable, "-m", f"distributed.cli.{program}", "--no-dashboard", *words]
    with log.open("wb") as file:
        return subprocess.Popen(command, env=environment, stdout=file, stderr=file)


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a scheduler without workers."""
    folder = tmp_path_factory.mktemp("scheduler")
    words = ("--host", "127.0.0.1", "--port", "0")
    process = dask("dask_scheduler", folder / "log", *words)
    while "Scheduler at:" not in (text := (folder / "log").read_text()):
        assert process.poll() is None, text
        time.sleep(0.1)
    yield next(line.split()[-1] for line in text.splitlines() if "Scheduler at:" in line)
    process.terminate()
    process.wait()


@pytest.fixture(scope="module")
def workers(scheduler: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the scheduler, now with two workers."""
    folder = tmp_path_factory.mktemp("workers")
    preload = str(Path(__file__).with_name("poison.py"))
    words = ("--nworkers", "2", "--nthreads", "1", "--memory-limit", "0", "--preload", preload)
    words += ("--local-directory", str(folder), "--host", "127.0.0.1")
    process = dask("dask_worker", folder / "log", scheduler, *words)
    yield scheduler
    process.terminate()
    process.wait()


def told(receipts: list[Receipt]) -> list[Receipt]:
    """Return the receipts without what differs from run to run."""
    return [replace(receipt, seconds=0.0) for receipt in receipts]


def test_without_workers_the_way_out_is_told(
    scheduler: str, course: Course, submit: Submit, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "PATIENCE", 0.5)
    submit("ada", {})
    with pytest.raises(ClusterError, match=r"no workers; start some with `dask worker tcp://"):
        grade_class(course, ["little"], sandbox=sandbox, scheduler=scheduler)


def test_a_wrong_address_is_a_sentence(
    course: Course, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "CONNECT", 1.0)
    monkeypatch.chdir(course.root)
    submit("ada", {})
    words = ["grade", "little", "--sandbox", "none", "--scheduler"]
    for address in ("tcp://127.0.0.1:9", "nonsense://x"):
        result = CliRunner().invoke(commands, [*words, address])
        assert result.exit_code == 1
        assert f"--scheduler {address}" in result.output.replace("\n", " ")
        assert "dask scheduler" in result.output


def test_a_cluster_gives_what_one_process_gives(
    workers: str, course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ada", right_answers(TASKS))
    submit("ben", {"softmax.translation": NAIVE})
    submit("cleo", {})
    far = grade_class(course, ["little"], sandbox=sandbox, scheduler=workers)
    assert [receipt.score for receipt in far] == [4.0, 2.0, 0.0]
    near = grade_class(course, ["little"], sandbox=sandbox, force=True)
    assert told(far) == told(near)


def test_a_lost_worker_costs_the_one_at_fault_only(
    workers: str, course: Course, submit: Submit, sandbox: str
) -> None:
    names = [f"student-{n}" for n in range(16)]  # in batches of two
    for name in names:
        submit(name, right_answers(TASKS))
    submit("student-5", right_answers(TASKS) | {"softmax.translation": "POISON = 1\n" + NAIVE})
    receipts = {
        r.student: r for r in grade_class(course, ["little"], sandbox=sandbox, scheduler=workers)
    }
    assert {name for name in names if receipts[name].score < 4.0} == {"student-5"}
    event = "not graded: each worker that ran it came to its end"
    assert receipts["student-5"].events == (event,)
    # What broke the grader is tried again by the next run; here without the preload.
    again = grade_class(course, ["little"], sandbox=sandbox)
    assert {r.student: r.score for r in again} == {
        name: 3.0 if name == "student-5" else 4.0 for name in names
    }


def test_a_worker_with_other_code_is_refused(
    workers: str, course: Course, submit: Submit, sandbox: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    submit("ada", {})
    real = cluster.differences
    monkeypatch.setattr(cluster, "differences", lambda theirs: real({**theirs, "numpy": "1.0"}))
    with pytest.raises(ClusterError, match=r"has numpy 1\.0 for 2\.\S+; install the same"):
        grade_class(course, ["little"], sandbox=sandbox, scheduler=workers)


def test_a_sandbox_that_workers_lack_is_told(workers: str, course: Course, submit: Submit) -> None:
    submit("ada", {})
    with pytest.raises(ClusterError, match="the workers cannot grade"):
        grade_class(course, ["little"], sandbox="moat", scheduler=workers)


def test_batches_leave_work_for_everybody() -> None:
    assert [size_of_batches(n, 2) for n in (1, 8, 16, 80, 2000)] == [1, 1, 2, 10, 10]
