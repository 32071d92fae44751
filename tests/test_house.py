"""The house itself: the arrows between the packages, the wheels, the words in the project."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from course import ROOT

from chainrule_staff.build import audit
from chainrule_staff.build.release_gates import STAFF_CODE


def test_the_arrows_run_one_way() -> None:
    result = subprocess.run(
        [Path(sys.executable).parent / "lint-imports"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def build_wheel(project: Path, folder: Path) -> Path:
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "-w", str(folder)]
    result = subprocess.run(
        [*command, str(project)], capture_output=True, text=True, check=False, cwd=folder
    )
    if result.returncode:
        pytest.skip(f"no build backend can be installed here: {result.stderr[-200:]}")
    (wheel,) = folder.glob("*.whl")
    return wheel


def test_the_students_wheel_is_innocent(tmp_path: Path) -> None:
    wheel = build_wheel(ROOT, tmp_path)
    secrets = audit.secret_lines(ROOT / "authoring", ROOT / STAFF_CODE)
    assert audit.audit_wheel(wheel, secrets) == []
    names = zipfile.ZipFile(wheel).namelist()
    assert "chainrule/facts/softmax.json" in names
    assert any(name.endswith(".js") for name in names)


def test_the_staffs_wheel_is_a_distribution_of_its_own(tmp_path: Path) -> None:
    wheel = build_wheel(ROOT / "packaging" / "staff", tmp_path)
    names = zipfile.ZipFile(wheel).namelist()
    assert "chainrule_staff/cli.py" in names
    assert not any(name.startswith("chainrule/") for name in names)
    metadata = next(name for name in names if name.endswith("METADATA"))
    assert "Requires-Dist: chainrule==" in zipfile.ZipFile(wheel).read(metadata).decode()


def tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return [ROOT / name for name in listed.stdout.splitlines()]


def test_no_path_of_a_machine_is_written_down() -> None:
    forbidden = re.compile(r"/(?:root|home/\w+|work|opt|tmp)/(?:main|shared|pypi|wheels)\b")
    here = Path(__file__)
    for path in tracked():
        if path == here or path.suffix in (".png", ".ico") or not path.is_file():
            continue
        found = forbidden.search(path.read_text("utf-8", "replace"))
        assert not found, f"{path.relative_to(ROOT)}: {found}"
