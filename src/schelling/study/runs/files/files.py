"""Files of a run that are complete or absent, and the digests that identify complete ones.

A file is written beside its place, pushed to the disk and renamed. A list of digests says which
files are whole: of a finished run all of them, of an unfinished one those that need not be made
again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from schelling.study.runs.files import reading
from schelling.study.runs.files.reading import Refused

LIST: Final = "digests.json"
JOURNAL: Final = "finished.log"
"""Of an unfinished run: one line a file, added when it is whole."""

MOST_SHARDS: Final = 1_000_000
"""Shards a run can be split into; Linux and SLURM number fewer jobs."""

_CHUNK: Final = 1 << 20
_NAMES: Final = re.compile(
    r"manifest\.json|series\.zarr\.zip|worlds/part-[0-9]{5}\.parquet|case/.+"
    r"|ties/[A-Za-z_]\w*\.[A-Za-z_]\w*\.parquet",
    re.ASCII,
)
_APPEND: Final = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_NOFOLLOW", 0)


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


def whole(folder: Path, name: str, wanted: Digest) -> bool:
    """Whether a file of a folder is there, a regular one, and what it must be.

    Raises:
        Refused: Its name leads elsewhere, or it is no regular file.
    """
    try:
        path = reading.regular(folder, name, reading.limit(name))
        if path.stat().st_size != wanted.size:
            return False
        found, size = hashlib.sha256(), 0
        with path.open("rb") as file:
            while size <= wanted.size and (chunk := file.read(_CHUNK)):
                found.update(chunk)
                size += len(chunk)
    except OSError:
        return False
    return Digest(size, found.hexdigest()) == wanted


def write(path: Path, data: bytes, mode: int | None = None) -> None:
    """Write a file so that it is either complete or absent, even after a power failure.

    Args:
        path: The file.
        data: What it is to hold.
        mode: Who may do what with it; as new files have it when None.

    Raises:
        OSError: There is no room, or no permission; nothing is left behind.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.writing")
    try:
        beside.unlink(missing_ok=True)  # whatever lies there: what follows is a file of our own
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            beside.chmod(mode)
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
    with os.fdopen(os.open(folder / JOURNAL, _APPEND, 0o644), "ab") as file:
        file.write(line.encode())
        file.flush()
        os.fsync(file.fileno())


def journal(folder: Path) -> dict[str, Digest]:
    """The files an unfinished run said were whole; a line that was cut off does not count.

    Raises:
        Refused: It is no regular file, or too large.
    """
    try:
        text = reading.read(folder, JOURNAL, reading.LIST_BYTES).decode("utf-8", "replace")
    except OSError:
        return {}
    found: dict[str, Digest] = {}
    for line in text.splitlines(keepends=True):
        words = line.removesuffix("\n").split(" ", 2)
        if line.endswith("\n") and len(words) == 3 and _is_digest(words[0], words[1]):
            found[words[2]] = Digest(int(words[1]), words[0])
    return found


def _is_digest(sha256: str, size: str) -> bool:
    right = re.fullmatch(r"[0-9a-f]{64}", sha256) and re.fullmatch(r"[0-9]{1,15}", size)
    return right is not None


def rewrite_journal(folder: Path, found: Mapping[str, Digest]) -> None:
    """Begin the journal again with the files that are whole."""
    lines = [f"{what.sha256} {what.size} {name}\n" for name, what in sorted(found.items())]
    write(folder / JOURNAL, "".join(lines).encode())


def to_json(found: Mapping[str, Digest], shard: tuple[int, int] | None) -> str:
    """The list of a finished run's files, as JSON text."""
    files = {name: {"size": d.size, "sha256": d.sha256} for name, d in sorted(found.items())}
    return json.dumps({"shard": shard, "files": files}, indent=2) + "\n"


def from_json(text: str) -> tuple[dict[str, Digest], tuple[int, int] | None]:
    """Read such a list back, which may be a stranger's: the files, and which shard they are.

    Raises:
        Refused: It is no such list, or names a file that is none of a run's.
    """
    data = reading.json_object(text, LIST)
    entries, shard = reading.as_object(data.get("files")), data.get("shard")
    if entries is None or "shard" not in data:
        message = f"{reading.shown(LIST)} is no list of digests: it needs 'files' and 'shard'"
        raise Refused(message)
    return {name: _entry(name, entry) for name, entry in entries.items()}, _shard(shard)


def read(folder: Path) -> tuple[dict[str, Digest], tuple[int, int] | None]:
    """The list of digests of a run's folder, as of `from_json`.

    Raises:
        OSError: There is none.
        Refused: It is no such list, or no regular file of the folder.
    """
    return from_json(reading.text(folder, LIST, reading.LIST_BYTES))


def of_a_run(name: str) -> bool:
    """Whether a name can be that of a file of a run, inside its folder."""
    try:
        reading.inside(name)
    except Refused:
        return False
    return _NAMES.fullmatch(name) is not None


def _entry(name: str, entry: Any) -> Digest:
    if not of_a_run(name):
        message = f"{reading.shown(LIST)} names {reading.shown(name)}, which is no file inside a "
        message += "run's folder"
        raise Refused(message)
    known = reading.as_object(entry) or {}
    size, sha256 = known.get("size"), str(known.get("sha256"))
    if type(size) is not int or not _is_digest(sha256, str(size)):
        message = f"{reading.shown(LIST)} has no size and SHA-256 of {reading.shown(name)}"
        raise Refused(message)
    return Digest(size, sha256)


def _shard(value: Any) -> tuple[int, int] | None:
    if value is None:
        return None
    numbers = reading.as_list(value) or []
    if len(numbers) != 2 or any(type(number) is not int for number in numbers):
        message = f"{reading.shown(LIST)}: 'shard' is {reading.shown(str(value))}; wanted is [i, n]"
        raise Refused(message)
    if not 1 <= numbers[0] <= numbers[1] <= MOST_SHARDS:
        message = f"{reading.shown(LIST)}: there is no shard {reading.shown(str(value))}"
        raise Refused(message)
    return numbers[0], numbers[1]
