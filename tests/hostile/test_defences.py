"""Each main defence, switched off: the attack that it stops then wins."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from typing import Any

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat import NotebookNode
from nbgrader.utils import determine_grade

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, available_sandbox, sandbox, student
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.grading.split.server import ForkServer
from chainrule_staff.grading.split.trusted.hardening import not_empty
from chainrule_staff.grading.split.watch import Watch, deleted, size_of

from .assignment import HIDDEN, HONEST, MARK, POINTS, notebook, text_of
from .attacks import ATTACKS, STUBS
from .conftest import LIMITS, SECRET, Host
from .test_attacks import farm_of

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


def test_without_our_reading_of_metadata_a_tag_is_full_marks() -> None:
    """nbclient skips what is tagged; nbgrader takes a test without outputs for a test passed."""
    made = notebook([STUBS])
    for one in made.cells:
        one.metadata["tags"] = ["skip-execution"]
    NotebookClient(made, allow_errors=True, timeout=30, kernel_name="python3").execute()
    graded = [one for one in made.cells if one.metadata.get("nbgrader", {}).get("grade")]
    assert [determine_grade(one)[0] for one in graded] == [POINTS] * len(HIDDEN)


def test_tags_mean_nothing_here(engine: SplitEngine) -> None:
    made = notebook([STUBS])
    for one in made.cells:
        one.metadata["tags"] = ["skip-execution"]
    outcome = engine.run(Job(made, seed="s", timeout=5))
    assert {name: v.score for name, v in outcome.verdicts.items()} == dict.fromkeys(HIDDEN, 0.0)


@pytest.mark.parametrize(
    "name",
    ["messages for cells that are none", "widgets of a wrong shape", "text that no file can hold"],
)
def test_without_a_look_at_messages_the_batch_ends(
    name: str, unguarded: SplitEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = Job(notebook([source.format() for source in ATTACKS[name].cells]), seed="s", timeout=5)

    def unchecked(found: list[Any], buffers: list[bytes]) -> tuple[list[Any], int]:
        return [(*message[:4], []) for message in found], 0

    monkeypatch.setattr(student, "unpack", unchecked)
    with pytest.raises((TypeError, UnicodeEncodeError)):
        nbformat.writes(unguarded.run(job).notebook).encode()
    monkeypatch.undo()
    nbformat.writes(unguarded.run(job).notebook).encode()


@pytest.mark.skipif(available_sandbox() != "sandlock", reason="needs seccomp")
def test_without_the_denied_calls_the_grader_is_in_reach(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    pid = host.victim.pid
    reach = f"""
import resource, os
resource.prlimit({pid}, resource.RLIMIT_NOFILE, (77, 77)); print('LIMIT SET')
import ctypes
libc = ctypes.CDLL(None)
print(libc.inotify_add_watch(libc.inotify_init1(0), {str(host.canary.parent)!r}.encode(), 0xfff))"""
    with SplitEngine(sandbox="sandlock", limits=LIMITS) as engine:
        assert "PermissionError" in text_of(run(engine, reach))
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] != 77
    monkeypatch.setattr(sandbox, "DENIED_CALLS", ())
    with SplitEngine(sandbox="sandlock", limits=LIMITS) as engine:
        assert "LIMIT SET" in text_of(run(engine, reach))
    assert resource.prlimit(pid, resource.RLIMIT_NOFILE)[0] == 77


@pytest.mark.load
@pytest.mark.parametrize("name", ["disk in an answer", "files without a name"])
def test_without_the_watch_a_disk_fills(
    name: str, engine: SplitEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bounded here: it stops at three times what is allowed."""
    sizes: list[int] = []
    folder = engine.farm.work / str(engine.farm._count + 1)
    bound = 3 * LIMITS.disk

    def measure(self: Watch) -> str:
        pids = descendants(self.server.pid)
        sizes.append(size_of(folder, 1 << 40) + deleted(pids, folder))
        return "was stopped by the test" if sizes[-1] > bound else ""

    monkeypatch.setattr(Watch, "look", measure)
    cells = [source.format() for source in ATTACKS[name].cells]
    engine.run(Job(notebook(cells), seed="s", timeout=20))
    assert max(sizes) > bound
    monkeypatch.undo()
    outcome = engine.run(Job(notebook(cells), seed="s", timeout=20))
    assert any("wrote more than 100 MB" in event for event in outcome.events)


@pytest.mark.skipif(bool(sandbox.reason_against("bubblewrap")), reason="bubblewrap does not work")
@pytest.mark.parametrize("name", ["folders of the farm", "write elsewhere", "daemon", "tcp",
                                  "read the instructor's file", "limits of other processes",
                                  "left in shared memory", "kill the grader"])  # fmt: skip
def test_bubblewrap_is_as_strict(name: str, bubblewrap: SplitEngine, host: Host) -> None:
    words = host.words(bubblewrap)
    before = farm_of(bubblewrap)
    cells = [source.format(**words) for source in ATTACKS[name].cells]
    outcome = bubblewrap.run(Job(notebook(cells), seed="s", timeout=20))
    assert all(verdict.score == 0 for verdict in outcome.verdicts.values())
    assert SECRET not in text_of(outcome.notebook)
    host.check()
    assert farm_of(bubblewrap) == before
    assert list(bubblewrap.farm.work.iterdir()) == []
    honest = bubblewrap.run(Job(notebook([HONEST]), seed="s", timeout=20))
    assert all(verdict.passed for verdict in honest.verdicts.values())


@pytest.fixture(scope="module")
def bubblewrap() -> Iterator[SplitEngine]:
    with SplitEngine(sandbox="bubblewrap", limits=LIMITS) as made:
        yield made


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
