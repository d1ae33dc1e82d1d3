"""CART: one shallow tree that splits the worlds into boxes, the alternative to PRIM.

A tree's boxes are disjoint and fill the space, which PRIM's do not; they are found by halving, not
by patience, so their bounds are coarser where the sample is small. Draws no chance. Axes: (draw,
thing).

References:
    Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984), Classification and
    regression trees: the Gini index; categories ordered by their mean.
    Lempert, R. J., Bryant, B. P. and Bankes, S. C. (2008), Comparing algorithms for scenario
    discovery, RAND WR-557.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.boxes.boxes import Box, Fit, check_columns, unrestricted
from schelling.analysis.boxes.slices import between


@dataclass(frozen=True)
class Leaf:
    """One box of the tree, and how well it does."""

    box: Box
    fit: Fit


@dataclass(frozen=True)
class _Split:
    """A way to cut a node in two.

    Attributes:
        gain: By how much the sum of squares within the halves falls.
        thing: The column.
        bounds: The last value of the first half and the first of the second; None for categories.
        left: Categories of the first half.
        right: Categories of the second half.
    """

    gain: float
    thing: int
    bounds: tuple[float, float] | None
    left: tuple[int, ...] = ()
    right: tuple[int, ...] = ()


def tree_boxes(
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    categories: Sequence[int] | None = None,
    *,
    depth: int = 4,
    least: float = 0.05,
    least_gain: float = 0.001,
) -> tuple[Leaf, ...]:
    """The leaves of a tree grown by the Gini index, as boxes.

    Args:
        inputs: One row a world.
        sought: The worlds looked for.
        categories: For each column 0 if it is a number, else how many categories it has; all are
            numbers when None.
        depth: How many splits lie above a leaf at most.
        least: Share of all worlds a leaf holds at least.
        least_gain: Share of the whole sample's impurity a split must take away.

    Returns:
        The leaves, the densest first; they are disjoint and hold every world of the sample.

    Raises:
        ValueError: If a column is not what `categories` says.

    Examples:
        >>> x = np.random.default_rng(1).random((2000, 3))
        >>> leaves = tree_boxes(x, (x[:, 0] > 0.6) & (x[:, 2] < 0.5))
        >>> leaves[0].fit.density, leaves[0].fit.coverage > 0.95, leaves[0].box.restricted
        (1.0, True, (0, 2))
    """
    kinds = check_columns(inputs, categories)
    smallest = max(int(np.ceil(least * sought.size)), 1)
    wanted = int(np.count_nonzero(sought))
    impurity = wanted * (1.0 - wanted / max(sought.size, 1))
    waiting = [(unrestricted(len(kinds)), np.arange(sought.size), depth)]
    leaves: list[Leaf] = []
    while waiting:
        box, members, deeper = waiting.pop()
        split = _split(inputs, sought, kinds, members, smallest) if deeper else None
        if split is None or split.gain <= least_gain * impurity:
            leaves.append(Leaf(box, _fit(box, sought, members, wanted)))
            continue
        column = inputs[members, split.thing]
        if split.bounds is not None:
            first = column <= split.bounds[0]
        else:
            first = np.isin(column, split.left)
        for half, part in zip(_halves(box, split), (members[first], members[~first]), strict=True):
            waiting.append((half, part, deeper - 1))
    return tuple(sorted(leaves, key=lambda leaf: (-leaf.fit.density, -leaf.fit.coverage)))


def _fit(
    box: Box, sought: Bool[ndarray, " draw"], members: Int[ndarray, " member"], wanted: int
) -> Fit:
    caught, worlds = int(np.count_nonzero(sought[members])), members.size
    return Fit(
        caught / wanted if wanted else float("nan"),
        caught / worlds if worlds else float("nan"),
        worlds / sought.size if sought.size else float("nan"),
        worlds,
        caught,
        len(box.restricted),
    )


def _split(
    inputs: Float[ndarray, "draw thing"],
    sought: Bool[ndarray, " draw"],
    kinds: Sequence[int],
    members: Int[ndarray, " member"],
    smallest: int,
) -> _Split | None:
    """The best split of a node; None if none leaves both halves large enough."""
    hits = sought[members]
    if members.size < 2 * smallest or hits.all() or not hits.any():
        return None
    best: _Split | None = None
    for thing, kind in enumerate(kinds):
        column = inputs[members, thing]
        order, groups = _ordered(column, hits, kind)
        gain, cut = _cut(groups[order], hits[order], smallest)
        if cut is None or (best is not None and gain <= best.gain):
            continue
        if kind:
            sorted_codes = column[order].astype(np.int64)
            sides = (np.unique(sorted_codes[:cut]), np.unique(sorted_codes[cut:]))
            left, right = (tuple(int(one) for one in side) for side in sides)
            best = _Split(gain, thing, None, left, right)
        else:
            edge = float(column[order[cut - 1]]), float(column[order[cut]])
            best = _Split(gain, thing, edge)
    return best


def _ordered(
    column: Float[ndarray, " member"], hits: Bool[ndarray, " member"], kind: int
) -> tuple[Int[ndarray, " member"], Float[ndarray, " member"]]:
    """An order of the worlds in which a split is a cut, and what must not be cut apart."""
    if not kind:
        return np.argsort(column, kind="stable"), column
    codes = column.astype(np.int64)
    present = np.maximum(np.bincount(codes, minlength=kind), 1)
    share = np.bincount(codes, weights=hits, minlength=kind) / present
    place = np.empty(kind)
    place[np.argsort(share, kind="stable")] = np.arange(kind)
    groups = place[codes]
    return np.argsort(groups, kind="stable"), groups


def _cut(
    groups: Float[ndarray, " member"], hits: Bool[ndarray, " member"], smallest: int
) -> tuple[float, int | None]:
    """Where to cut an ordered node, and how much that gains."""
    size, total = hits.size, int(np.count_nonzero(hits))
    at = np.arange(smallest, size - smallest + 1)
    at = at[groups[at - 1] != groups[np.minimum(at, size - 1)]]
    if at.size == 0:
        return 0.0, None
    caught = np.cumsum(hits)[at - 1]
    gain = caught**2 / at + (total - caught) ** 2 / (size - at) - total**2 / size
    best = int(np.argmax(gain))
    return float(gain[best]), int(at[best])


def _halves(box: Box, split: _Split) -> tuple[Box, Box]:
    thing = split.thing
    if split.bounds is None:
        before, after = box.allowed[:thing], box.allowed[thing + 1 :]
        return (
            replace(box, allowed=(*before, split.left, *after)),
            replace(box, allowed=(*before, split.right, *after)),
        )
    below, above = split.bounds
    high, low = box.high.copy(), box.low.copy()
    high[thing], low[thing] = between(below, above), between(above, below)
    return replace(box, high=high), replace(box, low=low)
