"""The score summary at the end of a notebook: what the checks of this session said, added up."""

from __future__ import annotations

import importlib
from collections.abc import Iterator

import nbformat
import pytest
from course import ROOT

from chainrule import check, summary
from chainrule.check import latest
from chainrule_staff.build.products import authored
from chainrule_staff.exercises import find

CHECKS = importlib.import_module("chainrule.check")  # `chainrule.check` is the function


@pytest.fixture(autouse=True)
def fresh_session(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(CHECKS, "_LATEST", {})
    yield


def test_before_the_first_check_it_says_what_to_do() -> None:
    assert str(summary()).startswith("No check has run yet: run the check cells")
    assert "<table" not in summary()._repr_html_()


def test_all_tasks_of_the_notebook_are_listed_and_points_added() -> None:
    exercise = find("cross_entropy.mse-loss")
    check("cross_entropy.mse-loss", lambda f, y: (y - f) ** 2)
    check("cross_entropy.mse-loss", *exercise.reference.values())
    check("cross_entropy.ce-logit-gradient", lambda a, y: 7.0)
    found = summary()
    states = {line.task: line.state for line in found.lines}
    assert states["cross_entropy.mse-loss"] == "right"  # the last check counts
    assert states["cross_entropy.ce-logit-gradient"] == "not yet"
    assert states["cross_entropy.bernoulli-mle"] == "not checked yet"
    assert "cross_entropy.ce-kl" not in states  # that one stands in the other notebook
    total = sum(find(line.task).points for line in found.lines)
    assert f"{exercise.points:g} of {total:g} points" in found.sentence
    assert "cross_entropy.mse-loss" in found._repr_html_()


def test_what_only_the_judge_can_mark_is_no_point_yet() -> None:
    verdict = check("softmax.limit-flaw", 2, "n")  # wrong, and the check does not know
    assert verdict.headline == "complete, judged after you hand in"
    assert "right" not in verdict.headline
    found = summary()
    assert sum(line.earned for line in found.lines) == 0
    assert "1 more are judged after you hand in" in found.sentence
    assert latest() == {"softmax.limit-flaw": verdict}


@pytest.mark.parametrize("name", authored(ROOT))
def test_every_notebook_ends_with_both_summaries(name: str) -> None:
    cells = nbformat.read(ROOT / "release" / name / f"{name}.ipynb", 4).cells
    assert cells[-2].source.startswith("## What you can now do")
    assert "display(summary())" in cells[-1].source
    assert "doctor()" in cells[-1].source
