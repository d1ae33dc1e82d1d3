"""How well options of an actor do over all the worlds, whatever their chances.

Three rules of decision under deep uncertainty, side by side, because they disagree: in how many
worlds an option is good enough, how it does in its worst world, and how much it is regretted.
Options are compared world by world, so all must be run over the same ones. Axes: (draw, option).

References:
    McPhail, C. et al. (2018), Robustness metrics: how are they calculated, when should they be used
    and why do they give different results?, Earth's Future 6(2).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from jaxtyping import Bool, Float, Integer
from numpy import ndarray

from schelling.analysis.verdicts import Share, share_of_worlds

_EQUAL: Final = 1e-12
"""Values that differ by less, relative to the largest, are equal."""


@dataclass(frozen=True)
class Robustness:
    """Robustness of each option, larger values being better.

    The worst of many worlds grows worse with their number; the 90 % quantiles do not.

    Attributes:
        satisficing: Share of worlds in which each option is good enough.
        worst: Least value of each option.
        worst_tenth: Value exceeded in 90 % of worlds.
        largest_regret: Largest regret of each option; regret is what the best option of the same
            world would have given more.
        regret_of_nine_tenths: Regret not exceeded in 90 % of worlds.
        best_in: Share of worlds in which no other option does better; ties count for all, to
            twelve digits.
        maximin: Option with the best worst value; None in a tie, to twelve digits.
        minimax_regret: Option with the smallest largest regret; None in a tie.
        worlds: Worlds compared.
        dropped: Worlds left out of the values because some option has no finite one there.
    """

    satisficing: tuple[Share, ...]
    worst: Float[ndarray, " option"]
    worst_tenth: Float[ndarray, " option"]
    largest_regret: Float[ndarray, " option"]
    regret_of_nine_tenths: Float[ndarray, " option"]
    best_in: Float[ndarray, " option"]
    maximin: int | None
    minimax_regret: int | None
    worlds: int
    dropped: int


def robustness(
    values: Float[ndarray, "draw option"],
    satisfied: Bool[ndarray, "draw option"],
    replicate: Integer[ndarray, " draw"],
    asked: Bool[ndarray, "draw option"] | None = None,
) -> Robustness:
    """Satisficing share, maximin and minimax regret of options.

    Args:
        values: What each option gives in each world, larger being better, such as a margin.
        satisfied: Whether that is good enough, such as whether the claim holds; not read where the
            value is not finite.
        replicate: Which replicate of the design each world belongs to.
        asked: Where the question arises under an option; it has no value elsewhere, and such worlds
            have no part in its share. Everywhere when None.

    Returns:
        The measures.

    Raises:
        ValueError: If there is no option, or no world in which all have a value.

    Examples:
        >>> values = np.array([[3.0, 2.0], [0.0, 1.0], [9.0, 1.0], [2.0, 1.0]])
        >>> seen = robustness(values, values >= 1.0, np.arange(4) % 2)
        >>> [one.share for one in seen.satisficing], seen.maximin, seen.minimax_regret
        ([0.75, 1.0], 1, 0)

    References:
        Savage, L. J. (1951), The theory of statistical decision, J. American Statistical
        Association 46: minimax regret. Starr, M. K. (1963), Product design and decision theory:
        the domain criterion, here the satisficing share. Wald, A. (1950), Statistical decision
        functions: maximin.
    """
    finite = np.isfinite(values)
    whole = finite.all(axis=1)
    compared = values[whole]
    if compared.size == 0:
        msg = "robustness needs at least one option and one world in which every option has a value"
        raise ValueError(msg)
    regret = compared.max(axis=1, keepdims=True) - compared
    where = np.ones(values.shape, dtype=bool) if asked is None else asked
    shares = tuple(
        share_of_worlds(satisfied[here, option], ~finite[here, option], replicate[here])
        for option, here in enumerate(where.T)
    )
    worst, largest = compared.min(axis=0), regret.max(axis=0)
    return Robustness(
        satisficing=shares,
        worst=worst,
        worst_tenth=np.quantile(compared, 0.1, axis=0),
        largest_regret=largest,
        regret_of_nine_tenths=np.quantile(regret, 0.9, axis=0),
        best_in=(regret <= _EQUAL * np.abs(compared).max(axis=1, keepdims=True)).mean(axis=0),
        maximin=_best(worst),
        minimax_regret=_best(-largest),
        worlds=compared.shape[0],
        dropped=values.shape[0] - compared.shape[0],
    )


def undominated(
    low: Float[ndarray, "option goal"], high: Float[ndarray, "option goal"] | None = None
) -> Bool[ndarray, " option"]:
    """Options to which no other is at least as good for every goal and better for one.

    Args:
        low: How good each option is for each goal, larger being better; equal to twelve digits
            counts as equal. Where that is not quite known, how good it is at least.
        high: How good it is at most; the same when None.

    Returns:
        Whether each option is one of them (Pareto's set).

    Examples:
        >>> shares = np.array([[0.9, 0.2], [0.5, 0.5], [0.5, 0.4], [0.1, 0.9]])
        >>> undominated(shares)
        array([ True,  True, False,  True])
        >>> undominated(shares, shares + 0.2)
        array([ True,  True,  True,  True])
    """
    room = _EQUAL * np.abs(low).max(initial=0.0)
    one, other = (low if high is None else high)[:, np.newaxis], low[np.newaxis]
    as_good = np.all(other >= one - room, axis=2)
    better = np.any(other > one + room, axis=2)
    return ~np.any(as_good & better, axis=1)


def _best(values: Float[ndarray, " option"]) -> int | None:
    """The option with the largest value; None where another has the same."""
    best = int(np.argmax(values))
    room = _EQUAL * float(np.abs(values).max())
    equal = np.count_nonzero(values >= values[best] - room)
    return best if equal == 1 else None
