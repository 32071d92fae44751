"""Layers to configure: any (k, s, p, d) that satisfies what is asked, by the formula with floor."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chainrule.compare import numbers, show
from chainrule.fact import Case, Fact, Form, Group
from chainrule.verdict import Verdict
from chainrule_staff.exercises.convolution.references import conv_out
from chainrule_staff.exercises.model import Answers, Generator, Kind
from chainrule_staff.exercises.witness import WitnessTask

Layer = Mapping[str, int]
WORDS = {"k": "kernel", "s": "stride", "p": "padding", "d": "dilation"}
LEAST = {"k": 1, "s": 1, "p": 0, "d": 1}
DEFAULTS = {"s": 1, "p": 0, "d": 1}  # as in conv_out


@dataclass(frozen=True, kw_only=True)
class LayerTask(WitnessTask):
    """Choose k, s, p, d such that a layer maps size `i` to size `o`.

    Attributes:
        i: size of the input.
        o: size of the output that is asked for.
        given: what may not be changed: name -> value.
        tiling: whether windows must neither overlap nor leave gaps (s = k).
    """

    i: int
    o: int
    given: Layer
    tiling: bool = False
    form: Form = field(default_factory=lambda: Form(("dict",)))
    kinds: tuple[Kind, ...] = ("configuration",)
    properties: tuple[tuple[str, Callable[[Any], str | None]], ...] = field(default=())

    def __post_init__(self) -> None:
        """State the constraints in the order in which they are looked at."""
        given = ", ".join(f"{name} = {value}" for name, value in self.given.items())
        properties: list[tuple[str, Callable[[Any], str | None]]] = [
            ("k, s, p and d are whole numbers in their range", readable),
            (f"what is given is kept: {given}", self._keeps),
        ]
        if self.tiling:
            properties.append(("the windows touch and do not overlap", tiles))
        properties += [
            ("the kernel fits into the padded input", self._fits),
            (f"size {self.i} becomes size {self.o}", self._maps),
        ]
        object.__setattr__(self, "properties", tuple(properties))
        super().__post_init__()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Judge the layer; it may also go by the name `layer_config`."""
        (name,) = self.names
        if name not in answers and "layer_config" in answers:
            answers = {name: answers["layer_config"]}
        return super().judge(answers, rng)

    def recognise(self, value: Any) -> str | None:
        """A mistake is recognised in a layer only: p = 2.5 is no wrong choice of p."""
        layer = isinstance(value, Mapping) and readable(value) is None
        return super().recognise(value) if layer else None

    def fact(self, rng: Generator) -> Fact:
        """The instant check looks at the form of the dictionary, which may stand by itself."""
        (name,) = self.names
        group = Group(
            "is a layer (whether it fits is judged after you hand in)",
            (Case(name, None, self.form),),
            hint="A layer is a dictionary such as {'k': 1, 's': 1, 'p': 0, 'd': 1}.",
        )
        return Fact(self.task, self.names, (group,), {}, self.points)

    def _keeps(self, value: Any) -> str | None:
        layer = read(value)
        for name, wanted in self.given.items():
            if layer[name] != wanted:
                return f"{name} = {wanted} is given (the {WORDS[name]}), yours is {layer[name]}"
        return None

    def _fits(self, value: Any) -> str | None:
        k, _, p, d = values(value)
        if d * (k - 1) + 1 <= self.i + 2 * p:
            return None
        return (
            f"d(k - 1) + 1 <= i + 2p does not hold: the kernel covers {d * (k - 1) + 1} places, "
            f"the padded input has {self.i + 2 * p}"
        )

    def _maps(self, value: Any) -> str | None:
        k, s, p, d = values(value)
        o = conv_out(self.i, k, s, p, d)
        if o == self.o:
            return None
        return (
            f"floor((i + 2p - d(k - 1) - 1) / s) + 1 = "
            f"floor(({self.i} + {2 * p} - {d * (k - 1)} - 1) / {s}) + 1 = {o}, not {self.o}"
        )

    def solutions_up_to(self, p_max: int, k_max: int) -> Iterator[tuple[int, int, int, int]]:
        """Yield every right (k, s, p, d) with p and k up to these bounds, by trying them all."""
        ranges = {
            "k": range(1, k_max + 1),
            "s": range(1, self.i + 2 * p_max + 1),
            "p": range(p_max + 1),
            "d": range(1, self.i + 2 * p_max + 1),
        }
        for name, value in self.given.items():
            ranges[name] = range(value, value + 1)
        for k in ranges["k"]:
            for p in ranges["p"]:
                for d in ranges["d"]:
                    for s in ranges["s"]:
                        layer = {"k": k, "s": s, "p": p, "d": d}
                        if all(explain(layer) is None for _, explain in self.properties):
                            yield k, s, p, d


def readable(value: Any) -> str | None:
    """Say what is no whole number in its range, or nothing."""
    if "k" not in value:
        return "the key 'k' is missing: give {'k': ..., 's': ..., 'p': ..., 'd': ...}"
    for name, least in LEAST.items():
        given = value.get(name, DEFAULTS.get(name))
        number = numbers(given)
        if number is None or number.size != 1 or not float(number.item()).is_integer():
            return f"{name} = {show(given)} is no whole number"
        if number.item() < least:
            return f"the {WORDS[name]} must be at least {least}, yours is {name} = {show(given)}"
    return None


def read(value: Any) -> dict[str, int]:
    """Return the four numbers of a layer; what is left out is as in `conv_out`."""
    return {
        name: round(float(numbers(value.get(name, DEFAULTS.get(name))).item()))  # type: ignore[union-attr]
        for name in LEAST
    }


def values(value: Any) -> tuple[int, int, int, int]:
    """Return (k, s, p, d)."""
    layer = read(value)
    return layer["k"], layer["s"], layer["p"], layer["d"]


def tiles(value: Any) -> str | None:
    """Windows that touch start as far apart as they are wide."""
    k, s, _, d = values(value)
    wide = d * (k - 1) + 1
    if wide == s:
        return None
    what = "overlap" if s < wide else "leave gaps"
    return f"s = k does not hold: windows {wide} wide that start {s} apart {what}"
