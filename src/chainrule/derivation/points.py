"""Random points of the declared domain, as exact fractions so that any precision can follow."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from mpmath import mp, mpf
from mpmath.libmp import from_rational

from chainrule.derivation.setting import Declaration, Setting

# Where mistakes hide: zeros, signs, halves, saturation.
_THOUSANDTHS = (0, 1000, -1000, 500, -500, 2000, -2000, 3000, -3000, 1, -1, 25000, -25000)
SPECIAL = tuple(Fraction(number, 1000) for number in _THOUSANDTHS)
SEQUENCE = 12  # how many terms of a declared sequence have values
_SIZES = (2, 3, 4, 5, 3, 2, 4)
Law = list[tuple[Any, Fraction]]


def specials(declared: Declaration) -> list[Fraction]:
    """Return the special values that lie in the domain, and its closed ends."""
    found = [value for value in SPECIAL if declared.admits(value)]
    ends = [end for end in (declared.low, declared.high) if end is not None]
    return found + [end for end in ends if declared.admits(end) and end not in found]


def draw_real(declared: Declaration, rng: random.Random) -> Fraction:
    """Draw from the domain, mostly of the size of one, never on a grid of nice numbers."""
    low, high = declared.low, declared.high
    for _ in range(200):
        if low is not None and high is not None:
            value = low + (high - low) * Fraction(rng.randrange(1, 10**6), 10**6)
            value = low if low == high else value
        else:
            value = _decimal(rng.gauss(0, rng.choice([0.3, 1.5, 1.5, 4])), 6)
            if low is not None:
                value = low + abs(value) + Fraction(1, 10**6)
            if high is not None:
                value = high - abs(value) - Fraction(1, 10**6)
        if declared.admits(value):
            return value
    raise ValueError("the domain is empty")


def _decimal(value: float, digits: int) -> Fraction:
    return Fraction(round(value * 10**digits), 10**digits)


def _probabilities(count: int, rng: random.Random) -> list[Fraction]:
    weights = [Fraction(rng.randrange(1, 9)) for _ in range(count)]
    return [weight / sum(weights) for weight in weights]


def scalar_law(flags: frozenset[str], count: int, rng: random.Random) -> Law:
    """Draw a discrete law with `count` values that has the declared properties."""
    if "sym" in flags:
        a, b = (Fraction(rng.randrange(1, 40), 10) for _ in range(2))
        share = Fraction(rng.randrange(1, 9), 20)
        rest = 1 - share
        if count < 2:
            return [(a, Fraction(1, 2)), (-a, Fraction(1, 2))]
        if count == 2:
            return [(a, rest / 2), (Fraction(0), share), (-a, rest / 2)]
        return [(a, share / 2), (-a, share / 2), (b, rest / 2), (-b, rest / 2)]
    chances = _probabilities(count, rng)
    values = [Fraction(rng.randrange(-40, 41), 10) for _ in range(count)]
    if "pos" in flags:
        values = [abs(value) + Fraction(1, 10) for value in values]
    if len(set(values)) == 1:
        values[0] += 1
    if "mean0" in flags:
        mean = sum(p * v for p, v in zip(chances, values, strict=True))
        values = [value - mean for value in values]
    return list(zip(values, chances, strict=True))


def draw_law(declared: Declaration, sizes: Mapping[str, int], rng: random.Random) -> Law:
    """Draw the law of a random variable or vector; its entries are independent."""
    if not declared.shape:
        return scalar_law(declared.flags, 3, rng)
    count = sizes[declared.shape[0]]
    values = 3 if count <= 2 else 2
    values -= "sym" in declared.flags and count > 1
    same = scalar_law(declared.flags, values, rng)
    single = [
        same if "iid" in declared.flags else scalar_law(declared.flags, 2, rng)
        for _ in range(count)
    ]
    law: Law = []
    for outcome in itertools.product(*single):
        chance = Fraction(1)
        for _, p in outcome:
            chance *= p
        law.append((tuple(value for value, _ in outcome), chance))
    return law


class Point:
    """One reproducible sample of everything that is declared.

    Attributes:
        sizes: the sizes of this sample.
        exact: fractions by name: scalars, nested lists for matrices, flat lists for sequences.
        laws: the laws of the random variables.
        slack: compare reals up to this much, at a switching point that is not rational.
    """

    def __init__(
        self,
        setting: Setting,
        rng: random.Random,
        special: Mapping[str, Fraction] | None = None,
        sizes: Mapping[str, int] | None = None,
    ) -> None:
        self.setting = setting
        self.slack: Any = 0
        self._numbers: dict[int, dict[Any, Any]] = {}  # by working precision
        self.sizes = _draw_sizes(setting, rng, sizes or {})
        self.exact: dict[str, Any] = {}
        for symbol, declared in sorted(setting.names.items()):
            draw = _DRAW.get(declared.kind)
            if special and symbol in special:
                self.exact[symbol] = special[symbol]
            elif draw:
                self.exact[symbol] = draw(declared, self.sizes, rng)
        self._assume()
        self.laws = {
            symbol: draw_law(declared, self.sizes, rng)
            for symbol, declared in setting.names.items()
            if declared.kind == "rv"
        }
        self.function_seed = rng.randrange(1 << 30)
        if setting.sampler:
            setting.sampler(rng, self.exact, self.sizes)

    def move(self, symbol: str, value: Any) -> None:
        """Give one name another value."""
        self.exact[symbol] = value
        self._numbers.clear()

    def _assume(self) -> None:
        """Make the indices of a case equal or different, as it says."""
        for condition in self.setting.assumed:
            left, right = (side.value for side in condition.args)
            if condition.value == "==":
                self.exact[right] = self.exact[left]
            elif self.exact[left] == self.exact[right]:
                size = self.sizes[self.setting.names[right].size]
                self.exact[right] = self.exact[right] % size + 1

    def values(self) -> dict[Any, Any]:
        """Return the sample as numbers of the working precision, in a dictionary of its own."""
        if mp.prec not in self._numbers:
            self._numbers[mp.prec] = self._to_numbers()
        return dict(self._numbers[mp.prec])

    def _to_numbers(self) -> dict[Any, Any]:
        found: dict[Any, Any] = {key: to_number(value) for key, value in self.exact.items()}
        for symbol, law in self.laws.items():
            found["law", symbol] = [(to_number(value), to_number(p)) for value, p in law]
        for symbol, declared in self.setting.names.items():
            if declared.kind == "fn":
                rng = random.Random(f"{self.function_seed}{symbol}")
                found[symbol] = _draw_function(rng, declared.flags)
        return found

    def describe(self, names: Iterable[str]) -> str:
        """Return the sample in words: K = 3, s = [0.5, -1.2, 2]."""
        parts = []
        for symbol in sorted(names):
            if symbol in self.sizes and not symbol.isdigit():
                parts.append(f"{symbol} = {self.sizes[symbol]}")
            elif symbol in self.exact:
                parts.append(f"{symbol} = {_show(self.exact[symbol])}")
            elif symbol in self.laws:
                law = ", ".join(
                    f"{_show(v)} with probability {p}" for v, p in self.laws[symbol][:4]
                )
                parts.append(f"{symbol} takes the values {law}")
        return ", ".join(parts)


def to_number(value: Any) -> Any:
    """Turn exact data into mpmath numbers and object arrays."""
    if isinstance(value, Fraction):
        return mp.make_mpf(from_rational(value.numerator, value.denominator, mp.prec, "n"))
    if isinstance(value, complex):
        return mp.mpc(value)
    if isinstance(value, tuple):  # one outcome of a random vector
        value = [[entry] for entry in value]
    if isinstance(value, list) and value and isinstance(value[0], list):
        out = np.empty((len(value), len(value[0])), dtype=object)
        for row, col in np.ndindex(*out.shape):
            out[row, col] = to_number(value[row][col])
        return out
    if isinstance(value, list):
        return [to_number(entry) for entry in value]
    return value


def _show(value: Any) -> str:
    if isinstance(value, Fraction):
        digits = 6 if abs(value) < 1000 else 12
        return str(value) if value.denominator < 100 else f"{float(value):.{digits}g}"
    if isinstance(value, list | tuple):
        flat = value and isinstance(value[0], list) and len(value[0]) == 1
        return "[" + ", ".join(_show(row[0] if flat else row) for row in value) + "]"
    return str(value)


def size_names(setting: Setting) -> list[str]:
    """Return every size that a declaration mentions."""
    found = {symbol for symbol, d in setting.names.items() if d.kind == "dim"}
    for declared in setting.names.values():
        found |= {*declared.shape, declared.size} - {"1", ""}
    return sorted(found)


def _draw_sizes(setting: Setting, rng: random.Random, fixed: Mapping[str, int]) -> dict[str, int]:
    order = list(_SIZES)
    rng.shuffle(order)
    random_vectors = any(d.kind == "rv" and d.shape for d in setting.names.values())
    sizes: dict[str, int] = {}
    for position, symbol in enumerate(size_names(setting)):
        drawn = rng.choice([1, 2, 3]) if random_vectors else order[position % len(order)]
        drawn = fixed.get(symbol, drawn)
        if setting.assumed:  # two different indices need two places
            drawn = max(drawn, 2)
        sizes[symbol] = int(symbol) if symbol.isdigit() else drawn
    return sizes


def _matrix(
    declared: Declaration, sizes: Mapping[str, int], draw: Callable[[], Fraction]
) -> list[list[Fraction]]:
    rows, cols = (1 if side == "1" else sizes[side] for side in declared.shape)
    return [[draw() for _ in range(cols)] for _ in range(rows)]


def _draw_simplex(d: Declaration, sizes: Mapping[str, int], rng: random.Random) -> Any:
    weights = [Fraction(rng.randrange(1, 1000)) for _ in range(sizes[d.shape[0]])]
    return [[weight / sum(weights)] for weight in weights]


def _draw_onehot(d: Declaration, sizes: Mapping[str, int], rng: random.Random) -> Any:
    count = sizes[d.shape[0]]
    hot = rng.randrange(count)
    return [[Fraction(int(row == hot))] for row in range(count)]


def _draw_complex(d: Declaration, sizes: Mapping[str, int], rng: random.Random) -> Any:
    return complex(round(rng.gauss(0, 2), 3), round(rng.gauss(0, 4), 3))


_DRAW: dict[str, Callable[[Declaration, Mapping[str, int], random.Random], Any]] = {
    "real": lambda d, sizes, rng: draw_real(d, rng),
    "int": lambda d, sizes, rng: rng.randint(int(d.low or 1), int(d.high or 6)),
    "index": lambda d, sizes, rng: rng.randint(1, sizes[d.size]),
    "complex": _draw_complex,
    "vec": lambda d, sizes, rng: _matrix(d, sizes, lambda: _decimal(rng.gauss(0, 1.3), 3)),
    "mat": lambda d, sizes, rng: _matrix(d, sizes, lambda: _decimal(rng.gauss(0, 1.3), 3)),
    "posvec": lambda d, sizes, rng: _matrix(
        d, sizes, lambda: Fraction(rng.randrange(1, 4000), 1000)
    ),
    "simplex": _draw_simplex,
    "onehot": _draw_onehot,
    "seq": lambda d, sizes, rng: [_decimal(rng.gauss(0, 2), 3) for _ in range(SEQUENCE)],
}


def _draw_function(rng: random.Random, flags: frozenset[str]) -> Callable[[Any], Any]:
    """Draw a smooth function that stands for an arbitrary one; convex if so declared."""
    a, b, c, d, e = (mpf(rng.randrange(5, 30)) / 10 for _ in range(5))
    if "convex" in flags:

        def softplus(u: Any) -> Any:
            return mp.log1p(mp.exp(-abs(u))) + max(u, mpf(0))

        return lambda x: a * x * x / 2 + b * softplus(c * x - d) - e * x
    return lambda x: a * mp.sin(b * x + c) + d * x * x / 3 - e * x
