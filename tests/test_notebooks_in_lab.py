"""The course in a real JupyterLab: student notebooks run, figures move, Validate speaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from typing import Any

import pytest
from course import ROOT
from tests.sweep.conftest import expect_text, violations, wait_until
from tests.sweep.lab import open_notebook, run_all, serve

pytestmark = pytest.mark.browser
NOTEBOOKS = sorted(path.stem for path in (ROOT / "release").glob("*/*.ipynb"))
IMAGES = sorted(path.name for path in (ROOT / "docs" / "images").glob("*.png"))


@pytest.fixture(scope="module")
def lab(chromium: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    root, state = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("state")
    for name in NOTEBOOKS:
        shutil.copy(ROOT / "release" / name / f"{name}.ipynb", root)
    shutil.copy(ROOT / "source" / "softmax" / "softmax.ipynb", root / "solved.ipynb")
    with serve(root, state) as (address, token):
        context = chromium.new_context(viewport={"width": 1280, "height": 1000})
        page = context.new_page()
        page.complaints, page.foreign = [], []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type == "error" else None,
        )
        page.on("request", lambda request: remember(page, request.url, address))
        page.visit = lambda name: open_notebook(page, address, token, f"{name}.ipynb")
        yield page
        context.close()


def remember(page: Any, url: str, address: str) -> None:
    """Keep the address of a request that leaves this JupyterLab."""
    home = (address, address.replace("http", "ws"), "data:", "blob:", "about:")
    if not url.startswith(home):
        page.foreign.append(url)


def reach_figure(page: Any) -> Any:
    """Scroll to the last cell with a figure, as the notebook draws only what is in view."""
    found = page.evaluate(
        """async () => {
          const notebook = jupyterapp.shell.currentWidget.content;
          const place = notebook.model.sharedModel.cells.findLastIndex(c =>
            c.cell_type === 'code' && JSON.stringify(c.getOutputs()).includes('chainrule-figure'));
          if (place < 0) return false;
          notebook.activeCellIndex = place;
          await notebook.scrollToItem(place, 'start');
          return true;
        }"""
    )
    assert found, "no cell shows a figure"
    figure = page.locator(".jp-Cell.jp-mod-active .chainrule")
    figure.wait_for(timeout=60_000)
    if figure.locator(".cr-ask").count():
        figure.get_by_role("button", name="Show me").click()
    return figure


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_fresh_notebook_runs_to_its_end_and_moves(lab: Any, name: str) -> None:
    lab.visit(name)
    run_all(lab)
    errors = lab.evaluate(
        """() => jupyterapp.shell.currentWidget.content.model.sharedModel.cells
              .filter(c => c.cell_type === 'code')
              .flatMap(c => c.getOutputs().filter(o => o.output_type === 'error'))
              .map(o => o.ename + ': ' + o.evalue)"""
    )
    assert errors == []
    figure = reach_figure(lab)
    slider, told = figure.locator("input[type=range]").last, figure.locator(".cr-sentence")
    move_by_keys(lab, slider, told)
    move_by_mouse(lab, slider, told)
    assert violations(lab, ".jp-Cell.jp-mod-active .chainrule") == []
    assert "widgets" not in lab.evaluate(
        "() => Object.keys(jupyterapp.shell.currentWidget.content.model.sharedModel.metadata)"
    )
    assert lab.complaints == []
    assert lab.foreign == []


def move_by_keys(page: Any, slider: Any, told: Any) -> None:
    """Go to both ends with the keys; every place has its own words."""
    wait_until(page, slider.is_enabled)
    slider.focus()
    heard = []
    for key, place in (("Home", "0"), ("ArrowRight", "1"), ("End", slider.get_attribute("max"))):
        page.keyboard.press(key)
        assert slider.input_value() == place, f"{key} was taken away"
        wait_until(page, lambda: slider.get_attribute("aria-valuetext") not in heard)
        heard.append(slider.get_attribute("aria-valuetext"))
        expect_text(told, heard[-1])


def move_by_mouse(page: Any, slider: Any, told: Any) -> None:
    """Drag the slider from its right end to somewhere left of the middle."""
    before = told.inner_text()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] - 9, middle)
    page.mouse.down()
    for share in (0.9, 0.6, 0.3):
        page.mouse.move(box["x"] + box["width"] * share, middle)
    page.mouse.up()
    wait_until(page, lambda: told.inner_text() != before)
    assert 0 < int(slider.input_value()) < int(slider.get_attribute("max"))
    expect_text(told, slider.get_attribute("aria-valuetext"))


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


@pytest.mark.parametrize("name", IMAGES)
def test_pictures_are_there_for_the_documents(name: str) -> None:
    assert len(IMAGES) >= 5
    assert (ROOT / "docs" / "images" / name).stat().st_size > 20_000
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    assert any(name in page.read_text(encoding="utf-8") for page in pages)
