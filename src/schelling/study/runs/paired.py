"""By how much a share of worlds changes between two runs of the same worlds.

Worlds whose numbers fail on either side are unknown, not false: they bound the change. World w
belongs to replicate w modulo their number. Axes: (draw,).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.summary import mean_with_error


@dataclass(frozen=True)
class Moved:
    """The change of a share.

    Attributes:
        change: Over the worlds that are sound both ways, as a share; NaN where there is none. Where
            other worlds ask the claim than before, from the one share to the other.
        standard_error: Of the change, from the replicates.
        failed: Worlds that ask and are not sound both ways.
        low: Least change over all that ask, whatever the failed ones hold.
        high: Largest.
        worlds: Worlds behind the error.
    """

    change: float
    standard_error: float
    failed: int
    low: float
    high: float
    worlds: int


def moved(
    before: Float[ndarray, " draw"],
    asked: Bool[ndarray, " draw"],
    after: Float[ndarray, " draw"],
    asks: Bool[ndarray, " draw"],
    replicates: int,
) -> Moved:
    """The change of the share of worlds in which a claim holds.

    Args:
        before: Truth as a number, NaN where it has none.
        asked: Which worlds ask the claim.
        after: As `before`, in the same worlds.
        asks: Which worlds ask it then.
        replicates: Independent copies of the design.
    """
    if bool(np.array_equal(asked, asks)):
        return _paired(before, after, asked, replicates)
    return _between(
        np.where(asked, before, 0.0), asked, np.where(asks, after, 0.0), asks, replicates
    )


def _paired(
    before: Float[ndarray, " draw"],
    after: Float[ndarray, " draw"],
    both: Bool[ndarray, " draw"],
    replicates: int,
) -> Moved:
    """Mean of a paired difference over the worlds that ask the claim `both` times."""
    if not both.any():
        return Moved(np.nan, np.nan, 0, np.nan, np.nan, 0)
    replicate = np.flatnonzero(both) % replicates
    before, after = before[both], after[both]
    gap = after - before
    sound = np.isfinite(gap)
    mean, error = mean_with_error(gap[sound], replicate[sound])
    low, high = _bounds(before, after)
    count = int(np.count_nonzero(sound))
    return Moved(mean, error, sound.size - count, low, high, count)


def _between(
    before: Float[ndarray, " draw"],
    asked: Bool[ndarray, " draw"],
    after: Float[ndarray, " draw"],
    asks: Bool[ndarray, " draw"],
    replicates: int,
) -> Moved:
    """From the share of the worlds that ask the claim to that of the others that ask it then.

    Truth is 0 where a claim is not asked. The error is that of the differences by replicate.
    """
    lost = int(np.count_nonzero(np.isnan(before) | np.isnan(after)))
    if not (asked.any() and asks.any()):
        return Moved(np.nan, np.nan, lost, np.nan, np.nan, 0)
    low = _share(np.nan_to_num(after, nan=0.0), asks) - _share(
        np.nan_to_num(before, nan=1.0), asked
    )
    high = _share(np.nan_to_num(after, nan=1.0), asks) - _share(np.nan_to_num(before), asked)
    gaps = [
        _share(after[mine], (asks & ~np.isnan(after))[mine])
        - _share(before[mine], (asked & ~np.isnan(before))[mine])
        for mine in (slice(first, None, replicates) for first in range(replicates))
    ]
    known = np.array([gap for gap in gaps if np.isfinite(gap)])
    whole = _share(after, asks & ~np.isnan(after)) - _share(before, asked & ~np.isnan(before))
    _, error = mean_with_error(known, np.arange(known.size))
    return Moved(whole, error, lost, low, high, int(min(asked.sum(), asks.sum())))


def _share(truth: Float[ndarray, " draw"], chosen: Bool[ndarray, " draw"]) -> float:
    return float(truth[chosen].mean()) if chosen.any() else np.nan


def _bounds(before: Float[ndarray, " draw"], after: Float[ndarray, " draw"]) -> tuple[float, float]:
    """The change over all worlds if those without a number hold what moves it least, and most.

    A world that fails both ways may be anything both times.
    """
    low = np.where(np.isnan(after), 0.0, after) - np.where(np.isnan(before), 1.0, before)
    high = np.where(np.isnan(after), 1.0, after) - np.where(np.isnan(before), 0.0, before)
    return float(low.mean()), float(high.mean())
