"""Whether records stray from the posterior as their error model says, one by one and together.

Bands of a posterior that has seen a record are kind to it. Here each record is held against what
the posterior of all the others would have recorded, as far as weights can take it out; it is
counted how often they can.

References:
    Gelfand, Dey & Chang (1992), Model determination using predictive distributions with
    implementation via sampling-based methods.
    Vehtari, Gelman & Gabry (2017), Practical Bayesian model evaluation using leave-one-out
    cross-validation and WAIC, section 2.
    Czado, Gneiting & Held (2009), Predictive model assessment for count data, section 2.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray
from scipy.special import ndtr, ndtri
from scipy.stats import binom

from schelling.evidence import diagnostics, error_models, error_tails, pareto
from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting.problem import FitProblem, FittedSeries

UNLIKELY: Final = 0.0025
"""Chance below which a sign counts; with the bands there are four, so one in 100 by chance."""

FEWEST_PAIRS: Final = 10
"""Rows from which on the correlation of neighbours is looked at."""

_NUMBERS: Final = 4_000_000
_MOST_WORLDS: Final = 2_048
_FEWEST_WORLDS: Final = 256
_MOST_LEFT_OUT: Final = 500
"""Rows up to which each is left out in turn; of more, one hardly moves a posterior."""

_EDGE: Final = 1e-9


@dataclass(frozen=True)
class SeriesStraying:
    """How the records of a series stray.

    Attributes:
        farthest: Position of the row that is farthest out.
        far: Chance of one so far out among so many rows, at most; 1 where none is known.
        inside: Rows inside the 50 % band of the posterior of the others, or of all records for
            those that were not left out.
        rows: Of how many; those whose chance is not known are not among them.
        alike: Correlation of the scores of neighbouring rows about 0; NaN of few rows.
        left_out: How many of the rows were left out of the posterior that they are held against.
        inflated: By how much neighbours that stray alike multiply the variance that a mean of the
            records has by the error model; below 1 where they stray less than it says.
    """

    farthest: int
    far: float
    inside: int
    rows: int
    alike: float
    left_out: int
    inflated: float

    @property
    def outlier(self) -> bool:
        """Whether one record is farther out than chance allows."""
        return self.far < UNLIKELY

    @property
    def close(self) -> bool:
        """Whether records stray less than the error model says."""
        return bool(binom.sf(self.inside - 1, self.rows, 0.5) < UNLIKELY)

    @property
    def dependent(self) -> bool:
        """Whether neighbouring records stray alike, by Bartlett's standard error.

        Where they stray so little that an error model with independent errors allows for more than
        that, its posterior is not too narrow, and all that is wrong is the size of the error.
        """
        unlikely = ndtr(-self.alike * math.sqrt(self.rows)) < UNLIKELY
        return bool(unlikely and self.inflated > 1)


def of_series(problem: FitProblem, after: PosteriorWorlds) -> list[SeriesStraying]:
    """How the records of every series stray.

    Args:
        problem: What was fitted.
        after: Worlds of the posterior.
    """
    rng = np.random.default_rng([abs(problem.seed), 41])
    most = max(len(series.values) for series in problem.series)
    count = max(min(_NUMBERS // most, _MOST_WORLDS), _FEWEST_WORLDS)
    chosen = diagnostics.systematic(after.weights, min(count, len(after.weights)), rng)
    arguments, sound = problem.arguments(after.points[chosen], after.numbers[chosen])
    found: list[SeriesStraying] = []
    for series, whole in zip(problem.series, arguments, strict=True):
        own = [one[sound] if len(one) == len(sound) else one for one in whole]
        own = [one[: _enough(series, own)] for one in own]
        low, high = error_tails.tails(series.model, series.values, own)
        fit = np.asarray(error_models.log_densities(series.model, series.values, own))
        found.append(_straying(*_left_out(low, high, fit), rng))
    return found


def _enough(series: FittedSeries, arguments: Sequence[error_models.Numbers]) -> int:
    """How many worlds are looked at; they are in random order.

    Fewer where many chances are added up for the tails of each.
    """
    if series.model != "beta_binomial":
        return _MOST_WORLDS
    terms = len(series.values) * (float(arguments[0].max()) + 1)
    return max(int(error_tails.MOST_TERMS / terms), _FEWEST_WORLDS)


Rows = Float[ndarray, " row"]


def _left_out(
    low: ndarray, high: ndarray, fit: ndarray
) -> tuple[Rows, Rows, Bool[ndarray, " row"]]:
    """Tails of each row under the posterior of the others, and whether weights could leave it out.

    Where they could not, tails are under the posterior of all records.
    """
    rows = low.shape[1]
    below, above = low.mean(axis=0), high.mean(axis=0)
    left_out = np.zeros(rows, np.bool_)
    if rows > _MOST_LEFT_OUT or rows < 2:
        return below, above, left_out
    for row in range(rows):
        others = pareto.smoothed(-fit[:, row])
        if others.k <= pareto.RELIABLE:
            below[row], above[row] = others.weights @ low[:, row], others.weights @ high[:, row]
            left_out[row] = True
    return below, above, left_out


def _straying(
    below: Rows, above: Rows, left_out: Bool[ndarray, " row"], rng: np.random.Generator
) -> SeriesStraying:
    known = np.isfinite(below) & np.isfinite(above)
    rows = int(known.sum())
    two_sided = np.where(known, 2 * np.minimum(below, above), np.inf)
    farthest = int(np.argmin(two_sided))
    far = min(1.0, rows * float(two_sided[farthest]))
    low, high = below[known], above[known]
    same = np.maximum(low + high - 1, 0.0)  # the chance of exactly this record
    level = np.clip(low - same + rng.uniform(size=rows) * same, _EDGE, 1 - _EDGE)
    inside = int(np.count_nonzero((level > 0.25) & (level < 0.75)))
    (alike, inflated), out = _neighbours(ndtri(level)), int(np.count_nonzero(left_out & known))
    return SeriesStraying(farthest, far, inside, rows, alike, out, inflated)


def _neighbours(scores: Rows) -> tuple[float, float]:
    """Correlation of one score with the next, about 0, and what it does to the variance of a mean.

    Scores of levels that are uniform where a model is right have a mean of 0, which is known. What
    they have in common is no mean to be subtracted: that all stray alike is what is looked for.
    """
    if len(scores) < FEWEST_PAIRS:
        return math.nan, math.nan
    squares, products = float(scores @ scores), float(scores[1:] @ scores[:-1])
    return products / max(squares, 1e-300), (squares + 2 * products) / len(scores)
