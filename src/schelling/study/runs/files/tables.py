"""Tables of a run: one row per world, written and read in parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from jaxtyping import Bool, Float, UInt32
from numpy import ndarray

from schelling.case.language.typed.types import Kind
from schelling.compile.course.outcomes import Outcomes
from schelling.compile.planning import needs
from schelling.compile.planning.plan import Plan
from schelling.errors import RunError
from schelling.study.runs import state_series
from schelling.study.runs.files import files, reading, tables_check
from schelling.study.runs.files.files import Digest
from schelling.study.runs.files.reading import Refused
from schelling.study.runs.files.tables_check import TableShape

PART = 65_536
"""Worlds in one part of a stored run."""

_FEW = 16_384
"""Worlds of a run whose table is read once, as a whole, and not column by column."""


def part(
    plan: Plan,
    draws: Float[ndarray, "draw assumption"],
    outcomes: Sequence[Outcomes],
    first: int,
    replicates: int,
    again: Sequence[Outcomes] | None = (),
) -> pa.Table:
    """The rows of consecutive worlds.

    Columns: `world, replicate, status`, the assumptions in declared units, `holds.CLAIM` (null
    where its numbers failed), `margin.CLAIM` in base units, `final.STOCK` in declared units,
    `final.MACHINE`, the name of a state, `bounded.STOCK`; `counts.CLAIM` of a claim that asks a
    game where it is first played, or is given under a condition: false where the game never is
    played or the condition fails, and then the claim has no truth value; `played.GAME`, the step at
    which a game was first played, null where it never was; in a case with chance `again.CLAIM`,
    whether the claim holds with the same draws and other luck (null where its numbers failed or it
    asks nothing, and in all but the first worlds, of which `again` has the outcomes), unless
    `again` is None; `forecast.ID` of the questions the model has a handle for: a truth value (null
    where its numbers failed) or a number in the question's unit (NaN there; of a question about a
    date, weeks since the start). A conditional question has `given.ID`, whether its antecedent
    holds, and no answer where it does not; a question that asks a game where it is first played has
    `asked.ID`, false where it never is, and then no answer. `premise.NAME` is whether a premise
    holds (null where its numbers failed or it asks nothing). `value.VARIABLE` is a variable that is
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
        columns[f"holds.{claim.name}"] = _truths(holds[:, position], gap, len(draws))
        columns[f"margin.{claim.name}"] = pa.array(gap)
        if plan.streams and again is not None:
            columns[f"again.{claim.name}"] = _again(again, position, len(draws))
    final, bounded = _join(outcomes, "final"), _join(outcomes, "bounded")
    for position, stock in enumerate(plan.stocks):
        if stock.remembers:
            continue  # what a lag keeps has no name of the author
        columns[f"final.{stock.name}"] = pa.array(final[:, position] / stock.unit.factor)
        columns[f"bounded.{stock.name}"] = pa.array(bounded[:, position])
    states = _join(outcomes, "states").astype(np.int32)
    for position, machine in enumerate(plan.machines):
        own = state_series.positions(machine, states[:, position]).astype(np.int32)
        words = pa.array(machine.states)
        columns[f"final.{machine.name}"] = pa.DictionaryArray.from_arrays(own, words)
    counts, played = _join(outcomes, "counts"), _join(outcomes, "played")
    for position, claim in enumerate(plan.claims):
        if needs.selective(claim.holds):
            columns[f"counts.{claim.name}"] = pa.array(counts[:, position])
    for position, game in enumerate(plan.played):
        step = np.ascontiguousarray(played[:, position])
        columns[f"played.{game.name}"] = pa.array(step, mask=step < 0)
    answers, asked = _join(outcomes, "answers"), _join(outcomes, "asked")
    return pa.table(columns | _answers(plan, answers) | _asked(plan, asked))


def draws(table: pa.Table, names: Iterable[str]) -> Float[ndarray, "row assumption"]:
    """The assumptions in the worlds of a table, in declared units.

    Args:
        table: Its rows.
        names: Of the assumptions.
    """
    columns = [table.column(name).to_numpy() for name in names]
    return np.stack(columns, axis=1) if columns else np.zeros((len(table), 0))


def with_luck(table: pa.Table, luck: UInt32[ndarray, " row"] | None) -> pa.Table:
    """The table with a column `luck`: numbers that the luck of worlds of a posterior goes by."""
    return table if luck is None else table.append_column("luck", pa.array(luck))


def luck_numbers(table: pa.Table) -> UInt32[ndarray, " row"]:
    """The numbers that the luck of worlds goes by: their own, unless they are of a posterior."""
    name = "luck" if "luck" in table.column_names else "world"
    return np.asarray(table.column(name).to_numpy(), np.uint32)


def _truths(holds: Bool[ndarray, " some"], margin: Float[ndarray, " some"], rows: int) -> Any:
    """Truth values of the first rows, null where numbers failed and in the rows after them."""
    true, missing = np.zeros(rows, dtype=bool), np.ones(rows, dtype=bool)
    true[: len(holds)] = np.where(margin == 0, holds, margin > 0)  # truth decides where it is zero
    missing[: len(holds)] = np.isnan(margin)
    return pa.array(true, mask=missing)


def _again(again: Sequence[Outcomes], position: int, rows: int) -> Any:
    if not again:
        return _truths(np.zeros(0, dtype=bool), np.zeros(0), rows)
    holds, margin = (_join(again, name)[:, position] for name in ("holds", "margin"))
    return _truths(holds, margin, rows)


def _answers(plan: Plan, answers: Float[ndarray, "world question"]) -> dict[str, Any]:
    """What every world answers to the questions."""
    met = {
        ask.name: answers[:, position] == 1
        for position, ask in enumerate(plan.asks)
        if ask.what == "given"
    }
    found: dict[str, Any] = {}
    for position, ask in enumerate(plan.asks):
        value = np.ascontiguousarray(answers[:, position])
        if ask.what == "forecast" and ask.name in met:
            value = np.where(met[ask.name], value, np.nan)
        if ask.expression.type.kind is Kind.TRUTH:
            found[ask.column] = pa.array(value == 1, mask=np.isnan(value))
        else:
            found[ask.column] = pa.array(value / ask.factor)
    return found


def _asked(plan: Plan, asked: Bool[ndarray, "world question"]) -> dict[str, Any]:
    """In which worlds every game is played that a question or its antecedent asks."""
    found: dict[str, Any] = {}
    for name in plan.questions:
        mine = [place for place, ask in enumerate(plan.asks) if ask.name == name]
        mine = [p for p in mine if plan.asks[p].what in ("forecast", "given")]
        if any(needs.plays(plan.asks[place].expression) for place in mine):
            everywhere = np.asarray(asked[:, mine].all(axis=1))
            found[f"asked.{name}"] = pa.array(everywhere)
    return found


def _join(outcomes: Sequence[Outcomes], field: str) -> ndarray[Any, Any]:
    return np.concatenate([np.asarray(getattr(entry, field)) for entry in outcomes])


def name(number: int) -> str:
    """Name of a part's file, counted from 0."""
    return f"worlds/part-{number:05d}.parquet"


def number(name: str) -> int:
    """Number of a part, from the name of its file."""
    return int(name.rpartition("-")[2].partition(".")[0])


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
    """The table of a stored run; each part is held against what it must be when first read.

    Attributes:
        folder: The run's folder.
        digests: What the parts must be, by name, in order.
        shape: What the table must be; nothing is known of it when None.
    """

    folder: Path
    digests: Mapping[str, Digest]
    shape: TableShape | None = None
    _checked: dict[str, int] = field(default_factory=dict[str, int], compare=False, repr=False)
    _held: dict[int, pa.Table] = field(
        default_factory=dict[int, pa.Table], compare=False, repr=False
    )

    def paths(self) -> list[Path]:
        """The files of the parts, all of them whole.

        Raises:
            RunError: One is missing or damaged, or they are not the worlds of the run.
        """
        return [self._path(number) for number in range(len(self.digests))]

    def _path(self, number: int) -> Path:
        part_name = list(self.digests)[number]
        if part_name not in self._checked:
            try:
                if not files.whole(self.folder, part_name, self.digests[part_name]):
                    message = f"'{part_name}' is not what was written"
                    raise Refused(message)
                self._checked[part_name] = self._rows(number, part_name)
            except Refused as error:
                message = f"the run in '{self.folder}' is damaged: {error}; run the same command "
                message += "with `--resume` to make it again"
                raise RunError(message) from error
        return self.folder / part_name

    def _rows(self, number: int, part_name: str) -> int:
        """Rows of a part, if they are the worlds that stand in its place.

        Raises:
            Refused: They are not.
        """
        path = self.folder / part_name
        if self.shape is None:
            return 0
        before = next(iter(self.digests))
        with tables_check.opened(self.folder / before, before, self.shape.schema) as file:
            each = int(file.metadata.num_rows)
        rows = tables_check.check(path, part_name, self.shape, number * each)
        wanted = min(each, self.shape.worlds - number * each)
        last = number == len(self.digests) - 1
        if rows != wanted or (last and number * each + rows != self.shape.worlds):
            message = f"'{part_name}' has {rows:,} worlds; the run has {self.shape.worlds:,} in "
            message += f"{len(self.digests):,} parts of {each:,}"
            raise Refused(message)
        return rows

    def head(self, columns: Sequence[str] | None, rows: int) -> pa.Table:
        """All columns or some, of the first rows; later parts are not read.

        Raises:
            RunError: A part is missing or damaged.
        """
        found: list[pa.Table] = []
        wanted = list(columns) if columns is not None else None
        for number in range(len(self.digests)):
            found.append(self._part(number, wanted))
            if sum(table.num_rows for table in found) >= rows:
                break
        return pa.concat_tables(found).slice(0, rows)

    def read(self, columns: Sequence[str] | None = None) -> pa.Table:
        """All columns of the table or some.

        Raises:
            RunError: A part is missing or damaged.
        """
        wanted = list(columns) if columns is not None else None
        return pa.concat_tables([self._part(each, wanted) for each in range(len(self.digests))])

    def _part(self, number: int, columns: list[str] | None) -> pa.Table:
        """All columns of a part or some; of a run of few worlds it is kept.

        Raises:
            RunError: It is missing or damaged.
        """
        path = self._path(number)
        if self.shape is None or self.shape.worlds > _FEW:
            return _read(path, columns)
        if number not in self._held:
            self._held[number] = _read(path, None)
        held = self._held[number]
        return held if columns is None else held.select(columns)


def _read(path: Path, columns: list[str] | None) -> pa.Table:
    """Some columns of a part that was checked.

    Raises:
        RunError: Its pages are not what its metadata promise.
    """
    try:
        return pq.read_table(path, columns=columns)
    except (pa.ArrowException, OSError) as error:
        said = reading.shown(str(error).strip().partition("\n")[0])
        message = f"the run in '{path.parents[1]}' is damaged: '{path.name}' cannot be read: {said}"
        raise RunError(message) from error
