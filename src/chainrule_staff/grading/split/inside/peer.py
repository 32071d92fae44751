"""One end of the call channel: requests, replies, and requests while waiting for a reply."""

from __future__ import annotations

import socket
from abc import abstractmethod
from typing import Any

from . import frames
from .codec import Decoder, Encoder
from .frames import Buffer, WireError

MAX_NESTING = 40  # test -> student -> test -> ...


class PeerDied(RuntimeError):
    """The process at the other end is gone, or speaks nonsense."""


class Peer:
    """Sends requests over a blocking socket and serves those that come in meanwhile."""

    def __init__(self, sock: socket.socket) -> None:
        self.socket = sock
        self.dead = False
        self.nesting = 0

    def request(self, tree: dict[str, Any], encoder: Encoder | None = None) -> Any:
        """Send one request and return the decoder and the tree of its reply."""
        if self.dead:
            raise PeerDied("the student's process had ended")
        if self.nesting >= MAX_NESTING:
            raise RecursionError("test and submission call each other too deeply")
        self.nesting += 1
        try:
            frames.send(self.socket, tree, encoder.buffers if encoder else ())
            return self.wait()
        except (EOFError, OSError) as error:
            self.dead = True
            raise PeerDied("the student's process ended during this call") from error
        finally:
            self.nesting -= 1

    def wait(self) -> tuple[dict[str, Any], Decoder]:
        """Read frames until a reply comes; serve every request on the way."""
        while True:
            tree, buffers = self.receive()
            if tree.get("k") == "reply":
                return tree, self.decoder(buffers)
            self.serve(tree, buffers)

    def receive(self) -> tuple[dict[str, Any], list[Buffer]]:
        """Read one frame; after a broken one the stream has no meaning any more."""
        try:
            tree, buffers = frames.receive(self.socket)
            if not isinstance(tree, dict):
                raise WireError("a frame that is no message")
        except WireError:
            self.dead = True
            raise
        return tree, buffers

    def encoder(self) -> Encoder:
        """Return an encoder for one frame."""
        return Encoder(self.refer)

    def decoder(self, buffers: list[Buffer]) -> Decoder:
        """Return the decoder of one frame."""
        return Decoder(buffers, self.resolve)

    @abstractmethod
    def refer(self, value: Any) -> dict[str, Any]:
        """Return a node that stands for a value that stays in this process."""

    @abstractmethod
    def resolve(self, node: dict[str, Any]) -> Any:
        """Return the value that a node of the other end stands for."""

    @abstractmethod
    def serve(self, tree: dict[str, Any], buffers: list[Buffer]) -> None:
        """Answer one request of the other end with exactly one reply."""
