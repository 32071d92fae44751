"""What counts as equal, and that a sentence comes back for whatever an answer may be."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from chainrule.compare import Tolerance, difference, same, show, single_precision


class Hostile:
    """An object whose every question ends in an exception."""

    def __repr__(self) -> str:
        raise ValueError("no repr")

    def __eq__(self, other: object) -> bool:
        raise ValueError("no comparison")

    def __array__(self, *_: object, **__: object) -> np.ndarray:
        raise ValueError("no array")

    def __len__(self) -> int:
        raise ValueError("no length")

    __hash__ = None  # type: ignore[assignment]


VECTOR = np.array([1.0, 2.0, 3.0])


@pytest.mark.parametrize(
    "answer",
    [
        [1, 2, 3],
        (1.0, 2.0, 3.0),
        VECTOR[:, None],
        VECTOR[None, :],
        VECTOR.astype(np.float32) * np.float32(1 + 1e-6),
        [np.float32(1.00001), np.float32(2), np.float32(3)],
        np.array([1, 2, 3], dtype=object),
    ],
)
def test_other_forms_of_a_vector(answer: Any) -> None:
    assert difference(answer, VECTOR) is None


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (None, "`return`"),
        ([], "empty array"),
        (np.array([1, np.nan, 3]), "NaN"),
        (np.ma.masked_array([1.0, 2, 3], [0, 0, 1]), "NaN"),
        (np.zeros((3, 3)), "expected shape (3,)"),
        ("abc", "expected numbers"),
        ([[1.0], [2, 3]], "expected numbers"),
        (Hostile(), "expected numbers, got Hostile <Hostile>"),
        ([Hostile()], "expected numbers"),
        (np.array([1, 2, 4.0]), "off by 1 at [2]"),
    ],
)
def test_every_other_answer_gets_a_sentence(answer: Any, words: str) -> None:
    assert words in (difference(answer, VECTOR) or "")


@pytest.mark.parametrize("answer", [np.array(5.0), 5, None, Hostile(), "ab", [1], {}, iter([1, 2])])
def test_two_values_are_asked_for(answer: Any) -> None:
    assert difference(answer, (1.0, 2.0))


def test_a_set_may_be_written_as_lists_or_rows() -> None:
    orders = {(0, 1), (1, 0)}
    for answer in (orders, frozenset(orders), [[0, 1], [1, 0]], np.array([[1, 0], [0, 1]])):
        assert difference(answer, orders) is None
    for answer in ({(0, 1)}, [[0, 1]], 3, Hostile(), [[0, [1]]], np.array([[0, 1], [1, 1]])):
        assert "set" in (difference(answer, orders) or "")


def test_single_precision_is_seen_wherever_it_hides() -> None:
    assert single_precision({"a": [(np.float32(1), 2.0)]})
    assert not single_precision([1, 2.0, np.float64(3), "x", VECTOR, VECTOR > 2])
    assert Tolerance().fair_to([1.0]) == Tolerance()
    assert same((np.float32(1.00001),), (1.0,))


def test_a_message_holds_no_address() -> None:
    assert show(object()) == "<object object>"
    assert show([lambda: None]) == show([lambda: None])
    assert show(Hostile()) == "<Hostile>"
