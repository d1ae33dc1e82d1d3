"""Runs opened again from their folders."""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from schelling.case.model import Case
from schelling.case.settings import given
from schelling.compile.planning.plan import Plan
from schelling.errors import CaseError, RunError
from schelling.later import LaterModule
from schelling.study.runs import expected, kept_ties
from schelling.study.runs.files import files, layout, manifest, reading, series_store, tables
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.results import Run

if TYPE_CHECKING:
    import xarray as xr

    from schelling.case import check
else:
    check = LaterModule("schelling.case.check")
    xr = LaterModule("xarray")


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
    with named(folder):
        what = manifest.read(folder)
        found, shard = files.read(folder)
    if shard is not None:
        message = f"'{folder}' holds shard {shard[0]} of {shard[1]} of a run; "
        message += "'schelling merge' combines all of them into one run"
        raise RunError(message)
    with named(folder):
        _check_files(folder, found)
        changed = given.mapping(what.changed, given.OPTION)
        case = check.load(folder / "case", source=source, rival=what.rival, settings=changed)
    if case.digest != what.digest:
        message = f"the case stored in '{folder}' is not the one that was run (digests differ)"
        raise RunError(message)
    return read(folder, replace(case, name=what.case), what)


def read(folder: Path, case: Case, what: Manifest, *, shard: tuple[int, int] | None = None) -> Run:
    """A run whose files were held against their digests, or have just been written.

    Args:
        folder: Its place.
        case: The case that was run.
        what: Its manifest.
        shard: Which shard of a run it is, if it is one; only the first has a course.

    Raises:
        RunError: It is damaged after all.
    """
    with named(folder):
        built = expected.built(case, what)
        found, _ = files.read(folder)
        kept_ties.refuse_strange(case, found)
        if shard is None or series_store.FILE in found:
            course = read_course(folder, case, built, what)
        else:
            none = xr.Dataset(coords={"time": np.arange(1)}, attrs={"worlds": 0})
            course = Course(none, none, {})
        parts = {name: d for name, d in found.items() if name.startswith(f"{layout.WORLDS}/")}
        ordered = [tables.name(number) for number in range(len(parts))]
        if shard is None and (sorted(parts) != ordered or not parts):
            message = "'digests.json' does not list the parts of the table from the first to the "
            message += "last"
            raise Refused(message)
    shape = expected.shape(built, what) if shard is None else None
    table = tables.Parts(folder, dict(sorted(parts.items())), shape)
    return Run(Contents(case, what, course, folder), table)


def read_course(folder: Path, case: Case, built: Plan, what: Manifest) -> Course:
    """Series, bands and games of a run.

    Raises:
        OSError: There are none.
        Refused: They are not what a run of the case has.
    """
    path = reading.regular(folder, series_store.FILE, reading.limit(series_store.FILE))
    names = [game.name for game in (*case.games, *case.stochastic)]
    wanted = expected.course(case, built)
    return expected.fitting(series_store.decode(path, names), wanted, what.worlds)


def _check_files(folder: Path, found: Mapping[str, Digest]) -> None:
    """Hold small files against their digests, parts of the table against their sizes.

    Raises:
        FileNotFoundError: A file is missing.
        Refused: One is damaged, or is no regular file of the folder.
    """
    needed = (layout.MANIFEST, "case/case.yaml", series_store.FILE)
    if missing := [name for name in needed if name not in found]:
        message = f"'digests.json' does not list '{missing[0]}'"
        raise Refused(message)
    for name, wanted in found.items():
        try:
            path = reading.regular(folder, name, reading.limit(name))
        except FileNotFoundError as error:
            message = f"'{name}' is missing"
            raise Refused(message) from error
        size = path.stat().st_size
        if name.startswith(f"{layout.WORLDS}/"):
            if size != wanted.size:
                message = f"'{name}' has {size:,} bytes, not {wanted.size:,}"
                raise Refused(message)
        elif not files.whole(folder, name, wanted):
            message = f"'{name}' is not what was written"
            raise Refused(message)


@contextmanager
def named(folder: Path) -> Generator[None]:
    """Errors of reading a run as what they mean for it.

    Raises:
        RunError: Instead of them.
    """
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
    except (OSError, Refused) as error:
        message = f"the run in '{folder}' is damaged: {error}; run the same command with "
        message += "`--resume` to make it again"
        raise RunError(message) from error
