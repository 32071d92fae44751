"""The forward pass: what ReLU leaves of a variance, and the weights that keep it."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers, Tolerance
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.initialisation import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

RELATIVE = Tolerance(1e-6, 1e-300)  # fifty layers may leave 1e-15, which is not zero

# --- initialisation.relu-moments ----------------------------------------------------------------


def draw_moments(rng: Generator) -> Sequence[Look]:
    some = [(float(np.round(rng.uniform(2.0, 9.0), 2)),) for _ in range(2)]
    small = [(float(np.round(rng.uniform(0.05, 0.6), 3)),)]
    return [
        Look("a few variances", {"relu_moments": some}),
        Look("a variance below one", {"relu_moments": small}),
    ]


def mean_taken_as_zero(var_a: float) -> tuple[float, float, float]:
    return 0.0, var_a / 2, var_a / 2


def variance_for_second_moment(var_a: float) -> tuple[float, float, float]:
    mean, _, variance = ref.relu_moments(var_a)
    return mean, variance, variance


def conditional_moments(var_a: float) -> tuple[float, float, float]:
    """The moments given a > 0: the zeros of ReLU are left out."""
    mean = math.sqrt(2 * var_a / math.pi)
    return mean, var_a, var_a - mean**2


def variance_under_no_root(var_a: float) -> tuple[float, float, float]:
    mean = var_a / math.sqrt(2 * math.pi)
    return mean, var_a / 2, var_a / 2 - mean**2


def mean_not_squared(var_a: float) -> tuple[float, float, float]:
    mean, square, _ = ref.relu_moments(var_a)
    return mean, square, square - mean


relu_moments = FunctionTask(
    task="initialisation.relu-moments",
    title="What ReLU leaves of a Gaussian",
    covers=("004 7 (forward)",),
    names=("relu_moments",),
    points=2,
    reference={"relu_moments": ref.relu_moments},
    second={"relu_moments": ref.relu_moments_by_quadrature},
    draw=draw_moments,
    mistakes=(
        Mistake(
            "outputs-taken-as-symmetric",
            "ReLU's outputs are never negative, so their mean is positive: only the pre-activation "
            "is symmetric around zero.",
            {"relu_moments": mean_taken_as_zero},
        ),
        Mistake(
            "variance-for-second-moment",
            "E[h^2] is the mean of the squares; subtracting the squared mean turns it into Var h, "
            "and the two differ because E[h] is not zero.",
            {"relu_moments": variance_for_second_moment},
        ),
        Mistake(
            "zeros-left-out",
            "These are the moments given a > 0: half of the outputs are zero and they count too.",
            {"relu_moments": conditional_moments},
        ),
        Mistake(
            "mean-scales-with-variance",
            "E[h] has the unit of a: it grows with the standard deviation, not with the variance.",
            {"relu_moments": variance_under_no_root},
        ),
        Mistake(
            "mean-not-squared",
            "Var h = E[h^2] - E[h]^2: the mean has to be squared before it is subtracted.",
            {"relu_moments": mean_not_squared},
        ),
    ),
)

# --- initialisation.forward-variance ------------------------------------------------------------

Widths = Sequence[float]


def layers(rng: Generator, count: int) -> tuple[float, Numbers, Numbers]:
    """Draw a variance at one end, the fans of `count` layers and their weight variances."""
    fans = rng.permutation(np.arange(3, 60 + count))[:count] * 5
    return (
        float(np.round(rng.uniform(1.5, 4.0), 2)),
        fans,
        np.round(2 / fans * rng.uniform(0.6, 1.6, count), 5),
    )


def draw_forward(rng: Generator) -> Sequence[Look]:
    v, fans, spread = layers(rng, 3)
    plain = (v, [int(n) for n in fans], [float(s) for s in spread])
    fan = int(rng.integers(20, 900))
    return [
        Look("the variance that keeps", {"he_var": [(100,), (512,), (fan,)]}),
        Look(
            "a few layers",
            {"forward_variance": [plain, layers(rng, 4), layers(rng, 2)]},
            hint="How many inputs does one unit add up, and what is the mean square of each?",
        ),
        Look("fifty layers", {"forward_variance": [layers(rng, 49), layers(rng, 49)]}),
    ]


def half_forgotten(v: float, fan: Widths, s: Widths) -> float:
    return float(v * np.prod(np.asarray(fan) * np.asarray(s)))


def variance_of_h(v: float, fan: Widths, s: Widths) -> float:
    return float(v * np.prod(np.asarray(fan) * np.asarray(s) * (0.5 - 0.5 / np.pi)))


def std_as_variance(v: float, fan: Widths, s: Widths) -> float:
    return ref.forward_variance(v, fan, [math.sqrt(x) for x in s])


def variance_as_std(v: float, fan: Widths, s: Widths) -> float:
    return ref.forward_variance(v, fan, [x**2 for x in s])


def last_dropped(v: float, fan: Widths, s: Widths) -> float:
    return ref.forward_variance(v, list(fan)[:-1], list(s)[:-1])


def first_dropped(v: float, fan: Widths, s: Widths) -> float:
    return ref.forward_variance(v, list(fan)[1:], list(s)[1:])


def layer_too_many(v: float, fan: Widths, s: Widths) -> float:
    return ref.forward_variance(v, [fan[0], *fan], [s[0], *s])


def next_width(v: float, fan: Widths, s: Widths) -> float:
    """The fan-out of layer k is the fan-in of layer k+1: every width is one layer off."""
    return ref.forward_variance(v, [*list(fan)[1:], fan[-1]], s)


def factors_added(v: float, fan: Widths, s: Widths) -> float:
    return float(v * np.sum(np.asarray(fan) / 2 * np.asarray(s)))


def by_product(v: float, fan: Widths, s: Widths) -> float:
    return float(v * math.prod(n / 2 * x for n, x in zip(fan, s, strict=True)))


forward_variance = FunctionTask(
    task="initialisation.forward-variance",
    title="Variance on the way up",
    covers=("004 7 (forward)",),
    names=("he_var", "forward_variance"),
    points=3,
    reference={"he_var": ref.he_var, "forward_variance": ref.forward_variance},
    second={"he_var": ref.he_var_by_std, "forward_variance": ref.forward_variance_by_loop},
    draw=draw_forward,
    tolerance=RELATIVE,
    mistakes=(
        Mistake(
            "linear-units",
            "That is the rule of linear units: ReLU lets only half of the mean square through, "
            "E[h^2] = Var(a)/2.",
            {"forward_variance": half_forgotten, "he_var": lambda n: 1 / n},
            says=("1/2 forgotten (linear units)",),
        ),
        Mistake(
            "half-forgotten",
            "Each layer multiplies by n Var(w) E[h^2], and E[h^2] is half of Var(a): the factor "
            "1/2 is missing in your product.",
            {"forward_variance": half_forgotten},
            says=("1/2 forgotten (linear units)",),
        ),
        Mistake(
            "variance-of-h",
            "You used Var(h) = 0.3408 Var(a). The weights have mean zero, so what enters is the "
            "mean square E[h^2] = Var(a)/2, mean included.",
            {"forward_variance": variance_of_h},
            says=("Var(h) used for E[h^2]: factor 0.3408",),
        ),
        Mistake(
            "std-for-variance",
            "The product takes the variances of the weights; you put in their roots, the standard "
            "deviations.",
            {"forward_variance": std_as_variance},
            says=("std used as variance",),
        ),
        Mistake(
            "variance-for-std",
            "`var_w` holds variances already; you squared them, as if they were standard "
            "deviations.",
            {"forward_variance": variance_as_std},
            says=("std used as variance",),
        ),
        Mistake(
            "last-layer-dropped",
            "Your product ends one layer early: layer L has weights as well.",
            {"forward_variance": last_dropped},
            says=("last layer dropped",),
        ),
        Mistake(
            "first-factor-dropped",
            "Your product begins one layer late: the lists start with layer 2, and layer 2 counts.",
            {"forward_variance": first_dropped},
        ),
        Mistake(
            "one-layer-too-many",
            "There is one factor too many: Var a^(1) already contains layer 1, so the product "
            "starts at k = 2.",
            {"forward_variance": layer_too_many},
        ),
        Mistake(
            "he-std",
            "sqrt(2/n) is the standard deviation; the variance asked for is its square.",
            {"he_var": lambda n: math.sqrt(2 / n)},
            says=("he_var = sqrt(2/n); he_var=1/n; fan_out used in the forward pass",),
        ),
        Mistake(
            "he-without-two",
            "1/n keeps the variance of linear units; behind a ReLU it halves it at every layer.",
            {"he_var": lambda n: 1 / n},
            says=("he_var = sqrt(2/n); he_var=1/n; fan_out used in the forward pass",),
        ),
        Mistake(
            "fan-out-forward",
            "Your widths are one layer off: on the way up a unit of layer k adds up its n_k "
            "inputs, so the fan-in counts, not the fan-out.",
            {"forward_variance": next_width},
            says=("he_var = sqrt(2/n); he_var=1/n; fan_out used in the forward pass",),
        ),
        Mistake(
            "factors-added",
            "Layers act one after the other, so their factors multiply; you added them.",
            {"forward_variance": factors_added},
        ),
    ),
    also_correct={
        "loop": {"forward_variance": ref.forward_variance_by_loop},
        "numpy product": {"forward_variance": by_product},
    },
)

EXERCISES = (relu_moments, forward_variance)
