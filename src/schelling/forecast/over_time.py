"""Scores over the life of a question whose forecast was revised.

A forecast holds from its day until the next one, and the last until the question closes. Days
before the first have no forecast: they are left out of the mean over active days, and a coverage
says what part of the life is left. A score for which larger is better (the baseline score) is
instead multiplied by the coverage, so that a day without a forecast counts zero. Times are days
since the question opened. Axes: (forecast).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy import ndarray


class ScoreOverTime(NamedTuple):
    """A score over the life of a question.

    Attributes:
        active: Mean over the days that had a forecast; NaN where there was none.
        coverage: Days with a forecast over all days.
    """

    active: float
    coverage: float

    @property
    def earned(self) -> float:
        """Mean over all days, where days without a forecast count zero."""
        return self.active * self.coverage if self.coverage > 0 else 0.0


def days_held(made: Float[ndarray, " forecast"], life: float) -> Float[ndarray, " forecast"]:
    """How many days of a question's life each forecast held.

    One made before the question opened counts from its opening, one made after it closed not at
    all.

    Args:
        made: Days from the opening to each forecast, rising.
        life: Days from the opening to the end: the closing, or the day it was settled if earlier.

    Returns:
        Days, summing to at most `life`.

    Raises:
        ValueError: The days do not rise, or the question has no life.

    Examples:
        >>> days_held(np.array([4.0, 10.0]), 20.0)
        array([ 6., 10.])
    """
    if not life > 0:
        message = f"a question must live for some time; got {life} days"
        raise ValueError(message)
    if (np.diff(made) < 0).any():
        message = "forecasts must be in the order of their days"
        raise ValueError(message)
    return np.diff(np.append(np.clip(made, 0.0, life), life))


def over_time(
    score: Float[ndarray, " forecast"], made: Float[ndarray, " forecast"], life: float
) -> ScoreOverTime:
    """Time-weighted score of a sequence of forecasts of one question.

    Args:
        score: What each forecast scores against what happened.
        made: Days from the opening to each, rising.
        life: Days from the opening to the end.

    Returns:
        Mean over the days that had a forecast, and the share of such days.

    Examples:
        >>> seen = over_time(np.array([0.5, 0.08]), np.array([4.0, 10.0]), 20.0)
        >>> seen
        ScoreOverTime(active=np.float64(0.2375), coverage=np.float64(0.8))
    """
    held = days_held(made, life)
    some = held > 0  # an infinite score held for no time is no infinite score
    total = held.sum()
    mean = (score[some] * held[some]).sum() / total if total > 0 else np.nan
    return ScoreOverTime(mean, total / life)
