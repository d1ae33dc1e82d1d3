"""Files of a run folder, read as a stranger's: regular files inside the folder, of bounded size.

Nothing is followed: no link, no `..`, no absolute path. Nothing is opened that could block, such as
a pipe or a device. Nothing is read beyond its limit, and JSON holds each key
once and numbers only where numbers belong.
"""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Iterable
from pathlib import Path, PurePosixPath
from typing import Any, Final, NoReturn, cast

from schelling.case.file import json_text

MANIFEST_BYTES: Final = 4_000_000
LIST_BYTES: Final = 16_000_000

_CASE_BYTES: Final = 64_000_000
_ARRAYS_BYTES: Final = 2**31
"""Bytes of a part of the table, and of the series: Parquet pages and Zarr chunks end there."""

_MOST_FILES: Final = 1_000_000
_LONGEST: Final = 80
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


class Refused(ValueError):
    """A file of a run folder that is not read, with its name, what is wrong, and why it matters."""


def shown(name: str) -> str:
    r"""A stranger's text for a message: on one line, without control characters, not endless.

    Examples:
        >>> shown("a\nb")
        "'a\\nb'"
    """
    cut = name if len(name) <= _LONGEST else f"{name[:_LONGEST]}..."
    return f"'{cut}'" if cut.isprintable() else ascii(cut)


def one_line(words: str) -> bool:
    """Whether a text has neither line ends nor other control characters."""
    return _CONTROL.search(words) is None


def limit(name: str) -> int:
    """Bytes a file of a run may have, by its name."""
    if name.startswith("case/"):
        return _CASE_BYTES
    return _ARRAYS_BYTES if name.endswith((".parquet", ".zip")) else MANIFEST_BYTES


def inside(name: str) -> PurePosixPath:
    """The name of a file of a run, if it stays in the folder.

    Raises:
        Refused: It does not, or no file can be called so.
    """
    path = PurePosixPath(name)
    plain = one_line(name) and "\\" not in name and path.as_posix() == name
    if not plain or not path.parts or path.is_absolute() or ".." in path.parts or ":" in name:
        message = f"{shown(name)} is not a place inside the folder; a run names its own files only"
        raise Refused(message)
    return path


def regular(folder: Path, name: str, limit: int) -> Path:
    """The path of a file of a run, if it is a regular file and no larger than it may be.

    Args:
        folder: The run's folder.
        name: The file, from the folder.
        limit: Bytes it may have.

    Raises:
        FileNotFoundError: There is none.
        Refused: It is something else, leads elsewhere, is too large or cannot be looked at.
    """
    path, status = folder, folder.stat()
    for part in inside(name).parts:
        path /= part
        status = _status(path, name)
        if stat.S_ISLNK(status.st_mode):
            _refuse(name, "is a link, or lies behind one", "a run is read from its own files only")
        if path != folder / name and not stat.S_ISDIR(status.st_mode):
            _refuse(name, "lies in something that is no folder", "it cannot be opened")
    if not stat.S_ISREG(status.st_mode):
        _refuse(name, f"is {_kind(status.st_mode)}", "a run holds regular files only")
    if status.st_size > limit:
        size = f"has {status.st_size:,} bytes"
        _refuse(name, size, f"at most {limit:,} are read")
    return path


def read(folder: Path, name: str, limit: int) -> bytes:
    """A whole file of a run; raises as `regular` does."""
    path = regular(folder, name, limit)
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
    except OSError as error:
        message = f"{shown(name)} cannot be read: {error.strerror}"
        raise Refused(message) from error
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            _refuse(name, "is no regular file", "a run holds regular files only")
        data = file.read(limit + 1)
    if len(data) > limit:
        _refuse(name, "grows while it is read", f"at most {limit:,} bytes are read")
    return data


def text(folder: Path, name: str, limit: int) -> str:
    """A whole file of a run as text; raises as `regular` does."""
    try:
        return read(folder, name, limit).decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{shown(name)} is not UTF-8 text (byte {error.start:,})"
        raise Refused(message) from error


def json_object(content: str, name: str) -> dict[str, Any]:
    """JSON text that must be an object: bounded in depth, each key once, no NaN.

    Raises:
        Refused: It is something else.
    """
    try:
        data: Any = json_text.loads(content)
    except RecursionError:
        _refuse(name, "is nested too deeply", "a run needs no such depth")
    except ValueError as error:
        message = f"{shown(name)} is not the JSON text of a run: {error}"
        raise Refused(message) from error
    found = as_object(data)
    if found is None:
        _refuse(name, "is no JSON object", "it says nothing of a run")
    return found


def as_object(value: object) -> dict[str, Any] | None:
    """A value of JSON, if it is an object."""
    return cast(dict[str, Any], value) if isinstance(value, dict) else None


def as_list(value: object) -> list[Any] | None:
    """A value of JSON, if it is a list."""
    return cast(list[Any], value) if isinstance(value, list) else None


def only_files_and_folders(folder: Path) -> None:
    """Refuse a folder that is to be written into and holds a link, a pipe or a device.

    Raises:
        Refused: It does, or is one, or holds more than a run has.
    """
    if not stat.S_ISDIR(_status(folder, folder.name).st_mode):
        _refuse(folder.name, "is a link or no folder", "a run is written into a folder of its own")
    count = 0
    waiting = [folder]
    while waiting:
        for entry in _entries(waiting.pop()):
            count += 1
            name = Path(entry.path).relative_to(folder).as_posix()
            if count > _MOST_FILES:
                _refuse(folder.name, f"holds more than {_MOST_FILES:,} files", "no run has so many")
            mode = _status(Path(entry.path), name).st_mode
            if stat.S_ISDIR(mode):
                waiting.append(Path(entry.path))
            elif not stat.S_ISREG(mode):
                _refuse(name, f"is {_kind(mode)}", "a run holds regular files only")


def _entries(folder: Path) -> Iterable[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as found:
            return list(found)
    except OSError as error:
        message = f"{shown(folder.name)} cannot be listed: {error.strerror}"
        raise Refused(message) from error


def _status(path: Path, name: str) -> os.stat_result:
    try:
        return path.lstat()
    except FileNotFoundError:
        raise
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        message = f"{shown(name)} cannot be looked at: {reason}"
        raise Refused(message) from error


def _kind(mode: int) -> str:
    kinds = (
        (stat.S_ISDIR, "a folder"),
        (stat.S_ISLNK, "a link"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISCHR, "a device"),
        (stat.S_ISBLK, "a device"),
    )
    return next((word for test, word in kinds if test(mode)), "no regular file")


def _refuse(name: str, what: str, why: str) -> NoReturn:
    message = f"{shown(name)} {what}; {why}"
    raise Refused(message)
