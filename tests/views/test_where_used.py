"""The figures are where they teach: each in a student's notebook, and in a lecture."""

import re
from pathlib import Path

import nbformat
import pytest
from tests.views.catalogue import VIEWS

ROOT = Path(__file__).parents[2]

#: What the course promises to show, in the order of its topics.
PROMISED = {
    "a sigmoid that becomes a step": ["activations.steepness"],
    "a zoo of activations, with slopes and saturation": ["activations.zoo"],
    "the scale of softmax, and its temperature": ["softmax.scale", "softmax.temperature"],
    "softmax of two classes is a sigmoid": ["softmax.two_classes"],
    "entropy on the simplex": ["cross_entropy.entropy_on_simplex"],
    "the gradients of two losses": ["cross_entropy.gradients"],
    "forward and reverse differentiation on a graph": ["ad_traces.steps"],
    "backpropagation node by node": ["backprop_mlp.steps"],
    "the window of a convolution": ["convolution.window", "convolution.strides"],
    "the size of an output, and the floor": ["convolution.output_size"],
    "permutations in the Mixer": ["mlp_mixer.permutations"],
    "variance through layers": ["initialisation.variance"],
    "gradient descent on a function in pieces": ["gd_convergence.iterates"],
    "gradient descent on a quadratic": ["gd_convergence.quadratic"],
    "half-planes with lines to drag": ["heaviside_networks.half_planes"],
}
#: Its numbers would give away a task of the notebook: it is for lectures.
LECTURES_ONLY = {"activations.slopes"}


def read_code(*folders):
    """Return the code of all notebooks below the folders, by file."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.ipynb"))]
    return {
        path: "\n".join(
            cell.source
            for cell in nbformat.read(path, as_version=4).cells
            if cell.cell_type == "code"
        )
        for path in paths
    }


def find_used(code):
    """Return the views that the code calls, as `topic.view`."""
    used = set()
    for text in code.values():
        for topic, names in re.findall(r"^from chainrule\.views\.(\w+) import (.+)$", text, re.M):
            used |= {f"{topic}.{n}" for n in names.split(", ") if re.search(rf"\b{n}\(", text)}
        used |= set(re.findall(r"\b(\w+\.\w+)\(", text)) & set(VIEWS)
    return used


def test_the_list_names_views():
    assert {name for names in PROMISED.values() for name in names} <= set(VIEWS)


@pytest.mark.parametrize(
    ("folder", "beside"), [("release", LECTURES_ONLY), ("notebooks", set())], ids=str
)
def test_every_view_is_used(folder, beside):
    used = find_used(read_code(folder))
    assert used & set(VIEWS) == set(VIEWS) - beside
    for promise, names in PROMISED.items():
        assert set(names) <= used, promise


def test_a_students_own_function_is_drawn_in_every_second_topic():
    code = "\n".join(read_code("release").values())
    calls = (
        "steepness(sigmoid_via_tanh)",
        "softmax, predict=True)",
        "gradients(ce_grad, mse_grad)",
        "conv_out=conv_out)",
        "variance(var=he_var)",
        "df=df, predict=True)",
        "half_planes(*weights())",
    )
    assert [call for call in calls if call not in code] == []


def test_a_guess_is_asked_for_in_notebooks_and_lectures():
    for folder in ("release", "notebooks"):
        assert sum("predict=True" in text for text in read_code(folder).values()) >= 3


@pytest.mark.parametrize("folder", ["source", "release", "notebooks"])
def test_no_state_of_widgets_is_saved(folder):
    for path in sorted((ROOT / folder).rglob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        assert "widgets" not in notebook.metadata, path
        assert not any(cell.get("outputs") for cell in notebook.cells), path
