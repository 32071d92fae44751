"""What one submission may use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Limits:
    """Bounds for the processes of one submission.

    Attributes:
        memory: bytes of address space of each process, and of memory of all together.
        file_size: bytes of one file.
        disk: bytes of all files in the submission's folder.
        open_files: descriptors of one process.
        processes: processes and threads at the same time.
        cpu: seconds of processor time of one process.
        wall: seconds for the whole notebook.
        output: bytes of all messages (prints, pictures) of the whole notebook.
        restarts: how often a dead process is started again before the rest is given up.
        grace: seconds that an interrupted cell has to give way before its process is killed.
    """

    memory: int = 4 << 30
    file_size: int = 64 << 20
    disk: int = 256 << 20
    open_files: int = 256
    processes: int = 64
    cpu: int = 600
    wall: float = 900.0
    output: int = 64 << 20
    restarts: int = 6
    grace: float = 2.0

    def of_process(self) -> dict[str, int]:
        """Return what `resource.setrlimit` takes, by the name behind `RLIMIT_`."""
        return {
            "AS": self.memory,
            "FSIZE": self.file_size,
            "NOFILE": self.open_files,
            "CPU": self.cpu,
            "CORE": 0,
        }
