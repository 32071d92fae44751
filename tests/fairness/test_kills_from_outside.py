"""A process of a submission that the machine kills, out of memory for example, costs no mark."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hostile.assignment import HIDDEN, HONEST, notebook
from split.deaths import let_evaluator_die

from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.split import Limits, SplitEngine, available_sandbox
from chainrule_staff.grading.split.launcher import descendants

FULL = dict.fromkeys(HIDDEN, 1.0)
WAIT = "\nopen('here', 'w').close()\nimport time\ntime.sleep(3)"  # long enough to be found


@pytest.fixture(scope="module")
def engine() -> Iterator[SplitEngine]:
    if available_sandbox() is None:
        pytest.skip("no sandbox works here")
    with SplitEngine(limits=Limits(grace=0.5)) as made:
        yield made


class Killer:
    """Kills the submission's process once, when it says for the n-th time where it is."""

    def __init__(self, engine: SplitEngine, at: int = 1) -> None:
        self.engine, self.left = engine, at
        self.over = False
        self.thread = threading.Thread(target=self.hunt)

    def hunt(self) -> None:
        while self.left and not self.over:
            for sign in Path(self.engine.farm.work).glob("*/here"):
                with contextlib.suppress(OSError):
                    sign.unlink()
                    self.left -= 1
                    for pid in [] if self.left else descendants(self.engine.server().pid):
                        os.kill(pid, signal.SIGKILL)
            time.sleep(0.02)

    def __enter__(self) -> Killer:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over = True
        self.thread.join()


def grade(engine: SplitEngine, *cells: str) -> Outcome:
    return engine.run(Job(notebook(cells), seed="a seed", timeout=20.0))


def scores(outcome: Outcome) -> dict[str, float]:
    return {name: verdict.score for name, verdict in outcome.verdicts.items()}


def test_killed_in_a_cell(engine: SplitEngine) -> None:
    with Killer(engine) as killer:
        outcome = grade(engine, HONEST + WAIT)
    assert killer.left == 0
    assert scores(outcome) == FULL
    assert outcome.events == ()


def test_killed_while_a_test_calls(engine: SplitEngine) -> None:
    slow = HONEST.replace(
        "return 2 * n", WAIT.replace("\n", "\n    ").strip() + "\n    return 2 * n"
    )
    with Killer(engine) as killer:
        outcome = grade(engine, slow)
    assert killer.left == 0
    assert scores(outcome) == FULL


def test_killed_while_it_catches_up(engine: SplitEngine) -> None:
    """The first cell is killed when it is repeated for the second one, which killed itself."""
    crash = "import os\nif not os.path.exists('/nowhere'): os._exit(1)"
    with Killer(engine, at=2) as killer:
        outcome = grade(engine, HONEST + WAIT, crash)
    assert killer.left == 0
    assert scores(outcome) == FULL


def test_who_kills_itself_is_not_spared_for_ever(engine: SplitEngine) -> None:
    suicide = HONEST.replace("return 2 * n", "import os; os.kill(os.getpid(), 9)")
    outcome = grade(engine, suicide)
    assert 0.0 < sum(scores(outcome).values()) < len(FULL)
    assert not outcome.broken


def test_an_evaluator_that_keeps_ending_is_no_fault_of_the_student(
    engine: SplitEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_evaluator_die(monkeypatch, lambda command: command["task"] == "plain")
    outcome = grade(engine, HONEST)
    assert "plain" not in scores(outcome)
    assert outcome.broken
