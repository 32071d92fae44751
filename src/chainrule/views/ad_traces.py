"""Forward and reverse automatic differentiation on the graph of f = 1/(x1 + x2) + x2² + cos x1."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import cos, isfinite, sin

from chainrule.sweep import Box, Edge, Frame, Scene, Steps
from chainrule.sweep.pack import show

DIGITS = 4


@dataclass(frozen=True)
class Node:
    """One line of the trace: what it is called, its formula, its parents and where it stands."""

    label: str
    formula: str
    parents: tuple[str, ...]
    x: float
    y: float


#: v-1 and v0 are the inputs, v6 is the output: the names of sheet 000 Q4.
NODES: Mapping[str, Node] = {
    "v-1": Node("v₋₁ = x₁", "x₁", (), 84, 50),
    "v0": Node("v₀ = x₂", "x₂", (), 84, 282),
    "v1": Node("v₁ = v₋₁ + v₀", "v₋₁ + v₀", ("v-1", "v0"), 284, 166),
    "v2": Node("v₂ = 1 / v₁", "1 / v₁", ("v1",), 478, 166),
    "v3": Node("v₃ = v₀²", "v₀²", ("v0",), 478, 282),
    "v4": Node("v₄ = cos v₋₁", "cos v₋₁", ("v-1",), 478, 50),
    "v5": Node("v₅ = v₂ + v₃", "v₂ + v₃", ("v2", "v3"), 660, 224),
    "v6": Node("v₆ = v₅ + v₄", "v₅ + v₄", ("v5", "v4"), 808, 128),
}
EDGES = [Edge(parent, name) for name, node in NODES.items() for parent in node.parents]


def find_values(x1: float, x2: float) -> dict[str, float]:
    """Return the value of every node."""
    v = {"v-1": x1, "v0": x2, "v1": x1 + x2}
    v |= {"v2": 1 / v["v1"], "v3": x2**2, "v4": cos(x1)}
    v["v5"] = v["v2"] + v["v3"]
    v["v6"] = v["v5"] + v["v4"]
    return v


def find_partials(v: Mapping[str, float]) -> dict[str, float]:
    """Return the local derivative on every edge "parent>child"."""
    ones = ("v-1>v1", "v0>v1", "v2>v5", "v3>v5", "v5>v6", "v4>v6")
    return dict.fromkeys(ones, 1.0) | {
        "v1>v2": -1 / v["v1"] ** 2,
        "v0>v3": 2 * v["v0"],
        "v-1>v4": -sin(v["v-1"]),
    }


def steps(x1: float = 3.0, x2: float = 6.0, seed: tuple[float, float] = (1.0, 0.0)) -> Steps:
    """Return the graph of sheet 000 Q4, read one step at a time: values, tangents, adjoints.

    Args:
        x1: the first coordinate of the point.
        x2: the second one; x1 + x2 must not be 0.
        seed: the tangents of x1 and x2 for the forward sweep.

    Raises:
        ValueError: f is not defined at the point.
    """
    if not (isfinite(x1) and isfinite(x2)) or x1 + x2 == 0:
        raise ValueError(f"f has 1/(x1 + x2), so (x1, x2) = ({x1:g}, {x2:g}) is outside its domain")
    v = find_values(x1, x2)
    partials = find_partials(v)
    trace = Trace(v, partials)
    frames = [*trace.fill_values(), *trace.fill_tangents(seed), *trace.fill_adjoints()]
    marks = {
        "values": 0,
        "tangents": 8,
        "adjoints": 16,
        "both partial derivatives": len(frames) - 1,
    }
    point = f"({x1:g}, {x2:g})".replace("-", "−")
    scene = Scene(f"at {point}", list(boxes()), EDGES, frames, wide=884, high=332)
    return Steps(f"f = 1/(x₁ + x₂) + x₂² + cos x₁ at {point}", [scene], presets=marks)


def boxes() -> Iterable[Box]:
    """Return a box for each node, tall enough for value, tangent and adjoint."""
    for name, node in NODES.items():
        yield Box(name, node.x, node.y, node.label, wide=136, high=84)


class Trace:
    """Fills the graph line by line; what was written before stays visible."""

    def __init__(self, v: Mapping[str, float], partials: Mapping[str, float]) -> None:
        self.v, self.partials = v, partials
        self.texts: dict[str, list[tuple[str, str]]] = {name: [] for name in NODES}

    def frame(
        self,
        sentence: str,
        formula: str,
        roles: dict[str, str],
        notes: dict[str, str] | None = None,
    ) -> Frame:
        """Return a frame with everything written so far."""
        texts = {name: tuple(lines) for name, lines in self.texts.items() if lines}
        return Frame(sentence, formula, texts, roles, notes or {})

    def fill_values(self) -> Iterable[Frame]:
        """Walk forward and compute every value."""
        for name, node in NODES.items():
            value = brief(self.v[name])
            self.texts[name].append(("value", f"value {value}"))
            roles = dict.fromkeys((f"{p}>{name}" for p in node.parents), "active")
            roles |= dict.fromkeys(node.parents, "source") | {name: "active"}
            yield self.frame(
                f"Values: {say(name)} = {node.formula} = {value}.",
                f"{say(name)} = {node.formula} = {self.put_numbers(name)}[[{value}]]",
                roles,
            )

    def put_numbers(self, name: str) -> str:
        """Write a node's formula with its parents' numbers, or nothing for an input."""
        v = {key: brief(number) for key, number in self.v.items()}
        texts = {
            "v1": f"{v['v-1']} + {bracket(v['v0'])}",
            "v2": f"1 / {bracket(v['v1'])}",
            "v3": f"{bracket(v['v0'])}^{{2}}",
            "v4": f"cos {bracket(v['v-1'])}",
            "v5": f"{v['v2']} + {bracket(v['v3'])}",
            "v6": f"{v['v5']} + {bracket(v['v4'])}",
        }
        return f"{texts[name]} = " if name in texts else ""

    def fill_tangents(self, seed: tuple[float, float]) -> Iterable[Frame]:
        """Walk forward once more with the chain rule: tangent = sum of partial × tangent."""
        dot = dict(zip(("v-1", "v0"), seed, strict=True))
        for name, node in NODES.items():
            edges = [f"{parent}>{name}" for parent in node.parents]
            terms = [
                f"{bracket(brief(self.partials[edge]))} · {bracket(brief(dot[p]))}"
                for edge, p in zip(edges, node.parents, strict=True)
            ]
            if node.parents:
                pairs = zip(edges, node.parents, strict=True)
                dot[name] = sum(self.partials[edge] * dot[parent] for edge, parent in pairs)
            value = brief(dot[name])
            self.texts[name].append(("tangent", f"tangent {value}"))
            why = f"{' + '.join(terms)} = {value}" if terms else f"{value}, the seed"
            roles = dict.fromkeys(edges, "active") | dict.fromkeys(node.parents, "source")
            yield self.frame(
                f"Tangents: the tangent of {say(name)} is {why}.",
                f"tangent of {say(name)} = {' + '.join(terms) or 'seed'} = [[{value}]]",
                roles | {name: "active"},
                {edge: f"∂ = {brief(self.partials[edge])}" for edge in edges},
            )

    def fill_adjoints(self) -> Iterable[Frame]:
        """Walk back from the output: every edge adds adjoint × partial to its source."""
        bar = dict.fromkeys(NODES, 0.0) | {"v6": 1.0}
        self.write_adjoint("v6", bar["v6"])
        yield self.frame(
            "Adjoints: the sweep starts at the output with ∂f/∂v₆ = 1.",
            "v̄₆ = [[1]]",
            {"v6": "active"},
        )
        for edge in reversed(EDGES):
            before, partial = bar[edge.source], self.partials[edge.name]
            bar[edge.source] += bar[edge.target] * partial
            self.write_adjoint(edge.source, bar[edge.source])
            yield self.send_back(edge, before, bar[edge.target], partial, bar[edge.source])
        yield self.frame(
            f"One reverse sweep gives both: ∂f/∂x₁ = {brief(bar['v-1'])} and "
            f"∂f/∂x₂ = {brief(bar['v0'])}.",
            f"∇f = ([[{brief(bar['v-1'])}]], [[{brief(bar['v0'])}]])",
            {"v-1": "active", "v0": "active"},
        )

    def send_back(
        self, edge: Edge, before: float, upstream: float, partial: float, after: float
    ) -> Frame:
        """Return the frame in which one edge carries its part of the adjoint."""
        source, target = say(edge.source), say(edge.target)
        product = f"{bracket(brief(upstream))} · {bracket(brief(partial))}"
        first = not before
        start = "" if first else f"{brief(before)} + "
        verb = "gets" if first else "feeds a second node, so it adds up:"
        return self.frame(
            f"Adjoints: {source} {verb} {start}{product} = {brief(after)}, "
            f"the adjoint of {target} times ∂{target}/∂{source}.",
            f"adjoint of {source} = {start}{product} = [[{brief(after)}]]",
            {edge.name: "back", edge.target: "source", edge.source: "active"},
            {edge.name: product},
        )

    def write_adjoint(self, name: str, value: float) -> None:
        """Write a node's adjoint, or overwrite the one that was there."""
        lines = [line for line in self.texts[name] if line[0] != "adjoint"]
        self.texts[name] = [*lines, ("adjoint", f"adjoint {brief(value)}")]


def say(name: str) -> str:
    """Return "v₋₁" for "v-1"."""
    return "v" + name[1:].translate(str.maketrans("-0123456789", "₋₀₁₂₃₄₅₆₇₈₉"))


def brief(value: float) -> str:
    """Write a number to four decimals, a whole one without any."""
    return show(value, 0 if value == int(value) and abs(value) < 1e5 else DIGITS)


def bracket(number: str) -> str:
    """Put a negative number, or one with a power of ten, in parentheses."""
    return f"({number})" if number.startswith("−") or "×" in number else number
