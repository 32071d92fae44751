"""Markdown with mathematics as HTML; LaTeX becomes MathML, which a browser draws by itself."""

from __future__ import annotations

from functools import cache

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


class MathMLRenderer(IPythonRenderer):
    """Writes formulas as MathML, where nbconvert leaves them to MathJax."""

    def inline_math(self, body: str) -> str:
        """Return a formula within a line."""
        return mathml(body, "inline")

    def block_math(self, body: str) -> str:
        """Return a formula on a line of its own."""
        return mathml(body, "block")

    def multiline_math(self, text: str) -> str:
        """Return a formula that begins a line."""
        shown = text.strip()
        if shown.startswith("$$"):
            return mathml(shown.strip("$"), "block")
        return mathml(shown, "block")


@cache
def mathml(latex: str, display: str) -> str:
    """Return LaTeX as a MathML element; `display` is "inline" or "block"."""
    return convert(latex.strip(), display=display)


def write_markdown(source: str) -> str:
    """Return markdown as HTML."""
    markdown = MarkdownWithMath(renderer=MathMLRenderer(escape=False))
    return str(markdown.render(source))
