"""When a run that may stop early looks at its error bars, and what it counts for them.

It looks after 4,096 worlds and then each time their number has doubled: scrambled Sobol' points are
most even there, and with few looks there is little risk of stopping because of a lucky one. How
long the error bars are is for `schelling.analysis.stopping` to say. Axes: (replicate, claim).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from jaxtyping import Int
from numpy import ndarray

from schelling.analysis import stopping
from schelling.analysis.stopping import ErrorBars
from schelling.errors import RunError
from schelling.study.runs.computing.programs import LANES
from schelling.study.runs.files import tables

FIRST_LOOK: Final = 4096
MOST: Final = 1_000_000
"""Worlds at most, if nothing else is said."""


@dataclass(frozen=True)
class Tally:
    """In how many worlds each claim holds, replicate by replicate.

    Attributes:
        held: Sound worlds in which it holds.
        sound: Worlds whose numbers are sound.
    """

    held: Int[ndarray, "replicate claim"]
    sound: Int[ndarray, "replicate claim"]

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.held + other.held, self.sound + other.sound)


def columns(claims: Sequence[str]) -> list[str]:
    """The columns of the table that a tally needs."""
    return ["replicate", *(f"holds.{claim}" for claim in claims)]


def tally(table: pa.Table, claims: Sequence[str], replicates: int) -> Tally:
    """Count some worlds."""
    replicate = np.asarray(table.column("replicate").to_numpy())
    held = np.zeros((replicates, len(claims)), dtype=np.int64)
    sound = np.zeros_like(held)
    for place, claim in enumerate(claims):
        column: Any = table.column(f"holds.{claim}")
        known = np.asarray(column.is_valid())
        true = np.asarray(column.fill_null(False))
        sound[:, place] = np.bincount(replicate[known], minlength=replicates)
        held[:, place] = np.bincount(replicate[known & true], minlength=replicates)
    return Tally(held, sound)


def error_bars(counted: Tally, target: float) -> ErrorBars:
    """The error bar of every claim's share, and whether all are below a target.

    Examples:
        >>> even = Tally(np.array([[5], [7]]), np.array([[10], [10]]))
        >>> error_bars(even, 0.01).half_width.round(3)  # means 0.5 and 0.7, t of 12.7
        array([1.271])
    """
    shares = np.full(counted.held.shape, np.nan)
    np.divide(counted.held, counted.sound, out=shares, where=counted.sound > 0)
    return stopping.progress(shares, counted.sound.sum(axis=0), target=target)


def schedule(most: int, replicates: int) -> list[int]:
    """Numbers of worlds at which to look, the last being all there may be.

    Whole blocks and whole rounds of replicates; beyond one part of the table, whole parts.

    Examples:
        >>> schedule(20_000, 16)
        [4096, 8192, 16384, 19456]
    """
    block = math.lcm(LANES, replicates)
    last = most // block * block or most
    step, look = block, -(-FIRST_LOOK // block) * block
    found: list[int] = []
    while look < last:
        found.append(look)
        if 2 * look > tables.PART:
            step = math.lcm(tables.PART, replicates)
        look = -(-2 * look // step) * step
    return [*found, last]


def check(until: float | None, kind: str) -> None:
    """Refuse a run that cannot be stopped by its error bars.

    Raises:
        RunError: The number is impossible, or the design depends on its size.
    """
    if until is None:
        return
    if not 0.0 < until < 1.0:
        message = f"the error bar to reach is a share between 0 and 1; got {until:g}"
        raise RunError(message)
    if kind not in {"sobol", "monte_carlo"}:
        message = "only `sobol` and `mc` designs can run until an error bar is reached; in other "
        message += "designs each world depends on the number of worlds"
        raise RunError(message)
