"""The model derivations as a page for the instructor, line by line, as they were written.

The checker's own typesetting is used: SymPy would write every σ as a fraction and turn half of the
lines into the line before.
"""

from __future__ import annotations

import itertools

from chainrule.derivation.chains import read_chains
from chainrule.derivation.problem import pose
from chainrule.derivation.typesetting import mathml, relation_sign
from chainrule_staff.exercises import all_exercises
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.report.page import page, table, text


def solutions_page() -> str:
    """Return one HTML page with a worked solution of every derivation of the course."""
    tasks = [e for e in all_exercises().values() if isinstance(e, DeriveTask)]
    sections = [
        f"<h2>{text(exercise.title)}</h2><p class='soft'>{text(exercise.task)}</p>"
        f"{worked_solution(exercise)}"
        for exercise in tasks
    ]
    return page("Worked solutions", "<h1>Worked solutions</h1>" + "".join(sections))


def worked_solution(exercise: DeriveTask) -> str:
    """Return the model derivation of one task: a table per case with relation, formula, reason."""
    chains, _ = read_chains(exercise.model, pose(exercise.goal).setting)
    lines = [line for chain in chains for line in chain.lines]
    parts = []
    for case, found in itertools.groupby(lines, key=lambda line: line.case):
        rows = [
            [
                relation_sign(line.relation),
                mathml(line.tree) if line.tree else text(line.text),
                text(line.reason),
            ]
            for line in found
        ]
        parts.append(f"<p>Case {text(case)}:</p>" if case else "")
        parts.append(table(["", "Formula", "Reason"], rows))
    return "".join(parts)
