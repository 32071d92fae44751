"""Frames from a process that may be hostile, read without ever waiting for it."""

from __future__ import annotations

import socket
from typing import Any

from .inside import frames
from .inside.frames import WireError

CHUNK = 1 << 18


class Channel:
    """Collects what arrives on a socket and cuts it into frames, within a budget of bytes."""

    def __init__(self, sock: socket.socket, budget: int | None = None) -> None:
        self.socket = sock
        self.budget = budget
        self.closed = False
        self._data = bytearray()

    def fileno(self) -> int:
        """Make the channel usable with `select`."""
        return self.socket.fileno()

    def send(self, tree: Any, buffers: tuple[bytes, ...] = ()) -> None:
        """Send one frame; a process that is gone shows when reading."""
        try:
            frames.send(self.socket, tree, buffers)
        except OSError:
            self.closed = True

    def read(self) -> list[tuple[Any, list[bytes]]]:
        """Take what has arrived and return the frames that are complete.

        Raises:
            WireError: for nonsense, or when the budget is spent.
        """
        try:
            data = self.socket.recv(CHUNK)
        except OSError:
            data = b""
        if not data:
            self.closed = True
            return []
        self._data += data
        self.charge(len(data))
        complete = []
        while (frame := self._cut()) is not None:
            complete.append(frame)
        return complete

    def charge(self, amount: int) -> None:
        """Take `amount` bytes from the budget. Raises `WireError` when it is spent."""
        if self.budget is not None:
            self.budget -= amount
            if self.budget < 0:
                raise WireError("more output than one notebook may have")

    def _cut(self) -> tuple[Any, list[bytes]] | None:
        head = frames.HEAD.size
        if len(self._data) < head:
            return None
        length, count = frames.HEAD.unpack_from(self._data)
        frames.check_sizes(length, [0] * min(count, frames.MAX_BUFFERS + 1))
        start = head + 8 * count
        if len(self._data) < start:
            return None
        sizes = [
            int.from_bytes(self._data[head + 8 * k : head + 8 * k + 8], "little")
            for k in range(count)
        ]
        frames.check_sizes(length, sizes)
        if len(self._data) < start + length + sum(sizes):
            return None
        tree = frames.parse(bytes(self._data[start : start + length]))
        position, buffers = start + length, []
        for size in sizes:
            buffers.append(bytes(self._data[position : position + size]))
            position += size
        del self._data[:position]
        return tree, buffers

    def close(self) -> None:
        """Hang up."""
        self.socket.close()
        self.closed = True
