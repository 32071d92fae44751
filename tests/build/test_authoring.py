"""The authoring format: what it means, and what it refuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from chainrule_staff.build.authoring import AuthoringError, parts, read_authoring, solution_lines
from chainrule_staff.build.source import make_source


def write(folder: Path, text: str) -> Path:
    path = folder / "topic.py"
    path.write_text(text, "utf-8")
    return path


ANSWER = '''\
# %% task="softmax.translation" role="answer"
def softmax(x):
    """Docstring."""
    # solution
    return secret(x)

softmax_is_defined = True
'''


def test_a_solution_ends_where_the_indentation_falls(tmp_path: Path) -> None:
    (cell,) = read_authoring(write(tmp_path, ANSWER))
    assert [solution for solution, _ in parts(cell)] == [False, True, False]
    assert solution_lines(cell) == ["    return secret(x)", ""]


def test_docstring_and_starter_survive_around_the_delimiters(tmp_path: Path) -> None:
    notebook = make_source("topic", read_authoring(write(tmp_path, ANSWER)))
    lines = notebook.cells[0].source.split("\n")
    assert lines[:3] == ["def softmax(x):", '    """Docstring."""', "    ### BEGIN SOLUTION"]
    assert lines[-1] == "softmax_is_defined = True"


@pytest.mark.parametrize(
    ("header", "complaint"),
    [
        ('role="anwser" task="softmax.jacobian"', "unknown role 'anwser'"),
        ('role="answer" tsk="softmax.jacobian"', "unknown key"),
        ('role="answer"', "does not go with"),
        ('task="softmax.jacobian"', "does not go with"),
        ('role="given" task="softmax.jacobian"', "does not go with"),
        ('role="prompt" task="softmax.jacobian"', "a prompt is a [markdown] cell"),
    ],
)
def test_unknown_words_are_errors_that_name_the_line(
    tmp_path: Path, header: str, complaint: str
) -> None:
    path = write(tmp_path, f"# %%\nx = 1\n\n# %% {header}\ny = 2\n")
    with pytest.raises(AuthoringError, match=r"topic\.py:4") as error:
        read_authoring(path)
    assert complaint in str(error.value)


def test_a_misspelt_solution_marker_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, ANSWER.replace("# solution", "# Solutions:"))
    (cell,) = read_authoring(path)
    with pytest.raises(AuthoringError, match="write '# solution' alone on its line"):
        make_source("topic", [cell])


def test_an_answer_without_a_solution_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path, ANSWER.replace("    # solution\n", ""))
    with pytest.raises(AuthoringError, match="needs a line `# solution`"):
        make_source("topic", read_authoring(path))


def test_points_that_contradict_the_exercise_are_an_error(tmp_path: Path) -> None:
    check = '# %% task="softmax.translation" role="check" points=7\ncheck("softmax.translation")\n'
    with pytest.raises(AuthoringError, match="worth 3"):
        make_source("topic", read_authoring(write(tmp_path, check)))


def test_a_task_is_graded_once(tmp_path: Path) -> None:
    check = '# %% task="softmax.translation" role="check"\ncheck("softmax.translation")\n'
    with pytest.raises(AuthoringError, match="graded twice"):
        make_source("topic", read_authoring(write(tmp_path, check + check)))


def test_cell_ids_are_the_same_in_every_build(tmp_path: Path) -> None:
    path = write(tmp_path, "# %%\nx = 1\n\n# %%\nx = 1\n\n" + ANSWER)
    first, second = (make_source("topic", read_authoring(path)) for _ in range(2))
    ids = [cell.id for cell in first.cells]
    assert ids == [cell.id for cell in second.cells]
    assert len(set(ids)) == len(ids)
