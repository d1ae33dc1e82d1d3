"""The check every reader of a simulation asks for: halve the step and compare.

The first worlds are run again on steps of half the length: same draws, same luck, the same days for
what has a date. Stocks, hazards, conditions and games all see the finer grid, and so do the windows
of claims. What changes is the error of the step, and what that error decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
from numpy import ndarray

from schelling.analysis.summary import mean_with_error, share_half_width
from schelling.compile.planning.half_step import halve
from schelling.compile.planning.plan import Plan
from schelling.study.runs.computing import quickness
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.files import tables

WORLDS = 2048
"""Enough to see a share of worlds to half a point."""


@dataclass(frozen=True)
class VerdictChange:
    """What half the step changes in a verdict.

    Attributes:
        before: Share of worlds in which the claim holds with the step of the case, of those in
            which it has a truth value both ways.
        after: The same with half the step.
        half_width: Half the 95 % interval of the change, from the replicates; never 0, as the
            worlds are a sample.
        flipped: Share of all worlds in which the truth value changes, or is known one way only.
    """

    before: float
    after: float
    half_width: float
    flipped: float

    @property
    def change(self) -> float:
        """Of the share, from the step to half of it."""
        return self.after - self.before


@dataclass(frozen=True)
class StepCheck:
    """What half the step changes in the first worlds of a run.

    Attributes:
        worlds: How many worlds were run both ways.
        verdicts: What changes in each claim.
        moved: For each stock, the median change of its final value, as a share of the width of the
            central 90 % of its final values; zero where it ends the same in all of them.
    """

    worlds: int
    verdicts: Mapping[str, VerdictChange]
    moved: Mapping[str, float]


def check(plan: Plan, table: pa.Table, *, seed: int) -> StepCheck | None:
    """Run the first worlds again with half the step.

    Args:
        plan: What was run.
        table: Its rows from world 0 on; the first `WORLDS` are used.
        seed: Of chance.

    Returns:
        What changes; None where there is no step.
    """
    if not plan.timed:
        return None
    whole = table.slice(0, WORLDS)
    draws = tables.draws(whole, (one.name for one in plan.assumptions))
    finer = halve(plan)
    engine = Engine(finer, seed=seed, quickly=quickness.of(finer, len(whole)))
    half = tables.part(finer, draws, list(engine.ask(draws, tables.luck_numbers(whole))), 0, 1)
    written = [stock.name for stock in plan.stocks if not stock.remembers]
    return StepCheck(
        worlds=len(whole),
        verdicts={c.name: _change(whole, half, f"holds.{c.name}") for c in plan.claims},
        moved={name: _moved(whole, half, f"final.{name}") for name in written},
    )


def _change(whole: pa.Table, half: pa.Table, name: str) -> VerdictChange:
    """The share both ways, and the error of the mean of paired differences."""
    before, after = (_truths(table, name) for table in (whole, half))
    flipped = np.count_nonzero(before != after) / len(before)
    known = np.flatnonzero((before >= 0) & (after >= 0))
    if not known.size:
        return VerdictChange(np.nan, np.nan, np.nan, flipped)
    one = np.asarray(before[known], dtype=np.float64)
    other = np.asarray(after[known], dtype=np.float64)
    replicate = np.asarray(whole.column("replicate").to_numpy())[known]
    _, error = mean_with_error(other - one, replicate)
    half_width = share_half_width(error, np.unique(replicate).size, known.size)
    return VerdictChange(float(one.mean()), float(other.mean()), half_width, flipped)


def _truths(table: pa.Table, name: str) -> ndarray[Any, Any]:
    column: Any = table.column(name)
    return column.cast(pa.int8()).fill_null(-1).to_numpy()


def _moved(whole: pa.Table, half: pa.Table, name: str) -> float:
    before, after = (table.column(name).to_numpy() for table in (whole, half))
    sound = np.isfinite(before) & np.isfinite(after)
    if not sound.any():
        return float("nan")
    low, high = np.quantile(before[sound], (0.05, 0.95)).tolist()
    with np.errstate(over="ignore", invalid="ignore"):  # numbers near the largest there is
        change = np.median(np.abs(after - before)[sound])
        change = np.nan if not np.isfinite(high - low) else change
    return float(change / (high - low)) if high > low else float(change > 0)
