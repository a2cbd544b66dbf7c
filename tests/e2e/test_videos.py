"""Videos: as files of the endpoint where it takes them, as frames where it does not."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import FULL, Editor, Kimi
from tests.e2e.test_pictures import CODE, WHOLE, data_url, parts_of, shown
from tests.vision.desktops import needs, until

MakeEditor = Callable[..., Editor]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Films of four seconds that were taken somewhere, by the end of their names."""
    needs("ffmpeg")
    folder = tmp_path_factory.mktemp("films")

    def make(end: str) -> Path:
        file = folder / f"film.{end}"
        if not file.exists():
            codec = "libvpx" if end == "webm" else "mpeg4"
            command = (
                *("ffmpeg", "-nostdin", "-loglevel", "error", "-f", "lavfi"),
                *("-i", "testsrc=duration=4:size=320x240:rate=10", "-c:v", codec),
                *("-metadata", "comment=Canary place", str(file)),
            )
            subprocess.run(command, check=True, timeout=60)
        return file

    return make


@pytest.fixture
def cluster() -> Iterator[Kimi]:
    kimi = Kimi("--dialect", "vllm")
    yield kimi
    kimi.close()


def files(kimi: Kimi) -> list[tuple[str, str]]:
    asked = kimi._get("/simulator/requests")["requests"]
    return [(one["method"], one["path"]) for one in asked if "/files" in one["path"]]


@pytest.mark.parametrize("end", ["mp4", "mov", "webm"])
def test_a_host_that_takes_videos_gets_the_file_and_gives_it_back(
    end: str, kimi: Kimi, editor: MakeEditor, film: Callable[[str], Path]
) -> None:
    kimi.say(reply={"content": "A clock."})
    one = editor(FULL, jobEvents=True)
    one.open(CODE)
    result = one.run("kimi.ask", text="what?", range=WHOLE, images=[{"path": str(film(end))}])
    assert (result["state"], result.get("text")) == ("done", "A clock."), result
    (chat,) = kimi.chats()
    video, _ = parts_of(chat)
    assert video["type"] == "video_url"
    name = video["video_url"]["url"].removeprefix("ms://")
    assert files(kimi) == [("POST", "/v1/files"), ("DELETE", f"/v1/files/{name}")]
    told: list[str] = []
    while (event := one.client.next("kimi/job"))["event"] != "end":
        told.append(event.get("message", ""))
    # Two seconds make one token for each of at most 1,024 places.
    assert told.index("a video, 2,048 tokens at most") < told.index("sending the video")


@pytest.mark.parametrize("end", ["mp4", "webm"])
def test_a_host_that_takes_none_gets_frames(
    end: str, cluster: Kimi, tmp_path: Path, film: Callable[[str], Path]
) -> None:
    cluster.say(reply={"content": "A clock."})
    one = Editor(cluster, tmp_path, FULL)
    one.open(CODE)
    given = {"dataUrl": data_url(film(end).read_bytes(), f"video/{end}")}
    result = one.run("kimi.ask", text="what?", range=WHOLE, images=[given])
    assert (result["state"], result.get("text")) == ("done", "A clock."), result
    (chat,) = cluster.chats()
    *pictures, caption, _ = parts_of(chat)
    assert len(pictures) == 8
    assert {shown(part).size for part in pictures} == {(320, 240)}
    assert len({part["image_url"]["url"] for part in pictures}) == 8
    assert "8 pictures above are frames of one video" in caption["text"]
    assert "0.5 seconds apart" in caption["text"]
    assert not files(cluster)
    one.close()


def test_with_no_ffmpeg_it_is_said(
    cluster: Kimi, tmp_path: Path, film: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = film("mp4")
    monkeypatch.setenv("PATH", str(tmp_path))
    one = Editor(cluster, tmp_path, FULL)
    one.open(CODE)
    result = one.run("kimi.ask", text="what?", range=WHOLE, images=[{"path": str(file)}])
    assert (result["state"], result["reason"]) == ("failed", "unsupported"), result
    assert "Install ffmpeg" in result["message"]
    assert not cluster.chats()
    one.close()


def test_a_cancelled_answer_gives_the_file_back_too(
    kimi: Kimi, editor: MakeEditor, film: Callable[[str], Path]
) -> None:
    kimi.say(reply={"content": "A clock. " * 1000, "chunk": 2, "delay": 0.05})
    one = editor(FULL, jobEvents=True)
    one.open(CODE)
    given = [{"path": str(film("mp4"))}]
    one.start("kimi.ask", text="what?", range=WHOLE, images=given)
    while one.client.next("kimi/job")["event"] != "text":
        pass
    one.run("kimi.cancel")
    while (event := one.client.next("kimi/job"))["event"] != "end":
        pass
    assert event["state"] == "cancelled"
    until(lambda: len(files(kimi)) == 2, "the file stayed at the endpoint")
    assert files(kimi)[1][0] == "DELETE"


def test_a_preview_sends_no_video(
    kimi: Kimi, editor: MakeEditor, film: Callable[[str], Path]
) -> None:
    one = editor(FULL, dialect="moonshot")
    one.open(CODE)
    given = [{"path": str(film("mp4"))}]
    seen = one.run("kimi.ask", text="?", range=WHOLE, preview=True, images=given)["preview"]
    assert seen["promptTokens"] > 2048
    assert '"ms://"' in json.dumps(seen["body"])
    assert not kimi._get("/simulator/requests")["requests"]


def test_a_cut_video_sends_nothing(
    kimi: Kimi, editor: MakeEditor, film: Callable[[str], Path]
) -> None:
    one = editor(FULL)
    one.open(CODE)
    data = film("mp4").read_bytes()
    for bad in (data[:-40], data[:28]):
        given: list[dict[str, Any]] = [{"dataUrl": data_url(bad, "video/mp4")}]
        result = one.run("kimi.ask", text="?", range=WHOLE, images=given)
        assert (result["state"], result["reason"]) == ("failed", "bad_picture"), result
    assert not kimi.chats()
    assert not files(kimi)
