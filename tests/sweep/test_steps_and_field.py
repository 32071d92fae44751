import numpy as np
import pytest

from chainrule.sweep import Box, Edge, Field, Frame, Layer, Network, Regions, Scene, Slider, Steps


def scene(name, count):
    boxes = [Box("a", 50, 50, "a"), Box("b", 200, 50, "b", kind="cell")]
    frames = [
        Frame(
            f"{name} {k}.",
            texts={"a": (("value", str(k)),)},
            roles={"a": "active", "b": "tone2", "a>b": "back"},
            notes={"a>b": "1"},
            moves={"b": (200.0, 60.0)},
        )
        for k in range(count)
    ]
    return Scene(name, boxes, [Edge("a", "b")], frames)


class TestSteps:
    def test_one_scene_has_one_slider(self):
        steps = Steps("t", [scene("only", 3)], presets={"last": 2})
        assert [slider.name for slider in steps.sliders] == ["step"]
        assert steps.sentences == ["only 0.", "only 1.", "only 2."]
        assert steps.spec["presets"] == [{"label": "last", "at": [2]}]

    def test_a_short_scene_stays_at_its_last_frame(self):
        steps = Steps("t", [scene("long", 4), scene("short", 2)], choice="case")
        assert [slider.name for slider in steps.sliders] == ["case", "step"]
        assert steps.sentences[4:] == ["short 0.", "short 1.", "short 1.", "short 1."]

    def test_a_frame_says_only_what_it_has(self):
        steps = Steps("t", [Scene("s", [Box("a", 0, 0)], [], [Frame("Nothing.")])])
        assert steps.spec["scenes"][0]["frames"] == [{}]
        assert steps.spec["formulas"] == []

    def test_the_filmstrip_draws_boxes_and_edges(self):
        assert len(Steps("t", [scene("only", 5)]).png) > 1000

    def test_live_is_for_sweeps(self):
        with pytest.raises(TypeError, match="widget"):
            Steps("t", [scene("only", 2)]).live()


class TestLayer:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("heaviside", [0, 0.5, 1]),
            ("sigmoid", [0.119203, 0.5, 0.880797]),
            ("tanh", [-0.964028, 0, 0.964028]),
            ("relu", [0, 0, 2]),
            ("identity", [-2, 0, 2]),
        ],
    )
    def test_activations(self, name, expected):
        layer = Layer.of([[1.0]], [0.0], name)
        assert layer(np.array([[-2.0], [0.0], [2.0]]))[:, 0] == pytest.approx(expected, abs=1e-6)

    def test_what_does_not_fit_is_refused(self):
        with pytest.raises(ValueError, match="number of units"):
            Layer.of([[1.0, 2.0]], [0.0, 1.0], "relu")
        with pytest.raises(ValueError, match="'gelu': choose one of heaviside"):
            Layer.of([[1.0]], [0.0], "gelu")


class TestField:
    def build(self, **options):
        def network(c):
            return Network(
                (Layer.of([[1.0, 0.0]], [0.0], "identity"), Layer.of([[1.0]], c, "heaviside"))
            )

        return Field(
            "t",
            Slider("c", [-1.0, 0.0, 1.0], start=0.0),
            network,
            lambda c, regions: f"{regions.ones:.3f} {regions.agrees:.3f}.",
            xlim=(-2, 2),
            ylim=(-1, 1),
            target=network(0.0),
            **options,
        )

    def test_counts_its_regions(self):
        field = self.build()
        assert field.sentences == ["0.250 0.750.", "0.500 1.000.", "0.750 0.750."]
        assert field.regions(field.networks[0]) == Regions(0.25, 0.0, 0.75)

    def test_the_grid_starts_at_the_upper_left(self):
        field = self.build()
        assert field.grid[0] == pytest.approx([-2, 1], abs=0.02)
        assert field.grid[-1] == pytest.approx([2, -1], abs=0.02)

    def test_data_and_outline_are_sent_and_drawn(self):
        field = self.build(
            points=([[0, 0], [1, 0.5]], [0, 1]), outline=[(0, 0), (1, 0), (0, 1)], draggable=True
        )
        assert field.spec["points"] == [[0.0, 0.0, 0], [1.0, 0.5, 1]]
        assert field.spec["outline"] == [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]
        assert len(field.png) > 1000
