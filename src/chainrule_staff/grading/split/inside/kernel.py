"""A real IPython kernel without a network: its messages go to a `Sink`.

The same kernel runs the student's cells inside the sandbox and the hidden cells outside it, so
that outputs are those of ipykernel in both. It is built once, warmed up, and forked.
"""

from __future__ import annotations

import asyncio
import logging
import os
import sys
import threading
import types
from collections.abc import Sequence
from typing import Any

import ipykernel
from ipykernel import compiler
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.session import Session

from . import shortcuts, streams
from .sink import Sink, plain

NO_INPUT = "nobody is there to answer input() while a notebook is graded"


class SinkSession(Session):
    """Hands every message to the sink instead of a socket."""

    sink: Sink

    def send(
        self,
        stream: Any,
        msg_or_type: Any,
        content: Any = None,
        parent: Any = None,
        ident: Any = None,
        buffers: Any = None,
        track: bool = False,
        header: Any = None,
        metadata: Any = None,
    ) -> dict[str, Any]:
        """Accept what ipykernel sends; the signature is jupyter_client's."""
        kind = msg_or_type
        if isinstance(msg_or_type, dict):
            kind = msg_or_type["header"]["msg_type"]
            content, metadata = msg_or_type["content"], msg_or_type.get("metadata")
        self.sink.put(kind, content, metadata, buffers)
        return {"content": content, "header": {"msg_type": kind}}


class SilentThread:
    """Stands where ipykernel keeps its publishing thread."""

    socket = None
    background_socket = None


class Kernel(IPythonKernel):
    """An IPython kernel that says politely that nobody answers."""

    def raw_input(self, prompt: str = "") -> str:
        """`input()`: there is no one to ask, so it is the end of the file at once."""
        sys.stdout.write(str(prompt))
        raise EOFError(NO_INPUT)

    def getpass(self, prompt: str = "", stream: Any = None) -> str:
        """`getpass.getpass()`: as `input()`."""
        return self.raw_input(prompt)


class Application(IPKernelApp):
    """Builds the kernel the way `python -m ipykernel` does, up to the sockets."""

    def build(self, sink: Sink, shell_class: type | None = None) -> Kernel:
        """Return a kernel whose messages go to `sink`."""
        from IPython.core.application import BaseIPythonApplication

        # In memory: a history file would need a thread, and would be shared by all submissions.
        BaseIPythonApplication.initialize(self, ["--HistoryManager.hist_file=:memory:"])
        self.session = SinkSession(key=b"", parent=self)
        self.session.sink = sink
        self.log.setLevel(logging.CRITICAL)
        streams.install(sink)
        if shell_class is not None:
            Kernel.shell_class = shell_class
        self.kernel = Kernel.instance(
            parent=self,
            session=self.session,
            iopub_socket=object(),
            iopub_thread=SilentThread(),
            stdin_socket=None,
            shell_channel_thread=types.SimpleNamespace(parent_thread=threading.main_thread()),
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=None,
        )
        self.kernel._execute_sleep = 0
        self.init_path()
        self.init_shell()
        self.init_gui_pylab()
        self.init_extensions()
        self.init_code()
        self.kernel.shell.displayhook.session = self.session
        shortcuts.take(self.kernel.shell)
        return self.kernel


def translate(kernel: Kernel, sources: Sequence[str]) -> None:
    """Translate cells that every notebook of an assignment has, without running them."""
    for source in sources:
        compiler.get_file_name(source)
        try:
            translated = kernel.shell.transform_cell(source)
            kernel.shell.should_run_async(source, transformed_cell=translated)
        except Exception:  # a cell that is no Python; whoever runs it will be told
            continue


def build(sink: Sink, shell_class: type | None = None) -> Kernel:
    """Return the one kernel of this process."""
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    kernel = Application.instance().build(sink, shell_class)
    launcher = os.path.join(os.path.dirname(os.path.dirname(ipykernel.__file__)), "ipykernel_launcher.py")  # fmt: skip  # noqa: E501, PTH118, PTH120
    sys.argv[:] = [launcher]  # what a notebook sees as sys.argv under ipykernel
    # The name of a cell in tracebacks and warnings; ipykernel's, but the same in every run.
    compiler.get_tmp_directory = lambda: "/tmp/ipykernel_1"
    return kernel


async def run(kernel: Kernel, sink: Sink, cell: int, count: int, source: str) -> dict[str, Any]:
    """Run one cell as number `count` and return ipykernel's reply.

    Args:
        kernel: the kernel of this process.
        sink: where its messages go; they are marked with `cell`.
        cell: index of the cell in the notebook.
        count: the execution count it shall have.
        source: the text of the cell.
    """
    sink.cell = cell
    prepare(kernel, cell, count, source)
    try:
        reply = await kernel.do_execute(
            source, False, True, {}, False, cell_meta=None, cell_id=None
        )
    except (KeyboardInterrupt, asyncio.CancelledError):
        reply = {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": []}
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # a cell may have replaced it by anything
            continue
    kept = {name: reply.get(name) for name in ("status", "ename", "evalue", "traceback")}
    return plain(kept)


def prepare(kernel: Kernel, cell: int, count: int, source: str) -> None:
    """Put the kernel where it would be after `count - 1` cells."""
    shell, history = kernel.shell, kernel.shell.history_manager
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, streams.Stream):
            stream.renew()
    missing = count - len(history.input_hist_parsed)
    history.input_hist_parsed.extend([""] * missing)
    history.input_hist_raw.extend([""] * missing)
    shell.execution_count = kernel.execution_count = count
    # One id per cell: Output widgets hook on to it.
    header = {"msg_id": f"cell-{cell}", "msg_type": "execute_request", "session": "chainrule"}
    parent = {
        "header": header, "msg_id": header["msg_id"], "parent_header": {}, "metadata": {},
        "content": {"code": source},
    }  # fmt: skip
    kernel.set_parent([b"chainrule"], parent, channel="shell")
