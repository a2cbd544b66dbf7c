"""A page reaches nothing: a listener on this machine counts who comes, and nobody may."""

from __future__ import annotations

import asyncio
import json
import socket
from pathlib import Path

import pytest
from playwright.async_api import async_playwright

from kimi_lsp.vision.browser import Browser
from kimi_lsp.vision.rendering import Candidate, View
from kimi_lsp.vision.studio import Studio
from kimi_lsp.vision.worker.stage import Stage
from tests.vision.listener import Listener

WAYS = """<!doctype html>
<link rel="dns-prefetch" href="//HOST:PORT"><link rel="preconnect" href="http://HOST:PORT">
<link rel="prefetch" href="http://HOST:PORT/prefetch"><link rel="stylesheet" href="http://HOST:PORT/css">
<link rel="icon" href="http://HOST:PORT/icon"><link rel="manifest" href="http://HOST:PORT/manifest">
<style>@import url(http://HOST:PORT/import); @font-face{font-family:f;src:url(http://HOST:PORT/font)}
body{font-family:f;background:url(http://HOST:PORT/background)}</style>
<img src="http://HOST:PORT/img"><video src="http://HOST:PORT/video" autoplay></video>
<iframe src="http://HOST:PORT/frame"></iframe><object data="http://HOST:PORT/object"></object>
<script src="http://HOST:PORT/script"></script>
<script>
const at = "HOST:PORT";
const tried = (way) => { try { way() } catch (error) { console.log(String(error)) } };
tried(() => fetch(`http://${at}/fetch`, {mode: "no-cors", keepalive: true}).catch(() => 0));
tried(() => navigator.sendBeacon(`http://${at}/beacon`, "x"));
tried(() => new WebSocket(`ws://${at}/socket`));
tried(() => new EventSource(`http://${at}/events`));
tried(() => { const x = new XMLHttpRequest(); x.open("GET", `http://${at}/xhr`); x.send() });
tried(() => new Worker(URL.createObjectURL(new Blob([
  `new WebSocket("ws://${at}/from-worker"); fetch("http://${at}/from-worker")`]))));
tried(() => { const inner = document.createElement("iframe");
  inner.srcdoc = `<script>new WebSocket("ws://${at}/inner");
    const Peer = window.RTCPeerConnection;
    if (Peer) { const p = new Peer({iceServers: [{urls: "stun:${at}"}]}); p.createDataChannel("x");
      p.createOffer().then((o) => p.setLocalDescription(o)); }<\\/script>`;
  document.body.append(inner) });
tried(() => { const frame = document.createElement("iframe"); document.body.append(frame);
  const Peer = frame.contentWindow.RTCPeerConnection || window.RTCPeerConnection;
  if (!Peer) return;
  const peer = new Peer({iceServers: [{urls: [`stun:${at}`, `turn:${at}?transport=tcp`,
    `turn:${at}?transport=udp`], username: "u", credential: "c"}], iceTransportPolicy: "all"});
  peer.createDataChannel("x");
  peer.createOffer().then((offer) => peer.setLocalDescription(offer)) });
tried(() => new WebTransport(`https://${at}/transport`).ready.catch(() => 0));
tried(() => window.open(`http://${at}/popup`));
tried(() => { const form = document.createElement("form"); form.method = "post";
  form.target = "named"; form.action = `http://${at}/form`;
  document.body.append(form); form.submit() });
setTimeout(() => { location.href = `http://${at}/away` }, 100);
</script><p>drawn"""


LEAVING = {
    "HOST_RESOLVER_SYSTEM_TASK",
    "HOST_RESOLVER_DNS_TASK",
    "DNS_TRANSACTION",
    "TCP_CONNECT_ATTEMPT",
    "UDP_BYTES_SENT",
}
"""What the browser writes down when it looks up a name, or sends a first byte."""


def page(host: str, port: int) -> str:
    return WAYS.replace("HOST", host).replace("PORT", str(port))


async def test_the_control_reaches_the_listener(browser: Browser) -> None:
    """What is tried reaches the listener in a browser that is not kept from it."""
    with Listener() as listener:
        async with async_playwright() as play:
            open_browser = await play.chromium.launch(
                executable_path=browser.path, chromium_sandbox=False
            )
            tab = await open_browser.new_page()
            await tab.set_content(page("127.0.0.1", listener.port), wait_until="commit")
            for _ in range(100):
                if any("udp" in one for one in listener.met) and any(
                    "socket" in one for one in listener.met
                ):
                    break
                await tab.wait_for_timeout(100)
            await open_browser.close()
    assert any("socket" in one for one in listener.met), listener.met
    assert any("udp" in one for one in listener.met), listener.met


@pytest.mark.timeout(400)
async def test_no_way_out_of_a_page(studio: Studio) -> None:
    for host in (
        "127.0.0.1",
        "localhost",
        "a.localhost",
        "[::ffff:127.0.0.1]",
        socket.gethostname(),
    ):
        with Listener() as listener:
            view = View(400, 300)
            drawn = await studio.render(Candidate(page(host, listener.port), view=view))
            # A second page gives what the first began the time to arrive.
            await studio.render(Candidate("<p>after", view=view))
        assert listener.met == [], host
        assert drawn.png is not None, drawn.errors
        assert any(f":{listener.port}/fetch" in one for one in drawn.refused)


async def test_the_network_is_shut_behind_the_answers_too(browser: Browser, tmp_path: Path) -> None:
    """The browser's own record: no name was looked up, and no socket was opened to anywhere."""
    record = tmp_path / "net.json"
    with Listener() as listener:

        def draw() -> None:
            stage = Stage(lambda _path: None, (f"--log-net-log={record}",))
            try:
                for host in ("127.0.0.1", "example.com"):
                    candidate = Candidate(page(host, listener.port), view=View(400, 300))
                    stage.render(candidate, browser.path, 20)
            finally:
                stage.close()

        await asyncio.to_thread(draw)
    log = json.loads(record.read_text())
    names = {number: name for name, number in log["constants"]["logEventTypes"].items()}
    seen = {names[event["type"]] for event in log["events"]}
    assert set(names.values()) > LEAVING
    assert "TCP_CONNECT_JOB_CONNECT" in seen, "nothing was tried, so nothing was shown"
    assert not seen & LEAVING
    assert listener.met == []
