"""A course on disk: where its folders are, its gradebook, its secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

SECRET_FILE = ".course-secret"
CONFIG_FILE = "nbgrader_config.py"


class CourseError(Exception):
    """Something is wrong with a course or its gradebook; the message says what and the way out."""


@dataclass(frozen=True)
class Course:
    """The folders of a course in nbgrader's layout, below `root`."""

    root: Path

    @property
    def sqlite_url(self) -> str:
        """The gradebook of a course that names no other; other programs wait for the writer."""
        return f"sqlite:///{self.root / 'gradebook.db'}?timeout=60"

    @property
    def db_url(self) -> str:
        """The gradebook that nbgrader_config.py names, so that nbgrader and we use the same."""
        return str(self.config.CourseDirectory.get("db_url") or self.sqlite_url)

    @cached_property
    def config(self) -> Config:
        """What nbgrader_config.py says.

        Raises:
            CourseError: if it cannot be read.
        """
        if not (self.root / CONFIG_FILE).is_file():
            return Config()
        try:
            return PyFileConfigLoader(CONFIG_FILE, path=str(self.root)).load_config()
        except Exception as error:  # it is a program, and may fail in any way
            raise CourseError(
                f"{self.root / CONFIG_FILE} cannot be read: {type(error).__name__}: {error}"
            ) from error

    def notebook(self, step: str, assignment: str, student: str = "") -> Path:
        """Return the path of an assignment's notebook in one step of nbgrader's layout."""
        return self.folder(step, assignment, student) / f"{assignment}.ipynb"

    def folder(self, step: str, assignment: str, student: str = "") -> Path:
        """Return `<root>/<step>/[<student>/]<assignment>`."""
        return self.root / step / student / assignment

    def assignments(self) -> list[str]:
        """Return the assignments that have a source notebook, sorted."""
        return sorted(p.parent.name for p in self.root.glob("source/*/*.ipynb"))

    def seed(self, student: str, assignment: str) -> str:
        """Return the submission's seed: nobody without the course secret can foresee it."""
        message = f"{student}\n{assignment}".encode()
        return hmac.new(self.secret(), message, hashlib.sha256).hexdigest()

    def secret(self) -> bytes:
        """Return the course secret; make one, readable by the owner alone, where there is none."""
        path = self.root / SECRET_FILE
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        except FileExistsError:
            return path.read_bytes()
        with os.fdopen(descriptor, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()


def find_course(start: Path | None = None) -> Course:
    """Return the course around `start` (by default the working directory).

    Raises:
        FileNotFoundError: if no folder on the way up holds an nbgrader_config.py.
    """
    start = (start or Path.cwd()).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return Course(folder)
    raise FileNotFoundError(
        f"{start} is not inside a course: no nbgrader_config.py here or above; "
        "change to the course's folder first"
    )


def put_tools_on_path() -> None:
    """Nbgrader calls `alembic` by name; it stands beside this Python."""
    folder = str(Path(sys.executable).parent)
    if folder not in os.environ.get("PATH", "").split(os.pathsep):
        os.environ["PATH"] = folder + os.pathsep + os.environ.get("PATH", "")
