"""From the instructor's notebooks to the students', through nbgrader's own machinery."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from chainrule_staff.build.output import write_notebook
from chainrule_staff.course import put_tools_on_path

# Only notebooks are released: a text file beside one would carry the answers along.
NOT_RELEASED = ["*.py", "*.md", "*.db", "*.pyc", ".*", "__pycache__", "feedback"]
PREPROCESSORS = [
    "nbgrader.preprocessors.LockCells",
    "chainrule_staff.build.preprocessors.PoliteStubs",
    "nbgrader.preprocessors.ClearOutput",
    "nbgrader.preprocessors.CheckCellMetadata",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.SaveCells",
    "nbgrader.preprocessors.ClearHiddenTests",
    "nbgrader.preprocessors.ClearMarkScheme",
    "nbgrader.preprocessors.ComputeChecksums",
    "nbgrader.preprocessors.CheckCellMetadata",
]


class ReleaseError(RuntimeError):
    """nbgrader refused to release a notebook; the message holds its words."""


def release_config(config: Config) -> Config:
    """Add to nbgrader's configuration what makes a release polite and free of leaks."""
    config.GenerateAssignment.preprocessors = list(PREPROCESSORS)
    config.CourseDirectory.ignore = list(NOT_RELEASED)
    return config


def make_releases(sources: Mapping[str, NotebookNode]) -> dict[str, NotebookNode]:
    """Return name -> the student's notebook for every name -> instructor's notebook."""
    put_tools_on_path()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        config = release_config(Config())
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        logging.getLogger("traitlets").setLevel(logging.CRITICAL)
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        released = {}
        for name, source in sources.items():
            write_notebook(root / "source" / name / f"{name}.ipynb", source)
            result = api.generate_assignment(name)
            if not result["success"]:
                words = result.get("error") or result.get("log") or "no reason given"
                raise ReleaseError(f"{name}: nbgrader could not release it: {words.strip()}")
            path = root / "release" / name / f"{name}.ipynb"
            released[name] = nbformat.read(path, as_version=4)
        return released
