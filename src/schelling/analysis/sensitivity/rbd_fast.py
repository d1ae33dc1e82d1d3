"""RBD-FAST: first-order indices from any sample, by the slow waves in an outcome.

Draws ordered by an assumption, up and then down, turn its effect into a wave of low frequency;
everything else is noise at all frequencies. Needs no design; with dependent assumptions the index
holds what the assumption stands for, its companions included. Axes: (draw, thing) and (draw,
outcome) in, (thing, outcome) out. Draws no chance.

References:
    Tarantola, S., Gatelli, D. and Mara, T. (2006), Random balance designs for the estimation of
    first order global sensitivity indices, Reliability Engineering & System Safety 91(6).
    Plischke, E. (2010), An effective algorithm for computing global sensitivity indices (EASI),
    Reliability Engineering & System Safety 95(4): the ordering of given data.
    Tissot, J.-Y. and Prieur, C. (2012), Bias correction for the estimation of sensitivity indices
    based on random balance designs, Reliability Engineering & System Safety 107.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray
from scipy.special import chdtri


@dataclass(frozen=True)
class FirstOrder:
    """First-order indices and what chance alone would reach.

    Attributes:
        s1: Share of the outcome's variance that the assumption alone accounts for; 0 where nothing
            varies.
        noise: The index an assumption without influence exceeds in one of twenty samples of
            independent draws; less in evenly spread designs.
        dropped: Draws left out because a number in them is not finite.
    """

    s1: Float[ndarray, "thing outcome"]
    noise: Float[ndarray, " outcome"]
    dropped: Int[ndarray, " outcome"]


def rbd_fast(
    inputs: Float[ndarray, "draw thing"],
    outcomes: Float[ndarray, "draw outcome"] | Bool[ndarray, "draw outcome"],
    *,
    harmonics: int = 10,
) -> FirstOrder:
    """First-order indices of many outcomes from one sample.

    Args:
        inputs: One column an assumption.
        outcomes: One column an outcome or margin; true and false count as 1 and 0.
        harmonics: How many waves count as the assumption's effect.

    Returns:
        The indices, corrected for bias; small negative ones are noise.

    Raises:
        ValueError: If an outcome has no more than four draws for every harmonic.

    Examples:
        >>> x = np.random.default_rng(1).random((4000, 2))
        >>> seen = rbd_fast(x, x @ np.array([[3.0], [1.0]]))
        >>> seen.s1[:, 0].round(2)
        array([0.9, 0.1])
    """
    finite: Bool[ndarray, " draw"] = np.all(np.isfinite(inputs), axis=1)
    y = outcomes.astype(np.float64)
    usable = np.isfinite(y) & finite[:, np.newaxis]
    counts = usable.sum(axis=0)
    if (counts <= 4 * harmonics).any():
        msg = f"more than {4 * harmonics} finite draws are needed; got {int(counts.min())}"
        raise ValueError(msg)
    s1 = np.zeros((inputs.shape[1], y.shape[1]))
    patterns, which = np.unique(usable, axis=1, return_inverse=True)
    for pattern in range(patterns.shape[1]):
        kept, columns = patterns[:, pattern], np.flatnonzero(which == pattern)
        part = y[np.ix_(kept, columns)]
        for thing, column in enumerate(inputs[kept].T):
            s1[thing, columns] = _share(part[_up_and_down(column)], harmonics)
    correction = 2.0 * harmonics / counts
    s1 -= correction / (1.0 - correction) * (1.0 - s1)
    raw = float(chdtri(2 * harmonics, 0.05)) / counts
    noise = raw - correction / (1.0 - correction) * (1.0 - raw)
    spread = np.where(usable, y, np.nan)
    constant = np.nanmax(spread, axis=0) == np.nanmin(spread, axis=0)
    s1[:, constant] = 0.0
    return FirstOrder(s1, noise, y.shape[0] - counts)


def _up_and_down(column: Float[ndarray, " draw"]) -> Int[ndarray, " draw"]:
    """Draws in an order in which the column rises and then falls."""
    order = np.argsort(column, kind="stable")
    return np.concatenate([order[::2], order[1::2][::-1]])


def _share(part: Float[ndarray, "draw outcome"], harmonics: int) -> Float[ndarray, " outcome"]:
    """Share of the variance in the slowest waves."""
    centred = part - part.mean(axis=0)
    waves = np.fft.rfft(centred, axis=0)[1 : harmonics + 1]
    power = 2.0 * (waves.real**2 + waves.imag**2).sum(axis=0)
    total = part.shape[0] * np.einsum("do,do->o", centred, centred)
    return np.divide(power, total, out=np.zeros_like(power), where=total > 0.0)
