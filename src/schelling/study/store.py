"""Runs in memory and in folders.

A run folder holds `manifest.json`, a copy of the case's files under `case/`, one row per world
under `worlds/` (Parquet), `series.zarr`, `bands.zarr` and one Zarr store per game under `games/`.
It is written beside its place and renamed when whole, so a broken run leaves nothing behind.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import xarray as xr

from schelling.case import check
from schelling.case.model import Case
from schelling.errors import CaseError, RunError
from schelling.study import manifest, tables
from schelling.study.manifest import Manifest
from schelling.study.results import Run


class Writer:
    """Takes a run as it is made; a context manager that leaves no debris."""

    def __init__(self, case: Case, what: Manifest, folder: Path | None) -> None:
        self.case = case
        self.what = what
        self.folder = folder
        self.series = xr.Dataset()
        self.bands = xr.Dataset()
        self.games: Mapping[str, xr.Dataset] = {}
        self._parts: list[pa.Table] = []
        self._number = 0
        self._scratch: Path | None = None

    def __enter__(self) -> Self:
        if self.folder is not None:
            _refuse_foreign(self.folder)
            parent = self.folder.resolve().parent
            try:
                parent.mkdir(parents=True, exist_ok=True)
                made = tempfile.mkdtemp(prefix=f".{self.folder.name}-", dir=parent)
            except OSError as error:
                message = f"cannot write beside '{self.folder}': {error.strerror}"
                raise RunError(message) from error
            self._scratch = Path(made)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    def add(self, table: pa.Table) -> None:
        """Take the rows of the next worlds."""
        if self._scratch is None:
            self._parts.append(table)
        else:
            tables.write(table, self._scratch / "worlds", self._number)
        self._number += 1

    def finish(self) -> Run:
        """The whole run; in a folder, it appears there now."""
        if self._scratch is None or self.folder is None:
            table = pa.concat_tables(self._parts)
            return Run(self.case, self.what, self.series, self.bands, self.games, table)
        _write(self._scratch, self.case, self.what, self.series, self.bands, self.games)
        _put(self._scratch, self.folder)
        self._scratch = None
        return open_run(self.folder)


def save(run: Run, folder: str | Path) -> None:
    """Keep a run in a folder; see `schelling.study.results.Run.save`."""
    writer = Writer(run.case, run.manifest, Path(folder))
    with writer:
        writer.series, writer.bands, writer.games = run.series, run.bands, run.games
        table = run.table()
        for start in range(0, table.num_rows, tables.PART):
            writer.add(table.slice(start, tables.PART))
        writer.finish()


def open_run(folder: str | Path) -> Run:
    """Open a run kept in a folder.

    Args:
        folder: As given to `run` or `Run.save`.

    Returns:
        The run; its table is read from the folder when it is needed.

    Raises:
        RunError: The folder holds no run, or a damaged one.
    """
    folder = Path(folder)
    try:
        what = manifest.from_json((folder / "manifest.json").read_text("utf-8"))
        case = check.load(folder / "case")
        series = xr.open_zarr(folder / "series.zarr").load()
        bands = xr.open_zarr(folder / "bands.zarr").load()
        stores = sorted((folder / "games").glob("*.zarr"))
        games = {store.stem: xr.open_zarr(store).load() for store in stores}
    except FileNotFoundError as error:
        message = f"'{folder}' holds no run: {error.filename or error} is missing"
        raise RunError(message) from error
    except (CaseError, OSError, ValueError, KeyError, TypeError) as error:
        message = f"the run in '{folder}' is damaged: {error}"
        raise RunError(message) from error
    if case.digest != what.digest:
        message = f"the case kept in '{folder}' is not the one that was run (digests differ)"
        raise RunError(message)
    in_order = {name: games[name] for name in (g.name for g in case.games) if name in games}
    named = _renamed(case, what.case)
    return Run(named, what, series, bands, in_order, folder / "worlds")


def _renamed(case: Case, name: str) -> Case:
    return replace(case, name=name)


def _write(
    folder: Path,
    case: Case,
    what: Manifest,
    series: xr.Dataset,
    bands: xr.Dataset,
    games: Mapping[str, xr.Dataset],
) -> None:
    kept = folder / "case"
    kept.mkdir()
    shutil.copyfile(case.path, kept / "case.yaml")
    for table in case.tables:
        target = kept / table.relative_to(case.path.parent.resolve())
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, target)
    _zarr(series, folder / "series.zarr")
    _zarr(bands, folder / "bands.zarr")
    (folder / "games").mkdir()
    for name, game in games.items():
        _zarr(game, folder / "games" / f"{name}.zarr")
    (folder / "manifest.json").write_text(what.to_json(), "utf-8")


def _zarr(data: xr.Dataset, path: Path) -> None:
    data.to_zarr(path, mode="w", zarr_format=2, consolidated=True)


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not (folder / "manifest.json").is_file():
        is_empty = folder.is_dir() and not any(folder.iterdir())
        if not is_empty:
            message = f"'{folder}' exists and holds no run; choose another place"
            raise RunError(message)


def _put(scratch: Path, folder: Path) -> None:
    """Move a finished run to its place, replacing an earlier run there."""
    scratch.chmod(0o755)
    old = scratch.with_name(scratch.name + "-old")
    if folder.exists():
        folder.rename(old)
    scratch.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
