"""HTML, widget and live picture of one figure."""

import io
import re
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from chainrule.sweep.filmstrip import draw_position, pixels
from chainrule.sweep.page import read_script, squeeze
from chainrule.views import convolution, heaviside_networks, softmax


class TestPage:
    @pytest.mark.parametrize("kind", ["sweep", "steps", "field", "all"])
    def test_the_script_is_small_and_whole(self, kind):
        script = read_script(kind)
        assert len(script) < 60_000
        assert ("PAINTERS.field =" in script) == (kind in ("field", "all"))

    def test_squeezing_keeps_code_and_drops_comments(self):
        assert squeeze("  // why\n\n  a = 'http://x';\n") == "a = 'http://x';"

    def test_the_picture_comes_first_and_the_script_is_no_element(self):
        page = softmax.scale().html()
        assert re.match(r'<div class="chainrule-figure"><img alt="[^"<>]+" style', page)
        assert "<script" not in page

    def test_quotes_cannot_end_the_attribute(self):
        page = softmax.scale().html()
        code = re.search(r'onload="([^"]*)"', page).group(1)
        assert len(code) > 10_000
        assert page.count('"') == 10


class TestWidget:
    def test_a_slider_is_linked_to_the_drawing(self):
        panel = softmax.scale().widget()
        (slider,) = panel.sliders
        assert slider.max == len(panel.view.spec["sentences"]) - 1
        assert slider.value == panel.view.i == panel.view.spec["start"][0]
        assert panel.links[0].source == (slider, "value")
        assert panel.links[0].target == (panel.view, "i")
        assert panel.view.controls is False

    def test_cases_become_buttons(self):
        cases, step = convolution.window().widget().sliders
        assert tuple(cases.options) == ("full", "valid", "same")
        assert step.description == "step"

    def test_every_kind_of_figure_has_one(self):
        assert heaviside_networks.half_planes().widget().view.spec["kind"] == "field"

    def test_widgets_leave_no_output_widget_behind(self):
        panel = softmax.scale().widget()
        assert "Output" not in [type(child).__name__ for child in panel.children]


def alone(marks, index):
    """Return marks whose only position is `index`."""
    names = ("x", "y", "low")

    def row(array):
        return None if array is None else array[[min(index, len(array) - 1)]]

    return [[replace(m, **{n: row(getattr(m, n)) for n in names}) for m in some] for some in marks]


class TestLive:
    def test_the_picture_follows_the_slider_with_its_name(self):
        figure = softmax.scale()
        panel = figure.live()
        before = bytes(panel.image.value)
        panel.sliders[0].value = 0
        assert bytes(panel.image.value) != before
        assert bytes(panel.image.value).startswith(b"\x89PNG")
        assert panel.children[-1].value == figure.sentences[0]
        assert panel.children[-1].names == ["c"]

    @pytest.mark.parametrize(
        "view",
        [
            "activations.steepness",
            "activations.zoo",
            "softmax.temperature",
            "cross_entropy.entropy_on_simplex",
            "gd_convergence.quadratic",
            "convolution.output_size",
        ],
    )
    def test_functions_called_again_give_the_picture_of_the_whole_sweep(self, view):
        from tests.views.catalogue import VIEWS

        figure = VIEWS[view]()
        panel = figure.live()
        for slider in panel.sliders:
            if hasattr(slider, "max"):
                slider.value = slider.max
        index = figure.index(*(slider.values[-1] for slider in figure.sliders))
        if any(s.choice for s in figure.sliders):
            index = figure.index(None, figure.sliders[1].values[-1])
        assert panel.children[-1].value == figure.sentences[index]
        expected = pixels(draw_position(figure, alone(figure.marks, index)), dpi=96)
        with Image.open(io.BytesIO(panel.image.value)) as picture:
            assert np.array_equal(np.asarray(picture), expected)
