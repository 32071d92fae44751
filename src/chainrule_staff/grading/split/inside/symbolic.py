"""SymPy expressions as trees of plain lists, rebuilt from a whitelist of heads, never parsed.

SymPy parses strings with `eval`; here a name is only ever looked up in a table.
"""

from __future__ import annotations

import builtins
import functools
import re
import sys
from typing import Any

from .frames import WireError

MAX_DEPTH = 64
MAX_MATRIX = 10_000  # entries
# Letters, digits, \\theta, x_{1}, f^{(1)}, x'; a bracket after a name would be a call, and is not.
NAME = re.compile(r"(?:[\w\\{}^ ,'*+)-]|(?<=[{^])\(){1,100}")
# Heads that take anything but expressions (strings, callables) or that compute at length.
REFUSED = frozenset(
    {
        "Symbol", "Dummy", "Wild", "Str", "Lambda", "Poly", "PurePoly", "ProductSet", "ImageSet",
        "GroebnerBasis", "ComplexRootOf", "CRootOf", "RootSum", "RootOf", "Function",
    }
)  # fmt: skip


@functools.cache
def heads() -> dict[str, Any]:
    """Return the public expression classes of SymPy by name."""
    import sympy
    from sympy.functions.elementary.piecewise import ExprCondPair

    public = vars(sympy).items()
    known = {k: v for k, v in public if isinstance(v, type) and issubclass(v, sympy.Basic)}
    return {n: h for n, h in known.items() if n not in REFUSED} | {"ExprCondPair": ExprCondPair}


@functools.cache
def constants() -> dict[str, Any]:
    """Return the atoms that have no arguments by the name of their class."""
    from sympy import S, false, true

    atoms = [S.Pi, S.Exp1, S.ImaginaryUnit, S.Infinity, S.NegativeInfinity, S.NaN, S.EulerGamma]
    atoms += [S.ComplexInfinity, S.GoldenRatio, S.Catalan, S.EmptySet, S.Reals, true, false]
    return {type(atom).__name__: atom for atom in atoms}


@functools.cache
def assumptions() -> frozenset[str]:
    """Return what may be assumed of a symbol."""
    from sympy.core.assumptions import _assume_defined

    return frozenset(map(str, _assume_defined))


def encode(value: Any, depth: int = 0) -> list[Any] | None:
    """Return the tree of a SymPy value, or None if it is none or has a head that is not known."""
    if "sympy" not in sys.modules:
        return None
    import sympy

    if depth > MAX_DEPTH:
        raise WireError("a symbolic expression nested too deeply")
    if isinstance(value, sympy.MatrixBase):
        entries = [encode(entry, depth + 1) for entry in value.flat()]
        return None if None in entries else ["M", value.rows, value.cols, entries]
    if not isinstance(value, sympy.Basic):
        return None
    atom = encode_atom(value)
    if atom is not None:
        return atom
    name = type(value).__name__
    if not value.args or heads().get(name) is not type(value):
        return encode_undefined(value, depth)
    args = [encode(arg, depth + 1) for arg in value.args]
    return None if None in args else ["A", name, args]


def encode_atom(value: Any) -> list[Any] | None:
    """Return the tree of a number, a symbol or a constant; None for anything else."""
    import sympy

    if type(value) is sympy.Symbol:
        known = {k: bool(v) for k, v in value._assumptions_orig.items() if v is not None}
        return ["S", value.name, known]
    if isinstance(value, sympy.Integer):
        return ["I", hex(int(value))]
    if isinstance(value, sympy.Rational):
        return ["R", hex(value.p), hex(value.q)]
    if isinstance(value, sympy.Float):
        return ["F", str(value), int(value._prec)]
    name = type(value).__name__
    return ["C", name] if constants().get(name) is value else None


def encode_undefined(value: Any, depth: int) -> list[Any] | None:
    """Return the tree of `f(x)` for an undefined function `f`, or None."""
    from sympy.core.function import AppliedUndef

    if not isinstance(value, AppliedUndef):
        return None
    args = [encode(arg, depth + 1) for arg in value.args]
    return None if None in args else ["U", type(value).__name__, args]


def decode(tree: Any, depth: int = 0) -> Any:
    """Rebuild an expression; raises `WireError` for a head that is not on the list."""
    import sympy

    if depth > MAX_DEPTH:
        raise WireError("a symbolic expression nested too deeply")
    tag, *rest = tree
    if tag == "A":
        head = heads().get(rest[0])
        if head is None:
            raise WireError(f"symbolic head {str(rest[0])[:40]!r} is not accepted")
        return head(*[decode(arg, depth + 1) for arg in rest[1]], **unevaluated(head))
    if tag == "U":
        args = [decode(arg, depth + 1) for arg in rest[1]]
        return sympy.Function(function_name(rest[0]))(*args)
    if tag == "M":
        rows, columns, entries = rest
        if rows * columns != len(entries) or len(entries) > MAX_MATRIX:
            raise WireError("a symbolic matrix of impossible shape")
        return sympy.Matrix(rows, columns, [decode(entry, depth + 1) for entry in entries])
    return decode_atom(tag, rest)


def unevaluated(head: type) -> dict[str, bool]:
    """Return the option that keeps a power or a function from being computed.

    `9**(9**9)` and `factorial(10**9)` are ten bytes on the wire; whoever evaluates them hangs.
    """
    import sympy

    return {"evaluate": False} if issubclass(head, sympy.Pow | sympy.Function) else {}


def decode_atom(tag: Any, rest: list[Any]) -> Any:
    """Rebuild a number, a symbol or a constant."""
    import sympy

    if tag == "S":
        known = {str(name): bool(value) for name, value in rest[1].items()}
        if not known.keys() <= assumptions():
            raise WireError("unknown assumption about a symbol")
        return sympy.Symbol(checked_name(rest[0]), **known)
    if tag == "I":
        return sympy.Integer(read_int(rest[0]))
    if tag == "R":
        return sympy.Rational(read_int(rest[0]), read_int(rest[1]))
    if tag == "F":
        return sympy.Float(str(rest[0])[:400], precision=min(int(rest[1]), 1024))
    if tag == "C" and rest[0] in constants():
        return constants()[rest[0]]
    raise WireError("unknown symbolic node")


def checked_name(name: Any) -> str:
    """Return the name of a symbol or a function; nothing in it may look like code.

    `lambdify` writes names into a program as they are: a symbol called `f(x)` would be a call.
    """
    if not isinstance(name, str) or not NAME.fullmatch(name):
        raise WireError(f"a symbol called {str(name)[:40]!r} is not accepted")
    return name


def function_name(name: Any) -> str:
    """Return the name of an undefined function; `exec` is not undefined for `lambdify`."""
    import numpy
    import sympy

    taken = (builtins, numpy, numpy.linalg, sympy)
    if str(name).startswith("_") or any(callable(getattr(m, str(name), None)) for m in taken):
        raise WireError(f"a function called {str(name)[:40]!r} is not accepted")
    return checked_name(name)


def read_int(text: Any) -> int:
    """Read a hexadecimal integer of bounded length."""
    if len(text) > 4096:
        raise WireError("a symbolic integer that is too long")
    return int(text, 16)
