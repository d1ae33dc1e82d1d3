"""Files of a case: bounded, regular, inside its folder. Nothing else in `case/` opens a file.

An editor shows texts that are not saved yet; `showing` puts them in place of what is on the disk.
"""

from __future__ import annotations

import contextlib
import hashlib
import re
import stat
from collections.abc import Generator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from schelling.case.file.yaml_tree import MAX_BYTES
from schelling.errors import Problem

MAX_TABLE_BYTES = 5_000_000

_SHOWN: ContextVar[Mapping[Path, str] | None] = ContextVar("shown", default=None)

_NOTED: ContextVar[dict[Path, str | None] | None] = ContextVar("noted", default=None)

_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True)
class Text:
    """A file as text.

    Attributes:
        path: Where it was read.
        content: Its text, decoded as UTF-8 without a byte order mark.
        sha256: Digest of its bytes.
    """

    path: Path
    content: str
    sha256: str

    @property
    def lined(self) -> str:
        """The content with every line ending as a newline, for counting lines."""
        return self.content.replace("\r\n", "\n").replace("\r", "\n")


@contextlib.contextmanager
def showing(texts: Mapping[Path, str]) -> Generator[None]:
    """Within this context, files have the texts that an editor shows, saved or not.

    Args:
        texts: Of each open file, by its resolved path. All other files are read from the disk.

    Examples:
        >>> with showing({Path("/nowhere/case.yaml"): "schelling: 1"}):
        ...     read(Path("/nowhere/case.yaml")).content
        'schelling: 1'
    """
    before = _SHOWN.set(texts)
    try:
        yield
    finally:
        _SHOWN.reset(before)


@contextlib.contextmanager
def noting() -> Generator[dict[Path, str | None]]:
    """Within this context it is noted which files are looked at.

    Yields:
        The digest of each file; None where there was none, empty where it could not be read.
    """
    found: dict[Path, str | None] = {}
    before = _NOTED.set(found)
    try:
        yield found
    finally:
        _NOTED.reset(before)


def _note(path: Path, digest: str | None) -> None:
    noted = _NOTED.get()
    if noted is not None:
        noted[path] = digest


def _shown(path: Path) -> str | None:
    """The text an editor shows of a file, if it does."""
    texts = _SHOWN.get()
    try:
        return texts.get(path.resolve()) if texts else None
    except (OSError, RuntimeError):
        return None


def case(path: Path) -> Text | Problem:
    """Read the YAML file of a case, given as its folder or as the file itself."""
    if _CONTROL.search(str(path)) is not None:
        message = f"the path {str(path)!a} holds a line end or another control character"
        reason = "the path becomes part of commands, scripts and reports, where it would be a line"
        return Problem("E101", message, reason=reason, hint="rename the file or its folder")
    try:
        folder = path.is_dir()
    except OSError:
        folder = False
    if not folder:
        return read(path)
    found = inside(path, "case.yaml")
    if found is None:
        return Problem("E110", f"'{path / 'case.yaml'}' leads outside its folder", path=path)
    return read(found)


def read(path: Path, limit: int = MAX_BYTES) -> Text | Problem:
    """Read a whole file, or say why not."""
    found = _read(path, limit)
    _note(path, "" if isinstance(found, Problem) else found.sha256)
    return found


def _read(path: Path, limit: int) -> Text | Problem:
    shown = _shown(path)
    if shown is not None:
        return _decoded(path, shown.encode("utf-8", "surrogatepass"), limit)
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            return Problem("E101", f"'{path}' is not a file", path=path)
        if status.st_size > limit:
            message = f"'{path.name}' has {status.st_size:,} bytes; at most {limit:,} are allowed"
            return Problem("E102", message, path=path)
        with path.open("rb") as file:
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        hint = "a case is a folder with a 'case.yaml', or a YAML file"
        if (path.parent / "manifest.json").is_file():
            hint = f"'{path.parent}' is the folder of a run, not of a case"
        return Problem("E101", f"cannot read '{path}': {reason}", path=path, hint=hint)
    return _decoded(path, data, limit)


def _decoded(path: Path, data: bytes, limit: int) -> Text | Problem:
    """The text that bytes are, or what is wrong with them."""
    if len(data) > limit:
        return Problem("E102", f"'{path.name}' is larger than {limit:,} bytes", path=path)
    try:
        content = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"'{path.name}' is not UTF-8 text (byte {error.start:,}, in line {line:,})"
        return Problem("E103", message, path=path, hint="save the file as UTF-8" + _kind(data))
    return Text(path, content, hashlib.sha256(data).hexdigest())


def _kind(data: bytes) -> str:
    """What a file is instead, where its first bytes tell."""
    known = {
        b"PK\x03\x04": "; it is a ZIP archive, such as a workbook of a spreadsheet",
        b"\x1f\x8b": "; it is compressed",
        b"\xff\xfe": "; it is UTF-16",
        b"\xfe\xff": "; it is UTF-16",
        b"%PDF": "; it is a PDF",
    }
    return next((words for head, words in known.items() if data.startswith(head)), "")


def exists(path: Path) -> bool:
    """Whether there is something at a path that can be looked at."""
    try:
        found = _shown(path) is not None or path.exists()
    except OSError:
        found = False
    if not found:
        _note(path, None)
    return found


def inside(folder: Path, name: str) -> Path | None:
    """The path of a file named in a case, or None when it would leave the case's folder.

    Symbolic links are followed before it is decided.
    """
    if (
        not name
        or _CONTROL.search(name) is not None
        or Path(name).is_absolute()
        or ".." in Path(name).parts
    ):
        return None
    try:
        path = folder / name
        return path if path.resolve().is_relative_to(folder.resolve()) else None
    except (OSError, RuntimeError):
        return None
