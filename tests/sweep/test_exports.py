"""A saved notebook with figures, exported: pages, slides, nbgrader's feedback, sanitised pages."""

from pathlib import Path

import nbformat
import pytest
from tests.sweep.conftest import settle
from tests.views.catalogue import VIEWS
from traitlets.config import Config

from chainrule.views import ad_traces, softmax

nbconvert = pytest.importorskip("nbconvert")
pytestmark = pytest.mark.browser

FIGURES = (softmax.scale(), ad_traces.steps())


@pytest.fixture(scope="module")
def notebook():
    """A notebook as a run leaves it, without running one."""
    return write_run(FIGURES)


def write_run(figures):
    """Return a notebook whose cells have these figures as outputs."""
    cells = []
    for count, figure in enumerate(figures, start=1):
        data, metadata = figure._repr_mimebundle_()
        output = nbformat.v4.new_output(
            "execute_result", data, metadata=metadata, execution_count=count
        )
        cells.append(nbformat.v4.new_code_cell("figure", execution_count=count, outputs=[output]))
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbformat.validate(notebook)
    return notebook


def export(notebook, exporter="HTMLExporter", **options):
    """Return the page that an exporter writes, its own scripts from the network left out."""
    maker = getattr(nbconvert, exporter)(**options)
    maker.mathjax_url = maker.require_js_url = maker.jquery_url = ""
    page, _ = maker.from_notebook_node(notebook)
    return page.replace('src=""', "")


def open_page(browser_page, tmp_path, text):
    """Open an exported page from the disk, as a student does."""
    path = tmp_path / "page.html"
    path.write_text(text, encoding="utf-8")
    browser_page.page.goto(path.as_uri())
    return browser_page.page


def test_no_widget_state_is_saved(notebook):
    assert "widgets" not in notebook.metadata
    kinds = {kind for cell in notebook.cells for out in cell.outputs for kind in out.data}
    assert kinds == {"text/html", "image/png", "text/plain"}


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_an_exported_page_moves_offline(browser_page, tmp_path, notebook, theme):
    page = open_page(browser_page, tmp_path, export(notebook, theme=theme))
    page.locator(".chainrule").nth(1).wait_for()
    assert page.locator(".chainrule").first.get_attribute("data-theme") == theme
    for place, figure in enumerate(FIGURES):
        slider = page.locator(".chainrule input[type=range]").nth(place)
        slider.focus()
        page.keyboard.press("ArrowRight")
        settle(page)
        told = page.locator(".cr-sentence").nth(place).inner_text()
        assert told == figure.sentences[figure.start + 1]
    assert browser_page.violations() == []


def test_printing_shows_every_figure(browser_page, tmp_path, notebook):
    page = open_page(browser_page, tmp_path, export(notebook))
    page.locator(".chainrule").nth(1).wait_for()
    settle(page)
    paper = page.pdf()
    assert paper.startswith(b"%PDF")
    page.emulate_media(media="print")
    assert page.locator(".chainrule svg:visible").count() == len(FIGURES)


def write_feedback(notebook):
    """Return nbgrader's feedback page of a notebook."""
    formgrader = pytest.importorskip("nbgrader.server_extensions.formgrader")
    folder = Path(formgrader.__file__).parent
    exporter = nbconvert.HTMLExporter(
        template_name="feedback",
        extra_template_basedirs=[str(folder / "templates")],
        extra_template_paths=[
            str(folder / "static" / "node_modules" / "bootstrap" / "dist" / "css")
        ],
    )
    marks = {"notebook": "softmax", "score": 0, "max_score": 0, "late_penalty": 0}
    return exporter.from_notebook_node(notebook, resources={"nbgrader": marks})[0]


def test_every_view_stands_in_nbgraders_feedback(browser_page, tmp_path):
    figures = [view() for view in VIEWS.values()]
    page = open_page(browser_page, tmp_path, write_feedback(write_run(figures)))
    page.locator(".chainrule").nth(len(figures) - 1).wait_for()
    settle(page)
    told = page.locator(".cr-sentence").all_inner_texts()
    assert told == [figure.sentence() for figure in figures]
    browser_page.asked.clear()  # nbgrader's own page asks a CDN for its fonts and scripts
    browser_page.trouble.clear()


def test_nbgraders_feedback_moves_offline(browser_page, tmp_path, notebook):
    page = open_page(browser_page, tmp_path, write_feedback(notebook))
    page.locator(".chainrule").nth(1).wait_for()
    page.locator(".chainrule input[type=range]").first.focus()
    page.keyboard.press("End")
    settle(page)
    assert page.locator(".cr-sentence").first.inner_text() == FIGURES[0].sentences[-1]
    browser_page.asked.clear()  # nbgrader's own page asks a CDN for its fonts and scripts
    browser_page.trouble.clear()


def test_a_sanitised_page_that_prefers_pictures_shows_the_filmstrips(
    browser_page, tmp_path, notebook
):
    config = Config()
    config.NbConvertBase.display_data_priority = ["image/png", "text/plain"]
    text = export(notebook, sanitize_html=True, config=config)
    page = open_page(browser_page, tmp_path, text)
    assert page.locator("img").count() == len(FIGURES)
    assert page.locator("img").first.evaluate("e => e.naturalWidth") > 400
    assert "function" not in page.locator("body").inner_text()
