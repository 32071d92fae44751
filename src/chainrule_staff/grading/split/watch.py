"""What a submission uses, seen from outside, where it cannot lie."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from .launcher import descendants
from .limits import Limits
from .server import ForkServer

NAME = 4096  # bytes that a name costs: an empty file takes an inode


class Watch:
    """Looks at the processes and the files of one submission."""

    def __init__(self, server: ForkServer, pid: int, folder: Path, limits: Limits) -> None:
        self.server, self.pid, self.limits = server, pid, limits
        # Inside bubblewrap a submission can write beside its folder.
        self.folder = folder.parent if server.word == "bubblewrap" else folder

    def look(self) -> str:
        """Return what limit is broken, in words; empty if none is."""
        if self.server.word == "bubblewrap":  # its processes have other numbers out here
            pids = descendants(self.server.process.pid)
        else:
            pids = descendants(self.server.pid)
        if found := self.full(pids):
            return found
        if sum(map(memory_of, pids)) > self.limits.memory:
            return f"used more than {self.limits.memory >> 20} MB of memory"
        if len(pids) > self.limits.processes:
            return f"started more than {self.limits.processes} processes"
        return ""

    def full(self, pids: Iterable[int] = ()) -> str:
        """Return, in words, whether its files take too much; of `pids` also those without name."""
        try:
            disk = size_of(self.folder, self.limits.disk)
        except OSError as error:
            return f"made folders that cannot be looked at ({error.strerror})"
        if disk + deleted(pids, self.folder) > self.limits.disk:
            return f"wrote more than {self.limits.disk >> 20} MB of files"
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


def size_of(folder: Path, enough: int) -> int:
    """Return the bytes of all files below `folder`, without following links.

    Every name counts `NAME` bytes at least: empty files cost, too. Counting stops when it is more
    than `enough`.

    Raises:
        OSError: for a folder that is locked, or nested too deeply to have a path.
    """
    total = 0
    stack = [str(folder)]
    while stack:
        try:
            with os.scandir(stack.pop()) as entries:
                for entry in entries:
                    if total > enough:
                        return total
                    if entry.is_dir(follow_symlinks=False):
                        stack.append(entry.path)
                        total += NAME
                    else:
                        size = entry.stat(follow_symlinks=False).st_blocks * 512
                        total += max(size, NAME)
        except OSError as error:
            if error.errno in (errno.EACCES, errno.ENAMETOOLONG):
                raise
            continue  # it is gone again
    return total


def deleted(pids: Iterable[int], folder: Path) -> int:
    """Return the bytes of files that have no name any more but are still open or mapped."""
    sizes: dict[int, int] = {}  # by inode: a mapping keeps its file open as well
    for pid in pids:
        for descriptor in listed(Path(f"/proc/{pid}/fd")):
            try:
                status = descriptor.stat()
            except OSError:
                continue
            if stat.S_ISREG(status.st_mode) and status.st_nlink == 0:
                sizes[status.st_ino] = status.st_blocks * 512
        for inode, size in deleted_maps(pid, f"{folder}/"):
            sizes[inode] = max(size, sizes.get(inode, 0))
    return sum(sizes.values())


def listed(folder: Path) -> list[Path]:
    """Return what is in a folder of /proc; nothing when the process is gone."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def deleted_maps(pid: int, prefix: str) -> Iterator[tuple[int, int]]:
    """Yield (inode, bytes) of deleted files below `prefix` that a process has mapped."""
    try:
        text = Path(f"/proc/{pid}/maps").read_text("utf-8", "replace")
    except OSError:
        return
    if prefix not in text:
        return
    for line in text.splitlines():
        fields = line.split(maxsplit=5)
        if len(fields) == 6 and fields[5].startswith(prefix) and fields[5].endswith("(deleted)"):
            start, _, end = fields[0].partition("-")
            yield int(fields[4]), int(end, 16) - int(start, 16)
