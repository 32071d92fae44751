"""The engine's end of the evaluator."""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chainrule

from ..engine import EngineBroken
from . import sandbox
from .channel import Channel
from .farm import Farm
from .inside import frames
from .limits import Limits
from .messages import unpack
from .student import TICK, Ran

START_SECONDS = 120.0
OWN_MEMORY = 2 << 30  # bytes of address space that the libraries take before anything is judged
PROGRAM = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory}))
sys.path[:0] = {roots!r}
from chainrule_staff.grading.split.trusted.main import main
main()
"""


class EvaluatorDied(EngineBroken):
    """The evaluator is gone; the hidden cell that it ran has no verdict."""


class Evaluator:
    """The trusted process that runs hidden cells, for one submission after the other."""

    def __init__(self, farm: Farm, limits: Limits) -> None:
        ours, theirs = socket.socketpair()
        roots = sorted({str(Path(__file__).resolve().parents[3]), library_root()})
        # What a submission hands over must not fill the machine's memory on this side either.
        program = PROGRAM.format(roots=roots, memory=limits.memory + OWN_MEMORY)
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in close()
        self.process = subprocess.Popen(
            [sys.executable, "-I", "-c", program],
            stdin=theirs.fileno(),
            stdout=self._log,
            stderr=self._log,
            env={
                **os.environ,
                **sandbox.configuration(farm.trusted_home),
                "NBGRADER_EXECUTION": "autograde",
            },
            cwd="/",
        )
        theirs.close()
        self.channel = Channel(ours)
        self.warm = False
        self.jobs = 0

    def wait_until_warm(self) -> None:
        """Wait for the first message. Raises `EvaluatorDied` with what was printed."""
        deadline = time.monotonic() + START_SECONDS
        while not self.warm:
            select.select([self.channel], [], [], max(deadline - time.monotonic(), 0))
            self.warm = bool(self.channel.read())
            if self.channel.closed or time.monotonic() > deadline:
                self._log.seek(0)
                said = self._log.read()[-4000:].decode("utf-8", "replace")
                self.close()
                raise EvaluatorDied(f"the evaluator did not start:\n{said}")

    def begin(self, seed: str, folder: Path) -> None:
        """Start a new submission."""
        self.wait_until_warm()
        self.jobs += 1
        self.send({"begin": {"seed": seed, "folder": str(folder)}})

    def connect(self, calls: socket.socket) -> None:
        """Hand over the end of the call channel of the student's process."""
        self.send({"connect": 1}, calls)

    def given(self, source: str) -> None:
        """Run a given cell for its definitions."""
        self.send({"given": source})

    def end(self) -> None:
        """The submission is over."""
        self.send({"end": 1})

    def send(self, tree: dict[str, Any], sock: socket.socket | None = None) -> None:
        """Send one command, and a socket with it."""
        try:
            # In one piece: the evaluator would wake up twice.
            data = b"+" + frames.pack(tree)
            sent = socket.send_fds(self.channel.socket, [data], [sock.fileno()] if sock else [])
            self.channel.socket.sendall(data[sent:])
        except OSError:
            self.channel.closed = True

    def ask(
        self,
        command: dict[str, Any],
        cell: int,
        seconds: float,
        grace: float,
        relieve: tuple[Callable[[], None], ...],
        complaint: Callable[[], str],
    ) -> tuple[Ran, dict[str, Any] | None]:
        """Send a command for a cell; returns what was shown, and the reply if there is one.

        Args:
            command: as in `trusted.main`.
            cell: the index of the cell.
            seconds: what the cell may take.
            grace: seconds to wait after each step of `relieve`.
            relieve: what to do, one after the other, when time is up.
            complaint: looks at what the submission uses meanwhile, ends it if that is too much,
                and says so.
        """
        ran = Ran()
        self.send(command)
        deadline, steps = time.monotonic() + seconds, list(relieve)
        while not self.channel.closed:
            left = deadline - time.monotonic()
            ran.event = ran.event or complaint()
            if left <= 0:
                ran.late = True
                ran.event = ran.event or f"was stopped after {seconds:g} s"
                if not steps:
                    break
                steps.pop(0)()
                deadline = time.monotonic() + grace
            elif select.select([self.channel], [], [], min(left, TICK))[0]:
                for tree, buffers in self.channel.read():
                    ran.messages += unpack(tree["messages"], buffers)[0]
                    if tree.get("reply") == cell:
                        ran.reply, ran.late = tree["content"], False
                        return ran, tree
        self.close()
        ran.event = ran.event or "ended the evaluator"
        return ran, None

    def interrupt(self) -> None:
        """Interrupt the hidden cell that runs."""
        self.process.send_signal(signal.SIGINT)

    @property
    def dead(self) -> bool:
        """Whether a new evaluator is needed."""
        return self.channel.closed

    def close(self) -> None:
        """End the process."""
        self.channel.close()
        self.process.kill()
        self.process.wait()
        self._log.close()


def library_root() -> str:
    """Return the folder that the student's library is imported from."""
    return str(Path(chainrule.__file__).resolve().parents[1])
