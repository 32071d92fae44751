"""Messages of a process that may be hostile, checked before anything is made of them.

A process can write any JSON on its socket. What a kernel would never say is dropped here, so that
whoever folds, writes or shows the outputs later meets only what Jupyter's format knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from .inside.frames import WireError

Message = tuple[int, str, dict[str, Any], dict[str, Any], list[bytes]]
MAX_DEPTH = 60  # of lists and dicts in a message: writing a notebook is recursive
NODE_BYTES = 32  # what a list, a dict or a number costs of the budget: it is memory, too


class Unfit(Exception):
    """A message that no kernel would send."""


def unpack(messages: list[Any], buffers: list[bytes]) -> tuple[list[Message], int]:
    """Return the well-formed messages of one frame, and the bytes that their structure costs.

    Raises:
        WireError: if the frame itself is malformed.
    """
    unpacked: list[Message] = []
    nodes = 0
    waiting = iter(buffers)
    for message in messages:
        try:
            cell, kind, content, metadata, count = message
            own = [next(waiting) for _ in range(count)]
        except (TypeError, ValueError, StopIteration):
            raise WireError("a malformed message") from None
        try:
            fields = Plain()
            content, metadata = fields.read(content), fields.read(metadata)
            if type(cell) is int and type(metadata) is dict and fits(kind, content):
                nodes += fields.nodes
                unpacked.append((cell, kind, content, metadata, own))
        except Unfit:
            nodes += fields.nodes
    return unpacked, nodes * NODE_BYTES


class Plain:
    """Reads one tree of JSON: counts its nodes, bounds its depth, makes its texts writable."""

    def __init__(self) -> None:
        self.nodes = 0

    def read(self, value: Any, depth: int = 0) -> Any:
        """Return `value` without lone surrogates, which no file can hold."""
        kind = type(value)
        if kind is str:
            return writable(value)
        self.nodes += 1
        if depth > MAX_DEPTH:
            raise Unfit
        if kind is list:
            return [self.read(item, depth + 1) for item in value]
        if kind is dict:
            return {writable(key): self.read(item, depth + 1) for key, item in value.items()}
        return value


def writable(text: str) -> str:
    """Return `text` with a question mark in the place of every lone surrogate."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def fits(kind: Any, content: Any) -> bool:
    """Whether a message of this kind has the fields that Jupyter's format asks for."""
    check = SHAPES.get(kind) if type(kind) is str else None
    return check is not None and type(content) is dict and check(content)


def is_stream(content: dict[str, Any]) -> bool:
    """Text on one of the two streams."""
    return content.get("name") in ("stdout", "stderr") and type(content.get("text")) is str


def is_display(content: dict[str, Any]) -> bool:
    """A bundle of data by media type: text, unless the type says JSON."""
    data = content.get("data")
    return (
        type(data) is dict
        and all(type(v) is str or k.endswith("json") for k, v in data.items())
        and type(content.get("metadata", {})) is dict
        and type(content.get("transient") or {}) is dict
        and isinstance(content.get("execution_count"), int | None)
    )


def is_error(content: dict[str, Any]) -> bool:
    """A name, a message and lines."""
    lines = content.get("traceback")
    texts = (content.get("ename"), content.get("evalue"))
    return type(lines) is list and all(type(t) is str for t in (*texts, *lines))


def is_comm(content: dict[str, Any]) -> bool:
    """A word between a widget and its view."""
    data = content.get("data", {})
    return (
        type(content.get("comm_id")) is str
        and type(data) is dict
        and type(data.get("state", {})) is dict
    )


SHAPES: dict[str, Callable[[dict[str, Any]], bool]] = {
    "stream": is_stream,
    "display_data": is_display,
    "update_display_data": is_display,
    "execute_result": is_display,
    "error": is_error,
    "clear_output": lambda content: True,
    "comm_open": is_comm,
    "comm_msg": is_comm,
    "comm_close": is_comm,
}
