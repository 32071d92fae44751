"""The evaluator's shell runs hidden cells with less ado than IPython, to the same end."""

import json
import subprocess
import sys

import pytest

CELLS = [
    "x = 1",
    "x + 1",
    "x + 1;",
    "_",
    "Out",
    "In[-1], In[2], _i",
    "'docstring'\nprint('a'); print('b')\n'last'",
    "import sys\nprint('to the left', file=sys.stderr)\nprint('to the right')",
    "1 / 0",
    "def f(n):\n    return 1 / n\n\n\ny = 3\nf(0)",
    "y",
    "raise SystemExit(3)",
    "raise KeyboardInterrupt",
    "assert x == 2, 'no'",
    "def broken(:\n    pass",
    "  indented = 1\n  indented",
    "return 1",
    "%time 1",
    "%%capture seen\nprint('caught')",
    "seen.stdout",
    "!echo shell",
    "import asyncio\nawait asyncio.sleep(0)\nasyncio.get_running_loop().is_running()",
    "import asyncio\nasyncio.get_running_loop().is_running()",
    "from chainrule.verdict import Check, Verdict\n"
    "verdict = Verdict('a.b', 0.5, (Check('one', True, ''), Check('two', False, 'why <b>')))",
    "verdict",
    "[verdict]",
    "display(verdict)",
    "from __future__ import annotations\ndef g(z: nothing): return z\ng.__annotations__",
    "import matplotlib.pyplot as plt\nfigure = plt.figure(figsize=(1, 1))",
    "class Mute:\n    def __repr__(self):\n        return 1\n\n\nMute()",
    "x",
    "",
    "   \n",
    "# only a comment",
    "1 / 0",
    "e = ExceptionGroup('two', [ValueError(1), TypeError(2)])\nraise e",
]
RUN = """
import asyncio, json, os, sys
from ipykernel.zmqshell import ZMQInteractiveShell
from chainrule_staff.grading.split.inside import kernel
from chainrule_staff.grading.split.inside.sink import Sink
from chainrule_staff.grading.split.trusted import shell as shells

cells, way = json.loads(sys.argv[1]), sys.argv[2]
if way == "ipython":
    shells.Shell._run_cell = ZMQInteractiveShell._run_cell
    shells.Formatter.format = shells.DisplayFormatter.format
sink, answer = Sink(), os.fdopen(os.dup(1), "w")
made = kernel.build(sink, shells.Shell)
made.shell.run_cell("%matplotlib inline")
made.shell.renew(dict(made.shell.user_ns))
told, seen = [], []
sink.put = lambda kind, content, *rest: seen.append([kind, kernel.plain(content)])
for count, source in enumerate(cells, 1):
    seen.clear()
    reply = asyncio.run(kernel.run(made, sink, count, count, source))
    value = made.shell.last and made.shell.last.result
    value = repr(value) if type(value).__name__ != "Mute" else "Mute"
    told.append([source, reply, list(seen), value, made.shell.execution_count])
print(json.dumps(told), file=answer, flush=True)
os._exit(0)
"""


def outcomes(way: str) -> list[list[object]]:
    done = subprocess.run(
        [sys.executable, "-c", RUN, json.dumps(CELLS), way],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.stdout.strip(), done.stderr
    found: list[list[object]] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.fixture(scope="module")
def both() -> list[tuple[list[object], list[object]]]:
    return list(zip(outcomes("ours"), outcomes("ipython"), strict=True))


@pytest.mark.parametrize("number", range(len(CELLS)))
def test_a_hidden_cell_ends_and_shows_as_in_ipython(number, both):
    mine, theirs = both[number]
    if CELLS[number].startswith("%time"):
        mine, theirs = mine[:1], theirs[:1]  # it shows timings
    assert mine == theirs
