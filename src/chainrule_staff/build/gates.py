"""What must hold before a notebook may be released."""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator, Sequence

from nbformat import NotebookNode

from chainrule_staff.build.authoring import Cell
from chainrule_staff.exercises import find, judge
from chainrule_staff.exercises.registry import UnknownTask
from chainrule_staff.grading.engine import Engine, Job
from chainrule_staff.grading.submission import Submission, run_and_judge

MOST_CELLS, MOST_TASKS = 45, 10
GATE_SEEDS = (1, 2, 3)


def gate_exercise(task: str) -> list[str]:
    """References agree, every right answer passes, every known mistake is rejected and named."""
    try:
        exercise = find(task)
    except UnknownTask as error:
        return [str(error)]
    problems = []
    for seed in GATE_SEEDS:
        for words, answers in exercise.solutions().items():
            if not judge(task, answers, seed).passed:
                problems.append(f"{task}: the right answer {words!r} fails for seed {seed}")
        for mistake in exercise.mistakes:
            verdict = judge(task, exercise.mistaken(mistake), seed)
            if verdict.passed or verdict.mistake != mistake.name:
                problems.append(
                    f"{task}: mistake {mistake.name!r} gets {verdict.score:.2f} and is called "
                    f"{verdict.mistake!r} for seed {seed}"
                )
    return problems


def gate_prose(cells: Sequence[Cell]) -> list[str]:
    """Prompts and checks agree on names; headings, images and the size of the notebook are fit."""
    return [*_gate_names(cells), *_gate_headings(cells), *_gate_images(cells), *_gate_size(cells)]


def _gate_names(cells: Sequence[Cell]) -> Iterator[str]:
    prompts = ""
    for cell in cells:
        if cell.role == "prompt":
            prompts += cell.text
        if cell.role not in ("check", "hidden"):
            continue
        passed = re.sub(r"\"[^\"]*\"", "", cell.text)
        for name in find(cell.task).names:
            if f"`{name}" not in prompts:
                yield f"{cell.place}: {cell.task} asks for `{name}`, but no prompt names it"
            if cell.role == "check" and not re.search(rf"\b{name}\b", passed):
                yield f"{cell.place}: the check of {cell.task} does not pass `{name}`"
    known = _names_in_code(cells) | set(dir(builtins))
    for cell in cells:
        if cell.role == "prompt":
            for name in re.findall(r"`([A-Za-z_]\w*)\(", cell.text):
                if name not in known:
                    yield f"{cell.place}: the prompt names `{name}(`, which no cell defines"


def _names_in_code(cells: Sequence[Cell]) -> set[str]:
    code = "\n".join(cell.text for cell in cells if cell.kind == "code")
    imported = {w for line in re.findall(r"import (.+)", code) for w in re.findall(r"\w+", line)}
    return (
        imported
        | set(re.findall(r"(?:def|class) (\w+)", code))
        | set(re.findall(r"\b(\w+)\(", code))
    )


def _gate_headings(cells: Sequence[Cell]) -> Iterator[str]:
    level = 0
    for cell in cells:
        if cell.kind != "markdown" or cell.role in ("staff", "rubric"):
            continue
        for marks in re.findall(
            r"^(#{1,6}) ", re.sub(r"```.*?```", "", cell.text, flags=re.DOTALL), re.MULTILINE
        ):
            if len(marks) > level + 1:
                yield f"{cell.place}: heading level {len(marks)} follows level {level}"
            level = len(marks)


def _gate_images(cells: Sequence[Cell]) -> Iterator[str]:
    for cell in cells:
        if cell.kind != "markdown":
            continue
        if re.search(r"!\[\s*\]\(", cell.text) or re.search(r"<img(?![^>]*\balt=)", cell.text):
            yield f"{cell.place}: an image without alt text"


def _gate_size(cells: Sequence[Cell]) -> Iterator[str]:
    shown = [cell for cell in cells if cell.role != "staff"]
    tasks = {cell.task for cell in shown if cell.role in ("check", "hidden")}
    reasons = any(cell.role == "staff" for cell in cells)
    if (len(shown) > MOST_CELLS or len(tasks) > MOST_TASKS) and not reasons:
        yield (
            f"{cells[0].place}: {len(shown)} cells and {len(tasks)} tasks; more than {MOST_CELLS} "
            f"or {MOST_TASKS} needs a reason in a staff cell"
        )


def gate_solution(
    name: str, source: NotebookNode, engine: Engine, say: Callable[[str], None] = lambda _: None
) -> list[str]:
    """The solution notebook runs without error and gets full marks; says how long that took."""
    outcome = run_and_judge(source, source, Submission("gate", {}, "gate"), engine)
    say(f"{name}: the solution ran in {outcome.seconds:.1f} s")
    problems = [f"{name}: {error}" for error in errors_in(outcome.notebook)]
    for cell in graded_cells(source):
        verdict = outcome.verdicts.get(cell.metadata.nbgrader.grade_id)
        if verdict is None:
            problems.append(f"{name}: {cell.id} gave no verdict; {' '.join(outcome.events)}")
        elif not verdict.passed:
            problems.append(f"{name}: the solution does not pass: {verdict}")
    return problems


def gate_student(name: str, release: NotebookNode, engine: Engine) -> list[str]:
    """A fresh notebook runs from top to bottom, and every check says politely: not yet."""
    outcome = engine.run(Job(release, seed="gate"))
    problems = [f"{name} (student's): {error}" for error in errors_in(outcome.notebook)]
    for cell in graded_cells(release):
        verdict = outcome.verdicts.get(cell.metadata.nbgrader.grade_id)
        if verdict is not None and verdict.score > 0:
            problems.append(f"{name} (student's): {verdict.task} passes without an answer")
    return problems


def graded_cells(notebook: NotebookNode) -> list[NotebookNode]:
    """Return the cells that give marks automatically."""
    return [
        cell
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("grade", False)
    ]


def errors_in(notebook: NotebookNode) -> list[str]:
    """Return one sentence per cell that ended in an error."""
    return [
        f"{cell.id}: {output.ename}: {output.evalue}"
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if output.output_type == "error"
    ]
