"""The five worked sheets as submissions: what each answers, and every mistake it makes.

The demo hands the same answers in and grades them in notebooks; here they are judged at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import load_catalogue

from chainrule.derivation.magic import variable_of
from chainrule_staff.build.products import authored
from chainrule_staff.exercises import find, judge
from chainrule_staff.sample.students import Student, sheets

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "examples" / "class"
SEEDS = range(3)
CATALOGUE = load_catalogue()

# question of a sheet, task that shows its flaw, and the mistake that must be named
FLAWS = (
    ("000 Q1.1", "activations.kink-claims", "relu-undefined"),
    ("000 Q2.2 (c -> infinity)", "softmax.c-infinity", "ties-ignored"),
    ("000 Q2.4", "softmax.k-minus-1-logits", "one-too-many"),
    ("000 Q3", "activations.sigmoid-to-tanh-network-derivation", "one-lost"),
    ("000 Q3", "activations.sigmoid-to-tanh-network", "tildes-dropped"),
    ("000 Q4.1", "ad_traces.forward-ad", "rounded-too-early"),
    ("000 Q4.2", "ad_traces.reverse-ad", "forward-seed-in-reverse"),
    ("000 Q6.1", "convolution.output-size-256", "true-division"),
    ("001 Q1.B", "activations.sigmoid-derivative-derivation", "in-circles"),
    ("001 Q1.H", "backprop_mlp.l1-gradient", "zero-over-zero"),
    ("001 Q1.I", "softmax.stubborn-component", "none-exists"),
    ("001 Q1.K", "softmax.partial-derivatives-derivation", "square-lost"),
    ("001 Q1.K", "softmax.partial-derivatives", "square-lost"),
    ("001 Q1.M", "softmax.linear-time-vjp", "gradient-with-itself"),
    ("001 Q2.E", "backprop_mlp.empirical-risk-params", "sum-for-mean"),
    ("001 Q2.I", "backprop_mlp.grad-w2-matrix", "entrywise"),
    ("001 Q2.K", "backprop_mlp.grad-hs-matrix", "entrywise"),
    ("001 Q2.L", "backprop_mlp.elu-derivative", "zero-left-out"),
    ("001 Q2.P", "backprop_mlp.grad-x", "sum-stops-at-two"),
    ("003 1.6", "activations.kink-claims", "a-derivative-by-decree"),
    ("003 1.7", "activations.kink-claims", "a-derivative-by-decree"),
    ("003 2.5", "backprop_mlp.empirical-risk-params", "factored-wrongly"),
    ("003 2.8", "softmax.translation", "overflow"),
    ("003 2.9", "backprop_mlp.grad-w2-entries", "inner-product-of-columns"),
    ("003 2.10", "backprop_mlp.grad-w2-matrix", "inner-product"),
    ("003 2.12", "backprop_mlp.grad-hs-matrix", "transpose-missing"),
    ("003 2.13", "backprop_mlp.elu-derivative", "value-above-zero"),
    ("003 2.15", "backprop_mlp.grad-w1-entries", "whole-input"),
    ("003 2.16", "backprop_mlp.grad-w1-matrix", "entrywise"),
    ("003 2.17", "backprop_mlp.grad-x", "sum-stops-at-two"),
    ("003 2.18", "backprop_mlp.regularised-gradient", "l1-sign-and-lambdas"),
    ("004 1(a)", "cross_entropy.output-activation", "sign"),
    ("004 1(f)", "cross_entropy.mse-logit-gradient-derivation", "inner-derivative-lost"),
    ("004 1(f)", "cross_entropy.mse-logit-gradient", "inner-minus-lost"),
    ("004 1(g)", "cross_entropy.loss-claims", "no-interpretation"),
    ("004 2", "heaviside_networks.weights", "sheet-slope"),
    ("004 3(a)", "activations.relu-one-sided-slopes", "empty-condition"),
    ("004 3(d)", "activations.heaviside-derivative", "left-quotient-negative"),
    ("004 3(d)", "activations.kink-claims", "delta-as-a-function"),
    ("004 5(b)", "softmax.scaling-claims", "all-probable-classes-gain"),
    ("004 5(c)", "softmax.two-class-sigmoid", "reversed"),
    ("004 6(a)", "cross_entropy.bernoulli-mle", "log-likelihood"),
    ("004 6(b)", "cross_entropy.ce-kl", "entropy-not-subtracted"),
    ("004 7 (forward)", "initialisation.relu-moments", "outputs-taken-as-symmetric"),
    ("004 7 (forward)", "initialisation.forward-variance", "one-layer-too-many"),
    ("004 7 (backward)", "initialisation.backward-variance", "one-layer-too-many"),
)

# Flaws that leave the sheet's answer right: what is wrong with them instead.
HARMLESS = {
    "000 Q1.3": "limits are dropped in the middle of a chain",
    "000 Q2.3": "typesetting",
    "000 Q7.2(b)": "a side where a shape is asked; accepted",
    "000 Q7.3(b)": "a formula without floor, as in Q6.1; the configuration is right",
    "001 Q1.A": "a convention, as the question allows",
    "001 Q1.C": "typesetting",
    "001 Q1.G": "an index",
    "001 Q1.L": "typesetting",
    "001 Q2.A": "a stray symbol",
    "001 Q2.D": "typesetting",
    "001 Q2.F": "the step is right; the missing 1/n is that of Q2.E",
    "001 Q2.J": "one index for two things; the sum is right",
    "001 Q2.M": "a label",
    "001 Q2.N": "the bias comes later",
    "001 Q3.1(a)": "two readings, both accepted",
    "001 Q3.2(a)": "valid, though extreme",
    "003 1.5": "right with 0 in both sets or in neither",
    "003 1.9": "the value at 0 is the convention asked for",
    "003 2.7": "the softmax of a number is written, that of the vector is meant",
    "003 2.11": "the last line is right again",
    "003 2.14": "the slope is that of 2.13; the rest is dimensions",
    "004 1(b)": "a name",
    "004 3(c)": "a letter",
    "004 4(d)": "half of the question is left out",
    "004 5(d)": "typesetting",
}

# Tasks of the catalogue that a sheet covers without giving the answer the task asks for.
UNANSWERED = {
    ("004", "softmax.scaling-effect"): "answered in words: see scaling-claims",
    ("004", "softmax.linear-time-vjp"): "only the half about the sigmoid",
    ("004", "cross_entropy.ce-vs-mse"): "answered in words, without numbers: see loss-claims",
}


@cache
def handed_in() -> Mapping[str, Sequence[Student]]:
    """Return assignment -> the five sheets' submissions, as the demo reads them."""
    books = {}
    for name, cells in authored(ROOT).items():
        tasks = list(dict.fromkeys(c.task for c in cells if c.role in ("check", "hidden")))
        books[name] = list(sheets(FOLDER, tasks))
    return books


def everything() -> list[tuple[str, str, str | None]]:
    """Return (sheet, task, mistake or None) for every answer of every sheet."""
    return [
        (student.name.removeprefix("sheet-"), task, mistake)
        for students in handed_in().values()
        for student in students
        for task, mistake in student.expected.items()
    ]


def run(text: str, task: str, namespace: dict[str, Any]) -> None:
    """Do what running the cell does."""
    if text.startswith("%%derive"):
        first, body = text.split("\n", 1)
        assert first.split() == ["%%derive", task]
        namespace[variable_of(task)] = body
    else:
        exec(text, namespace)


@pytest.mark.parametrize("sheet", ["000", "001", "002", "003", "004"])
def test_every_answer_is_judged_as_its_comment_says(sheet: str) -> None:
    for assignment, students in handed_in().items():
        (student,) = [s for s in students if s.name == f"sheet-{sheet}"]
        namespace: dict[str, Any] = {"np": np}
        for task, text in student.answers.items():
            run(text, task, namespace)
            mistake = student.expected[task]
            for seed in SEEDS:
                verdict = judge(task, namespace, seed)
                where = f"{assignment}, seed {seed}: {verdict}"
                assert verdict.mistake == mistake, where
                assert verdict.passed == (mistake is None), where


def test_every_answer_on_the_sheets_belongs_to_a_task_of_some_notebook() -> None:
    written = sum(text.count('task="') for text in map(Path.read_text, FOLDER.glob("sheet-*.py")))
    assert len(everything()) == written


def test_the_mistakes_of_the_sheets_are_the_flaws_of_the_catalogue() -> None:
    made = {(sheet, task, mistake) for sheet, task, mistake in everything() if mistake}
    assert made == {(question[:3], task, mistake) for question, task, mistake in FLAWS}


def test_every_flaw_of_the_catalogue_is_a_mistake_or_harmless() -> None:
    told = {
        match[1]
        for entry in CATALOGUE.values()
        for flaw in entry["flaws_in_sheets"]
        if (match := re.match(r"(\d{3} .+?): ", flaw))
    }
    named = {question for question, _, _ in FLAWS}
    assert named | set(HARMLESS) == told
    assert not named & set(HARMLESS)


def covered_by(task: str) -> set[str]:
    """Return the sheets that ask for this task."""
    questions = CATALOGUE[task]["covers"] if task in CATALOGUE else find(task).covers
    return {question[:3] for question in questions}


def test_no_sheet_answers_what_it_does_not_ask() -> None:
    foreign = [(sheet, task) for sheet, task, _ in everything() if sheet not in covered_by(task)]
    assert not foreign


def test_every_sheet_answers_all_that_it_asks() -> None:
    answered = {(sheet, task) for sheet, task, _ in everything()}
    asked = {(sheet, task) for task in CATALOGUE for sheet in covered_by(task)}
    assert asked - answered == set(UNANSWERED)


def test_a_mistake_is_named_in_the_first_line_of_an_answer_and_of_a_derivation(
    tmp_path: Path,
) -> None:
    (tmp_path / "sheet-9.py").write_text(
        '# %% task="a.code" role="answer"\n# mistake: slip\nx = 1\n\n'
        '# %% task="a.right" role="answer"\nx = 1\n# mistake: not in the first line\n\n'
        '# %% task="a.proof" role="derive"\n# %%derive a.proof\n# # mistake: lost\n# x\n# = y\n\n'
        '# %% task="a.sound" role="derive"\n# %%derive a.sound\n# x\n# = y\n',
        "utf-8",
    )
    (student,) = sheets(tmp_path, ["a.code", "a.right", "a.proof", "a.sound"])
    assert student.expected == {
        "a.code": "slip",
        "a.right": None,
        "a.proof": "lost",
        "a.sound": None,
    }
    assert student.answers["a.proof"] == "%%derive a.proof\n# mistake: lost\nx\n= y"
