"""What flips a claim, as data: moves, flips, maps, and the chances behind them."""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.study.exploring.probe import Probe


@dataclass(frozen=True)
class Move:
    """One assumption moved.

    Attributes:
        assumption: Its name.
        before: Its value at the start, in its declared unit.
        after: Its value in the flipped world; of a claim under chance, where its chance of holding
            crosses one half.
        unit: The unit as written; may be empty.
        level: Its quantile level at the start.
        change: How many levels it moved.
        low: Of a claim under chance, the lower end of the 95 % interval of `after`; minus infinity
            where it may lie beyond the central 99 % of the prior. NaN where `after` is exact.
        high: Its upper end.
    """

    assumption: str
    before: float
    after: float
    unit: str
    level: float
    change: float
    low: float = math.nan
    high: float = math.nan


@dataclass(frozen=True)
class Flip:
    """A change that flips a claim, and the world that proves it.

    Attributes:
        moves: What was moved, the largest change first.
        distance: Sum of the changes, in quantile levels.
        margin: Margin of the claim in the flipped world.
        luck_share: Share of 1,024 sets of chance draws with which the changed world has flipped; 1
            if the case has no chance.
    """

    moves: tuple[Move, ...]
    distance: float
    margin: float
    luck_share: float


@dataclass(frozen=True)
class Chance:
    """A chance of holding, over chance draws at fixed assumptions.

    Attributes:
        share: Share of the draws with which the claim holds.
        low: Lower end of its 95 % interval.
        high: Upper end.
        strokes: Independent chance draws behind it: those with which the claim has a truth value.
    """

    share: float
    low: float
    high: float
    strokes: int

    @property
    def even(self) -> bool:
        """Whether it cannot be told from one half."""
        return self.low <= 0.5 <= self.high


@dataclass(frozen=True)
class Nearest:
    """How near one half a claim's chance was brought where nothing was found to cross it.

    Attributes:
        move: The assumption moved.
        chance: The chance of holding then.
    """

    move: Move
    chance: Chance


@dataclass(frozen=True)
class TippingMap:
    """A claim over two assumptions, all others as at the start.

    Attributes:
        first: Name of the assumption of the rows.
        second: Name of the assumption of the columns.
        levels: Quantile levels of the rows, and of the columns.
        start: Level of each at the start.
        values: Their values in declared units.
        holds: Whether the claim holds.
        margin: Its margin; under chance, the median over chance draws. NaN where it has no number.
        chance: Under chance, the share of chance draws with which it holds; else None.
    """

    first: str
    second: str
    levels: tuple[Float[ndarray, " row"], Float[ndarray, " column"]]
    start: tuple[float, float]
    values: tuple[Float[ndarray, " row"], Float[ndarray, " column"]]
    holds: Bool[ndarray, "row column"]
    margin: Float[ndarray, "row column"]
    chance: Float[ndarray, "row column"] | None = None

    @property
    def states(self) -> Int[ndarray, "row column"]:
        """1 where the claim holds, 0 where it fails, 2 where it has no number."""
        return np.where(np.isnan(self.margin), 2, self.holds.astype(np.int64))


@dataclass(frozen=True)
class ClaimFlips:
    """What flips one claim, from one world.

    Attributes:
        claim: Its name.
        world: Number of the world it starts from; None for the central one.
        luck: Number of the world whose chance draws are used; None of a claim under chance, which
            is looked at over many.
        holds: Whether the claim holds there; under chance, whether its chance is one half or more.
        margin: Its margin there; NaN if its numbers failed, and then no flip is searched for.
        luck_share: Share of chance draws with which the claim has the same answer; 1 where chance
            plays no part.
        smallest: The smallest change that flips it; None if none was found.
        flips: Changes in order of the number of assumptions changed, each smaller than those before
            it; under chance, those that were found, the nearest first.
        tippings: Where each assumption alone flips it, the nearest first.
        map: The claim over the two assumptions with the nearest tipping points.
        chance: Under chance, its chance of holding at the start; else None.
        nearest: Where nothing was found to flip a claim under chance, how near it came.
        strokes: Chance draws behind each tipping point; 0 where chance plays no part.
    """

    claim: str
    world: int | None
    luck: int | None
    holds: bool
    margin: float
    luck_share: float
    smallest: Flip | None
    flips: tuple[Flip, ...]
    tippings: tuple[Move, ...]
    map: TippingMap | None
    chance: Chance | None = None
    nearest: Nearest | None = None
    strokes: int = 0


def moves(
    probe: Probe,
    start: Float[ndarray, " assumption"],
    ends: Sequence[Float[ndarray, " assumption"]],
    things: Sequence[int],
    *,
    beyond: Collection[int] = (),
) -> tuple[Move, ...]:
    """A change in values.

    Args:
        probe: The plan.
        start: Levels before the change.
        ends: Levels after it; under chance followed by those of the nearer and the farther end of
            the interval.
        things: Positions of the assumptions moved.
        beyond: Assumptions whose farther end may lie beyond the range searched.
    """
    before, after, *interval = probe.values(np.stack([start, *ends]))
    found: list[Move] = []
    for thing in things:
        low = high = math.nan
        if interval:
            low, high = sorted(float(values[thing]) for values in interval)
            if thing in beyond:
                rising = after[thing] > before[thing]
                low, high = (low, math.inf) if rising else (-math.inf, high)
        assumption = probe.plan.assumptions[thing]
        found.append(
            Move(
                assumption=assumption.name,
                before=float(before[thing]),
                after=float(after[thing]),
                unit=assumption.unit.written,
                level=float(start[thing]),
                change=float(ends[0][thing] - start[thing]),
                low=low,
                high=high,
            )
        )
    return tuple(found)
