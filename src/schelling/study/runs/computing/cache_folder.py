"""The folder in which compiled programs and checked cases are kept from one command to the next.

A compiled program is machine code: who can write to the folder can run code as the user who reads
it. So it must be a real folder of this user that nobody else can write to, and so must every file
in it; the folders above must not let another user put a different one in its place. Every file
begins with the digest of the rest, and one that does not fit it counts as absent. A file appears
whole or not at all, so any number of processes can share the folder.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
import stat
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

MOST: Final = 256 * 2**20
"""Bytes kept; the files that were not used for the longest time make room for new ones."""

PROGRAM: Final = "program"
"""How the name of a file that holds a compiled program ends."""

VARIABLE: Final = "SCHELLING_CACHE"
"""Environment variable that names another folder, or says `off`."""

_NAME: Final = re.compile(r"[0-9a-f]{64}\.(program|case)")
_UNFINISHED: Final = re.compile(r"[0-9a-f]{64}\.(program|case)\.[0-9a-f]{16}")
_STALE: Final = 3600
"""Seconds after which a file that nobody finished is removed."""

_OTHERS: Final = stat.S_IWGRP | stat.S_IWOTH
_DIGEST: Final = 32


class CacheRefusal(Exception):
    """The folder is not safe; the text says why."""


def place() -> Path | None:
    """Where the folder is, or will be: None where the user wants none or has no home."""
    wanted = os.environ.get(VARIABLE, "")
    if wanted == "off":
        return None
    if wanted:
        return Path(wanted).absolute()
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():  # the standard ignores others
        return base / "schelling"
    try:
        return Path.home() / ".cache" / "schelling"
    except RuntimeError:
        return None


@dataclass(frozen=True)
class CacheFolder:
    """A folder that was found safe, and is looked at again whenever it is used.

    Attributes:
        path: Where it is.
        most: Bytes kept.
    """

    path: Path
    most: int = MOST

    def read(self, key: str, suffix: str = PROGRAM) -> bytes | None:
        """What is kept under a key, or None; what is damaged or unsafe is not read."""
        try:
            with self._entered() as folder:
                name = f"{key}.{suffix}"
                whole = _read(name, folder)
                os.utime(name, dir_fd=folder)
        except (OSError, CacheRefusal):
            return None
        digest, data = whole[:_DIGEST], whole[_DIGEST:]
        return data if hashlib.sha256(data).digest() == digest else None

    def write(self, key: str, data: bytes, suffix: str = PROGRAM) -> None:
        """Keep something under a key, and remove what was not used longest where room is needed.

        A folder that is full, gone or unsafe keeps nothing, and nobody minds.
        """
        whole = hashlib.sha256(data).digest() + data
        if len(whole) > self.most // 4:
            return
        with suppress(OSError, CacheRefusal), self._entered() as folder:
            _write(f"{key}.{suffix}", whole, folder)
            _make_room(folder, self.most)

    def sizes(self, suffix: str = PROGRAM) -> list[int]:
        """Bytes of each program kept, or of each case.

        Raises:
            CacheRefusal: The folder is not safe any more.
            OSError: It cannot be read.
        """
        with self._entered() as folder:
            return [size for _, size, name in _files(folder) if name.endswith(f".{suffix}")]

    def clear(self) -> tuple[int, int]:
        """Remove all that is kept, and nothing else that may be in the folder.

        Returns:
            How many programs there were, and how many cases.

        Raises:
            CacheRefusal: The folder is not safe any more.
            OSError: It cannot be changed.
        """
        with self._entered() as folder:
            names = _names(folder, _NAME)
            for name in (*names, *_names(folder, _UNFINISHED)):
                _unlink(name, folder)
        programs = sum(name.endswith(f".{PROGRAM}") for name in names)
        return programs, len(names) - programs

    @contextmanager
    def _entered(self) -> Generator[int]:
        """A handle on the folder itself, whatever happens to its name meanwhile."""
        folder = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            _check(os.fstat(folder), self.path)
            yield folder
        finally:
            os.close(folder)


def enter(path: Path, most: int = MOST) -> CacheFolder:
    """Make the folder if it is not there, readable by its owner only, and look whether it is safe.

    Args:
        path: Where it is.
        most: Bytes it may keep.

    Raises:
        CacheRefusal: Another user could change what is in it, or it is no folder.
        OSError: It cannot be made or read.
    """
    if not hasattr(os, "geteuid"):
        message = "this system does not say who owns a folder"
        raise CacheRefusal(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    path = path.parent.resolve() / path.name
    for above in path.parents:
        _check_above(above.stat(), above)
    with suppress(FileExistsError):
        path.mkdir(mode=0o700)
    if path.is_symlink() or not path.is_dir():
        message = f"{path} is a link or a file, not a folder"
        raise CacheRefusal(message)
    _check(path.stat(), path)
    return CacheFolder(path, most)


def _check(found: os.stat_result, path: Path) -> None:
    if found.st_uid != os.geteuid():
        message = f"{path} belongs to another user"
        raise CacheRefusal(message)
    if found.st_mode & _OTHERS:
        message = f"other users can write to {path}"
        raise CacheRefusal(message)


def _check_above(found: os.stat_result, path: Path) -> None:
    """In a folder of ours, of the system's, or one where nobody can rename what is not theirs."""
    if found.st_uid not in (os.geteuid(), 0):
        message = f"{path} belongs to another user"
        raise CacheRefusal(message)
    if found.st_mode & _OTHERS and not found.st_mode & stat.S_ISVTX:
        message = f"other users can write to {path}"
        raise CacheRefusal(message)


def _read(name: str, folder: int) -> bytes:
    handle = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    with os.fdopen(handle, "rb") as file:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            message = f"{name} is no file"
            raise CacheRefusal(message)
        _check(found, Path(name))
        return file.read()


def _write(name: str, whole: bytes, folder: int) -> None:
    """Beside its place, then renamed; nothing is left behind when there is no room."""
    beside = f"{name}.{secrets.token_hex(8)}"
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode=0o600, dir_fd=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(whole)
        os.rename(beside, name, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with suppress(OSError):
            os.unlink(beside, dir_fd=folder)
        raise


def _make_room(folder: int, most: int) -> None:
    kept = sorted(_files(folder), reverse=True)
    total = 0
    for _, size, name in kept:
        total += size
        if total > most:
            _unlink(name, folder)
    for name in _names(folder, _UNFINISHED):
        with suppress(FileNotFoundError):
            if time.time() - os.stat(name, dir_fd=folder).st_mtime > _STALE:
                _unlink(name, folder)


def _files(folder: int) -> list[tuple[int, int, str]]:
    """When each thing kept was last used, its bytes, its name."""
    found: list[tuple[int, int, str]] = []
    for name in _names(folder, _NAME):
        with suppress(FileNotFoundError):
            its = os.stat(name, dir_fd=folder, follow_symlinks=False)
            found.append((its.st_mtime_ns, its.st_size, name))
    return found


def _names(folder: int, kind: re.Pattern[str]) -> list[str]:
    return [name for name in os.listdir(folder) if kind.fullmatch(name)]


def _unlink(name: str, folder: int) -> None:
    with suppress(FileNotFoundError):  # another process was quicker
        os.unlink(name, dir_fd=folder)
