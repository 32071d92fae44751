"""Who is in the sample class, and what each of them answers.

Five students hand in the worked sheets, each as that sheet answers, mistakes included. Beside
them: one who is right everywhere, some who are right in every other accepted way, some who between
them make every known mistake once, one who hands in a blank notebook, and some whose notebooks
were mangled on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chainrule_staff.build.authoring import read_authoring
from chainrule_staff.exercises import find
from chainrule_staff.exercises.derivation import DeriveTask
from chainrule_staff.exercises.model import Exercise
from chainrule_staff.sample.mangling import MANGLINGS
from chainrule_staff.sample.transplant import transplant

Mangle = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Student:
    """One submission for one notebook.

    Attributes:
        name: of the student.
        answers: task -> source text; tasks that are left out stay blank.
        expected: task -> mistake that must be recognised, or None for right; tasks left out are
            not looked at.
        mangle: what happens to the notebook's bytes before it is handed in.
        filename: what the file is called; "" for the assignment's own name.
    """

    name: str
    answers: Mapping[str, str]
    expected: Mapping[str, str | None]
    mangle: Mangle | None = None
    filename: str = ""


def source_of(exercise: Exercise, answers: Mapping[str, object]) -> str:
    """Return the source text of complete answers to one exercise."""
    if isinstance(exercise, DeriveTask):
        return f"%%derive {exercise.task}\n{answers[exercise.names[0]]}"
    return "\n\n\n".join(transplant(name, answers[name]) for name in exercise.names)


def right_answers(tasks: Sequence[str]) -> dict[str, str]:
    """Return task -> the reference as source text."""
    return {task: source_of(find(task), find(task).reference) for task in tasks}


def perfect(tasks: Sequence[str]) -> Student:
    """Everything right, written as the references are."""
    return Student("perfect", right_answers(tasks), dict.fromkeys(tasks))


def blank() -> Student:
    """Nothing answered."""
    return Student("blank", {}, {})


def alternatives(tasks: Sequence[str]) -> list[Student]:
    """Every accepted alternative once: student n answers each task in its n-th other way."""
    columns = []
    for task in tasks:
        exercise = find(task)
        others = [exercise.second, *exercise.also_correct.values()]
        texts = [source_of(exercise, {**exercise.reference, **answers}) for answers in others]
        columns.append((task, [(text, None) for text in texts]))
    return _spread("right", columns)


def mistaken(tasks: Sequence[str]) -> list[Student]:
    """Every known mistake once: student n makes the n-th known mistake of each task."""
    columns = []
    for task in tasks:
        exercise = find(task)
        columns.append(
            (task, [(source_of(exercise, exercise.mistaken(m)), m.name) for m in exercise.mistakes])
        )
    return _spread("wrong", columns)


Column = tuple[str, Sequence[tuple[str, str | None]]]  # task, (source, mistake) of each student


def _spread(name: str, columns: Sequence[Column]) -> list[Student]:
    """Give the n-th entry of each task's column to the n-th student; the rest stays blank."""
    many = max((len(column) for _, column in columns), default=0)
    rows = [{task: column[n] for task, column in columns if n < len(column)} for n in range(many)]
    return [
        Student(
            f"{name}-{n}",
            {task: text for task, (text, _) in row.items()},
            {task: mistake for task, (_, mistake) in row.items()},
        )
        for n, row in enumerate(rows, 1)
    ]


def mangled(tasks: Sequence[str]) -> Iterator[Student]:
    """Right answers in notebooks that something happened to; they keep every mark."""
    answers = right_answers(tasks)
    for name, mangle in MANGLINGS.items():
        yield Student(f"mangled-{name}", answers, dict.fromkeys(tasks), mangle)
    yield Student("mangled-renamed", answers, dict.fromkeys(tasks), filename="my homework.ipynb")


def sheets(folder: Path, tasks: Sequence[str]) -> Iterator[Student]:
    """The worked sheets, read from `sheet-*.py`; a comment `# mistake: name` says what is wrong."""
    for path in sorted(folder.glob("sheet-*.py")):
        answers: dict[str, str] = {}
        expected: dict[str, str | None] = {}
        for cell in read_authoring(path):
            if cell.task in tasks:
                answers[cell.task] = cell.text
                expected[cell.task] = _told(cell.text)
        yield Student(path.stem, answers, expected)


def _told(text: str) -> str | None:
    """Return the mistake named in the first line of a sheet's answer, or None.

    A derivation's first line is that behind `%%derive`.
    """
    first, *rest = text.split("\n")
    if first.startswith("%%derive") and rest:
        first = rest[0]
    return first.removeprefix("# mistake:").strip() if first.startswith("# mistake:") else None
