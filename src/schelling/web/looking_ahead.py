"""Where a hand is going: a uniform prior wide enough for what a slider shows next.

A slider moves a uniform prior out of the range that known worlds were drawn from, and no weight
makes up for worlds that are missing. Once a hand has moved it twice so, worlds are drawn a little
further the same way, and the next movements weigh them.
"""

from __future__ import annotations

from typing import Final

from schelling.case.drawn import Prior
from schelling.distributions.digits import digits

WORLDS: Final = 2_048
"""Worlds that are drawn ahead."""

_FURTHER = 0.6
"""Of the width of a prior. A prior inside is then worth 2,048 / 1.6 = 1,280 worlds or so."""


def ahead(before: Prior, now: Prior) -> str | None:
    """A prior, as text, that holds one that has moved and where it goes on the same way.

    Returns:
        None where the prior is not uniform before and now, has not moved, or is cut.

    Examples:
        >>> before = Prior("uniform", (0.0, 1.0), None, "uniform(0, 1)", False)
        >>> ahead(before, Prior("uniform", (0.1, 1.1), None, "uniform(0.1, 1.1)", False))
        'uniform(0.1, 1.7)'
    """
    if (before.family, now.family) != ("uniform", "uniform") or now.within is not None:
        return None
    low, high = (float(end) for end in now.parameters if not isinstance(end, tuple))
    start = before.parameters[0]
    if isinstance(start, tuple) or start == low:
        return None
    further = _FURTHER * (high - low)
    ends = (low, high + further) if low > start else (low - further, high)
    return "uniform({}, {})".format(*(f"{end:.{digits(end, high - low)}g}" for end in ends))
