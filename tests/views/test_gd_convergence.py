import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import gd_convergence


def independent(x0, eta, steps):
    """The run with the slope taken from f by a central difference."""
    x, path = x0, [x0]
    for _ in range(steps):
        g = (gd_convergence.f(x + 1e-6) - gd_convergence.f(x - 1e-6)) / 2e-6
        x = float(x - eta * g)
        path.append(x)
    return path


class TestIterates:
    def test_the_catalogues_run_at_the_edge(self):
        path = gd_convergence.descend(3.0, 1.0, 4)
        assert path == pytest.approx([3, -2, 1.5, -1.25, 1.125])
        assert gd_convergence.f(path) == pytest.approx(
            [7, 2.75, 1.1875, 0.546875, 0.261719], abs=1e-6
        )
        assert gd_convergence.descend(3.0, 0.9, 40)[-1] == pytest.approx(0.000202, abs=1e-6)

    def test_below_the_edge_f_never_rises(self):
        sweep = gd_convergence.iterates()
        for index, (eta,) in enumerate(sweep.positions):
            if eta <= 1:
                assert (np.diff(sweep.marks[0][0].at(index)[1]) <= 1e-12).all()

    @pytest.mark.parametrize("x0", [3.0, -2.5, 0.4])
    def test_the_sentence_is_true(self, x0):
        sweep = gd_convergence.iterates(x0)
        for (eta,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            path = independent(x0, eta, 30)
            said, *numbers = read_numbers(sentence)
            assert said == pytest.approx(eta, abs=6e-4)
            if "reaches the minimum" in sentence:
                first = next(t for t, x in enumerate(path) if abs(x) < 1e-3)
                assert abs(int(numbers[1]) - first) <= 1
            elif "jumping" in sentence:
                assert eta >= 1
                assert numbers[:2] == pytest.approx(path[-2:], abs=2e-3)
                assert path[-1] == pytest.approx(-path[-2], rel=0.03)
            elif "leaves every bound" in sentence:
                assert eta > 4 / 3
            else:
                assert numbers[0] == pytest.approx(path[-1], abs=2e-3)

    def test_exactly_at_the_edge_the_run_jumps_between_the_joints(self):
        sentence = gd_convergence.iterates().sentence(1.0)
        assert "jumping between −1.000 and 1.000" in sentence
        assert "slope is −2.000 and 2.000" in sentence

    def test_the_students_derivative_makes_a_run_of_its_own(self):
        sweep = gd_convergence.iterates(df=lambda x: 0.0)
        mine = next(mark for mark in sweep.marks[1] if mark.mark.mine)
        assert (mine.y == 3.0).all()


class TestQuadratic:
    def test_the_sentence_is_true(self):
        sweep = gd_convergence.quadratic()
        for (r, kappa), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            x, y = gd_convergence.START
            fx, fy = x, y
            for _ in range(30):
                fx, fy = fx - r / kappa * fx, fy - r / kappa * kappa * fy
            numbers = read_numbers(sentence)
            assert numbers[:4] == pytest.approx([r, kappa, 1 - r / kappa, 1 - r], abs=6e-3)
            end = (fx**2 + kappa * fy**2) / 2
            if "diverges" in sentence:
                assert r > 2
            elif "settles" in sentence:
                assert r == 2
            else:
                assert numbers[-1] == pytest.approx(end, rel=0.06, abs=6e-5)


class TestValleys:
    def test_the_smallest_gradient_stays_below_its_bound(self):
        sweep = gd_convergence.valleys()
        smallest, bound = sweep.marks[1]
        for index in range(len(sweep.positions)):
            assert (smallest.at(index)[1] <= bound.at(index)[1]).all()

    def test_the_sentence_follows_the_run(self):
        sweep = gd_convergence.valleys(20)
        for (w0,), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            w = w0
            for _ in range(20):
                w -= (2 * w + 4 * np.sin(4 * w)) / 18
            assert ("the global minimum" in sentence) == (abs(w) < 0.05)


class TestHeavyBall:
    def test_without_momentum_it_is_plain_descent(self):
        sweep = gd_convergence.heavy_ball(5.0, 30)
        for index, (rate, beta) in enumerate(sweep.positions):
            if beta == 0 and rate <= 1.9:
                plain = gd_convergence.value(rate, 5.0, 30)
                assert sweep.marks[1][0].at(index)[1] == pytest.approx(np.maximum(plain, 1e-12))

    def test_momentum_helps_when_it_is_badly_conditioned(self):
        sweep = gd_convergence.heavy_ball(20.0, 60)
        ends = {p: sweep.marks[1][0].at(i)[1][-1] for i, p in enumerate(sweep.positions)}
        plain = min(end for (_, beta), end in ends.items() if beta == 0)
        assert min(ends.values()) < plain / 100
