"""Numbers of a day in the Gregorian calendar, computed on arrays.

Years are counted from March, so that the leap day is the last day of a year and needs no case of
its own. The lengths of the months from March on repeat every five months, which have 153 days.
"""

from __future__ import annotations

from typing import NamedTuple

import jax.numpy as jnp
from jaxtyping import Array, Float, Int

_EQUAL = 1e-12  # documented: numbers that agree to twelve digits count as equal
_MARCH = 305  # days from 1 March of the year 0 to the day before 1 January of the year 1
_CENTURIES, _YEARS = 146_097, 1_461  # days of four centuries, and of four years with a leap day


class _Day(NamedTuple):
    """A day by its year from March, and the days since 1 March."""

    year: Int[Array, "*time"]
    since_march: Int[Array, "*time"]


def month_of_year(elapsed: Float[Array, "*time"], start: Float[Array, ""]) -> Float[Array, "*time"]:
    """Month of the day in which a time lies, from 1 to 12.

    Args:
        elapsed: Time since the start of a day, in weeks.
        start: That day: days since 31 December of the year 0.

    Examples:
        >>> month_of_year(jnp.array([0.0, 2.0]), jnp.array(738_235.0)).tolist()  # 2022-03-21
        [3.0, 4.0]
    """
    since_march = _day(elapsed, start).since_march
    month = (5 * since_march + 2) // 153  # 0 is March
    return ((month + 2) % 12 + 1).astype(float)


def day_of_year(elapsed: Float[Array, "*time"], start: Float[Array, ""]) -> Float[Array, "*time"]:
    """The day in which a time lies, counted from 1 January as 1 up to 366.

    Args:
        elapsed: Time since the start of a day, in weeks.
        start: That day: days since 31 December of the year 0.

    Examples:
        >>> day_of_year(jnp.array([0.0]), jnp.array(738_235.0)).tolist()  # 2022-03-21
        [80.0]
    """
    year, since_march = _day(elapsed, start)
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    found = jnp.where(since_march >= 306, since_march - 305, since_march + 60 + leap)
    return found.astype(float)


def _day(elapsed: Array, start: Array) -> _Day:
    """The day in which a time lies; one that agrees with midnight to twelve digits is midnight."""
    days = elapsed * 7
    day = jnp.floor(days + _EQUAL * jnp.maximum(days, 1.0))
    since = (day + start).astype(jnp.int64) + _MARCH
    century = (4 * since + 3) // _CENTURIES
    inside = since - _CENTURIES * century // 4
    year = (4 * inside + 3) // _YEARS
    return _Day(100 * century + year, inside - _YEARS * year // 4)
