"""The ties of a population as one Parquet file of a run's folder, and back."""

from __future__ import annotations

import io
from typing import Any, Final, NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Int32
from numpy import ndarray

from schelling.study.runs.files import tables_check
from schelling.study.runs.files.reading import Refused, shown

FOLDER: Final = "ties"

MOST: Final = 1_000_000
"""Ties of one kind that are kept."""

_SCHEMA: Final = pa.schema([("one", pa.int32()), ("other", pa.int32())])


def name(population: str, ties: str) -> str:
    """The name of the file, from the run's folder."""
    return f"{FOLDER}/{population}.{ties}.parquet"


def encode(pairs: Int32[ndarray, "tie two"]) -> bytes:
    """Ties as the bytes of a Parquet file; the same ties give the same bytes.

    Args:
        pairs: Positions of two agents who see each other, in ascending order. In the file they are
            numbers from 1.
    """
    one, other = (pa.array(np.ascontiguousarray(pairs[:, end] + 1)) for end in (0, 1))
    out = io.BytesIO()
    table = pa.Table.from_arrays([one, other], schema=_SCHEMA)
    how: dict[str, Any] = {
        "use_dictionary": False,
        "column_encoding": dict.fromkeys(_SCHEMA.names, "DELTA_BINARY_PACKED"),
    }
    pq.write_table(table, out, compression="zstd", **how)
    return out.getvalue()


def decode(data: bytes, file: str, agents: int) -> Int32[ndarray, "tie two"]:
    """Read ties back, which may be a stranger's.

    Args:
        data: The bytes of the file.
        file: Its name, for messages.
        agents: How many agents there are.

    Returns:
        Positions of the two agents of each tie.

    Raises:
        Refused: It is no such file, is too large, or has ties that the population cannot have.
    """
    source = pa.BufferReader(data)
    with tables_check.opened(source, file, _SCHEMA, fewest=0, most=MOST) as opened:
        try:
            table = opened.read(_SCHEMA.names)
        except (pa.ArrowException, OSError) as error:
            message = f"{shown(file)} cannot be read: {shown(str(error))}"
            raise Refused(message) from error
    if any(table.column(end).null_count for end in _SCHEMA.names):
        _refuse(file, "has a tie without an end", "each joins two agents")
    one, other = (table.column(end).to_numpy().astype(np.int64) for end in _SCHEMA.names)
    if not ((one >= 1) & (one < other) & (other <= agents)).all():
        _refuse(file, "has a tie that none can be", f"agents are numbered 1 to {agents:,}")
    if not (np.diff(one * (agents + 1) + other) > 0).all():
        _refuse(file, "has ties out of order", "each stands once, in ascending order")
    return (np.stack([one, other], axis=1) - 1).astype(np.int32)


def _refuse(file: str, what: str, why: str) -> NoReturn:
    message = f"{shown(file)} {what}; {why}"
    raise Refused(message)
