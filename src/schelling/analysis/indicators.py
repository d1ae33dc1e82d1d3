"""Early signs: the first time at which a series tells worlds where a claim fails from the others.

A sign is a threshold: from a time on the calendar, worlds beyond it are likelier to fail. The
threshold is chosen on one half of the worlds and judged on the other, so that luck is not taken for
a sign. Knows steps, not dates. Axes: (draw, time).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from scipy.special import ndtri

from schelling.analysis.boxes.slices import between


@dataclass(frozen=True)
class Thresholds:
    """The best threshold at every time, and how it does among worlds it was not chosen on.

    A ratio adds half a world to every count, so that it is finite. Where a time has too few worlds
    or no spread, the threshold is NaN and the ratio 1.

    Attributes:
        threshold: Worlds beyond it show the sign.
        above: Whether beyond means above.
        hits: Share of the failing worlds that show it.
        alarms: Share of the holding worlds that show it too.
        ratio: Likelihood ratio, hits over alarms: the factor by which seeing the sign multiplies
            the odds of failure.
        low: Lower end of its 95 % interval.
        high: Upper end.
    """

    threshold: Float[ndarray, " time"]
    above: Bool[ndarray, " time"]
    hits: Float[ndarray, " time"]
    alarms: Float[ndarray, " time"]
    ratio: Float[ndarray, " time"]
    low: Float[ndarray, " time"]
    high: Float[ndarray, " time"]


@dataclass(frozen=True)
class Indicator:
    """The earliest time whose sign is worth watching.

    Attributes:
        time: Step at which to look.
        lead: Steps from then until the claim is decided.
        threshold: Worlds beyond it show the sign, in the unit of the series.
        above: Whether beyond means above.
        hits: Share of the failing worlds that show it.
        alarms: Share of the holding worlds that show it too.
        ratio: Likelihood ratio, with the ends of its 95 % interval beside it.
        low: Lower end.
        high: Upper end.
    """

    time: int
    lead: int
    threshold: float
    above: bool
    hits: float
    alarms: float
    ratio: float
    low: float
    high: float


def signs(
    series: Float[ndarray, "draw time"],
    fails: Bool[ndarray, " draw"],
    judged: Bool[ndarray, " draw"] | None = None,
) -> Thresholds:
    """The threshold that separates best, at every time.

    Best is the largest difference between the shares of failing and of holding worlds beyond it
    (Youden's index).

    Args:
        series: What can be observed; worlds that are not finite at a time are left out there.
        fails: Whether the claim fails.
        judged: Worlds kept aside to judge the thresholds; every other one when None. Give whole
            replicates of a design.

    Returns:
        One sign a time.

    Examples:
        >>> x = np.arange(400.0)[:, np.newaxis] % 100
        >>> seen = signs(x, x[:, 0] > 59.0)
        >>> seen.threshold, seen.above, seen.hits, seen.alarms
        (array([59.]), array([ True]), array([1.]), array([0.]))

    References:
        Youden, W. J. (1950), Index for rating diagnostic tests, Cancer 3(1).
        Simel, D. L., Samsa, G. P. and Matchar, D. B. (1991), Likelihood ratios with confidence,
        J. Clinical Epidemiology 44(8): the interval.
    """
    held_back = np.arange(fails.size) % 2 == 1 if judged is None else judged
    times = series.shape[1]
    found = np.full((7, times), np.nan)
    found[1], found[4] = 0.0, 1.0
    for time in range(times):
        column = series[:, time]
        usable = np.isfinite(column)
        chosen = _threshold(column[usable & ~held_back], fails[usable & ~held_back])
        if chosen is None:
            continue
        threshold, above = chosen
        beyond = (column > threshold) if above else (column < threshold)
        test = usable & held_back
        found[:2, time] = threshold, above
        found[2:, time] = _judge(beyond[test], fails[test])
    return Thresholds(found[0], found[1] == 1.0, *found[2:])


def earliest(
    seen: Thresholds, *, decided: int, least_ratio: float = 3.0, least_hits: float = 0.5
) -> Indicator | None:
    """The first time whose sign is worth watching, or None if the series tells nothing in time.

    A sign that appears in holding worlds about as often as in failing ones is no sign: it is
    dropped unless its ratio is large and surely above 1.

    Args:
        seen: From `signs`.
        decided: Step at which the claim is decided; later times are not early signs.
        least_ratio: Least likelihood ratio.
        least_hits: Least share of the failing worlds that show the sign.

    Returns:
        The indicator with the longest lead.

    Examples:
        >>> x = np.arange(400.0)[:, np.newaxis] % 100
        >>> found = earliest(signs(np.hstack([0.0 * x, x, x]), x[:, 0] > 59.0), decided=2)
        >>> found.time, found.lead, found.threshold
        (1, 1, 59.0)
    """
    worth = (seen.ratio >= least_ratio) & (seen.low > 1.0) & (seen.hits >= least_hits)
    times: Int[ndarray, " time"] = np.flatnonzero(worth[: decided + 1])
    if times.size == 0:
        return None
    time = int(times[0])
    return Indicator(
        time,
        decided - time,
        float(seen.threshold[time]),
        bool(seen.above[time]),
        float(seen.hits[time]),
        float(seen.alarms[time]),
        float(seen.ratio[time]),
        float(seen.low[time]),
        float(seen.high[time]),
    )


def _threshold(
    column: Float[ndarray, " draw"], fails: Bool[ndarray, " draw"]
) -> tuple[float, bool] | None:
    """The cut with the largest Youden index, and on which side of it failing worlds are."""
    failing = int(np.count_nonzero(fails))
    if failing in (0, fails.size):
        return None
    order = np.argsort(column, kind="stable")
    values = column[order]
    bad = np.cumsum(fails[order]) / failing
    good = np.cumsum(~fails[order]) / (fails.size - failing)
    cuts = np.flatnonzero(values[1:] > values[:-1])
    if cuts.size == 0:
        return None
    difference = good[cuts] - bad[cuts]
    best = int(np.argmax(np.abs(difference)))
    above = bool(difference[best] > 0.0)
    lower, upper = float(values[cuts[best]]), float(values[cuts[best] + 1])
    return (between(lower, upper) if above else between(upper, lower)), above


def _judge(
    beyond: Bool[ndarray, " draw"], fails: Bool[ndarray, " draw"]
) -> tuple[float, float, float, float, float]:
    """Hits, false alarms, likelihood ratio and its interval."""
    failing, holding = int(np.count_nonzero(fails)), int(np.count_nonzero(~fails))
    if failing == 0 or holding == 0:
        return math.nan, math.nan, 1.0, math.nan, math.nan
    hit, alarm = np.count_nonzero(beyond & fails), np.count_nonzero(beyond & ~fails)
    ratio = ((hit + 0.5) / (failing + 0.5)) / ((alarm + 0.5) / (holding + 0.5))
    spread = 1.0 / (hit + 0.5) - 1.0 / (failing + 0.5) + 1.0 / (alarm + 0.5) - 1.0 / (holding + 0.5)
    factor = math.exp(float(ndtri(0.975)) * math.sqrt(max(spread, 0.0)))
    return hit / failing, alarm / holding, ratio, ratio / factor, ratio * factor
