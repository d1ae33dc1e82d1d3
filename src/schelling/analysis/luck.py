"""How much of a verdict luck alone decides, from pairs of worlds that differ in their luck only.

Both worlds of a pair have the same draws of the assumptions. A claim that holds in a share p of all
strokes of luck at fixed assumptions has variance p (1 - p) there, of which half the share of pairs
that disagree is an unbiased estimate; its mean over the assumptions, divided by the whole variance
of the claim's truth, is the part that luck alone decides. The rest needs the assumptions. Axes:
(draw,).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Integer
from numpy import ndarray

from schelling.analysis.summary import half_width_95, rule_of_three

_FEWEST = 4.0  # pairs of a kind below which the replicates' spread says too little
_RARE = 12  # worlds with the rarer answer from which on intervals cover; chosen by trials of them


@dataclass(frozen=True)
class LuckShare:
    """The part of the variance of a claim's truth that luck alone decides.

    Attributes:
        share: From 0 to 1; NaN where the claim has the same truth in every world seen.
        half_width: Half its 95 % interval.
        pairs: Pairs of worlds that were compared.
        left_out: Pairs of which one world at least has no number.
    """

    share: float
    half_width: float
    pairs: int
    left_out: int = 0


NO_LUCK = LuckShare(0.0, 0.0, 0)
"""Of a case without chance."""


def luck_share(
    holds: Bool[ndarray, " draw"],
    again: Bool[ndarray, " draw"],
    failed: Bool[ndarray, " draw"],
    replicate: Integer[ndarray, " draw"],
) -> LuckShare:
    """The share of variance that luck decides, with its error from the replicates.

    Args:
        holds: Whether the claim holds.
        again: Whether it holds with the same draws and other luck.
        failed: Where either of the two has no number; not read there.
        replicate: Which replicate of the design each draw belongs to.

    Returns:
        The share. Its error is that of the delete-one-replicate jackknife; where hardly any pair
        disagrees, or agrees on the rarer answer, that of their count; and 1, which tells nothing,
        where the rarer answer is that of a handful of worlds.

    Examples:
        >>> holds = np.array([True, True, False, False, True, True, False, False])
        >>> again = np.array([True, False, False, True, True, True, False, False])
        >>> none = np.zeros(8, dtype=bool)
        >>> luck_share(holds, again, none, np.arange(8) % 2).share
        0.5

    References:
        Sobol', I. M. (2001), Global sensitivity indices for nonlinear mathematical models,
        Mathematics and Computers in Simulation 55: the total index of an input from pairs that
        differ in it alone. Efron, B. (1982), The jackknife, the bootstrap and other resampling
        plans, chapter 3.
    """
    sound = ~failed
    first, second, group = holds[sound], again[sound], replicate[sound]
    lost = int(np.count_nonzero(failed))
    if not first.size or (first.all() and second.all()) or not (first.any() or second.any()):
        return LuckShare(math.nan, math.nan, first.size, lost)
    kinds, place = np.unique(group, return_inverse=True)
    sizes = np.bincount(place).astype(np.float64)
    differ = np.bincount(place, weights=first != second)
    held = np.bincount(place, weights=first) + np.bincount(place, weights=second)
    share = float(_ratio(differ.sum(), held.sum(), sizes.sum()))
    half_width = math.nan
    if kinds.size > 1:
        without = (differ.sum() - differ, held.sum() - held, sizes.sum() - sizes)
        left: Float[ndarray, " replicate"] = _ratio(*without)
        spread = np.sum((left - left.mean()) ** 2) * (kinds.size - 1) / kinds.size
        half_width = half_width_95(float(np.sqrt(spread)), kinds.size)
        half_width = 1.0 if math.isnan(half_width) else half_width  # one replicate says it all
    if differ.sum() < _FEWEST:
        mean = held.sum() / (2.0 * first.size)
        counted = _counted(int(differ.sum()), first.size) / (2.0 * mean * (1.0 - mean))
        half_width = float(np.fmax(half_width, counted))
    rarer = min(held.sum(), 2.0 * first.size - held.sum())
    agree = (rarer - differ.sum()) / 2.0
    if agree < _FEWEST:  # one more such pair would take two worlds of the rarer answer from luck
        counted = _counted(int(agree), first.size) * 2.0 * first.size / rarer
        half_width = float(np.fmax(half_width, counted))
    if rarer < _RARE:
        half_width = float(np.fmax(half_width, 1.0))
    return LuckShare(min(share, 1.0), half_width, first.size, lost)


def _ratio(differ: Any, held: Any, pairs: Any) -> Any:
    """Share of the variance; NaN where there is none, as all others agree."""
    mean = held / (2.0 * pairs)
    variance = np.asarray(mean * (1.0 - mean))
    return differ / (2.0 * pairs) / np.where(variance > 0, variance, math.nan)


def _counted(differ: int, pairs: int) -> float:
    """Half the 95 % interval of a share of pairs of which few disagree."""
    return rule_of_three(pairs) if not differ else 2.0 * math.sqrt(differ + 1.0) / pairs
