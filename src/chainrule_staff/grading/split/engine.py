"""`SplitEngine`: student cells in a sandbox, hidden cells outside, one verdict per hidden cell."""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence

from nbformat import NotebookNode

from ..engine import Job, Outcome
from . import sandbox as sandboxes
from .core import Core
from .evaluator import Evaluator
from .farm import Farm
from .launcher import descendants
from .limits import Limits
from .run import Run
from .server import ForkServer, ServerDied

EVALUATOR_JOBS = 1000  # after so many submissions the evaluator is started anew


class SplitEngine:
    """The two-process engine. Not thread-safe: one engine per worker.

    Args:
        sandbox: "sandlock", "bubblewrap" or "none"; by default the best that works here.
        limits: what one submission may use.
        modules: modules to import before the first fork, on both sides, for speed.

    Raises:
        SandboxMissing: there is no sandbox that works here, and "none" was not asked for.
    """

    def __init__(
        self,
        sandbox: str | None = None,
        limits: Limits | None = None,
        modules: Sequence[str] = ("chainrule",),
    ) -> None:
        word = sandbox or sandboxes.available_sandbox() or "sandlock"
        reason = sandboxes.reason_against(word)
        if reason:
            raise sandboxes.SandboxMissing(word, reason)
        self.word = word
        self.name = f"split, {word}"
        self.limits = limits or Limits()
        self.modules = tuple(modules)
        self.farm = Farm()
        self.core = Core()
        self._server: ForkServer | None = None
        self._spare: ForkServer | None = None
        self._evaluator: Evaluator | None = None
        self.warm_up()

    def warm_up(self) -> None:
        """Start the processes without waiting for them: they get warm side by side."""
        self._server = self._server or self._start_server()
        self._evaluator = self._evaluator or Evaluator(self.farm, self.limits)

    def _start_server(self) -> ForkServer:
        return ForkServer(self.word, self.farm, self.limits, self.modules)

    def server(self) -> ForkServer:
        """Return a fork server that is warm."""
        if self._server is None:
            self._server, self._spare = self._spare or self._start_server(), None
        if not self._server.pid:
            self._server.wait_until_warm()  # on whichever processor is free
            if self.word != "bubblewrap":  # there the next one is getting warm meanwhile
                launcher = self._server.process.pid
                self.core.hold([launcher, *descendants(launcher)])
        return self._server

    def drop_server(self) -> None:
        """End the fork server; the next submission finds a new one."""
        if self._server is not None:
            self._server.close()
            self._server = None

    def evaluator(self) -> Evaluator:
        """Return an evaluator that is warm."""
        if self._evaluator is not None and self._evaluator.jobs >= EVALUATOR_JOBS:
            self._evaluator.close()  # memory of a thousand submissions' cells, tracebacks, caches
        if self._evaluator is None or self._evaluator.dead:
            self._evaluator = Evaluator(self.farm, self.limits)
        if not self._evaluator.warm:
            self._evaluator.wait_until_warm()
            self.core.hold([self._evaluator.process.pid])
        return self._evaluator

    def run(self, job: Job) -> Outcome:
        """Run every cell of `job` in order and judge the hidden ones.

        Never raises for what a student wrote. A fork server that dies is started again once; a
        submission that is there when it dies a second time is given up.
        """
        began = time.monotonic()
        for _ in range(2):
            try:
                with self.core:
                    run = self._attempt(job)
            except ServerDied as error:
                self.drop_server()
                reason = str(error)
                continue
            seconds = time.monotonic() - began
            return Outcome(run.notebook, run.verdicts, tuple(run.events), seconds, run.broken)
        event = f"not graded: its sandbox broke down twice ({reason[-300:]})"
        seconds = time.monotonic() - began
        return Outcome(copy.deepcopy(job.notebook), {}, (event,), seconds, broken=True)

    def _attempt(self, job: Job) -> Run:
        if self.word != "bubblewrap":
            self.server().draw(job.shared)
        elif self._spare is None:
            self._spare = self._start_server()  # the next submission's, while this one runs
        run = Run(self, job, fresh(job.notebook))
        try:
            run.run()
        finally:
            run.close()
            if self.word == "bubblewrap":
                # Inside bubblewrap nothing tells two submissions apart: each has a sandbox of
                # its own, and the whole of it ends with the submission.
                self.drop_server()
                self.farm.clear()
        return run

    def close(self) -> None:
        """Stop every process and remove every file of this engine."""
        for process in (self._server, self._spare, self._evaluator):
            if process is not None:
                process.close()
        self._server = self._spare = self._evaluator = None
        self.core.close()
        self.farm.close()

    def __enter__(self) -> SplitEngine:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def fresh(notebook: NotebookNode) -> NotebookNode:
    """Return a copy whose outputs and metadata are its own; what never changes is shared."""
    made = NotebookNode(notebook)
    made.metadata = copy.deepcopy(notebook.metadata)
    made.cells = [NotebookNode(cell) for cell in notebook.cells]
    return made
