"""The topic activations: the mathematics against the catalogue's numbers and against itself."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule.fact import Fact
from chainrule.probes import Probe, tanh_network
from chainrule_staff.exercises import find, judge
from chainrule_staff.exercises.activations import bounds, network
from chainrule_staff.exercises.activations import references as ref
from chainrule_staff.exercises.judge import generator

X = np.array([-2.3, -0.7, 0.4, 1.3, 2.9])
HALF = Probe("H with H(0) =", (0.5,))


def facts_of(catalogue: dict[str, dict[str, Any]], slug: str) -> dict[str, Any]:
    facts: dict[str, Any] = catalogue[f"activations.{slug}"]["facts"]
    return facts


def near(value: Any, fact: Any) -> bool:
    """Whether a value rounds to the catalogue's six digits."""
    return bool(np.isclose(value, float(fact), rtol=2e-5, atol=6e-7))


def at(function: Callable[..., Any], x: float) -> float:
    return float(function(np.array([x]))[0])


@pytest.mark.parametrize(
    ("slug", "fact", "value"),
    [
        ("relu-one-sided-slopes", "left_slope_at_0", ref.one_sided(0)[0]),
        ("relu-one-sided-slopes", "right_slope_at_0", ref.one_sided(0)[1]),
        (
            "relu-one-sided-slopes",
            "symmetric_quotient_at_0",
            (at(ref.relu, 1) - at(ref.relu, -1)) / 2,
        ),
        ("relu-from-heaviside", "g(2.5)", ref.relu_product(np.array([2.5]), HALF)),
        ("relu-from-heaviside", "g(-1)", ref.relu_product(np.array([-1.0]), HALF)),
        ("sigmoid-to-heaviside", "k_min(x=0.1,delta=0.01)", ref.smallest_k(0.1, 0.01)),
        ("sigmoid-to-heaviside", "sigma(10*0.1)", at(ref.sigmoid, 1)),
        ("sigmoid-to-heaviside", "sup_gap", at(ref.sigmoid, 1e-9)),
        ("sigmoid-to-tanh-network", "tanh(0.5)", math.tanh(0.5)),
        ("sigmoid-to-tanh-network", "sigma(1)", at(ref.sigmoid, 1)),
        ("sigmoid-to-tanh-network", "(1+tanh(0.5))/2", at(ref.sigmoid_via_tanh, 1)),
        ("relu-derivative", "relu'(0)_by_convention", at(ref.relu_grad, 0)),
        ("relu-derivative", "relu'(3)", at(ref.relu_grad, 3)),
        ("relu-derivative", "relu'(-3)", at(ref.relu_grad, -3)),
        ("sigmoid-derivative", "sigma'(0)", at(ref.sigmoid_grad, 0)),
        ("sigmoid-derivative", "sigma'(1)", at(ref.sigmoid_grad, 1)),
        ("sigmoid-derivative", "sigma'(-2)", at(ref.sigmoid_grad, -2)),
        ("sigmoid-tanh-identity", "sigma(1.3)", at(ref.sigmoid_via_tanh, 1.3)),
        ("sigmoid-tanh-identity", "tanh(0.65)", math.tanh(0.65)),
        ("log-sigmoid-softplus", "ln_sigma(2)", at(ref.log_sigmoid, 2)),
        ("log-sigmoid-softplus", "ln_sigma(-800)", at(ref.log_sigmoid, -800)),
        ("log-sigmoid-softplus", "softplus(0)", at(ref.softplus, 0)),
        (
            "softplus-difference",
            "difference_at_1.7",
            at(ref.softplus, 1.7) - at(ref.softplus, -1.7),
        ),
        ("softplus-difference", "softplus(1.7)", at(ref.softplus, 1.7)),
        ("softplus-difference", "softplus(-1.7)", at(ref.softplus, -1.7)),
        ("sign-indicators", "sign(0)", at(ref.sign, 0)),
        ("sign-indicators", "sign(-4)", at(ref.sign, -4)),
        ("sign-indicators", "sign(4)", at(ref.sign, 4)),
        ("tanh-derivative", "tanh'(0)", at(ref.tanh_grad, 0)),
        ("tanh-derivative", "tanh'(0.5)", at(ref.tanh_grad, 0.5)),
        ("tanh-derivative", "tanh'(2)", at(ref.tanh_grad, 2)),
        ("sigmoid-slope-bound", "bound", bounds.largest(ref.sigmoid_grad)[0]),
        ("sigmoid-slope-bound", "argmax", bounds.largest(ref.sigmoid_grad)[1]),
        ("sigmoid-slope-bound", "sigma'(0)", at(ref.sigmoid_grad, 0)),
        ("tanh-slope-bound", "bound", bounds.largest(ref.tanh_grad)[0]),
        ("tanh-slope-bound", "argmax", bounds.largest(ref.tanh_grad)[1]),
        ("tanh-slope-bound", "HM(e,1/e)^2", (2 / (math.e + 1 / math.e)) ** 2),
        ("tanh-slope-bound", "tanh'(1)", at(ref.tanh_grad, 1)),
        ("compare-bounds", "ratio", 1 / 0.25),
        ("compare-bounds", "0.25^5", 0.25**5),
        ("compare-bounds", "0.25^10", 0.25**10),
        ("compare-bounds", "4^10", 4**10),
        ("compare-bounds", "crossing_x", bounds.crossing()),
        ("compare-bounds", "sigma'(2)", at(ref.sigmoid_grad, 2)),
        ("compare-bounds", "tanh'(2)", at(ref.tanh_grad, 2)),
        ("abs-derivative", "left_slope_at_0", (abs(-1e-6) - 0) / -1e-6),
        ("abs-derivative", "right_slope_at_0", (abs(1e-6) - 0) / 1e-6),
        ("abs-derivative", "convention_at_0", at(ref.abs_grad, 0)),
        ("heaviside-derivative", "left_quotient(eps=1e-3)", ref.quotients(0.0, 1e-3)[0]),
        ("heaviside-derivative", "right_quotient(eps=1e-3)", ref.quotients(0.0, 1e-3)[1]),
        ("heaviside-derivative", "integral_d_sigma(10x)", ref.pairing(np.ones_like, 10)),
        ("heaviside-derivative", "<delta_k,cos>_k=200", ref.pairing(np.cos, 200)),
    ],
)
def test_the_numbers_of_the_catalogue(
    catalogue: dict[str, dict[str, Any]], slug: str, fact: str, value: Any
) -> None:
    assert near(value, facts_of(catalogue, slug)[fact])


@pytest.mark.parametrize(
    ("function", "slope"),
    [
        (ref.sigmoid, ref.sigmoid_grad),
        (np.tanh, ref.tanh_grad),
        (ref.softplus, ref.sigmoid),
        (ref.log_sigmoid, lambda x: ref.sigmoid(-x)),
        (ref.gelu, ref.gelu_grad),
        (ref.silu, ref.silu_grad),
        (ref.relu, ref.relu_grad),
        (np.abs, ref.abs_grad),
        (lambda x: ref.leaky_relu(x, 0.2), lambda x: ref.leaky_relu_grad(x, 0.2)),
    ],
)
def test_slopes_agree_with_differences(function: ref.Function, slope: ref.Function) -> None:
    h = 1e-5
    assert np.allclose((function(X + h) - function(X - h)) / (2 * h), slope(X), atol=1e-9)


def test_the_pairing_has_a_closed_form() -> None:
    """int k sigma'(k x) cos(w x) dx = (pi w / k) / sinh(pi w / k)."""
    for k, w in ((3.0, 0.7), (5.0, 1.9), (40.0, 1.0)):
        wave = Probe("cosine", (0.0, w, 0.0))
        closed = math.pi * w / k / math.sinh(math.pi * w / k)
        for road in (ref.pairing, ref.pairing_by_quantiles, ref.pairing_by_parts):
            assert road(wave, k) == pytest.approx(closed, rel=1e-4), road.__name__


def test_the_tanh_network_computes_the_same_function() -> None:
    given = network.draw_network(np.random.default_rng(1), (3, 4, 2))
    for road in (ref.to_tanh, ref.to_tanh_by_loops, ref.flipped, network.turned):
        W1, b1, W2, b2 = road(*given)
        for x in np.random.default_rng(2).normal(size=(5, 3)):
            y = W2 @ np.tanh(W1 @ x + b1) + b2
            assert np.allclose(y, ref.sigmoid_network(x, *given))


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "four arrays"),
        ((np.ones((2, 3)), np.ones(2), np.ones((1, 3)), np.ones(1)), "W2 (K, M)"),
        ((np.ones((2, 3)), np.ones(3), np.ones((1, 2)), np.ones(1)), "b1 (M,)"),
    ],
)
def test_a_network_that_does_not_fit_together_is_explained(value: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words.replace("(", r"\(").replace(")", r"\)")):
        tanh_network(value)
    verdict = judge("activations.sigmoid-to-tanh-network", {"sigmoid_to_tanh": lambda *_: value})
    assert verdict.score == 0
    assert words in verdict.checks[0].message


def test_max_in_disguise_earns_nothing() -> None:
    """Values alone are not enough: the H that is handed over must be what decides."""
    task = "activations.relu-from-heaviside"
    answers = {name: lambda x, H: np.maximum(x, 0) for name in ("relu_product", "relu_integral")}
    verdict = judge(task, answers)
    assert (verdict.score, verdict.mistake) == (0, "max-in-disguise")
    half = judge(task, {**answers, "relu_product": lambda x, H: x * H(x)})
    assert half.score == 0.5


def test_a_coarse_integral_is_good_enough() -> None:
    def relu_integral(x: Any, H: ref.Function) -> Any:
        t = np.linspace(-5, 5, 801)
        return [float(H(t)[t <= end].sum() * (t[1] - t[0])) for end in x]

    answers = {"relu_product": lambda x, H: x * H(x), "relu_integral": relu_integral}
    assert judge("activations.relu-from-heaviside", answers).passed


def test_instant_checks_know_functions_and_networks() -> None:
    """Inputs that are functions are frozen by name, networks by what they compute."""
    for task in ("relu-from-heaviside", "heaviside-derivative", "sigmoid-to-tanh-network"):
        exercise = find(f"activations.{task}")
        fact = exercise.fact(generator("facts", exercise.task))
        called = {case.call for group in fact.groups for case in group.cases}
        assert called == set(exercise.names)
        again = Fact.from_plain(fact.to_plain())
        assert again.to_plain() == fact.to_plain()


def test_kinks_earn_their_share_alone() -> None:
    verdict = judge("activations.relu-derivative", {"relu_grad": lambda x: x >= 0})
    assert (verdict.score, verdict.mistake) == (0.5, "one-at-zero")
    verdict = judge(
        "activations.relu-one-sided-slopes", {"relu_one_sided": lambda x: (x > 0, x > 0, True)}
    )
    assert (verdict.score, verdict.mistake) == (0.5, "relu-prime-twice")


def test_a_naive_sigmoid_keeps_its_marks_where_it_is_right() -> None:
    """1/(1+e^{-x}) overflows to the right limit: a warning, and full marks."""
    verdict = judge(
        "activations.sigmoid-derivative",
        {"sigmoid_grad": lambda x: 1 / (1 + np.exp(-x)) * (1 - 1 / (1 + np.exp(-x)))},
    )
    assert verdict.passed
    assert any("overflow" in note for note in verdict.notes)


@pytest.mark.parametrize(
    ("task", "fix"),
    [
        ("slopes-flaw", "abs(x)"),
        ("abs-flaw", "abs(eps)/eps"),
        ("step-flaw", "(0 - 1/2)/(-h)"),
        ("identity-flaw", "1/2*((exp(x/2) - exp(-x/2))/(exp(x/2) + exp(-x/2)) + 1)"),
        ("chain-flaw", "σ(x)*(1 - 1/(1+exp(-x)))"),
        ("network-flaw", "(2*w0 + w1)/2"),
    ],
)
def test_a_fix_may_be_written_in_many_ways(task: str, fix: str) -> None:
    exercise = find(f"activations.{task}")
    line, formula = exercise.names
    assert judge(exercise.task, {**exercise.reference, formula: fix}).passed
    assert judge(exercise.task, {line: 1, formula: fix}).score == 0.5


def test_treading_water_is_no_fix() -> None:
    answers = {"chain_flaw_line": 4, "chain_flaw_fix": "σ(x)*(1 + exp(-x) - 1)/(1 + exp(-x))"}
    verdict = judge("activations.chain-flaw", answers)
    assert verdict.score == 0.5
    assert "line 3" in verdict.checks[1].message


def test_numbers_may_come_as_one_answer() -> None:
    given = (4, 0.25**5, 0.25**10, 1.6629)
    assert judge("activations.compare-bounds", {"answer": given}).passed
    names = ("bounds_ratio", "factor_5", "factor_10", "crossing")
    assert judge(
        "activations.compare-bounds", {"answer": dict(zip(names, given, strict=True))}
    ).passed
    assert judge("activations.sigmoid-slope-bound", {"answer": [0.25, 0]}).passed


def test_two_mistakes_at_once_and_one_is_named() -> None:
    """A wrong formula that overflows as well is no known mistake; its wrong formula is."""
    verdict = judge(
        "activations.log-sigmoid-softplus", {"log_sigmoid": lambda x: np.log(1 + np.exp(-x))}
    )
    assert (verdict.score, verdict.mistake) == (0, "sign-outside")


def test_an_exception_may_have_any_cause() -> None:
    def sigmoid_grad(x: Any) -> Any:
        raise TypeError("my own bug")

    assert judge("activations.sigmoid-derivative", {"sigmoid_grad": sigmoid_grad}).mistake is None
