"""The forked process of one submission: narrows itself, then runs what it is told to.

Commands come over the control socket ({"run": cell, "count": n, "source": text}); messages and
one reply per cell go back. Calls of the hidden tests come over a second socket.
"""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import functools
import os
import random
import resource
import signal
import socket
import sys
import tempfile
from collections.abc import Callable
from typing import Any

import numpy as np

from . import frames, kernel, rlimits, streams
from .drawings import Drawings
from .kernel import Kernel
from .serve import Server
from .sink import Sink

PR_SET_PDEATHSIG, PR_CAPBSET_DROP, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL = 1, 24, 47, 4
CAPABILITY_VERSION_3 = 0x20080522
LIBC = ctypes.CDLL(None, use_errno=True)


def main(
    shell: Kernel, sink: Sink, request: dict[str, Any], sockets: list[socket.socket], readable: Any
) -> None:
    """Be the process of one submission until the engine closes the control socket."""
    control, calls = sockets
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    settle(request["folder"])
    limit(request["limits"])
    if request["confine"]:
        narrow(request["folder"], readable)
        forgive()
    np.random.seed()
    random.seed()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sink.open(control)
    Program(shell, sink, control, calls).run()


def settle(folder: str) -> None:
    """Move into the submission's own folder and call it home."""
    os.chdir(folder)
    # In Jupyter a notebook imports from its own folder. Here it comes last: a file that is called
    # like a package is a file.
    sys.path.append(folder)
    os.environ.update(HOME=folder, TMPDIR=folder, NBGRADER_EXECUTION="autograde")
    tempfile.tempdir = None  # look at TMPDIR again


def forgive() -> None:
    """Let programs that set modes and times go on: the sandbox refuses, and nothing depends on it.

    `shutil.copy` and `Path.touch` do so on the way, without anybody having asked for it.
    """
    for name in ("chmod", "utime"):
        setattr(os, name, forgiving(getattr(os, name)))
    if rlimits.KNOWN:
        resource.getrlimit, resource.setrlimit = rlimits.get_limit, rlimits.set_limit


def forgiving(call: Callable[..., None]) -> Callable[..., None]:
    """Return `call` without its complaint that it is not permitted."""

    @functools.wraps(call)
    def forgiven(*args: Any, **kwargs: Any) -> None:
        with contextlib.suppress(PermissionError):
            call(*args, **kwargs)

    return forgiven


def limit(limits: dict[str, int]) -> None:
    """Set the limits that the kernel keeps for one process; none can be raised again."""
    for name, value in limits.items():
        rlimits.set_limit(getattr(resource, f"RLIMIT_{name}"), (value, value))


def narrow(folder: str, readable: list[str]) -> None:
    """Give up all but reading the libraries and writing to `folder`; there is no way back."""
    from sandlock import Sandbox, confine

    confine(Sandbox(fs_readable=readable, fs_writable=[folder, "/dev/null"]))


def drop_capabilities() -> None:
    """Give up root's powers, if any: an ordinary process cannot raise its limits again."""
    if os.geteuid() != 0:
        return
    for capability in range(64):
        LIBC.prctl(PR_CAPBSET_DROP, capability, 0, 0, 0)
    LIBC.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    if LIBC.capset(header, (ctypes.c_uint32 * 6)()) != 0:
        raise OSError(ctypes.get_errno(), "the capabilities of root could not be dropped")


class Program:
    """The loop of a submission's process: cells from one socket, calls from the other."""

    def __init__(
        self, shell: Kernel, sink: Sink, control: socket.socket, calls: socket.socket
    ) -> None:
        self.shell, self.sink, self.control = shell, sink, control
        self.calls = calls
        self.server = Server(calls, shell)
        self.descriptors = streams.Descriptors()
        self.server.drawings = self.drawings = Drawings()
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        """Run until the engine hangs up.

        Not `asyncio.run`: its handler would swallow the first interrupt.
        """
        asyncio.set_event_loop(self.loop)
        self.loop.add_reader(self.calls, self.answer_call)
        task = self.loop.create_task(self.follow())
        while not task.done():
            try:
                self.loop.run_until_complete(task)
            except KeyboardInterrupt:
                continue  # it came between two cells, when there was nothing to interrupt

    def answer_call(self) -> None:
        """Answer one call of a hidden test, or stop listening when there is nobody to answer."""
        try:
            self.server.serve_one()
        except (EOFError, OSError, frames.WireError):
            self.loop.remove_reader(self.calls)

    async def follow(self) -> None:
        """Run cell after cell; between them the event loop keeps turning, as in Jupyter."""
        while True:
            await self.readable(self.control)
            try:
                command, _ = frames.receive(self.control)
            except (EOFError, OSError):
                return
            await self.run_cell(command)

    async def run_cell(self, command: dict[str, Any]) -> None:
        """Run one cell and send its reply."""
        cell, count, source = command["run"], command["count"], command["source"]
        if command["figures"]:
            self.drawings.watch(self.shell.shell)
        reply = await kernel.run(self.shell, self.sink, cell, count, source)
        self.descriptors.collect()
        streams.tap(None)
        self.sink.flush(reply=cell, content=reply)

    async def readable(self, sock: socket.socket) -> None:
        """Wait until `sock` has something to read."""
        ready = self.loop.create_future()
        number = sock.fileno()  # for a socket, asyncio writes an error message each time
        self.loop.add_reader(number, lambda: None if ready.done() else ready.set_result(None))
        try:
            await ready
        finally:
            self.loop.remove_reader(number)
