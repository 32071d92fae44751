"""Write requirements.txt: every package that students, staff and developers need, pinned.

Run by `make lock`. pip resolves the two distributions of this repository and the `dev` group
together and reports what it would install; only names and versions are kept, so that the file
says nothing of the machine or the index it was made on.
"""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
OURS = {"chainrule", "chainrule-staff"}
HEADER = "# Pinned by `make lock` from pyproject.toml and packaging/staff/pyproject.toml.\n"


def resolve() -> list[str]:
    """Return the sorted `name==version` lines of everything but our own distributions."""
    command = [sys.executable, "-m", "pip", "-qqq", "install", "--dry-run"]
    command += ["--ignore-installed", "--report", "-", "--group", "dev", ".", "./packaging/staff"]
    report = json.loads(subprocess.check_output(command, cwd=ROOT))
    found = [item["metadata"] for item in report["install"]]
    pins = {meta["name"].lower().replace("_", "-"): meta["version"] for meta in found}
    return [f"{name}=={pins[name]}" for name in sorted(pins.keys() - OURS)]


if __name__ == "__main__":
    (ROOT / "requirements.txt").write_text(HEADER + "\n".join(resolve()) + "\n")
