"""Series, bands and games of a run as one Zarr store in one file, and back.

All series of a run share one array (`series`, ...), as many small arrays are slow to open; the
order is that of the case. The store is a zip file without compression or times, so the same
numbers are the same bytes.
"""

from __future__ import annotations

import io
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from schelling.later import LaterModule
from schelling.study.runs import state_series
from schelling.study.runs.files import archive, reading
from schelling.study.runs.files.reading import Refused

if TYPE_CHECKING:
    import xarray as xr
    import zarr.storage
else:
    xr = LaterModule("xarray")
    zarr = LaterModule("zarr")

_WRONG: Final = (
    *(ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RuntimeError),
    zipfile.BadZipFile,
)
"""What decoders raise on a store that is plain and makes no sense all the same."""

FILE = "series.zarr.zip"


@dataclass(frozen=True)
class Course:
    """What a run keeps beside its table.

    Attributes:
        series: Paths of the first worlds.
        bands: Quantiles over worlds.
        games: Choices and payoffs of every game.
    """

    series: xr.Dataset
    bands: xr.Dataset
    games: Mapping[str, xr.Dataset]


def encode(course: Course) -> bytes:
    """A course as the bytes of a zipped Zarr store; the same course gives the same bytes."""
    groups = {"/series": _stack(course.series), "/bands": _stack(course.bands)}
    groups |= {f"/games/{name}": _stored(game) for name, game in course.games.items()}
    tree = xr.DataTree.from_dict(groups)
    whole = {
        node.path: {name: {"chunks": array.shape} for name, array in node.data_vars.items()}
        for node in tree.subtree
    }
    held: dict[str, Any] = {}
    store = zarr.storage.MemoryStore(held)
    written: Any = tree
    written.to_zarr(store, mode="w", zarr_format=2, consolidated=True, encoding=whole)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as archive:
        for name in sorted(held):
            archive.writestr(zipfile.ZipInfo(name), held[name].to_bytes())
    return out.getvalue()


def decode(path: Path, games: Sequence[str]) -> Course:
    """Read a course back, which may be a stranger's; `archive.check` goes before.

    Args:
        path: The file.
        games: Names of the games, in the order of the case.

    Raises:
        Refused: The store is not plain, or lacks something.
    """
    archive.check(path)
    try:
        with warnings.catch_warnings():
            store = zarr.storage.ZipStore(path, mode="r")
            try:
                # in seconds: nanoseconds reach from 1677 to 2262 only
                days = xr.coders.CFDatetimeCoder(time_unit="s")
                opened: Any = xr.open_datatree(store, engine="zarr", decode_times=days)  # pyright: ignore
                tree: Any = opened.load()
            finally:
                store.close()
        return Course(
            _unstack(tree["series"].to_dataset()),
            _unstack(tree["bands"].to_dataset()),
            {name: tree[f"games/{name}"].to_dataset() for name in games},
        )
    except (*_WRONG, OSError) as error:
        said = reading.shown(" ".join(str(error).split()))
        message = f"'{path.name}' cannot be decoded: {said}"
        raise Refused(message) from error


def _stack(data: xr.Dataset) -> xr.Dataset:
    """Every series of a dataset in one array."""
    found: dict[str, Any] = {name: data[name] for name in state_series.of(data)}
    names = [str(name) for name in data.data_vars if name not in found]
    added: dict[str, Any] = {}
    if names:
        stacked = np.stack([data[name].to_numpy() for name in names])
        units = [str(data[name].attrs["units"]) for name in names]
        found["value"] = (("series", *data[names[0]].dims), stacked)
        added = {"series": np.array(names, "U"), "units": ("series", np.array(units, "U"))}
    return _stored(xr.Dataset(found, {**data.coords, **added}, data.attrs))


def _unstack(data: xr.Dataset) -> xr.Dataset:
    """The series under their names again."""
    found: dict[str, Any] = {}
    if "value" in data:
        dims, stacked = data["value"].dims[1:], data["value"].to_numpy()
        units = data["units"].to_numpy()
        for position, name in enumerate(data["series"].to_numpy()):
            found[str(name)] = (dims, stacked[position], {"units": str(units[position])})
        data = data.drop_vars(["value", "series", "units"])
    return xr.Dataset({**found, **data.data_vars}, data.coords, data.attrs)


def _stored(data: xr.Dataset) -> xr.Dataset:
    """Without what an earlier store said of its bytes."""
    return data.drop_encoding()
