"""Files of a run that are complete or absent, and the digests that identify complete ones.

A file is written beside its place, pushed to the disk and renamed. A list of digests says which
files are whole: of a finished run all of them, of an unfinished one those that need not be made
again.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

LIST: Final = "digests.json"
JOURNAL: Final = "finished.log"
"""Of an unfinished run: one line a file, added when it is whole."""

_CHUNK: Final = 1 << 20


@dataclass(frozen=True)
class Digest:
    """What a file must be.

    Attributes:
        size: Bytes.
        sha256: Of its content, in hexadecimal digits.
    """

    size: int
    sha256: str


def digest(data: bytes) -> Digest:
    """The digest of some bytes."""
    return Digest(len(data), hashlib.sha256(data).hexdigest())


def digest_file(path: Path) -> Digest:
    """The digest of a file, read piece by piece."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            found.update(chunk)
            size += len(chunk)
    return Digest(size, found.hexdigest())


def whole(path: Path, wanted: Digest) -> bool:
    """Whether a file is there and is what it must be."""
    try:
        return path.stat().st_size == wanted.size and digest_file(path) == wanted
    except OSError:
        return False


def write(path: Path, data: bytes) -> None:
    """Write a file so that it is either complete or absent, even after a power failure.

    Raises:
        OSError: There is no room, or no permission; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.writing")
    try:
        with beside.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Push a folder's names to the disk, where the system can."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def note(folder: Path, name: str, what: Digest) -> None:
    """Add a whole file to the journal of an unfinished run.

    Raises:
        OSError: There is no room.
    """
    line = f"{what.sha256} {what.size} {name}\n"
    with (folder / JOURNAL).open("ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def journal(folder: Path) -> dict[str, Digest]:
    """The files an unfinished run said were whole; a line that was cut off does not count."""
    try:
        text = (folder / JOURNAL).read_bytes().decode("utf-8", "replace")
    except OSError:
        return {}
    found: dict[str, Digest] = {}
    for line in text.splitlines(keepends=True):
        words = line.split()
        if line.endswith("\n") and len(words) == 3 and words[1].isdecimal():
            found[words[2]] = Digest(int(words[1]), words[0])
    return found


def rewrite_journal(folder: Path, found: Mapping[str, Digest]) -> None:
    """Begin the journal again with the files that are whole."""
    lines = [f"{what.sha256} {what.size} {name}\n" for name, what in sorted(found.items())]
    write(folder / JOURNAL, "".join(lines).encode())


def to_json(found: Mapping[str, Digest], shard: tuple[int, int] | None) -> str:
    """The list of a finished run's files, as JSON text."""
    files = {name: {"size": d.size, "sha256": d.sha256} for name, d in sorted(found.items())}
    return json.dumps({"shard": shard, "files": files}, indent=2) + "\n"


def from_json(text: str) -> tuple[dict[str, Digest], tuple[int, int] | None]:
    """Read such a list back: the files, and which shard of a run they are.

    Raises:
        ValueError: It is no such list.
    """
    data: Any = json.loads(text)
    try:
        found = {
            str(name): Digest(int(entry["size"]), str(entry["sha256"]))
            for name, entry in data["files"].items()
        }
        shard = (int(data["shard"][0]), int(data["shard"][1])) if data["shard"] else None
    except (AttributeError, IndexError, KeyError, TypeError) as error:
        message = f"no list of digests: {error}"
        raise ValueError(message) from error
    return found, shard
