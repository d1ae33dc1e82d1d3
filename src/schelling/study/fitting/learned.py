"""What the evidence taught about each assumption: its quantiles before and after.

How much it taught is measured on the scale on which the prior is standard normal, so that it is the
same whatever the unit, and a long tail counts no more than it should. What worlds as few as these
differ by without having learned anything is no lesson.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Float
from numpy import ndarray
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from schelling.case.drawn import Prior
from schelling.evidence import diagnostics
from schelling.evidence.posterior import PosteriorWorlds
from schelling.study.fitting.peaks import TwoPlaces, two_places
from schelling.study.fitting.problem import FitProblem

LEVELS: Final = (0.05, 0.5, 0.95)

SHARPER: Final = 0.05
"""Least narrowing, or shift in half prior intervals, that counts as a lesson of the evidence."""

_NOISE: Final = 3.5
"""Standard errors that a difference must exceed: one false lesson in some two thousand."""

_ENDS = np.array(LEVELS)
_SCORES = np.asarray(ndtri(_ENDS))
_DEVIATIONS = np.sqrt(_ENDS * (1 - _ENDS)) / norm.pdf(_SCORES)  # of a quantile of one world


@dataclass(frozen=True)
class Learned:
    """What the evidence says about one assumption, in its declared unit.

    Attributes:
        name: Its name.
        before: Quantiles at `LEVELS` of the prior.
        after: ... and of the posterior.
        narrower: By which share the 90 % interval is narrower, on the scale on which the prior is
            normal; negative where it is wider.
        shift: Of the median, in half 90 % intervals of the prior on that scale.
        reached: Whether it can reach a record at all.
        taught: Whether the evidence moved or sharpened it by more than chance would.
        levels: Of the prior, at which the quantiles of the posterior lie.
        places: Two places of the posterior, where it has two.
        values: Of an assumption with listed values that is reached each of these, its share of the
            prior and its share of the posterior.
    """

    name: str
    before: tuple[float, ...]
    after: tuple[float, ...]
    narrower: float
    shift: float
    reached: bool
    taught: bool
    levels: tuple[float, ...] = ()
    places: TwoPlaces | None = None
    values: tuple[tuple[float, float, float], ...] = ()


Drawn = tuple[Float[ndarray, "world assumption"], Float[ndarray, "world assumption"]]


def of_assumptions(
    problem: FitProblem,
    worlds: tuple[PosteriorWorlds, PosteriorWorlds],
    drawn: Drawn,
    effective: float,
) -> Iterator[Learned]:
    """Every assumption that is not fixed.

    Args:
        problem: What was fitted.
        worlds: Of the prior and of the posterior.
        drawn: Their assumptions, in declared units.
        effective: Effective sample size of the posterior.
    """
    scores = ndtri(problem.levels(worlds[1].points))
    for place, assumption in enumerate(problem.plan.assumptions):
        if assumption.prior.family == "fixed":
            continue
        sides = [(d[:, place], w.weights) for d, w in zip(drawn, worlds, strict=True)]
        before, after = (diagnostics.quantiles(*side, _ENDS) for side in sides)
        narrower, shift, taught = compared(*sides[0], *sides[1], effective)
        reached = place in problem.moved
        ends = tuple(before.tolist()), tuple(after.tolist())
        lie = tuple(float(ndtr(score)) for score in _scores(after, *sides[0]))
        told = assumption.name, *ends, narrower, shift, reached, reached and taught, lie
        if assumption.prior.family == "choice":  # its values need have no order
            yield Learned(*told, None, _values(assumption.prior, *sides[1]) if reached else ())
        else:
            yield Learned(*told, two_places(scores[:, place], *sides[1]))


def _values(
    prior: Prior, after: Float[ndarray, " world"], weights: Float[ndarray, " world"]
) -> tuple[tuple[float, float, float], ...]:
    """Each listed value with its share of the prior and of the posterior, once if listed twice."""
    listed, shares = prior.parameters
    assert isinstance(listed, tuple)  # as those of a choice are
    assert isinstance(shares, tuple)
    before = dict.fromkeys(listed, 0.0)
    for value, share in zip(listed, shares, strict=True):
        before[value] += share / sum(shares)
    total = weights.sum()
    return tuple(
        (value, share, float(weights[after == value].sum() / total))
        for value, share in before.items()
    )


def compared(
    before: Float[ndarray, " world"],
    weights_before: Float[ndarray, " world"],
    after: Float[ndarray, " other"],
    weights_after: Float[ndarray, " other"],
    effective: float,
) -> tuple[float, float, bool]:
    """By how much an interval is narrower and its middle shifted, and whether that is no chance.

    Args:
        before: Values in worlds of the prior.
        weights_before: Of these worlds.
        after: Values in worlds of the posterior.
        weights_after: Of these.
        effective: How many independent worlds these are worth.

    Returns:
        As the attributes of `Learned` of these names.
    """
    ends = diagnostics.quantiles(after, weights_after, _ENDS)
    low, middle, high = _scores(ends, before, weights_before)
    width = _SCORES[2] - _SCORES[0]
    narrower, shift = 1 - (high - low) / width, middle / (width / 2)
    noise = (1 / diagnostics.effective(weights_before) + 1 / max(effective, 1.0)) ** 0.5
    slack = np.array([np.hypot(_DEVIATIONS[0], _DEVIATIONS[2]), 2 * _DEVIATIONS[1]])
    least = np.maximum(_NOISE * noise * slack / width, SHARPER)
    return narrower, shift, bool(abs(narrower) >= least[0] or abs(shift) >= least[1])


def _scores(
    values: Float[ndarray, " level"],
    among: Float[ndarray, " world"],
    weights: Float[ndarray, " world"],
) -> list[float]:
    """Normal scores of values among weighted others, of which equal ones count by halves."""
    order = np.argsort(among)
    share = np.concatenate([[0.0], np.cumsum(weights[order]) / weights.sum()])
    ordered = among[order]
    below, upto = (share[np.searchsorted(ordered, values, side)] for side in ("left", "right"))
    least = 0.5 / diagnostics.effective(weights)
    return np.asarray(ndtri(np.clip((below + upto) / 2, least, 1 - least))).tolist()
