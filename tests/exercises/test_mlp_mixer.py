"""What is special about the Mixer: a cost linear in the patches, and six symmetries."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule.verdict import Verdict
from chainrule_staff.exercises import judge
from chainrule_staff.exercises.mlp_mixer import references as ref
from chainrule_staff.exercises.mlp_mixer.cost import attention, no_embedding
from chainrule_staff.exercises.mlp_mixer.symmetry import ORDERS, blocks_in_any_order

FACTS = {task: entry["facts"] for task, entry in load_catalogue().items()}
RNG = np.random.default_rng(6)
SHEET = {"S": 16, "P": 16, "c": 3, "C": 128, "DS": 64, "DC": 256, "L": 8}


def facts(slug: str) -> Any:
    return FACTS[f"mlp_mixer.{slug}"]


def judged(slug: str, **answers: Any) -> Verdict:
    return judge(f"mlp_mixer.{slug}", answers, 1)


# --- dims and patches ---------------------------------------------------------------------------


def test_the_sheets_table() -> None:
    assert ref.mixer_dims(64, 64, 16, 128) == tuple(facts("dims")[key] for key in "PSC")
    assert np.sqrt(64 * 64 / 128) == pytest.approx(facts("dims")["P_if_axes_swapped"])


def test_a_patch_may_be_given_with_both_sides() -> None:
    verdict = judged("dims", mixer_dims=lambda H, W, S, C: ([H // int(S**0.5)] * 2, S, C))
    assert verdict.passed
    assert "both its sides" in verdict.notes[0]


def test_patches_cover_the_image_once() -> None:
    X = np.arange(6 * 4 * 3.0).reshape(6, 4, 3)
    table = ref.patchify(X, 2)
    assert table.shape == (6, 12)
    assert sorted(table.ravel()) == sorted(X.ravel())
    assert table[1].tolist() == X[:2, 2:].ravel().tolist()


# --- the layer ----------------------------------------------------------------------------------


def test_tokens_are_treated_alike_by_the_channel_half_and_channels_by_the_token_half() -> None:
    X, W1, W2, W3, W4 = (
        RNG.normal(size=shape) for shape in ((4, 6), (3, 4), (4, 3), (5, 6), (6, 5))
    )
    rows, columns = RNG.permutation(4), RNG.permutation(6)
    Y = ref.mixer_block(X, W1, 0 * W2, W3, W4)
    np.testing.assert_allclose(ref.mixer_block(X[rows], W1, 0 * W2, W3, W4), Y[rows])
    Y = ref.mixer_block(X, W1, W2, W3, 0 * W4)
    np.testing.assert_allclose(
        ref.mixer_block(X[:, columns], W1, W2, W3, 0 * W4), Y[:, columns], atol=1e-12
    )


def test_three_ways_through_one_layer() -> None:
    args = [RNG.normal(size=shape) for shape in ((4, 6), (3, 4), (4, 3), (5, 6), (6, 5))]
    Y = ref.mixer_block(*args)
    np.testing.assert_allclose(ref.mixer_block_by_loops(*args), Y, atol=1e-12)
    np.testing.assert_allclose(ref.mixer_block_by_transposes(*args), Y, atol=1e-12)


def test_one_right_half_earns_its_part_of_the_marks() -> None:
    def token_half(X: Any, W1: Any, W2: Any, W3: Any, W4: Any) -> Any:
        return ref.mixer_block(X, W1, W2, W3, 0 * W4)

    assert judged("block", mixer_block=token_half).score == 0.25


# --- cost ---------------------------------------------------------------------------------------


def test_the_counts_of_the_catalogue() -> None:
    known = facts("complexity")
    total, embedding = ref.mixer_macs(**SHEET), SHEET["S"] * 16 * 16 * 3 * 128
    assert total == known["macs(S=16,P=16,c=3,C=128,DS=64,DC=256,L=8)"]
    assert embedding == known["embedding"]
    assert no_embedding(**SHEET) // 8 == known["per_layer"]
    twice = ref.mixer_macs(**{**SHEET, "S": 32}) / total
    assert twice == known["macs(S=32)/macs(S=16)"]


@pytest.mark.parametrize("S", [4, 25, 196])
def test_the_cost_is_linear_and_that_of_attention_is_not(S: int) -> None:
    one = {**SHEET, "S": S}
    assert ref.mixer_macs(**{**one, "S": 3 * S}) == 3 * ref.mixer_macs(**one)
    assert attention(**{**one, "S": 3 * S}) > 3 * attention(**one)


def test_flops_are_another_unit() -> None:
    verdict = judged("complexity", mixer_macs=lambda *shape: 2 * ref.mixer_macs(*shape))
    assert verdict.passed
    assert "FLOPs" in verdict.notes[0]


def test_the_weights_of_the_token_network_grow_with_the_patches() -> None:
    more = ref.mixer_weights(**{**SHEET, "S": 17}) - ref.mixer_weights(**SHEET)
    assert more == 2 * SHEET["L"] * SHEET["DS"]


# --- symmetries ---------------------------------------------------------------------------------


def test_the_number_of_solutions_by_trying_all_permutations() -> None:
    known = facts("row-permutations")
    everything = np.array(list(itertools.permutations(range(9))))
    assert len(everything) == known["all_permutations"]
    blocks = everything.reshape(-1, 3, 3)
    together = (blocks // 3 == blocks[:, :, :1] // 3).all(axis=(1, 2))
    assert together.sum() == known["block_permutations_any_inner_order"]
    inner = blocks % 3
    alike = together & (inner == inner[:, :1]).all(axis=(1, 2))
    assert alike.sum() == known["same_inner_order_in_each_block"]
    right = {tuple(pi.tolist()) for pi in everything[together] if ref.recoverable(pi)}
    assert not any(ref.recoverable(pi) for pi in everything[~together][::97])
    assert right == ref.all_solutions() == ref.all_solutions_by_matrices()
    assert len(right) == known["number"] == known["nontrivial"] + 1
    assert tuple(known["swap_first_two_blocks"]) in right


def test_three_predicates_agree_on_every_shuffle_of_blocks() -> None:
    for tau in ORDERS:
        for inner in ORDERS:
            pi = ref.kronecker(tau, inner)
            assert blocks_in_any_order(pi)
            truth = inner == (0, 1, 2)
            assert ref.recoverable(pi) == truth
            assert ref.recoverable_by_patches(pi) == truth
            assert ref.recoverable_by_embedding(pi) == truth


def test_a_predicate_that_says_no_to_everything_earns_nothing() -> None:
    for constant in (True, False):
        verdict = judged(
            "row-permutations",
            recoverable=lambda pi, constant=constant: constant,
            all_solutions=lambda: set(),
        )
        assert verdict.score == 0


def test_the_mistake_is_named_by_the_predicate_alone() -> None:
    verdict = judged(
        "row-permutations",
        recoverable=lambda pi: True,
        all_solutions=lambda: set(itertools.permutations(range(4))),
    )
    assert verdict.mistake == "every-permutation"


def test_solutions_may_come_as_a_list_of_tuples() -> None:
    answers = {"recoverable": ref.recoverable, "all_solutions": lambda: [*ref.all_solutions()]}
    assert judged("row-permutations", **answers).passed


@pytest.mark.parametrize("pi", sorted(ref.all_solutions()))
def test_the_reverse_restores_the_table(pi: tuple[int, ...]) -> None:
    A, E = RNG.normal(size=(9, 9, 1)), RNG.normal(size=(9, 6))
    U, shuffled = ref.patchify(A, 3) @ E, ref.patchify(A[list(pi)], 3) @ E
    np.testing.assert_allclose(ref.p_reverse(pi) @ shuffled, U, atol=1e-12)
    is_swap = all(pi[i] == pi.index(i) for i in range(9))
    assert np.array_equal(ref.p_reverse(pi), np.eye(9)[list(pi)]) == is_swap


def test_the_rows_of_the_reverse_in_the_catalogue() -> None:
    known = facts("reverse")
    rows = ref.p_reverse((3, 4, 5, 6, 7, 8, 0, 1, 2)).argmax(axis=1)
    assert rows.tolist() == known["P_reverse_rows_for_pi=(3,4,5,6,7,8,0,1,2)"]
    P = np.eye(9)[[3, 4, 5, 0, 1, 2, 6, 7, 8]]
    assert np.array_equal(P @ P, np.eye(9)) == bool(known["swap_is_involution"])


def test_the_other_numbering_of_patches_restores_the_other_table() -> None:
    pi = (3, 4, 5, 6, 7, 8, 0, 1, 2)
    A = RNG.normal(size=(9, 9, 1))

    def down(image: Any) -> Any:
        return np.array([image[i : i + 3, j : j + 3].ravel() for j in (0, 3, 6) for i in (0, 3, 6)])

    M = ref.p_reverse_column_by_column(pi)
    np.testing.assert_allclose(M @ down(A[list(pi)]), down(A))
    verdict = judged("reverse", P_reverse=ref.p_reverse_column_by_column)
    assert verdict.passed
    assert "down the columns" in verdict.notes[0]
