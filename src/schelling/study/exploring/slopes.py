"""Slopes of the margins: what moves a claim here and now, where the case is smooth.

Central differences of the compiled case, world by world, over a small step of one assumption at a
time with everything else, luck included, as it is. A world counts as smooth for a claim where the
steps up and down agree for every assumption; jumps, phases and luck that turns with an assumption
show as roughness.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from jaxtyping import Bool, Float
from numpy import ndarray

from schelling.case.model import Assumption
from schelling.distributions.families import FAMILIES
from schelling.study.exploring.probe import Probe
from schelling.study.exploring.sample import Sample, varies

READ = 128
"""Worlds in which slopes are taken: the first of the run."""

SMOOTH = 0.5
"""Share of smooth worlds below which a claim's slopes are not told."""

_STEP = 1e-4
_AGREE = 0.02
_ROUNDING = 1e-11
_SURELY = 3.0  # standard errors, or more where there are many slopes to be wrong about
_LEVEL = 0.05  # of all slopes together


@dataclass(frozen=True)
class Slopes:
    """Local effects of the assumptions on the margins.

    Attributes:
        assumptions: Names of those that vary continuously.
        claims: Names of the claims.
        spread: Of each assumption, half of what holds the central 68 % of its prior, in its
            declared unit: one standard deviation, were it normal.
        pull: Change of the margin, in base units, for a change of the assumption by its spread:
            the median over the smooth worlds in which it changes at all; 0 where it goes up in
            about as many of them as down; NaN for claims that are not smooth, or in too few worlds
            to tell, and where the assumption cannot reach the claim.
        moves: Share of the worlds without a jump or kink in which it changes at all, as in half of
            them with one of two alike inputs of a maximum; NaN where `pull` is.
        margin_spread: Half of what holds the central 68 % of the claim's margin, in base units.
        smooth: Share of sound worlds in which steps up and down agree.
        worlds: Worlds looked at.
        fewest: Smooth worlds that a slope needs: fewer, though all of one sign, do not show one.
        failed: How many of them were left out for each claim because numbers failed.
    """

    assumptions: tuple[str, ...]
    claims: tuple[str, ...]
    spread: Float[ndarray, " assumption"]
    pull: Float[ndarray, "assumption claim"]
    moves: Float[ndarray, "assumption claim"]
    margin_spread: Float[ndarray, " claim"]
    smooth: Float[ndarray, " claim"]
    worlds: int
    fewest: int
    failed: tuple[int, ...]


def of_claims(probe: Probe, sample: Sample, draws: Float[ndarray, "draw assumption"]) -> Slopes:
    """Differentiate every margin with respect to every assumption that can reach it.

    Args:
        probe: The plan.
        sample: Worlds of a run.
        draws: All assumptions of the first of them, in declared units.

    Returns:
        The slopes.
    """
    plan, at = probe.plan, draws[:READ]
    reached = probe.reached
    sources = frozenset[str]().union(*(one.sources for one in reached))
    free = [n for n, a in enumerate(plan.assumptions) if _slides(a) and a.name in sources]
    ends = probe.values(np.tile(np.array([[0.16], [0.84]]), (1, len(plan.assumptions))))
    spread = (ends[1] - ends[0]) / 2
    margin, up, down, length = _steps(probe, sample, at, spread * _STEP, free)
    rise, fall = up - margin, margin - down
    size = np.abs(rise) + np.abs(fall)
    widths = _margin_spread(sample)
    floor = _ROUNDING * (np.where(widths > 0.0, np.minimum(widths, 1.0), 1.0) + np.abs(margin))
    bend = np.abs(rise - fall)
    agree: Bool[ndarray, "draw claim"] = np.all(bend <= _AGREE * size + floor, axis=0)
    sound: Bool[ndarray, "draw claim"] = np.isfinite(margin) & np.isfinite(size).all(axis=0)
    fine = agree & sound & (size.sum(axis=0) > floor)
    pull, moves = np.full((2, len(free), len(plan.claims)), np.nan)
    smooth = fine.sum(axis=0) / np.maximum(sound.sum(axis=0), 1)
    rows_of = [
        [r for r, n in enumerate(free) if plan.assumptions[n].name in one.sources]
        for one in reached
    ]
    surely = _surely(sum(map(len, rows_of)))
    fewest = math.floor(surely**2) + 1
    for claim, rows in enumerate(rows_of):
        if smooth[claim] >= SMOOTH and fine[:, claim].sum() >= fewest:
            chosen = fine[:, claim]
            steps = (rise + fall)[rows][:, chosen, claim]
            steps = np.where(np.abs(steps) > floor[chosen, claim], steps, 0.0)
            width = spread[[free[row] for row in rows]]
            told = _one_way(steps, surely)
            median = _median_of_moves(steps / length[rows][:, chosen])
            pull[rows, claim] = np.where(told, median * width, 0.0)
            even = (agree & sound)[:, claim].sum()  # with those in which nothing moves it
            moves[rows, claim] = (steps != 0.0).sum(axis=1) / even
    names = tuple(plan.assumptions[n].name for n in free)
    return Slopes(
        names,
        tuple(claim.name for claim in plan.claims),
        spread[free],
        pull,
        moves,
        widths,
        smooth,
        len(at),
        fewest,
        tuple((~sound).sum(axis=0).tolist()),
    )


def _steps(
    probe: Probe,
    sample: Sample,
    at: Float[ndarray, "draw assumption"],
    step: Float[ndarray, " assumption"],
    free: list[int],
) -> tuple[
    Float[ndarray, "draw claim"],
    Float[ndarray, "free draw claim"],
    Float[ndarray, "free draw claim"],
    Float[ndarray, "free draw"],
]:
    """Margins as they are, and a step up and down of each assumption, with what lies between.

    A step is at least as long as the distance to the next number.
    """
    worlds, things = at.shape
    points = np.tile(at, (2 * len(free) + 1, 1, 1))
    length = np.zeros((len(free), worlds))
    for row, column in enumerate(free):
        own = np.maximum(step[column], np.spacing(np.abs(at[:, column])))
        points[2 * row + 1, :, column] += own
        points[2 * row + 2, :, column] -= own
        length[row] = points[2 * row + 1, :, column] - points[2 * row + 2, :, column]
    luck = np.tile(sample.world[:worlds], len(points))
    told = probe.ask_values(points.reshape(-1, things), luck)
    margin = told.margin.reshape(len(points), worlds, -1)
    return margin[0], margin[1::2], margin[2::2], length


def _surely(slopes: int) -> float:
    """Standard errors that the sign of each of so many slopes needs (Bonferroni)."""
    return max(_SURELY, NormalDist().inv_cdf(1.0 - _LEVEL / 2 / max(slopes, 1)))


def _median_of_moves(steps: Float[ndarray, "assumption world"]) -> Float[ndarray, " assumption"]:
    """Median of the changes that are none of 0; 0 where all are."""
    return np.array([np.median(own[own != 0.0]) if own.any() else 0.0 for own in steps])


def _one_way(
    steps: Float[ndarray, "assumption world"], surely: float
) -> Bool[ndarray, " assumption"]:
    """Whether changes have a sign that chance does not explain (a sign test of those not 0)."""
    up, down = (steps > 0.0).sum(axis=1), (steps < 0.0).sum(axis=1)
    return np.abs(up - down) > surely * np.sqrt(up + down)


def _margin_spread(sample: Sample) -> Float[ndarray, " claim"]:
    found = np.full(len(sample.claims), np.nan)
    for claim, margin in enumerate(sample.margin.T):
        finite = margin[np.isfinite(margin)]
        if finite.size:
            low, high = np.quantile(finite, [0.16, 0.84])
            found[claim] = (high - low) / 2
    return found


def _slides(assumption: Assumption) -> bool:
    """Whether an assumption has values as near as one likes to each other."""
    return varies(assumption) and not FAMILIES[assumption.prior.family].discrete
