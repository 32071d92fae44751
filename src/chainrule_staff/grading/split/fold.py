"""From messages to the outputs of a notebook, by nbclient's own rules."""

from __future__ import annotations

import copy
import platform
from collections.abc import Iterable
from typing import Any

from nbclient.client import NotebookClient
from nbclient.exceptions import CellExecutionComplete
from nbformat import NotebookNode, from_dict
from nbformat.v4 import output_from_msg

from .messages import Message

LANGUAGE = {
    "name": "python",
    "version": platform.python_version(),
    "mimetype": "text/x-python",
    "codemirror_mode": {"name": "ipython", "version": 3},
    "pygments_lexer": "ipython3",
    "nbconvert_exporter": "python",
    "file_extension": ".py",
}

FIELDS = {
    "stream": ("name", "text"),
    "display_data": ("metadata", "data"),
    "execute_result": ("metadata", "data", "execution_count"),
    "error": ("ename", "evalue", "traceback"),
}


class NoChannel:
    """Stands where nbclient keeps its connection: widgets are answered with silence."""

    class session:  # noqa: N801  # nbclient's names
        """Makes messages."""

        @staticmethod
        def msg(*args: Any, **kwargs: Any) -> dict[str, Any]:
            """Make no message."""
            return {}

    class shell_channel:  # noqa: N801
        """Sends messages."""

        @staticmethod
        def send(message: Any) -> None:
            """Send it nowhere."""


class Folder(NotebookClient):
    """nbclient without a kernel: it is given the messages and does what it always does."""

    def __init__(self, notebook: NotebookNode) -> None:
        super().__init__(notebook)
        self.kc = NoChannel()
        self.reset_execution_trackers()

    def fold(self, messages: Iterable[Message]) -> None:
        """Turn messages into outputs. Malformed ones are dropped: they may be a forgery."""
        self.clear_before_next_output = False
        for index, kind, content, metadata, buffers in messages:
            cell = self.nb.cells[index]
            header = {"msg_type": kind, "msg_id": f"cell-{index}"}
            message = {
                "msg_type": kind, "header": header, "parent_header": {"msg_id": f"cell-{index}"},
                "content": content, "metadata": metadata, "buffers": buffers,
            }  # fmt: skip
            try:
                self.process_message(message, cell, index)
            except CellExecutionComplete:
                continue
            except Exception:  # whatever a forged message does to nbclient
                continue

    def output(
        self,
        outs: list[NotebookNode],
        msg: dict[str, Any],
        display_id: str | None,
        cell_index: int,
    ) -> NotebookNode | None:
        """Add an output. The simple ones are not validated again: `messages` has checked them."""
        hooked = self.output_hook_stack[msg["parent_header"]["msg_id"]]
        fields = FIELDS.get(msg["msg_type"])
        if hooked or display_id or self.clear_before_next_output or fields is None:
            made: NotebookNode | None = super().output(outs, msg, display_id, cell_index)
            return made
        content = msg["content"]
        told = {name: content[name] for name in fields}
        outs.append(from_dict({"output_type": msg["msg_type"], **told}))
        return outs[-1]

    def finish(self) -> NotebookNode:
        """Write what belongs to the whole notebook."""
        self.nb.metadata["language_info"] = copy.deepcopy(LANGUAGE)
        self.set_widgets_metadata()
        return self.nb


def error_output(name: str, message: str) -> NotebookNode:
    """Return an error output as a kernel would have sent it."""
    line = f"\x1b[0;31m{name}\x1b[0m: {message}"
    content = {"ename": name, "evalue": message, "traceback": [line]}
    return output_from_msg({"header": {"msg_type": "error"}, "content": content})
