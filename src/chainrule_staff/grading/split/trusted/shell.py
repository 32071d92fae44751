"""An IPython shell whose names fall through to the student's process."""

from __future__ import annotations

from typing import Any

from ipykernel.zmqshell import ZMQInteractiveShell

from chainrule.verdict import Verdict

from ..inside.warmup import forget_history
from .namespace import Namespace


class Shell(ZMQInteractiveShell):
    """Runs hidden cells; keeps the value of the last expression as it is, not as text."""

    last: Any = None  # the ExecutionResult of the last cell

    @property
    def user_global_ns(self) -> Any:
        """The same names for a cell and for the functions that it defines."""
        return self.user_ns

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
