"""Single defences of the two processes, each where it stands."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, watch
from chainrule_staff.grading.split.farm import Farm
from chainrule_staff.grading.split.inside import symbolic
from chainrule_staff.grading.split.inside.frames import WireError
from chainrule_staff.grading.split.messages import MAX_DEPTH, unpack
from chainrule_staff.grading.split.trusted.hardening import not_empty
from chainrule_staff.grading.split.watch import deleted, size_of

from .assignment import HONEST, cell, notebook

CODE = "(lambda *a: print('ran'))()"


@pytest.mark.parametrize(
    "tree",
    [
        ["S", CODE, {}],
        ["S", "f(x)", {}],
        ["S", "f (x)", {}],
        ["S", "x[0]", {}],
        ["S", "x.y", {}],
        ["S", "x\n", {}],
        ["S", "", {}],
        ["S", ["x"], {}],
        ["U", "exec", [["S", "x", {}]]],
        ["U", "__import__", []],
        ["U", "load", [["S", "x", {}]]],
        ["U", "sympify", [["S", "x", {}]]],
        ["U", CODE, []],
        ["A", "Function", [["S", "exec", {}]]],
        ["A", "PurePoly", [["S", "x", {}]]],
        ["A", "GroebnerBasis", [["S", "x", {}]]],
    ],
    ids=str,
)
def test_names_that_are_code_do_not_cross(tree: list[Any]) -> None:
    with pytest.raises(WireError):
        symbolic.decode(tree)


def test_a_name_that_is_code_would_run() -> None:
    """Why: what `lambdify` makes of an expression is a program."""
    called: list[int] = []
    made = sympy.lambdify(sympy.Symbol("x"), sympy.Symbol("x") + sympy.Symbol("called.append(1)"))
    with pytest.raises(TypeError):
        made.__globals__["called"] = called
        made(1.0)
    assert called == [1]


@pytest.mark.parametrize(
    "name", ["x", "x_1", r"\theta", "f^{(1)}", "x'", "W_{ij}", "σ", "p 1", "a*"]
)
def test_names_as_students_write_them_cross(name: str) -> None:
    for value in (sympy.Symbol(name), sympy.Function(name)(sympy.Symbol("t", real=True))):
        assert symbolic.decode(json.loads(json.dumps(symbolic.encode(value)))) == value


@pytest.mark.parametrize(
    "empty",
    [range(0), (), [], [[]], np.zeros((0, 3)), sympy.Tuple(), sympy.Matrix(0, 0, [])],
    ids=repr,
)
def test_nothing_is_not_close_to_something(empty: Any) -> None:
    np.testing.assert_allclose(np.asarray(empty, dtype=float), 3.0)  # this is the hole
    with pytest.raises(AssertionError, match="empty result"):
        not_empty(np.testing.assert_allclose)(empty, 3.0)
    not_empty(np.testing.assert_array_equal)(empty, empty)


@pytest.mark.parametrize(
    "message",
    [
        [[1], "stream", {"name": "stdout", "text": "x"}, {}, 0],
        [2.0, "stream", {"name": "stdout", "text": "x"}, {}, 0],
        [True, "stream", {"name": "stdout", "text": "x"}, {}, 0],
        [2, "stream", {"name": "stdout", "text": 5}, {}, 0],
        [2, ["stream"], {"name": "stdout", "text": "x"}, {}, 0],
        [2, "stream", {"name": "stdout", "text": "x"}, [], 0],
        [2, "display_data", {"data": [1], "metadata": {}}, {}, 0],
        [2, "display_data", {"data": {"text/html": {}}, "metadata": {}}, {}, 0],
        [2, "error", {"ename": "a", "evalue": "b", "traceback": "c"}, {}, 0],
        [2, "comm_open", {"comm_id": 5, "data": {"state": {}}}, {}, 0],
        [2, "comm_open", {"comm_id": "c", "data": {"state": []}}, {}, 0],
        [2, "shutdown_request", {}, {}, 0],
    ],
    ids=str,
)
def test_messages_that_no_kernel_sends_are_dropped(message: list[Any]) -> None:
    good = [2, "stream", {"name": "stderr", "text": "fine"}, {}, 0]
    unpacked, _ = unpack([message, good], [])
    assert unpacked == [(2, "stream", {"name": "stderr", "text": "fine"}, {}, [])]


@pytest.mark.parametrize("message", [[1, 2], 5, "abcde", [2, "stream", {}, {}, 10**9], None])
def test_frames_that_are_no_messages_break_the_protocol(message: Any) -> None:
    with pytest.raises(WireError):
        unpack([message], [])


def test_depth_and_structure_cost() -> None:
    deep: Any = 1
    for _ in range(MAX_DEPTH + 1):
        deep = [deep]
    unpacked, cost = unpack(
        [
            [2, "display_data", {"data": {"a/json": deep}, "metadata": {}}, {}, 0],
            [2, "display_data", {"data": {"a/json": [[]] * 1000}, "metadata": {}}, {}, 0],
        ],
        [],
    )
    assert len(unpacked) == 1
    assert cost > 1000 * 16


def test_texts_become_writable() -> None:
    [(_, _, content, metadata, _)], _ = unpack(
        [[2, "stream", {"name": "stdout", "text": "a\ud800b ü 😀"}, {"\udfff": "\ud801"}, 0]], []
    )
    assert content["text"] == "a?b ü 😀"
    assert metadata == {"?": "?"}


def test_folders_too_deep_or_too_full_are_noticed_and_removed(tmp_path: Path) -> None:
    farm = Farm()
    try:
        folder = farm.folder({})
        dig = "import os\nfor _ in range(2500): os.mkdir('d'); os.chdir('d')"
        subprocess.run([sys.executable, "-c", dig], cwd=folder, check=True)
        with pytest.raises(OSError, match="too long"):
            size_of(folder, 1 << 30)
        farm.remove(folder)
        assert not folder.exists()
        full = farm.folder({f"{k}.txt": b"" for k in range(100)})
        assert size_of(full, 1 << 30) == 100 * watch.NAME
        assert size_of(full, 10_000) < 20_000  # enough was counted
        farm.remove(full)
    finally:
        farm.close()
    assert not farm.root.exists()


def test_locked_folders_are_noticed_and_removed() -> None:
    farm = Farm()
    folder = farm.folder({"a/b/c.txt": b"x"})
    (folder / "a" / "b").chmod(0o100)
    (folder / "a").chmod(0o300)
    if os.geteuid() != 0:  # root may look everywhere
        with pytest.raises(PermissionError):
            size_of(folder, 1 << 30)
    farm.close()
    assert not farm.root.exists()


def test_a_farm_has_a_list_of_fonts_even_where_there_was_none(tmp_path: Path) -> None:
    """Inside, nobody may write one; every fork server would spend seconds on it."""
    code = (
        "from chainrule_staff.grading.split.farm import Farm\nfarm = Farm()\n"
        "assert list(farm.home.glob('matplotlib/fontlist-*.json'))\nfarm.close()"
    )
    environment = {**os.environ, "MPLCONFIGDIR": str(tmp_path)}
    subprocess.run([sys.executable, "-c", code], env=environment, check=True)


def test_files_without_a_name_are_counted(tmp_path: Path) -> None:
    code = f"""
import mmap, sys
from pathlib import Path
kept = open({str(tmp_path / "kept")!r}, "w+b")
kept.write(bytes([1]) * (1 << 20)); kept.flush()
Path(kept.name).unlink()
path = Path({str(tmp_path / "mapped")!r})
path.write_bytes(bytes([1]) * (2 << 20))
with path.open("r+b") as file:
    held = mmap.mmap(file.fileno(), 0)
path.unlink()
print("ready", flush=True)
sys.stdin.read()
"""
    command = [sys.executable, "-c", code]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        assert size_of(tmp_path, 1 << 30) == 0
        assert deleted([process.pid], tmp_path) == 3 << 20


def test_a_hidden_cell_imports_nothing_from_the_students_folder(engine: SplitEngine) -> None:
    made = notebook([HONEST])
    test = "import colorsys\nassert callable(colorsys.rgb_to_hsv)"
    made.cells.append(cell(test, grade=True, locked=True, points=1.0, grade_id="import"))
    made.cells[-1]["id"] = "import"
    bait = b"raise SystemExit('the evaluator runs what a student handed in')"
    outcome = engine.run(Job(made, seed="s", files={"colorsys.py": bait, "sitecustomize.py": bait}))
    assert {v.score for v in outcome.verdicts.values()} == {1.0}


def test_a_given_cell_loads_nothing_that_a_student_wrote(engine: SplitEngine) -> None:
    """What the instructor's cell finds in the evaluator is never the student's to write."""
    made = notebook([HONEST])
    load = (
        "from pathlib import Path\nfile = Path('limit.txt')\n"
        "limit = file.read_text() if file.exists() else 'none'"
    )
    made.cells.insert(0, cell(load, locked=True, grade_id="data"))
    made.cells[0]["id"] = "data"
    test = "assert limit == 'none', limit"
    made.cells.append(cell(test, grade=True, locked=True, points=1.0, grade_id="loaded"))
    made.cells[-1]["id"] = "loaded"
    outcome = engine.run(Job(made, seed="s", files={"limit.txt": b"1e9"}))
    assert {v.score for v in outcome.verdicts.values()} == {1.0}


def test_the_evaluator_has_a_bound_on_its_memory(engine: SplitEngine) -> None:
    limits = Path(f"/proc/{engine.evaluator().process.pid}/limits").read_text()
    [line] = [line for line in limits.splitlines() if line.startswith("Max address space")]
    assert "unlimited" not in line


def test_a_full_disk_costs_only_the_cell_that_filled_it(engine: SplitEngine) -> None:
    full = "import os\nfor k in range(40): open(f'f{k}', 'wb').write(bytes([1]) * (4 << 20))"
    cells = ["open('mine.txt', 'w').write('mine')", HONEST, full, "open('mine.txt').read()"]
    outcome = engine.run(Job(notebook(cells), seed="s", timeout=20))
    assert {v.score for v in outcome.verdicts.values()} == {1.0}
    assert ["wrote more than" in event for event in outcome.events] == [True]
    assert "'mine'" in str(outcome.notebook.cells[4].outputs)


def test_sockets_of_a_submission_end_with_it(engine: SplitEngine) -> None:
    name = f"\0planted-{os.getpid()}"
    bind = f"import socket\ns = socket.socket(socket.AF_UNIX); s.bind({name!r}); s.listen()"
    engine.run(Job(notebook([bind]), seed="s"))
    with socket.socket(socket.AF_UNIX) as mine:
        mine.bind(name)  # it is free again
