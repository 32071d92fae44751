"""Whatever happened to a notebook, it becomes gradable; only the answers are the student's."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from nbformat import NotebookNode

from chainrule_staff.grading.repair import choose_notebook, definitions, repair
from chainrule_staff.sample.handin import fill_in
from chainrule_staff.sample.mangling import MANGLINGS
from chainrule_staff.sample.students import right_answers

Notebooks = tuple[NotebookNode, NotebookNode]
TASKS = ("softmax.translation", "softmax.scaling-claims")


def submitted(release: NotebookNode) -> bytes:
    return nbformat.writes(fill_in(release, right_answers(TASKS))).encode()


def answers_in(notebook: NotebookNode) -> list[str]:
    return [c.source for c in notebook.cells if c.metadata.get("nbgrader", {}).get("solution")]


def test_an_untouched_notebook_is_not_flagged(notebooks: Notebooks) -> None:
    source, release = notebooks
    repaired = repair(submitted(release), source, release)
    assert repaired.flags == ()
    assert [cell.id for cell in repaired.notebook.cells] == [cell.id for cell in source.cells]


@pytest.mark.parametrize("name", MANGLINGS)
def test_mangled_notebooks_keep_their_answers_and_get_the_instructors_rest(
    notebooks: Notebooks, name: str
) -> None:
    source, release = notebooks
    repaired = repair(MANGLINGS[name](submitted(release)), source, release)
    for mine, given in zip(repaired.notebook.cells, source.cells, strict=True):
        assert mine.id == given.id
        assert mine.metadata == given.metadata
        assert mine.cell_type == given.cell_type
        if not given.metadata.get("nbgrader", {}).get("solution"):
            assert mine.source == given.source
    softmax, claims = answers_in(repaired.notebook)
    assert "make_softmax" in softmax
    assert "(True, False, False, True)" in claims
    if name not in ("moved", "tagged", "old-format", "repointed"):
        assert repaired.flags


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not json",
        b"[]",
        b"{}",
        b'{"cells": "x"}',
        b'{"cells": [1, null, "x"]}',
        b'{"cells": [{"cell_type": 7, "metadata": [], "source": {"a": 1}}]}',
        b'{"cells": [{"metadata": {"nbgrader": []}}], "metadata": 3}',
        b'{"worksheets": [{"cells": [{"input": "x = 1"}]}]}',
        b"\xff\xfe\x00",
        b"[" * 100_000,
    ],
)
def test_garbage_counts_as_blank_and_never_raises(notebooks: Notebooks, data: bytes) -> None:
    source, release = notebooks
    repaired = repair(data, source, release)
    starters = answers_in(release)
    assert answers_in(repaired.notebook) == starters
    assert repaired.flags


def test_own_cells_stay_where_they_were_without_their_metadata(notebooks: Notebooks) -> None:
    source, release = notebooks
    data = json.loads(submitted(release))
    own: dict[str, Any] = {
        "cell_type": "code",
        "id": "mine",
        "metadata": {"tags": ["skip-execution"], "nbgrader": {"grade": True, "grade_id": "free"}},
        "source": "helper = 1",
        "outputs": [],
        "execution_count": None,
    }
    position = next(i for i, c in enumerate(data["cells"]) if c["id"].endswith("--answer"))
    data["cells"].insert(position, own)
    notebook = repair(json.dumps(data).encode(), source, release).notebook
    sources = [cell.source for cell in notebook.cells]
    (found,) = (cell for cell in notebook.cells if cell.source == "helper = 1")
    assert found.metadata == {}
    assert sources.index("helper = 1") == position


def test_a_changed_given_cell_is_restored_and_flagged(notebooks: Notebooks) -> None:
    source, release = notebooks
    data = json.loads(submitted(release))
    for cell in data["cells"]:
        if cell["metadata"].get("nbgrader", {}).get("grade"):
            cell["source"] = "pass  # all tests passed"
    repaired = repair(json.dumps(data).encode(), source, release)
    assert all("all tests passed" not in cell.source for cell in repaired.notebook.cells)
    assert sum("was changed: restored" in flag for flag in repaired.flags) == 2


def test_the_copy_that_is_still_the_starter_does_not_undo_the_answer(notebooks: Notebooks) -> None:
    source, release = notebooks
    data = json.loads(submitted(release))
    starter = next(c for c in release.cells if c.id == "softmax--translation--answer")
    data["cells"].append(json.loads(json.dumps(starter)))
    softmax, _ = answers_in(repair(json.dumps(data).encode(), source, release).notebook)
    assert softmax.rstrip().endswith("softmax = make_softmax()")


def test_a_renamed_notebook_is_found_among_others() -> None:
    right = b'{"cells": [{"metadata": {"nbgrader": {"grade_id": "little--x"}}}]}'
    files = {"notes.ipynb": b"{}", "My little.ipynb": right, "data.csv": b"1"}
    data, flags = choose_notebook(files.items(), "little.ipynb")
    assert data == right
    assert flags == ["'My little.ipynb' was graded as little.ipynb"]
    with pytest.raises(FileNotFoundError, match=r"expected little\.ipynb"):
        choose_notebook({"a.txt": b""}.items(), "little.ipynb")


def test_definitions_are_found_in_broken_code_too() -> None:
    assert definitions("def f(x):\n  return x\n\na, b = 1, 2\nclass K: pass") == {
        "f",
        "a",
        "b",
        "K",
    }
    assert {"f", "a", "b"} <= definitions("def f(x):\n  return (x\na, b = 1, 2\n")
