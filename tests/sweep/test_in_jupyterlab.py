"""All three faces in a real JupyterLab, with its own keyboard shortcuts and themes."""

import pytest
from tests.sweep.conftest import expect_text, violations
from tests.sweep.lab import open_notebook, run_all, serve, write_notebook

from chainrule.views import softmax

pytestmark = pytest.mark.browser

CELLS = [
    "from chainrule import views\nfigure = views.softmax.scale()\nfigure",
    "panel = figure.widget()\npanel",
    "live = figure.live()\nlive",
    "views.heaviside_networks.half_planes().widget()",
    "views.convolution.window().widget()",
]


@pytest.fixture(scope="module")
def lab(chromium, tmp_path_factory):
    """A page of JupyterLab with every cell run, and the complaints of its console."""
    root, state = tmp_path_factory.mktemp("root"), tmp_path_factory.mktemp("state")
    write_notebook(root / "faces.ipynb", CELLS)
    write_notebook(root / "untrusted.ipynb", ["figure"], outputs=[softmax.scale()])
    with serve(root, state) as (address, token):
        context = chromium.new_context(viewport={"width": 1200, "height": 2600})
        page = context.new_page()
        page.complaints, page.server = [], (address, token)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on(
            "console",
            lambda said: page.complaints.append(said.text) if said.type == "error" else None,
        )
        open_notebook(page, address, token, "faces.ipynb")
        run_all(page)
        page.locator(".chainrule").nth(3).wait_for(timeout=60_000)
        yield page
        context.close()


def expect_sentence(page, place, text):
    expect_text(page.locator(".chainrule .cr-sentence").nth(place), text)


def test_the_default_display_keeps_its_arrow_keys(lab):
    figure = softmax.scale()
    slider = lab.locator(".chainrule input[type=range]").first
    slider.focus()
    for _ in range(5):
        lab.keyboard.press("ArrowRight")
    expect_sentence(lab, 0, figure.sentences[figure.start + 5])
    assert slider.evaluate("e => document.activeElement === e")


def test_the_widget_follows_its_slider_and_lends_it_a_name(lab):
    figure = softmax.scale()
    handle = lab.locator(".noUi-handle").first
    assert handle.get_attribute("aria-label") == "c"
    handle.focus()
    for _ in range(4):
        lab.keyboard.press("ArrowRight")
    expect_sentence(lab, 1, figure.sentences[figure.start + 4])
    assert handle.get_attribute("aria-valuetext") == figure.sentences[figure.start + 4]


def test_a_preset_in_the_drawing_moves_the_slider_beside_it(lab):
    figure = softmax.scale()
    lab.locator(".chainrule").nth(1).get_by_role("button", name="uniform").click()
    expect_sentence(lab, 1, figure.sentence(0.0))
    place = f"{figure.index(0.0):.1f}"
    lab.locator(f".noUi-handle[aria-valuenow='{place}']").wait_for()


def test_the_live_picture_asks_the_kernel(lab):
    picture = lab.locator("img.widget-image")
    before = picture.get_attribute("src")
    figure = softmax.scale()
    lab.get_by_role("img", name=figure.sentence(), exact=True).last.wait_for()
    lab.locator(".noUi-handle").nth(1).focus()
    lab.keyboard.press("ArrowRight")
    lab.wait_for_function(
        "s => document.querySelector('img.widget-image').src !== s", arg=before, timeout=20_000
    )
    told = figure.sentences[figure.start + 1]
    lab.locator(f'img.widget-image[alt="{told}"]').wait_for()
    expect_text(lab.locator(".jp-OutputArea p[aria-live=polite]:not(.cr-spoken)"), told)


def test_the_dark_theme_reaches_every_figure(lab):
    lab.evaluate(
        "() => jupyterapp.commands.execute('apputils:change-theme', {theme: 'JupyterLab Dark'})"
        ".then(() => null)"
    )
    lab.wait_for_function(
        "() => [...document.querySelectorAll('.chainrule')].every(e => e.dataset.theme === 'dark')",
        timeout=20_000,
    )


@pytest.mark.parametrize("place", range(len(CELLS)))
def test_no_output_has_a_serious_fault_of_access(lab, place):
    lab.evaluate(
        "k => document.querySelectorAll('.jp-CodeCell .jp-OutputArea')[k].dataset.tried = k", place
    )
    assert violations(lab, f".jp-OutputArea[data-tried='{place}']") == []


def test_nothing_complained(lab):
    assert lab.complaints == []


def test_an_untrusted_notebook_shows_the_filmstrip(lab):
    figure = softmax.scale()
    address, token = lab.server
    open_notebook(lab, address, token, "untrusted.ipynb")
    picture = lab.locator(".jp-OutputArea img").first
    picture.wait_for()
    assert picture.get_attribute("alt") == figure.alt
    assert lab.locator(".chainrule").count() == 0
