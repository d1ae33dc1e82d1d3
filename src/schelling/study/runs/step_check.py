"""The step check: halve the step and compare.

The first worlds are run again with twice the substeps: same draws, same chance draws, games and
events at the same steps. The changes show the error of Euler's rule and which claims it flips.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from numpy import ndarray

from schelling.compile.plan import Plan
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.files import tables

WORLDS = 2048
"""Enough to see a share of worlds to half a point."""


@dataclass(frozen=True)
class StepCheck:
    """What half the step changes in the first worlds of a run.

    Attributes:
        worlds: How many worlds were run both ways.
        flipped: For each claim, the share of them in which its truth changes.
        moved: For each stock, the median change of its final value, as a share of the width of the
            central 90 % of its final values; zero where it ends the same in all of them.
    """

    worlds: int
    flipped: Mapping[str, float]
    moved: Mapping[str, float]


def check(plan: Plan, table: pa.Table, *, seed: int) -> StepCheck | None:
    """Run the first worlds again with half the step.

    Args:
        plan: What was run.
        table: Its rows from world 0 on; the first `WORLDS` are used.
        seed: Of chance.

    Returns:
        What changes; None if there is no time or no stock that changes.
    """
    if not plan.timed or not plan.stocks:
        return None
    whole = table.slice(0, WORLDS)
    columns = [whole.column(assumption.name).to_numpy() for assumption in plan.assumptions]
    draws = np.stack(columns, axis=-1) if columns else np.zeros((len(whole), 0))
    finer = Engine(replace(plan, substeps=2 * plan.substeps), seed=seed, quickly=True)
    half = tables.part(plan, draws, list(finer.run(draws, 0)), 0, 1)
    return StepCheck(
        worlds=len(whole),
        flipped={c.name: _flipped(whole, half, f"holds.{c.name}") for c in plan.claims},
        moved={s.name: _moved(whole, half, f"final.{s.name}") for s in plan.stocks},
    )


def _flipped(whole: pa.Table, half: pa.Table, name: str) -> float:
    """Share of worlds in which a truth value differs, or is known on one side only."""
    before, after = (_truths(table, name) for table in (whole, half))
    return np.count_nonzero(before != after) / len(before)


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
