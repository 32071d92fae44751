"""What a student's notebook shows, made safe for an instructor's browser.

nbgrader's formgrader and feedback put outputs and Markdown into a page as they are. A script in
them runs with the rights of whoever grades: it could set its own marks. Figures keep their
pictures, tables and formulas stay; nothing that runs is left.
"""

from __future__ import annotations

import base64
import re
from functools import cache
from typing import Any

from bleach.css_sanitizer import ALLOWED_CSS_PROPERTIES, CSSSanitizer
from bleach.sanitizer import Cleaner
from nbconvert.filters.markdown import markdown2html
from nbformat import NotebookNode
from nbgrader.preprocessors import NbGraderPreprocessor

TAGS = frozenset(
    re.findall(
        r"\w+",
        """
        a abbr b blockquote br caption cite code col colgroup dd del details dfn div dl dt em
        figcaption figure h1 h2 h3 h4 h5 h6 hr i img ins kbd li mark ol p pre q s samp small span
        strong sub summary sup table tbody td tfoot th thead time tr u ul var wbr
        math menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mroot mrow ms
        mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover mprescripts
        """,
    )
)
ATTRIBUTES = {
    "*": ["class", "style", "title", "dir", "lang", "role", "aria-label", "aria-hidden"],
    "a": ["href"],
    "img": ["src", "alt", "width", "height"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
    "math": ["display", "xmlns"],
    "mo": ["stretchy", "fence", "form", "lspace", "rspace", "minsize", "maxsize"],
    "mi": ["mathvariant"],
    "mtd": ["columnalign"],
    "mtable": ["columnalign", "rowspacing", "columnspacing"],
}
# Their text is a program or a style sheet: without its tag it would stand in the page.
WITH_CONTENT = re.compile(r"<(script|style|template|noscript)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
HTML, SVG = "text/html", "image/svg+xml"
PICTURES = ("image/png", "image/jpeg", "image/gif")
TEXTS = ("text/plain", "text/markdown")  # `safe_markdown` makes HTML of the latter


class SafeOutputs(NbGraderPreprocessor):
    """Takes out of a notebook whatever would run in the page that shows it."""

    def preprocess(
        self, nb: NotebookNode, resources: dict[str, Any]
    ) -> tuple[NotebookNode, dict[str, Any]]:
        """Return the notebook without widgets' states, with safe cells."""
        nb.metadata.pop("widgets", None)
        for cell in nb.cells:
            for output in cell.get("outputs", []):
                make_safe(output)
            if cell.cell_type == "raw":
                cell.source = safe_html(cell.source)
        return nb, resources


def make_safe(output: NotebookNode) -> None:
    """Change an output with data of several types so that each of them only shows something."""
    if "data" not in output:
        return
    output.metadata = {}
    output.data = NotebookNode({k: v for k, v in map(safe_data, output.data.items()) if v})


def safe_data(item: tuple[str, Any]) -> tuple[str, str]:
    """Return (type, content) of one entry of an output's data; no content if it cannot be safe."""
    kind, value = item
    text = "".join(value) if isinstance(value, list) else value
    if not isinstance(text, str):
        return kind, ""
    if kind == HTML:
        return HTML, safe_html(text)
    if kind == SVG:  # as a picture: a browser runs no script in one
        data = base64.b64encode(text.encode("utf-8", "replace")).decode()
        return HTML, f'<img alt="a drawing" src="data:{SVG};base64,{data}">'
    if kind in PICTURES:
        return kind, text if re.fullmatch(r"[A-Za-z0-9+/=\s]*", text) else ""
    if kind == "text/latex":
        return kind, text.replace("<", r"\lt ")
    return kind, text if kind in TEXTS else ""


def safe_html(text: str) -> str:
    """Return HTML with what only shows something."""
    return str(cleaner().clean(WITH_CONTENT.sub("", text)))


def safe_markdown(text: str) -> str:
    """Return the HTML of Markdown, with what only shows something: the pages' own filter."""
    return safe_html(markdown2html(text))


@cache
def cleaner() -> Cleaner:
    """Return the cleaner; it is slow to build."""
    return Cleaner(
        tags=TAGS,
        attributes=ATTRIBUTES,
        protocols={"http", "https", "mailto", "data"},
        strip=True,
        css_sanitizer=CSSSanitizer(ALLOWED_CSS_PROPERTIES | {"border-left", "padding-left"}),
    )
