"""Answers one question at a time, until its input ends."""

from __future__ import annotations

import os
import sys
from typing import Any, BinaryIO

from kimi_lsp.vision.parcels import HEAD, pack, unpack
from kimi_lsp.vision.worker.stage import Stage
from kimi_lsp.vision.worker.unable import UnableError


class Line:
    """The line to the process that asks."""

    def __init__(self, incoming: BinaryIO, outgoing: BinaryIO) -> None:
        self._incoming = incoming
        self._outgoing = outgoing

    def next(self) -> Any:
        """The next message; None at the end of the input."""
        head = self._incoming.read(HEAD.size)
        if len(head) < HEAD.size:
            return None
        (size,) = HEAD.unpack(head)
        return unpack(self._incoming.read(size))

    def say(self, message: Any) -> None:
        self._outgoing.write(pack(message))
        self._outgoing.flush()

    def read(self, path: str) -> bytes | None:
        """A file of the project, which only the asking process may open."""
        self.say({"read": path})
        answer = self.next()
        return answer["data"] if answer else None


def main() -> None:
    outgoing = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    # Nothing that a library prints may come between messages.
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    line = Line(sys.stdin.buffer, outgoing)
    stage = Stage(line.read)
    try:
        while (question := line.next()) is not None:
            line.say(_answer(stage, question))
    finally:
        stage.close()


def _answer(stage: Stage, question: dict[str, Any]) -> dict[str, Any]:
    try:
        if question["do"] == "render":
            rendering = stage.render(
                question["candidate"], question["browser"], question["seconds"]
            )
            return {"value": rendering, "spent": stage.spent}
        from kimi_lsp.vision.worker.score import joined, score

        if question["do"] == "join":
            return {"value": joined(question["pieces"], question["overlap"])}
        return {"value": score(question["target"], question["rendering"], question["crops"])}
    except UnableError as why:
        return {"reason": why.reason, "key": why.key, "values": why.values}


if __name__ == "__main__":
    main()
