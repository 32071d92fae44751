"""Matplotlib pictures of a few steps."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib.figure import Figure as MatplotlibFigure
from matplotlib.patches import FancyBboxPatch, Rectangle

from chainrule.sweep.filmstrip import INK, PALETTE, RULE, SOFT, write

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from chainrule.sweep.steps import Box, Frame, Scene, Steps

COLOURS = {"value": PALETTE[0], "tangent": PALETTE[2], "adjoint": PALETTE[1]}
BORDERS = {"active": PALETTE[1], "source": PALETTE[0]}


def draw_steps(steps: Steps) -> MatplotlibFigure:
    """Draw up to four steps, two in a row, each under its sentence."""
    positions = steps.film_positions()
    rows, columns = -(-len(positions) // 2), min(2, len(positions))
    scenes = [steps.scenes[position // steps.length] for position in positions]
    shape = max(scene.high / scene.wide for scene in scenes)
    figure = MatplotlibFigure(
        figsize=(11, rows * (0.6 + 11 / columns * shape)), layout="constrained"
    )
    grid = figure.subplots(rows, columns, squeeze=False).ravel()
    for axes in grid:
        axes.axis("off")
    for axes, position, scene in zip(grid, positions, scenes, strict=False):
        frame = steps.frames[position]
        points_per_pixel = 72 * 11 / columns / scene.wide
        draw_frame(axes, scene, frame, fontsize=13 * points_per_pixel)
        title = f"{scene.name}: {frame.sentence}" if len(steps.scenes) > 1 else frame.sentence
        write(axes.set_title, textwrap.fill(title, 76), fontsize=9, loc="left")
    return figure


def draw_frame(axes: Axes, scene: Scene, frame: Frame, fontsize: float) -> None:
    """Draw one step of a scene in its own pixels, y downwards."""
    axes.set(xlim=(0, scene.wide), ylim=(scene.high, 0), aspect="equal")
    places = {box.name: frame.moves.get(box.name, (box.x, box.y)) for box in scene.boxes}
    for edge in scene.edges:
        role = frame.roles.get(edge.name, "")
        colour = {"active": PALETTE[0], "back": PALETTE[1]}.get(role, SOFT)
        start, end = places[edge.source], places[edge.target]
        axes.plot(*zip(start, end, strict=True), color=colour, lw=2 if role else 0.8, zorder=1)
        if note := frame.notes.get(edge.name):
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 8
            axes.text(*middle, note, fontsize=fontsize, color=colour, ha="center", parse_math=False)
    for box in scene.boxes:
        draw_box(axes, box, places[box.name], frame, fontsize)


def draw_box(
    axes: Axes, box: Box, place: tuple[float, float], frame: Frame, fontsize: float
) -> None:
    """Draw one box with its label and its lines of text."""
    role = frame.roles.get(box.name, "")
    if role == "away":
        return
    corner = (place[0] - box.wide / 2, place[1] - box.high / 2)
    if box.kind != "bare":
        axes.add_patch(outline(box, corner, role))
    lines = [("label", box.label), *frame.texts.get(box.name, ())]
    lines = [line for line in lines if line[1]]
    for k, (kind, text) in enumerate(lines):
        y = place[1] + 17 * (k - (len(lines) - 1) / 2)
        colour = COLOURS.get(kind, INK)
        alpha = 0.4 if role == "dim" else 1.0
        axes.text(
            place[0], y, text, fontsize=fontsize, color=colour, alpha=alpha,
            ha="center", va="center", zorder=4, parse_math=False,
        )  # fmt: skip


def outline(box: Box, corner: tuple[float, float], role: str) -> FancyBboxPatch | Rectangle:
    """Return the border of a box: round for a node, square for a cell, empty for a hull."""
    tone = (*PALETTE, SOFT)[int(role[4:]) % 6] if role.startswith("tone") else None
    edge = tone or BORDERS.get(role, PALETTE[1] if box.kind == "hull" else RULE)
    face = "none" if box.kind == "hull" else f"{tone}40" if tone else "white"
    style = {"facecolor": face, "edgecolor": edge, "linewidth": 1.6, "zorder": 3}
    if box.kind == "node":
        rounded = "round,pad=0,rounding_size=9"
        return FancyBboxPatch(corner, box.wide, box.high, boxstyle=rounded, **style)  # type: ignore[arg-type]
    return Rectangle(corner, box.wide, box.high, **style)  # type: ignore[arg-type]
