import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import heaviside_networks


def in_region(x1, x2):
    """The three inequalities of the sheet, as they are written there."""
    return x2 < -4 / 3 * x1 + 4 and x2 > 5 / 3 * x1 - 5 and x2 > -5 / 4 * x1 - 5


def votes(x1, x2):
    return sum((x2 < -4 / 3 * x1 + 4, x2 > 5 / 3 * x1 - 5, x2 > -5 / 4 * x1 - 5))


class TestHalfPlanes:
    def test_the_sentence_counts_the_votes(self):
        field = heaviside_networks.half_planes()
        count = np.array([votes(*point) for point in field.grid])
        target = count == 3
        for c, sentence in zip(field.values, field.sentences, strict=True):
            numbers = read_numbers(sentence.replace("½", "").replace("is 1 on", ""))
            ones, halves = count + c > 0, count + c == 0
            assert numbers[0] == pytest.approx(c, abs=6e-3)
            assert numbers[1] == pytest.approx(100 * ones.mean(), abs=0.06)
            if halves.any():
                assert numbers[2] == pytest.approx(100 * halves.mean(), abs=0.06)
            agrees = (ones == target) & ~halves
            assert numbers[-1] == pytest.approx(100 * agrees.mean(), abs=0.06)

    def test_the_flawed_weight_of_the_sheet_disagrees(self):
        W = np.array(heaviside_networks.W)
        W[0, 0] = heaviside_networks.FLAWED_W11
        field = heaviside_networks.half_planes(W)
        assert read_numbers(field.sentence(-2.5))[-1] < 80

    @pytest.mark.parametrize(("point", "inside"), [((0, 0), 1), ((-4, 2), 1), ((4, 2), 0)])
    def test_the_catalogues_points(self, point, inside):
        network = heaviside_networks.wanted_region()
        assert network(np.array([point], float))[0] == inside == in_region(*point)

    def test_the_outline_has_the_sheets_vertices(self):
        corners = heaviside_networks.corners()
        for vertex in ((3, 0), (0, -5)):
            assert any(np.allclose(corner, vertex) for corner in corners)


def test_steeper_sigmoids_agree_ever_more_with_the_heaviside_network():
    field = heaviside_networks.steepness()
    shares = [
        read_numbers(sentence.replace("½", "").replace("is 1 on", ""))[-1]
        for sentence in field.sentences
    ]
    assert shares[-1] > 99
    assert (np.diff(shares) > -0.11).all()
