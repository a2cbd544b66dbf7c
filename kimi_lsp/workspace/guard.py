"""Where a path really leads, and a file's text read from there and from nowhere else."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

_WALKS = os.open in os.supports_dir_fd and hasattr(os, "O_NOFOLLOW")
_PATH_ONLY: int = getattr(os, "O_PATH", 0)
_NO_FOLLOW: int = getattr(os, "O_NOFOLLOW", 0)
_CLOSED_ON_EXEC: int = getattr(os, "O_CLOEXEC", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0) | _NO_FOLLOW | _CLOSED_ON_EXEC | _PATH_ONLY
# A pipe without a writer would be waited for, for ever, and a terminal could become ours.
_FILE = (
    os.O_RDONLY
    | _NO_FOLLOW
    | _CLOSED_ON_EXEC
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_NOCTTY", 0)
    | getattr(os, "O_BINARY", 0)
)


@dataclass(frozen=True)
class Unread:
    """Why a file was not read: a key of `kimi_lsp.workspace.rules`."""

    key: str


def real_path(path: str) -> str | None:
    """The absolute path without links that a path leads to; what is not there yet counts as plain.

    None where it cannot be known: a loop, a folder that may not be looked into, a step that is no
    folder, a name that is too long.
    """
    try:
        return os.path.realpath(path, strict=True)
    except FileNotFoundError:
        pass
    except (OSError, ValueError):
        return None
    try:
        real = os.path.realpath(path)
        there = real
        while not os.path.lexists(there):
            there = os.path.dirname(there)
        # What is there must be plain, so that the rest can only be missing.
        return real if os.path.realpath(there, strict=True) == there else None
    except (OSError, ValueError):
        return None


def inside(path: str, folder: str) -> bool:
    """Whether a path without ``..`` is a folder or lies in it, by steps and not by letters."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def text_at(real: str, most: int) -> str | Unread:
    """The UTF-8 text of the regular file at a path that holds no link.

    A link that takes the place of any step meanwhile is not followed.
    """
    data = bytes_at(real, most)
    if isinstance(data, Unread):
        return data
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return Unread("not_text")
    return Unread("not_text") if "\0" in text else text


def bytes_at(real: str, most: int, *, single: bool = True) -> bytes | Unread:
    """The bytes of a file at a path that holds no link; ``single``: it has no second name."""
    try:
        with ExitStack() as stack:
            found = (_walked if _WALKS else _compared)(real, stack)
            if isinstance(found, Unread):
                return found
            return _content(found, most, single=single)
    except FileNotFoundError:
        return Unread("missing")
    except OSError as error:
        linked = error.errno in (errno.ELOOP, errno.ENOTDIR)
        return Unread("changed" if linked else "unreadable")
    except ValueError:
        return Unread("unreadable")


def _content(descriptor: int, most: int, *, single: bool) -> bytes | Unread:
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        return Unread("irregular")
    if single and status.st_nlink > 1:
        return Unread("hard_link")
    # Not its size: some files say they are empty and are not, and others grow.
    with os.fdopen(os.dup(descriptor), "rb") as file:
        data = file.read(most + 1)
    return Unread("large") if len(data) > most else data


def _walked(real: str, stack: ExitStack) -> int | Unread:
    """A descriptor of a file, reached step by step from the root of the disk."""
    anchor, *steps = _steps(real)
    if not steps:
        return Unread("irregular")
    folder = _opened(anchor, _FOLDER, None, stack)
    for step in steps[:-1]:
        folder = _opened(step, _FOLDER, folder, stack)
    # To open a device can do something already.
    if not stat.S_ISREG(os.stat(steps[-1], dir_fd=folder, follow_symlinks=False).st_mode):
        return Unread("irregular")
    return _opened(steps[-1], _FILE, folder, stack)


def _compared(real: str, stack: ExitStack) -> int | Unread:
    """The same where the system cannot walk: what was opened must be what the path leads to."""
    if not stat.S_ISREG(os.lstat(real).st_mode):
        return Unread("irregular")
    descriptor = _opened(real, _FILE, None, stack)
    there = os.path.realpath(real, strict=True) == real
    if not there or not os.path.samestat(os.fstat(descriptor), os.lstat(real)):
        return Unread("changed")
    return descriptor


def _opened(path: str, flags: int, folder: int | None, stack: ExitStack) -> int:
    descriptor = os.open(path, flags, dir_fd=folder)
    stack.callback(os.close, descriptor)
    return descriptor


def _steps(real: str) -> Iterator[str]:
    drive, tail = os.path.splitdrive(real)
    yield drive + os.sep
    yield from (step for step in tail.split(os.sep) if step)
