"""A class of real notebooks: stock `nbgrader autograde` in bulk beside chainrule's engine.

    python benchmarks/grading.py [--rounds 3] [--students 6] [--notebooks softmax ...]

Every derivation is a text of its own, in each round, as an engine keeps what it has checked.

Each notebook is a course of its own, once as it is (its figures are rendered) and once without
the cells that draw. The class is right, wrong and blank in parts. In each round all ways go in
turn over the whole class, so that a busy machine is busy for all of them:

- `stock`: one `nbgrader autograde` over the class, nbgrader's own preprocessors and settings. Its
  hidden cells call `judge` in the student's kernel; the instant checks, which chainrule leaves out
  when grading, are left out there, too. What the command takes when there is nothing to grade is
  subtracted: start-up is paid once, however large the class is.
- `split, sandlock` and `split, none`: repair, both processes, verdicts, receipt, gradebook rows and
  the files in their place, by one worker.
- `floor`: a fork of a warm process executes the cells and judges, with nothing around it: no
  kernel, no second process, no messages, no files.

In each round stock has one turn, the others, which are short, three, of which the median counts.
Printed are medians over the rounds, per submission, on one core.
"""

# ruff: noqa: E402  # the number of threads is read on import
from __future__ import annotations

import argparse
import ast
import contextlib
import io
import itertools
import logging
import multiprocessing
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field, replace
from operator import attrgetter
from pathlib import Path
from threading import Event, Thread
from typing import Any

for library in ("OPENBLAS", "OMP", "MKL"):  # one thread each, as in the engine
    os.environ[f"{library}_NUM_THREADS"] = "1"

import nbformat
from engine import cpu_seconds
from nbformat import NotebookNode
from nbgrader.apps.api import NbGraderAPI
from traitlets.config import Config

from chainrule_staff.course import Course, put_tools_on_path
from chainrule_staff.exercises.names import task_of
from chainrule_staff.grading.filing import TOGETHER, Desk, handed_in, marks_of
from chainrule_staff.grading.gradebook import Marks, Recorder
from chainrule_staff.grading.graded_cell import without_instant_checks
from chainrule_staff.grading.pipeline import load_assignment
from chainrule_staff.grading.repair import repair
from chainrule_staff.grading.split import SplitEngine, available_sandbox
from chainrule_staff.grading.split.launcher import descendants
from chainrule_staff.grading.submission import Graded, grade_submission
from chainrule_staff.sample.handin import hand_in
from chainrule_staff.sample.students import Student, blank, mistaken, perfect

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = ("softmax", "ad_traces", "convolution", "gd_convergence")
SIGNED, SERIAL = "\n# copy ", itertools.count()
TURNS = 3  # of a way in each round, of which the median counts; stock's turn is long, and one
STOCK_CONFIG = "c = get_config()\n"


@dataclass
class Time:
    """Seconds of one way over one class."""

    wall: float
    cpu: float


Measure = Callable[[Time], float]
WALL: Measure = attrgetter("wall")
CPU: Measure = attrgetter("cpu")


@dataclass
class Case:
    """One notebook with one class.

    Attributes:
        name: of the assignment.
        figures: whether its figures are rendered.
        students: how many hand in.
        course, stock: two course folders with the same submissions.
        times: way -> its times, one for each round.
        writer: milliseconds of the gradebook's writer for each submission, one for each round.
        earlier: somebody's marks, which are written before the clock starts: a writer's first
            statements are compiled, once for a class of any size.
    """

    name: str
    figures: bool
    students: int
    course: Course
    stock: Course
    times: dict[str, list[Time]] = field(default_factory=dict)
    writer: list[float] = field(default_factory=list)
    earlier: list[Marks] = field(default_factory=list)

    def milliseconds(self, way: str, of: Measure) -> float:
        """Return the median of a way per submission."""
        values = [of(time) for time in self.times[way]]
        return statistics.median(values) * 1e3 / self.students

    def ratio(self, way: str, of: Measure) -> float:
        """Return how often a way fits into stock: the median over the rounds."""
        pairs = zip(self.times["stock"], self.times[way], strict=True)
        return statistics.median(of(a) / of(b) for a, b in pairs)


def make_case(folder: Path, name: str, figures: bool, students: int) -> Case:
    """Make both courses and let the class hand in."""
    label = f"{name}-{'figures' if figures else 'plain'}"
    courses = Course(folder / label / "ours"), Course(folder / label / "stock")
    for course in courses:
        for step in ("source", "release"):
            notebook = nbformat.read(ROOT / step / name / f"{name}.ipynb", 4)
            notebook = notebook if figures else without_drawing(notebook)
            path = course.notebook(step, name)
            path.parent.mkdir(parents=True)
            nbformat.write(notebook, path)
        for student in class_of(nbformat.read(course.notebook("source", name), 4), students):
            hand_in(course, name, student)
        sign_derivations(course, name)
    case = Case(name, figures, students, *courses)
    prepare_stock(case)
    return case


def without_drawing(notebook: NotebookNode) -> NotebookNode:
    """Return the notebook without its views: neither their imports nor the cells that use them."""
    views = {
        alias.name
        for cell in notebook.cells
        if cell.cell_type == "code" and "chainrule.views" in cell.source
        for node in ast.walk(ast.parse(no_magics(cell.source)))
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("chainrule.views")
        for alias in node.names
    }
    kept = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            lines = [line for line in cell.source.split("\n") if "chainrule.views" not in line]
            cell.source = "\n".join(lines)
            own = "nbgrader" not in cell.metadata
            if own and views & names_of(cell.source):
                continue
        kept.append(cell)
    notebook.cells = kept
    return notebook


def names_of(source: str) -> set[str]:
    """Return every name in a cell."""
    return {node.id for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Name)}


def no_magics(source: str) -> str:
    """Return the source without IPython's line magics."""
    return "\n".join(line for line in source.split("\n") if not line.startswith("%"))


def class_of(source: NotebookNode, size: int) -> list[Student]:
    """Return a class: right, blank, all wrong, and students who get every third task wrong."""
    graded = [c for c in source.cells if c.metadata.get("nbgrader", {}).get("grade")]
    tasks = [task_of(c.metadata.nbgrader.grade_id) for c in graded if c.cell_type == "code"]
    right, wrong = perfect(tasks), mistaken(tasks)
    people = [right, blank()]
    for number in range(size - len(people)):
        other = wrong[number % len(wrong)]
        picked = {t: text for k, (t, text) in enumerate(other.answers.items()) if k % 3 == 0}
        people.append(replace(right, answers={**right.answers, **picked}))
    return [replace(student, name=f"student-{n}") for n, student in enumerate(people[:size])]


def prepare_stock(case: Case) -> None:
    """Set stock nbgrader's course up: configuration, release, gradebook."""
    root = case.stock.root
    (root / "nbgrader_config.py").write_text(STOCK_CONFIG)
    path = case.stock.notebook("source", case.name)
    nbformat.write(without_instant_checks(nbformat.read(path, 4)), path)
    shutil.rmtree(root / "release")
    config = Config({"CourseDirectory": {"root": str(root)}})
    done = NbGraderAPI(config=config).generate_assignment(case.name, force=False)
    assert done["success"], done
    shutil.copy(root / "gradebook.db", root / "before.db")


def nbgrader(case: Case, *words: str) -> Time:
    """Run one nbgrader command in the stock course; return what it and its kernels took."""
    command = [sys.executable, "-m", "nbgrader", *words]
    began, used = time.perf_counter(), os.times()
    done = subprocess.run(command, cwd=case.stock.root, capture_output=True, text=True, check=False)
    after = os.times()
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} failed:\n{done.stderr[-3000:]}")
    cpu = after.children_user + after.children_system - used.children_user - used.children_system
    return Time(time.perf_counter() - began, cpu)


def run_stock(case: Case, start: Time) -> Time:
    """Grade the class with stock nbgrader, from an empty gradebook; `start` is subtracted."""
    root = case.stock.root
    shutil.rmtree(root / "autograded", ignore_errors=True)
    shutil.copy(root / "before.db", root / "gradebook.db")
    whole = nbgrader(case, "autograde", case.name)
    graded = list(root.glob("autograded/*/*/*.ipynb"))
    assert len(graded) == case.students, f"stock graded {len(graded)} of {case.students}"
    return Time(whole.wall - start.wall, whole.cpu - start.cpu)


def start_stock(case: Case) -> Time:
    """Return what the command takes when there is nothing left to grade."""
    return nbgrader(case, "autograde", case.name)


def sign_derivations(course: Course, name: str) -> None:
    """Make every derivation a text that no engine has seen: what it has checked, it keeps."""
    for path in course.root.glob(f"submitted/*/{name}/{name}.ipynb"):
        notebook = nbformat.read(path, 4)
        for cell in notebook.cells:
            if cell.source.startswith("%%derive"):
                cell.source = f"{cell.source.partition(SIGNED)[0]}{SIGNED}{next(SERIAL)}"
        nbformat.write(notebook, path)


def run_split(case: Case, engine: SplitEngine) -> Time:
    """Grade the class with the split engine, from an empty gradebook."""
    course = case.course
    sign_derivations(course, case.name)
    shutil.rmtree(course.root / "autograded", ignore_errors=True)
    new_gradebook(course)
    assignment, results = load_assignment(course, case.name), list[Graded]()
    with Recorder(course.db_url) as recorder:
        recorder.register(case.name, nbformat.reads(assignment.source, 4))
        recorder.record(case.earlier)
        began, used = time.perf_counter(), cpu_seconds()
        with Desk(course, recorder) as desk:
            for submission in handed_in(course, case.name):
                results.append(grade_submission(assignment, submission.read(), engine))
            desk.file(results)
        spent = Time(time.perf_counter() - began, cpu_seconds() - used)
        check_graded(results)
        case.writer.append(time_of_writer(recorder, results))
        case.earlier = [replace(marks_of(results[0].receipt), student="somebody")]
        return spent


def new_gradebook(course: Course) -> None:
    """Start with an empty gradebook; to make one takes nbgrader some seconds, each time."""
    empty = course.root / "empty.db"
    if not empty.exists():
        with Recorder(f"sqlite:///{empty}"):
            pass
    shutil.copy(empty, course.root / "gradebook.db")


def time_of_writer(recorder: Recorder, results: Sequence[Graded]) -> float:
    """Return the milliseconds per submission in a transaction as large as the desk's."""
    marks = [marks_of(result.receipt) for result in results]
    many = [replace(marks[k % len(marks)], student=f"other-{k}") for k in range(TOGETHER)]
    began = time.perf_counter()
    recorder.record(many)
    return (time.perf_counter() - began) * 1e3 / len(many)


def check_graded(results: Sequence[Graded]) -> None:
    """Refuse to measure something that went wrong."""
    for receipt in (graded.receipt for graded in results):
        assert not receipt.events, receipt.events
        if receipt.student == "student-0":
            assert receipt.score == receipt.max_score, receipt.verdicts


class Floor:
    """Executes notebooks in forks of this process, which has imported and used everything."""

    def __init__(self, cases: Sequence[Case]) -> None:
        from IPython.core.interactiveshell import InteractiveShell

        self.shell: Any = InteractiveShell.instance()
        self.notebooks = {
            id(case): [self.compiled(n) for n in repaired_notebooks(case)] for case in cases
        }
        for notebooks in self.notebooks.values():
            self.execute(notebooks[0])

    def compiled(self, notebook: NotebookNode) -> list[str]:
        """Return the cells as Python: only the magics are translated."""
        translate = self.shell.input_transformer_manager.transform_cell
        return [translate(c.source) for c in notebook.cells if c.cell_type == "code"]

    def __call__(self, case: Case) -> Time:
        """Run the class, a fork for each submission."""
        began, used = time.perf_counter(), cpu_seconds()
        for cells in self.notebooks[id(case)]:
            pid = os.fork()
            if pid == 0:
                try:
                    self.execute(cells)
                finally:
                    os._exit(0)
            os.waitpid(pid, 0)
        return Time(time.perf_counter() - began, cpu_seconds() - used)

    def execute(self, cells: Sequence[str]) -> None:
        """Run the cells; what the last line of one shows is formatted, figures included."""
        names = {"get_ipython": lambda: self.shell, "display": self.shell.display_formatter.format}
        self.shell.user_ns.clear()
        self.shell.user_ns.update(names)
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            for source in cells:
                with contextlib.suppress(Exception):
                    self.run(ast.parse(source))

    def run(self, tree: ast.Module) -> None:
        """Execute one cell."""
        space, last = self.shell.user_ns, None
        if tree.body and isinstance(ending := tree.body[-1], ast.Expr):
            last = ast.Expression(ending.value)
            tree.body.pop()
        exec(compile(tree, "<cell>", "exec"), space)
        if last is not None:
            value = eval(compile(last, "<cell>", "eval"), space)
            if value is not None:
                self.shell.display_formatter.format(value)


def repaired_notebooks(case: Case) -> Iterator[NotebookNode]:
    """Yield what the engine is given."""
    source, release = load_assignment(case.course, case.name).notebooks()
    for submission in handed_in(case.course, case.name):
        repaired = repair(submission.read().files[f"{case.name}.ipynb"], source, release)
        yield without_instant_checks(repaired.notebook)


def memory_of_worker(cases: Sequence[Case], guard: str) -> float:
    """Return the peak of a worker that grades all classes, in MB; it is a process of its own."""
    classes = [(case.course.root, case.name) for case in cases]
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(peak_of, classes, guard).result()


def peak_of(classes: Sequence[tuple[Path, str]], guard: str) -> float:
    """Grade all classes; return the largest sum of PSS of this process and all below it, in MB."""
    logging.disable(logging.WARNING)
    peak, over = [0.0], Event()

    def watch() -> None:
        while not over.wait(0.05):
            pids = [os.getpid(), *descendants(os.getpid())]
            peak[0] = max(peak[0], sum(map(pss_of, pids)))

    watcher = Thread(target=watch)
    watcher.start()
    engine, _ = start(guard)
    for course, name in ((Course(root), name) for root, name in classes):
        assignment = load_assignment(course, name)
        for submission in handed_in(course, name):
            grade_submission(assignment, submission.read(), engine)
    engine.close()
    over.set()
    watcher.join()
    return peak[0]


def pss_of(pid: int) -> float:
    """Return a process's share of memory in MB."""
    try:
        for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
            if line.startswith("Pss:"):
                return int(line.split()[1]) / 1024
    except OSError:
        pass
    return 0.0


def start(word: str) -> tuple[SplitEngine, float]:
    """Return a warm engine, and the seconds that it took."""
    began = time.perf_counter()
    engine = SplitEngine(sandbox=word)
    engine.server()
    engine.evaluator()
    return engine, time.perf_counter() - began


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--students", type=int, default=6)
    parser.add_argument("--notebooks", nargs="+", default=list(NOTEBOOKS))
    parser.add_argument("--without-stock", action="store_true", help="only ours and the floor")
    parser.add_argument("--verbose", action="store_true", help="a table after each round")
    options = parser.parse_args()
    logging.disable(logging.WARNING)
    sys.stdout.reconfigure(line_buffering=True)  # type: ignore[union-attr]
    put_tools_on_path()
    guard = available_sandbox() or "none"
    with tempfile.TemporaryDirectory() as folder:
        cases = [
            make_case(Path(folder), name, figures, options.students)
            for figures in (False, True)
            for name in options.notebooks
        ]
        guarded, seconds = start(guard)
        memory = memory_of_worker(cases, guard)
        engines = {f"split, {guard}": guarded, "split, none": start("none")[0]}
        ways: dict[str, Callable[[Case], Time]] = {
            name: lambda case, engine=engine: run_split(case, engine)  # type: ignore[misc]
            for name, engine in engines.items()
        }
        ways["floor"] = Floor(cases)
        for case, engine in itertools.product(cases, engines.values()):
            run_split(case, engine)  # once for nothing: what is imported late is imported now
            case.writer.clear()
        if not options.without_stock:
            run_stock(cases[0], Time(0, 0))
            start_of_stock = start_stock(cases[0])
            ways["stock"] = lambda case: run_stock(case, start_of_stock)
        for round_ in range(options.rounds):
            for case in cases:
                for name, run in ways.items():
                    turns = 1 if name == "stock" else TURNS
                    times = [run(case) for _ in range(turns)]
                    case.times.setdefault(name, []).append(median(times))
                print(f"round {round_ + 1}: {case.name}", file=sys.stderr)
                if options.verbose:
                    report(case, guard)
        for case in cases:
            report(case, guard)
        summary(cases, guard)
        for engine in engines.values():
            engine.close()
    print(f"\nstart of an engine: {seconds:.1f} s; memory of a worker (PSS): {memory:.0f} MB")


def median(times: Sequence[Time]) -> Time:
    """Return the median of each of both clocks."""
    return Time(statistics.median(map(WALL, times)), statistics.median(map(CPU, times)))


def report(case: Case, guard: str) -> None:
    """Print one table."""
    kind = "figures rendered" if case.figures else "without figures"
    print(f"\n{case.name}, {kind}, {case.students} submissions: milliseconds each")
    print(f"  {'':18s}{'wall':>8s}{'CPU':>8s}{'stock/wall':>12s}{'stock/CPU':>11s}")
    for way in case.times:
        print(f"  {way:18s}", end="")
        print(f"{case.milliseconds(way, WALL):8.1f}{case.milliseconds(way, CPU):8.1f}", end="")
        if "stock" in case.times:
            print(f"{case.ratio(way, WALL):11.1f}x{case.ratio(way, CPU):10.1f}x", end="")
        print()
    print(f"  writer: {statistics.median(case.writer):.2f} ms")


def summary(cases: Sequence[Case], guard: str) -> None:
    """Print the medians over the notebooks."""
    print()
    for figures in (False, True):
        some = [case for case in cases if case.figures is figures]
        kind = "with figures rendered" if figures else "without figures"
        print(f"median over {len(some)} notebooks {kind}:", end="")
        if "stock" in some[0].times:
            wall, cpu = (
                statistics.median(case.ratio(f"split, {guard}", of) for case in some)
                for of in (WALL, CPU)
            )
            print(f" {wall:.1f}x stock by wall, {cpu:.1f}x by CPU;", end="")
        over = statistics.median(
            a.cpu / b.cpu
            for case in some
            for a, b in zip(case.times[f"split, {guard}"], case.times["split, none"], strict=True)
        )
        floor = statistics.median(
            case.milliseconds(f"split, {guard}", CPU) / case.milliseconds("floor", CPU)
            for case in some
        )
        print(f" sandbox {100 * (over - 1):+.1f} % CPU; {floor:.2f}x the floor's CPU")
    writer = statistics.median(ms for case in cases for ms in case.writer)
    print(f"writer: {writer:.2f} ms per submission")


if __name__ == "__main__":
    main()
