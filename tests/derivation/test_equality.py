"""`equal` answers with a verdict, a witness and a reason."""

from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chainrule.derivation import Unreadable, equal
from chainrule.derivation.errors import Budget, Undefined
from chainrule.derivation.field import GENERATOR, P, Q, embed, is_prime
from chainrule.derivation.inequality import compare
from chainrule.derivation.points import Point, draw_real, specials
from chainrule.derivation.probes import Question
from chainrule.derivation.reader import read
from chainrule.derivation.setting import declare, read_setting

numbers = st.fractions(max_denominator=1000)


def test_a_witness_shows_the_point_and_both_values() -> None:
    answer = equal("sqrt(x**2)", "x", "x: real")
    assert answer.verdict == "different"
    assert answer.witness is not None
    assert answer.witness.at.startswith("x = -")
    assert float(answer.witness.left) == -float(answer.witness.right)


def test_the_witness_of_a_domain_says_which_side_is_missing() -> None:
    answer = equal("x/x", "1")
    assert answer.verdict == "domain"
    assert answer.witness is not None
    assert (answer.witness.at, answer.witness.right) == ("x = 0", "defined")
    assert "division by zero" in answer.witness.left


def test_a_proof_is_told_from_probing() -> None:
    assert equal("σ(-x)", "1 - σ(x)").verdict == "proved"
    assert equal("erf(-x)", "-erf(x)").verdict == "proved"
    assert equal("sin(x)**2 + cos(x)**2", "1").verdict == "probed"


def test_shapes_that_differ_are_different() -> None:
    answer = equal("W @ x", "x.T @ W", "D: dim; W: mat D D; x: vec D")
    assert answer.verdict == "different"
    assert "(D×1)" in answer.reason
    assert "(1×D)" in answer.reason


def test_a_product_that_does_not_exist_equals_nothing() -> None:
    answer = equal("W @ x", "W.T @ x", "D,M: dim; W: mat M D; x: vec D")
    assert answer.verdict == "different"
    assert answer.witness is not None
    assert "shape mismatch in @: W.T is (D×M), x is (D×1)" in answer.witness.right


def test_what_cannot_be_read_is_undecided_and_says_why() -> None:
    answer = equal("epx(x)", "exp(x)")
    assert answer.verdict == "undecided"
    assert "did you mean exp" in answer.reason


def test_a_bad_setting_is_the_authors_error() -> None:
    with pytest.raises(Unreadable):
        equal("x", "x", "x: reel")


def test_definitions_can_be_passed() -> None:
    assert equal("f(2*x)", "4*f(x)", "x: real", define={"f(x)": "x**2"}).holds
    setting = "D,M: dim; W: mat M D; x: vec D; v: vec M"
    define = {"a": "W @ x", "h": "tanh(a)"}
    assert equal("grad(v.T @ h, W)", "(v*(1-h**2)) @ x.T", setting, define=define).holds


def test_the_same_seed_asks_at_the_same_points() -> None:
    first, second = (equal("σ(x)", "tanh(x)", seed=5).witness for _ in range(2))
    assert first == second


@pytest.mark.parametrize(
    ("a", "b", "setting", "verdict"),
    [
        ("Σ[k,1,K](δ(k,6))", "0", "K: dim", "different"),
        ("relu(x-100)", "0", "x: real", "different"),
        ("σ(x)+σ(-x)", "1", "x: complex", "domain or same"),
        ("f(x)", "f(-x)", "x: real; f: fn", "different"),
        ("E(X)", "0", "X: rv mean0", "same"),
        ("E(X)", "0", "X: rv", "different"),
        ("E(ln(X))", "ln(E(X))", "X: rv pos", "different"),
        ("d/dx |x|", "1", "x: real", "undecided"),
        ("diff(abs(x), x)", "sign(x)", "x: real", "domain"),
        ("lim(sin(k), k, oo)", "0", "x: real", "undecided"),
        ("softmax(s)[9]", "0", "s: vec 3", "undecided"),
        ("diff(x**3, x)", "3*x**2", "x: real in [0,1]", "same"),
        ("norm(x)", "sqrt(x.T @ x)", "n: dim; x: vec n", "same"),
        ("Π[k,1,K](exp(s[k]))", "exp(Σ[k,1,K](s[k]))", "K: dim; s: vec K", "same"),
    ],
)
def test_verdicts(a: str, b: str, setting: str, verdict: str) -> None:
    answer = equal(a, b, setting)
    found = "same" if answer.holds else answer.verdict
    assert found in verdict, answer


# ---- inequalities
@pytest.mark.parametrize(
    ("a", "relation", "b", "spec", "true"),
    [
        ("σ(x)*(1-σ(x))", "<=", "1/4", "x: real", True),
        ("σ(x)*(1-σ(x))", "<", "1/4", "x: real", False),
        ("σ(x)*(1-σ(x))", "<=", "0.2499", "x: real", False),
        ("ln(x)", "<=", "x - 1", "x: real>0", True),
        ("exp(x)", ">=", "1 + x", "x: real", True),
        ("x**2", ">=", "x", "x: real", False),
        ("x**2 - 3*x + 2", ">=", "-1/4", "x: real", True),
        ("x**2 - 3.1*x + 2.4", ">=", "0", "x: real", False),
        ("f(E(X))", "<=", "E(f(X))", "X: rv; f: fn convex", True),
    ],
)
def test_inequalities(a: str, relation: str, b: str, spec: str, true: bool) -> None:
    setting = read_setting(spec)
    answer = compare(Question(read(a, setting), read(b, setting), setting), relation)
    assert answer.holds == true, answer
    assert (answer.witness is None) == true


# ---- the field
def test_the_field_is_what_the_proof_needs() -> None:
    assert is_prime(P)
    assert is_prime(Q)
    assert (Q - 1) % P == 0
    assert Q % 4 == 3
    assert GENERATOR != 1
    assert pow(GENERATOR, P, Q) == 1


@given(numbers, numbers, numbers)
@example(Fraction(1), Fraction(P), Fraction(1))
@example(Fraction(1), Fraction(2 * Q), Fraction(1))
def test_field_arithmetic(a: Fraction, b: Fraction, c: Fraction) -> None:
    x, y, z = embed(a), embed(b), embed(c)
    assert (x * (y + z)).q == (x * y + x * z).q == embed(a * (b + c)).q
    assert (x - y).q == embed(a - b).q
    if b % P and b % Q:
        assert (x / y * y).q == x.q


@pytest.mark.parametrize("zero", [0, P, -3 * P, Q, P * Q])
def test_division_by_zero_has_no_value_in_the_field(zero: int) -> None:
    with pytest.raises(Undefined):
        embed(1) / embed(zero)
    if zero:
        with pytest.raises(Undefined):
            embed(Fraction(1, zero))


@pytest.mark.parametrize("zero", [P, Q])
def test_a_number_that_the_field_does_not_know_is_compared_without_it(zero: int) -> None:
    assert equal(f"x/{zero} + x/{zero}", f"2*x/{zero}", "x: real").holds
    assert equal(f"x/{zero} + 1/{zero}", f"2*x/{zero}", "x: real").verdict == "different"


@given(st.integers(0, P - 1), st.integers(0, P - 1))
def test_exp_turns_sums_into_products(a: int, b: int) -> None:
    assert pow(GENERATOR, (a + b) % P, Q) == pow(GENERATOR, a, Q) * pow(GENERATOR, b, Q) % Q


# ---- points
@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(0, 10**6))
def test_points_obey_the_declaration(seed: int) -> None:
    setting = read_setting(
        "t: real in (0,1); k: real>0; K: dim; p: simplex K; y: onehot K; i: index K; X: rv mean0"
    )
    point = Point(setting, random.Random(seed))
    assert 0 < point.exact["t"] < 1
    assert point.exact["k"] > 0
    assert sum(row[0] for row in point.exact["p"]) == 1
    assert sorted({row[0] for row in point.exact["y"]}) in ([1], [0, 1])
    assert 1 <= point.exact["i"] <= point.sizes["K"]
    assert sum(value * chance for value, chance in point.laws["X"]) == 0
    assert sum(chance for _, chance in point.laws["X"]) == 1


def test_special_points_stay_in_the_domain() -> None:
    assert specials(declare("real in [0,1]")) == [0, 1, Fraction(1, 2), Fraction(1, 1000)]
    with pytest.raises(ValueError, match="empty"):
        draw_real(declare("real in (1,1)"), random.Random(0))


def test_a_budget_that_is_spent_ends_the_search() -> None:
    setting = read_setting("x: real")
    question = Question(read("σ(x)", setting), read("σ(x)+0*x", setting), setting)
    question.budget = Budget(-1.0)
    assert compare(question, "=").verdict == "undecided"
