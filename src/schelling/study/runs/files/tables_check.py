"""A part of the table, held against what it must be before its pages are read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from schelling.errors import Status
from schelling.study.runs.files.reading import Refused, shown

MOST_ROWS: Final = 1 << 17
"""Rows of one part; a run writes half of it."""

_WIDEST: Final = 64
"""Bytes one value takes at most in a page, its place in a dictionary and the levels included."""

_SMALL: Final = 1 << 20
_CODECS: Final = frozenset({"ZSTD", "UNCOMPRESSED"})


@dataclass(frozen=True)
class TableShape:
    """What the table of a run must be.

    Attributes:
        schema: Its columns and their types.
        worlds: Its rows.
        replicates: Independent copies of the design.
        machines: States of the case's state machines, by column.
    """

    schema: pa.Schema
    worlds: int
    replicates: int
    machines: Mapping[str, tuple[str, ...]]


def opened(
    source: Any, name: str, schema: pa.Schema, *, fewest: int = 1, most: int = MOST_ROWS
) -> pq.ParquetFile:
    """Open a file whose metadata promise what the case and the manifest do.

    Args:
        source: Path of the file, or its bytes in a buffer.
        name: Its name, for messages.
        schema: The columns it must have.
        fewest: Least rows it may have.
        most: Most rows.

    Raises:
        Refused: Its columns, types, codecs or sizes are others, or it is no Parquet file.
    """
    try:
        file = pq.ParquetFile(source, thrift_string_size_limit=_SMALL, memory_map=False)
        found: pa.Schema = file.schema_arrow
        metadata: Any = file.metadata
    except (pa.ArrowException, OSError) as error:
        message = f"{shown(name)} is no whole Parquet file: {_first_line(error)}"
        raise Refused(message) from error
    _columns(found, schema, name)
    if not fewest <= metadata.num_rows <= most:
        _refuse(name, f"has {metadata.num_rows:,} rows", f"it may have {fewest} to {most:,}")
    room = _SMALL + metadata.num_rows * _WIDEST
    for group in range(metadata.num_row_groups):
        for position in range(metadata.num_columns):
            column: Any = metadata.row_group(group).column(position)
            if column.compression not in _CODECS:
                _refuse(name, f"is compressed by {column.compression}", "a run uses Zstandard")
            size = max(column.total_uncompressed_size, column.total_compressed_size)
            if size > room:
                _refuse(
                    name,
                    f"expands to {size:,} bytes in {shown(column.path_in_schema)}",
                    f"its {metadata.num_rows:,} rows take at most {room:,}",
                )
    return file


def _columns(found: pa.Schema, schema: pa.Schema, name: str) -> None:
    """Refuse columns that are missing, too many or of other types."""
    if len(set(found.names)) != len(found.names):
        _refuse(name, "has a column twice", "which of them is meant is not said")
    if missing := [column for column in schema.names if column not in found.names]:
        _refuse(name, f"lacks the column {shown(missing[0])}", "the case has it")
    if extra := [column for column in found.names if column not in schema.names]:
        _refuse(name, f"has a column {shown(extra[0])}", "the case has none of that name")
    for column in schema.names:
        wanted = str(schema.field(column).type)  # pyright: ignore
        given = str(found.field(column).type)  # pyright: ignore
        if wanted != given:
            what = f"has {shown(column)} as {shown(given)}"
            _refuse(name, what, f"it must be {wanted}")


def check(source: Any, name: str, shape: TableShape, first: int) -> int:
    """Check that a part holds consecutive worlds, and values that worlds can have.

    Args:
        source: Path of the file, or its bytes in a buffer.
        name: Its name, for messages.
        shape: What the table must be.
        first: Number of its first world.

    Returns:
        Its rows.

    Raises:
        Refused: It is another part, or its numbers are none of a run.
    """
    with opened(source, name, shape.schema) as file:
        try:
            table = file.read(["world", "replicate", "status", *shape.machines])
        except (pa.ArrowException, OSError) as error:
            message = f"{shown(name)} cannot be read: {_first_line(error)}"
            raise Refused(message) from error
    worlds = np.arange(first, first + table.num_rows)
    if not np.array_equal(_numbers(table, "world"), worlds):
        _refuse(name, "holds other worlds", f"its first is number {first:,}, and they follow on")
    if not np.array_equal(_numbers(table, "replicate"), worlds % shape.replicates):
        _refuse(name, "has other replicates", f"world w is of w modulo {shape.replicates}")
    if not np.isin(_numbers(table, "status"), [int(status) for status in Status]).all():
        _refuse(name, "has a status that is none", f"there are {[int(s) for s in Status]}")
    for column, states in shape.machines.items():
        given: Any = pc.unique(table.column(column).cast(pa.string()))
        if strange := [str(word) for word in given.to_pylist() if word not in states]:
            what = f"has {shown(column)} as {shown(strange[0])}"
            _refuse(name, what, f"its states are {', '.join(states)}")
    return table.num_rows


def _numbers(table: pa.Table, column: str) -> Any:
    values: Any = table.column(column)
    return values.to_numpy() if values.null_count == 0 else np.full(table.num_rows, -1)


def _first_line(error: Exception) -> str:
    return shown(str(error).strip().partition("\n")[0])


def _refuse(name: str, what: str, why: str) -> None:
    message = f"{shown(name)} {what}; {why}"
    raise Refused(message)
