"""All processes of an engine stay on one processor, and give it back."""

import os
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, available_sandbox, core
from chainrule_staff.grading.split.core import Core

if sys.platform != "linux":
    pytest.skip("a process cannot choose its processor here", allow_module_level=True)
pytestmark = pytest.mark.usefixtures("own_marks")
ASK = "import os\nprint(*os.sched_getaffinity(0))"


@pytest.fixture
def own_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Marks of our own: engines of other tests, side by side with these, take and leave theirs."""
    monkeypatch.setattr(core, "NAME", f"chainrule-test-{os.getpid()}")


def all_cores() -> list[Core]:
    """Take every processor that is free."""
    return [Core() for _ in os.sched_getaffinity(0)]


def test_no_two_engines_have_the_same_processor() -> None:
    cores, late = all_cores(), Core()
    try:
        mine = [each.number for each in cores]
        assert len(set(mine)) == len(mine)
        assert set(mine) == os.sched_getaffinity(0)
        before = os.sched_getaffinity(0)
        assert late.number is None
        with late:
            late.hold([os.getpid()])
            assert os.sched_getaffinity(0) == before
    finally:
        late.close()
        for each in cores:
            each.close()


def test_a_thread_comes_back_to_where_it_was() -> None:
    before = os.sched_getaffinity(0)
    mine = Core()
    assert mine.number in before
    with mine:
        assert os.sched_getaffinity(0) == {mine.number}
        with mine:
            pass
        assert os.sched_getaffinity(0) == {mine.number}
    assert os.sched_getaffinity(0) == before
    mine.close()


@pytest.mark.parametrize("word", [available_sandbox() or "none", "none"])
def test_a_submission_runs_where_its_engine_does(word: str) -> None:
    before = os.sched_getaffinity(0)
    with SplitEngine(sandbox=word) as engine:
        job = Job(new_notebook(cells=[new_code_cell(ASK)]), "seed")
        outcome = engine.run(job)
        number = engine.core.number
        seen = {int(n) for n in outcome.notebook.cells[0].outputs[0].text.split()}
        assert number is not None
        assert seen == (before if word == "bubblewrap" else {number})
        assert os.sched_getaffinity(engine.evaluator().process.pid) == {number}
        assert os.sched_getaffinity(0) == before
    again = Core()
    assert again.number == number
    again.close()
