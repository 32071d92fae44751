"""The topic cross_entropy: the mathematics against the catalogue's numbers and against itself."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from chainrule_staff.exercises import find, judge
from chainrule_staff.exercises.cross_entropy import references as ref
from chainrule_staff.exercises.cross_entropy.losses import TEN

P = np.linspace(0.001, 0.999, 999)


def uniform_of_variance(var: float) -> float:
    return 0.5 * math.log(12 * var)


def mean_cost(sample: list[int], p: float) -> float:
    return sum(ref.bce(p, x) for x in sample) / len(sample)


@pytest.mark.parametrize(
    ("slug", "fact", "value"),
    [
        ("bernoulli-mle", "CE(p=0.8,x=1)", ref.bce(0.8, 1)),
        ("bernoulli-mle", "CE(p=0.8,x=0)", ref.bce(0.8, 0)),
        (
            "bernoulli-mle",
            "argmin_p_for[1,1,0,1]",
            min(P, key=lambda p: mean_cost([1, 1, 0, 1], p)),
        ),
        ("ce-kl", "CE(p=0.5,x=0.3)", ref.bce(0.5, 0.3)),
        ("ce-kl", "H(0.3)", ref.bern_entropy(0.3)),
        ("ce-kl", "KL(0.3||0.5)", ref.bern_kl(0.3, 0.5)),
        ("ce-kl", "KL(0.5||0.3)", ref.bern_kl(0.5, 0.3)),
        ("max-entropy-discrete", "log(4)", ref.max_entropy(4)[1]),
        ("max-entropy-discrete", "log(10)", ref.max_entropy(10)[1]),
        ("max-entropy-discrete", "H([.5,.25,.125,.125])", ref.entropy([0.5, 0.25, 0.125, 0.125])),
        ("max-entropy-gaussian", "h_gauss(var=1)", ref.gaussian_entropy(1)),
        ("max-entropy-gaussian", "h_uniform(var=1)", uniform_of_variance(1)),
        ("max-entropy-gaussian", "h_laplace(var=1)", 1 + 0.5 * math.log(2)),
        ("max-entropy-gaussian", "h_logistic(var=1)", 2 + math.log(math.sqrt(3) / math.pi)),
        ("max-entropy-gaussian", "h_exponential(var=1)", 1),
        ("max-entropy-gaussian", "h_gauss(var=4)", ref.gaussian_entropy(4)),
        ("output-activation", "sigma(2)", ref.sigmoid(2)),
        ("output-activation", "sheet_formula(2)", ref.sigmoid(-2)),
        ("output-meaning", "P(y=0)_if_f=0.8", 1 - 0.8),
        ("ce-logit-gradient", "grad(a=2,y=1)", ref.ce_grad(2, 1)),
        ("ce-logit-gradient", "grad(a=2,y=0)", ref.ce_grad(2, 0)),
        ("ce-logit-gradient", "grad(a=-10,y=1)", ref.ce_grad(-10, 1)),
        ("mse-loss", "L(f=0.8,y=1)", ref.mse(0.8, 1)),
        ("mse-loss", "L(f=0.8,y=0)", ref.mse(0.8, 0)),
        ("mse-logit-gradient", "grad(a=2,y=1)", ref.mse_grad(2, 1)),
        ("mse-logit-gradient", "grad(a=-10,y=1)", ref.mse_grad(-10, 1)),
        ("mse-logit-gradient", "sheet_line_2(a=2,y=1)", -ref.mse_grad(2, 1)),
        ("ce-vs-mse", "ce_grad(a=-10,y=1)", ref.ce_grad(-10, 1)),
        ("ce-vs-mse", "mse_grad(a=-10,y=1)", ref.mse_grad(-10, 1)),
        ("ce-vs-mse", "ratio", ref.ce_grad(-10, 1) / ref.mse_grad(-10, 1)),
        (
            "ce-vs-mse",
            "argmin_f_expected_squared_error(P=0.3)",
            min(P, key=lambda f: 0.3 * ref.mse(f, 1) + 0.7 * ref.mse(f, 0)),
        ),
    ],
)
def test_the_numbers_of_the_catalogue(
    catalogue: dict[str, dict[str, Any]], slug: str, fact: str, value: Any
) -> None:
    expected = float(catalogue[f"cross_entropy.{slug}"]["facts"][fact])
    assert float(value) == pytest.approx(expected, rel=2e-5, abs=6e-7)


@pytest.mark.parametrize("a", [-3.0, -0.4, 0.0, 1.7])
@pytest.mark.parametrize("y", [0, 1])
def test_the_slopes_of_both_losses_agree_with_differences(a: float, y: int) -> None:
    h = 1e-5

    def cross_entropy(a: float) -> float:
        return ref.bce(float(ref.sigmoid(a)), y)

    def squared(a: float) -> float:
        return ref.mse(float(ref.sigmoid(a)), y)

    for loss, slope in ((cross_entropy, ref.ce_grad), (squared, ref.mse_grad)):
        assert (loss(a + h) - loss(a - h)) / (2 * h) == pytest.approx(slope(a, y), abs=1e-9)
    assert ref.ce_of_logit(a, y) == pytest.approx(cross_entropy(a))


def test_the_gradients_of_many_classes_agree_with_differences() -> None:
    z, h = np.array([0.3, -1.2, 2.5, 0.9]), 1e-5
    for e, lse, smooth in zip(
        np.eye(4), ref.softmax(z), ref.smooth_ce_grad(z, 2, 0.1), strict=True
    ):
        assert (ref.logsumexp(z + h * e) - ref.logsumexp(z - h * e)) / (2 * h) == pytest.approx(lse)
        up, down = (ref.smooth_ce(z + s * h * e, 2, 0.1) for s in (1, -1))
        assert (up - down) / (2 * h) == pytest.approx(smooth)
    assert ref.smooth_ce_grad(z, 2, 0.1).sum() == pytest.approx(0)


def test_cross_entropy_is_entropy_plus_divergence() -> None:
    for x in (0.0, 0.2, 0.7, 1.0):
        for p in (0.1, 0.5, 0.9):
            assert ref.bce(p, x) == pytest.approx(ref.bern_entropy(x) + ref.bern_kl_by_sum(x, p))
            assert ref.bern_kl(x, p) >= 0


def test_the_cross_entropy_is_convex_in_the_logit_and_the_squared_error_is_not() -> None:
    """The claims about convexity, by second differences."""
    a = np.linspace(-6, 6, 121)
    ce = np.array([ref.ce_grad(v, 1) for v in a])
    squared = np.array([ref.mse_grad(v, 1) for v in a])
    assert (np.diff(ce) > 0).all()
    assert (np.diff(squared) < 0).any()
    assert (np.diff(squared) > 0).any()


def test_the_ratio_asks_for_more_digits_than_e_to_the_ten_has() -> None:
    task = "cross_entropy.ce-vs-mse"
    right = find(task).solutions()["reference"]
    for ratio in (22028.4658, 22028.5, (1 + TEN) ** 2 / TEN):
        assert judge(task, {**right, "slope_ratio": ratio}).passed
    verdict = judge(task, {**right, "slope_ratio": math.exp(10)})
    assert verdict.mistake == "exponential-only"
    assert verdict.score == pytest.approx(2 / 3)


@pytest.mark.parametrize("answer", ["c", " C ", "P(y = 1 | x)", "E[y|x]", "P(y=1|x,theta)"])
def test_a_choice_may_be_a_letter_or_its_words(answer: str) -> None:
    task = "cross_entropy.output-meaning"
    assert judge(task, {"output_meaning": answer}).passed
    assert judge(task, {"answer": answer}).passed
    assert judge(task, {"answer": lambda: answer}).passed


def test_a_choice_that_is_none_of_them_is_explained() -> None:
    task = "cross_entropy.output-meaning"
    verdict = judge(task, {"output_meaning": "softmax"})
    assert verdict.score == 0
    assert "a, b, c, d, e" in verdict.checks[0].message
    assert "output_meaning" in judge(task, {}).checks[0].message
    assert judge(task, {"output_meaning": "log-odds"}).mistake == "log-odds"


def test_the_corners_earn_their_share_alone() -> None:
    def bce(p: float, x: float) -> Any:
        return -x * np.log(p) - (1 - x) * np.log(1 - p)

    verdict = judge("cross_entropy.bernoulli-mle", {"bce": bce})
    assert verdict.mistake == "nan-at-certainty"
    assert verdict.score == pytest.approx(2 / 3)
    assert verdict.notes


def test_entropy_and_law_earn_their_shares_alone() -> None:
    task = "cross_entropy.max-entropy-discrete"
    right = find(task).solutions()["reference"]
    wrong_law = judge(task, {**right, "max_entropy": lambda n: (np.eye(n)[0], 0)})
    assert (wrong_law.score, wrong_law.mistake) == (0.5, "one-hot")
    wrong_entropy = judge(task, {**right, "entropy": lambda p: -np.sum(p * np.log2(p))})
    assert 0.4 < wrong_entropy.score < 0.6


@pytest.mark.parametrize(
    ("task", "fix"),
    [
        ("output-flaw", "σ(a)"),
        ("output-flaw", "exp(a)/(1+exp(a))"),
        ("likelihood-flaw", "-(x*log(p) + (1-x)*log(1-p))"),
        ("kl-flaw", "log(x**x) + (1-x)*log(1-x)"),
        ("slope-flaw", "(f-y)*(f - f**2)"),
    ],
)
def test_a_fix_may_be_written_in_many_ways(task: str, fix: str) -> None:
    exercise = find(f"cross_entropy.{task}")
    line, formula = exercise.names
    assert judge(exercise.task, {**exercise.reference, formula: fix}).passed
    assert judge(exercise.task, {line: 1, formula: fix}).score == 0.5
