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
their disagreement tells what the answer is worth. Where assumptions have listed values, each of few
combinations is led by itself, and moves propose others (`switches`). Axes: (world, coordinate).

References:
    Del Moral, Doucet & Jasra (2006), Sequential Monte Carlo samplers, section 3.
    Jasra, Stephens, Doucet & Tsagaris (2011), Inference for Levy-driven stochastic volatility
    models via adaptive sequential Monte Carlo, section 3.3.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.evidence import diagnostics, moves, switches, weighing
from schelling.evidence.moves import Likelihood, Numbers, Points, Swarm
from schelling.evidence.switches import Combinations, ListedCoordinate


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
_FEWEST_EACH: Final = 32
"""Worlds in a population of one combination of listed values."""

_WIDEST: Final = 100.0
"""Largest variance of log evidences that is told from larger ones."""

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
        accepted: Share of proposals of other coordinates that were accepted; of two kinds in one
            round, that which was accepted more often.
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
        listed: Those of them whose assumptions have listed values, in order.
    """

    populations: int
    moved: tuple[int, ...]
    luck: bool
    listed: tuple[ListedCoordinate, ...] = ()

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
    every = switches.combinations(setting.listed)
    if every is None:
        swarm = _begun(likelihood, points, numbers, setting, used=count)
        stages, complete = _led(swarm, likelihood, setting, rng)
    else:
        swarm, stages, complete = _by_value(likelihood, points, every, setting, rng)
    rest = [c for c in range(points.shape[1]) if c not in setting.moved]
    swarm.points[:, rest] = points[:, rest]
    if not setting.luck:
        swarm.numbers = numbers
    return _finished(swarm, setting, stages, complete=complete)


def _begun(
    likelihood: Likelihood, points: Points, numbers: Numbers, setting: TemperingSetting, used: int
) -> Swarm:
    count = len(points)
    return Swarm(
        points.copy(),
        numbers,
        likelihood(points, numbers),
        np.arange(count),
        np.arange(count) % setting.populations,
        np.zeros(setting.populations),
        scale=2.38 / np.sqrt(max(len(setting.moved), 1)),
        used=used,
        evaluations=count,
    )


def _led(
    swarm: Swarm, likelihood: Likelihood, setting: TemperingSetting, rng: np.random.Generator
) -> tuple[list[TemperingStage], bool]:
    """Lead worlds to the power 1; stage by stage, and whether it was reached.

    Worlds of which none is possible have no evidence and no stage.
    """
    power = 0.0
    stages: list[TemperingStage] = []
    while power < 1.0 and len(stages) < _MOST_STAGES:
        rise = weighing.rise(swarm, 1.0 - power, setting.pace.kept)
        if rise == 0.0:
            break
        power = 1.0 if power + rise >= 1.0 else power + rise
        effective = weighing.resample(swarm, rise, rng)
        stages.append(_moved(swarm, likelihood, setting, (power, effective), rng))
    if not stages:
        swarm.log_evidence = np.full(setting.populations, -np.inf)
    return stages, power >= 1.0


def _by_value(
    likelihood: Likelihood,
    points: Points,
    every: Combinations,
    setting: TemperingSetting,
    rng: np.random.Generator,
) -> tuple[Swarm, list[TemperingStage], bool]:
    """Lead worlds of each combination of listed values by themselves, then all together.

    What is the better value at a low power may be the worse in the end, and worlds of the other,
    once lost, are not found again. So each has its own evidence, and its share in a population is
    that of its prior times this.
    """
    count = len(points)
    each = max(-(-count // len(every.shares)), _FEWEST_EACH * setting.populations)
    each = -(-each // setting.populations) * setting.populations
    places = [one.place for one in setting.listed]
    own = replace(setting, moved=tuple(c for c in setting.moved if c not in places), listed=())
    swarms: list[Swarm] = []
    stages: list[TemperingStage] = []
    complete, used = True, each * len(every.shares)
    for k in range(len(every.shares)):
        worlds = np.arange(k * each, (k + 1) * each)
        begun = points[worlds % count].copy()
        begun[:, places] = every.drawn(k, each, rng)
        swarm = _begun(likelihood, begun, worlds.astype(np.uint32), own, used)
        found, reached = _led(swarm, likelihood, own, rng)
        complete, used = complete and (reached or not found), swarm.used
        swarm.origin = swarm.origin + k * each
        swarm.log_evidence = swarm.log_evidence + np.log(every.shares[k])
        swarms.append(swarm)
        stages += found
    together = _together(swarms, count // setting.populations, rng)
    if stages:
        effective = diagnostics.effective(np.bincount(together.origin).astype(float))
        stages.append(_moved(together, likelihood, setting, (1.0, effective), rng))
    return together, stages, complete


def _together(swarms: Sequence[Swarm], size: int, rng: np.random.Generator) -> Swarm:
    """Worlds of several swarms as one, drawn within every population by their evidence."""
    logs = np.stack([one.log_evidence for one in swarms])
    found = np.logaddexp.reduce(logs, axis=0)
    alive = np.flatnonzero(np.isfinite(found))
    count, each = logs.shape[1], len(swarms[0].points) // logs.shape[1]
    chosen = np.empty((size, count), np.int64)
    for one in range(count):
        source = one if one in alive or not len(alive) else int(rng.choice(alive))
        top = logs[:, source].max()
        share = np.exp(logs[:, source] - top) if np.isfinite(top) else np.ones(len(logs))
        place = diagnostics.places(np.repeat(share, each), size, rng)
        swarm, member = np.divmod(place, each)
        chosen[:, one] = (swarm * each + member) * count + source
    every = Swarm(
        np.concatenate([one.points for one in swarms]),
        np.concatenate([one.numbers for one in swarms]),
        np.concatenate([one.fit for one in swarms]),
        np.concatenate([one.origin for one in swarms]),
        np.concatenate([one.population for one in swarms]),
        found,
        scale=float(np.mean([one.scale for one in swarms])),
        used=max(one.used for one in swarms),
        evaluations=sum(one.evaluations for one in swarms),
    )
    every.take(chosen.reshape(-1))
    every.population = np.arange(size * count) % count
    return every


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
    begun, fit = swarm.points[:, moved], swarm.fit
    cloud = moves.crossed(begun, swarm.population)
    others = switches.switches(swarm.points, swarm.population, moved, setting.listed)
    accepted: list[float] = []
    stuck, clings = np.ones(max(len(moved), 1)), 1.0
    while _goes_on(setting.pace, len(accepted), stuck, clings, last=last):
        switched = 0.0
        if others:
            one = others[rng.integers(len(others))]
            proposed = one.proposed(swarm.points, rng)
            switched = moves.switched(
                swarm, likelihood, proposed, one.others, power, rng, luck=setting.luck
            )
        if len(accepted) % 2 == 0:
            share = moves.drawn_near(swarm, likelihood, moved, cloud, power, rng)
            swarm.reach = min(swarm.reach * float(np.exp(share - _WANTED)), 1.0)
        else:
            share = moves.walked(swarm, likelihood, moved, cloud, power, rng)
            swarm.scale *= float(np.exp(share - _WANTED))
        accepted.append(max(share, switched))
        if setting.luck:
            moves.other_luck(swarm, likelihood, power, rng)
            if moved:
                moves.both_at_once(swarm, likelihood, moved, cloud, power, rng)
        stuck = moves.still(begun, swarm.points[:, moved]) if moved else np.zeros(1)
        clings = 0.0 if setting.luck else moves.still(fit[:, None], swarm.fit[:, None])[0]
    return TemperingStage(power, effective, len(accepted), float(np.mean(accepted)))


def _goes_on(
    pace: Pace, rounds: int, stuck: Float[ndarray, " coordinate"], clings: float, *, last: bool
) -> bool:
    """Whether worlds have to be moved once more.

    Before the last power it is the likelihood that has to forget, as it makes the next weights.
    """
    if not last:
        return rounds < pace.rounds and bool(stuck.mean() > _HALF or clings > _FORGOTTEN)
    still = bool(stuck.max() > _STILLEST)
    if rounds < pace.last_rounds:
        return still or bool(stuck.mean() > _FORGOTTEN)
    return still and rounds < pace.stuck_rounds


def _finished(
    swarm: Swarm, setting: TemperingSetting, stages: list[TemperingStage], *, complete: bool
) -> Tempered:
    """The worlds of all populations, each with the say that its evidence gives it."""
    found = swarm.log_evidence
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
        complete=complete,
        ancestors=len(np.unique(swarm.origin)),
        evaluations=swarm.evaluations,
    )


def _combined(found: Float[ndarray, " population"]) -> tuple[float, float]:
    """Log of the mean evidence of the populations, and its standard error.

    Evidences of few worlds are skewed, about lognormal, and most samples of them have seen none of
    the largest. So the error is that of a lognormal distribution with the spread of their logs if
    this is larger than that of the evidences themselves.
    """
    largest, count = float(found.max()), len(found)
    if not np.isfinite(largest):
        return -np.inf, np.nan
    ratio = np.exp(found - largest)
    mean = float(ratio.mean())
    if count == 1:
        return largest + float(np.log(mean)), np.nan
    variance = float(ratio.var(ddof=1)) / mean**2
    if np.isfinite(found).all():
        variance = max(variance, float(np.expm1(min(found.var(ddof=1), _WIDEST))))
    return largest + float(np.log(mean)), float(np.sqrt(variance / count))
