"""A project's own Vite, with the candidate only in memory. It runs the project's code."""

from __future__ import annotations

import http.client
import json
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import playwright

from kimi_lsp.vision.rendering import Candidate, Way
from kimi_lsp.vision.worker.content import Content
from kimi_lsp.vision.worker.unable import UnableError

READY = "window.__kimi"
OUTDATED = 504
"""Vite's answer while it prepares a package that it learnt of late."""


@dataclass
class Served:
    """A page that Vite serves; ``port`` answers only to who knows the ``token``."""

    port: int
    token: str
    errors: tuple[str, ...] = ()
    path: str = "/"
    ready: str = READY
    way: Way = "vite"
    outdated: bool = False

    def get(self, path: str, accept: str) -> Content | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            headers = {"x-kimi-token": self.token, "accept": accept}
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            kind = answer.getheader("content-type") or "application/octet-stream"
            self.outdated = self.outdated or answer.status == OUTDATED
            return Content(answer.read(), kind, answer.status)
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()


class Vite:
    """The Vite of one project and framework, from its first candidate to the last."""

    def __init__(self, candidate: Candidate) -> None:
        self.key = key(candidate)
        root = Path(candidate.root or ".")
        self._process = subprocess.Popen(  # noqa: S603
            [node(), str(Path(__file__).with_name("preview.mjs"))],
            cwd=root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        self._say(
            {
                "root": str(root),
                "framework": candidate.framework,
                "styles": candidate.styles,
                "body": candidate.body,
                "cache": tempfile.mkdtemp(prefix="vite-"),
            }
        )
        begun = self._hear()
        self._port, self._token = int(begun["port"]), str(begun["token"])

    def serve(self, candidate: Candidate) -> Served:
        """The page of a candidate, or why it does not compile."""
        files = {**candidate.files, candidate.path: candidate.code}
        self._say({"path": candidate.path, "files": files})
        error = self._hear().get("error")
        return Served(self._port, self._token, (error,) if error else ())

    def close(self) -> None:
        self._process.kill()
        self._process.communicate()

    def _say(self, message: Any) -> None:
        try:
            if self._process.stdin is not None:
                self._process.stdin.write(json.dumps(message) + "\n")
                self._process.stdin.flush()
        except OSError:
            # That it ended is seen where its answer is waited for.
            return

    def _hear(self) -> dict[str, Any]:
        for line in self._process.stdout or ():
            # What the project's configuration prints comes between.
            if line.startswith("kimi:"):
                return json.loads(line.removeprefix("kimi:"))
        said = (self._process.communicate()[1] or "").strip().splitlines()
        reason = next((line for line in said if "Error" in line), said[-1] if said else "")
        raise UnableError("unsupported", "vision.tooling", detail=reason.strip()[:300])


def key(candidate: Candidate) -> tuple[object, ...]:
    """What one Vite can serve."""
    return candidate.root, candidate.framework, candidate.styles, candidate.body


def there(candidate: Candidate) -> bool:
    """Whether the candidate's project, or one above it in a monorepo, has Vite installed."""
    root = Path(candidate.root or "/")
    folders = (folder / "node_modules" / "vite" for folder in (root, *root.parents))
    return candidate.root is not None and any((one / "package.json").is_file() for one in folders)


def node() -> str:
    """The Node that Playwright brings."""
    name = "node.exe" if (_driver() / "node.exe").is_file() else "node"
    return str(_driver() / name)


def _driver() -> Path:
    return Path(playwright.__file__).parent / "driver"
