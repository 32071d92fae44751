"""From the last expression of a hidden cell to its verdict."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from chainrule.verdict import Verdict
from chainrule_staff.grading.split.trusted import score


@pytest.mark.parametrize(
    ("value", "points", "share"),
    [
        (None, 2, 1.0), ("text", 2, 1.0), ([0.0], 2, 1.0), ({}, 2, 1.0),
        (0, 2, 0.0), (1, 2, 0.5), (2.0, 2, 1.0), (0.25, 1, 0.25), (Fraction(1, 2), 1, 0.5),
        (np.float64(0.25), 1, 0.25), (np.float32(0), 1, 0.0), (np.int64(1), 2, 0.5),
        (np.array(0.5), 1, 0.5), (True, 2, 1.0), (False, 2, 0.0), (np.True_, 2, 1.0),
        (np.False_, 2, 0.0), (float("nan"), 2, 0.0), (float("inf"), 2, 0.0), (-1.0, 2, 0.0),
        (2.5, 2, 0.0), (np.array([]), 2, 0.0), (np.array([2.0]), 2, 0.0), (1j, 2, 0.0),
        (Decimal(1), 2, 0.0), (10**400, 2, 0.0), (0, 0, 1.0),
    ],
)  # fmt: skip
def test_score_of_a_value(value: Any, points: float, share: float) -> None:
    verdict = score.of_value(value, "cell", points)
    assert verdict.score == share
    assert verdict.points == points
    assert share in (0.0, 1.0) or verdict.passed is False


def test_a_verdict_stays_what_it_is() -> None:
    verdict = Verdict("softmax.value", 0.5, points=3)
    assert score.of_value(verdict, "cell", 1) is verdict


@pytest.mark.parametrize("value", [float("nan"), -1.0, 7.0, 1j, False])
def test_a_zero_says_why(value: Any) -> None:
    [check] = score.of_value(value, "cell", 2).checks
    assert check.message
    assert not check.passed


def test_an_error_is_a_zero_with_its_message() -> None:
    verdict = score.of_error("ValueError", "x" * 9999, "cell", 2)
    assert verdict.score == 0
    assert verdict.checks[0].message.startswith("ValueError: xxx")
    assert len(verdict.checks[0].message) <= 500
