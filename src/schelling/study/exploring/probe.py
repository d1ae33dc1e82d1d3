"""The model evaluated at chosen points: any levels of the assumptions, chance draws of any world.

Levels are quantile levels of the priors, one column per assumption, so 0.5 is the median. A value
of a prior with few values stands at the middle of its share of the probability.
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, UInt32
from numpy import ndarray

from schelling.analysis.flips.quantile_space import Asked, Space
from schelling.case.drawn import Prior
from schelling.compile.course.outcomes import Outcomes
from schelling.compile.drawing.draws import quantile
from schelling.compile.influence import reach
from schelling.compile.influence.reach import Reached
from schelling.compile.planning.plan import Plan
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import truncate
from schelling.errors import RunError
from schelling.study.runs.computing import worker
from schelling.study.runs.computing.engine import Engine
from schelling.study.runs.computing.programs import LANES

LEAST = 0.005
"""Changes stay within the central 99 % of every prior."""


@dataclass(frozen=True)
class ClaimOutcomes:
    """The claims at some points.

    Attributes:
        holds: Whether each claim holds; False where its numbers failed.
        margin: How far it is from flipping, in base units; NaN where its numbers failed.
        counts: Whether each claim asks something there; where it does not it has no margin.
    """

    holds: Bool[ndarray, "draw claim"]
    margin: Float[ndarray, "draw claim"]
    counts: Bool[ndarray, "draw claim"]

    def from_flipping(self, claim: int, held: bool) -> Asked:
        """The answers about one claim that held at the start, or failed there."""
        gap = self.margin[:, claim] if held else -self.margin[:, claim]
        flipped = (self.holds[:, claim] != held) & np.isfinite(gap)
        return Asked(flipped, gap)


@dataclass(frozen=True)
class Probe:
    """A plan that can be evaluated at any point.

    Attributes:
        plan: The plan.
        seed: Seed of its chance.
    """

    plan: Plan
    seed: int

    @cached_property
    def engine(self) -> Engine:
        """The plan, compiled once; shared with the run it was compiled for."""
        return worker.engine_of(self.plan, self.seed)

    @cached_property
    def reached(self) -> tuple[Reached, ...]:
        """For every claim, what reaches it."""
        return reach.of_claims(self.plan)

    @cached_property
    def priors(self) -> tuple[Prior, ...]:
        """Priors by column."""
        return tuple(assumption.prior for assumption in self.plan.assumptions)

    def values(
        self, levels: Float[ndarray, "draw assumption"]
    ) -> Float[ndarray, "draw assumption"]:
        """Values of the assumptions, in declared units."""
        columns: list[Float[ndarray, " draw"]] = []
        for prior, column in zip(self.priors, levels.T, strict=True):
            distinct, place = np.unique(column, return_inverse=True)
            columns.append(quantile(prior, distinct)[place])
        return np.stack(columns, axis=1) if columns else np.zeros((len(levels), 0))

    def ask(
        self, levels: Float[ndarray, "draw assumption"], luck: int | UInt32[ndarray, " draw"]
    ) -> ClaimOutcomes:
        """Run the model at some points.

        Args:
            levels: Quantile levels of the assumptions.
            luck: Number of the world whose chance draws each point has, or one for all.

        Returns:
            The claims at some points.
        """
        return self.ask_values(self.values(levels), luck)

    def ask_values(
        self, values: Float[ndarray, "draw assumption"], luck: int | UInt32[ndarray, " draw"]
    ) -> ClaimOutcomes:
        """The same with values in declared units."""
        numbers = np.broadcast_to(np.asarray(luck, dtype=np.uint32), (len(values),))
        return _joined(self.engine.ask(values, numbers), len(self.plan.claims))

    def ask_beside(
        self,
        plan: Plan,
        values: Float[ndarray, "draw assumption"],
        luck: UInt32[ndarray, " draw"],
    ) -> ClaimOutcomes:
        """Ask other claims of the same worlds, which look at nothing that the plan's do not.

        Args:
            plan: The plan with other claims.
            values: Assumptions in declared units.
            luck: Number of the world whose luck each point meets.

        Returns:
            What became of those claims.
        """
        return _joined(self.engine.ask_beside(plan, values, luck), len(plan.claims))

    def courses(
        self,
        values: Float[ndarray, "draw assumption"],
        luck: UInt32[ndarray, " draw"],
        names: Sequence[str],
    ) -> list[Float[ndarray, "draw time"]]:
        """The course of some series at some points.

        Args:
            values: Assumptions in declared units.
            luck: Number of the world whose chance draws each point has.
            names: Names of the series.

        Returns:
            One array per series, in base units.

        Raises:
            RunError: A name is not a series of the case.
        """
        for name in names:
            if name not in self.plan.series:
                message = (
                    f"'{name}' is not a stock or a variable of this case that changes over time"
                )
                raise RunError(message)
        places = [self.plan.series.index(name) for name in names]
        blocks = [part.series[:, :, places] for part in self.engine.ask_paths(values, luck)]
        together = np.concatenate(blocks)
        return [together[:, :, place] for place in range(len(places))]

    def searched(self, searches: Iterable[tuple[int, bool, int, Any]]) -> list[Any]:
        """Run several searches at once, so that each call of the model serves all of them.

        Args:
            searches: Claim, whether it holds at the start, number of the start's luck, and a
                generator that yields levels and takes `Asked`.

        Returns:
            What each generator returned.
        """
        going = list(searches)
        results: list[Any] = [None] * len(going)
        waiting: dict[int, Float[ndarray, "draw assumption"]] = {}
        for number, (_, _, _, search) in enumerate(going):
            _advance(search, None, number, waiting, results)
        while waiting:
            numbers = list(waiting)
            points = [waiting.pop(number) for number in numbers]
            sizes = [len(part) for part in points]
            luck = np.repeat(np.array([going[n][2] for n in numbers], dtype=np.uint32), sizes)
            told = self.ask(np.concatenate(points), luck)
            ends = np.cumsum(sizes)
            for number, end, size in zip(numbers, ends, sizes, strict=True):
                claim, held, _, search = going[number]
                rows = slice(end - size, end)
                part = ClaimOutcomes(told.holds[rows], told.margin[rows], told.counts[rows])
                answer = part.from_flipping(claim, held)
                _advance(search, answer, number, waiting, results)
        return results

    def space(self, start: Float[ndarray, " assumption"]) -> Space:
        """Where a search from a start may go."""
        things = len(start)
        stops = tuple(stops_of(prior) for prior in self.priors)
        low, high = np.full(things, LEAST), np.full(things, 1.0 - LEAST)
        return Space(start, np.minimum(low, start), np.maximum(high, start), stops)

    def centre(self) -> Float[ndarray, " assumption"]:
        """Every assumption at its median."""
        return self.levels_of(self.values(np.full((1, len(self.priors)), 0.5)))[0]

    def levels_of(
        self, values: Float[ndarray, "draw assumption"]
    ) -> Float[ndarray, "draw assumption"]:
        """Quantile levels of values in declared units."""
        found = np.empty(values.shape)
        for column in range(len(self.priors)):
            found[:, column] = self.levels(column, values[:, column])
        return found

    def levels(self, column: int, values: Float[ndarray, " draw"]) -> Float[ndarray, " draw"]:
        """Quantile levels of values of one assumption."""
        return _levels(self.priors[column], values)


def _joined(told: Iterable[Outcomes], claims: int) -> ClaimOutcomes:
    parts = list(told)
    none = np.zeros((0, claims))
    truth = np.concatenate([none.astype(bool), *(part.holds for part in parts)])
    margin = np.concatenate([none, *(part.margin for part in parts)])
    counts = np.concatenate([none.astype(bool), *(part.counts for part in parts)])
    return ClaimOutcomes(np.where(margin == 0, truth, margin > 0), margin, counts)


def all_luck() -> UInt32[ndarray, " draw"]:
    """Numbers of the worlds whose luck a point is met with to see what luck does."""
    return np.arange(LANES, dtype=np.uint32)


def stops_of(prior: Prior) -> tuple[float, ...] | None:
    """Levels of the values of a prior with few of them; None for a continuous one."""
    if prior.family == "fixed":
        return (0.5,)
    if prior.family != "choice":
        return None
    values, weights = (np.asarray(p, dtype=np.float64) for p in prior.parameters)
    shares = np.array([weights[values == value].sum() for value in np.unique(values)])
    shares = shares[shares > 0.0]
    return tuple((np.cumsum(shares) - shares / 2).tolist())


def _levels(prior: Prior, values: Float[ndarray, " draw"]) -> Float[ndarray, " draw"]:
    """Quantile levels of values of a prior; 0.5 where a value is no number."""
    stops = stops_of(prior)
    if prior.family == "fixed":
        return np.full(len(values), 0.5)
    family = FAMILIES[prior.family]
    if stops is not None:
        reached = np.asarray(family.cdf(values, *prior.parameters))
        return np.array(stops)[np.searchsorted(np.array(stops), reached) - 1]
    if prior.within is not None:
        family = truncate(family, *prior.within)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        found = np.asarray(family.cdf(values, *prior.parameters), dtype=np.float64)
    return np.where(np.isnan(found), 0.5, found)


def _advance(
    search: Generator[Any, Asked | None, Any],
    answer: Asked | None,
    number: int,
    waiting: dict[int, Float[ndarray, "draw assumption"]],
    results: list[Any],
) -> None:
    """Send a search its answer; keep what it asks next, or what it found."""
    try:
        waiting[number] = search.send(answer)
    except StopIteration as stop:
        results[number] = stop.value
