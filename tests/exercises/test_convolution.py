"""What is special about convolutions: modes, flips, gradients, and the whole solution sets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule.assess import assess
from chainrule.verdict import Verdict
from chainrule_staff.exercises import judge
from chainrule_staff.exercises.convolution import EXERCISES
from chainrule_staff.exercises.convolution import configurations as layers
from chainrule_staff.exercises.convolution import references as ref
from chainrule_staff.exercises.convolution.layers import LayerTask

FACTS = {task: entry["facts"] for task, entry in load_catalogue().items()}
LAYERS = {task.task: task for task in EXERCISES if isinstance(task, LayerTask)}
RNG = np.random.default_rng(5)


def facts(slug: str) -> Any:
    return FACTS[f"convolution.{slug}"]


def judged(slug: str, **answers: Any) -> Verdict:
    return judge(f"convolution.{slug}", answers, 1)


# --- the operation ------------------------------------------------------------------------------

SHEET = (np.array([1.0, 2.0, 3.0, 4.0]), np.array([1.0, 0.0, 2.0]))


@pytest.mark.parametrize("mode", ref.MODES)
def test_the_sheets_convolution(mode: str) -> None:
    x, w = SHEET
    for conv1d in (ref.conv1d, ref.conv1d_by_scattering, np.convolve):
        assert conv1d(x, w, mode).tolist() == facts("conv1d-modes")[mode]
        without = facts("conv1d-modes")[f"{mode}_without_flip"]
        assert conv1d(x, w[::-1], mode).tolist() == without


@pytest.mark.parametrize("n", range(3, 9))
@pytest.mark.parametrize("mode", ref.MODES)
def test_the_three_modes_are_those_of_numpy(n: int, mode: str) -> None:
    for k in range(1, n + 1):
        x, w = RNG.normal(size=n), RNG.normal(size=k)
        expected = np.convolve(x, w, mode)
        np.testing.assert_allclose(ref.conv1d(x, w, mode), expected, atol=1e-12)
        np.testing.assert_allclose(ref.conv1d_by_scattering(x, w, mode), expected, atol=1e-12)


@pytest.mark.parametrize("shape", [(4,), (3, 3), (2, 4)])
def test_a_convolution_is_a_correlation_with_the_flipped_kernel(shape: tuple[int, ...]) -> None:
    X, W = RNG.normal(size=(7,) * len(shape)), RNG.normal(size=shape)
    np.testing.assert_allclose(ref.convolve(X, W), ref.correlate(X, np.flip(W)), atol=1e-12)


def test_an_even_kernel_may_have_the_other_middle() -> None:
    def conv1d(x: Any, w: Any, mode: str) -> Any:
        full = np.convolve(x, w)
        start, stop = {"full": (0, None), "valid": (len(w) - 1, len(x))}.get(
            mode, (len(w) // 2, len(w) // 2 + len(x))
        )
        return full[start:stop]

    verdict = judged("conv1d-modes", conv1d=conv1d)
    assert verdict.passed
    assert any("two middles" in note for note in verdict.notes)


def test_one_mode_right_earns_its_part() -> None:
    verdict = judged("conv1d-modes", conv1d=lambda x, w, mode: np.convolve(x, w, "full"))
    assert 0 < verdict.score < 0.5


# --- gradients ----------------------------------------------------------------------------------


@pytest.mark.parametrize("n, k", [(4, 3), (7, 2), (9, 5), (5, 5)])
def test_both_gradients_are_those_of_finite_differences(n: int, k: int) -> None:
    x, w, g = RNG.normal(size=n), RNG.normal(size=k), RNG.normal(size=n - k + 1)
    h = 1e-6

    def loss(x: Any, w: Any) -> float:
        return float(g @ np.convolve(x, w, "valid"))

    dx = [(loss(x + h * e, w) - loss(x - h * e, w)) / (2 * h) for e in np.eye(n)]
    dw = [(loss(x, w + h * e) - loss(x, w - h * e)) / (2 * h) for e in np.eye(k)]
    for backward in (
        ref.conv1d_backward,
        ref.conv1d_backward_by_loops,
        ref.conv1d_backward_by_matrices,
    ):
        np.testing.assert_allclose(backward(x, w, g)[0], dx, atol=1e-7)
        np.testing.assert_allclose(backward(x, w, g)[1], dw, atol=1e-7)


def test_half_of_the_gradients_is_named_by_what_is_wrong_with_the_other() -> None:
    def backward(x: Any, w: Any, g: Any) -> Any:
        return np.convolve(g, w), np.correlate(x, g, "valid")[::-1]

    assert judged("backward", conv1d_backward=backward).mistake == "dx-with-the-same-kernel"


@pytest.mark.parametrize("s", [1, 2, 3])
def test_im2col_turns_a_correlation_into_a_product(s: int) -> None:
    X, W = RNG.normal(size=(3, 8, 9)), RNG.normal(size=(4, 3, 2, 2))
    h, w = ref.conv_out(8, 2, s), ref.conv_out(9, 2, s)
    for im2col in (ref.im2col, ref.im2col_by_strides, ref.im2col_by_offsets):
        Y = (W.reshape(4, -1) @ im2col(X, 2, s)).reshape(4, h, w)
        slid = np.stack([ref.correlate(X, kernel)[0, ::s, ::s] for kernel in W])
        np.testing.assert_allclose(Y, slid, atol=1e-12)


# --- sizes --------------------------------------------------------------------------------------


def test_the_size_formula_counts_windows() -> None:
    for i in range(1, 20):
        for k in range(1, 5):
            for s in range(1, 5):
                for p in range(3):
                    for d in range(1, 4):
                        if d * (k - 1) + 1 <= i + 2 * p:
                            by_formula = ref.conv_out(i, k, s, p, d)
                            assert by_formula == ref.conv_out_by_windows(i, k, s, p, d)


def test_the_numbers_of_the_catalogue() -> None:
    sizes = facts("output-size-256")
    chain = ref.conv_out(256, 8, 2), ref.conv_out(125, 5, 5), ref.conv_out(25, 4, 1, 1)
    assert chain == tuple(sizes[f"layer{n}"] for n in (1, 2, 3))
    assert 128 * chain[2] ** 2 == sizes["answer"]
    assert 128 * ref.conv_out(25, 4) ** 2 == sizes["no_padding"]
    assert sizes["pad_counted_once"] == 128 * (25 + 1 - 4 + 1) ** 2
    assert chain[2] ** 2 == sizes["one_channel"]
    count = facts("parameter-count")
    assert ref.conv_params(64, 128, 4) == count["answer"]
    assert ref.conv_params(64, 128, 4, True) == count["with_biases"]
    assert ref.conv_params(3, 128, 4) == count["rgb_in_channels"]
    assert ref.conv_params(1, 128, 4) == count["no_in_channels"]
    assert ref.conv_params(64, 128, 5) == count["pool_kernel"]
    assert ref.conv_params(32, 128, 4) == facts("parameter-count-128")["answer"]
    assert ref.conv_params(32, 128, 4, True) == facts("parameter-count-128")["with_biases"]
    assert [64, ref.conv_out(32, 8, 4), facts("pool-shape")["answer"]] == facts("pool-shape")[
        "shape"
    ]


def test_a_shape_for_the_number_of_scalars_is_right_with_a_note() -> None:
    verdict = judged("scalars-256", layer_sizes=(125, 25, 24), scalars_256=(128, 24, 24))
    assert verdict.passed
    assert "one more product" in verdict.notes[0]
    plain = judged("scalars-256", layer_sizes=(125, 25, 24), scalars_256=73728)
    assert not plain.notes


def test_the_network_with_two_readings() -> None:
    known = facts("output-size-128-floor")
    assert ref.conv_out(128, 8, 2) == known["layer1"]
    assert ref.conv_out(61, 5, 5) == known["pool_floor"]
    assert ref.pool_ceil(61, 5) == ref.conv_out(61, 5, 5, 2)
    assert ref.pool_ceil(61, 5) == known["pool_ceil"] == known["pool_padding2"]
    for size, note in ((known["answer"], ""), (known["answer_alternative"], "incomplete window")):
        m = {15488: 11, 18432: 12}[size]
        assert 128 * m**2 == size
        rounding = ref.conv_out if not note else lambda i, k, s: ref.pool_ceil(i, k)

        def cnn(size: int = 128, pool: Any = rounding) -> int:
            return 128 * ref.conv_out(pool(ref.conv_out(size, 8, 2), 5, 5), 4, 1, 1) ** 2

        verdict = judged("output-size-128-floor", cnn_output_scalars=cnn)
        assert verdict.passed
        assert note in " ".join(verdict.notes)


def test_two_readings_must_not_be_mixed() -> None:
    def cnn(size: int = 128) -> int:
        return 15488 if size == 128 else ref_ceil(size)

    def ref_ceil(size: int) -> int:
        pooled = ref.pool_ceil(ref.conv_out(size, 8, 2), 5)
        return 128 * ref.conv_out(pooled, 4, 1, 1) ** 2

    assert not judged("output-size-128-floor", cnn_output_scalars=cnn).passed


def test_the_padded_network() -> None:
    known = facts("output-size-128-padded")
    assert ref.conv_out(128, 8, 2, 4) == known["layer1"]
    assert ref.conv_out(65, 2, 2) == known["pool_floor"]
    assert ref.pool_ceil(65, 2) == known["pool_ceil"]
    assert ref.conv_out(32, 4, 2, 2) == known["layer3"]
    assert ref.conv_out(33, 4, 2, 2) == known["layer3_after_ceil_pool"]
    assert known["answer"] == 128 * 17**2
    for shape in ((128, 17, 17), [17, 17, 128], np.array([128, 17, 17]), 36992, 36992.0):
        assert judged("output-size-128-padded", cnn_output_shape=lambda shape=shape: shape).passed
    assert judged("output-size-128-padded", cnn_output_shape=lambda: 36992).notes


def test_the_slip_that_does_not_show_in_the_end_is_seen_on_the_way() -> None:
    assert ref.conv_out(ref.conv_out(64, 2, 2), 4, 2, 2) == 17
    assert judged("sizes-128-padded", sizes_128=(64, 32, 17)).mistake == "half-of-the-image"


@pytest.mark.parametrize("i", [4, 9])
@pytest.mark.parametrize("s, p, d", [(1, 0, 1), (2, 1, 1), (3, 0, 2), (2, 2, 3)])
def test_a_transposed_convolution_undoes_the_size(i: int, s: int, p: int, d: int) -> None:
    o = ref.transposed_out(i, 4, s, p, d)
    assert ref.conv_out(o, 4, s, p, d) == i
    assert ref.conv_out(o - 1, 4, s, p, d) == i - 1
    assert o == ref.transposed_out_by_stamping(i, 4, s, p, d)


def test_the_receptive_field_by_three_roads() -> None:
    for _ in range(20):
        drawn = RNG.integers([1, 1, 1], [5, 4, 4], size=(int(RNG.integers(1, 5)), 3))
        stack = [tuple(int(n) for n in row) for row in drawn]
        size = ref.receptive_field(stack)  # type: ignore[arg-type]
        assert size == ref.receptive_field_backwards(stack)  # type: ignore[arg-type]
        assert size == ref.receptive_field_by_tracing(stack)  # type: ignore[arg-type]


# --- layers to configure ------------------------------------------------------------------------


def solutions(task: LayerTask, p_max: int = 0, k_max: int = 64) -> list[tuple[int, int, int, int]]:
    return list(task.solutions_up_to(p_max, k_max))


def test_the_solution_sets_of_the_catalogue() -> None:
    free = layers.config_64_to_32
    assert [s[1:3] for s in solutions(free, 7, 8)] == [(2, 3)]
    assert len(solutions(free, 7, 8)) == facts("config-64-to-32")["solutions_with_p<=7"]
    up_to_40 = [s[1:3] for s in solutions(free, 40, 8)]
    assert up_to_40 == [(2, 3), (3, 19), (4, 34), (4, 35)]
    assert len(up_to_40) == facts("config-64-to-32")["solutions_with_p<=40"]
    dilated = solutions(layers.config_64_to_32_dilated, 20, 6)
    assert [k for k, _, _, _ in dilated] == [1, 2, 3, 4, 5, 6]
    assert [p for _, _, p, _ in dilated] == facts("config-64-to-32-dilated")["p_for_k=1..6"]
    assert solutions(layers.pool_config) == [(4, 4, 0, 1)]


@pytest.mark.parametrize("slug", ["plain", "dilated", "padded"])
def test_all_layers_from_8_to_4(slug: str) -> None:
    task = LAYERS[f"convolution.config-8-to-4-{slug}"]
    found = {(k, s) for k, s, _, _ in solutions(task, task.given["p"], 12)}
    known = facts(f"config-8-to-4-{slug}").get("solutions")
    assert found == {tuple(pair) for pair in known}


@pytest.mark.parametrize("slug", ["plain", "dilated", "padded"])
def test_all_layers_from_64_to_4_get_full_marks(slug: str) -> None:
    """Every member of the set is accepted, and the catalogue's counts come out."""
    task, known = LAYERS[f"convolution.config-64-to-4-{slug}"], facts(f"config-64-to-4-{slug}")
    found = solutions(task, task.given["p"], 70)
    assert len(found) == known["solutions"]
    room = [64 + 2 * p - d * (k - 1) - 1 for k, _, p, d in found]
    exact = [r % s == 0 for r, (_, s, _, _) in zip(room, found, strict=True)]
    no_skip = [s <= d * (k - 1) + 1 for k, s, _, d in found]
    assert sum(exact) == known["exact_division"]
    assert sum(no_skip) == known["no_skipped_pixels"]
    assert sum(a and b for a, b in zip(exact, no_skip, strict=True)) == known["exact_and_no_skip"]
    assert max(s for _, s, _, _ in found) == known["largest_stride"]
    for k, s, p, d in found:
        (name,) = task.names
        layer = {"k": k, "s": s, "p": p, "d": d}
        assert judge(task.task, {name: lambda layer=layer: layer}).passed


@pytest.mark.parametrize("task", LAYERS)
def test_a_layer_is_right_exactly_if_counting_windows_says_so(task: str) -> None:
    """The judge against brute force on a grid of layers, right and wrong ones."""
    exercise = LAYERS[task]
    (name,) = exercise.names
    draws = RNG.integers([1, 1, 0, 1], [20, 24, 6, 3], size=(300, 4))
    for k, s, p, d in draws.tolist():
        layer = {"k": k, "s": s, "p": p, "d": d} | dict(exercise.given)
        windows = ref.conv_out_by_windows(exercise.i, **layer)
        right = windows == exercise.o and (not exercise.tiling or layer["s"] == layer["k"])
        assert judge(task, {name: layer}).passed == right, layer


def test_the_message_says_which_equation_fails() -> None:
    def says(task: str, layer: Any) -> str:
        return judge(f"convolution.{task}", {"layer_config": lambda: layer}).checks[-1].message

    assert "= floor((64 + 4 - 7 - 1) / 2) + 1 = 31, not 32" in says(
        "config-64-to-32", {"k": 8, "s": 2, "p": 2, "d": 1}
    )
    assert "k = 8 is given" in says("config-64-to-32", {"k": 4, "s": 2, "p": 1, "d": 1})
    assert "s = k does not hold: windows 4 wide that start 2 apart overlap" in says(
        "pool-config", {"k": 4, "s": 2}
    )
    assert "d(k - 1) + 1 <= i + 2p does not hold" in says("config-8-to-4-plain", {"k": 9, "s": 1})
    assert "the key 'k' is missing" in says("config-8-to-4-plain", {"s": 1})
    assert "is no whole number" in says("config-8-to-4-plain", {"k": 2.5, "s": 1})
    assert "at least 1" in says("config-8-to-4-plain", {"k": 2, "s": 0})
    assert "dict" in says("config-8-to-4-plain", (2, 2))


def test_a_layer_may_be_a_value_and_leave_out_what_is_not_there() -> None:
    assert judged("config-8-to-4-plain", config_8_to_4_plain={"k": 2, "s": 2}).passed
    numpy_numbers = {"k": np.int64(5), "s": np.float64(1.0), "p": 0, "d": 1}
    assert judged("config-8-to-4-plain", layer_config=lambda: numpy_numbers).passed


@pytest.mark.parametrize("task", LAYERS)
def test_the_instant_check_takes_a_layer_as_it_stands_in_the_notebook(task: str) -> None:
    exercise = LAYERS[task]
    fact = exercise.fact(RNG)
    (name,) = exercise.names
    assert assess(fact, {name: {"k": 2, "s": 2, "p": 0, "d": 1}}).passed
    verdict = assess(fact, {name: (2, 2)})
    assert not verdict.passed
    assert "dictionary" in verdict.lesson


def test_the_floor_matters() -> None:
    """Without the floor the sheet's own layer would give a size of four and a half."""
    assert facts("config-8-to-4-dilated")["sheet_formula_without_floor"] == (8 + 4 - 5) / 2 + 1
    assert ref.conv_out(8, 3, 2, 2, 2) == 4


def test_a_number_or_a_shape_under_the_name_answer() -> None:
    for answer in (7, (64, 7, 7), [7, 7, 64], np.array([64, 7, 7])):
        assert judged("pool-shape", answer=answer).passed
    assert judged("parameter-count-128", answer=2**16).passed
    assert not judged("parameter-count-128", answer=65538).passed
