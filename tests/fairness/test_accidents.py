"""Honest accidents keep every mark that the work deserves."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hostile.assignment import HIDDEN, HONEST, cell, notebook

from chainrule_staff.grading.engine import Job, Outcome
from chainrule_staff.grading.split import Limits, SplitEngine, available_sandbox

FULL = dict.fromkeys(HIDDEN, 1.0)
SOFTMAX = {"array", "random", "mutation", "verdict"}  # the hidden cells that call softmax
DOUBLE = {"plain", "partial", "order"}

ACCIDENTS = {
    "a warning on stderr": "import warnings\nwarnings.warn('careful')\n1 / np.zeros(1)",
    "a warning in the answer": HONEST.replace("return 2 * n", "np.log(0.0)\n    return 2 * n"),
    "logging in the answer": HONEST.replace(
        "return 2 * n", "import logging; logging.warning('x')\n    return 2 * n"
    ),
    "prints in the answer": HONEST.replace("return 2 * n", "print('n is', n)\n    return 2 * n"),
    "a great many lines": "for k in range(300_000): print(k)",
    "a plot": "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.show()",
    "a plot in the answer": HONEST.replace(
        "return 2 * n", "import matplotlib.pyplot as plt; plt.plot([n])\n    return 2 * n"
    ),
    "a figure that stays open": "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()",
    "NumPy scalars": HONEST.replace("return 2 * n", "return np.int64(2 * n)"),
    "a 0-d array": HONEST.replace("return 2 * n", "return np.array(2 * n)"),
    "float32": HONEST.replace("return 2 * n", "return np.float32(2 * n)"),
    "a list instead of an array": HONEST.replace("return e / e.sum()", "return list(e / e.sum())"),
    "a read-only view": HONEST.replace(
        "return e / e.sum()", "y = e / e.sum(); y.setflags(write=False); return y[::1]"
    ),
    "in-place arithmetic": HONEST.replace(
        "e = np.exp(x - np.max(x))", "x -= x.max(); np.exp(x, out=x); e = x"
    ),
    "a slow cell": "import time\ntime.sleep(1.0)",
    "a slow answer": HONEST.replace("return 2 * n", "import time; time.sleep(0.3); return 2 * n"),
    "input()": "name = input('your name? ')",
    "getpass()": "import getpass\ngetpass.getpass()",
    "a cell that raises": "raise ValueError('left from trying things out')",
    "a syntax error": "def half(:",
    "SystemExit": "import sys\nsys.exit(1)",
    "exit()": "exit()",
    "a notebook magic": "%timeit -n1 -r1 pass\n%pip --version\n!ls",
    "names that shadow built-ins": "sum = 3\nabs = max = list = None",
    "names that shadow modules": "x = secret = os = Verdict = 1",
    "names of the test": "def _reference(x): return x\ny = 7",
    "numpy under another name": "import numpy\nimport numpy as xp\nfrom numpy import exp",
    "print options": "np.set_printoptions(precision=2); np.random.seed(0)",
    "errors raised by NumPy": "np.seterr(all='raise')",
    "warnings as errors": "import warnings; warnings.simplefilter('error')",
    "a thread": "import threading, time\nthreading.Thread(target=time.sleep, args=(9,)).start()",
    "a pool": "from multiprocessing import get_context\n"
    "with get_context('fork').Pool(2) as pool: print(pool.map(abs, [1, -2]))",
    "files": "np.save('w.npy', np.ones(3)); np.load('w.npy'); import shutil\n"
    "shutil.copy('w.npy', 'v.npy')",
    "a temporary file": "import tempfile\nwith tempfile.NamedTemporaryFile() as f: f.write(b'x')",
    "await": "import asyncio\nawait asyncio.sleep(0.01)",
    "a callable object": "class Softmax:\n    def __call__(self, x):\n"
    "        e = np.exp(x - x.max()); return e / e.sum()\nsoftmax = Softmax()",
    "a partial": "import functools\ndouble = functools.partial(lambda n, k: n * k, k=2)",
    "a decorated answer": "import functools\n@functools.lru_cache\ndef double(n): return 2 * n",
    "np.vectorize": "double = np.vectorize(lambda n: 2 * n)",
    "a jupyter widget": "import ipywidgets\nipywidgets.interact(lambda k: k, k=(0, 3));",
    "the display hook": "import sys\nsys.displayhook(3)\n_",
    "text that no file can hold": "print('\\ud800'); name = '\\udcff.txt'",
    "symbols with odd names": "import sympy\nsympy.Symbol('f(x)') + sympy.Function('exp2')(1)",
    "niceness": "import os\ntry: os.nice(1)\nexcept OSError: pass",
    "many small files": "for k in range(500): open(f'{k}.txt', 'w').write('x')",
    "nested results": "from IPython.display import display, JSON\n"
    "display(JSON({'a': [[[1]]] * 1000}), {'application/json': {'b': None}}, raw=False)",
    "a large table": "from IPython.display import HTML\nHTML('<table>' + '<tr><td>1' * 20_000)",
    "Windows line ends": HONEST.replace("\n", "\r\n"),
    "tabs": HONEST.replace("    ", "\t"),
    "a notebook of Colab": "%%capture\nfrom google.colab import drive\ndrive.mount('/content')",
    "a cell of Markdown as code": "# Heading\nSome text with *stars* and $x^2$",
    "closed stdout": "import sys\nsys.stdout.close()",
    "replaced stdout": "import sys, io\nsys.stdout = io.StringIO()",
}  # fmt: skip


@pytest.fixture(scope="module")
def engine() -> Iterator[SplitEngine]:
    if available_sandbox() is None:
        pytest.skip("no sandbox works here")
    with SplitEngine(limits=Limits(grace=0.5, memory=1200 << 20)) as made:
        yield made


def grade(engine: SplitEngine, *cells: str, seconds: float = 10.0) -> Outcome:
    return engine.run(Job(notebook(cells), seed="a seed", timeout=seconds))


def scores(outcome: Outcome) -> dict[str, float]:
    return {name: verdict.score for name, verdict in outcome.verdicts.items()}


@pytest.mark.parametrize("name", ACCIDENTS)
def test_accident_before_or_in_the_answer(name: str, engine: SplitEngine) -> None:
    source = ACCIDENTS[name]
    cells = (source,) if "def softmax" in source else (HONEST, source)
    assert scores(grade(engine, *cells)) == FULL


ANSWERS = {
    "NumPy's booleans and integers": "def double(n): return np.multiply(n, np.uint8(2))",
    "Fraction": "from fractions import Fraction\ndef double(n): return float(Fraction(2) * n)",
    "keyword arguments": "def double(n=0, *, k=2): return k * n",
    "recursion": "def double(n): return 0 if n == 0 else 2 + double(n - 1)",
    "a global counter": "calls = 0\ndef double(n):\n    global calls; calls += 1; return 2 * n",
    "a file in the answer": "def double(n):\n    open('log.txt', 'a').write(f'{n}'); return 2 * n",
    "a subprocess": "import subprocess\ndef double(n):\n"
    "    return int(subprocess.run(['echo', str(2 * n)], capture_output=True).stdout)",
    "input() in the answer": "def double(n):\n    try: input()\n    except EOFError: pass\n"
    "    return 2 * n",
    "limits in the answer": "import resource\ndef double(n):\n"
    "    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)\n"
    "    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))\n"
    "    return 2 * n if soft > 0 else 0",
    "a progress bar": "import sys, time\ndef double(n):\n    for k in range(50):\n"
    "        sys.stderr.write(f'\\r{k}%'); sys.stderr.flush()\n    return 2 * n",
    "a display": "from IPython.display import display, HTML\ndef double(n):\n"
    "    display(HTML('<b>x</b>'), n)\n    return 2 * n",
}  # fmt: skip


@pytest.mark.parametrize("name", ANSWERS)
def test_ways_to_answer(name: str, engine: SplitEngine) -> None:
    assert scores(grade(engine, HONEST, ANSWERS[name])) == FULL


def test_what_was_printed_is_shown(engine: SplitEngine) -> None:
    outcome = grade(engine, ACCIDENTS["prints in the answer"])
    [shown] = [
        c
        for c in outcome.notebook.cells
        if c.metadata.get("nbgrader", {}).get("grade_id") == "plain"
    ]
    assert "n is 21" in str(shown.outputs)


def test_input_says_why_there_is_no_answer(engine: SplitEngine) -> None:
    outcome = grade(engine, HONEST, ACCIDENTS["input()"])
    assert "nobody is there to answer" in str(outcome.notebook.cells[2].outputs)


@pytest.mark.parametrize(
    "end",
    [
        "import os; os._exit(1)",
        "import os; os.kill(os.getpid(), 9)",
        "import ctypes; ctypes.string_at(0)",
        pytest.param(
            "import sys; sys.setrecursionlimit(10**9)\n    def f(x): return f(x)\n    return f(n)",
            marks=pytest.mark.load,
        ),
        pytest.param("x = []\n    while True: x.append(bytearray(10**8))", marks=pytest.mark.load),
    ],
)
def test_a_crash_costs_only_the_tasks_that_crash(end: str, engine: SplitEngine) -> None:
    broken = HONEST.replace("return 2 * n", end)
    outcome = grade(engine, broken, "later = 1")
    earned = scores(outcome)
    assert {name for name in SOFTMAX if earned.get(name) == 1.0} == SOFTMAX
    assert all(earned.get(name, 0.0) == 0.0 for name in DOUBLE)


def test_a_hang_costs_only_the_tasks_that_hang(engine: SplitEngine) -> None:
    broken = HONEST.replace("return 2 * n", "while True: pass")
    outcome = grade(engine, broken, seconds=1.0)
    earned = scores(outcome)
    assert {name for name in SOFTMAX if earned.get(name) == 1.0} == SOFTMAX
    assert all(earned.get(name, 0.0) == 0.0 for name in DOUBLE)
    assert any("plain was stopped after 1 s" in event for event in outcome.events)


def test_a_hang_that_cannot_be_interrupted(engine: SplitEngine) -> None:
    stubborn = """
    import signal
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True: pass"""
    outcome = grade(engine, HONEST.replace("return 2 * n", stubborn), seconds=1.0)
    assert {name for name, score in scores(outcome).items() if score == 1.0} == SOFTMAX


@pytest.mark.parametrize("end", ["while True: pass", "import os; os._exit(3)"])
def test_a_cell_of_no_task_costs_nothing(end: str, engine: SplitEngine) -> None:
    outcome = grade(engine, "before = 1", HONEST, end, "after = before", seconds=1.5)
    assert scores(outcome) == FULL
    assert len(outcome.events) == 1
    assert "error" not in {output.output_type for output in outcome.notebook.cells[4].outputs}


def test_state_is_rebuilt_after_a_crash(engine: SplitEngine) -> None:
    cells = (
        "count = [0]",
        "count[0] += 1",
        "import os; os._exit(1)",
        "print('count is', count[0])",
    )
    outcome = grade(engine, HONEST, *cells)
    assert "count is 1" in str(outcome.notebook.cells[5].outputs)
    assert scores(outcome) == FULL


def test_a_submission_that_crashes_everywhere_is_given_up(engine: SplitEngine) -> None:
    outcome = grade(engine, *["import os; os._exit(1)"] * 12)
    assert all(score == 0 for score in scores(outcome).values())
    assert any("kept ending" in event for event in outcome.events)


def test_an_empty_submission(engine: SplitEngine) -> None:
    assert all(score == 0 for score in scores(grade(engine)).values())
    made = notebook([HONEST])
    made.cells = made.cells[:2]
    assert engine.run(Job(made, seed="s")).verdicts == {}
    made.cells = []
    assert engine.run(Job(made, seed="s")).verdicts == {}


def test_data_beside_the_notebook_can_be_read(engine: SplitEngine) -> None:
    made = notebook([HONEST, "print(open('data/x.txt').read(), open('../../code').read())"])
    made.cells.insert(2, cell("text = open('data/x.txt').read(); text"))
    files = {"data/x.txt": b"the data", "../escaped.txt": b"no", "/tmp/absolute.txt": b"no"}
    outcome = engine.run(Job(made, seed="s", files=files))
    assert "the data" in str(outcome.notebook.cells[2].outputs)
    assert scores(outcome) == FULL
    assert not (engine.farm.work / "escaped.txt").exists()
