"""The first face in a real browser: no kernel, no network, every key."""

import re

import pytest
from tests.sweep.conftest import expect_text, settle, wait_until
from tests.views.catalogue import VIEWS

from chainrule.sweep import Bars, Line, Panel, Points, Preset, Slider, Sweep
from chainrule.views import ad_traces, convolution, gd_convergence, heaviside_networks, softmax

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", VIEWS)
class TestEveryView:
    def test_moves_by_keyboard_and_says_so(self, browser_page, name):
        figure = VIEWS[name]()
        page = browser_page.show(figure)
        assert page.locator(".chainrule-figure > img").count() == 0
        assert browser_page.sentence() == figure.sentence()
        slider = page.locator(".chainrule input[type=range]").last
        assert slider.get_attribute("data-lm-suppress-shortcuts") == "true"
        slider.focus()
        seen = set()
        for key in ("Home", "ArrowRight", "End", "ArrowLeft", "PageDown"):
            page.keyboard.press(key)
            told = browser_page.sentence()
            assert told == slider.get_attribute("aria-valuetext")
            assert told == page.locator("[role=img]").first.get_attribute("aria-label")
            assert told in figure.sentences
            seen.add(told)
        assert len(seen) > 1

    @pytest.mark.parametrize("background", ["#ffffff", "#111111"], ids=["light", "dark"])
    def test_has_no_serious_fault_of_access(self, browser_page, name, background):
        browser_page.show(VIEWS[name](), background=background)
        assert browser_page.violations() == []

    def test_fits_a_narrow_screen(self, browser_page, name):
        page = browser_page.show(VIEWS[name]())
        page.set_viewport_size({"width": 380, "height": 800})
        wait_until(page, lambda: page.evaluate("document.documentElement.scrollWidth") <= 381)


class TestSlider:
    def test_is_dragged_with_the_mouse(self, browser_page):
        figure = softmax.scale()
        page = browser_page.show(figure)
        bar = page.locator(".chainrule svg rect[fill]").nth(-1)
        before = bar.get_attribute("height")
        box = page.locator("input[type=range]").bounding_box()
        middle = box["y"] + box["height"] / 2
        page.mouse.move(box["x"] + box["width"] * 0.42, middle)
        page.mouse.down()
        for share in (0.5, 0.7, 0.9):
            page.mouse.move(box["x"] + box["width"] * share, middle)
        page.mouse.up()
        assert browser_page.sentence() != figure.sentence()
        assert bar.get_attribute("height") != before
        assert page.locator(".cr-before").first.get_attribute("d"), "the ghost of the last state"

    def test_presets_answer_to_number_keys_and_clicks(self, browser_page):
        figure = softmax.scale()
        page = browser_page.show(figure)
        page.locator("input[type=range]").focus()
        page.keyboard.press("2")
        browser_page.expect_sentence(figure.sentence(0.0))
        expect_text(page.locator("button[aria-pressed=true]"), "c = 0: uniform")
        page.locator("button", has_text="reversed").click()
        browser_page.expect_sentence(figure.sentence(-1.0))

    def test_the_live_region_speaks_the_sentence_of_a_preset(self, browser_page):
        figure = softmax.scale()
        page = browser_page.show(figure)
        page.locator("button", has_text="uniform").click()
        expect_text(page.locator(".cr-spoken"), figure.sentence(0.0))
        assert page.locator(".cr-spoken").get_attribute("aria-live") == "polite"

    def test_the_live_region_is_quiet_while_the_slider_speaks(self, browser_page):
        figure = softmax.scale()
        page = browser_page.show(figure)
        page.locator("input[type=range]").focus()
        page.keyboard.press("ArrowRight")
        expect_text(page.locator(".cr-spoken"), figure.sentences[figure.start + 1])
        assert page.locator(".cr-spoken").get_attribute("aria-live") == "off"

    def test_two_sliders_reach_every_corner(self, browser_page):
        figure = softmax.two_classes()
        page = browser_page.show(figure)
        first, second = page.locator("input[type=range]").all()
        first.focus()
        page.keyboard.press("Home")
        second.focus()
        page.keyboard.press("End")
        assert browser_page.sentence() == figure.sentence(-3.0, 3.0)

    def test_a_key_during_the_way_to_a_preset_goes_on_from_its_end(self, browser_page):
        figure = softmax.scale()
        page = browser_page.show(figure)
        page.clock.install(time=0)
        page.clock.pause_at(1)
        page.locator("button", has_text="uniform").click()
        slider = page.locator("input[type=range]")
        slider.focus()
        page.keyboard.press("ArrowRight")
        page.clock.run_for(1000)
        page.clock.resume()
        there = figure.sentences.index(figure.sentence(0.0))
        assert slider.input_value() == str(there + 1)
        assert browser_page.sentence() == figure.sentences[there + 1]

    def test_without_motion_a_preset_is_reached_at_once(self, chromium):
        context = chromium.new_context(reduced_motion="reduce")
        page = context.new_page()
        figure = softmax.scale()
        page.set_content(f"<body>{figure.html()}")
        page.locator("button", has_text="uniform").click()
        settle(page)
        assert page.locator(".cr-sentence").inner_text() == figure.sentence(0.0)
        context.close()


class TestPrediction:
    def test_the_slider_unlocks_after_the_guess(self, browser_page):
        figure = softmax.scale(predict=True)
        page = browser_page.show(figure)
        slider = page.locator("input[type=range]")
        assert slider.is_disabled()
        assert browser_page.violations() == []
        assert "0.67" not in page.locator(".chainrule svg").text_content()
        handle = page.get_by_role("slider", name="your guess at x₃ = 2")
        handle.focus()
        for _ in range(12):
            page.keyboard.press("ArrowUp")
        page.get_by_role("button", name="Compare with my guess").click()
        browser_page.expect_sentence(re.compile("^Your shape agrees in 3 of 3 comparisons"))
        assert not slider.is_disabled()
        slider.focus()
        page.keyboard.press("ArrowRight")
        assert browser_page.sentence() in figure.sentences

    def test_a_guess_is_dragged(self, browser_page):
        page = browser_page.show(gd_convergence.iterates(predict=True))
        handle = page.locator("circle[role=slider]").first
        before = float(handle.get_attribute("aria-valuenow"))
        box = handle.bounding_box()
        page.mouse.move(box["x"] + 8, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(box["x"] + 8, box["y"] - 60)
        page.mouse.up()
        browser_page.settle()
        assert float(handle.get_attribute("aria-valuenow")) > before + 0.5

    def test_one_may_just_look(self, browser_page):
        figure = softmax.scale(predict=True)
        page = browser_page.show(figure)
        page.get_by_role("button", name="Show me").click()
        browser_page.expect_sentence(figure.sentence(3.0))


class TestSteps:
    def test_back_next_and_play(self, browser_page):
        figure = ad_traces.steps()
        page = browser_page.show(figure)
        step = page.get_by_role("button", name="Next")
        step.click()
        assert browser_page.sentence() == figure.sentences[1]
        page.get_by_role("button", name="Back").click()
        assert browser_page.sentence() == figure.sentences[0]
        page.get_by_role("button", name="Play").click()
        wait_until(page, lambda: browser_page.sentence() in figure.sentences[1:])
        page.get_by_role("button", name="Pause").click()
        page.get_by_role("button", name="Play").wait_for()

    def test_a_short_scene_ends_where_it_ends(self, browser_page):
        figure = convolution.window()
        page = browser_page.show(figure)
        page.get_by_label("valid").check()
        page.locator("input[type=range]").focus()
        page.keyboard.press("End")
        assert browser_page.sentence() == "Output 2 of 2: 2·2 + 3·0 + 4·1 = 8."
        assert page.locator("input[type=range]").get_attribute("max") == "2"


class TestField:
    def test_a_line_is_dragged_moved_by_keys_and_put_back(self, browser_page):
        figure = heaviside_networks.half_planes()
        page = browser_page.show(figure)
        dot = page.locator("circle.cr-handle").first
        box = dot.bounding_box()
        page.mouse.move(box["x"] + 8, box["y"] + 8)
        page.mouse.down()
        page.mouse.move(box["x"] - 60, box["y"] + 30)
        page.mouse.up()
        dragged = browser_page.sentence()
        assert dragged.startswith("With your lines the output is 1 on ")
        page.locator("circle.cr-handle").nth(3).focus()
        page.keyboard.press("ArrowRight")
        assert browser_page.sentence() != dragged
        page.get_by_role("button", name="Undo my changes").click()
        assert browser_page.sentence() == figure.sentence()

    def test_browser_and_python_agree_about_the_regions(self, browser_page):
        figure = heaviside_networks.half_planes()
        page = browser_page.show(figure)
        flip = page.locator("button.cr-thumb").first
        flip.click()
        flip.click()  # flipped twice it is the same network, but now the browser counts
        ones = (
            f"{100 * figure.regions(figure.networks[figure.start]).ones:.1f}\u00a0% of the square"
        )
        assert ones in browser_page.sentence()


class TestSurroundings:
    def test_the_page_decides_about_dark_and_light(self, browser_page):
        page = browser_page.show(softmax.scale(), background="#111111")
        theme = page.locator(".chainrule").get_attribute("data-theme")
        assert theme == "dark"
        page.evaluate("document.body.style.background = '#ffffff'")
        page.locator(".chainrule[data-theme=light]").wait_for()

    def test_what_differs_in_colour_differs_in_form(self, browser_page):
        x = [0.0, 1.0, 2.0]
        panel = Panel(
            [
                *(Bars("abc", lambda k, n=n: [k, n, 1], label=f"bars {n}") for n in (1, 2)),
                *(Points(x, lambda k, n=n: [k, n, 1], label=f"points {n}") for n in (1, 2, 3)),
                *(
                    Line(lambda k: [k, 1, 2], lambda k, n=n: [k, n, 1], label=f"line {n}")
                    for n in (1, 2)
                ),
            ]
        )
        figure = Sweep("t", [Slider("k", [0.0, 1.0])], [panel], lambda k: f"It is {k}.")
        page = browser_page.show(figure)
        entries = page.locator(".cr-legend > span").all()
        looks = "e => [...e.children].map(c => [c.tagName, c.getAttribute('d'), " + (
            "c.getAttribute('stroke-dasharray'), c.getAttribute('fill')?.startsWith('url')].join())"
        )
        samples = [entry.locator("svg").evaluate(looks + ".join()") for entry in entries]
        assert len(set(samples)) == len(entries) == 7
        forms = {part.get_attribute("d") for part in page.locator("[transform][d]").all()}
        assert len(forms) >= 3
        assert page.locator("rect[fill^='url(#']").count() == 3 + 1, "bars, and their sample"

    def test_paper_gets_the_picture_without_the_controls(self, browser_page):
        page = browser_page.show(softmax.scale(), background="#111111")
        page.emulate_media(media="print")
        assert page.locator(".chainrule svg").is_visible()
        assert not page.locator(".cr-controls").is_visible()
        ink = page.locator(".chainrule").evaluate("e => getComputedStyle(e).color")
        assert ink == "rgb(0, 0, 0)"

    def test_a_canvas_follows_the_theme_and_the_paper(self, browser_page):
        page = browser_page.show(heaviside_networks.half_planes(), background="#111111")
        canvas, read = page.locator(".cr-canvas"), "e => e.toDataURL()"
        dark = canvas.evaluate(read)
        page.emulate_media(media="print")
        wait_until(page, lambda: canvas.evaluate(read) != dark)
        light = canvas.evaluate(read)
        page.emulate_media(media="screen")
        wait_until(page, lambda: canvas.evaluate(read) == dark)
        page.evaluate("document.body.style.background = '#ffffff'")
        wait_until(page, lambda: canvas.evaluate(read) == light)

    def test_paper_shows_every_figure_whole(self, browser_page):
        page = browser_page.show(*(view() for view in VIEWS.values()), background="#111111")
        page.locator(".chainrule").nth(len(VIEWS) - 1).wait_for()
        page.set_viewport_size({"width": 720, "height": 1000})
        page.emulate_media(media="print")
        browser_page.settle()
        assert page.pdf().startswith(b"%PDF")
        pictures = page.locator(
            ".cr-panel > svg:visible, .cr-scene:visible, .cr-canvas:visible"
        ).all()
        assert len(pictures) >= len(VIEWS)
        for picture in pictures:
            box = picture.bounding_box()
            assert box["width"] > 100, "there is something to see"
            assert box["x"] + box["width"] <= 721, "nothing is cut off"
        assert page.locator(".cr-sentence:visible").count() == len(VIEWS)
        assert page.locator(".cr-controls:visible").count() == 0

    def test_on_a_slide_the_number_keys_need_no_click(self, browser_page):
        figures = softmax.scale(), softmax.temperature()
        slides = (
            f"<div class='reveal'><section class='present'>{figures[0].html()}</section>"
            f"<section class='future'>{figures[1].html()}</section></div>"
        )
        page = browser_page.show(slides)
        page.locator(".chainrule").nth(1).wait_for()
        page.keyboard.press("2")
        browser_page.expect_sentence(figures[0].sentence(0.0))
        assert browser_page.sentence(1) == figures[1].sentence()

    @pytest.mark.parametrize(("role", "key"), [("slider", "ArrowRight"), ("button", " ")])
    def test_slides_do_not_turn_while_a_control_is_used(self, browser_page, role, key):
        page = browser_page.show(softmax.scale())
        page.evaluate("() => { document.onkeydown = () => { window.turned = true; }; }")
        page.get_by_role(role).first.focus()
        page.keyboard.press(key)
        assert page.evaluate("window.turned") is None
        if role == "button":  # after a click on a preset the arrows turn slides again
            page.keyboard.press("ArrowRight")
            assert page.evaluate("window.turned") is True

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_forced_colours_and_high_contrast_raise_no_complaint(self, browser_page, scheme):
        page = browser_page.show(*[VIEWS[name]() for name in list(VIEWS)[:3]])
        page.emulate_media(forced_colors="active", contrast="more", color_scheme=scheme)
        browser_page.settle()
        assert browser_page.violations() == []

    @pytest.mark.parametrize("scheme", ["light", "dark"])
    def test_forced_colours_leave_the_chosen_preset_its_name(self, browser_page, scheme):
        page = browser_page.show(softmax.scale())
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        pressed = page.locator("button[aria-pressed=true]")
        look = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
        ink, ground = pressed.evaluate(look)
        assert ink != ground
        # Elsewhere the browser lays paper under every text, and paper is what this text would be.
        assert pressed.evaluate("e => getComputedStyle(e).forcedColorAdjust") == "none"

    def test_labels_of_a_student_stay_text(self, browser_page):
        evil = "<img src=x onerror=\"document.title='owned'\">'\"</div>"
        figure = Sweep(
            evil,
            [Slider(evil, [0.0, 1.0], start=0.0)],
            [Panel([Line([0, 1], [0, 1], label=evil)], x=evil, y=evil, title=evil)],
            lambda v: f"{evil} {v}.",
            formula=lambda v: f"{evil} [[{evil}]]",
            presets=[Preset.at(evil, 1.0)],
        )
        page = browser_page.show(figure)
        assert page.title() == "figures"
        assert evil in page.locator(".cr-title").inner_text()

    def test_many_figures_share_a_page(self, browser_page):
        figures = [VIEWS[name]() for name in list(VIEWS)[:6]]
        page = browser_page.show(*figures)
        page.locator(".chainrule").nth(5).wait_for()
        for place, figure in enumerate(figures):
            assert browser_page.sentence(place) == figure.sentence()


class TestDegradation:
    def test_broken_data_leave_the_picture(self, chromium):
        page = chromium.new_page()
        broken = softmax.scale().html().replace("&quot;sweep&quot;", "&quot;no&quot;")
        with page.expect_console_message(lambda said: "stays a picture" in said.text):
            page.set_content(broken)
        assert page.locator("img").is_visible()
        assert "largest logit" in page.locator("p").inner_text()
        page.close()

    def test_a_sanitiser_leaves_picture_and_sentence(self, browser_page):
        bleach = pytest.importorskip("bleach")
        figure = softmax.scale()
        clean = bleach.clean(
            figure.html(),
            tags={"div", "img", "p"},
            attributes={"img": ["alt", "src"]},
            protocols={"data"},
        )
        assert "function" not in clean
        browser_page.page.set_content(clean)
        assert browser_page.page.locator("p").inner_text() == figure.sentence()
        size = browser_page.page.locator("img").evaluate("e => e.naturalWidth")
        assert size > 400
