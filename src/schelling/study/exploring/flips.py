"""What would flip a claim: tipping points, the smallest change, maps of two assumptions.

All start from one world: the central one (every assumption at its median) or a given one. Its
chance draws are held, so the flipped world is a twin of it. For the central world they are, for
each claim, those of the world among the first ones that gives the median margin.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.flips import smallest_change
from schelling.analysis.flips.quantile_space import PRICE, Asked, Grid, Space, sweep
from schelling.analysis.flips.smallest_change import Flips
from schelling.study.exploring.probe import ClaimOutcomes, Probe, Start, all_luck, stops_of

GRID = 33
"""Levels of an assumption that are looked at before its tipping point is narrowed down."""

MAP = 25
"""Levels of each assumption on a map of two."""

_NEAREST = 4


@dataclass(frozen=True)
class Move:
    """One assumption moved.

    Attributes:
        assumption: Its name.
        before: Its value at the start, in its declared unit.
        after: Its value in the flipped world.
        unit: The unit as written; may be empty.
        level: Its quantile level at the start.
        change: How many levels it moved.
    """

    assumption: str
    before: float
    after: float
    unit: str
    level: float
    change: float


@dataclass(frozen=True)
class Flip:
    """A change that flips a claim, and the world that proves it.

    Attributes:
        moves: What was moved, the largest change first.
        distance: Sum of the changes, in quantile levels.
        margin: Margin of the claim in the flipped world.
        luck_share: Share of 1,024 sets of chance draws with which the changed world has flipped; 1
            if the case has no chance.
    """

    moves: tuple[Move, ...]
    distance: float
    margin: float
    luck_share: float


@dataclass(frozen=True)
class TippingMap:
    """A claim over two assumptions, all others as at the start.

    Attributes:
        first: Name of the assumption of the rows.
        second: Name of the assumption of the columns.
        levels: Quantile levels of the rows, and of the columns.
        values: Their values in declared units.
        holds: Whether the claim holds.
        margin: Its margin.
    """

    first: str
    second: str
    levels: tuple[Float[ndarray, " row"], Float[ndarray, " column"]]
    values: tuple[Float[ndarray, " row"], Float[ndarray, " column"]]
    holds: Bool[ndarray, "row column"]
    margin: Float[ndarray, "row column"]


@dataclass(frozen=True)
class ClaimFlips:
    """What flips one claim, from one world.

    Attributes:
        claim: Its name.
        world: Number of the world it starts from; None for the central one.
        luck: Number of the world whose chance draws are used.
        holds: Whether the claim holds there.
        margin: Its margin there; NaN if its numbers failed, and then no flip is searched for.
        luck_share: Share of 1,024 sets of chance draws with which the claim has the same answer.
        smallest: The smallest change that flips it; None if none was found.
        flips: Changes in order of the number of assumptions changed, each smaller than those before
            it.
        tippings: Where each assumption alone flips it, the nearest first.
        map: The claim over the two assumptions with the nearest tipping points.
    """

    claim: str
    world: int | None
    luck: int
    holds: bool
    margin: float
    luck_share: float
    smallest: Flip | None
    flips: tuple[Flip, ...]
    tippings: tuple[Move, ...]
    map: TippingMap | None


def of_claims(
    probe: Probe,
    samples: Float[ndarray, "draw assumption"],
    world: tuple[int, Float[ndarray, " assumption"]] | None = None,
) -> tuple[ClaimFlips, ...]:
    """Search for changes that flip each claim of a plan.

    Args:
        probe: The plan.
        samples: Some draws in declared units, among which flipped worlds are looked for.
        world: Number and draws of the world to start from; the central one when None.

    Returns:
        One answer a claim.
    """
    claims = range(len(probe.plan.claims))
    if world is None:
        levels = probe.centre()
        starts = [Start(levels, luck) for luck in probe.typical_luck(levels)]
    else:
        levels = probe.levels_of(world[1][np.newaxis])[0]
        starts = [Start(levels, world[0]) for _ in claims]
    return _Study(probe, starts, probe.space(levels), None if world is None else world[0]).answers(
        samples
    )


@dataclass(frozen=True)
class _Study:
    """All claims from one world; the luck may differ from claim to claim."""

    probe: Probe
    starts: Sequence[Start]
    space: Space
    world: int | None

    def answers(self, samples: Float[ndarray, "draw assumption"]) -> tuple[ClaimFlips, ...]:
        begins = self.each(self.space.start[np.newaxis])
        held = [bool(told.holds[0, claim]) for claim, told in enumerate(begins)]
        margins = [float(told.margin[0, claim]) for claim, told in enumerate(begins)]
        sound = [claim for claim, margin in enumerate(margins) if np.isfinite(margin)]
        grid = sweep(self.space, GRID)
        swept = self.each(grid.points)
        points = np.clip(self.probe.levels_of(samples), self.space.low, self.space.high)
        sampled = self.each(points)
        searches = [
            (
                claim,
                held[claim],
                self.starts[claim].luck,
                smallest_change.search(
                    self.space,
                    grid,
                    swept[claim].from_flipping(claim, held[claim]),
                    self.nearest(points, sampled[claim], claim, held[claim]),
                ),
            )
            for claim in sound
        ]
        found = dict(zip(sound, self.probe.searched(searches), strict=True))
        none = Flips((), ())
        maps = self.maps(found, swept, grid, held)
        return tuple(
            self.answer(claim, found.get(claim, none), (held[claim], margins[claim]), maps)
            for claim in range(len(held))
        )

    def each(self, points: Float[ndarray, "point assumption"]) -> list[ClaimOutcomes]:
        """The same points with the luck of every claim; asked once where that is the same."""
        lucks = list(dict.fromkeys(start.luck for start in self.starts))
        told = {luck: self.probe.ask(points, luck) for luck in lucks}
        return [told[start.luck] for start in self.starts]

    def nearest(
        self,
        points: Float[ndarray, "point assumption"],
        told: ClaimOutcomes,
        claim: int,
        held: bool,
    ) -> list[Float[ndarray, " assumption"]]:
        """The flipped samples nearest to the start."""
        flipped = np.flatnonzero(told.from_flipping(claim, held).flipped)
        order = np.argsort(self.space.distance(points[flipped]), kind="stable")
        return list(points[flipped[order[:_NEAREST]]])

    def maps(
        self, found: dict[int, Flips], swept: list[ClaimOutcomes], grid: Grid, held: list[bool]
    ) -> dict[int, TippingMap]:
        """For every claim the map of the two assumptions that matter most near the start."""
        maps: dict[int, TippingMap] = {}
        for claim, flipped in found.items():
            pair = _pair(flipped, swept[claim].from_flipping(claim, held[claim]), grid)
            if pair is not None:
                maps[claim] = self.map(claim, *pair)
        return maps

    def map(self, claim: int, first: int, second: int) -> TippingMap:
        axes = [self.axis(thing) for thing in (first, second)]
        points = np.repeat(self.space.start[np.newaxis], axes[0].size * axes[1].size, axis=0)
        points[:, first] = np.repeat(axes[0], axes[1].size)
        points[:, second] = np.tile(axes[1], axes[0].size)
        told = self.probe.ask(points, self.starts[claim].luck)
        values = self.probe.values(points)
        shape = (axes[0].size, axes[1].size)
        names = [self.probe.plan.assumptions[thing].name for thing in (first, second)]
        return TippingMap(
            *names,
            levels=(axes[0], axes[1]),
            values=(values[:: shape[1], first], values[: shape[1], second]),
            holds=told.holds[:, claim].reshape(shape),
            margin=told.margin[:, claim].reshape(shape),
        )

    def axis(self, thing: int) -> Float[ndarray, " level"]:
        stops = stops_of(self.probe.priors[thing])
        if stops is not None:
            return np.array(stops)
        low, high = float(self.space.low[thing]), float(self.space.high[thing])
        return np.linspace(low, high, MAP)

    def answer(
        self,
        claim: int,
        found: Flips,
        start: tuple[bool, float],
        maps: dict[int, TippingMap],
    ) -> ClaimFlips:
        """Run the flipped worlds again, and put what was found into values."""
        held, margin = start
        luck = self.starts[claim].luck
        changes = [one.levels for one in found.changes]
        again = self.probe.ask(np.array(changes), luck) if changes else None
        proven = [
            Flip(
                self.moves(change.levels, change.moved),
                change.distance,
                float(again.margin[place, claim]),
                self.luck_share(change.levels, claim, not held),
            )
            for place, change in enumerate(found.changes)
            if again is not None and again.from_flipping(claim, held).flipped[place]
        ]
        sizes = [one.distance + PRICE * len(one.moves) for one in proven]
        alone: list[Move] = []
        for tipping in found.tippings:
            levels = self.space.start.copy()
            levels[tipping.thing] = tipping.level
            alone += self.moves(levels, (tipping.thing,))
        return ClaimFlips(
            claim=self.probe.plan.claims[claim].name,
            world=self.world,
            luck=luck,
            holds=held,
            margin=margin,
            luck_share=self.luck_share(self.space.start, claim, held),
            smallest=proven[int(np.argmin(sizes))] if proven else None,
            flips=tuple(proven),
            tippings=tuple(alone),
            map=maps.get(claim),
        )

    def moves(
        self, levels: Float[ndarray, " assumption"], things: Sequence[int]
    ) -> tuple[Move, ...]:
        before, after = self.probe.values(np.stack([self.space.start, levels]))
        return tuple(
            Move(
                assumption=self.probe.plan.assumptions[thing].name,
                before=float(before[thing]),
                after=float(after[thing]),
                unit=self.probe.plan.assumptions[thing].unit.written,
                level=float(self.space.start[thing]),
                change=float(levels[thing] - self.space.start[thing]),
            )
            for thing in things
        )

    def luck_share(self, levels: Float[ndarray, " assumption"], claim: int, holds: bool) -> float:
        """Share of strokes of luck with which a claim holds, or fails, at a point."""
        if not self.probe.plan.streams:
            return 1.0
        luck = all_luck()
        told = self.probe.ask(np.repeat(levels[np.newaxis], luck.size, axis=0), luck)
        sound = np.isfinite(told.margin[:, claim])
        return float((told.holds[sound, claim] == holds).mean()) if sound.any() else float("nan")


def _pair(found: Flips, seen: Asked, grid: Grid) -> tuple[int, int] | None:
    """Two assumptions: those that tip it nearest, then those that bring it nearest to tipping."""
    moved = list(found.smallest.moved) if found.smallest is not None else []
    tipping = [one.thing for one in found.tippings]
    gap = np.where(np.isfinite(seen.gap), seen.gap, np.inf)
    nearest = [int(grid.thing[row]) for row in np.argsort(gap, kind="stable")]
    ranked = list(dict.fromkeys([*moved[:2], *tipping, *nearest]))
    return (ranked[0], ranked[1]) if len(ranked) > 1 else None
