"""The mathematics of the topic, by two roads each: the sheet's function, a wavy one, quadratics."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from chainrule.compare import Numbers

# ---- the function of the sheet


def f(x: float) -> float:
    """3/4 (1-x)^2 - 2(1-x) for x > 1, x^2 - 1 in between, 3/4 (1+x)^2 - 2(1+x) for x < -1."""
    if x > 1:
        return 0.75 * (1 - x) ** 2 - 2 * (1 - x)
    if x < -1:
        return 0.75 * (1 + x) ** 2 - 2 * (1 + x)
    return x**2 - 1


def f_symmetric(x: float) -> float:
    """0.75 (|x| - 1)^2 + 2 (|x| - 1) outside."""
    r = abs(x) - 1
    return 0.75 * r**2 + 2 * r if r > 0 else x**2 - 1


def df(x: float) -> float:
    """(3x+1)/2 for x > 1, (3x-1)/2 for x < -1, 2x in between."""
    if x > 1:
        return (3 * x + 1) / 2
    if x < -1:
        return (3 * x - 1) / 2
    return 2 * x


def df_by_sign(x: float) -> float:
    """1.5 x + 0.5 sign(x) outside."""
    return float(1.5 * x + 0.5 * np.sign(x) if abs(x) > 1 else 2 * x)


def df_by_clipping(x: float) -> float:
    """The slope of the slope is 2 inside and 3/2 outside: add up both parts of the way."""
    inside = min(max(x, -1.0), 1.0)
    return 2 * inside + 1.5 * (x - inside)


def joint_report() -> dict[str, float]:
    """One-sided values of f and f' at the joints, f'' on the pieces, and with them mu and L."""
    return {
        "f(1-)": 0.0,
        "f(1+)": 0.0,
        "f'(1-)": 2.0,
        "f'(1+)": 2.0,
        "f(-1-)": 0.0,
        "f(-1+)": 0.0,
        "f'(-1-)": -2.0,
        "f'(-1+)": -2.0,
        "f''_outer": 1.5,
        "f''_inner": 2.0,
        "mu": 1.5,
        "L": 2.0,
    }


Quadratic = tuple[float, float, float]  # a, b, c of a x^2 + b x + c


def report_of(left: Quadratic, middle: Quadratic, right: Quadratic) -> dict[str, float]:
    """Differentiate three pieces a x^2 + b x + c and report what happens at the joints."""

    def value(piece: Quadratic, x: float) -> float:
        return piece[0] * x**2 + piece[1] * x + piece[2]

    def slope(piece: Quadratic, x: float) -> float:
        return 2 * piece[0] * x + piece[1]

    curvatures = [2 * piece[0] for piece in (left, middle, right)]
    return {
        "f(1-)": value(middle, 1),
        "f(1+)": value(right, 1),
        "f'(1-)": slope(middle, 1),
        "f'(1+)": slope(right, 1),
        "f(-1-)": value(left, -1),
        "f(-1+)": value(middle, -1),
        "f'(-1-)": slope(left, -1),
        "f'(-1+)": slope(middle, -1),
        "f''_outer": 2 * right[0],
        "f''_inner": 2 * middle[0],
        "mu": min(curvatures),
        "L": max(curvatures),
    }


LEFT: Quadratic = (0.75, -0.5, -1.25)
MIDDLE: Quadratic = (1.0, 0.0, -1.0)
RIGHT: Quadratic = (0.75, 0.5, -1.25)


def joint_report_by_coefficients() -> dict[str, float]:
    """The pieces multiplied out: 3/4 x^2 +- 1/2 x - 5/4 outside."""
    return report_of(LEFT, MIDDLE, RIGHT)


def joint_report_by_secants() -> dict[str, float]:
    """Slopes and curvatures from secants, which for quadratics are exact up to rounding."""
    h = 2.0**-10

    def slope(x: float, side: int) -> float:
        near, far = (f_symmetric(x + k * side * h) - f_symmetric(x) for k in (1, 2))
        return side * (4 * near - far) / (2 * h)

    def curvature(x: float) -> float:
        return (f_symmetric(x + h) - 2 * f_symmetric(x) + f_symmetric(x - h)) / h**2

    outer, inner = curvature(3.0), curvature(0.25)
    tiny = 1e-13
    return {
        "f(1-)": f_symmetric(1 - tiny),
        "f(1+)": f_symmetric(1 + tiny),
        "f'(1-)": slope(1, -1),
        "f'(1+)": slope(1, 1),
        "f(-1-)": f_symmetric(-1 - tiny),
        "f(-1+)": f_symmetric(-1 + tiny),
        "f'(-1-)": slope(-1, -1),
        "f'(-1+)": slope(-1, 1),
        "f''_outer": outer,
        "f''_inner": inner,
        "mu": min(outer, inner),
        "L": max(outer, inner),
    }


def gd_path(x0: float, eta: float, steps: int) -> Numbers:
    """x_0, ..., x_steps of x <- x - eta f'(x): shape (steps + 1,)."""
    path = [float(x0)]
    for _ in range(steps):
        path.append(path[-1] - eta * df(path[-1]))
    return np.array(path)


def gd_path_recursive(x0: float, eta: float, steps: int) -> Numbers:
    """The first step, then the path from there."""
    if steps == 0:
        return np.array([float(x0)])
    return np.concatenate(
        [[float(x0)], gd_path_recursive(x0 - eta * df_by_clipping(x0), eta, steps - 1)]
    )


def gd_closed(x0: float, t: int) -> float:
    """x_t = (-1)^t (1 + (x0 - 1) 2^-t) for eta = 1 and x0 > 1."""
    return float((-1) ** t * (1 + (x0 - 1) / 2**t))


def gd_by_simulation(x0: float, t: int) -> float:
    """Run it."""
    return float(gd_path(x0, 1.0, t)[-1])


def gd_by_recursion(x0: float, t: int) -> float:
    """Step by step, x <- -(x + sign x)/2."""
    x = float(x0)
    for _ in range(t):
        x = float(-(x + np.sign(x)) / 2)
    return x


# ---- L-smooth functions without convexity


def gd_bound(L: float, K: int, F0: float, Fstar: float) -> float:
    """min_{k<K} |g_k|^2 <= (2L/K)(F0 - F*) for eta = 1/L."""
    return 2 * L / K * (F0 - Fstar)


def gd_bound_by_step(L: float, K: int, F0: float, Fstar: float) -> float:
    """The bound for any eta in (0, 2/L), (F0 - F*)/(K eta (1 - L eta/2)), at eta = 1/L."""
    eta = 1 / L
    return (F0 - Fstar) / (K * eta * (1 - L * eta / 2))


def steps_needed(L: float, gap: float, eps: float) -> int:
    """K = ceil(2 L gap / eps^2)."""
    return math.ceil(2 * L * gap / eps**2)


def steps_by_search(L: float, gap: float, eps: float) -> int:
    """The first K whose bound is at most eps^2, by doubling and bisection."""
    low, high = 0, 1
    while gd_bound(L, high, gap, 0.0) > eps**2:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        reached = gd_bound(L, middle, gap, 0.0) <= eps**2
        low, high = (low, middle) if reached else (middle, high)
    return high


# ---- a wavy function: not convex, L-smooth with L = 18, F* = F(0) = 0

WAVY_L = 18.0


def wavy(w: float) -> float:
    """F(w) = w^2 + 2 sin(2w)^2."""
    return float(w**2 + 2 * np.sin(2 * w) ** 2)


def wavy_slope(w: float) -> float:
    """F'(w) = 2w + 4 sin(4w); F'' = 2 + 16 cos(4w) lies in [-14, 18]."""
    return float(2 * w + 4 * np.sin(4 * w))


def descent_report(w0: float, K: int) -> tuple[float, float, float]:
    """Return (smallest margin, smallest squared gradient, bound) of K steps with eta = 1/L.

    The margin of step k is what F falls beyond the |g_k|^2/(2L) that the descent lemma promises.
    """
    w, margins, squares = float(w0), [], []
    for _ in range(K):
        g = wavy_slope(w)
        after = w - g / WAVY_L
        margins.append(wavy(w) - wavy(after) - g**2 / (2 * WAVY_L))
        squares.append(g**2)
        w = after
    return min(margins), min(squares), 2 * WAVY_L / K * wavy(w0)


def descent_report_by_cosines(w0: float, K: int) -> tuple[float, float, float]:
    """The same with F = w^2 + 1 - cos(4w) and whole arrays."""
    w = np.empty(K + 1)
    w[0] = w0
    for k in range(K):
        w[k + 1] = w[k] * (1 - 1 / 9) - np.sin(4 * w[k]) * (2 / 9)
    F = w**2 + 1 - np.cos(4 * w)
    g = 18 * (w[:-1] - w[1:])
    margins = F[:-1] - F[1:] - g**2 / 36
    return float(margins.min()), float((g**2).min()), float(36 / K * F[0])


# ---- quadratics 1/2 sum_i lambda_i x_i^2


def contraction(lam: Sequence[float], eta: float) -> float:
    """max_i |1 - eta lambda_i|: by how much the worst coordinate shrinks per step."""
    return float(np.max(np.abs(1 - eta * np.asarray(lam, dtype=float))))


def contraction_by_power(lam: Sequence[float], eta: float) -> float:
    """The spectral norm of I - eta diag(lambda)."""
    return float(np.linalg.norm(np.eye(len(lam)) - eta * np.diag(np.asarray(lam, float)), 2))


def best_step(lam: Sequence[float]) -> float:
    """2/(mu + L): then the flattest and the steepest direction shrink alike."""
    return float(2 / (np.min(lam) + np.max(lam)))


def best_step_by_balance(lam: Sequence[float]) -> float:
    """Where the falling line 1 - eta mu meets the rising line eta L - 1."""
    mu, L = sorted(float(x) for x in lam)[:: len(lam) - 1]
    low, high = 0.0, 2 / L
    for _ in range(200):
        eta = (low + high) / 2
        low, high = (eta, high) if 1 - eta * mu > eta * L - 1 else (low, eta)
    return (low + high) / 2


def best_rate(kappa: float) -> float:
    """(kappa - 1)/(kappa + 1)."""
    return (kappa - 1) / (kappa + 1)


def best_rate_by_contraction(kappa: float) -> float:
    """The contraction of the best step for mu = 1 and L = kappa."""
    return contraction([1.0, kappa], best_step([1.0, kappa]))


def best_momentum(mu: float, L: float) -> tuple[float, float]:
    """Polyak's heavy ball: eta = 4/(sqrt L + sqrt mu)^2, beta = ((sqrt L - sqrt mu)/(...))^2."""
    total, gap = math.sqrt(L) + math.sqrt(mu), math.sqrt(L) - math.sqrt(mu)
    return 4 / total**2, (gap / total) ** 2


def best_momentum_by_kappa(mu: float, L: float) -> tuple[float, float]:
    """From kappa = L/mu beta, and eta from (1 - sqrt(beta))^2 = eta mu."""
    root = math.sqrt(L / mu)
    beta = ((root - 1) / (root + 1)) ** 2
    return (1 - math.sqrt(beta)) ** 2 / mu, beta


def momentum_rate(lam: Sequence[float], eta: float, beta: float) -> float:
    """Largest |root| of z^2 - (1 + beta - eta lambda) z + beta over the lambdas."""
    return max(
        float(np.abs(np.roots([1.0, -(1 + beta - eta * x), beta])).max()) for x in map(float, lam)
    )


def momentum_rate_by_matrix(lam: Sequence[float], eta: float, beta: float) -> float:
    """The spectral radius of the step (x_t, x_{t-1}) -> (x_{t+1}, x_t)."""
    steps = [np.array([[1 + beta - eta * x, -beta], [1.0, 0.0]]) for x in map(float, lam)]
    return max(float(np.abs(np.linalg.eigvals(step)).max()) for step in steps)
