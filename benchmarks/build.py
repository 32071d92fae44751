"""How long the whole course takes to build, beside nbgrader's command for one notebook.

python benchmarks/build.py
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chainrule_staff.build import products
from chainrule_staff.course import put_tools_on_path

ROOT = Path(__file__).parents[1]


def seconds(action: object) -> float:
    start = time.perf_counter()
    action()  # type: ignore[operator]
    return time.perf_counter() - start


def stock(folder: Path) -> None:
    command = [sys.executable, "-m", "nbgrader", "generate_assignment", "softmax", "--force"]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def main() -> None:
    put_tools_on_path()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = products.make_products(ROOT, ["softmax"])
        source = products.notebook_path("source", "softmax")
        products.write_products(folder, {source: made[source]})
        (folder / "nbgrader_config.py").write_text("c = get_config()\n")
        rounds = [
            (seconds(lambda: products.make_products(ROOT)), seconds(lambda: stock(folder)))
            for _ in range(3)
        ]
    ours, theirs = (sorted(column)[1] for column in zip(*rounds, strict=True))
    many = len(products.authored(ROOT))
    print(f"chainrule build, {many} notebooks, facts and lectures: {ours:.1f} s")
    print(f"nbgrader generate_assignment, 1 notebook:        {theirs:.1f} s")
    print(f"per notebook: {theirs / (ours / many):.1f} times faster")


if __name__ == "__main__":
    main()
