import math

import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import activations


def sigmoid(t):
    """By the exponential of the sheet, where the view uses tanh."""
    return 1 / (1 + math.exp(-t)) if t > -700 else 0.0


INDEPENDENT = {
    "σ": sigmoid,
    "tanh": lambda t: (math.exp(t) - math.exp(-t)) / (math.exp(t) + math.exp(-t)),
    "ReLU": lambda t: (t + abs(t)) / 2,
    "leaky ReLU (0.1)": lambda t: max(t, 0.1 * t),
    "ELU (α = 1)": lambda t: t if t > 0 else math.exp(t) - 1,
    "softplus": lambda t: math.log(1 + math.exp(t)),
}


class TestSteepness:
    def test_the_curve_is_the_sigmoid_and_rises(self):
        sweep = activations.steepness()
        curve = sweep.marks[0][0]
        for index, (k,) in enumerate(sweep.positions):
            x, y = curve.at(index)
            assert y == pytest.approx([sigmoid(k * t) for t in x], abs=1e-12)
            assert (np.diff(y) >= 0).all()

    def test_every_position_is_closer_to_the_step_than_the_last(self):
        curve = activations.steepness().marks[0][0]
        gap = np.abs(curve.y - (curve.x > 0))[:, curve.x[0] != 0]
        assert (np.diff(gap, axis=0) <= 1e-15).all()

    def test_the_sentence_is_true(self):
        sweep = activations.steepness()
        for (k,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            said, low, high, width, at, gap, *_ = read_numbers(sentence)
            assert (said, low, high, at) == (pytest.approx(k, abs=0.005), 0.1, 0.9, 0.1)
            # the ends of the rise by bisection, not by the logarithm
            ends = []
            for level in (0.1, 0.9):
                a, b = -100.0, 100.0
                for _ in range(80):
                    middle = (a + b) / 2
                    a, b = (middle, b) if sigmoid(k * middle) < level else (a, middle)
                ends.append(a)
            assert width == pytest.approx(ends[1] - ends[0], abs=6e-4)
            assert gap == pytest.approx(1 - sigmoid(0.1 * k), abs=6e-4)

    def test_the_students_sigma_is_called_with_kx(self):
        sweep = activations.steepness(sigma=lambda t: t)
        x, y = sweep.marks[0][1].at(sweep.index(5.0))
        assert y == pytest.approx(5 * x)


class TestZoo:
    def test_values_and_slopes_agree_with_difference_quotients(self):
        sweep = activations.zoo()
        names = list(activations.ZOO)
        for (case, a), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            name = names[int(case)]
            assert sentence.startswith(name)
            g = INDEPENDENT[name]
            tail = sentence.split(": value ")
            if len(tail) == 1:
                assert a == 0
                assert "so there is none" in sentence
                continue
            value, slope = read_numbers(tail[1])
            assert value == pytest.approx(g(a), abs=6e-5)
            quotient = (g(a + 1e-6) - g(a - 1e-6)) / 2e-6
            assert slope == pytest.approx(quotient, abs=6e-5)
            assert ("hardly learns" in sentence) == (slope < 0.05)


class TestSlopes:
    def test_the_sentence_is_true(self):
        sweep = activations.slopes()
        for (a,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            _, t, s, ratio, ten_t, ten_s = read_numbers(sentence)
            exact_t, exact_s = 1 / math.cosh(a) ** 2, 0.25 / math.cosh(a / 2) ** 2
            assert t == pytest.approx(exact_t, abs=6e-5)
            assert s == pytest.approx(exact_s, abs=6e-5)
            assert ratio == pytest.approx(exact_t / exact_s, abs=6e-3)
            assert ten_t == pytest.approx(exact_t**10, rel=0.06, abs=6e-5)
            assert ten_s == pytest.approx(exact_s**10, rel=0.06)

    def test_the_crossing_is_the_catalogues(self):
        assert pytest.approx(1.662886, abs=1e-6) == activations.CROSSING
        sentence = activations.slopes().sentence(activations.CROSSING)
        assert "1.00 times" in sentence
