"""Networks judged by what they do: any weights are right that give every point its class.

Points near a boundary are left out, so that -1.33 for -4/3 costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from chainrule.assess import Outcome, Unfinished, call, fetch, unfinished
from chainrule.compare import Numbers, numbers, show
from chainrule.fact import Case, Fact, Group, Raised
from chainrule.probes import VIEWS, heaviside_units
from chainrule.sealed import seal
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator

Truths = NDArray[np.bool_]
NEAR = 0.06  # distances below this (more, in proportion, far out) belong to no side


@dataclass(frozen=True)
class HalfPlane:
    """A half-plane the prompt speaks of: where w.x + b > 0.

    Attributes:
        words: how the prompt says it ("below x2 = -4/3 x1 + 4").
        w: the normal, pointing inside.
        b: the offset.
    """

    words: str
    w: tuple[float, float]
    b: float

    def distance(self, X: Numbers) -> Numbers:
        """Return the distance of each point from the line, positive inside: (n, 2) -> (n,)."""
        w = np.asarray(self.w)
        return np.asarray((X @ w + self.b) / np.linalg.norm(w))


@dataclass(frozen=True, kw_only=True)
class PlacingTask(Exercise):
    """A function without arguments that returns the weights of a network of Heaviside units.

    Attributes:
        shapes: the shape of each part; a letter stands for a size of the student's choice.
        half_planes: what the region is made of; may be empty.
        inside: truths (n, k), point in half-plane, -> the class of each point (n,); without
            half-planes, the points themselves -> their classes.
        places: draws the points to look at, (n, 2).
        view: the view of the instant check.
    """

    shapes: Mapping[str, tuple[int | str, ...]]
    half_planes: Sequence[HalfPlane]
    inside: Callable[[Any], Truths]
    places: Callable[[Generator], Numbers]
    view: str

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Compare the classes off the lines; if they differ, look at each half-plane."""
        (name,) = self.names
        try:
            answer = fetch(answers, name)
            outcome = call(answer, (), name) if callable(answer) else Outcome(answer)
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        if isinstance(outcome.value, Raised):
            return self._verdict([Check("runs", False, outcome.text)])
        if problem := self.shape_problem(outcome.value):
            return self._verdict([Check("parts and shapes", False, problem)])
        X = self.off_the_lines(self.places(rng))
        checks = self.examine(outcome.value, X)
        found = None if checks[-1].passed else self.recognise(outcome.value, X)
        return self._verdict(checks, found)

    def examine(self, value: Any, X: Numbers) -> list[Check]:
        """Return one check per half-plane, and last the one on the classes."""
        said = heaviside_units(value, X)
        wrong = self.class_problem(said[-1].ravel(), X)
        checks = []
        for side in self.half_planes:
            drawn = wrong is None or draws(said[0], side.distance(X) > 0)
            message = "" if drawn else f"none of your units draws the half-plane {side.words}"
            checks.append(Check(f"a unit for: {side.words}", drawn, message))
        return [*checks, Check("the right class at every point", wrong is None, wrong or "")]

    def class_of(self, X: Numbers) -> Numbers:
        """Return the wanted class of each point, 0.0 or 1.0."""
        if not self.half_planes:
            return self.inside(X).astype(float)
        sides = np.stack([side.distance(X) > 0 for side in self.half_planes], axis=1)
        return self.inside(sides).astype(float)

    def class_problem(self, output: Numbers, X: Numbers) -> str | None:
        """Say where the network is wrong, and why that point belongs where it belongs."""
        wanted = self.class_of(X)
        wrong = output != wanted
        if not wrong.any():
            return None
        first = int(np.argmax(wrong - 1e-6 * np.abs(X).sum(axis=1)))  # the one nearest to 0
        share = f"{100 * wrong.mean():.0f} % of the points are wrong"
        where = f"at ({X[first, 0]:.2g}, {X[first, 1]:.2g}) the output is {output[first]:g}"
        if output[first] == 0.5:
            return f"{share}; {where}, because the last pre-activation is exactly 0 there"
        return f"{share}; {where}, {self._reason(X[first], bool(wanted[first]))}"

    def _reason(self, x: Numbers, wanted: bool) -> str:
        if not self.half_planes:
            return f"it should be {int(wanted)}"
        broken = [side.words for side in self.half_planes if side.distance(x[None])[0] < 0]
        if wanted or not broken:
            return "but the point is in the region"
        return f"but the point is not {broken[0]}"

    def off_the_lines(self, X: Numbers) -> Numbers:
        """Leave out the points near a line; the further out, the wider the strip."""
        far = np.maximum(1.0, np.linalg.norm(X, axis=1) / 8.0)
        keep = np.ones(len(X), dtype=bool)
        for side in self.half_planes:
            keep &= np.abs(side.distance(X)) > NEAR * far
        return X[keep]

    def shape_problem(self, value: Any) -> str | None:
        """Return one sentence if the parts have not the shapes that are asked for."""
        wanted = ", ".join(f"{name} {_shape(shape)}" for name, shape in self.shapes.items())
        if not isinstance(value, tuple | list) or len(value) != len(self.shapes):
            return f"expected ({wanted}), got {show(value)}"
        sizes: dict[str, int] = {}
        for part, (name, shape) in zip(value, self.shapes.items(), strict=True):
            array = numbers(part)
            if array is None or not np.isfinite(array).all():
                return f"{name} should be made of finite numbers, got {show(part)}"
            array = array.reshape(()) if shape == () and array.size == 1 else array
            if len(shape) == 1 and array.ndim == 2 and 1 in array.shape:
                array = array.ravel()  # a vector written as a row or a column
            known = tuple(sizes.get(n, n) if isinstance(n, str) else n for n in shape)
            if array.ndim != len(shape) or any(
                isinstance(n, int) and n != size for n, size in zip(known, array.shape, strict=True)
            ):
                return f"{name} has the shape {array.shape}, expected ({wanted})"
            sizes |= {n: s for n, s in zip(shape, array.shape, strict=True) if isinstance(n, str)}
        return "a layer without units" if 0 in sizes.values() else None

    def recognise(self, value: Any, X: Numbers) -> str | None:
        """Return the first known mistake with the same classes and the same half-planes drawn."""

        def deeds(value: Any) -> list[Any]:
            said = heaviside_units(value, X)
            drawn = [draws(said[0], side.distance(X) > 0) for side in self.half_planes]
            return [drawn, said[-1].tolist()]

        for mistake in self.mistakes:
            if deeds(value) == deeds(mistake.answers[self.names[0]]()):
                return mistake.name
        return None

    def _verdict(self, checks: Sequence[Check], mistake: str | None = None) -> Verdict:
        """Half of the points for the classes, half in equal shares for the half-planes."""
        passed = [check.passed for check in checks]
        drawn = sum(passed[:-1]) / (2 * max(1, len(self.half_planes)))
        score = 1.0 if all(passed) else drawn
        lesson = self.lessons[mistake] if mistake else ""
        return Verdict(self.task, score, tuple(checks), mistake, lesson, self.points)

    def fact(self, rng: Generator) -> Fact:
        """Seal the classes at fixed points; a known mistake is known by its classes there."""
        (name,) = self.names

        def sealed(answer: Any) -> Any:
            return seal(self.task, VIEWS[self.view](answer()))

        mistaken = {m.name: sealed(m.answers[name]) for m in self.mistakes}
        case = Case(name, (), sealed(self.reference[name]), mistaken, self.view)
        group = Group("the right class at a few points", (case,))
        return Fact(self.task, self.names, (group,), self.lessons, self.points)


def draws(units: Numbers, inside: Truths) -> bool:
    """Whether one of the units (n, m) fires exactly inside, or exactly outside."""
    wanted = inside.astype(float)[:, None]
    same, opposite = (units == wanted).all(axis=0), (units == 1 - wanted).all(axis=0)
    return bool((same | opposite).any())


def _shape(shape: tuple[int | str, ...]) -> str:
    sizes = ", ".join(map(str, shape)) + ("," if len(shape) == 1 else "")
    return f"({sizes})" if shape else "a number"
