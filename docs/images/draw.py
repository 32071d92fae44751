"""Draw the pictures of the documents anew, as a browser shows them today.

    python docs/images/draw.py

`softmax-in-lab.png`, with a student's answer in it, is the one that is taken by hand.
"""

from __future__ import annotations

import io
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PIL import Image
from playwright.sync_api import sync_playwright
from tests.conftest import CHROMIUM_FLAGS
from tests.sweep.conftest import settle
from tests.sweep.lab import open_notebook, run_all, serve

from chainrule.views import activations, ad_traces, gd_convergence, heaviside_networks, softmax
from chainrule_staff.lecture.export import export_lecture, find_lecture

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WIDTH = 700


def show(browser: Any, html: str, background: str = "#ffffff", **media: Any) -> Any:
    """Return a page with one figure on it, in still pictures only."""
    page = browser.new_page(viewport={"width": WIDTH, "height": 900}, reduced_motion="reduce")
    page.emulate_media(**media)
    page.set_content(
        f"<!doctype html><meta charset='utf-8'><body style='margin:6px;background:{background}'>"
        f"{html}"
    )
    page.locator(".chainrule").wait_for()
    return page


def take(page: Any, press: str = "", **where: Any) -> Image.Image:
    """Press a key on the figure and return its picture."""
    if press:
        page.locator(".chainrule input[type=range]").last.focus()
        page.keyboard.press(press)
        page.evaluate("document.activeElement.blur()")
    settle(page)
    shot = page.locator(".chainrule").first.screenshot() if not where else page.screenshot(**where)
    return Image.open(io.BytesIO(shot)).convert("RGB")


def stitch(pictures: list[Image.Image], name: str, columns: int = 2) -> None:
    """Save pictures as rows of a table."""
    rows = [pictures[k : k + columns] for k in range(0, len(pictures), columns)]
    heights = [max(p.height for p in row) + 12 for row in rows]
    wide = max(sum(p.width + 12 for p in row) for row in rows)
    sheet = Image.new("RGB", (wide, sum(heights)), "#ffffff")
    for row, top in zip(rows, (sum(heights[:k]) for k in range(len(rows))), strict=True):
        left = 0
        for picture in row:
            sheet.paste(picture, (left, top))
            left += picture.width + 12
    sheet.save(HERE / name, optimize=True)
    print(f"drew {name}, {sheet.width} x {sheet.height}")


def draw_figures(browser: Any) -> None:
    """Four figures, each at a telling position."""
    figures = [
        (activations.steepness(), "2"),
        (gd_convergence.iterates(), "3"),
        (ad_traces.steps(), "3"),
        (heaviside_networks.half_planes(), ""),
    ]
    stitch([take(show(browser, f.html()), key) for f, key in figures], "figures.png")


def draw_surroundings(browser: Any) -> None:
    """One figure in the dark, and in the colours that a reader forces upon it."""
    html = softmax.temperature().html()
    looks: list[dict[str, Any]] = [
        {"background": "#111111"},
        {"forced_colors": "active"},
        {"forced_colors": "active", "color_scheme": "dark", "background": "#000000"},
        {"media": "print"},
    ]
    stitch([take(show(browser, html, **look)) for look in looks], "dark-and-forced.png")


def draw_slide(browser: Any, folder: Path) -> None:
    """A slide with its figure, the answer open."""
    target = folder / "softmax.html"
    export_lecture(find_lecture(ROOT, "softmax"), target)
    page = browser.new_page(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page.goto(f"{target.as_uri()}#/6")
    page.locator(".reveal.ready").wait_for()
    page.locator("section.present .figure[data-fits=yes]").wait_for()
    page.keyboard.press("4")
    page.keyboard.press("ArrowRight")
    page.locator("section.present details[open]").wait_for()
    stitch([take(page, full_page=False)], "slide.png")


def draw_lab(browser: Any, folder: Path) -> None:
    """A figure in a student's notebook."""
    root, state = folder / "root", folder / "state"
    root.mkdir()
    state.mkdir()
    shutil.copy(ROOT / "source" / "softmax" / "softmax.ipynb", root)
    with serve(root, state) as (address, token):
        page = browser.new_page(viewport={"width": 1180, "height": 900}, reduced_motion="reduce")
        open_notebook(page, address, token, "softmax.ipynb")
        run_all(page)
        page.evaluate(
            """async () => {
              const notebook = jupyterapp.shell.currentWidget.content;
              const cells = notebook.model.sharedModel.cells;
              const place = cells.findIndex(c => c.cell_type === 'code'
                && JSON.stringify(c.getOutputs()).includes('chainrule-figure'));
              notebook.activeCellIndex = place;
              await notebook.scrollToItem(place, 'start');
            }"""
        )
        figure = page.locator(".jp-Cell.jp-mod-active .chainrule")
        figure.get_by_role("button", name="Show me").click()
        figure.locator(".cr-sentence", has_text="With c = 3.00").wait_for()
        stitch([take(page, full_page=False)], "figure-in-lab.png")


def main() -> None:
    """Draw all of them."""
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as name:
        browser = driver.chromium.launch(executable_path="/usr/bin/chromium", args=CHROMIUM_FLAGS)
        draw_figures(browser)
        draw_surroundings(browser)
        draw_slide(browser, Path(name))
        draw_lab(browser, Path(name))
        browser.close()


if __name__ == "__main__":
    main()
