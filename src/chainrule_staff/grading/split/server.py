"""The engine's end of a fork server: starts it, asks it for forks, sees it to its end."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from ..engine import EngineBroken
from . import sandbox
from .farm import Farm
from .launcher import descendants
from .limits import Limits

START_SECONDS = 120.0  # a cold disk and a first font cache; normally two seconds
REAP_SECONDS = 10.0
DRAW_SECONDS = 60


class ServerNotStarted(EngineBroken):
    """The fork server did not come up: something is wrong with this machine or environment."""


class ServerDied(RuntimeError):
    """The fork server is gone; a new one has to be started."""


class ForkServer:
    """One warm fork server in its sandbox."""

    def __init__(self, word: str, farm: Farm, limits: Limits, modules: tuple[str, ...]) -> None:
        self.word = word
        self.farm = farm
        self.limits = limits
        self.narrow = word == "sandlock"  # each fork is confined once more, to its own folder
        self.exits: dict[int, dict[str, Any]] = {}
        self.drawn: set[tuple[str, ...]] = set()
        self.pid = 0
        self._log = tempfile.TemporaryFile()  # noqa: SIM115  # closed in close()
        self.control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ear, self._lifeline = os.pipe()
        command = sandbox.server_command(word, farm, limits, modules)
        if word != "bubblewrap":
            command.append(str(ear))
        self.process = subprocess.Popen(
            command,
            stdin=theirs.fileno(),
            stdout=self._log,
            stderr=self._log,
            pass_fds=(ear,) if word != "bubblewrap" else (),
            env=sandbox.environment(farm),
            cwd=farm.work,
        )
        theirs.close()
        os.close(ear)

    def wait_until_warm(self) -> None:
        """Wait for the first message. Raises `ServerNotStarted` with what the server printed."""
        if self.pid:
            return
        try:
            message = self.receive(START_SECONDS)
        except ServerDied:
            message = None
        if message is None:
            self.close()
            raise ServerNotStarted(f"the fork server did not start:\n{self.log()}")
        self.pid = message["ready"]

    def log(self) -> str:
        """Return the last of what the server printed; for error messages."""
        with contextlib.suppress(OSError, ValueError):
            self._log.seek(0)
            self._printed = self._log.read()[-4000:].decode("utf-8", "replace")
        return getattr(self, "_printed", "")

    def receive(self, seconds: float) -> dict[str, Any] | None:
        """Return the next message, or None if there is none in time or never again."""
        ready, _, _ = select.select([self.control], [], [], max(seconds, 0))
        if not ready:
            return None
        try:
            data = self.control.recv(1 << 16)
        except OSError:
            data = b""
        if not data:
            raise ServerDied(f"the fork server ended:\n{self.log()}")
        message: dict[str, Any] = json.loads(data)
        if "exited" in message:
            self.exits[message["exited"]] = message
        return message

    def fork(self, folder: Path, sockets: list[socket.socket]) -> int:
        """Start one submission's process in `folder`; returns its number."""
        self.wait_until_warm()
        request = {
            "folder": str(folder),
            "limits": self.limits.of_process(),
            "confine": self.narrow,
        }
        self.request({"fork": request}, [sock.fileno() for sock in sockets])
        return self.expect("forked", REAP_SECONDS)

    def draw(self, cells: tuple[str, ...]) -> None:
        """Let figures that the instructor's own cells show be drawn once, before any fork."""
        if not cells or cells in self.drawn:
            return
        self.wait_until_warm()
        self.drawn.add(cells)
        with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
            json.dump(cells, file)
            file.seek(0)  # flushes, and is where the other end begins to read
            self.request({"draw": DRAW_SECONDS}, [file.fileno()])
        self.expect("drawn", DRAW_SECONDS + REAP_SECONDS)

    def request(self, message: dict[str, Any], descriptors: list[int]) -> None:
        """Send one request with descriptors."""
        try:
            socket.send_fds(self.control, [json.dumps(message).encode()], descriptors)
        except OSError as error:
            raise ServerDied(f"the fork server ended:\n{self.log()}") from error

    def expect(self, word: str, seconds: float) -> int:
        """Return the number in the answer that has this word."""
        while True:
            message = self.receive(seconds)
            if message is None:
                raise ServerDied("the fork server does not answer")
            if word in message:
                return int(message[word])

    def signal(self, pid: int, number: int) -> None:
        """Send a signal to a submission's process."""
        with contextlib.suppress(OSError):
            self.control.sendall(json.dumps({"signal": number, "pid": pid}).encode())

    def has_ended(self, pid: int) -> bool:
        """Return whether a submission's process is known to have ended."""
        while pid not in self.exits and self.receive(0) is not None:
            pass
        return pid in self.exits

    def end(self, pid: int) -> dict[str, Any]:
        """Kill a submission's process and everything it started; return how it ended."""
        if not self.has_ended(pid):
            self.signal(pid, signal.SIGKILL)
        deadline = time.monotonic() + REAP_SECONDS
        while not self.has_ended(pid):
            left = deadline - time.monotonic()
            if left <= 0:
                raise ServerDied("a process could not be ended")
            self.receive(left)
        ended = self.exits.pop(pid)
        if ended["orphans"] and self.word != "bubblewrap":
            self.sweep()
        return ended

    def sweep(self) -> None:
        """Kill what a submission left running: stop all first, so that nothing can outrun us."""
        deadline = time.monotonic() + REAP_SECONDS
        while found := descendants(self.pid):
            for number in (signal.SIGSTOP, signal.SIGKILL):
                for pid in found:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, number)
            if time.monotonic() > deadline:
                raise ServerDied("processes of a submission could not be ended")
            time.sleep(0.002)

    def close(self) -> None:
        """End the server, its sandbox and everything below it."""
        self.control.close()
        if self._lifeline >= 0:
            os.close(self._lifeline)
            self._lifeline = -1
        if self.word == "bubblewrap":
            self.process.kill()  # the first process of the namespace: the rest goes with it
        try:
            self.process.wait(REAP_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log()
        self._log.close()
