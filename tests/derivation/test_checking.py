"""What every line is told, and what the whole is worth."""

from __future__ import annotations

from typing import Any

import pytest

from chainrule.derivation import Report, check_derivation
from chainrule.derivation.chains import split_relations
from chainrule.derivation.expression import call, name
from chainrule.derivation.families import FAMILIES, unfold
from chainrule.derivation.inequality import compare
from chainrule.derivation.intervals import visibly_at_most
from chainrule.derivation.probes import Question
from chainrule.derivation.reader import read
from chainrule.derivation.setting import read_setting

SIGMOID: dict[str, Any] = {
    "start": "d/dx σ(x)",
    "target": "σ(x)*(1-σ(x))",
    "min_steps": 3,
}
GOOD = """
d/dx σ(x)
= d/dx (1/(1+e^(-x)))                # definition of σ
= e^(-x)/(1+e^(-x))²                 # chain rule
= 1/(1+e^(-x)) * e^(-x)/(1+e^(-x))
= σ(x)(1-σ(x))                       # definition of σ
"""


def statuses(report: Report) -> list[str]:
    return [status for status, _, _ in report.lines]


def test_a_full_derivation_names_the_rule_of_every_step() -> None:
    report = check_derivation(GOOD, **SIGMOID)
    assert report.complete
    assert report.score == 1.0
    assert [(status, rule) for status, rule, _ in report.lines] == [
        ("start", ""),
        ("ok", "σ"),
        ("ok", "diff"),
        ("ok", ""),
        ("ok", "σ"),
    ]
    assert [message for _, _, message in report.lines][1:] == [
        "definition of σ",
        "differentiation rules",
        "algebra",
        "definition of σ",
    ]


def test_a_false_line_gets_a_counterexample_and_is_punished_once() -> None:
    text = GOOD.replace("= e^(-x)/(1+e^(-x))²", "= -e^(-x)/(1+e^(-x))²")
    report = check_derivation(text, **SIGMOID)
    assert statuses(report) == ["start", "ok", "wrong", "recovered", "ok"]
    assert "false at x = " in report.lines[2].message
    assert "the line before is the wrong one" in report.lines[3].message
    assert 0.3 < report.score < 1


def test_a_slip_that_is_noticed_later_is_punished_once() -> None:
    text = """
    d/dx σ(x)
    = d/dx (1/(1+e^(-x)))
    = -e^(-x)/(1+e^(-x))²
    = -1/(1+e^(-x)) * e^(-x)/(1+e^(-x))
    = 1/(1+e^(-x)) * e^(-x)/(1+e^(-x))
    = σ(x)(1-σ(x))
    """
    report = check_derivation(text, **SIGMOID)
    assert statuses(report) == ["start", "ok", "wrong", "ok", "recovered", "ok"]
    assert "a line in between is the wrong one" in report.lines[4].message


def test_what_follows_from_a_slip_is_followed_through() -> None:
    text = """
    d/dx σ(x)
    = d/dx (1/(1+e^(-x)))
    = -e^(-x)/(1+e^(-x))²
    = -1/(1+e^(-x)) * e^(-x)/(1+e^(-x))
    = -σ(x)(1-σ(x))
    """
    report = check_derivation(text, **SIGMOID)
    assert statuses(report) == ["start", "ok", "wrong", "ok", "ok"]
    assert report.score > 0.5


def test_a_line_that_cannot_be_read_breaks_nothing_else() -> None:
    text = GOOD.replace("= e^(-x)/", "= epx(-x)/")
    report = check_derivation(text, **SIGMOID)
    assert statuses(report)[2] == "unread"
    assert "did you mean exp" in report.lines[2].message
    assert statuses(report)[4] == "ok"


def test_a_leap_says_what_to_do() -> None:
    report = check_derivation("d/dx σ(x) = σ(x)(1-σ(x))", **SIGMOID)
    assert statuses(report) == ["start", "leap"]
    assert "add a line in between" in report.lines[1].message
    assert report.score <= 0.2


def test_restating_and_going_in_circles_is_not_counted() -> None:
    text = "d/dx σ(x)\n= diff(σ(x), x)\n= d/dx (1/(1+e^(-x)))\n= d/dx σ(x)"
    report = check_derivation(text, **SIGMOID)
    assert statuses(report) == ["start", "same", "ok", "circular"]


def test_too_few_steps_are_asked_for() -> None:
    report = check_derivation(GOOD, **{**SIGMOID, "min_steps": 9})
    assert not report.complete
    assert "show at least 9 of them" in report.messages[0]


def test_the_wrong_start_is_named() -> None:
    report = check_derivation("σ(x) = 1/(1+e^(-x))", **SIGMOID)
    assert report.messages[0] == "start from diff(σ(x), x)"


def test_nothing_is_no_derivation() -> None:
    for text in ("", "\n\n", "# thinking"):
        report = check_derivation(text, **SIGMOID)
        assert (report.score, report.complete) == (0.0, False)
        assert "nothing to check yet" in report.messages[0]


def test_a_reason_that_does_not_fit_gets_a_word_and_costs_nothing() -> None:
    text = GOOD.replace("# chain rule", "# law of logarithms")
    report = check_derivation(text, **SIGMOID)
    assert report.complete
    assert "does not fit" in report.lines[2].message


def test_max_step_1_asks_for_one_rule_a_line() -> None:
    text = "ln(σ(x)) = -ln(1+e^(-x)) = -softplus(-x)"
    task = {"start": "ln(σ(x))", "target": "-softplus(-x)", "min_steps": 2}
    assert check_derivation(text, **task, max_step=2).complete
    strict = check_derivation(text, **task, max_step=1)
    assert statuses(strict) == ["start", "leap", "ok"]
    assert 0.2 < strict.score < 1


def test_two_sides_may_meet() -> None:
    text = """
    d/dx σ(x) = d/dx (1/(1+e^(-x))) = e^(-x)/(1+e^(-x))²

    σ(x)(1-σ(x)) = 1/(1+e^(-x)) (1 - 1/(1+e^(-x))) = e^(-x)/(1+e^(-x))²
    """
    assert check_derivation(text, **SIGMOID).complete


def test_a_let_may_not_change_the_meaning_of_a_name() -> None:
    report = check_derivation("let x = 1\nd/dx σ(x) = 0", **SIGMOID)
    assert report.lines[0] == ("unread", "", "the name x already has a meaning")


@pytest.mark.parametrize(
    ("cases", "covered"),
    [
        (("x > 0", "x < 0", "x = 0"), True),
        (("x >= 0", "x < 0"), True),
        (("x ≥ 0", "0 > x"), True),
        (("x > 0", "x <= 0"), True),
        (("x != 0", "x = 0"), True),
        (("x > 0", "x < 0"), False),
        (("x > 1", "x < 0", "x = 0"), False),
        (("x > 0",), False),
    ],
)
def test_cases_must_cover_the_domain(cases: tuple[str, ...], covered: bool) -> None:
    text = "\n".join(f"case {c}:\nabs(x)**2 = x*x = x**2" for c in cases)
    report = check_derivation(text, start="abs(x)**2", target="x**2", min_steps=1)
    assert report.complete == covered, report
    assert covered or "the cases do not cover x = " in report.messages[0]


def test_a_definition_of_the_task_is_a_rule() -> None:
    report = check_derivation(
        "d/dx f(2x) = d/dx (4x²+1) = 8x",
        start="d/dx f(2x)",
        target="8*x",
        define={"f(x)": "x**2 + 1"},
    )
    assert report.complete
    assert [rule for _, rule, _ in report.lines] == ["", "f", "diff"]


def test_a_lemma_may_be_quoted() -> None:
    task: dict[str, Any] = {"start": "tanh(x)**2", "target": "(2*σ(2*x)-1)**2", "min_steps": 1}
    report = check_derivation(
        "tanh(x)² = (2σ(2x)-1)²",
        **task,
        lemma={"tanh by σ": ["tanh(u)", "2*σ(2*u)-1", ["u"]]},
        max_step=1,
    )
    assert report.complete
    assert report.lines[1].rule == "tanh by σ"
    assert not check_derivation("tanh(x)² = (2σ(2x)-1)²", **task, max_step=1).complete


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        ("Jensen", "ok"),
        ("by Jensen's inequality", "ok"),
        ("obvious", "unjustified"),
        ("", "unjustified"),
    ],
)
def test_an_inequality_needs_the_fact_that_was_used(reason: str, status: str) -> None:
    report = check_derivation(
        f"E(ln(X)) <= ln(E(X))   # {reason}",
        setting="X: rv pos",
        start="E(ln(X))",
        target="ln(E(X))",
        rel="<=",
        facts={"Jensen": "jensen"},
        min_steps=1,
    )
    assert report.lines[1].status == status


def test_a_fact_must_apply() -> None:
    report = check_derivation(
        "E(ln(X)) <= E(X) - 1   # Jensen",
        setting="X: rv pos",
        start="E(ln(X))",
        target="E(X)-1",
        rel="<=",
        facts={"Jensen": "jensen"},
        min_steps=1,
    )
    assert report.lines[1].status == "unjustified"


def test_the_sign_of_what_is_to_be_shown_may_not_be_used() -> None:
    report = check_derivation(
        "σ(x)(1-σ(x)) = 1/4 - abs(1/4 - σ(x)(1-σ(x))) <= 1/4",
        start="σ(x)*(1-σ(x))",
        target="1/4",
        rel="<=",
    )
    assert report.lines[1].status == "unjustified"
    assert "is not negative: say why" in report.lines[1].message


def test_mixed_directions_prove_nothing() -> None:
    report = check_derivation("x² <= x²+1 >= x²", start="x**2", target="x**2", rel="<=")
    assert not report.complete


def test_assumptions_among_the_facts_shape_the_data() -> None:
    """g[k] <= 2 L (F[k]-F[k+1]) is false of random numbers; here it is what descent gives."""
    task: dict[str, Any] = {
        "setting": "K: dim; F, g: seq K; L: real>0",
        "start": "Σ[k,0,K-1](g[k])",
        "target": "2*L*(F[0]-F[K])",
        "rel": "<=",
        "facts": {"descent": ["g[k]", "2*L*(F[k]-F[k+1])", ["k"]]},
    }
    good = "Σ[k,0,K-1](g[k]) <= Σ[k,0,K-1](2*L*(F[k]-F[k+1]))  # descent\n= 2*L*(F[0]-F[K])"
    assert check_derivation(good, **task).complete
    wrong = good.replace("F[K])", "F[K-1])")
    assert statuses(check_derivation(wrong, **task))[-1] == "wrong"


def test_a_task_that_makes_no_sense_is_the_authors_error() -> None:
    with pytest.raises(ValueError, match="rel is"):
        check_derivation("x", start="x", target="x", rel="~")
    with pytest.raises(ValueError, match="unknown name"):
        check_derivation("x", start="y", target="x")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("a = b <= c", [("", "a"), ("=", "b"), ("<=", "c")]),
        ("= b", [("", ""), ("=", "b")]),
        ("f[k=1] = 2", [("", "f[k=1]"), ("=", "2")]),
        ("x if x <= 1 else 0 = y", [("", "x if x <= 1 else 0"), ("=", "y")]),
        ("(1 if x > 0 else 0) ≥ 0", [("", "(1 if x > 0 else 0)"), (">=", "0")]),
    ],
)
def test_relations_are_split_outside_brackets(text: str, parts: list[tuple[str, str]]) -> None:
    assert split_relations(text) == parts


@pytest.mark.parametrize(
    ("small", "large", "visible"),
    [
        ("0", "x**2", True),
        ("1/4 - (x-1/2)**2", "1/4", True),
        ("σ(x)", "1", True),
        ("-abs(x)", "exp(x)", True),
        ("0", "p[k]*q[k]", True),
        ("0", "t*(1-t)", True),
        ("tanh(x)**2", "1", True),
        ("σ(x)*(1-σ(x))", "1/4", False),
        ("x", "x**2 + 1/4", False),
        ("0", "x", False),
    ],
)
def test_what_is_visible_without_calculation(small: str, large: str, visible: bool) -> None:
    setting = read_setting("x: real; t: real in (0,1); K: dim; p,q: simplex K; k: index K")
    assert visibly_at_most(read(small, setting), read(large, setting), setting) == visible


@pytest.mark.parametrize("family", [f for f in FAMILIES if f.means], ids=lambda f: f.key)
def test_every_definition_is_true(family: Any) -> None:
    """The rule that a step may use agrees with the numbers a line is judged by."""
    spec = {"softmax": "K: dim; x: vec K", "log2": "x: real>0"}.get(family.key, "x, y: real")
    setting = read_setting(spec)
    args = (name("x"), name("y"))[: 2 if family.key in ("max", "min") else 1]
    meaning = unfold(family.key, args)
    assert meaning is not None
    assert compare(Question(call(family.key, *args), meaning, setting), "=").holds
