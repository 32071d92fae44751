"""The table a student sees, and the cell magic."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest

from chainrule.derivation import DerivationTask, check_task, declare, load_task
from chainrule.derivation import task as task_module
from chainrule.derivation.chains import Line
from chainrule.derivation.display import WORDS, to_html
from chainrule.derivation.magic import derive, register, variable_of
from chainrule.derivation.reader import read
from chainrule.derivation.setting import read_setting
from chainrule.derivation.typesetting import mathml

TASK = DerivationTask(
    start="d/dx σ(x)", target="σ(x)*(1-σ(x))", min_steps=3, name="s.prime", points=4
)
TEXT = """d/dx σ(x)
= d/dx (1/(1+e^(-x)))     # definition of <σ>
= e^(-x)/(1+e^(-x))
= σ(x)(1-σ(x))
= f(<script>alert(1)</script>)
"""


class Page(HTMLParser):
    """Collects the tags, and fails on any that do not close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.seen: list[str] = []
        self.words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append(tag)
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words += data + " "


def page(html: str) -> Page:
    parsed = Page()
    parsed.feed(html)
    assert not parsed.open
    return parsed


def test_the_table_speaks_in_words() -> None:
    seen = page(to_html(check_task(TEXT, TASK)))
    for word in ("start", "right", "false", "cannot be read", "Line", "Verdict", "caption"):
        assert word in seen.words or word in seen.seen
    assert {"th", "math", "code"} <= set(seen.seen)


def test_what_a_student_typed_is_escaped() -> None:
    html = to_html(check_task(TEXT, TASK))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "definition of &lt;σ&gt;" in html


def test_where_style_and_math_are_filtered_out_the_typed_text_stays() -> None:
    """A notebook that JupyterLab does not trust loses both tags; what stays must be readable."""
    html = to_html(check_task(TEXT, TASK))
    assert ".cr-typed{display:none}" in html
    filtered = re.sub(r"<style>.*?</style>", "", html)
    shown = re.sub(r"<span class='cr-math' style='display:none'>.*?</math></span>", "", filtered)
    assert filtered.count("<math") == 4
    assert "<math" not in shown
    assert "<code>d/dx (1/(1+e^(-x)))</code>" in shown


def test_a_name_in_a_formula_cannot_break_the_markup() -> None:
    task = DerivationTask(start="x", target="2*x", name='"><img src=x>')
    assert "<img" not in to_html(check_task('x # "><img src=y>', task))


def test_the_result_is_said_in_one_sentence() -> None:
    html = to_html(check_task(TEXT, TASK))
    assert "Not complete yet" in html
    assert "of 4 points" in html
    assert "Look at line 3 first." in html


def test_every_status_has_a_word() -> None:
    statuses = Line.__doc__ or ""
    assert all(status in statuses for status in WORDS)


@pytest.mark.parametrize(
    ("typed", "markup"),
    [
        ("1/(1+e^(-x))", "<mfrac><mn>1</mn>"),
        ("Σ[k,1,K](s[k])", "<munderover><mo>∑</mo>"),
        ("W.T @ s", "<mo>⊤</mo>"),
        ("x if x > 0 else 0", "<mtable"),
        ("lim(1/x, x, oo)", "<munder><mo>lim</mo>"),
        ("d/dx x²", "<mo>∂</mo>"),
        ("δ(i,j)", "<msub><mi>δ</mi>"),
        ("abs(x) <= 1 and x != 0", "<mo>≠</mo>"),
        ("[x, 0.25]", "<mn>0.25</mn>"),
        ("grad(s.T @ s, s)", "<mo>∇</mo>"),
        ("Π[k != 2,1,K](-s[k]**2)", "<mo>∏</mo>"),
        ("min[k,1,K](s[k])", "<munder><mo>min</mo>"),
        ("norm(s) + sqrt(x) + softplus(x)", "<mo>‖</mo>"),
    ],
)
def test_mathml(typed: str, markup: str) -> None:
    setting = read_setting("x: real; K: dim; s: vec K; W: mat K K; i,j: index K")
    tree = read(typed, setting)
    html = mathml(tree)
    assert markup in html
    assert 'alttext="' in html
    page(html)


# ---- tasks
@pytest.fixture(autouse=True)
def no_declared_tasks() -> Iterator[None]:
    task_module._DECLARED.clear()
    yield
    task_module._DECLARED.clear()


def test_a_task_survives_json() -> None:
    task = DerivationTask(
        start="grad(L, W)",
        target="d @ x.T",
        setting="D, M: dim; W: mat M D; x: vec D; d: vec M",
        define={"b": "W @ x", "a": "d.T @ b"},
        facts={"Jensen": "jensen", "numbers": None},
        derivatives=("tanh",),
    )
    again = DerivationTask.from_json(task.to_json())
    assert again == task
    assert list(again.define) == ["b", "a"]


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        DerivationTask.from_dict({"start": "x", "target": "x", "unknown": 1})


def test_an_unknown_task_is_named_with_those_there_are() -> None:
    declare("softmax.shift", start="x", target="x")
    with pytest.raises(LookupError, match=r"softmax\.shift"):
        load_task("softmax.shfit")
    for name in ("../../etc/passwd", "a/b", ""):
        with pytest.raises(LookupError):
            load_task(name)


def test_shipped_tasks_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "facts" / task_module.FOLDER
    folder.mkdir(parents=True)
    (folder / "s.prime.json").write_text(TASK.to_json(), encoding="utf-8")
    monkeypatch.setattr(task_module.resources, "files", lambda _: tmp_path)
    assert load_task("s.prime") == TASK


# ---- the magic
class Shell:
    def __init__(self) -> None:
        self.user_ns: dict[str, object] = {}
        self.magic: object = None

    def register_magic_function(self, function: object, magic_kind: str, magic_name: str) -> None:
        assert (magic_kind, magic_name) == ("cell", "derive")
        self.magic = function


def test_the_magic_stores_plain_text_and_shows_the_verdict() -> None:
    shell = Shell()
    register(shell)
    declare("s.prime", start="d/dx σ(x)", target="σ(x)*(1-σ(x))", min_steps=3)
    assert callable(shell.magic)
    shown = shell.magic(" s.prime ", TEXT)
    assert shell.user_ns == {"derivation_s_prime": TEXT}
    assert variable_of("s.prime") == "derivation_s_prime"
    assert "line by line" in shown._repr_html_()
    bundle = shown._repr_mimebundle_()
    assert set(bundle) == {"text/plain", "text/html"}


def test_an_unknown_task_is_a_sentence_not_a_traceback() -> None:
    notice = derive("nonsense", "x")
    assert "there is no derivation task" in repr(notice)
    assert "<p>" in notice._repr_html_()


def test_a_declaration_that_cannot_be_read_is_a_sentence() -> None:
    declare("broken", start="epx(x)", target="x")
    assert "did you mean exp" in repr(derive("broken", "x"))


def test_in_a_real_shell() -> None:
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    shell.run_line_magic("load_ext", "chainrule.derivation")
    declare("s.prime", start="d/dx σ(x)", target="σ(x)*(1-σ(x))", min_steps=3)
    shown = shell.run_cell_magic("derive", "s.prime", TEXT)
    assert shell.user_ns["derivation_s_prime"] == TEXT
    assert not shown.report.complete
