"""The student's end of the call channel: serves names, calls and operations on what it holds.

A request names a handle, an operation and arguments; the answer is a value, or the name and the
message of an exception. Arguments are copies, and stay here: nothing that the student's code
does to them is seen outside.
"""

from __future__ import annotations

import builtins
import inspect
import operator
import socket
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from . import streams
from .codec import Decoder
from .drawings import Drawings
from .frames import Buffer
from .kernel import Kernel
from .peer import Peer

MAX_MESSAGE = 4000  # characters of an exception's message, and of its traceback
HERE = str(Path(__file__).parent)
OPERATORS = frozenset(
    {
        "add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul", "neg", "pos", "abs",
        "invert", "and_", "or_", "xor", "lt", "le", "gt", "ge", "getitem", "setitem", "delitem",
        "contains",
    }
)  # fmt: skip


class Server(Peer):
    """Holds the handles that the tests were given, and answers for them."""

    def __init__(self, sock: socket.socket, kernel: Kernel) -> None:
        super().__init__(sock)
        self.kernel = kernel
        self.handles: dict[int, Any] = {}
        self.numbers: dict[int, int] = {}
        self.stubs: dict[int, Callable[..., Any]] = {}
        self.serving = 0
        self.drawings: Drawings | None = None

    def refer(self, value: Any) -> dict[str, Any]:
        """Keep `value` here and describe it."""
        number = self.numbers.get(id(value))
        if number is None:
            number = len(self.handles) + 1
            self.handles[number] = value
            self.numbers[id(value)] = number
        return {"t": "handle", "id": number, **describe(value)}

    def resolve(self, node: dict[str, Any]) -> Any:
        """Return the held value, or a stub that calls back into the test."""
        if node["t"] == "handle":
            return self.handles[node["id"]]
        return self.stub(node["id"])

    def stub(self, number: int) -> Callable[..., Any]:
        """Return a function that calls function `number` of the running test."""
        if number not in self.stubs:

            def from_the_test(*args: Any, **kwargs: Any) -> Any:
                if not self.serving:
                    raise RuntimeError("this function belongs to a test that is over")
                encoder = self.encoder()
                call = {"op": "callback", "id": number}
                call |= {"args": encoder(list(args)), "kwargs": encoder(kwargs)}
                tree, decoder = self.request(call, encoder)
                if "error" in tree:
                    raise known_exception(tree["error"])(tree.get("message", ""))
                return decoder(tree["value"])

            self.stubs[number] = from_the_test
        return self.stubs[number]

    def serve_one(self) -> None:
        """Read and answer one request."""
        tree, buffers = self.receive()
        self.serve(tree, buffers)

    def serve(self, tree: dict[str, Any], buffers: list[Buffer]) -> None:
        """Answer one request; what the student's code prints meanwhile goes with the answer."""
        printed: list[list[str]] = []
        encoder = self.encoder()
        self.serving += 1
        streams.tap(printed)
        try:
            value = self.perform(tree, self.decoder(buffers))
            reply: dict[str, Any] = {"k": "reply", "value": encoder(value)}
        except BaseException as error:  # SystemExit and KeyboardInterrupt too: it is their answer
            encoder = self.encoder()
            reply = {"k": "reply", **describe_error(error)}
        finally:
            self.serving -= 1
            streams.tap(None)
        if printed:
            reply["printed"] = printed
        self.answer(reply, encoder.buffers)

    def answer(self, reply: dict[str, Any], buffers: list[Buffer]) -> None:
        """Send a reply; one that is too large becomes an exception by that name."""
        from . import frames

        try:
            frames.send(self.socket, reply, buffers)
        except frames.WireError as error:
            frames.send(self.socket, {"k": "reply", **describe_error(error)})

    def perform(self, tree: dict[str, Any], decode: Decoder) -> Any:
        """Do what one request asks for and return the result."""
        if "random" in tree:  # so that a test that seeds NumPy gets the numbers that it expects
            np.random.set_state(("MT19937", *decode(tree["random"])))
        name, namespace = tree["op"], self.kernel.shell.user_ns
        if name == "get":
            return namespace[tree["name"]]
        if name == "figures":
            return [] if self.drawings is None else self.drawings.seen
        target = self.handles[tree["id"]]
        args = decode(tree.get("args", []))
        if name == "call":
            return target(*args, **decode(tree["kwargs"]))
        return perform_on(target, name, args)


def perform_on(target: Any, name: str, args: list[Any]) -> Any:
    """Apply one operation to a held value."""
    if name.startswith("r:"):
        return getattr(operator, allowed(name[2:]))(args[0], target)
    if name.startswith("o:"):
        return getattr(operator, allowed(name[2:]))(target, *args)
    return VERBS[name](target, *args)


def allowed(name: str) -> str:
    """Return the name of an operator that is served."""
    if name not in OPERATORS:
        raise AttributeError(name)
    return name


VERBS: dict[str, Callable[..., Any]] = {
    "attribute": getattr,
    "set": setattr,
    "len": len,
    "iter": iter,
    "next": next,
    "str": str,
    "isinstance": lambda target, value: isinstance(value, target),
    "dir": dir,
}


def describe(value: Any) -> dict[str, Any]:
    """Say what a held value is: its name, whether it can be called, its signature."""
    name = getattr(value, "__name__", None)
    told: dict[str, Any] = {
        "name": name if type(name) is str else type(value).__name__,
        "type": type(value).__name__,
        "call": callable(value),
        "class": isinstance(value, type),
    }
    if isinstance(value, types.ModuleType):
        told["module"] = value.__name__
    if type(getattr(value, "__doc__", None)) is str:
        told["doc"] = value.__doc__[:MAX_MESSAGE]
    if callable(value):
        told["signature"] = signature_of(value)
    return told


def signature_of(value: Any) -> list[list[Any]] | None:
    """Return [name, kind, has a default] of every parameter, or None."""
    try:
        parameters = inspect.signature(value).parameters.values()
    except (ValueError, TypeError):
        return None
    return [[p.name, int(p.kind), p.default is not p.empty] for p in parameters]


def describe_error(error: BaseException) -> dict[str, Any]:
    """Return the name, the ancestry, the message and the student's lines of an exception."""
    try:
        message = str(error)[:MAX_MESSAGE]
    except Exception:
        message = ""
    entries = [e for e in traceback.extract_tb(error.__traceback__) if HERE not in e.filename]
    return {
        "error": type(error).__name__,
        "ancestry": [ancestor.__name__ for ancestor in type(error).__mro__],
        "message": message,
        "lines": "".join(traceback.format_list(entries))[-MAX_MESSAGE:],
    }


def known_exception(name: Any) -> type[Exception]:
    """Return the built-in exception called `name`, or RuntimeError."""
    found = getattr(builtins, str(name), None)
    return found if isinstance(found, type) and issubclass(found, Exception) else RuntimeError
