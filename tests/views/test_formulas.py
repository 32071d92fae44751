"""Every figure writes its formula, and the numbers in it are those of independent formulas."""

import math
import re

import numpy as np
import pytest
from tests.views.catalogue import VIEWS, read_numbers

from chainrule.views import (
    activations,
    cross_entropy,
    gd_convergence,
    initialisation,
    softmax,
)

#: Figures whose numbers stand in the sentence and in the picture alone.
WITHOUT = {"backprop_mlp.training", "heaviside_networks.steepness"}


def live(figure):
    """Return the numbers in [[...]] at every position."""
    return [
        [n for part in re.findall(r"\[\[(.*?)\]\]", text) for n in read_numbers(part)]
        for text in figure.spec["formulas"]
    ]


@pytest.mark.parametrize("name", sorted(VIEWS))
def test_a_figure_has_a_formula_that_moves(name):
    formulas = VIEWS[name]().spec.get("formulas") or []
    assert (len(set(formulas)) > 1) == (name not in WITHOUT)
    assert not any("nan" in text or "inf" in text for text in formulas)


def close(value):
    return pytest.approx(value, rel=0.06, abs=0.006)


def test_temperature_writes_the_odds():
    figure = softmax.temperature([2, 1, 0.5])
    for (T,), (odds,) in zip(figure.positions, live(figure), strict=True):
        p = [math.exp((v - 2) / T) for v in (2, 1, 0.5)]
        assert odds == close(p[0] / p[1])


def test_two_classes_write_the_first_probability():
    figure = softmax.two_classes()
    for (a, b), (p,) in zip(figure.positions, live(figure), strict=True):
        assert p == pytest.approx(1 / (1 + math.exp(b - a)), abs=6e-5)


def test_the_entropy_is_the_sum_of_its_terms():
    figure = cross_entropy.entropy_on_simplex()
    for text, (h,) in zip(figure.spec["formulas"], live(figure), strict=True):
        terms = read_numbers(text.split(" = ")[2])
        assert sum(terms) == pytest.approx(h, abs=2e-3)
        assert 0 <= h <= math.log(3) + 1e-4


def test_the_losses_of_a_logit():
    figure = cross_entropy.gradients()
    for (y, a), (ce, squared) in zip(figure.positions, live(figure), strict=True):
        sigma = 1 / (1 + math.exp(-a))
        assert ce == close(-math.log(sigma if y else 1 - sigma))
        assert squared == close((sigma - y) ** 2 / 2)


def test_the_price_of_a_model():
    figure = cross_entropy.price_of_a_model()
    for (x, p), (ce,) in zip(figure.positions, live(figure), strict=True):
        assert ce == pytest.approx(-x * math.log(p) - (1 - x) * math.log(1 - p), rel=1e-2, abs=1e-4)


def test_a_tangent_writes_value_and_slope():
    figure = activations.zoo()
    names = list(activations.ZOO)
    for (case, x), numbers in zip(figure.positions, live(figure), strict=True):
        if not numbers:
            assert (names[int(case)] in activations.KINKED, x) == (True, 0)
            continue
        g = activations.ZOO[names[int(case)]][0]
        step = 1e-4 if x <= 0 else -1e-4  # away from the kinks at 0
        rise = (g(np.array(x - step)) - g(np.array(x))) / -step
        assert numbers == [close(float(g(np.array(x)))), pytest.approx(rise, rel=0.02, abs=1e-3)]


def test_layers_of_four_initialisations():
    figure = initialisation.variance()
    for (n,), (he, small, wrong) in zip(figure.positions, live(figure), strict=True):
        assert he == 1
        assert small == close(n / 2 * 0.0025)
        assert wrong == close(n / 2 * math.sqrt(2 / n))


def test_momentum_is_stable_exactly_where_the_formula_says():
    figure = gd_convergence.heavy_ball()
    for (r, beta), text, told in zip(
        figure.positions, figure.spec["formulas"], figure.sentences, strict=True
    ):
        worst = max(abs(np.roots([1, -(1 + beta - r * lam / 20), beta])).max() for lam in (1, 20))
        assert ("<" in text.split(":")[1]) == (worst < 1 - 1e-9)
        assert ("diverges" in told) == (worst > 1 + 1e-6)
        assert ("never settles" in told) == (abs(worst - 1) <= 1e-6)


def test_the_bound_of_the_smallest_gradient():
    figure = gd_convergence.valleys(steps=20)
    for (w,), (bound,) in zip(figure.positions, live(figure), strict=True):
        assert bound == close(36 * (w**2 + 2 * math.sin(2 * w) ** 2) / 20)
