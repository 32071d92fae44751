"""Odd answers, on both sides: every one gets a sentence, none a traceback, none a point.

And answers that other people write: right ones in another form, slips in another variant.
"""

from __future__ import annotations

import json
import math
import re
import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from chainrule import Verdict, check
from chainrule_staff.exercises import all_exercises, find, judge

EXERCISES = all_exercises()


class Strange(BaseException):
    """No exception of the ordinary kind, and one that cannot be printed."""

    def __str__(self) -> str:
        raise ValueError("no text")


def leave(*_: object) -> None:
    raise SystemExit(3)


def strange(*_: object) -> None:
    raise Strange


def endless(*args: object) -> object:
    return endless(*args)


def spoil(*args: object) -> object:
    for arg in args:
        if isinstance(arg, np.ndarray):
            arg[...] = 0
    return math.nan


ODD_VALUES: tuple[Any, ...] = (
    np.array([]),
    np.zeros((0, 3)),
    [[1.0], [2, 3]],
    [1, [2, 3]],
    np.array(math.nan),
    (math.nan, math.nan),
    np.ma.masked_array([1.0, 2.0], [0, 1]),
    "a text",
    b"x",
    {"a": 1},
    (None, None),
    object(),
    10**400,
    1j,
    iter([1]),
)
ODD_FUNCTIONS: tuple[Callable[..., Any], ...] = (leave, strange, endless, spoil, lambda: 17)


def both(task: str, answers: dict[str, Any]) -> list[Verdict]:
    """Return the judge's and the instant check's verdict; warnings are errors meanwhile."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        return [judge(task, answers, seed=3), check(task, *answers.values())]


@pytest.mark.parametrize("task", EXERCISES)
def test_odd_answers_get_a_sentence_on_both_sides(task: str) -> None:
    names = EXERCISES[task].names
    odd = [dict.fromkeys(names, value) for value in (*ODD_VALUES, *ODD_FUNCTIONS)]
    odd += [{n: lambda *_, value=value: value for n in names} for value in ODD_VALUES]
    for answers in odd:
        for verdict in both(task, answers):
            assert verdict.score == 0 or verdict.judged_later, f"{answers}: {verdict}"
            for seen in verdict.checks:
                assert seen.passed or len(seen.message) > 8, f"{answers}: {verdict}"
            text = f"{verdict}{verdict.to_html()}{json.dumps(verdict.to_dict())}"
            assert not re.search(r"Traceback| at 0x", text), text


def test_a_student_may_stop_a_cell() -> None:
    def stopped(x: object) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        check("softmax.jacobian", stopped)


def as_list(task: str) -> dict[str, Any]:
    """Return the reference with its arrays turned into lists."""
    return {
        name: lambda *args, f=f: np.asarray(f(*args)).tolist()
        for name, f in find(task).reference.items()
    }


@pytest.mark.parametrize(
    ("task", "answers"),
    [
        # Inputs in single precision: the list forgets that its numbers are no better.
        ("activations.tanh-derivative", as_list("activations.tanh-derivative")),
        ("activations.sigmoid-derivative", as_list("activations.sigmoid-derivative")),
        ("softmax.scale-counterexample", {"counterexample": ([[0.0], [1.0]], np.float32(2))}),
        (
            "softmax.scale-counterexample",
            {"counterexample": lambda: (np.array([[0.0, 1.0, 5.0]]), 0)},
        ),
        (
            "activations.sigmoid-to-tanh-network",
            {
                "sigmoid_to_tanh": lambda W1, b1, W2, b2: [
                    part.astype(np.float32)
                    for part in (W1 / 2, b1 / 2, W2 / 2, b2 + W2.sum(axis=1) / 2)
                ]
            },
        ),
        (
            "mlp_mixer.row-permutations",
            {
                "recoverable": find("mlp_mixer.row-permutations").reference["recoverable"],
                "all_solutions": lambda: [
                    list(pi)
                    for pi in find("mlp_mixer.row-permutations").reference["all_solutions"]()
                ],
            },
        ),
    ],
)
def test_right_answers_in_another_form(task: str, answers: dict[str, Any]) -> None:
    for seed in range(8):
        verdict = judge(task, answers, seed)
        assert verdict.passed, verdict
    assert check(task, *answers.values()).passed


def softmax_without_keepdims(x: np.ndarray) -> np.ndarray:
    e = np.exp(x)
    return np.asarray(e / e.sum(axis=-1))


def test_a_mistake_is_named_although_it_sometimes_raises() -> None:
    """A square batch tells which mistake it is; on the others NumPy raises."""
    for seed in range(5):
        verdict = judge("softmax.translation", {"softmax": softmax_without_keepdims}, seed)
        assert verdict.mistake == "sums-stretched"


def test_a_side_alone_is_read_as_a_shape() -> None:
    assert judge("convolution.pool-shape", {"pool_shape": 7}).passed
    assert judge("convolution.pool-shape", {"pool_shape": 6}).mistake == "one-forgotten"
    assert judge("convolution.pool-shape", {"pool_shape": 8.0}).mistake == "kernel-ignored"


@pytest.mark.parametrize("layer", [{"k": 8, "s": 2, "p": 2.5}, {"k": -1, "s": 2}, {"s": 2}, [8, 2]])
def test_what_is_no_layer_is_no_known_mistake_either(layer: Any) -> None:
    verdict = judge("convolution.config-64-to-32", {"layer_config": lambda: layer})
    assert verdict.score == 0
    assert verdict.mistake is None


@pytest.mark.parametrize("line", ["abc", 0, 99, 2.5, math.nan, None, [], (1, 2)])
def test_a_flaw_asks_for_the_number_of_a_line(line: Any) -> None:
    answers = {"limit_flaw_line": line, "limit_flaw_fix": "m"}
    verdict = judge("softmax.limit-flaw", answers)
    said = verdict.checks[0].message
    assert "1 to 6" in said or "still empty" in said


def test_what_holds_nan_is_no_vector() -> None:
    verdict = judge("softmax.scale-counterexample", {"counterexample": lambda: ([math.nan, 1], 2)})
    assert "a vector of finite numbers" in verdict.checks[0].message
