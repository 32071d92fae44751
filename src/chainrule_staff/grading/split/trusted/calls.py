"""The evaluator's end of the call channel."""

from __future__ import annotations

import builtins
import ctypes
import socket
import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ..inside import frames
from ..inside.frames import Buffer, WireError
from ..inside.peer import Peer, PeerDied
from .proxy import CallableProxy, Proxy

MAX_MESSAGE = 4000  # characters taken over from an exception of the student
# Modules that a name of the student's may mean; the test then gets our own copy.
MODULES = frozenset(
    {
        "numpy", "matplotlib", "sympy", "mpmath", "math", "cmath", "random", "re", "itertools",
        "functools", "collections", "chainrule",
    }
)  # fmt: skip
NEVER = frozenset({"StopIteration", "StopAsyncIteration"})  # would end the loops of a test


class Calls(Peer):
    """Asks the student's process, and answers the callbacks of the running test."""

    def __init__(self, sock: socket.socket) -> None:
        super().__init__(sock)
        self.proxies: dict[int, Proxy] = {}
        self.callbacks: dict[int, Callable[..., Any]] = {}
        self._random: tuple[Any, ...] = ()
        self._place: tuple[int, ...] = ()

    def get(self, name: str) -> Any:
        """Return what the student calls `name`. Raises KeyError if there is no such name."""
        return self.exchange({"op": "get", "name": name})

    def call(self, number: int, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Call a function of the student with copies of `args`."""
        encoder = self.encoder()
        tree = {"op": "call", "id": number}
        tree |= {"args": encoder(list(args)), "kwargs": encoder(kwargs)}
        return self.exchange(tree, encoder)

    def ask(self, number: int, verb: str, args: tuple[Any, ...]) -> Any:
        """Do anything else with something of the student's."""
        encoder = self.encoder()
        tree = {"op": verb, "id": number, "args": encoder(list(args))}
        return self.exchange(tree, encoder, stops=verb == "next")

    def exchange(self, tree: dict[str, Any], encoder: Any = None, stops: bool = False) -> Any:
        """Send a request and return its value, or raise what the student's code raised."""
        encoder = encoder or self.encoder()
        self.share_random(tree, encoder)
        try:
            reply, decode = self.request(tree, encoder)
            replay(reply.get("printed"))
            if "error" not in reply:
                return decode(reply["value"])
        except WireError as error:
            raise TypeError(f"what the submission returned cannot be read: {error}") from None
        if stops and reply["error"] == "StopIteration":
            raise StopIteration
        raise rebuilt(reply)

    def share_random(self, tree: dict[str, Any], encoder: Any) -> None:
        """Send the state of NumPy's global generator when it has changed; never take it back."""
        place = place_of_generator()
        if place == self._place:
            return
        _, keys, position, has_gauss, gauss = np.random.get_state(legacy=True)
        # A normal number that is kept for later is used up without a change of place.
        self._place = () if has_gauss else place
        state = (*place, has_gauss, gauss)
        if state != self._random:
            self._random = state
            tree["random"] = encoder([keys, position, has_gauss, gauss])

    def refer(self, value: Any) -> dict[str, Any]:
        """Name a proxy by its number and a function by a callback; the rest stays here."""
        if isinstance(value, Proxy):
            return {"t": "handle", "id": object.__getattribute__(value, "_number")}
        if callable(value):
            number = len(self.callbacks) + 1
            self.callbacks[number] = value
            return {"t": "callback", "id": number}
        raise TypeError(f"a {type(value).__name__} cannot be handed to the submission")

    def resolve(self, node: dict[str, Any]) -> Any:
        """Return the proxy of a handle, or our own copy of a module that both sides know."""
        if node["t"] != "handle" or type(node["id"]) is not int:
            raise WireError("unknown node")
        module = node.get("module")
        if isinstance(module, str) and module.partition(".")[0] in MODULES:
            return sys.modules.get(module) or self.proxy(node)
        return self.proxy(node)

    def proxy(self, node: dict[str, Any]) -> Proxy:
        """Return the one proxy of a handle."""
        number = node["id"]
        if number not in self.proxies:
            kind = CallableProxy if node.get("call") is True else Proxy
            self.proxies[number] = kind(self, number, node)
        return self.proxies[number]

    def serve(self, tree: dict[str, Any], buffers: list[Buffer]) -> None:
        """Answer a callback; all that crosses of an error of the test is its name."""
        encoder = self.encoder()
        try:
            function = self.callbacks[tree["id"]]
            decode = self.decoder(buffers)
            value = function(*decode(tree["args"]), **decode(tree["kwargs"]))
            reply = {"k": "reply", "value": encoder(value)}
        except PeerDied:
            raise
        except Exception as error:
            encoder = self.encoder()
            reply = {"k": "reply", "error": type(error).__name__, "message": ""}
        frames.send(self.socket, reply, encoder.buffers)


def place_of_generator() -> tuple[int, ...]:
    """Return where NumPy's global generator stands, by looking at its memory.

    Two of the 624 words of its state and the position in them: `get_state` would copy all, which
    takes longer than most calls.
    """
    bits: Any = np.random.get_bit_generator()  # type: ignore[attr-defined]
    words = (ctypes.c_uint32 * 625).from_address(bits.ctypes.state_address)
    return words[0], words[623], words[624]


def replay(printed: Any) -> None:
    """Show in the hidden cell what the student's code printed during a call."""
    for entry in printed if isinstance(printed, list) else []:
        name, text = entry
        (sys.stderr if name == "stderr" else sys.stdout).write(str(text))


def rebuilt(reply: dict[str, Any]) -> Exception:
    """Return an exception of the same name and nearest known ancestry; the message is text."""
    name = str(reply["error"])[:80]
    ancestry = [a for a in reply.get("ancestry", []) if isinstance(a, str)][:30]
    kind = next((k for a in [name, *ancestry] if (k := known(a)) is not None), RuntimeError)
    if kind.__name__ != name and name.isidentifier():
        kind = type(name, (kind,), {})
    try:
        error = kind(str(reply.get("message", ""))[:MAX_MESSAGE])
    except TypeError:  # UnicodeDecodeError and the like want more arguments
        error = RuntimeError(f"{name}: {str(reply.get('message', ''))[:MAX_MESSAGE]}")
    lines = reply.get("lines")
    if isinstance(lines, str) and lines:
        error.add_note("in the submission:\n" + lines[:MAX_MESSAGE])
    return error


def known(name: str) -> type[Exception] | None:
    """Return the exception that is called `name` here, if there is one that may be raised."""
    if name == "LinAlgError":
        return np.linalg.LinAlgError
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, Exception) and name not in NEVER:
        return found
    return None
