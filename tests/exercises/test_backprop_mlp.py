"""Backprop: the worked example, gradients against the loss itself, follow-through, batches."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule.assess import assess
from chainrule.compare import Numbers
from chainrule.polynomial import Polynomial
from chainrule.verdict import Verdict
from chainrule_staff.exercises import exercises_of, judge
from chainrule_staff.exercises.backprop_mlp import batches
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.backward import RULES, forward_pass
from chainrule_staff.exercises.backprop_mlp.references import EX
from chainrule_staff.exercises.judge import generator
from chainrule_staff.exercises.sequence import run

FACTS = {task: entry["facts"] for task, entry in load_catalogue().items()}
SIX = {"abs": 1e-6}


def exercises() -> Any:
    return exercises_of("backprop_mlp")


def fact(slug: str, name: str) -> Any:
    return np.array(FACTS[f"backprop_mlp.{slug}"][name], dtype=float)


def close(actual: Any, expected: Any, **tolerance: float) -> bool:
    return bool(np.asarray(actual) == pytest.approx(np.asarray(expected), **(tolerance or SIX)))


def test_the_worked_example_follows_from_its_facts() -> None:
    """The catalogue tells results only; they fix the network uniquely, to the digits told."""
    # ELU(-2.7) = alpha (e^-2.7 - 1) tells alpha.
    h_a, h_s = fact("hidden-layer", "EX_h_a"), fact("hidden-layer", "EX_h_s_elu")
    alpha = h_s[1] / np.expm1(h_a[1])
    # l1 sign(w) + 2 l2 w tells the first rows of W1 and W2.
    extra2 = fact("regularised-gradient", "extra_on_W2_EX(l21=0.1,l22=0.01)_row1")
    extra1 = fact("regularised-gradient", "extra_on_W1_EX(l11=0.2,l12=0.05)_row1")
    first2 = (extra2 - 0.1 * np.sign(extra2)) / 0.02
    first1 = (extra1 - 0.2 * np.sign(extra1)) / 0.1
    # dL/do_a = (g, -g), so dL/dh_s = g (row 1 - row 2) tells the second row of W2.
    g = fact("softmax-ce-gradient", "EX_grad_oa_elu")
    second2 = first2 - fact("grad-hs-matrix", "EX_grad_hs") / g[0]
    b2 = fact("output-preactivation", "EX_o_a_elu") - np.stack([first2, second2]) @ h_s
    # dL/dW1 = dL/dh_a x^T tells x.
    g_ha = fact("grad-w1-matrix", "EX_grad_b1")
    x = fact("grad-w1-matrix", "EX_grad_W1")[0] / g_ha[0]
    # dL/dx, with and without the third term of the sum, tells the rest of W1.
    two, three = fact("grad-x", "EX_seed_sum_to_m"), fact("grad-x", "EX_grad_x")
    second1, third1 = (two - g_ha[0] * first1) / g_ha[1], (three - two) / g_ha[2]
    W1 = np.stack([first1, second1, third1])
    found = ref.Net(W1, h_a - W1 @ x, np.stack([first2, second2]), b2, x, int(np.argmin(g)), alpha)
    for mine, theirs in zip(found, EX, strict=True):
        assert close(mine, theirs, abs=2e-3)
        assert close(np.round(mine, 2), theirs)


def test_every_number_of_the_worked_example() -> None:
    h_a, h_s = ref.hidden(EX.W1, EX.b1, EX.x, EX.alpha)
    o_a = ref.output_preact(EX.W2, EX.b2, h_s)
    assert close(h_a, fact("hidden-layer", "EX_h_a"))
    assert close(h_s, fact("hidden-layer", "EX_h_s_elu"))
    assert close(o_a, fact("output-preactivation", "EX_o_a_elu"))
    assert close(ref.nll(o_a, EX.y), fact("nll-logits", "EX_L_elu"))
    relu = ref.hidden(EX.W1, EX.b1, EX.x, 0.0)[1]
    logits = ref.output_preact(EX.W2, EX.b2, relu)
    assert close(ref.nll(logits, EX.y), fact("nll-logits", "EX_L_relu"))

    o, W2, b2, hs, ha, W1, b1, x = ref.backward(*forward_pass(EX))
    assert close(o, fact("softmax-ce-gradient", "EX_grad_oa_elu"))
    assert close(o.sum(), fact("softmax-ce-gradient", "sum"))
    assert close(W2[0, 0], fact("grad-w2-entries", "EX_dL_dW2_11"))
    assert close(W2[1, 2], fact("grad-w2-entries", "EX_dL_dW2_23"))
    assert close(b2[1], fact("grad-w2-entries", "EX_dL_db2_2"))
    assert close(W2[0], fact("grad-w2-matrix", "EX_grad_W2_row1"))
    assert close(W2.shape, fact("grad-w2-matrix", "shape"))
    assert close(hs[0], fact("grad-hs-entries", "EX_dL_dhs_1"))
    assert close(hs[2], fact("grad-hs-entries", "EX_dL_dhs_3"))
    assert close(hs, fact("grad-hs-matrix", "EX_grad_hs"))
    assert close((EX.W2.T * o).shape, fact("grad-hs-matrix", "sheet_code_shape_on_EX"))
    assert close(ha[1], fact("elu-derivative", "EX_dL_dha_2"))
    assert close(ha, fact("grad-ha-matrix", "EX_grad_ha"))
    assert close(W1[0, 1], fact("grad-w1-entries", "EX_dL_dW1_12"))
    assert close(W1[2, 0], fact("grad-w1-entries", "EX_dL_dW1_31"))
    assert close(W1, fact("grad-w1-matrix", "EX_grad_W1"))
    assert close(b1, fact("grad-w1-matrix", "EX_grad_b1"))
    assert close(x, fact("grad-x", "EX_grad_x"))
    assert close(EX.W1[:2].T @ ha[:2], fact("grad-x", "EX_seed_sum_to_m"))

    dW1, dW2 = ref.reg_grads(EX.W1, EX.W2, 0.2, 0.05, 0.1, 0.01)
    told = "regularised-gradient"
    assert close(dW2[0], fact(told, "extra_on_W2_EX(l21=0.1,l22=0.01)_row1"))
    assert close(dW1[0], fact(told, "extra_on_W1_EX(l11=0.2,l12=0.05)_row1"))
    assert close(-np.sign(EX.W2[0]) + 2 * EX.W2[0], fact(told, "sheet_extra_row1"))


def test_the_other_numbers_of_the_catalogue() -> None:
    assert close(2 * np.array([1, -2, 0.5]), fact("l2-gradient", "grad([1,-2,0.5])"))
    assert close(np.sign([1, -2, 0.5]), fact("l1-gradient", "grad([1,-2,0.5])"))
    assert np.sign(0) == fact("l1-gradient", "at_zero_by_convention")
    assert ref.nll(np.array([1000.0, 0.0]), 0) == fact("nll-logits", "L([1000,0],0)")
    assert ref.nll(np.array([1000.0, 0.0]), 1) == fact("nll-logits", "L([1000,0],1)")
    assert ref.n_params(4, 5, 3) == fact("empirical-risk-params", "n_theta(d=4,dh=5,m=3)")
    assert ref.n_params(784, 100, 10) == fact("empirical-risk-params", "n_theta(784,100,10)")
    assert np.mean([1, 2, 6]) == fact("empirical-risk-params", "mean([1,2,6])")
    (step,) = ref.gd_step([np.array(2.0)], [np.array(3.0)], 0.1)
    assert close(step, fact("batch-gd", "step(theta=2,grad=3,eta=0.1)"))
    minus_one = ref.elu_grad(np.array([-1.0]), 0.7)[0]
    assert close(minus_one, fact("elu-derivative", "elu'(-1,alpha=0.7)"))
    h = 1e-9
    left, right = (ref.elu(0.0, 0.7) - ref.elu(-h, 0.7)) / h, ref.elu(h, 0.7) / h
    assert close(left, fact("elu-derivative", "left_slope_at_0(alpha=0.7)"), abs=1e-6)
    assert close(right, fact("elu-derivative", "right_slope_at_0"), abs=1e-6)


@pytest.mark.parametrize("alpha", [0.0, 0.7, 1.0])
def test_the_backward_pass_is_the_slope_of_the_loss(alpha: float) -> None:
    """By complex steps, and by central differences, which do not even know complex numbers."""
    n = ref.net(np.random.default_rng(4), 3, 5, 4)._replace(alpha=alpha)
    found = dict(zip(RULES, ref.backward(*forward_pass(n)), strict=True))
    exact = ref.gradients_by_complex_step(n)
    for node, gradient in found.items():
        assert close(gradient, exact[node], abs=1e-12), node

    def of_w1(flat: Numbers) -> Any:
        parts = {**n._asdict(), "W1": flat.reshape(n.W1.shape)}
        return ref.loss(parts, n.y, n.alpha)

    numerical = batches.numerical_gradient(of_w1, n.W1.ravel(), 1e-5)
    assert batches.relative_error(numerical, found["W1"].ravel()) < 1e-8


@pytest.mark.parametrize("alpha", [0.0, 0.7])
def test_the_batch_gradients_are_the_slopes_of_the_mean_loss(alpha: float) -> None:
    X, W1, b1, W2, b2, y, _ = batches.batch(np.random.default_rng(5), 6, 2, 4, 3)
    H_a, H_s, O_a = batches.batch_forward(X, W1, b1, W2, b2, alpha)
    found = batches.batch_backward_by_examples(X, W1, W2, H_a, H_s, ref.softmax(O_a), y, alpha)

    def risk(**moved: Any) -> Any:
        parts = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, **moved}
        return batches.batch_loss(batches.batch_forward(X, **parts, alpha=alpha)[2], y)

    for name, at, mine in zip(
        ("W2", "b2", "W1", "b1"), (W2, b2, W1, b1), (*found[1:3], *found[5:7]), strict=True
    ):
        exact = ref.by_complex_step(lambda v, name=name: risk(**{name: v}), at)
        assert close(mine, exact, abs=1e-12), name


def test_one_slip_costs_one_mark_and_is_named() -> None:
    exercise = exercises_of("backprop_mlp")["backprop_mlp.backward-pass"]
    for slip in ("label-forgotten", "no-mask", "w2-transposed", "sum-stops-at-m"):
        mistake = next(m for m in exercise.mistakes if m.name == slip)
        verdict = judge(exercise.task, exercise.mistaken(mistake), 3)
        assert verdict.score == 7 / 8
        assert verdict.mistake == slip
        assert sum("keeps its mark" in check.message for check in verdict.checks) <= 7
    followed = judge(
        exercise.task, exercise.mistaken(next(m for m in exercise.mistakes if m.name == "no-mask"))
    )
    told = {check.name: check.message for check in followed.checks}
    assert "keeps its mark" in told["gradient at W1"]
    assert told["gradient at W2"] == ""


def test_two_slips_cost_two_marks_and_the_first_is_named() -> None:
    def twice_wrong(*args: Any) -> tuple[Any, ...]:
        slips = {s.name: s.rule for s in exercises()["backprop_mlp.backward-pass"].slips}
        return run({**RULES, "o_a": slips["start-sign"], "h_a": slips["no-mask"]})(*args)

    verdict = judge("backprop_mlp.backward-pass", {"backward_pass": twice_wrong}, 8)
    assert verdict.score == 6 / 8
    assert verdict.mistake == "start-sign"
    assert failed(verdict) == ["gradient at o_a", "gradient at h_a"]


def failed(verdict: Verdict) -> list[str]:
    return [check.name for check in verdict.checks if not check.passed]


def test_columns_follow_through_as_vectors_do() -> None:
    slips = {s.name: s.rule for s in exercises()["backprop_mlp.backward-pass"].slips}

    def in_columns(*args: Any) -> tuple[Any, ...]:
        found = run({**RULES, "o_a": slips["start-sign"]})(*args)
        return tuple(g[:, None] if g.ndim == 1 else g for g in found)

    verdict = judge("backprop_mlp.backward-pass", {"backward_pass": in_columns}, 9)
    assert failed(verdict) == ["gradient at o_a"]
    assert verdict.mistake == "start-sign"


def test_an_unknown_slip_points_at_its_node() -> None:
    def odd(*args: Any) -> tuple[Any, ...]:
        return run({**RULES, "h_s": lambda g, *a: 3.0 * a[1].T @ g["o_a"]})(*args)

    verdict = judge("backprop_mlp.backward-pass", {"backward_pass": odd}, 2)
    assert verdict.score == 7 / 8
    assert verdict.mistake is None
    assert "h_s" in verdict.lesson


def test_zeros_do_not_follow_through() -> None:
    def silent(*args: Any) -> tuple[Any, ...]:
        return tuple(0.0 * gradient for gradient in ref.backward(*args))

    assert judge("backprop_mlp.backward-pass", {"backward_pass": silent}, 1).score == 0


def test_a_sequence_that_is_too_short_is_explained() -> None:
    def short(*args: Any) -> tuple[Any, ...]:
        return ref.backward(*args)[:7]

    verdict = judge("backprop_mlp.backward-pass", {"backward_pass": short})
    assert verdict.score == 0
    assert "o_a, W2, b2, h_s, h_a, W1, b1, x" in verdict.checks[0].message


def test_a_batch_that_forgets_the_mean_loses_one_mark_only() -> None:
    exercise = exercises()["backprop_mlp.batch-backward"]
    mistake = next(m for m in exercise.mistakes if m.name == "times-n")
    verdict = judge(exercise.task, exercise.mistaken(mistake), 6)
    assert verdict.score == 6 / 7
    assert "n times too large" in verdict.lesson


def test_partial_credit_for_one_of_two_functions() -> None:
    verdict = judge(
        "backprop_mlp.layer-norm",
        {"layer_norm": batches.layer_norm, "layer_norm_backward": lambda *_: None},
    )
    assert 0.3 < verdict.score < 0.5
    half = judge(
        "backprop_mlp.empirical-risk-params",
        {"empirical_risk": np.mean, "n_params": lambda d, dh, m: 0},
    )
    assert half.score == pytest.approx(0.4)


def test_the_best_step_is_the_best_step() -> None:
    """On e^x at 1 the measured error of the central difference is smallest near `best_step`."""
    f = float(np.e)
    h = np.geomspace(1e-9, 1e-1, 200)
    errors = np.abs((np.exp(1 + h) - np.exp(1 - h)) / (2 * h) - np.e)
    best = batches.best_step(f, f, 2.0**-52)
    near = (h > best / 3) & (h < 3 * best)
    assert np.median(errors[near]) < 1e-9
    assert np.median(errors[near]) < np.median(errors[h < best / 30]) / 10
    assert np.median(errors[near]) < np.median(errors[h > best * 30]) / 10


def test_what_the_claims_say_about_kinks() -> None:
    def relu(x: Numbers) -> Any:
        return np.maximum(x, 0).sum()

    for h in (1e-1, 1e-4, 1e-8):
        assert batches.numerical_gradient(relu, [0.0], h)[0] == pytest.approx(0.5)
    tiny = [
        ref.by_complex_step(lambda v: np.exp(v).sum(), [1.0]),
        np.exp(1 + 1e-100j).imag / 1e-100,
    ]
    assert close(tiny[0][0], np.e, abs=1e-15)
    assert close(tiny[1], np.e, abs=1e-15)
    n = EX._replace(W1=0 * EX.W1, W2=0 * EX.W2)
    assert not ref.gradients_by_complex_step(n)["W1"].any()


@pytest.mark.parametrize("task", [t for t, e in exercises().items() if "derivation" not in e.kinds])
def test_the_instant_check_knows_what_the_judge_knows(task: str) -> None:
    """From frozen facts alone, except where it looks at the form only."""
    exercise = exercises()[task]
    fact = exercise.fact(generator("facts", task))
    for answers in exercise.solutions().values():
        assert assess(fact, answers).passed
    if not fact.lessons:
        return
    for mistake in exercise.mistakes:
        assert assess(fact, exercise.mistaken(mistake)).mistake == mistake.name


def test_polynomials_are_functions_and_data() -> None:
    f = Polynomial((2.0, -1.0), ((3, 0), (1, 2)))
    assert f(np.array([2.0, 3.0])) == 2 * 8 - 2 * 9
    assert repr(f) == "2 x1^3 - 1 x1 x2^2"
    assert f(np.array([2.0 + 1e-30j, 3.0])).imag / 1e-30 == pytest.approx(24 - 9)
