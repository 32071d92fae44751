"""Gradient descent: the step size below, at and above 2/L, and what conditioning costs; 002 Q5."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import Line, Mark, Panel, Predict, Preset, Slider, Sweep
from chainrule.sweep.marks import place
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]

#: What counts as arrived, and where a run is cut off.
ARRIVED, LOST = 1e-3, 1e3


def f(x: ArrayLike) -> Floats:
    """Return the sheet's function: x² − 1 between −1 and 1, (3x² + 2|x| − 5)/4 outside."""
    x = np.asarray(x, float)
    return np.where(np.abs(x) <= 1, x**2 - 1, (3 * x**2 + 2 * np.abs(x) - 5) / 4)


def slope(x: float) -> float:
    """Return f'(x): 2x between −1 and 1, (3x ± 1)/2 outside."""
    return 2 * x if abs(x) <= 1 else (3 * x + np.sign(x)) / 2


def descend(x0: float, eta: float, steps: int, df: Callable[[float], float] = slope) -> Floats:
    """Return x_0, ..., x_steps of x ← x − η f'(x), NaN once |x| is beyond all bounds."""
    path = np.full(steps + 1, np.nan)
    x = float(x0)
    for t in range(steps + 1):
        if abs(x) > LOST:
            break
        path[t] = x
        x = x - eta * float(df(x))
    return path


def iterates(
    x0: float = 3.0,
    steps: int = 30,
    *,
    df: Callable[[float], float] | None = None,
    predict: bool = False,
) -> Sweep:
    """Return gradient descent on the sheet's function for every learning rate; sheet 002 Q5.

    Args:
        x0: the start.
        steps: number of steps; at most 12 with `predict`.
        df: the student's own derivative, whose run is drawn beside the true one.
        predict: whether to ask for |x_t| at η = 1 before the slider unlocks.
    """
    steps = min(steps, 12) if predict else steps  # room for a handle on every step
    t = np.arange(steps + 1)
    reach = max(3.4, abs(x0) * 1.1)
    x = np.linspace(-reach, reach, 121)
    values = place((0.5, 0.9, 1.0, 1.1, 4 / 3), np.linspace(0.05, 1.5, 88))
    left: list[Mark] = [
        Line(
            lambda eta: descend(x0, eta, steps),
            lambda eta: f(descend(x0, eta, steps)),
            colour=1,
            dots=True,
            label="x₀, x₁, x₂, …",
        ),
        Line(x, f(x), label="f"),
    ]
    right: list[Mark] = [
        Line(t, lambda eta: descend(x0, eta, steps), label="xₜ", colour=1, dots=True),
        Line([0, steps], [1, 1], ghost=True, label="±1"),
        Line([0, steps], [-1, -1], ghost=True),
    ]
    if df is not None:
        mine = df
        right.insert(
            1,
            Line(t, lambda eta: descend(x0, eta, steps, mine), label="yours", mine=True, colour=2),
        )
    return Sweep(
        f"Gradient descent from x₀ = {x0:g}".replace("-", "−"),
        [Slider("η", values, start=0.5)],
        [
            Panel(left, x="x", y="f(x)", xlim=(-reach, reach), ylim=(-1.4, float(f(reach)))),
            Panel(right, x="step t", y="xₜ", ylim=(-reach, reach)),
        ],
        lambda eta: describe_run(x0, eta, steps),
        formula=lambda eta: (
            f"x_{{t+1}} = x_{{t}} − [[{show(eta, 3)}]] f′(x_{{t}}), "
            f"with L = 2: η L = [[{show(2 * eta, 3)}]]"
        ),
        presets=[
            Preset.at("η = 0.5 = 1/L", 0.5),
            Preset.at("η = 0.9: below 2/L", 0.9),
            Preset.at("η = 1 = 2/L", 1.0),
            Preset.at("η = 1.1: above", 1.1),
            Preset.at("η = 4/3", 4 / 3),
        ],
        predict=Predict("Draw xₜ for η = 1.", (1.0,), range(7), panel=1) if predict else None,
    )


def describe_run(x0: float, eta: float, steps: int) -> str:
    """Say where the run ends up: at 0, between two points, or nowhere."""
    path = descend(x0, eta, steps)
    start = f"With η = {show(eta, 3)} the run"
    if np.isnan(path[-1]):
        return f"{start} leaves every bound after {int(np.isfinite(path).sum()) - 1} steps."
    last, before = float(path[-1]), float(path[-2])
    if abs(last) < ARRIVED:
        first = int(np.argmax(np.abs(path) < ARRIVED))
        return f"{start} reaches the minimum at 0 to three decimals in {first} steps."
    if abs(last + before) < 0.02 * abs(last):
        return (
            f"{start} ends up jumping between {show(before, 3)} and {show(last, 3)}, "
            f"where the slope is {show(slope(before), 3)} and {show(slope(last), 3)}, not 0."
        )
    return f"{start} is at {show(last, 4)} after {steps} steps and still moving."


def quadratic(steps: int = 30) -> Sweep:
    """Return gradient descent on ½(x² + κ y²): step size in units of 1/L, and conditioning κ.

    Args:
        steps: number of steps.
    """
    t = np.arange(steps + 1)
    rates = place((1.0, 1.8, 2.0, 2.1), np.linspace(0.1, 2.2, 29))
    left: list[Mark] = [
        Line(
            lambda r, k: path(r, k, steps)[0],
            lambda r, k: path(r, k, steps)[1],
            colour=1,
            dots=True,
        )
    ]
    left += [
        Line(
            lambda _, k, h=h: ellipse(k, h)[0],
            lambda _, k, h=h: ellipse(k, h)[1],
            ghost=True,
            thin=True,
        )
        for h in (0.5, 1.0, 1.5, 2.0)
    ]
    return Sweep(
        "Gradient descent on ½(x² + κ y²)",
        [
            Slider("η L", rates, start=1.0),
            Slider("κ", (1, 2, 3, 5, 8, 12, 20), start=5.0, digits=0),
        ],
        [
            Panel(left, x="x", y="y", xlim=(-2.2, 2.2), ylim=(-1.6, 1.6), equal=True),
            Panel(
                [Line(t, lambda r, k: value(r, k, steps), label="f", dots=True)],
                x="step t",
                y="f(xₜ, yₜ)",
                log=True,
                ylim=(1e-8, 1e2),
            ),
        ],
        lambda r, k: describe_quadratic(r, k, steps),
        formula=lambda r, k: (
            f"x_{{t+1}} = x_{{t}} − η x_{{t}} = [[{show(1 - r / k, 3)}]] x_{{t}}, "
            f"y_{{t+1}} = y_{{t}} − η κ y_{{t}} = [[{show(1 - r, 3)}]] y_{{t}}"
        ),
        presets=[
            Preset.at("η = 1/L", 1.0, None),
            Preset.at("η = 1.8/L", 1.8, None),
            Preset.at("η = 2/L", 2.0, None),
            Preset.at("η = 2.1/L", 2.1, None),
            Preset.at("κ = 1", None, 1.0),
            Preset.at("κ = 20", None, 20.0),
        ],
    )


def ellipse(kappa: float, level: float) -> tuple[Floats, Floats]:
    """Return a line of equal height of ½(x² + κ y²) through (level, 0)."""
    circle = np.linspace(0, 2 * np.pi, 73)
    return level * np.cos(circle), level / np.sqrt(kappa) * np.sin(circle)


#: Where the runs on the quadratic begin.
START = (1.9, 0.8)


def path(rate: float, kappa: float, steps: int) -> tuple[Floats, Floats]:
    """Return x_t and y_t for η = rate/L, L = κ: each coordinate is multiplied by 1 − η λ."""
    t = np.arange(steps + 1)
    x, y = START[0] * (1 - rate / kappa) ** t, START[1] * (1 - rate) ** t
    return np.asarray(x, float), np.asarray(y, float)


def value(rate: float, kappa: float, steps: int) -> Floats:
    """Return f along the run, shape (steps + 1,)."""
    x, y = path(rate, kappa, steps)
    return np.asarray((x**2 + kappa * y**2) / 2)


def describe_quadratic(rate: float, kappa: float, steps: int) -> str:
    """Say by how much each coordinate shrinks in a step, and where the run ends."""
    flat, steep = 1 - rate / kappa, 1 - rate
    size = max(abs(flat), abs(steep))
    if size > 1 + 1e-12:
        end = "the run diverges"
    elif size > 1 - 1e-12:
        end = "the run never settles"
    else:
        end = f"after {steps} steps f is {show(float(value(rate, kappa, steps)[-1]), 4)}"
    return (
        f"With η = {show(rate)}/L and κ = {kappa:g} a step multiplies x by {show(flat, 3)} and y "
        f"by {show(steep, 3)}: {end}."
    )


#: The wavy function F(w) = w² + 2 sin²(2w): smooth with L = 18, not convex, smallest value 0 at 0.
WAVY_L = 18.0


def wavy(w: ArrayLike) -> Floats:
    """Return F(w) = w² + 2 sin²(2w)."""
    w = np.asarray(w, float)
    return np.asarray(w**2 + 2 * np.sin(2 * w) ** 2)


def wavy_slope(w: float) -> float:
    """Return F'(w) = 2w + 4 sin(4w)."""
    return 2.0 * w + 4.0 * float(np.sin(4.0 * w))


def valleys(steps: int = 20) -> Sweep:
    """Return gradient descent with η = 1/L on the wavy function, from every start; sheet 002 Q5.

    Left the run, right the smallest squared gradient so far under the bound 2L F(w_0)/K.

    Args:
        steps: number of steps.
    """
    w = np.linspace(-3, 3, 241)
    K = np.arange(1, steps + 1)

    def run(w0: float) -> Floats:
        return descend(w0, 1 / WAVY_L, steps, wavy_slope)

    def smallest(w0: float) -> Floats:
        squares = np.array([wavy_slope(v) ** 2 for v in run(w0)[:-1]])
        return np.maximum(np.minimum.accumulate(squares), 1e-12)

    return Sweep(
        "Gradient descent among valleys",
        [Slider("w₀", place((-2.4, 0.9, 1.0, 2.6), np.linspace(-2.8, 2.8, 56)), start=2.6)],
        [
            Panel(
                [
                    Line(w, wavy(w), label="F"),
                    Line(run, lambda w0: wavy(run(w0)), colour=1, dots=True, label="w₀, w₁, …"),
                ],
                x="w",
                y="F(w)",
                xlim=(-3, 3),
                ylim=(-0.4, 11),
            ),
            Panel(
                [
                    Line(K, smallest, label="smallest |g|²", colour=1, dots=True),
                    Line(K, lambda w0: 2 * WAVY_L / K * wavy(w0), label="bound", ghost=True),
                ],
                x="steps K",
                y="squared gradient",
                log=True,
                ylim=(1e-12, 1e3),
            ),
        ],
        lambda w0: describe_valleys(w0, run(w0), smallest(w0)),
        formula=lambda w0: (
            f"min_{{k < K}} |F′(w_{{k}})|^{{2}} ≤ 2 L F(w₀) / K = 2 · 18 · "
            f"{show(float(wavy(w0)), 2)} / {steps} = "
            f"[[{show(2 * WAVY_L * float(wavy(w0)) / steps, 2)}]]"
        ),
        presets=[
            Preset.at("w₀ = 2.6", 2.6),
            Preset.at("w₀ = 0.9: beside a hilltop", 0.9),
            Preset.at("w₀ = 1: on its other side", 1.0),
            Preset.at("w₀ = −2.4", -2.4),
        ],
    )


def describe_valleys(w0: float, run: Floats, smallest: Floats) -> str:
    """Say where the run rests, and how the smallest gradient compares with its bound."""
    steps, end = len(smallest), float(run[-1])
    bound = 2 * WAVY_L / steps * float(wavy(w0))
    rest = "the global minimum" if abs(end) < 0.05 else "a valley that is not the lowest"
    least = float(smallest[-1])
    square = f"is {show(least, 2)}" if least > 1e-12 else "is not above 10⁻¹²"
    return (
        f"From w₀ = {show(w0, 2)} the run ends at {show(end, 3)}, in {rest}; the smallest squared "
        f"gradient {square}, its bound {show(bound, 2)}."
    )


def heavy_ball(kappa: float = 20.0, steps: int = 60) -> Sweep:
    """Return gradient descent with momentum on ½(x² + κ y²), for every β and step size.

    Args:
        kappa: L, where μ = 1.
        steps: number of steps.
    """
    t = np.arange(steps + 1)
    rates = (0.5, 1.0, 1.5, 1.9, 2.5, 3.0, 3.5)
    betas = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)

    @cache  # asked for by two lines and a sentence
    def run(r: float, beta: float) -> tuple[Floats, Floats]:
        def coordinate(start: float, curvature: float) -> Floats:
            before = now = start
            points = [now]
            for _ in range(steps):
                after = now - r / kappa * curvature * now + beta * (now - before)
                before, now = now, min(max(after, -1e9), 1e9)
                points.append(now)
            return np.array(points)

        return coordinate(START[0], 1.0), coordinate(START[1], kappa)

    def height(r: float, beta: float) -> Floats:
        x, y = run(r, beta)
        return np.maximum((x**2 + kappa * y**2) / 2, 1e-12)

    def sentence(r: float, beta: float) -> str:
        border, last = 2 * (1 + beta), float(height(r, beta)[-1])
        if abs(r - border) < 1e-9:
            end = "the run never settles: one of its factors is −1"
        elif r > border:
            end = "the run diverges"
        else:
            end = f"f is {show(last, 2)} after {steps} steps"
        return f"With η = {show(r, 2)}/L, β = {show(beta, 2)} and κ = {kappa:g}, {end}."

    return Sweep(
        "A heavy ball",
        [Slider("η L", rates, start=1.0), Slider("β", betas, start=0.0)],
        [
            Panel(
                [
                    Line(
                        lambda r, beta: np.clip(run(r, beta)[0], -9, 9),
                        lambda r, beta: np.clip(run(r, beta)[1], -9, 9),
                        colour=1,
                        dots=True,
                    ),
                    *(
                        Line(*ellipse(kappa, h), ghost=True, thin=True)
                        for h in (0.5, 1.0, 1.5, 2.0)
                    ),
                ],
                x="x",
                y="y",
                xlim=(-2.2, 2.2),
                ylim=(-1.6, 1.6),
                equal=True,
            ),
            Panel(
                [Line(t, height, label="f", dots=True)],
                x="step t",
                y="f",
                log=True,
                ylim=(1e-12, 1e4),
            ),
        ],
        sentence,
        formula=lambda r, beta: (
            f"stable while η L < 2 (1 + β): [[{show(r, 2)}]] "
            f"{'<' if r < 2 * (1 + beta) - 1e-9 else '≥'} [[{show(2 * (1 + beta), 2)}]]"
        ),
        presets=[
            Preset.at("β = 0: no momentum", None, 0.0),
            Preset.at("β = 0.4", None, 0.4),
            Preset.at("β = 0.8", None, 0.8),
            Preset.at("η = 1/L", 1.0, None),
            Preset.at("η = 3/L", 3.0, None),
        ],
    )
