"""A browser, and a page that shows figures and remembers what went wrong on it."""

import time
from pathlib import Path

import pytest

playwright = pytest.importorskip("playwright.sync_api")

AXE = Path(__file__).parents[1] / "data" / "axe-core" / "axe.min.js"


def settle(page):
    """Wait for two frames."""
    page.evaluate("() => new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")


def rest(page):
    """Wait until every transition has come to its end."""
    page.evaluate(
        "() => Promise.all(document.getAnimations().map(a => a.finished.catch(() => null)))"
    )


def wait_until(page, read, seconds=30):
    """Ask again and again until the answer is true; works under every policy of a page."""
    deadline = time.monotonic() + seconds
    while not (answer := read()):
        assert time.monotonic() < deadline, "waited in vain"
        page.wait_for_timeout(20)
    return answer


def expect_text(locator, text):
    """Wait until an element says the text, or what matches the pattern."""
    playwright.expect(locator).to_have_text(text, timeout=30_000)


def violations(page, where):
    """Return axe-core's serious and critical violations inside the elements of a selector."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("where => axe.run({ include: [where] })", where)["violations"]
    return [
        (v["id"], [n["html"][:160] for n in v["nodes"]])
        for v in found
        if v["impact"] in ("serious", "critical")
    ]


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

    def expect_sentence(self, text, place=0):
        """Wait until a figure says the sentence, or one that matches the pattern."""
        expect_text(self.page.locator(".cr-sentence").nth(place), text)

    def violations(self):
        """Return axe-core's serious and critical violations inside the figures."""
        return violations(self.page, ".chainrule")


@pytest.fixture
def browser_page(chromium):
    """A fresh page; the test fails if it complained or asked the network for anything."""
    context = chromium.new_context(viewport={"width": 960, "height": 900}, offline=True)
    page = Page(context)
    yield page
    context.close()
    assert page.trouble == []
    assert page.asked == []
