"""Initialisation: the catalogue's numbers, the laws against simulated networks, and messages."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule_staff.exercises.initialisation import references as ref
from chainrule_staff.exercises.initialisation.flaws import EXERCISES as FLAWS
from chainrule_staff.exercises.judge import judge

FORWARD = load_catalogue()["initialisation.forward-variance"]["facts"]
BACKWARD = load_catalogue()["initialisation.backward-variance"]["facts"]


def test_the_forward_numbers_of_the_catalogue() -> None:
    mean, square, variance = ref.relu_moments(1.0)
    assert ref.he_var(100) == pytest.approx(FORWARD["He_var(n=100)"])
    assert ref.he_var(100) ** 0.5 == pytest.approx(FORWARD["He_std(n=100)"], abs=1e-6)
    assert ref.he_var(512) ** 0.5 == pytest.approx(FORWARD["He_std(n=512)"])
    assert square == pytest.approx(FORWARD["E[h^2]/Var(a)"])
    assert variance == pytest.approx(FORWARD["Var(h)/Var(a)_gaussian"], abs=1e-6)
    assert mean == pytest.approx(FORWARD["E[h]/std(a)_gaussian"], abs=1e-6)
    misread = ref.forward_variance(1.0, [100], [(2 / 100) ** 0.5])
    assert misread == pytest.approx(FORWARD["growth_if_sqrt_read_as_variance(n=100)"])
    ten = ref.forward_variance(1.0, [64] * 10, [1 / 64] * 10)
    assert ten == pytest.approx(FORWARD["ratio_with_Var=1/n_after_10_layers"], abs=1e-6)
    assert ref.he_bound(100) == pytest.approx(FORWARD["uniform_bound_He(n=100)"], abs=1e-6)


def test_the_backward_numbers_of_the_catalogue() -> None:
    assert ref.he_var(50) == pytest.approx(BACKWARD["backward_He_var(m=50)"])
    assert ref.glorot_var(300, 100) == pytest.approx(BACKWARD["glorot_var(300,100)"])
    std, bound = ref.glorot_var(300, 100) ** 0.5, ref.glorot_bound(300, 100)
    assert std == pytest.approx(BACKWARD["glorot_std(300,100)"], abs=1e-6)
    assert bound == pytest.approx(BACKWARD["glorot_uniform_bound(300,100)"], abs=1e-6)
    assert 2 * ref.glorot_var(300, 100) == BACKWARD["relu_compromise_var(300,100)"]
    assert ref.backward_variance(1.0, [1], [1.0]) == BACKWARD["E[relu'(a)^2]"]


@pytest.mark.parametrize("law", ["normal", "uniform"])
def test_the_forward_law_holds_for_simulated_networks(law: str) -> None:
    """For widths 40, 60, 30 the mean over networks lies within four standard errors of the law."""
    rng, widths, R = np.random.default_rng(3), [40, 60, 30], 1500
    variances = [1.7 / 40, 2.6 / 60]
    squares = []
    for _ in range(R):
        a = rng.normal(0, 1.5, widths[0])
        weights = [
            (rng.normal(0, s**0.5, (m, n)) if law == "normal" else draw_uniform(rng, s, m, n))
            for n, m, s in zip(widths[:-1], widths[1:], variances, strict=True)
        ]
        squares.append(ref.layer_mean_squares(a, weights))
    mean, error = np.mean(squares, axis=0), np.std(squares, axis=0, ddof=1) / R**0.5
    for k in (1, 2):
        truth = ref.forward_variance(1.5**2, widths[:k], variances[:k])
        assert abs(mean[k] - truth) < 4 * error[k]
        assert error[k] < 0.03 * truth


def draw_uniform(rng: np.random.Generator, s: float, m: int, n: int) -> np.ndarray:
    return rng.uniform(-1, 1, (m, n)) * (3 * s) ** 0.5


def test_the_backward_law_holds_for_simulated_networks() -> None:
    """Gradients of a random last layer, with masks drawn independently of them."""
    rng, widths, R = np.random.default_rng(4), [30, 50, 40], 1500
    squares = []
    for _ in range(R):
        a, masks, matrices = rng.normal(0, 1, widths[0]), [], []
        for n, m in itertools.pairwise(widths):
            W = rng.normal(0, (2 / m) ** 0.5, (m, n))
            a = W @ np.maximum(0, a)
            masks.append(a > 0)
            matrices.append(W)
        g = rng.normal(0, 1, widths[-1])
        for W, mask in zip(matrices[::-1], masks[::-1], strict=True):
            g = W.T @ (mask * g)
        squares.append(np.mean(g**2))
    error = np.std(squares, ddof=1) / R**0.5
    truth = ref.backward_variance(1.0, [50, 40], [2 / 50, 2 / 40])
    assert truth == pytest.approx(1.0)
    assert abs(np.mean(squares) - truth) < 4 * error
    assert error < 0.03


def test_relu_forgets_nothing_but_a_factor() -> None:
    """ReLU is positively homogeneous: weights s times as large make layer k s^(k-1) times."""
    rng = np.random.default_rng(0)
    a1, weights = rng.normal(size=6), [rng.normal(size=(6, 6)) for _ in range(4)]
    plain = ref.layer_mean_squares(a1, weights)
    scaled = ref.layer_mean_squares(a1, [3 * W for W in weights])
    assert scaled == pytest.approx(plain * 9.0 ** np.arange(5))


def test_the_tanh_expansion_is_right_to_second_order() -> None:
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    for v in (1e-2, 1e-3):
        truth = np.tanh(np.sqrt(v) * nodes) ** 2 @ weights / weights.sum()
        assert abs(ref.tanh_second_moment(v) - truth) < 9 * v**3


def test_leaky_gain_joins_relu_and_linear_units() -> None:
    assert ref.leaky_var(50, 0.0) == ref.he_var(50)
    assert ref.leaky_var(50, 1.0) == pytest.approx(1 / 50)


def test_pooling_units_makes_error_bars_that_miss_too_often() -> None:
    """95 % bars from networks hold about that often; bars from pooled units fail in most cases."""
    rng, honest, pooled, trials = np.random.default_rng(5), 0, 0, 400
    for _ in range(trials):
        squares = rng.gamma(2.0, 0.5, (20, 1)) * rng.chisquare(1, (20, 40))  # mean 1
        mean, error = ref.mean_with_error(squares)
        honest += abs(mean - 1) < 2.09 * error
        pooled += abs(mean - 1) < 1.96 * squares.std(ddof=1) / squares.size**0.5
    assert honest > 0.88 * trials
    assert pooled < 0.65 * trials


def test_a_student_who_knows_half_gets_half() -> None:
    task = "initialisation.forward-variance"
    only_he = {"he_var": lambda n: 2 / n, "forward_variance": lambda *_: 1.0}
    assert 0 < judge(task, only_he).score < 0.5
    flaw = FLAWS[1]
    line, fix = flaw.names
    half = judge(flaw.task, {line: flaw.line, fix: "v1*(n*s/2)**L"})
    assert half.score == 0.5


def test_float32_is_fair() -> None:
    def by_float32(var_a1: float, fan_in: list[float], var_w: list[float]) -> np.float32:
        factors = np.asarray(fan_in, np.float32) / 2 * np.asarray(var_w, np.float32)
        return np.float32(var_a1) * np.prod(factors, dtype=np.float32)

    answers = {"he_var": ref.he_var, "forward_variance": by_float32}
    assert judge("initialisation.forward-variance", answers).passed
