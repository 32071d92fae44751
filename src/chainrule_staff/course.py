"""A course on disk: where its folders are, its gradebook, its secret."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sys
from dataclasses import dataclass
from pathlib import Path

SECRET_FILE = ".course-secret"


@dataclass(frozen=True)
class Course:
    """The folders of a course in nbgrader's layout, below `root`."""

    root: Path

    @property
    def db_url(self) -> str:
        """The gradebook; the long timeout lets other programs wait for the writer."""
        return f"sqlite:///{self.root / 'gradebook.db'}?timeout=180"

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
        if (folder / "nbgrader_config.py").is_file():
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
