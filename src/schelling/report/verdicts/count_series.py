"""Series that count something: the share of worlds with each number, since counts have no bands."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.report.words.numerals import general
from schelling.report.words.quantiles import whole
from schelling.study.runs.results import Run

_MOST = 5  # numbers told apart
_EXACT = 7  # digits of a count


@dataclass(frozen=True)
class CountShares:
    """How many worlds have which number over time.

    Attributes:
        times: Where the shares stand.
        names: The numbers, the lowest first, with their unit.
        shares: Share of the worlds with each.
        worlds: How many worlds that is.
    """

    times: ndarray
    names: tuple[str, ...]
    shares: Float[ndarray, "number time"]
    worlds: int


def of(run: Run, name: str) -> CountShares | None:
    """The shares of worlds of one series, by its number.

    Args:
        run: The run.
        name: One of its series.

    Returns:
        Shares over the worlds whose paths are stored; None where the series counts nothing: where
        it is not whole in all of them, or is the same number everywhere.
    """
    paths = run.series[name].values
    sound = paths[np.isfinite(paths).all(axis=1)]
    numbers = np.unique(sound)
    if numbers.size < 2 or not whole(numbers):
        return None
    lows = _lows(numbers, sound)
    place = np.searchsorted(lows, sound, side="right") - 1
    shares = np.stack([(place == n).mean(axis=0) for n in range(lows.size)])
    unit = str(run.bands[name].attrs.get("units", ""))
    names = tuple(_name(lows, n, numbers, unit) for n in range(lows.size))
    return CountShares(run.bands["time"].values, names, shares, len(sound))


def _lows(numbers: ndarray, paths: ndarray) -> ndarray:
    """The least number of each class: every number, or at most five classes of about equal size."""
    if numbers.size <= _MOST:
        return numbers
    cuts = np.quantile(paths, np.arange(1, _MOST) / _MOST, method="higher")
    return np.unique([numbers[0], *cuts])


def _name(lows: ndarray, n: int, numbers: ndarray, unit: str) -> str:
    last = numbers[-1] if n + 1 == lows.size else numbers[numbers < lows[n + 1]][-1]
    words = general(float(lows[n]), _EXACT)
    if last > lows[n]:
        words += f" to {general(float(last), _EXACT)}"
    return f"{words} {unit}".rstrip()
