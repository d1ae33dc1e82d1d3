"""Runs as they are made, in memory or in a folder, and runs opened again."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import xarray as xr

from schelling.case import check
from schelling.case.model import Case
from schelling.errors import CaseError, RunError
from schelling.study import folder as layout
from schelling.study import manifest, tables
from schelling.study.folder import Contents
from schelling.study.results import Run


class Writer:
    """Takes the rows of a run as they are made; a context manager that leaves no debris."""

    def __init__(self, case: Case, folder: Path | None) -> None:
        self.case = case
        self.folder = folder
        self._parts: list[pa.Table] = []
        self._number = 0
        self._stack = ExitStack()
        self._scratch: Path | None = None

    def __enter__(self) -> Self:
        if self.folder is not None:
            with ExitStack() as stack:
                self._scratch = stack.enter_context(layout.scratch(self.folder))
                layout.keep_case(self._scratch, self.case)
                self._stack = stack.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def add(self, table: pa.Table) -> None:
        """Take the rows of the next worlds."""
        if self._scratch is None:
            self._parts.append(table)
        else:
            tables.write(table, self._scratch / "worlds", self._number)
        self._number += 1

    def finish(self, contents: Contents) -> Run:
        """The whole run; in a folder, it appears there now."""
        if self._scratch is None or self.folder is None:
            return Run(contents, pa.concat_tables(self._parts))
        layout.fill(self._scratch, contents)
        layout.put(self._scratch, self.folder)
        return Run(contents, self.folder / "worlds")


def open_run(folder: str | Path, *, source: str | Path | None = None) -> Run:
    """Open a run kept in a folder.

    Args:
        folder: As given to `run` or `Run.save`.
        source: A file that holds the text the case refers to, for quoting it.

    Returns:
        The run; its table is read from the folder when it is needed.

    Raises:
        RunError: The folder holds no run, or a damaged one.
    """
    folder = Path(folder)
    try:
        what = manifest.from_json((folder / "manifest.json").read_text("utf-8"))
        case = check.load(folder / "case", source=source)
        series = xr.open_zarr(folder / "series.zarr").load()
        bands = xr.open_zarr(folder / "bands.zarr").load()
        stores = sorted((folder / "games").glob("*.zarr"))
        games = {store.stem: xr.open_zarr(store).load() for store in stores}
        rows = tables.count(folder / "worlds")
    except FileNotFoundError as error:
        message = f"'{folder}' holds no run: {error.filename or error} is missing"
        raise RunError(message) from error
    except CaseError as error:
        message = f"the case kept in '{folder}' has problems:\n{error.rendered}"
        raise RunError(message) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the run in '{folder}' is damaged: {error}"
        raise RunError(message) from error
    if case.digest != what.digest:
        message = f"the case kept in '{folder}' is not the one that was run (digests differ)"
        raise RunError(message)
    missing = [game.name for game in case.games if game.name not in games]
    if rows != what.worlds or missing:
        found = f"{rows:,} of {what.worlds} worlds" if rows != what.worlds else "not every game"
        message = f"the run in '{folder}' is damaged: it holds {found}"
        raise RunError(message)
    in_order = {game.name: games[game.name] for game in case.games}
    named = replace(case, name=what.case)
    return Run(Contents(named, what, series, bands, in_order), folder / "worlds")
