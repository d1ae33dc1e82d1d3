"""Tempered sequential Monte Carlo over batches of worlds, without gradients.

Worlds begin as draws of the prior and are led to the posterior through distributions proportional
to prior times likelihood to a power that rises from 0 to 1. At each power they are resampled by
their weights and then moved by Metropolis steps, in the space where the prior of every coordinate
is standard normal. Two kinds of steps take turns: steps that draw worlds towards the normal
distribution which has the mean and covariance of worlds of the other populations, and would always
be taken if that were the target; and random walks, which get on where it is not. The luck of a
world is part of it: a move proposes other coordinates with the same luck, other luck with the same
coordinates, or both at once, so the posterior of both is exact, whatever luck does to the
likelihood (pseudo-marginal). Where there is luck the power rises in smaller steps. Worlds belong
to several populations, which are resampled apart and share the powers and the proposal;
their disagreement tells what the answer is worth. Axes: (world, coordinate).

References:
    Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers, section 3.
    Jasra, Stephens, Doucet & Tsagaris (2011), Inference for Levy-driven stochastic volatility
    models via adaptive sequential Monte Carlo, section 3.3.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.evidence import diagnostics, moves
from schelling.evidence.moves import Likelihood, Numbers, Points, Swarm


@dataclass(frozen=True)
class Pace:
    """How fast the power rises, and how long worlds are moved at each.

    Attributes:
        kept: Share of the effective sample size that one rise of the power leaves.
        rounds: Most rounds of moves at one power.
        last_rounds: ... at the power 1.
        stuck_rounds: ... there, while one coordinate hardly moves.
    """

    kept: float
    rounds: int
    last_rounds: int
    stuck_rounds: int


FAST: Final = Pace(0.5, 60, 480, 480)
"""Where chance cannot reach the likelihood: what one power leaves undone, moves make good."""

SLOW: Final = Pace(0.9, 20, 40, 80)
"""With luck: at high powers few moves to other luck are taken, so that it is the weights that give
each kind of luck its share, and many small rises do so with less noise than few large ones."""

_WANTED: Final = 0.3
"""Share of proposals to be accepted; near the best for random walks in few to many dimensions."""

_MOST_STAGES: Final = 200
_HALF: Final = 0.5
_FORGOTTEN: Final = 0.25
"""Mean correlation with where the worlds were, at which they have moved enough in the end."""

_STILLEST: Final = 0.75
"""... and that of the coordinate that has moved least."""


@dataclass(frozen=True)
class TemperingStage:
    """What happened at one power of the likelihood.

    Attributes:
        power: Of the likelihood.
        effective: Effective sample size of the weights that led there, over all worlds.
        moves: Rounds of moves.
        accepted: Share of proposals of other coordinates that were accepted.
    """

    power: float
    effective: float
    moves: int
    accepted: float


@dataclass(frozen=True)
class Tempered:
    """Worlds of the posterior.

    Attributes:
        points: Coordinates of the worlds.
        numbers: Numbers that their luck goes by.
        log_likelihood: Of each world.
        population: Which population each belongs to.
        weights: Of the worlds, summing to one: those of a population weigh as its evidence does.
        log_evidence: Log marginal likelihood; minus infinity where no world allows the records.
        log_evidence_error: Its standard error, from the spread of the populations.
        stages: Stage by stage.
        complete: Whether the power 1 was reached.
        ancestors: Different worlds of the prior that the worlds of the posterior come from.
        evaluations: Worlds that were simulated.
    """

    points: Points
    numbers: Numbers
    log_likelihood: Float[ndarray, " world"]
    population: Int[ndarray, " world"]
    weights: Float[ndarray, " world"]
    log_evidence: float
    log_evidence_error: float
    stages: tuple[TemperingStage, ...]
    complete: bool
    ancestors: int
    evaluations: int


@dataclass(frozen=True)
class TemperingSetting:
    """How the worlds are moved.

    Attributes:
        populations: Number of populations; world w belongs to w modulo this.
        moved: Positions of the coordinates that can reach the likelihood; others keep their prior.
        luck: Whether chance can.
    """

    populations: int
    moved: tuple[int, ...]
    luck: bool

    @property
    def pace(self) -> Pace:
        """How fast the power rises."""
        return SLOW if self.luck else FAST


def temper(
    likelihood: Likelihood, points: Points, setting: TemperingSetting, rng: np.random.Generator
) -> Tempered:
    """Lead draws of the prior to the posterior.

    Coordinates that cannot reach the likelihood stay what they were, and so does luck.

    Args:
        likelihood: Of a batch of worlds.
        points: Draws of the prior, standard normal in every coordinate; world w has the luck of
            number w.
        setting: Which populations there are, and what is moved.
        rng: Draws the moves.
    """
    count = len(points)
    numbers = np.arange(count, dtype=np.uint32)
    swarm = Swarm(
        points.copy(),
        numbers,
        likelihood(points, numbers),
        np.arange(count),
        np.arange(count) % setting.populations,
        np.zeros(setting.populations),
        scale=2.38 / np.sqrt(max(len(setting.moved), 1)),
        used=count,
        evaluations=count,
    )
    power = 0.0
    stages: list[TemperingStage] = []
    while power < 1.0 and len(stages) < _MOST_STAGES:
        rise = _rise(swarm, 1.0 - power, setting.pace.kept)
        if rise == 0.0:
            break
        power = 1.0 if power + rise >= 1.0 else power + rise
        effective = _resample(swarm, rise, rng)
        stages.append(_moved(swarm, likelihood, setting, (power, effective), rng))
    rest = [c for c in range(points.shape[1]) if c not in setting.moved]
    swarm.points[:, rest] = points[:, rest]
    if not setting.luck:
        swarm.numbers = numbers
    return _finished(swarm, setting, stages, power)


def _rise(swarm: Swarm, most: float, kept: float) -> float:
    """How far the power may rise; 0 where no world is possible.

    Worlds that are impossible lose all weight at any power above 0.
    """
    possible = np.isfinite(swarm.fit)
    goal = kept * np.count_nonzero(possible)
    if goal == 0:
        return 0.0
    if _effective(swarm, most) >= goal:
        return most
    low, high = 0.0, most
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _effective(swarm, middle) >= goal else (low, middle)
    return high


def _effective(swarm: Swarm, rise: float) -> float:
    """Effective sample size after a rise of the power, summed over the populations."""
    weight, _ = _weights(swarm, rise)
    squares = (weight**2).sum(axis=1)
    return float(np.sum(1 / squares[squares > 0]))


def _weights(
    swarm: Swarm, rise: float
) -> tuple[Float[ndarray, "population member"], Float[ndarray, " population"]]:
    """Weights within every population, and the log of their mean; all 0 where none is possible."""
    count = len(swarm.log_evidence)
    with np.errstate(invalid="ignore"):
        gain = np.where(np.isfinite(swarm.fit), rise * swarm.fit, -np.inf)
    gain = gain.reshape(-1, count).T
    largest = gain.max(axis=1, keepdims=True)
    weight = np.exp(gain - np.where(np.isfinite(largest), largest, 0.0))
    total = weight.sum(axis=1)
    with np.errstate(divide="ignore"):
        log_mean = np.log(total / weight.shape[1]) + np.where(
            np.isfinite(largest), largest, 0.0
        ).squeeze(1)
    return weight / np.where(total > 0, total, 1.0)[:, None], log_mean


def _resample(swarm: Swarm, rise: float, rng: np.random.Generator) -> float:
    """Draw worlds by their weights within every population, and keep score of the evidence."""
    effective = _effective(swarm, rise)
    weight, log_mean = _weights(swarm, rise)
    swarm.log_evidence = swarm.log_evidence + log_mean
    count, size = weight.shape
    chosen = np.empty((size, count), np.int64)
    alive = np.flatnonzero(weight.sum(axis=1))
    for one in range(count):
        source = one if one in alive else int(rng.choice(alive))
        chosen[:, one] = (
            diagnostics.places(weight[source], len(weight[source]), rng) * count + source
        )
    swarm.take(chosen.reshape(-1))
    return effective


def _moved(
    swarm: Swarm,
    likelihood: Likelihood,
    setting: TemperingSetting,
    reached: tuple[float, float],
    rng: np.random.Generator,
) -> TemperingStage:
    """Move the worlds until they have forgotten where they were, or have moved long enough."""
    power, effective = reached
    last = power >= 1.0
    moved = list(setting.moved)
    begun = swarm.points[:, moved]
    cloud = moves.crossed(begun, swarm.population)
    accepted: list[float] = []
    stuck = np.ones(max(len(moved), 1))
    while _goes_on(setting.pace, len(accepted), stuck, last=last):
        if len(accepted) % 2 == 0:
            accepted.append(moves.drawn_near(swarm, likelihood, moved, cloud, power, rng))
            swarm.reach = min(swarm.reach * float(np.exp(accepted[-1] - _WANTED)), 1.0)
        else:
            accepted.append(moves.walked(swarm, likelihood, moved, cloud, power, rng))
            swarm.scale *= float(np.exp(accepted[-1] - _WANTED))
        if setting.luck:
            moves.other_luck(swarm, likelihood, power, rng)
            if moved:
                moves.both_at_once(swarm, likelihood, moved, cloud, power, rng)
        stuck = moves.still(begun, swarm.points[:, moved]) if moved else np.zeros(1)
    return TemperingStage(power, effective, len(accepted), float(np.mean(accepted)))


def _goes_on(pace: Pace, rounds: int, stuck: Float[ndarray, " coordinate"], *, last: bool) -> bool:
    """Whether worlds have to be moved once more."""
    if not last:
        return rounds < pace.rounds and bool(stuck.mean() > _HALF)
    still = bool(stuck.max() > _STILLEST)
    if rounds < pace.last_rounds:
        return still or bool(stuck.mean() > _FORGOTTEN)
    return still and rounds < pace.stuck_rounds


def _finished(
    swarm: Swarm, setting: TemperingSetting, stages: list[TemperingStage], power: float
) -> Tempered:
    """The worlds of all populations, each with the say that its evidence gives it."""
    found = swarm.log_evidence if stages else np.full(setting.populations, -np.inf)
    log_evidence, error = _combined(found)
    say = np.exp(found - found.max()) if np.isfinite(found.max()) else np.ones(len(found))
    return Tempered(
        points=swarm.points,
        numbers=swarm.numbers,
        log_likelihood=swarm.fit,
        population=swarm.population,
        weights=say[swarm.population] / say[swarm.population].sum(),
        log_evidence=log_evidence,
        log_evidence_error=error,
        stages=tuple(stages),
        complete=power >= 1.0,
        ancestors=len(np.unique(swarm.origin)),
        evaluations=swarm.evaluations,
    )


def _combined(found: Float[ndarray, " population"]) -> tuple[float, float]:
    """Log of the mean evidence of the populations, and its standard error."""
    largest, count = float(found.max()), len(found)
    if not np.isfinite(largest):
        return -np.inf, np.nan
    ratio = np.exp(found - largest)
    mean = float(ratio.mean())
    error = float(ratio.std(ddof=1) / np.sqrt(count) / mean) if count > 1 else np.nan
    return largest + float(np.log(mean)), error
