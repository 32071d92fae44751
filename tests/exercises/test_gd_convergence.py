"""Gradient descent: the catalogue's numbers, the proofs measured, and what the messages say."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule_staff.exercises.gd_convergence import references as ref
from chainrule_staff.exercises.judge import judge

CATALOGUE = load_catalogue()


def facts(slug: str) -> dict[str, object]:
    found = CATALOGUE[f"gd_convergence.{slug}"]["facts"]
    assert isinstance(found, dict)
    return found


def test_the_joints_of_the_catalogue() -> None:
    report = ref.joint_report()
    for key, value in facts("convexity").items():
        assert report[key] == pytest.approx(value), key


def test_the_gradient_of_the_catalogue() -> None:
    known = facts("minimiser-gradient")
    assert ref.df(known["x*"]) == 0
    assert ref.f(known["x*"]) == known["f(x*)"]
    for x in (3.0, -2.0, 0.5):
        assert ref.df(x) == known[f"f'({x:g})"]


def test_the_iterates_of_the_catalogue() -> None:
    known = facts("oscillation")
    assert [ref.gd_closed(3, t) for t in range(5)] == known["x0=3_iterates"]
    assert [ref.f(ref.gd_closed(3, t)) for t in range(5)] == pytest.approx(
        known["f_values"], abs=1e-6
    )
    assert ref.gd_closed(3, 10) == pytest.approx(known["x_10"], abs=1e-6)
    assert ref.gd_closed(3, 60) == known["limit_even"]
    assert ref.gd_closed(3, 61) == known["limit_odd"]
    assert ref.f(ref.gd_closed(3, 60)) == known["limit_f"]
    assert ref.df(1) == known["f'(1)"]
    assert 2 / ref.joint_report()["L"] == known["eta_star"]
    slow = abs(ref.gd_path(3, 0.9, 40)[-1])
    assert slow == pytest.approx(known["x_after_40_steps_eta=0.9"], abs=1e-6)


def test_the_bound_of_the_catalogue() -> None:
    known = facts("nonconvex-rate")
    assert ref.gd_bound(2, 10, 5, 0) == known["bound(L=2,K=10,gap=5)"]
    assert ref.steps_needed(2, 5, 0.1) == known["steps(L=2,gap=5,eps=0.1)"]
    assert known["descent_coefficient_L=2"] == 1 / (2 * 2)


@pytest.mark.parametrize("x", [-3.1, -1.4, -0.3, 0.0, 0.8, 1.7, 5.2])
def test_the_gradient_by_differences(x: float) -> None:
    h = 1e-6
    assert ref.df(x) == pytest.approx((ref.f(x + h) - ref.f(x - h)) / (2 * h), abs=1e-8)
    assert ref.f(x) == pytest.approx(ref.f_symmetric(x), abs=1e-12)


def test_f_lies_between_the_parabolas_of_its_curvatures() -> None:
    """Strong convexity and smoothness, for many pairs of points on all pieces."""
    rng = np.random.default_rng(1)
    for x, y in rng.uniform(-4, 4, (2000, 2)):
        beyond = ref.f(y) - ref.f(x) - ref.df(x) * (y - x)
        assert 0.75 * (y - x) ** 2 - 1e-12 <= beyond <= (y - x) ** 2 + 1e-12


@pytest.mark.parametrize("x0", [1.001, 1.5, 3.0, 40.0])
def test_the_closed_form_is_the_run(x0: float) -> None:
    run = ref.gd_path(x0, 1.0, 50)
    assert run == pytest.approx([ref.gd_closed(x0, t) for t in range(51)], abs=1e-13)
    values = [ref.f(x) for x in run[:20]]
    assert all(a > b > 0 for a, b in itertools.pairwise(values))


def test_the_descent_lemma_holds_where_nothing_is_convex() -> None:
    rng = np.random.default_rng(2)
    curvatures = 2 + 16 * np.cos(4 * np.linspace(-2, 2, 4001))
    assert curvatures.min() < 0
    assert curvatures.max() == ref.WAVY_L
    for w0, K in zip(rng.uniform(-4, 4, 300), rng.integers(1, 40, 300), strict=True):
        margin, best, bound = ref.descent_report(float(w0), int(K))
        assert margin > -1e-12
        assert best <= bound


def test_the_wavy_slope_by_complex_step() -> None:
    for w in (-2.3, 0.4, 1.9):
        z = complex(w, 1e-30)
        assert ref.wavy_slope(w) == pytest.approx((z**2 + 2 * np.sin(2 * z) ** 2).imag / 1e-30)


def test_no_fixed_step_beats_the_best_one() -> None:
    lam = [0.7, 2.0, 5.5]
    best = ref.contraction(lam, ref.best_step(lam))
    assert best == pytest.approx(ref.best_rate(5.5 / 0.7))
    assert all(ref.contraction(lam, eta) >= best for eta in np.linspace(0.01, 0.5, 200))


def test_no_momentum_beats_polyaks_on_a_grid() -> None:
    mu, L = 0.5, 8.0
    eta, beta = ref.best_momentum(mu, L)
    best = ref.momentum_rate([mu, L], eta, beta)
    assert best == pytest.approx(beta**0.5, abs=1e-7)
    assert best < ref.best_rate(L / mu)
    for e in np.linspace(0.5, 1.5, 21) * eta:
        for b in np.linspace(0.0, 0.95, 20):
            assert ref.momentum_rate([mu, L], float(e), float(b)) >= best - 1e-6


def test_a_report_is_marked_in_groups() -> None:
    report = ref.joint_report() | {"L": 1.5}
    verdict = judge("gd_convergence.convexity", {"joint_report": lambda: report})
    assert verdict.score == 0.75
    del report["f'(1+)"]
    verdict = judge("gd_convergence.convexity", {"joint_report": lambda: report})
    assert verdict.score == 0.5
    assert verdict.mistake is None
    assert "missing" in str(verdict)


def test_any_function_that_is_not_convex_will_do() -> None:
    for a, b, c, d in ((1, 1, 1, 0), (0.1, 0.0, 9.0, -4.0)):
        assert judge("gd_convergence.kink-counterexample", {"not_convex": (a, b, c, d)}).passed
        x, y = -1e-3, 1e-3  # the chord from x to y runs below f(0) = 0
        assert (a * x**2 + b * x + c * y**2 + d * y) / 2 < 0


def test_one_claim_wrong_costs_two_marks_of_six() -> None:
    claims = (True, True, True, False, False, True)
    verdict = judge("gd_convergence.rate-claims", {"rate_claims": claims})
    assert verdict.score == pytest.approx(4 / 6)
    assert verdict.mistake == "last-iterate"
