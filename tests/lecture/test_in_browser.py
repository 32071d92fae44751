"""The slides in a real browser, from the disk, with no network: keys, figures, answers, room."""

import re

import pytest
from click.testing import CliRunner
from tests.lecture.conftest import LECTURES, ROOT, ran
from tests.sweep.conftest import expect_text, rest, settle, violations

from chainrule_staff.cli import commands
from chainrule_staff.lecture.deck import write_deck
from chainrule_staff.lecture.slides import split_slides

pytestmark = pytest.mark.browser
FIGURE = 4  # the place of the first figure in the lecture on softmax


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("slides")


@pytest.fixture
def talk(browser_page, folder):
    """Open a lecture at a slide, as a lecturer does."""
    browser_page.page.set_viewport_size({"width": 1280, "height": 720})

    def open_talk(topic="softmax", at=0):
        path = folder / f"{topic}.html"
        if not path.exists():
            path.write_text(write_deck(split_slides(ran(topic))), encoding="utf-8")
        page = browser_page.page
        page.goto(f"{path.as_uri()}#/{at}")
        page.locator(".reveal.ready").wait_for()
        wait_until_it_fits(page)
        rest(page)
        return page

    return open_talk


def wait_until_it_fits(page):
    """Wait until the figure of the present slide, if it has one, has found its size."""
    page.locator("section.present .figure:not([data-fits=yes])").wait_for(state="detached")


def place(page):
    return page.evaluate("Reveal.getIndices().h")


def test_the_command_writes_a_page_that_names_no_other_place(folder, monkeypatch):
    monkeypatch.chdir(ROOT)
    target = folder / "deep" / "talk.html"
    result = CliRunner().invoke(commands, ["lecture", "softmax", "--to", str(target)])
    assert result.exit_code == 0, result.output
    assert "wrote 12 slides to" in result.output
    text = target.read_text(encoding="utf-8")
    assert not re.search(
        r"<(script|link|img|iframe|source)[^>]*(src|href)=[\"']?(https?:|//)", text
    )
    assert not re.search(r"url\([\"']?https?:|@import", text)
    assert "default-src 'none'" in text, "and the browser is told to refuse"


def test_arrows_turn_the_page(talk):
    page = talk()
    assert page.locator("section.present h1").inner_text().startswith("Softmax")
    page.keyboard.press("ArrowRight")
    assert place(page) == 1
    page.keyboard.press("ArrowLeft")
    assert place(page) == 0
    page.keyboard.press(" ")
    assert place(page) == 1


def test_a_slider_keeps_its_arrows(talk):
    page = talk(at=6)
    slider = page.locator("section.present input[type=range]")
    before = page.locator("section.present .cr-sentence").inner_text()
    slider.focus()
    for key in ("ArrowRight", "PageDown"):
        page.keyboard.press(key)
        settle(page)
        assert page.locator("section.present .cr-sentence").inner_text() != before
        assert place(page) == 6
    page.keyboard.press("Escape")
    page.keyboard.press("PageDown")  # what a clicker sends: first the answer, then the next slide
    assert page.locator("section.present details[open]").count() == 1
    page.keyboard.press("PageDown")
    assert place(page) == 7


def test_number_keys_jump_to_presets_without_a_click(talk):
    page = talk(at=6)
    page.keyboard.press("2")
    expect_text(page.locator("section.present .cr-sentence"), re.compile("^C = 0"))
    assert place(page) == 6


def test_the_mouse_drags_and_then_lets_go(talk):
    page = talk(at=6)
    before = page.locator("section.present .cr-sentence").inner_text()
    box = page.locator("section.present input[type=range]").bounding_box()
    page.mouse.click(box["x"] + 0.8 * box["width"], box["y"] + box["height"] / 2)
    settle(page)
    assert page.locator("section.present .cr-sentence").inner_text() != before
    page.keyboard.press("ArrowRight")
    assert page.locator("section.present details[open]").count() == 1


def test_a_guess_is_dragged_on_the_scaled_stage(talk):
    page = talk(at=FIGURE)
    handle = page.locator("section.present circle[role=slider]").first
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y - 70)
    page.mouse.up()
    settle(page)
    moved = handle.bounding_box()
    assert moved["y"] + moved["height"] / 2 == pytest.approx(y - 70, abs=4)


def test_an_answer_opens_and_closes(talk):
    page = talk(at=2)
    answer = page.locator("section.present details")
    assert not answer.evaluate("e => e.open")
    assert answer.locator("summary").is_visible()
    page.keyboard.press("ArrowRight")
    assert answer.evaluate("e => e.open")
    assert place(page) == 2
    page.keyboard.press("ArrowLeft")
    assert not answer.evaluate("e => e.open")
    answer.locator("summary").focus()
    page.keyboard.press("Enter")
    assert answer.evaluate("e => e.open")
    assert place(page) == 2


def test_d_is_for_dark(talk):
    page = talk(at=6)
    page.keyboard.press("d")
    page.locator("section.present .chainrule[data-theme=dark]").wait_for()


def test_s_shows_the_notes(talk):
    page = talk(at=1)
    assert not page.locator(".speaker-notes").is_visible()
    page.keyboard.press("s")
    settle(page)
    assert "argmax" in page.locator(".speaker-notes").inner_text()


@pytest.mark.parametrize("name", LECTURES)
def test_nothing_runs_out_of_a_slide(talk, name):
    page = talk(name)
    for number in range(page.locator(".slides > section").count()):
        page.evaluate(f"Reveal.slide({number}, 0, 99)")
        page.evaluate(
            "document.querySelectorAll('.present details').forEach(d => { d.open = true })"
        )
        wait_until_it_fits(page)
        settle(page)
        bottom, right = page.evaluate(
            """() => {
              const slide = Reveal.getCurrentSlide(), frame = slide.getBoundingClientRect();
              const what = 'h1, h2, p, li, table, math, .answer, .chainrule';
              const boxes = [...slide.querySelectorAll(what)]
                .filter(e => !e.closest('aside') && e.getClientRects().length)
                .map(e => e.getBoundingClientRect());
              const scale = Reveal.getScale();
              return [Math.max(...boxes.map(b => b.bottom - frame.top)) / scale,
                      Math.max(...boxes.map(b => b.right - frame.left)) / scale];
            }"""
        )
        zoom = page.locator("section.present .figure").first
        if zoom.count():
            size = float(zoom.evaluate("e => e.style.zoom"))
            assert size >= 0.65, (
                f"the figure of slide {number + 1} is only {size:.2f} times its size"
            )
        assert bottom <= 620, f"slide {number + 1} is {bottom:.0f} high"
        assert right <= 1101, f"slide {number + 1} is {right:.0f} wide"


def test_a_figure_fits_even_after_hurried_paging(talk):
    page = talk(at=FIGURE)
    wait_until_it_fits(page)
    zoom = "Reveal.getCurrentSlide().querySelector('.figure').style.zoom"
    calm = page.evaluate(zoom)
    page.reload()
    page.locator(".reveal.ready").wait_for()
    page.evaluate(
        f"""async () => {{
          const frame = () => new Promise(requestAnimationFrame);
          for (const at of [{FIGURE}, 0, {FIGURE}, 0, 1]) {{ Reveal.slide(at); await frame(); }}
        }}"""
    )
    page.evaluate(f"Reveal.slide({FIGURE})")
    wait_until_it_fits(page)
    assert page.evaluate(zoom) == calm


def test_without_motion_the_page_turns_at_once(chromium, folder, talk):
    address = talk(at=1).url
    context = chromium.new_context(reduced_motion="reduce", offline=True)
    page = context.new_page()
    page.goto(address)
    page.locator(".reveal.ready").wait_for()
    page.keyboard.press("ArrowRight")
    assert place(page) == 2
    assert page.evaluate("Reveal.getConfig().transition") == "none"
    running = "document.getAnimations().filter(a => a.transitionProperty === 'opacity').length"
    assert page.evaluate(running) == 0
    context.close()


@pytest.mark.parametrize("at", [0, 1, 2, 6])
def test_no_serious_fault_of_access(talk, at):
    page = talk(at=at)
    # The policy of the page refuses foreign code, so the judge comes in by the back door.
    page.context.new_cdp_session(page).send("Page.setBypassCSP", {"enabled": True})
    page.reload()
    page.locator(".reveal.ready").wait_for()
    wait_until_it_fits(page)
    rest(page)
    assert violations(page, "section.present") == []
