"""Slopes of the margins: what moves a claim here and now, where the case is smooth.

Central differences of the compiled case, world by world, over a small step of one assumption at a
time with everything else, luck included, as it is. A world counts as smooth for a claim where the
steps up and down agree for every assumption; jumps, phases and luck that turns with an assumption
show as roughness.
"""

from __future__ import annotations

from dataclasses import dataclass

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

FEWEST = 10
"""Smooth worlds that slopes need: fewer of one sign are no three standard errors."""

_STEP = 1e-4
_AGREE = 0.02
_ROUNDING = 1e-11
_SURELY = 3.0  # standard errors


@dataclass(frozen=True)
class Slopes:
    """Local effects of the assumptions on the margins.

    Attributes:
        assumptions: Names of those that vary continuously.
        claims: Names of the claims.
        spread: Of each assumption, half of what holds the central 68 % of its prior, in its
            declared unit: one standard deviation, were it normal.
        pull: Median over smooth worlds of the change of the margin, in base units, for a change of
            the assumption by its spread; 0 where it goes up in about as many of them as down; NaN
            for claims that are not smooth, or in too few worlds to tell, and where the assumption
            cannot reach the claim.
        margin_spread: Half of what holds the central 68 % of the claim's margin, in base units.
        smooth: Share of sound worlds in which steps up and down agree.
        worlds: Worlds looked at.
        failed: How many of them were left out for each claim because numbers failed.
    """

    assumptions: tuple[str, ...]
    claims: tuple[str, ...]
    spread: Float[ndarray, " assumption"]
    pull: Float[ndarray, "assumption claim"]
    margin_spread: Float[ndarray, " claim"]
    smooth: Float[ndarray, " claim"]
    worlds: int
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
    pull = np.full((len(free), len(plan.claims)), np.nan)
    smooth = fine.sum(axis=0) / np.maximum(sound.sum(axis=0), 1)
    for claim, one in enumerate(reached):
        if smooth[claim] >= SMOOTH and fine[:, claim].sum() >= FEWEST:
            rows = [r for r, n in enumerate(free) if plan.assumptions[n].name in one.sources]
            chosen = fine[:, claim]
            steps = (rise + fall)[rows][:, chosen, claim] / length[rows][:, chosen]
            width = spread[[free[row] for row in rows]]
            pull[rows, claim] = np.where(_one_way(steps), np.median(steps, axis=1) * width, 0.0)
    names = tuple(plan.assumptions[n].name for n in free)
    return Slopes(
        names,
        tuple(claim.name for claim in plan.claims),
        spread[free],
        pull,
        widths,
        smooth,
        len(at),
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
    """Margins as they are, and a step up and down of each assumption, with what lies between."""
    worlds, things = at.shape
    moved = np.zeros((2 * len(free) + 1, things))
    for row, column in enumerate(free):
        moved[2 * row + 1, column], moved[2 * row + 2, column] = step[column], -step[column]
    points = (at[np.newaxis] + moved[:, np.newaxis]).reshape(-1, things)
    luck = np.tile(sample.world[:worlds], len(moved))
    margin = probe.ask_values(points, luck).margin.reshape(len(moved), worlds, -1)
    tried = points.reshape(len(moved), worlds, things)
    between = [tried[2 * r + 1, :, n] - tried[2 * r + 2, :, n] for r, n in enumerate(free)]
    length = np.stack(between) if between else np.zeros((0, worlds))
    return margin[0], margin[1::2], margin[2::2], length


def _one_way(steps: Float[ndarray, "assumption world"]) -> Bool[ndarray, " assumption"]:
    """Whether the median of some changes has a sign that chance does not explain (a sign test)."""
    up, down = (steps > 0.0).sum(axis=1), (steps < 0.0).sum(axis=1)
    return np.abs(up - down) > _SURELY * np.sqrt(up + down)


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
