"""A browser, and a page that shows figures and remembers what went wrong on it."""

from pathlib import Path

import pytest

AXE = Path(__file__).parents[1] / "data" / "axe-core" / "axe.min.js"


def settle(page):
    """Wait for two frames."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


class Page:
    """A page without any network: what it asks for and complains about is kept."""

    def __init__(self, context):
        self.page = context.new_page()
        self.trouble, self.asked = [], []
        self.page.on("console", lambda message: self.trouble.append(message.text))
        self.page.on("pageerror", lambda error: self.trouble.append(str(error)))
        self.page.on("request", self.remember)

    def remember(self, request):
        if not request.url.startswith(("data:", "about:", "file:", "blob:")):
            self.asked.append(request.url)

    def show(self, *figures, background="#ffffff", body=""):
        """Show figures as a notebook's HTML would, and wait until they move."""
        inside = "".join(f if isinstance(f, str) else f.html() for f in figures)
        self.page.set_content(
            "<!doctype html><html lang='en'><meta charset='utf-8'><title>figures</title>"
            f"<body style='background:{background}' {body}><main><h1>Figures</h1>{inside}</main>"
        )
        self.page.locator(".chainrule").first.wait_for()
        self.settle()
        return self.page

    def settle(self):
        """Wait for two frames: everything asked for has been painted."""
        settle(self.page)

    def sentence(self, place=0):
        """Return the sentence that stands below a figure."""
        self.settle()
        return self.page.locator(".cr-sentence").nth(place).inner_text()

    def violations(self):
        """Return axe-core's serious and critical violations inside the figures."""
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = self.page.evaluate("() => axe.run('.chainrule')")["violations"]
        return [
            (v["id"], [n["html"][:160] for n in v["nodes"]])
            for v in found
            if v["impact"] in ("serious", "critical")
        ]


@pytest.fixture
def browser_page(chromium):
    """A fresh page; the test fails if it complained or asked the network for anything."""
    context = chromium.new_context(viewport={"width": 960, "height": 900}, offline=True)
    page = Page(context)
    yield page
    context.close()
    assert page.trouble == []
    assert page.asked == []
