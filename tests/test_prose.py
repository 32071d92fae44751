"""The prose of the notebooks: British spelling, links that lead somewhere, one symbol per thing."""

from __future__ import annotations

import re
from functools import cache
from importlib import resources

import pytest
from course import ROOT

from chainrule_staff.build.authoring import Cell, read_authoring
from chainrule_staff.exercises.registry import TOPICS

FILES = [*sorted((ROOT / "authoring").glob("*.py")), *sorted((ROOT / "docs").glob("*.md"))]
# Words that are spelt so in both countries, or that are names in code and in the field.
FINE = {"license", "practice", "program", "analog", "dialog", "check", "story", "disk", "meter"}
# How the sheets write things; on the left what a reader would have to translate.
SYMBOLS = {
    r"\\mathrm\{sigmoid\}|\\operatorname\{sigmoid\}": r"\sigma",
    r"\\mathbf|\\boldsymbol|\\vec\b": "plain letters: W, x",
    r"\\mathbb\{E\}|\\mathbf\{E\}": "E",
    r"\\mathbb\{V\}|\\operatorname\{V(ar)?\}|\\text\{Var\}": r"\mathrm{Var}",
    r"\\mathcal\{L\}": "L",
    r"\^T\b|\^\{T\}|\^\\top|'\s*\\cdot\s*W": r"^{\top}",
    r"\\epsilon\b": r"\varepsilon",
    r"\\phi\b": r"\varphi",
    r"\\circ\b|\\otimes\s*g": r"\odot for the product entry by entry",
    r"\\(operatorname|text)\{(softmax|diag|sign|softplus|KL|ReLU)\}": r"\mathrm{...}",
    r"\\alpha\s*\\nabla|\\gamma\s*\\nabla": r"\eta for the step size",
}
# Names of arrays whose shape is the same in all notebooks of a topic.
SHAPE = re.compile(r"\b([A-Za-z]\w*): (?:shape )?\(([^()]*)\)")


@cache
def american() -> dict[str, str]:
    """Return American -> British, from codespell's own dictionary."""
    path = resources.files("codespell_lib").joinpath("data/dictionary_en-GB_to_en-US.txt")
    pairs = (line.split("->") for line in path.read_text("utf-8").splitlines() if "->" in line)
    return {us.strip().split(",")[0]: gb.strip() for gb, us in pairs}


def without_formulas(text: str) -> str:
    """Return text without code and formulas."""
    text = re.sub(r"```.*?```|\$\$.*?\$\$", " ", text, flags=re.DOTALL)
    return re.sub(r"`[^`]*`|\$[^$]*\$", " ", text)


def prose_of(text: str) -> str:
    """Return text without code, formulas and addresses."""
    return re.sub(r"\]\([^)]*\)|<[^>]*>|https?://\S+", " ", without_formulas(text))


def markdown_cells(name: str) -> list[Cell]:
    path = ROOT / "authoring" / name
    return [cell for cell in read_authoring(path) if cell.kind == "markdown"]


NOTEBOOKS = [path.name for path in FILES if path.suffix == ".py"]


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_spelling_is_british(name: str) -> None:
    for cell in markdown_cells(name):
        for word in re.findall(r"[A-Za-z]+", prose_of(cell.text)):
            british = american().get(word.lower())
            assert british is None or word.lower() in FINE, f"{cell.place}: {word} -> {british}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_symbols_are_those_of_the_sheets(name: str) -> None:
    for cell in markdown_cells(name):
        for pattern, ours in SYMBOLS.items():
            assert not re.search(pattern, cell.text), f"{cell.place}: write {ours}"


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_logarithm_has_one_name_in_a_notebook(name: str) -> None:
    text = "\n".join(cell.text for cell in markdown_cells(name))
    assert not (re.search(r"\\log\b(?!_)", text) and re.search(r"\\ln\b", text))


def test_a_symbol_has_one_shape_in_a_topic() -> None:
    """W1 is (outputs, inputs) wherever backpropagation is spoken of, and so on for all others."""
    seen: dict[tuple[str, str], tuple[str, str]] = {}
    for name in NOTEBOOKS:
        topic = next(topic for topic in TOPICS if name.startswith(topic))
        for cell in read_authoring(ROOT / "authoring" / name):
            found = SHAPE.findall(cell.text) if cell.role == "answer" else []
            for symbol, shape in found:
                if not re.fullmatch(r"W\d|b\d|h_[as]|o_[as]|g_\w+|H_[as]|O_a", symbol):
                    continue
                first, where = seen.setdefault((topic, symbol), (shape, cell.place))
                assert shape == first, f"{cell.place}: {symbol} is ({shape}), in {where} ({first})"
    assert len(seen) >= 12


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_links_in_notebooks_lead_to_other_notebooks(name: str) -> None:
    for cell in markdown_cells(name):
        for target in re.findall(r"(?<!!)\[[^\]]+\]\(([^)\s]+)\)", without_formulas(cell.text)):
            if target.startswith(("http://", "https://", "#")):
                continue
            stem = target.partition("#")[0].rpartition("/")[2].removesuffix(".ipynb")
            assert f"{stem}.py" in NOTEBOOKS, f"{cell.place}: {target} leads nowhere"


@pytest.mark.parametrize("path", [*(ROOT / "docs").glob("*.md"), *ROOT.glob("*.md")])
def test_links_in_the_documentation_lead_to_files(path) -> None:  # type: ignore[no-untyped-def]
    for target in re.findall(r"\]\(([^)\s]+)\)", without_formulas(path.read_text("utf-8"))):
        if not target.startswith(("http://", "https://", "#", "mailto:")):
            assert (path.parent / target.partition("#")[0]).exists(), f"{path.name}: {target}"
