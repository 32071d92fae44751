"""stdout and stderr of a cell: what Python prints, and what C code writes to the descriptors."""

from __future__ import annotations

import fcntl
import io
import os
import sys
import tempfile
import threading
from pathlib import Path

from .sink import Sink

LIMIT = 2_000_000  # characters of one stream in one cell
FLUSH_AT = 1 << 16  # characters
TRUNCATED = "\n[chainrule: the rest of the output of this cell was cut off]\n"


class Stream(io.TextIOBase):
    """A text stream that becomes `stream` messages; the part beyond `LIMIT` is cut off."""

    def __init__(self, name: str, sink: Sink) -> None:
        self.name = name
        self.sink = sink
        self.tap: list[list[str]] | None = None  # while a test calls, text goes to the test
        self._parts: list[str] = []
        self._size = 0
        self._total = 0
        self._lock = threading.RLock()

    @property
    def encoding(self) -> str:  # type: ignore[override]
        """What ipykernel's streams say."""
        return "UTF-8"

    @property
    def errors(self) -> str:  # type: ignore[override]
        """What ipykernel's streams say."""
        return "strict"

    def writable(self) -> bool:
        """It can be written to."""
        return True

    def isatty(self) -> bool:
        """It is no terminal."""
        return False

    def fileno(self) -> int:
        """There is no descriptor behind it."""
        raise io.UnsupportedOperation("fileno")

    def set_parent(self, parent: object) -> None:
        """Part of ipykernel's stream interface: the parent is always the running cell."""

    def renew(self) -> None:
        """A new cell begins: it has the whole of the limit."""
        self._total = 0

    def write(self, text: str) -> int:
        """Take `text`. It waits for `flush`, so that each stream is one output, as in Jupyter."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self._lock:
            room = LIMIT - self._total
            if room > 0 and text:
                self._total += len(text)
                kept = text if len(text) <= room else text[:room] + TRUNCATED
                self._parts.append(kept)
                self._size += len(kept)
            if self._size > FLUSH_AT:
                self.flush()
        return len(text)

    def flush(self) -> None:
        """Turn what is waiting into one message."""
        with self._lock:
            text, self._parts, self._size = "".join(self._parts), [], 0
        if not text:
            return
        if self.tap is not None:
            self.tap.append([self.name, text])
        else:
            self.sink.put("stream", {"name": self.name, "text": text})


def install(sink: Sink) -> None:
    """Put the two streams in the place of sys.stdout and sys.stderr."""
    sys.stdout, sys.stderr = Stream("stdout", sink), Stream("stderr", sink)


def tap(messages: list[list[str]] | None) -> None:
    """Send both streams' text to `messages`; None sends it to the notebook again."""
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
        if isinstance(stream, Stream):
            stream.tap = messages


class Descriptors:
    """Catches what is written to descriptors 1 and 2 behind Python's back.

    The sandbox's supervisor looks at every call that asks for a file's size or place, and is not
    asked when there is nothing to read.
    """

    def __init__(self) -> None:
        self._seen = {1: 0, 2: 0}
        for descriptor in self._seen:
            file, name = tempfile.mkstemp(dir=".")
            Path(name).unlink()
            os.dup2(file, descriptor)
            os.close(file)
            flags = fcntl.fcntl(descriptor, fcntl.F_GETFL)
            fcntl.fcntl(descriptor, fcntl.F_SETFL, flags | os.O_APPEND)

    def collect(self) -> None:
        """Write what came since the last call to the Python streams."""
        for descriptor, stream in ((1, sys.stdout), (2, sys.stderr)):
            seen = self._seen[descriptor]
            try:
                data = os.pread(descriptor, LIMIT, seen)
                if data:
                    stream.write(data.decode("utf-8", "replace"))
                    cut = len(data) == LIMIT
                    end = os.lseek(descriptor, 0, os.SEEK_END) if cut else seen + len(data)
                    self._seen[descriptor] = end
            except OSError:
                continue  # the cell closed its own descriptor
