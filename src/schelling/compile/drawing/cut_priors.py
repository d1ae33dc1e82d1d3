"""Priors cut to a part of their range, as texts that `--set` reads."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np

from schelling.case.drawn import Prior
from schelling.compile.drawing import draws

_NARROWED = frozenset({"uniform", "loguniform"})
"""Families that are of the same family when they are cut."""

_MOST = 1e300
"""So far from zero is an end written at most."""

_FAR = 1e-6
"""Mass that is left out on a side that stays open: `within` takes two numbers."""


def cut(prior: Prior, low: float, high: float) -> str | None:
    """A prior of which only a range is kept, as text; what is left of it keeps its proportions.

    Args:
        prior: A continuous prior.
        low: Lower end in the prior's unit; minus infinity where that side stays as it is.
        high: Upper end; infinity where that side stays as it is.

    Returns:
        The text; None where nothing of the prior is in the range.

    Examples:
        >>> cut(Prior("uniform", (0.0, 1.0), None, "uniform(0, 1)", False), 0.25, math.inf)
        'uniform(0.25, 1)'
        >>> cut(Prior("beta", (2.0, 2.0), None, "beta(2, 2)", False), 0.1, 0.5)
        'beta(2, 2) within [0.1, 0.5]'
    """
    if prior.family in _NARROWED and prior.within is None:
        first, last = (float(one) for one in prior.parameters if not isinstance(one, tuple))
        text = "{family}({low:.12g}, {high:.12g})"
    else:
        first, last = ends(prior)
        text = "{written} within [{low:.12g}, {high:.12g}]"
    if math.isfinite(low):
        first = max(first, low)
    if math.isfinite(high):
        last = min(last, high)
    if not first < last:
        return None
    return text.format(family=prior.family, written=prior.written, low=first, high=last)


def ends(prior: Prior) -> tuple[float, float]:
    """Numbers between which nearly all of a continuous prior lies, with few digits."""
    found = draws.quantile(prior, np.array([_FAR, 1.0 - _FAR]))
    low, high = _outwards(*found.clip(-_MOST, _MOST).tolist())
    least, most = prior.within or (-math.inf, math.inf)  # what was cut off stays off
    return max(low, least), min(high, most)


def kept_values(prior: Prior, allowed: Collection[float]) -> str | None:
    """A choice of which some values are kept with their weights, as text; None where none is."""
    values, weights = prior.parameters
    if not (isinstance(values, tuple) and isinstance(weights, tuple)):
        return None
    kept = [(v, w) for v, w in zip(values, weights, strict=True) if v in allowed]
    if len(kept) < 2:
        return f"{kept[0][0]:.12g}" if kept else None
    listed = (", ".join(f"{pair[side]:.12g}" for pair in kept) for side in (0, 1))
    return "choice([{}], [{}])".format(*listed)


def _outwards(low: float, high: float) -> tuple[float, float]:
    """Two numbers, three digits of their distance kept, neither moved inwards."""
    step = 10.0 ** (math.floor(math.log10(high - low)) - 2) if high > low else 1.0
    return math.floor(low / step) * step, math.ceil(high / step) * step
