"""SymPy where it is good: symbolic answers, pretty forms, and a second opinion on our numbers."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
import sympy as sp
from mpmath import mp

from chainrule.derivation import Unreadable, equal
from chainrule.derivation.errors import Budget, Undefined
from chainrule.derivation.numerics import Real
from chainrule.derivation.points import Point
from chainrule.derivation.reader import read
from chainrule.derivation.setting import read_setting
from chainrule.derivation.symbolic import from_sympy, to_sympy
from chainrule_staff.exercises.formula import formula_problem

from .corpora import pairs

x, z = sp.symbols("x z", real=True)
k = sp.Symbol("k", integer=True)
K = sp.Symbol("K", integer=True, positive=True)
s = sp.IndexedBase("s")
i, j = sp.symbols("i j", integer=True)
SOFTMAX = "K: dim; s: vec K; i,j: index K; x: real"


def softmax(n: sp.Symbol) -> sp.Expr:
    return sp.exp(s[n]) / sp.Sum(sp.exp(s[k]), (k, 1, K))


@pytest.mark.parametrize(
    ("answer", "meant", "same"),
    [
        (1 / (1 + sp.exp(-x)), "σ(x)", True),
        (sp.tanh(x), "2*σ(2*x)-1", True),
        (sp.tanh(x), "2*σ(x)-1", False),
        (sp.diff(sp.log(1 + sp.exp(x)), x), "σ(x)", True),
        (sp.Derivative(sp.tanh(x), x), "1-tanh(x)**2", True),
        (sp.Max(x, 0), "relu(x)", True),
        (sp.Piecewise((x, x > 0), (0, True)), "relu(x)", True),
        (sp.Heaviside(x), "H(x)", True),
        (sp.Heaviside(x, 1), "H(x)", False),
        (sp.sqrt(x**2), "abs(x)", True),
        (softmax(i), "softmax(s)[i]", True),
        (softmax(i) * (sp.KroneckerDelta(i, j) - softmax(j)), "diff(softmax(s)[i], s[j])", True),
        (softmax(i) * (1 - softmax(j)), "diff(softmax(s)[i], s[j])", False),
        (sp.Product(sp.exp(s[k]), (k, 1, K)), "exp(Σ[k,1,K](s[k]))", True),
        (sp.Limit(sp.tanh(k * x), k, sp.oo), "sign(x)", True),
        (sp.Function("sigma")(x), "σ(x)", True),
        (sp.Rational(1, 3) * x, "x/3", True),
        (sp.Float("0.25") * x, "x/4", True),
        (sp.pi * sp.E * x, "pi*e*x", True),
        (sp.Min(x, 1, 2), "min(x, 1)", True),
        (sp.Piecewise((1, sp.And(x > 0, x < 1)), (0, True)), "H(x)*H(1-x)", False),
        (3, "3", True),
        (0.5, "1/2", True),
    ],
    ids=str,
)
def test_an_answer_may_be_a_sympy_expression(answer: object, meant: str, same: bool) -> None:
    assert equal(answer, meant, SOFTMAX).holds == same
    assert equal(meant, answer, SOFTMAX).holds == same


@pytest.mark.parametrize(
    ("answer", "word"),
    [
        (sp.Symbol("y"), "unknown name 'y'"),
        (sp.zeta(x), "zeta is not part"),
        (sp.Matrix([x]), "SymPy expression"),
        (object(), "SymPy expression"),
        (True, "SymPy expression"),
        (sp.Integral(x, x), "Integral is not part"),
        (sum((x**n for n in range(700)), sp.Integer(0)), "more than 600 parts"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_the_whitelist_refuses_by_name(answer: object, word: str) -> None:
    result = equal(answer, "x", "x: real")
    assert result.verdict == "undecided"
    assert word in result.reason


@pytest.mark.parametrize(
    ("answer", "right"),
    [
        (sp.sech(x) ** 2, "1 - tanh(x)**2"),
        (sp.csch(x), "1/sinh(x)"),
        (sp.coth(x), "1/tanh(x)"),
        (sp.tan(x), "sin(x)/cos(x)"),
        (sp.Piecewise((x, x > 0), (0, True)), "relu(x)"),
        (sp.Max(x, 0), "relu(x)"),
        (sp.Derivative(sp.tanh(x), x), "1 - tanh(x)**2"),
        (sp.diff(1 / (1 + sp.exp(-x)), x), "σ(x)*(1-σ(x))"),
    ],
    ids=str,
)
def test_an_answer_cell_takes_a_sympy_expression(answer: object, right: str) -> None:
    assert formula_problem(answer, right, "x: real") is None
    assert "not what belongs here" in str(formula_problem(answer, f"{right} + 1", "x: real"))


def test_pretty_forms() -> None:
    setting = read_setting("x: real>0")
    assert sp.latex(to_sympy(read("d/dx ln(x)", setting), setting)) == (
        r"\frac{d}{d x} \log{\left(x \right)}"
    )
    with pytest.raises(Unreadable, match="no counterpart"):
        to_sympy(read("E(x)", setting), setting)


def number_by_sympy(text: str, spec: str) -> tuple[complex, complex] | None:
    """Return (SymPy's value, ours) of a scalar formula at one point; None if there is none."""
    setting = read_setting(spec)
    tree = read(text, setting)
    if any(node.op in ("diff", "lim", "index", "sum", "grad") for node in tree.walk()):
        return None  # SymPy needs more than a number here
    point = Point(setting, random.Random(4))
    try:
        theirs = to_sympy(tree, setting)
        with mp.workdps(30):
            ours = Real(point, Budget(2.0)).value(tree)
    except (Unreadable, Undefined):
        return None
    if any(isinstance(value, complex) for value in point.exact.values()):
        return None
    values = {
        symbol: sp.Rational(str(point.exact[symbol.name]))
        for symbol in theirs.free_symbols
        if symbol.name in point.exact
    }
    return complex(theirs.subs(values).evalf(30)), complex(ours)


def test_sympy_agrees_with_our_numbers() -> None:
    found = [
        (text, both)
        for pair in pairs("pairs")
        for text in (pair["a"], pair["b"])
        if (both := number_by_sympy(text, pair["spec"])) is not None
    ]
    assert len(found) > 100
    assert [text for text, (theirs, ours) in found if abs(theirs - ours) > 1e-12] == []


def test_a_round_trip_through_sympy_means_the_same() -> None:
    setting = read_setting("x: real")
    for text in ("x*exp(-x)/(1+x**2)", "max(x, 1) - abs(x)", "H(x) + tanh(x)**2", "softplus(x)"):
        tree = read(text, setting)
        assert equal(from_sympy(to_sympy(tree, setting), setting), tree, setting).holds


def test_sympy_is_not_imported_without_need() -> None:
    code = (
        "import sys; from chainrule.derivation import equal, check_derivation;"
        "equal('σ(x)', 'σ(x)+0'); check_derivation('x = x+0', start='x', target='x');"
        "sys.exit('sympy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
