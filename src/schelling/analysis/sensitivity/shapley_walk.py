"""Shapley effects of any number of inputs, from worlds in which one after another is drawn anew.

A point of the design is a walk: it begins at a world x and draws the inputs anew one after another,
in a random order and each time given those not yet drawn, until all of them, luck too, are another
world y. Two worlds of a walk that share some inputs are independent given those, so half their
squared difference is, on average, what the other inputs leave open. Each input is credited with
what its own turn adds; the credits of a walk add up to (y - x)^2 / 2, whose mean is the variance.
So the effects add up to 1 exactly, and an input that changes nothing has 0 exactly. Knows nothing
of where the worlds come from. Axes: (walk, step, outcome) in, (input, outcome) out.

References:
    Owen, A. B. (2014), Sobol' indices and Shapley value, SIAM/ASA J. Uncertainty Quantification
    2(1).
    Song, E., Nelson, B. L. and Staum, J. (2016), Shapley effects for global sensitivity analysis:
    theory and computation, SIAM/ASA J. Uncertainty Quantification 4(1): dependent inputs, random
    orders.
    Goda, T. (2021), A simple algorithm for global sensitivity analysis with Shapley effects,
    Reliability Engineering & System Safety 213: one world an input and order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.sensitivity.resampling import Resamples
from schelling.analysis.sensitivity.sobol import standardised


@dataclass(frozen=True)
class ShapleyWalk:
    """Shares of each outcome's variance; those of all inputs add up to 1.

    Attributes:
        effect: Share of each input; 0 where nothing varies, NaN where no walk is finite.
        error: Its standard error.
        multiplier: Half a 95 % interval is this times the error.
        dropped: Walks left out because a world of them is not finite.
    """

    effect: Float[ndarray, "thing outcome"]
    error: Float[ndarray, "thing outcome"]
    multiplier: float
    dropped: Int[ndarray, " outcome"]


def orders(walks: int, things: int, generator: np.random.Generator) -> Int[ndarray, "walk thing"]:
    """When each input is drawn anew, in a random order a walk.

    Args:
        walks: How many walks.
        things: How many inputs.
        generator: Source of chance.

    Returns:
        The place of every input in the order of its walk, counted from 0.
    """
    return np.argsort(generator.random((walks, things)), axis=1)


def undivided(
    place: Int[ndarray, "walk thing"], blocks: Sequence[Sequence[int]]
) -> Bool[ndarray, "walk step"]:
    """Steps at which of every block of dependent inputs all or none have been drawn anew.

    Args:
        place: From `orders`.
        blocks: Positions of inputs that depend on one another; inputs alone need not be listed.

    Returns:
        One more step than there are inputs.
    """
    walks, things = place.shape
    steps: Int[ndarray, " step"] = np.arange(things + 1, dtype=np.int64)
    whole: Bool[ndarray, "walk step"] = np.ones((walks, things + 1), dtype=np.bool_)
    for block in blocks:
        own = place[:, list(block)]
        first: Int[ndarray, "walk one"] = own.min(axis=1, keepdims=True)
        last: Int[ndarray, "walk one"] = own.max(axis=1, keepdims=True)
        whole &= np.logical_or(steps <= first, steps > last)
    return whole


def shapley_of_walks(
    outcomes: Float[ndarray, "walk step outcome"],
    place: Int[ndarray, "walk thing"],
    resamples: Resamples,
    whole: Bool[ndarray, "walk step"] | None = None,
) -> ShapleyWalk:
    """Shapley effects of many outcomes from the same walks.

    Args:
        outcomes: Of every world of every walk; a walk with one that is not finite is left out.
        place: When each input was drawn anew.
        resamples: Weights over the walks; `resampling.jackknife` where they have replicates.
        whole: Steps at which a world shares with y exactly what was drawn anew, from `undivided`;
            all of them when None. There both ends of the walk are compared with, which halves the
            variance. Elsewhere only x can be; what that changes cancels over the orders, because
            the comparisons with x and with y are each other's mirror image.

    Returns:
        The effects.

    Examples:
        >>> from schelling.analysis.sensitivity.resampling import bootstrap
        >>> rng = np.random.default_rng(1)
        >>> x, y = rng.normal(size=(2, 5000, 1, 2))
        >>> place = orders(5000, 2, rng)
        >>> walk = np.where(place[:, np.newaxis] < np.arange(3)[:, np.newaxis], y, x)
        >>> told = walk @ np.array([[3.0], [1.0]])
        >>> shapley_of_walks(told, place, bootstrap(5000, 50, rng)).effect[:, 0].round(1)
        array([0.9, 0.1])
    """
    usable: Bool[ndarray, "walk outcome"] = np.all(np.isfinite(outcomes), axis=1)
    counts = usable.sum(axis=0)
    f = standardised(np.where(usable[:, np.newaxis], outcomes, 0.0), usable, counts)
    begin, end = f[:, :1], f[:, -1:]
    all_of_it = 0.5 * (end - begin) ** 2
    open_ = 0.5 * (f - begin) ** 2
    mirrored = 0.5 * (open_ + all_of_it - 0.5 * (f - end) ** 2)
    known = mirrored if whole is None else np.where(whole[:, :, np.newaxis], mirrored, open_)
    credits = np.take_along_axis(np.diff(known, axis=1), place[:, :, np.newaxis], axis=1)
    terms = np.concatenate([credits, all_of_it], axis=1)
    effect = _shares(terms.sum(axis=0))
    means = resamples.means(terms.reshape(len(terms), -1)).reshape(-1, *terms.shape[1:])
    error = resamples.error(_shares(means))
    effect[:, counts == 0] = error[:, counts == 0] = np.nan
    return ShapleyWalk(effect, error, resamples.multiplier, len(f) - counts)


def _shares(means: Float[ndarray, "... term outcome"]) -> Float[ndarray, "... thing outcome"]:
    """Credits over the variance, the last of the terms; 0 where there is none."""
    variance = means[..., -1:, :]
    credits = means[..., :-1, :]
    return np.divide(credits, variance, out=np.zeros_like(credits), where=variance > 0.0)
