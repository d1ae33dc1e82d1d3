"""Runs in the formats of other tools: CSV, xarray, ArviZ's tree of groups, EMA Workbench.

Names follow the field: an assumption is an uncertainty of EMA and a variable of ArviZ's `prior`;
what comes out of a world is an outcome, and a variable of `prior_predictive`.
"""

from __future__ import annotations

import importlib.util
import io
import json
import tarfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import xarray as xr
from pyarrow import csv

from schelling.errors import RunError
from schelling.study.runs.query import TABLES
from schelling.study.runs.results import Run

EMA_FORMAT: Final = 0.1
"""Of EMA Workbench's archives of results; versions 2.4 to 3.0 write and read it."""


def to_xarray(run: Run) -> xr.Dataset:
    """The table as a dataset over `world`: assumptions, `holds.*`, `margin.*`, `final.*`."""
    data = xr.Dataset.from_dataframe(_plain(run.draws))
    return data.assign_attrs(_provenance(run))


def to_arviz(run: Run) -> xr.DataTree:
    """A tree of groups as ArviZ 1 reads it.

    Groups: `prior` (assumptions) and `prior_predictive` (the rest of the table), both with
    dimensions `chain` (one) and `draw` (the world) and the coordinate `replicate`; `series`,
    `bands` and `games/NAME` as in the run.
    """
    draws = _plain(run.draws)
    assumptions = list(run.manifest.assumptions)
    outcomes = [name for name in draws.columns if name not in {*assumptions, "replicate"}]
    coordinates = {
        "chain": np.array([0]),
        "draw": draws.index.to_numpy(),
        "replicate": ("draw", draws["replicate"].to_numpy()),
    }

    def group(names: Sequence[str]) -> xr.Dataset:
        data: dict[str, Any] = {
            name: (("chain", "draw"), draws[name].to_numpy()[None]) for name in names
        }
        return xr.Dataset(data, coordinates)

    groups: dict[str, xr.Dataset] = {
        "/": xr.Dataset(attrs=_provenance(run)),
        "prior": group(assumptions),
        "prior_predictive": group(outcomes),
        "series": run.series,
        "bands": run.bands,
    }
    groups |= {f"games/{name}": game for name, game in run.games.items()}
    return xr.DataTree.from_dict(groups)


def to_ema(run: Run, *, series: bool = False) -> tuple[pd.DataFrame, dict[str, Any]]:
    """Experiments and outcomes as EMA Workbench's `perform_experiments` returns them.

    Args:
        run: The run.
        series: Only the worlds whose paths were kept, and these paths as outcomes.

    Returns:
        One row per world with the assumptions, `scenario`, `policy` and `model`; outcomes by name,
        a claim's truth as 1 or 0 (missing: NaN), with dots in names made underscores.
    """
    draws = _plain(run.draws)
    draws = draws.iloc[: run.series.sizes.get("world", 0)] if series else draws
    assumptions = list(run.manifest.assumptions)
    states = {f"final.{machine.name}" for machine in run.case.machines}
    labels = {"scenario": draws.index.to_numpy(), "policy": "no policy", "model": _name(run)}
    experiments = draws[assumptions].reset_index(drop=True).assign(**labels)  # pyright: ignore
    outcomes: dict[str, Any] = {
        name.replace(".", "_"): draws[name].to_numpy(dtype=float)
        for name in draws.columns
        if name not in {*assumptions, *states}
    }
    if series:
        names = [str(name) for name in run.series.data_vars]
        outcomes |= {name: run.series[name].to_numpy() for name in names}
    return experiments, outcomes


def _name(run: Run) -> str:
    return "".join(c if c.isalnum() else "_" for c in run.manifest.case)


def write_ema(run: Run, path: Path, *, series: bool = False) -> None:
    """Write the archive that EMA Workbench's `load_results` reads."""
    experiments, outcomes = to_ema(run, series=series)
    listed: list[tuple[str, str, str]] = []
    with tarfile.open(path, "w:gz", compresslevel=1) as archive:
        _member(archive, "experiments.csv", experiments.to_csv(index=False).encode())
        for name, values in outcomes.items():
            scalar = values.ndim == 1
            file = f"{name}.{'cls' if scalar else 'csv'}"
            listed.append(("ScalarOutcome" if scalar else "ArrayOutcome", name, file))
            _member(archive, file, _rows(values))
        kinds = {str(name): str(kind) for name, kind in experiments.dtypes.items()}
        kinds = {name: "object" if kind == "str" else kind for name, kind in kinds.items()}
        about = {"version": EMA_FORMAT, "outcomes": listed, "experiments": kinds}
        _member(archive, "metadata.json", json.dumps(about).encode())


def _rows(values: Any) -> bytes:
    """Values as CSV without a header, one row a world."""
    columns: Any = values[:, None] if values.ndim == 1 else values
    transposed: Any = np.ascontiguousarray(columns.T)
    arrays: dict[str, Any] = {str(i): pa.array(row) for i, row in enumerate(transposed)}
    table = pa.table(arrays)
    out = pa.BufferOutputStream()
    csv.write_csv(table, out, csv.WriteOptions(include_header=False))
    return out.getvalue().to_pybytes()


def _member(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))


def write_csv(run: Run, folder: Path) -> None:
    """Write `worlds.csv`, `verdicts.csv`, `series.csv` and `bands.csv` into a new folder."""
    folder.mkdir(parents=True)
    with (folder / "worlds.csv").open("wb") as file:
        for number, table in enumerate(_parts(run)):
            csv.write_csv(_undecoded(table), file, csv.WriteOptions(include_header=number == 0))
    run.verdicts.to_csv(folder / "verdicts.csv")
    for name in ("series", "bands"):
        TABLES[name](run).to_csv(folder / f"{name}.csv", index=False)


def _parts(run: Run) -> list[pa.Table] | Any:
    paths = run.files()
    return [run.table()] if paths is None else (pq.read_table(path) for path in paths)


def _undecoded(table: pa.Table) -> pa.Table:
    """Words instead of the codes of a dictionary, which CSV does not know."""
    for position, name in enumerate(table.column_names):
        column = table.column(name)
        if pa.types.is_dictionary(column.type):
            table = table.set_column(position, name, column.cast(pa.string()))
    return table


def write_arviz(run: Run, path: Path) -> None:
    """Write the tree of groups: as NetCDF where the name ends in `.nc`, else as a Zarr store.

    Raises:
        RunError: NetCDF was asked for and nothing here can write it.
    """
    tree: Any = to_arviz(run)
    if path.suffix == ".nc":
        engines = [name for name in ("netCDF4", "h5netcdf") if importlib.util.find_spec(name)]
        if not engines:
            message = "NetCDF with groups needs netCDF4 or h5netcdf (pip install h5netcdf); without"
            message += " them choose a name that does not end in .nc, for a Zarr store"
            raise RunError(message)
        tree.to_netcdf(path, engine=engines[0].lower())
    else:
        tree.to_zarr(path, mode="w-", zarr_format=2, consolidated=True)


def write_xarray(run: Run, path: Path) -> None:
    """Write the table as a Zarr store over `world`."""
    data: Any = to_xarray(run)
    data.to_zarr(path, mode="w-", zarr_format=2, consolidated=True)


def write_ema_series(run: Run, path: Path) -> None:
    """Write EMA's archive of the worlds whose paths were kept."""
    write_ema(run, path, series=True)


def into(run: Run, path: Path, write: Callable[[Run, Path], None]) -> None:
    """Write a format to a path that does not exist yet.

    Raises:
        RunError: The path exists or cannot be written.
    """
    if path.exists():
        message = f"'{path}' exists; choose another place"
        raise RunError(message)
    run.files()  # a damaged table is found before anything is written
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        write(run, path)
    except OSError as error:
        message = f"cannot write '{path}': {error.strerror or error}"
        raise RunError(message) from error


FORMS: Final[Mapping[str, tuple[str, Callable[[Run, Path], None]]]] = {
    "csv": (".csv.d", write_csv),
    "ema": (".tar.gz", write_ema),
    "arviz": (".arviz.zarr", write_arviz),
    "xarray": (".zarr", write_xarray),
}
"""Forms by name: how the name of what is written ends, and who writes it."""


def _plain(draws: pd.DataFrame) -> pd.DataFrame:
    """Truth values as 1 and 0, missing as NaN, words as words: what arrays can hold."""
    made: dict[str, Any] = {}
    for name in draws.columns:
        column = draws[name]
        if str(name).startswith(("holds.", "again.", "forecast.", "given.")):
            made[str(name)] = column.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
        elif isinstance(column.dtype, pd.CategoricalDtype):
            made[str(name)] = column.astype(str).to_numpy(dtype="U")
        else:
            made[str(name)] = column.to_numpy()
    return pd.DataFrame(made, index=draws.index)


def _provenance(run: Run) -> dict[str, Any]:
    what = run.manifest
    return {
        "title": what.title,
        "inference_library": "schelling",
        "inference_library_version": what.versions["schelling"],
        "manifest": what.to_json(),
    }
