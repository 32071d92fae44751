"""From the instructor's notebook to the student's, through nbgrader's own machinery."""

from __future__ import annotations

import logging
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbgrader.apps import NbGraderAPI
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from chainrule_staff.build.output import write_notebook
from chainrule_staff.course import put_tools_on_path


def release_config() -> Config:
    """Return the part of nbgrader's configuration that makes a release."""
    config = Config()
    config.GenerateAssignment.preprocessors = [
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
    # Only notebooks are released: a text file beside one would carry the answers along.
    config.CourseDirectory.ignore = ["*.py", "*.md", "*.db", ".*", "__pycache__"]
    return config


def make_release(topic: str, source: NotebookNode) -> NotebookNode:
    """Return the student's notebook; raise RuntimeError with nbgrader's words if it refuses."""
    put_tools_on_path()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        write_notebook(root / "source" / topic / f"{topic}.ipynb", source)
        config = release_config()
        config.CourseDirectory.root = str(root)
        config.CourseDirectory.db_url = f"sqlite:///{root / 'gradebook.db'}"
        api = NbGraderAPI(CourseDirectory(config=config), config=config)
        api.log.setLevel(logging.CRITICAL)
        result = api.generate_assignment(topic)
        if not result["success"]:
            raise RuntimeError(f"{topic}: nbgrader could not release it: {result['error']}")
        path = root / "release" / topic / f"{topic}.ipynb"
        return nbformat.read(path, as_version=4)
