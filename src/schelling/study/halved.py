"""The check every reader of a simulation asks for: halve the step and compare.

The first worlds are run again with twice the substeps: same draws, same luck, games and events at
the same steps. What changes is the error of Euler's rule, and what that error decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import jax
import numpy as np
from jaxtyping import Float
from numpy import ndarray

from schelling.compile.plan import Plan
from schelling.compile.worlds import Outcomes
from schelling.study.engine import Engine

WORLDS = 2048
"""Enough to see a share of worlds to half a point."""


@dataclass(frozen=True)
class Halved:
    """What half the step changes in the first worlds of a run.

    Attributes:
        worlds: How many worlds were run both ways.
        flipped: For each claim, the share of them in which its truth changes.
        moved: For each stock, the median change of its final value, as a share of the width of the
            central 90 % of its final values; zero where it ends the same in all of them.
    """

    worlds: int
    flipped: Mapping[str, float]
    moved: Mapping[str, float]


def halve(engine: Engine, draws: Float[ndarray, "draw assumption"], *, seed: int) -> Halved | None:
    """Run the first worlds again with half the step.

    Args:
        engine: The plan as it is run.
        draws: Assumptions of the worlds from 0 on; the first `WORLDS` are used.
        seed: Of chance, as the engine's.

    Returns:
        What changes; None where there is no step, or nothing that flows.
    """
    plan = engine.plan
    if not plan.timed or not plan.stocks:
        return None
    finer = Engine(replace(plan, substeps=2 * plan.substeps), seed=seed)
    first = draws[:WORLDS]
    whole, half = (_outcomes(one, first) for one in (engine, finer))
    return Halved(
        worlds=len(first), flipped=_flipped(plan, whole, half), moved=_moved(plan, whole, half)
    )


def _outcomes(engine: Engine, draws: Float[ndarray, "draw assumption"]) -> Outcomes:
    parts = list(engine.run(draws, 0))
    return jax.tree.map(lambda *leaves: np.concatenate(leaves), *parts)


def _flipped(plan: Plan, whole: Outcomes, half: Outcomes) -> dict[str, float]:
    changed = np.asarray(whole.holds != half.holds)
    failed = np.isnan(whole.margin) != np.isnan(half.margin)
    shares = (changed | failed).mean(axis=0)
    return {claim.name: float(share) for claim, share in zip(plan.claims, shares, strict=True)}


def _moved(plan: Plan, whole: Outcomes, half: Outcomes) -> dict[str, float]:
    found: dict[str, float] = {}
    for column, stock in enumerate(plan.stocks):
        before, after = np.asarray(whole.final)[:, column], np.asarray(half.final)[:, column]
        sound = np.isfinite(before) & np.isfinite(after)
        width = np.subtract(*np.quantile(before[sound], (0.95, 0.05))) if sound.any() else 0.0
        change = np.median(np.abs(after - before)[sound]) if sound.any() else np.nan
        found[stock.name] = float(change / width) if width > 0 else float(change > 0)
    return found
