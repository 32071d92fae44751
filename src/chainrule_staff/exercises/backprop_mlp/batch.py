"""A batch of n examples in rows: forwards, the mean loss, and backwards with matrices."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import batches as ref
from chainrule_staff.exercises.backprop_mlp.references import elu, elu_grad, entries, softmax
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.sequence import SequenceTask, Slip, Values, run

Parts = tuple[Any, Any, Any]

# --- backprop_mlp.batch-forward -----------------------------------------------------------------


def draw_forward(rng: Generator) -> Sequence[Look]:
    def inputs(n: int, d: int, dh: int, m: int) -> tuple[Any, ...]:
        X, W1, b1, W2, b2, _, alpha = ref.batch(rng, n, d, dh, m)
        return X, W1, b1, W2, b2, alpha

    O_a = entries(rng, 5, 3)
    far = np.array([[1000.0, 0.0], [-1000.0, 1.0], [1000.0, 999.0]]) + entries(rng, 3, 2)
    y, labels = rng.permutation(np.arange(5) % 3), np.array([1, 0, 1])
    return [
        Look(
            "a batch of five, and of two",
            {"batch_forward": [inputs(5, 2, 4, 3), inputs(2, 4, 3, 2)]},
        ),
        Look("n = d = d_h = m", {"batch_forward": [inputs(3, 3, 3, 3)]}, share=0.5),
        Look("the mean loss", {"batch_loss": [(O_a, y), (entries(rng, 4, 3), y[:4])]}),
        Look("logits of a thousand", {"batch_loss": [(far, labels)]}, share=0.5),
    ]


def forward_with(layer: Callable[..., Any], act: Callable[..., Any] = elu) -> Callable[..., Parts]:
    """Return a forward pass whose layers are `layer(X, W, b)`."""

    def forward(
        X: Numbers, W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers, alpha: float
    ) -> Parts:
        H_a = layer(X, W1, b1)
        H_s = act(H_a, alpha)
        return H_a, H_s, layer(H_s, W2, b2)

    return forward


def columns_for_examples(
    X: Numbers, W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers, alpha: float
) -> Parts:
    H_a, H_s, O_a = ref.batch_forward(X, W1, b1, W2, b2, alpha)
    return H_a.T, H_s.T, O_a.T


def no_second_activation(
    X: Numbers, W1: Numbers, b1: Numbers, W2: Numbers, b2: Numbers, alpha: float
) -> Parts:
    H_a, H_s, _ = ref.batch_forward(X, W1, b1, W2, b2, alpha)
    return H_a, H_s, H_a @ W2.T + b2


def unstable_loss(O_a: Numbers, y: Any) -> float:
    P = np.exp(O_a) / np.exp(O_a).sum(axis=1, keepdims=True)
    return float(-np.log(P[np.arange(len(y)), y]).mean())


def log_of_probability(O_a: Numbers, y: Any) -> float:
    return float(-np.log(softmax(O_a)[np.arange(len(y)), y]).mean())


def mean_over_everything(O_a: Numbers, y: Any) -> float:
    return ref.batch_loss_at_once(O_a, y) / np.shape(O_a)[1]


batch_forward = FunctionTask(
    task="backprop_mlp.batch-forward",
    title="A whole batch forwards",
    names=("batch_forward", "batch_loss"),
    points=3,
    reference={"batch_forward": ref.batch_forward, "batch_loss": ref.batch_loss},
    second={"batch_forward": ref.batch_forward_by_rows, "batch_loss": ref.batch_loss_at_once},
    draw=draw_forward,
    mistakes=(
        Mistake(
            "weights-not-transposed",
            "An example is a row here: x^T W1^T = (W1 x)^T, so the weights appear transposed, "
            "X W1^T. Untransposed they fit only when d = d_h.",
            {"batch_forward": forward_with(lambda X, W, b: X @ W + b)},
        ),
        Mistake(
            "bias-forgotten",
            "The bias is missing; NumPy adds a vector of d_h numbers to every row of the batch.",
            {"batch_forward": forward_with(lambda X, W, b: X @ W.T)},
        ),
        Mistake(
            "examples-in-columns",
            "Your examples stand in columns; the layout here is one example per row, (n, d_h) and "
            "(n, m).",
            {"batch_forward": columns_for_examples},
        ),
        Mistake(
            "activation-skipped",
            "The output layer reads the hidden outputs H_s; yours reads the pre-activations H_a.",
            {"batch_forward": no_second_activation},
        ),
        Mistake(
            "sum-for-mean",
            "The loss of a batch is the mean over its n examples; yours is their sum.",
            {"batch_loss": lambda O_a, y: ref.batch_loss_at_once(O_a, y) * len(y)},
        ),
        Mistake(
            "mean-over-classes",
            "You also divided by the number of classes: only one logarithm per example counts, so "
            "the mean is over n examples.",
            {"batch_loss": mean_over_everything},
        ),
        Mistake(
            "overflow",
            "Right on paper, but e^1000 is infinite on a computer: subtract the largest logit of "
            "each row and take the logarithm of the sum.",
            {"batch_loss": unstable_loss},
        ),
        Mistake(
            "log-of-zero",
            "Your softmax is stable, but a probability of e^-1000 rounds to 0 and its logarithm is "
            "minus infinity: stay with logits and never form the probability.",
            {"batch_loss": log_of_probability},
        ),
        Mistake(
            "sign",
            "A logarithm of a probability is negative; the loss is minus that, so it is positive.",
            {"batch_loss": lambda O_a, y: -ref.batch_loss_at_once(O_a, y)},
        ),
    ),
    also_correct={
        "example by example": {"batch_forward": ref.batch_forward_by_rows},
        "einsum": {"batch_forward": forward_with(lambda X, W, b: np.einsum("ni,ji->nj", X, W) + b)},
    },
)


# --- backprop_mlp.batch-backward ----------------------------------------------------------------


def forward_pass(b: ref.Batch) -> tuple[Any, ...]:
    """The arguments of `batch_backward`: values of a real forward pass."""
    X, W1, b1, W2, b2, y, alpha = b
    H_a, H_s, O_a = ref.batch_forward(X, W1, b1, W2, b2, alpha)
    return X, W1, W2, H_a, H_s, softmax(O_a), y, alpha


def draw_backward(rng: Generator) -> Sequence[Look]:
    relu = ref.batch(rng, 3, 2, 3, 2)[:6]
    return [
        Look(
            "three examples, an ELU layer",
            {"batch_backward": [forward_pass(ref.batch(rng, 3, 4, 5, 2))]},
        ),
        Look("alpha = 0: a ReLU layer", {"batch_backward": [forward_pass((*relu, 0.0))]}),
        Look("n = d = d_h = m", {"batch_backward": [forward_pass(ref.batch(rng, 2, 2, 2, 2))]}),
    ]


def rule(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the rule (values, *args) -> f(values, arguments by name)."""
    names = ("X", "W1", "W2", "H_a", "H_s", "O_s", "y", "alpha")
    return lambda values, *args: f(values, dict(zip(names, args, strict=True)))


def one_hot(a: Values) -> Numbers:
    return np.asarray(np.eye(a["O_s"].shape[1])[a["y"]])


def jacobian_again(a: Values) -> Numbers:
    g, P = (a["O_s"] - one_hot(a)) / len(a["X"]), a["O_s"]
    return np.asarray(P * (g - (P * g).sum(axis=1, keepdims=True)))


RULES = {
    "O_a": rule(lambda g, a: (a["O_s"] - one_hot(a)) / len(a["X"])),
    "W2": rule(lambda g, a: g["O_a"].T @ a["H_s"]),
    "b2": rule(lambda g, a: g["O_a"].sum(axis=0)),
    "H_s": rule(lambda g, a: g["O_a"] @ a["W2"]),
    "H_a": rule(lambda g, a: g["H_s"] * elu_grad(a["H_a"], a["alpha"])),
    "W1": rule(lambda g, a: g["H_a"].T @ a["X"]),
    "b1": rule(lambda g, a: g["H_a"].sum(axis=0)),
}

SLIPS = (
    Slip(
        "times-n",
        "Your gradients are n times too large: the loss is a mean, so the 1/n appears once, at "
        "the logits.",
        "O_a",
        rule(lambda g, a: a["O_s"] - one_hot(a)),
    ),
    Slip(
        "over-n-squared",
        "You divided by n twice; the loss is a mean, so 1/n appears once and only once.",
        "O_a",
        rule(lambda g, a: (a["O_s"] - one_hot(a)) / len(a["X"]) ** 2),
    ),
    Slip(
        "label-forgotten",
        "The gradient at the logits is (P - Y)/n: you kept the probabilities P and forgot to "
        "subtract the one-hot rows Y.",
        "O_a",
        rule(lambda g, a: a["O_s"] / len(a["X"])),
    ),
    Slip(
        "start-sign",
        "The gradient at the logits is P - Y, divided by n; with Y - P every sign is turned.",
        "O_a",
        rule(lambda g, a: (one_hot(a) - a["O_s"]) / len(a["X"])),
    ),
    Slip(
        "softmax-jacobian-twice",
        "P - Y has been through the softmax already; its Jacobian must not be applied a second "
        "time.",
        "O_a",
        rule(lambda g, a: jacobian_again(a)),
    ),
    Slip(
        "averaged-again-in-w2",
        "The 1/n is inside the gradient at the logits already; W2's gradient only adds up the "
        "examples.",
        "W2",
        rule(lambda g, a: g["O_a"].T @ a["H_s"] / len(a["X"])),
    ),
    Slip(
        "w2-transposed",
        "The gradient of W2 has the shape of W2: outputs in rows, hidden units in columns.",
        "W2",
        rule(lambda g, a: a["H_s"].T @ g["O_a"]),
    ),
    Slip(
        "b2-not-summed",
        "One bias serves all n examples, so its gradient is the sum over the rows of the batch.",
        "b2",
        rule(lambda g, a: np.array(g["O_a"])),
    ),
    Slip(
        "b2-averaged",
        "The 1/n is inside the gradient at the logits already: sum over the batch, do not average "
        "once more.",
        "b2",
        rule(lambda g, a: g["O_a"].mean(axis=0)),
    ),
    Slip(
        "no-mask",
        "The gradient passes the activation unchanged: multiply by ELU'(H_a), entry by entry.",
        "H_a",
        rule(lambda g, a: np.array(g["H_s"])),
    ),
    Slip(
        "relu-mask",
        "The mask 1[H_a > 0] belongs to the ReLU; below zero the ELU lets alpha e^{h_a} of the "
        "gradient through.",
        "H_a",
        rule(lambda g, a: g["H_s"] * (a["H_a"] > 0)),
    ),
    Slip(
        "slope-at-the-output",
        "The slope of the ELU is taken at its input H_a, not at its output H_s.",
        "H_a",
        rule(lambda g, a: g["H_s"] * elu_grad(a["H_s"], a["alpha"])),
    ),
    Slip(
        "w1-transposed",
        "The gradient of W1 has the shape of W1: hidden units in rows, inputs in columns.",
        "W1",
        rule(lambda g, a: a["X"].T @ g["H_a"]),
    ),
    Slip(
        "b1-not-summed",
        "One bias serves all n examples, so its gradient is the sum over the rows of the batch.",
        "b1",
        rule(lambda g, a: np.array(g["H_a"])),
    ),
)


def batch_example(*args: Any) -> list[Numbers]:
    return list(ref.batch_backward_by_examples(*args))


batch_backward = SequenceTask(
    task="backprop_mlp.batch-backward",
    title="A whole batch backwards",
    names=("batch_backward",),
    points=4,
    rules=RULES,
    slips=SLIPS,
    second={"batch_backward": ref.batch_backward_by_examples},
    draw=draw_backward,
    mistakes=(
        Mistake(
            "w2-transposed-on-the-way-back",
            "With examples in rows the way back through W2 is G W2, without a transpose: forwards "
            "it was H_s W2^T.",
            {"batch_backward": run({**RULES, "H_s": rule(lambda g, a: g["O_a"] @ a["W2"].T)})},
        ),
    ),
    also_correct={
        "as a list": {"batch_backward": batch_example},
        "biases as rows": {
            "batch_backward": lambda *args: tuple(
                g[None, :] if g.ndim == 1 else g for g in run(RULES)(*args)
            )
        },
    },
)

EXERCISES = (batch_forward, batch_backward)
