"""Split what a student typed into chains of lines.

A chain goes on with = <= >= < >; a blank line or a line without a relation begins a new one.
`# reason` gives a reason, `let Z = ...` names a formula, `case x > 0:` opens a case.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.expression import Expr
from chainrule.derivation.reader import read
from chainrule.derivation.setting import Setting

MAX_TEXT = 12_000
MAX_LINES = 80
MAX_UNFOLDED = 3000  # nodes of a `let`, with the names in it written out
_STUB = re.compile(r"(<=|>=|[=<>])?\s*\.\.\.")
_LET = re.compile(r"let\s+(\w+)\s*=\s*(.+)$")
_CASE = re.compile(r"case\s+(.+?)\s*:?\s*$")
_IF = re.compile(r"\bif\b(?!.*\belse\b)")
_OPEN, _CLOSE = "([{", ")]}"


@dataclass
class Line:
    """One formula of a chain, and what became of it.

    Attributes:
        number: the line of the text, from 1.
        text: what was typed, without the relation.
        relation: how it continues the line before; empty at the beginning.
        tree: the formula, None if it could not be read.
        reason: what the student gave as a reason.
        case: the condition of the case it stands in, or empty.
        status: start, ok, leap, unjustified, same, circular, wrong, recovered, domain, unread or
            undecided.
        rules: the rules a step used.
        message: one sentence for the student.
        padded: whether the step only moved zeros, ones or equal terms.
        whole: whether the step leads from the start straight to the target, or back.
    """

    number: int
    text: str
    relation: str = ""
    tree: Expr | None = None
    reason: str = ""
    case: str = ""
    status: str = ""
    rules: tuple[str, ...] = ()
    message: str = ""
    padded: bool = False
    whole: bool = False


@dataclass
class Chain:
    """Lines that belong together, and the case they stand in."""

    case: str = ""
    lines: list[Line] = field(default_factory=list)


def split_relations(text: str) -> list[tuple[str, str]]:
    """Split `a = b <= c` into [('', 'a'), ('=', 'b'), ('<=', 'c')], outside brackets only."""
    text = text.replace("≤", "<=").replace("≥", ">=")
    parts: list[tuple[str, str]] = []
    depth, start, at, relation = 0, 0, 0, ""
    while at < len(text):
        depth += (text[at] in _OPEN) - (text[at] in _CLOSE)
        two = text[at : at + 2]
        sign = two if two in ("<=", ">=", "==", "!=") else text[at]
        if depth or sign not in ("<=", ">=", "=", "<", ">") or _IF.search(_outside(text[start:at])):
            at += len(sign)
            continue
        parts.append((relation, text[start:at].strip()))
        relation, at = sign, at + len(sign)
        start = at
    return [*parts, (relation, text[start:].strip())]


def _outside(text: str) -> str:
    """Return what stands outside all brackets: an open `if` there owns the relation."""
    depth, kept = 0, []
    for character in text:
        depth += character in _OPEN
        kept.append(character if depth <= 0 else "")
        depth -= character in _CLOSE
    return "".join(kept)


def read_chains(text: str, setting: Setting) -> tuple[list[Chain], Setting]:
    """Read a derivation; lines that cannot be read say why. `let`s join the returned setting."""
    reader = _Chains(setting)
    text = unicodedata.normalize("NFC", text)
    if len(text) > MAX_TEXT:
        reader.refuse(1, text[:40], f"a derivation has at most {MAX_TEXT} characters")
        return reader.finish()
    for number, typed in enumerate(text.splitlines(), 1):
        formula, _, reason = typed.partition("#")
        if _STUB.fullmatch(formula.strip()):  # a line that was handed out to be replaced
            continue
        reader.take(number, formula.strip(), reason.strip())
        if reader.count > MAX_LINES:
            reader.refuse(number, formula, f"a derivation has at most {MAX_LINES} lines")
            break
    return reader.finish()


def _unfolded_size(tree: Expr, setting: Setting) -> int:
    """Count the nodes with every named value written out; stops early."""
    size, todo = 0, [tree]
    layers = setting.layers()
    while todo and size <= MAX_UNFOLDED:
        node = todo.pop()
        size += 1
        todo += [layers[node.value]] if node.op == "call" and node.value in layers else node.args
    return size


class _Chains:
    def __init__(self, setting: Setting) -> None:
        self.setting = setting
        self.chains: list[Chain] = []
        self.chain = Chain()
        self.count = 0

    def take(self, number: int, formula: str, reason: str) -> None:
        if not formula:
            if not reason:  # a comment alone does not break a chain
                self.close(self.chain.case)
        elif found := _LET.match(formula):
            self.define(number, formula, found.group(1), found.group(2))
        elif found := _CASE.match(formula):
            self.close(found.group(1))
        else:
            self.extend(number, formula, reason)

    def close(self, case: str) -> None:
        if self.chain.lines:
            self.chains.append(self.chain)
        self.chain = Chain(case)

    def define(self, number: int, formula: str, symbol: str, body: str) -> None:
        if symbol in self.setting.vocabulary():
            self.refuse(number, formula, f"the name {symbol} already has a meaning")
            return
        try:
            tree = read(body, self.setting)
            if _unfolded_size(tree, self.setting) > MAX_UNFOLDED:
                raise Unreadable("the formula is too large once its names are written out")
            self.setting = self.setting.defining(symbol, tree)
        except Unreadable as error:
            self.refuse(number, formula, str(error))

    def extend(self, number: int, formula: str, reason: str) -> None:
        parts = split_relations(formula)
        if not parts[0][1] and len(parts) > 1:
            parts = parts[1:]
        elif self.chain.lines:
            self.close(self.chain.case)
        for place, (relation, text) in enumerate(parts):
            last = place == len(parts) - 1
            line = Line(number, text, relation, None, reason if last else "", self.chain.case)
            try:
                line.tree = read(text, self.setting)
            except Unreadable as error:
                line.status, line.message = "unread", str(error)
            self.chain.lines.append(line)
            self.count += 1

    def refuse(self, number: int, formula: str, why: str) -> None:
        self.chain.lines.append(Line(number, formula, status="unread", message=why))

    def finish(self) -> tuple[list[Chain], Setting]:
        self.close("")
        return self.chains, self.setting
