"""The process around a fork server: puts it into sandlock, and cleans up when all is over.

Run as a script, with its policy as JSON. It imports nothing of ours. It lives outside the
sandbox, holds the supervisor that sandlock needs, and is the one who can see and end whatever a
submission may have left behind when the engine is gone. Standard input is the engine's socket;
when the engine dies, the fork server reads the end of it and goes, and so do we.
"""

from __future__ import annotations

import ctypes
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

PR_SET_CHILD_SUBREAPER = 36


def main() -> None:
    """Start the fork server of the policy in `sys.argv[1]` and see it to its end."""
    policy = json.loads(sys.argv[1])
    lifeline = int(sys.argv[2])
    os.set_inheritable(lifeline, False)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the engine's to handle
    engine = os.getppid()
    threading.Thread(target=watch, args=(lifeline, engine, policy), daemon=True).start()
    try:
        run(policy)
    finally:
        clean_up(engine, policy)


def run(policy: dict[str, Any]) -> None:
    """Run the fork server until it ends."""
    if policy["sandbox"] == "none":
        subprocess.run(policy["program"], env=policy["environment"], check=False)
        return
    from sandlock import Sandbox

    sandbox = Sandbox(
        fs_readable=policy["readable"],
        fs_writable=policy["writable"],
        max_processes=policy["processes"],
        extra_deny_syscalls=policy["denied"],
        no_coredump=True,
        clean_env=True,
        env=policy["environment"],
    )
    sandbox.run_interactive(policy["program"])


def watch(lifeline: int, engine: int, policy: dict[str, Any]) -> None:
    """Wait for the engine's end of a pipe to close, then end everything."""
    os.read(lifeline, 1)
    clean_up(engine, policy)
    os._exit(0)


def clean_up(engine: int, policy: dict[str, Any]) -> None:
    """End everything; if the engine is dead, remove its folder, as it cannot any more."""
    end_descendants()
    if os.getppid() != engine:
        shutil.rmtree(policy["folder"], ignore_errors=True)


def end_descendants() -> None:
    """Kill everything below this process: stop all first, so that nothing can outrun it."""
    for _ in range(100):
        found = descendants(os.getpid())
        if not found:
            return
        for number in (signal.SIGSTOP, signal.SIGKILL):
            for pid in found:
                try:
                    os.kill(pid, number)
                except ProcessLookupError:
                    continue
        time.sleep(0.005)


def descendants(root: int) -> list[int]:
    """Return the living processes below `root`, from /proc."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] != "Z":
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    queue = [root]
    while queue:
        below = children.get(queue.pop(), [])
        found += below
        queue += below
    return found


if __name__ == "__main__":
    main()
