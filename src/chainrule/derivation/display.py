"""A checked derivation as a table: words first, colour only as an echo, everything escaped."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from chainrule.derivation.chains import Line
from chainrule.derivation.scoring import Report
from chainrule.derivation.typesetting import mathml, relation_sign

WORDS = {
    "start": "start",
    "ok": "right",
    "leap": "too large a step",
    "unjustified": "not justified",
    "same": "same line again",
    "circular": "back where you were",
    "wrong": "false",
    "recovered": "right again",
    "domain": "not everywhere",
    "unread": "cannot be read",
    "undecided": "no verdict",
}
_COLOURS = {
    "ok": "#00704a",
    "start": "#767676",
    "wrong": "#a3281c",
    "unread": "#a3281c",
}
_DOUBTFUL = "#8a5a00"
# JupyterLab takes <style> and <math> out of a notebook it does not trust: the typed text stays.
_STYLE = (
    "<style>.chainrule-derivation .cr-math{display:inline!important}"
    ".chainrule-derivation .cr-typed{display:none}</style>"
)
_CELL = "text-align:left;vertical-align:middle;padding:.25em .8em"


@dataclass(frozen=True)
class Derivation:
    """What a student typed for a task, and what came of it; shows itself in a notebook.

    Attributes:
        name: the task.
        text: the text as it was typed.
        report: the verdict on it.
    """

    name: str
    text: str
    report: Report

    def __str__(self) -> str:
        return str(self.report)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return to_html(self.report, self.name)

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": str(self), "text/html": self._repr_html_()}


def to_html(report: Report, name: str = "") -> str:
    """Return the table of a report: line, formula, verdict, and why."""
    task = report.problem.task
    title = html.escape(name or task.name or "derivation")
    cases = ["", *(line.case for line in report.steps)]
    rows = "".join(
        (_case(line.case) if line.case != before else "") + _row(line)
        for before, line in zip(cases, report.steps, strict=False)
    )
    head = "".join(
        f"<th scope='col' style='{_CELL}'>{word}</th>"
        for word in ("Line", "Formula", "Verdict", "Rule or counterexample")
    )
    table = (
        f"<table><caption style='text-align:left'>{title}, line by line</caption>"
        f"<thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
    )
    notes = "".join(f"<p>{html.escape(message)}</p>" for message in report.messages)
    end = f"<p><b>{headline(report)}</b></p>{notes}"
    return f"<div class='chainrule-derivation'>{_STYLE}{table}{end}</div>"


def headline(report: Report) -> str:
    """Return the result in one sentence."""
    points = report.problem.task.points
    worth = (
        f"{report.score * points:.3g} of {points:.3g} points"
        if points != 1
        else (f"{report.score:.0%}")
    )
    if report.complete:
        return f"Complete: {worth}."
    first = next((s for s in report.steps if s.status in ("wrong", "unread", "leap")), None)
    where = f" Look at line {first.number} first." if first else ""
    return f"Not complete yet: {worth}.{where}"


def _case(condition: str) -> str:
    words = f"case {condition}" if condition else "in every case"
    return f"<tr><td></td><td colspan='3' style='{_CELL}'><b>{html.escape(words)}</b></td></tr>"


def _formula(typeset: str, typed: str) -> str:
    """Return a typeset formula, and what was typed for where no formula can be drawn."""
    return (
        f"<span class='cr-math' style='display:none'>{typeset}</span>"
        f"<span class='cr-typed'>{typed}</span>"
    )


def _row(line: Line) -> str:
    typed = f"<code>{html.escape(line.text)}</code>"
    formula = typed if line.tree is None else _formula(mathml(line.tree), typed)
    sign = html.escape(relation_sign(line.relation))
    why = html.escape(line.message)
    if line.reason:
        why += f"<br><i>you wrote: {html.escape(line.reason)}</i>"
    colour = _COLOURS.get(line.status, _DOUBTFUL)
    return (
        f"<tr><th scope='row' style='{_CELL}'>{line.number}</th>"
        f"<td style='{_CELL};white-space:nowrap'>{sign} {formula}</td>"
        f"<td style='{_CELL};border-left:4px solid {colour}'>{WORDS[line.status]}</td>"
        f"<td style='{_CELL}'>{why}</td></tr>"
    )
