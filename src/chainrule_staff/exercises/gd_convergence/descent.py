"""Without convexity: the descent lemma, its bound on the smallest gradient, and a measurement."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Tolerance
from chainrule_staff.exercises.claims import ClaimsTask
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.gd_convergence import references as ref
from chainrule_staff.exercises.model import Generator, Mistake

# --- gd_convergence.nonconvex-rate --------------------------------------------------------------


def steps_case(rng: Generator) -> tuple[float, float, float]:
    """Draw (L, gap, eps) for which 2 L gap / eps^2 and its mistaken forms are no integers."""
    while True:
        L, gap, eps = (float(np.round(x, 2)) for x in rng.uniform((1.5, 2, 0.2), (6, 9, 0.7)))
        if 0.2 < (2 * L * gap / eps**2) % 1 < 0.8:
            return L, gap, eps


def draw_rate(rng: Generator) -> Sequence[Look]:
    cases = []
    for _ in range(3):
        L, low = (float(np.round(x, 2)) for x in rng.uniform((1.5, -3), (6, 2)))
        K, high = int(rng.integers(3, 40)), float(np.round(low + rng.uniform(2, 9), 2))
        cases.append((L, K, high, low))
    return [
        Look("the bound", {"gd_bound": cases}),
        Look("the number of steps", {"steps_needed": [steps_case(rng), steps_case(rng)]}),
        Look("whole numbers", {"gd_bound": [(2, 10, 5, 0)], "steps_needed": [(2, 5, 0.125)]}),
    ]


nonconvex_rate = FunctionTask(
    task="gd_convergence.nonconvex-rate",
    title="A bound without convexity",
    covers=("002 5(b)",),
    names=("gd_bound", "steps_needed"),
    points=3,
    reference={"gd_bound": ref.gd_bound, "steps_needed": ref.steps_needed},
    second={"gd_bound": ref.gd_bound_by_step, "steps_needed": ref.steps_by_search},
    draw=draw_rate,
    mistakes=(
        Mistake(
            "factor-two-lost",
            "Each step gains |g|^2/(2L), not |g|^2/L: the 2 belongs in the bound, and with it in "
            "the number of steps.",
            {
                "gd_bound": lambda L, K, F0, Fs: L / K * (F0 - Fs),
                "steps_needed": lambda L, gap, eps: math.ceil(L * gap / eps**2),
            },
            says=("factor 2 lost",),
        ),
        Mistake(
            "L-upside-down",
            "A rougher function (larger L) allows only shorter steps, so the bound grows with L; "
            "yours falls.",
            {
                "gd_bound": lambda L, K, F0, Fs: 2 / (L * K) * (F0 - Fs),
                "steps_needed": lambda L, gap, eps: math.ceil(2 * gap / (L * eps**2)),
            },
            says=("L inverted",),
        ),
        Mistake(
            "gap-sign",
            "The gap is F(w_0) - F*, start minus lower bound: the other way round the bound would "
            "be negative.",
            {"gd_bound": lambda L, K, F0, Fs: 2 * L / K * (Fs - F0)},
            says=("sign of the gap",),
        ),
        Mistake(
            "norm-for-square",
            "You took the square root: that bounds the norm, and the task asks for its square.",
            {"gd_bound": lambda L, K, F0, Fs: math.sqrt(2 * L / K * (F0 - Fs))},
            says=("square root taken (norm, not squared norm)",),
        ),
        Mistake(
            "eps-not-squared",
            "The bound is on |g|^2, so |g| <= eps asks for eps^2: halving eps costs four times "
            "the steps.",
            {"steps_needed": lambda L, gap, eps: math.ceil(2 * L * gap / eps)},
        ),
        Mistake(
            "rounded-down",
            "With the integer below, the bound is still above eps^2: round up.",
            {"steps_needed": lambda L, gap, eps: math.floor(2 * L * gap / eps**2)},
        ),
        Mistake(
            "mean-forgotten",
            "That bounds the sum of all K squared gradients; the smallest is at most their mean.",
            {"gd_bound": lambda L, K, F0, Fs: 2 * L * (F0 - Fs)},
        ),
        Mistake(
            "lower-bound-forgotten",
            "F can fall by F(w_0) - F*, not by F(w_0): a function may be bounded below by "
            "something other than 0.",
            {"gd_bound": lambda L, K, F0, Fs: 2 * L / K * F0},
        ),
    ),
    also_correct={
        "(F0-F*)/(K eta (1-L eta/2)) at eta=1/L": {"gd_bound": ref.gd_bound_by_step},
        "mean-of-squares argument or contradiction argument; "
        "proof that also covers F(w_K) >= F_*": {"steps_needed": ref.steps_by_search},
    },
)

# --- gd_convergence.rate-claims -----------------------------------------------------------------

rate_claims = ClaimsTask(
    task="gd_convergence.rate-claims",
    title="True or false: what the bound says",
    covers=("002 5(b)",),
    names=("rate_claims",),
    points=1,
    claims=(
        ("the bound holds for every L-smooth F that is bounded below, convex or not", True),
        ("it bounds the gradient at the last of the iterates", False),
        ("with eta = 1/L, F falls at every step whose gradient is not zero", True),
        ("the iterates approach a global minimum of F", False),
        ("with eta = 2/L the same argument gives a bound as well", False),
        ("to halve the guaranteed norm of the smallest gradient takes four times the steps", True),
    ),
    mistakes=(
        Mistake(
            "uses-convexity",
            "The proof uses the descent lemma and F >= F*, nothing else: convexity is not needed.",
            {"rate_claims": (False, False, True, False, False, True)},
            says=("uses convexity",),
        ),
        Mistake(
            "last-iterate",
            "The smallest of K numbers is at most their mean; about the last one the mean says "
            "nothing.",
            {"rate_claims": (True, True, True, False, False, True)},
            says=("concludes that the LAST iterate has the small gradient",),
        ),
        Mistake(
            "global-minimum",
            "A small gradient is all that is promised: the run may well rest in a side valley.",
            {"rate_claims": (True, False, True, True, False, True)},
        ),
        Mistake(
            "edge-counts",
            "At eta = 2/L the guaranteed decrease eta (1 - L eta/2) |g|^2 is zero, and a sum of "
            "zeros bounds nothing.",
            {"rate_claims": (True, False, True, False, True, True)},
        ),
        Mistake(
            "squared-rate",
            "The bound 2L gap/K is on the squared norm: half the norm is a quarter of the square.",
            {"rate_claims": (True, False, True, False, False, False)},
        ),
    ),
)

# --- gd_convergence.descent-lemma ---------------------------------------------------------------

Report = tuple[float, float, float]


def wavy_start(rng: Generator, K: int, smallest_last: bool) -> float:
    """Draw a start whose smallest gradient is (or is not) that of the last of K steps."""
    while True:
        w0 = float(np.round(rng.uniform(0.3, 3.0), 3)) * (1 if rng.uniform() < 0.5 else -1)
        squares = [ref.wavy_slope(w) ** 2 for w in run(w0, K)]
        last = int(np.argmin(squares)) == K
        before = int(np.argmin(squares[:-1])) == K - 1
        if min(squares) > 1e-3 and (last and before if smallest_last else not (last or before)):
            return w0


def run(w0: float, K: int) -> list[float]:
    w = [float(w0)]
    for _ in range(K):
        w.append(w[-1] - ref.wavy_slope(w[-1]) / ref.WAVY_L)
    return w


def draw_lemma(rng: Generator) -> Sequence[Look]:
    short, longer = int(rng.integers(2, 4)), int(rng.integers(3, 6))
    return [
        Look("a run that calms down", {"descent_report": [(wavy_start(rng, short, True), short)]}),
        Look(
            "a run that starts near a hilltop",
            {"descent_report": [(wavy_start(rng, longer, False), longer)]},
        ),
    ]


def report(w0: float, K: int, **changed: float) -> Report:
    names = ("margin", "best", "bound")
    found = dict(zip(names, ref.descent_report(w0, K), strict=True)) | changed
    return found["margin"], found["best"], found["bound"]


def squares_of(w0: float, K: int) -> list[float]:
    return [ref.wavy_slope(w) ** 2 for w in run(w0, K)]


def mean_margin(w0: float, K: int) -> Report:
    w, g2 = run(w0, K), squares_of(w0, K)
    margins = [ref.wavy(w[k]) - ref.wavy(w[k + 1]) - g2[k] / 36 for k in range(K)]
    return report(w0, K, margin=float(np.mean(margins)))


def decrease_only(w0: float, K: int) -> Report:
    w = run(w0, K)
    return report(w0, K, margin=min(ref.wavy(w[k]) - ref.wavy(w[k + 1]) for k in range(K)))


def twice_promised(w0: float, K: int) -> Report:
    w, g2 = run(w0, K), squares_of(w0, K)
    margins = [ref.wavy(w[k]) - ref.wavy(w[k + 1]) - g2[k] / 18 for k in range(K)]
    return report(w0, K, margin=min(margins))


descent_lemma = FunctionTask(
    task="gd_convergence.descent-lemma",
    title="The descent lemma, measured where nothing is convex",
    covers=("002 5(b)",),
    names=("descent_report",),
    points=2,
    reference={"descent_report": ref.descent_report},
    second={"descent_report": ref.descent_report_by_cosines},
    draw=draw_lemma,
    tolerance=Tolerance(1e-6, 1e-9),
    mistakes=(
        Mistake(
            "last-gradient",
            "You returned the last squared gradient; the bound is about the smallest of the first "
            "K, and the run may have begun on a hilltop.",
            {"descent_report": lambda w, K: report(w, K, best=squares_of(w, K)[K - 1])},
        ),
        Mistake(
            "one-iterate-too-many",
            "You looked at w_0, ..., w_K; the bound is about the K iterates w_0, ..., w_{K-1} "
            "from which a step is taken.",
            {"descent_report": lambda w, K: report(w, K, best=min(squares_of(w, K)))},
        ),
        Mistake(
            "norm-for-square",
            "Your smallest gradient is not squared; the bound is on the square.",
            {
                "descent_report": lambda w, K: report(
                    w, K, best=math.sqrt(ref.descent_report(w, K)[1])
                )
            },
        ),
        Mistake(
            "promise-doubled",
            "The lemma promises |g|^2/(2L) per step; you subtracted |g|^2/L, and the margin turns "
            "negative.",
            {"descent_report": twice_promised},
        ),
        Mistake(
            "promise-not-subtracted",
            "Your margin is the whole decrease; subtract the |g|^2/(2L) that was promised.",
            {"descent_report": decrease_only},
        ),
        Mistake(
            "margin-sign",
            "The margin is what F falls beyond the promise, so it is not negative; yours has the "
            "sign turned.",
            {"descent_report": lambda w, K: report(w, K, margin=-ref.descent_report(w, K)[0])},
        ),
        Mistake(
            "mean-margin",
            "A promise must hold at every step: report the smallest margin, not the mean.",
            {"descent_report": mean_margin},
        ),
        Mistake(
            "factor-two-lost",
            "The bound is (2L/K)(F(w_0) - F*); a factor 2 is missing.",
            {"descent_report": lambda w, K: report(w, K, bound=ref.descent_report(w, K)[2] / 2)},
        ),
    ),
)

EXERCISES = (nonconvex_rate, rate_claims, descent_lemma)
