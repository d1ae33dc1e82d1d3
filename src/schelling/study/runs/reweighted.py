"""What a run says of a case in which only priors differ: its worlds, drawn again by weight.

What becomes of a world follows from its draws and its luck alone, so the worlds of one prior are
those of another once each counts by the ratio of the two densities. A world that stands at level u
of its prior stands for the levels around u; what the other prior gives to these, divided by what
its own gave, is its weight, and no density is needed. Worlds are then drawn by weight, as many in
each replicate as it had, which makes a run like any other, with its own error bars. It is worth as
many independent worlds as the weights leave (Kong), and where a share has no spread its interval
rests on that number.

References:
    Owen (2013), Monte Carlo theory, methods and examples, sections 9.2 and 9.3: importance sampling
    with self-normalised weights, and the effective sample size (Kong 1992). Kitagawa (1996), Monte
    Carlo filter and smoother for non-Gaussian nonlinear state space models, JCGS 5(1): systematic
    resampling.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
from jaxtyping import Float, Int, UInt32
from numpy import ndarray

from schelling.case.drawn import Prior
from schelling.case.model import Assumption, Case
from schelling.compile.planning import plan
from schelling.compile.planning.plan import Plan
from schelling.distributions.families import FAMILIES
from schelling.distributions.family import Family
from schelling.distributions.truncate import truncate
from schelling.study.runs.computing.jobs import Design, Job
from schelling.study.runs.files.layout import Contents
from schelling.study.runs.results import Run

_OUTSIDE = 0.01
"""Mass of a prior that may lie where the worlds of another have none."""


@dataclass(frozen=True)
class WeightedRun:
    """A run of one case made of the worlds of another's.

    Attributes:
        run: As if it had been computed, without its course.
        worth: How many independent worlds it is worth, at most those it is made of.
    """

    run: Run
    worth: int


def reweighted(made: Run, case: Case, least: int) -> WeightedRun | None:
    """A run of another case from the worlds of one that was computed.

    Args:
        made: A run of scrambled Sobol' points.
        case: The other case.
        least: How many independent worlds it has to be worth.

    Returns:
        None where more differs than continuous priors of assumptions that are correlated with no
        other, or where the worlds are worth too little for it.
    """
    what = made.manifest
    if what.design != "scrambled Sobol'" or what.claims != tuple(c.name for c in case.claims):
        return None
    before, after = plan.build(made.case), plan.build(case)
    moved = _moved(before, after)
    if moved is None:
        return None
    table = made.table()
    weights = np.ones(what.worlds)
    for old, new in moved:
        likelier = ratio(old.prior, new.prior, table.column(old.name).to_numpy())
        if likelier is None:
            return None
        weights *= likelier
    worth = _worth(weights)
    if not worth >= least:
        return None
    rows = _drawn(weights, table.column("replicate").to_numpy())
    if rows is None:
        return None
    design = Design(what.worlds, what.seed, what.replicates, "sobol")
    job = Job(case, design, course=False)
    contents, drawn = Contents(case, job.manifest, None), _taken(table, rows)
    return WeightedRun(Run(contents, drawn, weights[rows] / weights.mean()), int(worth))


def _moved(before: Plan, after: Plan) -> list[tuple[Assumption, Assumption]] | None:
    """Assumptions whose priors differ, as they were and as they are; None where more differs."""
    same = replace(after, assumptions=before.assumptions, digest=before.digest, case=before.case)
    if same != before or len(before.assumptions) != len(after.assumptions):
        return None
    tied = {name for one in before.correlations for name in (one.first, one.second)}
    found: list[tuple[Assumption, Assumption]] = []
    for old, new in zip(before.assumptions, after.assumptions, strict=True):
        if (old.name, old.unit, old.lever) != (new.name, new.unit, new.lever):
            return None
        if old.prior.same_as(new.prior):
            continue
        on_points = any(FAMILIES[one.prior.family].discrete for one in (old, new))
        if on_points or old.name in tied:  # points have no density; levers list options
            return None
        found.append((old, new))
    return found


def ratio(
    old: Prior, new: Prior, values: Float[ndarray, " world"]
) -> Float[ndarray, " world"] | None:
    """How much more or less likely each value is under another prior; None where some are missing.

    Args:
        old: The prior that the values are of.
        new: The other.
        values: In the unit of the assumption.
    """
    one, other = family_of(old), family_of(new)
    half = 0.5 / len(values)
    with np.errstate(all="ignore"):
        level = np.clip(one.cdf(values, *old.parameters), half, 1.0 - half)
        low = one.quantile(level - half + 1e-12, *old.parameters)
        high = one.quantile(np.minimum(level + half, 1.0 - 1e-12), *old.parameters)
        below = other.cdf(low, *new.parameters)
        mass = other.cdf(high, *new.parameters) - below
        ends = one.quantile(np.array([half, 1.0 - half]), *old.parameters)
        under, over = other.cdf(ends, *new.parameters)[0], other.survival(ends, *new.parameters)[1]
    found = mass / (2.0 * half)
    sound = np.isfinite(found).all() and under + over <= _OUTSIDE
    return np.maximum(found, 0.0) if sound else None


def family_of(prior: Prior) -> Family:
    """The family of a prior, cut to its bounds."""
    family = FAMILIES[prior.family]
    return family if prior.within is None else truncate(family, *prior.within)


def _worth(weights: Float[ndarray, " world"]) -> float:
    """Kong's effective number of worlds."""
    total = float(weights.sum())
    return total**2 / float((weights**2).sum()) if total > 0 else 0.0


def _drawn(
    weights: Float[ndarray, " world"], replicate: UInt32[ndarray, " world"]
) -> Int[ndarray, " world"] | None:
    """Rows drawn by weight, evenly spaced, as many in each replicate as it has.

    None where all that is in some replicate weighs nothing.

    They lie in the order of their weights, and those that weigh the same in no order: every fourth
    point of a Sobol' sequence, say, is no fair part of it.
    """
    shuffled = np.random.default_rng(0).permutation(len(weights))  # the same for the same state
    found = np.empty(len(weights), dtype=np.int64)
    for each in range(int(replicate.max()) + 1):
        mine = shuffled[replicate[shuffled] == each]
        rows = mine[np.argsort(weights[mine], kind="stable")]
        ends: Any = np.cumsum(weights[rows])
        if not ends[-1] > 0:
            return None
        at = (np.arange(len(rows)) + 0.5) / len(rows) * ends[-1]
        places: Any = ends.searchsorted(at).clip(max=len(rows) - 1)
        found[replicate == each] = np.sort(rows[places])
    return found


def _taken(table: pa.Table, rows: Int[ndarray, " world"]) -> pa.Table:
    """Some rows of a table, numbered anew."""
    taken: pa.Table = table.take(pa.array(rows, pa.int64()))
    place = taken.schema.get_field_index("world")
    return taken.set_column(place, "world", table.column("world"))
