"""Into which classes a picture puts agents by one of their states, and the fill of each class."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr
from jaxtyping import Float, Int
from numpy import ndarray

from schelling.report.charts import theme
from schelling.report.words.numerals import general

NONE = -1
"""Class of an agent whose number failed."""

_RAMP = ("#e9eff5", "#c3d4e4", "#86a9ca", "#47779f", "#123a5e")
_MOST = len(theme.STACK)


@dataclass(frozen=True)
class Classes:
    """A state of agents as one of a few classes.

    Attributes:
        state: Its name.
        names: Of the classes.
        fills: Their colours, far apart in lightness.
        place: Class of each agent at each step; `NONE` where its number failed.
    """

    state: str
    names: tuple[str, ...]
    fills: tuple[str, ...]
    place: Int[ndarray, "time agent"]

    def shares(self, step: int) -> list[float]:
        """Share of all agents in each class at a step."""
        count = self.place.shape[1]
        return [float(np.count_nonzero(self.place[step] == n)) / count for n in range(self.size)]

    @property
    def size(self) -> int:
        """How many classes there are."""
        return len(self.names)


def of(data: xr.Dataset, state: str) -> Classes:
    """The classes of a state.

    Args:
        data: From `agent_worlds`.
        state: A truth, one of several names (of many, all but the first share a class in the end),
            or a number, which is cut into five classes of equal width.
    """
    column = data[state]
    values = column.values
    if values.dtype == np.bool_:
        names = (f"not {state}", state)
        return Classes(state, names, (_RAMP[1], _RAMP[4]), values.astype(np.int64))
    if "flag_meanings" in column.attrs:
        return _named(state, names_of(data, state), values.astype(np.int64))
    edges = bins(values, len(_RAMP))
    unit = f" {column.attrs['units']}".rstrip()
    names = tuple(
        f"{general(float(low))} to {general(float(high))}{unit}" for low, high in pairwise(edges)
    )
    return Classes(state, names, _RAMP, binned(values, edges))


def names_of(data: xr.Dataset, state: str) -> tuple[str, ...]:
    """The names that a state can have."""
    return tuple(data[state].attrs["flag_meanings"].split(" "))


def _named(state: str, names: tuple[str, ...], place: Int[ndarray, "time agent"]) -> Classes:
    if len(names) > _MOST:
        names = (*names[: _MOST - 1], f"one of {len(names) - _MOST + 1} others")
        place = np.minimum(place, _MOST - 1)
    return Classes(state, names, theme.STACK[: len(names)], place)


def bins(values: Float[ndarray, "time agent"], count: int) -> Float[ndarray, " edge"]:
    """Edges of bins of equal width, from the least to the greatest finite number."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if high <= low:
        low, high = low - 0.5, high + 0.5
    return np.linspace(low, high, count + 1)


def binned(
    values: Float[ndarray, "time agent"], edges: Float[ndarray, " edge"]
) -> Int[ndarray, "time agent"]:
    """In which bin each number lies; the last bin has its upper edge, `NONE` is not finite."""
    place = np.searchsorted(edges, values, side="right") - 1
    return np.where(np.isfinite(values), np.clip(place, 0, len(edges) - 2), NONE)
