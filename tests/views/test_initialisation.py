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

    def test_the_students_scheme_is_a_line_of_its_own(self):
        mine = initialisation.variance(var=lambda n: 2 / n).marks[0][0]
        assert mine.mark.mine
        assert mine.y == pytest.approx(1.0)


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


class TestFiftyLayers:
    def test_the_mean_agrees_with_the_law_within_its_error(self):
        """Where the spread is moderate; deep and narrow networks are too heavy-tailed for that."""
        for n in (64, 128, 256):
            squares = initialisation.simulate(n, 12, 400, 50)
            error = squares.std(axis=0, ddof=1) / 20
            assert (np.abs(squares.mean(axis=0) - 1) < 4 * error).all()

    def test_the_shortcut_draws_what_matrices_draw(self):
        rng, n = np.random.default_rng(1), 24
        quick = np.log(initialisation.simulate(n, 5, 2000, 3)[:, -1])
        slow = []
        for _ in range(2000):
            a = rng.normal(size=n)
            for _ in range(4):
                a = rng.normal(0, np.sqrt(2 / n), (n, n)) @ np.maximum(a, 0)
            slow.append(np.log(np.mean(a**2)))
        error = np.hypot(quick.std(), np.std(slow)) / np.sqrt(2000)
        assert abs(quick.mean() - np.mean(slow)) < 4 * error
        assert quick.std() == pytest.approx(np.std(slow), rel=0.1)

    def test_the_sentence_is_about_the_last_layer(self):
        sweep = initialisation.fifty_layers(networks=50)
        for (n,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            said, layers, mean, error, law, median = read_numbers(sentence)
            assert (said, layers, law) == (n, 50, 1)
            squares = initialisation.simulate(int(n), 50, 50, 50)[:, -1]
            assert mean == pytest.approx(squares.mean(), rel=0.06, abs=6e-3)
            assert error == pytest.approx(2 * squares.std(ddof=1) / 50**0.5, rel=0.06, abs=6e-3)
            assert median == pytest.approx(np.median(squares), rel=0.06, abs=6e-3)
