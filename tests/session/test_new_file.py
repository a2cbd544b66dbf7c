"""A file that was asked for: created unasked, and never over anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import pytest

from kimi_lsp.core import Applied, Refused
from kimi_lsp.core.edits import minimal_edits
from kimi_lsp.core.refused import refuse
from kimi_lsp.session.changes import Change
from kimi_lsp.session.deliver import Delivery
from kimi_lsp.session.jobs import Job
from kimi_lsp.session.outcome import Outcome
from kimi_lsp.session.session import Places, Session
from kimi_lsp.wire.documents import Documents
from tests.e2e.conftest import FULL, NEOVIM

TEXT = "<template>\r\n</template>\r\n"


class Client:
    """A client that takes every edit, and keeps it."""

    def __init__(self) -> None:
        self.edits: list[dict[str, Any]] = []

    def notify_client(self, method: str, params: dict[str, Any]) -> None:
        pass

    async def request_client(self, method: str, params: dict[str, Any]) -> Any:
        if method != "workspace/applyEdit":
            return None
        self.edits.append(params["edit"])
        return {"applied": True}


async def made(
    folder: Path,
    name: str,
    capabilities: dict[str, Any] = FULL,
    apply: Literal["now", "hold"] = "now",
    *,
    text: str = TEXT,
    opened: str | None = None,
) -> tuple[Outcome, list[dict[str, Any]]]:
    """How a new file beside another ends, and the edits the client was sent."""
    client, documents = Client(), Documents()

    def connect(_: Any) -> Any:
        raise AssertionError("no model is asked")

    session = Session(client, documents, (), connect, Places(folder / "cache", folder / "state"))
    root = folder / "work"
    root.mkdir(exist_ok=True)
    params = {"workspaceFolders": [{"uri": root.as_uri(), "name": "work"}]}
    session.begin({"capabilities": capabilities, **params})
    beside = (root / "App.vue").as_uri()
    if opened is not None:
        documents.open({"uri": (root / name).as_uri(), "version": 3, "text": opened})

    def creating(current: str) -> Applied | Refused:
        return refuse("empty_search") if current else Applied(text, minimal_edits("", text))

    change = Change((root / name).as_uri(), name, locate=creating, wanted=True)

    async def work(job: Job) -> Outcome:
        base = Outcome("done", text="said")
        return await Delivery(session, job, beside, "Kimi: make a component", base).made(
            (change,), apply
        )

    job = session.jobs.start(
        session.client,
        work,
        action="component",
        uri=beside,
        tag=None,
        title="",
        waited=True,
        events=False,
        language="en",
    )
    outcome = await session.jobs.wait(job)
    await session.close()
    return outcome, client.edits


async def test_created_unasked(tmp_path: Path) -> None:
    outcome, (edit,) = await made(tmp_path, "ui/Card.vue")
    uri = (tmp_path / "work/ui/Card.vue").as_uri()
    assert (outcome.state, outcome.applied, outcome.files, outcome.text) == (
        "done", True, (uri,), "said",
    )  # fmt: skip
    create, text = edit["documentChanges"]
    assert (create["kind"], create["uri"]) == ("create", uri)
    assert create["options"] == {"overwrite": False, "ignoreIfExists": False}
    assert text["textDocument"] == {"uri": uri, "version": None}
    assert [one["newText"] for one in text["edits"]] == [TEXT]
    assert not any("needsConfirmation" in one for one in edit["changeAnnotations"].values())


async def test_held(tmp_path: Path) -> None:
    outcome, edits = await made(tmp_path, "Card.vue", NEOVIM, "hold")
    assert (outcome.state, outcome.applied, edits) == ("done", False, [])
    (hunk,) = outcome.hunks
    assert (hunk.operation, hunk.new_text, hunk.confirm) == ("create", TEXT, "")


def there(root: Path) -> None:
    (root / "Card.vue").write_text("mine")


def link_out(root: Path) -> None:
    (root / "Card.vue").symlink_to(root / "nothing")


def folder_out(root: Path) -> None:
    (root / "ui").symlink_to(root.parent)


@pytest.mark.parametrize(
    ("name", "prepare", "reason"),
    [
        ("Card.vue", there, "empty_search"),
        ("Card.vue", link_out, "path_outside_workspace"),
        ("ui/Card.vue", folder_out, "path_outside_workspace"),
        ("../Card.vue", None, "path_outside_workspace"),
        ("con.vue", None, "path_outside_workspace"),
        (".git/config", None, "path_outside_workspace"),
    ],
)
async def test_refused(
    name: str, prepare: Callable[[Path], None] | None, reason: str, tmp_path: Path
) -> None:
    (tmp_path / "work").mkdir()
    if prepare:
        prepare(tmp_path / "work")
    outcome, edits = await made(tmp_path, name)
    assert (outcome.state, outcome.reason, edits) == ("refused", reason, [])
    assert outcome.message


@pytest.mark.parametrize(("opened", "state"), [("typed", "refused"), ("", "refused")])
async def test_document_that_was_never_saved(opened: str, state: str, tmp_path: Path) -> None:
    """Its text is not overwritten; an empty one is filled, if the client shows that it did it."""
    outcome, edits = await made(tmp_path, "Card.vue", opened=opened)
    assert outcome.state == state
    assert len(edits) == (opened == "")
    if edits:
        (change,) = edits[0]["documentChanges"]
        assert change["textDocument"]["version"] == 3


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("ci.yml", "on: push\u202e\n", "U+202E"),
        (".github/workflows/ci.yml", "on: push\n", "decides what runs"),
    ],
)
async def test_still_asked_about(name: str, text: str, said: str, tmp_path: Path) -> None:
    _, (edit,) = await made(tmp_path, name, text=text)
    (annotation,) = edit["changeAnnotations"].values()
    assert annotation["needsConfirmation"] is True
    assert said in annotation["description"]
