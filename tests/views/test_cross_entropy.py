import math

import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import cross_entropy


def entropy(*p):
    return sum(q * math.log(1 / q) for q in p if q > 0)


class TestEntropyOnSimplex:
    def test_the_sentence_is_true(self):
        sweep = cross_entropy.entropy_on_simplex()
        for (a, share), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            p = (a, (1 - a) * share, (1 - a) * (1 - share))
            numbers = read_numbers(sentence.replace("ln 3", ""))
            assert numbers[:3] == pytest.approx(p, abs=6e-4)
            assert sum(p) == pytest.approx(1)
            assert numbers[3] == pytest.approx(entropy(*p), abs=6e-5)
            if len(numbers) > 4:
                assert numbers[4] == pytest.approx(100 * entropy(*p) / math.log(3), abs=0.06)
            assert ("uniform" in sentence) == (max(p) - min(p) < 1e-9)
            assert ("certain" in sentence) == (max(p) == 1)

    @pytest.mark.parametrize("h", [0.4, 0.7, 0.9, 1.05])
    def test_level_lines_have_their_entropy(self, h):
        x, y = cross_entropy.level_line(h)
        there = np.isfinite(x)
        assert there.any()
        for u, v in zip(x[there], y[there], strict=True):
            top = v / (math.sqrt(3) / 2)
            p = (top, u - top / 2, 1 - u - top / 2)
            assert min(p) > -1e-9
            assert entropy(*p) == pytest.approx(h, abs=1e-6)

    def test_the_uniform_law_has_the_largest_entropy(self):
        sweep = cross_entropy.entropy_on_simplex()
        values = [entropy(*sweep.marks[1][0].y[k]) for k in range(len(sweep.positions))]
        best = sweep.positions[int(np.argmax(values))]
        assert best == (pytest.approx(1 / 3), pytest.approx(0.5))


class TestGradients:
    def test_the_sentence_agrees_with_difference_quotients_of_the_losses(self):
        def ce(a, y):
            return math.log(1 + math.exp(-a)) if y else math.log(1 + math.exp(a))

        def mse(a, y):
            return 0.5 * (1 / (1 + math.exp(-a)) - y) ** 2

        sweep = cross_entropy.gradients()
        for (y, a), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            said, f, label, slope_ce, slope_mse = read_numbers(sentence)
            assert (said, label) == (pytest.approx(a, abs=0.006), y)
            assert f == pytest.approx(1 / (1 + math.exp(-a)), abs=6e-5)
            for slope, loss in ((slope_ce, ce), (slope_mse, mse)):
                quotient = (loss(a + 1e-5, y) - loss(a - 1e-5, y)) / 2e-5
                assert slope == pytest.approx(quotient, rel=0.02, abs=6e-5)

    def test_a_confident_mistake_has_the_catalogues_slopes(self):
        *_, ce, mse = read_numbers(cross_entropy.gradients().sentence(1, -10.0))
        assert ce == pytest.approx(-0.999955, abs=6e-5)
        assert mse == pytest.approx(-4.5394e-05, rel=0.02)

    def test_the_students_slope_is_drawn_beside_the_true_one(self):
        sweep = cross_entropy.gradients(ce_grad=lambda a, y: 1 / (1 + math.exp(-a)) - y)
        mine, true = sweep.marks[1][0], sweep.marks[1][3]
        assert mine.mark.mine
        assert mine.y == pytest.approx(true.y, abs=1e-12)
        assert not sweep.notes

    def test_a_stub_leaves_a_note(self):
        def stub(a, y):
            raise NotImplementedError

        assert "raised NotImplementedError" in cross_entropy.gradients(mse_grad=stub).notes[0]


class TestPriceOfAModel:
    def test_the_sentence_is_true(self):
        sweep = cross_entropy.price_of_a_model()
        for (x, p), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            _, h, said, cost, kl = read_numbers(sentence)
            exact = -x * math.log(p) - (1 - x) * math.log(1 - p)
            assert said == pytest.approx(p, abs=0.006)
            assert h == pytest.approx(entropy(x, 1 - x), abs=6e-5)
            assert cost == pytest.approx(exact, abs=6e-5)
            assert kl == pytest.approx(exact - entropy(x, 1 - x), abs=1.1e-4)
            assert kl >= 0
