import math

import pytest

from chainrule.views import ad_traces


def f(x1, x2):
    return 1 / (x1 + x2) + x2**2 + math.cos(x1)


def quotient(x1, x2, d1, d2, h=1e-6):
    """The derivative along (d1, d2) by a central difference."""
    return (f(x1 + h * d1, x2 + h * d2) - f(x1 - h * d1, x2 - h * d2)) / (2 * h)


def last(steps, box, kind):
    text = dict(steps.frames[-1].texts[box])[kind]
    return float(text.removeprefix(kind).replace("−", "-"))


@pytest.mark.parametrize(("x1", "x2"), [(3, 6), (1, 0.5), (-2, 5), (0.25, 1.75)])
@pytest.mark.parametrize("seed", [(1, 0), (0, 1), (2, -1)])
def test_the_trace_agrees_with_difference_quotients(x1, x2, seed):
    steps = ad_traces.steps(x1, x2, seed)
    assert last(steps, "v6", "value") == pytest.approx(f(x1, x2), abs=6e-5)
    assert last(steps, "v6", "tangent") == pytest.approx(quotient(x1, x2, *seed), abs=1e-4)
    assert last(steps, "v-1", "adjoint") == pytest.approx(quotient(x1, x2, 1, 0), abs=1e-4)
    assert last(steps, "v0", "adjoint") == pytest.approx(quotient(x1, x2, 0, 1), abs=1e-4)


def test_the_sheets_point_gives_the_catalogues_numbers():
    steps = ad_traces.steps()
    assert steps.sentences[-1].endswith("∂f/∂x₁ = −0.1535 and ∂f/∂x₂ = 11.9877.")
    assert "v₆ = v₅ + v₄ = 35.1211" in steps.sentences[7]


def test_every_edge_carries_one_adjoint():
    steps = ad_traces.steps()
    back = [name for frame in steps.frames for name, role in frame.roles.items() if role == "back"]
    assert sorted(back) == sorted(edge.name for edge in ad_traces.EDGES)


def test_the_second_contribution_is_added_not_overwritten():
    sentences = [s for s in ad_traces.steps().sentences if "adds up" in s]
    assert len(sentences) == 2
    assert "12 + (−0.0123) · 1 = 11.9877" in sentences[0]


@pytest.mark.parametrize("point", [(1, -1), (math.nan, 1), (math.inf, 1)])
def test_a_point_outside_the_domain_is_refused(point):
    with pytest.raises(ValueError, match="domain"):
        ad_traces.steps(*point)
