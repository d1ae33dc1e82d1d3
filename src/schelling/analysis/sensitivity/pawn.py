"""PAWN: how much an outcome's whole distribution moves when one assumption is held in a slice.

Reads any sample, dependent assumptions included, and any outcome, true and false included. The
index is the Kolmogorov-Smirnov distance between the outcome in a slice and the outcome overall;
because it is never 0 in a finite sample, it comes with the level chance alone would reach. Axes:
(draw, thing) and (draw, outcome) in, (thing, outcome) out.

References:
    Pianosi, F. and Wagener, T. (2015), A simple and efficient method for global sensitivity
    analysis based on cumulative distribution functions, Environmental Modelling & Software 67.
    Pianosi, F. and Wagener, T. (2018), Distribution-based sensitivity analysis from a generic
    input-output sample, Environmental Modelling & Software 108: given data, and the dummy.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int, Integer
from numpy import ndarray


@dataclass(frozen=True)
class Pawn:
    """Distances from 0 (the assumption does not matter) to 1.

    Attributes:
        median: Median distance over the slices of the assumption: what it does as a rule.
        maximum: Largest distance: what it does somewhere.
        median_noise: The median that a dummy, sliced alike, exceeds in one of twenty trials.
        maximum_noise: The same for the maximum. Below its noise an index says nothing.
        dropped: Draws left out because a number in them is not finite.
    """

    median: Float[ndarray, "thing outcome"]
    maximum: Float[ndarray, "thing outcome"]
    median_noise: Float[ndarray, "thing outcome"]
    maximum_noise: Float[ndarray, "thing outcome"]
    dropped: Int[ndarray, " outcome"]


@dataclass(frozen=True)
class _Ordered:
    """Draws in the order of an outcome, and the overall distribution at each of them.

    Attributes:
        order: The draws.
        below: Share of draws with a smaller value.
        upto: Share of draws with a value at most as large.
        tied: Whether any two values are equal.
    """

    order: Int[ndarray, " draw"]
    below: Float[ndarray, " draw"]
    upto: Float[ndarray, " draw"]
    tied: bool


def pawn(
    inputs: Float[ndarray, "draw thing"],
    outcomes: Float[ndarray, "draw outcome"] | Bool[ndarray, "draw outcome"],
    generator: np.random.Generator,
    *,
    slices: int = 10,
    dummies: int = 100,
) -> Pawn:
    """PAWN indices of many outcomes, and the noise level of each.

    Args:
        inputs: One column an assumption. One with no more values than slices is sliced by value, as
            categories should be; others into slices of equal numbers of draws, equal values kept
            together.
        outcomes: One column an outcome or margin; true and false count as 1 and 0.
        generator: Source of chance for the dummies.
        slices: How many slices; with few draws in each the noise is large.
        dummies: How many dummies the noise is read from.

    Returns:
        The indices; 0 where nothing varies or no draw is left.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> x = rng.random((2000, 2))
        >>> seen = pawn(x, x[:, :1] > 0.5, rng)
        >>> seen.median[:, 0].round(1), bool(seen.median[1, 0] < seen.median_noise[1, 0])
        (array([0.5, 0. ]), True)
    """
    things, columns = inputs.shape[1], outcomes.shape[1]
    found = np.zeros((4, things, columns))
    dropped = np.zeros(columns, dtype=np.int64)
    finite: Bool[ndarray, " draw"] = np.all(np.isfinite(inputs), axis=1)
    sliced: dict[bytes, list[Integer[ndarray, " draw"]]] = {}
    noise: dict[tuple[int, ...], tuple[float, float]] = {}
    for column in range(columns):
        outcome = outcomes[:, column].astype(np.float64)
        usable = finite & np.isfinite(outcome)
        dropped[column] = np.count_nonzero(~usable)
        if dropped[column] == usable.size:
            continue
        kept = usable.tobytes()
        if kept not in sliced:
            sliced = {kept: [_slice_of(one, slices) for one in inputs[usable].T]}
        ordered = _in_order(outcome[usable])
        for thing, slice_of in enumerate(sliced[kept]):
            distances = _distances(ordered, slice_of)
            found[:2, thing, column] = np.median(distances), distances.max()
            sizes = tuple(np.sort(np.bincount(slice_of)).tolist())
            # without ties the distances of a dummy do not depend on the outcome at all
            key = (-1 if not ordered.tied else column, *sizes)
            if key not in noise:
                noise[key] = _dummy_level(ordered, slice_of, dummies, generator)
            found[2:, thing, column] = noise[key]
    return Pawn(found[0], found[1], found[2], found[3], dropped)


def _slice_of(column: Float[ndarray, " draw"], slices: int) -> Integer[ndarray, " draw"]:
    """Slice of every draw, counted from 0 without gaps."""
    values, place, counts = np.unique(column, return_inverse=True, return_counts=True)
    if values.size > slices:
        first = np.cumsum(counts) - counts
        place = (first * slices // column.size)[place]
        _, place = np.unique(place, return_inverse=True)
    kind = np.uint8 if slices <= 256 else np.int64  # small integers are sorted in one pass
    return place.astype(kind)


def _in_order(outcome: Float[ndarray, " draw"]) -> _Ordered:
    order = np.argsort(outcome, kind="stable")
    values = outcome[order]
    new = np.append(True, values[1:] != values[:-1])
    starts = np.flatnonzero(new)
    run = np.cumsum(new) - 1
    ends = np.append(starts[1:], values.size)
    return _Ordered(
        order, starts[run] / values.size, ends[run] / values.size, starts.size < values.size
    )


def _distances(ordered: _Ordered, slice_of: Integer[ndarray, " draw"]) -> Float[ndarray, " slice"]:
    """Kolmogorov-Smirnov distance of every slice from the whole.

    Within a slice its distribution steps at its own draws only, so the largest distance lies at one
    of them: just after it (values up to it) or just before (values below it).
    """
    codes = slice_of[ordered.order]
    grouped = np.argsort(codes, kind="stable")
    sizes = np.bincount(codes)
    starts = np.cumsum(sizes) - sizes
    size = np.repeat(sizes, sizes)
    place = np.arange(codes.size) - np.repeat(starts, sizes)
    upto, below = ordered.upto[grouped], ordered.below[grouped]
    after, before = np.abs((place + 1) / size - upto), np.abs(place / size - below)
    if ordered.tied:
        same = (upto[1:] == upto[:-1]) & (place[1:] > 0)
        after[:-1][same] = 0.0
        before[1:][same] = 0.0
    return np.maximum.reduceat(np.maximum(after, before), starts)


def _dummy_level(
    ordered: _Ordered,
    slice_of: Integer[ndarray, " draw"],
    dummies: int,
    generator: np.random.Generator,
) -> tuple[float, float]:
    """95 % quantiles of median and maximum when the slices are dealt at random."""
    seen = np.zeros((dummies, 2))
    for row in seen:
        distances = _distances(ordered, generator.permutation(slice_of))
        row[:] = np.median(distances), distances.max()
    median, maximum = np.quantile(seen, 0.95, axis=0).tolist()
    return median, maximum
