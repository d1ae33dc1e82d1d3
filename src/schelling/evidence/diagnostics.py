"""What speaks for and against a posterior: agreement of groups, shares and quantiles by weight.

Groups are chains, populations or replicates: parts of the worlds that were made apart. Axes:
(world,).

References:
    Vehtari, Gelman, Simpson, Carpenter & Buerkner (2021), Rank-normalization, folding, and
    localization: an improved R-hat, sections 3.1 and 4.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from scipy.special import ndtri
from scipy.stats import rankdata

Weights = Float[ndarray, " world"]


def r_hat(values: Float[ndarray, "group draw"]) -> float:
    """Rank-normalised split R-hat, the larger of bulk and tail: near 1 where groups agree.

    Returns:
        1 for a constant, infinity where a group is stuck at one value and others are not.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> r_hat(rng.standard_normal((4, 500))) < 1.01
        True
        >>> r_hat(rng.standard_normal((4, 500)) + np.arange(4)[:, None]) > 1.5
        True
    """
    half = values.shape[1] // 2
    split = np.concatenate([values[:, :half], values[:, half : 2 * half]])
    if np.ptp(split) == 0:
        return 1.0
    folded = np.abs(split - np.median(split))
    return max(_of_scores(_scores(split)), _of_scores(_scores(folded)))


def _scores(values: Float[ndarray, "group draw"]) -> Float[ndarray, "group draw"]:
    ranks = rankdata(values).reshape(values.shape)
    return np.asarray(ndtri((ranks - 0.375) / (values.size + 0.25)))


def _of_scores(scores: Float[ndarray, "group draw"]) -> float:
    draws = scores.shape[1]
    within = float(scores.var(axis=1, ddof=1).mean())
    between = float(scores.mean(axis=1).var(ddof=1))
    if within == 0:
        return 1.0 if between == 0 else np.inf
    return float(np.sqrt((draws - 1) / draws + between / within))


def effective(weights: Weights) -> float:
    """Effective sample size of weights (Kish)."""
    return float(weights.sum() ** 2 / (weights**2).sum())


def effective_of_groups(
    values: Float[ndarray, "world thing"], weights: Weights, group: Int[ndarray, " world"]
) -> float:
    """Effective sample size of worlds that depend on each other within groups, not between.

    As many independent worlds as would leave the means of the things as uncertain as the spread of
    the groups says, over all things together.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> apart = rng.standard_normal((1600, 20))
        >>> group, even = np.arange(1600) // 100, np.full(1600, 1 / 1600)
        >>> 1200 < effective_of_groups(apart, even, group) < 2100
        True
        >>> 300 < effective_of_groups(np.repeat(apart[:400], 4, 0), even, group) < 530
        True
    """
    share = weights / weights.sum()
    off = values - share @ values
    variance = share @ off**2
    _, places = np.unique(group, return_inverse=True)
    count = int(places.max()) + 1
    if count < 2 or not (variance > 0).any():
        return effective(weights)
    sums: ndarray = np.zeros((count, values.shape[1]))
    np.add.at(sums, places, share[:, None] * off)
    error: ndarray = count / (count - 1) * (sums**2).sum(axis=0)
    moving = variance > 0
    ratio: ndarray = error[moving] / variance[moving]
    return 1 / float(ratio.mean())


def quantiles(
    values: Float[ndarray, " world"], weights: Weights, levels: Float[ndarray, " level"]
) -> Float[ndarray, " level"]:
    """Weighted quantiles: the smallest value that has so much of the weight up to it.

    Examples:
        >>> quantiles(np.array([3.0, 1.0, 2.0]), np.array([0.5, 0.25, 0.25]), np.array([0.5]))
        array([2.])
    """
    order = np.argsort(values)
    share = np.cumsum(weights[order]) / weights.sum()
    places = np.searchsorted(share, levels * (1 - 1e-12))
    return values[order][np.minimum(places, len(values) - 1)]


def share(
    holds: Bool[ndarray, " world"], weights: Weights, group: Int[ndarray, " world"]
) -> tuple[float, float]:
    """A weighted share of worlds, and its standard error from the spread of the groups.

    The error is that of a ratio of sums over groups, to first order.

    Examples:
        >>> holds, group = np.array([True, True, False, True]), np.array([0, 1, 0, 1])
        >>> share(holds, np.full(4, 0.25), group)
        (0.75, 0.25)
    """
    total = float(weights.sum())
    if total <= 0:
        return np.nan, np.nan
    found = float(weights[holds].sum()) / total
    _, places = np.unique(group, return_inverse=True)
    count = int(places.max()) + 1
    if count < 2:
        return found, np.nan
    off = np.bincount(places, weights * (holds - found), count) / total
    return found, float(np.sqrt(count / (count - 1) * np.sum(off**2)))


def places(weights: Weights, count: int, rng: np.random.Generator) -> Int[ndarray, " chosen"]:
    """Positions drawn as often as their weights say, to within one (systematic resampling)."""
    marks = (np.arange(count) + rng.uniform()) / count
    found = np.searchsorted(np.cumsum(weights) / weights.sum(), marks)
    return np.minimum(found, len(weights) - 1)


def systematic(weights: Weights, count: int, rng: np.random.Generator) -> Int[ndarray, " chosen"]:
    """The same in random order."""
    return rng.permutation(places(weights, count, rng))


def rank_correlations(
    values: Float[ndarray, "world thing"],
) -> Float[ndarray, "thing thing"]:
    """Rank correlations of equally weighted worlds; 0 for what does not vary."""
    ranks = np.apply_along_axis(rankdata, 0, values) if values.size else values
    off = ranks - ranks.mean(axis=0) if len(ranks) else ranks
    spread = np.sqrt((off**2).sum(axis=0))
    scaled = off / np.where(spread > 0, spread, 1.0)
    return scaled.T @ scaled
