"""Each main defence, switched off: the attack that it stops then wins."""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, available_sandbox, sandbox
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.grading.split.server import ForkServer
from chainrule_staff.grading.split.trusted.hardening import not_empty

from .assignment import HONEST, MARK, notebook, text_of
from .attacks import ATTACKS, STUBS
from .conftest import LIMITS, SECRET, Host

pytestmark = pytest.mark.hostile


def in_one_process(*cells: str) -> dict[str, NotebookNode]:
    """Return the hidden cells after a run in which the tests share the student's kernel."""
    made = notebook(cells)
    NotebookClient(made, allow_errors=True, timeout=30, kernel_name="python3").execute()
    told = [(one.metadata.get("nbgrader", {}), one) for one in made.cells]
    return {data["grade_id"]: one for data, one in told if data.get("grade")}


def failed(one: NotebookNode) -> bool:
    return any(output.output_type == "error" for output in one.outputs)


@pytest.mark.parametrize(
    ("source", "won"),
    [
        (ATTACKS["ast transformer"].cells[1], {"array", "plain", "order", "random", "mutation"}),
        (ATTACKS["patched run_cell"].cells[1].format(), {"array", "plain", "order"}),
        (
            "np.testing.assert_allclose = lambda *a, **k: None\nsoftmax = lambda x: 0",
            {"array", "random"},
        ),
        (ATTACKS["always equal"].cells[1], {"plain", "order"}),
        ("def softmax(x):\n    x[...] = 0; return np.ones(3) / 3", {"mutation"}),
    ],
    ids=["transformer", "run_cell", "numpy.testing", "always equal", "mutated input"],
)
def test_without_the_split_a_forgery_wins(source: str, won: set[str], engine: SplitEngine) -> None:
    shared = in_one_process(STUBS, source)
    assert {name for name in won if not failed(shared[name])} == won
    outcome = engine.run(Job(notebook([STUBS, source]), seed="s", timeout=5))
    assert all(outcome.verdicts[name].score == 0 for name in won)


@pytest.fixture(scope="module")
def unguarded() -> Iterator[SplitEngine]:
    with SplitEngine(sandbox="none", limits=LIMITS) as made:
        yield made


def run(engine: SplitEngine, *cells: str) -> NotebookNode:
    return engine.run(Job(notebook(cells), seed="s", timeout=5)).notebook


def test_without_a_sandbox_files_and_sockets_are_open(unguarded: SplitEngine, host: Host) -> None:
    words = host.words(unguarded)
    assert "none" in unguarded.name
    read = run(unguarded, f"print(open({words['canary']!r}).read())")
    assert SECRET in text_of(read)
    listed = run(unguarded, f"import os; print(os.listdir({words['staff']!r}))")
    assert "grading" in text_of(listed)
    run(unguarded, ATTACKS["tcp"].cells[1].format(**words))
    time.sleep(0.2)
    assert host.contacts
    host.contacts.clear()


def test_without_a_sandbox_the_hidden_tests_stay_hidden(unguarded: SplitEngine) -> None:
    """The split alone keeps marks and tests safe from all that does not leave the process."""
    for name in ("history", "frames", "garbage collector", "patched numpy.testing", "always equal"):
        outcome = unguarded.run(Job(notebook(ATTACKS[name].cells), seed="s", timeout=5))
        assert all(verdict.score == 0 for verdict in outcome.verdicts.values())
        assert MARK not in text_of(outcome.notebook)


@pytest.mark.skipif(available_sandbox() != "sandlock", reason="needs Landlock")
def test_without_the_second_confinement_submissions_meet(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant = "import os\nopen('../planted.txt', 'w').write('for the next one')"
    find = "print(open('../planted.txt').read())"
    change = f"import os\nos.chmod({str(host.canary)!r}, 0o640)\nprint('mode was changed')"
    monkeypatch.setattr(sandbox, "DENIED_CALLS", ())
    with SplitEngine(sandbox="sandlock", limits=LIMITS) as engine:
        engine.server().narrow = False
        run(engine, plant)
        assert "for the next one" in text_of(run(engine, find))
        assert "mode was changed" in text_of(run(engine, change))
        host.canary.chmod(0o600)
        engine.server().narrow = True
        assert "PermissionError" in text_of(run(engine, plant))
        assert "PermissionError" in text_of(run(engine, find))


def test_without_the_sweep_a_daemon_stays(
    engine: SplitEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(ForkServer, "sweep", lambda self: None)
        run(engine, ATTACKS["daemon"].cells[1])
        server = engine.server()
        assert descendants(server.pid)
    server.sweep()
    assert not descendants(server.pid)


def test_without_hardening_an_empty_array_passes() -> None:
    empty = np.array([])
    np.testing.assert_allclose(empty, 3.0)
    with pytest.raises(AssertionError, match="empty result"):
        not_empty(np.testing.assert_allclose)(empty, 3.0)


def test_honest_work_passes_with_and_without(unguarded: SplitEngine) -> None:
    outcome = unguarded.run(Job(notebook([HONEST]), seed="s"))
    assert all(verdict.passed for verdict in outcome.verdicts.values())
    shared = in_one_process(HONEST)
    assert not any(failed(one) for name, one in shared.items() if name != "verdict")
