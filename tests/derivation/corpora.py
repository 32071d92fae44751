"""The development corpora, as this project keeps them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

DATA = Path(__file__).parent.parent / "data" / "derivation"
FIELDS = (
    "setting",
    "start",
    "target",
    "rel",
    "min_steps",
    "max_step",
    "define",
    "lemma",
    "facts",
    "derivatives",
    "sampler",
    "setting_note",
    "setting_domain",
)


def pairs(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((DATA / f"{name}.yaml").read_text())["pairs"])


def attempts(name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Return (arguments of check_derivation without the text, attempt) of every attempt."""
    found = []
    for task in yaml.safe_load((DATA / f"{name}.yaml").read_text())["tasks"]:
        for attempt in task["attempts"]:
            arguments = {key: task[key] for key in FIELDS if key in task}
            if "derivatives" in attempt:
                arguments["derivatives"] = attempt["derivatives"]
            found.append((arguments, {**attempt, "id": f"{task['id']}.{attempt['id']}"}))
    return found
