"""Frames: one JSON tree and raw buffers, over a stream socket.

    u32 bytes of JSON | u32 number of buffers | u64 size of each buffer | JSON | buffers

It uses `read` and `write`, for the sandbox's supervisor looks at every `send` and `recv`.

Every size is checked before anything is allocated, because the other end may be hostile.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from collections.abc import Sequence
from typing import Any

HEAD = struct.Struct("<II")
MAX_JSON = 16 << 20  # bytes: a list of one million floats still fits, as a buffer
MAX_FRAME = 256 << 20  # bytes of JSON and buffers together
MAX_BUFFERS = 10_000
JOINED = 1 << 16  # bytes of buffers that are sent in one piece with what is before them

Buffer = bytes | bytearray | memoryview
ENCODER = json.JSONEncoder(separators=(",", ":"))


class WireError(Exception):
    """The other end broke the format, or asked for more than the limits allow."""


def send(sock: socket.socket, tree: Any, buffers: Sequence[Buffer] = ()) -> None:
    """Write one frame. Raises `WireError` before writing a byte if it is too big to be read."""
    sizes = [len(buffer) for buffer in buffers]
    start = pack(tree, sizes)
    if sum(sizes) <= JOINED:
        write(sock, b"".join([start, *buffers]))
        return
    write(sock, start)
    for buffer in buffers:  # as they are: putting them together would copy them
        write(sock, buffer)


def write(sock: socket.socket, data: Buffer) -> None:
    """Write all of `data`."""
    written = os.write(sock.fileno(), data)
    while written < len(data):
        with memoryview(data) as view:
            written += os.write(sock.fileno(), view[written:])


def pack(tree: Any, sizes: Sequence[int] = ()) -> bytes:
    """Return a frame up to its buffers, of which these are the sizes."""
    text = ENCODER.encode(tree).encode("utf-8", "surrogatepass")
    check_sizes(len(text), sizes)
    head = HEAD.pack(len(text), len(sizes)) + struct.pack(f"<{len(sizes)}Q", *sizes)
    return head + text


def receive(sock: socket.socket) -> tuple[Any, list[Buffer]]:
    """Read one frame. Raises `EOFError` when the other end is gone, `WireError` on nonsense."""
    length, count = HEAD.unpack(read_exactly(sock, HEAD.size))
    check_sizes(length, [0] * min(count, MAX_BUFFERS + 1))
    sizes = struct.unpack(f"<{count}Q", read_exactly(sock, 8 * count))
    check_sizes(length, sizes)
    tree = parse(bytes(read_exactly(sock, length)))
    return tree, [read_exactly(sock, size) for size in sizes]


def check_sizes(length: int, sizes: Sequence[int]) -> None:
    """Raise `WireError` for a frame that is larger than a frame may be."""
    if length > MAX_JSON:
        raise WireError(f"{length / 1e6:.0f} MB of structure, {MAX_JSON / 1e6:.0f} MB are allowed")
    if len(sizes) > MAX_BUFFERS or length + sum(sizes) > MAX_FRAME:
        raise WireError(f"more data than {MAX_FRAME / 1e6:.0f} MB or {MAX_BUFFERS} arrays")


def parse(text: bytes) -> Any:
    """Read JSON that may be malicious; nesting and digits are bounded by the parser itself."""
    try:
        return json.loads(text.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise WireError(f"not JSON: {type(error).__name__}") from None


def read_exactly(sock: socket.socket, size: int) -> Buffer:
    """Read `size` bytes; memory grows with what arrives, not with what was announced."""
    if size == 0:
        return b""
    first = os.read(sock.fileno(), min(size, 1 << 20))
    if len(first) == size:
        return first
    data, filled = bytearray(first), len(first)
    while first:
        if filled == size:
            return data
        if filled == len(data):
            data += bytes(min(max(filled, 1 << 20), size - filled))
        with memoryview(data) as view:
            got = os.readv(sock.fileno(), [view[filled:]])
        if not got:
            break
        filled += got
    raise EOFError("the other end closed the connection")
