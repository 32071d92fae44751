"""Matplotlib pictures of a few steps."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from matplotlib.patches import FancyBboxPatch, Patch, Rectangle

from chainrule.sweep.filmstrip import EDGE, PALETTE, RULE, space_for_titles
from chainrule.sweep.paper import INK, SOFT, Paper, Window

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

    from chainrule.sweep.steps import Box, Frame, Scene, Steps

COLOURS = {"value": PALETTE[0], "tangent": PALETTE[2], "adjoint": PALETTE[1]}
BORDERS = {"active": PALETTE[1], "source": PALETTE[0]}
WIDE = 792.0  # points
LETTERS = 76  # of a sentence on one line above a scene


def draw_steps(steps: Steps) -> MatplotlibFigure:
    """Draw up to four steps, two in a row, each under its sentence."""
    positions = steps.film_positions()
    scenes = [steps.scenes[position // steps.length] for position in positions]
    frames = [steps.frames[position] for position in positions]
    titles = [
        textwrap.fill(f"{s.name}: {f.sentence}" if len(steps.scenes) > 1 else f.sentence, LETTERS)
        for s, f in zip(scenes, frames, strict=True)
    ]
    rows, columns = -(-len(positions) // 2), min(2, len(positions))
    wide = WIDE / columns - EDGE
    high = wide * max(scene.high / scene.wide for scene in scenes)
    head = space_for_titles(titles)
    paper = Paper(WIDE, rows * (head + high + EDGE))
    for place, (scene, frame, title) in enumerate(zip(scenes, frames, titles, strict=True)):
        row, column = divmod(place, 2)
        left = EDGE / 2 + column * (wide + EDGE)
        top = paper.high - row * (head + high + EDGE) - EDGE / 2
        paper.write(left, top, title, fontsize=9, ha="left", va="top")
        box = (left, top - head - high, wide, high)
        window = Window(paper, box, (0, scene.wide), (scene.high, 0), equal=True)
        draw_frame(window, scene, frame)
    return paper.figure


def draw_frame(window: Window, scene: Scene, frame: Frame) -> None:
    """Draw one step of a scene in its own pixels, y downwards."""
    fontsize = 13 * window.box[2] / scene.wide
    places = {box.name: frame.moves.get(box.name, (box.x, box.y)) for box in scene.boxes}
    for edge in scene.edges:
        role = frame.roles.get(edge.name, "")
        colour = {"active": PALETTE[0], "back": PALETTE[1]}.get(role, SOFT)
        start, end = places[edge.source], places[edge.target]
        window.line(*zip(start, end, strict=True), color=colour, lw=2 if role else 0.8, zorder=1)
        if note := frame.notes.get(edge.name):
            middle = (start[0] + end[0]) / 2, (start[1] + end[1]) / 2 - 8
            window.write(*middle, note, fontsize=fontsize, color=colour, va="baseline")
    for box in scene.boxes:
        draw_box(window, box, places[box.name], frame, fontsize)


def draw_box(
    window: Window, box: Box, place: tuple[float, float], frame: Frame, fontsize: float
) -> None:
    """Draw one box with its label and its lines of text."""
    role = frame.roles.get(box.name, "")
    if role == "away":
        return
    if box.kind != "bare":
        (x, y), wide, high = place, box.wide / 2, box.high / 2
        (left, right), (bottom, top) = window.at([x - wide, x + wide], [y + high, y - high])
        window.paper.draw(outline(box, (left, bottom), right - left, top - bottom, role))
    lines = [("label", box.label), *frame.texts.get(box.name, ())]
    lines = [line for line in lines if line[1]]
    for k, (kind, text) in enumerate(lines):
        middle = place[1] + 17 * (k - (len(lines) - 1) / 2)
        colour = COLOURS.get(kind, INK)
        alpha = 0.4 if role == "dim" else 1.0
        window.write(place[0], middle, text, fontsize=fontsize, color=colour, alpha=alpha, zorder=4)


def outline(box: Box, corner: tuple[float, float], wide: float, high: float, role: str) -> Patch:
    """Return the border of a box: round for a node, square for a cell, empty for a hull."""
    tone = (*PALETTE, SOFT)[int(role[4:]) % 6] if role.startswith("tone") else None
    edge = tone or BORDERS.get(role, PALETTE[1] if box.kind == "hull" else RULE)
    face = "none" if box.kind == "hull" else f"{tone}40" if tone else "white"
    style = {"facecolor": face, "edgecolor": edge, "linewidth": 1.6, "zorder": 3}
    if box.kind == "node":
        rounded = f"round,pad=0,rounding_size={9 * wide / box.wide}"
        return FancyBboxPatch(corner, wide, high, boxstyle=rounded, **style)  # type: ignore[arg-type]
    return Rectangle(corner, wide, high, **style)  # type: ignore[arg-type]
