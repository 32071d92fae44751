"""Gradient descent with eta = 1 = 2/L: it descends for ever and arrives nowhere."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.gd_convergence import references as ref
from chainrule_staff.exercises.model import Generator, Mistake
from chainrule_staff.exercises.number import NumberTask


def start(rng: Generator) -> float:
    """Draw a start right of 1."""
    return float(np.round(rng.uniform(1.6, 6.0), 2))


# --- gd_convergence.descend ---------------------------------------------------------------------


def draw_path(rng: Generator) -> Sequence[Look]:
    small, large = (float(np.round(e, 3)) for e in rng.uniform((0.1, 0.7), (0.4, 0.95)))
    return [
        Look("a few steps from the right", {"gd_path": [(start(rng), small, 4), (3, 1, 4)]}),
        Look(
            "from the left, and no step at all",
            {"gd_path": [(-start(rng), large, 5), (start(rng), small, 0)]},
        ),
        Look("many steps", {"gd_path": [(start(rng), large, 30)]}),
    ]


def climbing(x0: float, eta: float, steps: int) -> Numbers:
    path = [float(x0)]
    for _ in range(steps):
        path.append(path[-1] + eta * ref.df(path[-1]))
    return np.array(path)


def by_values(x0: float, eta: float, steps: int) -> Numbers:
    path = [float(x0)]
    with np.errstate(all="ignore"):
        for _ in range(steps):
            path.append(float(np.clip(path[-1] - eta * ref.f(path[-1]), -1e9, 1e9)))
    return np.array(path)


def frozen_gradient(x0: float, eta: float, steps: int) -> Numbers:
    return np.asarray(x0 - eta * ref.df(x0) * np.arange(steps + 1))


descend = FunctionTask(
    task="gd_convergence.descend",
    title="Gradient descent in four lines",
    covers=("002 5(a) gradient descent, eta=1",),
    names=("gd_path",),
    points=1,
    reference={"gd_path": ref.gd_path},
    second={"gd_path": ref.gd_path_recursive},
    draw=draw_path,
    mistakes=(
        Mistake(
            "uphill",
            "You add the gradient, and it points uphill: subtract it.",
            {"gd_path": climbing},
        ),
        Mistake(
            "start-missing",
            "The path begins with x_0 itself, so it has steps + 1 entries.",
            {"gd_path": lambda x0, eta, steps: ref.gd_path(x0, eta, steps)[1:]},
        ),
        Mistake(
            "one-step-too-few",
            "Your path ends one step early: x_0 and then `steps` more.",
            {"gd_path": lambda x0, eta, steps: ref.gd_path(x0, eta, steps)[:-1]},
        ),
        Mistake(
            "rate-ignored",
            "You take the whole gradient as the step: multiply it by eta.",
            {"gd_path": lambda x0, eta, steps: ref.gd_path(x0, 1.0, steps)},
        ),
        Mistake(
            "value-for-slope",
            "The step is eta f'(x); you used the value f(x).",
            {"gd_path": by_values},
        ),
        Mistake(
            "gradient-not-renewed",
            "You compute the gradient once, at the start: each step needs the slope where it "
            "stands.",
            {"gd_path": frozen_gradient},
        ),
    ),
)

# --- gd_convergence.oscillation -----------------------------------------------------------------


def draw_closed(rng: Generator) -> Sequence[Look]:
    a, b, c = (start(rng) for _ in range(3))
    late = int(rng.integers(7, 12))
    return [
        Look("the start and the first steps", {"gd_closed": [(a, t) for t in (0, 1, 2, 3)]}),
        Look("another start", {"gd_closed": [(3, 4), (b, 5), (b, 6)]}),
        Look("late steps", {"gd_closed": [(c, late), (c, late + 1), (c, 60), (c, 61)]}),
    ]


oscillation = FunctionTask(
    task="gd_convergence.oscillation",
    title="Where x_t is after t steps",
    covers=("002 5(a) gradient descent, eta=1",),
    names=("gd_closed",),
    points=3,
    reference={"gd_closed": ref.gd_closed},
    second={"gd_closed": ref.gd_by_recursion},
    draw=draw_closed,
    mistakes=(
        Mistake(
            "alternation-lost",
            "The distance is right, but every step jumps to the other side of 0: the sign "
            "alternates with t.",
            {"gd_closed": lambda x0, t: abs(ref.gd_closed(x0, t))},
            says=("sign alternation lost", "says it converges to 1, or that it diverges"),
        ),
        Mistake(
            "contracts-to-zero",
            "What halves is the distance of |x| from 1, not from 0: |x_t| - 1 = (x0 - 1)/2^t.",
            {"gd_closed": lambda x0, t: (-1) ** t * x0 / 2**t},
            says=("contracts to 0",),
        ),
        Mistake(
            "one-step-ahead",
            "Your counting is one step ahead: at t = 0 the formula must give x0.",
            {"gd_closed": lambda x0, t: ref.gd_closed(x0, t + 1)},
            says=("off by one in t",),
        ),
        Mistake(
            "one-step-behind",
            "Your counting is one step behind: at t = 0 the formula must give x0.",
            {"gd_closed": lambda x0, t: (-1) ** (t - 1) * (1 + (x0 - 1) * 2.0 ** (1 - t))},
            says=("off by one in t",),
        ),
        Mistake(
            "from-inside",
            "You approach 1 from inside; a start outside [-1, 1] stays outside at every step.",
            {"gd_closed": lambda x0, t: (-1) ** t * (1 - (x0 - 1) / 2**t)},
            says=("1-(x0-1)/2^t",),
        ),
        Mistake(
            "from-below",
            "At t = 0 this does not give x0, and it never changes sign: the iterates jump from "
            "side to side, and their distance from 0 falls towards 1 from above.",
            {"gd_closed": lambda x0, t: 1 - (x0 - 1) / 2**t},
            says=("1-(x0-1)/2^t",),
        ),
        Mistake(
            "diverges",
            "Your iterates run away: outside [-1, 1] a step halves the distance to 1, it does not "
            "double it.",
            {"gd_closed": lambda x0, t: (-1) ** t * (1 + (x0 - 1) * 2.0**t)},
            says=("says it converges to 1, or that it diverges",),
        ),
    ),
    also_correct={
        "simulation": {"gd_closed": ref.gd_by_simulation},
        "recursion -(x+sign x)/2": {"gd_closed": ref.gd_by_recursion},
    },
)

# --- gd_convergence.limit-points ----------------------------------------------------------------

limit_points = NumberTask(
    task="gd_convergence.limit-points",
    title="Where it ends, if it ends",
    covers=("002 5(a) minimiser and gradient", "002 5(a) gradient descent, eta=1"),
    names=("limit_points", "limit_slopes", "limit_values", "eta_edge"),
    points=2,
    reference={
        "limit_points": (1.0, -1.0),
        "limit_slopes": (2.0, -2.0),
        "limit_values": (0.0, -1.0),
        "eta_edge": 1.0,
    },
    second={
        "limit_points": lambda: tuple(ref.gd_by_recursion(3.0, t) for t in (60, 61)),
        "limit_slopes": lambda: tuple(ref.df(ref.gd_by_recursion(3.0, t)) for t in (60, 61)),
        "limit_values": lambda: (ref.f(ref.gd_by_recursion(3.0, 60)), ref.f(0.0)),
        "eta_edge": lambda: 2 / ref.joint_report_by_secants()["L"],
    },
    looks={
        "limit_points": "the limits of x_t for even and for odd t",
        "limit_slopes": "f' at these two points",
        "limit_values": "the limit of f(x_t), and the minimum of f",
        "eta_edge": "the edge of the stable step sizes",
    },
    mistakes=(
        Mistake(
            "converges-to-one",
            "Only the even steps approach 1; the odd ones approach -1, so x_t has no limit.",
            {"limit_points": (1.0, 1.0), "limit_slopes": (2.0, 2.0)},
            says=("says it converges to 1, or that it diverges",),
        ),
        Mistake(
            "even-and-odd-swapped",
            "The start x_0 > 1 belongs to the even steps: they stay on the right.",
            {"limit_points": (-1.0, 1.0), "limit_slopes": (-2.0, 2.0)},
        ),
        Mistake(
            "stationary-after-all",
            "The slope is zero only at 0, and no iterate comes near it: at the two limit points "
            "the slope is as steep as f''= 2 makes it.",
            {"limit_slopes": (0.0, 0.0)},
        ),
        Mistake(
            "reaches-the-minimum",
            "f(x_t) does decrease at every step, but to f(1), which is above the minimum f(0).",
            {"limit_values": (-1.0, -1.0)},
        ),
        Mistake(
            "one-over-L",
            "1/L is the step with the best guarantee; the edge of stability is twice as far.",
            {"eta_edge": 0.5},
        ),
        Mistake(
            "mu-for-L",
            "2/mu looks at the flattest piece; the steepest one, L, is the first to be unstable.",
            {"eta_edge": 4 / 3},
        ),
    ),
)

EXERCISES = (descend, oscillation, limit_points)
