"""The receipt of a graded submission: what was graded, by what, and what came out."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import chainrule
from chainrule.verdict import Verdict

NAME = "receipt.json"
FORMAT = 1


@dataclass(frozen=True)
class Receipt:
    """Everything that explains a mark.

    Attributes:
        student, assignment: names.
        key: the hash of all that decides the result; the same key is never graded twice. Empty
            if the grader broke down: then the next run tries again.
        submission, source: SHA-256 of the file handed in and of the instructor's notebook.
        engine: how the notebook was run and guarded.
        seed: SHA-256 of the submission's seed; the seed itself stays secret.
        flags: what had to be mended.
        events: what went wrong while running.
        verdicts: grade id -> verdict.
        manual: grade ids that a person has to grade, with their points.
        blank: answers left as they were handed out.
        seconds: wall time of the run.
        versions: of everything that takes part.
        handed_in: when, as nbgrader's timestamp says; empty if it does not.
    """

    student: str
    assignment: str
    key: str
    submission: str
    source: str
    engine: str
    seed: str
    flags: tuple[str, ...]
    events: tuple[str, ...]
    verdicts: Mapping[str, Verdict]
    manual: Mapping[str, float] = field(default_factory=dict)
    blank: tuple[str, ...] = ()
    seconds: float = 0.0
    versions: Mapping[str, str] = field(default_factory=dict)
    handed_in: str = ""

    @property
    def score(self) -> float:
        """Points earned automatically."""
        return sum(verdict.earned for verdict in self.verdicts.values())

    @property
    def max_score(self) -> float:
        """Points that could be earned automatically."""
        return sum(verdict.points for verdict in self.verdicts.values())

    @property
    def mistakes(self) -> list[tuple[str, str]]:
        """(task, mistake) for each known mistake that was recognised."""
        found = self.verdicts.values()
        return [(verdict.task, verdict.mistake) for verdict in found if verdict.mistake]

    def to_json(self) -> bytes:
        """Return the receipt as it is filed."""
        data: dict[str, Any] = {each.name: getattr(self, each.name) for each in fields(self)}
        data["format"] = FORMAT
        data["verdicts"] = {name: v.to_dict() for name, v in self.verdicts.items()}
        data |= {"score": self.score, "max_score": self.max_score}
        return json.dumps(data, indent=1, ensure_ascii=False).encode() + b"\n"

    @classmethod
    def from_json(cls, data: bytes) -> Receipt:
        """Read a receipt back; raise ValueError if it is none or of another format."""
        try:
            found: dict[str, Any] = json.loads(data)
            if found.pop("format") != FORMAT:
                raise ValueError("another format")
            verdicts = {n: Verdict.from_dict(v) for n, v in found.pop("verdicts").items()}
            del found["score"], found["max_score"]
            flags, events, blank = (tuple(found.pop(k)) for k in ("flags", "events", "blank"))
            return cls(verdicts=verdicts, flags=flags, events=events, blank=blank, **found)
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"not a receipt: {error}") from error


def digest(*pieces: bytes) -> str:
    """Return one SHA-256 over several pieces, none of which can run into the next."""
    total = hashlib.sha256()
    for piece in pieces:
        total.update(len(piece).to_bytes(8) + piece)
    return total.hexdigest()


@cache
def versions() -> dict[str, str]:
    """Return the versions of everything that takes part in a mark.

    "judge" stands for the text of our own code: whoever mends an exercise wants its submissions
    graded again, and the instructor's notebook, which only calls the judge, does not show it.
    """
    names = ("chainrule", "chainrule-staff", "nbgrader", "numpy", "sympy", "matplotlib", "ipython")
    released = {name: version(name) for name in names}
    return {"python": platform.python_version(), **released, "judge": judge_digest()[:16]}


@cache
def judge_digest() -> str:
    """Return the SHA-256 of the code that takes part in a mark."""
    staff = Path(__file__).parents[1]
    folders = (Path(chainrule.__file__).parent, staff / "exercises", staff / "grading")
    files = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return digest(*(path.read_bytes() for path in files))
