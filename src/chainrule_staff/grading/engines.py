"""Which engine runs the students' code, by the word given to `--sandbox`."""

from __future__ import annotations

from chainrule_staff.grading.engine import Engine
from chainrule_staff.grading.split import SplitEngine, available_sandbox
from chainrule_staff.grading.split.sandbox import reason_against

SANDBOXES = ("sandlock", "bubblewrap", "none")


class NoSandbox(RuntimeError):
    """This machine has no way to guard student code, and nobody said to do without."""


def default_sandbox() -> str:
    """Return the best guard this machine has.

    Raises:
        NoSandbox: if it has none; grading then needs an explicit `--sandbox none`.
    """
    found = available_sandbox()
    if found is None:
        raise NoSandbox(
            "no sandbox works on this machine: sandlock needs a Linux kernel with Landlock "
            "(6.12 or later), bubblewrap the package `bubblewrap`. Install one of them, or accept "
            "the risk with `--sandbox none`; every receipt will say so"
        )
    return found


def written(sandbox: str) -> str:
    """Return how the engine in this sandbox is called on receipts."""
    return f"split, {sandbox}"


def engine_name(sandbox: str) -> str:
    """Return the engine's name as it stands on receipts.

    Raises:
        NoSandbox: if this guard does not work here.
    """
    if reason := reason_against(sandbox):
        raise NoSandbox(f"--sandbox {sandbox}: {reason}")
    return written(sandbox)


def make_engine(sandbox: str) -> Engine:
    """Return a running engine; close it when done."""
    return SplitEngine(sandbox=sandbox)
