"""The gradebook in a real PostgreSQL server, started here and stopped at the end."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from course import NAIVE, TASKS, scores

from chainrule_staff.course import Course, CourseError
from chainrule_staff.grading.filing import Desk
from chainrule_staff.grading.pipeline import grade_class
from chainrule_staff.sample.students import right_answers

Submit = Callable[..., Path]


class Server:
    """A PostgreSQL server on loopback, with its data in a folder of its own."""

    def __init__(self, programs: Path) -> None:
        self.programs = programs
        self.folder = Path(tempfile.mkdtemp(prefix="chainrule-postgresql-"))
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.user: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres")
            self.user = ["runuser", "-u", "postgres", "--"]
        self.run("initdb", "--auth=trust", "--username=course", "-D", str(self.folder / "data"))
        self.start()
        self.run("createdb", *self.address, "gradebook")

    @property
    def address(self) -> list[str]:
        return ["-h", "127.0.0.1", "-p", str(self.port), "-U", "course"]

    @property
    def url(self) -> str:
        return f"postgresql+psycopg://course@127.0.0.1:{self.port}/gradebook"

    def run(self, program: str, *words: str) -> None:
        command = [*self.user, str(self.programs / program), *words]
        log = self.folder / "log"  # a server keeps what it was given as output open
        with log.open("a") as file:
            done = subprocess.run(command, stdout=file, stderr=file, cwd="/", check=False)
        assert done.returncode == 0, log.read_text()

    def start(self) -> None:
        options = f"-p {self.port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=''"
        data = str(self.folder / "data")
        self.run("pg_ctl", "start", "-w", "-D", data, "-o", f"{options} -c fsync=off")

    def stop(self) -> None:
        self.run("pg_ctl", "stop", "-w", "-m", "fast", "-D", str(self.folder / "data"))


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    if not found:
        pytest.skip("PostgreSQL is not installed (`make system`)")
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        if os.geteuid() == 0:
            pytest.skip("there is no user postgres to run the server")
    server = Server(found[-1])
    yield server
    server.stop()
    shutil.rmtree(server.folder)


@pytest.fixture
def big_course(course: Course, server: Server) -> Course:
    """The course with its gradebook in PostgreSQL, said where nbgrader reads it."""
    server.run("dropdb", *server.address, "--force", "gradebook")
    server.run("createdb", *server.address, "gradebook")
    with (course.root / "nbgrader_config.py").open("a") as config:
        config.write(f"\nc.CourseDirectory.db_url = {server.url!r}\n")
    return Course(course.root)


def test_marks_are_in_postgresql_and_nbgrader_reads_them_there(
    big_course: Course, submit: Submit, sandbox: str
) -> None:
    submit("ada", right_answers(TASKS))
    submit("ben", {"softmax.translation": NAIVE})
    grade_class(big_course, ["little"], sandbox=sandbox)
    assert big_course.db_url.startswith("postgresql+psycopg://")
    assert scores(big_course) == {"ada": 4.0, "ben": 2.0}
    assert not (big_course.root / "gradebook.db").exists()
    grade_class(big_course, ["little"], sandbox=sandbox, force=True)
    assert scores(big_course) == {"ada": 4.0, "ben": 2.0}, "rows are changed, not doubled"


def test_a_server_that_goes_away_loses_nothing(
    big_course: Course,
    submit: Submit,
    sandbox: str,
    server: Server,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    submit("ada", right_answers(TASKS))
    submit("ben", {"softmax.translation": NAIVE})
    real, seen = Desk.file, []

    def file(self: Desk, results: list[object]) -> None:
        seen.append(results)
        if len(seen) == 2:
            server.stop()
        real(self, results)  # type: ignore[arg-type]

    monkeypatch.setattr(Desk, "file", file)
    with pytest.raises(CourseError, match=r"did not take the marks of 2 submissions.*not lost"):
        grade_class(big_course, ["little"], sandbox=sandbox)
    server.start()
    grade_class(big_course, ["little"], sandbox=sandbox)
    assert len(seen) == 2, "nothing was graded anew"
    assert scores(big_course) == {"ada": 4.0, "ben": 2.0}
