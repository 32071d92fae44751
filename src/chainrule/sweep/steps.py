"""`Steps`: boxes and edges that change one step at a time, with a sentence for each step."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from chainrule.sweep.figure import Figure
from chainrule.sweep.marks import Preset, Slider

if TYPE_CHECKING:
    from matplotlib.figure import Figure as MatplotlibFigure

#: A line of text in a box and what it is: "value", "tangent", "adjoint" or "" (plain).
TextLine = tuple[str, str]


@dataclass(frozen=True)
class Box:
    """A node of a graph or a cell of an array, by its centre, in pixels of the scene.

    Attributes:
        name: by which frames and edges speak of it.
        x, y: the centre.
        label: written on top, it stays; numbers come from the frames.
        wide, high: the size.
        kind: "node" (round corners), "cell" (square), "bare" (text only) or "hull" (outline only).
    """

    name: str
    x: float
    y: float
    label: str = ""
    wide: float = 120
    high: float = 72
    kind: str = "node"


@dataclass(frozen=True)
class Edge:
    """An arrow between two boxes."""

    source: str
    target: str

    @property
    def name(self) -> str:
        """By which frames speak of it."""
        return f"{self.source}>{self.target}"


@dataclass(frozen=True)
class Frame:
    """The whole state at one step.

    Attributes:
        sentence: what happens here, with its numbers.
        formula: the arithmetic, in the markup of formulas.
        texts: lines of text per box.
        roles: "active", "source", "done", "dim", "back" or "tone0".."tone8" per box or edge.
        notes: a text beside an edge.
        moves: where a box stands at this step, when it moved.
    """

    sentence: str
    formula: str = ""
    texts: Mapping[str, Sequence[TextLine]] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)
    notes: Mapping[str, str] = field(default_factory=dict)
    moves: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """One run: what stands where, and what happens. Its name is on the button that chooses it."""

    name: str
    boxes: Sequence[Box]
    edges: Sequence[Edge]
    frames: Sequence[Frame]
    wide: float = 820
    high: float = 340


class Steps(Figure):
    """A figure that is read one step at a time: back, next, play.

    Args:
        title: what is shown, in a few words.
        scenes: one run, or several to choose from.
        presets: step numbers worth a name, such as the turning point of a sweep.
        choice: what distinguishes the scenes ("mode").
        start: the first step shown.
    """

    kind = "steps"

    def __init__(
        self,
        title: str,
        scenes: Sequence[Scene],
        *,
        presets: Mapping[str, int] | None = None,
        choice: str = "case",
        start: int = 0,
    ) -> None:
        self.title, self.scenes = title, tuple(scenes)
        self.length = max(len(scene.frames) for scene in scenes)
        step = Slider("step", range(1, self.length + 1), start=start + 1, digits=0)
        names = [scene.name for scene in scenes]
        cases = Slider(choice, range(len(scenes)), start=0, names=names, choice=True)
        self.sliders = (cases, step) if len(scenes) > 1 else (step,)
        free: tuple[None, ...] = (None,) * (len(self.sliders) - 1)
        self.presets = tuple(
            Preset(label, (*free, place + 1)) for label, place in (presets or {}).items()
        )

    @cached_property
    def frames(self) -> list[Frame]:
        """The frame at every position; a short scene stays at its last one."""
        return [
            scene.frames[min(step, len(scene.frames) - 1)]
            for scene in self.scenes
            for step in range(self.length)
        ]

    @property
    def sentences(self) -> list[str]:
        """One sentence for each position."""
        return [frame.sentence for frame in self.frames]

    def describe(self) -> dict[str, Any]:
        """Return the scenes as plain data."""
        return {
            "scenes": [describe_scene(scene) for scene in self.scenes],
            "formulas": [frame.formula for frame in self.frames] if self.has_formulas else [],
            "presets": [
                {"label": p.label, "at": [None if v is None else int(v) - 1 for v in p.values]}
                for p in self.presets
            ],
        }

    @property
    def has_formulas(self) -> bool:
        """Whether any step shows its arithmetic."""
        return any(frame.formula for frame in self.frames)

    def film_positions(self) -> list[int]:
        """Return four steps spread over the first scene, or the middle of up to four scenes."""
        if len(self.scenes) > 1:
            return [
                k * self.length + len(scene.frames) // 2 for k, scene in enumerate(self.scenes[:4])
            ]
        places = np.linspace(0, len(self.scenes[0].frames) - 1, 5).round().astype(int)[1:]
        return [int(place) for place in dict.fromkeys(places)]

    def filmstrip(self) -> MatplotlibFigure:
        """Draw the scenes at `film_positions`, two by two."""
        from chainrule.sweep.film_steps import draw_steps

        return draw_steps(self)


def describe_scene(scene: Scene) -> dict[str, Any]:
    """Return a scene as plain data; what a frame does not mention is left out."""
    return {
        "name": scene.name,
        "size": [scene.wide, scene.high],
        "boxes": [[b.name, b.x, b.y, b.wide, b.high, b.kind, b.label] for b in scene.boxes],
        "edges": [[e.name, e.source, e.target] for e in scene.edges],
        "frames": [describe_frame(frame) for frame in scene.frames],
    }


def describe_frame(frame: Frame) -> dict[str, Any]:
    """Return what changes at one step."""
    parts: dict[str, Mapping[str, Any]] = {
        "texts": {name: [list(line) for line in lines] for name, lines in frame.texts.items()},
        "roles": frame.roles,
        "notes": frame.notes,
        "moves": {name: list(place) for name, place in frame.moves.items()},
    }
    return {key: dict(part) for key, part in parts.items() if part}
