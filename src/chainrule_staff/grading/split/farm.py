"""The folder that a fork server is started from: all of ours that a submission may read.

    <farm>/code/student_side/    a copy of `inside`
    <farm>/code/chainrule        a link to the student's library
    <farm>/code/start.py         the program of the fork server
    <farm>/home/                 configuration of IPython and Matplotlib: only a font list
    <farm>/trusted-home/         the same for the evaluator; a submission cannot read it
    <farm>/work/<n>/             one folder per submission, gone when it is over
    <farm>/trusted-work/<n>/     where its hidden cells run; a submission cannot reach it

The staff's package never appears here, under any name.
"""

from __future__ import annotations

import contextlib
import importlib
import shutil
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

import chainrule

INSIDE = Path(__file__).parent / "inside"
START = """\
import sys
sys.path[:0] = [{code!r}]
sys.path[:] = [entry for entry in sys.path if entry not in {hidden!r}]
from student_side.forkserver import main
main()
"""


class Farm:
    """Makes the folder, makes and removes the folders of submissions, removes it all."""

    def __init__(self) -> None:
        self.root = Path(tempfile.mkdtemp(prefix="chainrule-")).resolve()
        self.code, self.home, self.work = (self.root / n for n in ("code", "home", "work"))
        self.trusted_home = self.root / "trusted-home"  # two processes must not share: both write
        self.trusted_work = self.root / "trusted-work"
        for folder in (self.code, self.home, self.trusted_home, self.work, self.trusted_work):
            folder.mkdir(parents=True)
        self._count = 0
        self._fill()

    def _fill(self) -> None:
        shutil.copytree(
            INSIDE, self.code / "student_side", ignore=shutil.ignore_patterns("__pycache__")
        )
        library = Path(chainrule.__file__).resolve().parent
        (self.code / "chainrule").symlink_to(library, target_is_directory=True)
        start = START.format(code=str(self.code), hidden=[str(library.parent)])
        (self.code / "start.py").write_text(start, encoding="utf-8")
        for home in (self.home, self.trusted_home):
            profile = home / "ipython" / "profile_default"
            for name in ("startup", "db", "log", "pid", "security"):  # nobody may make them later
                (profile / name).mkdir(parents=True)
            (profile / "startup" / "README").touch()
            (home / "matplotlib").mkdir()
            for fonts in font_lists():
                shutil.copy(fonts, home / "matplotlib")

    def folder(self, files: Mapping[str, bytes], trusted: bool = False) -> Path:
        """Make a new folder that holds `files`; names that lead out of it are left out."""
        self._count += 1
        folder = (self.trusted_work if trusted else self.work) / str(self._count)
        folder.mkdir()
        lay_out(folder, files)
        return folder

    def renew(self, folder: Path, files: Mapping[str, bytes]) -> None:
        """Empty a submission's folder but for `files`: what runs there begins again."""
        self.remove(folder)
        folder.mkdir()
        lay_out(folder, files)

    def remove(self, folder: Path) -> None:
        """Remove a submission's folder, however deep, whatever became of its permissions."""
        with contextlib.suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)
        if folder.exists():  # too deep for Python, or locked by its own mode
            for command in (["chmod", "-R", "u+rwx"], ["rm", "-rf"]):
                subprocess.run([*command, "--", str(folder)], capture_output=True, check=False)

    def clear(self) -> None:
        """Remove what a submission left beside its folder, where a sandbox lets it write there."""
        for entry in self.work.iterdir():
            if entry.is_dir() and not entry.is_symlink():
                self.remove(entry)
            else:
                entry.unlink()

    def close(self) -> None:
        """Remove everything."""
        self.remove(self.root)


def lay_out(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write `files` below `folder`, and nowhere else."""
    for name, data in files.items():
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith("/") or "\0" in name:
            continue
        path = folder.joinpath(*parts)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


def font_lists() -> list[Path]:
    """Return Matplotlib's cached font lists: building one takes seconds.

    The first time on a machine it is built here: inside, nothing may be written to the home.
    """
    import matplotlib

    folder = Path(matplotlib.get_cachedir())
    if not any(folder.glob("fontlist-*.json")):
        importlib.import_module("matplotlib.font_manager")
    return sorted(folder.glob("fontlist-*.json"))
