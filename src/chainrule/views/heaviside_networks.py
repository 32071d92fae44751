"""Heaviside networks: half-planes, and the region where all of them say yes; sheet 004 Q2."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from chainrule.sweep import Field, Layer, Network, Preset, Regions, Slider
from chainrule.sweep.marks import place
from chainrule.sweep.pack import show

#: The weights of 004 Q2: column j of W and entry j of b make unit j.
W = ((-4 / 3, -5 / 3, 5 / 4), (-1.0, 1.0, 1.0))
B = (4.0, 5.0, 5.0)
#: The weight that the printed solution of the sheet has in place of -4/3.
FLAWED_W11 = 3 / 4


def half_planes(
    weights: ArrayLike = W,
    b: ArrayLike = B,
    u: ArrayLike = (1.0, 1.0, 1.0),
    c: float = -2.5,
) -> Field:
    """Return f(x) = H(u·H(W^T x + b) + c) over the square, with lines to drag; sheet 004 Q2.

    Args:
        weights: W, shape (2, m): w_ij goes from input i to unit j, as on the sheet.
        b: biases of the units, shape (m,).
        u: weights of the output, shape (m,).
        c: bias of the output where the slider starts.
    """
    first = Layer.of(np.asarray(weights, float).T, b, "heaviside")
    out = np.asarray(u, float)
    return Field(
        "Three half-planes and one output unit",
        Slider("c", place((-3.0, -2.5, -1.5, -0.5, c), np.linspace(-3.5, 0.5, 81)), start=c),
        lambda c: Network((first, Layer.of(out, c, "heaviside"))),
        describe_region,
        xlim=(-8, 8),
        ylim=(-8, 8),
        target=wanted_region(),
        outline=corners(),
        draggable=True,
        formula=lambda c: (
            f"f(x) = H(u·h [[{show(c).replace('−', '− ') if c < 0 else '+ ' + show(c)}]])"
        ),
        presets=[
            Preset.at("c = −3: undecided inside", -3.0),
            Preset.at("c = −2.5: all three (AND)", -2.5),
            Preset.at("c = −1.5: two suffice", -1.5),
            Preset.at("c = −0.5: one suffices (OR)", -0.5),
        ],
    )


def wanted_region() -> Network:
    """Return the network whose output is 1 exactly inside the region of the sheet."""
    first = Layer.of(np.asarray(W).T, B, "heaviside")
    return Network((first, Layer.of([1.0, 1.0, 1.0], [-2.5], "heaviside")))


def corners(size: float = 8.0) -> list[tuple[float, float]]:
    """Return the corners of the region of the sheet inside the square [-size, size]²."""
    polygon = [(-size, -size), (size, -size), (size, size), (-size, size)]
    for w1, w2, b in zip(*W, B, strict=True):
        polygon = clip(polygon, (w1, w2, b))
    return polygon


def clip(
    polygon: list[tuple[float, float]], plane: tuple[float, float, float]
) -> list[tuple[float, float]]:
    """Return the part of a convex polygon where w1 x1 + w2 x2 + b > 0, plane = (w1, w2, b)."""
    w1, w2, bias = plane
    result = []
    for p, q in zip(polygon, polygon[1:] + polygon[:1], strict=True):
        a, b = w1 * p[0] + w2 * p[1] + bias, w1 * q[0] + w2 * q[1] + bias
        if a >= 0:
            result.append(p)
        if a * b < 0:
            t = a / (a - b)
            result.append((p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])))
    return result


def describe_region(c: float, regions: Regions) -> str:
    """Say how much of the square is class 1 and how much agrees with the region of the sheet."""
    undecided = f", exactly ½ on {100 * regions.halves:.1f}\u00a0%," if regions.halves else ""
    return (
        f"With c = {show(c)} the output is 1 on {100 * regions.ones:.1f}\u00a0% of the square"
        f"{undecided} and agrees with the target on {100 * regions.agrees:.1f}\u00a0% of it."
    )


def steepness(k_max: float = 20.0) -> Field:
    """Return the same network with σ(k a) in place of H: as k grows the region gets its edges."""
    scale = np.asarray(W).T, np.asarray(B)

    def network(k: float) -> Network:
        hidden = Layer.of(k * scale[0], k * scale[1], "sigmoid")
        return Network((hidden, Layer.of(k * np.ones(3), -2.5 * k, "sigmoid")))

    return Field(
        "From sigmoid units to Heaviside units",
        Slider("k", place((1.0, 5.0, k_max), np.geomspace(0.2, k_max, 80)), start=1.0),
        network,
        lambda k, regions: (
            f"With k = {show(k)} the output is above ½ on {100 * regions.ones:.1f}\u00a0% of the "
            f"square and agrees with the Heaviside network on {100 * regions.agrees:.1f}\u00a0% "
            f"of it."
        ),
        xlim=(-8, 8),
        ylim=(-8, 8),
        target=wanted_region(),
        outline=corners(),
        presets=[
            Preset.at("k = 1", 1.0),
            Preset.at("k = 5", 5.0),
            Preset.at(f"k = {k_max:g}", k_max),
        ],
    )
