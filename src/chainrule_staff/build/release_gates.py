"""All gates over the whole course, in the order in which they are cheap."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
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
    # The mathematics and the leaks are looked at on other processors while the notebooks run.
    pool = ProcessPoolExecutor(mp_context=get_context("spawn"))
    leaks = pool.submit(audit_all, root)
    exercises = pool.map(gates.gate_exercise, tasks, chunksize=4)
    engine = make_engine(default_sandbox())
    try:
        for name in notebooks:
            source, release = (
                nbformat.read(root / notebook_path(step, name), 4) for step in ("source", "release")
            )
            problems += gates.gate_solution(name, source, engine, say)
            problems += gates.gate_student(name, release, engine)
        problems += [problem for found in exercises for problem in found] + leaks.result()
    finally:
        engine.close()
        pool.shutdown(cancel_futures=True)
    return problems


def audit_all(root: Path, wheel: Path | None = None) -> list[str]:
    """Return every leak in what students get: release/, notebooks/, the facts, a wheel."""
    secrets = audit.secret_lines(root / "authoring", root / STAFF_CODE)
    folders = (root / "release", root / "notebooks", root / FACTS)
    problems = [p for folder in folders for p in audit.audit_folder(folder, secrets)]
    return problems + (audit.audit_wheel(wheel, secrets) if wheel else [])
