"""The engine's end of one submission's process."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import socket
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .channel import Channel
from .inside.frames import WireError
from .limits import Limits
from .messages import Message, unpack
from .server import ForkServer
from .watch import Watch

TICK = 0.2  # seconds between two looks at what a submission uses


@dataclass
class Ran:
    """What came of one cell.

    Attributes:
        messages: (cell, kind, content, metadata, buffers) in the order of arrival.
        reply: ipykernel's reply, or None if there came none.
        event: what went wrong, in words for the instructor; empty if nothing did.
        late: whether the cell ran out of time.
    """

    messages: list[Message] = field(default_factory=list)
    reply: dict[str, Any] | None = None
    event: str = ""
    late: bool = False


class StudentProcess:
    """A forked, confined process that runs the cells of one submission."""

    def __init__(
        self,
        server: ForkServer,
        folder: Path,
        limits: Limits,
        budget: int,
        cells: frozenset[int],
        figures: bool,
    ) -> None:
        self.server, self.limits, self.cells, self.figures = server, limits, cells, figures
        ours, theirs = socket.socketpair()
        self.calls, their_calls = socket.socketpair()  # the evaluator is given this end
        try:
            self.pid = server.fork(folder, [theirs, their_calls])
        finally:
            theirs.close()
            their_calls.close()
        self.control = Channel(ours, budget)
        self.watch = Watch(server, self.pid, folder, limits)
        self.next_look = time.monotonic() + TICK
        self.dead = False
        self.killed = False  # by us

    def run(self, cell: int, count: int, source: str, seconds: float) -> Ran:
        """Run one cell; never raises for what the student's code does."""
        ran = Ran()
        told = {"run": cell, "count": count, "source": source, "figures": self.figures}
        self.control.send(told)
        deadline, warned = time.monotonic() + seconds, False
        while ran.reply is None and not self.dead:
            left = deadline - time.monotonic()
            if left <= 0 and warned:
                ran.event = f"was stopped after {seconds:g} s and killed: it did not give way"
                self.kill()
                break
            if left <= 0:
                ran.event, ran.late = f"was stopped after {seconds:g} s", True
                self.interrupt()
                deadline, warned = time.monotonic() + self.limits.grace, True
                continue
            self.wait(ran, cell, min(left, TICK))
        if not self.dead:  # what was written between two looks is this cell's doing
            self.heed(ran, self.watch.full())
        return ran

    def wait(self, ran: Ran, cell: int, seconds: float) -> None:
        """Read what arrives within `seconds`; notice a death and a limit that is broken."""
        sources: list[Any] = [self.control, self.server.control]
        ready, _, _ = select.select(sources, [], [], seconds)
        self.heed(ran, self.complaint())
        if self.control in ready:
            try:
                self.take(ran, cell)
            except WireError as error:
                self.heed(ran, f"broke the protocol of the grader ({error})")
        if self.control.closed or self.server.has_ended(self.pid):
            self.drain(ran, cell)
            self.dead = True
            ran.event = ran.event or "ended its own process"

    def complaint(self) -> str:
        """Look at what the submission uses, every `TICK` seconds; return what is too much.

        By the clock, not when nothing else is to be done: whoever talks all the time would never
        be looked at.
        """
        now = time.monotonic()
        if now < self.next_look or self.dead:
            return ""
        found = self.watch.look()
        self.next_look = time.monotonic() + TICK
        return found

    def heed(self, ran: Ran, complaint: str) -> None:
        """Kill the process if there is a complaint; its cell has then not come to an end."""
        if complaint:
            ran.event, ran.reply = complaint, None
            self.kill()

    def take(self, ran: Ran, cell: int) -> None:
        """Read frames; a process may speak only of its own cells."""
        for tree, buffers in self.control.read():
            if not isinstance(tree, dict) or not isinstance(tree.get("messages"), list):
                raise WireError("a frame that is no message")
            messages, cost = unpack(tree["messages"], buffers)
            self.control.charge(cost)
            ran.messages += [message for message in messages if message[0] in self.cells]
            if tree.get("reply") == cell and isinstance(tree.get("content"), dict):
                ran.reply = tree["content"]

    def drain(self, ran: Ran, cell: int) -> None:
        """Read the last words of a process that has ended."""
        with contextlib.suppress(WireError):
            while not self.control.closed and select.select([self.control], [], [], 0)[0]:
                self.take(ran, cell)

    def interrupt(self) -> None:
        """Interrupt what runs, as Jupyter's stop button does."""
        self.server.signal(self.pid, signal.SIGINT)

    def has_ended(self) -> bool:
        """Return whether the process has ended by itself or was killed."""
        self.dead = self.dead or self.server.has_ended(self.pid)
        return self.dead

    def kill(self) -> None:
        """Kill the process."""
        self.server.signal(self.pid, signal.SIGKILL)
        self.dead = self.killed = True

    def close(self) -> bool:
        """End the process and everything it started; return whether somebody else had killed it.

        A machine that runs out of memory kills; so does whoever is at the keyboard. A process that
        has used up its processor time is killed by the kernel, and has only itself to blame.
        """
        died = self.dead and not self.killed
        self.dead = True
        self.control.close()
        self.calls.close()
        ended = self.server.end(self.pid)
        struck = os.WIFSIGNALED(ended["status"]) and os.WTERMSIG(ended["status"]) == signal.SIGKILL
        return died and struck and ended["cpu"] < 0.99 * self.limits.cpu
