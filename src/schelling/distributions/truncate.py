"""Any family cut to an interval, keeping the shape it has inside.

The cut maps a share u of the interval's mass to the share it has of the whole family and asks the
family for its quantile; each half of the family is asked through its own tail, so an interval far
out keeps its digits as long as its mass does not underflow.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from schelling.distributions.family import Family, Numbers, Value


def mass(family: Family, low: Value, high: Value, *parameters: object) -> Value:
    """Share of a family's mass on [low, high].

    Args:
        family: One of `FAMILIES`.
        low: Lower end, in the family's unit; may be minus infinity.
        high: Upper end; may be infinity.
        *parameters: The family's parameters, in order.

    Returns:
        A share from 0 to 1; 0 when the interval misses the family (or its mass underflows).

    Examples:
        >>> from schelling.distributions.families import FAMILIES
        >>> mass(FAMILIES["uniform"], 2.0, 5.0, 0.0, 10.0)
        0.3
    """
    start, end = _from(family, low), np.atleast_1d(high)
    by_cdf = family.cdf(end, *parameters) - family.cdf(start, *parameters)
    from_top = family.survival(start, *parameters)
    by_survival = from_top - family.survival(end, *parameters)
    share = np.where(from_top < 0.5, by_survival, by_cdf)
    return share if np.ndim(low) or np.ndim(high) or share.size > 1 else float(share[0])


def truncate(family: Family, low: float, high: float) -> Family:
    """The same family given that the value lies in [low, high].

    Args:
        family: One of `FAMILIES`.
        low: Lower end, included, in the family's unit; may be minus infinity.
        high: Upper end, included; may be infinity.

    Returns:
        A family with the same parameters. Where no mass lies in the interval every number is NaN;
        ask `mass` beforehand. The mean has no closed form and is None.

    Raises:
        ValueError: If `low` is above `high`.

    Examples:
        >>> from schelling.distributions.families import FAMILIES
        >>> half = truncate(FAMILIES["normal"], 0.0, float("inf"))
        >>> half.quantile(np.array([0.5]), 0.0, 1.0).round(4)
        array([0.6745])
    """
    if not low <= high:
        msg = f"`low` must be at most `high`; got {low!r} and {high!r}"
        raise ValueError(msg)

    def quantile(u: Numbers, *parameters: object) -> Numbers:
        return _inside(family, (low, high), (u, 1.0 - u), parameters)

    def upper_quantile(q: Numbers, *parameters: object) -> Numbers:
        return _inside(family, (low, high), (1.0 - q, q), parameters)

    def cdf(x: Numbers, *parameters: object) -> Numbers:
        x = np.clip(x, _from(family, low), high)
        return mass(family, low, x, *parameters) / _some_mass(family, low, high, parameters)

    def survival(x: Numbers, *parameters: object) -> Numbers:
        x = np.clip(x, _from(family, low), high)
        start = np.nextafter(x, np.inf) if family.discrete else x
        above = np.where(x < high, mass(family, start, high, *parameters), 0.0)
        return above / _some_mass(family, low, high, parameters)

    def support(*parameters: object) -> tuple[Value, Value]:
        lowest, highest = family.support(*parameters)
        return np.maximum(lowest, low), np.minimum(highest, high)

    return replace(
        family,
        quantile=quantile,
        upper_quantile=upper_quantile,
        cdf=cdf,
        survival=survival,
        support=support,
        mean=None,
    )


def _inside(
    family: Family,
    ends: tuple[float, float],
    shares: tuple[Numbers, Numbers],
    parameters: tuple[object, ...],
) -> Numbers:
    """Value with the given shares of the interval's mass below and above it."""
    (low, high), (below, above) = ends, shares
    start, end = _from(family, low), np.atleast_1d(high)
    up = above * family.cdf(start, *parameters) + below * family.cdf(end, *parameters)
    down = above * family.survival(start, *parameters) + below * family.survival(end, *parameters)
    with np.errstate(divide="ignore"):  # a share that underflows to 0 stands for the end
        lower_half = family.quantile(np.minimum(up, 0.5), *parameters)
        upper_half = family.upper_quantile(np.minimum(down, 0.5), *parameters)
    inside = np.clip(np.where(up <= 0.5, lower_half, upper_half), low, high)
    return np.where(mass(family, low, high, *parameters) > 0.0, inside, np.nan)


def _some_mass(family: Family, low: float, high: float, parameters: tuple[object, ...]) -> Numbers:
    whole = np.asarray(mass(family, low, high, *parameters))
    return np.where(whole > 0.0, whole, np.nan)


def _from(family: Family, low: Value) -> Numbers:
    """The number up to which the mass below the interval is counted."""
    return np.atleast_1d(np.nextafter(low, -np.inf) if family.discrete else low)
