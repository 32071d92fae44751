"""Free text: marked by hand, with a marking scheme that students never see."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule_staff.build.audit import public_lines
from chainrule_staff.build.authoring import AuthoringError, read_authoring, solution_lines
from chainrule_staff.build.release import make_releases
from chainrule_staff.build.source import make_source
from chainrule_staff.grading.submission import manual_of

TEXT = """\
# %% [markdown]
# # A title

# %% [markdown] task="activations.compare-bounds" role="rubric" points=3
# **Your answer** (at most 120 words)
#
# # solution
# One point for the ratio, 4 = 1 / (1/4).
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "essay.py"
    path.write_text(text, "utf-8")
    return path


def test_a_rubric_is_answered_by_the_student_and_marked_by_hand(tmp_path: Path) -> None:
    cells = read_authoring(write(tmp_path, TEXT))
    assert solution_lines(cells[1]) == ["One point for the ratio, 4 = 1 / (1/4)."]
    assert "**Your answer** (at most 120 words)" in list(public_lines(cells[1]))
    source = make_source("essay", cells)
    assert manual_of(source) == {"activations--compare-bounds--rubric": 3.0}
    assert source.cells[1].metadata.get("editable", True)


def test_the_marking_scheme_does_not_leave_the_house(tmp_path: Path) -> None:
    source = make_source("essay", read_authoring(write(tmp_path, TEXT)))
    assert "One point" in source.cells[1].source
    released = make_releases({"essay": source})["essay"]
    assert "One point" not in released.cells[1].source
    assert "Your answer" in released.cells[1].source
    assert released.cells[1].metadata.nbgrader.points == 3.0


@pytest.mark.parametrize("change", [(" points=3", ""), ("[markdown] task", "task")])
def test_a_rubric_needs_points_and_words(tmp_path: Path, change: tuple[str, str]) -> None:
    with pytest.raises(AuthoringError, match=r"a \[markdown\] cell with points="):
        read_authoring(write(tmp_path, TEXT.replace(*change)))
