"""The assignment that is attacked: seven hidden cells, each with a weakness of its own kind."""

from __future__ import annotations

from collections.abc import Iterable

from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

MARK = "HIDDEN-MARK-7351"  # stands in every hidden cell; must never be seen by a submission
POINTS = 2.0

GIVEN = "import numpy as np"
REFERENCE = """
def _reference(x):
    e = np.exp(x - x.max())
    return e / e.sum()
"""
HIDDEN = {
    "array": f"""
        for x in (np.array([1.0, 2.0, 3.0]), np.array([0.0, 5.0])):
            np.testing.assert_allclose(softmax(x), _reference(x), err_msg="{MARK}")""",
    "plain": f"""assert double(21) == 42, "{MARK}" """,
    "partial": f"""
        secret = "{MARK}"
        2 * sum(double(k) == 2 * k for k in (3, 5, 8)) / 3""",
    "order": f"""assert abs(double(3) - 6) < 1e-9, "{MARK}" """,
    "random": f"""
        x = np.random.normal(size=5)  # {MARK}
        np.testing.assert_allclose(softmax(x), _reference(x))""",
    "mutation": f"""
        x = np.array([0.5, 0.25, 4.0])  # {MARK}
        y = softmax(x)
        np.testing.assert_allclose(y, _reference(x))""",
    "verdict": f"""
        import os
        from chainrule.verdict import Verdict
        secret = "{MARK}"
        x = np.random.default_rng(list(os.environ["CHAINRULE_SEED"].encode())).normal(size=4)
        Verdict("softmax.value", float(np.allclose(softmax(x), _reference(x))))""",
}
HONEST = """
def softmax(x):
    e = np.exp(x - np.max(x))
    return e / e.sum()
def double(n):
    return 2 * n
"""
STUBS = """
def softmax(x):
    raise NotImplementedError
def double(n):
    raise NotImplementedError
"""


def cell(source: str, **told: object) -> NotebookNode:
    """Return a code cell with nbgrader metadata; without any it is the student's own."""
    made = new_code_cell(source)
    if told:
        plain = {"schema_version": 3, "grade": False, "solution": False, "locked": False}
        made.metadata["nbgrader"] = {**plain, "task": False, **told}
    return made


def hidden_cells() -> list[NotebookNode]:
    """Return the hidden cells, as the instructor wrote them."""
    cells = []
    for name, body in HIDDEN.items():
        lines = body.strip("\n").splitlines()
        indent = min(len(line) - len(line.lstrip()) for line in lines)
        text = REFERENCE + "\n".join(line[indent:] for line in lines)
        cells.append(cell(text, grade=True, locked=True, points=POINTS, grade_id=name))
    return cells


def notebook(answers: Iterable[str]) -> NotebookNode:
    """Return a submission: the given cell, the student's cells, the hidden cells."""
    student = [
        cell(source, solution=True, grade_id=f"answer-{number}")
        for number, source in enumerate(answers)
    ]
    given = cell(GIVEN, locked=True, grade_id="given")
    made = new_notebook(cells=[given, *student, *hidden_cells()])
    for number, one in enumerate(made.cells):
        one["id"] = f"cell-{number}"
    return made


def text_of(executed: NotebookNode) -> str:
    """Return all that the outputs of a notebook's student cells say."""
    said = []
    for one in executed.cells:
        if one.cell_type == "code" and not one.metadata.get("nbgrader", {}).get("grade"):
            said += [str(output) for output in one.outputs]
    return "\n".join(said)
