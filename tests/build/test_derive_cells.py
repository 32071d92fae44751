"""A derivation on its way: comments in the authoring file, a magic in the notebook, a stub."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule.derivation.magic import variable_of
from chainrule_staff.build.authoring import Cell, read_authoring, solution_lines
from chainrule_staff.build.release import make_releases
from chainrule_staff.build.source import make_source
from chainrule_staff.exercises import find

TASK = "softmax.translation-derivation"
BODY = """\
# softmax(x + c)[i]
# # solution
# = exp(x[i] + c) / Σ[k,1,n](exp(x[k] + c))   # definition of softmax
# = softmax(x)[i]
"""
AUTHORED = f"""\
# %% role="given"
# %load_ext chainrule.derivation
from chainrule import check

# %% [markdown] task="{TASK}" role="prompt"
# # Show it

# %% task="{TASK}" role="derive"
MAGIC {TASK}
{BODY}
# %% task="{TASK}" role="check"
check("{TASK}", {variable_of(TASK)})
"""


@pytest.fixture(params=["# %%derive", "%%derive"], ids=["commented", "bare"])
def cells(request: pytest.FixtureRequest, tmp_path: Path) -> list[Cell]:
    path = tmp_path / "little.py"
    path.write_text(AUTHORED.replace("MAGIC", request.param), "utf-8")
    return read_authoring(path)


def test_the_magic_is_no_header_and_the_lines_lose_their_comment_sign(cells: list[Cell]) -> None:
    assert [cell.role for cell in cells] == ["given", "prompt", "derive", "check"]
    first, start, *_ = cells[2].text.split("\n")
    assert first == f"%%derive {TASK}"
    assert start == "softmax(x + c)[i]"
    assert cells[0].text.startswith("%load_ext chainrule.derivation")


def test_the_lines_behind_the_marker_are_secret(cells: list[Cell]) -> None:
    secret = solution_lines(cells[2])
    assert "= softmax(x)[i]" in secret
    assert "softmax(x + c)[i]" not in secret


def test_students_get_the_first_line_and_a_stub(cells: list[Cell]) -> None:
    source = make_source("little", cells)
    released = make_releases({"little": source})["little"]
    (typed,) = [cell.source for cell in released.cells if cell.source.startswith("%%derive")]
    assert typed.split("\n") == [
        f"%%derive {TASK}",
        "softmax(x + c)[i]",
        "= ...  # your lines here",
    ]
    assert "definition of softmax" not in str(released)


def test_the_name_in_the_check_is_where_the_magic_keeps_the_text(cells: list[Cell]) -> None:
    assert find(TASK).names == (variable_of(TASK),)
    assert variable_of(TASK) in cells[3].text
