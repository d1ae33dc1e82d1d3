"""When enough worlds are enough: when every verdict's error bar is short enough.

The error bar of a verdict is half its 95 % interval, from the spread of the replicates. It is
looked at after 4,096 worlds and then each time their number has doubled, as scrambled Sobol' points
are at their best there, and as few looks give little chance of stopping at a lucky one.
Axes: (claim, replicate).
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

from schelling.analysis.summary import half_width_95
from schelling.errors import RunError
from schelling.study.runs.computing.engine import LANES
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

    held: Int[ndarray, "claim replicate"]
    sound: Int[ndarray, "claim replicate"]

    def __add__(self, other: Tally) -> Tally:
        return Tally(self.held + other.held, self.sound + other.sound)


def columns(claims: Sequence[str]) -> list[str]:
    """The columns of the table that a tally needs."""
    return ["replicate", *(f"holds.{claim}" for claim in claims)]


def tally(table: pa.Table, claims: Sequence[str], replicates: int) -> Tally:
    """Count some worlds."""
    replicate = np.asarray(table.column("replicate").to_numpy())
    held = np.zeros((len(claims), replicates), dtype=np.int64)
    sound = np.zeros_like(held)
    for row, claim in enumerate(claims):
        column: Any = table.column(f"holds.{claim}")
        known = np.asarray(column.is_valid())
        true = np.asarray(column.fill_null(False))
        sound[row] = np.bincount(replicate[known], minlength=replicates)
        held[row] = np.bincount(replicate[known & true], minlength=replicates)
    return Tally(held, sound)


def error_bars(counted: Tally) -> list[float]:
    """The error bar of every claim's share; NaN for a claim without any sound world.

    Examples:
        >>> even = Tally(np.array([[5, 7]]), np.array([[10, 10]]))
        >>> [round(bar, 3) for bar in error_bars(even)]  # means 0.5 and 0.7, t of 12.7
        [1.271]
    """
    bars: list[float] = []
    for held, sound in zip(counted.held, counted.sound, strict=True):
        present = sound > 0
        copies = int(present.sum())
        if copies == 0:
            bars.append(math.nan)
            continue
        means = held[present] / sound[present]
        error = float(np.std(means, ddof=1) / math.sqrt(copies)) if copies > 1 else math.nan
        bars.append(half_width_95(error, copies) if error != 0.0 else 3.0 / float(sound.sum()))
    return bars


def enough(counted: Tally, until: float) -> bool:
    """Whether every error bar is below a share; claims without sound worlds are not waited for."""
    return all(bar < until for bar in error_bars(counted) if not math.isnan(bar))


def looks(most: int, replicates: int) -> list[int]:
    """Numbers of worlds at which to look, the last being all there may be.

    Whole blocks and whole rounds of replicates; beyond one part of the table, whole parts.

    Examples:
        >>> looks(20_000, 16)
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
    """Refuse what cannot be stopped by its error bars.

    Raises:
        RunError: The number is impossible, or the design depends on its size.
    """
    if until is None:
        return
    if not 0.0 < until < 1.0:
        message = f"the error bar to reach is a share between 0 and 1; got {until:g}"
        raise RunError(message)
    if kind not in {"sobol", "monte_carlo"}:
        message = "only `sobol` and `mc` designs can go on until an error is reached: the worlds of"
        message += " the others depend on how many there are"
        raise RunError(message)


def longest(table: pa.Table, claims: Sequence[str], replicates: int) -> tuple[str, float]:
    """The claim with the longest error bar, and the bar; an empty name where none was asked."""
    counted = tally(table, claims, replicates)
    bars = [0.0 if math.isnan(bar) else bar for bar in error_bars(counted)]
    bar = max(bars, default=0.0)
    return (claims[bars.index(bar)] if bars else "", bar)
