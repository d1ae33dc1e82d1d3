"""A posterior as a run takes it: a small description and a table of weighted worlds.

`posterior.json` says what was fitted and how, and holds the digest of `posterior.parquet`, which
has one row per world: its weight, the group it belongs to, the number its luck goes by, and the
assumptions in declared units. A folder may be a stranger's and is read like one.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float, Int, UInt32
from numpy import ndarray

from schelling.errors import RunError
from schelling.study.runs.files import files, reading, tables_check
from schelling.study.runs.files.manifest import SEED_BITS
from schelling.study.runs.files.reading import Refused

NAME: Final = "posterior.json"
TABLE: Final = "posterior.parquet"
SCHEMA: Final = "schelling.posterior/1"
MOST_WORLDS: Final = tables_check.MOST_ROWS

_TEXTS: Final = ("case", "engine", "records", "known", "sha256", "seed", "effective")
_BYTES: Final = 1 << 30


@dataclass(frozen=True, eq=False)
class WeightedWorlds:
    """Worlds of a posterior that a run can be drawn from.

    Attributes:
        case: Digest of the case that was fitted, with its rival and what was set.
        engine: The method that made them.
        records: What they were conditioned on, in words.
        known: Day on which the last of these records was published.
        effective: As many independent worlds as these are worth.
        seed: Of the fit: luck has its numbers under this seed.
        names: Of the assumptions.
        values: In declared units.
        weights: Summing to one.
        group: Worlds of a group depend on each other; worlds of different groups do not.
        luck: Numbers that the luck of the worlds goes by; None where no luck reaches the records,
            so that any is as good.
        place: The folder they were read from; empty where they never were in one.
        digest: SHA-256 of the description, which holds that of the table; empty likewise.
    """

    case: str
    engine: str
    records: str
    known: dt.date
    effective: int
    seed: int
    names: tuple[str, ...]
    values: Float[ndarray, "world assumption"]
    weights: Float[ndarray, " world"]
    group: Int[ndarray, " world"]
    luck: UInt32[ndarray, " world"] | None
    place: str = ""
    digest: str = ""


def check(worlds: int) -> None:
    """Refuse a posterior of too many worlds.

    Raises:
        RunError: There are too many for one table.
    """
    if worlds > MOST_WORLDS:
        message = f"a posterior is handed on with at most {MOST_WORLDS:,} worlds; "
        message += f"this fit has {worlds:,}"
        raise RunError(message)


def write(found: WeightedWorlds, folder: Path) -> None:
    """Write both files into a folder that is there.

    Raises:
        OSError: There is no room, or no permission.
        RunError: There are too many worlds for one table.
    """
    check(len(found.weights))
    data = _encoded(found)
    files.write(folder / TABLE, data)
    files.write(folder / NAME, _description(found, data).encode())


def _description(found: WeightedWorlds, table: bytes) -> str:
    told = {
        "schema": SCHEMA,
        "case": found.case,
        "engine": found.engine,
        "records": found.records,
        "known": found.known.isoformat(),
        "effective": str(found.effective),
        "seed": str(found.seed),
        "assumptions": list(found.names),
        "luck": found.luck is not None,
        "sha256": hashlib.sha256(table).hexdigest(),
    }
    return json.dumps(told, indent=2) + "\n"


def digest(found: WeightedWorlds) -> str:
    """SHA-256 of the description of a posterior, as it is in its file or would be there."""
    if found.digest:
        return found.digest
    return hashlib.sha256(_description(found, _encoded(found)).encode()).hexdigest()


def _encoded(found: WeightedWorlds) -> bytes:
    columns: dict[str, Any] = {"weight": pa.array(found.weights)}
    columns["group"] = pa.array(found.group.astype(np.int64))
    if found.luck is not None:
        columns["luck"] = pa.array(found.luck)
    for place, name in enumerate(found.names):
        columns[f"assumption.{name}"] = pa.array(np.ascontiguousarray(found.values[:, place]))
    out = pa.BufferOutputStream()
    pq.write_table(pa.table(columns), out, compression="zstd", use_dictionary=False)
    return out.getvalue().to_pybytes()


def read(folder: Path) -> WeightedWorlds:
    """Read a posterior back, held against its digest.

    Raises:
        RunError: The folder holds none, or a damaged one.
    """
    try:
        text = reading.text(folder, NAME, reading.MANIFEST_BYTES)
        told = _told(reading.json_object(text, NAME))
        data = reading.read(folder, TABLE, _BYTES)
        if hashlib.sha256(data).hexdigest() != told["sha256"]:
            message = f"'{TABLE}' is not what was written"
            raise Refused(message)
        return _decoded(told, data, str(folder), hashlib.sha256(text.encode()).hexdigest())
    except FileNotFoundError as error:
        message = f"'{folder}' contains no posterior: '{NAME}' or '{TABLE}' is missing; "
        message += "'schelling fit CASE --into FOLDER' writes one"
        raise RunError(message) from error
    except (OSError, Refused) as error:
        message = f"the posterior in '{folder}' is damaged: {error}"
        raise RunError(message) from error


def _told(data: Mapping[str, Any]) -> dict[str, Any]:
    """The description, if it is one."""
    if data.get("schema") != SCHEMA:
        message = f"'{NAME}' is not of layout {SCHEMA}; fit the case again"
        raise Refused(message)
    for key in _TEXTS:
        value = data.get(key)
        if not isinstance(value, str) or len(value) > 1000 or not reading.one_line(value):
            message = f"'{NAME}': '{key}' must be text on one line"
            raise Refused(message)
    names = reading.as_list(data.get("assumptions"))
    texts = names is not None and all(isinstance(name, str) for name in names)
    if names is None or not texts or len(set(names)) < len(names):
        message = f"'{NAME}': 'assumptions' must be a list of names, each once"
        raise Refused(message)
    if not isinstance(data.get("luck"), bool):
        message = f"'{NAME}': 'luck' must be true or false"
        raise Refused(message)
    try:
        seed, worth = int(data["seed"]), int(data["effective"])
        known = dt.date.fromisoformat(data["known"])
    except ValueError as error:
        message = f"'{NAME}': 'seed' and 'effective' must be whole numbers, and 'known' a date"
        raise Refused(message) from error
    if not 1 <= worth <= MOST_WORLDS or abs(seed).bit_length() > SEED_BITS:
        message = f"'{NAME}': 'effective' must be 1 to {MOST_WORLDS:,}, "
        message += f"and 'seed' have at most {SEED_BITS:,} bits"
        raise Refused(message)
    return {**data, "seed": seed, "effective": worth, "known": known, "assumptions": tuple(names)}


def _decoded(told: Mapping[str, Any], data: bytes, place: str, known: str) -> WeightedWorlds:
    names = told["assumptions"]
    fields = [("weight", pa.float64()), ("group", pa.int64())]
    fields += [("luck", pa.uint32())] if told["luck"] else []
    fields += [(f"assumption.{name}", pa.float64()) for name in names]
    buffer = pa.BufferReader(data)
    with tables_check.opened(buffer, TABLE, pa.schema(fields)) as file:
        try:
            table = file.read()
        except (pa.ArrowException, OSError) as error:
            message = f"'{TABLE}' cannot be read"
            raise Refused(message) from error
    if any(column.null_count for column in table.columns):
        message = f"'{TABLE}' has rows without a value"
        raise Refused(message)
    columns = {str(name): table.column(name).to_numpy() for name in table.column_names}
    values = [columns[f"assumption.{name}"] for name in names]
    weights: ndarray = columns["weight"]
    sums = bool(np.isfinite(weights).all() and (weights >= 0).all()) and weights.sum() > 0
    if not sums or not all(np.isfinite(value).all() for value in values):
        message = f"'{TABLE}' has numbers that no posterior has"
        raise Refused(message)
    return WeightedWorlds(
        case=told["case"],
        engine=told["engine"],
        records=told["records"],
        known=told["known"],
        effective=told["effective"],
        seed=told["seed"],
        names=names,
        values=np.stack(values, axis=1) if values else np.zeros((len(weights), 0)),
        weights=weights / weights.sum(),
        group=columns["group"],
        luck=columns["luck"] if told["luck"] else None,
        place=place,
        digest=known,
    )
