"""The layout of a run folder, and how it is written: it is either complete or absent.

A run folder holds `manifest.json`, a copy of the case's files under `case/`, one row per world
under `worlds/` (Parquet), `series.zarr.zip`, the ties of populations under `ties/` (Parquet) and
`digests.json`. It is made beside its place, in `NAME.unfinished`, and renamed when whole.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.errors import CaseError, RunError
from schelling.later import LaterModule
from schelling.study.runs.files import files, manifest, reading, series_store
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.lock import only_one
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.series_store import Course

if TYPE_CHECKING:
    from schelling.case import check
else:
    check = LaterModule("schelling.case.check")

MANIFEST = manifest.NAME
WORLDS = "worlds"


@dataclass(frozen=True)
class Contents:
    """What a run folder holds beside its table.

    Attributes:
        case: The case that was run.
        manifest: How the run can be made again.
        course: Series, bands and games of the first worlds; None if they were not computed.
        folder: Where the run is kept; None for one in memory.
    """

    case: Case
    manifest: Manifest
    course: Course | None
    folder: Path | None = None


@contextmanager
def scratch(folder: Path) -> Generator[Path]:
    """A folder beside a run's place to write it in; gone afterwards unless `put` moved it.

    Raises:
        RunError: The place holds something that is no run, is in use, or cannot be written.
    """
    with taken(folder):
        parent = folder.resolve().parent
        try:
            made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
        except OSError as error:
            message = f"cannot write beside '{folder}': {error.strerror}"
            raise RunError(message) from error
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)


@contextmanager
def taken(folder: Path) -> Generator[None]:
    """Hold a run's place, whose parents are made if need be.

    Raises:
        RunError: The place holds something that is no run, is in use, or cannot be written.
    """
    refuse_foreign(folder)
    try:
        folder.resolve().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        message = f"cannot write beside '{folder}': {error.strerror}"
        raise RunError(message) from error
    with only_one(folder.resolve()):
        yield


def keep_case(place: Path, case: Case) -> dict[str, Digest]:
    """Copy the case's files, before anything else: they may be edited while the run goes on.

    Returns:
        Digests of the copies.

    Raises:
        RunError: They are missing or have changed since they were loaded.
    """
    kept = place / "case"
    sources = {"case.yaml": case.path}
    found: dict[str, Digest] = {}
    try:
        for table in case.tables:
            name = table.resolve().relative_to(case.path.parent.resolve()).as_posix()
            sources[name] = table
        for name, source in sources.items():
            data = source.read_bytes()
            files.write(kept / name, data)
            found[f"case/{name}"] = files.digest(data)
        same = _is_of(case, [one.sha256 for one in found.values()]) or _loads(kept, case)
    except (OSError, ValueError, CaseError) as error:
        message = f"cannot keep a copy of '{case.path}': {error}"
        raise RunError(message) from error
    if not same:
        message = f"'{case.path}' has changed since it was loaded; load it and run it again"
        raise RunError(message)
    return found


def _is_of(case: Case, parts: list[str]) -> bool:
    """Whether files with these digests are those that a case was read from."""
    return given.seal(given.digest_of_files(parts, case.rival), case.settings) == case.digest


def _loads(kept: Path, case: Case) -> bool:
    """Whether copies make the same case, where a rival has tables of its own."""
    again = given.mapping(case.settings, given.OPTION)
    return check.load(kept, rival=case.rival, settings=again).digest == case.digest


def add(place: Path, name: str, data: bytes) -> Digest:
    """Write one file of a run.

    Raises:
        RunError: There is no room, or no permission.
    """
    try:
        files.write(place / name, data)
    except OSError as error:
        raise cannot_write(place, error) from error
    return files.digest(data)


def cannot_write(place: Path, error: OSError) -> RunError:
    """What to say when a file cannot be written."""
    return RunError(f"cannot write into '{place}': {error.strerror or error}")


def fill(place: Path, what: Manifest, course: Course) -> dict[str, Digest]:
    """Write everything but the case, the table and the list of digests."""
    data = {
        series_store.FILE: series_store.encode(course),
        MANIFEST: what.to_json().encode(),
    }
    return {name: add(place, name, content) for name, content in data.items()}


def seal(
    place: Path, found: Mapping[str, Digest], shard: tuple[int, int] | None = None
) -> Mapping[str, Digest]:
    """Write the list of digests, which makes the folder a whole run."""
    add(place, files.LIST, files.to_json(found, shard).encode())
    return found


def put(place: Path, folder: Path) -> None:
    """Move a finished run to its place, replacing an earlier run there."""
    place.chmod(0o755)
    old = aside(folder)
    if folder.exists():
        folder.rename(old)
    try:
        place.rename(folder)
    except BaseException:  # also an interrupt: the earlier run goes back to its place
        if old.exists():
            old.rename(folder)
        raise
    files.sync_folder(folder.resolve().parent)
    shutil.rmtree(old, ignore_errors=True)


def aside(folder: Path) -> Path:
    """Where an earlier run waits while another is put in its place."""
    return folder.with_name(f".{folder.name}-old")


def recover(folder: Path) -> None:
    """Put an earlier run back that was moved aside by a process that then died."""
    old = aside(folder)
    if old.exists() and not folder.exists():
        old.rename(folder)
    shutil.rmtree(old, ignore_errors=True)


def refuse_foreign(folder: Path) -> None:
    """Refuse a place that holds anything but a run.

    Raises:
        RunError: It does.
    """
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        manifest.recognise(folder)
        reading.only_files_and_folders(folder.resolve())
    except (OSError, ValueError) as error:
        message = f"'{folder}' exists and does not contain a run ({error}); choose another place"
        raise RunError(message) from error
