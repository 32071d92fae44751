"""From logits to a loss without overflow, and labels that are not quite sure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.cross_entropy import references as ref
from chainrule_staff.exercises.cross_entropy.references import floats, logits
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake

# --- cross_entropy.log-sum-exp ------------------------------------------------------------------


def draw_logsumexp(rng: Generator) -> Sequence[Look]:
    x, y, far = logits(rng, 4), logits(rng, 6), logits(rng, 3)
    near = [(x,), (y,), (np.array([1, 3, 2]),)]
    extreme = [(far + 1000.0,), (far - 1000.0,), (x,)]
    return [
        Look("the value", {"logsumexp": near}),
        Look(
            "the value for logits of a thousand",
            {"logsumexp": extreme},
            hint="Take the largest term out of the sum before you exponentiate.",
        ),
        Look("the gradient", {"logsumexp_grad": near}),
        Look("the gradient for logits of a thousand", {"logsumexp_grad": extreme}, share=0.5),
    ]


def naive(x: Any) -> float:
    with np.errstate(all="ignore"):
        return float(np.log(np.exp(floats(x)).sum()))


def naive_grad(x: Any) -> Numbers:
    with np.errstate(all="ignore"):
        e = np.exp(floats(x))
        return np.asarray(e / e.sum())


def not_shifted_back(x: Any) -> float:
    return ref.logsumexp(x) - float(np.max(x))


def log_mean_exp(x: Any) -> float:
    return ref.logsumexp(x) - float(np.log(len(x)))


def unnormalised(x: Any) -> Numbers:
    return np.exp(floats(x) - floats(x).max())


log_sum_exp = FunctionTask(
    task="cross_entropy.log-sum-exp",
    title="Log-sum-exp and its gradient",
    names=("logsumexp", "logsumexp_grad"),
    points=2,
    reference={"logsumexp": ref.logsumexp, "logsumexp_grad": ref.softmax},
    second={"logsumexp": ref.logsumexp_pairwise, "logsumexp_grad": ref.softmax_by_logsumexp},
    draw=draw_logsumexp,
    mistakes=(
        Mistake(
            "overflow",
            "Right on paper, but e^{1000} is infinite and e^{-1000} is 0: take the maximum out of "
            "the sum first.",
            {"logsumexp": naive},
        ),
        Mistake(
            "not-shifted-back",
            "You subtracted the maximum inside; it has to be added again outside the logarithm.",
            {"logsumexp": not_shifted_back},
        ),
        Mistake(
            "hard-maximum",
            "The maximum is a lower bound; log-sum-exp exceeds it by up to log n.",
            {"logsumexp": lambda x: float(np.max(x))},
        ),
        Mistake(
            "log-mean-exp",
            "That is the logarithm of the mean; the sum was asked for, which is log n more.",
            {"logsumexp": log_mean_exp},
        ),
        Mistake(
            "gradient-overflows",
            "The value is safe, but your gradient is inf/inf for logits of a thousand: it is a "
            "softmax and wants the same shift.",
            {"logsumexp_grad": naive_grad},
        ),
        Mistake(
            "gradient-not-normalised",
            "The derivative of log u is u'/u: the exponentials still have to be divided by their "
            "sum.",
            {"logsumexp_grad": unnormalised},
        ),
        Mistake(
            "gradient-one-hot",
            "That is the gradient of the maximum; log-sum-exp shares its slope among all entries.",
            {"logsumexp_grad": lambda x: (floats(x) == np.max(x)).astype(float)},
        ),
    ),
    also_correct={
        "two terms at a time": {"logsumexp": ref.logsumexp_pairwise},
        "gradient as e^{x - lse(x)}": {"logsumexp_grad": ref.softmax_by_logsumexp},
    },
)


# --- cross_entropy.label-smoothing --------------------------------------------------------------


def draw_smoothing(rng: Generator) -> Sequence[Look]:
    calls = []
    for n in (3, 5):
        k, eps = int(rng.integers(n)), float(np.round(rng.uniform(0.1, 0.3), 2))
        calls.append((logits(rng, n), k, eps))
    hard = (logits(rng, 4), 2, 0.0)
    far = (logits(rng, 3) + 1000.0, 1, 0.1)
    return [
        Look("the loss", {"smooth_ce": [*calls, hard]}),
        Look("the loss for logits of a thousand", {"smooth_ce": [calls[0], far]}, share=0.5),
        Look("the gradient", {"smooth_ce_grad": [*calls, hard, far]}, share=1.5),
    ]


def with_label(label: Any) -> dict[str, Any]:
    """Loss and gradient for another label q(k, n, eps)."""

    def loss(z: Any, k: int, eps: float) -> float:
        q = label(k, len(z), eps)
        return float(q.sum() * ref.logsumexp(z) - q @ floats(z))

    def grad(z: Any, k: int, eps: float) -> Numbers:
        q = label(k, len(z), eps)
        return np.asarray(q.sum() * ref.softmax(z) - q)

    return {"smooth_ce": loss, "smooth_ce_grad": grad}


def others_only(k: int, n: int, eps: float) -> Numbers:
    return np.where(np.arange(n) == k, 1 - eps, eps / (n - 1))


def rest_dropped(k: int, n: int, eps: float) -> Numbers:
    return (1 - eps) * np.eye(n)[k]


def too_much(k: int, n: int, eps: float) -> Numbers:
    return np.eye(n)[k] + eps / n


def next_class(k: int, n: int, eps: float) -> Numbers:
    return ref.smoothed((k + 1) % n, n, eps)


def smoothed_prediction(z: Any, k: int, eps: float) -> float:
    return float(-np.log((1 - eps) * ref.softmax(z)[k] + eps / len(z)))


def jacobian_of_softmax(z: Any, k: int, eps: float) -> Numbers:
    s, g = ref.softmax(z), ref.smooth_ce_grad(z, k, eps)
    return s * (g - s @ g)


label_smoothing = FunctionTask(
    task="cross_entropy.label-smoothing",
    title="Labels that are not quite sure",
    names=("smooth_ce", "smooth_ce_grad"),
    points=3,
    reference={"smooth_ce": ref.smooth_ce, "smooth_ce_grad": ref.smooth_ce_grad},
    second={"smooth_ce": ref.smooth_ce_by_mixture, "smooth_ce_grad": ref.smooth_ce_grad_by_loop},
    draw=draw_smoothing,
    mistakes=(
        Mistake(
            "others-only",
            "You share eps among the other K - 1 classes; here it is shared among all K, the right "
            "one included.",
            with_label(others_only),
        ),
        Mistake(
            "rest-dropped",
            "You took eps away from the right class and gave it to nobody: the label must still "
            "sum to 1.",
            with_label(rest_dropped),
        ),
        Mistake(
            "too-much",
            "You gave eps/K to every class without taking eps from the right one: the label sums "
            "to more than 1.",
            with_label(too_much),
        ),
        Mistake(
            "counted-from-one",
            "The classes are counted from 0; yours smooths the label of a neighbour.",
            with_label(next_class),
        ),
        Mistake(
            "prediction-smoothed",
            "You smoothed the prediction; it is the label that is mixed with the uniform law.",
            {"smooth_ce": smoothed_prediction},
        ),
        Mistake(
            "not-smoothed",
            "The gradient is that of the hard label: subtract the smoothed label from softmax.",
            {"smooth_ce_grad": lambda z, k, eps: ref.smooth_ce_grad(z, k, 0.0)},
        ),
        Mistake(
            "sign",
            "The sign is turned: a logit that is too large must be pushed down.",
            {"smooth_ce_grad": lambda z, k, eps: -ref.smooth_ce_grad(z, k, eps)},
        ),
        Mistake(
            "jacobian-twice",
            "S - q is already the gradient in the logits; multiplying by the Jacobian of softmax "
            "counts it twice.",
            {"smooth_ce_grad": jacobian_of_softmax},
        ),
    ),
    also_correct={
        "mixture of the hard loss and the mean loss": {"smooth_ce": ref.smooth_ce_by_mixture},
    },
)

EXERCISES = (log_sum_exp, label_smoothing)
