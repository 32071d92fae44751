"""What every test may use: the catalogue of the course."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

DATA = Path(__file__).parent / "data"


def load_catalogue() -> dict[str, dict[str, Any]]:
    """Return task -> entry of the catalogue of exercises."""
    entries = yaml.safe_load((DATA / "catalogue.yaml").read_text("utf-8"))
    return {entry["id"]: entry for entry in entries}


@pytest.fixture(scope="session")
def catalogue() -> dict[str, dict[str, Any]]:
    return load_catalogue()
