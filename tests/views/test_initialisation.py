import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import initialisation


class TestVariance:
    def test_the_sentence_multiplies_layer_by_layer(self):
        sweep = initialisation.variance(depth=12)
        for (n,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            said_n, layers, he, _, glorot, _, small, _, wrong, _ = read_numbers(sentence)
            assert (said_n, layers) == (n, 12)
            said = (he, glorot, small, wrong)
            for var, end in zip((2 / n, 1 / n, 0.0025, (2 / n) ** 0.5), said, strict=True):
                left = 1.0
                for _ in range(11):
                    left *= n / 2 * var
                assert end == pytest.approx(left, rel=0.06, abs=6e-3)

    @pytest.mark.parametrize("back", [0, 1])
    @pytest.mark.parametrize("scheme", range(4))
    def test_what_was_measured_follows_the_law(self, scheme, back):
        sweep = initialisation.variance(depth=6, samples=256)
        dots, line = sweep.marks[back][scheme], sweep.marks[back][scheme + 4]
        for index, (n,) in enumerate(sweep.positions):
            if n >= 64:
                ratio = np.log(dots.at(index)[1] / line.at(index)[1])
                assert np.abs(ratio).max() < 0.8

    def test_he_keeps_the_variance(self):
        sweep = initialisation.variance()
        assert sweep.marks[0][4].y == pytest.approx(1.0)


class TestGain:
    def test_the_sentence_is_true(self):
        sweep = initialisation.gain(30)
        for (g,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            said, factor, _, end = read_numbers(sentence)
            assert said == pytest.approx(g, abs=6e-3)
            assert factor == pytest.approx(g / 2, abs=6e-4)
            assert end == pytest.approx(np.prod([g / 2] * 29), rel=0.06, abs=6e-4)
            word = "keeps" if g == 2 else "shrinks" if g < 2 else "grow"
            assert word in sentence
