"""What a student uses: the instant check, the verdict, the doctor."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from course import ROOT

from chainrule import Check, Verdict, check
from chainrule.check import UnknownTask, topics
from chainrule.doctor import doctor, examine
from chainrule.verdict import MIME
from chainrule_staff.exercises import all_exercises

TASKS = all_exercises()


def frozen_tasks() -> list[str]:
    return [task for task in TASKS if task.partition(".")[0] in topics()]


@pytest.mark.parametrize("task", frozen_tasks())
def test_right_answers_pass_the_instant_check(task: str) -> None:
    exercise = TASKS[task]
    for answers in exercise.solutions().values():
        verdict = check(task, *(answers[name] for name in exercise.names))
        assert verdict.passed, verdict


def test_the_instant_check_names_a_mistake() -> None:
    def softmax(x: np.ndarray) -> np.ndarray:
        return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)

    verdict = check("softmax.translation", softmax)
    assert verdict.mistake == "overflow"
    assert 0 < verdict.score < 1
    assert "RuntimeWarning" in verdict.notes[0]


def test_an_unwritten_function_is_not_blamed() -> None:
    def softmax(x: object) -> None:
        raise NotImplementedError("softmax.translation is not written yet")

    verdict = check("softmax.translation", softmax)
    assert verdict.score == 0
    assert verdict.checks == (Check("answered", False, "softmax.translation is not written yet"),)


def test_wrong_use_of_check_is_explained() -> None:
    with pytest.raises(UnknownTask, match=r"did you mean softmax\.jacobian"):
        check("softmax.jacobain", None)
    with pytest.raises(
        TypeError, match=r"check\(\"softmax\.jacobian\", softmax_jacobian\) takes 1"
    ):
        check("softmax.jacobian")


def test_numbers_in_the_facts_are_sealed() -> None:
    text = (ROOT / "src/chainrule/facts/convolution.json").read_text("utf-8")
    facts = json.loads(text)["facts"]["convolution.parameter-count-128"]
    assert "65536" not in json.dumps(facts)


def test_a_verdict_shows_itself_and_survives_json() -> None:
    verdict = Verdict("a.b", 0.25, (Check("<b>", False, "x < y & z"),), None, "", 4.0, ("note",))
    bundle = verdict._repr_mimebundle_()
    assert bundle["text/plain"] == "1"  # the points: what nbgrader reads without our configuration
    assert "<b></b>" not in bundle["text/html"]
    assert "x &lt; y &amp; z" in bundle["text/html"]
    assert Verdict.from_dict(json.loads(json.dumps(bundle[MIME]))) == verdict
    assert "partly right (25%)" in str(verdict)


@pytest.mark.parametrize("score", [float("nan"), -0.1, 1.1, float("inf")])
def test_a_score_is_a_share(score: float) -> None:
    with pytest.raises(ValueError, match="lies in"):
        Verdict("a.b", score)


RELEASE = ROOT / "release" / "softmax" / "softmax.ipynb"


def test_the_doctor_finds_a_fresh_notebook_fit_and_blank(tmp_path: Path) -> None:
    path = tmp_path / "softmax.ipynb"
    path.write_bytes(RELEASE.read_bytes())
    diagnosis = examine(path)
    assert diagnosis.fit
    assert "softmax.translation" in diagnosis.blank
    assert diagnosis.answered == ()
    assert len(diagnosis.receipt) == 64


def test_the_doctor_names_what_is_missing_doubled_changed_or_renamed(tmp_path: Path) -> None:
    data = json.loads(RELEASE.read_text("utf-8"))
    answers = [c for c in data["cells"] if c["metadata"].get("nbgrader", {}).get("solution")]
    graded = [c for c in data["cells"] if c["metadata"].get("nbgrader", {}).get("grade")]
    answers[0]["source"] = "x = 1"
    answers[1]["cell_type"] = "raw"
    graded[0]["source"] = "pass"
    data["cells"].remove(graded[1])
    data["cells"].append(graded[2])
    path = tmp_path / "mine.ipynb"
    path.write_text(json.dumps(data), "utf-8")
    text = str(examine(path))
    assert "not fit to hand in yet" in text
    for words in ("is missing", "is there 2 times", "is now raw", "not yours to change", "called"):
        assert words in text


@pytest.mark.parametrize("data", [b"", b"[]", b'{"cells": []}', b'{"cells": [{"metadata": {}}]}'])
def test_the_doctor_survives_any_file(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "odd.ipynb"
    path.write_bytes(data)
    assert not examine(path).fit


def test_the_doctor_asks_for_the_file_where_it_is_not_known(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("JPY_SESSION_NAME", raising=False)
    assert 'doctor("softmax.ipynb")' in str(doctor())
