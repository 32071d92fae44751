"""What students type, and what it means."""

from __future__ import annotations

import re
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.derivation.canonical import canonical, collected, same_line
from chainrule.derivation.errors import ShapeMismatch, Unreadable
from chainrule.derivation.expression import Expr, call, name, num
from chainrule.derivation.printing import show
from chainrule.derivation.reader import read
from chainrule.derivation.setting import read_setting
from chainrule.derivation.shapes import shape_of
from chainrule.derivation.typesetting import mathml

SETTING = read_setting(
    "x, k, L: real; K, M, D: dim; s: vec K; i,j: index K; W: mat M D; v: vec D; X: rv"
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("2x", "2*x"),
        ("2 x", "2*x"),
        ("k x", "k*x"),
        ("x²", "x**2"),
        ("x^2", "x**2"),
        ("x⁻¹", "x**(-1)"),
        ("x²(1-x)", "x**2*(1-x)"),
        ("(1+x)²(1-x)", "(1+x)**2*(1-x)"),
        ("x(1-x)", "x*(1-x)"),
        ("(x)(1-x)", "x*(1-x)"),
        ("1/2x", "(1/2)*x"),
        ("1/2(x-k)²", "(1/2)*(x-k)**2"),
        ("σ(x)(1-σ(x))", "σ(x)*(1-σ(x))"),
        ("σ (x)", "σ(x)"),
        ("sigmoid(x)", "σ(x)"),
        ("e^(-x)", "exp(-x)"),
        ("e^-x", "exp(-x)"),
        ("√(x)", "sqrt(x)"),
        ("√2 x", "sqrt(2)*x"),
        ("k√x", "k*sqrt(x)"),
        ("√s[i]", "sqrt(s[i])"),
        ("√σ(x)", "sqrt(σ(x))"),
        ("1 - tanh²(x)", "1 - tanh(x)**2"),
        ("σ^2(x)(1-x)", "σ(x)**2*(1-x)"),
        ("π(x+1)", "pi*(x+1)"),
        ("2π", "2*pi"),
        ("x·k", "x*k"),
        ("x × k", "x*k"),
        ("x − k", "x - k"),
        ("log(x)", "ln(x)"),
        ("s[i](1-s[j])", "s[i]*(1-s[j])"),
        ("Σ[k,1,K](s[k])", "sum[k, 1, K](s[k])"),
        ("Σ[k=1,K](s[k])", "Σ[k,1,K](s[k])"),
        ("Σ[i](s[i])", "Σ[i,1,K](s[i])"),
        ("Σ[k≠i,1,K](s[k])", "Σ[k != i, 1, K](s[k])"),
        ("∑[k,1,K](s[k])", "Σ[k,1,K](s[k])"),
        ("d/dx x^2", "diff(x**2, x)"),
        ("d/dx σ(x)(1-σ(x))", "diff(σ(x)*(1-σ(x)), x)"),
        ("d/dx σ(x) (1-σ(x))", "diff(σ(x), x)*(1-σ(x))"),
        ("d/dx -x²", "diff(-x**2, x)"),
        ("d²/dx² σ(x)", "diff(diff(σ(x), x), x)"),
        ("∂/∂s[j] softmax(s)[i]", "diff(softmax(s)[i], s[j])"),
        ("∂L/∂W", "grad(L, W)"),
        ("dL/dW", "grad(L, W)"),
        ("d/dv (v.T @ v)", "grad(v.T @ v, v)"),
        ("∇(L, W)", "grad(L, W)"),
        ("σ'(x)", "diff(σ(x), x)"),
        ("Wᵀ", "W.T"),
        ("W^T", "W.T"),
        ("v ⊙ v", "v * v"),
        ("E[X²]", "E(X**2)"),
        ("Var[X]", "Var(X)"),
        ("lim[k→oo](σ(k x))", "lim(σ(k*x), k, oo)"),
        ("lim(σ(k x), k, ∞)", "lim(σ(k*x), k, oo)"),
        ("x if x = 0 else 1", "x if x == 0 else 1"),
        ("x if x ≥ 0 else 0", "x if x >= 0 else 0"),
        ("relu(x)", "ReLU(x)"),
        ("H(x)", "heaviside(x)"),
    ],
)
def test_notation(typed: str, meant: str) -> None:
    assert read(typed, SETTING) == read(meant, SETTING)


def test_a_number_is_exact() -> None:
    assert read("0.1", SETTING).value * 10 == 1
    assert read("1e-3", SETTING).value * 1000 == 1


def test_T_is_a_name_if_the_task_says_so() -> None:  # noqa: N802
    assert read("x^T", read_setting("x, T: real")) == name("x") ** name("T")


def test_nothing_is_simplified() -> None:
    assert show(read("exp(x)*exp(-x) + x/x", SETTING)) == "exp(x)*exp(-x) + x/x"


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("epx(x)", "did you mean exp"),
        ("sigmod(x)", "did you mean sigmoid"),
        ("y", "unknown name 'y'"),
        ("ln x", "needs an argument: write ln(...)"),
        ("|x|", "write abs(x)"),
        ("x.real", "only .T"),
        ("(x", "cannot read"),
        ("Σ[m](s[m])", "range of m is unknown"),
        ("δ(i)", "takes 2 argument"),
        ("1e400", "larger than 60"),
        ("f'(x)'", "write d/dx"),
        (r"\frac{1}{2}", "LaTeX is not read"),
        ("d/dx", "must be followed by a formula"),
    ],
)
def test_a_refusal_says_what_to_write(typed: str, word: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(word)):
        read(typed, SETTING)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("W @ s", ("W is (M×D)", "s is (K×1)")),
        ("v + s", ("v is (D×1)", "s is (K×1)")),
        ("W * v", ("elementwise", "@ is the matrix product")),
        ("W @ x", ("x is a scalar", "write *")),
        ("x[i]", ("x is a scalar and has no entries",)),
        ("W[i]", ("two indices",)),
        ("grad(s, v)", ("scalar loss", "(K×1)")),
    ],
)
def test_a_shape_error_names_the_part_and_the_shapes(typed: str, words: tuple[str, ...]) -> None:
    with pytest.raises(ShapeMismatch) as error:
        read(typed, SETTING)
    assert all(word in str(error.value) for word in words)


def test_shapes_are_symbolic() -> None:
    assert shape_of(read("W @ v", SETTING), SETTING) == ("M", "1")
    assert shape_of(read("v.T @ v", SETTING), SETTING) == ()
    assert shape_of(read("grad(v.T @ v, W)", SETTING), SETTING) == ("M", "D")


def test_a_size_that_is_also_a_function_needs_the_long_name() -> None:
    with pytest.raises(Unreadable, match="heaviside"):
        read("H(x)", read_setting("H: dim; x: real"))


@pytest.mark.parametrize("spec", ["x: reel", "x: real in (0", "s: vec", "x", "n: int a b"])
def test_a_bad_declaration_is_refused(spec: str) -> None:
    with pytest.raises(Unreadable, match="declaration"):
        read_setting(spec)


# ---- trees
leaves = st.sampled_from([name("x"), name("k"), num(2), num(3), Expr("const", (), "pi")])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.tuples(st.sampled_from(["add", "sub", "mul", "div", "pow"]), inner, inner).map(
            lambda t: Expr(t[0], (t[1], t[2]))
        ),
        inner.map(lambda t: -t),
        st.tuples(st.sampled_from(["σ", "exp", "ln"]), inner).map(lambda t: call(t[0], t[1])),
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(trees)
def test_what_is_shown_reads_back_as_the_same_line(tree: Expr) -> None:
    assert same_line(read(show(tree), SETTING), tree)
    assert mathml(tree).count("<mrow>") == mathml(tree).count("</mrow>")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(trees, trees)
def test_the_order_of_sums_and_products_does_not_matter(a: Expr, b: Expr) -> None:
    assert canonical(a + b) == canonical(b + a)
    assert canonical(a * b) == canonical(b * a)
    assert canonical(a - b) == canonical(-b + a)


@settings(max_examples=80, deadline=None, derandomize=True)
@given(trees)
def test_padding_is_recognised(tree: Expr) -> None:
    assert collected(tree + num(0)) == collected(tree)
    assert collected(num(1) * tree) == collected(tree)
    assert collected(num(2) * tree - tree) == collected(tree)


def test_the_name_of_a_running_index_does_not_matter() -> None:
    assert same_line(read("Σ[k,1,K](s[k])", SETTING), read("Σ[m,1,K](s[m])", SETTING))
    assert not same_line(read("1/(1/x)", SETTING), read("x", SETTING))


@pytest.mark.parametrize("typed", ["√2π", "√x²", "√", "√-2", "√σ(x)k"])
def test_how_far_a_root_reaches_is_not_guessed(typed: str) -> None:
    with pytest.raises(Unreadable, match="√"):
        read(typed, SETTING)


def test_a_bracket_after_a_name_that_is_a_number_is_a_factor() -> None:
    setting = read_setting("x: real", {"Z": "1 + x", "f(u)": "u**2"})
    assert same_line(read("Z (x+1)", setting), read("Z*(x+1)", setting))
    assert read("f(x+1)", setting).op == "call"


def test_single_points_may_be_left_out_of_a_domain() -> None:
    declared = read_setting("x: real != 0; t: real in (0,3) != 1 != 2").names
    assert not declared["x"].admits(Fraction(0))
    assert [declared["t"].admits(Fraction(v)) for v in (0, 1, "3/2", 2, 3)] == [
        False, False, True, False, False,
    ]  # fmt: skip
