"""Damped Newton ascent of many log-likelihoods at once.

Every replicate climbs by itself: the step solves with the absolute eigenvalues of its Hessian, so
that it points uphill even where the function is not concave, is bounded in length, and is halved
until the function rises enough. A replicate ends where the rise that Newton's step promises is
nothing; the curvature there says whether that is a maximum. Axes: replicate first.

References:
    Nocedal, J. and Wright, S. J. (2006), Numerical Optimization, 2nd edition, Springer, chapter 3.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from schelling.evidence.estimation.sample import DecisionSample, Hill

MOST_STEPS = 100
"""Newton steps before a replicate is given up."""
_NOTHING = 1e-12  # promised rise that counts as none, per unit of the log-likelihood
_LONGEST = 4.0  # change of a predictor per step, as a root mean square, in its unit
_FLATTEST = 1e-10  # least curvature used, relative to the largest
_ENOUGH = 1e-4  # of the promised rise must come true (Armijo)
_HALVINGS = 40


class Summit(NamedTuple):
    """Where each replicate ended.

    Attributes:
        coefficients: The coefficients.
        hill: The log-likelihood there.
        converged: Whether a step promised nothing more, with finite numbers.
        steps: Steps that the slowest replicate took.
    """

    coefficients: Float[np.ndarray, "replicate coefficient"]
    hill: Hill
    converged: Bool[np.ndarray, " replicate"]
    steps: int


def climb(
    sample: DecisionSample,
    start: Float[np.ndarray, "replicate coefficient"],
    weights: Float[np.ndarray, "replicate row"] | None = None,
    free: Bool[np.ndarray, "replicate coefficient"] | None = None,
) -> Summit:
    """Climb from given coefficients to a stationary point of the log-likelihood.

    Args:
        sample: The data.
        start: Where each replicate starts; its log-likelihood must be finite there.
        weights: Weight of each row in each replicate; the sample's own if None.
        free: Which coefficients of a replicate may move; all if None.

    Returns:
        Where the replicates ended.
    """
    here = np.array(start, dtype=np.float64)
    moving = np.ones(here.shape, dtype=bool) if free is None else free
    hill = sample.hill(here, weights)
    done = ~np.isfinite(hill.value)
    converged = np.zeros(len(here), dtype=bool)
    steps = 0
    while not done.all() and steps < MOST_STEPS:
        steps += 1
        active = np.flatnonzero(~done)
        step, promised = _step(sample, Hill(*(part[active] for part in hill)), moving[active])
        still = promised > _NOTHING * np.maximum(1.0, np.abs(hill.value[active]))
        converged[active[~still]] = done[active[~still]] = True
        _polish(sample, here, hill, active[~still], step[~still], weights)
        going = active[still]
        if not len(going):
            break
        stuck = _search(sample, here, hill, going, step[still], promised[still], weights)
        done[stuck] = True
    return Summit(here, hill, converged & np.isfinite(hill.value), steps)


def _polish(
    sample: DecisionSample,
    here: Float[np.ndarray, "replicate coefficient"],
    hill: Hill,
    which: np.ndarray,
    step: Float[np.ndarray, "some coefficient"],
    weights: Float[np.ndarray, "replicate row"] | None,
) -> None:
    """One step more for replicates that have arrived, in place: it squares what is left to go."""
    if not len(which):
        return
    there = here[which] + step
    found = sample.hill(there, None if weights is None else weights[which])
    good = found.value >= hill.value[which] - 1e-13 * np.abs(hill.value[which])
    here[which[good]] = there[good]
    for old, new in zip(hill, found, strict=True):
        old[which[good]] = new[good]


def _step(
    sample: DecisionSample, hill: Hill, free: Bool[np.ndarray, "replicate coefficient"]
) -> tuple[Float[np.ndarray, "replicate coefficient"], Float[np.ndarray, " replicate"]]:
    """The step of each replicate, and the rise that its full length promises to first order."""
    size = sample.size
    slope = np.where(free, hill.slope / size, 0.0)
    both = free[:, :, None] & free[:, None, :]
    bend = np.where(both, -hill.curvature / (size[:, None] * size[None, :]), 0.0)
    bend = np.where(np.isfinite(bend), bend, 0.0)
    values, vectors = np.linalg.eigh(bend)
    top = np.maximum(np.abs(values).max(axis=1, initial=0.0), 1e-300)[:, None]
    along = np.einsum("bij,bi->bj", vectors, slope)
    raw = along / np.maximum(np.abs(values), _FLATTEST * top)
    step = np.where(free, np.einsum("bij,bj->bi", vectors, raw), 0.0)
    longest = sample.largest_change(step / size)
    step = step * np.minimum(1.0, _LONGEST / np.maximum(longest, 1e-300))[:, None]
    return step / size, np.sum(slope * step, axis=1)


def _search(
    sample: DecisionSample,
    here: Float[np.ndarray, "replicate coefficient"],
    hill: Hill,
    going: np.ndarray,
    step: Float[np.ndarray, "some coefficient"],
    promised: Float[np.ndarray, " some"],
    weights: Float[np.ndarray, "replicate row"] | None,
) -> np.ndarray:
    """Move the replicates that go on, in place; gives back those that could not rise."""
    length = np.ones(len(going))
    waiting = np.arange(len(going))
    for _ in range(_HALVINGS):
        which = going[waiting]
        there = here[which] + length[waiting, None] * step[waiting]
        found = sample.hill(there, None if weights is None else weights[which])
        rise = found.value - hill.value[which]
        rounding = 1e-14 * np.abs(hill.value[which])
        good = rise >= _ENOUGH * length[waiting] * promised[waiting] - rounding
        good &= np.isfinite(found.value) & np.isfinite(found.curvature).all(axis=(1, 2))
        better = which[good]
        here[better] = there[good]
        for old, new in zip(hill, found, strict=True):
            old[better] = new[good]
        waiting = waiting[~good]
        if not len(waiting):
            break
        length[waiting] *= 0.5
    return going[waiting]
