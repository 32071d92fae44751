"""Work is counted, not timed: a busy machine says the same as an idle one."""

from __future__ import annotations

import itertools
import time

import pytest

from chainrule.derivation import check_derivation, equal
from chainrule.derivation.errors import UNITS, Budget, TooExpensive

HE = {
    "setting": "n: dim; w: rv vec n iid mean0; x: rv vec n iid sym",
    "start": "Var(Σ[k,1,n](w[k] relu(x[k])))",
    "target": "n Var(w[1]) Var(x[1])/2",
    "lemma": {"symmetry": ["E(relu(u)**2)", "E(u**2)/2", ["u"]]},
    "min_steps": 3,
}
TEXT = """
Var(Σ[k,1,n](w[k] relu(x[k])))
= Σ[k,1,n](Var(w[k] relu(x[k])))
= n E(w[1]²) E(relu(x[1])²)
= n E(w[1]²) E(x[1]²)/2
= n Var(w[1]) Var(x[1])/2
"""


def test_a_clock_that_jumps_changes_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    quiet = check_derivation(TEXT, **HE)  # type: ignore[arg-type]
    hours = itertools.count(step=3600.0)
    for clock in ("perf_counter", "monotonic", "time"):
        monkeypatch.setattr(time, clock, lambda: next(hours))
    assert check_derivation(TEXT, **HE).lines == quiet.lines  # type: ignore[arg-type]
    assert equal("diff(softmax([x,0])[1], x)", "σ(x)(1-σ(x))").holds


def test_the_same_work_for_the_same_question() -> None:
    first, second = Budget(4.0), Budget(4.0)
    for budget in (first, second):
        spend_on(budget)
    assert first.left == second.left < 4.0 * UNITS


def spend_on(budget: Budget) -> None:
    from chainrule.derivation.equality import decide
    from chainrule.derivation.probes import Question
    from chainrule.derivation.reader import read
    from chainrule.derivation.setting import read_setting

    setting = read_setting("x: real")
    sides = [read(text, setting) for text in ("d/dx erf(x)", "d/dx (-erf(-x))")]
    assert decide(Question(sides[0], sides[1], setting, budget=budget)).holds


def test_a_part_has_no_more_than_its_share() -> None:
    budget = Budget(1.0)
    with pytest.raises(TooExpensive), budget.limited(0.1):
        budget.spend(0.2 * UNITS)
    assert not budget.is_spent
    budget.spend(0.5 * UNITS)
    with budget.limited(100.0), pytest.raises(TooExpensive):
        budget.spend(0.5 * UNITS)
    assert budget.is_spent


def test_wrong_prices_are_noticed_by_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    budget = Budget(1.0)
    used = time.thread_time() + 1000
    monkeypatch.setattr(time, "thread_time", lambda: used)
    with pytest.raises(TooExpensive, match="out of time"):
        budget.spend()


def test_what_is_too_expensive_is_undecided_and_says_so() -> None:
    answer = equal("Σ[a,1,200](Σ[b,1,200](Σ[c,1,200](x)))", "8000000*x", seconds=0.5)
    assert answer.verdict == "undecided"
    assert "expensive" in answer.reason
