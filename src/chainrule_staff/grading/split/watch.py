"""What a submission uses, seen from outside, where it cannot lie."""

from __future__ import annotations

import os
from pathlib import Path

from .launcher import descendants
from .limits import Limits
from .server import ForkServer


class Watch:
    """Looks at the processes and the files of one submission."""

    def __init__(self, server: ForkServer, pid: int, folder: Path, limits: Limits) -> None:
        self.server, self.pid, self.folder, self.limits = server, pid, folder, limits

    def look(self) -> str:
        """Return what limit is broken, in words; empty if none is."""
        disk = size_of(self.folder)
        if disk > self.limits.disk:
            return f"wrote more than {self.limits.disk >> 20} MB of files"
        if self.server.word == "bubblewrap":  # its processes have other numbers out here
            pids = descendants(self.server.process.pid)
        else:
            pids = descendants(self.server.pid)
        if sum(map(memory_of, pids)) > self.limits.memory:
            return f"used more than {self.limits.memory >> 20} MB of memory"
        if len(pids) > self.limits.processes:
            return f"started more than {self.limits.processes} processes"
        return ""


def memory_of(pid: int) -> int:
    """Return the bytes of memory that no file stands behind (private and shared)."""
    total = 0
    try:
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith(("RssAnon:", "RssShmem:")):
                total += int(line.split()[1]) * 1024
    except (OSError, ValueError):
        return 0
    return total


def size_of(folder: Path) -> int:
    """Return the bytes of all files below `folder`, without following links."""
    total = 0
    stack = [str(folder)]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
                    else:
                        total += entry.stat(follow_symlinks=False).st_blocks * 512
        except OSError:
            continue
    return total
