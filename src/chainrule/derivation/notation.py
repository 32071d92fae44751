"""From what students type to plain syntax: `2x`, `x²`, `Wᵀ`, `⊙`, `d/dx (...)`, `σ(x)(1-σ(x))`.

Products that are not written bind like written ones, from left to right: `1/2x` is x/2. The
typeset line shows it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple

from chainrule.derivation.errors import Unreadable
from chainrule.derivation.setting import Setting
from chainrule.derivation.vocabulary import RUNNING

_SUPERSCRIPT = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ", "0123456789-n")
_SUBSCRIPT = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_SIGNS = (
    ("−", "-"), ("·", "*"), ("×", "*"), ("⋅", "*"), ("⊙", "*"), ("∘", "*"), ("≤", "<="),
    ("≥", ">="), ("≠", "!="), ("∞", " oo "), ("½", "(1/2)"), ("¼", "(1/4)"),
    ("ᵀ", ".T"), ("∑", "Σ"), ("∏", "Π"), ("⟶", ","), ("→", ","), ("->", ","), ("′", "'"),
    ("∇", " grad"),
)  # fmt: skip
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d_]\w*)"
    r"|(?P<sign>\.T\b|\*\*|<=|>=|==|!=|[-+*/^()\[\],<>=@'.√])"
)
_INSTEAD = {"|": "write abs(x)", "{": "use ( )", "}": "use ( )", "\\": "LaTeX is not read"}
_WORDS = ("if", "else", "and", "or", "not")


class Token(NamedTuple):
    """A word of the line.

    Attributes:
        kind: number, name or sign.
        text: the word.
        glued: whether it follows the word before without a space.
    """

    kind: str
    text: str
    glued: bool


def translate(text: str) -> str:
    """Replace mathematical characters by their plain spelling."""
    text = unicodedata.normalize("NFC", text)
    for sign, plain in _SIGNS:
        text = text.replace(sign, plain)
    text = re.sub("[₀-₉]+", lambda m: m.group().translate(_SUBSCRIPT), text)
    text = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻ⁿ]+", lambda m: f"^({m.group().translate(_SUPERSCRIPT)})", text)
    return re.sub(r"∂\s*(?=\w)|∂", "d", text)


def tokenise(text: str) -> list[Token]:
    """Split a line into words; raises `Unreadable` at a character that has no meaning."""
    tokens: list[Token] = []
    at, glued = 0, False
    while at < len(text):
        found = _TOKEN.match(text, at)
        if not found:
            hint = _INSTEAD.get(text[at], "it is not part of the formula language")
            raise Unreadable(f"cannot read the character {text[at]!r}: {hint}")
        kind, word = str(found.lastgroup), found.group()
        if kind != "space":
            tokens.append(Token(kind, "**" if word == "^" else word, glued))
        glued, at = kind != "space", found.end()
    return tokens


def closing(tokens: Sequence[Token], at: int) -> int:
    """Return the position of the bracket that closes the one at `at`."""
    pairs, stack = {"(": ")", "[": "]"}, []
    for position in range(at, len(tokens)):
        word = tokens[position].text
        if word in pairs:
            stack.append(pairs[word])
        elif word in (")", "]"):
            if not stack or word != stack.pop():
                break
            if not stack:
                return position
    raise Unreadable("the brackets do not match")


def spell(text: str, setting: Setting) -> str:
    """Return the formula in Python syntax, on one line. It is parsed later, never run."""
    tokens = tokenise(translate(text))
    tokens = _transposes(tokens, setting)
    tokens = _roots(tokens, setting)
    tokens = _powers(tokens, setting)
    tokens = _primes(tokens)
    tokens = _derivatives(tokens, setting)
    return _join(tokens, setting)


def _transposes(tokens: list[Token], setting: Setting) -> list[Token]:
    """W^T is W.T, unless T is a name of the task."""
    out: list[Token] = []
    for token in tokens:
        power = out and out[-1].text == "**"
        if power and token.text == "T" and "T" not in setting.names:
            out[-1] = Token("sign", ".T", True)
        else:
            out.append(token)
    return out


def _roots(tokens: list[Token], setting: Setting) -> list[Token]:
    """√2 and √(x+1) are sqrt(2) and sqrt(x+1): the sign works on one number, name or bracket."""
    out = list(tokens)
    for at in range(len(out) - 1, -1, -1):
        if out[at].text != "√":
            continue
        out[at] = Token("name", "sqrt", False)
        if at + 1 < len(out) and out[at + 1].text == "(":
            continue
        end = _primary(out, at + 1, setting)
        if end < len(out) and out[end].glued and (out[end].kind == "name" or out[end].text == "**"):
            typed = "".join(token.text for token in out[at + 1 : end])
            raise Unreadable(f"how far does the √ of √{typed}... reach? Write √(...) with brackets")
        out[at + 1 : end] = [
            Token("sign", "(", True), *out[at + 1 : end], Token("sign", ")", True)
        ]  # fmt: skip
    return out


def _primary(tokens: Sequence[Token], at: int, setting: Setting) -> int:
    """Return where a number, a name, an entry s[i] or a value f(x) ends."""
    if at >= len(tokens) or tokens[at].kind == "sign":
        raise Unreadable("after √ there must be a number, a name or a bracket")
    called = setting.is_function(tokens[at].text)
    end = at + 1
    if end < len(tokens) and (tokens[end].text == "[" or (tokens[end].text == "(" and called)):
        end = closing(tokens, end) + 1
    return end


def _powers(tokens: list[Token], setting: Setting) -> list[Token]:
    """tanh²(x) is tanh(x)²."""
    out = list(tokens)
    for at in range(len(out) - 3, -1, -1):
        known = out[at].kind == "name" and setting.is_function(out[at].text)
        if not known or out[at + 1].text != "**":
            continue
        end = closing(out, at + 2) + 1 if out[at + 2].text == "(" else at + 3
        power = out[at + 1 : end]
        whole = power[1].text.isdigit() or (len(power) == 4 and power[2].text.isdigit())
        if whole and end < len(out) and out[end].text == "(":
            stop = closing(out, end) + 1
            out[at + 1 : stop] = [*out[end:stop], *power]
    return out


def _primes(tokens: list[Token]) -> list[Token]:
    """σ'(x) is the derivative of σ(x) by x; the argument must be a variable."""
    out = list(tokens)
    for at in range(len(out) - 1, -1, -1):
        if out[at].text != "'":
            continue
        end = closing(out, at + 1) if at + 1 < len(out) and out[at + 1].text == "(" else 0
        if at == 0 or out[at - 1].kind != "name" or end != at + 3 or out[at + 2].kind != "name":
            raise Unreadable("write d/dx (...) for a derivative; f'(x) is read if x is a variable")
        inner = [out[at - 1], *out[at + 1 : end + 1]]
        out[at - 1 : end + 1] = _diff(inner, [out[at + 2]], 1)
    return out


def _diff(body: list[Token], variable: list[Token], order: int, word: str = "diff") -> list[Token]:
    for _ in range(order):
        body = [
            Token("name", word, False), Token("sign", "(", True), *body,
            Token("sign", ",", True), *variable, Token("sign", ")", True),
        ]  # fmt: skip
    return body


def _order(tokens: Sequence[Token], at: int) -> tuple[int, int]:
    """Read the 2 of d²: return it and the position behind it."""
    words = [token.text for token in tokens[at : at + 4]]
    if words[:1] == ["**"] and words[1:2] and words[1].isdigit():
        return int(words[1]), at + 2
    if words[:2] == ["**", "("] and words[3:] == [")"] and words[2].isdigit():
        return int(words[2]), at + 4
    return 1, at


def _derivatives(tokens: list[Token], setting: Setting) -> list[Token]:
    """Rewrite d/dx F as diff(F, x) and dL/dW as grad(L, W); the last operator first."""
    out = list(tokens)
    known = setting.vocabulary()
    for at in range(len(out) - 1, -1, -1):
        above, slash = _order(out, at + 1)
        if not _is_operator(out, at, slash, known):
            continue
        variable, end = _variable(out, slash + 1)
        below, end = _order(out, end)
        if out[at].text == "d" and above == below <= 4:
            stop = _factor(out, end, setting)
            _refuse_to_guess(out, end, stop)
            out[at:stop] = _diff(_without_product(out[end:stop]), variable, above)
        elif above == below == 1 and out[at].text[1:] in known and out[at].text not in known:
            loss = [Token("name", out[at].text[1:], False)]
            out[at:end] = _diff(loss, variable, 1, "grad")
    return out


def _is_operator(tokens: Sequence[Token], at: int, slash: int, known: set[str]) -> bool:
    """Tell whether d... / dx stands here, and dx is no name of the task."""
    if slash + 1 >= len(tokens) or tokens[slash].text != "/":
        return False
    over, under = tokens[at], tokens[slash + 1]
    differentials = over.kind == under.kind == "name" and over.text[0] == under.text[0] == "d"
    return differentials and len(under.text) > 1 and under.text not in known


def _variable(tokens: Sequence[Token], at: int) -> tuple[list[Token], int]:
    """Read the x of dx or the s[j] of ds[j]."""
    variable, end = [Token("name", tokens[at].text[1:], False)], at + 1
    if end < len(tokens) and tokens[end].text == "[":
        stop = closing(tokens, end) + 1
        variable, end = [*variable, *tokens[end:stop]], stop
    return variable, end


def _without_product(tokens: list[Token]) -> list[Token]:
    return tokens[1:] if tokens[:1] and tokens[0].text == "*" else tokens


def _factor(tokens: Sequence[Token], start: int, setting: Setting) -> int:
    """Return where the factor ends that d/dx works on: words without a space between them."""
    at = start
    if at < len(tokens) and tokens[at].text == "*":
        at += 1
    if at < len(tokens) and tokens[at].text == "-":
        at += 1
    first = at
    while at < len(tokens):
        token, before = tokens[at], tokens[at - 1]
        argument = token.text == "(" and before.kind == "name" and setting.is_function(before.text)
        if (
            at > first
            and not token.glued
            and before.text != "**"
            and token.text != "**"
            and not argument
        ):
            break
        if token.text in ("(", "["):
            at = closing(tokens, at) + 1
        elif _goes_on(token, before):
            at += 1
        else:
            break
    if at == first:
        raise Unreadable("d/dx must be followed by a formula, for example d/dx (x**2)")
    return at


def _refuse_to_guess(tokens: Sequence[Token], start: int, stop: int) -> None:
    """d/dx 1/(1+x) would be (d/dx 1)/(1+x), which nobody means."""
    over = tokens[start:stop]
    if len(over) != 1 or over[0].text == "(" or stop + 1 >= len(tokens):
        return
    slash, under = tokens[stop : stop + 2]
    if slash.text == "/" and slash.glued and under.kind != "number":
        typed = f"{over[0].text}/{under.text}"
        raise Unreadable(f"how far does the derivative of {typed}... reach? Write d/dx (...)")


def _goes_on(token: Token, before: Token) -> bool:
    """Tell whether a word belongs to the factor: a name, a number, a power and its sign."""
    if token.kind != "sign":
        return token.text not in _WORDS
    return token.text in ("**", ".T") or (token.text == "-" and before.text == "**")


def _join(tokens: Sequence[Token], setting: Setting) -> str:
    """Write the words down, with a * wherever a product is meant."""
    out: list[str] = []
    owners: list[str] = []  # the word before each open bracket
    closed = ""  # the word before the bracket that closed last
    for at, token in enumerate(tokens):
        before = tokens[at - 1] if at else Token("sign", "", True)
        if at and _is_product(before, token, closed, setting):
            out.append("*")
        if token.text in ("(", "["):
            owners.append(before.text)
        elif token.text in (")", "]"):
            closed = owners.pop() if owners else ""
        word = token.text
        if word == "=":  # a condition inside the formula, or Σ[k=1,K]
            word = "," if owners and owners[-1] in RUNNING else "=="
        out.append(word)
    return " ".join(out).replace(" .T", ".T")


def _is_product(before: Token, token: Token, closed: str, setting: Setting) -> bool:
    ends = before.kind != "sign" or before.text in (")", "]", ".T")
    starts = token.kind != "sign" or token.text == "("
    if not ends or not starts or before.text in _WORDS or token.text in _WORDS:
        return False
    if token.text == "(":
        if before.kind == "name":
            return setting.is_value(before.text)
        if before.text == "]":
            return closed not in RUNNING
        return True
    return not (before.kind == token.kind == "number")
