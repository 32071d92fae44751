"""Heaviside networks: judged by what they do, whatever their weights are."""

from __future__ import annotations

from itertools import product
from typing import Any

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule.assess import assess
from chainrule.probes import SQUARE
from chainrule_staff.exercises import judge
from chainrule_staff.exercises.heaviside_networks import references as ref
from chainrule_staff.exercises.heaviside_networks import regions, units
from chainrule_staff.exercises.judge import generator

FACTS = load_catalogue()["heaviside_networks.weights"]["facts"]
TASK = "heaviside_networks.weights"


def sheet() -> ref.Weights:
    W, b, u, c = ref.weights()
    W[0, 0] = 3 / 4
    return W, b, u, c


def test_the_numbers_of_the_catalogue() -> None:
    W, _, _, _ = ref.weights()
    assert W[0, 0] == pytest.approx(FACTS["w11"], abs=1e-6)
    corners = units.corners.reference
    assert list(corners["meet_12"]) == FACTS["vertex_12"]
    assert list(corners["meet_23"]) == FACTS["vertex_23"]
    assert list(corners["meet_13"]) == FACTS["lines_1_3_meet"]
    for point in ((4, 2), (-4, 2)):
        name = f"({point[0]},{point[1]})"
        (true,) = ref.network(np.array([point]), *ref.weights())
        (theirs,) = ref.network(np.array([point]), *sheet())
        assert true == FACTS[f"true_class_{name}"]
        assert theirs == FACTS[f"sheet_class_{name}"]
    assert ref.network(np.zeros((1, 2)), *ref.weights()) == FACTS["class_(0,0)"]
    side = np.linspace(-9, 9, 98)
    X = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    wrong = np.mean(ref.network(X, *ref.weights()) != ref.network(X, *sheet()))
    assert wrong == pytest.approx(FACTS["sheet_error_rate_on_grid"], abs=1e-6)


def test_the_region_has_two_corners_and_no_end() -> None:
    W, b, u, c = ref.weights()
    inside = [
        bool(np.all(np.array(meet) @ W + b > -1e-9)) for meet in units.corners.reference.values()
    ]
    assert inside == [True, True, False]
    far = np.array([[-1000.0, 1290.0], [-1e5, 1.29e5]])
    assert ref.network(far, W, b, u, c).tolist() == [1.0, 1.0]


@pytest.mark.parametrize("seed", range(6))
def test_every_equivalent_network_is_right(seed: int) -> None:
    """Positive factors, permutations, negated units and any c in between."""
    rng = np.random.default_rng(seed)
    W, b, u, _ = ref.weights()
    scale, order = rng.uniform(0.1, 9, 3), rng.permutation(3)
    sign = rng.choice([-1.0, 1.0], 3)
    c = -float((sign > 0).sum()) + rng.uniform(0.05, 0.95)
    answer = ((W * sign * scale)[:, order], (b * sign * scale)[order], (u * sign)[order], c)
    assert judge(TASK, {"weights": lambda: answer}, seed).passed


@pytest.mark.parametrize("wrong", range(3))
def test_the_message_says_which_half_plane_is_wrong(wrong: int) -> None:
    W, b, u, c = ref.weights()
    W[0, wrong] += 0.5
    verdict = judge(TASK, {"weights": lambda: (W, b, u, c)})
    words = regions.THREE[wrong].words
    failed = [check.name for check in verdict.checks if not check.passed]
    assert failed == [f"a unit for: {words}", "the right class at every point"]
    assert verdict.score == pytest.approx(1 / 3)
    assert "the output is" in verdict.checks[-1].message


def test_a_point_is_named_with_the_inequality_it_breaks() -> None:
    verdict = judge(TASK, {"weights": sheet})
    assert verdict.mistake == "sheet-slope"
    assert regions.THREE[0].words in verdict.checks[0].message


def test_one_half_is_explained() -> None:
    W, b, u, _ = ref.weights()
    verdict = judge(TASK, {"weights": lambda: (W, b, 2 * u, -6)})
    assert verdict.mistake == "undecided-inside"
    assert "exactly 0" in verdict.checks[-1].message


@pytest.mark.parametrize(
    "answer",
    [
        (np.ones((3, 2)), np.ones(3), np.ones(3), 0.0),
        (np.ones((2, 3)), np.ones(2), np.ones(3), 0.0),
        (np.ones((2, 3)), np.ones(3), np.ones(3)),
        (np.full((2, 3), np.nan), np.ones(3), np.ones(3), 0.0),
        "weights",
        (1.0, 2.0, 3.0, 4.0),
    ],
)
def test_a_wrong_shape_is_a_sentence(answer: Any) -> None:
    verdict = judge(TASK, {"weights": lambda: answer})
    assert verdict.score == 0
    assert verdict.checks[0].message


def test_rows_columns_and_lists_are_vectors_too() -> None:
    W, b, u, c = ref.weights()
    for answer in (
        (W.tolist(), b[:, None], u[None, :], np.array([c])),
        (W.astype(np.float32), list(b), tuple(u), np.float32(c)),
    ):
        assert judge(TASK, {"weights": lambda answer=answer: answer}).passed


def test_points_of_the_instant_check_are_off_every_line() -> None:
    for side in (*regions.THREE, *regions.QUADRANTS):
        assert np.abs(side.distance(SQUARE)).min() > 0.14


@pytest.mark.parametrize("exercise", [regions.weights, regions.xor, regions.union])
def test_the_instant_check_knows_equivalent_networks_and_mistakes(exercise: Any) -> None:
    fact = exercise.fact(generator("facts", exercise.task))
    for words, answers in exercise.solutions().items():
        assert assess(fact, answers).passed, words
    for mistake in exercise.mistakes:
        verdict = assess(fact, exercise.mistaken(mistake))
        assert verdict.score == 0
        assert verdict.mistake is not None


def test_no_single_unit_is_xor() -> None:
    """A sample of a thousand units; the proof is in the notebook."""
    X = np.array(list(product((0.0, 1.0), repeat=2)))
    rng = np.random.default_rng(0)
    for w1, w2, b in rng.normal(size=(1000, 3)):
        assert (X @ [w1, w2] + b > 0).tolist() != [False, True, True, False]


@pytest.mark.parametrize(("m", "d"), [(3, 2), (5, 2), (4, 3)])
def test_regions_are_counted_by_trying(m: int, d: int) -> None:
    rng = np.random.default_rng(m)
    W, b = rng.normal(size=(d, m)), 0.3 * rng.normal(size=m)
    X = rng.normal(size=(400_000, d)) * rng.choice([0.3, 1.0, 5.0, 50.0], (400_000, 1))
    patterns = np.unique((X @ W + b > 0) @ 2 ** np.arange(m))
    assert len(patterns) <= ref.region_count(m, d)
    assert len(patterns) >= ref.region_count(m, d) - 1  # a tiny cell may be missed


def test_a_deeper_network_may_have_any_widths() -> None:
    W, b, V, d, u, c = ref.union()
    wide = (np.tile(W, 2), np.tile(b, 2), np.vstack([V, 0 * V]), d, u, c)
    assert judge("heaviside_networks.union", {"union_weights": lambda: wide}).passed
    odd = (W, b, V, d, np.ones(3), c)
    assert not judge("heaviside_networks.union", {"union_weights": lambda: odd}).passed
