"""Combines the shards of a run; the files are the same as those of a run in one piece."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from schelling.case import check
from schelling.case.model import Case
from schelling.case.settings import given
from schelling.errors import CaseError, RunError
from schelling.study.runs import expected, stored
from schelling.study.runs.files import (
    files,
    layout,
    manifest,
    reading,
    series_store,
    tables,
    tables_check,
)
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.files.tables_check import TableShape
from schelling.study.runs.results import Run

_NAMED: Final = 5
"""Missing parts named in a message."""


@dataclass(frozen=True)
class _Shard:
    folder: Path
    what: Manifest
    found: dict[str, Digest]
    number: tuple[int, int]
    case: Case


def merge(folder: str | Path, shards: Sequence[str | Path]) -> Run:
    """Make one run of all its shards.

    Args:
        folder: Where to keep the run. A folder that holds something else is refused.
        shards: Folders that were made with `shard`, in any order. A folder may be given twice.

    Returns:
        The run.

    Raises:
        RunError: A shard is missing, damaged or of another run, or the folder cannot be used.
    """
    target = Path(folder)
    opened = [_open(Path(shard)) for shard in shards]
    if not opened:
        message = "there are no shards to merge"
        raise RunError(message)
    where = _sources(opened)
    shape = expected.shape(expected.built(opened[0].case, opened[0].what), opened[0].what)
    with layout.scratch(target) as place:
        kept: dict[str, Digest] = {}
        for name, (source, digest) in where.items():
            _hold(source, name, digest, shape)
            _take(source / name, place / name)
            kept[name] = digest
        layout.seal(place, kept)
        layout.put(place, target)
    return stored.open_run(target)


def _hold(source: Path, name: str, digest: Digest, shape: TableShape) -> None:
    """Hold a file of a shard against its digest, and a part of the table against its place.

    Raises:
        RunError: It is not what was written, or not what a run of the case has.
    """
    try:
        right = files.whole(source, name, digest)
        if right and name.startswith(f"{layout.WORLDS}/"):
            first = tables.number(name) * tables.PART
            rows = tables_check.check(source / name, name, shape, first)
            if rows != min(tables.PART, shape.worlds - first):
                message = f"'{name}' has {rows:,} worlds, too few or too many"
                raise Refused(message)
    except Refused as error:
        message = f"the shard in '{source}' is damaged: {error}; run that shard again with "
        message += "`--resume`"
        raise RunError(message) from error
    if not right:
        message = f"'{source / name}' is not what was written; run that shard again with `--resume`"
        raise RunError(message)


def _open(folder: Path) -> _Shard:
    try:
        what = manifest.read(folder)
        found, number = files.read(folder)
        for name in found:
            reading.regular(folder, name, reading.limit(name))
        changed = given.mapping(what.changed, given.OPTION)
        case = check.load(folder / "case", rival=what.rival, settings=changed)
        same = case.digest == what.digest
        expected.built(case, what)
    except (OSError, Refused, CaseError) as error:
        message = f"'{folder}' does not contain a shard of a run: {error}"
        raise RunError(message) from error
    if number is None or not same:
        message = (
            f"'{folder}' contains a complete run, not a shard" if same else f"'{folder}' is damaged"
        )
        raise RunError(message)
    return _Shard(folder, what, found, number, case)


def _sources(shards: Sequence[_Shard]) -> dict[str, tuple[Path, Digest]]:
    """Where each file of the run is taken from; all of it, of one run."""
    first = shards[0]
    for shard in shards[1:]:
        found = manifest.differences(first.what, shard.what)
        if found or shard.number[1] != first.number[1]:
            differ = "; ".join(found) or f"of {first.number[1]} and {shard.number[1]} shards"
            message = f"'{first.folder}' and '{shard.folder}' are of different runs ({differ})"
            raise RunError(message)
    where: dict[str, tuple[Path, Digest]] = {}
    for shard in sorted(shards, key=lambda shard: shard.number):
        for name, digest in shard.found.items():
            known = where.setdefault(name, (shard.folder, digest))
            if known[1] != digest and name != layout.MANIFEST:  # its command names a place
                message = f"'{known[0]}' and '{shard.folder}' disagree on '{name}': they were not "
                message += "computed by machines of one kind"
                raise RunError(message)
    parts = -(-first.what.worlds // tables.PART)
    wanted = [series_store.FILE, *(tables.name(number) for number in range(parts))]
    if missing := [name for name in wanted if name not in where]:
        given = {shard.number[0] for shard in shards}
        absent = [str(n) for n in range(1, first.number[1] + 1) if n not in given]
        message = f"the run is incomplete: shards {', '.join(absent)} of {first.number[1]} are "
        message += f"missing ({', '.join(missing[:_NAMED])}{' ...' * (len(missing) > _NAMED)})"
        raise RunError(message)
    return where


def _take(source: Path, target: Path) -> None:
    """A file in its new place: the same file under a second name if that can be, else a copy."""
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        target.hardlink_to(source)
    except OSError:
        try:
            shutil.copyfile(source, target)
            with target.open("rb") as file:
                os.fsync(file.fileno())
        except OSError as error:
            raise layout.cannot_write(target.parent, error) from error
