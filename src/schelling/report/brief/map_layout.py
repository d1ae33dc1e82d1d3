"""Where the boxes of a causal map stand: rows from causes to effects, few crossings, short lines.

The steps of Sugiyama, Tagawa & Toda (1981): some arrows are turned round so that no loop is left
(Eades, Lin & Smyth 1993), boxes get rows, boxes of a row are put in the order of their neighbours'
means, and then moved sideways towards them as far as the others allow. Lines that leave one box the
same way pass a row in one place and part below it, or a box that many read would fill the rows with
its lines. The same map always gives the same places. Knows no cases and no pictures; lengths are in
pixels.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, pairwise

GAP = 14.0
"""Between boxes of a row."""

_LANE = 9.0  # room of a line that passes a row
_SWEEPS = 16
_SHIFTS = 24
_EFFORT = 40_000  # boxes and lanes looked at while a map is put in order; fewer sweeps if many
_PARTS = 16  # of the width: rows keep to 16, 15, ... of them until lines have room too
_STRAIGHT = 6.0  # pull of a line's own bends on one another, beside 1 of a box on its neighbour

Link = tuple[str, str]


@dataclass(frozen=True)
class Spot:
    """Where a box stands.

    Attributes:
        x: Its middle.
        row: Its row, from 0 at the top.
    """

    x: float
    row: int


@dataclass(frozen=True)
class MapLayout:
    """Where everything stands.

    Attributes:
        spots: Boxes by key.
        bends: For every link, where it passes the rows between its ends, from source to target.
        width: Of the widest row.
        rows: How many rows there are.
    """

    spots: Mapping[str, Spot]
    bends: Mapping[Link, tuple[Spot, ...]]
    width: float
    rows: int


def place(widths: Mapping[str, float], links: Sequence[Link], room: float) -> MapLayout:
    """Find a place for every box.

    Args:
        widths: Width of every box by key, in an order that settles ties.
        links: From source to target, each once, between different boxes.
        room: Width to keep to, lines beside boxes and all, if that can be done.

    Returns:
        The places.
    """
    order = {key: n for n, key in enumerate(_sequence(list(widths), links))}
    down = {(min(link, key=order.__getitem__), max(link, key=order.__getitem__)) for link in links}
    forward = sorted(down, key=lambda link: (order[link[0]], order[link[1]]))
    keys = sorted(widths, key=order.__getitem__)
    falling = set(links)
    grids = (
        _Grid(widths, _rows(keys, forward, widths, room * part / _PARTS), forward, falling)
        for part in range(_PARTS, _PARTS // 2, -1)
    )
    grid = next(grids)
    for other in grids:
        if grid.width <= room:
            break
        grid = min(grid, other, key=lambda one: max(one.width, room))
    grid.untangle()
    grid.spread(max(room, grid.width))
    left = min((x - grid.widths[key] / 2 for key, x in grid.x.items()), default=0.0)
    right = max((x + grid.widths[key] / 2 for key, x in grid.x.items()), default=0.0)

    def spot(key: str) -> Spot:
        return Spot(round(grid.x[key] - left, 2), grid.row[key])

    bends: dict[Link, tuple[Spot, ...]] = {}
    for source, target in links:
        if (source, target) in grid.lanes:
            bends[source, target] = tuple(spot(one) for one in grid.lanes[source, target])
        else:
            bends[source, target] = tuple(spot(one) for one in grid.lanes[target, source])[::-1]
    return MapLayout({key: spot(key) for key in widths}, bends, right - left, len(grid.rows))


def _sequence(keys: list[str], links: Sequence[Link]) -> list[str]:
    """Keys in an order that few links go against: sinks last, sources first, then by degree."""
    left = dict.fromkeys(keys)
    first: list[str] = []
    last: list[str] = []
    while left:
        into = dict.fromkeys(left, 0)
        out = dict.fromkeys(left, 0)
        for source, target in links:
            if source in left and target in left:
                out[source] += 1
                into[target] += 1
        sinks = [key for key in left if not out[key]]
        sources = [key for key in left if out[key] and not into[key]]
        if sinks:
            last = [*sinks, *last]
        first += sources
        if not sinks and not sources:
            sources = [max(left, key=lambda key: out[key] - into[key])]
            first += sources
        for key in (*sinks, *sources):
            del left[key]
    return first + last


def _rows(
    order: list[str], forward: Sequence[Link], widths: Mapping[str, float], room: float
) -> dict[str, int]:
    """A row for every box below all that feed it; boxes that nothing feeds just above a reader."""
    above: defaultdict[str, list[str]] = defaultdict(list)
    below: defaultdict[str, list[str]] = defaultdict(list)
    for source, target in forward:
        above[target].append(source)
        below[source].append(target)
    load: defaultdict[int, float] = defaultdict(float)
    row: dict[str, int] = {}
    fed = [key for key in order if above[key]]
    for key in fed:
        found = 1 + max((row[one] for one in above[key] if one in row), default=0)
        while load[found] and load[found] + widths[key] > room:
            found += 1
        row[key] = found
        load[found] += widths[key] + GAP
    for key in (key for key in order if not above[key]):
        lowest = min((row[one] for one in below[key]), default=max(row.values(), default=0) + 1) - 1
        row[key] = next(
            n for n in count(lowest, -1) if not load[n] or load[n] + widths[key] <= room
        )
        load[row[key]] += widths[key] + GAP
    used = {number: n for n, number in enumerate(sorted(set(row.values())))}
    return {key: used[number] for key, number in row.items()}


class _Grid:
    """Rows of boxes and of lanes, which are the places where long lines pass a row.

    Args:
        widths: Of the boxes.
        row: Of the boxes.
        forward: Links from the upper box to the lower.
        falling: Those of them whose source is the upper box; of the others it is the lower.
    """

    def __init__(
        self,
        widths: Mapping[str, float],
        row: Mapping[str, int],
        forward: Sequence[Link],
        falling: Collection[Link],
    ) -> None:
        self.widths, self.row = dict(widths), dict(row)
        self.lanes: dict[Link, tuple[str, ...]] = {}
        self.rows: list[list[str]] = [[] for _ in range(max(row.values(), default=-1) + 1)]
        for key in widths:
            self.rows[row[key]].append(key)
        self.up: defaultdict[str, list[str]] = defaultdict(list)
        self.down: defaultdict[str, list[str]] = defaultdict(list)
        for source, target in forward:
            trunk = f"{source} down" if (source, target) in falling else f"{target} up"
            lane = tuple(f"{trunk} {n}" for n in range(row[source] + 1, row[target]))
            for n, key in enumerate(lane, row[source] + 1):
                if key not in self.row:
                    self.widths[key], self.row[key] = _LANE, n
                    self.rows[n].append(key)
            self.lanes[source, target] = lane
            for one, two in pairwise((source, *lane, target)):
                if two not in self.down[one]:
                    self.down[one].append(two)
                    self.up[two].append(one)
        self.is_box = frozenset(widths)
        self.x: dict[str, float] = {}

    @property
    def width(self) -> float:
        """Of the widest row, packed."""
        return max(
            (sum(self.widths[k] + self._gap(k) for k in row) for row in self.rows), default=0
        )

    def _rounds(self, most: int) -> int:
        return max(4, min(most, _EFFORT // max(len(self.widths), 1)))

    def untangle(self) -> None:
        """Order every row by the means of its neighbours, down and up, and keep the best order."""
        best, fewest = [list(row) for row in self.rows], self._crossings()
        for sweep in range(self._rounds(_SWEEPS)):
            downward = sweep % 2 == 0
            numbers = range(1, len(self.rows))
            for n in numbers if downward else reversed(range(len(self.rows) - 1)):
                near = self.up if downward else self.down
                place = self._places(self.rows[n - 1 if downward else n + 1])
                own = self._places(self.rows[n])
                self.rows[n].sort(key=lambda key: (_mean(near[key], place, own[key]), own[key]))
            if (found := self._crossings()) < fewest:
                best, fewest = [list(row) for row in self.rows], found
        self.rows = best

    def spread(self, room: float) -> None:
        """Move every row sideways towards its neighbours, with gaps between boxes and lanes."""
        for row in self.rows:
            at = 0.0
            for key in row:
                self.x[key] = at + self.widths[key] / 2
                at += self.widths[key] + self._gap(key)
            offset = max(room - at, 0.0) / 2
            self.x |= {key: self.x[key] + offset for key in row}
        for shift in range(self._rounds(_SHIFTS)):
            rows = self.rows if shift % 2 == 0 else self.rows[::-1]
            for row in rows:
                self._shift(row, room)

    def _shift(self, row: list[str], room: float) -> None:
        """The places nearest to where each would like to be (pool adjacent violators)."""
        if not row:
            return
        starts = [0.0]
        for one, two in pairwise(row):
            gap = (self._gap(one) + self._gap(two)) / 2
            starts.append(starts[-1] + (self.widths[one] + self.widths[two]) / 2 + gap)
        wish = [self._wish(key) - start for key, start in zip(row, starts, strict=True)]
        blocks: list[list[float]] = []
        for value in wish:
            blocks.append([value, 1.0])
            while len(blocks) > 1 and blocks[-2][0] > blocks[-1][0]:
                total = blocks[-2][1] + blocks[-1][1]
                mean = (blocks[-2][0] * blocks[-2][1] + blocks[-1][0] * blocks[-1][1]) / total
                blocks[-2:] = [[mean, total]]
        least = self.widths[row[0]] / 2
        most = max(room - starts[-1] - self.widths[row[-1]] / 2, least)
        level = [min(max(mean, least), most) for mean, many in blocks for _ in range(int(many))]
        self.x |= {key: at + start for key, at, start in zip(row, level, starts, strict=True)}

    def _wish(self, key: str) -> float:
        near = [*self.up[key], *self.down[key]]
        if not near:
            return self.x[key]
        weight = [
            1.0 if key in self.is_box or other in self.is_box else _STRAIGHT for other in near
        ]
        return sum(w * self.x[other] for w, other in zip(weight, near, strict=True)) / sum(weight)

    def _gap(self, key: str) -> float:
        return GAP if key in self.is_box else 4.0

    def _crossings(self) -> int:
        return sum(self._crossed(one, two) for one, two in pairwise(self.rows))

    def _crossed(self, above: list[str], below: list[str]) -> int:
        """Pairs of lines between two rows that cross."""
        place, seen, found = self._places(below), list[int](), 0
        for key in above:
            ends = sorted(place[other] for other in self.down[key])
            found += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
        return found

    def _places(self, row: list[str]) -> dict[str, int]:
        return {key: n for n, key in enumerate(row)}


def _mean(near: Sequence[str], place: Mapping[str, int], own: int) -> float:
    found = [place[other] for other in near]
    return sum(found) / len(found) if found else float(own)
