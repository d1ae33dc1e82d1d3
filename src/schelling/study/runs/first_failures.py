"""Where the numbers of a run's failed worlds failed first: a few of them are looked into again."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import pyarrow as pa
from jaxtyping import Bool, Int
from numpy import ndarray

from schelling.compile import worlds
from schelling.compile.drawing import luck
from schelling.compile.inspection import failing
from schelling.compile.inspection.failing import Failure
from schelling.compile.planning.plan import Plan
from schelling.study.runs.files import tables

LOOKED_INTO = 4
"""Failed worlds of each claim that are looked into: its first by number."""


def of_claims(plan: Plan, table: pa.Table, *, seed: int) -> Mapping[str, Failure]:
    """For every claim with failed worlds, the earliest failure among the first few of them.

    Args:
        plan: What was run.
        table: Its rows from world 0 on.
        seed: Of chance.

    Returns:
        By name of claim; without those for which no failure was met again.
    """
    failed = {claim.name: np.flatnonzero(_failed(table, claim.name)) for claim in plan.claims}
    rows = {name: found[:LOOKED_INTO] for name, found in failed.items() if found.size}
    if not rows:
        return {}
    chosen: Int[ndarray, " world"] = np.unique(np.concatenate(list(rows.values())))
    draws = tables.draws(table, (one.name for one in plan.assumptions))[chosen]
    met_by = tables.luck_numbers(table)[chosen]
    course = worlds.whole_course(plan, draws, met_by, luck.of(plan, seed))
    found: dict[str, Failure] = {}
    for claim in plan.claims:
        mine: Bool[ndarray, " world"] = np.isin(chosen, rows.get(claim.name, ()))
        met = [
            failing.first(plan, course, int(place), claim.name, claim.holds)
            for place in np.flatnonzero(mine)
        ]
        seen = [one for one in met if one is not None]
        if seen:
            found[claim.name] = min(seen, key=_when)
    return found


def _failed(table: pa.Table, claim: str) -> Bool[ndarray, " world"]:
    """Worlds that ask a claim and give it no number."""
    missing = np.isnan(table.column(f"margin.{claim}").to_numpy())
    name = f"counts.{claim}"
    return missing & table.column(name).to_numpy() if name in table.column_names else missing


def _when(failure: Failure) -> float:
    return -math.inf if failure.step is None else failure.step
