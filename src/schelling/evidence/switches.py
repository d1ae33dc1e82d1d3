"""How tempered worlds get from one listed value of an assumption to another.

The scores of an assumption with listed values are cut into cells, one a value. A world that is to
have another value needs other coordinates that fit it, so its others are carried from the normal
distribution of the worlds that have its value to that of those that have the new one. Worlds are
carried by what the half of all is like that they do not belong to. Axes: (world, coordinate).

References:
    Green (1995), Reversible jump Markov chain Monte Carlo computation and Bayesian model
    determination, section 3.
    Cotter, Roberts, Stuart & White (2013), MCMC methods for functions: modifying old algorithms to
    make them faster, section 4.2: steps that leave a normal distribution as it is, here one of them
    at the start and another at the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.special import ndtr, ndtri

from schelling.evidence.moves import Cloud, Points, cloud_of, in_halves

_WORLDS_PER_SIDE: Final = 2
"""Worlds with a value for each coordinate, from which on they have a cloud of their own."""

MOST: Final = 16
"""Combinations of listed values, up to which each is led to the posterior by itself."""

_EVEN: Final = 0.5
"""Share of proposals that go by how many worlds have a value; others go by its prior."""


@dataclass(frozen=True)
class ListedCoordinate:
    """A coordinate that decides which of several listed values an assumption has.

    Attributes:
        place: Among the coordinates.
        edges: Normal scores at which one value gives way to the next, from minus infinity to
            infinity.
        loads: How the score is made up of the coordinates up to this one; of those that are
            correlated with none before them only the last is not 0.
    """

    place: int
    edges: Float[ndarray, " edge"]
    loads: Float[ndarray, " coordinate"]

    def shares(self) -> Float[ndarray, " value"]:
        """Of the prior, by value."""
        return np.diff(ndtr(self.edges))

    def values(self, points: Points) -> Int[ndarray, " world"]:
        """Which value worlds have."""
        return np.searchsorted(self.edges[1:-1], points[:, : self.place + 1] @ self.loads)

    def within(
        self, points: Points, value: Int[ndarray, " world"]
    ) -> tuple[Float[ndarray, " world"], Float[ndarray, " world"]]:
        """Between which levels of this coordinate worlds have some values, given those before."""
        before = points[:, : self.place] @ self.loads[:-1]
        low: ndarray = (self.edges[value] - before) / self.loads[-1]
        high: ndarray = (self.edges[value + 1] - before) / self.loads[-1]
        return np.asarray(ndtr(low)), np.asarray(ndtr(high))


@dataclass(frozen=True)
class Combinations:
    """All combinations of listed values that the prior allows.

    Attributes:
        listed: The coordinates.
        values: Which values each combination has.
        shares: Of the prior.
    """

    listed: tuple[ListedCoordinate, ...]
    values: Int[ndarray, "combination coordinate"]
    shares: Float[ndarray, " combination"]

    def drawn(self, one: int, count: int, rng: np.random.Generator) -> Points:
        """Draws from the prior of the coordinates of some worlds that have a combination."""
        ends = [
            ndtr(c.edges[v : v + 2]) for c, v in zip(self.listed, self.values[one], strict=True)
        ]
        low, high = np.array(ends).T
        return _scored(low + (high - low) * rng.uniform(size=(count, len(ends))))


def combinations(listed: tuple[ListedCoordinate, ...]) -> Combinations | None:
    """The combinations of listed values, each of which can be led by itself.

    None where there are none, or too many, or where a listed assumption is correlated with one
    before it, as its values then do not go by its own coordinate.
    """
    sizes = [len(one.edges) - 1 for one in listed]
    if not listed or math.prod(sizes) > MOST or any(one.loads[:-1].any() for one in listed):
        return None
    values = np.indices(sizes).reshape(len(sizes), -1).T
    shares = np.prod([one.shares()[v] for one, v in zip(listed, values.T, strict=True)], axis=0)
    return Combinations(listed, values[shares > 0], shares[shares > 0])


@dataclass(frozen=True)
class Cells:
    """What the worlds with each combination of listed values are like.

    Attributes:
        codes: Numbers of the combinations that worlds have, in order.
        shares: Of the worlds.
        clouds: Of the other coordinates, by combination; the last is that of all worlds.
    """

    codes: Int[ndarray, " cell"]
    shares: Float[ndarray, " cell"]
    clouds: tuple[Cloud, ...]

    def find(self, code: Int[ndarray, " world"]) -> tuple[Int[ndarray, " world"], ndarray]:
        """The cloud of each of some combinations, and the share of the worlds that have it."""
        place = np.minimum(np.searchsorted(self.codes, code), len(self.codes) - 1)
        known = self.codes[place] == code
        return np.where(known, place, len(self.codes)), np.where(known, self.shares[place], 0.0)


@dataclass(frozen=True)
class Switch:
    """A move that changes some listed assumptions at once.

    Attributes:
        listed: Their coordinates, in order.
        others: Places of the coordinates that go with them.
        halves: For each half of all worlds which these are, and what those of the other are like.
    """

    listed: tuple[ListedCoordinate, ...]
    others: list[int]
    halves: tuple[tuple[ndarray, Cells], ...]

    def codes(self, values: Sequence[Int[ndarray, " world"]]) -> Int[ndarray, " world"]:
        """One number for each combination of values."""
        return _coded(self.listed, values)

    def proposed(
        self, points: Points, rng: np.random.Generator
    ) -> tuple[Points, Float[ndarray, " world"]]:
        """Other points, and the log of what the way back is likelier than the way there.

        Both count the prior of the listed coordinates, which are drawn from it within their cells;
        that of the others is left to the caller.
        """
        new, ratio = points.copy(), np.zeros(len(points))
        for worlds, cells in self.halves:
            new[worlds], ratio[worlds] = self._of_half(points[worlds], cells, rng)
        return new, np.where(np.isfinite(ratio), ratio, -np.inf)

    def _of_half(
        self, points: Points, cells: Cells, rng: np.random.Generator
    ) -> tuple[Points, Float[ndarray, " world"]]:
        old = [one.values(points) for one in self.listed]
        fresh = self._chosen(cells, len(points), rng)
        (was, had), (place, share) = (cells.find(self.codes(values)) for values in (old, fresh))
        scores, volume = _scores(points[:, self.others], cells.clouds, was)
        reach = rng.uniform(size=(len(points), 1))
        moved = np.sqrt(1 - reach**2) * scores + reach * rng.standard_normal(scores.shape)
        new = points.copy()
        new[:, self.others], there = _carried(moved, cells.clouds, place)
        ratio = volume - 0.5 * (scores**2).sum(axis=1) - there + 0.5 * (moved**2).sum(axis=1)
        before, after = np.ones(len(points)), np.ones(len(points))
        with np.errstate(divide="ignore", invalid="ignore"):
            for one, value, other in zip(self.listed, old, fresh, strict=True):
                low, high = one.within(points, value)
                ratio = ratio - np.log(high - low)
                low, high = one.within(new, other)
                ratio = ratio + np.log(high - low)
                level = low + (high - low) * rng.uniform(size=len(low))
                new[:, one.place] = _scored(level)
                before, after = before * one.shares()[value], after * one.shares()[other]
            ratio = ratio + np.log(_EVEN * had + (1 - _EVEN) * before)
            ratio = ratio - np.log(_EVEN * share + (1 - _EVEN) * after)
        return new, ratio

    def _chosen(
        self, cells: Cells, count: int, rng: np.random.Generator
    ) -> list[Int[ndarray, " world"]]:
        """Values by the prior for some worlds, for the others those that worlds have."""
        own = cells.codes[rng.choice(len(cells.codes), count, p=cells.shares)]
        known = rng.uniform(size=count) < _EVEN
        found: list[Int[ndarray, " world"]] = []
        for one in reversed(self.listed):
            own, value = np.divmod(own, len(one.edges) - 1)
            drawn = rng.choice(len(one.edges) - 1, count, p=one.shares() / one.shares().sum())
            found.insert(0, np.where(known, value, drawn))
        return found


def switches(
    points: Points,
    population: Int[ndarray, " world"],
    moved: Sequence[int],
    listed: tuple[ListedCoordinate, ...],
) -> tuple[Switch, ...]:
    """Moves that change one listed assumption each, and one that changes all of them at once.

    The last only where there are no more combinations than worlds.

    Args:
        points: Coordinates of the worlds.
        population: Which each belongs to; see `moves.crossed`.
        moved: Places of the coordinates that are moved.
        listed: Those of them whose assumptions have listed values.
    """
    together = math.prod(len(one.edges) - 1 for one in listed)
    groups: list[tuple[ListedCoordinate, ...]] = [(one,) for one in listed]
    if len(listed) > 1 and together <= len(points):
        groups.append(listed)
    places = {one.place for one in listed}
    others = [place for place in moved if place not in places]
    halves = in_halves(population)
    return tuple(
        Switch(
            group,
            others,
            tuple((own, _cells(points[other], group, others)) for own, other in halves),
        )
        for group in groups
    )


def _cells(points: Points, group: tuple[ListedCoordinate, ...], others: list[int]) -> Cells:
    code = _coded(group, [one.values(points) for one in group])
    codes, place, counts = np.unique(code, return_inverse=True, return_counts=True)
    usual = cloud_of(points[:, others])
    enough = counts > _WORLDS_PER_SIDE * (len(others) + 1)
    clouds = [
        cloud_of(points[np.ix_(place == cell, others)]) if enough[cell] else usual
        for cell in range(len(codes))
    ]
    return Cells(codes, counts / counts.sum(), (*clouds, usual))


def _scored(level: ndarray) -> ndarray:
    """Levels of the prior as normal scores, all finite."""
    return np.asarray(ndtri(np.clip(level, 1e-300, 1 - 2**-53)))


def _coded(
    group: Sequence[ListedCoordinate], values: Sequence[Int[ndarray, " world"]]
) -> Int[ndarray, " world"]:
    code = np.zeros(len(values[0]), np.int64)
    for one, value in zip(group, values, strict=True):
        code = code * (len(one.edges) - 1) + value
    return code


def _scores(
    points: Points, clouds: Sequence[Cloud], place: Int[ndarray, " world"]
) -> tuple[Points, Float[ndarray, " world"]]:
    """Coordinates as scores of the cloud of each world; the log of how much these are denser."""
    scores, volume = np.empty(points.shape), np.empty(len(points))
    for one in np.unique(place):
        mine = place == one
        scores[mine] = (points[mine] - clouds[one].mean) @ clouds[one].inverse.T
        volume[mine] = clouds[one].log_volume
    return scores, volume


def _carried(
    scores: Points, clouds: Sequence[Cloud], place: Int[ndarray, " world"]
) -> tuple[Points, Float[ndarray, " world"]]:
    """Scores as coordinates by the cloud of each world; see `_scores`."""
    points, volume = np.empty(scores.shape), np.empty(len(scores))
    for one in np.unique(place):
        mine = place == one
        points[mine] = clouds[one].mean + clouds[one].spread(scores[mine])
        volume[mine] = clouds[one].log_volume
    return points, volume
