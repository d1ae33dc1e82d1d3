"""What flips a claim under chance: where its chance of holding crosses one half.

Under chance a claim has at every point of the assumptions a chance of holding over luck. One stroke
of luck says next to nothing about it, so every point is met with many strokes, the same ones
everywhere. All claims share the points that are asked. Axes: (point, assumption).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.flips.chance_crossing import Crossing, critical, crossings, interval
from schelling.analysis.flips.quantile_space import PRICE, Grid, Points, Space, sweep
from schelling.study.exploring.flip_results import (
    Chance,
    ClaimFlips,
    Flip,
    Nearest,
    TippingMap,
    moves,
)
from schelling.study.exploring.probe import Probe, stops_of

STROKES = 1_024
"""Strokes of luck behind a chance that is printed."""

MAP, _MAP_STROKES = 11, 64
_LEVELS, _FEW = 9, 32  # levels of each assumption that are looked at first, and strokes there
_LINES = 4  # assumptions of a claim that are narrowed down: the nearest
_NEAR = 0.07  # a share this close to one half may have crossed it: less than one error of few
_DEEPEST, _HELPFUL, _COARSE = 4, 12, 5
_FEWEST, _BUDGET = 256, 2**18  # strokes on a line; points and strokes of all lines together


@dataclass(frozen=True)
class LuckStudy:
    """Claims under chance, all from one point.

    Attributes:
        probe: The plan.
        claims: Positions of the claims.
        space: Where a search may go; it starts at `space.start`.
        world: Number of the world whose draws are the start; None for the central one.
        first: Number of the first stroke of luck.
    """

    probe: Probe
    claims: Sequence[int]
    space: Space
    world: int | None
    first: int = 0

    def answers(self) -> dict[int, ClaimFlips]:
        """What flips each claim."""
        if not self.claims:
            return {}
        lines = [line for claim in self.claims for line in self.lines(claim)]
        strokes = self.strokes(len(lines))
        found = self.narrowed(lines, strokes)
        met = {line.claim for line, _ in found}
        deep = [line for c in self.claims if c not in met for line in self.deeper(c)]
        more = self.strokes(2 * len(deep))  # half as many points and strokes as single assumptions
        found += self.narrowed(deep, more)
        return {c: self.answer(c, found, strokes if c in met else more) for c in self.claims}

    @cached_property
    def begins(self) -> tuple[Float[ndarray, " claim"], Float[ndarray, " claim"], list[int]]:
        """At the start, each claim's chance of holding, its median margin, and strokes behind."""
        chance, margin, count = self.chances(self.space.start[np.newaxis], STROKES)
        return chance[0], margin[0], count[0].tolist()

    @cached_property
    def grid(self) -> tuple[Grid, Float[ndarray, "point claim"]]:
        """Every assumption moved alone, and the chances there from few strokes."""
        grid = sweep(self.space, _LEVELS)
        return grid, self.chances(grid.points, _FEW)[0]

    @cached_property
    def reached(self) -> Bool[ndarray, "assumption claim"]:
        """Whether an assumption can reach a claim."""
        plan = self.probe.plan
        sources = [one.sources for one in self.probe.reached]
        rows = [[one.name in reached for reached in sources] for one in plan.assumptions]
        return np.array(rows, dtype=bool).reshape(len(plan.assumptions), len(sources))

    def chances(
        self, points: Points, strokes: int
    ) -> tuple[
        Float[ndarray, "point claim"], Float[ndarray, "point claim"], Int[ndarray, "point claim"]
    ]:
        """Share of strokes with which each claim holds, and its median margin; NaN without any.

        And how many strokes give it a truth value: those that ask it and have its numbers.
        """
        distinct, place = np.unique(points, axis=0, return_inverse=True)
        luck = (self.first + np.tile(np.arange(strokes), len(distinct))).astype(np.uint32)
        told = self.probe.ask(np.repeat(distinct, strokes, axis=0), luck)
        shape = (len(distinct), strokes, -1)
        margin = told.margin.reshape(shape)
        sound = np.isfinite(margin)
        held = (told.holds.reshape(shape) & sound).sum(axis=1)
        count = sound.sum(axis=1)
        chance = np.where(count > 0, held / np.maximum(count, 1), np.nan)
        middle = np.median(np.where(sound, margin, 0.0), axis=1)
        middle = np.where(count > 0, middle, np.nan)
        rows = place.ravel()
        return chance[rows], middle[rows], count[rows]

    def gap(self, chance: Float[ndarray, " point"], claim: int) -> Float[ndarray, " point"]:
        """How far a chance is from one half, on the side of the start."""
        side = 1.0 if self.begins[0][claim] >= 0.5 else -1.0
        gap = side * (chance - 0.5)
        return np.where(np.isnan(gap), np.inf, gap)

    def lines(self, claim: int) -> list[_Line]:
        """Ways from the start on which one assumption seems to flip a claim, the nearest first."""
        if np.isnan(self.begins[0][claim]):
            return []
        grid, chances = self.grid
        gap = self.gap(chances[:, claim], claim)
        found: list[_Line] = []
        for thing in [n for n in np.unique(grid.thing).tolist() if self.reached[n, claim]]:
            rows = np.flatnonzero(grid.thing == thing)
            change = grid.points[rows, thing] - self.space.start[thing]
            for side in (change < 0.0, change > 0.0):
                path = rows[side][np.argsort(np.abs(change[side]), kind="stable")]
                near = path[gap[path] <= _NEAR]
                if near.size:
                    listed = self.space.stops[thing] is not None
                    end = grid.points[near[0] if listed else path[-1]]
                    hint = self.part(grid.points[near[0]], end)
                    found.append(_Line(claim, self.space.start, end, hint, listed))
        found.sort(key=lambda line: line.hint * float(self.space.distance(line.end)))
        return found[:_LINES]

    def part(self, point: Float[ndarray, " thing"], end: Float[ndarray, " thing"]) -> float:
        return float(self.space.distance(point)) / float(self.space.distance(end))

    def deeper(self, claim: int) -> list[_Line]:
        """Where no assumption alone does it: the one that helps most, and from there the next.

        The lines end where several are moved as far as helps: one along which they move together,
        and one for each of them along which it is the only one that is not yet there. Were the
        chance one of a weighted sum of levels, the flip nearest to the centre is on one of these.
        """
        grid, chances = self.grid
        gap = self.gap(chances[:, claim], claim)
        gap = np.where(self.reached[grid.thing, claim], gap, np.inf)
        if np.isnan(self.begins[0][claim]) or not np.isfinite(gap).any():
            return []
        ordered = grid.thing[np.argsort(gap, kind="stable")].tolist()
        helpful = [n for n in dict.fromkeys(ordered) if self.reached[n, claim]]
        here, moved = grid.points[int(np.argmin(gap))], {helpful[0]}
        left = math.inf
        for _ in range(1, _DEEPEST):
            around = sweep(self.space, _COARSE, here)
            free = [thing for thing in helpful[:_HELPFUL] if thing not in moved]
            rows = np.flatnonzero(np.isin(around.thing, free))
            if not rows.size:
                break
            seen = self.gap(self.chances(around.points[rows], _FEW)[0][:, claim], claim)
            best = int(np.argmin(seen))
            here = around.points[rows[best]]
            moved.add(int(around.thing[rows[best]]))
            left = float(seen[best])
            if left <= 0.0:
                break
        return self.towards(claim, here, sorted(moved)) if left <= _NEAR else []

    def towards(
        self, claim: int, corner: Float[ndarray, " thing"], moved: Sequence[int]
    ) -> list[_Line]:
        """Lines that end where a claim seems to have flipped, with several assumptions moved."""
        free = [thing for thing in moved if self.space.stops[thing] is None]
        found = [_Line(claim, self.space.start, corner, 1.0, len(free) < len(moved))]
        for thing in free:
            begin = corner.copy()
            begin[thing] = self.space.start[thing]
            found.append(_Line(claim, begin, corner, 1.0, listed=False))
        return found

    def strokes(self, lines: int) -> int:
        """Strokes on every line: as many as 1,024 if there are few lines."""
        strokes = STROKES
        while strokes > _FEWEST and lines * 12 * strokes > _BUDGET:
            strokes //= 2
        return strokes

    def narrowed(self, lines: list[_Line], strokes: int) -> list[tuple[_Line, Crossing]]:
        """Where each line crosses one half, those that do."""
        if not lines:
            return []

        def ask(points: Points, rows: Int[ndarray, " point"]) -> Float[ndarray, " point"]:
            chances, _, counts = self.chances(points, strokes)
            claims = [lines[int(row)].claim for row in rows]
            gaps = [self.gap(chances[[n], claim], claim)[0] for n, claim in enumerate(claims)]
            # fewer strokes leave a longer error: a gap counts for as much less
            told = np.maximum(counts[np.arange(len(rows)), claims], 1)
            return np.array(gaps) * np.sqrt(told / strokes)

        whole = [line for line in lines if line.listed]
        free = [line for line in lines if not line.listed]
        found: list[tuple[_Line, Crossing]] = []
        if whole:  # listed values: nothing lies between the start and the end
            owners = np.array([row for row, line in enumerate(lines) if line.listed])
            gaps = ask(np.array([line.end for line in whole]), owners)
            sure = critical(strokes)
            found += [
                (line, Crossing(1.0, 1.0, 1.0 if gap < -sure else np.inf))
                for line, gap in zip(whole, gaps.tolist(), strict=True)
                if gap <= 0.0
            ]
        if free:
            lines[:] = [*free, *whole]
            hints = np.array([line.hint for line in free])
            ends = np.array([line.end for line in free])
            begins = np.array([line.begin for line in free])
            met = crossings(begins, ends, hints, ask, strokes)
            found += [(line, one) for line, one in zip(free, met, strict=True) if one is not None]
        return found

    def answer(self, claim: int, found: list[tuple[_Line, Crossing]], strokes: int) -> ClaimFlips:
        """What was found about one claim, in values."""
        chance, margin = (float(values[claim]) for values in self.begins[:2])
        told = self.begins[2][claim]
        own = [(line, crossing) for line, crossing in found if line.claim == claim]
        flips = _nearest([self.flip(line, crossing) for line, crossing in own])
        sizes = [one.distance + PRICE * len(one.moves) for one in flips]
        alone = [one for one in flips if len(one.moves) == 1]
        low, high = interval(chance, told) if np.isfinite(chance) else (np.nan, np.nan)
        return ClaimFlips(
            claim=self.probe.plan.claims[claim].name,
            world=self.world,
            luck=None,
            holds=chance >= 0.5,
            margin=margin,
            luck_share=max(chance, 1.0 - chance),
            smallest=flips[int(np.argmin(sizes))] if flips else None,
            flips=tuple(flips),
            tippings=tuple(one.moves[0] for one in alone),
            map=self.map(claim, alone) if np.isfinite(chance) else None,
            chance=Chance(chance, low, high, told),
            nearest=None if flips or np.isnan(chance) else self.nearest(claim),
            strokes=strokes,
        )

    def flip(self, line: _Line, crossing: Crossing) -> Flip:
        ends = [
            line.begin + min(part, 1.0) * (line.end - line.begin)
            for part in (crossing.at, crossing.low, crossing.high)
        ]
        along = np.flatnonzero(line.end != line.begin).tolist()
        moved = np.flatnonzero(ends[0] != self.space.start)
        moved = moved if moved.size else np.array(along)  # the start itself is a toss
        order = moved[np.argsort(-np.abs(ends[0] - self.space.start)[moved], kind="stable")]
        beyond = frozenset(along) if crossing.high > 1.0 else frozenset[int]()
        return Flip(
            moves=moves(self.probe, self.space.start, ends, order.tolist(), beyond=beyond),
            distance=float(self.space.distance(ends[0])),
            margin=float("nan"),
            luck_share=0.5,
        )

    def nearest(self, claim: int) -> Nearest | None:
        """The change of one assumption that brings a claim nearest to one half."""
        grid, chances = self.grid
        gap = self.gap(chances[:, claim], claim)
        gap = np.where(self.reached[grid.thing, claim], gap, np.inf)
        if not gap.size or not np.isfinite(gap).any():
            return None
        best = int(np.argmin(gap))
        point = grid.points[best]
        shares, _, counts = self.chances(point[np.newaxis], STROKES)
        chance, told = float(shares[0, claim]), int(counts[0, claim])
        if not told:
            return None
        (move,) = moves(self.probe, self.space.start, [point], [int(grid.thing[best])])
        return Nearest(move, Chance(chance, *interval(chance, told), told))

    def map(self, claim: int, alone: list[Flip]) -> TippingMap | None:
        """The chance over the two assumptions that bring it nearest to one half."""
        grid, chances = self.grid
        names = [assumption.name for assumption in self.probe.plan.assumptions]
        tipping = [names.index(one.moves[0].assumption) for one in alone]
        order = np.argsort(self.gap(chances[:, claim], claim), kind="stable")
        ranked = list(dict.fromkeys([*tipping, *grid.thing[order].tolist()]))
        ranked.sort(key=lambda thing: not self.reached[thing, claim])
        if len(ranked) < 2 or not self.reached[ranked[0], claim]:
            return None
        first, second = ranked[:2]
        axes = [self.axis(thing) for thing in (first, second)]
        shape = (axes[0].size, axes[1].size)
        points = np.repeat(self.space.start[np.newaxis], axes[0].size * axes[1].size, axis=0)
        points[:, first] = np.repeat(axes[0], axes[1].size)
        points[:, second] = np.tile(axes[1], axes[0].size)
        chance, margin, _ = self.chances(points, _MAP_STROKES)
        values = self.probe.values(points)
        holds: Bool[ndarray, " point"] = chance[:, claim] > 0.5
        return TippingMap(
            names[first],
            names[second],
            levels=(axes[0], axes[1]),
            start=(float(self.space.start[first]), float(self.space.start[second])),
            values=(values[:: shape[1], first], values[: shape[1], second]),
            holds=holds.reshape(shape),
            margin=margin[:, claim].reshape(shape),
            chance=chance[:, claim].reshape(shape),
        )

    def axis(self, thing: int) -> Float[ndarray, " level"]:
        stops = stops_of(self.probe.priors[thing])
        if stops is not None:
            return np.array(stops)
        return np.linspace(float(self.space.low[thing]), float(self.space.high[thing]), MAP)


def _nearest(found: Sequence[Flip]) -> list[Flip]:
    """Flips in order of their size; of those that move several assumptions, one a set of these."""
    kept: dict[tuple[object, ...], Flip] = {}
    for number, one in enumerate(sorted(found, key=lambda one: one.distance)):
        names = tuple(sorted(move.assumption for move in one.moves))
        kept.setdefault(names if len(names) > 1 else (number,), one)
    return list(kept.values())


@dataclass(frozen=True)
class _Line:
    """A way on which a claim seems to flip.

    Attributes:
        claim: Its position.
        begin: Where it begins: at the start, or with some assumptions moved already.
        end: Where it ends.
        hint: A part of the way at which the chance may have crossed.
        listed: Whether an assumption on it has listed values, with nothing in between.
    """

    claim: int
    begin: Float[ndarray, " assumption"]
    end: Float[ndarray, " assumption"]
    hint: float
    listed: bool
