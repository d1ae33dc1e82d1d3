"""How tempered worlds move: towards what all are like, at random nearby, in luck, or in both.

Axes: (world, coordinate).

References:
    Cotter, Roberts, Stuart & White (2013), MCMC methods for functions: modifying old algorithms to
    make them faster, section 4.2.
    Andrieu & Roberts (2009), The pseudo-marginal approach for efficient Monte Carlo computations.
    Goodman & Weare (2010), Ensemble samplers with affine invariance, section 2: worlds are moved by
    the half of all that they do not belong to.
    Marchenko & Pastur (1967), Distribution of eigenvalues for some sets of random matrices: the
    range of those of a sample covariance.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, UInt32
from numpy import ndarray

Points = Float[ndarray, "world coordinate"]
Numbers = UInt32[ndarray, " world"]
Likelihood = Callable[[Points, Numbers], Float[ndarray, " world"]]
"""The log likelihood of worlds: their coordinates, and the numbers that their luck goes by."""


_MARGIN = 1.1
"""Of the range of eigenvalues in very many dimensions, for those of fewer."""


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

    @property
    def log_volume(self) -> float:
        """Log determinant of the inverse: how much denser scores are than coordinates."""
        return float(np.linalg.slogdet(self.inverse)[1])

    def spread(self, scores: Points) -> Points:
        """Standard normal scores as distances from the mean."""
        return scores @ self.root.T

    def log_density(self, points: Points) -> Float[ndarray, " world"]:
        """Up to a constant."""
        return -0.5 * (((points - self.mean) @ self.inverse.T) ** 2).sum(axis=1)


@dataclass(frozen=True)
class CrossedClouds:
    """For each world the cloud of the half of all worlds that it is not in.

    A cloud that a world is part of is nearer to it than to what is drawn from the cloud, the more
    so the more coordinates there are, and moves by it would draw all worlds together.

    Both halves are moved at once, by what the other was when the clouds were made. Each keeps its
    target, given what the other was; that halves then depend on each other is of second order in
    how far the clouds are off.

    Attributes:
        first: For worlds that are not among the others.
        second: For the others.
        others: Which worlds these are.
    """

    first: Cloud
    second: Cloud
    others: Bool[ndarray, " world"]

    @property
    def mean(self) -> Points:
        """Of the cloud of each world."""
        return np.where(self.others[:, None], self.second.mean, self.first.mean)

    def spread(self, scores: Points) -> Points:
        """As of a cloud, by the cloud of each world."""
        return np.where(self.others[:, None], self.second.spread(scores), self.first.spread(scores))

    def log_density(self, points: Points) -> Float[ndarray, " world"]:
        """As of a cloud, by the cloud of each world."""
        return np.where(
            self.others, self.second.log_density(points), self.first.log_density(points)
        )


def crossed(points: Points, population: Int[ndarray, " world"]) -> Cloud | CrossedClouds:
    """For each world the cloud of every second population, which it does not belong to.

    Args:
        points: Coordinates of the worlds.
        population: Which each belongs to; populations are resampled apart.
    """
    halves = in_halves(population)
    if len(halves) == 1:
        return cloud_of(points)
    (rest, others), _ = halves
    return CrossedClouds(cloud_of(points[others]), cloud_of(points[rest]), others)


def in_halves(
    population: Int[ndarray, " world"],
) -> tuple[tuple[Bool[ndarray, " world"], Bool[ndarray, " world"]], ...]:
    """Both halves of the worlds, each with the worlds that move it: the other half.

    Worlds of one population are moved by themselves.
    """
    others = population % 2 == 1
    if not others.any() or others.all():
        every = np.ones(len(population), dtype=bool)
        return ((every, every),)
    return (~others, others), (others, ~others)


def cloud_of(points: Points) -> Cloud:
    """The normal distribution of some worlds, which are standard normal where nothing is known.

    Sides that differ from one by no more than those of so few standard normal worlds are one;
    copies of a world count as fewer.
    """
    count, size = points.shape
    if size == 0:
        return Cloud(np.zeros(0), np.zeros((0, 0)), np.zeros((0, 0)))
    _, copies = np.unique(points[:, 0], return_counts=True)
    few, ratio = size / (size + count), _MARGIN * (size * (copies**2).sum()) ** 0.5 / count
    covariance = np.atleast_2d(np.cov(points.T)) + few * 1e-3 * np.eye(size)
    values, vectors = np.linalg.eigh(covariance)
    chance = (values > (1 - min(ratio, 1.0)) ** 2) & (values < (1 + ratio) ** 2)
    sides = np.sqrt(np.where(chance, 1.0, np.maximum(values, 1e-9)))
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
    cloud: Cloud | CrossedClouds,
    power: float,
    rng: np.random.Generator,
) -> float:
    """Propose coordinates near the old ones, with the same luck; the share that was accepted."""
    if not moved:
        return 1.0
    count = len(swarm.points)
    scale = swarm.scale * np.exp(0.5 * rng.standard_normal((count, 1)))
    old = swarm.points[:, moved]
    new = old + scale * cloud.spread(rng.standard_normal((count, len(moved))))
    return _proposed(swarm, likelihood, moved, new, (power, np.zeros(count)), rng)


def drawn_near(
    swarm: Swarm,
    likelihood: Likelihood,
    moved: list[int],
    cloud: Cloud | CrossedClouds,
    power: float,
    rng: np.random.Generator,
) -> float:
    """Propose coordinates between the old ones and new ones of the cloud; see `walked`."""
    if not moved:
        return 1.0
    new, back = _towards(swarm.points[:, moved], cloud, swarm.reach, rng)
    return _proposed(swarm, likelihood, moved, new, (power, back), rng)


def _towards(
    old: Points,
    cloud: Cloud | CrossedClouds,
    reach: float | Float[ndarray, "world 1"],
    rng: np.random.Generator,
) -> tuple[Points, Float[ndarray, " world"]]:
    """Coordinates between old ones and new ones of the cloud; the log ratio of way back to way."""
    fresh = cloud.spread(rng.standard_normal(old.shape))
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
    cloud: Cloud | CrossedClouds,
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


def switched(
    swarm: Swarm,
    likelihood: Likelihood,
    proposed: tuple[Points, Float[ndarray, " world"]],
    others: list[int],
    power: float,
    rng: np.random.Generator,
    *,
    luck: bool,
) -> float:
    """Propose other listed values with coordinates that go with them; see `switches`.

    Args:
        swarm: The worlds.
        likelihood: Of a batch of them.
        proposed: What `Switch.proposed` gives.
        others: Coordinates whose prior its ratio leaves out.
        power: Of the likelihood.
        rng: Draws what is accepted.
        luck: Whether half of the worlds are to have other luck as well.
    """
    new, back = proposed
    prior = 0.5 * ((swarm.points[:, others] ** 2 - new[:, others] ** 2).sum(axis=1))
    again = luck & (rng.uniform(size=len(new)) < 0.5)
    numbers = np.where(again, swarm.fresh(), swarm.numbers) if luck else swarm.numbers
    return _accept(swarm, new, numbers, likelihood, (power, prior + back), rng)


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
