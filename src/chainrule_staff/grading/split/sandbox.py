"""Which sandbox there is, and how a fork server is started in it.

Three words: `sandlock` (Landlock and seccomp, no root, no daemon), `bubblewrap` (namespaces, for
kernels without Landlock) and `none`, which is never chosen for anybody.
"""

from __future__ import annotations

import functools
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from .farm import Farm
from .inside import rlimits
from .limits import Limits

WORDS = ("sandlock", "bubblewrap", "none")
STAFF = "chainrule_staff"
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin")
# Of /dev and /etc only what a Python program needs: as root, /dev would be every disk.
SINGLE_FILES = (
    "/dev/null", "/dev/zero", "/dev/urandom", "/dev/random",
    "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types",
)  # fmt: skip
TMPFS = 64 << 20  # bytes of a bubblewrap's /tmp and /dev/shm
# Landlock guards contents. These system calls change what it does not guard (modes, owners,
# times; limits, priorities and processors of other processes of the same user), leave something
# in the kernel, make memory that no limit counts, or watch what others do.
DENIED_CALLS = (
    "chmod", "fchmod", "fchmodat", "fchmodat2", "chown", "lchown", "fchown", "fchownat",
    "utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr", "fsetxattr",
    "removexattr", "lremovexattr", "fremovexattr", "memfd_create", "memfd_secret",
    *(("prlimit64",) if rlimits.KNOWN else ()), "setpriority", "ioprio_set",
    "sched_setaffinity", "sched_setscheduler", "sched_setparam", "sched_setattr",
    "mq_open", "mq_unlink",
    "inotify_init", "inotify_init1", "inotify_add_watch", "fanotify_init",
)  # fmt: skip
HOW = (
    "chainrule refuses to run students' code without a sandbox. Either\n"
    "  - use Linux 6.12 or newer, where the Python package sandlock works"
    " (pip install sandlock), or\n"
    "  - install bubblewrap (Debian and Ubuntu: apt install bubblewrap)"
    " and allow user namespaces.\n"
    "On a machine that holds nothing of value, say --sandbox none; every receipt will say so too."
)


class SandboxMissing(RuntimeError):
    """There is no sandbox that works here."""

    def __init__(self, wanted: str, reason: str = "") -> None:
        super().__init__(f"sandbox {wanted!r} does not work here. {reason}\n{HOW}")


def available_sandbox() -> str | None:
    """Return the best sandbox that works here: "sandlock", "bubblewrap" or None."""
    return next((word for word in WORDS[:2] if not reason_against(word)), None)


@functools.cache
def reason_against(word: str) -> str:
    """Return why the sandbox `word` cannot be used; empty when it can."""
    if word == "none":
        return ""
    if word == "sandlock":
        return reason_against_sandlock()
    if word == "bubblewrap":
        return reason_against_bubblewrap()
    return f"The words are {', '.join(WORDS)}."


def reason_against_sandlock() -> str:
    """Ask the package and the kernel."""
    if importlib.util.find_spec("sandlock") is None:
        return "The Python package sandlock is not installed."
    try:
        import sandlock

        have, need = sandlock.landlock_abi_version(), sandlock.min_landlock_abi()
    except (ImportError, OSError) as error:
        return f"sandlock cannot be loaded: {error}."
    return "" if have >= need else f"The kernel has Landlock ABI {have}, sandlock needs {need}."


def reason_against_bubblewrap() -> str:
    """Run `true` in it."""
    program = shutil.which("bwrap")
    if program is None:
        return "There is no program bwrap."
    command = [program, "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "true"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else f"bwrap says: {done.stderr.strip()[:200]}."


def readable(farm: Farm) -> list[str]:
    """Return what a submission's process may read: libraries, and its side of the farm."""
    roots = [Path(p) for p in SYSTEM] + [Path(sys.base_prefix).resolve()]
    roots += around_staff(Path(sys.prefix).resolve())
    for entry in package_folders():
        if not any(root == entry or root in entry.parents for root in roots):
            roots += around_staff(entry)
    roots += [Path(p) for p in SINGLE_FILES]
    roots += [farm.code, farm.home, (farm.code / "chainrule").resolve()]
    return [str(root) for root in roots if root.exists()]


def package_folders() -> list[Path]:
    """Return where packages are installed.

    Not the whole of `sys.path`: it may hold a checkout, or the folder of the course.
    """
    names = ("site-packages", "dist-packages")
    entries = [Path(entry).resolve() for entry in sys.path if Path(entry).name in names]
    return [entry for entry in dict.fromkeys(entries) if entry.is_dir()]


def around_staff(root: Path) -> list[Path]:
    """Return what to grant of `root` so that the staff's package stays out.

    A permission for a folder holds for everything below it. So where the staff's package is
    installed (not merely linked from a checkout), its neighbours are granted one by one.
    """
    holding = [e for e in package_folders() if (e / STAFF).exists() and root in (e, *e.parents)]
    if not holding:
        return [root]
    granted: list[Path] = []
    for entry in root.iterdir():
        path = entry.resolve() if entry.is_dir() else entry
        if any(path == folder or path in folder.parents for folder in holding):
            granted += around_staff(path)
        elif not entry.name.startswith(STAFF):
            granted.append(entry)
    return granted


def without_nested(paths: list[str]) -> list[str]:
    """Return the places that are left when those are gone that another one holds or links to."""
    places = dict.fromkeys(Path(path).resolve() for path in paths)
    return [str(place) for place in places if not any(p in places for p in place.parents)]


def environment(farm: Farm) -> dict[str, str]:
    """Return the whole environment of a fork server: nothing of the instructor's."""
    return {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(farm.home),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **configuration(farm.home),
        **({"CHAINRULE_DEBUG": "1"} if os.environ.get("CHAINRULE_DEBUG") else {}),
    }


def configuration(home: Path) -> dict[str, str]:
    """Return the variables that both processes have: nobody's configuration, one thread."""
    return {
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_CONFIG_DIR": str(home / "jupyter"),
        "MPLCONFIGDIR": str(home / "matplotlib"),
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
        # One thread: a process with more cannot be forked safely.
        **{f"{lib}_NUM_THREADS": "1" for lib in ("OPENBLAS", "OMP", "MKL", "NUMEXPR")},
    }


def server_command(word: str, farm: Farm, limits: Limits, modules: tuple[str, ...]) -> list[str]:
    """Return the command that starts a fork server inside the sandbox `word`."""
    grants = readable(farm)
    options = json.dumps({"readable": without_nested(grants), "modules": modules})
    program = [sys.executable, "-I", str(farm.code / "start.py"), options]
    if word == "bubblewrap":
        return [*bubblewrap(farm, grants), *program]
    policy = {
        "sandbox": word,
        "folder": str(farm.root),
        "readable": grants,
        "writable": [str(farm.work), "/dev/null"],
        "processes": limits.processes,
        "denied": DENIED_CALLS,
        "environment": environment(farm),
        "program": program,
    }
    launcher = str(Path(__file__).with_name("launcher.py"))
    return [sys.executable, "-I", launcher, json.dumps(policy)]


def bubblewrap(farm: Farm, grants: list[str]) -> list[str]:
    """Return the bwrap command line: new namespaces of every kind, and the grants read-only."""
    command = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--clearenv"]
    command += ["--cap-drop", "ALL", "--dev", "/dev", "--size", str(TMPFS), "--tmpfs", "/tmp"]
    for name, value in environment(farm).items():
        command += ["--setenv", name, value]
    for path in grants:
        if path.startswith("/dev/"):
            continue
        if Path(path).is_symlink():
            command += ["--symlink", str(Path(path).readlink()), path]
        else:
            command += ["--ro-bind", path, path]
    # Memory that no limit counts: little of it, and none but /dev/shm below /dev.
    command += ["--size", str(TMPFS), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    command += ["--bind", str(farm.work), str(farm.work)]
    return [*command, "--chdir", str(farm.work), "--"]
