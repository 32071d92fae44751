"""What the names of a task mean: kinds, shapes and domains.

x: real; k: real>0; t: real in (0,1); K: dim; s: vec K; i,j: index K; W: mat H D
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import lru_cache
from typing import Any

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.expression import Expr
from chainrule.derivation.vocabulary import CONSTANTS, OPERATORS, SPELLINGS

VECTORS = ("vec", "posvec", "simplex", "onehot")
_BOUND = r"(-?[\d./]+)"
_REAL = re.compile(
    rf"real\s*(?:(>=|>|<=|<)\s*{_BOUND}|in\s*([\[(])\s*([^,]+?)\s*,\s*([^\])]+?)\s*([\])]))?"
    rf"((?:\s*(?:!=|≠)\s*{_BOUND})*)\s*$"
)


@dataclass(frozen=True)
class Declaration:
    """What one name stands for.

    Attributes:
        kind: real, complex, int, dim, index, vec, posvec, simplex, onehot, mat, seq, rv or fn.
        shape: (rows, columns) as names of sizes; empty for a scalar.
        low: the lower end of the domain of a real or an int, None for minus infinity.
        high: the upper end.
        low_open: whether the lower end itself is left out.
        high_open: whether the upper end itself is left out.
        size: the size an index runs over.
        flags: words such as iid, mean0, sym, pos (random variables), convex (functions).
        excluded: single points that the declaration, or a case, leaves out.
    """

    kind: str
    shape: tuple[str, ...] = ()
    low: Fraction | None = None
    high: Fraction | None = None
    low_open: bool = True
    high_open: bool = True
    size: str = ""
    flags: frozenset[str] = frozenset()
    excluded: frozenset[Fraction] = frozenset()

    def admits(self, value: Fraction) -> bool:
        """Tell whether a real value lies in the domain."""
        if value in self.excluded:
            return False
        if self.low is not None and (value < self.low or (value == self.low and self.low_open)):
            return False
        return not (
            self.high is not None and (value > self.high or (value == self.high and self.high_open))
        )


REAL = Declaration("real")


@dataclass(frozen=True)
class Definition:
    """A named formula (`a = W1 @ x`) or a function (`f(x) = x**2`)."""

    parameters: tuple[str, ...]
    body: Expr


Sampler = Callable[[Any, dict[str, Any], dict[str, int]], None]


@dataclass(frozen=True)
class Setting:
    """The names of a task.

    Attributes:
        names: what is declared.
        definitions: named formulas, by the author or by a student's `let`.
        lets: the names of the student's own definitions; they may be unfolded for free.
        derivatives: functions whose derivative may be quoted.
        case: the condition of the case we are in, or empty.
        assumed: what the case says about indices: i == j or i != j.
        sampler: changes random data so that they satisfy the hypotheses of the task.
    """

    names: Mapping[str, Declaration] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    lets: frozenset[str] = frozenset()
    derivatives: frozenset[str] = frozenset()
    case: str = ""
    assumed: tuple[Expr, ...] = ()
    sampler: Sampler | None = None

    def signature(self) -> Hashable:
        """Return what tells two settings of the same task apart."""
        names, definitions = frozenset(self.names.items()), frozenset(self.definitions.items())
        return names, definitions, self.lets, self.case, self.assumed

    def kind(self, symbol: str) -> str:
        """Return the kind of a declared name; empty if it is not declared."""
        return self.names[symbol].kind if symbol in self.names else ""

    def layers(self) -> dict[str, Expr]:
        """Return the named intermediate values (definitions without parameters)."""
        return {key: d.body for key, d in self.definitions.items() if not d.parameters}

    def declaring(self, **extra: Declaration) -> Setting:
        """Return this setting with more names."""
        return replace(self, names={**self.names, **extra})

    def defining(self, symbol: str, body: Expr) -> Setting:
        """Return this setting with one more `let`."""
        definitions = {**self.definitions, symbol: Definition((), body)}
        return replace(self, definitions=definitions, lets=self.lets | {symbol})

    def is_function(self, symbol: str) -> bool:
        """Tell whether a bracket after this name is an argument rather than a factor."""
        if symbol in self.names:
            return self.names[symbol].kind == "fn" or symbol in SPELLINGS
        if symbol in self.definitions:
            return bool(self.definitions[symbol].parameters)
        return symbol in SPELLINGS or symbol in OPERATORS

    def is_value(self, symbol: str) -> bool:
        """Tell whether a bracket after this name is a factor: the name stands for a number."""
        known = symbol in self.names or symbol in self.definitions or symbol in CONSTANTS
        return known and not self.is_function(symbol)

    def vocabulary(self) -> set[str]:
        """Return every word that means something here."""
        return {*self.names, *self.definitions, *SPELLINGS, *CONSTANTS}


def _bound(text: str) -> Fraction | None:
    text = text.strip()
    if text.lstrip("+-") in ("oo", "inf", "∞"):
        return None
    return Fraction(text)


def _real(text: str) -> Declaration | None:
    found = _REAL.match(text)
    if not found:
        return None
    sign, end, opening, low, high, closing, but, _ = found.groups()
    declared = REAL
    if sign and sign[0] == ">":
        declared = replace(REAL, low=_bound(end), low_open=sign == ">")
    elif sign:
        declared = replace(REAL, high=_bound(end), high_open=sign == "<")
    elif opening:
        declared = replace(
            REAL,
            low=_bound(low),
            high=_bound(high),
            low_open=opening == "(",
            high_open=closing == ")",
        )
    return replace(declared, excluded=frozenset(map(Fraction, re.findall(_BOUND, but))))


def declare(text: str) -> Declaration:
    """Read one declaration, the part after the colon, such as `real>0` or `real != 0`.

    Raises:
        Unreadable: it is none of the kinds.
    """
    try:
        real = _real(text)
        if real:
            return real
        kind, *words = text.split()
        if kind in ("complex", "dim"):
            return Declaration(kind)
        if kind == "int":
            low, high = [int(word) for word in words] or [1, 6]
            return Declaration("int", low=Fraction(low), high=Fraction(high))
        if kind == "index":
            return Declaration("index", size=words[0])
        if kind in (*VECTORS, "seq"):
            return Declaration(kind, shape=(words[0], "1"))
        if kind == "mat":
            return Declaration("mat", shape=(words[0], words[1]))
        if kind == "rv":
            shape = (words[words.index("vec") + 1], "1") if "vec" in words else ()
            return Declaration("rv", shape=shape, flags=frozenset(words))
        if kind == "fn":
            return Declaration("fn", flags=frozenset(words))
    except (ValueError, IndexError, ZeroDivisionError):
        pass
    raise Unreadable(f"cannot read the declaration {text!r}; write for example 'x: real>0'")


@lru_cache(maxsize=256)
def _declare_all(spec: str) -> tuple[tuple[str, Declaration], ...]:
    found = []
    for part in re.split(r"[;\n]+", spec):
        if part.strip():
            symbols, _, kind = part.partition(":")
            found += [(symbol.strip(), declare(kind.strip())) for symbol in symbols.split(",")]
    return tuple(found)


def read_setting(spec: str, define: Mapping[str, str] | None = None) -> Setting:
    """Read the declarations of a task, and its definitions in their order.

    Args:
        spec: for example "D,M: dim; W: mat M D; x: vec D".
        define: named values `{"a": "W @ x"}` and functions `{"f(x)": "x**2"}`.

    Raises:
        Unreadable: a declaration or definition cannot be read.
    """
    from chainrule.derivation.reader import read

    setting = Setting(names=dict(_declare_all(spec)))
    for head, body in (define or {}).items():
        found = re.match(r"\s*(\w+)\s*(?:\(([^)]*)\))?\s*$", head)
        if not found:
            raise Unreadable(f"cannot define {head!r}; write a name or f(x)")
        parameters = tuple(p.strip() for p in (found.group(2) or "").split(",") if p.strip())
        inside = setting.declaring(**dict.fromkeys(parameters, REAL))
        known = {**setting.definitions, found.group(1): Definition(parameters, read(body, inside))}
        setting = replace(setting, definitions=known)
    return setting
