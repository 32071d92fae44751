"""One plain HTML page: readable without a network, a script or a mouse."""

from __future__ import annotations

import html
from collections.abc import Iterable, Sequence

STYLE = """
:root { color-scheme: light dark; --ink: #1c2430; --soft: #5a6675; --line: #d5dae1;
  --paper: #fff; --tint: #f4f6f8; --right: #00704a; --partly: #8a5a00; --wrong: #a3281c; }
@media (prefers-color-scheme: dark) { :root { --ink: #e7ebf0; --soft: #a3afbd; --line: #3a4450;
  --paper: #161b22; --tint: #1f2630; --right: #5fd3a5; --partly: #f0b95b; --wrong: #ff9b8f; } }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 54rem; margin: 2.5rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.7rem; margin-bottom: .2rem; } h2 { font-size: 1.25rem; margin: 2.2rem 0 .4rem; }
h3 { font-size: 1.05rem; margin: 1.4rem 0 .4rem; }
p.soft, td.soft, .soft { color: var(--soft); }
table { border-collapse: collapse; width: 100%; margin: .6rem 0; }
th, td { text-align: left; padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
td.number, th.number { text-align: right; font-variant-numeric: tabular-nums; }
pre { background: var(--tint); padding: .8rem 1rem; overflow-x: auto; border-radius: 6px;
  font: 14px/1.5 ui-monospace, monospace; }
.lesson { border-left: 4px solid var(--partly); padding: .1rem 0 .1rem .9rem; }
.state { font-weight: 600; } .right { color: var(--right); } .partly { color: var(--partly); }
.wrong { color: var(--wrong); }
meter { width: 9rem; }
@media print { body { margin: 0; max-width: none; } section { break-inside: avoid; } }
"""


def page(title: str, body: str) -> str:
    """Return a whole HTML page; `title` is escaped, `body` is HTML."""
    return (
        "<!doctype html>\n<html lang='en'>\n<head>\n<meta charset='utf-8'>\n"
        "<meta name='viewport' content='width=device-width, initial-scale=1'>\n"
        "<meta http-equiv='Content-Security-Policy' "
        "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">\n"
        f"<title>{text(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n<main>\n"
        f"{body}\n</main>\n</body>\n</html>\n"
    )


def text(value: object) -> str:
    """Escape anything that came from outside: names, code, messages."""
    return html.escape(str(value), quote=True)


def table(head: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[int] = ()) -> str:
    """Return a table; cells are HTML already, columns in `numeric` are right-aligned."""

    def row(tag: str, cells: Sequence[str]) -> str:
        marks = (' class="number"' if i in numeric else "" for i in range(len(cells)))
        scope = ' scope="col"' if tag == "th" else ""
        inner = (f"<{tag}{scope}{m}>{c}</{tag}>" for m, c in zip(marks, cells, strict=True))
        return f"<tr>{''.join(inner)}</tr>"

    body = "\n".join(row("td", cells) for cells in rows)
    return f"<table>\n<thead>{row('th', head)}</thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def points(value: float) -> str:
    """Return points without needless digits."""
    return f"{value:.2f}".rstrip("0").rstrip(".")
