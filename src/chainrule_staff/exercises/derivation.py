"""Tasks whose answer is a derivation: typed text, read again by the judge, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from chainrule.assess import Unfinished, fetch, unfinished
from chainrule.compare import show
from chainrule.derivation import DerivationTask, Report, check_task
from chainrule.derivation.magic import variable_of
from chainrule.fact import Case, Derived, Fact, Group, without_stub
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind, Mistake

FALSE = "  # !"  # ends the first false line of a wrong derivation; students never see it
# What a line may be without taking anything from the whole.
FINE = ("start", "ok", "recovered")


@dataclass(frozen=True, kw_only=True)
class DeriveTask(Exercise):
    """A `%%derive` cell. Its text is what counts; a result computed by the student never does.

    Attributes:
        goal: start, target, setting and what may be used on the way; students see it.
        model: a model derivation; the first reference.
        other: a differently right one; the second reference.
        more_right: words -> another derivation that gets full marks.
        wrong: name -> (lesson, text) of derivations that must be rejected, and named; `FALSE`
            marks the first line that is not fine.
    """

    goal: DerivationTask
    model: str
    other: str
    names: tuple[str, ...] = ()
    reference: Answers = field(default_factory=dict)
    second: Answers = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("derivation",)
    more_right: Mapping[str, str] = field(default_factory=dict)
    wrong: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """The names follow from the task; the model derivations are the references."""
        name = variable_of(self.task)
        goal = replace(self.goal, name=self.task, points=self.points)
        object.__setattr__(self, "goal", goal)
        object.__setattr__(self, "names", (name,))
        object.__setattr__(self, "reference", {name: self.model})
        object.__setattr__(self, "second", {name: self.other})
        right = {words: {name: text} for words, text in self.more_right.items()}
        object.__setattr__(self, "also_correct", {**self.also_correct, **right})
        slips = (
            Mistake(key, lesson, {name: text.replace(FALSE, "")})
            for key, (lesson, text) in self.wrong.items()
        )
        object.__setattr__(self, "mistakes", (*self.mistakes, *slips))
        super().__post_init__()

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """Read the text and check every line against the one before."""
        try:
            text = fetch(answers, self.names[0])
        except Unfinished as reason:
            return unfinished(self.task, self.points, str(reason))
        if not isinstance(text, str):
            message = f"expected the text of a %%derive cell, got {show(text)}"
            return Verdict(self.task, 0.0, (Check("text", False, message),), points=self.points)
        report = check_task(without_stub(text), self.goal)
        if not any(step.relation for step in report.steps):
            return unfinished(self.task, self.points, "its lines are still to be written")
        score = 1.0 if report.complete else min(report.score, 0.99)
        mistake = None if report.complete else self._recognise(report)
        lesson = self.lessons[mistake] if mistake else " ".join(report.messages)
        return Verdict(self.task, score, checks_of(report), mistake, lesson, self.points)

    def _recognise(self, report: Report) -> str | None:
        """A derivation makes a known mistake if its first bad line is that mistake's."""
        bad = first_bad(report)
        for mistake in self.mistakes:
            text = mistake.answers[self.names[0]]
            known = first_bad(check_task(text, self.goal))
            if bad and bad == known:
                return mistake.name
        return None

    def fact(self, rng: Generator) -> Fact:
        """The instant check is the real one: the declaration is public, the checker shipped."""
        case = Case(self.names[0], None, Derived(self.task))
        group = Group("every line follows from the one before", (case,))
        return Fact(self.task, self.names, (group,), {}, self.points)


def checks_of(report: Report) -> tuple[Check, ...]:
    """Return one check per line, and one for getting from start to target."""
    lines = [
        Check(
            f"line {number}: {show(step.text, 80)[1:-1] if step.text else ''}",
            step.status in FINE or report.complete,  # a line written twice does no harm
            step.message or ", ".join(step.rules),
        )
        for number, step in enumerate(report.steps, 1)
    ]
    whole = Check("from start to target", report.complete, " ".join(report.messages))
    return (*lines, whole)


def first_bad(report: Report) -> str:
    """Return the first line that is not fine, without spaces; "" if there is none."""
    for step in report.steps:
        if step.status not in FINE:
            return "".join((step.relation + step.text).split())
    return ""
