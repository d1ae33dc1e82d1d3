"""Worlds of a posterior, and readings of what speaks against them.

Whatever made them, they are coordinates in the space of normal scores, numbers that their luck goes
by, weights and groups. Axes: (world, coordinate).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Int, UInt32
from numpy import ndarray
from scipy.stats import chi2

from schelling.evidence import diagnostics, hamiltonian, pareto
from schelling.evidence.hamiltonian import HamiltonianDraws
from schelling.evidence.pareto import SmoothedWeights
from schelling.evidence.tempering import Tempered, TemperingSetting

FEWEST: Final = 400
"""Effective sample size below which quantiles are not worth printing (Vehtari and others, 2021)."""

APART: Final = 1.05
"""R-hat above which populations or chains disagree; sampling noise of 128 draws stays below."""

CONSISTENT: Final = 0.95
"""Level of the chi-square threshold for worlds that are consistent with the record."""

_CHAINS_APART: Final = 1.01
"""... of the chains of NUTS, which are longer (Vehtari and others, 2021)."""

_MOST_DIVERGENT: Final = 0.005
"""Share of steps of the integrator that diverged, beyond which chains miss corners."""

FARTHEST: Final = 7.0
"""Normal score of an assumption beyond which its prior excludes it: a chance of one in 10^12, where
quantiles of priors have lost more than half their digits. At most one world in 100 may have one
beyond."""

_LEAST_ACCEPTED: Final = 0.02
_LEAST_ANCESTORS: Final = 4
_MOST_APART: Final = 1.0
"""Standard error of the log evidence beyond which its first digit is unknown."""


@dataclass(frozen=True)
class PosteriorWorlds:
    """Worlds of a posterior.

    Attributes:
        points: Normal scores of the assumptions.
        numbers: Numbers that their luck goes by.
        weights: Summing to one.
        group: The population, chain or replicate of each.
        log_likelihood: Of each.
    """

    points: Float[ndarray, "world coordinate"]
    numbers: UInt32[ndarray, " world"]
    weights: Float[ndarray, " world"]
    group: Int[ndarray, " world"]
    log_likelihood: Float[ndarray, " world"]


@dataclass(frozen=True)
class FitReading:
    """One diagnostic of a fit.

    Attributes:
        name: What was measured.
        value: The number.
        limit: What it must not pass.
        above: Whether it must not be above the limit, rather than below.
    """

    name: str
    value: float
    limit: float
    above: bool = True

    @property
    def sound(self) -> bool:
        """Whether the number is within its limit; NaN is not."""
        return bool(self.value <= self.limit if self.above else self.value >= self.limit)


@dataclass(frozen=True)
class FittedWorlds:
    """A posterior with what speaks for and against it.

    Attributes:
        engine: `smc`, `reweight`, `nuts` or `consistent`.
        worlds: The worlds.
        log_evidence: Log marginal likelihood; NaN where the method gives none.
        log_evidence_error: Its standard error.
        readings: Its diagnostics.
        evaluations: Worlds that were simulated to find it.
    """

    engine: str
    worlds: PosteriorWorlds
    log_evidence: float
    log_evidence_error: float
    readings: tuple[FitReading, ...]
    evaluations: int

    @property
    def effective(self) -> float:
        """Effective sample size, as its diagnostics have it; 0 where none was measured."""
        return next((one.value for one in self.readings if one.name == "effective"), 0.0)

    @property
    def sound(self) -> bool:
        """Whether every diagnostic is within its limit."""
        return all(reading.sound for reading in self.readings)


def of_tempered(found: Tempered, setting: TemperingSetting) -> FittedWorlds:
    """What tempered Monte Carlo has found, with its diagnostics."""
    readings = [FitReading("possible", float(np.isfinite(found.log_evidence)), 1.0, above=False)]
    if readings[0].sound:
        readings.append(_reach(found.points[:, list(setting.moved)], found.weights))
        readings += _of_populations(found, setting)
    worlds = PosteriorWorlds(
        found.points, found.numbers, found.weights, found.population, found.log_likelihood
    )
    return FittedWorlds(
        "smc",
        worlds,
        found.log_evidence,
        found.log_evidence_error,
        tuple(readings),
        found.evaluations,
    )


def _reach(
    points: Float[ndarray, "world coordinate"], weights: Float[ndarray, " world"]
) -> FitReading:
    """How far out in its prior the farthest assumption of a world lies, in 99 of 100 worlds.

    That of one that is correlated with others before it is its prior given those.
    """
    farthest = np.abs(points).max(axis=1, initial=0.0)
    value = float(diagnostics.quantiles(farthest, weights, np.array([0.99]))[0])
    return FitReading("prior_reach", value, FARTHEST)


def _of_populations(found: Tempered, setting: TemperingSetting) -> list[FitReading]:
    last, count = found.stages[-1], setting.populations
    columns = [*found.points[:, list(setting.moved)].T, found.log_likelihood]
    worst = max(diagnostics.r_hat(column.reshape(-1, count).T) for column in columns)
    readings = [
        FitReading("complete", float(found.complete), 1.0, above=False),
        FitReading("r_hat", worst, APART),
        FitReading("effective", _independent(found, setting), FEWEST, above=False),
        FitReading("evidence_error", found.log_evidence_error, _MOST_APART),
        FitReading("ancestors", float(found.ancestors), _LEAST_ANCESTORS * count, above=False),
    ]
    if setting.moved:
        readings.append(FitReading("accepted", last.accepted, _LEAST_ACCEPTED, above=False))
    if setting.luck:
        readings.append(FitReading("lucks", _different(found), FEWEST, above=False))
    return readings


def _different(found: Tempered) -> float:
    """Effective number of different lucks: of the weights that worlds of one luck have together."""
    _, places = np.unique(found.numbers, return_inverse=True)
    return diagnostics.effective(np.bincount(places.ravel(), found.weights))


def _independent(found: Tempered, setting: TemperingSetting) -> float:
    """Effective sample size, from how populations differ; never more than worlds there are."""
    most = diagnostics.effective(found.weights)
    if not setting.moved:
        return most
    moved = found.points[:, list(setting.moved)]
    return min(diagnostics.effective_of_groups(moved, found.weights, found.population), most)


def chain_readings(
    points: Float[ndarray, "chain draw coordinate"], divergent: float
) -> tuple[FitReading, ...]:
    """Diagnostics of chains of Hamiltonian Monte Carlo, of the worst coordinate each.

    Args:
        points: The draws.
        divergent: Share of the steps that diverged.
    """
    columns = np.moveaxis(points, 2, 0)
    worst = max(diagnostics.r_hat(column) for column in columns)
    sizes = [hamiltonian.effective(column) for column in columns]
    tails = [hamiltonian.tail_effective(column) for column in columns]
    return (
        FitReading("r_hat", worst, _CHAINS_APART),
        FitReading("effective", min(sizes), FEWEST, above=False),
        FitReading("tail_effective", min(tails), FEWEST, above=False),
        FitReading("divergences", divergent, _MOST_DIVERGENT),
    )


def of_chains(found: HamiltonianDraws, worlds: PosteriorWorlds) -> FittedWorlds:
    """What Hamiltonian Monte Carlo has found, with its diagnostics; it gives no evidence.

    Args:
        found: The draws.
        worlds: The same as worlds, chain after chain.
    """
    possible = FitReading("possible", 1.0, 1.0, above=False)
    reach = _reach(found.points.reshape(-1, found.points.shape[2]), worlds.weights)
    readings = (possible, reach, *chain_readings(found.points, float(found.divergent.mean())))
    return FittedWorlds("nuts", worlds, np.nan, np.nan, readings, found.steps)


def of_weights(
    points: Float[ndarray, "world coordinate"],
    log_likelihood: Float[ndarray, " world"],
    replicates: int,
) -> FittedWorlds:
    """The worlds of a run, weighted by how likely they make the records."""
    found = pareto.smoothed(log_likelihood)
    count = len(points)
    numbers = np.arange(count, dtype=np.uint32)
    weights = np.nan_to_num(found.weights)
    worlds = PosteriorWorlds(
        points, numbers, weights, np.arange(count) % replicates, log_likelihood
    )
    return FittedWorlds(
        "reweight", worlds, found.log_mean, found.log_mean_error, _of_weights(found), count
    )


def of_distances(
    prior: PosteriorWorlds, distance: Float[ndarray, " world"], rows: int
) -> FittedWorlds:
    """The worlds whose records lie within a chi-square threshold of those that were made.

    No posterior: every world that is kept counts the same, and no other does.

    Args:
        prior: Worlds of the prior.
        distance: Sum over rows of squared distances from the mean of the record, in standard
            deviations; NaN or infinite where a world is impossible.
        rows: How many rows there are.
    """
    kept = np.nan_to_num(distance, nan=np.inf) <= chi2.ppf(CONSISTENT, rows)
    count = int(np.count_nonzero(kept))
    weights = kept / max(count, 1)
    worlds = replace(prior, weights=weights)
    readings = (FitReading("kept", float(count), FEWEST, above=False),)
    return FittedWorlds("consistent", worlds, np.nan, np.nan, readings, len(kept))


def _of_weights(found: SmoothedWeights) -> tuple[FitReading, ...]:
    possible = FitReading("possible", float(np.isfinite(found.log_mean)), 1.0, above=False)
    if not possible.sound:
        return (possible,)
    return (
        possible,
        FitReading("pareto_k", found.k, pareto.RELIABLE),
        FitReading("effective", found.effective, FEWEST, above=False),
    )
