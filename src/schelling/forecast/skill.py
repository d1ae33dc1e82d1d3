"""Whether one forecaster did better than another on the same questions, with uncertainty.

Questions about one event resolve together, so the error of a mean is taken from totals of clusters,
with Student's t for the few clusters there are, and an effective number of independent questions is
given. Smaller is better in every score here. Axes: (question).

References:
    Murphy (1988), Skill scores based on the mean square error and their relationships to the
        correlation coefficient.
    Cochran (1977), Sampling Techniques, section 2.11: the variance of a ratio of totals.
    Fieller (1954), Some problems in interval estimation: the interval of a ratio.
    Kish (1965), Survey Sampling, section 5.4: the design effect.
    Donner & Koval (1980), The estimation of intraclass correlation in the analysis of family data,
        equation 3: correlation from the analysis of variance.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from numpy import ndarray
from scipy.special import stdtrit

LEVEL = 0.9
"""Probability of the intervals of differences and skills."""

FEWEST = 5
"""Clusters below which there is no interval: with fewer it contains the truth too seldom."""

_ALIKE = 1e-12  # rounding: clusters that differ by no more do not differ


@dataclass(frozen=True)
class Skill:
    """One forecaster against another.

    Attributes:
        questions: Questions that both were scored on.
        own: Mean score.
        reference: Mean score of the other.
        difference: `reference - own`: positive where the first is better.
        difference_interval: Its interval; NaN with fewer than `FEWEST` clusters, or clusters that
            do not differ and so tell nothing of the error.
        skill: `1 - own / reference`; NaN where the other made no error, minus infinity never.
        skill_interval: Its interval; NaN where the difference has none, or the skill is undefined.
            Its lower end is minus infinity where the other may have made no error.
        alike: Whether there are clusters enough for an interval, but all of them gain the same.
    """

    questions: int
    own: float
    reference: float
    difference: float
    difference_interval: tuple[float, float]
    skill: float
    skill_interval: tuple[float, float]
    alike: bool = False


@dataclass(frozen=True)
class Effective:
    """The effective number of independent questions.

    Attributes:
        questions: Questions.
        clusters: Clusters.
        correlation: Of two questions in a cluster, from 0 to 1; NaN where no cluster has two.
        effective: Number of independent questions with as precise a mean.
    """

    questions: int
    clusters: int
    correlation: float
    effective: float


def ratio_skill(own: float, reference: float) -> float:
    """`1 - own / reference`, NaN where the reference has no error to improve on.

    Examples:
        >>> ratio_skill(0.1, 0.4)
        0.75
    """
    return 1.0 - own / reference if reference > 0 else np.nan


def compare(
    own: Float[ndarray, " question"],
    reference: Float[ndarray, " question"],
    cluster: Int[ndarray, " question"],
    *,
    level: float = LEVEL,
) -> Skill:
    """Paired comparison of two forecasters, with intervals from totals of clusters.

    Args:
        own: Finite scores of the first, less is better.
        reference: Finite scores of the second on the same questions.
        cluster: Number of each question's cluster.
        level: Probability of the intervals.

    Returns:
        Means, their difference and ratio, with their intervals.

    Raises:
        ValueError: There are no questions.

    Examples:
        >>> own, coin = np.array([0.04, 0.09, 0.01, 0.49]), np.full(4, 0.25)
        >>> seen = compare(own, coin, np.arange(4))
        >>> print(f"{seen.difference:.4f} {seen.skill:.3f}")
        0.0925 0.370
    """
    if not len(own):
        message = "nothing to compare: no question was scored for both"
        raise ValueError(message)
    group = np.unique(cluster, return_inverse=True)[1]
    mine, theirs, counts = (
        np.bincount(group, weights=w) for w in (own, reference, np.ones(len(own)))
    )
    first, second = float(own.mean()), float(reference.mean())
    gap, gained = second - first, ratio_skill(first, second)
    clusters = len(counts)
    residual = theirs - mine - gap * counts
    if clusters < FEWEST or np.abs(residual).max() <= _ALIKE:
        none = (np.nan, np.nan)
        return Skill(len(own), first, second, gap, none, gained, none, clusters >= FEWEST)
    reach = float(stdtrit(clusters - 1, 0.5 * (1.0 + level))) * np.sqrt(clusters / (clusters - 1))
    half = float(reach * np.sqrt(np.square(residual).sum()) / counts.sum())
    low, high = _ratios(mine, theirs, counts, reach) if second > 0 else (np.nan, np.nan)
    return Skill(
        len(own), first, second, gap, (gap - half, gap + half), gained, (1.0 - high, 1.0 - low)
    )


def _ratios(
    mine: Float[ndarray, " cluster"],
    theirs: Float[ndarray, " cluster"],
    counts: Float[ndarray, " cluster"],
    reach: float,
) -> tuple[float, float]:
    """Fieller's interval of a ratio of totals, within zero and infinity.

    All ratios r for which the mean of `mine - r theirs` may be zero, by the error that `compare`
    gives to a difference: 1 is among them where that interval contains 0. With a reference that
    made few errors there is no largest one.
    """
    totals = np.array([mine.sum(), theirs.sum()])
    spread = np.stack([mine, theirs]) - np.outer(totals / counts.sum(), counts)
    (aa, ab), (_, bb) = np.outer(totals, totals) - reach**2 * spread @ spread.T
    root = np.sqrt(max(ab**2 - aa * bb, 0.0))
    # bb r^2 - 2 ab r + aa <= 0; `aa` over the other root is free of cancellation, and of bb = 0.
    low = float(aa / (ab + root)) if aa > 0 and ab + root > 0 else 0.0
    high = float((ab + root) / bb) if bb > 0 else np.inf
    return low, high


def effective_number(
    score: Float[ndarray, " question"], cluster: Int[ndarray, " question"]
) -> Effective:
    """Effective number of independent questions behind the mean of clustered scores.

    `n / (1 + (m - 1) r)` with `m` the size of the cluster a question is in, on average, and `r` the
    correlation within clusters, cut to 0 to 1.

    Args:
        score: Scores or paired differences.
        cluster: Number of each one's cluster.

    Returns:
        The number, between that of the clusters' equal weight and that of the questions.

    Examples:
        >>> effective_number(np.array([0.0, 0.0, 1.0, 1.0]), np.array([0, 0, 1, 1]))
        Effective(questions=4, clusters=2, correlation=1.0, effective=2.0)
    """
    count = len(score)
    names, group, sizes = np.unique(cluster, return_inverse=True, return_counts=True)
    typical = float(np.square(sizes).sum() / count) if count else np.nan
    if count == len(names):
        return Effective(count, len(names), np.nan, float(count))
    means = np.bincount(group, weights=score) / sizes
    within = float(np.square(score - means[group]).sum()) / (count - len(names))
    correlation = 1.0
    if len(names) > 1:
        between = float(sizes @ np.square(means - score.mean())) / (len(names) - 1)
        size = (count - typical) / (len(names) - 1)
        total = between + (size - 1.0) * within
        correlation = (between - within) / total if total > 0 else 0.0
        correlation = min(max(correlation, 0.0), 1.0)
    return Effective(count, len(names), correlation, count / (1.0 + (typical - 1.0) * correlation))
