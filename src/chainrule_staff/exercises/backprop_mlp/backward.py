"""The whole backward pass of one example, marked gradient by gradient."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.backprop_mlp import references as ref
from chainrule_staff.exercises.backprop_mlp.references import net
from chainrule_staff.exercises.function import Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.sequence import SequenceTask, Slip, Values, run


def forward_pass(n: ref.Net) -> tuple[Any, ...]:
    """The arguments of `backward_pass`: values of a real forward pass."""
    h_a, h_s = ref.hidden(n.W1, n.b1, n.x, n.alpha)
    o_s = ref.softmax(ref.output_preact(n.W2, n.b2, h_s))
    return n.W1, n.W2, n.x, h_a, h_s, o_s, n.y, n.alpha


def draw_backward(rng: Generator) -> Sequence[Look]:
    relu = net(rng, 3, 4, 2)._replace(alpha=0.0)
    return [
        Look("an ELU network", {"backward_pass": [forward_pass(net(rng, 2, 4, 3))]}),
        Look("a ReLU network (alpha = 0)", {"backward_pass": [forward_pass(relu)]}),
        Look(
            "as many inputs as units as outputs",
            {"backward_pass": [forward_pass(net(rng, 3, 3, 3))]},
        ),
    ]


def rule(f: Callable[..., Any]) -> Callable[..., Any]:
    """Return the rule (values, *args) -> f(values, arguments by name)."""
    names = ("W1", "W2", "x", "h_a", "h_s", "o_s", "y", "alpha")
    return lambda values, *args: f(values, dict(zip(names, args, strict=True)))


RULES = {
    "o_a": rule(lambda g, a: ref.grad_oa(a["o_s"], a["y"])),
    "W2": rule(lambda g, a: np.outer(g["o_a"], a["h_s"])),
    "b2": rule(lambda g, a: np.array(g["o_a"])),
    "h_s": rule(lambda g, a: a["W2"].T @ g["o_a"]),
    "h_a": rule(lambda g, a: g["h_s"] * ref.elu_grad(a["h_a"], a["alpha"])),
    "W1": rule(lambda g, a: np.outer(g["h_a"], a["x"])),
    "b1": rule(lambda g, a: np.array(g["h_a"])),
    "x": rule(lambda g, a: a["W1"].T @ g["h_a"]),
}


def one_hot(a: Values) -> Numbers:
    return np.asarray(np.eye(len(a["o_s"]))[a["y"]])


def softmax_jacobian(a: Values) -> Numbers:
    return np.asarray(np.diag(a["o_s"]) - np.outer(a["o_s"], a["o_s"]))


SLIPS = (
    Slip(
        "label-forgotten",
        "The gradient at the logits is P - Y: you kept the probabilities o_s and forgot to "
        "subtract the one-hot vector of the label.",
        "o_a",
        rule(lambda g, a: np.array(a["o_s"])),
    ),
    Slip(
        "start-sign",
        "The gradient at the logits is o_s minus the one-hot vector; with Y - P everything behind "
        "it has its sign turned.",
        "o_a",
        rule(lambda g, a: one_hot(a) - a["o_s"]),
    ),
    Slip(
        "softmax-jacobian-twice",
        "o_s minus the one-hot vector has been through the softmax already; its Jacobian must not "
        "be applied a second time.",
        "o_a",
        rule(lambda g, a: softmax_jacobian(a) @ (a["o_s"] - one_hot(a))),
    ),
    Slip(
        "stopped-at-the-probability",
        "-1/o_s_y is the gradient at the probability; go on through the softmax to the logits.",
        "o_a",
        rule(lambda g, a: -one_hot(a) / a["o_s"]),
    ),
    Slip(
        "w2-transposed",
        "The gradient of W2 has the shape of W2: outputs in rows, hidden units in columns.",
        "W2",
        rule(lambda g, a: np.outer(a["h_s"], g["o_a"])),
    ),
    Slip(
        "w2-before-the-activation",
        "W2 multiplies the hidden outputs h_s, so they appear in its gradient, not the "
        "pre-activations h_a.",
        "W2",
        rule(lambda g, a: np.outer(g["o_a"], a["h_a"])),
    ),
    Slip(
        "b2-summed",
        "Each output has its own bias: for a single example nothing is summed.",
        "b2",
        rule(lambda g, a: np.sum(g["o_a"])),
    ),
    Slip(
        "true-class-only",
        "Every output depends on the hidden units, not only that of the true class: add up the "
        "contributions of all outputs.",
        "h_s",
        rule(lambda g, a: a["W2"][a["y"]] * g["o_a"][a["y"]]),
    ),
    Slip(
        "no-mask",
        "The gradient passes the activation unchanged: multiply by ELU'(h_a), entry by entry.",
        "h_a",
        rule(lambda g, a: np.array(g["h_s"])),
    ),
    Slip(
        "slope-at-the-output",
        "The slope of the ELU is taken at its input h_a, not at its output h_s.",
        "h_a",
        rule(lambda g, a: g["h_s"] * ref.elu_grad(a["h_s"], a["alpha"])),
    ),
    Slip(
        "value-for-slope",
        "You multiplied by the activation h_s; the chain rule asks for its slope at h_a.",
        "h_a",
        rule(lambda g, a: g["h_s"] * a["h_s"]),
    ),
    Slip(
        "mask-from-the-gradient",
        "Which branch of the ELU holds is decided by the pre-activation h_a, not by the sign of "
        "the gradient that comes back.",
        "h_a",
        rule(
            lambda g, a: np.where(
                g["h_s"] > 0, g["h_s"], g["h_s"] * a["alpha"] * np.exp(np.minimum(a["h_a"], 0))
            )
        ),
    ),
    Slip(
        "w1-transposed",
        "The gradient of W1 has the shape of W1: hidden units in rows, inputs in columns.",
        "W1",
        rule(lambda g, a: np.outer(a["x"], g["h_a"])),
    ),
    Slip(
        "w1-from-the-output-side",
        "W1 sits before the activation: its upstream gradient is that of h_a, not that of h_s.",
        "W1",
        rule(lambda g, a: np.outer(g["h_s"], a["x"])),
    ),
    Slip(
        "b1-from-the-output-side",
        "b1 is added before the activation: its gradient is that of h_a, not that of h_s.",
        "b1",
        rule(lambda g, a: np.array(g["h_s"])),
    ),
    Slip(
        "sum-stops-at-m",
        "The sum for x runs over all d_h hidden units; yours stops at the number of outputs.",
        "x",
        rule(lambda g, a: a["W1"][: len(a["W2"])].T @ g["h_a"][: len(a["W2"])]),
    ),
)


def second_backward(*args: Any) -> tuple[Any, ...]:
    """Each gradient as the slope of the loss itself, by complex steps from its own layer on."""
    W1, W2, x, h_a, h_s, o_s, y, alpha = args
    o_a = np.log(o_s)  # up to a constant that the softmax does not see
    b1, b2 = h_a - W1 @ x, o_a - W2 @ h_s
    g = ref.gradients_by_complex_step(ref.Net(W1, b1, W2, b2, x, y, alpha))
    return tuple(g[node] for node in RULES)


def in_columns(*args: Any) -> tuple[Any, ...]:
    """The same with every vector a column, as on paper."""
    return tuple(g[:, None] if g.ndim == 1 else g for g in ref.backward(*args))


backward_pass = SequenceTask(
    task="backprop_mlp.backward-pass",
    title="The whole backward pass",
    names=("backward_pass",),
    points=4,
    rules=RULES,
    slips=SLIPS,
    second={"backward_pass": second_backward},
    draw=draw_backward,
    mistakes=(
        Mistake(
            "w2-not-transposed",
            "Backwards W2 acts as its transpose: it takes m numbers and returns d_h. W2 itself "
            "fits by luck when m = d_h.",
            {
                "backward_pass": run(
                    {**RULES, "h_s": rule(lambda g, a: a["W2"] @ g["o_a"])},
                )
            },
        ),
        Mistake(
            "w1-not-transposed",
            "Backwards W1 acts as its transpose: it takes d_h numbers and returns d. W1 itself "
            "fits by luck when d = d_h.",
            {"backward_pass": run({**RULES, "x": rule(lambda g, a: a["W1"] @ g["h_a"])})},
        ),
    ),
    also_correct={
        "as a list": {"backward_pass": lambda *args: list(ref.backward(*args))},
        "columns throughout": {"backward_pass": in_columns},
    },
)

EXERCISES = (backward_pass,)
