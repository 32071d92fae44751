"""A host worth attacking: a file, two servers, and an engine whose processes are counted."""

from __future__ import annotations

import os
import resource
import socket
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import chainrule_staff
from chainrule_staff.grading.split import Limits, SplitEngine, available_sandbox

SECRET = "CANARY-4711"
LIMITS = Limits(
    memory=1200 << 20, disk=100 << 20, file_size=32 << 20, processes=40, cpu=60, wall=40.0,
    output=20 << 20, restarts=2, grace=0.5,
)  # fmt: skip


@dataclass
class Host:
    """What an attack could harm, and how it was before."""

    canary: Path
    unix: str
    port: int
    abstract: str
    victim: subprocess.Popen[bytes]
    contacts: list[str] = field(default_factory=list)
    cpu_limit: tuple[int, int] = field(
        default_factory=lambda: resource.getrlimit(resource.RLIMIT_CPU)
    )

    def words(self, engine: SplitEngine) -> dict[str, object]:
        """Return what the attacks are told about the host: more than a student would know."""
        staff = Path(chainrule_staff.__file__).parent
        return {
            "canary": str(self.canary), "unix": self.unix, "port": self.port, "pid": os.getpid(),
            "staff": str(staff), "src": str(staff.parent), "tree": str(self.canary.parent),
            "work": str(engine.farm.work), "victim": self.victim.pid, "abstract": self.abstract,
        }  # fmt: skip

    def check(self) -> None:
        """Assert that nothing was touched and nobody called."""
        assert self.canary.read_text() == SECRET
        status = self.canary.stat()
        assert (status.st_mode & 0o777, status.st_uid) == (0o600, os.geteuid())
        assert status.st_mtime > 1e9
        assert sorted(p.name for p in self.canary.parent.iterdir()) == ["canary.txt", "unix.sock"]
        assert not self.contacts
        assert self.victim.poll() is None
        for pid in (self.victim.pid, os.getpid()):
            assert os.getpriority(os.PRIO_PROCESS, pid) == os.getpriority(os.PRIO_PROCESS, 0)
            assert os.sched_getaffinity(pid) == os.sched_getaffinity(0)
            assert resource.prlimit(pid, resource.RLIMIT_CPU) == self.cpu_limit


def listen(sock: socket.socket, host: Host, name: str) -> None:
    """Note every connection."""
    while True:
        try:
            connection, _ = sock.accept()
        except OSError:
            return
        host.contacts.append(name)
        connection.close()


@pytest.fixture(scope="session")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Host]:
    """Return a file and two servers."""
    folder = tmp_path_factory.mktemp("host")
    canary = folder / "canary.txt"
    canary.write_text(SECRET)
    canary.chmod(0o600)
    tcp, unix, abstract = socket.socket(), *(socket.socket(socket.AF_UNIX) for _ in range(2))
    tcp.bind(("127.0.0.1", 0))
    unix.bind(str(folder / "unix.sock"))
    word = f"\0chainrule-test-{os.getpid()}"
    abstract.bind(word)
    victim = subprocess.Popen(["sleep", "infinity"])
    made = Host(canary, str(folder / "unix.sock"), tcp.getsockname()[1], word, victim)
    servers = {"tcp": tcp, "unix": unix, "abstract": abstract}
    for name, sock in servers.items():
        sock.listen()
        threading.Thread(target=listen, args=(sock, made, name), daemon=True).start()
    yield made
    victim.kill()
    victim.wait()
    for sock in servers.values():
        sock.shutdown(socket.SHUT_RDWR)
        sock.close()


@pytest.fixture(scope="session")
def engine() -> Iterator[SplitEngine]:
    """Return the best engine that this machine can have, with tight limits."""
    if available_sandbox() is None:
        pytest.skip("no sandbox works here")
    with SplitEngine(limits=LIMITS) as made:
        yield made
