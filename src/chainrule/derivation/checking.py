"""Check every line of a chain against the line before: is it true, and is it small?"""

from __future__ import annotations

import re
from collections.abc import Hashable
from dataclasses import dataclass
from typing import NamedTuple

from chainrule.derivation.canonical import canonical, collected
from chainrule.derivation.chains import Chain, Line
from chainrule.derivation.equality import Equality
from chainrule.derivation.errors import Budget, TooExpensive, Unreadable
from chainrule.derivation.expression import Expr
from chainrule.derivation.families import BY_KEY, MEANINGS, PLAIN, title
from chainrule.derivation.inequality import compare
from chainrule.derivation.printing import show
from chainrule.derivation.probes import Question
from chainrule.derivation.problem import Problem
from chainrule.derivation.quoting import claim
from chainrule.derivation.setting import Setting
from chainrule.derivation.signs import smuggled_sign
from chainrule.derivation.steps import Rules, explanations, justify, plainly_equal

ONE_LINE = 2.0  # seconds of an ordinary processor that one comparison may take
_LAWS = frozenset(("exp", "ln"))
_TRUSTING = ({"grad"}, {"lim"})  # rules that rest on numbers alone
KEPT = 2000  # lines whose verdict is remembered


class _Found(NamedTuple):
    """What came of a line, and how much of a budget it took to find out."""

    verdict: tuple[str, tuple[str, ...], str, bool]
    cost: float


_FOUND: dict[Hashable, _Found] = {}


@dataclass
class Checker:
    """Checks the lines of one derivation.

    Attributes:
        problem: the task.
        whole: the rules that the whole task needs in one jump, None if it is more than three.
        budget: what the whole derivation may cost.
    """

    problem: Problem
    whole: Rules | None
    budget: Budget

    def check(self, chain: Chain, setting: Setting) -> None:
        """Fill in the status and message of every line of a chain."""
        before: Line | None = None  # the line before
        good: Line | None = None  # the last line that no false one stands before
        unread = False  # whether a line in between could not be read
        earlier: list[Expr] = []
        for line in chain.lines:
            if line.tree is None:
                unread = True
                continue
            if before is None or good is None:
                line.status = "start"
            else:
                self._check_line(line, before, good, setting, earlier)
                if unread and line.status in ("leap", "unjustified"):
                    line.status = "recovered"
                    line.message = "true, but it follows a line that could not be read"
            unread = False
            slipped = line.status == "wrong" or (good is not before and line.status != "recovered")
            good = good if slipped else line
            before = line
            earlier.append(line.tree)

    def _check_line(
        self, line: Line, before: Line, good: Line, setting: Setting, earlier: list[Expr]
    ) -> None:
        assert line.tree is not None
        if line.relation in ("", "=") and _repeats(line, earlier):
            return
        try:
            self._look_up(line, before, good, setting)
            if line.status == "ok" and not line.rules:
                line.padded = _is_padding(line.tree, earlier)
        except Unreadable as error:  # the line is fine by itself, but not beside the one before
            line.status, line.message = "wrong", str(error)
        except (TooExpensive, ArithmeticError, RecursionError, MemoryError) as error:
            line.status = "undecided"
            line.message = f"no verdict: {error or 'too expensive to evaluate'}"

    def _look_up(self, line: Line, before: Line, good: Line, setting: Setting) -> None:
        """Judge a line, or remember what came of it the last time.

        A student who mends one line has the others checked again, and a class writes the same
        lines. What was found is used only where the budget has room for what finding it took, and
        is paid for: so a derivation gets the same verdict whatever was checked before.
        """
        slip = None if good is before else (good.tree, good.number, before.status)
        step = (before.tree, line.relation, line.tree, line.reason, slip)
        key = (self.problem, setting.signature(), step)
        found = _FOUND.get(key)
        if found is not None and self.budget.affords(found.cost):
            self.budget.spend(found.cost)
            line.status, line.rules, line.message, line.whole = found.verdict
            return
        had = self.budget.left
        self._judge(line, before, good, setting)
        if line.status != "undecided":
            if len(_FOUND) >= KEPT:
                _FOUND.clear()
            verdict = (line.status, line.rules, line.message, line.whole)
            _FOUND[key] = _Found(verdict, had - self.budget.left)

    def _judge(self, line: Line, before: Line, good: Line, setting: Setting) -> None:
        assert line.tree is not None and before.tree is not None and good.tree is not None
        relation = line.relation or "="
        answer = self._compare(before.tree, relation, line.tree, setting)
        if answer.holds:
            with self.budget.limited(ONE_LINE):
                self._judge_size(line, before.tree, relation, setting)
        else:
            _blame(line, before.tree, answer)
        if line.status == "wrong" and good is not before:
            back = self._compare(good.tree, relation, line.tree, setting)
            if back.holds:
                line.status = "recovered"
                slip = "the line before" if before.status == "wrong" else "a line in between"
                line.message = (
                    f"right again (compared with line {good.number}); {slip} is the wrong one"
                )

    def _compare(self, a: Expr, relation: str, b: Expr, setting: Setting) -> Equality:
        if self.budget.is_spent:
            return Equality("undecided", reason="the derivation is too long to check at once")
        with self.budget.limited(ONE_LINE):
            return compare(Question(a, b, setting, budget=self.budget), relation)

    def _judge_size(self, line: Line, before: Expr, relation: str, setting: Setting) -> None:
        """The line is true. Is it one small step?"""
        assert line.tree is not None
        budget = self.budget
        if relation != "=":
            why = justify(before, relation, line.tree, line.reason, self.problem, setting, budget)
            line.status = "ok" if why else "unjustified"
            line.rules = (why,) if why else ()
            line.message = why or self._ask_for_reason()
            return
        hidden = None
        if self.problem.task.rel != "=":
            hidden = smuggled_sign(
                before, line.tree, setting, lambda a, b: plainly_equal(a, b, setting, budget)
            )
        if hidden is not None:
            line.status = "unjustified"
            line.message = f"true, but it uses that {show(hidden)} is not negative: say why"
            return
        first: Rules | None = None
        for used in explanations(before, line.tree, self.problem, setting, budget):
            first = used if first is None else first
            if not self._is_jump(used, before, line.tree, setting, budget):
                self._accept(line, used)
                return
        line.rules = first or ()
        line.status = "leap"
        count = "several" if first is None else str(len(first))
        line.message = f"true, but too much at once ({count} rules): add a line in between"
        line.whole = self._carries_all(before, line.tree, setting, budget)

    def _accept(self, line: Line, used: Rules) -> None:
        line.rules = used
        line.status = "ok"
        line.message = " + ".join(map(title, used)) or "algebra"
        line.message += self._reason_fits(line.reason, used)

    def _is_jump(self, used: Rules, a: Expr, b: Expr, setting: Setting, budget: Budget) -> bool:
        """Tell whether a step is too long, or carries the whole task."""
        task, whole = self.problem.task, self.whole
        if len(used) > task.max_step:
            return True
        if whole is None or task.min_steps < 2:
            return False
        if set(used) in _TRUSTING:
            return self._quotes(a, b, setting, budget, frozenset())
        if len(whole) < 2 or not set(used) >= set(whole):
            return False
        meanings = frozenset(whole) & (MEANINGS | setting.definitions.keys())
        others = frozenset(used) - frozenset(whole)
        return self._carries_all(a, b, setting, budget, meanings) or self._quotes(
            a, b, setting, budget, meanings | others
        )

    def _carries_all(
        self,
        a: Expr,
        b: Expr,
        setting: Setting,
        budget: Budget,
        known: frozenset[str] = frozenset(),
    ) -> bool:
        """Tell whether a step leads from start to target, up to algebra and known meanings."""
        return any(
            plainly_equal(a, begin, setting, budget, known)
            and plainly_equal(b, end, setting, budget, known)
            for begin, end in self._ways()
        )

    def _quotes(
        self, a: Expr, b: Expr, setting: Setting, budget: Budget, known: frozenset[str]
    ) -> bool:
        """Tell whether a step is nothing but the claim of the task, put somewhere inside.

        `d/dx σ(x)/2 + σ(x)(1-σ(x))/2` comes from the start by the claim alone: with the target in
        place of the start, both lines agree by algebra and the laws of exp and ln.
        """
        known |= _LAWS - frozenset(self.whole or ())
        put = claim(self.problem.start, self.problem.target, setting)
        one, other = put(a), put(b)
        return (one, other) != (a, b) and plainly_equal(one, other, setting, budget, known)

    def _ways(self) -> tuple[tuple[Expr, Expr], tuple[Expr, Expr]]:
        """A derivation may be written from start to target or backwards."""
        start, target = self.problem.start, self.problem.target
        return (start, target), (target, start)

    def _ask_for_reason(self) -> str:
        names = [name for name, _ in self.problem.facts] or ["a square is >= 0"]
        return f"true at every point tried, but say why ({', '.join(names)})"

    def _reason_fits(self, reason: str, used: Rules) -> str:
        """A reason earns nothing; one that does not fit gets a word."""
        families = [BY_KEY[key] for key in used if key in BY_KEY]
        if not reason or not used or len(families) < len(used):
            return ""
        said = reason.lower()
        words = [f.words for f in BY_KEY.values() if f.words] + [PLAIN]
        if not any(re.search(pattern, said) for pattern in words):
            return ""
        fits = any(re.search(family.words, said) for family in families)
        return "" if fits else f" (your reason '{reason}' does not fit)"


def _repeats(line: Line, earlier: list[Expr]) -> bool:
    """Mark a line that was written before."""
    assert line.tree is not None
    form = canonical(line.tree)
    if form == canonical(earlier[-1]):
        line.status, line.message = "same", "the same line again (not counted)"
    elif any(form == canonical(tree) for tree in earlier):
        line.status, line.message = "circular", "you were here before (not counted)"
    return bool(line.status)


def _is_padding(tree: Expr, earlier: list[Expr]) -> bool:
    """Tell whether an earlier line said the same with fewer zeros, ones and equal terms."""
    form, size = collected(tree), tree.size()
    return any(other.size() <= size and collected(other) == form for other in earlier)


def _blame(line: Line, before: Expr, answer: Equality) -> None:
    """Say why a line is not true."""
    witness = answer.witness
    if answer.verdict == "different" and witness:
        line.status = "wrong"
        line.message = answer.reason
        if answer.points:  # else the shapes differ
            shown = show(before) if len(show(before)) < 30 else "before"
            line.message = f"false at {witness.at}: {shown} = {witness.left}, now {witness.right}"
    elif answer.verdict == "domain" and witness:
        line.status = "domain"
        line.message = (
            f"true where both sides exist, but at {witness.at} the line before is {witness.left} "
            f"and this one is {witness.right}"
        )
    else:
        line.status, line.message = "undecided", f"no verdict: {answer.reason}"
