"""Storing 20,000 x 2 x 261 numbers and reading them back: ours beside EMA Workbench's archive.

Cpu seconds of one process, both ways with the experiments that belong to the paths. What is read
back must be what was stored. Needs EMA Workbench; without it there is no row.
"""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import xarray as xr

from schelling.study.runs.files import files, series_store, tables
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.series_store import Course

WORLDS, SERIES, WEEKS, RATES = 20_000, 2, 261, 10


def ours(folder: Path, draws: np.ndarray, paths: np.ndarray) -> tuple[float, float]:
    """Cpu seconds to store and to read a table and a course as a run does, digests included."""
    columns = {f"r{i}": pa.array(np.ascontiguousarray(draws[:, i])) for i in range(RATES)}
    table = pa.table(columns)
    start = time.process_time()
    data = {f"x{i}": (("world", "time"), paths[:, i], {"units": "share"}) for i in range(SERIES)}
    series = xr.Dataset(data, {"world": np.arange(WORLDS), "time": np.arange(WEEKS)})
    none = xr.Dataset(coords={"time": np.arange(WEEKS)}, attrs={"worlds": 0})
    content = {
        tables.name(0): tables.encode(table),
        series_store.FILE: series_store.encode(Course(series, none, {})),
    }
    kept: dict[str, Digest] = {}
    for name, bytes_ in content.items():
        files.write(folder / name, bytes_)
        kept[name] = files.digest(bytes_)
    stored = time.process_time() - start
    start = time.process_time()
    rows = tables.Parts(folder, {tables.name(0): kept[tables.name(0)]}).read()
    assert files.whole(folder, series_store.FILE, kept[series_store.FILE])
    again = series_store.decode(folder / series_store.FILE, []).series
    read = time.process_time() - start
    assert rows.equals(table)
    for i in range(SERIES):
        np.testing.assert_array_equal(again[f"x{i}"], paths[:, i])
    return stored, read


def theirs(folder: Path, draws: np.ndarray, paths: np.ndarray) -> tuple[float, float]:
    """Cpu seconds of `save_results` and `load_results`."""
    from ema_workbench import ArrayOutcome, load_results, save_results
    from ema_workbench.util import ema_logging

    ema_logging.log_to_stderr(logging.ERROR)
    experiments = pd.DataFrame({f"r{i}": draws[:, i] for i in range(RATES)})
    outcomes = {ArrayOutcome(f"x{i}").name: paths[:, i] for i in range(SERIES)}
    path = str(folder / "results.tar.gz")
    with contextlib.redirect_stderr(io.StringIO()):
        start = time.process_time()
        save_results((experiments, outcomes), path)
        stored = time.process_time() - start
        start = time.process_time()
        _, again = load_results(path)
        read = time.process_time() - start
    for i in range(SERIES):  # through text and back
        np.testing.assert_allclose(again[f"x{i}"], paths[:, i], rtol=1e-12)
    return stored, read


def rows() -> list[dict[str, object]]:
    """Storing, reading, and both."""
    rng = np.random.default_rng(7)
    draws = rng.uniform(0.02, 0.2, (WORLDS, RATES))
    paths = rng.random((WORLDS, SERIES, WEEKS)).cumsum(axis=2)
    with tempfile.TemporaryDirectory() as folder:
        ours(Path(folder), draws, paths)  # imports what is imported once
        mine = ours(Path(folder), draws, paths)
        try:
            peer: tuple[float, float] | None = theirs(Path(folder), draws, paths)
        except ImportError:
            peer = None
    name = f"{WORLDS:,} x {SERIES} x {WEEKS} numbers"
    found = [
        _row(f"{name}, stored", mine[0], peer[0] if peer else None),
        _row(f"{name}, read back", mine[1], peer[1] if peer else None),
        _row(f"{name}, stored and read back", sum(mine), sum(peer) if peer else None),
    ]
    return found


def _row(name: str, mine: float, peer: float | None) -> dict[str, object]:
    return {
        "name": name,
        "unit": "cpu s",
        "ours": mine,
        "peer": "EMA Workbench",
        "theirs": peer,
        "ratio": peer / mine if peer else None,
    }
