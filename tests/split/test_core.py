"""All processes of an engine stay on one processor, and give it back."""

import os
import sys

import pytest
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, available_sandbox
from chainrule_staff.grading.split.core import Core

if sys.platform != "linux":
    pytest.skip("a process cannot choose its processor here", allow_module_level=True)
ASK = "import os\nprint(*os.sched_getaffinity(0))"


def all_cores() -> list[Core]:
    """Take every processor that is free."""
    return [Core() for _ in os.sched_getaffinity(0)]


def test_no_two_engines_have_the_same_processor() -> None:
    cores = all_cores()
    try:
        mine = [core.number for core in cores if core.number is not None]
        assert len(set(mine)) == len(mine)
        assert set(mine) <= os.sched_getaffinity(0)
        before = os.sched_getaffinity(0)
        late = Core()
        assert late.number is None
        with late:
            late.hold([os.getpid()])
            assert os.sched_getaffinity(0) == before
    finally:
        for core in cores:
            core.close()


def test_a_thread_comes_back_to_where_it_was() -> None:
    before = os.sched_getaffinity(0)
    core = Core()
    with core:
        assert os.sched_getaffinity(0) == ({core.number} if core.number is not None else before)
        with core:
            pass
        assert core.number is None or os.sched_getaffinity(0) == {core.number}
    assert os.sched_getaffinity(0) == before
    core.close()


@pytest.mark.parametrize("word", [available_sandbox() or "none", "none"])
def test_a_submission_runs_where_its_engine_does(word: str) -> None:
    before = os.sched_getaffinity(0)
    with SplitEngine(sandbox=word) as engine:
        job = Job(new_notebook(cells=[new_code_cell(ASK)]), "seed")
        outcome = engine.run(job)
        number = engine.core.number
        seen = {int(n) for n in outcome.notebook.cells[0].outputs[0].text.split()}
        assert seen == ({number} if number is not None and word != "bubblewrap" else before)
        if number is not None:
            assert os.sched_getaffinity(engine.evaluator().process.pid) == {number}
        assert os.sched_getaffinity(0) == before
    again = Core()
    assert number is None or again.number == number
    again.close()
