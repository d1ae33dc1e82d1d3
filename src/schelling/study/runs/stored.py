"""Runs opened again from their folders."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import xarray as xr

from schelling.case import check
from schelling.case.model import Case
from schelling.errors import CaseError, RunError
from schelling.study.runs.files import files, layout, manifest, series_store, tables
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.results import Run


def open_run(folder: str | Path, *, source: str | Path | None = None) -> Run:
    """Open a run kept in a folder.

    Args:
        folder: As given to `run` or `Run.save`.
        source: A file that holds the text the case refers to, for quoting it.

    Returns:
        The run; its table is read from the folder when it is needed.

    Raises:
        RunError: The folder holds no run, a damaged one, or a shard.
    """
    folder = Path(folder)
    with _named(folder):
        what = manifest.from_json((folder / layout.MANIFEST).read_text("utf-8"))
        found, shard = files.from_json((folder / files.LIST).read_text("utf-8"))
    if shard is not None:
        message = f"'{folder}' holds shard {shard[0]} of {shard[1]} of a run; "
        message += "'schelling merge' combines all of them into one run"
        raise RunError(message)
    _check_files(folder, found)
    with _named(folder):
        case = check.load(folder / "case", source=source, rival=what.rival)
    if case.digest != what.digest:
        message = f"the case stored in '{folder}' is not the one that was run (digests differ)"
        raise RunError(message)
    return read(folder, replace(case, name=what.case), what)


def read(folder: Path, case: Case, what: Manifest, *, shard: tuple[int, int] | None = None) -> Run:
    """A run whose folder is known to be sound.

    Args:
        folder: Its place.
        case: The case that was run.
        what: Its manifest.
        shard: Which shard of a run it is, if it is one; only the first has a course.

    Raises:
        RunError: It is damaged after all.
    """
    with _named(folder):
        found, _ = files.from_json((folder / files.LIST).read_text("utf-8"))
        if shard is None or series_store.FILE in found:
            course = series_store.decode(folder / series_store.FILE, _games(case))
        else:
            none = xr.Dataset(coords={"time": np.arange(1)}, attrs={"worlds": 0})
            course = Course(none, none, {})
    parts = {name: d for name, d in found.items() if name.startswith(f"{layout.WORLDS}/")}
    contents = Contents(case, what, course.series, course.bands, course.games)
    return Run(contents, tables.Parts(folder, parts))


def _games(case: Case) -> list[str]:
    return [game.name for game in (*case.games, *case.stochastic)]


def _check_files(folder: Path, found: Mapping[str, Digest]) -> None:
    """Hold small files against their digests, parts of the table against their sizes.

    Raises:
        RunError: A file is missing or damaged.
    """
    for name, wanted in found.items():
        path = folder / name
        if not path.exists():
            message = f"the run in '{folder}' is damaged: '{name}' is missing"
        elif name.startswith(f"{layout.WORLDS}/"):
            if path.stat().st_size == wanted.size:
                continue
            message = f"the run in '{folder}' is damaged: '{name}' has {path.stat().st_size:,} "
            message += f"bytes, not {wanted.size:,}"
        elif files.whole(path, wanted):
            continue
        else:
            message = f"the run in '{folder}' is damaged: '{name}' is not what was written"
        message += "; run the same command with `--resume` to make it again"
        raise RunError(message)


@contextmanager
def _named(folder: Path) -> Generator[None]:
    """Errors of reading a run as what they mean for it."""
    try:
        yield
    except FileNotFoundError as error:
        message = f"'{folder}' does not contain a run: {error.filename or error} is missing"
        if folder.suffix in (".yaml", ".yml") or (folder / "case.yaml").is_file():
            message = f"'{folder}' is a case, not a run: run it first"
        raise RunError(message) from error
    except CaseError as error:
        message = f"the case stored in '{folder}' has problems:\n{error.rendered}"
        raise RunError(message) from error
    except (OSError, ValueError, KeyError, TypeError) as error:
        message = f"the run in '{folder}' is damaged: {error}"
        raise RunError(message) from error
