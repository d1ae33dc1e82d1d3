"""The result of a run: verdicts, draws, series and games, with how they were made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.luck import NO_LUCK, LuckShare, luck_share
from schelling.analysis.verdicts import Share
from schelling.case.model import Case, Question
from schelling.compile.influence import reach
from schelling.compile.planning import needs, plan
from schelling.errors import RunError
from schelling.later import LaterModule
from schelling.study.runs import associations, kept_ties, option_shares, verdict_table
from schelling.study.runs.computing import other_luck
from schelling.study.runs.files import layout, tables
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.files.manifest import Manifest
from schelling.study.runs.files.series_store import Course
from schelling.study.runs.option_shares import OptionShares, Told

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

    from schelling.compile.inspection.failing import Failure
    from schelling.study.runs.before_after import BeforeAfter
    from schelling.study.runs.step_check import StepCheck
else:
    pd = LaterModule("pandas")
    xr = LaterModule("xarray")

LUCK_WORLDS = other_luck.WORLDS

_NO_COURSE = (
    "this run was made with `course=False`: it has verdicts and draws, but neither series, bands "
    "and games nor what luck decides; run the case without `course=False`"
)
_LUCK_KNOWN = (
    "the records tell something of the luck of these worlds, so it is not known what luck alone "
    "decides; ask a run of the prior"
)


@dataclass(frozen=True, repr=False)
class Run:
    """A case run over many worlds; its table is in memory, or read from a folder when needed.

    Attributes:
        query: Query the run with SQL; see `schelling.study.runs.query`.
        to_xarray: The table as a dataset; this and the next two: `schelling.study.runs.export`.
        to_arviz: The run as ArviZ 1 reads it.
        to_ema: Experiments and outcomes of EMA Workbench.
        plot_verdicts: Shares of worlds as a chart; this and the next two: `schelling.report.plots`.
        plot_series: A series over time as a chart.
        plot_game: A game as a picture.
        agents: The agents of one world; see `schelling.study.runs.made_again.agent_worlds`.
        network: Who is tied to whom; see `schelling.study.runs.made_again.networks`.
        plot_population: The agents of one world as a chart or picture.
        story: What happened in one world; see `schelling.study.stories.narrator`.

    These eleven are functions of other modules. `schelling.methods` makes them methods, so that a
    run needs to know neither DuckDB nor charts.
    """

    _contents: Contents
    _table: pa.Table | tables.Parts = field(repr=False)
    _weights: Float[ndarray, " world"] | None = field(default=None, compare=False)
    query: ClassVar[Callable[[Run, str], pd.DataFrame]]
    to_xarray: ClassVar[Callable[[Run], xr.Dataset]]
    to_arviz: ClassVar[Callable[[Run], xr.DataTree]]
    to_ema: ClassVar[Callable[..., tuple[pd.DataFrame, dict[str, Any]]]]
    plot_verdicts: ClassVar[Callable[[Run], Any]]
    plot_series: ClassVar[Callable[[Run, str], Any]]
    plot_game: ClassVar[Callable[[Run, str], Any]]
    agents: ClassVar[Callable[..., xr.Dataset]]
    network: ClassVar[Callable[..., pd.DataFrame]]
    plot_population: ClassVar[Callable[..., Any]]
    story: ClassVar[Callable[..., Any]]

    def __repr__(self) -> str:
        what = self.manifest
        asked = f"claims: {len(what.claims)}"
        return f"<Run of {what.case!r}, worlds: {what.worlds:,}, seed: {what.seed}, {asked}>"

    @property
    def case(self) -> Case:
        """The case."""
        return self._contents.case

    @property
    def manifest(self) -> Manifest:
        """Seed, digest, versions, design, command."""
        return self._contents.manifest

    @property
    def folder(self) -> Path | None:
        """Where the run is kept; None for one in memory."""
        return self._contents.folder

    @property
    def series(self) -> xr.Dataset:
        """Paths of the first worlds, `(world, time)`, in declared units."""
        return self._course.series

    @property
    def bands(self) -> xr.Dataset:
        """Quantiles over worlds of each series, `(quantile, time)`; shares of states likewise."""
        return self._course.bands

    @property
    def games(self) -> Mapping[str, xr.Dataset]:
        """For each game, choice probabilities and payoffs of the first worlds at its first step."""
        return self._course.games

    @property
    def has_course(self) -> bool:
        """Whether series, bands and games were computed."""
        return self._contents.course is not None

    @property
    def _course(self) -> Course:
        """Series, bands and games.

        Raises:
            RunError: They were not computed.
        """
        if self._contents.course is None:
            raise RunError(_NO_COURSE)
        return self._contents.course

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """One row per world; see `schelling.study.runs.files.tables.part` for the columns."""
        if isinstance(self._table, tables.Parts):
            return self._table.read(columns)
        return self._table if columns is None else self._table.select(list(columns))

    def head(self, columns: Sequence[str] | None, rows: int) -> pa.Table:
        """All columns or some, of the first worlds."""
        if isinstance(self._table, tables.Parts):
            return self._table.head(columns, rows)
        return self.table(columns).slice(0, rows)

    def files(self) -> list[Path] | None:
        """The Parquet files of the table, held against their digests; None in memory.

        Raises:
            RunError: One is missing or damaged.
        """
        return self._table.paths() if isinstance(self._table, tables.Parts) else None

    def column(self, name: str) -> ndarray:
        """One column of the table as an array; missing truth values are false."""
        column: Any = self.table([name]).column(name)
        return (column.fill_null(False) if pa.types.is_boolean(column.type) else column).to_numpy()

    def assumptions(self, world: int) -> Float[ndarray, " assumption"]:
        """The assumptions in one world, in declared units and the order of the manifest.

        Raises:
            RunError: The run has no such world.
        """
        names = self.manifest.assumptions
        rows = self.head(["world", *names], max(world, 0) + 1)
        numbers: ndarray = rows.column("world").to_numpy()
        (found,) = np.nonzero(numbers == world)
        if not found.size:
            message = f"this run has no world {world}"
            raise RunError(message)
        values: list[Any] = [rows.column(name)[int(found[0])].as_py() for name in names]
        return np.array(values, np.float64)

    def luck_number(self, world: int) -> int:
        """The number that the luck of one world goes by: its own, unless it is of a posterior."""
        if not self.manifest.own_luck:
            return world
        return int(self.head(["luck"], world + 1).column("luck")[world].as_py())

    @cached_property
    def step_check(self) -> StepCheck | None:
        """What changes in the first worlds when the step is halved; simulated when first needed.

        None if no stock changes.
        """
        from schelling.study.runs import step_check  # noqa: PLC0415 - only this needs an engine

        compiled = plan.build(self.case, self.manifest.claims)
        table = self.head(None, step_check.WORLDS)
        return step_check.check(compiled, table, seed=self.manifest.seed)

    @cached_property
    def before_after(self) -> BeforeAfter | None:
        """Verdicts without and with what was changed for this run, in the same worlds.

        The unchanged case is run when first needed, in at most 16,384 worlds. None where nothing
        was changed, or the files of the case are no longer what was run.
        """
        from schelling.study.runs import before_after  # noqa: PLC0415 - only this needs an engine

        table = self.head(None, before_after.WORLDS)
        return before_after.of_changed(self.case, self.manifest, table)

    def compare(self, other: Run) -> BeforeAfter:
        """The verdicts of this run and of another, claim by claim.

        Args:
            other: A run that asks some of the same claims, such as one of `case.replace(...)`.

        Returns:
            Shares here (`before`) and there (`after`) with their difference. Runs with the same
            seed, design, replicates and worlds are compared world by world.
        """
        from schelling.study.runs import before_after  # noqa: PLC0415 - as above

        sides = [before_after.side(run.table(), run.manifest, run.case) for run in (self, other)]
        return before_after.compare(*sides)

    @cached_property
    def first_failures(self) -> Mapping[str, Failure]:
        """By claim, where the numbers of its failed worlds failed first; found when first needed.

        Claims without failed worlds are left out. A few failed worlds are looked into again.
        """
        from schelling.study.runs import first_failures  # noqa: PLC0415 - only this simulates

        compiled = plan.build(self.case, self.manifest.claims)
        return first_failures.of_claims(compiled, self.table(), seed=self.manifest.seed)

    @cached_property
    def draws(self) -> pd.DataFrame:
        """One row per world: assumptions in declared units, `holds.*`, `margin.*`, `final.*`."""
        return self.table().to_pandas().set_index("world")

    def told(self, claim: str) -> Told:
        """What the worlds tell of a claim."""
        holds, failed = self.column(f"holds.{claim}"), np.isnan(self.column(f"margin.{claim}"))
        asked, replicate = self.counts(claim), self.column("replicate")
        return Told(holds.astype(bool), failed, asked, replicate, self._weights)

    @cached_property
    def shares(self) -> Mapping[str, Share]:
        """By claim, in the order of the case: in which share of all worlds it holds.

        Of a claim that an actor's options reach this is over them all; `verdict_shares` has the
        span over the options.
        """
        asked = [c.name for c in self.case.claims if c.name in self.manifest.claims]
        return {name: self.told(name).share() for name in asked}

    @cached_property
    def by_option(self) -> Mapping[str, OptionShares]:
        """Of the claims that a lever can reach, the share under each of its options."""
        asked = plan.build(self.case, self.manifest.claims)
        return option_shares.of_claims(asked, self.column, self.told)

    @cached_property
    def verdict_shares(self) -> Mapping[str, Share]:
        """By claim, `shares`, or where options of a lever differ the span over them."""
        found = self.by_option
        return {n: found[n].spanning(s) if n in found else s for n, s in self.shares.items()}

    @property
    def option_verdicts(self) -> pd.DataFrame:
        """One row per claim that a lever can reach and combination of options, from its own worlds.

        Columns: `claim`, `option`, `share`, `half_width`, `low`, `high`, `verdict`, `worlds` that
        ask the claim, `failed` ones among them.
        """
        return verdict_table.of_options(self.by_option)

    @cached_property
    def knows_luck(self) -> bool:
        """Whether `luck` can be asked: there is none, or the first worlds were run twice.

        Not where the luck of the worlds is that of a posterior, which was chosen by the records.
        """
        if self._contents.course is not None:
            return not self.manifest.own_luck
        return not plan.build(self.case, self.manifest.claims).streams

    @cached_property
    def luck(self) -> Mapping[str, LuckShare]:
        """By claim, how much of its truth luck alone decides at fixed assumptions.

        From the first worlds, which were run twice with the same draws. Empty for a run that was
        kept by a version which did not do that.

        Raises:
            RunError: The run was made with `course=False`, and the case has chance.
        """
        names = [claim.name for claim in self.case.claims if claim.name in self.manifest.claims]
        if not plan.build(self.case, self.manifest.claims).streams:
            return dict.fromkeys(names, NO_LUCK)
        if not self.knows_luck:
            raise RunError(_LUCK_KNOWN if self.manifest.own_luck else _NO_COURSE)
        wanted = ["replicate", *(f"{what}.{n}" for n in names for what in ("holds", "again"))]
        try:
            table = self.head(wanted, LUCK_WORLDS)
        except (KeyError, pa.ArrowInvalid):
            return {}
        replicate = table.column("replicate").to_numpy()
        found: dict[str, LuckShare] = {}
        for name in names:
            first: Any = table.column(f"holds.{name}")
            second: Any = table.column(f"again.{name}")
            holds, again = (np.asarray(column.fill_null(False)) for column in (first, second))
            missing = ~(np.asarray(first.is_valid()) & np.asarray(second.is_valid()))
            found[name] = luck_share(holds, again, missing, replicate)
        return found

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """One row per claim.

        Columns: `share` of worlds in which it holds, its `standard_error` (from the replicates),
        `half_width` of its 95 % interval, `low` and `high` (bounds when the worlds whose numbers
        failed all failed or all held) with `low_half_width` and `high_half_width`, `verdict` in
        words, `failed` worlds, `not_asked` worlds, in which a game that the claim asks where it is
        first played never is, or the condition fails that it is given under; `margin_q05`,
        `margin_median`, `margin_q95` in `margin_unit`;
        `luck`, the share of the variance of its truth that luck alone decides, with
        `luck_half_width` (both NaN where the claim never varies, or the run does not know).
        Worlds that are not asked count nowhere else. Where worlds failed, `share`, its errors and
        the margins are those of the sound ones. Where options of a lever differ, `by_option` is
        true, `low` and `high` are the least and the greatest share under one of them, and `share`
        and its errors are NaN: nothing is averaged over what an actor chooses.
        """
        luck: Mapping[str, LuckShare] = self.luck if self.knows_luck else {}
        return verdict_table.of_claims(
            self.case.claims,
            self.verdict_shares,
            lambda name: (self.column(f"margin.{name}"), self.counts(name)),
            luck,
        )

    def counts(self, claim: str) -> ndarray:
        """In which worlds a claim asks something.

        Not where a game it asks is never played, nor where the condition fails that it is given
        under. Where the numbers of that condition failed, the claim is asked and failed.
        """
        asks = next(one for one in self.case.claims if one.name == claim)
        if not needs.selective(asks.holds):
            return np.ones(self.manifest.worlds, bool)
        return self.column(f"counts.{claim}").astype(bool)

    def asked(self, question: Question) -> Bool[ndarray, " world"]:
        """In which worlds a question of the register asks something, as `counts` for a claim."""
        parts = (question.resolves, question.given)
        if not any(needs.plays(part) for part in parts if part is not None):
            return np.ones(self.manifest.worlds, bool)
        return self.column(f"asked.{question.name}").astype(bool)

    @cached_property
    def associations(self) -> pd.DataFrame:
        """Rank correlation of every claim's margin (rows) with every assumption (columns)."""
        return associations.of_margins(self.head, self.manifest)

    def leading(self, claim: str, most: int = 5) -> pd.Series:
        """The assumptions most associated with a claim, of those it can move with."""
        can = None if self.manifest.posterior else self._moving[claim]
        return associations.leading(self.associations.T[claim], can, most)

    @cached_property
    def _moving(self) -> Mapping[str, frozenset[str]]:
        return reach.moving_with(plan.build(self.case, self.manifest.claims))

    def save(self, folder: str | Path) -> None:
        """Keep the run in a folder; `schelling.open_run` opens it again.

        Raises:
            RunError: The folder holds something else, or cannot be written; or the case's files
                are gone or have changed; or the run was made with `course=False`.
        """
        target, course = Path(folder), self._course
        with layout.scratch(target) as place:
            found = layout.keep_case(place, self.case)
            for name, data in kept_ties.files_of(self.case, self.manifest.seed):
                found[name] = layout.add(place, name, data)
            rows = self.table()
            for number, start in enumerate(range(0, rows.num_rows, tables.PART)):
                data = tables.encode(rows.slice(start, tables.PART))
                found[tables.name(number)] = layout.add(place, tables.name(number), data)
            layout.seal(place, found | layout.fill(place, self.manifest, course))
            layout.put(place, target)
