"""Where an assumption separates the worlds in which a claim holds from the others.

It is chosen among worlds with a truth value; shares count worlds whose numbers failed as bounds.
Worlds that do not ask the claim are left out. Axes: (draw,).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.verdicts import Share, share_of_worlds
from schelling.distributions.families import FAMILIES
from schelling.study.exploring.sample import Sample

_APART = 0.1  # shares above and below a threshold that differ less are no finding
_FEWEST = 30  # worlds on each side of a threshold, in each half of the replicates
_EDGE = 0.05  # of the worlds lie at least on each side of a threshold


@dataclass(frozen=True)
class Threshold:
    """A value of an assumption on whose two sides a claim holds in different shares of worlds.

    Attributes:
        claim: Name of the claim.
        assumption: Name of the assumption.
        threshold: The value, in the declared unit, rounded; chosen in one half of the replicates.
        unit: The unit as written; may be empty.
        direction: The side on which the claim holds more often: `above` or `below`.
        above: Share of the worlds above it in which the claim holds, in the other half.
        below: The same of the worlds at or below it.
        partly: Whether the claim is asked in some worlds only; shares are of those.
    """

    claim: str
    assumption: str
    threshold: float
    unit: str
    direction: Literal["above", "below"]
    above: Share
    below: Share
    partly: bool = False


def crossing(
    sample: Sample, claim: str, assumption: str, *, asked: Bool[ndarray, " draw"]
) -> Threshold | None:
    """The value of an assumption that best separates the worlds in which a claim holds.

    It is chosen in one half of the replicates, and the shares on its sides are those of the other.

    Args:
        sample: Worlds.
        claim: Name of a claim.
        assumption: Name of an assumption.
        asked: Worlds in which the claim asks something.

    Returns:
        The value; None where the shares of the two sides do not clearly differ, whatever worlds
        without a number hold, or are of too few worlds.

    References:
        Breiman, L., Friedman, J., Olshen, R. and Stone, C. (1984), Classification and regression
        trees: the root of a tree, and its honest estimate from another sample.
    """
    column, place = sample.claims.index(claim), sample.names.index(assumption)
    values, failed = sample.values[:, place], sample.failed[:, column]
    choosing = (sample.replicate % 2 == 0) & asked & ~failed
    listed = FAMILIES[sample.assumptions[place].prior.family].discrete
    cut = _cut(values[choosing], sample.holds[choosing, column], listed=listed)
    if cut is None:
        return None
    measured = (sample.replicate % 2 == 1) & asked
    above, below = (
        share_of_worlds(sample.holds[side, column], failed[side], sample.replicate[side])
        for side in (measured & (values > cut), measured & (values <= cut))
    )
    if min(above.worlds - above.failed, below.worlds - below.failed) < _FEWEST:
        return None
    if _apart(above, below):
        direction = "above"
    elif _apart(below, above):
        direction = "below"
    else:
        return None
    unit = sample.assumptions[place].unit.written
    return Threshold(claim, assumption, cut, unit, direction, above, below, not asked.all())


def _apart(more: Share, less: Share) -> bool:
    """Whether the one share is clearly larger, whatever worlds without a number hold."""
    return more.low - less.high > max(_APART, more.low_half_width + less.high_half_width)


def _cut(
    values: Float[ndarray, " draw"], holds: Bool[ndarray, " draw"], *, listed: bool
) -> float | None:
    """The value between which and the rest truth differs most, as the root of a tree.

    Of listed values the one below the gap, so that none is told that is not listed; else rounded.
    """
    size = len(values)
    if size < 2 * _FEWEST:
        return None
    order: Int[ndarray, " draw"] = np.argsort(values, kind="stable")
    ordered, true = values[order], np.cumsum(holds[order])
    left: Int[ndarray, " cut"] = np.arange(1, size)
    score = (size * true[:-1] - left * true[-1]) ** 2.0 / (left * (size - left))
    least = max(_FEWEST, int(_EDGE * size))
    allowed = (ordered[1:] > ordered[:-1]) & (left >= least) & (left <= size - least)
    if not allowed.any():
        return None
    at = int(np.argmax(np.where(allowed, score, -1.0)))
    low, high = float(ordered[at]), float(ordered[at + 1])
    return low if listed else _rounded(low, high, values)


def _rounded(low: float, high: float, values: Float[ndarray, " draw"]) -> float:
    """A value between two neighbours, to a fiftieth of the central 90 %, or two digits."""
    middle = (low + high) / 2
    first, last = (float(end) for end in np.quantile(values, [0.05, 0.95]))
    places = [math.log10(size) for size in ((last - first) / 50, abs(middle) / 10) if size > 0]
    if not places or not all(map(math.isfinite, places)):
        return middle
    short = round(middle, -math.floor(min(places)))
    jump = high - low > (last - first) / 50  # few values: a rounded one may lie beside the gap
    return middle if jump and not low <= short < high else short
