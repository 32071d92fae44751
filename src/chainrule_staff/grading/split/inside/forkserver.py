"""The warm fork server: a kernel that is ready, and one fork of it for every submission.

It speaks JSON over the sequenced-packet socket on descriptor 0. It runs no student's code itself,
has one thread, and holds nothing that a student was not given.

    {"fork": {"folder", "limits", "confine"}} + two sockets  ->  {"forked": pid}
    {"draw": seconds} + a file of cells, as JSON             ->  {"drawn": number of pictures}
    {"signal": number, "pid": pid}                           ->  nothing
    when a fork ended                ->  {"exited": pid, "status", "cpu", "rss", "orphans"}
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import socket
import sys
from typing import Any

from . import child, derivations, frames, kernel, pictures, rlimits, warmup
from .sink import Sink

PR_SET_CHILD_SUBREAPER = 36


class ForkServer:
    """Serves forks until the engine hangs up."""

    def __init__(self, control: socket.socket, readable: list[str]) -> None:
        self.control = control
        self.readable = readable
        self.sink = Sink()
        self.kernel = kernel.build(self.sink)
        self.children: set[int] = set()
        self.wake, self._wake = os.pipe()
        for end in (self.wake, self._wake):
            os.set_blocking(end, False)

    def run(self) -> None:
        """Say that everything is warm, then serve."""
        signal.set_wakeup_fd(self._wake)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
        self.say({"ready": os.getpid()})
        while True:
            sources: list[Any] = [self.control, self.wake]
            ready, _, _ = select.select(sources, [], [])
            if self.wake in ready:
                self.drain()
                self.reap()
            if self.control in ready and not self.serve():
                return

    def say(self, message: dict[str, Any]) -> None:
        """Send one message to the engine."""
        frames.write(self.control, json.dumps(message).encode())

    def drain(self) -> None:
        """Empty the pipe that signals write to."""
        try:
            while os.read(self.wake, 4096):
                pass
        except BlockingIOError:
            pass

    def serve(self) -> bool:
        """Serve one request; False when the engine hung up."""
        data, descriptors, _, _ = socket.recv_fds(self.control, 1 << 16, 4)
        if not data:
            return False
        message = json.loads(data)
        if "fork" in message:
            self.fork(message["fork"], descriptors)
        elif "draw" in message:
            self.draw(message["draw"], descriptors[0])
        elif message["pid"] in self.children:
            os.kill(message["pid"], message["signal"])
        return True

    def fork(self, request: dict[str, Any], descriptors: list[int]) -> None:
        """Fork one submission's process and hand it its two sockets."""
        sockets = [socket.socket(fileno=descriptor) for descriptor in descriptors]
        pid = os.fork()
        if pid == 0:
            self.become_child(request, sockets)
        self.children.add(pid)
        for sock in sockets:
            sock.close()
        self.say({"forked": pid})

    def draw(self, seconds: int, cells: int) -> None:
        """Run the instructor's own cells in a process apart, and keep the pictures they draw.

        The cells themselves are translated, too: nearly all of them are in every submission.
        """
        with os.fdopen(cells, encoding="utf-8") as file:
            sources = json.load(file)
        ear, mouth = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(ear)
            self.become_painter(sources, seconds, mouth)
        os.close(mouth)
        with os.fdopen(ear, "rb") as told:
            said = told.read()
        os.waitpid(pid, 0)
        if said:
            pictures.KNOWN.update(json.loads(said))
        kernel.translate(self.kernel, sources)
        self.say({"drawn": len(pictures.KNOWN)})

    def become_painter(self, sources: list[str], seconds: int, mouth: int) -> None:
        """Be the process that draws, and never return."""
        try:
            self.leave()
            signal.alarm(seconds)
            warmup.show(self.kernel, self.sink, sources)
            with os.fdopen(mouth, "wb") as file:
                file.write(json.dumps(pictures.KNOWN).encode())
        finally:
            os._exit(0)

    def leave(self) -> None:
        """Let go of what belongs to the fork server."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self.control.close()
        os.close(self.wake)
        os.close(self._wake)

    def become_child(self, request: dict[str, Any], sockets: list[socket.socket]) -> None:
        """Be a submission's process, and never return."""
        try:
            self.leave()
            child.main(self.kernel, self.sink, request, sockets, self.readable)
        except BaseException:
            if os.environ.get("CHAINRULE_DEBUG"):
                import traceback

                os.write(2, traceback.format_exc().encode())
        finally:
            os._exit(0)  # no atexit hooks: they would be the student's

    def reap(self) -> None:
        """Report our children that ended, and whether they left orphans behind.

        Orphans become our children, because we are their subreaper: when there is nothing more
        to wait for, then nothing of the submission is alive.
        """
        ended: list[dict[str, Any]] = []
        pid = -1
        while pid:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid in self.children:
                self.children.discard(pid)
                cpu = usage.ru_utime + usage.ru_stime
                ended.append({"exited": pid, "status": status, "cpu": cpu, "rss": usage.ru_maxrss})
        for message in ended:
            self.say(message | {"orphans": pid == 0})


def main() -> None:
    """Start from the command line: `start.py '{"readable": [...], "modules": [...]}'`."""
    options = json.loads(sys.argv[1])
    control = socket.socket(fileno=os.dup(0))
    os.dup2(os.open("/dev/null", os.O_RDONLY), 0)
    child.drop_capabilities()
    child.LIBC.prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    rlimits.set_limit(resource.RLIMIT_CORE, (0, 0))
    server = ForkServer(control, options["readable"])
    warmup.warm(server.kernel, server.sink, tuple(options["modules"]))
    derivations.postpone()
    server.run()
