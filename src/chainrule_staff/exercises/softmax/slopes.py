"""The derivatives: one entry, the whole Jacobian, and the product that never builds it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.softmax import references as ref
from chainrule_staff.exercises.softmax.references import logits

# --- softmax.partial-derivatives ----------------------------------------------------------------


def draw_partial(rng: Generator) -> Sequence[Look]:
    x, y = logits(rng, 3), logits(rng, 5)
    i, j = (int(k) for k in rng.permutation(5)[:2])
    return [
        Look("i = j", {"softmax_partial": [(x, 0, 0), (x, 2, 2), (y, i, i)]}),
        Look("i and j differ", {"softmax_partial": [(x, 0, 1), (x, 2, 1), (y, i, j), (y, j, i)]}),
    ]


def square_lost(x: Numbers, i: int, j: int) -> float:
    e = np.exp(np.asarray(x, dtype=float))
    return ref.partial(x, i, j) if i == j else float(-e[i] * e[j] / e.sum())


def off_diagonal_sign(x: Numbers, i: int, j: int) -> float:
    return ref.partial(x, i, j) if i == j else -ref.partial(x, i, j)


def diagonal_square(x: Numbers, i: int, j: int) -> float:
    return ref.partial(x, i, j) if i != j else float(ref.softmax(x)[i] ** 2)


def one_minus_everywhere(x: Numbers, i: int, j: int) -> float:
    s = ref.softmax(x)
    return float(s[i] * (1 - s[j]))


partial_derivatives = FunctionTask(
    task="softmax.partial-derivatives",
    title="One entry of the Jacobian",
    covers=("001 Q1.K", "004 4(a)"),
    names=("softmax_partial",),
    points=2,
    reference={"softmax_partial": ref.partial},
    second={"softmax_partial": ref.partial_by_quotient_rule},
    draw=draw_partial,
    mistakes=(
        Mistake(
            "square-lost",
            "Off the diagonal the quotient rule divides by the square of the sum; yours lost the "
            "square on the way.",
            {"softmax_partial": square_lost},
            says=("sheet: square lost",),
        ),
        Mistake(
            "off-diagonal-sign",
            "Raising another logit takes probability away: off the diagonal the slope is negative.",
            {"softmax_partial": off_diagonal_sign},
            says=("sign of off-diagonal",),
        ),
        Mistake(
            "diagonal-square",
            "On the diagonal the indicator is 1: S_i (1 - S_i), not S_i squared.",
            {"softmax_partial": diagonal_square},
            says=("diagonal S_i^2",),
        ),
        Mistake(
            "indicator-always-one",
            "The 1 stands there only if i = j; it is an indicator, not a constant.",
            {"softmax_partial": one_minus_everywhere},
            says=("S_i(1-S_j) everywhere",),
        ),
    ),
    also_correct={
        "S_j(1_{ij}-S_i) (symmetric)": {"softmax_partial": ref.partial_by_symmetry},
        "quotient rule on raw exponentials": {"softmax_partial": ref.partial_by_quotient_rule},
    },
)


# --- softmax.jacobian ---------------------------------------------------------------------------


def draw_jacobian(rng: Generator) -> Sequence[Look]:
    far = 1000.0 + logits(rng, 3)
    return [
        Look("three logits", {"softmax_jacobian": [(logits(rng, 3),)]}),
        Look("other sizes", {"softmax_jacobian": [(logits(rng, 2),), (logits(rng, 6),)]}),
        Look("logits of a thousand", {"softmax_jacobian": [(far,)]}),
    ]


def scalar_product(x: Numbers) -> Numbers:
    s = ref.softmax(x)
    return np.diag(s) - s @ s.T


def broadcast_rows(x: Numbers) -> Numbers:
    s = ref.softmax(x)
    return s - np.outer(s, s)


def slopes_on_the_diagonal(x: Numbers) -> Numbers:
    s = ref.softmax(x)
    return np.diag(s * (1 - s))


jacobian = FunctionTask(
    task="softmax.jacobian",
    title="The Jacobian as one matrix expression",
    covers=("001 Q1.L", "004 4(b)"),
    names=("softmax_jacobian",),
    points=3,
    reference={"softmax_jacobian": ref.jacobian},
    second={"softmax_jacobian": ref.jacobian_by_loops},
    draw=draw_jacobian,
    mistakes=(
        Mistake(
            "inner-for-outer",
            "For one-dimensional arrays s @ s.T is a single number (the transpose does nothing); "
            "the matrix s s^T is np.outer(s, s).",
            {"softmax_jacobian": scalar_product},
            says=("diag - s^T s (scalar)", "numpy s@s.T on a 1-D array"),
        ),
        Mistake(
            "vector-for-diagonal",
            "s minus a matrix subtracts from s in every row: the first term is the matrix diag(s).",
            {"softmax_jacobian": broadcast_rows},
            says=("s instead of diag(s) (broadcast)",),
        ),
        Mistake(
            "second-term-missing",
            "diag(s) is the first term only; subtract the outer product of s with itself.",
            {"softmax_jacobian": lambda x: np.diag(ref.softmax(x))},
            says=("only the diagonal",),
        ),
        Mistake(
            "off-diagonal-missing",
            "That is the Jacobian of the sigmoid's kind: in softmax every output depends on every "
            "logit, so the entries off the diagonal are not zero.",
            {"softmax_jacobian": slopes_on_the_diagonal},
            says=("diag(s(1-s)) without off-diagonal",),
        ),
        Mistake(
            "sign",
            "The sign is turned: the diagonal entries S_i (1 - S_i) are positive.",
            {"softmax_jacobian": lambda x: -ref.jacobian(x)},
        ),
    ),
    also_correct={
        "double loop": {"softmax_jacobian": ref.jacobian_by_loops},
        "einsum": {"softmax_jacobian": ref.jacobian_by_einsum},
    },
)


# --- softmax.sigmoid-jacobian -------------------------------------------------------------------


def draw_sigmoid_jacobian(rng: Generator) -> Sequence[Look]:
    return [
        Look("a few inputs", {"sigmoid_jacobian": [(logits(rng, n),) for n in (2, 3, 5)]}),
        Look("one input", {"sigmoid_jacobian": [(logits(rng, 1),)]}, share=0.5),
    ]


sigmoid_jacobian = FunctionTask(
    task="softmax.sigmoid-jacobian",
    title="The Jacobian of the sigmoid",
    covers=("004 4(c)",),
    names=("sigmoid_jacobian",),
    points=1,
    reference={"sigmoid_jacobian": ref.sigmoid_jacobian},
    second={"sigmoid_jacobian": ref.sigmoid_jacobian_by_complex_step},
    draw=draw_sigmoid_jacobian,
    mistakes=(
        Mistake(
            "vector",
            "These are the slopes; the Jacobian is the n x n matrix that has them on its diagonal.",
            {"sigmoid_jacobian": lambda x: np.diag(ref.sigmoid_jacobian(x))},
            says=("vector returned",),
        ),
        Mistake(
            "softmax-jacobian",
            "That is softmax's Jacobian. The sigmoid acts on each entry alone: zero off the "
            "diagonal.",
            {"sigmoid_jacobian": ref.jacobian},
            says=("softmax Jacobian",),
        ),
        Mistake(
            "value-for-slope",
            "The diagonal holds sigma itself; it should hold the slope sigma (1 - sigma).",
            {"sigmoid_jacobian": lambda x: np.diag(ref.sigmoid(x))},
            says=("sigma instead of its slope",),
        ),
        Mistake(
            "sign",
            "The sigmoid increases, so its slopes are positive.",
            {"sigmoid_jacobian": lambda x: -ref.sigmoid_jacobian(x)},
            says=("sign",),
        ),
    ),
    also_correct={
        "np.eye * column": {
            "sigmoid_jacobian": lambda x: (
                np.eye(len(x)) * (ref.sigmoid(x) * (1 - ref.sigmoid(x)))[:, None]
            )
        },
        "complex step per column": {"sigmoid_jacobian": ref.sigmoid_jacobian_by_complex_step},
    },
)


# --- softmax.linear-time-vjp --------------------------------------------------------------------

LARGE = 10**6  # an n x n matrix of this size would take eight terabytes


def draw_vjp(rng: Generator) -> Sequence[Look]:
    pairs = [(logits(rng, n), logits(rng, n)) for n in (3, 5)]
    x = np.sin(np.arange(LARGE) * (1.0 + rng.uniform()))
    g = np.where(np.arange(LARGE) % 2 == 0, 1.0, -0.5) * rng.uniform(1.0, 2.0)
    return [
        Look("sigmoid", {"sigmoid_vjp": pairs}),
        Look("softmax", {"softmax_vjp": pairs}, share=2),
        Look(
            "a million logits, in linear time",
            {"softmax_vjp": [(x, g)], "sigmoid_vjp": [(x, g)]},
            hint="Multiply s s^T g from the right: s^T g is one number.",
        ),
    ]


def through_the_matrix(x: Numbers, g: Numbers) -> Numbers:
    """J^T g with the matrix built: right, and impossible for a million logits."""
    if len(x) > 20_000:
        raise MemoryError("an n x n matrix")
    return ref.jacobian(x).T @ g


linear_time_vjp = FunctionTask(
    task="softmax.linear-time-vjp",
    title="A vector-Jacobian product in linear time",
    covers=("001 Q1.M", "004 4(d)"),
    names=("softmax_vjp", "sigmoid_vjp"),
    points=3,
    reference={"softmax_vjp": ref.softmax_vjp, "sigmoid_vjp": ref.sigmoid_vjp},
    second={"softmax_vjp": ref.softmax_vjp_expanded, "sigmoid_vjp": ref.sigmoid_vjp_by_tanh},
    draw=draw_vjp,
    mistakes=(
        Mistake(
            "inner-product-forgotten",
            "s g alone is diag(s) g: the second term of the Jacobian, s s^T g, is missing.",
            {"softmax_vjp": lambda x, g: ref.softmax(x) * g},
            says=("inner product forgotten (sigmoid habit)",),
        ),
        Mistake(
            "sigmoid-rule",
            "s (1 - s) g is the sigmoid's rule; softmax mixes the entries through s.g.",
            {"softmax_vjp": lambda x, g: ref.softmax(x) * (1 - ref.softmax(x)) * g},
            says=("s*(1-s)*g",),
        ),
        Mistake(
            "plain-mean",
            "You subtract the plain mean of g; the mean to subtract is weighted by s.",
            {"softmax_vjp": lambda x, g: ref.softmax(x) * (g - np.mean(g))},
            says=("mean of g",),
        ),
        Mistake(
            "sign",
            "The sign is turned: it is g minus s.g, not the other way round.",
            {"softmax_vjp": lambda x, g: -ref.softmax_vjp(x, g)},
            says=("sign",),
        ),
        Mistake(
            "outer-factor-missing",
            "The factor s in front is missing: g - s.g must be multiplied by s, entry by entry.",
            {"softmax_vjp": lambda x, g: g - np.dot(ref.softmax(x), g)},
            says=("outer s missing",),
        ),
        Mistake(
            "gradient-with-itself",
            "The scalar is s.g: softmax's output times the upstream gradient, not the gradient "
            "times itself.",
            {"softmax_vjp": lambda x, g: ref.softmax(x) * (g - np.dot(g, g))},
        ),
        Mistake(
            "builds-the-matrix",
            "The numbers are right, but an n x n matrix is built on the way: a million logits "
            "would need eight terabytes. Multiply from the right first.",
            {"softmax_vjp": through_the_matrix},
            says=("J^T g on small n (correct, fails the cost test)",),
        ),
    ),
    also_correct={
        "s*g - s*(s*g).sum()": {"softmax_vjp": ref.softmax_vjp_expanded},
    },
)

EXERCISES = (partial_derivatives, jacobian, sigmoid_jacobian, linear_time_vjp)
