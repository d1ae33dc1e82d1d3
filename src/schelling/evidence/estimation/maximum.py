"""Maximum likelihood of a strategic model: several starts, standard errors, bootstrap, profiles.

Axes: replicate first, then coefficient.

References:
    Signorino, C. S. (1999), Strategic interaction and the statistical analysis of international
    conflict, American Political Science Review 93, 279-297; White, H. (1982), Maximum likelihood
    estimation of misspecified models, Econometrica 50(1), 1-25: the sandwich; Efron, B. and
    Tibshirani, R. J. (1993), An Introduction to the Bootstrap, Chapman and Hall, chapter 6.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from schelling.evidence.estimation import ascent
from schelling.evidence.estimation.sample import DecisionSample

_SPREAD = 0.5  # of random starts, per unit of a covariate's size
_SAME = 1e-6  # difference of log-likelihoods that counts as none, per unit
_DRAWN = 10_000_000  # weights, or entries of Hessians, of the resamples that climb side by side
_POSITIVE = 1e-11  # least eigenvalue of a proper maximum, relative to the largest


@dataclass(frozen=True)
class Maximum:
    """The highest point that was found.

    Attributes:
        coefficients: The estimates.
        log_likelihood: Their log-likelihood.
        curvature: Hessian of the log-likelihood there.
        rows: Log-likelihood of each row there.
        converged: Whether it is a strict maximum to rounding.
        starts: Climbs that were made.
        agreed: ... that ended at this height.
        lower: Heights of lower maxima that climbs ended at, highest first.
        steps: Newton steps of the slowest climb.
    """

    coefficients: Float[np.ndarray, " coefficient"]
    log_likelihood: float
    curvature: Float[np.ndarray, "coefficient coefficient"]
    rows: Float[np.ndarray, " row"]
    converged: bool
    starts: int
    agreed: int
    lower: tuple[float, ...]
    steps: int


class Profile(NamedTuple):
    """The highest log-likelihood with one coefficient held at each of several values.

    Attributes:
        values: The values of each coefficient.
        heights: The heights; NaN where a climb did not end.
        best: Coefficients of the highest point of all.
        top: Its height.
    """

    values: Float[np.ndarray, "coefficient point"]
    heights: Float[np.ndarray, "coefficient point"]
    best: Float[np.ndarray, " coefficient"]
    top: float


class Resampled(NamedTuple):
    """Estimates of resampled data.

    Attributes:
        coefficients: Of each resample that has finite estimates.
        failed: Resamples that have none.
    """

    coefficients: Float[np.ndarray, "replicate coefficient"]
    failed: int


def maximise(
    sample: DecisionSample,
    starts: int,
    seed: int,
    begin: Float[np.ndarray, " coefficient"] | None = None,
    centre: Float[np.ndarray, " coefficient"] | None = None,
) -> Maximum:
    """Climb from zero and from random coefficients; keep the highest end.

    Args:
        sample: The data, of an identified model.
        starts: Number of climbs, at least 1.
        seed: Of the random starts.
        begin: Where the first climb starts instead of zero.
        centre: Where all starts lie about; zero if None.

    Returns:
        The highest point.
    """
    generator = np.random.default_rng(seed)
    shape = (starts, sample.coefficients)
    begins = generator.normal(0.0, _SPREAD, shape) / sample.size
    begins[0] = 0.0
    if centre is not None:
        begins += centre
    if begin is not None:
        begins[0] = begin
    found = ascent.climb(sample, begins)
    heights = np.where(np.isfinite(found.hill.value), found.hill.value, -np.inf)
    best = int(np.argmax(heights))
    top = float(found.hill.value[best])
    close = heights >= top - _SAME * max(1.0, abs(top))
    others = ~close & found.converged & _proper(sample, found.hill.curvature)
    below = sorted({round(float(h), 4) for h in heights[others]}, reverse=True)
    here = found.coefficients[best]
    return Maximum(
        here,
        top,
        found.hill.curvature[best],
        sample.row_derivatives(here[None]).value[0],
        bool(found.converged[best]) and peaked(sample, found.hill.curvature[best]),
        starts,
        int(close.sum()),
        tuple(below),
        found.steps,
    )


def peaked(sample: DecisionSample, curvature: Float[np.ndarray, "coefficient coefficient"]) -> bool:
    """Whether a log-likelihood bends down in every direction."""
    scaled = -curvature / (sample.size[:, None] * sample.size[None, :])
    if not np.isfinite(scaled).all():
        return False
    values = np.linalg.eigvalsh(scaled)
    return bool((values > _POSITIVE * values.max(initial=0.0)).all())


def covariance(found: Maximum) -> Float[np.ndarray, "coefficient coefficient"]:
    """Covariance of the estimates from the curvature of the log-likelihood.

    Args:
        found: A converged maximum.

    Returns:
        The inverse of the observed information.
    """
    return np.linalg.inv(-found.curvature)


def sandwich(
    sample: DecisionSample, found: Maximum, clusters: Int[np.ndarray, " row"] | None = None
) -> Float[np.ndarray, "coefficient coefficient"]:
    """Covariance that stays valid when the model is wrong, or rows depend within clusters.

    Args:
        sample: The data.
        found: A converged maximum.
        clusters: Number of the cluster of each row; every observation its own if None.

    Returns:
        White's sandwich; of G clusters times G / (G - 1), of N rows times N / (N - 1).
    """
    slope = sample.row_derivatives(found.coefficients[None]).slope[:, 0]
    parts = [slope[k][:, None] * part for k, part in enumerate(sample.covariates)]
    scores = np.concatenate(parts, axis=1)
    if clusters is None:
        count = float(sample.weights.sum())
        middle = scores.T @ (scores * sample.weights[:, None])
    else:
        count = float(clusters.max() + 1)
        sums = np.zeros((int(count), scores.shape[1]))
        np.add.at(sums, clusters, scores * sample.weights[:, None])
        middle = sums.T @ sums
    bread = covariance(found)
    return bread @ middle @ bread * count / (count - 1)


def bootstrap(
    sample: DecisionSample,
    found: Maximum,
    replicates: int,
    seed: int,
    clusters: Int[np.ndarray, " row"] | None = None,
) -> Resampled:
    """Refit resampled data, as many side by side as memory allows.

    Args:
        sample: The data; without clusters, weights are whole numbers of observations.
        found: Its maximum, where the climbs start.
        replicates: Number of resamples.
        seed: Of the resampling.
        clusters: Number of the cluster of each row, resampled as wholes; rows if None.

    Returns:
        The estimates.
    """
    generator = np.random.default_rng(seed)
    block = max(1, _DRAWN // max(sample.rows, sample.coefficients**2))
    kept: list[Float[np.ndarray, "some coefficient"]] = []
    for start in range(0, replicates, block):
        some = min(block, replicates - start)
        weights = _resampled(sample, some, generator, clusters)
        ends = ascent.climb(sample, np.repeat(found.coefficients[None], some, axis=0), weights)
        kept.append(ends.coefficients[ends.converged & _proper(sample, ends.hill.curvature)])
    good = np.concatenate(kept)
    return Resampled(good, replicates - len(good))


def _resampled(
    sample: DecisionSample,
    replicates: int,
    generator: np.random.Generator,
    clusters: Int[np.ndarray, " row"] | None,
) -> Float[np.ndarray, "replicate row"]:
    """How often each row is drawn, by resample."""
    if clusters is None:
        total = float(sample.weights.sum())
        drawn = generator.multinomial(round(total), sample.weights / total, replicates)
        return drawn.astype(np.float64)
    count = int(clusters.max()) + 1
    drawn = generator.multinomial(count, np.full(count, 1.0 / count), replicates)
    return drawn[:, clusters] * sample.weights


def _proper(
    sample: DecisionSample, curvature: Float[np.ndarray, "replicate coefficient coefficient"]
) -> Bool[np.ndarray, " replicate"]:
    """Which replicates ended at a strict maximum with information on every coefficient."""
    scaled = -curvature / (sample.size[:, None] * sample.size[None, :])
    scaled = np.where(np.isfinite(scaled), scaled, 0.0)
    values = np.linalg.eigvalsh(scaled)
    return values[:, 0] > 1e-8 * np.maximum(values[:, -1], 1e-300)


def profile(
    sample: DecisionSample,
    found: Maximum,
    errors: Float[np.ndarray, " coefficient"],
    points: int = 3,
    reach: float = 3.0,
) -> Profile:
    """Profile likelihoods of all coefficients; a point above the maximum betrays a local one.

    Args:
        sample: The data.
        found: The maximum.
        errors: Standard errors, the unit of the grid.
        points: Values on each side.
        reach: Standard errors to the outermost value.

    Returns:
        The profiles.
    """
    count = sample.coefficients
    below = np.linspace(-reach, 0, points + 1)[:-1]
    steps = np.concatenate([below, -below[::-1]])
    values = found.coefficients[:, None] + steps * errors[:, None]
    begin = np.repeat(found.coefficients[None], values.size, axis=0)
    which = np.repeat(np.arange(count), len(steps))
    begin[np.arange(len(begin)), which] = values.ravel()
    free = np.ones(begin.shape, dtype=bool)
    free[np.arange(len(begin)), which] = False
    ends = ascent.climb(sample, begin, free=free)
    heights = np.where(ends.converged, ends.hill.value, np.nan)
    known = np.where(np.isfinite(ends.hill.value), ends.hill.value, -np.inf)
    best = int(np.argmax(known)) if len(known) else 0
    return Profile(values, heights.reshape(values.shape), ends.coefficients[best], known[best])
