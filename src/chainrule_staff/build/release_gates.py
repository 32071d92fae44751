"""All gates over the whole course, in the order in which they are cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import nbformat

from chainrule_staff.build import audit, gates
from chainrule_staff.build.products import FACTS, authored, notebook_path
from chainrule_staff.grading.engines import default_sandbox, make_engine

STAFF_CODE = Path("src/chainrule_staff/exercises")


def check_all(
    root: Path, names: Sequence[str] = (), say: Callable[[str], None] = lambda _: None
) -> list[str]:
    """Return what stands against a release of these notebooks (all by default).

    `say` is told how long each solution notebook runs.
    """
    notebooks = authored(root, names)
    problems = [p for cells in notebooks.values() for p in gates.gate_prose(cells)]
    tasks = dict.fromkeys(cell.task for cells in notebooks.values() for cell in cells if cell.task)
    problems += [problem for task in tasks for problem in gates.gate_exercise(task)]
    engine = make_engine(default_sandbox())
    try:
        for name in notebooks:
            source, release = (
                nbformat.read(root / notebook_path(step, name), 4) for step in ("source", "release")
            )
            problems += gates.gate_solution(name, source, engine, say)
            problems += gates.gate_student(name, release, engine)
    finally:
        engine.close()
    return problems + audit_all(root)


def audit_all(root: Path, wheel: Path | None = None) -> list[str]:
    """Return every leak in what students get: release/, notebooks/, the facts, a wheel."""
    secrets = audit.secret_lines(root / "authoring", root / STAFF_CODE)
    folders = (root / "release", root / "notebooks", root / FACTS)
    problems = [p for folder in folders for p in audit.audit_folder(folder, secrets)]
    return problems + (audit.audit_wheel(wheel, secrets) if wheel else [])
