"""What every test may use: the catalogue of the course."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import yaml

# The same examples in each run; `--hypothesis-profile=default` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")
DATA = Path(__file__).parent / "data"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-first-run",
]


def load_catalogue() -> dict[str, dict[str, Any]]:
    """Return task -> entry of the catalogue of exercises."""
    entries = yaml.safe_load((DATA / "catalogue.yaml").read_text("utf-8"))
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="session")
def catalogue() -> dict[str, dict[str, Any]]:
    return load_catalogue()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    """The browser of the system, once for all tests."""
    playwright = pytest.importorskip("playwright.sync_api")
    path = Path("/usr/bin/chromium")
    if not path.exists():
        pytest.skip("chromium is not installed (`make system`)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=str(path), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()
