"""One submission on its way through the two processes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from chainrule.verdict import Verdict

from ..engine import Job
from . import plan
from .fold import Folder, error_output
from .inside.derivations import told_by
from .messages import Plain
from .plan import Step
from .student import Ran, StudentProcess

if TYPE_CHECKING:
    from .engine import SplitEngine

REPEAT_SECONDS = 2.0  # what a cell that was too slow once may take when it is repeated
FRESH_OUTPUT = 4 << 20  # bytes of output that a new process may have when the budget is spent


class Run:
    """Runs the steps of one notebook; a process that dies is started again and caught up."""

    def __init__(self, engine: SplitEngine, job: Job, notebook: NotebookNode) -> None:
        self.engine, self.job, self.notebook = engine, job, notebook
        self.limits = engine.limits
        self.verdicts: dict[str, Verdict] = {}
        self.events: list[str] = []
        self.steps = plan.steps(notebook)
        self.cells = frozenset(step.index for step in self.steps if step.kind != "hidden")
        self.folder = engine.farm.folder(job.files)
        # Nothing of the student's: what a given cell loads must not be theirs to write.
        self.trusted_folder = engine.farm.folder({}, trusted=True)
        self.evaluator = engine.evaluator()
        self.student: StudentProcess | None = None
        self.done: list[Step] = []  # what a new process has to run again
        self.late: set[int] = set()  # cells that were too slow
        self.spared: set[int] = set()  # cells whose process was killed from outside, once
        self.broken = False  # whether something of ours kept ending
        self.starts = 0
        self.budget = self.limits.output
        self.deadline = time.monotonic() + self.limits.wall
        self.folded = Folder(notebook)

    def run(self) -> None:
        """Run every step."""
        self.clear()
        self.evaluator.begin(self.job.seed, self.trusted_folder)
        for step in self.steps:
            if time.monotonic() > self.deadline:
                self.note(step, f"was not run: the notebook took more than {self.limits.wall:g} s")
            elif step.kind == "hidden":
                self.judge(step)
            else:
                self.run_student(step)
        self.notebook = self.folded.finish()

    def clear(self) -> None:
        """Remove what the student submitted as outputs; number the cells."""
        counts = {step.index: step.count for step in self.steps}
        for index, cell in enumerate(self.notebook.cells):
            if cell.cell_type == "code":
                cell.outputs = []
                cell.execution_count = counts.get(index)

    def note(self, step: Step, event: str) -> None:
        """Tell the instructor about a cell."""
        told = self.notebook.cells[step.index].metadata.get("nbgrader") or {}
        name = told.get("grade_id") or f"number {step.index + 1}"
        self.events.append(f"cell {name} {event}")

    def process(self) -> StudentProcess | None:
        """Return the student's process, started and caught up; None if it has died too often."""
        if self.student is not None and not self.student.dead:
            return self.student
        self.end_student()
        while self.starts <= self.limits.restarts:
            if self.starts:  # what comes again writes its files again, and the rest is in the way
                self.engine.farm.renew(self.folder, self.job.files)
            self.starts += 1
            self.student = StudentProcess(
                self.engine.server(),
                self.folder,
                self.limits,
                self.budget,
                self.cells,
                any(step.figures for step in self.steps),
            )
            if self.catch_up(self.student):
                self.evaluator.connect(self.student.calls)
                return self.student
            self.end_student()
        return None

    def catch_up(self, student: StudentProcess) -> bool:
        """Run again what had run before, without showing it.

        A cell that kills the process now is left out from now on; the answer is then False.
        """
        for step in list(self.done):
            seconds = REPEAT_SECONDS if step.index in self.late else self.job.timeout
            student.run(step.index, step.count, step.source, seconds)
            if student.dead:
                if not self.spare(step):
                    self.done.remove(step)
                    self.note(step, "could not be repeated after a restart")
                return False
        return True

    def run_student(self, step: Step) -> None:
        """Run a cell in the student's process; a given cell also defines names for the tests."""
        if step.kind == "given":
            self.evaluator.given(step.source)
        student = self.process()
        if student is None:
            self.show(step, Ran(event="was not run: the process of the submission kept ending"))
            return
        ran = student.run(step.index, step.count, step.source, self.job.timeout)
        if student.dead and self.spare(step):
            self.run_student(step)
            return
        if not student.dead:
            self.done.append(step)
        if ran.late:
            self.late.add(step.index)
        self.derive(step, ran)
        self.show(step, ran)

    def derive(self, step: Step, ran: Ran) -> None:
        """Put a derivation that the evaluator has checked in the place of the mark for it."""
        marks = [(message, told) for message in ran.messages if (told := told_by(message[2]))]
        for number, ((_, _, content, _, _), (task, text)) in enumerate(marks):
            content["data"] = {"text/plain": text}
            if number or self.evaluator.dead:
                continue  # more than one in a cell is a forgery
            command = {"derive": step.index, "task": task, "text": text}
            shown, reply = self.ask(step, command, self.evaluator.interrupt)
            if reply and reply["content"]:
                content["data"] = Plain().read(reply["content"])
            if shown.event:
                self.note(step, f"has a derivation whose check {shown.event}")
            if self.evaluator.dead:
                self.revive()

    def judge(self, step: Step, again: bool = True) -> None:
        """Run a hidden cell in the evaluator; once more if the evaluator broke down by itself."""
        student = self.process()
        command: dict[str, Any] = {
            "judge": step.index, "count": step.count, "source": step.source,
            "task": step.task, "points": step.points, "figures": step.figures,
        }  # fmt: skip
        # Nearly always it is the student's code that hangs. And the evaluator must not be
        # interrupted while the student's process could still answer an old question.
        first = () if student is None else (student.interrupt, student.kill)
        ran, reply = self.ask(step, command, *first, self.evaluator.interrupt)
        if self.evaluator.dead:
            self.revive()
            if again and not ran.late:
                self.judge(step, again=False)
                return
            self.broken = self.broken or not ran.late
        elif student is not None and student.has_ended() and self.spare(step):
            self.judge(step, again)
            return
        self.show(step, ran)
        if reply is not None:
            self.verdicts[step.task] = Verdict.from_dict(Plain().read(reply["verdict"]))
        if student is not None and student.has_ended() and not ran.event:
            self.note(step, "ended the process of the submission")

    def ask(
        self, step: Step, command: dict[str, Any], *relieve: Callable[[], None]
    ) -> tuple[Ran, dict[str, Any] | None]:
        """Ask the evaluator, with what to do one after the other when time is up."""
        limits = self.job.timeout, self.limits.grace
        return self.evaluator.ask(command, step.index, *limits, relieve, self.complaint)

    def spare(self, step: Step) -> bool:
        """Return whether a step is to be run again: its process was killed by somebody else.

        Once for each step: where it happens a second time, it is likely the step's own doing.
        """
        struck = self.end_student() and step.index not in self.spared
        if struck:
            self.spared.add(step.index)
        return struck

    def complaint(self) -> str:
        """Look at what the submission uses while a hidden cell runs; end it if that is too much."""
        found = "" if self.student is None else self.student.complaint()
        if found and self.student is not None:
            self.student.kill()
        return found

    def revive(self) -> None:
        """Start a new evaluator and tell it what the old one knew."""
        self.end_student()  # the other end of its calls went down with the old evaluator
        self.evaluator = self.engine.evaluator()
        self.evaluator.begin(self.job.seed, self.trusted_folder)
        for step in self.done:
            if step.kind == "given":
                self.evaluator.given(step.source)

    def show(self, step: Step, ran: Ran) -> None:
        """Put what a cell showed into the notebook."""
        self.folded.fold(ran.messages)
        if ran.event:
            self.note(step, ran.event)
        outputs = self.notebook.cells[step.index].outputs
        if ran.late:
            said = f"this cell took longer than {self.job.timeout:g} s"
            outputs.append(error_output("CellTimeoutError", said))
        elif ran.reply is None:
            outputs.append(error_output("DeadKernelError", f"this cell {ran.event}"))

    def end_student(self) -> bool:
        """End the student's process, if there is one; return whether others had killed it."""
        if self.student is None:
            return False
        student, self.student = self.student, None
        self.budget = max(student.control.budget or 0, FRESH_OUTPUT)
        return student.close()

    def close(self) -> None:
        """End what runs and remove what was written."""
        try:
            self.end_student()
        finally:
            if not self.evaluator.dead:
                self.evaluator.end()
            self.engine.farm.remove(self.folder)
            self.engine.farm.remove(self.trusted_folder)
