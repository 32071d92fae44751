"""Numbers, ticks and markup on their way to the browser."""

import json

import numpy as np
import pytest

from chainrule.sweep.marks import Slider, place
from chainrule.sweep.pack import decode_floats, encode_floats, encode_json, plain, show
from chainrule.sweep.ticks import find_decades, find_ticks


class TestShow:
    @pytest.mark.parametrize(
        ("value", "digits", "text"),
        [
            (0.5, 2, "0.50"),
            (-0.98999, 4, "−0.9900"),
            (-0.0, 2, "0.00"),
            (36, 0, "36"),
            (4.54e-5, 4, "4.5\u00a0×\u00a010⁻⁵"),
            (-1.2e12, 2, "−1.2\u00a0×\u00a010¹²"),
            (float("inf"), 2, "∞"),
            (float("-inf"), 2, "−∞"),
            (float("nan"), 2, "nan"),
        ],
    )
    def test_writes_for_people(self, value, digits, text):
        assert show(value, digits) == text

    def test_a_small_number_is_never_shown_as_zero(self):
        for exponent in range(1, 30):
            assert show(-(10.0**-exponent), 3) != "0.000"


class TestPack:
    def test_floats_come_back(self):
        values = np.array([[0.0, -1.5], [np.nan, 3e38]])
        assert decode_floats(encode_floats(values)) == pytest.approx(values.ravel(), nan_ok=True)

    def test_what_does_not_fit_into_float32_is_clipped(self):
        low, high = decode_floats(encode_floats([-1e300, np.inf]))
        assert np.isfinite([low, high]).all()

    def test_json_is_harmless_inside_html(self):
        text = encode_json({"label": "</script><!-- & \u2028"})
        assert not set("<>&\u2028") & set(text)
        assert json.loads(text) == {"label": "</script><!-- & \u2028"}

    def test_json_refuses_nan(self):
        with pytest.raises(ValueError, match="JSON"):
            encode_json([float("nan")])

    def test_plain_formula(self):
        assert plain("e^{x} x_{i} = [[1]]") == "e^x x_i = 1"


class TestTicks:
    @pytest.mark.parametrize("limits", [(0, 1), (-8, 8), (-0.06, 1.06), (3, 1234), (1e-5, 3e-5)])
    def test_are_round_inside_and_few(self, limits):
        ticks = find_ticks(*limits)
        assert 3 <= len(ticks) <= 9
        values = [value for value, _ in ticks]
        assert min(values) >= limits[0] - 1e-9
        assert max(values) <= limits[1] + 1e-9
        for value, text in ticks:
            assert float(text.replace("−", "-")) == pytest.approx(value, rel=1e-6, abs=1e-12)

    @pytest.mark.parametrize("limits", [(1e-8, 1e14), (1e-18, 1e10), (0.5, 200)])
    def test_decades_are_evenly_spaced_and_hold_one(self, limits):
        values = [np.log10(value) for value, _ in find_decades(*limits)]
        assert 0 in np.round(values, 9)
        assert len(set(np.round(np.diff(values), 9))) <= 1


class TestPlace:
    def test_critical_values_stand_exactly_on_the_grid(self):
        values = place((1.0, 1.001, 1 / 3), np.linspace(0, 2, 11))
        assert {1.0, 1.001, 1 / 3} <= set(values)
        assert (np.diff(values) > 0).all()

    def test_a_slider_finds_the_nearest_position(self):
        assert Slider("k", [0.0, 0.4, 1.0]).nearest(0.6) == 1
