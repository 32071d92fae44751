"""Where a kernel's messages go: collected, capped, and written as frames to one socket."""

from __future__ import annotations

import os
import socket
from datetime import datetime
from typing import Any

from . import frames

FLUSH_AT = 64  # messages
# What a front end would be shown. Everything else that a kernel says stays in the process.
SHOWN = frozenset(
    {
        "stream", "display_data", "execute_result", "error", "update_display_data",
        "clear_output", "comm_open", "comm_msg", "comm_close",
    }
)  # fmt: skip


class Sink:
    """Collects the messages of the running cell and writes them to the engine."""

    def __init__(self) -> None:
        self.socket: socket.socket | None = None
        self.pid = 0  # a process forked by a cell never writes frames
        self.cell: int | None = None
        self.waiting: list[Any] = []
        self.buffers: list[bytes] = []

    def open(self, sock: socket.socket | None) -> None:
        """Start writing to `sock`; None throws messages away."""
        self.socket, self.pid = sock, os.getpid()
        self.waiting, self.buffers = [], []

    def put(self, kind: str, content: Any, metadata: Any = None, buffers: Any = None) -> None:
        """Add one message of the running cell."""
        if self.socket is None or os.getpid() != self.pid or kind not in SHOWN:
            return
        node = [self.cell, kind, plain(content), plain(metadata or {}), len(buffers or ())]
        self.waiting.append(node)
        self.buffers.extend(bytes(buffer) for buffer in buffers or ())
        if len(self.waiting) >= FLUSH_AT:
            self.flush()

    def flush(self, **extra: Any) -> None:
        """Write what is waiting, with `extra` fields beside it."""
        if self.socket is None or os.getpid() != self.pid:
            return
        messages, self.waiting = self.waiting, []
        buffers, self.buffers = self.buffers, []
        if messages or extra:
            try:
                frames.send(self.socket, {"messages": messages, **extra}, buffers)
            except frames.WireError as error:
                told = [m for m in messages if m[1] == "error"]
                told.append([self.cell, "stream", {"name": "stderr", "text": f"{error}\n"}, {}, 0])
                frames.send(self.socket, {"messages": told, **extra})


def plain(value: Any) -> Any:
    """Return `value` as JSON data; what is not becomes text, as in Jupyter's own session."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    return value.isoformat() if isinstance(value, datetime) else repr(value)
