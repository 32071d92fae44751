"""What a student sees after grading is what nbclient would have written, cell by cell."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import Any

import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine

from .torture import CELLS

# Timings and the identities of processes, objects and widgets differ between any two runs.
NOISE = (
    (re.compile(re.escape(tempfile.gettempdir()) + "(?=/ipykernel_)"), "/tmp"),
    (re.compile(r"ipykernel_\d+/\d+\.py"), "ipykernel_N.py"),
    (re.compile(re.escape(str(Path.home())) + "(?=/)"), "~"),
    (re.compile(r"0x[0-9a-f]+"), "0xN"),
    (re.compile(r"\b[0-9a-f]{32}\b"), "UUID"),
    (re.compile(r"\d+(\.\d+)? (ns|[µu]s|ms|s)\b"), "TIME"),
)
# ipykernel also sends what was printed when a timer of an earlier cell runs out, and so cuts the
# output of a later one in two, now and then. A stream that waits for the cell's end is cut nowhere.
NO_TIMER = 'setattr(__import__("ipykernel.iostream").iostream.OutStream, "flush_interval", 3600)'
VARYING = {
    "%%time\npass": "its output is timings",
    "os.write(1, b'raw write\\n');": "ipykernel shows it when it comes in time; we always do",
}


def notebook() -> NotebookNode:
    return new_notebook(cells=[new_code_cell(source) for source in CELLS])


def plain(value: Any) -> Any:
    """Return outputs without noise."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, str):
        for pattern, replacement in NOISE:
            value = pattern.sub(replacement, value)
    return value


@pytest.fixture(scope="module")
def ours() -> NotebookNode:
    with SplitEngine() as engine:
        return engine.run(Job(notebook(), seed="x", timeout=20)).notebook


@pytest.fixture(scope="module")
def stock() -> NotebookNode:
    made = notebook()
    client = NotebookClient(made, allow_errors=True, timeout=30, kernel_name="python3")
    client.extra_arguments = [f"--IPKernelApp.exec_lines={NO_TIMER}"]
    client.execute()
    return made


@pytest.mark.parametrize("index", range(len(CELLS)), ids=lambda i: CELLS[i].split("\n")[0][:40])
def test_cell_is_as_nbclient_writes_it(index: int, ours: Any, stock: Any) -> None:
    if CELLS[index] in VARYING:
        pytest.skip(VARYING[CELLS[index]])
    mine, theirs = ours.cells[index], stock.cells[index]
    assert mine.execution_count == theirs.execution_count
    assert plain(mine.outputs) == plain(theirs.outputs)


def test_widgets_keep_their_state(ours: NotebookNode, stock: NotebookNode) -> None:
    def models(one: NotebookNode) -> list[str]:
        [state] = one.metadata.widgets.values()
        return sorted(model["model_name"] for model in state["state"].values())

    assert models(ours) == models(stock)
    assert ours.metadata.language_info == stock.metadata.language_info
