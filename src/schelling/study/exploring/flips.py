"""What would flip a claim: tipping points, the smallest change, maps of two assumptions.

All start from one world: the central one (every assumption at its median) or a given one. A claim
that chance draws do not affect flips where its truth changes, to the last digit. A claim under
chance flips where its chance of holding crosses one half (`luck_flips`); a single set of chance
draws says next to nothing about it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.flips import smallest_change
from schelling.analysis.flips.quantile_space import PRICE, Asked, Grid, Space, sweep
from schelling.analysis.flips.smallest_change import FlippingChange, Flips
from schelling.study.exploring.flip_results import ClaimFlips, Flip, Move, TippingMap, moves
from schelling.study.exploring.luck_flips import LuckStudy
from schelling.study.exploring.probe import ClaimOutcomes, Probe, all_luck, stops_of
from schelling.study.exploring.short_values import SLIGHT, candidates
from schelling.study.runs.computing.programs import LANES

GRID = 33
"""Levels of an assumption that are looked at before its tipping point is narrowed down."""

MAP = 25
"""Levels of each assumption on a map of two."""

_NEAREST = 4


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
    levels = probe.centre() if world is None else probe.levels_of(world[1][np.newaxis])[0]
    number = None if world is None else world[0]
    chancy = under_chance(probe, levels, samples)
    claims = range(len(probe.plan.claims))
    space = probe.space(levels)
    found = LuckStudy(probe, [n for n in claims if chancy[n]], space, number).answers()
    found |= _Study(probe, [n for n in claims if not chancy[n]], space, number).answers(samples)
    return tuple(found[claim] for claim in claims)


def under_chance(
    probe: Probe,
    start: Float[ndarray, " assumption"],
    samples: Float[ndarray, "draw assumption"],
) -> Bool[ndarray, " claim"]:
    """Which claims chance draws affect, at the start or in any of some samples.

    A margin that is the same to the last bit with other chance draws does not depend on them.
    """
    claims = len(probe.plan.claims)
    if not probe.plan.streams:
        return np.zeros(claims, dtype=bool)
    at_start = probe.values(np.repeat(start[np.newaxis], LANES, axis=0))
    here = probe.ask_values(at_start, all_luck()).margin
    known = np.isfinite(here).any(axis=0)
    found = np.any((here != here[0]) & ~(np.isnan(here) & np.isnan(here[0])), axis=0) & known
    numbers = np.arange(len(samples), dtype=np.uint32)
    first, second = (
        probe.ask_values(samples, numbers + np.uint32(shift)).margin for shift in (0, LANES)
    )
    differ = (first != second) & ~(np.isnan(first) & np.isnan(second))
    return found | np.any(differ, axis=0)


@dataclass(frozen=True)
class _Study:
    """Claims that chance draws do not affect, all from one world."""

    probe: Probe
    claims: Sequence[int]
    space: Space
    world: int | None

    def answers(self, samples: Float[ndarray, "draw assumption"]) -> dict[int, ClaimFlips]:
        """What flips each claim."""
        if not self.claims:
            return {}
        begins = self.probe.ask(self.space.start[np.newaxis], 0)
        held, margins = begins.holds[0].tolist(), begins.margin[0].tolist()
        sound = [claim for claim in self.claims if np.isfinite(margins[claim])]
        grid = sweep(self.space, GRID)
        swept = self.probe.ask(grid.points, 0)
        points = np.clip(self.probe.levels_of(samples), self.space.low, self.space.high)
        sampled = self.probe.ask(points, 0)
        searches = [
            (
                claim,
                held[claim],
                0,
                smallest_change.search(
                    self.space,
                    grid,
                    swept.from_flipping(claim, held[claim]),
                    self.nearest(points, sampled, claim, held[claim]),
                ),
            )
            for claim in sound
        ]
        found = dict(zip(sound, self.probe.searched(searches), strict=True))
        none = Flips((), ())
        maps = self.maps(found, swept, grid, held)
        return {
            claim: self.answer(claim, found.get(claim, none), (held[claim], margins[claim]), maps)
            for claim in self.claims
        }

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
        self, found: dict[int, Flips], swept: ClaimOutcomes, grid: Grid, held: list[bool]
    ) -> dict[int, TippingMap]:
        """For every claim the map of the two assumptions that matter most near the start."""
        maps: dict[int, TippingMap] = {}
        for claim, flipped in found.items():
            pair = _pair(flipped, swept.from_flipping(claim, held[claim]), grid)
            if pair is not None:
                maps[claim] = self.map(claim, *pair)
        return maps

    def map(self, claim: int, first: int, second: int) -> TippingMap:
        axes = [self.axis(thing) for thing in (first, second)]
        points = np.repeat(self.space.start[np.newaxis], axes[0].size * axes[1].size, axis=0)
        points[:, first] = np.repeat(axes[0], axes[1].size)
        points[:, second] = np.tile(axes[1], axes[0].size)
        told = self.probe.ask(points, 0)
        values = self.probe.values(points)
        shape = (axes[0].size, axes[1].size)
        names = [self.probe.plan.assumptions[thing].name for thing in (first, second)]
        return TippingMap(
            *names,
            levels=(axes[0], axes[1]),
            start=(float(self.space.start[first]), float(self.space.start[second])),
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
        proven = self.proven(claim, found, held)
        sizes = [one.distance + PRICE * len(one.moves) for one in proven]
        alone: list[Move] = []
        for tipping in found.tippings:
            levels = self.space.start.copy()
            levels[tipping.thing] = tipping.level
            alone += moves(self.probe, self.space.start, [levels], (tipping.thing,))
        return ClaimFlips(
            claim=self.probe.plan.claims[claim].name,
            world=self.world,
            luck=0,
            holds=held,
            margin=margin,
            luck_share=1.0,
            smallest=proven[int(np.argmin(sizes))] if proven else None,
            flips=tuple(proven),
            tippings=tuple(alone),
            map=maps.get(claim),
        )

    def proven(self, claim: int, found: Flips, held: bool) -> list[Flip]:
        """The changes that flip a claim when they are run with values as short as they can be."""
        if not found.changes:
            return []
        before = self.probe.values(self.space.start[np.newaxis])[0]
        after = self.probe.values(np.array([one.levels for one in found.changes]))
        tried = [
            candidates(before, values, self.slid(one))
            for values, one in zip(after, found.changes, strict=True)
        ]
        asked = self.probe.ask_values(np.concatenate(tried), 0)
        flipped = asked.from_flipping(claim, held).flipped
        ends = np.cumsum([len(one) for one in tried])
        proven: list[Flip] = []
        for change, values, end in zip(found.changes, tried, ends.tolist(), strict=True):
            own = np.flatnonzero(flipped[end - len(values) : end])
            if own.size:
                place = int(own[0])
                margin = float(asked.margin[end - len(values) + place, claim])
                whole = moves(self.probe, self.space.start, [change.levels], change.moved)
                short = tuple(
                    replace(move, after=float(values[place][thing]))
                    for move, thing in zip(whole, change.moved, strict=True)
                )
                proven.append(Flip(short, change.distance, margin, 1.0))
        return proven

    def slid(self, change: FlippingChange) -> list[int]:
        """Assumptions that a change moves by more than a hair, and not from option to option."""
        far = np.abs(change.levels - self.space.start) >= SLIGHT
        return [n for n in change.moved if far[n] and self.space.stops[n] is None]


def _pair(found: Flips, seen: Asked, grid: Grid) -> tuple[int, int] | None:
    """Two assumptions: those that tip it nearest, then those that bring it nearest to tipping."""
    moved = list(found.smallest.moved) if found.smallest is not None else []
    tipping = [one.thing for one in found.tippings]
    gap = np.where(np.isfinite(seen.gap), seen.gap, np.inf)
    nearest = [int(grid.thing[row]) for row in np.argsort(gap, kind="stable")]
    ranked = list(dict.fromkeys([*moved[:2], *tipping, *nearest]))
    return (ranked[0], ranked[1]) if len(ranked) > 1 else None
