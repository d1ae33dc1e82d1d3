"""Shapley effects: each assumption's fair share of an outcome's variance, dependence included.

What assumptions account for together is split equally among them, whether they share it by
interaction or because they move together; so the shares are never negative in truth and sum to the
variance explained. Read from any sample: what a set of assumptions leaves open is the variance
among nearest neighbours in those assumptions. Neighbours are far apart when the set is large, which
leaves too much open; so ask about a dozen assumptions at most, those that matter. Axes: (draw,
thing) and (draw, outcome) in, (thing, outcome) out.

References:
    Owen, A. B. (2014), Sobol' indices and Shapley value, SIAM/ASA J. Uncertainty Quantification
    2(1).
    Song, E., Nelson, B. L. and Staum, J. (2016), Shapley effects for global sensitivity analysis:
    theory and computation, SIAM/ASA J. Uncertainty Quantification 4(1): random orders.
    Broto, B., Bachoc, F. and Depecker, M. (2020), Variance reduction for estimation of Shapley
    effects and adaptation to unknown input distribution, SIAM/ASA J. Uncertainty Quantification
    8(2): nearest neighbours in a given sample.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.analysis.sensitivity.association import ranks
from schelling.analysis.sensitivity.resampling import bootstrap, weighted_means

ALL_SETS_UP_TO: Final = 8
"""With more assumptions than this, random orders are tried instead of all sets."""

_NEIGHBOURS: Final = 3
_APART: Final = 10.0
_JITTER: Final = 1e-9


@dataclass(frozen=True)
class Shapley:
    """Shares of each outcome's variance.

    Attributes:
        effect: Share of each assumption.
        error: Its standard error, from resampled anchors and, where orders are random, from their
            spread; the bias of far neighbours is not in it.
        unexplained: What all the assumptions together leave open: chance in the worlds, assumptions
            not asked about, and the distance of neighbours. Effects and this sum to 1.
        dropped: Draws left out because a number in them is not finite, in any outcome.
    """

    effect: Float[ndarray, "thing outcome"]
    error: Float[ndarray, "thing outcome"]
    unexplained: Float[ndarray, " outcome"]
    dropped: int


def shapley_effects(
    inputs: Float[ndarray, "draw thing"],
    outcomes: Float[ndarray, "draw outcome"] | Bool[ndarray, "draw outcome"],
    generator: np.random.Generator,
    *,
    categories: Sequence[int] | None = None,
    anchors: int = 1000,
    orders: int = 100,
    resamples: int = 100,
) -> Shapley:
    """Shapley effects of many outcomes from one sample.

    Args:
        inputs: One column an assumption; distances are between ranks.
        outcomes: One column an outcome or margin; true and false count as 1 and 0.
        generator: Source of chance: anchors, orders, ties, resamples.
        categories: For each column 0 if it is a number, else how many categories it has; worlds of
            different categories are never neighbours while there are others.
        anchors: At how many draws the variance among neighbours is looked at.
        orders: How many random orders, where there are too many assumptions for all sets.
        resamples: How many resamples of the anchors the error is read from.

    Returns:
        The effects; 0 where nothing varies.

    Raises:
        ValueError: If there is no assumption, or too few finite draws to have neighbours.

    Examples:
        >>> rng = np.random.default_rng(1)
        >>> x = rng.normal(size=(4000, 2))
        >>> seen = shapley_effects(x, x @ np.array([[3.0], [1.0]]), rng)
        >>> seen.effect[:, 0].round(1)
        array([0.9, 0.1])
    """
    y = outcomes.astype(np.float64)
    together = np.concatenate([inputs, y], axis=1)
    usable: Bool[ndarray, " draw"] = np.all(np.isfinite(together), axis=1)
    x, y = inputs[usable], y[usable]
    draws, things = x.shape
    if things == 0 or draws <= _NEIGHBOURS:
        msg = f"1 assumption and {_NEIGHBOURS + 1} finite draws are needed; got {things}, {draws}"
        raise ValueError(msg)
    kinds = (0,) * things if categories is None else tuple(categories)
    places = _places(x, kinds, generator)
    chosen = generator.permutation(draws)[:anchors]
    weights = bootstrap(chosen.size, resamples, generator)
    rows = np.vstack([np.full(chosen.size, 1.0 / chosen.size), weights.weights])
    variance = y.var(axis=0, ddof=1)
    varies = variance > 1e-26 * np.abs(y).max(axis=0) ** 2  # the square of rounding
    y = y / np.sqrt(np.where(varies, variance, np.inf))
    steps = _all_sets(things) if things <= ALL_SETS_UP_TO else _orders(things, orders, generator)
    explained = {0: np.zeros((rows.shape[0], y.shape[1]))}
    for members in sorted({one for step in steps for one in step.sets}):
        if members:
            explained[members] = 1.0 - weighted_means(rows, _left_open(places, y, chosen, members))
    effect, error = _combine(steps, explained, things)
    whole = explained[2**things - 1][0]
    error = np.sqrt(weights.error(effect[1:]) ** 2 + error**2)
    return Shapley(
        np.where(varies, effect[0], 0.0),
        np.where(varies, error, 0.0),
        np.where(varies, 1.0 - whole, 0.0),
        int(np.count_nonzero(~usable)),
    )


@dataclass(frozen=True)
class _Step:
    """An assumption joining a set: which, the set without and with it, and how much it counts."""

    thing: int
    sets: tuple[int, int]
    weight: float
    order: int


def _all_sets(things: int) -> list[_Step]:
    """Every assumption joining every set without it, by Shapley's weights; sets are bit masks."""
    return [
        _Step(thing, (one, one | 1 << thing), 1.0 / (things * math.comb(things - 1, size)), 0)
        for one in range(2**things)
        for size in (one.bit_count(),)
        for thing in range(things)
        if not one >> thing & 1
    ]


def _orders(things: int, orders: int, generator: np.random.Generator) -> list[_Step]:
    """Assumptions joining one after another in random orders."""
    steps: list[_Step] = []
    for order in range(orders):
        present = 0
        for thing in generator.permutation(things).tolist():
            joined = present | 1 << thing
            steps.append(_Step(thing, (present, joined), 1.0 / orders, order))
            present = joined
    return steps


def _combine(
    steps: Sequence[_Step], explained: dict[int, Float[ndarray, "resample outcome"]], things: int
) -> tuple[Float[ndarray, "resample thing outcome"], Float[ndarray, "thing outcome"]]:
    """Weighted gains, and their error from the spread over orders (0 where there is one)."""
    rows, columns = explained[0].shape
    effect, squares = np.zeros((rows, things, columns)), np.zeros((things, columns))
    for step in steps:
        gain = explained[step.sets[1]] - explained[step.sets[0]]
        effect[:, step.thing] += step.weight * gain
        squares[step.thing] += step.weight * gain[0] ** 2
    orders = 1 + max(step.order for step in steps)
    if orders == 1:
        return effect, np.zeros((things, columns))
    spread = np.maximum(squares - effect[0] ** 2, 0.0)
    return effect, np.sqrt(spread / (orders - 1))


def _places(
    x: Float[ndarray, "draw thing"], kinds: Sequence[int], generator: np.random.Generator
) -> Float[ndarray, "draw thing"]:
    """Where draws stand for the sake of distance; equal ones are told apart by chance."""
    places = generator.random(x.shape) * _JITTER
    for thing, kind in enumerate(kinds):
        places[:, thing] += _APART * x[:, thing] if kind else ranks(x[:, thing]) / x.shape[0]
    return places


def _left_open(
    places: Float[ndarray, "draw thing"],
    y: Float[ndarray, "draw outcome"],
    chosen: ndarray,
    members: int,
) -> Float[ndarray, "anchor outcome"]:
    """Variance of the outcomes among the nearest neighbours of every anchor, itself included."""
    from scipy.spatial import KDTree  # noqa: PLC0415 takes long to import

    columns = [thing for thing in range(places.shape[1]) if members >> thing & 1]
    seen = places[:, columns]
    if len(columns) == 1:
        near = _beside(seen[:, 0], chosen)
    else:
        near = KDTree(seen, balanced_tree=False, compact_nodes=False).query(
            seen[chosen], k=_NEIGHBOURS
        )[1]
    return np.var(y[near], axis=1, ddof=1)


def _beside(column: Float[ndarray, " draw"], chosen: ndarray) -> ndarray:
    """Each anchor and the draws beside it in the order of one column."""
    order = np.argsort(column)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    middle = np.clip(place[chosen], 1, order.size - 2)
    return order[middle[:, np.newaxis] + np.array([-1, 0, 1])]
