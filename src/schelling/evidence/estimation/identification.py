"""Whether data can tell the coefficients at all, and whether the estimates are finite.

Three things go wrong before or after a climb. Columns of one formula may be linearly dependent.
Coefficients of several formulas may be impossible to tell apart because only differences of
payoffs, over a scale, decide what is done. And the data may be *separated*: the likelihood rises
for ever as some coefficients grow, so that no finite estimate exists.

References:
    Rothenberg, T. J. (1971), Identification in parametric models, Econometrica 39(3), 577-591:
    a model is locally identified where its information matrix has full rank; Albert, A. and
    Anderson, J. A. (1984), On the existence of maximum likelihood estimates in logistic regression
    models, Biometrika 71(1), 1-10: separation.
"""

from __future__ import annotations

from dataclasses import replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from schelling.evidence.estimation import derivatives
from schelling.evidence.estimation.sample import DecisionSample

_RANK = 1e-13  # of an eigenvalue, relative to the largest: rounding of sums of products
_NAMED = 0.05  # share of a direction's largest part from which a coefficient is named
_ROWS = 5_000  # rows looked at first
_SPREAD = 0.4  # of the random coefficients at which the rank is looked for
_FAR = tuple(4.0**k for k in range(9))  # steps along a direction, up to 65,536
_LEAST = 4  # of these steps that have to be possible, up to 64
_FALL = 1e-10  # fall of the log-likelihood, per unit of it, that is more than rounding
_MOST_OF = 0.99  # of the largest rise, from which a direction explains it as well
_TINY = 1e-6  # of the largest part of a direction: rounding of its eigenvectors
_SUSPECT = 3.0  # standard error, per unit of a covariate's size, from which a direction is tried


class Direction(NamedTuple):
    """Coefficients that cannot be told apart, or that grow together without end.

    Attributes:
        members: Their numbers.
        parts: How much each moves along the direction, in its own unit; the largest is 1.
    """

    members: tuple[int, ...]
    parts: tuple[float, ...]


def dependent_columns(covariates: Float[np.ndarray, "row own"]) -> Direction | None:
    """Columns of one formula that add up to zero in every row.

    Args:
        covariates: The columns.

    Returns:
        One combination; None where the columns are independent.

    Examples:
        >>> one = np.ones(4)
        >>> dependent_columns(np.stack([one, one * 2], axis=1)).parts
        (1.0, -0.5)
    """
    if not covariates.shape[1]:
        return None
    size = np.sqrt(np.mean(covariates**2, axis=0))
    if not size.all():
        zero = int(np.flatnonzero(size == 0)[0])
        return Direction((zero,), (1.0,))
    scaled = covariates / size
    values, vectors = np.linalg.eigh(scaled.T @ scaled)
    if values[0] > _RANK * values[-1]:
        return None
    return _direction(vectors[:, 0], size)


def unidentified(sample: DecisionSample, seed: int = 0) -> Direction | None:
    """Coefficients that no data with these covariates could tell apart.

    The expected information is computed at random coefficients, where it has full rank for an
    identified model with probability one.

    Args:
        sample: The data; what was seen does not matter.
        seed: Of the random coefficients.

    Returns:
        One combination; None where the model is identified.
    """
    if not sample.coefficients:
        return None
    if sample.rows > _ROWS:
        some = np.linspace(0, sample.rows - 1, _ROWS).astype(int)
        if _null(_rows_of(sample, some), seed) is None:
            return None
    return _null(sample, seed)


def _null(sample: DecisionSample, seed: int) -> Direction | None:
    generator = np.random.default_rng(seed)
    coefficients = generator.normal(0.0, _SPREAD, sample.coefficients) / sample.size
    information = _information(sample, coefficients)
    if not np.isfinite(information).all():
        return None
    values, vectors = np.linalg.eigh(information)
    if values[0] > _RANK * values[-1]:
        return None
    return _direction(vectors[:, 0], sample.size)


def _information(
    sample: DecisionSample, coefficients: Float[np.ndarray, " coefficient"]
) -> Float[np.ndarray, "coefficient coefficient"]:
    """The expected information, per unit of the covariates' sizes."""
    eta = sample.predictors(coefficients[None])[:, 0]
    total = np.zeros((sample.coefficients, sample.coefficients))
    for end in range(len(sample.seen)):
        seen = np.zeros(sample.seen.shape, dtype=bool)
        seen[end] = True
        found = derivatives.derivatives(sample.specification, eta, seen)
        possible = np.isfinite(found.value)
        slope = np.where(possible, found.slope, 0.0) * np.where(
            possible, np.exp(0.5 * found.value), 0.0
        )
        parts = [slope[k][:, None] * part for k, part in enumerate(sample.covariates)]
        scores = np.concatenate(parts, axis=1) / sample.size
        total += scores.T @ scores
    return total


def unbounded(
    sample: DecisionSample,
    coefficients: Float[np.ndarray, " coefficient"],
    curvature: Float[np.ndarray, "coefficient coefficient"],
) -> Direction | None:
    """A direction along which the likelihood never falls: there is no finite estimate.

    Args:
        sample: The data.
        coefficients: Where the climb ended.
        curvature: The Hessian there.

    Returns:
        The direction, its largest part positive where the likelihood rises with it; None where
        every direction is bounded.
    """
    scaled = -curvature / (sample.size[:, None] * sample.size[None, :])
    if not len(scaled) or not np.isfinite(scaled).all():
        return None
    values, vectors = np.linalg.eigh(scaled)
    free = ~((values > 0) & (values > _SUSPECT**-2))
    free[np.argmin(free) :] = free.all()  # those before the first that is bounded
    if not free.any():
        return None
    own = coefficients * sample.size
    went = [own]  # the way the climb went, and what of it lies in the flattest directions
    went += [vectors[:, :n] @ (vectors[:, :n].T @ own) for n in range(2, int(free.sum()) + 1)]
    went = [np.where(np.abs(way) > _TINY * np.abs(way).max(), way, 0.0) for way in went]
    ways = [way / np.linalg.norm(way) for way in went if np.linalg.norm(way) > 0]
    tried = [sign * vector for vector in vectors.T[free] for sign in (1.0, -1.0)]
    endless = [
        vector for vector in ways + tried if _never_falls(_heights(sample, coefficients, vector))
    ]
    if not endless:
        return None
    gains = [_gain(sample, coefficients, vector) for vector in endless]
    best = next(k for k, gain in enumerate(gains) if gain >= _MOST_OF * max(gains))
    return _direction(_needed(sample, coefficients, endless[best]), sample.size, signed=True)


def _needed(
    sample: DecisionSample,
    coefficients: Float[np.ndarray, " coefficient"],
    vector: Float[np.ndarray, " coefficient"],
) -> Float[np.ndarray, " coefficient"]:
    """A direction without the parts that do nothing for the likelihood.

    Such are those of a move that nobody reaches. Seen from where all coefficients of the direction
    are 0, so that none has done its work already.
    """
    kept = np.where(np.abs(vector) >= _NAMED * np.abs(vector).max(), vector, 0.0)
    start = np.where(kept == 0.0, coefficients, 0.0)

    def top(way: Float[np.ndarray, " coefficient"]) -> float:
        found = _heights(sample, start, way)
        return float(np.max(found, where=np.isfinite(found), initial=-np.inf))

    highest, room = top(kept), _FALL * max(1.0, abs(top(0.0 * kept)))
    if not highest > top(0.0 * kept) + room:
        return kept
    for k in [k for k in np.argsort(np.abs(kept)).tolist() if kept[k] != 0.0]:
        less = np.where(np.arange(len(kept)) == k, 0.0, kept)
        if top(less) >= highest - room and _never_falls(_heights(sample, coefficients, less)):
            kept = less
    return kept


def _heights(
    sample: DecisionSample,
    start: Float[np.ndarray, " coefficient"],
    vector: Float[np.ndarray, " coefficient"],
) -> Float[np.ndarray, " step"]:
    """The log-likelihood at a point and at steps from it along a direction."""
    steps = (0.0, *_FAR)
    return sample.hill(np.stack([start + t * vector / sample.size for t in steps])).value


def _gain(
    sample: DecisionSample,
    coefficients: Float[np.ndarray, " coefficient"],
    vector: Float[np.ndarray, " coefficient"],
) -> float:
    """How far the likelihood rises along a direction, from where it is not yet flat.

    Where everything is foreseen, it is flat in every direction, and only from lower down can it be
    told which ones led there.
    """
    found = _heights(sample, coefficients / 4, vector)
    return float(np.max(found - found[0], where=np.isfinite(found), initial=0.0))


def _never_falls(heights: Float[np.ndarray, " step"]) -> bool:
    """Whether no step along a line leads down, up to rounding, before numbers overflow."""
    over = np.isnan(heights)
    if over.any():
        heights = heights[: int(np.argmax(over))]
    if len(heights) <= _LEAST or not np.isfinite(heights).all():
        return False
    return bool((np.diff(heights) >= -_FALL * max(1.0, abs(heights[0]))).all())


def _direction(
    vector: Float[np.ndarray, " coefficient"],
    size: Float[np.ndarray, " coefficient"],
    *,
    signed: bool = False,
) -> Direction:
    """A direction in units of the coefficients, of which small parts are left out."""
    strong = np.flatnonzero(np.abs(vector) >= _NAMED * np.abs(vector).max())
    own = (vector / size)[strong]
    top = own[np.argmax(np.abs(own))]
    own = own / (abs(top) if signed else top)
    return Direction(tuple(strong.tolist()), tuple(own.tolist()))


def _rows_of(sample: DecisionSample, some: np.ndarray) -> DecisionSample:
    return replace(
        sample,
        covariates=tuple(part[some] for part in sample.covariates),
        offsets=sample.offsets[:, some],
        seen=sample.seen[:, some],
        weights=sample.weights[some],
    )
