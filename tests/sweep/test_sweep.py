"""`Sweep`: every position is evaluated once, and what does not move is sent once."""

import numpy as np
import pytest

from chainrule.sweep import Band, Bars, Line, Panel, Points, Predict, Preset, Slider, Sweep, Text
from chainrule.sweep.pack import MAX_BYTES, decode_floats


def build(*marks, sliders=None, **options):
    sliders = sliders or [Slider("k", [1.0, 2.0, 3.0], start=2.0)]
    return Sweep("title", sliders, [Panel(marks)], lambda *v: f"It is {v}.", **options)


def sent(sweep, mark=0):
    """What the browser receives of a mark: (by, numbers)."""
    packed = sweep.spec["panels"][0]["marks"][mark]["y"]
    return packed["by"], decode_floats(sweep.spec["arrays"][packed["array"]])


class TestEvaluation:
    def test_a_function_is_called_once_at_every_position(self):
        calls = []
        build(Line([0, 1], lambda k: calls.append(k) or [k, k]))
        assert calls == [1.0, 2.0, 3.0]

    def test_two_sliders_make_a_grid_the_second_one_fastest(self):
        sliders = [Slider("a", [1.0, 2.0]), Slider("b", [10.0, 20.0, 30.0])]
        sweep = build(Line([0, 1], lambda a, b: [a, b]), sliders=sliders)
        assert sweep.positions[1] == (1.0, 20.0)
        assert sweep.index(2.0, 10.0) == 3
        assert sweep.unravel(5) == (1, 2)

    def test_rows_of_different_length_are_filled_with_nan(self):
        sweep = build(Line(lambda k: np.arange(k), lambda k: np.arange(k)))
        assert np.isnan(sweep.marks[0][0].y[0]).sum() == 2

    @pytest.mark.parametrize("count", [0, 3])
    def test_one_or_two_sliders(self, count):
        with pytest.raises(ValueError, match="one or two sliders"):
            Sweep("t", [Slider("k", [0, 1])] * count, [Panel([])], str)

    def test_too_many_numbers_are_refused_with_a_way_out(self):
        x = np.linspace(0, 1, 2000)
        sweep = build(Line(x, lambda k: x * k), sliders=[Slider("k", np.linspace(0, 1, 100))])
        with pytest.raises(ValueError, match=f"may have {MAX_BYTES // 1000}; use fewer than 100"):
            _ = sweep.spec


class TestWhatIsSent:
    def test_what_stays_is_sent_once(self):
        assert sent(build(Line([0, 1], [5, 6]))) == ("", pytest.approx([5, 6]))

    def test_what_moves_is_sent_for_every_position(self):
        by, numbers = sent(build(Line([0, 1], lambda k: [k, 0])))
        assert (by, len(numbers)) == ("i", 6)

    @pytest.mark.parametrize(
        ("function", "by", "count"),
        [
            (lambda a, b: [a], "i", 2),
            (lambda a, b: [b], "j", 3),
            (lambda a, b: [a * b], "ij", 6),
            (lambda a, b: [7], "", 1),
        ],
    )
    def test_of_two_sliders_only_the_one_that_matters(self, function, by, count):
        sliders = [Slider("a", [1.0, 2.0]), Slider("b", [1.0, 2.0, 3.0])]
        sweep = build(Points([0.0], function), sliders=sliders)
        got, numbers = sent(sweep)
        assert (got, len(numbers)) == (by, count)

    def test_equal_arrays_are_sent_once(self):
        sweep = build(Line([0, 1], lambda k: [k, 0]), Band([0, 1], lambda k: [k, 0]))
        assert len(sweep.spec["arrays"]) == len(set(sweep.spec["arrays"])) == 3

    def test_ghosts_take_no_colour(self):
        sweep = build(
            Line([0], [0]), Line([0], [0], ghost=True), Line([0], [0]), Line([0], [0], colour=4)
        )
        assert [mark["colour"] for mark in sweep.spec["panels"][0]["marks"]] == [0, 1, 1, 4]


class TestCalls:
    def sweep(self, mark):
        sliders = [Slider("a", [1.0, 2.0, 3.0]), Slider("b", [5.0, 6.0])]
        return Sweep("t", sliders, [Panel([mark])], lambda a, b: f"{a} and {b}.")

    @pytest.mark.parametrize("mine", [False, True])
    def test_a_function_is_called_once_where_it_looks_at_one_slider_only(self, mine):
        calls = []

        def y(_, b):
            calls.append(b)
            return [b, 2 * b]

        mark = self.sweep(Line([0, 1], y, mine=mine)).marks[0][0]
        assert calls == [5.0, 6.0]
        assert mark.y.tolist() == [[5, 10], [6, 12]] * 3

    def test_and_everywhere_if_it_looks_at_both(self):
        calls = []
        self.sweep(Line([0, 1], lambda a, b: calls.append((a, b)) or [a, b]))
        assert len(calls) == 6

    def test_a_function_without_names_is_called_everywhere(self):
        assert self.sweep(Line([0.0], np.hypot)).marks[0][0].y.shape == (6, 1)


class TestLimits:
    def test_hold_every_position(self):
        sweep = build(Line([0, 1], lambda k: [-k, k]))
        (_, (low, high)) = sweep.limits[0]
        assert low < -3
        assert high > 3

    def test_nothing_finite_still_has_limits(self):
        sweep = build(Line([0, 1], [np.nan, np.nan]))
        assert sweep.limits[0][1] == (0.0, 1.0)

    def test_a_constant_has_room_around_it(self):
        assert build(Line([0, 1], [2, 2])).limits[0][1] == (1.5, 2.5)


class TestStudentsFunction:
    @pytest.mark.parametrize(
        ("function", "note"),
        [
            (
                lambda k: [1, 2, 3],
                "the shape (3,) where 2 numbers were expected at k = 1.",
            ),
            (lambda k: [k, np.nan], "returned nan or infinity at k = 1."),
            (lambda k: 1 / 0, "raised ZeroDivisionError (division by zero) at k = 1."),
            (lambda k: None, "where 2 numbers were expected"),
            (lambda k: "no", "raised ValueError"),
        ],
    )
    def test_a_fault_becomes_one_note(self, function, note):
        sweep = build(Line([0, 1], [0, 1]), Line([0, 1], function, label="yours", mine=True))
        assert len(sweep.notes) == 1
        assert sweep.notes[0].startswith("yours: ")
        assert note in sweep.notes[0]
        assert sweep.html()

    def test_an_array_of_another_shape_with_as_many_numbers_is_taken(self):
        sweep = build(Line([0, 1], lambda k: np.array([[k], [2]]), mine=True))
        assert not sweep.notes

    def test_its_warnings_are_its_own_affair(self):
        build(Line([0, 1], lambda k: np.log(np.array([-1.0, 1.0])), mine=True))

    def test_an_interrupt_is_not_swallowed(self):
        def stop(k):
            raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            build(Line([0, 1], stop, mine=True))


class TestFaces:
    def test_the_filmstrip_shows_the_presets(self):
        sweep = build(
            Line([0, 1], lambda k: [0, k]), presets=[Preset.at("one", 1.0), Preset.at("three", 3.0)]
        )
        assert sweep.film_positions() == [0, 2]
        words = [text.get_text() for text in sweep.filmstrip().texts]
        assert [word for word in words if word in ("one", "three")] == ["one", "three"]

    def test_every_kind_of_mark_is_drawn(self):
        bars = Panel([Bars(["a", "b"], lambda k: [k, 1]), Bars(["a", "b"], [1, 1], ghost=True)])
        rest = Panel(
            [
                Band([0, 1], lambda k: [k, k], low=0.0),
                Line([0, 1], [1, 2], dots=True, thin=True),
                Points([0.5], [1], ghost=True),
                Text([0.5], [1.5], label="here $x$"),
            ],
            equal=True,
            bare=True,
        )
        slider = Slider("k", [1.0, 2.0])
        sweep = Sweep("t", [slider], [bars, rest], lambda k: f"k is {k}.")
        assert len(sweep.png) > 1000

    def test_a_students_dollar_starts_no_formula(self):
        assert build(Line([0, 1], [0, 1], label="$\\frac{1}$")).png

    def test_a_prediction_knows_its_answer(self):
        ask = Predict("Which shape?", (3.0,), x=[0.0, 0.5, 1.0])
        sweep = build(Line([0, 1], lambda k: [0, k]), predict=ask)
        data = sweep.spec["predict"]
        assert data["at"] == [2]
        assert data["y"] == pytest.approx([0, 1.5, 3])

    def test_its_text_is_the_sentence_where_it_starts(self):
        sweep = build(Line([0, 1], lambda k: [0, k]))
        assert sweep.sentence() == sweep.sentence(2.0) == "It is (2.0,)."
        assert "It is (2.0,)." in repr(sweep)
