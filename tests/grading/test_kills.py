"""Two hundred times `kill -9`, at random moments, of random processes: the result is the same."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from course import NAIVE, TASKS, scores

from chainrule_staff.course import Course
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.sample.students import right_answers

KILLS = 50  # of each of the four tests
WORK = {4.0: right_answers(TASKS), 2.0: {"softmax.translation": NAIVE}, 0.0: {}}
Submit = Callable[..., Path]


def start(course: Course, sandbox: str, jobs: int) -> subprocess.Popen[bytes]:
    """Start to grade in a process of its own."""
    code = (
        "from pathlib import Path\nfrom chainrule_staff.course import Course\n"
        "from chainrule_staff.grading.pipeline import grade_class\n"
        "if __name__ == '__main__':\n"
        f"    course = Course(Path({str(course.root)!r}))\n"
        f"    grade_class(course, ['little'], sandbox={sandbox!r}, jobs={jobs})\n"
    )
    program = course.root / "grade.py"
    program.write_text(code)
    with (course.root / "log").open("ab") as log:
        return subprocess.Popen([sys.executable, str(program)], stdout=log, stderr=log)


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return False


def wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 120
    while left := [pid for pid in pids if alive(pid)]:
        assert time.monotonic() < deadline, f"a killed run has left processes behind: {left}"
        time.sleep(0.05)


@pytest.mark.load
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_random(
    course: Course, submit: Submit, sandbox: str, jobs: int, seed: int
) -> None:
    expected = {}
    for n in range(6):
        for score, answers in WORK.items():
            submit(f"student-{n}-{score:g}", answers)
            expected[f"student-{n}-{score:g}"] = score
    chance = random.Random(100 * seed + jobs)
    kills = 0
    while kills < KILLS:
        run = start(course, sandbox, jobs)
        family: set[int] = set()
        while run.poll() is None and kills < KILLS:
            time.sleep(chance.uniform(0.0, 3.0))
            below = descendants(run.pid)
            family.update(below)
            victim = chance.choice([run.pid, *below])
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
                kills += 1
        with contextlib.suppress(ProcessLookupError):
            run.kill()
        run.wait()
        wait_until_gone(family)
        for folder in course.root.glob("autograded/[!.]*/little"):
            assert sorted(p.name for p in folder.iterdir()) == ["little.ipynb", "receipt.json"]
    receipts = grade_class(course, ["little"], sandbox=sandbox)
    assert {receipt.student: receipt.score for receipt in receipts} == expected
    assert scores(course) == expected
