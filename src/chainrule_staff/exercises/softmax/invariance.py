"""Shifting and scaling the logits: softmax does not mind the one and minds the other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule.fact import Form
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.softmax import references as ref
from chainrule_staff.exercises.softmax.references import logits
from chainrule_staff.exercises.witness import WitnessTask

# --- softmax.translation ------------------------------------------------------------------------


def draw_translation(rng: Generator) -> Sequence[Look]:
    x = logits(rng, 4)
    square, flat, tall = logits(rng, 3, 3), logits(rng, 2, 5), logits(rng, 4, 3)
    far = np.array([1000.0, 1001.0, 1002.0]) + logits(rng, 3)
    return [
        Look("a vector of logits", {"softmax": [(x,), (np.array([1, 2, 3]),), (logits(rng, 6),)]}),
        Look("a batch: one row per example", {"softmax": [(flat,), (square,), (tall,)]}),
        Look(
            "logits of a thousand, of either sign",
            {"softmax": [(far,), (-far,), (np.stack([far, far - 2000.0]),)]},
            hint="Which constant can you subtract from all logits so that e^x cannot overflow?",
        ),
    ]


def naive(x: Numbers) -> Numbers:
    return np.exp(x) / np.exp(x).sum(axis=-1, keepdims=True)


def over_the_batch(x: Numbers) -> Numbers:
    e = np.exp(x - x.max(axis=0))
    return np.asarray(e / e.sum(axis=0))


def shifted_numerator(x: Numbers) -> Numbers:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / np.exp(x).sum(axis=-1, keepdims=True))


def one_global_sum(x: Numbers) -> Numbers:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum())


def one_large_vector(x: Numbers) -> Numbers:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum())


def stretched_sums(x: Numbers) -> Numbers:
    e = np.exp(x - x.max())
    return np.asarray(e / e.sum(axis=-1))


def without_keepdims(x: Numbers) -> Numbers:
    e = np.exp(x - x.max(axis=-1, keepdims=True))
    return np.asarray(e / e.sum(axis=-1))


translation = FunctionTask(
    task="softmax.translation",
    title="A softmax that never overflows",
    covers=("000 Q2.1", "001 Q1.J", "001 Q2.C", "003 2.3", "004 5(a)"),
    names=("softmax",),
    points=3,
    reference={"softmax": ref.softmax},
    second={"softmax": ref.softmax_by_logsumexp},
    draw=draw_translation,
    mistakes=(
        Mistake(
            "overflow",
            "The formula is right on paper, but e^1000 is infinite on a computer and inf/inf is "
            "NaN: use that adding one constant to all logits changes nothing.",
            {"softmax": naive},
            says=("overflow-unstable",),
        ),
        Mistake(
            "wrong-axis",
            "Your columns sum to one; each row is one example, so each row must sum to one.",
            {"softmax": over_the_batch},
            says=("wrong axis",),
        ),
        Mistake(
            "shift-in-numerator-only",
            "You subtracted the maximum above the fraction bar only: the factor e^{-max} cancels "
            "only if it stands below as well.",
            {"softmax": shifted_numerator},
            says=("shift added to numerator only",),
        ),
        Mistake(
            "one-sum-for-the-batch",
            "The whole batch shares one denominator; every row needs its own.",
            {"softmax": one_global_sum},
            says=("one global sum for a batch",),
        ),
        Mistake(
            "keepdims-forgotten",
            "The sums have shape (b,) and NumPy stretches them along the wrong axis: keep the "
            "summed axis with keepdims=True.",
            {"softmax": without_keepdims},
            says=("keepdims forgotten",),
        ),
        Mistake(
            "batch-as-one-vector",
            "You treat the batch as one long vector, with one maximum and one sum; every row is an "
            "example of its own and needs its own.",
            {"softmax": one_large_vector},
            says=("one global sum for a batch",),
        ),
        Mistake(
            "sums-stretched",
            "The row sums have shape (b,), and NumPy lays them along the columns: sum with "
            "keepdims=True, so that each row is divided by its own.",
            {"softmax": stretched_sums},
            says=("keepdims forgotten",),
        ),
    ),
    also_correct={
        "through log-sum-exp": {"softmax": ref.softmax_by_logsumexp},
        "explicit loops": {"softmax": ref.softmax_by_loops},
    },
)


# --- softmax.scale-counterexample ---------------------------------------------------------------


def _two_entries(value: Any) -> str | None:
    return None if np.size(value[0]) >= 2 else "one class alone always has probability 1"


def _not_negative(value: Any) -> str | None:
    return None if value[1] >= 0 else f"c = {value[1]:g} is negative"


def _changes(value: Any) -> str | None:
    x, c = np.asarray(value[0], dtype=float), float(value[1])
    gap = np.abs(ref.softmax(c * x) - ref.softmax(x)).max()
    return None if gap > 1e-3 else f"the two outputs differ by {gap:.1g} only"


scale_counterexample = WitnessTask(
    task="softmax.scale-counterexample",
    title="Scaling does change softmax",
    covers=("000 Q2.2 (not scale-invariant)",),
    names=("counterexample",),
    points=1,
    form=Form(("vector", "number")),
    reference={"counterexample": lambda: (np.array([0.0, 1.0]), 2.0)},
    second={"counterexample": lambda: ([3.0, -1.0, 0.5], 0.25)},
    properties=(
        ("x has at least two entries", _two_entries),
        ("c is not negative", _not_negative),
        ("softmax(c x) is not softmax(x)", _changes),
    ),
    mistakes=(
        Mistake(
            "no-scaling",
            "With c = 1 nothing is scaled.",
            {"counterexample": lambda: (np.array([0.0, 1.0]), 1.0)},
            says=("c=1",),
            fits=lambda value: float(value[1]) == 1.0,
        ),
        Mistake(
            "constant-logits",
            "All your logits are equal, and then so are all probabilities, for every c.",
            {"counterexample": lambda: (np.array([2.0, 2.0]), 3.0)},
            says=("constant x",),
            fits=lambda value: bool(np.ptp(np.asarray(value[0], dtype=float)) == 0),
        ),
        Mistake(
            "negative-factor",
            "The task asks for c >= 0; find one there.",
            {"counterexample": lambda: (np.array([0.0, 1.0]), -1.0)},
            says=("negative c not allowed",),
            fits=lambda value: float(value[1]) < 0,
        ),
        Mistake(
            "nearly-no-scaling",
            "Your c is so close to 1 that the difference drowns in rounding: choose a bolder one.",
            {"counterexample": lambda: (np.array([0.0, 1.0]), 1.0 + 1e-9)},
            says=("c differs from 1 only beyond tolerance",),
            fits=lambda value: 0 < abs(float(value[1]) - 1.0) < 1e-2,
        ),
    ),
    also_correct={
        "the sheet's own": {"counterexample": lambda: ([0, 1], 2)},
        "c = 0": {"counterexample": lambda: (np.array([0.0, 1.0]), 0)},
        "non-integer x": {"counterexample": lambda: (np.array([0.3, -1.7, 2.2]), 1.5)},
    },
)


# --- softmax.stubborn-component -----------------------------------------------------------------


def _moves(value: Any) -> str | None:
    x, c, _ = value
    if np.ptp(np.asarray(x, dtype=float)) < 1e-2:
        return "x is constant, then nothing can move"
    return "c must be neither 0 nor 1" if min(abs(c), abs(c - 1.0)) < 1e-2 else None


def _is_index(value: Any) -> str | None:
    n, i = len(value[0]), int(value[2])
    return None if 0 <= i < n else f"index {i} is outside 0..{n - 1}"


def _stays(value: Any) -> str | None:
    x, c, i = np.asarray(value[0], dtype=float), float(value[1]), int(value[2])
    if len(x) < 2:
        return "one class alone always has probability 1"
    # Log-odds, because a probability that rounds to 0 or 1 seems to stay when it does not.
    gap = abs(ref.log_odds(c * x, i) - ref.log_odds(x, i))
    before, after = ref.softmax(x)[i], ref.softmax(c * x)[i]
    return None if gap < 1e-5 else f"S(x)_i = {before:.6g} but S(cx)_i = {after:.6g}"


STUBBORN = (np.log(0.5), 0.0, np.log((1 + np.sqrt(2)) / 2))


def stubborn_by_bisection() -> tuple[Numbers, float, int]:
    """Fix c = 3 and u = 1/4 and solve u + v = u^c + v^c for v in (1, 2)."""
    c, u, low, high = 3.0, 0.25, 1.0, 2.0
    for _ in range(200):
        v = (low + high) / 2
        low, high = (v, high) if u + v > u**c + v**c else (low, v)
    return np.array([np.log(u), 0.0, np.log(v)]), c, 1


stubborn_component = WitnessTask(
    task="softmax.stubborn-component",
    title="A component that does not move",
    covers=("001 Q1.I",),
    names=("stubborn_component",),
    points=2,
    form=Form(("vector", "number", "index")),
    reference={"stubborn_component": lambda: (np.array(STUBBORN), 2.0, 1)},
    second={"stubborn_component": stubborn_by_bisection},
    properties=(
        ("x is not constant and c is neither 0 nor 1", _moves),
        ("i is an index of x, counted from 0", _is_index),
        ("component i of softmax(c x) equals that of softmax(x)", _stays),
    ),
    mistakes=(
        Mistake(
            "constant-logits",
            "With constant logits every component stays; the claim is about other x.",
            {"stubborn_component": lambda: (np.array([1.0, 1.0, 1.0]), 2.0, 0)},
            says=("constant x",),
            fits=lambda value: bool(np.ptp(np.asarray(value[0], dtype=float)) == 0),
        ),
        Mistake(
            "no-scaling",
            "With c = 1 nothing is scaled.",
            {"stubborn_component": lambda: (np.array([0.0, 1.0, 2.0]), 1.0, 1)},
            says=("c=1",),
            fits=lambda value: float(value[1]) == 1.0,
        ),
        Mistake(
            "none-exists",
            "That every component must move is only asserted: a ratio of two components must "
            "change, but one of three components can stay. Look for it.",
            {"stubborn_component": lambda: None},
            fits=lambda value: value is None,
        ),
        Mistake(
            "two-classes",
            "Two classes cannot do it: S_1/S_2 = e^{x_1-x_2} changes with c, and with it both "
            "components. Take three.",
            {"stubborn_component": lambda: (np.array([0.0, 1.0]), 2.0, 0)},
            says=("two classes cannot do it",),
            fits=lambda value: len(value[0]) == 2,
        ),
        Mistake(
            "the-smallest",
            "The smallest component always shrinks when c > 1: look at one in between.",
            {"stubborn_component": lambda: (np.array([0.0, 1.0, 2.0]), 2.0, 0)},
            says=("minimum never stays (it shrinks)",),
            fits=lambda value: float(value[1]) > 1 and int(value[2]) == int(np.argmin(value[0])),
        ),
        Mistake(
            "counted-from-one",
            "There is such a component, but your index counts from 1: Python counts from 0.",
            {"stubborn_component": lambda: (np.array(STUBBORN), 2.0, 2)},
            fits=lambda value: value[2] >= 1 and _stays((*value[:2], value[2] - 1)) is None,
        ),
    ),
    also_correct={
        "u=0.5, v=(1+sqrt 2)/2": {"stubborn_component": lambda: (list(STUBBORN), 2, 1)},
        "shifted by a constant": {
            "stubborn_component": lambda: (np.array(STUBBORN) + 7.5, 2.0, np.int64(1))
        },
    },
)

EXERCISES = (translation, scale_counterexample, stubborn_component)
