"""An IPython shell whose names fall through to the student's process."""

from __future__ import annotations

import ast
import functools
from types import CodeType
from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell
from IPython.core.async_helpers import _pseudo_sync_runner as finished
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import ExecutionInfo, ExecutionResult

from chainrule.verdict import Verdict

from ..inside.shortcuts import compiles
from ..inside.warmup import forget_history
from .namespace import Namespace

CELLS = 500  # hidden cells whose code is kept: those of an assignment are the same for everybody


class Formatter(DisplayFormatter):
    """IPython's, which asks a dozen formatters; a verdict says by itself all there is to show."""

    def format(self, obj: Any, include: Any = None, exclude: Any = None) -> Any:
        """Return the ways to show `obj`, and their metadata."""
        if type(obj) is Verdict and include is None and exclude is None:
            return obj._repr_mimebundle_(), {}
        return super().format(obj, include, exclude)


class Shell(ZMQInteractiveShell):
    """Runs hidden cells; keeps the value of the last expression as it is, not as text."""

    last: Any = None  # the ExecutionResult of the last cell

    @property
    def user_global_ns(self) -> Any:
        """The same names for a cell and for the functions that it defines."""
        return self.user_ns

    def init_display_formatter(self) -> None:
        """Show verdicts without asking everybody."""
        self.display_formatter = Formatter(parent=self)
        self.configurables.append(self.display_formatter)

    def _run_cell(
        self, raw_cell: str, store_history: bool, silent: bool, *more: Any
    ) -> ExecutionResult:
        """Run a cell; one without `await` and transformations is compiled once for all."""
        if store_history and not silent and not self.ast_transformers:
            try:
                cell = self.transform_cell(raw_cell)
            except Exception:  # IPython will say so
                cell = ""
            if not cell.isspace() and compiles(cell) == (True, False):
                return self.run_plain(raw_cell, cell)
        result: ExecutionResult = super()._run_cell(raw_cell, store_history, silent, *more)
        return result

    def run_plain(self, raw_cell: str, cell: str) -> ExecutionResult:
        """Do what `_run_cell` does with Python that is known to compile."""
        info = ExecutionInfo(raw_cell, True, False, True, None, None, transformed_cell=cell)
        result = self.last = ExecutionResult(info)
        count = result.execution_count = self.execution_count
        self.execution_count += 1
        self.events.trigger("pre_execute")
        self.events.trigger("pre_run_cell", info)
        self.history_manager.store_inputs(count, cell, raw_cell)
        self.displayhook.exec_result = result
        with self.builtin_trap, self.display_trap:
            name = self.compile.cache(cell, count, raw_code=raw_cell)
            for code in self.codes(cell, name):
                if finished(self.run_code(code, result)):
                    break
        self.displayhook.exec_result = None
        return result

    @functools.lru_cache(CELLS)  # noqa: B019  # there is one shell, as long as the process
    def codes(self, cell: str, name: str) -> list[CodeType]:
        """Compile a cell as IPython does: each statement by itself, a last expression shows."""
        body = self.compile.ast_parse(cell, filename=name).body
        shown = body.pop() if body and isinstance(body[-1], ast.Expr) else None
        codes = [self.compile(ast.Module([node], []), name, "exec") for node in body]
        if shown is not None:
            codes.append(self.compile(ast.Interactive([shown]), name, "single"))
        return codes

    async def run_cell_async(self, *args: Any, **kwargs: Any) -> Any:
        """Run a cell and keep its result."""
        self.last = await super().run_cell_async(*args, **kwargs)
        return self.last

    def renew(self, fresh: dict[str, Any]) -> Namespace:
        """Start with the names of a fresh shell, and nothing of the submission before."""
        namespace = Namespace()
        namespace.update(fresh)
        self.user_ns = namespace
        forget_history(self)
        namespace["In"] = self.history_manager.input_hist_parsed
        namespace["Out"] = namespace["_oh"] = self.history_manager.output_hist
        return namespace

    def value(self, before: dict[str, Any]) -> Any:
        """Return what the last cell ended with.

        A verdict that was bound to a name, or silenced by a semicolon, still counts: the worst
        of those that the cell bound.
        """
        result = None if self.last is None else self.last.result
        if isinstance(result, Verdict):
            return result
        bound = [
            value
            for name, value in dict.items(self.user_ns)
            if type(value) is Verdict and before.get(name) is not value
        ]
        if result is None and bound:
            return min(bound, key=lambda verdict: verdict.score)
        return result
