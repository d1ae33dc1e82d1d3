"""The shape of a prior, as points to draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.case.drawn import Prior
from schelling.compile.drawing import draws
from schelling.distributions.families import FAMILIES
from schelling.distributions.truncate import truncate

_POINTS = 49
_FACTOR = 10.0
_LOGARITHMIC = frozenset({"lognormal", "loguniform"})
_LARGEST = 1e300  # widths beyond this are no numbers any more


@dataclass(frozen=True)
class Density:
    """A density to be drawn, on a linear or a logarithmic scale.

    Attributes:
        at: Positions; logarithms to base 10 on a logarithmic scale.
        height: Density there (on that scale), the highest being 1.
        low: 5 % quantile, on the scale of `at`.
        middle: Median, likewise.
        high: 95 % quantile, likewise.
        band: 5 % quantile, median and 95 % quantile in the assumption's unit.
        logarithmic: Whether the scale is logarithmic.
        points: Whether the mass is on points.
    """

    at: Float[ndarray, " point"]
    height: Float[ndarray, " point"]
    low: float
    middle: float
    high: float
    band: tuple[float, float, float]
    logarithmic: bool
    points: bool


def density(prior: Prior) -> Density:
    """The density of a prior between its 0.5 % and 99.5 % quantiles.

    The scale is logarithmic for families that are so by nature, where the central 90 % spans a
    factor of more than 10.

    Args:
        prior: The prior.

    Returns:
        Points to draw.
    """
    ends = draws.quantile(prior, np.array([0.005, 0.05, 0.5, 0.95, 0.995]))
    ends = np.clip(np.nan_to_num(ends), -_LARGEST, _LARGEST)
    first, low, middle, high, last = ends.tolist()
    band = (low, middle, high)
    if FAMILIES[prior.family].discrete or last <= first:
        return _on_points(prior, band)
    logarithmic = prior.family in _LOGARITHMIC and first > 0.0 and high > _FACTOR * low
    scale = np.log10 if logarithmic else np.asarray
    start, stop = float(scale(first)), float(scale(last))
    edges = np.linspace(start, stop, _POINTS + 1)
    family = FAMILIES[prior.family]
    if prior.within is not None:
        family = truncate(family, *prior.within)
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):
        below = np.nan_to_num(family.cdf(10.0**edges if logarithmic else edges, *prior.parameters))
    tall = np.maximum(np.diff(below), 0.0)
    tall /= tall.max() if tall.max() > 0.0 else 1.0
    at = 0.5 * (edges[1:] + edges[:-1])
    left, centre, right = (float(scale(value)) for value in band)
    return Density(at, tall, left, centre, right, band, logarithmic, points=False)


def _on_points(prior: Prior, band: tuple[float, float, float]) -> Density:
    """Mass on points: those of a choice, or the single value of a fixed prior."""
    grid = (np.arange(1000) + 0.5) / 1000
    values, counts = np.unique(draws.quantile(prior, grid), return_counts=True)
    return Density(values, counts / counts.max(), *band, band, logarithmic=False, points=True)
