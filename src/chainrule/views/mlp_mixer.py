"""MLP-Mixer: which permutations of the image's rows only permute the rows of its table; 002."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from chainrule.sweep import Box, Frame, Scene, Steps

SIDE, PATCH = 9, 3
BLOCKS = SIDE // PATCH

#: Row i of the permuted image is row pi[i] of the image.
PERMUTATIONS: Mapping[str, tuple[int, ...]] = {
    "identity": (0, 1, 2, 3, 4, 5, 6, 7, 8),
    "swap two blocks": (3, 4, 5, 0, 1, 2, 6, 7, 8),
    "cycle the blocks": (3, 4, 5, 6, 7, 8, 0, 1, 2),
    "swap two rows in a block": (1, 0, 2, 3, 4, 5, 6, 7, 8),
    "move every row down by one": (8, 0, 1, 2, 3, 4, 5, 6, 7),
    "every third row": (0, 3, 6, 1, 4, 7, 2, 5, 8),
    "mirror the image": (8, 7, 6, 5, 4, 3, 2, 1, 0),
}


def permutations(pi: Sequence[int] | None = None) -> Steps:
    """Return a 9×9 image of 3×3 patches whose rows are permuted, beside its table U of 9 rows.

    Args:
        pi: a permutation of 0..8 of one's own, shown first; row i of PA is row pi[i] of A.
    """
    cases = dict(PERMUTATIONS)
    if pi is not None:
        own = tuple(int(row) for row in pi)
        if sorted(own) != list(range(SIDE)):
            raise ValueError(f"pi = {pi!r}: give each of the rows 0 to {SIDE - 1} exactly once")
        cases = {"yours": own, **cases}
    frames = [build_frame(name, case) for name, case in cases.items()]
    scene = Scene("rows", list(lay_boxes()), [], frames, wide=760, high=410)
    presets = {name: place for place, name in enumerate(cases)}
    return Steps("Permuted rows of an image in the Mixer's table", [scene], presets=presets)


def lay_boxes() -> Iterator[Box]:
    """Yield the rows of the image, the outlines of its patches, and the rows of the table."""
    yield Box("image", 185, 18, "the rows of PA", wide=300, high=24, kind="bare")
    yield Box("table", 565, 18, "the rows of U′ (one per patch)", wide=300, high=24, kind="bare")
    for row in range(SIDE):
        yield Box(f"r{row}", 185, place(row), wide=300, high=34, kind="cell")
    for block in range(BLOCKS):
        for column in range(BLOCKS):
            x, y = 185 + 100 * (column - 1), place(PATCH * block + 1)
            yield Box(f"p{block}{column}", x, y, wide=98, high=118, kind="hull")
    for row in range(SIDE):
        yield Box(f"u{row}", 565, place(row), wide=300, high=34, kind="cell")


def place(row: int) -> float:
    """Return the height of a row; a small gap parts the blocks."""
    return 54 + 40 * row + 4 * (row // PATCH)


def find_source(pi: Sequence[int], block: int) -> int | None:
    """Return which block of the image stands at `block` unbroken and in order, or None."""
    rows = [pi[PATCH * block + k] for k in range(PATCH)]
    source, first = divmod(rows[0], PATCH)
    unbroken = first == 0 and rows == list(range(rows[0], rows[0] + PATCH))
    return source if unbroken else None


def count_whole_blocks(pi: Sequence[int]) -> int:
    """Return how many blocks of rows stay together, in their order."""
    return sum(find_source(pi, block) is not None for block in range(BLOCKS))


def build_frame(name: str, pi: Sequence[int]) -> Frame:
    """Return the frame of one permutation: rows in their new places, table rows told apart."""
    moves = {f"r{old}": (185.0, place(new)) for new, old in enumerate(pi)}
    roles = {f"r{row}": f"tone{row // PATCH}" for row in range(SIDE)}
    texts: dict[str, Sequence[tuple[str, str]]] = {
        f"r{row}": (("", f"row {row} of A"),) for row in range(SIDE)
    }
    for block in range(BLOCKS):
        source = find_source(pi, block)
        for column in range(BLOCKS):
            new = BLOCKS * block + column
            if source is None:
                words, role = f"U′ row {new}: a vector that U does not have", "tone5"
            else:
                words, role = f"U′ row {new} = U row {BLOCKS * source + column}", f"tone{source}"
            texts[f"u{new}"], roles[f"u{new}"] = (("", words),), role
    return Frame(describe(name, pi), write_permutation(pi), texts, roles, moves=moves)


def describe(name: str, pi: Sequence[int]) -> str:
    """Say how many patches stay whole and whether U can be recovered."""
    blocks = count_whole_blocks(pi)
    whole = BLOCKS * blocks
    if blocks == BLOCKS:
        end = "so U′ is U with its rows permuted, and U can be recovered"
    else:
        end = "so U′ has rows that U lacks, and U cannot be recovered"
    return (
        f"{name[0].upper()}{name[1:]}: {whole} of {SIDE} patches keep their rows in order, {end}."
    )


def write_permutation(pi: Sequence[int]) -> str:
    """Write the permutation as the list of old rows."""
    return f"rows of PA = rows [[{', '.join(map(str, pi))}]] of A"
