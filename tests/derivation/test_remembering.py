"""What came of a line is remembered; no verdict depends on what was checked before."""

from __future__ import annotations

import pytest

from chainrule.derivation import DerivationTask, Report, checking
from chainrule.derivation.chains import read_chains
from chainrule.derivation.checking import Checker
from chainrule.derivation.errors import UNITS, Budget
from chainrule.derivation.problem import Problem, pose
from chainrule.derivation.scoring import _Judge, check
from chainrule_staff.exercises.derivation import FALSE, DeriveTask
from chainrule_staff.exercises.registry import all_exercises

GOOD = "d/dx σ(x)\n= d/dx (1/(1+exp(-x)))\n= exp(-x)/(1+exp(-x))**2\n= σ(x)*(1-σ(x))"
SIGMOID = DerivationTask(start="diff(σ(x), x)", target="σ(x)*(1-σ(x))")
TASKS = [each for each in all_exercises().values() if isinstance(each, DeriveTask)]


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checking, "_FOUND", {})


@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The texts of the lines that are judged, and not only looked up."""
    texts: list[str] = []
    real = Checker._judge

    def judge(self: Checker, line: checking.Line, *rest: object) -> None:
        texts.append(line.text)
        real(self, line, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Checker, "_judge", judge)
    return texts


def said(report: Report) -> tuple[object, ...]:
    lines = [(s.status, s.rules, s.message, s.padded, s.whole) for s in report.steps]
    return lines, report.score, report.complete, report.messages


@pytest.mark.parametrize("task", TASKS, ids=lambda task: task.task)
def test_a_second_look_says_the_same(task: DeriveTask) -> None:
    problem = pose(task.goal)
    wrong = [text.replace(FALSE, "") for _, text in task.wrong.values()]
    texts = [task.model, task.other, *wrong]
    cold = []
    for text in texts:
        checking._FOUND.clear()
        cold.append(said(check(text, problem)))
    assert checking._FOUND
    assert [said(check(text, problem)) for text in reversed(texts)] == cold[::-1]
    assert [said(check(text, problem)) for text in texts] == cold


def test_who_mends_one_line_has_the_others_looked_up(judged: list[str]) -> None:
    problem = pose(SIGMOID)
    broken = GOOD.replace("exp(-x)/(1+exp(-x))**2", "-exp(-x)/(1+exp(-x))**2")
    assert not check(broken, problem).complete
    assert len(judged) == 3
    judged.clear()
    assert check(GOOD, problem).complete
    assert judged == ["exp(-x)/(1+exp(-x))**2", "σ(x)*(1-σ(x))"]
    judged.clear()
    assert check(GOOD, problem).complete
    assert judged == []


def test_another_case_another_reason_or_another_let_is_another_line(judged: list[str]) -> None:
    problem = pose(DerivationTask(start="abs(x)", target="abs(x)", min_steps=0))
    check("case x > 0:\nabs(x) = x", problem)
    check("case x < 0:\nabs(x) = x", problem)
    check("let x2 = x\nabs(x) = x", problem)
    check("abs(x) = x  # the definition", problem)
    assert len(judged) == 4


def test_looking_up_costs_what_finding_did(judged: list[str]) -> None:
    def spent(problem: Problem) -> float:
        judge = _Judge(problem, problem.setting, budget := Budget(20.0))
        chains, _ = read_chains(GOOD, problem.setting)
        judge.take(chains)
        return 20.0 * UNITS - budget.left

    problem = pose(SIGMOID)
    assert spent(problem) == spent(problem) > 0
    assert len(judged) == 3


def test_without_room_for_it_nothing_is_looked_up(judged: list[str]) -> None:
    problem = pose(SIGMOID)
    poor = []
    for known in (False, True):
        if known:
            check(GOOD, problem)
            judged.clear()
        judge = _Judge(problem, problem.setting, Budget(0.001))
        chains, _ = read_chains(GOOD, problem.setting)
        judge.take(chains)
        poor.append([(line.status, line.message) for line in judge.steps])
    assert poor[0] == poor[1]
    assert "undecided" in {status for status, _ in poor[1]}
    assert judged
