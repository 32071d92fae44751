"""Every attack earns nothing, sees nothing, harms nothing, and the next submission is fine."""

from __future__ import annotations

import json
import time

import nbformat
import pytest
from nbformat import NotebookNode

from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.split import SplitEngine
from chainrule_staff.grading.split.launcher import descendants

from .assignment import HIDDEN, HONEST, MARK, notebook, text_of
from .attacks import ATTACKS
from .conftest import SECRET, Host

pytestmark = pytest.mark.hostile
NEIGHBOUR = "NEIGHBOUR-SECRET-99"
KEEPS = f"open('notes.txt', 'w').write('{NEIGHBOUR}')\nkept = '{NEIGHBOUR}'"
# What an attack prints when it got somewhere.
BAD_WORDS = ("LISTED", "READ", "SENT", "LISTENS", "KILLED", "TRACED", "WROTE", "RAISED", "DONE",
             "FOUND", "IMPORTED")  # fmt: skip


def run(engine: SplitEngine, *cells: str, seconds: float = 3.0) -> Outcome:
    """Grade one submission."""
    return engine.run(Job(notebook(cells), seed="the seed", timeout=seconds))


def assert_fine(engine: SplitEngine) -> None:
    """Assert that an honest submission gets what it deserves."""
    outcome = run(
        engine, HONEST, f"open('notes.txt', 'w').write('{NEIGHBOUR}')\nkept = '{NEIGHBOUR}'"
    )
    assert {name: v.score for name, v in outcome.verdicts.items()} == dict.fromkeys(HIDDEN, 1.0)
    assert outcome.events == ()


def assert_nothing_left(engine: SplitEngine) -> None:
    """Assert that the fork server is alone, and that the folders of submissions are gone."""
    server = engine._server
    if server is not None:
        give_up = time.monotonic() + 5  # a killed process may take a moment to be gone
        while descendants(server.process.pid) not in ([], [server.pid]):
            assert time.monotonic() < give_up, descendants(server.process.pid)
            time.sleep(0.05)
    assert list(engine.farm.work.iterdir()) == []


@pytest.mark.parametrize(
    "name",
    [pytest.param(n, marks=pytest.mark.load) if a.slow else n for n, a in ATTACKS.items()],
)
def test_attack(name: str, engine: SplitEngine, host: Host) -> None:
    attack = ATTACKS[name]
    words = host.words(engine)
    before = farm_of(engine)
    outcome = run(engine, *(source.format(**words) for source in attack.cells))

    earned = {task: verdict.score for task, verdict in outcome.verdicts.items()}
    assert all(score == 0 for score in earned.values()), earned
    seen = text_of(outcome.notebook)
    for secret in (MARK, SECRET, NEIGHBOUR, "the seed", "class SplitEngine"):
        assert secret not in seen
    for word in BAD_WORDS:
        assert f"{word} " not in seen.replace("'", " ").replace("\\n", " ")
    assert "FORGED" not in str([c.outputs for c in outcome.notebook.cells if is_hidden(c)])
    assert_can_be_filed(outcome)
    host.check()
    assert_nothing_left(engine)
    assert farm_of(engine) == before
    assert_fine(engine)


def is_hidden(one: NotebookNode) -> bool:
    """Whether a cell is the instructor's test."""
    return bool(one.metadata.get("nbgrader", {}).get("grade"))


def assert_can_be_filed(outcome: Outcome) -> None:
    """Assert that whatever a submission said can be written: else the batch would end here."""
    nbformat.validate(outcome.notebook)
    nbformat.writes(outcome.notebook).encode()
    told = [verdict.to_dict() for verdict in outcome.verdicts.values()]
    json.dumps([told, outcome.events], ensure_ascii=False).encode()


def farm_of(engine: SplitEngine) -> dict[str, int]:
    """Return the size of every file from which the next fork server or evaluator would start."""
    folders = (engine.farm.code, engine.farm.home, engine.farm.trusted_home)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return {str(p): p.stat().st_size for p in files if "trusted-home" not in str(p) or p.suffix}


def test_honest_work_is_worth_its_marks(engine: SplitEngine) -> None:
    assert_fine(engine)
    assert_nothing_left(engine)


def test_there_are_enough_of_them() -> None:
    assert len(ATTACKS) >= 140
    assert {a.family for a in ATTACKS.values()} >= {
        "interpreter", "lies", "peeking", "escape", "persistence", "bomb", "seams",
    }  # fmt: skip
