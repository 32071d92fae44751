"""Whatever happened to a notebook, it becomes gradable; only the answers are the student's."""

from __future__ import annotations

import json
from typing import Any

import nbformat
import pytest
from course import TASKS
from nbformat import NotebookNode

from chainrule_staff.grading.repair import choose_notebook, definitions, repair
from chainrule_staff.sample.handin import fill_in
from chainrule_staff.sample.mangling import MANGLINGS
from chainrule_staff.sample.students import right_answers

Notebooks = tuple[NotebookNode, NotebookNode]
# What is mended without a word: nothing of the student's work was touched.
UNNOTICED = (
    "moved", "tagged", "old-format", "repointed", "format-3", "vs-code", "colab", "bom", "crlf",
)  # fmt: skip


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
    course = [cell for cell in repaired.notebook.cells if not cell.id.startswith("own-")]
    for mine, given in zip(course, source.cells, strict=True):
        assert mine.id == given.id
        assert mine.metadata == given.metadata
        assert mine.cell_type == given.cell_type
        if not given.metadata.get("nbgrader", {}).get("solution"):
            assert mine.source == given.source
    softmax, claims = answers_in(repaired.notebook)
    assert "make_softmax" in softmax
    assert "(True, False, False, True)" in claims
    if name not in UNNOTICED:
        assert repaired.flags


def test_the_side_of_a_conflict_that_was_worked_on_counts(notebooks: Notebooks) -> None:
    source, release = notebooks
    mine, blank = submitted(release).decode(), nbformat.writes(release)
    for one, other in ((mine, blank), (blank, mine)):
        both = f"<<<<<<< Updated upstream\n{one}\n=======\n{other}\n>>>>>>> Stashed changes\n"
        repaired = repair(both.encode(), source, release)
        softmax, claims = answers_in(repaired.notebook)
        assert "make_softmax" in softmax
        assert "(True, False, False, True)" in claims
        assert any("merge conflict" in flag for flag in repaired.flags)


def test_what_stands_before_the_damage_is_saved(notebooks: Notebooks) -> None:
    source, release = notebooks
    text = json.dumps(json.loads(submitted(release)), indent=1)
    holed = text.replace('"nbgrader"', '"nbgrader', 1)  # one quotation mark is lost
    for damaged in (text[:-200], text[:-40], holed):
        repaired = repair(damaged.encode(), source, release)
        assert "make_softmax" in answers_in(repaired.notebook)[0]
        assert any("could be read" in flag for flag in repaired.flags)


def test_text_in_the_encoding_of_an_old_editor(notebooks: Notebooks) -> None:
    source, release = notebooks
    data = submitted(release).decode()
    for encoding in ("utf-16", "utf-16-le", "utf-32"):
        repaired = repair(data.encode(encoding), source, release)
        assert "make_softmax" in answers_in(repaired.notebook)[0]
    latin = data.replace("make_softmax", "\u00fcber", 1).encode("latin-1", "replace")
    assert "make_softmax" in answers_in(repair(latin, source, release).notebook)[0]


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
        b'{"cells": 5}',
        b'{"cells": true}',
        b'{"cells": {"a": 1}}',
        b'{"worksheets": 3}',
        b'{"worksheets": [{"cells": 5}, 7]}',
        b'{"cells": [{"source": ' + b"[" * 900 + b"]" * 900 + b"}]}",
        b'{"cells": [{"id": ' + b"[" * 960 + b"]" * 960 + b"}]}",
        b'{"cells": [{"cell_type": "code", "source": "' + b" " * 150_000 + b'("}]}',
        b'{"cells": [{"cell_type": "code", "source": "' + b"1+" * 90_000 + b'1"}]}',
        b'{"cells": [{"cell_type": "code", "source": "x"' * 1_000,
        b"<<<<<<<\n" * 50_000,
        b'{"cells": [' + b'{"cell_type":' * 100_000,
        b'{"cells": [' + b'{"cell_type": "code", "source": "x = 1"},' * 5_000 + b"{}]}",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_garbage_counts_as_blank_and_never_raises(notebooks: Notebooks, data: bytes) -> None:
    source, release = notebooks
    repaired = repair(data, source, release)
    starters = answers_in(release)
    assert answers_in(repaired.notebook) == starters
    assert repaired.flags
    for flag in repaired.flags:
        flag.encode()


def test_no_text_of_a_submission_breaks_what_is_written(notebooks: Notebooks) -> None:
    """A lone surrogate is legal in JSON and cannot be written to a file."""
    source, release = notebooks
    data = json.loads(submitted(release))
    for cell in data["cells"]:
        cell["cell_type"] = "\ud800" * 50
        cell["source"] = "x = '\udfff'"
    data["metadata"] = {"kernelspec": {"name": "\ud801"}}
    repaired = repair(json.dumps(data).encode(), source, release)
    nbformat.writes(repaired.notebook).encode()
    assert all(len(flag.encode()) < 200 for flag in repaired.flags)


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
