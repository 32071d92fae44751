"""One answer among several, chosen by its letter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from chainrule.assess import Outcome, Unfinished, call, fetch, unfinished
from chainrule.compare import show
from chainrule.fact import Case, Fact, Form, Group
from chainrule.verdict import Check, Verdict
from chainrule_staff.exercises.model import Answers, Exercise, Generator, Kind


@dataclass(frozen=True, kw_only=True)
class ChoiceTask(Exercise):
    """A letter to choose; the words of an option, or other words for it, are taken as well.

    Attributes:
        options: letter -> what it says, in the order of the prompt.
        right: the letter of the right option.
        aliases: other words -> the letter that they mean.
    """

    options: Mapping[str, str]
    right: str
    aliases: Mapping[str, str] = field(default_factory=dict)
    reference: Answers = field(default_factory=dict)
    second: Answers = field(default_factory=dict)
    kinds: tuple[Kind, ...] = ("numeric",)

    def __post_init__(self) -> None:
        """The right letter is the reference, its words are the second road."""
        (name,) = self.names
        object.__setattr__(self, "reference", {name: self.right})
        object.__setattr__(self, "second", {name: self.options[self.right]})
        super().__post_init__()

    def letter(self, answer: Any) -> str | None:
        """Return the letter that an answer means, or None."""
        words = {_plain(text): letter for letter, text in self.options.items()}
        words |= {_plain(letter): letter for letter in self.options}
        words |= {_plain(text): letter for text, letter in self.aliases.items()}
        return words.get(_plain(answer)) if isinstance(answer, str) else None

    def judge(self, answers: Answers, rng: Generator) -> Verdict:
        """All or nothing; a known wrong choice gets its lesson."""
        (name,) = self.names
        try:
            answer = fetch(answers, name if name in answers else "answer")
            outcome = call(answer, (), name) if callable(answer) else Outcome(answer)
        except Unfinished as reason:
            text = str(reason).replace("`answer`", f"`{name}`")
            return unfinished(self.task, self.points, text)
        letter = self.letter(outcome.value)
        if letter is None:
            problem = outcome.text or (
                f"expected one of the letters {', '.join(self.options)}, got {show(outcome.value)}"
            )
            return Verdict(self.task, 0.0, (Check("form", False, problem),), points=self.points)
        right = letter == self.right
        check = Check("the choice", right, "" if right else "think again")
        wrong = {m.answers[name]: m.name for m in self.mistakes}
        mistake = None if right else wrong.get(letter)
        lesson = self.lessons.get(mistake or "", "")
        return Verdict(self.task, float(right), (check,), mistake, lesson, self.points)

    def fact(self, rng: Generator) -> Fact:
        """The instant check sees that there is a choice, not which one is right."""
        case = Case(self.names[0], None, Form(("text",)))
        group = Group("a letter is chosen (right or wrong is judged later)", (case,))
        return Fact(self.task, self.names, (group,), {}, self.points)


def _plain(text: str) -> str:
    return "".join(text.lower().split()).removesuffix(".")
