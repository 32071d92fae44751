"""Given cells: run here as well, so that a test uses the instructor's helpers and data.

What depends on the student is left out: names that only the student has are unknown here, and a
statement that needs one is skipped. So are statements that only draw or print.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

from .namespace import Namespace

QUIET = frozenset({"print", "display"})
DRAWING = ("matplotlib", "mpl_toolkits", "ipywidgets", "IPython", "chainrule.views")


def run(source: str, namespace: Namespace) -> None:
    """Run what a given cell can do without the student; never raises."""
    calls, namespace.calls = namespace.calls, None
    try:
        for statement in statements(source):
            if only_shows(statement, namespace):
                continue
            module = ast.Module([statement], [])
            try:
                exec(compile(module, "<given>", "exec"), namespace)
            except Exception:  # it needed something of the student's
                continue
    finally:
        namespace.calls = calls


def statements(source: str) -> Iterator[ast.stmt]:
    """Yield the statements of a cell, without IPython's magics."""
    lines = source.splitlines()
    kept = ["" if line.lstrip().startswith(("%", "!", "?")) else line for line in lines]
    try:
        yield from ast.parse("\n".join(kept)).body
    except (SyntaxError, ValueError):
        return


def only_shows(statement: ast.stmt, namespace: Namespace) -> bool:
    """Say whether a statement is a call that draws or prints and defines nothing."""
    if not isinstance(statement, ast.Expr):
        return False
    node: Any = statement.value
    while isinstance(node, ast.Call | ast.Attribute | ast.Subscript):
        node = node.func if isinstance(node, ast.Call) else node.value
    if not isinstance(node, ast.Name):
        return True
    value = dict.get(namespace, node.id)
    origin = getattr(value, "__name__", "") if isinstance(value, type(ast)) else None
    origin = origin or getattr(value, "__module__", None) or type(value).__module__
    return node.id in QUIET or str(origin).startswith(DRAWING)
