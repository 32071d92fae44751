"""What holds for every view at every position of its sliders."""

import html
import json
import subprocess
import sys

import numpy as np
import pytest
from tests.views.catalogue import VIEWS

import chainrule.views
from chainrule.sweep import Field, Steps, Sweep
from chainrule.views import gd_convergence, softmax

TOPICS = chainrule.views.__all__


@pytest.fixture(scope="module", params=VIEWS, ids=str)
def figure(request):
    return VIEWS[request.param]()


def test_every_topic_has_a_view():
    assert {name.split(".")[0] for name in VIEWS} == set(TOPICS)
    assert len(TOPICS) == 10


class TestFigure:
    def test_says_one_whole_sentence_at_every_position(self, figure):
        positions = int(np.prod([len(slider.values) for slider in figure.sliders]))
        assert len(figure.sentences) == positions
        for sentence in figure.sentences:
            assert sentence.endswith(".")
            assert "nan" not in sentence
            assert "inf" not in sentence.replace("information", "")
            assert len(sentence) < 200

    def test_weighs_at_most_250_kilobytes(self, figure):
        assert len(figure.html().encode()) <= 250_000

    def test_is_the_same_at_every_build(self, figure, request):
        again = VIEWS[request.node.callspec.params["figure"]]()
        assert json.dumps(again.spec) == json.dumps(figure.spec)

    def test_its_data_are_plain(self, figure):
        json.dumps(figure.spec, allow_nan=False)

    def test_its_presets_stand_exactly_on_positions(self, figure):
        for preset in figure.presets:
            for slider, value in zip(figure.sliders, preset.values, strict=True):
                if value is not None:
                    near = float(slider.values[slider.nearest(value)])
                    assert near == pytest.approx(value, rel=1e-12, abs=1e-12), preset.label

    def test_shows_itself_three_ways(self, figure):
        data, metadata = figure._repr_mimebundle_()
        assert set(data) == {"text/html", "image/png", "text/plain"}
        assert data["text/plain"] == figure.sentence() == figure.sentences[figure.start]
        assert metadata["image/png"]["alt"] == figure.alt
        assert html.escape(figure.sentence()) in data["text/html"]

    def test_asks_nobody_on_the_network(self, figure):
        page = figure.html().replace("http://www.w3.org/2000/svg", "")
        assert "http" not in page
        assert "<script" not in page

    def test_numbers_are_finite_where_they_are_drawn(self, figure):
        if isinstance(figure, Sweep):
            for marks in figure.marks:
                for mark in marks:
                    drawn = np.isfinite(mark.x) & np.isfinite(mark.y)
                    assert drawn.any(axis=-1).mean() > 0.1, mark.mark.label
                    assert not np.isinf(mark.y).any(), mark.mark.label
        elif isinstance(figure, Field):
            for network in figure.networks:
                assert np.isfinite(network(figure.grid)).all()
        else:
            assert isinstance(figure, Steps)


@pytest.mark.parametrize(
    "name", ["softmax.scale", "ad_traces.steps", "heaviside_networks.half_planes"]
)
def test_the_filmstrip_is_the_same_at_every_build(name):
    assert VIEWS[name]().png == VIEWS[name]().png


ABSURD = {
    "huge": lambda x: np.full(3, 1e308),
    "huge of both signs": lambda x: np.array([1e308, -1e308, 0.0]),
    "denormal": lambda x: np.full(3, 5e-324),
    "equal up to rounding": lambda x: np.full(3, 1e17),
    "infinite": lambda x: np.array([np.inf, -np.inf, np.nan]),
    "a word": lambda x: "word",
    "an error": lambda x: 1 / 0,
}


@pytest.mark.parametrize("name", ABSURD)
@pytest.mark.filterwarnings("error")
def test_a_figure_of_a_students_function_stands_whatever_it_gives(name):
    assert softmax.scale((0.0, 1.0, 2.0), ABSURD[name]).html()


@pytest.mark.parametrize("slope", [lambda x: 1e300 * x, lambda x: -1e5 * x, lambda x: np.nan])
@pytest.mark.filterwarnings("error")
def test_iterates_that_run_away_are_drawn(slope):
    assert gd_convergence.iterates(3.0, df=slope).html()


def test_views_need_neither_widgets_nor_matplotlib_to_be_imported():
    code = (
        "import sys, chainrule.views; from chainrule.views import softmax; softmax.scale().spec\n"
        "heavy = ('ipywidgets', 'anywidget', 'matplotlib', 'IPython')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
