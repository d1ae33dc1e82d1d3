"""Numbers of days against Python's calendar."""

import datetime as dt

import jax.numpy as jnp
import numpy as np
import pytest

from schelling.dynamics import calendar


@pytest.mark.parametrize("start", [dt.date(1, 1, 1), dt.date(1899, 12, 30), dt.date(2024, 2, 29)])
def test_every_day_of_four_centuries_and_more(start: dt.date) -> None:
    """Leap years, centuries without a leap day, the fourth with one; any time of the day."""
    count = np.arange(150_000)
    days = [start + dt.timedelta(days=int(k)) for k in count]
    since = jnp.asarray(float(start.toordinal()))
    for hours in (0, 1e-3, 23.9):
        elapsed = jnp.asarray((count + hours / 24) / 7)
        months = calendar.month_of_year(elapsed, since)
        assert months.tolist() == [day.month for day in days]
        found = calendar.day_of_year(elapsed, since)
        assert found.tolist() == [day.timetuple().tm_yday for day in days]


def test_midnight_belongs_to_the_day_that_begins() -> None:
    """Three steps of a third of a day add up to a day, whatever rounding makes of them."""
    start = jnp.asarray(float(dt.date(2023, 12, 31).toordinal()))
    elapsed = jnp.asarray([(1 / 21 + 1 / 21 + 1 / 21), np.nextafter(1 / 7, 0), 1 / 7 - 1e-9])
    assert calendar.day_of_year(elapsed, start).tolist() == [1, 1, 365]
    assert calendar.month_of_year(elapsed, start).tolist() == [1, 1, 12]
