"""Backpropagation through the 2-layer classifier of sheet 003, and a network while it learns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from chainrule.sweep import (
    Box,
    Edge,
    Field,
    Frame,
    Layer,
    Network,
    Preset,
    Regions,
    Scene,
    Slider,
    Steps,
)
from chainrule.sweep.field import sigmoid
from chainrule.sweep.pack import show

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Classifier:
    """W1 (dh, d), b1 (dh,), W2 (m, dh), b2 (m,), input x (d,), true class y and ELU's alpha."""

    W1: Floats
    b1: Floats
    W2: Floats
    b2: Floats
    x: Floats
    y: int
    alpha: float

    def run(self) -> dict[str, Floats]:
        """Return every value of the forward pass and every gradient of the loss, by name."""
        h_a = self.W1 @ self.x + self.b1
        h_s = np.where(h_a > 0, h_a, self.alpha * np.expm1(np.minimum(h_a, 0)))
        o_a = self.W2 @ h_s + self.b2
        e = np.exp(o_a - o_a.max())
        o_s = e / e.sum()
        g_oa = o_s - np.eye(len(o_s))[self.y]
        g_hs = self.W2.T @ g_oa
        g_ha = g_hs * np.where(h_a > 0, 1.0, self.alpha * np.exp(np.minimum(h_a, 0)))
        return {
            "h_a": h_a,
            "h_s": h_s,
            "o_a": o_a,
            "o_s": o_s,
            "L": np.array([-np.log(o_s[self.y])]),
            "g_oa": g_oa,
            "g_W2": np.outer(g_oa, h_s),
            "g_hs": g_hs,
            "g_ha": g_ha,
            "g_W1": np.outer(g_ha, self.x),
            "g_x": self.W1.T @ g_ha,
        }


#: The worked example of the catalogue ("EX").
EXAMPLE = Classifier(
    W1=np.array([[0.5, -0.25], [-1.0, 0.75], [0.25, 1.0]]),
    b1=np.array([0.1, -0.2, 0.3]),
    W2=np.array([[0.2, -0.4, 0.6], [-0.5, 0.3, 0.1]]),
    b2=np.array([0.05, -0.05]),
    x=np.array([1.0, -2.0]),
    y=1,
    alpha=0.7,
)

BOXES = [
    Box("x", 56, 232, "x", wide=92, high=176),
    Box("W1", 122, 62, "W₁ | b₁", wide=190, high=118),
    Box("h_a", 196, 232, "hᵃ", wide=92, high=176),
    Box("h_s", 336, 232, "hˢ", wide=92, high=176),
    Box("W2", 404, 62, "W₂ | b₂", wide=236, high=118),
    Box("o_a", 476, 232, "oᵃ", wide=92, high=176),
    Box("o_s", 616, 232, "oˢ", wide=92, high=176),
    Box("L", 752, 232, "L", wide=84, high=176),
    Box("legend", 690, 62, wide=120, high=60, kind="bare"),
]
EDGES = [
    Edge(source, target)
    for source, target in (
        ("x", "h_a"),
        ("W1", "h_a"),
        ("h_a", "h_s"),
        ("h_s", "o_a"),
        ("W2", "o_a"),
        ("o_a", "o_s"),
        ("o_s", "L"),
    )
]


def steps(
    x: ArrayLike | None = None,
    y: int | None = None,
    *,
    W1: ArrayLike | None = None,
    b1: ArrayLike | None = None,
    W2: ArrayLike | None = None,
    b2: ArrayLike | None = None,
    alpha: float = 0.7,
) -> Steps:
    """Return the 2-layer classifier, node by node: values forward, gradients back; sheet 003.

    Args:
        x: input (d,); the catalogue's example without it.
        y: the true class, counted from 0.
        W1: hidden weights (dh, d).
        b1: hidden biases (dh,).
        W2: output weights (m, dh).
        b2: output biases (m,).
        alpha: parameter of ELU.
    """
    given = {"x": x, "W1": W1, "b1": b1, "W2": W2, "b2": b2}
    parts = {
        name: np.asarray(getattr(EXAMPLE, name) if value is None else value, float)
        for name, value in given.items()
    }
    net = Classifier(**parts, y=EXAMPLE.y if y is None else y, alpha=alpha)
    check_shapes(net)
    frames = list(Walk(net).frames())
    scene = Scene("one example", BOXES, EDGES, frames, wide=802, high=330)
    presets = {"forward": 0, "loss": 5, "back to hˢ": 8, "all gradients": len(frames) - 1}
    return Steps("Backpropagation through two layers", [scene], presets=presets)


def check_shapes(net: Classifier) -> None:
    """Raise ValueError when the parts do not fit together, or do not fit into the picture."""
    dh, d = net.W1.shape
    m = len(net.W2)
    fits = (net.x.shape, net.b1.shape, net.W2.shape, net.b2.shape) == ((d,), (dh,), (m, dh), (m,))
    if not fits or not 0 <= net.y < m:
        raise ValueError(
            f"x {net.x.shape}, W1 {net.W1.shape}, b1 {net.b1.shape}, W2 {net.W2.shape}, "
            f"b2 {net.b2.shape} and y = {net.y} do not fit together"
        )
    if max(d, dh, m) > 3:
        raise ValueError(f"the picture has room for 3 units a layer, not for {max(d, dh, m)}")


class Walk:
    """Writes values into the boxes on the way forward and gradients on the way back."""

    def __init__(self, net: Classifier) -> None:
        self.net, self.v = net, net.run()
        self.texts: dict[str, list[tuple[str, str]]] = {
            "legend": [("value", "values"), ("adjoint", "∂ gradients")],
            "W1": rows("", np.column_stack([net.W1, net.b1])),
            "W2": rows("", np.column_stack([net.W2, net.b2])),
        }

    def frames(self) -> Iterator[Frame]:
        """Yield the forward pass, then the backward pass."""
        yield from self.forward()
        yield from self.backward()

    def put(self, box: str, kind: str, values: Floats) -> None:
        """Write values below what a box already shows."""
        self.texts[box] = self.texts.get(box, []) + rows(kind, values)

    def frame(self, sentence: str, formula: str, active: str, sources: str, role: str) -> Frame:
        """Return a frame; `sources` are the boxes that the active one hears from."""
        roles = dict.fromkeys(sources.split(), "source") | {active: "active"}
        for edge in EDGES:
            ends = {edge.source, edge.target}
            if active in ends and ends & set(sources.split()):
                roles[edge.name] = role
        texts = {name: tuple(lines) for name, lines in self.texts.items()}
        return Frame(sentence, formula, texts, roles)

    def forward(self) -> Iterator[Frame]:
        """Fill x, hᵃ, hˢ, oᵃ, oˢ and L."""
        v, net = self.v, self.net
        self.put("x", "value", net.x)
        yield self.frame(
            f"The input is x = {vector(net.x)}.", f"x = [[{vector(net.x)}]]", "x", "", "active"
        )
        lines = [
            ("h_a", "x W1", "hᵃ = W₁x + b₁", "every hidden unit weighs the inputs"),
            ("h_s", "h_a", "hˢ = ELU(hᵃ)", "what is negative is bent towards −α"),
            ("o_a", "h_s W2", "oᵃ = W₂hˢ + b₂", "one logit per class"),
            ("o_s", "o_a", "oˢ = softmax(oᵃ)", "probabilities that sum to 1"),
        ]
        for box, sources, formula, why in lines:
            self.put(box, "value", v[box])
            said = f"{formula} = {vector(v[box])}: {why}."
            yield self.frame(said, f"{formula} = [[{vector(v[box])}]]", box, sources, "active")
        self.put("L", "value", v["L"])
        loss, p = show(float(v["L"][0]), 4), show(float(v["o_s"][net.y]), 4)
        said = f"The true class is {net.y + 1}, so L = −ln oˢ_{net.y + 1} = −ln {p} = {loss}."
        yield self.frame(said, f"L = −ln {p} = [[{loss}]]", "L", "o_s", "active")

    def backward(self) -> Iterator[Frame]:
        """Fill the gradients at oᵃ, W₂, hˢ, hᵃ, W₁ and x."""
        v = self.v
        self.put("o_a", "adjoint", v["g_oa"])
        formula = "∂L/∂oᵃ = oˢ − onehot(y)"
        said = f"{formula} = {vector(v['g_oa'])}: softmax and logarithm in one step."
        frame = self.frame(said, f"{formula} = [[{vector(v['g_oa'])}]]", "o_a", "o_s", "back")
        yield Frame(said, frame.formula, frame.texts, {**frame.roles, "o_s>L": "back"})
        lines = [
            ("W2", "g_W2", "o_a", "∂L/∂W₂ = (∂L/∂oᵃ) (hˢ)ᵀ", "the gradient of b₂ is ∂L/∂oᵃ itself"),
            (
                "h_s",
                "g_hs",
                "o_a",
                "∂L/∂hˢ = W₂ᵀ ∂L/∂oᵃ",
                "every logit depends on each hidden unit",
            ),
            ("h_a", "g_ha", "h_s", "∂L/∂hᵃ = ∂L/∂hˢ ⊙ ELU′(hᵃ)", "entry by entry"),
            ("W1", "g_W1", "h_a", "∂L/∂W₁ = (∂L/∂hᵃ) xᵀ", "the gradient of b₁ is ∂L/∂hᵃ itself"),
            ("x", "g_x", "h_a", "∂L/∂x = W₁ᵀ ∂L/∂hᵃ", "how the loss answers to the input"),
        ]
        for box, name, sources, formula, why in lines:
            if box in ("W1", "W2"):
                bias = v["g_oa"] if box == "W2" else v["g_ha"]
                self.texts[box] = rows("adjoint", np.column_stack([v[name], bias]))
            else:
                self.put(box, "adjoint", v[name])
            said = f"{formula} = {vector(v[name])}: {why}."
            yield self.frame(said, f"{formula} = [[{vector(v[name])}]]", box, sources, "back")


def rows(kind: str, values: Floats) -> list[tuple[str, str]]:
    """Return a line of text per entry of a vector, or per row of a matrix [W | b].

    A gradient bears the sign ∂, so that its colour is not all that tells it from a value.
    """
    sign = "∂ " if kind == "adjoint" else ""
    if values.ndim == 1:
        return [(kind, sign + show(float(value), 4)) for value in values]
    return [
        (
            kind,
            f"{sign}{', '.join(show(float(w), 3) for w in row[:-1])} | {show(float(row[-1]), 3)}",
        )
        for row in values
    ]


def vector(values: Floats) -> str:
    """Write a vector, or the rows of a matrix, with four decimals."""
    if values.ndim == 2:
        return ", ".join(vector(row) for row in values)
    return f"({', '.join(show(float(value), 4) for value in values)})"


def training(
    hidden: int = 6, steps: int = 3000, eta: float = 2.0, *, seed: int = 2, n: int = 80
) -> Field:
    """Return a 2-h-1 network while gradient descent bends its boundary around two moons.

    Args:
        hidden: number of tanh units.
        steps: steps of gradient descent, full batch.
        eta: learning rate.
        seed: of the data and of the first weights.
        n: number of points.
    """
    x, y = make_moons(n, seed)
    counts = np.unique(np.round(np.geomspace(1, steps + 1, 50)).astype(int)) - 1
    snapshots = train(x, y, hidden, counts, eta, seed)

    def tell(count: float, regions: Regions) -> str:
        p = snapshots[int(count)](x)
        loss = -np.mean(np.log(np.where(y == 1, p, 1 - p)))
        return (
            f"After {count:.0f} steps the mean loss is {loss:.4f} and "
            f"{int(np.sum((p > 0.5) == y))} of {n} points are on their side."
        )

    return Field(
        f"A network of {hidden} hidden units learns two moons",
        Slider("steps", counts, start=float(counts[len(counts) // 2]), digits=0),
        lambda count: snapshots[int(count)],
        tell,
        xlim=(-2, 3),
        ylim=(-2, 2.5),
        points=(x, y),
        presets=[
            Preset.at("start", 0.0),
            Preset.at("early", float(counts[len(counts) // 2])),
            Preset.at("late", float(counts[-1])),
        ],
    )


def learned(kept: Mapping[int, Sequence[ArrayLike]], x: ArrayLike, y: ArrayLike) -> Field:
    """Return the decision regions of a ReLU network with two classes, as it was while it learned.

    Args:
        kept: number of steps -> (W1 (dh, 2), b1 (dh,), W2 (2, dh), b2 (2,)) at that moment.
        x: the data, (n, 2).
        y: their classes, 0 or 1, (n,).
    """
    points, classes = np.asarray(x, float), np.asarray(y, int)
    networks = {count: two_class_network(*parts) for count, parts in sorted(kept.items())}
    counts = list(networks)
    low, high = points.min(axis=0) - 0.3, points.max(axis=0) + 0.3

    def tell(count: float, regions: Regions) -> str:
        p = networks[int(count)](points)
        right = int(np.sum((p > 0.5) == (classes == 1)))
        return (
            f"After {count:.0f} steps your network has {right} of {len(classes)} points on their "
            f"side; class 1 holds {regions.ones:.0%} of the plane shown."
        )

    return Field(
        "What your network has learned",
        Slider("steps", counts, start=float(counts[-1]), digits=0),
        lambda count: networks[int(count)],
        tell,
        xlim=(float(low[0]), float(high[0])),
        ylim=(float(low[1]), float(high[1])),
        points=(points, classes),
        presets=[
            Preset.at("start", float(counts[0])),
            Preset.at("early", float(counts[len(counts) // 3])),
            Preset.at("later", float(counts[2 * len(counts) // 3])),
            Preset.at("trained", float(counts[-1])),
        ],
    )


def two_class_network(W1: ArrayLike, b1: ArrayLike, W2: ArrayLike, b2: ArrayLike) -> Network:
    """Return P(class 1): the softmax of two logits is the sigmoid of their difference."""
    (w0, w1), (c0, c1) = np.asarray(W2, float), np.asarray(b2, float)
    return Network((Layer.of(W1, b1, "relu"), Layer.of(w1 - w0, c1 - c0, "sigmoid")))


def make_moons(n: int, seed: int) -> tuple[Floats, Floats]:
    """Return two interleaved half circles with noise: points (n, 2) and classes (n,)."""
    rng = np.random.default_rng(seed)
    t = rng.uniform(0, np.pi, n)
    y = np.arange(n) % 2
    x = np.column_stack(
        [np.where(y, 1 - np.cos(t), np.cos(t)), np.where(y, 0.5 - np.sin(t), np.sin(t))]
    )
    return x + rng.normal(0, 0.14, (n, 2)), y.astype(float)


def train(
    x: Floats, y: Floats, hidden: int, counts: NDArray[np.int_], eta: float, seed: int
) -> dict[int, Network]:
    """Return the network after each of the given numbers of steps."""
    rng = np.random.default_rng(seed)
    W1, b1 = rng.normal(0, 1, (hidden, 2)), np.zeros(hidden)
    w2, b2 = rng.normal(0, 0.5, hidden), 0.0
    kept, wanted = {}, {int(count) for count in counts}
    for count in range(max(wanted) + 1):
        if count in wanted:
            layers = Layer.of(W1.copy(), b1.copy(), "tanh"), Layer.of(w2.copy(), b2, "sigmoid")
            kept[count] = Network(layers)
        h = np.tanh(x @ W1.T + b1)
        g = (sigmoid(h @ w2 + b2) - y) / len(y)
        g_a = np.outer(g, w2) * (1 - h**2)
        W1, b1 = W1 - eta * g_a.T @ x, b1 - eta * g_a.sum(0)
        w2, b2 = w2 - eta * h.T @ g, b2 - eta * g.sum()
    return kept
