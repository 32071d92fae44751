import itertools

import numpy as np
import pytest

from chainrule.views import mlp_mixer


def table(image, embed):
    """U: one embedded vector per 3×3 patch, patches row by row."""
    patches = [image[r : r + 3, c : c + 3].ravel() for r in (0, 3, 6) for c in (0, 3, 6)]
    return np.tanh(np.array(patches) @ embed)


@pytest.mark.parametrize("pi", mlp_mixer.PERMUTATIONS.values(), ids=mlp_mixer.PERMUTATIONS)
def test_the_sentence_agrees_with_a_random_network(pi):
    rng = np.random.default_rng(5)
    image, embed = rng.normal(size=(9, 9)), rng.normal(size=(9, 6))
    U, U_new = table(image, embed), table(image[list(pi)], embed)
    known = [next((k for k in range(9) if np.allclose(U[k], row)), None) for row in U_new]
    frame = mlp_mixer.build_frame("it", pi)
    whole = sum(source is not None for source in known)
    assert f"{whole} of 9 patches" in frame.sentence
    assert ("cannot" not in frame.sentence) == (sorted(map(str, known)) == list("012345678"))
    for new, source in enumerate(known):
        words = frame.texts[f"u{new}"][0][1]
        assert words.endswith(f"= U row {source}") == (source is not None)


def test_exactly_six_permutations_of_whole_blocks_are_recoverable():
    blocks = [(0, 1, 2), (3, 4, 5), (6, 7, 8)]
    inner = list(itertools.product([*itertools.permutations(range(3))], repeat=3))
    count = 0
    for outer in itertools.permutations(range(3)):
        for orders in inner:
            pi = [blocks[b][k] for b, order in zip(outer, orders, strict=True) for k in order]
            count += mlp_mixer.count_whole_blocks(pi) == mlp_mixer.BLOCKS
    assert count == 6


def test_a_permutation_of_ones_own_comes_first():
    steps = mlp_mixer.permutations((6, 7, 8, 0, 1, 2, 3, 4, 5))
    assert steps.sentences[0].startswith("Yours: 9 of 9")


@pytest.mark.parametrize("pi", [(0, 1), (0,) * 9, range(1, 10)])
def test_what_is_no_permutation_is_refused(pi):
    with pytest.raises(ValueError, match="exactly once"):
        mlp_mixer.permutations(pi)
