"""Markdown with mathematics as HTML; LaTeX becomes MathML, which a browser draws by itself."""

from __future__ import annotations

import re
from functools import cache

from latex2mathml.converter import convert
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

#: Named functions stand off from their neighbours, as TeX sets them.
NAMED = re.compile(r"<mi>(ln|log|exp|cos|sin|tanh|max|min)</mi>")
SPACED = r'<mspace width="0.17em"/><mi>\1</mi><mspace width="0.17em"/>'
#: A formula and the full stop behind it: a line must not break between them.
STOPPED = re.compile(r"(<math (?:(?!</math>).)*</math>)([.,;:?!)]+)", re.DOTALL)


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
    return NAMED.sub(SPACED, str(convert(latex.strip(), display=display)))


def write_markdown(source: str) -> str:
    """Return markdown as HTML."""
    markdown = MarkdownWithMath(renderer=MathMLRenderer(escape=False, exclude_anchor_links=True))
    return STOPPED.sub(r'<span class="stopped">\1\2</span>', str(markdown.render(source)))
