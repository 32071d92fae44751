"""The `chainrule` command: exit codes 0, 1 and 2, and a sentence that shows the way out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from course import ROOT

from chainrule_staff.cli import commands

Run = Callable[..., Result]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(ROOT)
    return lambda *words: CliRunner().invoke(commands, words)


def test_usage_errors_end_with_two(run: Run) -> None:
    for words in (["grade"], ["export"], ["nonsense"], ["grade", "softmax", "--jobs", "0"]):
        assert run(*words).exit_code == 2


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["grade", "big", "--sandbox", "none"], "Build it with `chainrule build big`"),
        (["build", "big", "--check"], "no authoring/big.py; there are"),
        (["feedback", "big"], "no assignment 'big'; there are"),
        (["lecture", "big"], "no lecture 'big'"),
        (["doctor", "there-is-no.ipynb"], "there-is-no.ipynb"),
    ],
)
def test_a_known_trouble_is_one_sentence_and_one(run: Run, words: list[str], sentence: str) -> None:
    result = run(*words)
    assert result.exit_code == 1, result.output
    assert sentence in result.output.replace("\n", " ")
    assert "Traceback" not in result.output


def test_outside_a_course_the_way_in_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(commands, ["report"])
    assert result.exit_code == 1
    assert "not inside a course" in result.output.replace("\n", " ")


def test_coverage_is_data(run: Run) -> None:
    entries = json.loads(run("coverage", "--json").output)
    keys = {"sheet_question", "task", "notebook", "kinds", "mistakes", "points"}
    assert all(set(entry) == keys for entry in entries)
    jacobian = next(e for e in entries if e["task"] == "softmax.jacobian")
    assert jacobian["notebook"] == "softmax"
    assert "inner-for-outer" in jacobian["mistakes"]


def test_the_audit_finds_nothing(run: Run) -> None:
    result = run("audit")
    assert result.exit_code == 0, result.output


def test_the_doctor_ends_with_one_if_something_is_to_mend(run: Run, tmp_path: Path) -> None:
    good = ROOT / "release" / "softmax" / "softmax.ipynb"
    assert run("doctor", str(good)).exit_code == 0
    bad = tmp_path / "softmax.ipynb"
    bad.write_text("{}", "utf-8")
    assert run("doctor", str(bad)).exit_code == 1
