"""Uploaded files, and what may be done with them."""

from __future__ import annotations

import re
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

from kimi_lsp.simulator.exchange import Request
from kimi_lsp.simulator.refusals import Refusal, invalid

PURPOSES = ("file-extract", "image", "video", "batch")
MOST_BYTES = 100 << 20
MOST_FILES = 1000

Answer = dict[str, Any] | Refusal


@dataclass(frozen=True)
class File:
    """An uploaded file."""

    name: str
    purpose: str
    data: bytes
    id: str = field(default_factory=lambda: secrets.token_hex(10))
    created: int = field(default_factory=lambda: int(time.time()))

    def described(self) -> dict[str, Any]:
        """The file as the API tells of it."""
        return {
            "id": self.id,
            "object": "file",
            "bytes": len(self.data),
            "created_at": self.created,
            "filename": self.name,
            "purpose": self.purpose,
            "status": "ok" if self.purpose == "file-extract" else "ready",
            "status_details": "",
        }


class Files:
    """The files of the account."""

    def __init__(self, most: int = MOST_FILES) -> None:
        self._most = most
        self._kept: dict[str, File] = {}

    def lookup(self, url: str) -> bytes | None:
        """The bytes that an ``ms://`` URL names, if they were uploaded to be looked at."""
        file = self._kept.get(url.removeprefix("ms://"))
        return file.data if file and file.purpose in ("image", "video") else None

    def answer(self, request: Request) -> Answer | None:
        """What a request to ``/v1/files`` gets; None for an address that is not there."""
        name, _, rest = request.path.removeprefix("/v1/files").strip("/").partition("/")
        match request.method, name, rest:
            case "POST", "", "":
                return self._upload(request)
            case "GET", "", "":
                listed = [file.described() for file in self._kept.values()]
                return {"object": "list", "data": listed}
            case "GET" | "DELETE", str(), "" | "content":
                file = self._kept.get(name)
                if file is None:
                    return Refusal(404, "resource_not_found_error", f"file {name} not found")
                return self._one(file, request.method, rest)
            case _:
                return None

    def _one(self, file: File, method: str, rest: str) -> Answer | None:
        if method == "DELETE":
            if rest:
                return None
            del self._kept[file.id]
            return {"deleted": True, "id": file.id, "object": "file"}
        if not rest:
            return file.described()
        if file.purpose != "file-extract":
            return invalid(f"Invalid request: a file of purpose {file.purpose} has no content")
        text = file.data.decode("utf-8", "replace")
        named = {"filename": file.name, "title": "", "type": "file"}
        return {"content": text, "file_type": "text/plain", **named}

    def _upload(self, request: Request) -> Answer:
        if request.raw is None:
            return _too_large()
        parts = form(request.headers.get("content-type", ""), request.raw)
        name, data = parts.get("file", ("", None))
        purpose = parts.get("purpose", ("", b""))[1].decode("utf-8", "replace")
        if data is None:
            return invalid("Invalid request: file is required")
        if purpose not in PURPOSES:
            accepted = ", ".join(f"'{one}'" for one in PURPOSES)
            return invalid(f"Invalid purpose: only {accepted} accepted")
        if len(data) > MOST_BYTES:
            return _too_large()
        if not data:
            return invalid("File size is zero, please confirm and re-upload the file")
        if len(self._kept) >= self._most:
            return invalid(
                "The number of files you have uploaded exceeded the max file count "
                f"{self._most}, please delete previous uploaded files"
            )
        file = File(name, purpose, data)
        self._kept[file.id] = file
        return file.described()


def form(kind: str, raw: bytes) -> dict[str, tuple[str, bytes]]:
    """The parts of a multipart form by name, each with its file name and its bytes."""
    boundary = re.search(r'boundary="?([^";]+)"?', kind)
    if not kind.startswith("multipart/form-data") or not boundary:
        return {}
    parts: dict[str, tuple[str, bytes]] = {}
    for piece in (b"\r\n" + raw).split(b"\r\n--" + boundary[1].encode("latin-1"))[1:]:
        head, blank, data = piece.partition(b"\r\n\r\n")
        said = head.decode("utf-8", "replace")
        name = re.search(r'\bname="([^"]*)"', said)
        file = re.search(r'\bfilename="([^"]*)"', said)
        if blank and name:
            parts[name[1]] = (file[1] if file else "", data)
    return parts


def _too_large() -> Refusal:
    return invalid(
        "File size is too large, max file size is 100MB, please confirm and re-upload the file"
    )
