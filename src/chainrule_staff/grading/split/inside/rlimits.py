"""The limits of this process, by the two old system calls.

The C library uses `prlimit64` for both, which changes the limits of other processes of the same
user as well: a submission could take the processor time of the grader away. The sandbox denies it.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource

CALLS = {"x86_64": (160, 97), "aarch64": (164, 163)}  # setrlimit, getrlimit
KNOWN = platform.machine() in CALLS
LIBC = ctypes.CDLL(None, use_errno=True)
Pair = ctypes.c_uint64 * 2


def set_limit(number: int, values: tuple[int, int]) -> None:
    """Set limit `number` of this process, as `resource.setrlimit` does."""
    if not KNOWN:
        resource.setrlimit(number, values)
    else:
        call(0, number, Pair(*(value & (1 << 64) - 1 for value in values)))


def get_limit(number: int) -> tuple[int, int]:
    """Return limit `number` of this process, as `resource.getrlimit` does."""
    pair = Pair()
    call(1, number, pair)
    soft, hard = (resource.RLIM_INFINITY if v == (1 << 64) - 1 else v for v in pair)
    return soft, hard


def call(which: int, number: int, pair: ctypes.Array[ctypes.c_uint64]) -> None:
    """Make one of the two calls; raises OSError as the kernel says."""
    if LIBC.syscall(CALLS[platform.machine()][which], number, pair) != 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
