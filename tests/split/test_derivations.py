"""Derivations are checked by the evaluator, once, and shown as if it were done in place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from inspect import cleandoc
from typing import Any

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_staff.exercises import find
from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.split import SplitEngine, available_sandbox
from chainrule_staff.grading.split.inside.derivations import MARK

from .deaths import let_evaluator_die

TASK = "softmax.translation-derivation"
MODEL = cleandoc(next(iter(find(TASK).reference.values())))
LOAD = "%load_ext chainrule.derivation"
DERIVE = f"%%derive {TASK}\n{MODEL}"
COUNT = "import chainrule.derivation as d\nprint(d._checked.cache_info().misses)"


@pytest.fixture(scope="module")
def engine() -> Iterator[SplitEngine]:
    with SplitEngine(sandbox=available_sandbox() or "none") as made:
        yield made


def hidden() -> NotebookNode:
    cell = new_code_cell(f"from chainrule_staff import judge\njudge({TASK!r}, globals())")
    told = {"grade": True, "solution": False, "locked": True, "task": False, "points": 2.0}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": "test", **told}
    return cell


def run(engine: SplitEngine, *sources: str) -> Outcome:
    cells = [*map(new_code_cell, sources), hidden()]
    return engine.run(Job(new_notebook(cells=cells), "seed"))


def shown(outcome: Outcome, cell: int) -> list[dict[str, Any]]:
    return [dict(output.get("data", {})) for output in outcome.notebook.cells[cell].outputs]


def test_the_process_of_the_submission_checks_nothing(engine: SplitEngine) -> None:
    outcome = run(engine, LOAD, DERIVE, COUNT)
    (table,) = shown(outcome, 1)
    assert set(table) == {"text/plain", "text/html"}
    assert "complete" in table["text/plain"]
    assert outcome.notebook.cells[2].outputs[0].text == "0\n"
    assert outcome.verdicts["test"].score == 1.0


def test_what_was_declared_in_the_notebook_is_checked_there(engine: SplitEngine) -> None:
    own = "from chainrule.derivation import declare\ndeclare('own', start='x + x', target='2*x');"
    outcome = run(engine, LOAD, own, "%%derive own\nx + x\n= 2*x", COUNT)
    assert "<table" in shown(outcome, 2)[0]["text/html"]
    assert outcome.notebook.cells[3].outputs[0].text == "1\n"


@pytest.mark.parametrize(
    "told",
    [
        {"task": TASK, "text": MODEL},
        {"task": "no.such-task", "text": "x = x"},
        {"task": "../../secret", "text": "x" * 100_000},
        {"task": TASK},
        {"task": 1, "text": []},
        "nonsense",
        None,
    ],
)
def test_forged_marks_buy_nothing(engine: SplitEngine, told: Any) -> None:
    data = json.dumps({MARK: told, "text/plain": "mine"})
    forge = f"import json\nfor _ in range(3): display(json.loads({data!r}), raw=True)"
    outcome = run(engine, LOAD, forge)
    outputs = shown(outcome, 1)
    assert len(outputs) == 3
    assert sum("text/html" in output for output in outputs) <= 1, "one in a cell at most"
    assert outcome.verdicts["test"].score == 0.0
    assert not outcome.broken


def test_an_evaluator_that_ends_meanwhile_costs_nothing(
    engine: SplitEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_evaluator_die(monkeypatch, lambda command: "derive" in command)
    outcome = run(engine, LOAD, DERIVE, "late = 1")
    assert shown(outcome, 1) == [{"text/plain": f"{MODEL}\n"}]
    assert outcome.events == ("cell number 2 has a derivation whose check ended the evaluator",)
    assert outcome.verdicts["test"].score == 1.0
