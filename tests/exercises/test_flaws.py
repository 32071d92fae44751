"""The find-the-flaw tasks of four topics: what they accept, and what they say."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from chainrule_staff.build.authoring import read_authoring
from chainrule_staff.exercises import all_exercises, find, judge
from chainrule_staff.exercises.ad_traces import references as ad
from chainrule_staff.exercises.flaw import FlawTask
from chainrule_staff.exercises.softmax import references as ref

TOPICS = ("softmax", "ad_traces", "initialisation", "heaviside_networks")
AUTHORING = Path(__file__).parents[2] / "authoring"
FLAWS = {
    task: exercise
    for task, exercise in all_exercises().items()
    if isinstance(exercise, FlawTask) and exercise.topic in TOPICS
}


def answers(task: str, line: Any, fix: Any) -> dict[str, Any]:
    return dict(zip(find(task).names, (line, fix), strict=True))


@pytest.mark.parametrize("task", FLAWS)
def test_line_and_fix_are_marked_apart(task: str) -> None:
    flaw = FLAWS[task]
    wrong_line = 1 + flaw.line % flaw.lines
    assert judge(task, answers(task, wrong_line, flaw.fix)).score == 0.5
    assert judge(task, answers(task, flaw.line, "sqrt(2) + 17")).score == 0.5
    assert judge(task, answers(task, wrong_line, "sqrt(2) + 17")).score == 0


@pytest.mark.parametrize("task", FLAWS)
def test_every_line_is_a_line_of_the_solution(task: str) -> None:
    flaw = FLAWS[task]
    lines = [m.answers[flaw.names[0]] for m in flaw.mistakes if flaw.names[0] in m.answers]
    assert all(1 <= line <= flaw.lines for line in [flaw.line, *lines])
    assert flaw.line > 1


@pytest.mark.parametrize("task", FLAWS)
def test_the_notebook_shows_as_many_lines_as_the_exercise_says(task: str) -> None:
    flaw = FLAWS[task]
    cells = read_authoring(AUTHORING / f"{flaw.topic}.py")
    prompt = next(c.text for c in cells if c.role == "prompt" and f"`{flaw.names[0]}`" in c.text)
    above = prompt.partition(f"`{flaw.names[0]}`")[0]
    assert re.findall(r"^(\d+)\. ", above, re.MULTILINE)[-1] == str(flaw.lines)


@pytest.mark.parametrize("task", FLAWS)
def test_numpy_scalars_and_text_are_read_alike(task: str) -> None:
    flaw = FLAWS[task]
    assert judge(task, answers(task, np.int64(flaw.line), flaw.fix)).passed
    assert judge(task, answers(task, float(flaw.line), f" {flaw.fix} ")).passed


def test_an_unreadable_fix_is_explained() -> None:
    verdict = judge("softmax.partial-flaw", answers("softmax.partial-flaw", 3, "Z^"))
    assert verdict.score == 0.5
    assert "Z^" in verdict.checks[1].message
    unknown = judge("softmax.partial-flaw", answers("softmax.partial-flaw", 3, "q^2"))
    assert "unknown name" in unknown.checks[1].message


@pytest.mark.parametrize(
    ("task", "line", "fix"),
    [
        ("softmax.limit-flaw", 4, "m*n/n"),
        ("softmax.two-class-flaw", 3, "ln(exp(x1)/exp(x2))"),
        ("softmax.partial-flaw", 3, "Z²"),
        ("softmax.vjp-flaw", 5, "g1 s1 + (g2 s2 + g3 s3)"),
        ("ad_traces.forward-flaw", 6, np.float64(-0.153466)),
        ("ad_traces.forward-flaw", 6, "\N{MINUS SIGN}0.1535"),
        ("ad_traces.forward-flaw", 6, "-(1/81 + sin(3))"),
        ("ad_traces.reverse-flaw", 5, np.float64(12.0)),
        ("ad_traces.reverse-flaw", 5, "2 v0 v3bar"),
    ],
)
def test_other_ways_to_write_the_fix(task: str, line: int, fix: Any) -> None:
    assert judge(task, answers(task, line, fix)).passed


def test_the_lines_before_the_flaw_are_true_and_the_flawed_ones_false() -> None:
    """What the notebook prints, in numbers: softmax."""
    rng = np.random.default_rng(0)
    x = np.array([2.0, 2.0, 0.0])
    assert np.exp(60 * (x - x[0])).sum() == pytest.approx(2)  # m = 2, not 1
    x1, x2 = 0.7, -0.4
    s = ref.softmax(np.array([x1, x2]))
    assert s[0] == pytest.approx(1 / (1 + np.exp(x2 - x1)))
    assert s[0] == pytest.approx(ref.sigmoid(np.array(x1 - x2)))
    z, g = rng.normal(size=3), rng.normal(size=3)
    e = np.exp(z)
    slope = ref.partial(z, 0, 1)
    assert slope == pytest.approx(-e[0] * e[1] / e.sum() ** 2)
    assert slope != pytest.approx(-e[0] * e[1] / e.sum())
    p = ref.softmax(z)
    assert ref.softmax_vjp(z, g) == pytest.approx(p * g - p * (p @ g))
    assert ref.softmax_vjp(z, g) != pytest.approx(p * g - p * (g @ g))


def test_the_tables_of_the_sheet_in_numbers() -> None:
    """What the notebook prints, in numbers: automatic differentiation."""
    tangents = ad.forward_trace(3, 6, 1, 0)[:, 1]
    assert list(np.round(tangents[2:7], 4)) == [1, -0.0123, 0, -0.1411, -0.0123]
    assert round(-0.0123 - 0.1411, 4) == -0.1534
    assert round(float(tangents[7]), 4) == -0.1535
    adjoints = ad.reverse_trace(3, 6)
    assert adjoints[1] == pytest.approx(12 - 1 / 81)
    assert adjoints[0] == pytest.approx(-np.sin(3) - 1 / 81)
