"""The engine from outside: what goes in as a job, what comes out, and what is left behind."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.split import SandboxMissing, SplitEngine, available_sandbox, sandbox
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.grading.split.plan import steps

needs_sandbox = pytest.mark.skipif(available_sandbox() is None, reason="no sandbox works here")


def student(source: str) -> NotebookNode:
    return new_code_cell(source)


def told(source: str, name: str, **flags: object) -> NotebookNode:
    cell = new_code_cell(source)
    plain = {"grade": False, "solution": False, "locked": True, "task": False}
    cell.metadata["nbgrader"] = {"schema_version": 3, "grade_id": name, **plain, **flags}
    return cell


def given(source: str, name: str = "given") -> NotebookNode:
    return told(source, name)


def hidden(source: str, name: str = "test", points: float = 2.0) -> NotebookNode:
    return told(source, name, grade=True, points=points)


@pytest.fixture(scope="module")
def engine() -> Iterator[SplitEngine]:
    with SplitEngine(sandbox=available_sandbox() or "none") as made:
        yield made


def grade(engine: SplitEngine, *cells: NotebookNode, **options: object) -> Outcome:
    job = Job(new_notebook(cells=list(cells)), seed="seed-1", **options)  # type: ignore[arg-type]
    return engine.run(job)


def score(engine: SplitEngine, *cells: NotebookNode) -> dict[str, float]:
    return {name: verdict.score for name, verdict in grade(engine, *cells).verdicts.items()}


# What a notebook asks for ------------------------------------------------------------------------


def test_who_runs_a_cell_follows_from_the_metadata() -> None:
    cells = [
        new_markdown_cell("text"), student("a"), given("b"), student("  \n"), hidden("c", "t", 3),
        told("d", "answer", solution=True, locked=False),
        told("e", "manual", grade=True, solution=True, locked=False, points=1),
    ]  # fmt: skip
    planned = steps(new_notebook(cells=cells))
    assert [(s.index, s.count, s.kind) for s in planned] == [
        (1, 1, "student"), (2, 2, "given"), (4, 3, "hidden"), (5, 4, "student"), (6, 5, "student"),
    ]  # fmt: skip
    assert (planned[2].task, planned[2].points) == ("t", 3.0)


# What comes out ----------------------------------------------------------------------------------


def test_verdicts_come_typed_by_grade_id(engine: SplitEngine) -> None:
    source = """
    from chainrule.verdict import Check, Verdict
    import numpy as np
    Verdict("softmax.value", np.float64(0.5), (Check("n", np.bool(True), "m"),), "slip", "l", 3)"""
    outcome = grade(engine, hidden(textwrap.dedent(source), "cell-a"))
    [verdict] = outcome.verdicts.values()
    assert list(outcome.verdicts) == ["cell-a"]
    assert (verdict.task, verdict.score, verdict.mistake) == ("softmax.value", 0.5, "slip")
    assert verdict.checks == (("n", True, "m"),)
    assert type(verdict.checks[0].passed) is bool


VERDICT = "from chainrule.verdict import Verdict\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("assert double(2) == 4", 1.0),
        ("assert double(2) == 5", 0.0),
        ("0.5", 0.25),
        ("import numpy as np\nnp.float32(1)", 0.5),
        ("print('done')", 1.0),
        ("np.mean", 0.0),
        (VERDICT + "Verdict('a.b', 0.25);", 0.25),
        (VERDICT + "v = Verdict('a.b', 0.25)", 0.25),
        (VERDICT + "v = Verdict('a.b', 0.25)\nw = Verdict('a.b', 0.75)\nprint()", 0.25),
        ("raise SystemExit", 0.0),
        ("exit()", 1.0),
        ("import warnings; warnings.warn('no zero for this')", 1.0),
        ("def helper(n): return double(n)\nassert [helper(k) for k in (1, 2)] == [2, 4]", 1.0),
        ("%matplotlib inline\nassert double(1) == 2", 1.0),
        ("assert later(3) == 3", 0.0),
    ],
)
def test_generic_hidden_cells(source: str, expected: float, engine: SplitEngine) -> None:
    cells = (
        student("def double(n): return 2 * n"),
        hidden(source),
        student("def later(n): return n"),
    )
    assert score(engine, *cells) == {"test": expected}


def test_a_name_that_a_test_lent_does_not_hide_a_later_one(engine: SplitEngine) -> None:
    cells = (
        student("value = 1"), hidden("assert value == 1", "t1"),
        student("value = 2"), hidden("assert value == 2", "t2"),
    )  # fmt: skip
    assert score(engine, *cells) == {"t1": 1.0, "t2": 1.0}


def test_given_cells_define_names_for_the_tests(engine: SplitEngine) -> None:
    source = """
    import numpy as np
    np.random.seed(4)
    X = np.random.normal(size=3)
    def scaled(k): return k * factor()
    print(X); early = factor()"""
    outcome = grade(
        engine,
        given(textwrap.dedent(source)),
        student("import numpy as np\nmine = X.copy(); X[:] = 0\ndef factor(): return 10"),
        hidden("np.testing.assert_allclose(mine, X)\nassert X.any() and scaled(2) == 20"),
    )
    assert outcome.verdicts["test"].score == 1.0
    assert "NameError" in str(outcome.notebook.cells[0].outputs)  # shown as it happened


def test_the_seed_is_for_the_tests_alone(engine: SplitEngine) -> None:
    look = "import os\nseen = os.environ.get('CHAINRULE_SEED')"
    test = "import os\nassert os.environ['CHAINRULE_SEED'] == 'seed-1'\nassert seen is None"
    assert score(engine, student(look), hidden(test)) == {"test": 1.0}
    assert "CHAINRULE_SEED" not in os.environ


def test_the_random_state_of_the_student_stays_there(engine: SplitEngine) -> None:
    source = """
    import numpy as np
    np.random.seed(1); first = np.random.rand(2)
    np.random.seed(1); a = np.random.rand(); theirs = draw(); b = np.random.rand()
    assert (a, b) == tuple(first) and theirs == b"""
    draw = "import numpy as np\ndef draw():\n    x = np.random.rand(); np.random.seed(0); return x"
    assert score(engine, student(draw), hidden(textwrap.dedent(source))) == {"test": 1.0}


def test_figures_are_seen_only_when_declared(engine: SplitEngine) -> None:
    draw = """
    import matplotlib.pyplot as plt, numpy as np
    fig, ax = plt.subplots(); ax.semilogy([1, 2], [3.0, 4.0], label="loss"); ax.legend()
    plt.title("learning"); plt.show(); plt.figure(); plt.imshow(np.eye(2));"""
    test = """
    first, second = student_figures
    [axes] = first["axes"]
    assert (axes["title"], axes["yscale"], axes["legend"]) == ("learning", "log", ["loss"])
    assert list(axes["lines"][0]["y"]) == [3.0, 4.0]
    assert second["axes"][0]["images"][0].shape == (2, 2)"""
    declared = hidden(textwrap.dedent(test))
    assert score(engine, student(textwrap.dedent(draw)), declared) == {"test": 0.0}
    declared.metadata["chainrule"] = {"figures": True}
    assert score(engine, student(textwrap.dedent(draw)), declared) == {"test": 1.0}


def test_nothing_stays_in_the_evaluator(engine: SplitEngine) -> None:
    dirt = """
    import numpy as np, warnings, matplotlib.pyplot as plt
    left = double = 5; np.seterr(all="raise"); warnings.simplefilter("error"); plt.figure()"""
    clean = """
    import numpy as np, warnings, matplotlib.pyplot as plt
    assert "left" not in globals() and not plt.get_fignums() and len(In) == 2
    assert np.geterr()["divide"] == "warn"; warnings.warn("fine")
    assert double(1) == 2"""
    assert score(engine, hidden(textwrap.dedent(dirt))) == {"test": 1.0}
    answer = student("def double(n): return 2 * n")
    assert score(engine, answer, hidden(textwrap.dedent(clean))) == {"test": 0.0}
    fixed = clean.replace("len(In) == 2", "len(In) == 3")
    assert score(engine, answer, hidden(textwrap.dedent(fixed))) == {"test": 1.0}


@pytest.mark.parametrize("end", ["import os; os._exit(1)", "while True: pass"])
def test_a_test_that_breaks_the_evaluator_loses_only_itself(end: str, engine: SplitEngine) -> None:
    outcome = grade(
        engine, given("k = 3"), student("def f(): return k"), hidden("assert f() == 3", "t1"),
        hidden(end, "t2"), hidden("assert f() == k == 3", "t3"), timeout=1.5,
    )  # fmt: skip
    earned = {name: verdict.score for name, verdict in outcome.verdicts.items()}
    assert (earned["t1"], earned.get("t2", 0.0), earned["t3"]) == (1.0, 0.0, 1.0)
    assert any("t2" in event for event in outcome.events)


def test_the_job_is_not_changed(engine: SplitEngine) -> None:
    cells = [student("1 + 1"), hidden("1")]
    job = Job(new_notebook(cells=cells), seed="s")
    before = str(job.notebook)
    outcome = engine.run(job)
    assert str(job.notebook) == before
    assert outcome.notebook.cells[0].outputs
    assert outcome.seconds > 0


def test_a_fork_server_that_dies_is_replaced(engine: SplitEngine) -> None:
    os.kill(engine.server().pid, signal.SIGKILL)
    time.sleep(0.2)
    assert score(engine, student("x = 1"), hidden("assert x == 1")) == {"test": 1.0}


def test_an_evaluator_that_dies_is_replaced(engine: SplitEngine) -> None:
    engine.evaluator().process.kill()
    time.sleep(0.2)
    assert score(engine, student("x = 1"), hidden("assert x == 1")) == {"test": 1.0}


# Sandboxes ---------------------------------------------------------------------------------------


def test_the_name_says_which_sandbox(engine: SplitEngine) -> None:
    assert engine.name == f"split, {available_sandbox() or 'none'}"


def test_without_a_sandbox_nothing_is_graded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sandbox, "reason_against", lambda word: "" if word == "none" else "No.")
    assert sandbox.available_sandbox() is None
    with pytest.raises(SandboxMissing, match="apt install bubblewrap") as caught:
        SplitEngine()
    assert "--sandbox none" in str(caught.value)


def test_an_unknown_word_is_refused() -> None:
    with pytest.raises(SandboxMissing, match="sandlock, bubblewrap, none"):
        SplitEngine(sandbox="hope")


def test_the_staffs_package_is_never_granted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packages = tmp_path / "lib" / "python3.11" / "site-packages"
    for name in ("numpy", "chainrule", "chainrule_staff", "chainrule_staff-0.1.dist-info"):
        (packages / name).mkdir(parents=True)
    (tmp_path / "bin").mkdir()
    monkeypatch.setattr(sys, "path", ["", str(packages), str(tmp_path)])
    granted = sandbox.around_staff(tmp_path)
    assert {path.name for path in granted} == {"bin", "numpy", "chainrule"}
    shutil.rmtree(packages / "chainrule_staff")
    assert sandbox.around_staff(tmp_path) == [tmp_path]


def test_what_lies_below_a_grant_is_not_granted_again(tmp_path: Path) -> None:
    (tmp_path / "usr" / "lib").mkdir(parents=True)
    (tmp_path / "lib").symlink_to(tmp_path / "usr" / "lib")
    (tmp_path / "usrlocal").mkdir()
    names = ("lib", "usr", "usr/lib", "usrlocal", "usr")
    left = sandbox.without_nested([str(tmp_path / name) for name in names])
    assert left == [str(tmp_path / "usr"), str(tmp_path / "usrlocal")]


@pytest.mark.skipif(bool(sandbox.reason_against("bubblewrap")), reason="no bubblewrap here")
def test_bubblewrap_guards_as_well() -> None:
    peek = """
    import os, socket
    seen = []
    for path in ("/root", "/home", "/work", "/etc/passwd", "../../code/../trusted-home"):
        if os.path.isdir(path) and os.listdir(path): seen.append(path)
    for name in os.listdir("/proc") if os.path.isdir("/proc") else (): seen.append(name)
    try: socket.create_connection(("127.0.0.1", PORT), timeout=1); seen.append("net")
    except OSError: pass
    try: import chainrule_staff; seen.append("staff")
    except ImportError: pass
    if os.fork() == 0:
        import time; time.sleep(100)"""
    before = set(descendants(os.getpid()))
    with socket.create_server(("127.0.0.1", 0)) as host, SplitEngine("bubblewrap") as engine:
        assert "bubblewrap" in engine.name
        source = textwrap.dedent(peek).replace("PORT", str(host.getsockname()[1]))
        cells = student(source), hidden("print(seen)\nassert 'net' not in seen")
        for _ in range(2):
            outcome = grade(engine, *cells)
            assert outcome.verdicts["test"].score == 1.0
            assert "'staff'" not in str(outcome.notebook.cells[1].outputs)
        started = [pid for pid in descendants(os.getpid()) if pid not in before]
    assert started
    assert gone(started, 60.0)  # a busy machine takes its time to end a namespace


# What is left behind -----------------------------------------------------------------------------


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def gone(pids: list[int], seconds: float = 20.0) -> bool:
    deadline = time.monotonic() + seconds
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return not any(map(alive, pids))


@pytest.mark.parametrize("word", ["sandlock", "none"])
def test_close_leaves_neither_process_nor_file(word: str) -> None:
    if sandbox.reason_against(word):
        pytest.skip("not here")
    before = set(descendants(os.getpid()))
    engine = SplitEngine(sandbox=word)
    daemon = "import os, time\nif os.fork() == 0:\n    os.setsid(); time.sleep(500)"
    grade(engine, student(daemon))
    started = [pid for pid in descendants(os.getpid()) if pid not in before]
    assert len(started) >= 3
    engine.close()
    assert gone(started)
    assert not engine.farm.root.exists()


PARENT = """
import os, sys, time
from nbformat.v4 import new_code_cell, new_notebook
from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine
from chainrule_staff.grading.split.launcher import descendants
engine = SplitEngine(sandbox=sys.argv[1])
def run(source):
    return engine.run(Job(new_notebook(cells=[new_code_cell(source)]), seed="s", timeout=60))
run("1")
print(*descendants(os.getpid()), engine.farm.root, flush=True)
run("import os, time\\nos.fork(); os.fork(); time.sleep(100)")
"""


@pytest.mark.parametrize("word", ["sandlock", "bubblewrap", "none"])
def test_a_killed_parent_leaves_no_orphan(word: str) -> None:
    if sandbox.reason_against(word):
        pytest.skip("not here")
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, word], stdout=subprocess.PIPE, text=True
    )
    assert parent.stdout is not None
    *numbers, root = parent.stdout.readline().split()
    time.sleep(1.0)
    started = descendants(parent.pid)
    assert len(started) > 3
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert gone([*started, *map(int, numbers)])
    assert word == "bubblewrap" or not Path(root).exists()
    shutil.rmtree(root, ignore_errors=True)


NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
ORDINARY = """
import os, sys
from nbformat.v4 import new_code_cell, new_notebook
from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine
assert os.geteuid() != 0
cell = new_code_cell("assert double(2) == 4")
cell.metadata["nbgrader"] = {"grade": True, "solution": False, "grade_id": "t", "points": 1}
answer = new_code_cell("def double(n): return 2 * n")
with SplitEngine(sandbox=sys.argv[1]) as engine:
    outcome = engine.run(Job(new_notebook(cells=[answer, cell]), seed="s"))
    print(engine.name, outcome.verdicts["t"].score, *outcome.events)
"""


@pytest.fixture
def everybodys_python() -> Iterator[Path]:
    """Return an environment that every user can run, with the packages of this one."""
    system = Path("/usr/bin") / f"python{sys.version_info.major}.{sys.version_info.minor}"
    folder = Path(tempfile.mkdtemp(prefix="everybody-"))
    folder.chmod(0o755)
    try:
        subprocess.run([system, "-m", "venv", "--without-pip", folder], check=True)
        [packages] = folder.glob("lib/python3*/site-packages")
        ours = [entry for entry in sys.path if entry.endswith(("site-packages", "/src"))]
        (packages / "ours.pth").write_text("\n".join(ours))
        probe = [*NOBODY, folder / "bin" / "python", "-c", "import numpy, chainrule_staff"]
        subprocess.run(probe, check=True, capture_output=True, cwd="/")
    except (OSError, subprocess.CalledProcessError):
        shutil.rmtree(folder)
        pytest.skip("there is no Python here that an ordinary user could run")
    yield folder / "bin" / "python"
    shutil.rmtree(folder)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
@pytest.mark.parametrize("word", ["sandlock", "bubblewrap", "none"])
def test_an_ordinary_user_can_grade(word: str, everybodys_python: Path) -> None:
    home = everybodys_python.parents[1] / "home"
    home.mkdir()
    home.chmod(0o777)
    done = subprocess.run(
        [*NOBODY, everybodys_python, "-c", ORDINARY, word],
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "HOME": str(home)},
        cwd="/",
        check=False,
    )
    if "does not work here" in done.stderr:
        pytest.skip("not for an ordinary user on this machine")
    assert done.stdout.strip() == f"split, {word} 1.0", done.stderr[-2000:]
