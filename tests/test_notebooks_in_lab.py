"""The course in a real JupyterLab: every student notebook runs, and nbgrader's Validate speaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from course import ROOT
from tests.sweep.lab import open_notebook, run_all, serve

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.stem for path in (ROOT / "release").glob("*/*.ipynb"))


@pytest.fixture(scope="module")
def lab(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root, state = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("state")
    for name in NOTEBOOKS:
        shutil.copy(ROOT / "release" / name / f"{name}.ipynb", root)
    shutil.copy(ROOT / "source" / "softmax" / "softmax.ipynb", root / "solved.ipynb")
    with serve(root, state) as (address, token):
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.visit = lambda name: open_notebook(page, address, token, f"{name}.ipynb")
        yield page
        context.close()


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_fresh_notebook_runs_to_its_end(lab: Any, name: str) -> None:
    lab.visit(name)
    run_all(lab)
    errors = lab.evaluate(
        """() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
              .filter(c => c.cell_type === 'code')
              .flatMap(c => c.getOutputs().filter(o => o.output_type === 'error'))
              .map(o => o.ename + ': ' + o.evalue)"""
    )
    assert errors == []
    assert lab.complaints == []


def validate(page: Any) -> str:
    """Press nbgrader's Validate and return what its dialogue says."""
    page.get_by_role("button", name="Validate").first.click()
    dialogue = page.locator(".jp-Dialog")
    dialogue.wait_for(timeout=120_000)
    text = str(dialogue.inner_text())
    dialogue.locator("button").last.click()
    return text


def test_validate_names_a_task_that_is_not_done(lab: Any) -> None:
    lab.visit("softmax")
    assert "softmax.translation" in validate(lab)


def test_validate_passes_on_the_solution(lab: Any) -> None:
    lab.visit("solved")
    assert "Success! Your notebook passes all the tests." in validate(lab)


def test_pictures_are_there_for_the_readme() -> None:
    assert (Path(ROOT) / "docs" / "images" / "softmax-in-lab.png").stat().st_size > 20_000
