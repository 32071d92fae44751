"""What IPython does twice or too thoroughly is done once here; what it comes to is the same.

`tests/split/test_shortcuts.py` compares each with IPython's own way.
"""

from __future__ import annotations

import ast
import functools
import inspect
import re
import types
from collections.abc import Callable
from typing import Any

import stack_data
from ipykernel import compiler, ipkernel
from IPython.core import interactiveshell
from pygments.formatters import terminal256

CELLS = 64  # cells whose translation is kept
# Where IPython's own syntax may stand: magics, system commands, help, and calls by `,`, `;`, `/`.
SPECIAL = re.compile(r"[%?]|!(?!=)|^\s*[,;/]", re.MULTILINE)
WITHOUT_NAME = types.FrameType | types.TracebackType | types.CodeType


def take(shell: Any) -> None:
    """Take all shortcuts, for the one shell of this process."""
    translate_once(shell)
    ask_for_parameters_once()
    look_for_no_module_of_a_cell()
    colour_once()
    keep_tracebacks_as_shown(shell)


def translate_once(shell: Any) -> None:
    """Do once what IPython does twice: translate a cell, and look in it for `await`.

    What somebody has added to the translation may do something else each time: then nothing is
    kept. What depends on the names there are (automagic) comes after it, and is never kept.
    """
    manager = shell.input_transformer_manager
    translate, translate_tokens = manager.transform_cell, manager.do_token_transforms
    lists = ("cleanup_transforms", "line_transforms", "token_transformers")
    known = {name: list(getattr(manager, name)) for name in lists}
    kept = functools.lru_cache(CELLS)(translate)

    def untouched() -> bool:
        return all(getattr(manager, name) == of for name, of in known.items())

    def transform_cell(cell: str) -> str:
        return str(kept(cell) if untouched() else translate(cell))

    def do_token_transforms(lines: list[str]) -> list[str]:
        text = "".join(lines)
        if untouched() and not SPECIAL.search(text) and compiles(text)[0]:
            return lines  # nothing is there to be found by tokens, which are slow
        return list(translate_tokens(lines))

    manager.transform_cell = transform_cell
    manager.do_token_transforms = do_token_transforms
    module: Any = interactiveshell
    module._should_be_async = lambda cell: compiles(cell)[1]
    hashed: Any = compiler  # a cell's file is called after the hash of its text
    hashed.murmur2_x86 = functools.lru_cache(CELLS)(hashed.murmur2_x86)


@functools.lru_cache(CELLS)
def compiles(cell: str) -> tuple[bool, bool]:
    """Return whether a cell is Python, and whether it has an `await` outside of functions."""
    try:
        code = compile(cell, "<>", "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
    except (SyntaxError, ValueError, MemoryError):
        return False, False
    return True, bool(code.co_flags & inspect.CO_COROUTINE)


def ask_for_parameters_once() -> None:
    """Ask once which parameters `run_cell` has; ipykernel asks for every cell."""
    module: Any = ipkernel
    ask, known = module._accepts_parameters, dict[Any, dict[str, bool]]()

    def accepted(method: Callable[..., Any], names: list[str]) -> dict[str, bool]:
        function = getattr(method, "__func__", None)
        if not isinstance(function, types.FunctionType):  # a cell has put something in its place
            return dict(ask(method, names))
        if (function, *names) not in known:
            known[function, *names] = ask(method, names)
        return known[function, *names]

    module._accepts_parameters = accepted


def look_for_no_module_of_a_cell() -> None:
    """Say at once that what runs in a cell's file is in no module.

    `inspect.getmodule` walks over all modules to find that out, some times per traceback. In a
    fork it thereby copies a page of memory for each of them.
    """
    module: Any = inspect
    look = module.getmodule

    @functools.wraps(look)
    def getmodule(object: Any, _filename: str | None = None) -> types.ModuleType | None:  # noqa: A002
        if isinstance(object, WITHOUT_NAME) and is_cell(file_of(object)):
            return None
        found: types.ModuleType | None = look(object, _filename)
        return found

    module.getmodule = getmodule


def file_of(thing: Any) -> str:
    """Return the file that a frame, a traceback or code says that it comes from."""
    frame = thing.tb_frame if isinstance(thing, types.TracebackType) else thing
    code = frame.f_code if isinstance(frame, types.FrameType) else frame
    return str(code.co_filename)


def is_cell(file: str) -> bool:
    """Return whether a file name is one that ipykernel gives to cells."""
    return file.startswith(compiler.get_tmp_directory())


def colour_once() -> None:
    """Make the style of tracebacks once, and look up once what a terminal makes of it."""
    data: Any = stack_data
    data.style_with_executing_node = functools.cache(data.style_with_executing_node)
    formatter: Any = terminal256.Terminal256Formatter
    look_up, known = formatter._setup_styles, dict[Any, dict[str, Any]]()

    def set_up(self: Any) -> None:
        key = (self.style, self.usebold, self.useunderline, self.useitalic)
        if key not in known:
            look_up(self)
            known[key] = self.style_string
        self.style_string = dict(known[key])

    formatter._setup_styles = set_up


def keep_tracebacks_as_shown(shell: Any) -> None:
    """Keep in the history the traceback that was shown; IPython makes it a second time."""

    def kept(exception: BaseException, *_: Any, **__: Any) -> dict[str, Any]:
        shown = list(shell._last_traceback or [])
        return {"ename": type(exception).__name__, "evalue": str(exception), "traceback": shown}

    shell._format_exception_for_storage = kept
