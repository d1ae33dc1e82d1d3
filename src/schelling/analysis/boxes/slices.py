"""The slices a box can lose: worlds sorted once by every column, then only the ends are read.

Keeps, for every column of numbers, its worlds in order, those already gone left in place until
they are the larger half; so a step costs what the slices hold, not what the box holds. For
categories, the counts are kept. Axes: (draw, thing).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.boxes.boxes import CATEGORY, HIGH, LOW


@dataclass(frozen=True)
class Slice:
    """Worlds a box could lose.

    Attributes:
        thing: The column.
        side: LOW, HIGH or CATEGORY.
        bound: The new bound, or the category lost.
        members: The worlds; None for a category, whose worlds are found when it goes.
        worlds: How many.
        caught: How many of them are sought.
    """

    thing: int
    side: int
    bound: float
    members: Int[ndarray, " member"] | None
    worlds: int
    caught: int


@dataclass
class _SliceColumn:
    """Worlds in the order of one column; some of them are gone."""

    order: Int[ndarray, " listed"]
    values: Float[ndarray, " listed"]


@dataclass
class Slices:
    """What is left of the worlds while a box is peeled.

    Attributes:
        worlds: How many are left.
        caught: How many of them are sought.
    """

    worlds: int
    caught: int
    _alive: Bool[ndarray, " draw"]
    _sought: Bool[ndarray, " draw"]
    _columns: dict[int, _SliceColumn]
    _codes: dict[int, Int[ndarray, " draw"]]
    _counts: dict[int, Int[ndarray, "two _category"]]
    _listed: int

    @staticmethod
    def of(
        inputs: Float[ndarray, "draw thing"],
        sought: Bool[ndarray, " draw"],
        kinds: Sequence[int],
        alive: Bool[ndarray, " draw"],
    ) -> Slices:
        """Sort every column once.

        Args:
            inputs: One row a world.
            sought: The worlds looked for.
            kinds: Number of categories of every column, 0 for numbers.
            alive: Worlds to begin with; changed in place from now on.

        Returns:
            The state before the first slice.
        """
        start = np.flatnonzero(alive)
        columns: dict[int, _SliceColumn] = {}
        codes: dict[int, Int[ndarray, " draw"]] = {}
        counts: dict[int, Int[ndarray, "two _category"]] = {}
        for thing, kind in enumerate(kinds):
            column = inputs[start, thing]
            if kind:
                codes[thing] = inputs[:, thing].astype(np.int64)
                counts[thing] = _tally(codes[thing][start], sought[start], kind)
            else:
                order = np.argsort(column, kind="stable")
                columns[thing] = _SliceColumn(start[order].astype(np.int32), column[order])
        caught = int(np.count_nonzero(sought[start]))
        return Slices(start.size, caught, alive, sought, columns, codes, counts, start.size)

    def candidates(self, share: float) -> Iterator[Slice]:
        """Every slice that could be lost next.

        Args:
            share: Share of the worlds left that a slice of a number should hold. Equal values stay
                together: a slice holds less then, or the first value alone if that is more.

        Yields:
            Two slices a number, one a category; none that would leave nothing.
        """
        size = max(int(share * self.worlds), 1)
        for thing, column in self._columns.items():
            for side in (LOW, HIGH):
                found = self._end(thing, column, side, size)
                if found is not None:
                    yield found
        for thing, (left, caught) in self._counts.items():
            present = np.flatnonzero(left)
            if present.size > 1:
                for one in present.tolist():
                    yield Slice(thing, CATEGORY, one, None, int(left[one]), int(caught[one]))

    def remove(self, one: Slice) -> None:
        """Take a slice away.

        Args:
            one: From `candidates`, since the last removal.
        """
        members = one.members
        if members is None:
            members = np.flatnonzero((self._codes[one.thing] == int(one.bound)) & self._alive)
        self._alive[members] = False
        self.worlds -= one.worlds
        self.caught -= one.caught
        for thing, codes in self._codes.items():
            kind = self._counts[thing].shape[1]
            self._counts[thing] -= _tally(codes[members], self._sought[members], kind)
        if self.worlds < 0.5 * self._listed:
            for column in self._columns.values():
                kept = self._alive[column.order]
                column.order, column.values = column.order[kept], column.values[kept]
            self._listed = self.worlds

    def _end(self, thing: int, column: _SliceColumn, side: int, size: int) -> Slice | None:
        """The slice at one end of a column; None if all values left are equal."""
        listed, sign = column.order.size, 1.0 if side == LOW else -1.0
        window = int(1.1 * size * listed / self.worlds) + 16
        while True:
            ends = slice(0, window) if side == LOW else slice(-1, -window - 1, -1)
            order = column.order[ends]
            here = np.flatnonzero(self._alive[order])
            whole = window >= listed
            if here.size > size or whole:
                keys: Float[ndarray, " end"] = sign * column.values[ends][here]
                last = float(keys[min(size, keys.size - 1)])
                cut = int(np.searchsorted(keys, last, "left"))
                if cut == 0:
                    cut = int(np.searchsorted(keys, last, "right"))
                if cut < keys.size:
                    members = order[here[:cut]]
                    bound = sign * between(float(keys[cut]), float(keys[cut - 1]))
                    caught = int(np.count_nonzero(self._sought[members]))
                    return Slice(thing, side, bound, members, cut, caught)
                if whole:
                    return None
            window *= 2


def _tally(
    codes: Int[ndarray, " member"], sought: Bool[ndarray, " member"], kind: int
) -> Int[ndarray, "two category"]:
    """How many worlds have each category, and how many of them are sought."""
    tally = np.empty((2, kind), dtype=np.int64)
    tally[0] = np.bincount(codes, minlength=kind)
    tally[1] = np.bincount(codes[sought], minlength=kind)
    return tally


def between(kept: float, lost: float) -> float:
    """A bound that keeps the one value and shuts out the other: their middle if it can.

    Args:
        kept: The value inside.
        lost: The value outside, on either side.

    Returns:
        The middle, or `kept` where rounding makes the middle `lost`.
    """
    middle = kept + 0.5 * (lost - kept)
    return kept if middle == lost else middle
