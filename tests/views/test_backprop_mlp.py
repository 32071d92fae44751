import math

import numpy as np
import pytest
from tests.views.catalogue import read_numbers

from chainrule.views import backprop_mlp


def loss(x, W1, b1, W2, b2, y, alpha):
    """The negative log-likelihood with loops and lists, as slowly as possible."""
    h = []
    for j in range(len(b1)):
        a = b1[j] + sum(W1[j][i] * x[i] for i in range(len(x)))
        h.append(a if a > 0 else alpha * (math.exp(a) - 1))
    o = [b2[k] + sum(W2[k][j] * h[j] for j in range(len(h))) for k in range(len(b2))]
    return -o[y] + math.log(sum(math.exp(v) for v in o))


EX = backprop_mlp.EXAMPLE
PARTS = {"x": EX.x, "W1": EX.W1, "b1": EX.b1, "W2": EX.W2, "b2": EX.b2}


def quotient(name, place):
    """One partial derivative of the loss by a central difference."""
    values = []
    for step in (1e-6, -1e-6):
        parts = {key: np.array(part) for key, part in PARTS.items()}
        parts[name][place] += step
        values.append(loss(**parts, y=EX.y, alpha=EX.alpha))
    return (values[0] - values[1]) / 2e-6


class TestSteps:
    def test_the_example_is_the_catalogues(self):
        v = EX.run()
        assert v["h_a"] == pytest.approx([1.1, -2.7, -1.45])
        assert v["h_s"] == pytest.approx([1.1, -0.652956, -0.535801], abs=1e-6)
        assert v["o_a"] == pytest.approx([0.209702, -0.849467], abs=1e-6)
        assert v["L"][0] == pytest.approx(1.356859, abs=1e-6)
        assert v["g_oa"] == pytest.approx([0.742532, -0.742532], abs=1e-6)
        assert v["g_ha"] == pytest.approx([0.519772, -0.024452, 0.060962], abs=1e-6)
        assert v["g_x"] == pytest.approx([0.299579, -0.087321], abs=1e-6)

    @pytest.mark.parametrize(("part", "said"), [("x", "∂L/∂x"), ("W1", "∂L/∂W₁"), ("W2", "∂L/∂W₂")])
    def test_the_gradients_said_agree_with_difference_quotients(self, part, said):
        sentences = [s for s in backprop_mlp.steps().sentences if s.startswith(said)]
        assert len(sentences) == 1
        exact = [quotient(part, place) for place in np.ndindex(PARTS[part].shape)]
        said_numbers = read_numbers(sentences[0].split(" = ", 2)[2])
        assert said_numbers == pytest.approx(exact, abs=6e-5)

    def test_the_loss_said_is_the_loss(self):
        sentence = next(s for s in backprop_mlp.steps().sentences if s.startswith("The true class"))
        assert read_numbers(sentence)[-1] == pytest.approx(
            loss(**PARTS, y=EX.y, alpha=EX.alpha), abs=6e-5
        )

    def test_values_come_before_gradients(self):
        kinds = [
            {kind for box, lines in frame.texts.items() if box != "legend" for kind, _ in lines}
            for frame in backprop_mlp.steps().frames
        ]
        assert all("adjoint" not in seen for seen in kinds[:6])
        assert all("adjoint" in seen for seen in kinds[6:])

    def test_parts_that_do_not_fit_are_refused(self):
        with pytest.raises(ValueError, match="do not fit together"):
            backprop_mlp.steps(x=[1.0, 2.0, 3.0])
        with pytest.raises(ValueError, match="do not fit together"):
            backprop_mlp.steps(y=2)
        with pytest.raises(ValueError, match="room for 3 units"):
            backprop_mlp.steps(W1=np.ones((4, 2)), b1=np.ones(4), W2=np.ones((2, 4)))


class TestLearned:
    """A student's ReLU network with two outputs, kept at a few moments."""

    X, Y = np.random.default_rng(3).normal(size=(30, 2)), np.arange(30) % 2
    KEPT = {
        count: [
            np.random.default_rng(count).normal(size=shape)
            for shape in ((5, 2), (5,), (2, 5), (2,))
        ]
        for count in (0, 7, 100)
    }

    def test_one_sigmoid_output_is_the_softmax_of_two(self):
        W1, b1, W2, b2 = self.KEPT[7]
        logits = np.maximum(self.X @ W1.T + b1, 0) @ W2.T + b2
        probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
        network = backprop_mlp.two_class_network(W1, b1, W2, b2)
        assert network(self.X) == pytest.approx(probabilities[:, 1])

    def test_the_sentence_counts_the_points_on_their_side(self):
        field = backprop_mlp.learned(self.KEPT, self.X, self.Y)
        assert len(field.sentences) == 3
        for (W1, b1, W2, b2), sentence in zip(self.KEPT.values(), field.sentences, strict=True):
            logits = np.maximum(self.X @ W1.T + b1, 0) @ W2.T + b2
            right = int(np.sum(logits.argmax(axis=1) == self.Y))
            assert f"{right} of 30 points" in sentence
        assert field.alt.endswith(".")


class TestTraining:
    def test_the_sentence_is_true_and_the_loss_falls(self):
        field = backprop_mlp.training(steps=400)
        x, y = field.points
        losses = []
        for network, sentence in zip(field.networks, field.sentences, strict=True):
            first, second = network.layers
            right, total = 0, 0.0
            for point, label in zip(x, y, strict=True):
                h = [math.tanh(w @ point + b) for w, b in zip(first.W, first.b, strict=True)]
                p = 1 / (1 + math.exp(-(second.W[0] @ np.array(h) + second.b[0])))
                right += (p > 0.5) == bool(label)
                total -= math.log(p if label else 1 - p)
            _, said, said_right, n = read_numbers(sentence)
            assert said == pytest.approx(total / len(y), abs=6e-5)
            assert (said_right, n) == (right, len(y))
            losses.append(said)
        assert losses[-1] < 0.25 * losses[0]
