import math

import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import softmax


def independent(x, c):
    """softmax(c x) by plain loops over e^{c (x_j - x_i)}: no maximum subtracted, no vectors."""
    return [1 / sum(math.exp(min(700, c * (xj - xi))) for xj in x) for xi in x]


@pytest.mark.parametrize("x", [(0, 1, 2), (2, 2, 0), (-1, 0.5, 3, 1), (1, 1)])
class TestScale:
    def test_bars_are_the_softmax_at_every_position(self, x):
        sweep = softmax.scale(x)
        for (c,), bars in zip(sweep.positions, sweep.marks[0][0].y, strict=True):
            assert bars == pytest.approx(independent(x, c), abs=1e-12)

    def test_the_largest_logit_gains_monotonically(self, x):
        sweep = softmax.scale(x)
        top = sweep.marks[0][0].y[:, int(np.argmax(x))]
        assert (np.diff(top) >= -1e-15).all()

    def test_the_sentence_is_true(self, x):
        sweep = softmax.scale(x)
        for (c,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            S = independent(x, c)
            if c == 0 or len(set(x)) == 1:
                assert f"same probability, {1 / len(x):.4f}" in sentence
                continue
            extreme = max(x) if c > 0 else min(x)
            tied = [s for s, logit in zip(S, x, strict=True) if logit == extreme]
            assert f"get{'s' * (len(tied) == 1)} {tied[0]:.4f}" in sentence
            rest = sum(s for s, logit in zip(S, x, strict=True) if logit != extreme)
            assert read_numbers(sentence)[-1] == pytest.approx(rest, rel=0.06, abs=5e-5)
            assert rest == 0 or "share 0.0000" not in sentence
            assert ("reversed" in sentence) == (c < 0)


def test_scale_stands_on_the_critical_factors():
    positions = softmax.scale().positions
    assert {(-1.0,), (0.0,), (1.0,), (20.0,)} <= set(positions)


def test_scale_draws_the_students_softmax_beside_the_true_one():
    sweep = softmax.scale((0, 1), softmax=lambda x: x * 0 + 0.5)
    assert sweep.marks[0][1].y == pytest.approx(0.5)
    assert not sweep.notes


def test_an_unfinished_softmax_leaves_a_note_and_a_figure():
    def stub(x):
        raise NotImplementedError("write me")

    sweep = softmax.scale((0, 1), softmax=stub)
    assert sweep.notes == [
        "your softmax(c x): raised NotImplementedError (write me) at c = -5.",
    ]
    assert "write me" in sweep.html()


def test_a_naive_softmax_shows_where_it_overflows():
    sweep = softmax.scale((0, 1000), softmax=lambda x: np.exp(x) / np.exp(x).sum())
    assert "nan" in sweep.notes[0]


@pytest.mark.parametrize("x", [[1], [[1, 2]], [0, math.nan]])
def test_scale_says_what_it_wants(x):
    with pytest.raises(ValueError, match="at least two finite logits"):
        softmax.scale(x)


class TestTemperature:
    def test_entropy_grows_with_the_temperature_and_stays_below_ln_n(self):
        sweep = softmax.temperature()
        entropies = sweep.marks[1][0].y[:, 0]
        assert (np.diff(entropies) > -1e-12).all()
        assert entropies.max() < math.log(4)

    def test_the_sentence_is_true(self):
        x = (2.0, 1.0, 0.5, -1.0)
        sweep = softmax.temperature(x)
        for (T,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            S = independent(x, 1 / T)
            _, largest, h, most = read_numbers(sentence)
            assert largest == pytest.approx(max(S), abs=6e-5)
            assert h == pytest.approx(-sum(s * math.log(s) for s in S if s > 0), abs=6e-5)
            assert most == pytest.approx(math.log(4), abs=6e-5)


class TestTwoClasses:
    def test_the_sentence_is_true(self):
        sweep = softmax.two_classes()
        for (a, b), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            first, second, z, p, _, q = read_numbers(sentence)
            assert (first, second, z) == (pytest.approx(a), pytest.approx(b), pytest.approx(a - b))
            assert p == pytest.approx(math.exp(a) / (math.exp(a) + math.exp(b)), abs=6e-5)
            assert q == pytest.approx(math.exp(b) / (math.exp(a) + math.exp(b)), abs=6e-5)

    def test_shifting_both_logits_changes_nothing(self):
        sweep = softmax.two_classes()
        assert sweep.marks[0][0].y[sweep.index(2.0, 0.5)] == pytest.approx(
            sweep.marks[0][0].y[sweep.index(-0.5, -2.0)]
        )
