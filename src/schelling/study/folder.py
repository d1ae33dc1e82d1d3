"""The layout of a run folder, and how one appears: whole or not at all.

A run folder holds `manifest.json`, a copy of the case's files under `case/`, one row per world
under `worlds/` (Parquet), `series.zarr`, `bands.zarr` and one Zarr store per game under `games/`.
It is written beside its place and renamed when whole, so a broken run leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import xarray as xr

from schelling.case import check
from schelling.case.model import Case
from schelling.errors import CaseError, RunError
from schelling.study import manifest
from schelling.study.manifest import Manifest


@dataclass(frozen=True)
class Contents:
    """What a run folder holds beside its table.

    Attributes:
        case: The case that was run.
        manifest: How the run can be made again.
        series: Paths of the first worlds.
        bands: Quantiles over worlds.
        games: Choices and payoffs of every game.
    """

    case: Case
    manifest: Manifest
    series: xr.Dataset
    bands: xr.Dataset
    games: Mapping[str, xr.Dataset]


@contextmanager
def scratch(folder: Path) -> Generator[Path]:
    """A folder beside a run's place to write it in; gone afterwards unless `put` moved it.

    Raises:
        RunError: The place holds something that is no run, or cannot be written.
    """
    _refuse_foreign(folder)
    parent = folder.resolve().parent
    try:
        parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=parent))
    except OSError as error:
        message = f"cannot write beside '{folder}': {error.strerror}"
        raise RunError(message) from error
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def keep_case(place: Path, case: Case) -> None:
    """Copy the case's files, before anything else: they may be edited while the run goes on.

    Raises:
        RunError: They are gone, or no longer what was loaded.
    """
    kept = place / "case"
    kept.mkdir()
    try:
        shutil.copyfile(case.path, kept / "case.yaml")
        for table in case.tables:
            target = kept / table.resolve().relative_to(case.path.parent.resolve())
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(table, target)
        same = check.load(kept).digest == case.digest
    except (OSError, ValueError, CaseError) as error:
        message = f"cannot keep a copy of '{case.path}': {error}"
        raise RunError(message) from error
    if not same:
        message = f"'{case.path}' has changed since it was loaded; load it and run it again"
        raise RunError(message)


def fill(place: Path, contents: Contents) -> None:
    """Write everything but the case and the table."""
    _zarr(contents.series, place / "series.zarr")
    _zarr(contents.bands, place / "bands.zarr")
    (place / "games").mkdir()
    for name, game in contents.games.items():
        _zarr(game, place / "games" / f"{name}.zarr")
    (place / "manifest.json").write_text(contents.manifest.to_json(), "utf-8")


def put(place: Path, folder: Path) -> None:
    """Move a finished run to its place, replacing an earlier run there."""
    place.chmod(0o755)
    old = place.with_name(place.name + "-old")
    if folder.exists():
        folder.rename(old)
    try:
        place.rename(folder)
    except BaseException:  # also an interrupt: the earlier run goes back to its place
        if old.exists():
            old.rename(folder)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _zarr(data: xr.Dataset, path: Path) -> None:
    data.to_zarr(path, mode="w", zarr_format=2, consolidated=True)


def _refuse_foreign(folder: Path) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    try:
        manifest.from_json((folder / "manifest.json").read_text("utf-8"))
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"'{folder}' exists and holds no run; choose another place"
        raise RunError(message) from error
