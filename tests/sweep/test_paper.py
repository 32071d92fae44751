"""The paper of filmstrips: where things stand, what is cut off, what is left out."""

import numpy as np
import pytest
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon, Rectangle

from chainrule.sweep import Band, Bars, Line, Panel, Points, Slider, Sweep
from chainrule.sweep.filmstrip import pixels
from chainrule.sweep.paper import Paper, Window, fit

WHITE = 255


def window(**how):
    return Window(Paper(100, 60), (10, 20, 80, 30), (0, 4), how.pop("ylim", (-1, 1)), **how)


def dark(paper):
    """Return the box around all that is not white, in points: left, bottom, right, top."""
    shown = pixels(paper.figure, dpi=72).min(axis=2) < WHITE
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    high = shown.shape[0]
    return columns[0], high - 1 - rows[-1], columns[-1] + 1, high - rows[0]


class TestPlaces:
    def test_corners_and_middle(self):
        x, y = window().at([0, 2, 4], [-1, 0, 1])
        assert x.tolist() == [10, 50, 90]
        assert y.tolist() == [20, 35, 50]

    def test_a_limit_may_fall(self):
        assert window(ylim=(1, -1)).at(0, -1)[1] == 50

    def test_a_logarithmic_axis_counts_decades(self):
        y = window(ylim=(0.1, 100), log=True).at([0, 1, 2], [1, 0, -3])[1]
        assert y[0] == pytest.approx(30)
        assert np.isnan(y[1:]).all()

    def test_equal_units_take_the_middle_of_the_box(self):
        assert fit((10, 20, 80, 30), 4, 2) == (20, 20, 60, 30)
        assert fit((0, 0, 10, 90), 1, 2) == (0, 35, 10, 20)


class TestDrawing:
    def test_a_line_is_cut_off_at_the_edge(self):
        there = window()
        there.line([-9, 9], [0, 0], color="black", lw=2)
        left, bottom, right, top = dark(there.paper)
        assert (left, right) == (10, 90)
        assert 33 <= bottom < top <= 37

    def test_a_point_on_the_edge_is_whole_and_one_beyond_is_not_there(self):
        there = window()
        there.dots([0, 9], [0, 0], "s", color="black", ms=4)
        left, _, right, _ = dark(there.paper)
        assert left <= 8
        assert right <= 13

    def test_an_area_has_a_gap_where_a_curve_has_one(self):
        there = window()
        there.area([0, 1, 2, 3, 4], np.zeros(5), [1, 1, np.nan, 1, 1], color="black")
        shapes = [a for a in there.paper.figure.artists if isinstance(a, Polygon)]
        assert [len(shape.get_xy()) for shape in shapes] == [5, 5]  # a polygon repeats its first

    def test_a_text_starts_no_formula(self):
        there = window()
        there.write(2, 0, "$\\frac{1}$")
        assert dark(there.paper)

    def test_the_frame_has_a_tick_for_every_number(self):
        there = window()
        there.frame([(0, "a"), (4, "b")], [(0, "zero")])
        assert [text.get_text() for text in there.paper.figure.texts] == ["a", "b", "zero"]
        [line] = [a for a in there.paper.figure.artists if isinstance(a, Line2D)]
        assert np.isnan(line.get_xdata()).sum() == 4  # one after each stroke


class TestFilmstrip:
    def sweep(self, *marks, **how):
        return Sweep("t", [Slider("k", [1.0, 2.0, 3.0])], [Panel(marks, **how)], str)

    def words(self, sweep):
        return [text.get_text() for text in sweep.filmstrip().texts if text.get_text()]

    def test_the_key_names_what_has_a_name(self):
        lines = Line([0, 1], [0, 1], "mine"), Line([0, 1], [1, 0], "true", ghost=True)
        assert {"mine", "true"} <= set(self.words(self.sweep(*lines)))
        assert "mine" not in self.words(self.sweep(lines[0]))

    @pytest.mark.parametrize(
        "how", [{"log": True, "ylim": (2.0, 5.0)}, {"ylim": (-1.0, 1.0)}, {}], ids=str
    )
    @pytest.mark.parametrize(
        "y",
        [
            [3.0, 4.0],
            [1e308, -1e308],
            [np.nan, np.inf],
            [5e-324, 0.0],
            [1e17, 1e17],
            [1.0, 1.0 + 2e-16],
        ],
    )
    @pytest.mark.filterwarnings("error")
    def test_whatever_a_function_gives_is_drawn(self, y, how):
        assert self.sweep(Line([0, 1], y, dots=True), **how).png

    def test_numbers_stand_left_of_the_first_column_only(self):
        words = self.words(self.sweep(Line([0, 1], [5, 5]), ylim=(5, 6)))
        assert words.count("5.4") == 1
        assert words.count("0.4") == 3

    def test_a_bare_panel_has_neither_ticks_nor_names(self):
        words = self.words(self.sweep(Line([0, 1], [5, 5]), x="here", bare=True))
        assert words == ["k = 1.00", "k = 2.00", "k = 3.00"]

    def test_bars_stand_side_by_side_and_ghosts_behind_both(self):
        sweep = self.sweep(Bars("ab", [1, 1]), Bars("ab", [1, 1]), Bars("ab", [2, 2], ghost=True))
        bars = [a for a in sweep.filmstrip().artists if isinstance(a, Rectangle)][:6]
        ghosts, second, first = bars[:2], bars[2:4], bars[4:]
        for ghost, left, right in zip(ghosts, first, second, strict=True):
            assert left.get_x() + left.get_width() <= right.get_x()
            middle = (left.get_x() + right.get_x() + right.get_width()) / 2
            assert ghost.get_x() + ghost.get_width() / 2 == pytest.approx(middle)

    def test_every_kind_has_its_sample_in_the_key(self):
        some = [
            Band([0, 1], [1, 1], "band"),
            Points([0], [1], "points"),
            Line([0, 1], [1, 2], "line", dots=True),
        ]
        assert {"band", "points", "line"} <= set(self.words(self.sweep(*some)))

    def test_settings_of_matplotlib_do_not_darken_the_paper(self):
        from matplotlib import rc_context

        with rc_context({"figure.facecolor": "black", "text.color": "white"}):
            picture = pixels(self.sweep(Line([0, 1], [0, 1])).filmstrip(), dpi=40)
        assert (picture[0] == WHITE).all()
