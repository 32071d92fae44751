"""Rows of the image are permuted: when does the table only change its order, and how to undo it."""

from __future__ import annotations

import copy
import functools
import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from chainrule.compare import Numbers
from chainrule.verdict import Verdict
from chainrule_staff.exercises.function import FunctionTask, Look
from chainrule_staff.exercises.mlp_mixer import references as ref
from chainrule_staff.exercises.mlp_mixer.references import Permutation, kronecker
from chainrule_staff.exercises.model import Answers, Generator, Mistake

ORDERS = list(itertools.permutations(range(3)))
IDENTITY = tuple(range(9))
INNER = ORDERS[1:]  # without the identity

# --- mlp_mixer.row-permutations -----------------------------------------------------------------


def mixed(rng: Generator) -> Permutation:
    """Draw a permutation of blocks with an inner order that is not the same in all blocks."""
    first, second = (INNER[i] for i in rng.permutation(len(INNER))[:2])
    inner = [first, second, ORDERS[int(rng.integers(6))]]
    tau = ORDERS[int(rng.integers(6))]
    return tuple(3 * t + q for t, order in zip(tau, inner, strict=True) for q in order)


def unrelated(rng: Generator) -> Permutation:
    """Draw a permutation that tears at least one block apart."""
    while True:
        pi = tuple(int(i) for i in rng.permutation(9))
        if any(len({i // 3 for i in pi[3 * b : 3 * b + 3]}) > 1 for b in range(3)):
            return pi


def shifted(by: int) -> Permutation:
    """All rows move on in a ring."""
    return tuple((i + by) % 9 for i in range(9))


def draw_permutations(rng: Generator) -> Sequence[Look]:
    order = [INNER[i] for i in rng.permutation(len(INNER))]
    whole = [kronecker(tau) for tau in INNER]
    within = [kronecker((0, 1, 2), q) for q in order[:3]]
    both = [kronecker(tau, q) for tau, q in itertools.pairwise(order[:4])]
    torn = [unrelated(rng) for _ in range(3)]

    def ask(*pis: Permutation) -> dict[str, list[tuple[Permutation]]]:
        return {"recoverable": [(pi,) for pi in pis]}

    return [
        Look("nothing moved, and everything shuffled", ask(IDENTITY, *torn, shifted(1))),
        Look(
            "rows of a patch moved together, or among themselves",
            ask(*whole, *within),
            share=2,
            hint="Write down which pixels stand in the first patch before and after.",
        ),
        Look("both at once", ask(shifted(3), shifted(4), *both, *(mixed(rng) for _ in range(3)))),
        Look("all of them, as a set", {"all_solutions": [()]}),
    ]


@dataclass(frozen=True, kw_only=True)
class PermutationTask(FunctionTask):
    """A predicate and the set it selects; the predicate alone tells which mistake it is."""

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Judge both; name the mistake even if the set was found in another wrong way."""
        again = copy.deepcopy(rng)
        verdict = super().judge(answers, rng)
        if verdict.passed or verdict.mistake or "recoverable" not in answers:
            return verdict
        alone = {**self.reference, "recoverable": answers["recoverable"]}
        found = super().judge(alone, again)
        return replace(verdict, mistake=found.mistake, lesson=found.lesson or verdict.lesson)


def only(permutations: Callable[[], set[Permutation]]) -> Answers:
    """Return the answers of a student who takes this set for the right one."""
    chosen = functools.cache(permutations)
    return {"recoverable": lambda pi: tuple(pi) in chosen(), "all_solutions": chosen}


def blocks_in_any_order(pi: Permutation) -> bool:
    return all(len({i // 3 for i in pi[3 * b : 3 * b + 3]}) == 1 for b in range(3))


row_permutations = PermutationTask(
    task="mlp_mixer.row-permutations",
    title="Which shuffles of the rows can be undone",
    covers=("002 4(c)",),
    names=("recoverable", "all_solutions"),
    points=3,
    reference={"recoverable": ref.recoverable, "all_solutions": ref.all_solutions},
    second={
        "recoverable": ref.recoverable_by_patches,
        "all_solutions": ref.all_solutions_by_matrices,
    },
    draw=draw_permutations,
    mistakes=(
        Mistake(
            "identity-only",
            "The identity works, and more does: move the three rows of a patch together, and its "
            "patches only change places.",
            only(lambda: {IDENTITY}),
            says=("only the identity",),
        ),
        Mistake(
            "every-permutation",
            "P permutes rows of the image A, not rows of the patch table. A row of A is spread "
            "over three patches, and most permutations tear patches apart.",
            {"recoverable": lambda pi: True},
            says=("every permutation (A taken for the patch matrix)",),
        ),
        Mistake(
            "same-inner-order",
            "Changing the order inside every block in the same way still changes each patch, and "
            "the embedding sees which pixel is where.",
            only(lambda: {kronecker(tau, q) for tau in ORDERS for q in ORDERS}),
            says=("inner permutations allowed if the same in each block (T (x) Q: 36)",),
        ),
        Mistake(
            "within-patches",
            "You permute rows inside the patches. That changes what a patch is; move whole blocks "
            "of three rows instead.",
            only(lambda: {kronecker((0, 1, 2), q) for q in ORDERS}),
            says=("I (x) Q: rows permuted inside patches only",),
        ),
        Mistake(
            "identity-forgotten",
            "The identity is a permutation too, and it is the easiest one to undo.",
            only(lambda: ref.all_solutions() - {IDENTITY}),
            says=("non-trivial ones only (identity excluded)",),
        ),
        Mistake(
            "any-inner-order",
            "It is not enough that three rows stay together: inside a patch their order counts, "
            "because each pixel has weights of its own.",
            {"recoverable": blocks_in_any_order},
        ),
        Mistake(
            "rings-only",
            "Moving all rows on by three or six works, and so does swapping two blocks: the three "
            "blocks may be put in any order.",
            only(lambda: {shifted(by) for by in (0, 3, 6)}),
        ),
    ),
    also_correct={
        "numeric test on a random image": {"recoverable": ref.recoverable_by_embedding},
        "Kronecker form": {"all_solutions": ref.all_solutions_by_matrices},
    },
)


# --- mlp_mixer.reverse --------------------------------------------------------------------------

RINGS = [kronecker(tau) for tau in ((1, 2, 0), (2, 0, 1))]
SWAPS = [kronecker(tau) for tau in ((1, 0, 2), (0, 2, 1), (2, 1, 0))]


def draw_reverse(rng: Generator) -> Sequence[Look]:
    ring = [RINGS[i] for i in rng.permutation(2)]
    swap = [SWAPS[i] for i in rng.permutation(3)]
    return [
        Look("three blocks in a ring", {"P_reverse": [(ring[0],)]}),
        Look("every order of the blocks", {"P_reverse": [(IDENTITY,), (ring[1],), *zip(swap)]}),
    ]


def permutation_matrix(pi: Permutation) -> Numbers:
    return np.eye(9)[list(pi)]


def reverse_by_sorting(pi: Permutation) -> Numbers:
    return np.eye(9)[np.argsort(pi)]


reverse = FunctionTask(
    task="mlp_mixer.reverse",
    title="Putting the table back in order",
    covers=("002 4(d)",),
    names=("P_reverse",),
    points=2,
    reference={"P_reverse": ref.p_reverse},
    second={"P_reverse": ref.p_reverse_by_solving},
    draw=draw_reverse,
    readings={
        "You number the patches down the columns of the image; with the row-by-row numbering of "
        "the task the Kronecker factors change places.": {
            "P_reverse": ref.p_reverse_column_by_column
        },
    },
    mistakes=(
        Mistake(
            "p-itself",
            "P undoes itself only if it swaps two blocks. For a ring of three, doing it again "
            "goes on turning; the inverse of a permutation matrix is its transpose.",
            {"P_reverse": permutation_matrix},
            says=("P itself (passes on swaps, fails on 3-cycles: probe must contain a 3-cycle)",),
        ),
        Mistake(
            "identity",
            "The identity leaves the table as it is, in the wrong order.",
            {"P_reverse": lambda pi: np.eye(9)},
            says=("identity",),
        ),
        Mistake(
            "blocks-only",
            "That is the inverse for the three blocks. The table has nine rows, three for each "
            "block, so each entry becomes a 3 by 3 identity.",
            {"P_reverse": lambda pi: np.eye(3)[[i // 3 for i in pi[::3]]].T},
            says=("T^T of size 3x3 only",),
        ),
        Mistake(
            "rows-reversed",
            "Undoing a permutation is not reading it from the bottom to the top: send each row "
            "back to where it came from.",
            {"P_reverse": lambda pi: permutation_matrix(pi)[::-1]},
            says=("acts on columns / reversed rows",),
        ),
        Mistake(
            "a-list-of-rows",
            "That is the order of the rows; the task asks for the matrix that puts them there.",
            {"P_reverse": np.argsort},
        ),
    ),
    also_correct={
        "np.linalg.inv(P)": {"P_reverse": lambda pi: np.linalg.inv(permutation_matrix(pi))},
        "argsort of pi": {"P_reverse": reverse_by_sorting},
    },
)

EXERCISES = (row_permutations, reverse)
