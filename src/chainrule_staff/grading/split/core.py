"""One processor for all processes of an engine.

They take turns: hardly ever have two of them something to do at once. Left to itself the system
spreads them over the processors, and at each turn one has to be woken up there, with cold caches: a
call of a student's function then takes half as long again, a whole submission up to a tenth.
"""

from __future__ import annotations

import contextlib
import os
import socket
import sys
from collections.abc import Iterable
from pathlib import Path

NAME = "chainrule-core"  # of the marks, followed by the processor's number


class Core:
    """A processor that no other engine on this machine has, if there is one.

    Use it as a context around what the engine itself does; `hold` keeps other processes on it.
    Without a free processor, or where a process cannot choose (macOS), nothing happens.
    """

    def __init__(self) -> None:
        self._before: list[set[int]] = []
        # Others are told by a name that the kernel forgets with us, whatever ends us.
        self._mark = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.number = self._take()

    def _take(self) -> int | None:
        """Mark a processor as ours, and return its number; None if there is none."""
        if sys.platform == "linux":
            for number in sorted(os.sched_getaffinity(0), reverse=True):
                with contextlib.suppress(OSError):  # another engine has it
                    self._mark.bind(f"\0{NAME}-{number}")
                    return number
        return None

    def hold(self, pids: Iterable[int]) -> None:
        """Keep processes on this processor, with all their threads and whatever they start."""
        if self.number is None:
            return
        for pid in pids:
            for thread in Path(f"/proc/{pid}/task").glob("*"):
                with contextlib.suppress(OSError):  # it has ended
                    os.sched_setaffinity(int(thread.name), {self.number})

    def __enter__(self) -> Core:
        """Run the calling thread on this processor."""
        if self.number is not None:
            self._before.append(os.sched_getaffinity(0))
            os.sched_setaffinity(0, {self.number})
        return self

    def __exit__(self, *_: object) -> None:
        """Let the thread run where it could run before."""
        if self._before:
            os.sched_setaffinity(0, self._before.pop())

    def close(self) -> None:
        """Leave the processor to another engine."""
        self._mark.close()
        self.number = None
