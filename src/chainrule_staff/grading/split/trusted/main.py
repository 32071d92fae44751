"""The evaluator's program: jobs from the engine on descriptor 0, messages and verdicts back.

{"begin": {"seed", "folder"}}                      a new submission: a new namespace
{"connect": 1} + a socket                          the student's process, or its successor
{"given": source}                                  a given cell
{"judge": cell, "count", "source", "task", "points", "figures"}
                      -> {"reply": cell, "content", "verdict", "messages"}
{"derive": cell, "task", "text"}
                      -> {"reply": cell, "content": what shows the checked derivation}
{"end": 1}                                         the submission is over
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import random
import signal
import socket
import sys
import warnings
from types import FrameType
from typing import Any

import numpy as np

from chainrule.derivation import magic

from ..inside import frames, kernel, warmup
from ..inside.sink import Sink
from . import given, score
from .calls import Calls
from .hardening import harden
from .namespace import Namespace
from .shell import Shell


class Evaluator:
    """One process, many submissions, a fresh namespace for each."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.sink = Sink()
        self.kernel = kernel.build(self.sink, Shell)
        self.shell: Shell = self.kernel.shell
        # A semicolon at the end of a hidden cell must not make its verdict disappear.
        self.shell.displayhook.quiet = lambda: False
        modules = ("chainrule", "chainrule_staff.exercises")
        warmup.warm(self.kernel, self.sink, modules, warmup.WITHOUT_FIGURES)
        # In Jupyter a notebook imports from its own folder. Nothing that is trusted does.
        sys.path[:] = [entry for entry in sys.path if entry not in ("", ".")]
        harden()
        self.fresh = {n: v for n, v in self.shell.user_ns.items() if n not in ("In", "Out", "_oh")}
        self.filters = list(warnings.filters)
        self.errors = np.geterr()
        self.namespace: Namespace = self.shell.renew(self.fresh)
        self.calls: Calls | None = None
        self.judging = False
        self.loop = asyncio.new_event_loop()

    def run(self) -> None:
        """Serve until the engine hangs up."""
        asyncio.set_event_loop(self.loop)
        signal.signal(signal.SIGINT, self.interrupted)
        frames.send(self.control, {"ready": os.getpid()})
        while True:
            try:
                command, descriptors = self.next_command()
            except (EOFError, OSError):
                return
            self.obey(command, descriptors)

    def next_command(self) -> tuple[dict[str, Any], list[int]]:
        """Read one command; a socket may come in the byte before it."""
        mark, descriptors, _, _ = socket.recv_fds(self.control, 1, 1)
        if not mark:
            raise EOFError
        command, _ = frames.receive(self.control)
        return command, descriptors

    def interrupted(self, number: int, frame: FrameType | None) -> None:
        """Interrupt a hidden cell; between two there is nothing to interrupt."""
        if self.judging:
            raise KeyboardInterrupt

    def obey(self, command: dict[str, Any], descriptors: list[int]) -> None:
        """Do what one command says."""
        if "begin" in command:
            self.begin(**command["begin"])
        elif "connect" in command:
            self.connect(socket.socket(fileno=descriptors[0]))
        elif "given" in command:
            self.given(command["given"])
        elif "judge" in command:
            self.judge(command)
        elif "derive" in command:
            self.derive(command)
        else:
            self.end()

    def begin(self, seed: str, folder: str) -> None:
        """Forget the submission before, and learn the seed of this one."""
        with contextlib.suppress(OSError):  # an empty notebook may be over, and its folder gone
            os.chdir(folder)
        os.environ["CHAINRULE_SEED"] = seed
        self.namespace = self.shell.renew(self.fresh)
        random.seed()
        np.random.seed()
        np.seterr(**self.errors)
        warnings.filters[:] = self.filters  # type: ignore[index]
        warmup.forget_warnings()

    def connect(self, sock: socket.socket) -> None:
        """Talk to this process of the student's from now on."""
        self.disconnect()
        self.calls = self.namespace.calls = Calls(sock)

    def disconnect(self) -> None:
        """Hang up."""
        if self.calls is not None:
            self.calls.socket.close()
        self.calls = self.namespace.calls = None

    def end(self) -> None:
        """The submission is over: its seed and its process are gone."""
        self.disconnect()
        os.environ.pop("CHAINRULE_SEED", None)
        os.chdir("/")
        close_figures()

    def given(self, source: str) -> None:
        """Run a given cell, silently."""
        self.sink.open(None)
        self.judging = True
        try:
            given.run(source, self.namespace)
        except KeyboardInterrupt:
            pass
        finally:
            self.judging = False
            close_figures()

    def judge(self, command: dict[str, Any]) -> None:
        """Run one hidden cell and send its messages and its verdict."""
        cell, task, points = command["judge"], command["task"], command["points"]
        self.sink.open(self.control)
        self.namespace.renew(figures=command["figures"])
        if self.calls is not None:
            self.calls.callbacks.clear()
        before = dict(self.namespace)
        reply = self.run_cell(cell, command["count"], command["source"])
        if reply["status"] == "ok":
            verdict = score.of_value(self.shell.value(before), task, points)
        else:
            verdict = score.of_error(str(reply["ename"]), str(reply["evalue"]), task, points)
        told = json.loads(json.dumps(verdict.to_dict(), default=python_value))
        self.sink.flush(reply=cell, content=reply, verdict=told)
        self.sink.open(None)

    def derive(self, command: dict[str, Any]) -> None:
        """Check a derivation and send what a notebook shows of it."""
        self.sink.open(self.control)
        self.judging = True
        try:
            shown = magic.derive(command["task"], command["text"])
            data, _ = self.shell.display_formatter.format(shown)
        except KeyboardInterrupt:
            data = {}
        finally:
            self.judging = False
        self.sink.flush(reply=command["derive"], content=data)
        self.sink.open(None)

    def run_cell(self, cell: int, count: int, source: str) -> dict[str, Any]:
        """Run the text of a hidden cell as the kernel would."""
        self.judging = True
        try:
            work = kernel.run(self.kernel, self.sink, cell, count, source)
            return self.loop.run_until_complete(work)
        except KeyboardInterrupt:
            return {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
        finally:
            self.judging = False


def python_value(value: Any) -> Any:
    """Return the Python value of a NumPy scalar in a verdict; anything else as text."""
    return value.item() if isinstance(value, np.generic) else str(value)


def close_figures() -> None:
    """Close what a given or hidden cell left open."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.close("all")


def main() -> None:
    """Start; descriptor 0 is the engine's socket."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open("/dev/null", os.O_RDWR)
    os.dup2(nothing, 0)
    Evaluator(control).run()
