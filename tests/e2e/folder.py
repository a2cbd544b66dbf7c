"""An editor on a real folder, which does to files what an edit asks for, as its kind does."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kimi_lsp.wire.documents import Document
from tests.e2e.conftest import FULL, Editor, Kimi


class FolderEditor(Editor):
    """An editor with several open documents over a folder of files, ``work`` in the test's own.

    ``leaves_out`` are the annotations' labels and the new texts that its person leaves out where
    they are asked. ``breaks`` counts down the parts of an edit until the editor fails.
    """

    def __init__(self, kimi: Kimi, folder: Path, capabilities: Any, **options: Any) -> None:
        self.root = folder / "work"
        self.root.mkdir(exist_ok=True)
        self.documents: dict[str, Document] = {}
        self.leaves_out: set[str] = set()
        self.asked: list[str] = []
        self.breaks: int | None = None
        super().__init__(kimi, folder, capabilities, **options)

    def workspace(self, folder: Path) -> list[str]:
        return [(folder / "work").as_uri()]

    def uri(self, path: str) -> str:
        return (self.root / path).as_uri()

    def write(self, path: str, text: str) -> None:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text.encode())

    def show(self, path: str, text: str | None = None) -> None:
        """Open a document; the last one opened is the one that commands are about."""
        if text is None:
            text = (self.root / path).read_bytes().decode()
        self.open(text, self.uri(path))
        self.documents[self.document.uri] = self.document

    def texts(self) -> dict[str, str]:
        """Every file by its path: its text in the editor where it is open, else on the disk."""
        found = {
            file.relative_to(self.root).as_posix(): file.read_bytes().decode()
            for file in self.root.rglob("*")
            if file.is_file()
        }
        for uri, document in self.documents.items():
            found[_path(uri).relative_to(self.root).as_posix()] = document.text
        return found

    def _apply(self, params: Mapping[str, Any]) -> Any:
        edit = params["edit"]
        self.edits.append(edit)
        notes = edit.get("changeAnnotations") or {}
        self.asked += [
            note["description"] for note in notes.values() if note.get("needsConfirmation")
        ]
        if not self.applies:
            return {"applied": False, "failureReason": "the person said no"}
        parts = edit.get("documentChanges") or [
            {"textDocument": {"uri": uri, "version": None}, "edits": edits}
            for uri, edits in edit["changes"].items()
        ]
        for index, part in enumerate(parts):
            note = (part["edits"][0] if "edits" in part else part).get("annotationId")
            if note and notes[note]["label"] in self.leaves_out:
                continue
            if self.breaks == index:
                self.breaks = None
                return {"applied": False, "failureReason": "broken", "failedChange": index}
            edits = [one for one in part.get("edits", ()) if one["newText"] not in self.leaves_out]
            if edits or "kind" in part:
                self._part({**part, "edits": edits})
        return {"applied": True}

    def _part(self, part: Mapping[str, Any]) -> None:
        match part.get("kind"):
            case "create":
                path = _path(part["uri"])
                assert not path.exists(), "a file that is there would be lost"
                path.parent.mkdir(parents=True, exist_ok=True)
                path.touch()
            case "delete":
                assert part["options"]["recursive"] is False
                self._close(part["uri"])
                _path(part["uri"]).unlink()
            case "rename":
                old, new = _path(part["oldUri"]), _path(part["newUri"])
                assert not new.exists(), "a file that is there would be lost"
                open_text = self._close(part["oldUri"])
                new.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(old, new)
                if open_text is not None:
                    new.write_bytes(open_text.encode())
            case _:
                self._edit(part["textDocument"], part["edits"])

    def _edit(self, identity: Mapping[str, Any], edits: list[Any]) -> None:
        document = self.documents.get(identity["uri"])
        changes = [{"range": one["range"], "text": one["newText"]} for one in reversed(edits)]
        if document is None:
            assert identity["version"] is None
            path = _path(identity["uri"])
            item = {"uri": identity["uri"], "version": 0, "text": path.read_bytes().decode()}
            document = Document(item, "utf-16")
            for change in changes:
                document.apply(change, 1)
            path.write_bytes(document.text.encode())
            return
        if identity["version"] is not None:
            assert identity["version"] == document.version
        if self.tells:
            self.document, before = document, self.document
            self._change(changes)
            self.document = before

    def _close(self, uri: str) -> str | None:
        document = self.documents.pop(uri, None)
        if document is not None:
            self.client.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
        return document.text if document else None


MakeEditor = Callable[..., FolderEditor]


@contextlib.contextmanager
def editors(kimi: Kimi, folder: Path, files: Mapping[str, str], shown: str) -> Iterator[MakeEditor]:
    """Makes editors on a folder with these files, of which one is open; ends them in the end."""
    with contextlib.ExitStack() as opened:

        def make(capabilities: Any = FULL, **options: Any) -> FolderEditor:
            one = FolderEditor(kimi, folder, capabilities, **options)
            opened.callback(one.close)
            for path, text in files.items():
                one.write(path, text)
            one.show(shown)
            return one

        yield make


def _path(uri: str) -> Path:
    return Path(os.path.normpath(unquote(urlsplit(uri).path)))
