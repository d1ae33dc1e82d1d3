"""Sobol' indices: how much of an outcome's variance each assumption accounts for.

S1 is what fixing one assumption would take away on average, ST what would be left if all others
were fixed; their difference is interaction. S2 is what a pair adds to its two S1. Reads outcomes of
the worlds that `saltelli` lays out; knows nothing of their inputs. Axes: (draw, outcome) in,
(thing, outcome) out; any number of outcomes, such as claims times weeks, at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Int
from numpy import ndarray

from schelling.analysis.sensitivity.resampling import Resamples

_BLOCK: Final = 2**22
"""Numbers worked on at a time: 32 MB, whatever the number of outcomes."""
_ROUNDING: Final = 1e-13
"""A spread below this share of the largest value is rounding, not variation."""


@dataclass(frozen=True)
class SobolIndices:
    """Shares of each outcome's variance, with standard errors.

    Names with `error` are None when no resamples were asked for, those with `s2` when no pairs
    were. An outcome that does not vary has indices 0; one with no usable point has NaN.

    Attributes:
        s1: First order: the assumption alone.
        st: Total order: the assumption with all its interactions.
        s2: Second order: the interaction of a pair, above the diagonal; NaN elsewhere.
        s1_error: Standard error of `s1`.
        st_error: Standard error of `st`.
        s2_error: Standard error of `s2`.
        dropped: Base points left out because one of their worlds is not finite; where there are
            many, the indices speak of the worlds that stayed, not of the assumptions' priors.
        multiplier: Half a 95 % interval is this times the error; NaN without resamples.
    """

    s1: Float[ndarray, "thing outcome"]
    st: Float[ndarray, "thing outcome"]
    s2: Float[ndarray, "thing thing outcome"] | None
    s1_error: Float[ndarray, "thing outcome"] | None
    st_error: Float[ndarray, "thing outcome"] | None
    s2_error: Float[ndarray, "thing thing outcome"] | None
    dropped: Int[ndarray, " outcome"]
    multiplier: float


def sobol_indices(
    outcomes: Float[ndarray, "draw outcome"] | Bool[ndarray, "draw outcome"],
    things: int,
    *,
    second_order: bool = False,
    resamples: Resamples | None = None,
) -> SobolIndices:
    """S1, ST and, on request, S2 of many outcomes at once.

    Args:
        outcomes: One row a world of `saltelli.saltelli_design`, in its order; true and false count
            as 1 and 0. Base points with a world that is not finite are left out and counted.
        things: Number of assumptions.
        second_order: Whether the design has the worlds for pairs; then S2 is estimated.
        resamples: Weights over the base points, from `resampling.bootstrap` or, where the design
            has replicates, `resampling.jackknife`.

    Returns:
        The indices; small negative ones are noise, and left as they are.

    Raises:
        ValueError: If the number of worlds or of weights does not fit the design.

    Examples:
        >>> from schelling.analysis.sensitivity.saltelli import saltelli_design
        >>> base = np.random.default_rng(1).random((20_000, 4))
        >>> worlds = saltelli_design(base)
        >>> found = sobol_indices((3.0 * worlds[:, 0] + worlds[:, 1])[:, np.newaxis], 2)
        >>> found.st[:, 0].round(2)
        array([0.9, 0.1])

    References:
        Saltelli, A. et al. (2010), Variance based sensitivity analysis of model output, Computer
        Physics Communications 181(2), table 2: equations (b) for S1 and (f) for ST.
        Saltelli, A. (2002), Computer Physics Communications 145(2): S2.
    """
    steps = (2 if second_order else 1) * things + 2
    points, left = divmod(outcomes.shape[0], steps)
    if left or points == 0:
        msg = f"the number of worlds must be a multiple of {steps}; got {outcomes.shape[0]}"
        raise ValueError(msg)
    if resamples is not None and resamples.weights.shape[1] != points:
        msg = f"`resamples` are over {resamples.weights.shape[1]} base points, not {points}"
        raise ValueError(msg)
    by_point = outcomes.reshape(points, steps, -1)
    width = max(1, _BLOCK // (points * steps))
    parts = [
        _block(by_point[:, :, start : start + width].astype(np.float64), things, resamples)
        for start in range(0, by_point.shape[2], width)
    ]
    estimate = np.concatenate([part[0] for part in parts], axis=1)
    dropped = np.concatenate([part[2] for part in parts])
    s1, st, s2 = _named(estimate, things)
    if resamples is None:
        return SobolIndices(s1, st, s2, None, None, None, dropped, float("nan"))
    errors = _named(np.concatenate([part[1] for part in parts], axis=1), things)
    return SobolIndices(s1, st, s2, *errors, dropped, resamples.multiplier)


def _block(
    y: Float[ndarray, "point step outcome"], things: int, resamples: Resamples | None
) -> tuple[
    Float[ndarray, "index outcome"], Float[ndarray, "index outcome"], Int[ndarray, " outcome"]
]:
    """Indices in the order S1, ST, S2, their errors, and the points dropped, of some outcomes."""
    usable: Bool[ndarray, "point outcome"] = np.all(np.isfinite(y), axis=1)
    if not usable.all():
        y = np.where(usable[:, np.newaxis], y, 0.0)
    counts = usable.sum(axis=0)
    terms = _terms(standardised(y, usable, counts), things)
    with np.errstate(divide="ignore", invalid="ignore"):
        estimate = _indices(terms.sum(axis=0) / counts, things)
        if resamples is None:
            return estimate, np.zeros_like(estimate), y.shape[0] - counts
        means = resamples.means(terms.reshape(len(y), -1)).reshape(-1, *terms.shape[1:])
        means /= resamples.means(usable.astype(np.float64))[:, np.newaxis]
        return estimate, resamples.error(_indices(means, things)), y.shape[0] - counts


def standardised(
    y: Float[ndarray, "point step outcome"],
    usable: Bool[ndarray, "point outcome"],
    counts: Int[ndarray, " outcome"],
) -> Float[ndarray, "point step outcome"]:
    """Mean 0 and spread 1 over the usable worlds; 0 where nothing varies, and in dropped points.

    The indices do not change, but the means of products lose fewer digits.
    """
    size = np.maximum(counts * y.shape[1], 1)
    centred = y - y.sum(axis=(0, 1)) / size
    if (counts < y.shape[0]).any():
        centred *= usable[:, np.newaxis]
    spread = np.sqrt(np.einsum("pso,pso->o", centred, centred) / size)
    varies = spread > _ROUNDING * np.abs(y).max(axis=(0, 1))
    centred *= np.where(varies, 1.0 / np.where(varies, spread, 1.0), 0.0)
    return centred


def _terms(
    y: Float[ndarray, "point step outcome"], things: int
) -> Float[ndarray, "point term outcome"]:
    """What is averaged over the base points: the numerators, then mean and mean square."""
    pairs = things * (things - 1) // 2 if y.shape[1] > things + 2 else 0
    a, b, mixed = y[:, :1], y[:, -1:], y[:, 1 : things + 1]
    terms = np.empty((y.shape[0], 2 * things + pairs + 2, y.shape[2]))
    moved = mixed - a
    np.multiply(b, moved, out=terms[:, :things])
    np.multiply(0.5 * moved, moved, out=terms[:, things : 2 * things])
    if pairs:
        one, other = np.triu_indices(things, 1)
        swapped = y[:, things + 1 : 2 * things + 1]
        terms[:, 2 * things : -2] = swapped[:, one] * mixed[:, other] - a * b
    terms[:, -2:-1] = 0.5 * (a + b)
    terms[:, -1:] = 0.5 * (a * a + b * b)
    return terms


def _indices(
    means: Float[ndarray, "... term outcome"], things: int
) -> Float[ndarray, "... index outcome"]:
    """Numerators over the variance of A and B together; what a pair's ones have is taken off."""
    variance = means[..., -1, :] - means[..., -2, :] ** 2
    indices = np.divide(
        means[..., :-2, :],
        variance[..., np.newaxis, :],
        out=np.where(np.isnan(means[..., :-2, :]), np.nan, 0.0),
        where=variance[..., np.newaxis, :] > 0.0,
    )
    if indices.shape[-2] > 2 * things:
        one, other = np.triu_indices(things, 1)
        indices[..., 2 * things :, :] -= indices[..., one, :] + indices[..., other, :]
    return indices


def _named(
    indices: Float[ndarray, "index outcome"], things: int
) -> tuple[
    Float[ndarray, "thing outcome"],
    Float[ndarray, "thing outcome"],
    Float[ndarray, "thing thing outcome"] | None,
]:
    s1, st, pairs = indices[:things], indices[things : 2 * things], indices[2 * things :]
    if pairs.shape[0] == 0:
        return s1, st, None
    s2 = np.full((things, things, indices.shape[1]), np.nan)
    s2[np.triu_indices(things, 1)] = pairs
    return s1, st, s2
