"""Write submissions: a student's answers in the student's notebook, in nbgrader's layout."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from chainrule_staff.course import Course
from chainrule_staff.exercises import find
from chainrule_staff.grading.repair import definitions, is_answer
from chainrule_staff.sample.students import Student


def hand_in(course: Course, assignment: str, student: Student) -> Path:
    """Write `submitted/<student>/<assignment>/` and return the notebook's path."""
    release = nbformat.read(course.notebook("release", assignment), 4)
    data = nbformat.writes(fill_in(release, student.answers)).encode()
    if student.mangle:
        data = student.mangle(data)
    folder = course.folder("submitted", assignment, student.name)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (student.filename or f"{assignment}.ipynb")
    path.write_bytes(data)
    return path


def fill_in(release: NotebookNode, answers: Mapping[str, str]) -> NotebookNode:
    """Return the notebook with these answers (task -> source) in the cells that ask for them."""
    filled = copy.deepcopy(release)
    for cell in filled.cells:
        if is_answer(cell):
            mine = [text for task, text in answers.items() if asks_for(cell, task)]
            # What is not answered stays as it was handed out; a derivation has a cell of its own.
            kept = [] if mine and cell.source.startswith("%%derive") else [cell.source]
            cell.source = "\n\n\n".join([*kept, *mine])
    return filled


def asks_for(cell: NotebookNode, task: str) -> bool:
    """Whether this answer cell is where the task is answered: by name, or by what it defines."""
    own = cell.metadata.nbgrader.grade_id.startswith(task.replace(".", "--") + "--")
    return own or bool(definitions(cell.source) & set(find(task).names))
