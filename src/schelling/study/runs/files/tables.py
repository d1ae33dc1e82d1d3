"""Tables of a run: one row per world, written and read in parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Float
from numpy import ndarray

from schelling.case.language.types import Kind
from schelling.compile.plan import Plan
from schelling.compile.worlds import Outcomes
from schelling.errors import RunError
from schelling.study.runs.files import files
from schelling.study.runs.files.files import Digest

PART = 65_536
"""Worlds in one part of a stored run."""


def part(
    plan: Plan,
    draws: Float[ndarray, "draw assumption"],
    outcomes: Sequence[Outcomes],
    first: int,
    replicates: int,
) -> pa.Table:
    """The rows of consecutive worlds.

    Columns: `world, replicate, status`, the assumptions in declared units, `holds.CLAIM` (null
    where its numbers failed), `margin.CLAIM` in base units, `final.STOCK` in declared units,
    `final.phase`, `bounded.STOCK`; `forecast.ID` of the questions the model has a handle for: a
    truth value (null where its numbers failed) or a number in the question's unit (NaN there; of a
    question about a date, weeks since the start). A conditional question has `given.ID`, whether
    its antecedent holds, and no answer where it does not. `value.VARIABLE` is a variable that is
    computed once per world, in its unit.
    """
    numbers = np.arange(first, first + len(draws))
    columns: dict[str, Any] = {
        "world": pa.array(numbers.astype(np.uint32)),
        "replicate": pa.array((numbers % replicates).astype(np.uint32)),
        "status": pa.array(_join(outcomes, "status").astype(np.int8)),
    }
    for position, assumption in enumerate(plan.assumptions):
        columns[assumption.name] = pa.array(np.ascontiguousarray(draws[:, position]))
    holds, margin = _join(outcomes, "holds"), _join(outcomes, "margin")
    for position, claim in enumerate(plan.claims):
        gap = np.ascontiguousarray(margin[:, position])
        true = np.where(gap == 0, holds[:, position], gap > 0)  # truth decides where gap is zero
        columns[f"holds.{claim.name}"] = pa.array(true, mask=np.isnan(gap))
        columns[f"margin.{claim.name}"] = pa.array(gap)
    final, bounded = _join(outcomes, "final"), _join(outcomes, "bounded")
    for position, stock in enumerate(plan.stocks):
        columns[f"final.{stock.name}"] = pa.array(final[:, position] / stock.unit.factor)
        columns[f"bounded.{stock.name}"] = pa.array(bounded[:, position])
    if plan.phases:
        codes = _join(outcomes, "phase").astype(np.int32)
        columns["final.phase"] = pa.DictionaryArray.from_arrays(codes, pa.array(plan.phases))
    return pa.table(columns | _answers(plan, _join(outcomes, "answers")))


def _answers(plan: Plan, answers: Float[ndarray, "world question"]) -> dict[str, Any]:
    """What every world answers to the questions."""
    met = {
        ask.column.removeprefix("given."): answers[:, position] == 1
        for position, ask in enumerate(plan.asks)
        if ask.column.startswith("given.")
    }
    found: dict[str, Any] = {}
    for position, ask in enumerate(plan.asks):
        value = np.ascontiguousarray(answers[:, position])
        asked = met.get(ask.column.removeprefix("forecast."))
        value = value if asked is None else np.where(asked, value, np.nan)
        if ask.expression.type.kind is Kind.TRUTH:
            found[ask.column] = pa.array(value == 1, mask=np.isnan(value))
        else:
            found[ask.column] = pa.array(value / ask.factor)
    return found


def _join(outcomes: Sequence[Outcomes], field: str) -> ndarray[Any, Any]:
    return np.concatenate([np.asarray(getattr(entry, field)) for entry in outcomes])


def name(number: int) -> str:
    """Name of a part's file, counted from 0."""
    return f"worlds/part-{number:05d}.parquet"


def encode(table: pa.Table) -> bytes:
    """A part as the bytes of a Parquet file; the same rows give the same bytes."""
    out = pa.BufferOutputStream()
    columns: Any = table.schema
    floats = {column.name for column in columns if pa.types.is_floating(column.type)}
    how: dict[str, Any] = {
        "use_dictionary": [name for name in table.column_names if name not in floats],
        "column_encoding": dict.fromkeys(floats, "BYTE_STREAM_SPLIT"),  # like bytes side by side
    }
    pq.write_table(table.combine_chunks(), out, compression="zstd", **how)
    return out.getvalue().to_pybytes()


def decode(data: bytes, columns: Sequence[str]) -> pa.Table:
    """Some columns of a part that is still in memory."""
    return pq.read_table(pa.BufferReader(data), columns=list(columns))


@dataclass(frozen=True)
class Parts:
    """The table of a stored run; each part is held against its digest when first read.

    Attributes:
        folder: The run's folder.
        digests: What the parts must be, by name, in order.
    """

    folder: Path
    digests: Mapping[str, Digest]
    _checked: set[str] = field(default_factory=set[str], compare=False, repr=False)

    def paths(self) -> list[Path]:
        """The files of the parts, all of them whole.

        Raises:
            RunError: One is missing or damaged.
        """
        return [self._path(part_name) for part_name in self.digests]

    def _path(self, part_name: str) -> Path:
        wanted = self.digests[part_name]
        if part_name not in self._checked and not files.whole(self.folder / part_name, wanted):
            message = f"the run in '{self.folder}' is damaged: '{part_name}' is not what was "
            message += "written; run the same command with `--resume` to make it again"
            raise RunError(message)
        self._checked.add(part_name)
        return self.folder / part_name

    def head(self, columns: Sequence[str], rows: int) -> pa.Table:
        """Some columns of the first rows; later parts are not read.

        Raises:
            RunError: A part is missing or damaged.
        """
        found: list[pa.Table] = []
        for part_name in self.digests:
            found.append(pq.read_table(self._path(part_name), columns=list(columns)))
            if sum(table.num_rows for table in found) >= rows:
                break
        return pa.concat_tables(found).slice(0, rows)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All columns of the table or some.

        Raises:
            RunError: A part is missing or damaged.
        """
        wanted = list(columns) if columns is not None else None
        return pa.concat_tables([pq.read_table(path, columns=wanted) for path in self.paths()])
