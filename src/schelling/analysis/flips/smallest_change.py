"""The smallest change that flips a claim: few assumptions, moved as little as possible.

Changes are measured in quantile levels: moving an assumption from its median to its 90 % quantile
is a change of 0.4, whatever its unit. The size of a change is the sum over assumptions, plus a
price for each one moved. The search knows no model: it is a generator that yields points to be
asked and is sent the answers, so that many searches can share one call of the model. Every change
it returns is a point that was asked and had flipped. The smallest one is exact where the margin is
linear in the levels; elsewhere it is the best that was found. Axes: (point, thing).
"""

from __future__ import annotations

from collections.abc import Generator, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.flips.quantile_space import PRICE, Asked, Grid, Points, Space, sweep

_PARTS, _ROUNDS = 8, 7  # 8 to the power 7: a line is cut to 5e-7 of its length
_COARSE = 9
_DEEPEST = 4
_DROPS = 6
_POLISHES = 3
_STEP = 1e-4
_FURTHER = 1.25


@dataclass(frozen=True)
class Tipping:
    """Where a claim flips as one assumption moves one way and all else stays.

    Attributes:
        thing: The assumption.
        level: The nearest level at which the claim has flipped.
        change: That level less the one at the start.
    """

    thing: int
    level: float
    change: float


@dataclass(frozen=True)
class FlippingChange:
    """A change that flips the claim.

    Attributes:
        levels: The point.
        moved: The assumptions moved, the largest change first.
        distance: Sum of the changes.
    """

    levels: Float[ndarray, " thing"]
    moved: tuple[int, ...]
    distance: float


@dataclass(frozen=True)
class Flips:
    """What a search found.

    Attributes:
        tippings: One-assumption flips, the nearest first.
        changes: Changes by growing number of assumptions, each smaller in distance than those
            before it; empty if none was found.
    """

    tippings: tuple[Tipping, ...]
    changes: tuple[FlippingChange, ...]

    @property
    def smallest(self) -> FlippingChange | None:
        """The change of least distance plus price; None if none was found."""
        sizes = [one.distance + PRICE * len(one.moved) for one in self.changes]
        return self.changes[int(np.argmin(sizes))] if sizes else None


Search = Generator[Points, Asked, Flips]
_Moves = Generator[Points, Asked, Points]


def search(
    space: Space, grid: Grid, seen: Asked, others: Sequence[Float[ndarray, " thing"]] = ()
) -> Search:
    """Look for the smallest changes that flip a claim.

    Args:
        space: The space.
        grid: From `sweep` around the start.
        seen: What became of the claim on it.
        others: Points known to have flipped, to start from as well.

    Yields:
        Points to be asked; send an `Asked`.

    Returns:
        The flips found.
    """
    tippings = yield from _tippings(space, grid, seen)
    alone = np.repeat(space.start[np.newaxis], len(tippings), axis=0)
    for row, tipping in zip(alone, tippings, strict=True):
        row[tipping.thing] = tipping.level
    found: list[Float[ndarray, " thing"]] = list(alone[:1])
    starts = [*(yield from _greedy(space, grid, seen)), *others]
    for point in starts:
        found += yield from _polish(space, point)
    return Flips(tippings, _frontier(space, found))


def _tippings(
    space: Space, grid: Grid, seen: Asked
) -> Generator[Points, Asked, tuple[Tipping, ...]]:
    """The nearest flip of every assumption on either side, to the precision of a line."""
    near: list[Float[ndarray, " thing"]] = []
    far: list[Float[ndarray, " thing"]] = []
    for thing in np.unique(grid.thing):
        rows = np.flatnonzero(grid.thing == thing)
        change = grid.points[rows, thing] - space.start[thing]
        for side in (change < 0.0, change > 0.0):
            path = rows[side][np.argsort(np.abs(change[side]), kind="stable")]
            flipped = np.flatnonzero(seen.flipped[path])
            if not flipped.size:
                continue
            first = int(flipped[0])
            target = grid.points[path[first]]
            exact = space.stops[thing] is not None
            before = grid.points[path[first - 1]] if first else space.start
            near.append(target if exact else before)
            far.append(target)
    if not far:
        return ()
    ends, _ = yield from _line(np.array(near), np.array(far))
    change = ends - space.start
    things = np.argmax(np.abs(change), axis=1)
    found = [
        Tipping(int(thing), float(end[thing]), float(move[thing]))
        for thing, end, move in zip(things, ends, change, strict=True)
    ]
    return tuple(sorted(found, key=lambda one: abs(one.change)))


def _line(
    near: Points, far: Points
) -> Generator[Points, Asked, tuple[Points, Bool[ndarray, " line"]]]:
    """For each line the first flip on the way, and whether there is one at all."""
    lines, things = len(near), near.shape[1]
    low, high = np.zeros(lines), np.ones(lines)
    parts = np.arange(_PARTS + 1) / _PARTS
    any_flip: Bool[ndarray, " line"] = np.zeros(lines, dtype=np.bool_)
    for number in range(_ROUNDS):
        at = low[:, np.newaxis] + (high - low)[:, np.newaxis] * parts
        at[:, -1] = high
        points = _along(near, far, at)
        asked = yield points.reshape(-1, things)
        flipped = asked.flipped.reshape(lines, -1)
        some: Bool[ndarray, " line"] = np.any(flipped, axis=1)
        if number == 0:
            any_flip = some
        first = np.where(some, flipped.argmax(axis=1), _PARTS)
        rows: Int[ndarray, " line"] = np.arange(lines)
        low, high = at[rows, np.maximum(first - 1, 0)], at[rows, first]
    return _along(near, far, high[:, np.newaxis])[:, 0], any_flip


def _along(
    near: Points, far: Points, at: Float[ndarray, "line part"]
) -> Float[ndarray, "line part thing"]:
    """Points on lines; both ends are kept to the last bit."""
    share = at[..., np.newaxis]
    between = near[:, np.newaxis] + share * (far - near)[:, np.newaxis]
    return np.where(share == 1.0, far[:, np.newaxis], between)


def _greedy(
    space: Space, grid: Grid, seen: Asked
) -> Generator[Points, Asked, list[Float[ndarray, " thing"]]]:
    """Move the assumption that helps most, and again from there, until the claim flips."""
    here, moved = space.start, set[int]()
    for _ in range(_DEEPEST):
        flipped = np.flatnonzero(seen.flipped)
        if flipped.size:
            return [grid.points[flipped[np.argmin(space.size(grid.points[flipped]))]]]
        gap = np.where(np.isfinite(seen.gap), seen.gap, np.inf)
        gap[np.isin(grid.thing, list(moved))] = np.inf
        if not gap.size or not np.isfinite(gap).any():
            return []
        best = int(np.argmin(gap))
        here = grid.points[best]
        moved.add(int(grid.thing[best]))
        grid = sweep(space, _COARSE, here)
        seen = yield grid.points
    return []


def _polish(
    space: Space, point: Float[ndarray, " thing"]
) -> Generator[Points, Asked, list[Float[ndarray, " thing"]]]:
    """A flipped point brought nearer: what need not move goes back, the rest as far as it can."""
    found: list[Float[ndarray, " thing"]] = []
    for _ in range(_POLISHES):
        before = space.size(point)
        point = yield from _drop(space, point)
        point = yield from _closer(space, point)
        found += [point, *(yield from _linear(space, point))]
        point = found[int(np.argmin(space.size(np.array(found))))]
        if space.size(point) > before - 1e-6:
            break
    return found


def _drop(space: Space, point: Float[ndarray, " thing"]) -> Generator[Points, Asked, ndarray]:
    """Put assumptions back, those first whose return costs least, as long as the flip stands."""
    for _ in range(_DROPS):
        active = np.flatnonzero(space.moved(point))
        if active.size < 2:
            break
        alone = _reverted(space, point, active[:, np.newaxis])
        asked = yield alone
        if not asked.flipped.any():
            break
        order = active[np.lexsort((-np.abs(point - space.start)[active], _last(asked.gap)))]
        prefixes = _reverted(space, point, [order[:n] for n in range(1, active.size)])
        asked = yield prefixes
        kept = np.flatnonzero(asked.flipped)
        if not kept.size:
            break
        point = prefixes[kept[-1]]
    return point


def _last(gap: Float[ndarray, " point"]) -> Float[ndarray, " point"]:
    return np.where(np.isfinite(gap), gap, np.inf)


def _reverted(
    space: Space, point: Float[ndarray, " thing"], sets: Iterable[Int[ndarray, " _active"]]
) -> Points:
    points: list[Float[ndarray, " thing"]] = []
    for things in sets:
        changed = point.copy()
        changed[things] = space.start[things]
        points.append(changed)
    return np.array(points)


def _closer(space: Space, point: Float[ndarray, " thing"]) -> Generator[Points, Asked, ndarray]:
    """All assumptions moved back together, then the one that saves most moved back alone."""
    free = space.continuous[point[space.continuous] != space.start[space.continuous]]
    if not free.size:
        return point
    ends, fine = yield from _line(_reverted(space, point, [free]), point[np.newaxis])
    point = ends[0] if fine[0] else point
    free = free[point[free] != space.start[free]]
    if not free.size:
        return point
    alone = _reverted(space, point, free[:, np.newaxis])
    ends, fine = yield from _line(alone, np.repeat(point[np.newaxis], free.size, axis=0))
    ends = ends[fine]
    return ends[np.argmin(space.size(ends))] if len(ends) else point


def _linear(space: Space, point: Float[ndarray, " thing"]) -> Generator[Points, Asked, Points]:
    """The smallest change were the margin linear as it is here, where it does flip."""
    free, none = space.continuous, np.zeros((0, point.size))
    if not free.size:
        return none
    inward = np.where(point + _STEP <= space.high, _STEP, -_STEP)
    points = np.repeat(point[np.newaxis], free.size + 1, axis=0)
    points[np.arange(free.size), free] += inward[free]
    asked = yield points
    slope = np.zeros(point.size)
    slope[free] = (asked.gap[:-1] - asked.gap[-1]) / inward[free]
    if not np.isfinite(slope).all() or not slope.any():
        return none
    base = point.copy()
    base[free] = space.start[free]
    need = float(asked.gap[-1] + slope @ (base - point))
    if need <= 0.0:
        return none
    target = base.copy()
    for thing in np.argsort(-np.abs(slope), kind="stable"):
        if need <= 0.0 or slope[thing] == 0.0:
            break
        bound = space.high[thing] if slope[thing] < 0.0 else space.low[thing]
        room = max(float((bound - base[thing]) * -np.sign(slope[thing])), 0.0)
        step = min(room, need / abs(float(slope[thing])))
        inside = base[thing] - np.sign(slope[thing]) * step
        target[thing] = bound if step == room else inside
        need -= step * abs(float(slope[thing]))
    return (yield from _reached(space, base, target))


def _reached(
    space: Space, base: Float[ndarray, " thing"], target: Float[ndarray, " thing"]
) -> Generator[Points, Asked, Points]:
    """What flips on the way from a base to a target and a little further.

    Along a straight line every assumption reaches its bound as the last one does; so the line is
    also gone through with the assumptions at their bounds held there.
    """
    further = np.clip(base + _FURTHER * (target - base), space.low, space.high)
    further = np.where(target == base, base, further)
    held = np.where(further == target, target, base)
    near, far = np.stack([base, held]), np.stack([further, further])
    ends, fine = yield from _line(near, far)
    return ends[fine]


def _frontier(
    space: Space, found: Sequence[Float[ndarray, " thing"]]
) -> tuple[FlippingChange, ...]:
    """For every number of assumptions the nearest point, as long as more of them brings nearer."""
    kept: list[FlippingChange] = []
    order = sorted(found, key=lambda p: (int(space.moved(p).sum()), float(space.distance(p))))
    for point in order:
        distance = float(space.distance(point))
        if kept and distance > kept[-1].distance - 1e-6:
            continue
        change = np.abs(point - space.start)
        moved = np.flatnonzero(change)[np.argsort(-change[change > 0.0], kind="stable")]
        if kept and len(moved) == len(kept[-1].moved):
            continue
        kept.append(FlippingChange(point, tuple(int(thing) for thing in moved), distance))
    return tuple(kept)
