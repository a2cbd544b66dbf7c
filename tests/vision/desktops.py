"""Real desktops without a monitor: an X server, and a Wayland compositor."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from kimi_lsp.vision.browser import Browser, find

SECONDS = 30.0


def needs(*programs: str) -> None:
    """Skip where a program is not there, which a person may lack and the CI may not."""
    missing = [name for name in programs if shutil.which(name) is None]
    if missing and os.environ.get("CI"):
        pytest.fail(f"not installed: {', '.join(missing)}")
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")


def needs_browser() -> None:
    """The same where no browser is in its usual place."""
    if isinstance(find(os.environ), Browser):
        return
    if os.environ.get("CI"):
        pytest.fail("not installed: a browser")
    pytest.skip("not installed: a browser")


@contextlib.contextmanager
def running(command: Sequence[str], **options: object) -> Iterator[subprocess.Popen[bytes]]:
    """A program for as long as it is needed."""
    process = subprocess.Popen(command, **options)  # type: ignore[call-overload]
    try:
        yield process
    finally:
        process.kill()
        process.wait(SECONDS)


def until(condition: Callable[[], bool], what: str) -> None:
    """Wait for a condition."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


@contextlib.contextmanager
def x_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An X server of 800 by 600, all white; its display is in the environment."""
    needs("Xvfb", "xclip")
    reading, writing = os.pipe()
    # Else it begins anew when its last client goes, and a client that just comes is cut off.
    lasting = ("-noreset", "-nolisten", "tcp")
    screen = ("-screen", "0", "800x600x24", "-wr", *lasting)
    command = ("Xvfb", "-displayfd", str(writing), *screen)
    with running(command, pass_fds=(writing,), stderr=subprocess.DEVNULL):
        os.close(writing)
        with os.fdopen(reading) as said:
            display = f":{said.readline().strip()}"
        assert display != ":"
        monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
        monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
        monkeypatch.setenv("DISPLAY", display)
        yield display


@contextlib.contextmanager
def wayland(monkeypatch: pytest.MonkeyPatch, folder: Path) -> Iterator[None]:
    """A compositor of 800 by 600."""
    needs("sway", "grim", "wl-copy", "wl-paste", "setpriv")
    sockets = folder / "sockets"
    sockets.mkdir(mode=0o700)
    config = folder / "config"
    config.write_text("output HEADLESS-1 resolution 800x600\n")
    command = ["sway", "-c", str(config)]
    if os.geteuid() == 0:
        # It does not run as root, as which a container may run tests.
        for one in (folder, *folder.parents):
            if one.stat().st_uid == 0 and one.stat().st_mode & 0o7 == 0:
                one.chmod(one.stat().st_mode | 0o1)
        os.chown(sockets, 65534, 65534)
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    environment = {
        **os.environ,
        "XDG_RUNTIME_DIR": str(sockets),
        "HOME": str(sockets),
        "WLR_BACKENDS": "headless",
        "WLR_LIBINPUT_NO_DEVICES": "1",
        "WLR_RENDERER": "pixman",
    }
    with running(command, env=environment, stderr=subprocess.DEVNULL):
        until(lambda: any(sockets.glob("wayland-?")), "the compositor did not start")
        (socket,) = sockets.glob("wayland-?")
        monkeypatch.delenv("DISPLAY", raising=False)
        monkeypatch.delenv("WSL_DISTRO_NAME", raising=False)
        monkeypatch.setenv("XDG_RUNTIME_DIR", str(sockets))
        monkeypatch.setenv("WAYLAND_DISPLAY", socket.name)
        yield


@contextlib.contextmanager
def copied_in_x(kind: str, data: bytes) -> Iterator[subprocess.Popen[bytes]]:
    """Copy as a program does: it owns the clipboard for as long as it lives."""
    command = ("xclip", "-quiet", "-selection", "clipboard", "-target", kind, "-in")
    question = ("xclip", "-selection", "clipboard", "-out", "-target", "TARGETS")

    def owned() -> bool:
        said = subprocess.run(question, capture_output=True, text=True, check=False)
        return kind in said.stdout

    with running(command, stdin=subprocess.PIPE, stderr=subprocess.DEVNULL) as owner:
        assert owner.stdin
        owner.stdin.write(data)
        owner.stdin.close()
        until(owned, "nothing was copied")
        yield owner
