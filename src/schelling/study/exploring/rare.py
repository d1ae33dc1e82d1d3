"""A second sample, drawn where the worlds of a rare kind are.

A region of the space of quantile levels is taken around the few such worlds a run shows: it cuts
the assumptions, independent of all others, whose levels in those worlds lie closer together than
chance explains. Worlds drawn in the region alone are weighted back by its share of all worlds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.compile.drawing.draws import correlation_matrix
from schelling.compile.influence.reach import Reached
from schelling.distributions import copula, design
from schelling.distributions.families import FAMILIES
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample, varies
from schelling.study.runs.lever_options import Option

WORLDS = 8_192
"""Worlds of a second sample."""

_LEAST = 5
"""Worlds of a kind from which a region can be told."""

_REPLICATES = 16
_LUCK = 2**31
_CHANCE = 0.01


@dataclass(frozen=True)
class Region:
    """A part of the space of levels, and what was drawn in it.

    Attributes:
        sample: Worlds drawn in it as the priors say, given that they lie in it.
        share: Its share of all worlds.
        low: Lower bounds in declared units, by assumption that varies; minus infinity where there
            is none.
        high: Upper bounds.
    """

    sample: Sample
    share: float
    low: Float[ndarray, " assumption"]
    high: Float[ndarray, " assumption"]


def around(
    probe: Probe,
    sample: Sample,
    sought: Bool[ndarray, " draw"],
    reached: Reached,
    seed: int,
    option: Option | None = None,
) -> Region:
    """Worlds drawn around those of a kind; anywhere, where there are too few of them to tell.

    Args:
        probe: The plan.
        sample: Worlds of a run.
        sought: Those of the kind.
        reached: What reaches the claim they are about.
        seed: Seed of the draws.
        option: What levers are held at, if they are.

    Returns:
        The second sample.
    """
    count = int(np.count_nonzero(sought))
    plan = probe.plan
    places = [n for n, a in enumerate(plan.assumptions) if varies(a)]
    values = np.zeros((count, len(plan.assumptions)))
    values[:, places] = sample.values[sought]
    names = [assumption.name for assumption in plan.assumptions]
    tied = correlation_matrix(names, plan.correlations)
    free = [
        n
        for n in places
        if names[n] in reached.sources
        and not FAMILIES[plan.assumptions[n].prior.family].discrete
        and np.count_nonzero(tied[n]) == 1
    ]
    low, high = np.zeros(len(names)), np.ones(len(names))
    for n in free:
        levels = probe.levels(n, values[:, n])
        low[n], high[n] = _interval(levels, _CHANCE / len(free))
    points = design.sobol(
        [f"boxes/{name}" for name in names],
        seed=seed,
        replicates=_REPLICATES,
        first=0,
        count=WORLDS,
    )
    inside = low + (high - low) * copula.correlate(points, tied)
    drawn = probe.values(inside)
    if option is not None:
        held = option.numbers
        drawn[:, [names.index(name) for name in held]] = list(held.values())
    luck = (_LUCK + np.arange(WORLDS)).astype(np.uint32)
    told = probe.ask_values(drawn, luck)
    ends = probe.values(np.stack([low, high]).clip(1e-12, 1 - 1e-12))
    return Region(
        Sample(
            sample.assumptions,
            sample.claims,
            drawn[:, places],
            told.holds,
            told.margin,
            np.arange(WORLDS) % _REPLICATES,
            luck,
        ),
        float(np.prod(high - low)),
        np.where(low > 0.0, ends[0], -np.inf)[places],
        np.where(high < 1.0, ends[1], np.inf)[places],
    )


def _interval(levels: Float[ndarray, " draw"], significance: float) -> tuple[float, float]:
    """Where some levels lie, if closer together than so many uniform ones would by chance.

    The chance that n uniform numbers lie within a range r of each other is n r^(n-1) - (n-1) r^n.
    The range is widened by six mean distances, beyond which another level lies once in 400.
    """
    count = levels.size
    if count < _LEAST:
        return 0.0, 1.0
    low, high = float(levels.min()), float(levels.max())
    span = high - low
    if count * span ** (count - 1) - (count - 1) * span**count > significance:
        return 0.0, 1.0
    more = 6.0 * span / (count - 1)
    return max(low - more, 0.0), min(high + more, 1.0)
