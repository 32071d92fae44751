"""Milliseconds per submission: the split engine beside nbclient, on the same notebook.

    python benchmarks/engine.py [ROUNDS]

All ways run in turn within one round, so that a busy machine is busy for all of them; what is
printed are medians over the rounds. `floor` forks a warm process and executes the cells with
nothing around them: no kernel, no outputs, no second process, no sandbox.
"""

# ruff: noqa: E402  # the number of threads is read on import
from __future__ import annotations

import io
import logging
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

for library in ("OPENBLAS", "OMP", "MKL"):  # one thread each, as in the engine
    os.environ[f"{library}_NUM_THREADS"] = "1"

from nbclient import NotebookClient
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_notebook

from chainrule_staff.grading.engine import Job
from chainrule_staff.grading.split import SplitEngine, available_sandbox
from chainrule_staff.grading.split.launcher import descendants

GIVEN = """
import numpy as np
import matplotlib.pyplot as plt
rng = np.random.default_rng(0)
X = rng.normal(size=(64, 5)); Y = np.eye(3)[rng.integers(0, 3, 64)]"""
ANSWERS = {
    "softmax": """
def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)""",
    "jacobian": """
def jacobian(z):
    s = softmax(z)
    return np.diag(s) - np.outer(s, s)""",
    "loss": """
def loss(W, X, Y):
    return -np.mean(np.sum(Y * np.log(softmax(X @ W)), axis=1))""",
    "gradient": """
def gradient(W, X, Y):
    return X.T @ (softmax(X @ W) - Y) / len(X)""",
    "relu": "def relu(a):\n    return np.maximum(a, 0)",
    "descend": """
def descend(W, X, Y, rate=0.5, steps=100):
    losses = []
    for _ in range(steps):
        W = W - rate * gradient(W, X, Y)
        losses.append(loss(W, X, Y))
    return W, losses""",
    "numeric": """
def numeric(f, x, h=1e-6):
    g = np.zeros_like(x)
    for i in np.ndindex(x.shape):
        d = np.zeros_like(x); d[i] = h
        g[i] = (f(x + d) - f(x - d)) / (2 * h)
    return g""",
}
PLAIN = (
    "softmax(np.arange(3.0))",
    "print(loss(np.zeros((5, 3)), X, Y))",
    "W, losses = descend(np.zeros((5, 3)), X, Y)\nlosses[-1]",
    "plt.figure(figsize=(4, 2.5)); plt.plot(losses); plt.xlabel('step'); plt.show()",
    "plt.figure(figsize=(4, 2.5)); plt.semilogy(losses, label='loss'); plt.legend(); plt.show()",
)
TESTS = {
    "softmax": "for k in range(5):\n"
    "    z = np.random.normal(size=(4, 3)); s = softmax(z)\n"
    "    e = np.exp(z); np.testing.assert_allclose(s, e / e.sum(1, keepdims=True))",
    "jacobian": "z = np.array([1.0, 2.0, 0.5])\nassert jacobian(z).shape == (3, 3)\n"
    "np.testing.assert_allclose(jacobian(z).sum(0), 0, atol=1e-12)",
    "loss": "assert abs(loss(np.zeros((5, 3)), X, Y) - np.log(3)) < 1e-12",
    "gradient": "W0 = np.ones((5, 3))\ng = gradient(W0, X, Y)\nassert g.shape == (5, 3)\n"
    "np.testing.assert_allclose(g.sum(1), 0, atol=1e-12)",
    "relu": "np.testing.assert_array_equal(relu(np.array([-1.0, 2.0])), [0.0, 2.0])",
    "descend": "V, history = descend(np.zeros((5, 3)), X, Y)\nassert history[-1] < history[0]",
    "numeric": "W0 = np.ones((5, 3))\n"
    "np.testing.assert_allclose(numeric(lambda W: float((W**2).sum()), W0), 2 * W0, rtol=1e-5)",
}


def cell(source: str, name: str, **flags: object) -> NotebookNode:
    """Return a code cell with nbgrader metadata."""
    made = new_code_cell(source.strip("\n"))
    told = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
    made.metadata["nbgrader"] = {**told, "grade_id": name, **flags}
    return made


def notebook() -> NotebookNode:
    """Return 20 code cells: 1 given, 7 answers, 5 of the student's own (2 figures), 7 hidden."""
    cells = [cell(GIVEN, "given", locked=True)]
    cells += [cell(source, name, solution=True) for name, source in ANSWERS.items()]
    cells += [new_code_cell(source) for source in PLAIN]
    cells += [
        cell(source, f"test-{name}", grade=True, locked=True, points=1)
        for name, source in TESTS.items()
    ]
    return new_notebook(cells=cells)


def with_engine(engine: SplitEngine) -> Callable[[], None]:
    """Return a run through the split engine."""

    def run() -> None:
        outcome = engine.run(Job(notebook(), seed="benchmark"))
        assert all(verdict.passed for verdict in outcome.verdicts.values()), outcome.events

    return run


def with_nbclient() -> None:
    """Run everything in one fresh kernel, as stock nbgrader does."""
    made = notebook()
    NotebookClient(made, kernel_name="python3", allow_errors=True).execute()
    assert not any(o.output_type == "error" for c in made.cells for o in c.outputs)


def bare_fork() -> None:
    """Execute the cells in a fork of this warm process, and draw the figures."""
    pid = os.fork()
    if pid == 0:
        status = 1
        try:
            execute()
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(pid, 0)[1] == 0


def execute() -> None:
    """Run the cells with `exec`; a figure is drawn when it is shown."""
    import matplotlib.pyplot as plt

    def show() -> None:
        plt.savefig(io.BytesIO(), format="png", bbox_inches="tight")
        plt.close("all")

    plt.show = show
    names: dict[str, object] = {"print": lambda *args: None}
    for one in notebook().cells:
        exec(one.source, names)


def main() -> None:
    """Print the table."""
    import matplotlib

    matplotlib.use("agg")
    execute()  # the floor forks a process that is warm
    logging.disable(logging.WARNING)
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    engines = {f"split, {w}": SplitEngine(sandbox=w) for w in (available_sandbox(), "none") if w}
    ways: dict[str, Callable[[], None]] = {n: with_engine(e) for n, e in engines.items()}
    ways |= {"nbclient": with_nbclient, "floor": bare_fork}
    walls: dict[str, list[float]] = {name: [] for name in ways}
    cpus: dict[str, list[float]] = {name: [] for name in ways}
    for round_ in range(rounds + 1):
        for name, run in ways.items():
            began, used = time.perf_counter(), cpu_seconds()
            run()
            if round_:  # the first round warms up
                walls[name].append((time.perf_counter() - began) * 1e3)
                cpus[name].append((cpu_seconds() - used) * 1e3)
    for engine in engines.values():
        engine.close()
    report(walls, cpus)


def cpu_seconds() -> float:
    """Return the processor time of this process, of all below it, and of those that ended."""
    total = sum(os.times()[:4])
    for pid in descendants(os.getpid()):
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")
    return total


def report(walls: dict[str, list[float]], cpus: dict[str, list[float]]) -> None:
    """Print medians, quartiles and the ratios to nbclient."""
    stock, stock_cpu = (statistics.median(of["nbclient"]) for of in (walls, cpus))
    print(f"{'':20s}{'wall ms':>9s}{'quartiles':>15s}{'nbclient /':>12s}", end="")
    print(f"{'CPU ms':>9s}{'nbclient /':>12s}")
    for name, values in walls.items():
        low, middle, high = statistics.quantiles(values, n=4)
        cpu = statistics.median(cpus[name])
        print(f"{name:20s}{middle:9.0f}{low:8.0f}-{high:<6.0f}{stock / middle:11.1f}x", end="")
        print(f"{cpu:9.0f}{stock_cpu / cpu:11.1f}x")


if __name__ == "__main__":
    main()
