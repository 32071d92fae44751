import itertools

import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import convolution


def outputs(scene):
    """The numbers that a scene has written into its output when it ends."""
    texts = scene.frames[-1].texts
    row = sorted((k for k in texts if k.startswith("y")), key=lambda name: int(name[1:]))
    return [float(texts[name][0][1].replace("−", "-")) for name in row]


SIGNALS = [((1, 2, 3, 4), (1, 0, 2)), ((2, -1, 0.5, 3, 1), (1, 2)), ((1, 2, 3), (4, 5, 6))]


class TestWindow:
    @pytest.mark.parametrize(("x", "w"), SIGNALS)
    def test_every_mode_agrees_with_numpy(self, x, w):
        for scene in convolution.window(x, w).scenes:
            assert outputs(scene) == pytest.approx(np.convolve(x, w, scene.name)), scene.name

    @pytest.mark.parametrize(("x", "w"), SIGNALS)
    def test_without_the_flip_it_is_a_correlation(self, x, w):
        for scene in convolution.window(x, w, flip=False).scenes:
            if scene.name != "same":
                assert outputs(scene) == pytest.approx(np.correlate(x, w, scene.name))

    def test_the_catalogues_numbers(self):
        full, valid, same = map(outputs, convolution.window().scenes)
        assert (full, valid, same) == ([1, 2, 5, 8, 6, 8], [5, 8], [2, 5, 8, 6])

    @pytest.mark.parametrize(("x", "w"), SIGNALS)
    def test_the_arithmetic_of_every_sentence_is_right(self, x, w):
        for scene in convolution.window(x, w).scenes:
            for frame in scene.frames[1:]:
                sentence = frame.sentence.split(": ", 1)[1].rstrip(".").replace("−", "-")
                terms, result = sentence.split(" = ")
                products = [term.split("·") for term in terms.split(" + ")]
                total = sum(float(a.strip("()")) * float(b.strip("()")) for a, b in products)
                assert total == pytest.approx(float(result))

    def test_a_short_signal_is_refused(self):
        with pytest.raises(ValueError, match="at least as many"):
            convolution.window((1, 2), (1, 2, 3))
        with pytest.raises(ValueError, match="one row"):
            convolution.window(np.ones((2, 2)), (1,))


@pytest.mark.parametrize("place", range(5))
def test_strides_agree_with_a_convolution_written_out(place):
    x, w = (1, 2, 3, 4, 5, 4, 3, 2), (1, 0, 2)
    settings = [(1, 0, 1), (2, 0, 1), (3, 1, 1), (1, 0, 2), (1, 2, 2)]
    s, p, d = settings[place]
    scene = convolution.strides(x, w).scenes[place]
    padded = [0] * p + list(x) + [0] * p
    size = (len(x) + 2 * p - d * (len(w) - 1) - 1) // s + 1
    expected = [sum(w[-1 - t] * padded[n * s + d * t] for t in range(3)) for n in range(size)]
    assert outputs(scene) == expected
    seen = {n * s + d * t for n, t in itertools.product(range(size), range(3))}
    lost = len(padded) - len(seen)
    assert ("never looked at" in scene.frames[0].sentence) == bool(lost)


class TestOutputSize:
    @pytest.mark.parametrize(("i", "p", "d"), [(64, 3, 1), (64, 0, 7), (8, 2, 2), (8, 0, 1)])
    def test_the_size_is_that_of_a_layer_walked_cell_by_cell(self, i, p, d):
        sweep = convolution.output_size(i, p, d)
        for (k, s), sentence in zip(sweep.positions, sweep.sentences, strict=True):
            reach = d * (int(k) - 1) + 1
            starts = range(0, i + 2 * p - reach + 1, int(s))
            if not starts:
                assert "does not fit" in sentence
                continue
            assert f"plus 1 is {len(starts)}" in sentence
            unseen = i + 2 * p - (starts[-1] + reach)
            assert ("stay unseen" in sentence) == bool(unseen)
            if unseen:
                assert read_numbers(sentence)[-1] == unseen

    def test_the_sheets_layer(self):
        assert "plus 1 is 32." in convolution.output_size(64, 3).sentence(8, 2)

    def test_the_students_formula_is_drawn(self):
        sweep = convolution.output_size(conv_out=lambda i, k, s, p, d: (i + 2 * p - k) / s + 1)
        assert not sweep.notes
        mine = next(mark for mark in sweep.marks[0] if mark.mark.mine)
        assert mine.y.shape == (len(sweep.positions), mine.x.shape[1])
