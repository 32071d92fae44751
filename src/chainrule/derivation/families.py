"""The rules a step may use, as data: what a function means, what its derivative is.

A *family* is one idea of the lecture ("definition of σ", "laws of logarithms"). A step is small if
its two lines agree by plain algebra once a few families are known. To add a function of your own,
add one line to `FAMILIES` and one to `TABLE` in `vocabulary`; see docs/derivations.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from chainrule.derivation.expression import Expr, substitute


@dataclass(frozen=True)
class Family:
    """One rule, or one group of rules that a lecture treats as one.

    Attributes:
        key: the function it explains, or a word.
        title: how it is named to the student.
        means: the definition as a formula in u (and v); empty for laws.
        words: a regular expression for the reasons a student may write.
        brings: families that come up as soon as the function does.
        part_of: the family that explains it too: sinh, cosh and tanh are one idea.
    """

    key: str
    title: str
    means: str = ""
    words: str = ""
    brings: tuple[str, ...] = ()
    part_of: str = ""


FAMILIES = (
    Family("σ", "definition of σ", "1/(1 + exp(-u))", r"σ|sigm|logistic", ("exp",)),
    Family("softplus", "definition of softplus", "ln(1 + exp(u))", r"softplus", ("exp", "ln")),
    Family(
        "tanh",
        "definition of tanh, sinh, cosh",
        "(exp(u) - exp(-u))/(exp(u) + exp(-u))",
        r"tanh|sinh|cosh|hyperbol",
        ("exp",),
    ),
    Family("sinh", "definition of sinh", "(exp(u) - exp(-u))/2", "", ("exp",), part_of="tanh"),
    Family("cosh", "definition of cosh", "(exp(u) + exp(-u))/2", "", ("exp",), part_of="tanh"),
    Family("softmax", "definition of softmax", "exp(u)/sumall(exp(u))", r"softmax", ("exp",)),
    Family("relu", "definition of relu", "u if u > 0 else 0", r"relu"),
    Family(
        "H",
        "definition of the Heaviside function",
        "1 if u > 0 else 0 if u < 0 else 1/2",
        r"heaviside|\bh\b|step function",
    ),
    Family("sign", "definition of sign", "1 if u > 0 else -1 if u < 0 else 0", r"sign"),
    Family("max", "definition of max", "u if u > v else v", r"max"),
    Family("min", "definition of min", "u if u < v else v", r"min"),
    Family("log2", "definition of log2", "ln(u)/ln(2)", r"log", ("ln",)),
    Family("exp", "laws of exponents", words=r"expon|exp|e\^|power|multipl|times"),
    Family("ln", "laws of logarithms", words=r"log|ln\b"),
    Family(
        "diff",
        "differentiation rules",
        words=r"chain|product rule|quotient|power rule|differ|deriv",
    ),
    Family("E", "rules of expectation", words=r"linear|expect|independ|varian|mean|distribut"),
    Family("lim", "limit", words=r"limit"),
    Family("backprop", "chain rule through one layer", words=r"backprop|layer|chain"),
    Family("grad", "one gradient evaluated", words=r"gradient|differ|deriv|chain"),
    Family("case", "this case", words=r"case|>|<|sign"),
)
BY_KEY = {family.key: family for family in FAMILIES}
SEARCHED = tuple(f.key for f in FAMILIES if f.key not in ("lim", "backprop", "grad", "case"))
PARTS = {family.key: family.part_of for family in FAMILIES if family.part_of}
MEANINGS = frozenset(family.key for family in FAMILIES if family.means)
PLAIN = r"algebra|simplif|expand|factor|common|cancel|rearr|arith|collect|add|subtract|split|sum"

DERIVATIVES = {  # always at hand
    "exp": "exp(u)",
    "ln": "1/u",
    "sqrt": "1/(2*sqrt(u))",
    "sin": "cos(u)",
    "cos": "-sin(u)",
    "sinh": "cosh(u)",
    "cosh": "sinh(u)",
}
QUOTABLE = {  # at hand if the task says derivatives=...
    "tanh": "1 - tanh(u)**2",
    "σ": "σ(u)*(1 - σ(u))",
    "softplus": "σ(u)",
    "relu": "H(u)",
    "abs": "sign(u)",
}


@lru_cache(maxsize=256)
def formula(text: str) -> Expr:
    """Read a rule; its variables are u and v."""
    from chainrule.derivation.reader import read
    from chainrule.derivation.setting import read_setting

    return read(text, read_setting("u, v: real"))


def unfold(function: str, args: tuple[Expr, ...]) -> Expr | None:
    """Return what a function means at these arguments, or None if it has no definition."""
    family = BY_KEY.get(function)
    if family is None or not family.means or len(args) > 2:
        return None
    if function in ("max", "min") and len(args) != 2:
        return None
    return substitute(formula(family.means), dict(zip("uv", args, strict=False)))


def derivative_of(function: str, quotable: frozenset[str], argument: Expr) -> Expr | None:
    """Return the derivative of a function of the table, or None."""
    table: Mapping[str, str] = DERIVATIVES
    if function in quotable and function in QUOTABLE:
        table = QUOTABLE
    return substitute(formula(table[function]), {"u": argument}) if function in table else None


def title(key: str) -> str:
    """Return the name of a family; of a definition or a lemma, the name itself."""
    return BY_KEY[key].title if key in BY_KEY else key
