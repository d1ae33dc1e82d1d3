"""In which share of the worlds a claim holds, how sure that share is, and the word for it.

A share of worlds is not a probability: it counts the worlds the assumptions allow. Worlds whose
numbers failed are never dropped: they bound the share from both sides, and where the bounds lie on
both sides of a cut the verdict is `undecided`, whatever the sound worlds say. Axes: (draw,).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Integer
from numpy import ndarray

from schelling.analysis.summary import mean_with_error, share_half_width

FOLLOWS: Final = "follows"
MOSTLY_FOLLOWS: Final = "mostly follows"
CONTESTED: Final = "contested"
MOSTLY_FAILS: Final = "mostly fails"
FAILS: Final = "fails"
UNDECIDED: Final = "undecided"
UNKNOWN: Final = "unknown"
BY_OPTION: Final = "by option"
"""Options of a lever have different words; see `spanning`."""

CUTS: Final = (0.05, 0.33, 0.67, 0.95)
"""Shares at which the word changes; at a cut the word that is further from `contested` is used."""


@dataclass(frozen=True)
class Share:
    """In which share of the worlds a claim holds.

    Attributes:
        share: Share among the worlds whose numbers are sound; NaN when there is none.
        standard_error: Of `share`, from the spread of the replicates.
        half_width: Half the 95 % interval of `share`; never 0, see `share_of_worlds`.
        low: Share of all worlds if the claim failed in every world whose numbers failed.
        high: Share of all worlds if it held in every one of them.
        low_half_width: Half the 95 % interval of `low`; equal to `half_width` where none failed.
        high_half_width: Half the 95 % interval of `high`.
        worlds: All worlds, failed ones included.
        failed: Worlds whose numbers failed.
        replicates: Independent copies of the design behind the standard error.
        spans: Whether it stands for several options: `low` and `high` are the least and the
            greatest that hold under one of them, and there is no `share` over all.
        differs: Whether two of these options differ, whatever worlds without a number hold.
    """

    share: float
    standard_error: float
    half_width: float
    low: float
    high: float
    low_half_width: float
    high_half_width: float
    worlds: int
    failed: int
    replicates: int
    spans: bool = False
    differs: bool = False

    @property
    def bounded(self) -> bool:
        """Whether bounds stand in place of a share."""
        return bool(self.failed) or self.spans

    @property
    def word(self) -> str:
        """The word for the share; `undecided` where it hangs on worlds whose numbers failed."""
        found = word_between(self.low, self.high)
        return BY_OPTION if self.differs and found == UNDECIDED else found

    @property
    def settled(self) -> bool:
        """Whether the word is the same over the whole interval, whatever failed worlds hold."""
        low, high = self.low - self.low_half_width, self.high + self.high_half_width
        return word_between(low, high) not in (UNDECIDED, UNKNOWN)


def share_with_error(
    holds: Bool[ndarray, " draw"], replicate: Integer[ndarray, " draw"]
) -> tuple[float, float]:
    """Share of worlds in which a claim holds, and its standard error.

    Args:
        holds: Whether the claim holds, for worlds whose numbers are sound.
        replicate: Which replicate of the design each world belongs to.

    Returns:
        The share, and the standard error from the spread of the replicates' shares; NaN with fewer
        than two replicates.

    Examples:
        >>> share_with_error(np.array([True, True, False, True]), np.array([0, 1, 0, 1]))
        (0.75, 0.25)
    """
    return mean_with_error(holds, replicate)


def share_of_worlds(
    holds: Bool[ndarray, " draw"],
    failed: Bool[ndarray, " draw"],
    replicate: Integer[ndarray, " draw"],
    weights: Float[ndarray, " draw"] | None = None,
) -> Share:
    """The share with its error bar and with the bounds that failed worlds leave.

    Args:
        holds: Whether the claim holds; whatever a failed world says here is not read.
        failed: Worlds whose numbers failed.
        replicate: Which replicate of the design each world belongs to.
        weights: Where these worlds were drawn by weight from others, the weight of each; the
            interval of a share without spread then rests on how many independent worlds they are
            worth.

    Returns:
        The share and all that qualifies it.

    Examples:
        >>> holds = np.array([True, True, False, True, False, False])
        >>> failed = np.array([False, False, False, False, False, True])
        >>> seen = share_of_worlds(holds, failed, np.arange(6) % 2)
        >>> seen.share, round(seen.low, 3), round(seen.high, 3), seen.word
        (0.6, 0.5, 0.667, 'contested')
        >>> share_of_worlds(holds, ~holds, np.arange(6) % 2).word
        'undecided'
    """
    sound = ~failed
    each = np.ones(holds.size) if weights is None else weights
    whole = int(worth(each))
    share, error, half_width = _with_half_width(
        holds[sound], replicate[sound], int(worth(each[sound]))
    )
    low, low_half_width = high, high_half_width = share, half_width
    if failed.any():
        low, _, low_half_width = _with_half_width(holds & sound, replicate, whole)
        high, _, high_half_width = _with_half_width(holds | failed, replicate, whole)
    return Share(
        share=share,
        standard_error=error,
        half_width=half_width,
        low=low,
        high=high,
        low_half_width=low_half_width,
        high_half_width=high_half_width,
        worlds=holds.size,
        failed=int(np.count_nonzero(failed)),
        replicates=int(np.unique(replicate[sound]).size),
    )


def spanning(options: Sequence[Share], whole: Share) -> Share:
    """What is known of a claim while an actor is free to choose: the span over the options.

    Args:
        options: The share under each option, from its own worlds.
        whole: The share over all worlds, whose counts are kept.

    Returns:
        A share that spans the options; `whole` where fewer than two ask it, or all are exactly
        alike.

    Examples:
        >>> replicate = np.arange(8) % 2
        >>> never, always = np.zeros(8, dtype=bool), np.ones(8, dtype=bool)
        >>> parts = [share_of_worlds(one, never, replicate) for one in (never, always)]
        >>> found = spanning(parts, parts[0])
        >>> found.low, found.high, found.word
        (0.0, 1.0, 'by option')
        >>> spanning([parts[1], parts[1]], parts[1]).word
        'follows'
        >>> lost = share_of_worlds(never, always, replicate)
        >>> spanning([lost, lost], lost).word, spanning([lost], lost).spans
        ('undecided', False)
    """
    known = [one for one in options if one.worlds and not math.isnan(one.low)]
    if len(known) < 2:
        return whole
    least, most = min(known, key=lambda one: one.low), max(known, key=lambda one: one.high)
    if least.low == most.high:
        return whole
    return replace(
        whole,
        share=math.nan,
        standard_error=math.nan,
        half_width=math.nan,
        low=least.low,
        high=most.high,
        low_half_width=least.low_half_width,
        high_half_width=most.high_half_width,
        spans=True,
        differs=max(one.low for one in known) > min(one.high for one in known),
    )


def worth(weights: Float[ndarray, " draw"]) -> float:
    """How many independent worlds those are worth that were drawn by weight from others.

    Kong's effective number, of weighted worlds, is the square of the sum of their weights divided
    by the sum of the squares. A world is drawn as often as it weighs, so that over the worlds that
    were drawn both sums have one factor of the weight less.

    Args:
        weights: Of each world that was drawn, divided by the mean over those drawn from.

    Returns:
        At most as many as were drawn; 0 where there are none.

    References:
        Owen (2013), Monte Carlo theory, methods and examples, section 9.3.

    Examples:
        >>> worth(np.ones(8)), worth(np.full(8, 4.0)), worth(np.ones(0))
        (8.0, 2.0, 0.0)
    """
    return min(float(weights.size), weights.size**2 / float(weights.sum())) if weights.size else 0.0


def _with_half_width(
    holds: Bool[ndarray, " draw"], replicate: Integer[ndarray, " draw"], draws: int
) -> tuple[float, float, float]:
    """A share, its standard error, and half its 95 % interval."""
    share, error = share_with_error(holds, replicate)
    copies = int(np.unique(replicate).size)
    return share, error, share_half_width(error, copies, draws)


def word(share: float) -> str:
    """The word for a share of worlds, on one fixed scale.

    Args:
        share: From 0 to 1; beyond the ends counts as the end.

    Returns:
        `follows` from 95 %, `mostly follows` from 67 %, `contested` between 33 % and 67 %,
        `mostly fails` up to 33 %, `fails` up to 5 %; `unknown` for NaN.

    Examples:
        >>> [word(share) for share in (0.97, 0.67, 0.62, 0.33, 0.05)]
        ['follows', 'mostly follows', 'contested', 'mostly fails', 'fails']
    """
    if math.isnan(share):
        return UNKNOWN
    fails, mostly_fails, mostly_follows, follows = CUTS
    if share >= follows:
        return FOLLOWS
    if share >= mostly_follows:
        return MOSTLY_FOLLOWS
    if share <= fails:
        return FAILS
    if share <= mostly_fails:
        return MOSTLY_FAILS
    return CONTESTED


def word_between(low: float, high: float) -> str:
    """The word for a share that lies between two bounds.

    Args:
        low: Its lower bound.
        high: Its upper bound.

    Returns:
        The word of `word` where both bounds have the same, else `undecided`; `unknown` for NaN.

    Examples:
        >>> word_between(0.41, 0.91), word_between(0.70, 0.91), word_between(0.5, 0.5)
        ('undecided', 'mostly follows', 'contested')
    """
    if math.isnan(low) or math.isnan(high):
        return UNKNOWN
    return word(low) if word(low) == word(high) else UNDECIDED
