"""How tempered worlds move: towards what all are like, at random nearby, in luck, or in both.

Axes: (world, coordinate).

References:
    Cotter, Roberts, Stuart & White (2013), MCMC methods for functions: modifying old algorithms to
    make them faster, section 4.2.
    Andrieu & Roberts (2009), The pseudo-marginal approach for efficient Monte Carlo computations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int, UInt32
from numpy import ndarray

Points = Float[ndarray, "world coordinate"]
Numbers = UInt32[ndarray, " world"]
Likelihood = Callable[[Points, Numbers], Float[ndarray, " world"]]
"""The log likelihood of worlds: their coordinates, and the numbers that their luck goes by."""


@dataclass
class Swarm:
    """The worlds on their way."""

    points: Points
    numbers: Numbers
    fit: Float[ndarray, " world"]
    origin: Int[ndarray, " world"]
    population: Int[ndarray, " world"]
    log_evidence: Float[ndarray, " population"]
    scale: float
    reach: float = 1.0
    used: int = 0
    evaluations: int = 0

    def take(self, chosen: Int[ndarray, " world"]) -> None:
        """Go on with some of the worlds, some of them several times."""
        self.points, self.numbers = self.points[chosen], self.numbers[chosen]
        self.fit, self.origin = self.fit[chosen], self.origin[chosen]

    def fresh(self) -> Numbers:
        """Numbers of luck that no world has met, one for every world."""
        count = len(self.points)
        self.used += count
        return (self.used - count + np.arange(count)).astype(np.uint32)


@dataclass(frozen=True)
class Cloud:
    """The normal distribution that worlds are like.

    Attributes:
        mean: Of the coordinates.
        root: A root of their covariance.
        inverse: Its inverse.
    """

    mean: Float[ndarray, " coordinate"]
    root: Float[ndarray, "coordinate coordinate"]
    inverse: Float[ndarray, "coordinate coordinate"]

    def log_density(self, points: Points) -> Float[ndarray, " world"]:
        """Up to a constant."""
        return -0.5 * (((points - self.mean) @ self.inverse.T) ** 2).sum(axis=1)


def cloud_of(points: Points) -> Cloud:
    """The normal distribution of some worlds, a little wider where they are few."""
    count, size = points.shape
    if size == 0:
        return Cloud(np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)))
    few = size / (size + count)
    covariance = (1 - few) * np.atleast_2d(np.cov(points.T)) + few * 1e-3 * np.eye(size)
    values, vectors = np.linalg.eigh(covariance)
    sides = np.sqrt(np.maximum(values, 1e-9))
    return Cloud(points.mean(axis=0), vectors * sides, (vectors / sides).T)


def still(before: Points, after: Points) -> Float[ndarray, " coordinate"]:
    """Absolute correlation of every coordinate with what it was; 1 for one that is still."""
    first, second = before - before.mean(axis=0), after - after.mean(axis=0)
    spread = np.sqrt((first**2).sum(axis=0) * (second**2).sum(axis=0))
    product = (first * second).sum(axis=0)
    return np.abs(np.where(spread > 0, product / np.where(spread > 0, spread, 1), 1))


def walked(
    swarm: Swarm,
    likelihood: Likelihood,
    moved: list[int],
    cloud: Cloud,
    power: float,
    rng: np.random.Generator,
) -> float:
    """Propose coordinates near the old ones, with the same luck; the share that was accepted."""
    if not moved:
        return 1.0
    count = len(swarm.points)
    scale = swarm.scale * np.exp(0.5 * rng.standard_normal((count, 1)))
    old = swarm.points[:, moved]
    new = old + scale * (rng.standard_normal((count, len(moved))) @ cloud.root.T)
    return _proposed(swarm, likelihood, moved, new, (power, np.zeros(count)), rng)


def drawn_near(
    swarm: Swarm,
    likelihood: Likelihood,
    moved: list[int],
    cloud: Cloud,
    power: float,
    rng: np.random.Generator,
) -> float:
    """Propose coordinates between the old ones and new ones of the cloud; see `walked`."""
    if not moved:
        return 1.0
    new, back = _towards(swarm.points[:, moved], cloud, swarm.reach, rng)
    return _proposed(swarm, likelihood, moved, new, (power, back), rng)


def _towards(
    old: Points, cloud: Cloud, reach: float | Float[ndarray, "world 1"], rng: np.random.Generator
) -> tuple[Points, Float[ndarray, " world"]]:
    """Coordinates between old ones and new ones of the cloud; the log ratio of way back to way."""
    fresh = rng.standard_normal(old.shape) @ cloud.root.T
    new = cloud.mean + np.sqrt(1 - reach**2) * (old - cloud.mean) + reach * fresh
    return new, cloud.log_density(old) - cloud.log_density(new)


def _proposed(
    swarm: Swarm,
    likelihood: Likelihood,
    moved: list[int],
    new: Points,
    ratio: tuple[float, Float[ndarray, " world"]],
    rng: np.random.Generator,
    numbers: Numbers | None = None,
) -> float:
    """Accept or refuse other coordinates; the ratio is that of the way back to the way there."""
    power, back = ratio
    proposed = swarm.points.copy()
    prior = 0.5 * ((proposed[:, moved] ** 2).sum(axis=1) - (new**2).sum(axis=1))
    proposed[:, moved] = new
    luck = swarm.numbers if numbers is None else numbers
    return _accept(swarm, proposed, luck, likelihood, (power, prior + back), rng)


def other_luck(
    swarm: Swarm, likelihood: Likelihood, power: float, rng: np.random.Generator
) -> float:
    """Propose other luck with the same coordinates; the share that was accepted."""
    prior = np.zeros(len(swarm.points))
    return _accept(swarm, swarm.points, swarm.fresh(), likelihood, (power, prior), rng)


def both_at_once(
    swarm: Swarm,
    likelihood: Likelihood,
    moved: list[int],
    cloud: Cloud,
    power: float,
    rng: np.random.Generator,
) -> float:
    """Propose other luck together with coordinates of the cloud, near or far; see `walked`.

    What luck of one kind explains by some coordinates, luck of another explains by others, so a
    change of either alone is refused where a change of both is not.
    """
    reach = rng.uniform(size=(len(swarm.points), 1))
    new, back = _towards(swarm.points[:, moved], cloud, reach, rng)
    return _proposed(swarm, likelihood, moved, new, (power, back), rng, swarm.fresh())


def _accept(
    swarm: Swarm,
    points: Points,
    numbers: Numbers,
    likelihood: Likelihood,
    ratio: tuple[float, Float[ndarray, " world"]],
    rng: np.random.Generator,
) -> float:
    """Metropolis: take what is proposed with the chance that its density allows."""
    power, prior = ratio
    fit = likelihood(points, numbers)
    swarm.evaluations += len(points)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_ratio = prior + power * (fit - swarm.fit)
        taken = np.isfinite(fit) & (np.log(rng.uniform(size=len(points))) < log_ratio)
    swarm.points = np.where(taken[:, None], points, swarm.points)
    swarm.numbers = np.where(taken, numbers, swarm.numbers)
    swarm.fit = np.where(taken, fit, swarm.fit)
    return float(taken.mean())
