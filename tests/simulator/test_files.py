"""Files: upload, list, look, take away, and show to the model."""

from __future__ import annotations

from typing import Any

import pytest

from kimi_lsp.simulator import Simulator
from kimi_lsp.simulator.exchange import Request
from kimi_lsp.simulator.files import PURPOSES, Files, form
from tests.simulator.bodies import MP4, PNG, asking, part, user
from tests.simulator.talk import KEY, Reply, ask, error

FORM = "multipart/form-data; boundary=line"
ACCEPTED = "Invalid purpose: only 'file-extract', 'image', 'video', 'batch' accepted"


def body(data: bytes | None, purpose: str) -> bytes:
    file = b'--line\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\n'
    file += b"Content-Type: image/png\r\n\r\n%b\r\n" % (data or b"")
    rest = (
        f'--line\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n{purpose}\r\n--line--\r\n'
    )
    return (b"" if data is None else file) + rest.encode()


async def upload(kimi: Simulator, data: bytes | None, purpose: str = "image") -> Reply:
    headers = {**KEY, "Content-Type": FORM}
    return await ask(kimi, path="/v1/files", headers=headers, raw=body(data, purpose))


async def test_the_life_of_a_file() -> None:
    async with Simulator() as kimi:
        made = (await upload(kimi, PNG)).json
        named = {"id": made["id"], "created_at": made["created_at"]}
        assert made == {
            **named,
            "object": "file",
            "bytes": len(PNG),
            "filename": "a.png",
            "purpose": "image",
            "status": "ready",
            "status_details": "",
        }
        assert (await ask(kimi, path="/v1/files")).json == {"object": "list", "data": [made]}
        address = f"/v1/files/{made['id']}"
        assert (await ask(kimi, path=address)).json == made
        shown = asking(user({"type": "text", "text": "look"}, part(f"ms://{made['id']}")))
        assert (await ask(kimi, shown)).status == 200
        gone = await ask(kimi, path=address, method="DELETE")
        assert gone.json == {"deleted": True, "id": made["id"], "object": "file"}
        assert error(await ask(kimi, path=address))[:2] == (404, "resource_not_found_error")
        assert error(await ask(kimi, shown)) == (
            400,
            "invalid_request_error",
            f"Invalid request: file not found: {made['id']}",
        )


async def test_text_is_extracted() -> None:
    async with Simulator() as kimi:
        id_ = (await upload(kimi, "größe\r\n".encode(), "file-extract")).json["id"]
        content = (await ask(kimi, path=f"/v1/files/{id_}/content")).json
        assert (content["content"], content["filename"]) == ("größe\r\n", "a.png")
        picture = (await upload(kimi, PNG)).json["id"]
        refused = await ask(kimi, path=f"/v1/files/{picture}/content")
        assert error(refused)[:2] == (400, "invalid_request_error")


@pytest.mark.parametrize(
    ("data", "purpose", "kind", "message"),
    [
        (PNG, "image", "image_url", None),
        (MP4, "video", "video_url", None),
        (PNG, "video", "video_url", "Invalid request: unsupported video format: image/png"),
        (b"text", "image", "image_url", "Invalid request: unsupported image format: text/plain"),
        (PNG, "file-extract", "image_url", "Invalid request: file not found: "),
    ],
)
async def test_what_may_be_shown(data: bytes, purpose: str, kind: str, message: str | None) -> None:
    async with Simulator() as kimi:
        id_ = (await upload(kimi, data, purpose)).json["id"]
        reply = await ask(kimi, asking(user(part(f"ms://{id_}", kind))))
    assert reply.status == (200 if message is None else 400)
    if message:
        assert error(reply)[2].startswith(message)


@pytest.mark.parametrize(
    ("data", "purpose", "message"),
    [
        (PNG, "fine-tune", ACCEPTED),
        (PNG, "", ACCEPTED),
        (b"", "image", "File size is zero, please confirm and re-upload the file"),
        (None, "image", "Invalid request: file is required"),
    ],
)
async def test_what_is_not_taken(data: bytes | None, purpose: str, message: str) -> None:
    async with Simulator() as kimi:
        reply = await upload(kimi, data, purpose)
    assert error(reply) == (400, "invalid_request_error", message)


async def test_a_file_that_is_too_large() -> None:
    async with Simulator() as kimi:
        reply = await upload(kimi, bytes((100 << 20) + 1))
        message = (
            "File size is too large, max file size is 100MB, please confirm and re-upload the file"
        )
        assert error(reply) == (400, "invalid_request_error", message)


def test_too_many_files() -> None:
    files = Files(most=1)
    request = Request("POST", "/v1/files", {"content-type": FORM}, body(PNG, "image"))
    first, second = files.answer(request), files.answer(request)
    assert isinstance(first, dict)
    assert getattr(second, "message", "").startswith(
        "The number of files you have uploaded exceeded the max file count 1, "
    )


@pytest.mark.parametrize("data", [b"\r\n--lin", b"\r\n\r\n", b"\x00\r\r\n\n", b"a--line"])
def test_forms_keep_every_byte(data: bytes) -> None:
    assert form(FORM, body(data, "image"))["file"] == ("a.png", data)


@pytest.mark.parametrize("kind", ["", "application/json", "multipart/form-data"])
def test_what_is_no_form(kind: str) -> None:
    assert form(kind, body(PNG, "image")) == {}


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_purposes(purpose: str) -> None:
    async with Simulator() as kimi:
        made: dict[str, Any] = (await upload(kimi, PNG, purpose)).json
    assert made["purpose"] == purpose
