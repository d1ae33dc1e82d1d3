"""How many worlds are enough: whether the error bars are short, and how many more it would take.

Knows shares of replicates, not where they come from. Axes: (replicate, claim).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.summary import share_half_width


@dataclass(frozen=True)
class ErrorBars:
    """How short error bars are, and whether to continue.

    Attributes:
        half_width: Half the 95 % interval of each claim's share; NaN where no world is sound.
        short: Whether it is below the target; also where it is NaN, as no world would help.
        needed: Estimate of the worlds in all that each claim needs, in whole doublings of the
            worlds so far; an estimate from few replicates is itself uncertain by about a fifth of
            the bar, hence two fifths of the worlds.
        enough: Whether every claim's bar is short.
        worlds: Worlds in all that the slowest claim needs; the worlds so far once it is enough.
    """

    half_width: Float[ndarray, " claim"]
    short: Bool[ndarray, " claim"]
    needed: Int[ndarray, " claim"]
    enough: bool
    worlds: int


def progress(
    shares: Float[ndarray, "replicate claim"],
    worlds: int | Int[ndarray, " claim"],
    *,
    target: float = 0.01,
    rate: float = 0.5,
) -> ErrorBars:
    """Whether every verdict's error bar is below a target, and how many worlds it would take.

    Bars of failed worlds do not shrink with more worlds and are not meant here. Look only after
    doublings: who looks after every world stops at the luckiest.

    Args:
        shares: Share of each claim in each replicate of the design, so far; NaN in a replicate
            without sound worlds.
        worlds: Sound worlds so far over all replicates, claim by claim where they differ.
        target: Half the 95 % interval wanted, as a share: 0.01 is one point.
        rate: Power of the number of worlds by which errors shrink: 0.5 is that of independent
            worlds and the careful guess; see `observed_rate`.

    Returns:
        Where the run stands.

    Raises:
        ValueError: If there are fewer than two replicates, no worlds or a target that is not
            positive.

    Examples:
        >>> shares = np.array([[0.60, 0.5], [0.62, 0.5], [0.64, 0.5], [0.62, 0.5]])
        >>> seen = progress(shares, 4096)
        >>> seen.half_width.round(4), seen.short, seen.needed
        (array([0.026 , 0.0007]), array([False,  True]), array([32768,  4096]))
        >>> seen.enough, seen.worlds
        (False, 32768)

    References:
        Owen, A. B. (2013), Monte Carlo theory, methods and examples, section 17.3 (replicates).
    """
    copies, read = shares.shape[0], np.broadcast_to(worlds, shares.shape[1:])
    unread = np.any((read < 1) & ~np.isnan(shares).all(axis=0))
    if copies < 2 or unread or not target > 0.0 or not rate > 0.0:
        msg = (
            "2 replicates, 1 world and a positive `target` and `rate` are needed; got "
            f"{copies}, {worlds}, {target} and {rate}"
        )
        raise ValueError(msg)
    half_width = np.array([_half_width(s, n) for s, n in zip(shares.T, read.tolist(), strict=True)])
    short = ~(half_width >= target)
    ratio = np.where(short, 1.0, half_width / target)
    doublings = np.where(short, 0.0, np.maximum(np.ceil(np.log2(ratio) / rate), 1.0))
    needed = read * 2 ** np.minimum(doublings, 40.0).astype(np.int64)
    most = int(needed.max(initial=int(np.max(worlds, initial=0))))
    return ErrorBars(half_width, short, needed, bool(short.all()), most)


def _half_width(shares: Float[ndarray, " replicate"], worlds: int) -> float:
    present = shares[~np.isnan(shares)]
    if present.size < 2:
        return math.nan
    error = float(np.std(present, ddof=1) / math.sqrt(present.size))
    return share_half_width(error, present.size, worlds)


def observed_rate(worlds: Int[ndarray, " look"], half_width: Float[ndarray, " look"]) -> float:
    """The power by which error bars have shrunk so far, for a better guess of what is needed.

    Args:
        worlds: Worlds at each look, growing.
        half_width: Half the interval at each look.

    Returns:
        Slope of the logarithms, held between 0.5 (independent worlds) and 1.5 (smooth outcomes of
        scrambled low-discrepancy designs); 0.5 from fewer than three looks.

    Examples:
        >>> observed_rate(np.array([1024, 2048, 4096]), np.array([0.04, 0.02, 0.01]))
        1.0
    """
    usable = half_width > 0.0
    if np.count_nonzero(usable) < 3:
        return 0.5
    x, y = np.log(worlds[usable]), np.log(half_width[usable])
    x = x - x.mean()
    return float(np.clip(-(x @ y) / (x @ x), 0.5, 1.5))
