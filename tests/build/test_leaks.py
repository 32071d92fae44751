"""Every known way in which answers have leaked, planted; and the course as it is, clean."""

from __future__ import annotations

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from course import ROOT, make_small_course

from chainrule_staff.build import audit
from chainrule_staff.build.release_gates import STAFF_CODE

Notebook = dict[str, Any]
SOLUTION = "shifted = x - np.max(x, axis=-1, keepdims=True)"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_small_course(tmp_path_factory.mktemp("leaks")).root


@pytest.fixture
def root(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "course"))


def found_in(root: Path) -> list[str]:
    secrets = audit.secret_lines(root / "authoring", ROOT / STAFF_CODE)
    return audit.audit_folder(root / "release", secrets)


def plant(root: Path, change: Callable[[Notebook], None]) -> list[str]:
    path = root / "release" / "little" / "little.ipynb"
    notebook = json.loads(path.read_text("utf-8"))
    change(notebook)
    path.write_text(json.dumps(notebook), "utf-8")
    return found_in(root)


def add_cell(source: str, **metadata: Any) -> Callable[[Notebook], None]:
    def change(notebook: Notebook) -> None:
        cell = {"cell_type": "code", "id": "planted", "metadata": metadata, "source": source}
        notebook["cells"].append({**cell, "outputs": [], "execution_count": None})

    return change


def test_a_clean_release_is_clean(root: Path) -> None:
    assert found_in(root) == []


def test_a_paired_text_file_beside_the_notebook(root: Path) -> None:
    shutil.copy(root / "authoring" / "little.py", root / "release" / "little" / "little.py")
    problems = found_in(root)
    assert any("Python file is handed out" in problem for problem in problems)
    assert any("shifted" in problem for problem in problems)


def test_a_paired_text_file_is_not_released_in_the_first_place(root: Path) -> None:
    from chainrule_staff.build.release import NOT_RELEASED

    assert {"*.py", "*.md"} <= set(NOT_RELEASED)


def test_a_solution_line_in_any_cell_even_reformatted(root: Path) -> None:
    assert plant(root, add_cell("shifted  =  x-np.max(x, axis = -1, keepdims = True)"))


@pytest.mark.parametrize(
    "source",
    [
        f"# {SOLUTION}",
        f"Hint: use `{SOLUTION}` first.",
        f"<!-- {SOLUTION} -->",
        f"> - `{SOLUTION}`",
        "y = 1; " + SOLUTION,
        SOLUTION.replace("axis=-1, ", "axis=-1,\n    "),
        "scaling_claims = (True, False, False, True)",
        "# scaling_claims = (True, False, False, True)",
    ],
)
def test_a_solution_in_a_comment_in_prose_or_beside_other_code(root: Path, source: str) -> None:
    assert plant(root, add_cell(source))


def test_a_solution_in_the_metadata_of_a_cell(root: Path) -> None:
    assert plant(root, add_cell("pass", hint={"more": [SOLUTION]}))


def test_an_attachment_and_a_file_of_another_kind(root: Path) -> None:
    def attach(notebook: Notebook) -> None:
        notebook["cells"][0]["attachments"] = {"a.png": {"image/png": "AAAA"}}

    assert any("attachment" in problem for problem in plant(root, attach))
    (root / "release" / "little" / "answers.pickle").write_bytes(b"42")
    assert any("answers.pickle" in problem for problem in found_in(root))


def test_answers_that_are_mere_numbers_are_secrets_too() -> None:
    secrets = audit.secret_lines(ROOT / "authoring", ROOT / STAFF_CODE)
    for secret in ('limit_flaw_line,limit_flaw_fix=4,"m"', "bounds_ratio=4"):
        assert any(secret in line for line in secrets), secret
        assert audit.audit_text("a.ipynb", f"x = 1\n# {secret}\n", secrets)


def test_a_cell_tagged_solution(root: Path) -> None:
    assert plant(root, add_cell("pass", tags=["solution"]))


@pytest.mark.parametrize(
    "marker",
    [
        "### BEGIN HIDEN TESTS",
        "### BEGIN HIDDEN TEST",
        "### begin hidden tests",
        "### BEGIN SOLUTION",
        "### BEGIN SOLUTIONS",
        "### Begin Solution",
        "### END HIDDEN TESTS",
        "### BEGIN MARK SCHEME",
        "# solution",
    ],
)
def test_markers_spelt_any_way(root: Path, marker: str) -> None:
    assert plant(root, add_cell(f"{marker}\nassert f(2) == 4"))


def test_a_hidden_call_of_the_judge(root: Path) -> None:
    assert plant(root, add_cell('from chainrule_staff import judge\njudge("a.b", globals())'))


def test_outputs_and_foreign_metadata(root: Path) -> None:
    def outputs(notebook: Notebook) -> None:
        text = {"output_type": "stream", "name": "stdout", "text": "0.25"}
        notebook["cells"][1]["outputs"] = [text]

    assert plant(root, outputs)

    def formats(notebook: Notebook) -> None:
        notebook["metadata"]["jupytext"] = {"formats": "ipynb,py:percent"}

    assert plant(root, formats)


def test_a_reference_in_the_students_wheel(tmp_path: Path) -> None:
    secrets = audit.secret_lines(ROOT / "authoring", ROOT / STAFF_CODE)
    wheel = tmp_path / "chainrule-0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as file:
        file.writestr("chainrule/hints.py", "    return np.diag(s) - np.outer(s, s)\n")
        file.writestr("chainrule_staff/__init__.py", "")
    problems = audit.audit_wheel(wheel, secrets)
    assert any("np.diag(s)-np.outer(s,s)" in problem for problem in problems)
    assert any("not the student's" in problem for problem in problems)


def test_nbgrader_refuses_an_unclosed_solution(tmp_path: Path) -> None:
    from chainrule_staff.build.authoring import read_authoring
    from chainrule_staff.build.release import ReleaseError, make_releases
    from chainrule_staff.build.source import make_source

    path = ROOT / "tests/data/small-course/authoring/little.py"
    source = make_source("little", read_authoring(path))
    for cell in source.cells:
        cell.source = cell.source.replace("### END SOLUTION", "### END SOLUTON")
    with pytest.raises(ReleaseError, match="little"):
        make_releases({"little": source})
