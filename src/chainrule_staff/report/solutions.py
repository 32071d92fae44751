"""The model derivations as a page for the instructor: typeset by SymPy where it has the words.

SymPy has no expectations, gradients or whole vectors; such lines are typeset as the checker does.
"""

from __future__ import annotations

from chainrule.derivation.chains import Line, read_chains
from chainrule.derivation.errors import Unreadable
from chainrule.derivation.problem import pose
from chainrule.derivation.setting import Setting
from chainrule.derivation.symbolic import to_sympy
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
    """Return the model derivation of one task as a table: relation, formula, reason."""
    problem = pose(exercise.goal)
    chains, setting = read_chains(exercise.model, problem.setting)
    rows = [
        [relation_sign(line.relation), typeset(line, setting), text(line.reason)]
        for chain in chains
        for line in chain.lines
    ]
    return table(["", "Formula", "Reason"], rows)


def typeset(line: Line, setting: Setting) -> str:
    """Return one line as MathML: SymPy's, or ours where SymPy lacks the notion."""
    if line.tree is None:
        return text(line.text)
    try:
        import sympy

        inner = sympy.mathml(to_sympy(line.tree, setting), printer="presentation")
        return f"<math>{inner}</math>"
    except (Unreadable, TypeError, ValueError, NotImplementedError):
        return mathml(line.tree)
