"""Turn an executable answer of an exercise into source text that a notebook cell can hold.

A reference or a mistake may use helpers of its module. The text is self-contained: a function
that makes the answer, with every helper inside it under a name of its own.
"""

from __future__ import annotations

import ast
import functools
import inspect
import textwrap
import types
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

PLAIN = (int, float, str, bool, type(None))
OURS = "chainrule_staff"
_CACHED = functools.cache(lambda: None)  # its type is what functools does not name
Definition = ast.FunctionDef | ast.Lambda


class NotTransplantable(TypeError):
    """This object cannot be written down as source text."""


def transplant(name: str, answer: Any) -> str:
    """Return source that defines `name` as `answer`, a function or plain data."""
    answer = _uncached(answer)
    if not isinstance(answer, types.FunctionType):
        return f"{name} = {_literal(answer)}"
    garden = _Garden()
    root = garden.name_of(answer)
    # A notebook need not import NumPy itself.
    body = textwrap.indent("\n".join(["import numpy as np", *garden.lines]), "    ")
    return f"def make_{name}():\n{body}\n    return {root}\n\n\n{name} = make_{name}()"


class _Garden:
    """The definitions that one answer needs, each object under one name."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._names: dict[int, str] = {}

    def name_of(self, value: Any, wish: str = "answer") -> str:
        """Return the name of an object; write its definition first if it is new."""
        value = _uncached(value)
        if id(value) not in self._names:
            own = getattr(value, "__name__", wish)
            name = wish if own == "<lambda>" else own
            while name in self._names.values():
                name += "_"
            self._names[id(value)] = name
            self.lines.append(self._definition(name, value))
        return self._names[id(value)]

    def need(self, alias: str, module: types.ModuleType) -> None:
        """Import a module that the helpers use."""
        line = f"import {module.__name__} as {alias}"
        if alias != "np" and line not in self.lines:
            self.lines.insert(0, line)

    def _definition(self, name: str, value: Any) -> str:
        if not isinstance(value, types.FunctionType):
            return f"{name} = {_literal(value, self)}"
        tree = _Rewritten(value, self).visit(_node(value))
        if isinstance(tree, ast.Lambda):
            return f"{name} = {ast.unparse(tree)}"
        tree.name = name
        return ast.unparse(tree)


class _Rewritten(ast.NodeTransformer):
    """A function's tree with its helpers renamed as in the garden, and without annotations."""

    def __init__(self, function: types.FunctionType, garden: _Garden) -> None:
        self._space = {**function.__globals__, **inspect.getclosurevars(function).nonlocals}
        self._garden = garden
        self._local: set[str] = set()

    def visit(self, node: ast.AST) -> Any:
        """Collect the function's own variables before anything is renamed."""
        if isinstance(node, Definition) and not self._local:
            names = (n for n in ast.walk(node) if isinstance(n, ast.Name))
            stored = (n.id for n in names if isinstance(n.ctx, ast.Store))
            taken = (n.arg for n in ast.walk(node) if isinstance(n, ast.arg))
            inner = (
                n.name for n in ast.walk(node) if isinstance(n, ast.FunctionDef) and n is not node
            )
            self._local = {*stored, *taken, *inner, ""}
        return super().visit(node)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id in self._local or node.id not in self._space:
            return node
        value = self._space[node.id]
        if isinstance(value, types.ModuleType):
            self._garden.need(node.id, value)
            return node
        return ast.Name(self._garden.name_of(value, node.id), node.ctx)

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        owner = self._space.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, types.ModuleType) and owner.__name__.startswith(OURS):
            value = getattr(owner, node.attr)
            return ast.Name(self._garden.name_of(value, node.attr), ast.Load())
        self.generic_visit(node)
        return node

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = None
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.FunctionDef:
        node.returns, node.decorator_list = None, []
        self.generic_visit(node)
        return node

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        value = self.visit(node.value) if node.value else ast.Constant(None)
        return ast.Assign([node.target], value, lineno=node.lineno)


def _node(function: Callable[..., Any]) -> Definition:
    """Return the syntax tree of a function: its `def`, or the lambda at its place."""
    module = inspect.getmodule(function)
    if module is None:
        raise NotTransplantable(f"{function!r} belongs to no module")
    tree = ast.parse(inspect.getsource(module))
    code = function.__code__
    found = [n for n in ast.walk(tree) if isinstance(n, Definition) and _starts(n, code)]
    if len(found) != 1:
        raise NotTransplantable(
            f"{module.__name__}, line {code.co_firstlineno}: {len(found)} definitions of "
            f"{code.co_name}; put each lambda on a line of its own"
        )
    return found[0]


def _starts(node: Definition, code: types.CodeType) -> bool:
    """Whether this node is where the code object comes from."""
    arguments, line = node.args, code.co_firstlineno
    named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
    taken = [arg.arg for arg in (*named, arguments.vararg, arguments.kwarg) if arg]
    if taken != list(code.co_varnames[: len(taken)]):
        return False
    if isinstance(node, ast.FunctionDef):
        first = node.decorator_list[0].lineno if node.decorator_list else node.lineno
        return node.name == code.co_name and first == line
    columns = [p[2] for p in code.co_positions() if p[0] == line and p[2]]
    end = node.end_col_offset or 0
    inside = node.end_lineno != line or all(node.col_offset <= c <= end for c in columns)
    return code.co_name == "<lambda>" and node.lineno == line and inside


def _uncached(value: Any) -> Any:
    """Return the function inside a cache."""
    return value.__wrapped__ if isinstance(value, type(_CACHED)) else value


def _literal(value: Any, garden: _Garden | None = None) -> str:
    """Return data as source: plain, NumPy's, the standard library's, or made of these."""
    name = getattr(value, "__name__", "")
    if name and getattr(np, name, None) is value:
        return f"np.{name}"
    if garden and isinstance(_uncached(value), types.FunctionType):
        return garden.name_of(value)
    if isinstance(value, types.BuiltinFunctionType):
        return f"__import__({value.__module__!r}).{name}"
    if isinstance(value, type) and hasattr(value, "_fields"):
        return f'__import__("collections").namedtuple({name!r}, {list(value._fields)!r})'
    if isinstance(value, type):
        return name
    if isinstance(value, np.ndarray):
        return f"np.array({_literal(value.tolist())})"
    if isinstance(value, np.generic):
        return _literal(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return f'float("{value}")'
    if isinstance(value, PLAIN):
        return repr(value)
    return _container(value, garden)


def _container(value: Any, garden: _Garden | None) -> str:
    if isinstance(value, tuple):
        inner = ", ".join(_literal(item, garden) for item in value)
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    if isinstance(value, list):
        return f"[{', '.join(_literal(item, garden) for item in value)}]"
    if isinstance(value, Mapping):
        pairs = (f"{_literal(k, garden)}: {_literal(v, garden)}" for k, v in value.items())
        return f"{{{', '.join(pairs)}}}"
    raise NotTransplantable(f"{type(value).__name__} {str(value)[:80]}")
