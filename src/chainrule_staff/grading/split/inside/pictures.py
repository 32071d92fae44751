"""Filmstrips that are the same for the whole class are drawn once, before the first fork.

Matplotlib takes up to 0.3 s for the filmstrip of one figure, and most sweeps of a notebook show
nothing of the student's. So the instructor's own cells are run once, in a process of their own,
and the pictures that they draw are kept under the hash of all that is drawn. A sweep in a
student's notebook takes the picture from there if it has the same hash, and is drawn if not:
what is shown never depends on what is kept.
"""

from __future__ import annotations

import functools
import hashlib
import io
import pickle
import types
from typing import Any

KNOWN: dict[str, str] = {}  # key of a figure -> its filmstrip as PNG in base64
CODE = (types.FunctionType, types.MethodType, types.BuiltinFunctionType, types.ModuleType)


def share() -> None:
    """Let sweeps look for their filmstrip here before they draw it."""
    try:
        from chainrule.sweep.figure import Figure
    except ImportError:
        return  # a course without chainrule's figures
    told: Any = vars(Figure)["png"]
    draw = told.func

    @functools.wraps(draw)
    def png(figure: Any) -> str:
        name = key(figure)
        if not name:
            return str(draw(figure))
        if name not in KNOWN:
            KNOWN[name] = draw(figure)
        return KNOWN[name]

    shared: Any = functools.cached_property(png)
    shared.__set_name__(Figure, "png")
    Figure.png = shared  # type: ignore[method-assign]


class Reader(pickle.Pickler):
    """Writes down the data of a figure; nothing is ever read back."""

    def reducer_override(self, value: Any) -> Any:
        """Leave functions out: what they gave is in the figure already."""
        return (str, ("code",)) if isinstance(value, CODE) else NotImplemented


def key(figure: Any) -> str:
    """Return the hash of all that a filmstrip is drawn from; empty if there is none.

    These are the numbers and words of the figure, and the settings of Matplotlib.
    """
    from matplotlib import rcParams

    computed = {n for n, v in vars_of(type(figure)) if isinstance(v, functools.cached_property)}
    data = {n: v for n, v in vars(figure).items() if n not in computed}
    settings = sorted((name, repr(dict.get(rcParams, name))) for name in rcParams)
    written = io.BytesIO()
    try:
        Reader(written, 5).dump([type(figure), data, settings])
    except Exception:  # whatever a student has put into a figure
        return ""
    return hashlib.sha256(written.getbuffer()).hexdigest()


def vars_of(kind: type) -> list[tuple[str, Any]]:
    """Return (name, value) of everything defined by a class or its ancestors."""
    return [pair for base in kind.__mro__ for pair in vars(base).items()]
