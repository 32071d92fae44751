"""Slides as one HTML file that asks nothing of the network."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape
from importlib.resources import files
from string import Template

from chainrule_staff.lecture.markup import write_markdown
from chainrule_staff.lecture.slides import Slide


def write_deck(slides: Sequence[Slide], language: str = "en-GB") -> str:
    """Return the page; reveal.js, the style sheets and all numbers are inside."""
    title = re.sub(r"^#+\s*", "", slides[0].head[0].split("\n")[0])
    sections = [write_slide(slide, first=n == 0) for n, slide in enumerate(slides)]
    return Template(read("deck.html")).substitute(
        language=language,
        title=escape(title),
        style=f"{read('reveal.css')}\n{read('deck.css')}",
        sections="\n".join(sections),
        # A script ends where its element ends, wherever that stands.
        script=f"{read('reveal.js')}\n{read('deck.js')}".replace("</script", "<\\/script"),
    )


def write_slide(slide: Slide, *, first: bool = False) -> str:
    """Return one `<section>`: the head, then the figure with what is said beside it."""
    kind = "title" if first else "question" if slide.is_question else "plain"
    head, side, notes = (
        write_markdown("\n\n".join(part)) for part in (slide.head, slide.side, slide.notes)
    )
    body = ""
    if slide.figures:
        figures = "\n".join(slide.figures)
        beside = f'<div class="beside">{side}</div>' if side else ""
        body = f'<div class="stage"><div class="figure">{figures}</div>{beside}</div>'
    aside = f'<aside class="notes">{notes}</aside>' if notes else ""
    return f'<section class="{kind}">{head}{body}{aside}</section>'


def read(name: str) -> str:
    """Return a file from the assets beside this module."""
    return (files("chainrule_staff.lecture") / "assets" / name).read_text(encoding="utf-8")
