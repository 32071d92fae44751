"""The first face: one piece of HTML that carries its numbers and its script."""

from __future__ import annotations

import html
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from chainrule.sweep.pack import encode_json

if TYPE_CHECKING:
    from chainrule.sweep.figure import Figure

#: The renderers, and the modules that each of them needs after `shell.js`.
MODULES = {
    "sweep": ("predict.js", "sweep.js"),
    "steps": ("steps.js",),
    "field": ("field.js",),
}


@cache
def read_script(kind: str) -> str:
    """Return the script of one renderer, with its style sheet, or of all with kind 'all'.

    The modules are joined as they are, less comments and indentation: there is no build step.
    """
    names = dict.fromkeys(n for k, n in MODULES.items() if kind in (k, "all"))
    parts = ["shell.js", *(name for group in names for name in group)]
    style = squeeze(read("figure.css"), comment="/*")
    script = "\n".join(squeeze(read(part)) for part in parts)
    return f"const STYLE = {encode_json(style)};\n{script}"


def read(name: str) -> str:
    """Return a file that lies beside this module."""
    return (files("chainrule.sweep") / "js" / name).read_text(encoding="utf-8")


def squeeze(source: str, comment: str = "//") -> str:
    """Drop indentation, blank lines and whole-line comments; columns mean nothing in either."""
    lines = (line.strip() for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(comment))


def write_html(figure: Figure) -> str:
    """Return the filmstrip with its sentence; its `onload` turns it into the moving figure.

    The script stands in an attribute and not in a script element: a sanitiser that removes it
    leaves a picture with a caption, where a script element would be dumped as text.
    """
    data = encode_json(figure.spec)
    code = f"(function(image){{\n{read_script(figure.kind)}\nstart(image, {data});\n}})(this)"
    return (
        '<div class="chainrule-figure">'
        f'<img alt="{html.escape(figure.alt)}" style="max-width:100%" '
        f'src="data:image/png;base64,{figure.png}" onload="{html.escape(code)}">'
        f"<p>{html.escape(figure.sentence())}</p></div>"
    )
